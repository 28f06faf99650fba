// SPDX-License-Identifier: MIT OR Apache-2.0
//! Values and counters of the hardware against those of the golden engine.

use hcim_golden::engine::Trace;
use hcim_network::{Kind, Network, Thresholds};

use crate::config::Config;
use crate::mapping::{self, Content, Program};

/// Images that are run one after the other.
pub(super) struct Shard<'a> {
    /// Number of the first.
    pub first: usize,
    pub images: &'a [Vec<u8>],
    pub traces: &'a [Trace],
}

/// Bytes of a beat: data, lowest first, and a flag for TLAST.
const BEAT: usize = 9;

/// Compares the beats of programs, each over the first so many images of a shard, with the golden engine's values; gives
/// their number, or the first difference.
pub(super) fn compare(
    network: &Network,
    programs: &[(&Program, usize)],
    shard: &Shard<'_>,
    beats: &[u8],
) -> Result<usize, String> {
    let mut beats = beats.chunks_exact(BEAT).map(|beat| {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&beat[..8]);
        (i64::from_le_bytes(bytes), beat[8] == 1)
    });
    let mut compared = 0;
    for (program, images) in programs {
        for (number, trace) in shard.traces.iter().take(*images).enumerate() {
            let values = |layer: usize, content: Content| match content {
                Content::Sums => trace.layers[layer].0.y.clone(),
                Content::Activations | Content::Scores => trace.layers[layer].1.numbers(),
            };
            let expected = program.phases.iter().flat_map(|phase| &phase.expected);
            let places = expected.flat_map(|expected| {
                (0..expected.beats())
                    .map(move |n| (expected, n / expected.channels, n % expected.channels))
            });
            let wanted = mapping::expected_beats(program, &values);
            for ((expected, position, channel), want) in places.zip(wanted) {
                let got = beats.next();
                compared += 1;
                // TLAST comes with the last channel of a position.
                if got == Some((want, channel + 1 == expected.channels)) {
                    continue;
                }
                let place = format!(
                    "image {}, layer {}, {:?}, position {position}, channel {}",
                    shard.first + number,
                    network.layers[expected.layer].name,
                    expected.content,
                    expected.first_channel + channel
                );
                return Err(match got {
                    Some((got, last)) => format!(
                        "{place}: the hardware gives {got}{}, the golden engine {want}",
                        if last { " with TLAST" } else { "" }
                    ),
                    None => format!("{place}: the hardware has ended without this value"),
                });
            }
        }
    }
    match beats.count() {
        0 => Ok(compared),
        more => Err(format!(
            "the hardware gave {more} values more than there are"
        )),
    }
}

/// Bit planes that the tiles skip in a program's runs over images: those without a one, in every lane of the layer, and
/// with them the planes that the accelerator has and the layer has not.
pub(super) fn skipped_planes(
    network: &Network,
    config: &Config,
    program: &Program,
    traces: &[Trace],
) -> u64 {
    let passes = program.phases.iter().flat_map(|phase| &phase.multiplies);
    passes
        .map(|own| {
            let Kind::Mvm(mvm) = &network.layers[own.layer].kind else {
                return 0;
            };
            if mvm.thresholds == Thresholds::None {
                return 0;
            }
            let missing = u64::from(config.input_bits() - mvm.input_bits) * own.segments as u64;
            let lanes = own.lanes as u64;
            let image = |trace: &Trace| {
                let empty = trace.layers[own.layer].0.counts.zero_planes;
                lanes * (empty + missing * own.positions as u64)
            };
            traces.iter().map(image).sum::<u64>()
        })
        .sum()
}
