module hcim_latch_low #(
  parameter WIDTH = 1
) (
  input  wire             en_ni,  // transparent while low
  input  wire [WIDTH-1:0] d_i,    // data in
  output reg  [WIDTH-1:0] q_o     // data out
);

  // LATCH: this latch is meant; Verilog-2005 has no other way to say so.
  /* verilator lint_off LATCH */
  always @(*) begin
    if (!en_ni) begin
      q_o = d_i;
    end
  end
  /* verilator lint_on LATCH */

endmodule
