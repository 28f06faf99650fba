module hcim_latch_pulse (
  input  wire clk_i,  // gated clock
  output wire clk_o   // the same, for latches only
);

`ifdef SYNTHESIS

  assign clk_o = clk_i;

`else

  // A latch row opens at the edge at which registers sample what was read from that very row. In
  // silicon the delay through latch, read path and adder exceeds the registers' hold time; without
  // delays the rise must come after they have sampled. The fall is not touched.
  reg risen;

  initial begin
    risen = 1'b0;  // a row that was never opened: its first rise must be late, too
  end

  always @(posedge clk_i or negedge clk_i) begin
    risen <= clk_i;
  end

  assign clk_o = clk_i & risen;

`endif

endmodule
