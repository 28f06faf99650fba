// SPDX-License-Identifier: MIT OR Apache-2.0
//! A program as C source: data for the generated driver (`driver/hcim_accelerator.h`).

use std::fmt::Write as _;

use crate::blocks::accelerator::{self, AcceleratorShape};
use crate::config::{Config, VERSION};

use super::program::{Phase, Program, TileLoad};

/// Numbers of a line.
const LINE: usize = 16;

/// The source `program.c`.
pub fn c_source(program: &Program, config: &Config) -> String {
    let digest = config.digest64();
    let expected = program.phases.iter().flat_map(|phase| &phase.expected);
    let scores: usize = expected.map(super::Expected::beats).sum();
    // The name has letters, digits, '_', '-' and '.' alone: validation of networks sees to that.
    let mut text = format!(
        "/*\n * Network {} as data for the driver of {}_accelerator: hcim_acc_load, hcim_acc_infer.\n \
         * Made by hcim map {VERSION}; digest of the configuration {}.\n */\n#include \"hcim_accelerator.h\"\n",
        program.network,
        config.name(),
        config.digest_hex()
    );
    for (index, phase) in program.phases.iter().enumerate() {
        data(&mut text, index, phase);
    }
    text += "\nstatic const struct hcim_program_phase phases[] = {\n";
    for (index, phase) in program.phases.iter().enumerate() {
        let list = |what: &str, count: usize| match count {
            0 => "NULL, 0u".to_owned(),
            count => format!("p{index}_{what}, {count}u"),
        };
        let _ = writeln!(
            text,
            "    {{ {}, {}, {}, {} }},",
            list("loads", phase.loads.len()),
            list("constants", phase.constants.len()),
            list("passes", phase.passes.len()),
            list("streams", phase.expected.len())
        );
    }
    let _ = write!(
        text,
        "}};\n\nconst struct hcim_program hcim_program;\nconst struct hcim_program hcim_program = {{\n    \"{}\",\n    \
         {{ {:#010x}u, {:#010x}u, {:#010x}u }},\n    {}u, {}u, {}u, {scores}u,\n    phases, {}u,\n}};\n",
        program.network,
        version_word(config),
        digest as u32,
        (digest >> 32) as u32,
        program.image.base,
        program.image.pixels,
        program.image.channels,
        program.phases.len()
    );
    text
}

/// What the accelerator's register VERSION reads.
fn version_word(config: &Config) -> u32 {
    let map = AcceleratorShape::of(config).map(|shape| accelerator::map(&shape));
    let register = map.as_ref().and_then(|map| map.register("VERSION"));
    register.map_or(0, |register| register.reset())
}

fn data(text: &mut String, index: usize, phase: &Phase) {
    for (n, load) in phase.loads.iter().enumerate() {
        for (what, bytes) in [
            ("weights", &load.weights),
            ("scales", &load.scales),
            ("column_thresholds", &load.column_thresholds),
        ] {
            let bytes: Vec<String> = bytes.iter().map(u8::to_string).collect();
            array(text, "uint8_t", &format!("p{index}_l{n}_{what}"), &bytes);
        }
        let codes: Vec<String> = load.thresholds.iter().map(u32::to_string).collect();
        array(
            text,
            "uint16_t",
            &format!("p{index}_l{n}_thresholds"),
            &codes,
        );
    }
    let loads: Vec<String> = (0..)
        .zip(&phase.loads)
        .map(|(n, load)| tile(index, n, load))
        .collect();
    rows(
        text,
        "struct hcim_program_load",
        &format!("p{index}_loads"),
        &loads,
    );
    let constants = phase.constants.iter();
    // -2147483648 is no number of C.
    let constants = constants.map(|(m, b)| match b.checked_neg() {
        Some(_) => format!("{{ {m}, {b} }}"),
        None => format!("{{ {m}, -2147483647 - 1 }}"),
    });
    rows(
        text,
        "struct hcim_constant",
        &format!("p{index}_constants"),
        &constants.collect::<Vec<_>>(),
    );
    let words = phase.passes.iter().flat_map(|pass| pass.words());
    let words: Vec<String> = words.map(|word| format!("{word:#x}u")).collect();
    array(text, "uint32_t", &format!("p{index}_passes"), &words);
    let streams = phase.expected.iter();
    let streams = streams.map(|part| format!("{{ {}u, {}u }}", part.positions, part.channels));
    rows(
        text,
        "struct hcim_program_stream",
        &format!("p{index}_streams"),
        &streams.collect::<Vec<_>>(),
    );
}

fn tile(phase: usize, n: usize, load: &TileLoad) -> String {
    let packet = |what: &str, bytes: &[u8]| match bytes.len() {
        0 => "NULL, 0u".to_owned(),
        count => format!("p{phase}_l{n}_{what}, {count}u"),
    };
    let thresholds = match load.thresholds.len() {
        0 => "NULL".to_owned(),
        _ => format!("p{phase}_l{n}_thresholds"),
    };
    format!(
        "{{ {}u, {}, {}, {}, {thresholds} }} /* {} */",
        load.tile,
        packet("weights", &load.weights),
        packet("scales", &load.scales),
        packet("column_thresholds", &load.column_thresholds),
        load.layer
    )
}

/// Numbers, many a line; C has no empty arrays.
fn array(text: &mut String, kind: &str, name: &str, numbers: &[String]) {
    if numbers.is_empty() {
        return;
    }
    let _ = write!(text, "\nstatic const {kind} {name}[] = {{\n");
    for line in numbers.chunks(LINE) {
        let _ = writeln!(text, "    {},", line.join(", "));
    }
    *text += "};\n";
}

/// Structures, one a line.
fn rows(text: &mut String, kind: &str, name: &str, rows: &[String]) {
    if rows.is_empty() {
        return;
    }
    let _ = write!(text, "\nstatic const {kind} {name}[] = {{\n");
    for row in rows {
        let _ = writeln!(text, "    {row},");
    }
    *text += "};\n";
}
