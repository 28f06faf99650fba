// SPDX-License-Identifier: MIT OR Apache-2.0
//
// What the neighbours of an accelerator's output stage keep to, for proofs about it: while an element is offered or on its way,
// the pass is a legal one. Results, scores and addresses that are not offered have no meaning.

module output_stage_contract #(
  parameter INPUT_BITS = 2
) (
  input  wire       clk_i,
  input  wire       rst_ni,
  input  wire       aborting_i,
  input  wire [3:0] pass_output_bits_i,
  input  wire       element_valid_i,
  input  wire       element_ready_o,
  input  wire       pooled_valid_i,
  input  wire       pooled_ready_o,
  input  wire       constant_read_o,
  input  wire       out_valid_o,
  input  wire       score_valid_o,
  output wire       legal_o,
  output wire       see_constant_address_o,
  output wire       see_out_o,
  output wire       see_out_last_o,
  output wire       see_score_o,
  output wire       see_score_last_o
);

  // Elements on their way.
  reg [2:0] under_way;

  wire enters = (element_valid_i & element_ready_o) | (pooled_valid_i & pooled_ready_o);
  wire works = (|under_way) | element_valid_i | pooled_valid_i;
  wire bits_are_legal = (pass_output_bits_i != 4'd0) & (pass_output_bits_i <= INPUT_BITS);

  assign legal_o = ~rst_ni | ~works | bits_are_legal;
  assign see_constant_address_o = constant_read_o;
  assign see_out_o = out_valid_o;
  assign see_out_last_o = out_valid_o;
  assign see_score_o = score_valid_o;
  assign see_score_last_o = score_valid_o;

  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      under_way <= 3'd0;
    end else if (aborting_i) begin
      under_way <= 3'd0;
    end else begin
      under_way <= under_way + {2'd0, enters} - {2'd0, out_valid_o};
    end
  end

endmodule
