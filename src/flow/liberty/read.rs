// SPDX-License-Identifier: MIT OR Apache-2.0
//! From the text of Liberty files to a library.

use std::collections::BTreeMap;

use crate::config::{Code, Diagnostic, Report, quoted};

use crate::flow::words::{is_cell_name, is_name};

use super::function::Function;
use super::group::{self, Group};
use super::model::{
    Cell, CellKind, Direction, FlipFlop, GateRole, LatchStorage, Liberty, Pin, WireLoad,
};

/// Reads Liberty files (name and bytes of each) as one library. A cell of an earlier file wins.
///
/// # Errors
/// A file that is no Liberty.
pub fn read(files: &[(String, Vec<u8>)]) -> Result<Liberty, Report> {
    let mut library = Liberty::default();
    for (name, bytes) in files {
        let text = String::from_utf8_lossy(bytes);
        let tree = group::parse(&text).map_err(|fault| {
            let message = format!("{} is no Liberty file: {}", quoted(name), fault.what);
            Diagnostic::new(Code::LibertySyntax, message)
                .note(format!("in line {}", fault.line))
                .help("give --liberty a Liberty file (.lib or .lib.gz)")
        })?;
        if tree.kind != "library" {
            let message = format!(
                "{} is no Liberty file: it begins with {}, not with library",
                quoted(name),
                quoted(&tree.kind)
            );
            return Err(Diagnostic::new(Code::LibertySyntax, message)
                .help("give --liberty a Liberty file (.lib or .lib.gz)")
                .into());
        }
        if let Some(odd) = odd_name(&tree) {
            let message = format!("{} has {odd}", quoted(name));
            return Err(Diagnostic::new(Code::LibertySyntax, message)
                .note("cells are named with letters, digits and _; pins and libraries may have . - + ! : / < > and bits in brackets, too")
                .help("scripts and netlists cannot carry other names: rename it, or give another --liberty")
                .into());
        }
        add(&mut library, &tree);
    }
    Ok(library)
}

/// A name that could be taken for more than a name where we write it.
fn odd_name(tree: &Group) -> Option<String> {
    let odd = |what: &str, names: &[String], fits: fn(&str) -> bool| {
        let found = names.iter().find(|name| !fits(name));
        found.map(|name| format!("a {what} named {}", quoted(name)))
    };
    let cells = tree.of_kind("cell").find_map(|cell| {
        let pins = cell.groups.iter().find_map(|group| {
            let inner = group
                .groups
                .iter()
                .find_map(|pin| odd("pin", &pin.names, is_name));
            match group.kind.as_str() {
                "pin" | "ff" | "latch" => odd("pin", &group.names, is_name),
                "bus" | "bundle" => odd("pin", &group.names, is_name).or(inner),
                _ => None,
            }
        });
        if cell.names.is_empty() {
            return Some("a cell without a name".to_owned());
        }
        odd("cell", &cell.names, is_cell_name).or(pins)
    });
    odd("library", &tree.names, is_name).or(cells)
}

fn add(library: &mut Liberty, tree: &Group) {
    if library.name.is_empty() {
        library.name = tree.name().to_owned();
    }
    let unit = capacitance_unit_ff(tree);
    library.volts = library.volts.or_else(|| volts(tree));
    if library.default_wire_load.is_none() {
        library.default_wire_load = tree.value("default_wire_load").map(str::to_owned);
    }
    for group in tree.of_kind("wire_load") {
        let loads = wire_load(group, unit);
        library.wire_loads.insert(group.name().to_owned(), loads);
    }
    for group in tree.of_kind("cell") {
        let cell = cell(group, unit);
        library.cells.entry(group.name().to_owned()).or_insert(cell);
    }
}

fn capacitance_unit_ff(tree: &Group) -> f64 {
    let Some([number, unit]) = tree.values("capacitive_load_unit") else {
        return 1000.0;
    };
    let scale = if unit.trim().eq_ignore_ascii_case("ff") {
        1.0
    } else {
        1000.0
    };
    number.trim().parse().unwrap_or(1.0) * scale
}

fn volts(tree: &Group) -> Option<f64> {
    let default = tree.value("default_operating_conditions");
    let mut conditions = tree.of_kind("operating_conditions");
    let chosen = conditions.find(|group| default.is_none_or(|name| name == group.name()));
    chosen
        .and_then(|group| group.number("voltage"))
        .or_else(|| tree.number("nom_voltage"))
}

