// SPDX-License-Identifier: MIT OR Apache-2.0
//
// What the neighbours of a tile's result output keep to, for proofs about it: the digits of a word come one after the other, from
// the first to the last, unless all is dropped. What is not offered has no meaning.

module result_output_contract #(
  parameter DIGITS = 5,
  parameter DIGIT_BITS = 3
) (
  input  wire clk_i,
  input  wire rst_ni,
  input  wire clear_i,
  input  wire in_valid_i,
  input  wire in_ready_o,
  input  wire in_first_i,
  input  wire in_last_i,
  input  wire m_axis_tvalid,
  output wire legal_o,
  output wire see_m_axis_tdata,
  output wire see_m_axis_tlast
);

  reg [DIGIT_BITS-1:0] next;

  wire is_first = next == {DIGIT_BITS{1'b0}};
  wire is_last = next == DIGITS - 1;

  assign legal_o = ~rst_ni | ~in_valid_i | ((in_first_i == is_first) & (in_last_i == is_last));
  assign see_m_axis_tdata = m_axis_tvalid;
  assign see_m_axis_tlast = m_axis_tvalid;

  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      next <= {DIGIT_BITS{1'b0}};
    end else if (clear_i | (in_valid_i & in_ready_o & is_last)) begin
      next <= {DIGIT_BITS{1'b0}};
    end else if (in_valid_i & in_ready_o) begin
      next <= next + 1'b1;
    end
  end

endmodule
