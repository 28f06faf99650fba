// SPDX-License-Identifier: MIT OR Apache-2.0
//! Layers onto lanes and tiles, passes one after the other.

use hcim_network::{
    Finish, Kind as LayerKind, MapShape, Mvm, Network, Pool, PoolOp, Source, Window,
};

use crate::config::{Code, Config, Diagnostic, Report};

use super::activations::place;
use super::check::{check, check_memories};
use super::constants::Constants;
use super::fit::{lives, mvms};
use super::layout::{WordMap, segment_words, window};
use super::pass::{Kind, Pass, Stream};
use super::program::{Content, Expected, ImagePlace, Multiply, Phase, Program};
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
        let multiply = Multiply {
            layer: index,
            lanes,
            segments,
            positions: out.pixels(),
        };
        phase.multiplies.push(multiply);
        match mvm.finish {
            Finish::Scores => {
                if self.mode == Mode::Trace {
                    pass.stream = Stream::Raw;
                    phase.push(index, pass);
                    phase.multiplies.push(multiply);
                    phase.expected.push(expected(Content::Sums));
                }
                pass.stream = Stream::Scores;
                phase.push(index, pass);
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
                phase.push(index, pass);
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
        phase.push(index, pass);
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
            phase.push(index, pass);
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