fn wire_load(group: &Group, unit: f64) -> WireLoad {
    let lengths = group.attributes.iter().filter_map(|(key, values)| {
        let [fanout, length, ..] = values.as_slice() else {
            return None;
        };
        (key == "fanout_length")
            .then(|| Some((fanout.trim().parse().ok()?, length.trim().parse().ok()?)))?
    });
    let mut length: Vec<(u32, f64)> = lengths.collect();
    length.sort_by_key(|(fanout, _)| *fanout);
    WireLoad {
        ff_per_length: group.number("capacitance").unwrap_or(0.0) * unit,
        slope: group.number("slope").unwrap_or(0.0),
        length,
    }
}

fn cell(group: &Group, unit: f64) -> Cell {
    let mut pins: BTreeMap<String, Pin> = BTreeMap::new();
    let bundles = group.of_kind("bus").chain(group.of_kind("bundle"));
    let in_bundles = bundles.flat_map(|bundle| bundle.of_kind("pin"));
    for found in group.of_kind("pin").chain(in_bundles) {
        for name in &found.names {
            pins.insert(name.clone(), pin(found, unit));
        }
    }
    let kind = kind(group, &pins);
    mark_clocks(&kind, &mut pins);
    Cell {
        area: group.number("area").unwrap_or(0.0),
        kind,
        pins,
        dont_use: is_true(group, "dont_use"),
    }
}

fn pin(group: &Group, unit: f64) -> Pin {
    let direction = match group.value("direction") {
        Some("output") => Direction::Output,
        Some("inout") => Direction::Inout,
        Some("internal") => Direction::Internal,
        _ => Direction::Input,
    };
    let roles = [
        ("clock_gate_clock_pin", GateRole::Clock),
        ("clock_gate_enable_pin", GateRole::Enable),
        ("clock_gate_test_pin", GateRole::Test),
        ("clock_gate_out_pin", GateRole::Out),
    ];
    let gate_role = roles
        .into_iter()
        .find(|(name, _)| is_true(group, name))
        .map(|(_, role)| role);
    Pin {
        direction,
        capacitance_ff: group.number("capacitance").unwrap_or(0.0) * unit,
        function: function(group, "function"),
        three_state: group.value("three_state").is_some(),
        is_clock: is_true(group, "clock") || gate_role == Some(GateRole::Clock),
        gate_role,
    }
}

fn kind(group: &Group, pins: &BTreeMap<String, Pin>) -> CellKind {
    if let Some(gate) = group.value("clock_gating_integrated_cell") {
        return CellKind::ClockGate(gate.to_owned());
    }
    if let Some(storage) = group.of_kind("ff").next() {
        return flip_flop(storage).map_or(CellKind::Other, CellKind::FlipFlop);
    }
    if let Some(storage) = group.of_kind("latch").next() {
        return latch(storage).map_or(CellKind::Other, CellKind::Latch);
    }
    let outputs: Vec<&Pin> = pins
        .values()
        .filter(|pin| pin.direction == Direction::Output)
        .collect();
    let is_simple = |pin: &&Pin| pin.function.is_some() && !pin.three_state;
    if outputs.is_empty() || !outputs.iter().all(is_simple) {
        return CellKind::Other;
    }
    let constant = |pin: &&Pin| matches!(pin.function, Some(Function::Constant(_)));
    if outputs.iter().all(constant) {
        return CellKind::Tie;
    }
    match outputs.as_slice() {
        [only] if matches!(only.function, Some(Function::Pin(_))) => CellKind::Buffer,
        _ => CellKind::Combinational,
    }
}

fn flip_flop(group: &Group) -> Option<FlipFlop> {
    Some(FlipFlop {
        variables: variables(group),
        next: function(group, "next_state")?,
        clock: function(group, "clocked_on")?,
        clear: function(group, "clear"),
        preset: function(group, "preset"),
    })
}

fn latch(group: &Group) -> Option<LatchStorage> {
    Some(LatchStorage {
        variables: variables(group),
        data: function(group, "data_in")?,
        enable: function(group, "enable")?,
        clear: function(group, "clear"),
        preset: function(group, "preset"),
    })
}

