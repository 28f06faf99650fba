// SPDX-License-Identifier: MIT OR Apache-2.0
//! Records of Verilator runs, repeated in Icarus Verilog: two states against four. The testbench has compared the run with
//! the golden model; the repetition begins with unknown storage and has unknown payloads on idle channels.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use crate::model::{self, Generated, Source};
use crate::tools::{Tools, run};
use crate::trace::Trace;

/// Tests that are recorded: they load everything before they use it.
pub const TESTS: &[&str] = &["programs", "pauses"];

/// Runs a test with Verilator and repeats it with Icarus; gives what that printed.
pub fn play(
    tools: &Tools,
    generated: &Generated,
    folder: &Path,
    seed: u64,
    test: &str,
) -> Result<String, String> {
    let build = folder.join("verilator");
    let place = folder.join(format!("seed{seed}-{test}"));
    let _ = std::fs::remove_dir_all(&place);
    for path in [&build, &place] {
        std::fs::create_dir_all(path).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    let shared = model::shared(tools, Trace::Off)?;
    let bench = model::bench(tools, &generated.bench())?;
    let simulator = model::simulator(tools, &build, generated, Source::Rtl, &shared, &bench)?;
    let record = place.join("record.txt");
    run(Command::new(simulator)
        .arg("--config")
        .arg(&generated.config)
        .args(["--seed", &seed.to_string(), "--only", test, "--record"])
        .arg(&record))?;
    let wrong = |path: &Path, e: std::io::Error| format!("{}: {e}", path.display());
    let text = std::fs::read_to_string(&record).map_err(|e| wrong(&record, e))?;
    let (header, vectors) = text
        .split_once("\n\n")
        .ok_or("the record has no end of its header")?;
    let bench = place.join("record_tb.v");
    let source = testbench(&generated.module(), header)?;
    std::fs::write(&bench, source).map_err(|e| wrong(&bench, e))?;
    let path = place.join("vectors.txt");
    std::fs::write(&path, vectors).map_err(|e| wrong(&path, e))?;
    let mut compiler = Command::new("iverilog");
    compiler
        .args(["-g2005", "-Wall"])
        // The record has a time scale, the modules need none.
        .args(["-Wno-timescale", "-DHCIM_ASSERT", "-s", "record_tb", "-o"])
        .arg(place.join("replay.vvp"))
        .args(&generated.rtl)
        .args(&generated.sim)
        .arg(&bench);
    let output = run(&mut compiler)?;
    let warnings = [output.stdout, output.stderr].concat();
    if !warnings.is_empty() {
        let warnings = String::from_utf8_lossy(&warnings).into_owned();
        return Err(format!("Icarus has warnings:\n{warnings}"));
    }
    let output = run(Command::new("vvp")
        .current_dir(&place)
        .args(["-n", "replay.vvp"]))?;
    let text = [output.stdout, output.stderr].concat();
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// The testbench for the ports of a record's header: lines such as `input s_axil_awaddr 24`.
fn testbench(module: &str, header: &str) -> Result<String, String> {
    let mut declare = String::new();
    let mut connect = String::new();
    let (mut names, mut bits) = ([Vec::new(), Vec::new()], [0u32, 0]);
    for line in header.lines() {
        let wrong = || format!("cannot read the port `{line}` of a record");
        let words: Vec<&str> = line.split(' ').collect();
        let [direction, name, width] = words[..] else {
            return Err(wrong());
        };
        let width: u32 = width.parse().map_err(|_| wrong())?;
        let side = usize::from(direction == "output");
        let _ = writeln!(declare, "  wire [{}:0] {name};", width.saturating_sub(1));
        let _ = write!(connect, ",\n    .{name} ({name})");
        names[side].push(name);
        bits[side] += width;
    }
    Ok(include_str!("record_tb.v.in")
        .replace("@MODULE@", module)
        .replace("@DECLARE@\n", &declare)
        .replace("@CONNECT@", &connect)
        .replace("@INPUTS@", &names[0].join(", "))
        .replace("@OUTPUTS@", &names[1].join(", "))
        .replace("@INPUT_BITS@", &bits[0].to_string())
        .replace("@OUTPUT_BITS@", &bits[1].to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_of_a_header() {
        let text = testbench("top", "input rst_ni 1\ninput a_i 24\noutput y_o 3").unwrap();
        assert!(text.contains("  wire [23:0] a_i;\n  wire [2:0] y_o;\n"));
        assert!(text.contains("assign {rst_ni, a_i} = driven;"));
        assert!(text.contains("reg [25-1:0] inputs;"));
        assert!(text.contains("top dut (.clk_i (clk_i),\n    .rst_ni (rst_ni),"));
        assert!(!text.contains('@'));
        assert!(testbench("top", "input rst_ni").is_err());
    }
}
