// SPDX-License-Identifier: MIT OR Apache-2.0
//! Vectors for replaying a tile run in a simulator that cannot link this library.
//!
//! A run is random weights, scale factors, thresholds and a stream of MVMs, all from one seed.
//! Three files of hexadecimal lines for `$readmemh`, one memory word a line, and a fourth with
//! their sizes:
//! - `axil.hex`: steps at AXI4-Lite, one after the other while the streams run on their own:
//!   `{access (4 bits), address, data, mask (32 bits each)}`, with access 0 a write that is accepted, 1 a
//!   write that is refused, 2 a read that is repeated until `(data read & mask) == data`, 3 one read
//!   for which this holds;
//! - `input.hex`: beats of the input stream: `{tlast (4 bits), tdest (4 bits), tdata}`, tdata in
//!   whole hexadecimal digits;
//! - `output.hex`: expected beats of the result stream: `{tlast (4 bits), tdata}`;
//! - `vectors.vh`: `localparam`s `AXIL_STEPS`, `INPUT_BEATS`, `OUTPUT_BEATS`, `LOAD_BEATS` (beats of the
//!   packets before the first inputs), `MVMS`.
//!
//! The steps come from a text (module `steps`); without one `axil.hex` is empty.

use std::fmt::Write as _;
use std::path::Path;

use crate::bits::Bits;
use crate::config::{Config, Thresholds};
use crate::error::{Error, Kind, Result};
use crate::packing;
use crate::rng::Rng;
use crate::steps::{Access, Step, Value};
use crate::tile::{Registers, Tile};

/// A step at AXI4-Lite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation {
    /// What is done.
    pub access: Access,
    /// Byte address.
    pub address: u32,
    /// What is written or expected.
    pub data: u32,
    /// Bits that are compared.
    pub mask: u32,
}

/// A beat: TLAST, TDEST and TDATA.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beat {
    /// TLAST.
    pub last: bool,
    /// TDEST; 0 for results.
    pub dest: u8,
    /// TDATA.
    pub data: Bits,
}

/// The vectors of a run.
#[derive(Clone, Debug, Default)]
pub struct Vectors {
    /// Steps at AXI4-Lite.
    pub operations: Vec<Operation>,
    /// Beats into the tile.
    pub input: Vec<Beat>,
    /// Beats out of the tile.
    pub output: Vec<Beat>,
    /// Beats of the packets that load weights, scale factors and thresholds.
    pub load_beats: usize,
    /// Number of MVMs.
    pub mvms: u32,
}

fn beats(packet: &Bits, width: u32, dest: u8) -> Vec<Beat> {
    let width = width as usize;
    let count = packet.len() / width;
    let data = |n: usize| Bits::from_fn(width, |bit| packet.get(n * width + bit));
    (0..count)
        .map(|n| Beat {
            last: n + 1 == count,
            dest,
            data: data(n),
        })
        .collect()
}

impl Vectors {
    /// A random run without steps.
    pub fn random(config: &Config, seed: u64, mvms: u32) -> Result<Self> {
        Self::with_steps(config, seed, mvms, &[])
    }

    /// A random run with steps. Without a step of their own, thresholds per tile stay 0 and no
    /// plane is skipped.
    pub fn with_steps(config: &Config, seed: u64, mvms: u32, steps: &[Step]) -> Result<Self> {
        let mut rng = Rng::new(seed);
        let derived = config.derived();
        let (width_in, width_out) = (config.input_stream_bits, config.output_stream_bits);
        let mut tile = Tile::new(config);
        let mut run = Self {
            mvms,
            ..Self::default()
        };

        let top = (1i64 << config.weight_slices) - 1;
        let count = u64::from(config.rows) * u64::from(derived.outputs);
        let weight = |_| (rng.below(2 * top as u64 + 1) as i64 - top) as i32;
        let weights: Vec<i32> = (0..count).map(weight).collect();
        run.input.extend(beats(
            &packing::pack_weights(config, &weights)?,
            width_in,
            1,
        ));
        tile.load_weights(&weights)?;

        let count = config.input_bits * derived.used_columns;
        let scale = |_| rng.below(1 << config.scale_bits) as u32;
        let scales: Vec<u32> = (0..count).map(scale).collect();
        run.input
            .extend(beats(&packing::pack_scales(config, &scales)?, width_in, 2));
        tile.load_scales(&scales)?;

        // Thresholds about as large as the sums are.
        let limit = u64::from(config.rows / 8 + 1);
        if config.thresholds == Thresholds::PerColumn {
            let count = config.input_bits * config.cols;
            let thresholds: Vec<u32> = (0..count).map(|_| rng.below(limit) as u32).collect();
            run.input.extend(beats(
                &packing::pack_thresholds(config, &thresholds)?,
                width_in,
                3,
            ));
            tile.load_thresholds(&thresholds)?;
        }
        let values = prepare(&mut tile, steps, limit, &mut rng)?;
        run.load_beats = run.input.len();

        for _ in 0..mvms {
            // Some planes are all zero in one MVM of four.
            let mask = if rng.chance(25) { rng.next() } else { u64::MAX };
            let input = |_| (rng.next() & mask & ((1 << config.input_bits) - 1)) as u16;
            let inputs: Vec<u16> = (0..config.rows).map(input).collect();
            run.input
                .extend(beats(&packing::pack_inputs(config, &inputs)?, width_in, 0));
            let packet = packing::pack_results(config, tile.mvm(&inputs, None)?)?;
            run.output.extend(beats(&packet, width_out, 0));
        }
        run.operations = operations(steps, &values, &tile, mvms);
        Ok(run)
    }

