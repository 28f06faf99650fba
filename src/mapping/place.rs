// SPDX-License-Identifier: MIT OR Apache-2.0
//! Layers onto lanes and tiles, passes one after the other.

use hcim_network::{
    Finish, Kind as LayerKind, MapShape, Mvm, Network, PartialSum, Pool, PoolOp, Source,
    Thresholds, Window,
};

use crate::config::{Code, Config, Diagnostic, Report, Thresholds as ThresholdsKind};

use super::activations::place;
use super::constants::Constants;
use super::fit::{lives, mvms, needs};
use super::layout::{WordMap, segment_words, window};
use super::pass::{Kind, Pass, Stream};
use super::program::{Content, Expected, ImagePlace, Phase, Program};
use super::tile_image::{self, Part};

/// What a run shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The answer.
    Answer,
    /// Every sum and every activation, too: more passes and more cycles.
    Trace,
}

/// Maps a network onto an accelerator: each layer into lanes of its own where there are enough, else one layer after
/// the other into the same lanes, loaded anew for each image.
///
/// # Errors
/// Everything that does not fit, with the smallest configuration that does.
pub fn map(network: &Network, config: &Config, mode: Mode) -> Result<Program, Report> {
    let shapes = network.shapes().map_err(|faults| {
        let first = faults.first().map(ToString::to_string).unwrap_or_default();
        Report::from(Diagnostic::new(Code::NetworkInvalid, first))
    })?;
    check(network, &shapes, config)?;
    let elements = (config.input_stream_bits() / config.input_bits()) as usize;
    let (bases, _) = place(&lives(network, &shapes, elements));
    let mapper = Mapper {
        network,
        shapes: &shapes,
        config,
        mode,
        elements,
        bases,
        outputs: config.derived().outputs as usize,
        lanes: config.accelerator().map_or(1, |own| own.lanes) as usize,
    };
    let program = Program {
        network: network.name.clone(),
        digest: config.digest_hex()[..16].to_owned(),
        image: ImagePlace {
            base: mapper.bases[0],
            pixels: network.input.pixels(),
            channels: network.input.channels,
            element_bits: config.input_bits(),
            word_elements: elements,
        },
        phases: mapper.phases(),
    };
    check_memories(&program, network, &shapes, config)?;
    Ok(program)
}

