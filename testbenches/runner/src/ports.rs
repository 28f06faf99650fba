// SPDX-License-Identifier: MIT OR Apache-2.0
//! The glue between one Verilator model and the testbenches: a table of its ports by name.
//!
//! Testbenches reach ports by name at run time (`testbenches/common/dut.h`), so that they are compiled once and linked to
//! the models of all configurations.

use std::fmt::Write as _;

use crate::trace::Trace;

/// One port of the model's top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// Its name.
    pub name: String,
    /// Its width in bits.
    pub width: u32,
    /// Whether the testbench drives it.
    pub input: bool,
}

/// Finds the ports in the header that Verilator writes: lines such as `VL_IN8(&clk_i,0,0);`.
pub fn parse(header: &str) -> Result<Vec<Port>, String> {
    let mut ports = Vec::new();
    for line in header.lines().map(str::trim) {
        let input = line.starts_with("VL_IN");
        if !(input || line.starts_with("VL_OUT")) {
            continue;
        }
        let inner = line
            .split_once("(&")
            .and_then(|(_, rest)| rest.split_once(')'))
            .ok_or_else(|| format!("cannot read the port `{line}`"))?
            .0;
        let fields: Vec<&str> = inner.split(',').collect();
        let number = |i: usize| fields.get(i).and_then(|f| f.parse::<u32>().ok());
        match (fields.first(), number(1), number(2)) {
            (Some(name), Some(msb), Some(lsb)) if msb >= lsb => {
                ports.push(Port {
                    name: (*name).to_owned(),
                    width: msb - lsb + 1,
                    input,
                });
            }
            _ => return Err(format!("cannot read the port `{line}`")),
        }
    }
    if ports.is_empty() {
        return Err("Verilator's header has no ports".to_owned());
    }
    Ok(ports)
}

/// A variable of the behavioural crossbar that the model keeps public for testbenches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hook {
    /// Its name in the crossbar's source; with the crossbar's number behind it where there are several: `fault_x[2]`.
    pub name: String,
    /// Its name in the model.
    pub member: String,
    /// Its width in bits, all elements together.
    pub width: u32,
}

/// Finds the hooks in the header of the model's root: lines such as
/// `CData/*3:0*/ x__DOT__fault_pos_set;` and `VlUnpacked<IData/*31:0*/, 8> x__DOT__fault_offset;`.
pub fn hooks(root_header: &str) -> Result<Vec<Hook>, String> {
    let mut hooks: Vec<Hook> = Vec::new();
    for line in root_header.lines().map(str::trim) {
        let Some(member) = line
            .strip_suffix(';')
            .and_then(|l| l.rsplit([' ', '>']).next())
        else {
            continue;
        };
        let Some((path, name)) = member.rsplit_once("__DOT__") else {
            continue;
        };
        let public = name.starts_with("fault_") || name == "contract_violation";
        if !public || path.starts_with("__V") {
            continue;
        }
        let wrong = || format!("cannot read the variable `{line}`");
        let range = line
            .split_once("/*")
            .and_then(|(_, r)| r.split_once("*/"))
            .ok_or_else(wrong)?;
        let (msb, lsb) = range.0.split_once(':').ok_or_else(wrong)?;
        let parse = |text: &str| text.parse::<u32>().map_err(|_| wrong());
        let element = parse(msb)? - parse(lsb)? + 1;
        let count = match line.starts_with("VlUnpacked") {
            true => parse(
                range
                    .1
                    .trim_start_matches([',', ' '])
                    .split('>')
                    .next()
                    .unwrap_or(""),
            )?,
            false => 1,
        };
        hooks.push(Hook {
            name: name.to_owned(),
            member: member.to_owned(),
            width: element * count,
        });
    }
    number(&mut hooks);
    Ok(hooks)
}

/// Several crossbars: their hooks are numbered in the order of the numbers in their paths (lane, tile).
fn number(hooks: &mut [Hook]) {
    let path = |hook: &Hook| -> Vec<u64> {
        let digits = hook.member.split(|c: char| !c.is_ascii_digit());
        digits.filter_map(|digits| digits.parse().ok()).collect()
    };
    hooks.sort_by_cached_key(|hook| (hook.name.clone(), path(hook)));
    for first in 0..hooks.len() {
        let name = hooks[first].name.clone();
        let alike = hooks[first..].iter().take_while(|hook| hook.name == name);
        let count = alike.count();
        if count > 1 {
            for (index, hook) in hooks[first..first + count].iter_mut().enumerate() {
                hook.name = format!("{name}[{index}]");
            }
        }
    }
}

