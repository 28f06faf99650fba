// SPDX-License-Identifier: MIT OR Apache-2.0
//! The texts of the crossbar: simulation model and stub, with the ports of the black box.

use askama::Template;

use super::{CrossbarShape, CrossbarThresholds, build};
use crate::hdl::{Dir, Module, Port, index_width, value_width};

#[derive(Template)]
#[template(path = "crossbar_stub.v", escape = "none")]
struct Stub<'a> {
    header: &'a str,
    contract: String,
    name: &'a str,
    ports: Vec<String>,
}

#[derive(Template)]
#[template(path = "crossbar_model.v", escape = "none")]
struct Model<'a> {
    header: &'a str,
    contract: String,
    name: &'a str,
    ports: Vec<String>,
    ternary: bool,
    per_tile: bool,
    per_column: bool,
    rows: usize,
    columns: usize,
    planes: usize,
    sharing: usize,
    comparators: usize,
    threshold_bits: usize,
    levels: usize,
    analog_bits: usize,
    threshold: String,
    threshold_index_msb: usize,
    prog_plane: String,
    prog_column: String,
    select: String,
    pos_padded: String,
    neg_padded: String,
}

/// The behavioural model of `<prefix>_crossbar`, for simulation. `header` stands at the top of the
/// file, as comment lines.
pub fn model(prefix: &str, shape: &CrossbarShape, header: &str) -> Result<String, askama::Error> {
    let module = build(prefix, shape);
    let per_tile = shape.thresholds == CrossbarThresholds::PerTile;
    let per_column = shape.thresholds == CrossbarThresholds::PerColumn;
    let (threshold_bits, plane_bits) = (shape.threshold_bits(), index_width(shape.input_bits));
    let comparators = shape.comparators();
    let sharing = shape.columns_per_comparator;
    let padding = comparators * sharing - shape.columns;
    let padded = |name: &str| match padding {
        0 => name.to_string(),
        _ => format!("{{{padding}'d0, {name}}}"),
    };
    let threshold_count = shape.input_bits * shape.columns;
    let threshold = match per_tile {
        true => widened("threshold_i", threshold_bits),
        false => {
            let index = format!("{} * COLS + column", widened("plane_i", plane_bits));
            widened(&format!("thresholds_q[{index}]"), threshold_bits)
        }
    };
    Model {
        header,
        contract: comment(module.contract()),
        name: module.name(),
        ports: port_lines(&module),
        ternary: shape.is_ternary(),
        per_tile,
        per_column,
        rows: shape.rows,
        columns: shape.columns,
        planes: shape.input_bits,
        sharing,
        comparators,
        threshold_bits,
        levels: value_width(2 * shape.rows as u128),
        analog_bits: shape.rows
            + if per_tile { threshold_bits } else { 0 }
            + if per_column { plane_bits } else { 0 },
        threshold,
        threshold_index_msb: index_width(threshold_count) - 1,
        prog_plane: widened("prog_thr_plane_i", plane_bits),
        prog_column: widened("prog_thr_col_i", index_width(shape.columns)),
        select: widened("sel_i", index_width(sharing)),
        pos_padded: padded("pos_compare_q"),
        neg_padded: padded("neg_compare_q"),
    }
    .render()
    .map(terminated)
}

/// The black-box stub of `<prefix>_crossbar`, for synthesis.
pub fn stub(prefix: &str, shape: &CrossbarShape, header: &str) -> Result<String, askama::Error> {
    let module = build(prefix, shape);
    let contract = comment(module.contract());
    Stub {
        header,
        contract,
        name: module.name(),
        ports: port_lines(&module),
    }
    .render()
    .map(terminated)
}

/// The text with a line feed at its end, which the template language drops.
fn terminated(text: String) -> String {
    text + "\n"
}

/// A narrow number as an operand beside integers.
fn widened(name: &str, bits: usize) -> String {
    format!("$signed({{{}'d0, {name}}})", 32 - bits)
}

/// A paragraph as comment lines.
fn comment(text: &str) -> String {
    let mut lines = vec![String::from("//")];
    for word in text.split_whitespace() {
        if lines
            .last()
            .is_some_and(|line| line.len() + 1 + word.len() > 100)
        {
            lines.push(String::from("//"));
        }
        if let Some(line) = lines.last_mut() {
            line.push(' ');
            line.push_str(word);
        }
    }
    lines.join("\n")
}

/// The ports as lines of a module header.
fn port_lines(module: &Module) -> Vec<String> {
    let ports = module.ports();
    let range = |port: &Port| match port.width {
        1 => String::new(),
        width => format!("[{}:0]", width - 1),
    };
    let ranges = ports.iter().map(|p| range(p).len()).max().unwrap_or(0);
    let names = ports.iter().map(|p| p.name.len()).max().unwrap_or(0) + 1;
    ports
        .iter()
        .enumerate()
        .map(|(n, port)| {
            let dir = if port.dir == Dir::Input {
                "input "
            } else {
                "output"
            };
            let comma = if n + 1 < ports.len() { "," } else { "" };
            let name = format!("{}{comma}", port.name);
            format!(
                "  {dir} wire {:ranges$} {name:names$}  // {}",
                range(port),
                port.doc
            )
        })
        .collect()
}
