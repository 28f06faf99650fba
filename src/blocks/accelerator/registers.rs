// SPDX-License-Identifier: MIT OR Apache-2.0
//! The registers of the accelerator: addresses, fields, meanings.

use std::sync::Arc;

use super::AcceleratorShape;
use super::sequencer::COUNT;
use super::stream_in::TILE_BITS;
use crate::blocks::registers::{
    Access, Block, Field, Hardware, Register, RegisterMap, RegisterParameters, build_map, constant,
    counted, cycles_high, event, identity, input, internal, locked, pulse, register, whole,
};
use crate::hdl::Module;

/// The register ID reads this: "HCAC", first letter in the lowest byte.
pub const ID: u32 = u32::from_le_bytes(*b"HCAC");

/// Builds `<prefix>_accelerator_registers`.
pub(crate) fn build(prefix: &str, shape: &AcceleratorShape) -> Arc<Module> {
    build_map(
        &format!("{prefix}_accelerator_registers"),
        CONTRACT,
        &map(shape),
    )
}

/// The register map of an accelerator; its name is `<name>_accelerator`.
pub fn map(shape: &AcceleratorShape) -> RegisterMap {
    let mut parameters = shape.tile.registers.clone();
    parameters.name = format!("{}_accelerator", parameters.name);
    let mut registers = identity(
        ID,
        "Identification: the letters HCAC, the first in the lowest byte.",
        "Always 0x43414348.",
        &parameters,
    );
    registers.extend(sizes(shape));
    registers.extend(control());
    registers.push(errors());
    registers.extend(settings(shape));
    registers.extend(counters(&shape.tile.registers));
    RegisterMap {
        parameters,
        block: Block {
            what: "accelerator",
            lock: Some(("locked_i", "a run is under way and does not pause")),
            locked_while: "STATUS.BUSY is set and STATUS.PAUSED is not",
            sizes: constants(shape),
        },
        registers,
    }
}

/// Sizes for the C header.
fn constants(shape: &AcceleratorShape) -> Vec<(&'static str, u32)> {
    let number = |size: usize| u32::try_from(size).unwrap_or(u32::MAX);
    vec![
        ("ROWS", number(shape.tile.rows)),
        ("COLS", number(shape.tile.columns)),
        ("INPUT_BITS", number(shape.input_bits)),
        ("OUTPUTS", number(shape.outputs)),
        ("TILES", number(shape.tiles)),
        ("LANES", number(shape.lanes)),
        ("WORD_BITS", number(shape.word_bits)),
        ("WORD_ELEMENTS", number(shape.word_elements())),
        ("PACKET_WORDS", number(shape.packet_words)),
        ("ACTIVATION_WORDS", 1 << shape.address_bits),
        ("CONSTANT_ENTRIES", 1 << shape.constant_bits),
        ("PASSES", 1 << shape.pass_bits),
    ]
}

fn sizes(shape: &AcceleratorShape) -> Vec<Register> {
    let tile = &shape.tile.registers;
    let number = |size: usize| u32::try_from(size).unwrap_or(u32::MAX);
    vec![
        register("SHAPE", 0x010, "Size of the crossbars.").with([
            constant("ROWS", 0, 16, tile.rows, "Rows (R)."),
            constant("COLS", 16, 16, tile.cols, "Columns (C)."),
        ]),
        register("FORMAT", 0x014, "Widths of the arithmetic.").with([
            constant("INPUT_BITS", 0, 4, tile.input_bits, "Bits of an input (A)."),
            constant(
                "WEIGHT_SLICES",
                4,
                4,
                tile.weight_slices,
                "Columns per output (W).",
            ),
            constant(
                "SCALE_BITS",
                8,
                5,
                tile.scale_bits,
                "Bits of a scale factor (S).",
            ),
        ]),
        register("GRID", 0x018, "Tiles and words.").with([
            constant("TILES", 0, 8, number(shape.tiles), "Tiles of a lane (K)."),
            constant("LANES", 8, 8, number(shape.lanes), "Lanes (N)."),
            constant(
                "WORD_ELEMENTS",
                16,
                16,
                number(shape.word_elements()),
                "Elements of a word (G).",
            ),
        ]),
        register(
            "MEMORY",
            0x01c,
            "Sizes of the memories, as exponents of two.",
        )
        .with([
            constant(
                "ACTIVATION_WORDS",
                0,
                8,
                number(shape.address_bits),
                "Activation memory.",
            ),
            constant(
                "CONSTANT_ENTRIES",
                8,
                8,
                number(shape.constant_bits),
                "Constants.",
            ),
            constant(
                "PASSES",
                16,
                8,
                number(shape.pass_bits),
                "Passes of the program.",
            ),
        ]),
    ]
}

