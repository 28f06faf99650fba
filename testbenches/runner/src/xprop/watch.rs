// SPDX-License-Identifier: MIT OR Apache-2.0
//! Reads the trace of a four-state run and looks for what is unknown where it must not be.

use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead;

use super::hierarchy::Design;

/// Outputs of a tile, and of its crossbar's control, that are known from reset on.
const ALWAYS: &[&str] = &[
    "s_axil_awready",
    "s_axil_wready",
    "s_axil_bvalid",
    "s_axil_arready",
    "s_axil_rvalid",
    "m_axis_tvalid",
    "irq_o",
    "u_crossbar.prog_en_i",
    "u_crossbar.precharge_i",
    "u_crossbar.evaluate_i",
    "u_crossbar.sense_i",
];

/// Outputs that are known while another is high.
const WHILE: &[(&str, &[&str])] = &[
    // Which packets are welcome depends on their destination.
    ("s_axis_tvalid", &["s_axis_tready"]),
    ("s_axil_bvalid", &["s_axil_bresp"]),
    ("s_axil_rvalid", &["s_axil_rdata", "s_axil_rresp"]),
    ("m_axis_tvalid", &["m_axis_tdata", "m_axis_tlast"]),
    (
        "u_crossbar.prog_en_i",
        &[
            "u_crossbar.prog_row_i",
            "u_crossbar.prog_pos_i",
            "u_crossbar.prog_neg_i",
        ],
    ),
    (
        "u_crossbar.evaluate_i",
        &[
            "u_crossbar.wl_i",
            "u_crossbar.plane_i",
            "u_crossbar.threshold_i",
        ],
    ),
    (
        "u_crossbar.sense_i",
        &[
            "u_crossbar.wl_i",
            "u_crossbar.plane_i",
            "u_crossbar.threshold_i",
        ],
    ),
];

/// Findings that are told one by one.
const TOLD: usize = 10;

/// What a run showed.
#[derive(Debug, Default)]
pub struct Seen {
    /// Bits of control state.
    pub control_bits: usize,
    /// Of these, unknown at power-up.
    pub unknown_at_first: usize,
    /// Bits of scale-factor storage that were looked at after the run.
    pub storage_bits: usize,
    /// Values that were looked at.
    pub checks: u64,
    /// What is wrong, the first few.
    pub faults: Vec<String>,
    /// How much is wrong altogether.
    pub fault_count: u64,
}

impl Seen {
    fn fault(&mut self, text: String) {
        self.fault_count += 1;
        if self.faults.len() < TOLD {
            self.faults.push(text);
        }
    }
}

#[derive(Debug, Default)]
struct Trace {
    /// By the identifier of the trace: the value, bit by bit.
    values: BTreeMap<String, Vec<u8>>,
    /// Identifiers of control state, with a path.
    control: BTreeMap<String, String>,
    /// Identifiers of scale factors, with a path.
    storage: BTreeMap<String, String>,
    /// Names inside the tile that the rules above speak of.
    named: BTreeMap<String, String>,
}

/// Looks at a trace of the module `top`, which is the first scope of a module in it.
pub fn watch(reader: impl BufRead, design: &Design, top: &str) -> Result<Seen, String> {
    let mut lines = reader.lines();
    let mut trace = head(&mut lines, design, top)?;
    let reset = trace
        .named
        .get("rst_ni")
        .cloned()
        .ok_or("the trace has no rst_ni")?;
    let mut seen = Seen {
        control_bits: bits(&trace, &trace.control),
        ..Seen::default()
    };
    let (mut low, mut running) = (false, false);
    let mut time = 0u64;
    let mut changed: BTreeSet<String> = BTreeSet::new();
    for line in lines {
        let line = line.map_err(|e| e.to_string())?;
        if let Some(now) = line.strip_prefix('#') {
            end_of_time(&trace, &changed, running, time, &mut seen);
            if time == 0 {
                seen.unknown_at_first = trace
                    .control
                    .keys()
                    .map(|id| unknown(&trace.values[id]))
                    .sum();
            }
            changed.clear();
            time = now.parse().map_err(|_| format!("no time: {line}"))?;
            continue;
        }
        let Some((id, value)) = change(&line) else {
            continue;
        };
        let Some(held) = trace.values.get_mut(id) else {
            continue;
        };
        set(held, value);
        changed.insert(id.to_owned());
        if id == reset {
            low |= value == "0";
            if low && value == "1" && !running {
                running = true;
                // Reset has done its work by now: whatever it is to set must be known.
                changed.extend(trace.control.keys().cloned());
            }
        }
    }
    end_of_time(&trace, &changed, running, time, &mut seen);
    if !running {
        return Err("the trace shows no reset".to_owned());
    }
    for (id, path) in &trace.storage {
        let value = &trace.values[id];
        seen.storage_bits += value.len();
        seen.checks += 1;
        if unknown(value) > 0 {
            seen.fault(format!(
                "at the end: scale factors {path} are {}",
                text(value)
            ));
        }
    }
    Ok(seen)
}

