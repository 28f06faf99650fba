// SPDX-License-Identifier: MIT OR Apache-2.0
//! `hcim describe`: what follows from a configuration.

use std::fmt::Write as _;

use serde::Serialize;

use crate::config::{AcceleratorDerived, Config, Derived, Packet, Validated};

use super::args::ConfigOnlyArgs;
use super::load::load;
use super::output::Output;

#[derive(Serialize)]
struct Body<'a> {
    name: &'a str,
    configuration_sha256: String,
    identification: String,
    command: String,
    configuration: &'a Config,
    derived: Derived,
    memory_map: Vec<Region>,
}

/// Rows of the array's memory that belong together.
#[derive(Serialize)]
struct Region {
    first_row: u32,
    last_row: u32,
    contents: String,
}

pub(super) fn run(args: &ConfigOnlyArgs) -> Output {
    match load(&args.config) {
        Err(report) => Output::failure(report, args.json),
        Ok(Validated { config, warnings }) if args.json => Output::json(body(&config), &warnings),
        Ok(Validated { config, warnings }) => Output::text(text(&config), warnings),
    }
}

fn body(config: &Config) -> Body<'_> {
    let derived = config.derived();
    Body {
        name: config.name(),
        configuration_sha256: config.digest_hex(),
        identification: format!("0x{:016x}", config.digest64()),
        command: config.command_line(),
        configuration: config,
        derived,
        memory_map: memory_map(config, &derived),
    }
}

fn memory_map(config: &Config, derived: &Derived) -> Vec<Region> {
    let mut regions = Vec::new();
    for plane in 0..config.input_bits() {
        let first = plane * derived.stored_scale_bits;
        let end = first + config.scale_bits();
        regions.push(Region {
            first_row: first,
            last_row: end - 1,
            contents: format!("scale factors of bit plane {plane}, bit 0 first"),
        });
        if config.parity() {
            regions.push(Region {
                first_row: end,
                last_row: end,
                contents: format!("parity of the scale factors of bit plane {plane}"),
            });
        }
    }
    regions.push(Region {
        first_row: derived.scale_rows,
        last_row: derived.memory_rows - 1,
        contents: "accumulators, bit 0 first".to_owned(),
    });
    regions
}

