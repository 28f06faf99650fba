// SPDX-License-Identifier: MIT OR Apache-2.0
//! Vectors for replaying a tile run in a simulator that cannot link this library.
//!
//! A run is random weights, scale factors, thresholds and a stream of MVMs, all from one seed.
//! Three files of hexadecimal lines for `$readmemh`, one memory word a line, and a fourth with
//! their sizes:
//! - `axil.hex`: writes over AXI4-Lite before anything is streamed: `{address, data}`, 32 bits
//!   each;
//! - `input.hex`: beats of the input stream: `{tlast (4 bits), tdest (4 bits), tdata}`, tdata in
//!   whole hexadecimal digits;
//! - `output.hex`: expected beats of the result stream: `{tlast (4 bits), tdata}`;
//! - `vectors.vh`: `localparam`s `AXIL_WRITES`, `INPUT_BEATS`, `OUTPUT_BEATS`, `LOAD_BEATS` (beats of the
//!   packets before the first inputs), `MVMS`.
//!
//! Addresses belong to the register map, which this library does not know: whoever wants writes
//! names the addresses in [`Addresses`]; without it `axil.hex` is empty.

use std::fmt::Write as _;
use std::path::Path;

use crate::bits::Bits;
use crate::config::{Config, Thresholds};
use crate::error::{Error, Kind, Result};
use crate::packing;
use crate::rng::Rng;
use crate::tile::{Registers, Tile};

/// Where the registers that a run needs are.
#[derive(Clone, Debug, Default)]
pub struct Addresses {
    /// `THRESHOLD[0]`; the others follow `stride` bytes apart.
    pub threshold: Option<u32>,
    /// Distance of two THRESHOLD registers.
    pub stride: u32,
    /// SKIP, with the masks of ZERO_PLANE and EMPTY_PLANE.
    pub skip: Option<(u32, u32, u32)>,
    /// Writes that come first and last, as (address, data): timing counts, enables.
    pub before: Vec<(u32, u32)>,
    /// Writes after all others.
    pub after: Vec<(u32, u32)>,
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
    /// (address, data).
    pub writes: Vec<(u32, u32)>,
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
    /// A random run without writes.
    pub fn random(config: &Config, seed: u64, mvms: u32) -> Result<Self> {
        Self::with_addresses(config, seed, mvms, &Addresses::default())
    }

    /// A random run. Thresholds per tile stay 0 without their address, and planes are skipped only
    /// with the address of SKIP.
    pub fn with_addresses(
        config: &Config,
        seed: u64,
        mvms: u32,
        addresses: &Addresses,
    ) -> Result<Self> {
        let mut rng = Rng::new(seed);
        let derived = config.derived();
        let (width_in, width_out) = (config.input_stream_bits, config.output_stream_bits);
        let mut tile = Tile::new(config);
        let mut run = Self {
            writes: addresses.before.clone(),
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
        } else if let (Thresholds::PerTile, Some(first)) = (config.thresholds, addresses.threshold)
        {
            for plane in 0..config.input_bits {
                let value = rng.below(limit) as u32;
                run.writes.push((first + plane * addresses.stride, value));
                tile.set_threshold(plane, value)?;
            }
        }
        if let (true, Some((address, zero, empty))) = (config.plane_skip, addresses.skip) {
            run.writes.push((address, zero | empty));
            tile.set_registers(Registers {
                zero_plane: true,
                empty_plane: true,
            });
        }
        run.writes.extend(&addresses.after);
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
        Ok(run)
    }

    fn axil_text(&self) -> String {
        self.writes
            .iter()
            .map(|(address, data)| format!("{address:08x}{data:08x}\n"))
            .collect()
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
            ("AXIL_WRITES", self.writes.len()),
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
    fn writes_come_in_order() {
        let config = Config {
            rows: 8,
            ..Config::default()
        };
        let addresses = Addresses {
            threshold: Some(0x40),
            stride: 4,
            skip: Some((0x20, 1, 2)),
            before: vec![(0, 1)],
            after: vec![(4, 2)],
        };
        let run = Vectors::with_addresses(&config, 1, 1, &addresses).unwrap();
        let places: Vec<u32> = run.writes.iter().map(|(address, _)| *address).collect();
        assert_eq!(places, [0, 0x40, 0x44, 0x48, 0x4c, 0x20, 4]);
        assert!(run.axil_text().starts_with("0000000000000001\n"));
    }
}