/// The rules, for what changed in a moment.
fn end_of_time(
    trace: &Trace,
    changed: &BTreeSet<String>,
    running: bool,
    time: u64,
    seen: &mut Seen,
) {
    if !running {
        return;
    }
    for id in changed {
        if let Some(path) = trace.control.get(id) {
            seen.checks += 1;
            if unknown(&trace.values[id]) > 0 {
                seen.fault(format!(
                    "time {time}: control state {path} is {}",
                    text(&trace.values[id])
                ));
            }
        }
    }
    let value = |name: &str| trace.named.get(name).map(|id| &trace.values[id]);
    for (name, value) in ALWAYS.iter().filter_map(|name| Some((name, value(name)?))) {
        seen.checks += 1;
        if unknown(value) > 0 {
            seen.fault(format!("time {time}: output {name} is {}", text(value)));
        }
    }
    for (valid, payloads) in WHILE {
        if value(valid).is_some_and(|valid| valid[..] == *b"1") {
            for (name, value) in payloads
                .iter()
                .filter_map(|name| Some((name, value(name)?)))
            {
                seen.checks += 1;
                if unknown(value) > 0 {
                    seen.fault(format!(
                        "time {time}: with {valid}, {name} is {}",
                        text(value)
                    ));
                }
            }
        }
    }
}

/// Reads the declarations.
fn head(
    lines: &mut impl Iterator<Item = std::io::Result<String>>,
    design: &Design,
    top: &str,
) -> Result<Trace, String> {
    let mut trace = Trace::default();
    // Scopes from the tile on: name, module, whether it is a cell with reset.
    let mut scopes: Vec<(String, String, bool)> = Vec::new();
    let mut outside = 0;
    for line in lines {
        let line = line.map_err(|e| e.to_string())?;
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["$scope", kind, name, ..] => match scopes.last() {
                Some((_, module, _)) => {
                    let (module, cell) = design.enter(module, name);
                    scopes.push((name.to_owned(), module, cell));
                }
                None if kind == "module" && name == "u_tile" => {
                    scopes.push((String::new(), top.to_owned(), false));
                }
                None => outside += 1,
            },
            ["$upscope", ..] => match scopes.pop() {
                Some(_) => {}
                None => outside -= 1,
            },
            ["$var", kind, width, id, name, ..] => {
                let Some((_, module, cell)) = scopes.last() else {
                    continue;
                };
                let width: usize = width.parse().map_err(|_| format!("no width: {line}"))?;
                trace
                    .values
                    .entry(id.to_owned())
                    .or_insert_with(|| vec![b'x'; width]);
                let path: Vec<&str> = scopes
                    .iter()
                    .skip(1)
                    .map(|scope| scope.0.as_str())
                    .collect();
                let path = path.join(".");
                let whole = if path.is_empty() {
                    name.to_owned()
                } else {
                    format!("{path}.{name}")
                };
                if kind == "reg" && (*cell || design.has_reset(module, name)) {
                    trace.control.insert(id.to_owned(), whole.clone());
                }
                // In a netlist every bit is a wire of its own: scale_q_7.
                if name.starts_with("scale_q") {
                    trace.storage.insert(id.to_owned(), whole.clone());
                }
                if path.is_empty() || path == "u_crossbar" {
                    trace.named.insert(whole, id.to_owned());
                }
            }
            ["$enddefinitions", ..] => {
                if trace.named.is_empty() || outside < 0 {
                    return Err("the trace has no tile".to_owned());
                }
                return Ok(trace);
            }
            _ => {}
        }
    }
    Err("the trace has no end of its declarations".to_owned())
}

