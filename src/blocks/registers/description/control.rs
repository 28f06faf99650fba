// SPDX-License-Identifier: MIT OR Apache-2.0
//! Commands, state, errors and counters.

use super::super::fields::{
    constant, event, input, internal, locked, pulse, register, storage, whole,
};
use super::super::model::{Access, Field, Hardware, Refusal, Register};
use super::super::parameters::RegisterParameters;

pub(super) fn control(p: &RegisterParameters) -> Vec<Register> {
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

pub(super) fn errors(p: &RegisterParameters) -> Vec<Register> {
    let set = Access::WriteOneToClear;
    let mut errors = register(
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
    ]);
    errors.fields.extend(p.parity.then(|| {
        event(
            "PARITY",
            10,
            "error_parity_set_i",
            "A scale factor that was added has the wrong parity; results since then may be wrong.",
        )
    }));
    vec![errors]
}

pub(super) fn run(p: &RegisterParameters) -> Vec<Register> {
    let bits = p.count_bits();
    vec![
        locked(
            "MVM_COUNT",
            0x034,
            "Matrix-vector multiplications of the next START.",
        )
        .refusing(match bits {
            32 => Refusal::Never,
            bits => Refusal::Above((1 << bits) - 1),
        })
        .with([whole(
            "MVM_COUNT",
            bits,
            Access::ReadWrite,
            0,
            Hardware::output("mvm_count_o"),
            "Number; START refuses 0.",
        )]),
        register("MVM_DONE", 0x038, "Results that have left since START.").with([whole(
            "MVM_DONE",
            bits,
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

/// CYCLES_HI: the upper bits of `cycles_i`, captured by a read of CYCLES_LO.
pub(crate) fn cycles_high(p: &RegisterParameters) -> Field {
    match p.counter_bits {
        ..=32 => constant("CYCLES_HI", 0, 32, 0, "Always 0."),
        bits => {
            let captured = Hardware::Captured {
                port: "cycles_i".into(),
                lo: 32,
                by: "CYCLES_LO",
            };
            whole(
                "CYCLES_HI",
                bits - 32,
                Access::ReadOnly,
                0,
                captured,
                "Number.",
            )
        }
    }
}

pub(super) fn counters(p: &RegisterParameters) -> Vec<Register> {
    let count = |name, port| {
        whole(
            name,
            p.count_bits(),
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
        .with([cycles_high(p)]),
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