/// The input that selects a mutant; testbenches do not see it as a port.
pub const MUTANT_PORT: &str = "hcim_mutant";

/// The glue's source text.
pub fn glue(ports: &[Port], hooks: &[Hook], trace: Trace) -> String {
    let mut table = String::new();
    for hook in hooks {
        let _ = writeln!(
            table,
            "        {{\"{0}\", &top_.rootp->{1}, sizeof(top_.rootp->{1}), {2}, false}},",
            hook.name, hook.member, hook.width
        );
    }
    let mutants = ports.iter().any(|port| port.name == MUTANT_PORT);
    for port in ports.iter().filter(|port| port.name != MUTANT_PORT) {
        let _ = writeln!(
            table,
            "        {{\"{0}\", &top_.{0}, sizeof(top_.{0}), {1}, {2}}},",
            port.name, port.width, port.input
        );
    }
    include_str!("glue.cpp.in")
        .replace("@WAVE@", if trace.writes_signals() { "1" } else { "0" })
        .replace(
            "@COVERAGE@",
            if trace == Trace::Coverage { "1" } else { "0" },
        )
        .replace("@MUTANTS@", if mutants { "1" } else { "0" })
        .replace("@FORMAT@", trace.format())
        .replace("@CLASS@", trace.class())
        .replace("@PORTS@\n", &table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_all_kinds_of_ports() {
        let header =
            "    VL_IN8(&clk_i,0,0);\n  VL_OUT64(&y_o,40,0);\n int x;\n    VL_INW(&w_i,127,0,4);\n";
        let ports = parse(header).unwrap();
        let all: Vec<_> = ports
            .iter()
            .map(|p| (p.name.as_str(), p.width, p.input))
            .collect();
        assert_eq!(
            all,
            [("clk_i", 1, true), ("y_o", 41, false), ("w_i", 128, true)]
        );
        assert!(
            glue(&ports, &[], Trace::Off)
                .contains("{\"y_o\", &top_.y_o, sizeof(top_.y_o), 41, false},")
        );
    }

    #[test]
    fn the_input_that_selects_a_mutant_is_no_port_of_the_testbench() {
        let ports = parse("VL_IN8(&clk_i,0,0);\nVL_IN16(&hcim_mutant,15,0);\n").unwrap();
        let text = glue(&ports, &[], Trace::Off);
        assert!(text.contains("#if 1\n        top_.hcim_mutant = selected;"));
        assert!(!text.contains("{\"hcim_mutant\""));
        let text = glue(&ports[..1], &[], Trace::Off);
        assert!(text.contains("#if 0\n        top_.hcim_mutant = selected;"));
    }

    #[test]
    fn finds_hooks_of_all_widths() {
        let header = "CData/*0:0*/ t__DOT__u_x__DOT__fault_not_ready;\n\
            VlUnpacked<IData/*31:0*/, 5> t__DOT__u_x__DOT__fault_offset;\n\
            VlWide<4>/*127:0*/ t__DOT__u_x__DOT__fault_pos_set;\nCData/*0:0*/ t__DOT__other;\n\
            CData/*0:0*/ __Vdly__t__DOT__fault_x;\n";
        let found = hooks(header).unwrap();
        let all: Vec<_> = found.iter().map(|h| (h.name.as_str(), h.width)).collect();
        assert_eq!(
            all,
            [
                ("fault_not_ready", 1),
                ("fault_offset", 160),
                ("fault_pos_set", 128)
            ]
        );
        assert_eq!(found[0].member, "t__DOT__u_x__DOT__fault_not_ready");
    }

    #[test]
    fn hooks_of_several_crossbars_have_numbers() {
        let hook = |lane: u32, tile: u32| {
            format!(
                "CData/*0:0*/ a2__DOT__gen_lane__BRA__{lane}__KET____DOT__gen_tile__BRA__{tile}__KET____DOT__u_crossbar\
                 __DOT__fault_not_ready;\n"
            )
        };
        let header = [hook(1, 0), hook(0, 10), hook(0, 2), hook(1, 1)].concat();
        let found = hooks(&header).unwrap();
        let all: Vec<_> = found
            .iter()
            .map(|h| (h.name.as_str(), h.member.contains("tile__BRA__2")))
            .collect();
        assert_eq!(
            all,
            [
                ("fault_not_ready[0]", true),
                ("fault_not_ready[1]", false),
                ("fault_not_ready[2]", false),
                ("fault_not_ready[3]", false)
            ]
        );
    }

    #[test]
    fn refuses_what_it_cannot_read() {
        assert!(parse("VL_IN8(&clk_i,x,0);").is_err());
        assert!(parse("").is_err());
    }
}
