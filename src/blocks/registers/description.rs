// SPDX-License-Identifier: MIT OR Apache-2.0
//! The description of the register map: the only place where an address, a bit position or a
//! reset value is written down.

use super::fields::{constant, event, input, internal, locked, pulse, register, storage, whole};
use super::model::{Access, Field, Hardware, Refusal, Register, RegisterMap};
use super::parameters::RegisterParameters;

/// The register ID reads this: "HCIM", first letter in the lowest byte.
pub const ID: u32 = u32::from_le_bytes(*b"HCIM");

/// Bits of a byte address: the map takes 4 KiB.
pub const ADDRESS_BITS: usize = 12;

/// The register map of a configuration.
pub fn map(p: &RegisterParameters) -> RegisterMap {
    let mut registers = identification(p);
    registers.extend(control(p));
    registers.extend(errors());
    registers.extend(run(p));
    registers.extend(counters());
    registers.extend(crossbar(p));
    registers.extend(readback(p));
    registers.push(thresholds(p));
    RegisterMap {
        parameters: p.clone(),
        registers,
    }
}

fn identification(p: &RegisterParameters) -> Vec<Register> {
    let [major, minor, patch] = p.version.map(u32::from);
    let per_column = p.ternary && p.thresholds_per_column;
    let flag = u32::from;
    vec![
        register(
            "ID",
            0x000,
            "Identification: the letters HCIM, the first in the lowest byte.",
        )
        .with([whole(
            "ID",
            32,
            Access::ReadOnly,
            ID,
            Hardware::Constant,
            "Always 0x4d494348.",
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
    ]
}

fn control(p: &RegisterParameters) -> Vec<Register> {
    let (valid, thresholds_valid) = if p.has_threshold_registers() {
        (0, Hardware::AllWritten)
    } else if p.ternary {
        (0, Hardware::input("status_thresholds_valid_i", 0))
    } else {
        (1, Hardware::Constant)
    };
    let valid_doc = "Thresholds are set; always 1 with binary partial sums.";
    vec![
        register("CTRL", 0x020, "Commands: writing 1 to a bit gives the command once. Reads 0.").with([
            pulse("START", 0, "ctrl_start_pulse_o", "Start MVM_COUNT matrix-vector multiplications. Refused, \
                with a bit in ERROR, while busy, with a count of 0, or before everything is loaded."),
            pulse("ABORT", 1, "ctrl_abort_pulse_o", "Stop and drop what is under way; loaded values stay."),
            pulse("CLEAR_COUNTERS", 2, "ctrl_clear_counters_pulse_o", "Set the counters of cycles and planes to 0."),
        ]),
        register("STATUS", 0x024, "What the tile is doing.").with([
            input("BUSY", 0, 1, "busy_i", 0, "A START is under way."),
            input("WEIGHTS_VALID", 1, 1, "status_weights_valid_i", 0, "Weights are loaded."),
            input("SCALES_VALID", 2, 1, "status_scales_valid_i", 0, "Scale factors are loaded."),
            Field { reset: valid, ..internal("THRESHOLDS_VALID", 3, Access::ReadOnly, thresholds_valid, valid_doc) },
            input("INPUTS_BUFFERED", 4, 2, "status_inputs_buffered_i", 0, "Input vectors that wait, 0 .. 2."),
            input("ABORTING", 6, 1, "status_aborting_i", 0, "An abort is under way."),
            input("RESULT_PENDING", 7, 1, "status_result_pending_i", 0, "A result waits to leave."),
        ]),
        register("IRQ_STATUS", 0x028, "Interrupts. The output irq_o is high while a bit is set here and in \
            IRQ_ENABLE.").with([
            event("DONE", 0, "irq_status_done_set_i", "All results of a START have left."),
            internal("ERROR", 1, Access::WriteOneToClear, Hardware::AnyEvent { of: "ERROR" }, "A bit of the \
                register ERROR was set."),
            event("ABORTED", 2, "irq_status_aborted_set_i", "An abort is complete."),
        ]),
        register("IRQ_ENABLE", 0x02c, "Which bits of IRQ_STATUS make an interrupt.").with([
            internal("DONE", 0, Access::ReadWrite, Hardware::Mask { of: "IRQ_STATUS" }, "Enable DONE."),
            internal("ERROR", 1, Access::ReadWrite, Hardware::Mask { of: "IRQ_STATUS" }, "Enable ERROR."),
            internal("ABORTED", 2, Access::ReadWrite, Hardware::Mask { of: "IRQ_STATUS" }, "Enable ABORTED."),
        ]),
    ]
}

fn errors() -> Vec<Register> {
    let set = Access::WriteOneToClear;
    vec![
        register(
            "ERROR",
            0x030,
            "Errors; a bit stays until 1 is written to it.",
        )
        .with([
            event(
                "NOT_LOADED",
                0,
                "error_not_loaded_set_i",
                "START before weights, scale factors or thresholds were loaded.",
            ),
            event(
                "BAD_COUNT",
                1,
                "error_bad_count_set_i",
                "START with MVM_COUNT = 0.",
            ),
            event(
                "PACKET_SHORT",
                2,
                "error_packet_short_set_i",
                "TLAST came before the packet was complete; the packet is dropped.",
            ),
            event(
                "PACKET_LONG",
                3,
                "error_packet_long_set_i",
                "The packet was complete without TLAST; the packet is dropped.",
            ),
            event(
                "PACKET_DEST",
                4,
                "error_packet_dest_set_i",
                "TDEST that this configuration does not have; the packet is dropped.",
            ),
            event(
                "LOAD_BUSY",
                5,
                "error_load_busy_set_i",
                "Weights, scale factors or thresholds came while busy; the packet is dropped.",
            ),
            event(
                "CODE",
                6,
                "error_code_set_i",
                "Both comparators of a used column were high; the column counted as 0.",
            ),
            event(
                "SENSE_TIMEOUT",
                7,
                "error_sense_timeout_set_i",
                "The crossbar's ready_o did not come within TIMEOUT cycles.",
            ),
            internal(
                "WRITE_BUSY",
                8,
                set,
                Hardware::RefusedWrite,
                "A write to a locked register while busy; it was refused.",
            ),
            event(
                "START_BUSY",
                9,
                "error_start_busy_set_i",
                "START while busy; it was ignored.",
            ),
        ]),
    ]
}

fn run(p: &RegisterParameters) -> Vec<Register> {
    vec![
        locked(
            "MVM_COUNT",
            0x034,
            "Matrix-vector multiplications of the next START.",
        )
        .with([whole(
            "MVM_COUNT",
            32,
            Access::ReadWrite,
            0,
            Hardware::output("mvm_count_o"),
            "Number; START refuses 0.",
        )]),
        register("MVM_DONE", 0x038, "Results that have left since START.").with([whole(
            "MVM_DONE",
            32,
            Access::ReadOnly,
            0,
            Hardware::input("mvm_done_i", 0),
            "Number.",
        )]),
        locked("CHAIN", 0x03c, "Stacking of segments.")
            .only_if(p.has_chain(), "more than one segment (K > 1)")
            .with([
                storage(
                    "IN_ENABLE",
                    0,
                    1,
                    0,
                    "chain_in_enable_o",
                    "Add the words of the tile above.",
                ),
                storage(
                    "OUT_ENABLE",
                    1,
                    1,
                    0,
                    "chain_out_enable_o",
                    "Send words to the tile below instead of \
                    the result stream.",
                ),
            ]),
    ]
}

fn counters() -> Vec<Register> {
    let high = Hardware::Captured {
        port: "cycles_i".into(),
        lo: 32,
        by: "CYCLES_LO",
    };
    let count = |name, port| {
        whole(
            name,
            32,
            Access::ReadOnly,
            0,
            Hardware::input(port, 0),
            "Number.",
        )
    };
    vec![
        register(
            "CYCLES_LO",
            0x040,
            "Cycles spent busy, bits 31 .. 0. Reading it captures CYCLES_HI.",
        )
        .with([count("CYCLES_LO", "cycles_i")]),
        register(
            "CYCLES_HI",
            0x044,
            "Cycles spent busy, bits 63 .. 32 at the last read of CYCLES_LO.",
        )
        .with([whole("CYCLES_HI", 32, Access::ReadOnly, 0, high, "Number.")]),
        register(
            "PLANES_SKIPPED",
            0x048,
            "Input bit planes that were all zero and not evaluated.",
        )
        .with([count("PLANES_SKIPPED", "planes_skipped_i")]),
        register(
            "PLANES_EMPTY",
            0x04c,
            "Bit planes in which every partial sum was 0.",
        )
        .with([count("PLANES_EMPTY", "planes_empty_i")]),
        register(
            "MVM_CYCLES",
            0x050,
            "Cycles between the last two MVMs: from one accepted operation of the \
            last bit plane to the next.",
        )
        .with([count("MVM_CYCLES", "mvm_cycles_i")]),
    ]
}

fn crossbar(p: &RegisterParameters) -> Vec<Register> {
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

fn readback(p: &RegisterParameters) -> Vec<Register> {
    let window = Hardware::Window {
        port: "readback_data_i".into(),
        row: "READBACK_ROW",
        rows: p.array_rows(),
        steps: "READBACK_WORD",
        words: p.array_words(),
    };
    vec![
        register("READBACK_ROW", 0x070, "Array row that READBACK_DATA shows: A*S rows of scale factors, then \
            the rows of the accumulators.")
            .with([whole("READBACK_ROW", 16, Access::ReadWrite, 0, Hardware::output("readback_row_o"), "Row.")]),
        register("READBACK_WORD", 0x074, "Word of 32 columns that READBACK_DATA shows; each read of \
            READBACK_DATA adds 1.")
            .with([whole("READBACK_WORD", 16, Access::ReadWrite, 0, Hardware::output("readback_word_o"), "Word.")]),
        register("READBACK_DATA", 0x078, "Columns 32*w .. 32*w + 31 of the row, w being READBACK_WORD. Refused \
            while busy and in the two cycles after, and for a row or word that the array does not have.")
            .with([whole("READBACK_DATA", 32, Access::ReadOnly, 0, window, "Bit k is column 32*w + k.")]),
    ]
}

fn thresholds(p: &RegisterParameters) -> Register {
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
