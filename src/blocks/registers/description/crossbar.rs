// SPDX-License-Identifier: MIT OR Apache-2.0
//! The crossbar's timing and thresholds, and the window into the array.

use super::super::fields::{locked, register, storage, whole};
use super::super::model::{Access, Hardware, Refusal, Register};
use super::super::parameters::RegisterParameters;

pub(super) fn crossbar(p: &RegisterParameters) -> Vec<Register> {
    let t = &p.timing;
    vec![
        locked(
            "TIMING",
            0x060,
            "Lengths of the crossbar's phases in cycles. A write that would make \
            PRECHARGE, EVALUATE or SENSE zero is refused and changes nothing.",
        )
        .refusing(Refusal::Zero(&["PRECHARGE", "EVALUATE", "SENSE"]))
        .with([
            storage(
                "PRECHARGE",
                0,
                8,
                t.precharge,
                "timing_precharge_o",
                "Precharge strobe, 1 .. 255.",
            ),
            storage(
                "EVALUATE",
                8,
                8,
                t.evaluate,
                "timing_evaluate_o",
                "Evaluate strobe, 1 .. 255.",
            ),
            storage(
                "SENSE",
                16,
                8,
                t.sense,
                "timing_sense_o",
                "Sense strobe, 1 .. 255.",
            ),
            storage(
                "HOLD",
                24,
                8,
                t.hold,
                "timing_hold_o",
                "From sense to the next strobe, 0 .. 255.",
            ),
        ]),
        locked(
            "TIMEOUT",
            0x064,
            "Cycles to wait for the crossbar's ready_o. A write of zero is refused.",
        )
        .refusing(Refusal::Zero(&["TIMEOUT"]))
        .with([whole(
            "TIMEOUT",
            16,
            Access::ReadWrite,
            t.timeout,
            Hardware::output("timeout_o"),
            "1 .. 65535.",
        )]),
        locked("SKIP", 0x068, "What is skipped.")
            .only_if(p.has_skip(), "ternary partial sums with plane skip")
            .with([
                storage(
                    "ZERO_PLANE",
                    0,
                    1,
                    1,
                    "skip_zero_plane_o",
                    "Do not evaluate input bit planes that are all zero.",
                ),
                storage(
                    "EMPTY_PLANE",
                    1,
                    1,
                    1,
                    "skip_empty_plane_o",
                    "Do not accumulate planes in which every p is 0.",
                ),
            ]),
    ]
}

pub(super) fn readback(p: &RegisterParameters) -> Vec<Register> {
    let window = Hardware::Window {
        port: "readback_data_i".into(),
        row: "READBACK_ROW",
        rows: p.array_rows(),
        steps: "READBACK_WORD",
        words: p.array_words(),
    };
    let rows = match p.parity {
        true => {
            "Array row that READBACK_DATA shows: for each of A planes S rows of scale factors and one of their \
            parity, then the rows of the accumulators."
        }
        false => {
            "Array row that READBACK_DATA shows: A*S rows of scale factors, then the rows of the accumulators."
        }
    };
    vec![
        register("READBACK_ROW", 0x070, rows)
            .with([whole("READBACK_ROW", 16, Access::ReadWrite, 0, Hardware::output("readback_row_o"), "Row.")]),
        register("READBACK_WORD", 0x074, "Word of 32 columns that READBACK_DATA shows; each read of \
            READBACK_DATA adds 1.")
            .with([whole("READBACK_WORD", 16, Access::ReadWrite, 0, Hardware::output("readback_word_o"), "Word.")]),
        register("READBACK_DATA", 0x078, "Columns 32*w .. 32*w + 31 of the row, w being READBACK_WORD. Refused \
            while busy and in the two cycles after, and for a row or word that the array does not have.")
            .with([whole("READBACK_DATA", 32, Access::ReadOnly, 0, window, "Bit k is column 32*w + k.")]),
    ]
}

pub(super) fn thresholds(p: &RegisterParameters) -> Register {
    let t = p.threshold_bits();
    locked(
        "THRESHOLD",
        0x100,
        "Comparator threshold of bit plane i in unit cells. A write of more than the \
        number of rows is refused. STATUS.THRESHOLDS_VALID rises when all have been written.",
    )
    .only_if(
        p.has_threshold_registers(),
        "ternary partial sums with thresholds per tile",
    )
    .array_of(p.input_bits)
    .refusing(Refusal::Above(p.rows))
    .with([whole(
        "THRESHOLD",
        t,
        Access::ReadWrite,
        0,
        Hardware::output("threshold_o"),
        "Code, 0 .. R.",
    )])
}
