// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a host does with a program: a script for `hcim-sim host-script`, and the binary data beside it.

use std::fmt::Write as _;

use crate::config::Config;

use super::program::{ImagePlace, Phase, Program};

/// Name of the file with the data of packets, beside the script.
pub const DATA: &str = "packets.bin";

/// Cycles within which anything ends.
const LIMIT: u64 = 100_000_000;

/// Registers of the accelerator, and of a tile in its window (`doc/accelerator.md`, `doc/registers.md`).
mod register {
    pub const ID: u32 = 0x000;
    pub const DIGEST_LO: u32 = 0x008;
    pub const DIGEST_HI: u32 = 0x00c;
    /// Of the accelerator, and of a tile.
    pub const CTRL: u32 = 0x020;
    /// CTRL.CLEAR_COUNTERS, of both.
    pub const CLEAR_COUNTERS: u32 = 4;
    pub const STATUS: u32 = 0x024;
    pub const ERROR: u32 = 0x030;
    pub const FIRST_PASS: u32 = 0x034;
    pub const PASS_COUNT: u32 = 0x038;
    pub const ACT_ADDR: u32 = 0x03c;
    pub const LOAD_TILE: u32 = 0x040;
    pub const CYCLES_LO: u32 = 0x044;
    pub const CYCLES_HI: u32 = 0x048;
    pub const TILE_STATUS: u32 = 0x024;
    pub const TILE_IRQ_ENABLE: u32 = 0x02c;
    pub const TILE_PLANES_SKIPPED: u32 = 0x048;
    pub const TILE_THRESHOLD: u32 = 0x100;

    pub const PROGRAM: u32 = 0x60_0000;
    pub const CONSTANTS: u32 = 0x70_0000;

    pub fn tile(tile: usize, register: u32) -> u32 {
        0x1000 * (1 + tile as u32) + register
    }
}

/// The letters HCAC, first in the lowest byte.
const ID: u32 = u32::from_le_bytes(*b"HCAC");

/// A script under construction.
#[derive(Clone, Debug, Default)]
pub struct Script {
    /// Commands, a line each.
    pub text: String,
    /// Contents of [`DATA`].
    pub data: Vec<u8>,
    beats: usize,
}

impl Script {
    fn line(&mut self, text: std::fmt::Arguments<'_>) {
        let _ = writeln!(self.text, "{text}");
    }

    fn write(&mut self, address: u32, data: u32) {
        self.line(format_args!("write {address:#x} {data:#x}"));
    }

    fn packet(&mut self, dest: u32, bytes: &[u8]) {
        let offset = self.data.len();
        self.data.extend_from_slice(bytes);
        self.line(format_args!(
            "packet {dest} {DATA} {offset} {}",
            bytes.len()
        ));
    }

    fn load(&mut self, phase: &Phase) {
        for load in &phase.loads {
            self.line(format_args!("# tile {}: {}", load.tile, load.layer));
            self.write(register::LOAD_TILE, load.tile as u32);
            self.packet(1, &load.weights);
            self.packet(2, &load.scales);
            if !load.column_thresholds.is_empty() {
                self.packet(3, &load.column_thresholds);
            }
            for (plane, threshold) in (0..).zip(&load.thresholds) {
                let register = register::TILE_THRESHOLD + 4 * plane;
                self.write(register::tile(load.tile, register), *threshold);
            }
            self.line(format_args!("flush"));
            let status = register::tile(load.tile, register::TILE_STATUS);
            self.line(format_args!("poll {status:#x} 0xe 0xe {LIMIT}"));
        }
        for (entry, (multiplier, bias)) in (0..).zip(&phase.constants) {
            let address = register::CONSTANTS + 8 * entry;
            self.write(address, bias.cast_unsigned());
            self.write(address + 4, u32::from(multiplier.cast_unsigned()));
        }
        for (index, pass) in (0..).zip(&phase.passes) {
            for (word, data) in (0..).zip(pass.words()) {
                self.write(register::PROGRAM + (index * 32 + word) * 4, data);
            }
        }
        self.write(register::FIRST_PASS, 0);
        self.write(register::PASS_COUNT, phase.passes.len() as u32);
    }