fn variables(group: &Group) -> [String; 2] {
    let name = |index: usize, default: &str| {
        let given = group.names.get(index).filter(|name| !name.is_empty());
        given.cloned().unwrap_or_else(|| default.to_owned())
    };
    [name(0, "IQ"), name(1, "IQN")]
}

/// The clock pins of storage.
fn mark_clocks(kind: &CellKind, pins: &mut BTreeMap<String, Pin>) {
    let clock = match kind {
        CellKind::FlipFlop(storage) => storage.clock.literal(),
        CellKind::Latch(storage) => storage.enable.literal(),
        _ => None,
    };
    if let Some(pin) = clock.and_then(|(name, _)| pins.get_mut(name)) {
        pin.is_clock = true;
    }
}

fn function(group: &Group, name: &str) -> Option<Function> {
    Function::parse(group.value(name)?).ok()
}

fn is_true(group: &Group, name: &str) -> bool {
    group
        .value(name)
        .is_some_and(|value| value.trim() == "true")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TINY: &str = include_str!("tiny.lib");

    fn tiny() -> Liberty {
        read(&[("tiny.lib".to_owned(), TINY.as_bytes().to_vec())])
            .unwrap_or_else(|report| panic!("{report}"))
    }

    #[test]
    fn cells_with_their_kinds_and_pins() {
        let library = tiny();
        let kinds: Vec<String> = library
            .cells
            .iter()
            .map(|(name, cell)| {
                let kind = format!("{:?}", cell.kind);
                let word = kind.split(|c: char| !c.is_alphabetic()).next();
                format!("{name}:{}", word.unwrap_or_default())
            })
            .collect();
        assert_eq!(
            kinds.join(" "),
            "BUF:Buffer DFFR:FlipFlop FILL:Other ICG:ClockGate INV:Combinational LAT:Latch \
             NAND2:Combinational ONE:Tie TRI:Other"
        );
        let nand = &library.cells["NAND2"];
        assert_eq!(nand.area, 2.5);
        assert_eq!(nand.pins["A"].capacitance_ff, 1.5);
        assert!(library.cells["DFFR"].pins["CK"].is_clock);
        assert!(!library.cells["DFFR"].pins["D"].is_clock);
        assert!(library.cells["ICG"].pins["CK"].is_clock);
        assert_eq!(library.volts, Some(1.1));
    }

    #[test]
    fn wire_loads_go_on_beyond_their_table() {
        let library = tiny();
        let loads = &library.wire_loads["small"];
        assert!((loads.wire_ff(1) - 20.0).abs() < 1e-9);
        assert!((loads.wire_ff(2) - 30.0).abs() < 1e-9);
        assert!((loads.wire_ff(4) - 50.0).abs() < 1e-9);
    }

    #[test]
    fn a_fault_names_its_line() {
        let bad = b"library (x) {\n  cell (A) {\n    area 3;\n  }\n}".to_vec();
        let text = read(&[("bad.lib".to_owned(), bad)])
            .unwrap_err()
            .to_string();
        assert!(text.contains("HC0404") && text.contains("line 3"), "{text}");
        let deep = "a (b) { ".repeat(1_000_000);
        let deep = read(&[(
            "deep".to_owned(),
            format!("library (x) {{ {deep}").into_bytes(),
        )]);
        assert!(deep.unwrap_err().to_string().contains("too many groups"));
        for odd in [
            "library (\"x\n module evil; endmodule //\") { }",
            "library (x) { cell (\"A; !touch pwned\") { } }",
            "library (x) { cell (A) { pin (\"Z[0]);evil(\") { } } }",
            "library (x) { cell (A) { bus (Z) { pin (\"a b\") { } } } }",
            "library (x) { cell () { area : 1; } }",
            "library (x) { cell (A) { ff (\"I Q\", IQN) { } } }",
        ] {
            let text = read(&[("odd".to_owned(), odd.as_bytes().to_vec())]).unwrap_err();
            assert!(text.to_string().contains("HC0404"), "{text}");
        }
        let other = read(&[("x".to_owned(), b"module (x) { }".to_vec())]);
        assert!(other.unwrap_err().to_string().contains("`module`"));
    }
}