/// What does not fit onto a tile or into a lane.
fn check(network: &Network, shapes: &[MapShape], config: &Config) -> Result<(), Report> {
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
fn check_memories(
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

struct Mapper<'a> {
    network: &'a Network,
    shapes: &'a [MapShape],
    config: &'a Config,
    mode: Mode,
    /// G.
    elements: usize,
    /// First word of the image, then of each layer's output.
    bases: Vec<usize>,
    /// O.
    outputs: usize,
    /// N.
    lanes: usize,
}

impl Mapper<'_> {
    fn lanes_of(&self, mvm: &Mvm) -> usize {
        mvm.outputs.div_ceil(self.outputs)
    }

    fn phases(&self) -> Vec<Phase> {
        let wanted: usize = mvms(self.network, self.shapes)
            .map(|(_, mvm, _)| self.lanes_of(mvm))
            .sum();
        let resident = wanted <= self.lanes;
        let mut phases = vec![Phase::default()];
        let mut constants = Constants::default();
        let mut first_lane = 0;
        let mut used = false;
        for (index, layer) in self.network.layers.iter().enumerate() {
            match &layer.kind {
                LayerKind::Pool(pool) => {
                    self.pool(index, pool, &mut constants, &mut phases);
                }
                LayerKind::Mvm(mvm) => {
                    // Outputs of a group are whole words, unless it is the last.
                    let group = match self.lanes_of(mvm) <= self.lanes {
                        true => mvm.outputs,
                        false => (self.lanes * self.outputs / self.elements * self.elements).max(1),
                    };
                    for first in (0..mvm.outputs).step_by(group) {
                        if !resident && used {
                            finish(&mut phases, &mut constants);
                            first_lane = 0;
                        }
                        used = true;
                        let outputs = group.min(mvm.outputs - first);
                        let part = (first, outputs, first_lane);
                        self.mvm(index, mvm, part, &mut constants, &mut phases);
                        first_lane += outputs.div_ceil(self.outputs);
                    }
                    if self.mode == Mode::Trace {
                        self.show(index, &mut constants, &mut phases);
                    }
                }
            }
        }
        // An answer that is no scores stands in memory.
        if self.mode == Mode::Answer {
            self.show(self.network.layers.len() - 1, &mut constants, &mut phases);
        }
        if let Some(last) = phases.last_mut() {
            last.constants = constants.into_entries();
        }
        phases
    }

    fn words(&self, shape: MapShape) -> WordMap {
        WordMap {
            shape,
            elements: self.elements,
        }
    }

    fn base(&self, source: Source) -> usize {
        match source {
            Source::Image => self.bases[0],
            Source::Layer(index) => self.bases[index + 1],
        }
    }

    /// The fields of a window over a map.
    fn walk(&self, source: Source, window: Window, out: MapShape) -> Pass {
        let map = self.words(self.network.shape_of(source, self.shapes));
        let (pitch, row) = (map.pitch(), map.row());
        let origin = self.base(source) as i64 - (window.padding * (row + pitch)) as i64;
        Pass {
            origin: origin as i32,
            in_height: map.shape.height as u32,
            in_width: map.shape.width as u32,
            in_words: pitch as u32,
            in_pitch: pitch as u32,
            in_row: row as u32,
            kernel_height: window.height as u32,
            kernel_width: window.width as u32,
            stride: window.stride as u32,
            padding: window.padding as u32,
            step_x: (window.stride * pitch) as u32,
            step_y: (window.stride * row) as u32,
            out_height: out.height as u32,
            out_width: out.width as u32,
            output_bits: 1,
            ..Pass::default()
        }
    }

    fn mvm(
        &self,
        index: usize,
        mvm: &Mvm,
        (first, outputs, first_lane): (usize, usize, usize),
        constants: &mut Constants,
        phases: &mut [Phase],
    ) {
        let layer = &self.network.layers[index];
        let input = self.network.shape_of(layer.input, self.shapes);
        let out = self.shapes[index];
        let lanes = outputs.div_ceil(self.outputs);
        let lane_outputs = self.outputs.min(outputs);
        let segments = mvm.segments(input).unwrap_or(1);
        let segment_words = segment_words(mvm, input, self.elements).unwrap_or(1);
        let tiles = self.config.segments() as usize;
        let wanted: Vec<(i16, i32)> = (first..first + outputs)
            .map(|o| (mvm.multiplier[o], mvm.bias[o]))
            .collect();
        let mut pass = Pass {
            channels: outputs as u32,
            first_lane: first_lane as u32,
            lanes: lanes as u32,
            segments: segments as u32,
            segment_words: segment_words as u32,
            lane_outputs: lane_outputs as u32,
            constant_base: constants.base_of(&wanted) as u32,
            ..self.walk(layer.input, window(mvm.op, input), out)
        };
        let Some(phase) = phases.last_mut() else {
            return;
        };
        for lane in 0..lanes {
            for segment in 0..segments {
                let part = Part {
                    layer: &layer.name,
                    mvm,
                    input,
                    elements: self.elements,
                    segment_words,
                    segment,
                    first_output: first + lane * lane_outputs,
                    outputs: lane_outputs.min(outputs - lane * lane_outputs),
                };
                let tile = (first_lane + lane) * tiles + tiles - segments + segment;
                phase.loads.push(tile_image::load(self.config, tile, &part));
            }
        }
        let expected = |content| Expected {
            layer: index,
            content,
            first_channel: first,
            channels: outputs,
            positions: out.pixels(),
        };
        match mvm.finish {
            Finish::Scores => {
                if self.mode == Mode::Trace {
                    pass.stream = Stream::Raw;
                    phase.passes.push(pass);
                    phase.expected.push(expected(Content::Sums));
                }
                pass.stream = Stream::Scores;
                phase.passes.push(pass);
                phase.expected.push(expected(Content::Scores));
            }
            Finish::Activation { shift, bits } => {
                let map = self.words(out);
                let first_word = first / self.elements;
                pass.write = true;
                pass.shift = shift;
                pass.output_bits = bits;
                pass.out_base = (self.bases[index + 1] + first_word) as u32;
                pass.out_pitch = map.pitch() as u32;
                if let Some(residual) = mvm.residual {
                    let source = self.words(self.network.shape_of(residual.source, self.shapes));
                    pass.residual = true;
                    pass.residual_multiplier = residual.multiplier;
                    pass.residual_base = self.base(residual.source) as u32;
                    pass.residual_row_step = (residual.stride * source.row()) as u32;
                    pass.residual_step = (residual.stride * source.pitch()) as u32;
                    pass.residual_words = source.pitch() as u32;
                    let offset = residual.channel_offset / self.elements;
                    pass.residual_offset = (offset as i64 - first_word as i64) as i16;
                }
                if self.mode == Mode::Trace {
                    pass.stream = Stream::Raw;
                    phase.expected.push(expected(Content::Sums));
                }
                phase.passes.push(pass);
            }
        }
    }

    fn pool(&self, index: usize, pool: &Pool, constants: &mut Constants, phases: &mut [Phase]) {
        let out = self.shapes[index];
        let source = self.network.layers[index].input;
        let map = self.words(out);
        let mut pass = Pass {
            kind: match pool.op {
                PoolOp::Max => Kind::Max,
                PoolOp::Average => Kind::Sum,
            },
            write: true,
            uniform: true,
            shift: pool.shift,
            output_bits: pool.bits,
            out_base: self.bases[index + 1] as u32,
            out_pitch: map.pitch() as u32,
            channels: out.channels as u32,
            constant_base: constants.base_of(&[(pool.multiplier, pool.bias)]) as u32,
            ..self.walk(source, pool.window, out)
        };
        let Some(phase) = phases.last_mut() else {
            return;
        };
        if self.mode == Mode::Trace {
            pass.stream = Stream::Raw;
            phase.expected.push(Expected {
                layer: index,
                content: Content::Sums,
                first_channel: 0,
                channels: out.channels,
                positions: out.pixels(),
            });
        }
        phase.passes.push(pass);
        if self.mode == Mode::Trace {
            self.show(index, constants, phases);
        }
    }

    /// A pass that reads a layer's activations from memory and streams them.
    fn show(&self, index: usize, constants: &mut Constants, phases: &mut [Phase]) {
        if self.network.layers[index].kind.output_bits().is_none() {
            return;
        }
        let out = self.shapes[index];
        let one = Window {
            height: 1,
            width: 1,
            stride: 1,
            padding: 0,
        };
        let pass = Pass {
            kind: Kind::Max,
            uniform: true,
            stream: Stream::Raw,
            channels: out.channels as u32,
            constant_base: constants.base_of(&[(1, 0)]) as u32,
            ..self.walk(Source::Layer(index), one, out)
        };
        if let Some(phase) = phases.last_mut() {
            phase.passes.push(pass);
            phase.expected.push(Expected {
                layer: index,
                content: Content::Activations,
                first_channel: 0,
                channels: out.channels,
                positions: out.pixels(),
            });
        }
    }
}

/// Ends a phase and begins the next.
fn finish(phases: &mut Vec<Phase>, constants: &mut Constants) {
    if let Some(last) = phases.last_mut() {
        last.constants = std::mem::take(constants).into_entries();
    }
    phases.push(Phase::default());
}
