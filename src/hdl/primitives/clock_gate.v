module hcim_clock_gate (
  input  wire clk_i,      // clock
  input  wire en_i,       // let the next high phase through
  input  wire test_en_i,  // scan: let every high phase through
  output wire clk_o       // gated clock
);

`ifdef HCIM_TECH_CLOCK_GATE

  // A cell of the technology library, chosen by defining HCIM_TECH_CLOCK_GATE as its name. A cell
  // with other pin names needs a wrapper with these four.
  `HCIM_TECH_CLOCK_GATE u_tech_clock_gate (
    .clk_i     (clk_i),
    .en_i      (en_i),
    .test_en_i (test_en_i),
    .clk_o     (clk_o)
  );

`else

  reg en_latch;

  // LATCH: this latch is meant; Verilog-2005 has no other way to say so.
  // COMBDLY is not needed, because the assignment is blocking: the enable must be settled before
  // any register sees the next rising edge.
  /* verilator lint_off LATCH */
  always @(*) begin
    if (!clk_i) begin
      en_latch = en_i | test_en_i;
    end
  end
  /* verilator lint_on LATCH */

  // A continuous assignment, so that registers behind the gate sample in the same time step as
  // registers in front of it, before any of them changes.
  assign clk_o = clk_i & en_latch;

`endif

endmodule