fn control() -> Vec<Register> {
    let mask = |name, lsb, doc| {
        internal(
            name,
            lsb,
            Access::ReadWrite,
            Hardware::Mask { of: "IRQ_STATUS" },
            doc,
        )
    };
    vec![
        register(
            "CTRL",
            0x020,
            "Commands: writing 1 to a bit gives the command once. Reads 0.",
        )
        .with([
            pulse(
                "START",
                0,
                "start_o",
                "Run PASS_COUNT passes from FIRST_PASS on.",
            ),
            pulse(
                "ABORT",
                1,
                "abort_o",
                "Stop and drop what is under way, in all tiles; what is loaded stays.",
            ),
            pulse(
                "CLEAR_COUNTERS",
                2,
                "clear_counters_o",
                "Set CYCLES, PASSES_DONE and POSITIONS to 0.",
            ),
            pulse("RESUME", 3, "resume_o", "Go on after a pause."),
        ]),
        register("STATUS", 0x024, "What the accelerator is doing.").with([
            input(
                "BUSY",
                0,
                1,
                "busy_i",
                0,
                "A run or its abort is under way, also while it pauses.",
            ),
            input(
                "PAUSED",
                1,
                1,
                "paused_i",
                0,
                "The run pauses until CTRL.RESUME.",
            ),
            input(
                "ABORTING",
                2,
                1,
                "status_aborting_i",
                0,
                "An abort is under way.",
            ),
            input(
                "PASS",
                8,
                8,
                "pass_i",
                0,
                "The current pass, or the last one.",
            ),
        ]),
        register(
            "IRQ_STATUS",
            0x028,
            "Interrupts. The output irq_o is high while a bit is set here and in IRQ_ENABLE.",
        )
        .with([
            event(
                "DONE",
                0,
                "done_set_i",
                "The last pass of a run has finished.",
            ),
            internal(
                "ERROR",
                1,
                Access::WriteOneToClear,
                Hardware::AnyEvent { of: "ERROR" },
                "A bit of the register ERROR was set.",
            ),
            event("ABORTED", 2, "aborted_set_i", "An abort is complete."),
            event("PAUSED", 3, "paused_set_i", "The run pauses."),
        ]),
        register(
            "IRQ_ENABLE",
            0x02c,
            "Which bits of IRQ_STATUS make an interrupt.",
        )
        .with([
            mask("DONE", 0, "Enable DONE."),
            mask("ERROR", 1, "Enable ERROR."),
            mask("ABORTED", 2, "Enable ABORTED."),
            mask("PAUSED", 3, "Enable PAUSED."),
        ]),
    ]
}

fn errors() -> Register {
    register("ERROR", 0x030, "Errors; a bit stays until 1 is written to it.").with([
        event("BAD_START", 0, "bad_start_set_i", "START with PASS_COUNT 0 or with passes that there are not."),
        event("START_BUSY", 1, "start_busy_set_i", "START while busy; it was ignored."),
        event("TILE", 2, "tile_set_i", "A tile of the pass raised its interrupt; the run was aborted."),
        event("TILE_ACCESS", 3, "tile_access_set_i", "A tile refused its settings or did not start; the run was aborted."),
        event("BAD_PASS", 4, "bad_pass_set_i", "A pass is not legal; the run was aborted."),
        internal("WRITE_BUSY", 5, Access::WriteOneToClear, Hardware::RefusedWriteOr { port: "write_refused_i".to_string() },
            "A write to a locked register, to the program or to the constants during a run; it was refused."),
        event("DEST", 6, "dest_error_i", "A packet of the input stream for nobody; it was dropped."),
    ])
}

fn settings(shape: &AcceleratorShape) -> Vec<Register> {
    let stored = |name, width: usize, port: &str, doc| -> Field {
        let width = u32::try_from(width).unwrap_or(1);
        whole(
            name,
            width,
            Access::ReadWrite,
            0,
            Hardware::output(port),
            doc,
        )
    };
    let address = u32::try_from(shape.address_bits).unwrap_or(1);
    vec![
        locked("FIRST_PASS", 0x034, "First pass of the next START.").with([stored(
            "FIRST_PASS",
            COUNT,
            "first_pass_o",
            "Number.",
        )]),
        locked("PASS_COUNT", 0x038, "Passes of the next START.").with([stored(
            "PASS_COUNT",
            COUNT,
            "pass_count_o",
            "Number; START refuses 0.",
        )]),
        register(
            "ACT_ADDR",
            0x03c,
            "Where the next word of activations from the input stream goes.",
        )
        .with([counted(
            "ACT_ADDR",
            address,
            "act_addr_o",
            "act_addr_step_i",
            "Word address; counts up with each word.",
        )]),
        locked(
            "LOAD_TILE",
            0x040,
            "Tile that loads of the input stream go to.",
        )
        .with([stored(
            "LOAD_TILE",
            TILE_BITS,
            "load_tile_o",
            "Number: lane * K + tile of the lane.",
        )]),
    ]
}

fn counters(parameters: &RegisterParameters) -> Vec<Register> {
    let bits = parameters.count_bits();
    let count =
        |name, width, hardware| whole(name, width, Access::ReadOnly, 0, hardware, "Number.");
    vec![
        register(
            "CYCLES_LO",
            0x044,
            "Cycles of runs without pauses, bits 31 .. 0. Reading it captures CYCLES_HI.",
        )
        .with([count("CYCLES_LO", bits, Hardware::input("cycles_i", 0))]),
        register(
            "CYCLES_HI",
            0x048,
            "Cycles of runs without pauses, bits 63 .. 32 at the last read of CYCLES_LO.",
        )
        .with([cycles_high(parameters)]),
        register("PASSES_DONE", 0x04c, "Passes that have finished.").with([count(
            "PASSES_DONE",
            bits,
            Hardware::input("passes_done_i", 0),
        )]),
        register("POSITIONS", 0x050, "Output positions that have finished.").with([count(
            "POSITIONS",
            bits,
            Hardware::input("positions_i", 0),
        )]),
    ]
}

/// What the register block promises.
const CONTRACT: &str = "AXI4-Lite slave that holds the registers of an accelerator. One write and one \
read may be under way at a time. A write takes effect in the cycle after its address and its \
data have both been accepted (in any order), and its response is valid from the next cycle on; \
outputs and pulses follow in that same cycle. A read samples in the cycle after its address has \
been accepted, and its data are valid from the next cycle on. VALID outputs stay, with a stable \
payload, until accepted. Refused accesses answer SLVERR and change nothing. Reset is asynchronous, active low.";
