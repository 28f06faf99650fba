// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the tile is.

use super::super::fields::{constant, register, whole};
use super::super::model::{Access, Hardware, Register};
use super::super::parameters::RegisterParameters;
use super::ID;

/// The registers that tell what a block is and of which configuration: the first four of every map.
pub(crate) fn identity(
    id: u32,
    doc: &'static str,
    always: &'static str,
    p: &RegisterParameters,
) -> Vec<Register> {
    let [major, minor, patch] = p.version.map(u32::from);
    vec![
        register("ID", 0x000, doc).with([whole(
            "ID",
            32,
            Access::ReadOnly,
            id,
            Hardware::Constant,
            always,
        )]),
        register("VERSION", 0x004, "Version of the generator.").with([
            constant("PATCH", 0, 8, patch & 0xff, "Patch number."),
            constant("MINOR", 8, 8, minor & 0xff, "Minor number."),
            constant("MAJOR", 16, 16, major, "Major number."),
        ]),
        register(
            "DIGEST_LO",
            0x008,
            "Configuration digest: bits 31 .. 0 of its first 64.",
        )
        .with([whole(
            "DIGEST_LO",
            32,
            Access::ReadOnly,
            p.digest as u32,
            Hardware::Constant,
            "Hexadecimal digits 9 .. 16 of the digest.",
        )]),
        register(
            "DIGEST_HI",
            0x00c,
            "Configuration digest: bits 63 .. 32 of its first 64.",
        )
        .with([whole(
            "DIGEST_HI",
            32,
            Access::ReadOnly,
            (p.digest >> 32) as u32,
            Hardware::Constant,
            "Hexadecimal digits 1 .. 8 of the digest.",
        )]),
    ]
}

pub(super) fn identification(p: &RegisterParameters) -> Vec<Register> {
    let per_column = p.ternary && p.thresholds_per_column;
    let flag = u32::from;
    let mut registers = identity(
        ID,
        "Identification: the letters HCIM, the first in the lowest byte.",
        "Always 0x4d494348.",
        p,
    );
    registers.extend([
        register("SHAPE", 0x010, "Size of the crossbar.").with([
            constant("ROWS", 0, 16, p.rows, "Rows (R)."),
            constant("COLS", 16, 16, p.cols, "Columns (C)."),
        ]),
        register("FORMAT", 0x014, "Widths and choices of the configuration.").with([
            constant("INPUT_BITS", 0, 4, p.input_bits, "Bits of an input (A)."),
            constant(
                "WEIGHT_SLICES",
                4,
                4,
                p.weight_slices,
                "Columns per output (W).",
            ),
            constant(
                "SCALE_BITS",
                8,
                5,
                p.scale_bits,
                "Bits of a scale factor (S).",
            ),
            constant(
                "ROWS_PER_CYCLE",
                13,
                5,
                p.rows_per_cycle,
                "Array rows per cycle (d).",
            ),
            constant(
                "TERNARY",
                18,
                1,
                flag(p.ternary),
                "1: ternary partial sums, 0: binary.",
            ),
            constant(
                "LATCH",
                19,
                1,
                flag(p.latch),
                "1: the array stores in latches, 0: in flip-flops.",
            ),
            constant(
                "GATING",
                20,
                1,
                flag(p.gating),
                "1: columns with p = 0 are gated.",
            ),
            constant(
                "THRESHOLDS_PER_COLUMN",
                21,
                1,
                flag(per_column),
                "1: each column has its own thresholds.",
            ),
            constant(
                "PLANE_SKIP",
                22,
                1,
                flag(p.has_skip()),
                "1: bit planes can be skipped (register SKIP).",
            ),
            constant(
                "COLUMNS_PER_COMPARATOR",
                23,
                4,
                p.columns_per_comparator,
                "Columns per comparator (M).",
            ),
            constant(
                "PARITY",
                27,
                1,
                flag(p.parity),
                "1: each scale factor has a parity bit.",
            ),
        ]),
        register("STREAM", 0x018, "Widths of the streams in bits.").with([
            constant(
                "INPUT_BITS_WIDTH",
                0,
                16,
                p.input_stream_bits,
                "Input stream.",
            ),
            constant(
                "OUTPUT_BITS_WIDTH",
                16,
                16,
                p.output_stream_bits,
                "Result stream.",
            ),
        ]),
        register("RESULT", 0x01c, "Form of the results.").with([
            constant(
                "RESULT_BITS",
                0,
                8,
                p.result_bits(),
                "Bits of a result (Y).",
            ),
            constant(
                "ELEMENT_BITS",
                8,
                8,
                p.element_bits(),
                "Bits of a result in the stream: whole bytes.",
            ),
            constant(
                "SEGMENTS",
                16,
                8,
                p.segments,
                "Segments that a chain may stack (K).",
            ),
            constant(
                "READOUT_ROWS",
                24,
                8,
                p.readout_rows,
                "Array rows per cycle of read-out (u).",
            ),
        ]),
    ]);
    registers
}