fn bits(trace: &Trace, of: &BTreeMap<String, String>) -> usize {
    of.keys().map(|id| trace.values[id].len()).sum()
}

/// Identifier and value of a change: `1!`, or `b01x !`.
fn change(line: &str) -> Option<(&str, &str)> {
    match line.as_bytes().first()? {
        b'0' | b'1' | b'x' | b'z' => Some((&line[1..], &line[..1])),
        b'b' => line[1..].split_once(' ').map(|(value, id)| (id, value)),
        _ => None,
    }
}

/// A value may be shorter than its variable: then x and z fill it, and else 0.
fn set(held: &mut [u8], value: &str) {
    let value = value.as_bytes();
    let fill = match value.first() {
        Some(b'x') => b'x',
        Some(b'z') => b'z',
        _ => b'0',
    };
    let missing = held.len().saturating_sub(value.len());
    held[..missing].fill(fill);
    let rest = held.len() - missing;
    held[missing..].copy_from_slice(&value[value.len() - rest..]);
}

fn unknown(value: &[u8]) -> usize {
    value
        .iter()
        .filter(|bit| !matches!(bit, b'0' | b'1'))
        .count()
}

fn text(value: &[u8]) -> String {
    String::from_utf8_lossy(value).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "$scope module tb $end\n$scope module u_tile $end\n$var wire 1 ! rst_ni $end\n$var wire 1 \" m_axis_tvalid $end\n$var wire 4 # m_axis_tdata [3:0] $end\n$var wire 1 & irq_o $end\n$scope begin gen_a[0] $end\n$var reg 2 $ busy_q [1:0] $end\n$var reg 2 % data_q [1:0] $end\n$upscope $end\n$upscope $end\n$upscope $end\n$enddefinitions $end\n";

    fn seen(changes: &str) -> Seen {
        let verilog = "module top (\n);\n  always @(posedge clk_i or negedge rst_ni) begin\n    if (!rst_ni) begin\n      busy_q <= 2'd0;\n";
        let design = Design::read(&[verilog.to_owned()], "");
        watch(format!("{HEAD}{changes}").as_bytes(), &design, "top").unwrap()
    }

    const RESET: &str = "#0\n0!\n0\"\n0&\nbx #\nbx $\nbx %\n#1\nb0 $\n#5\n1!\n";

    #[test]
    fn a_clean_run() {
        let seen = seen(&format!(
            "{RESET}#6\nb10 $\nb0x %\n#7\nb1010 #\n1\"\n#8\n0\"\nbx #\n"
        ));
        assert_eq!(
            (seen.fault_count, seen.control_bits, seen.unknown_at_first),
            (0, 2, 2),
            "{seen:?}"
        );
    }

    #[test]
    fn every_rule_can_fail() {
        for (changes, what) in [
            (
                RESET.replace("b0 $\n", ""),
                "control state gen_a[0].busy_q is xx",
            ),
            (
                format!("{RESET}#9\nb1x $\n"),
                "control state gen_a[0].busy_q is 1x",
            ),
            (format!("{RESET}#9\nx&\n"), "output irq_o is x"),
            (format!("{RESET}#9\nz\"\n"), "output m_axis_tvalid is z"),
            (
                format!("{RESET}#9\nb1x #\n1\"\n"),
                "with m_axis_tvalid, m_axis_tdata is 001x",
            ),
        ] {
            let seen = seen(&changes);
            assert!(
                seen.faults
                    .first()
                    .is_some_and(|fault| fault.ends_with(what)),
                "{what}: {seen:?}"
            );
        }
    }

    #[test]
    fn a_trace_without_reset_proves_nothing() {
        let design = Design::default();
        assert!(watch(format!("{HEAD}#0\n1!\n").as_bytes(), &design, "top").is_err());
    }
}
