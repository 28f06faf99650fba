// SPDX-License-Identifier: MIT OR Apache-2.0
//! The replay testbench of a tile: plain Verilog that plays vectors of the golden model, and the
//! steps at the register interface that those vectors are made from.

use super::header;
use super::output_file::OutputFile;
use crate::blocks::registers::{Field, RegisterMap};
use crate::blocks::tile::TileShape;
use crate::config::Config;
use askama::Template;

#[derive(Template)]
#[template(path = "output/replay_tb.v", escape = "none")]
struct Bench<'a> {
    header: String,
    name: &'a str,
    input_bits: usize,
    output_bits: usize,
    chain: bool,
    chain_x: String,
}

/// Testbench and steps.
pub(super) fn files(
    config: &Config,
    shape: &TileShape,
    map: &RegisterMap,
) -> Result<Vec<OutputFile>, askama::Error> {
    let name = config.name();
    let bench = Bench {
        header: header::verilog(config, &format!("Replay testbench of {name}_tile")),
        name,
        input_bits: shape.input_stream_bits,
        output_bits: shape.output_stream_bits,
        chain: shape.chain,
        chain_x: format!("{{{}{{1'bx}}}}", shape.outputs * shape.array.readout_rows),
    };
    Ok(vec![
        OutputFile::new(format!("sim/{name}_tile_replay_tb.v"), bench.render()?),
        OutputFile::new(format!("sim/{name}_tile_replay.steps"), steps(config, map)),
    ])
}

/// The steps: refusals, thresholds and skips, a start when everything is loaded, the counters at
/// the end. Registers that the configuration does not have are left out.
fn steps(config: &Config, map: &RegisterMap) -> String {
    let lines = header::lines(config, "Steps of the replay at AXI4-Lite, in this order");
    let mut text = header::comment(&lines, "# ");
    text += "# Vectors: hcim-golden-vectors CONFIG.json FOLDER SEED MVMS THIS_FILE\n\n";
    for (kind, register, fields, value) in STEPS {
        let Some(register) = map.register(register).filter(|register| register.present) else {
            continue;
        };
        let mask = |name: &str| {
            let named = |field: &&Field| name.is_empty() || field.name == name;
            register
                .fields
                .iter()
                .filter(named)
                .fold(0, |mask, field| mask | field.mask())
        };
        let bits = fields.iter().fold(0, |bits, field| bits | mask(field));
        let value = match *value {
            "set" => format!("{bits:#x}"),
            "reset" => format!("{:#x}", register.reset()),
            value => value.to_string(),
        };
        let operands = match *kind {
            "thresholds" => "4".to_string(),
            "skip" => fields
                .iter()
                .map(|field| format!("{:#x}", mask(field)))
                .collect::<Vec<_>>()
                .join(" "),
            "poll" | "check" => format!("{value} {bits:#x}"),
            _ => value,
        };
        let names: Vec<&str> = fields
            .iter()
            .copied()
            .filter(|name| !name.is_empty())
            .collect();
        let words = format!("{kind:10} {:#05x} {operands}", register.address);
        text += format!("{words:44}# {} {}", register.name, names.join(" ")).trim_end();
        text.push('\n');
    }
    text
}

/// Kind of step, register, fields (`""` for all), value: a word of the step's language, `set` for
/// the fields' bits, or `reset`.
const STEPS: &[(&str, &str, &[&str], &str)] = &[
    ("refused", "ID", &[""], "0"),
    ("refused", "TIMING", &[""], "0"),
    ("check", "ID", &[""], "reset"),
    ("check", "DIGEST_LO", &[""], "reset"),
    ("check", "DIGEST_HI", &[""], "reset"),
    ("check", "TIMING", &[""], "reset"),
    ("thresholds", "THRESHOLD", &[""], ""),
    ("skip", "SKIP", &["ZERO_PLANE", "EMPTY_PLANE"], ""),
    (
        "poll",
        "STATUS",
        &["WEIGHTS_VALID", "SCALES_VALID", "THRESHOLDS_VALID"],
        "set",
    ),
    ("write", "IRQ_ENABLE", &["DONE"], "set"),
    ("write", "MVM_COUNT", &[""], "mvms"),
    ("write", "CTRL", &["START"], "set"),
    ("poll", "IRQ_STATUS", &["DONE"], "set"),
    (
        "poll",
        "STATUS",
        &["BUSY", "RESULT_PENDING", "INPUTS_BUFFERED"],
        "0",
    ),
    ("check", "MVM_DONE", &[""], "mvms"),
    ("check", "PLANES_SKIPPED", &[""], "planes_skipped"),
    ("check", "PLANES_EMPTY", &[""], "planes_empty"),
    ("check", "ERROR", &[""], "0"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blocks::registers;

    #[test]
    fn every_name_in_the_steps_is_in_the_register_map() {
        let map = registers::map(&TileShape::of(&Config::default()).registers);
        for (_, name, fields, _) in STEPS {
            let register = map.register(name).expect(name);
            for field in fields.iter().filter(|field| !field.is_empty()) {
                assert!(
                    register.fields.iter().any(|f| f.name == *field),
                    "{name}.{field}"
                );
            }
        }
    }
}