    fn job(&mut self, job: &Job<'_>, tiles: usize) {
        let program = job.program;
        self.line(format_args!(
            "# {}: {} images",
            program.network,
            job.images.len()
        ));
        self.write(register::CTRL, register::CLEAR_COUNTERS);
        for tile in 0..tiles {
            self.write(
                register::tile(tile, register::CTRL),
                register::CLEAR_COUNTERS,
            );
        }
        let resident = program.phases.len() == 1;
        if let (true, Some(phase)) = (resident, program.phases.first()) {
            self.load(phase);
        }
        for (number, image) in job.images.iter().enumerate() {
            self.line(format_args!("# image {number}"));
            self.write(register::ACT_ADDR, program.image.base as u32);
            let words = image_words(&program.image, image);
            self.packet(0, &words);
            self.line(format_args!("flush"));
            for phase in &program.phases {
                if !resident {
                    self.load(phase);
                }
                self.run(phase);
            }
        }
    }

    fn run(&mut self, phase: &Phase) {
        self.write(register::CTRL, 1);
        self.beats += phase
            .expected
            .iter()
            .map(super::Expected::beats)
            .sum::<usize>();
        let beats = self.beats;
        self.line(format_args!("beats {beats} {LIMIT}"));
        self.line(format_args!("poll {:#x} 0x7 0 {LIMIT}", register::STATUS));
        self.line(format_args!("check {:#x} 0xffffffff 0", register::ERROR));
    }

    /// What a program leaves behind, under names that begin with `label`.
    fn figures(&mut self, label: &str, config: &Config, tiles: usize) {
        self.line(format_args!(
            "read {label}cycles {:#x}",
            register::CYCLES_LO
        ));
        self.line(format_args!(
            "read {label}cycles_high {:#x}",
            register::CYCLES_HI
        ));
        if config.plane_skip() {
            for tile in 0..tiles {
                let address = register::tile(tile, register::TILE_PLANES_SKIPPED);
                self.line(format_args!("read {label}skipped_{tile} {address:#x}"));
            }
        }
    }
}

/// A program and the images that it runs.
#[derive(Clone, Copy, Debug)]
pub struct Job<'a> {
    /// What the names of its figures begin with.
    pub label: &'a str,
    /// The program.
    pub program: &'a Program,
    /// Images, each `[height][width][channel]`.
    pub images: &'a [Vec<u8>],
}

/// The script that checks the identification and runs programs one after the other.
///
/// The identification is polled once and not checked: where it differs, nothing that follows has a meaning.
pub fn script(config: &Config, jobs: &[Job<'_>]) -> Script {
    let mut script = Script::default();
    let digest = config.digest64();
    for (address, value) in [
        (register::ID, ID),
        (register::DIGEST_LO, digest as u32),
        (register::DIGEST_HI, (digest >> 32) as u32),
    ] {
        script.line(format_args!("poll {address:#x} 0xffffffff {value:#x} 0"));
    }
    let lanes = config.accelerator().map_or(1, |own| own.lanes) as usize;
    let tiles = lanes * config.segments() as usize;
    for tile in 0..tiles {
        // An abort of a tile ends the run; a code error does not.
        script.write(register::tile(tile, register::TILE_IRQ_ENABLE), 4);
    }
    for job in jobs {
        script.job(job, tiles);
        script.figures(job.label, config, tiles);
    }
    script
}

/// Lines of the script that compare the identification.
pub const IDENTIFICATION: std::ops::RangeInclusive<u64> = 1..=3;

/// An image as words of the activation memory, lowest byte first.
pub(super) fn image_words(place: &ImagePlace, image: &[u8]) -> Vec<u8> {
    let pitch = place.channels.div_ceil(place.word_elements);
    let word_bits = place.word_elements * place.element_bits as usize;
    let mut bytes = vec![0u8; place.pixels * pitch * word_bits / 8];
    for (n, value) in image.iter().enumerate() {
        let (pixel, channel) = (n / place.channels, n % place.channels);
        let element = pixel * pitch * place.word_elements + channel;
        let bit = element * place.element_bits as usize;
        // Elements are 1, 2, 4 or 8 bits: none crosses a byte.
        bytes[bit / 8] |= value << (bit % 8);
    }
    bytes
}
