module hcim_latch #(
  parameter WIDTH = 1
) (
  input  wire             en_i,  // transparent while high
  input  wire [WIDTH-1:0] d_i,   // data in
  output reg  [WIDTH-1:0] q_o    // data out
);

  // LATCH: this latch is meant; Verilog-2005 has no other way to say so.
  /* verilator lint_off LATCH */
  always @(*) begin
    if (en_i) begin
      q_o = d_i;
    end
  end
  /* verilator lint_on LATCH */

endmodule
