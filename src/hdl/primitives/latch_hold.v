module hcim_latch_hold (
  input  wire clk_i,  // gated clock
  output wire clk_o   // the same, for latches that hold while it is high
);

`ifdef SYNTHESIS

  assign clk_o = clk_i;

`else

  // What such a latch holds gates other clocks that fall at the same edge. In silicon they fall
  // before the latch has opened and its new value has come through; without delays the latch must
  // open after they have fallen. The rise is not touched.
  reg not_fallen;

  initial begin
    not_fallen = 1'b0;
  end

  always @(posedge clk_i or negedge clk_i) begin
    not_fallen <= clk_i;
  end

  assign clk_o = clk_i | not_fallen;

`endif

endmodule
