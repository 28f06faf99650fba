// SPDX-License-Identifier: MIT OR Apache-2.0
//
// What the neighbours of an accelerator's packer keep to, for proofs about it: results come in a pass, after its beginning. A
// word that is not written has no meaning.

module packer_contract (
  input  wire clk_i,
  input  wire rst_ni,
  input  wire run_i,
  input  wire out_valid_i,
  input  wire pack_write_o,
  output wire legal_o,
  output wire see_pack_address_o,
  output wire see_pack_data_o
);

  reg ran;

  assign legal_o = ~rst_ni | ~out_valid_i | (ran & ~run_i);
  assign see_pack_address_o = pack_write_o;
  assign see_pack_data_o = pack_write_o;

  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      ran <= 1'b0;
    end else begin
      ran <= ran | run_i;
    end
  end

endmodule