    fn axil_text(&self) -> String {
        let line = |o: &Operation| {
            let access = o.access as u8;
            format!("{access:x}{:08x}{:08x}{:08x}\n", o.address, o.data, o.mask)
        };
        self.operations.iter().map(line).collect()
    }

    fn input_text(&self) -> String {
        let line = |beat: &Beat| {
            format!(
                "{:x}{:x}{}\n",
                u8::from(beat.last),
                beat.dest,
                beat.data.hex()
            )
        };
        self.input.iter().map(line).collect()
    }

    fn output_text(&self) -> String {
        let line = |beat: &Beat| format!("{:x}{}\n", u8::from(beat.last), beat.data.hex());
        self.output.iter().map(line).collect()
    }

    fn sizes_text(&self) -> String {
        let sizes = [
            ("AXIL_STEPS", self.operations.len()),
            ("INPUT_BEATS", self.input.len()),
            ("OUTPUT_BEATS", self.output.len()),
            ("LOAD_BEATS", self.load_beats),
            ("MVMS", self.mvms as usize),
        ];
        let mut text = String::new();
        for (name, value) in sizes {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "localparam integer {name} = {value};");
        }
        text
    }
}

/// Sets thresholds and skips of the model as the steps say; gives the thresholds.
fn prepare(tile: &mut Tile, steps: &[Step], limit: u64, rng: &mut Rng) -> Result<Vec<u32>> {
    let mut values = Vec::new();
    for step in steps {
        match step {
            Step::Thresholds { .. } => {
                for plane in 0..tile.config().input_bits {
                    let value = rng.below(limit) as u32;
                    tile.set_threshold(plane, value)?;
                    values.push(value);
                }
            }
            Step::Skip { .. } => tile.set_registers(Registers {
                zero_plane: true,
                empty_plane: true,
            }),
            Step::Access { .. } => {}
        }
    }
    Ok(values)
}

/// The steps with their values, which are known after the run.
fn operations(steps: &[Step], thresholds: &[u32], tile: &Tile, mvms: u32) -> Vec<Operation> {
    let write = |address, data| Operation {
        access: Access::Write,
        address,
        data,
        mask: u32::MAX,
    };
    let mut operations = Vec::new();
    for step in steps {
        match *step {
            Step::Access {
                access,
                address,
                value,
                mask,
            } => {
                let data = match value {
                    Value::Number(number) => number,
                    Value::Mvms => mvms,
                    Value::PlanesSkipped => tile.state().planes_skipped as u32,
                    Value::PlanesEmpty => tile.state().planes_empty as u32,
                };
                operations.push(Operation {
                    access,
                    address,
                    data,
                    mask,
                });
            }
            Step::Thresholds { first, stride } => {
                let address = (first..).step_by(stride.max(1) as usize);
                operations.extend(address.zip(thresholds).map(|(a, value)| write(a, *value)));
            }
            Step::Skip {
                address,
                zero,
                empty,
            } => operations.push(write(address, zero | empty)),
        }
    }
    operations
}

/// Writes the four files to an existing folder.
pub fn write_files(vectors: &Vectors, folder: &Path) -> Result<()> {
    let files = [
        ("axil.hex", vectors.axil_text()),
        ("input.hex", vectors.input_text()),
        ("output.hex", vectors.output_text()),
        ("vectors.vh", vectors.sizes_text()),
    ];
    for (name, text) in files {
        let path = folder.join(name);
        std::fs::write(&path, text)
            .map_err(|error| Error::new(Kind::File, format!("{}: {error}", path.display())))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Replays the vectors through a fresh tile, packet by packet.
    #[test]
    fn vectors_replay() {
        let text = r#"{"rows": 5, "cols": 7, "weight_slices": 2, "input_stream_bits": 24,
                       "output_stream_bits": 8, "thresholds": "per_column"}"#;
        let config = Config::from_json(text).unwrap();
        let run = Vectors::random(&config, 7, 3).unwrap();
        let mut tile = Tile::new(&config);
        let (mut packet, mut output) = (Vec::new(), Vec::new());
        for beat in &run.input {
            packet.push(beat.data.clone());
            if beat.last {
                let bits = Bits::from_fn(24 * packet.len(), |bit| packet[bit / 24].get(bit % 24));
                let outcome = tile.packet(beat.dest, &bits, false).unwrap();
                assert_eq!((outcome.errors, outcome.ran), (0, beat.dest == 0));
                if outcome.ran {
                    let bits = packing::pack_results(&config, tile.results()).unwrap();
                    output.extend(beats(&bits, 8, 0));
                }
                packet.clear();
            }
        }
        assert_eq!((output, run.mvms), (run.output.clone(), 3));
        assert_eq!(run.input_text().lines().next().unwrap().len(), 2 + 6);
        assert!(run.sizes_text().contains("localparam integer MVMS = 3;"));
    }

    #[test]
    fn steps_keep_their_order() {
        let config = Config {
            rows: 8,
            ..Config::default()
        };
        let text = "write 0 1\nthresholds 0x40 4\nskip 0x20 1 2\npoll 4 mvms 0xff\n";
        let steps = crate::steps::parse(text).unwrap();
        let run = Vectors::with_steps(&config, 1, 9, &steps).unwrap();
        let places: Vec<u32> = run.operations.iter().map(|o| o.address).collect();
        assert_eq!(places, [0, 0x40, 0x44, 0x48, 0x4c, 0x20, 4]);
        let text = run.axil_text();
        assert!(text.starts_with("00000000000000001ffffffff\n"));
        assert!(text.ends_with("\n20000000400000009000000ff\n"));
    }
}
