// SPDX-License-Identifier: MIT OR Apache-2.0
//
// What the neighbours of an accelerator's residual reader keep to, for proofs about it: only a word that is offered is done with.
// What is offered before the first pass, and an address that is not read, have no meaning.

module residual_contract (
  input  wire clk_i,
  input  wire rst_ni,
  input  wire run_i,
  input  wire residual_read_o,
  input  wire residual_valid_o,
  input  wire residual_taken_i,
  output wire legal_o,
  output wire see_residual_address_o,
  output wire see_residual_valid_o,
  output wire see_residual_data_o
);

  reg ran;

  assign legal_o = ~rst_ni | ~residual_taken_i | (ran & residual_valid_o);
  assign see_residual_address_o = residual_read_o;
  assign see_residual_valid_o = ran;
  assign see_residual_data_o = ran & residual_valid_o;

  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      ran <= 1'b0;
    end else begin
      ran <= ran | run_i;
    end
  end

endmodule
