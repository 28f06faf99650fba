// SPDX-License-Identifier: MIT OR Apache-2.0
//! What of a network does not fit onto an accelerator, with the smallest one onto which it does.

use hcim_network::{MapShape, Network, PartialSum, Thresholds};

use crate::config::{Code, Config, Diagnostic, Report, Thresholds as ThresholdsKind};

use super::activations::place;
use super::fit::{lives, mvms, needs};
use super::layout::segment_words;
use super::program::Program;

/// What does not fit onto a tile or into a lane.
pub(super) fn check(network: &Network, shapes: &[MapShape], config: &Config) -> Result<(), Report> {
    let least = needs(network, shapes)?;
    let mut report = Report::default();
    let mut fault = |message: String| {
        let help = format!("the smallest configuration that does: {}", least.command());
        report.push(Diagnostic::new(Code::NetworkUnfit, message).help(help));
    };
    let Some(own) = config.accelerator() else {
        fault("the configuration is no accelerator".to_owned());
        return Err(report);
    };
    let elements = (config.input_stream_bits() / config.input_bits()) as usize;
    let words = config.rows() as usize / elements;
    let widest = network
        .layers
        .iter()
        .filter_map(|layer| layer.kind.output_bits());
    let bits = widest.max().unwrap_or(1).max(network.input_bits);
    if bits > config.input_bits() {
        fault(format!(
            "activations have {bits} bits, the accelerator {}",
            config.input_bits()
        ));
    }
    for (index, mvm, input) in mvms(network, shapes) {
        let name = &network.layers[index].name;
        for (what, has, most) in [
            ("input bits", mvm.input_bits, config.input_bits()),
            ("weight slices", mvm.weight_slices, config.weight_slices()),
            (
                "bits of a scale factor",
                mvm.scale_bits,
                config.scale_bits(),
            ),
        ] {
            if has > most {
                fault(format!("layer {name} has {has} {what}, a tile {most}"));
            }
        }
        if (mvm.partial_sum == PartialSum::Ternary) != config.is_ternary() {
            fault(format!(
                "partial sums of layer {name} are not those of the tiles ({})",
                config.partial_sum().as_str()
            ));
        }
        let own_columns = matches!(mvm.thresholds, Thresholds::PerColumn(_));
        if own_columns && config.thresholds() != ThresholdsKind::PerColumn {
            fault(format!(
                "layer {name} has thresholds per column, a tile one for all columns"
            ));
        }
        match segment_words(mvm, input, elements) {
            None => fault(format!(
                "segments of layer {name} are not whole words of {elements} elements"
            )),
            Some(needed) if needed > words => fault(format!(
                "a segment of layer {name} takes {} rows in words of {elements} elements, a tile has {}",
                needed * elements,
                words * elements
            )),
            Some(_) => {}
        }
        let segments = mvm.segments(input).unwrap_or(1);
        if segments > config.segments() as usize {
            fault(format!(
                "layer {name} has {segments} segments, a lane {} tiles",
                config.segments()
            ));
        }
        let residual = mvm.residual.map_or(0, |own| own.channel_offset);
        if !residual.is_multiple_of(elements) {
            fault(format!(
                "the residual of layer {name} begins at channel {residual}, which is within a word of {elements} elements"
            ));
        }
    }
    let count = u64::from(u32::MAX) >> (32 - config.counter_bits().min(32));
    for (layer, shape) in network.layers.iter().zip(shapes) {
        if shape.pixels() as u64 > count {
            fault(format!(
                "layer {} has {} positions, counters of {} bits count to {count}",
                layer.name,
                shape.pixels(),
                config.counter_bits()
            ));
        }
    }
    let (_, peak) = place(&lives(network, shapes, elements));
    if peak > own.activation_words as usize {
        fault(format!(
            "activations take {peak} words, the memory has {}",
            own.activation_words
        ));
    }
    match report.has_errors() {
        true => Err(report),
        false => Ok(()),
    }
}

/// What does not fit into the memories of constants and passes.
pub(super) fn check_memories(
    program: &Program,
    network: &Network,
    shapes: &[MapShape],
    config: &Config,
) -> Result<(), Report> {
    let Some(own) = config.accelerator() else {
        return Ok(());
    };
    let mut report = Report::default();
    let constants = program
        .phases
        .iter()
        .map(|phase| phase.constants.len())
        .max()
        .unwrap_or(0);
    let passes = program
        .phases
        .iter()
        .map(|phase| phase.passes.len())
        .max()
        .unwrap_or(0);
    for (what, needed, has) in [
        ("constants", constants, own.constant_entries),
        ("passes", passes, own.passes),
    ] {
        if needed > has as usize {
            let message = format!("the program has {needed} {what}, the memory holds {has}");
            let help = format!(
                "the smallest configuration that does: {}",
                needs(network, shapes)?.command()
            );
            report.push(Diagnostic::new(Code::NetworkUnfit, message).help(help));
        }
    }
    match report.has_errors() {
        true => Err(report),
        false => Ok(()),
    }
}
