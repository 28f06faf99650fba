// SPDX-License-Identifier: MIT OR Apache-2.0
//! Clock gate and latch without races, in Icarus Verilog: registers behind a gate (or two) sample
//! what registers in front of it held before the edge, and a latch opened by a gated clock ends
//! up with what its register holds after it.

use hcim::hdl::{Module, ModuleBuilder, emit_ordered, lit, ones, zeros};
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

fn races() -> Arc<Module> {
    let mut m = ModuleBuilder::new("races");
    let clk = m.input("clk_i", 1, "");
    let rst_n = m.input("rst_ni", 1, "");
    let error = m.output("error_o", 3, "something raced");
    let passes = m.output("passes_o", 1, "the gate is open");

    // A maximal-length shift register as the source of enables and data.
    let random_q = m
        .register("random_q", 16)
        .clock(&clk)
        .reset(&rst_n, 1)
        .build();
    let random_d = m.wire("random_d", 16);
    let tap = random_q.bit(15) ^ random_q.bit(14) ^ random_q.bit(12) ^ random_q.bit(3);
    m.concat(&random_d, &[tap, random_q.slice(0, 15)]);
    m.next(&random_q, &random_d);
    let (en, data) = (random_q.bit(2), random_q.slice(5, 4));

    let gated = m.clock_gate("u_outer", &clk, &en, &zeros(1));
    let twice = m.clock_gate("u_inner", &gated, &ones(1), &zeros(1));
    // Each pair must agree: one register behind a gate, one with an enable.
    let compare = |m: &mut ModuleBuilder, name: &str, clock: &_, bit: usize| {
        let behind = m
            .register(&format!("{name}_q"), 4)
            .clock(clock)
            .reset(&rst_n, 0)
            .build();
        m.next(&behind, &data);
        let front = m
            .register(&format!("{name}_ref_q"), 4)
            .clock(&clk)
            .reset(&rst_n, 0)
            .build();
        m.next_if(&front, &en, &data);
        // And back into the free-running clock.
        let (back, back_ref) = (format!("{name}_back_q"), format!("{name}_back_ref_q"));
        let back = m.register(&back, 4).clock(&clk).reset(&rst_n, 0).build();
        m.next(&back, &behind);
        let back_ref = m
            .register(&back_ref, 4)
            .clock(&clk)
            .reset(&rst_n, 0)
            .build();
        m.next(&back_ref, &front);
        m.assign(&error.bit(bit), &(behind.ne(&front) | back.ne(&back_ref)));
    };
    compare(&mut m, "once", &gated, 0);
    compare(&mut m, "twice", &twice, 1);
    // The data changes at the very edge that opens the latch: the new data must stay.
    let cell = m.latch("cells", 4, &gated, &data);
    let kept = m.register("kept_q", 4).clock(&clk).reset(&rst_n, 0).build();
    m.next_if(&kept, &en, &random_d.slice(5, 4));
    m.assign(&error.bit(2), &cell.ne(&kept));
    m.assign(&passes, &(&gated & lit(1, 1)));
    m.finish()
}

const BENCH: &str = "\
`timescale 1ns/1ns
module bench;
  reg clk = 0, rst_n = 0;
  wire [2:0] error;
  wire passes;
  integer cycle, errors = 0, open = 0;
  races u_races (.clk_i(clk), .rst_ni(rst_n), .error_o(error), .passes_o(passes));
  initial begin
    #3 rst_n = 1;
    for (cycle = 0; cycle < 2000; cycle = cycle + 1) begin
      #5 clk = 1;
      #4 if (cycle > 20 && error !== 3'b000) errors = errors + 1;
      if (passes === 1'b1) open = open + 1;
      #1 clk = 0;
      #4 if (cycle > 20 && error !== 3'b000) errors = errors + 1;
      #1 ;
    end
    $display(\"errors=%0d open=%0d\", errors, open > 500 && open < 1500);
  end
endmodule
";

#[test]
fn gated_registers_and_latches_do_not_race() {
    let emission = emit_ordered(&races(), &|_| String::new()).expect("clean");
    let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("hdl_clocking");
    std::fs::create_dir_all(&dir).expect("a place for files");
    for (name, text) in &emission.files {
        std::fs::write(dir.join(name), text).expect("written");
    }
    std::fs::write(dir.join("bench.v"), BENCH).expect("written");
    let mut icarus = Command::new("iverilog");
    icarus
        .current_dir(&dir)
        .args(["-g2005", "-o", "bench.vvp", "bench.v"])
        .args(&emission.order);
    let compiled = icarus
        .output()
        .expect("iverilog is missing; run scripts/setup.sh");
    assert!(
        compiled.status.success(),
        "{}",
        String::from_utf8_lossy(&compiled.stderr)
    );
    let run = Command::new("vvp")
        .current_dir(&dir)
        .arg("bench.vvp")
        .output()
        .expect("vvp is missing; run scripts/setup.sh");
    assert_eq!(
        String::from_utf8_lossy(&run.stdout).trim(),
        "errors=0 open=1"
    );
}