/// Lines of a section: what, how much, and the formula or meaning.
type Lines = Vec<(&'static str, String, String)>;

fn text(config: &Config) -> String {
    let derived = config.derived();
    let mut text = format!("{}\n", config.name());
    // Writing to a String cannot fail.
    let _ = writeln!(text, "  made by         {}", config.command_line());
    let _ = writeln!(text, "  digest          {}", config.digest_hex());
    let _ = writeln!(text, "  identification  0x{:016x}", config.digest64());
    section(&mut text, "Parameters", &parameters(config));
    section(&mut text, "Widths and counts", &widths(config, &derived));
    section(&mut text, "Cycles", &cycles(&derived));
    section(&mut text, "Packets", &packets(config, &derived));
    section(&mut text, "Storage bits", &storage(&derived));
    let _ = writeln!(
        text,
        "\nMemory map of the array: {} rows of {} bits",
        derived.memory_rows,
        config.cols()
    );
    for region in memory_map(config, &derived) {
        let rows = format!("{}..={}", region.first_row, region.last_row);
        let _ = writeln!(text, "  {rows:<12} {}", region.contents);
    }
    section(
        &mut text,
        "Sustained rate, in cycles per matrix-vector multiply",
        &rate(&derived),
    );
    if let Some(own) = &derived.accelerator {
        section(&mut text, "Accelerator", &accelerator(own));
    }
    text
}

fn section(text: &mut String, title: &str, lines: &Lines) {
    let _ = writeln!(text, "\n{title}");
    for (what, value, meaning) in lines {
        let line = format!("  {what:<26} {value:>10}  {meaning}");
        let _ = writeln!(text, "{}", line.trim_end());
    }
}

fn parameters(config: &Config) -> Lines {
    use crate::config::{KEYS, KeyId, Value};
    let shown = |id| match config.value(id) {
        Value::Text(text) => text,
        value => value.plain(),
    };
    let keys = KEYS
        .iter()
        .filter(|key| key.id != KeyId::Name && config.has(key.id));
    keys.map(|key| (key.name, shown(key.id), key.summary.to_owned()))
        .collect()
}

fn widths(config: &Config, derived: &Derived) -> Lines {
    let unused = config.cols() - derived.used_columns;
    vec![
        (
            "outputs (O)",
            derived.outputs.to_string(),
            "floor(C / W)".into(),
        ),
        (
            "used columns",
            derived.used_columns.to_string(),
            format!("O * W; {unused} unused"),
        ),
        (
            "accumulator bits (P)",
            derived.accumulator_bits.to_string(),
            "S + A + 1".into(),
        ),
        (
            "result bits (Y)",
            derived.result_bits.to_string(),
            "S + A + W + 1 + ceil(log2 K)".into(),
        ),
        (
            "result element bits",
            derived.result_element_bits.to_string(),
            "Y rounded up to a multiple of 8".into(),
        ),
        (
            "threshold bits",
            derived.threshold_bits.to_string(),
            "ceil(log2(R + 1))".into(),
        ),
        (
            "comparators",
            derived.comparators.to_string(),
            "ceil(C / M)".into(),
        ),
    ]
}

fn cycles(derived: &Derived) -> Lines {
    vec![
        (
            "bit plane, array (D)",
            derived.digits_per_plane.to_string(),
            "ceil((S + 2) / d)".into(),
        ),
        (
            "bit plane, crossbar (E)",
            derived.evaluation_cycles.to_string(),
            "precharge + evaluate + M * (sense + hold)".into(),
        ),
        (
            "read-out",
            derived.readout_cycles.to_string(),
            format!(
                "ceil(P / u), u = {} rows per cycle",
                derived.readout_rows_per_cycle
            ),
        ),
        (
            "matrix-vector multiply",
            derived.cycles_per_mvm_bound.to_string(),
            "at most A * max(D, E) + A in a steady stream".into(),
        ),
    ]
}

fn packets(config: &Config, derived: &Derived) -> Lines {
    let line = |name, packet: Packet, width: u32| {
        (
            name,
            packet.bits.to_string(),
            format!("bits in {} beats of {width}", packet.beats),
        )
    };
    let input = config.input_stream_bits();
    let mut lines = vec![
        line("inputs (TDEST 0)", derived.input_packet, input),
        line("weights (TDEST 1)", derived.weight_packet, input),
        line("scale factors (TDEST 2)", derived.scale_packet, input),
    ];
    if let Some(packet) = derived.threshold_packet {
        lines.push(line("thresholds (TDEST 3)", packet, input));
    }
    let results = match config.accelerator() {
        Some(_) => derived.result_element_bits,
        None => config.output_stream_bits(),
    };
    lines.push(line("results", derived.result_packet, results));
    lines
}

fn storage(derived: &Derived) -> Lines {
    let bits = derived.storage_bits;
    vec![
        (
            "scale factors",
            bits.scale_factors.to_string(),
            "A * S * C".into(),
        ),
        (
            "parity",
            bits.parity.to_string(),
            "A * C with parity".into(),
        ),
        (
            "accumulators",
            bits.accumulators.to_string(),
            "P * C".into(),
        ),
        (
            "input buffers",
            bits.input_buffers.to_string(),
            "2 * R * A".into(),
        ),
        (
            "threshold registers",
            bits.threshold_registers.to_string(),
            String::new(),
        ),
        (
            "crossbar cells",
            bits.crossbar_cells.to_string(),
            "2 * R * C, in the macro".into(),
        ),
        (
            "crossbar thresholds",
            bits.crossbar_thresholds.to_string(),
            "in the macro".into(),
        ),
    ]
}

fn rate(derived: &Derived) -> Lines {
    let rate = derived.rate;
    vec![
        (
            "crossbar and array",
            rate.schedule_cycles.to_string(),
            "schedule of evaluation, accumulation and read-out".into(),
        ),
        (
            "reduction",
            rate.reduction_cycles.to_string(),
            "ceil(Y / u), digits of a result".into(),
        ),
        (
            "input stream",
            rate.input_cycles.to_string(),
            "beats of an input packet".into(),
        ),
        (
            "result stream",
            rate.output_cycles.to_string(),
            "beats of a result packet".into(),
        ),
        (
            "sustained",
            rate.cycles_per_mvm.to_string(),
            format!("limited by {}", rate.limited_by),
        ),
    ]
}

fn accelerator(own: &AcceleratorDerived) -> Lines {
    let line = |what, value: u64, meaning: &str| (what, value.to_string(), meaning.to_owned());
    vec![
        line("tiles", own.tiles.into(), "N * K"),
        line(
            "elements of a word (G)",
            own.word_elements.into(),
            "input_stream_bits / A",
        ),
        line(
            "words of an input packet",
            own.packet_words.into(),
            "ceil(R / G)",
        ),
        line(
            "words of a segment",
            own.segment_words_max.into(),
            "at most floor(R / G)",
        ),
        line(
            "element bits (E)",
            own.element_bits.into(),
            "max(Y, A + 9), of what enters the output stage",
        ),
        line(
            "sum bits (V)",
            own.sum_bits.into(),
            "max(E + 16, 32) + 2, of sums in the output stage",
        ),
        line(
            "activation memory",
            own.activation_bits,
            "bits: activation_words * input_stream_bits",
        ),
        line(
            "constant memory",
            own.constant_bits,
            "bits: constant_entries * 48",
        ),
        line("program memory", own.program_bits, "bits: passes * 32 * 32"),
    ]
}
