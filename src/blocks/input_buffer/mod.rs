// SPDX-License-Identifier: MIT OR Apache-2.0
//! Input buffer: two banks, written by beats, read by bit planes.
//!
//! Contract and port table: `doc/input_buffer.md`.

mod bank;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::row_store::{RowStorage, Writer};
use crate::hdl::{Module, ModuleBuilder, Sig, index_width, lit, zeros};

/// What the input buffer needs to know of the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InputBufferShape {
    /// R: inputs of a packet.
    pub rows: usize,
    /// A: bits of an input.
    pub input_bits: usize,
    /// Width of a beat.
    pub stream_bits: usize,
    /// What the banks are made of.
    pub storage: RowStorage,
}

impl InputBufferShape {
    /// Bits of a packet.
    pub fn bits(&self) -> usize {
        self.rows * self.input_bits
    }

    /// Beats of a packet.
    pub fn beats(&self) -> usize {
        self.bits().div_ceil(self.stream_bits)
    }

    /// Beats whose every bit belongs to the packet.
    fn whole_beats(&self) -> usize {
        self.bits() / self.stream_bits
    }
}

/// Builds `<prefix>_input_buffer`.
pub fn build(prefix: &str, shape: &InputBufferShape) -> Arc<Module> {
    let (rows, planes, beats) = (shape.rows, shape.input_bits, shape.beats());
    let mut m = ModuleBuilder::new(&format!("{prefix}_input_buffer"));
    m.contract(
        "Holds two packets of inputs: one is filled beat by beat while the other is read by bit \
         planes. A packet is offered two cycles after its commit, with flags that say which of its \
         planes hold a one. Reset and clear_i: both banks empty; their bits keep their values.",
    );
    m.localparam("ROWS", rows);
    m.localparam("INPUT_BITS", planes);
    m.localparam("BEATS", beats);
    m.group("Clock and reset");
    let clk = m.input("clk_i", 1, "clock");
    let rst_n = m.input("rst_ni", 1, "asynchronous reset, active low");
    let clear = m.input("clear_i", 1, "both banks are empty from the next cycle on");
    let test_en = shape
        .storage
        .gated_clocks()
        .then(|| m.input("test_en_i", 1, "scan enable of the clock gates"));
    m.group("Writing");
    let write = m.input("write_i", 1, "store a beat; only while full_o is low");
    let beat = m.input("beat_i", index_width(beats), "its index");
    let data = m.input("data_i", shape.stream_bits, "the beat");
    let commit = m.input("commit_i", 1, "the packet is complete with this beat");
    let full = m.output("full_o", 1, "both banks are taken");
    m.group("Reading");
    let valid = m.output("valid_o", 1, "a packet is offered");
    let plane = m.input("plane_i", index_width(planes), "which bit plane");
    let word_lines = m.output(
        "word_lines_o",
        rows,
        "the plane; zero while nothing is offered",
    );
    let plane_any = m.output(
        "plane_any_o",
        planes,
        "which planes of the packet hold a one",
    );
    let release = m.input(
        "release_i",
        1,
        "done with the packet; only while valid_o is high",
    );
    let count = m.output("count_o", 2, "packets held");

    m.comment("The bank that is filled and the bank that is read.");
    let write_bank_q = m
        .register("write_bank_q", 1)
        .clock(&clk)
        .reset(&rst_n, 0)
        .build();
    let read_bank_q = m
        .register("read_bank_q", 1)
        .clock(&clk)
        .reset(&rst_n, 0)
        .build();
    m.next_if(
        &write_bank_q,
        &(&clear | &commit),
        &(!&clear & !&write_bank_q),
    );
    m.next_if(
        &read_bank_q,
        &(&clear | &release),
        &(!&clear & !&read_bank_q),
    );

    let beat_select = one_hot(&mut m, "beat_select", &beat, beats);
    let plane_select = one_hot(&mut m, "plane_select", &plane, planes);
    let writer = Writer::build(&mut m, shape.storage, &clk, test_en.as_ref(), &write, &data);
    let child = bank::build(prefix, shape);
    let banks: Vec<Bank> = (0..2)
        .map(|k| {
            let port = Port {
                clk: &clk,
                rst_n: &rst_n,
                clear: &clear,
            };
            m.comment(&format!("Bank {k}."));
            let write_here = m.wire_of(&format!("write_bank_{k}"), &is(&write_bank_q, k));
            let read_here = is(&read_bank_q, k);
            let taken_q = m
                .register(&format!("taken_{k}_q"), 1)
                .clock(&clk)
                .reset(&rst_n, 0)
                .build();
            let commit = m.wire_of(&format!("commit_{k}"), &(&commit & &write_here));
            let release = m.wire_of(&format!("release_{k}"), &(&release & &read_here));
            let taken_d = &commit & !&clear;
            m.next_if(&taken_q, &(&(&clear | &commit) | &release), &taken_d);
            let bank = Bank::declare(&mut m, shape, k, taken_q);
            let read = m.wire_of(&format!("read_{k}"), &(&read_here & &bank.ready));
            let mut instance = m.instance(&format!("u_bank_{k}"), &child);
            if shape.storage.gated_clocks() {
                instance = instance.connect("clk_i", port.clk);
            }
            for (name, signal) in writer.ports() {
                instance = instance.connect(name, signal);
            }
            instance
                .connect("rst_ni", port.rst_n)
                .connect("clear_i", &(port.clear | &release))
                .connect("write_i", &beat_select.gated_by(&(&write & &write_here)))
                .connect("data_i", &writer.data)
                .connect("taken_i", &bank.taken)
                .connect("plane_i", &plane_select.gated_by(&read))
                .output("ready_o", &bank.ready)
                .output("word_lines_o", &bank.word_lines)
                .output("plane_any_o", &bank.plane_any)
                .done();
            Bank { read, ..bank }
        })
        .collect();
    m.comment("At most one bank is read; the other shows zeros.");
    m.assign(&valid, &(&banks[0].read | &banks[1].read));
    m.assign(&word_lines, &(&banks[0].word_lines | &banks[1].word_lines));
    m.select(&plane_any)
        .when(&read_bank_q, &banks[1].plane_any)
        .otherwise(&banks[0].plane_any);
    m.assign(&full, &(&banks[0].taken & &banks[1].taken));
    m.assign(&count, &banks[0].taken.add_carry(&banks[1].taken));
    m.finish()
}

struct Port<'a> {
    clk: &'a Sig,
    rst_n: &'a Sig,
    clear: &'a Sig,
}

struct Bank {
    taken: Sig,
    ready: Sig,
    read: Sig,
    word_lines: Sig,
    plane_any: Sig,
}

impl Bank {
    fn declare(m: &mut ModuleBuilder, shape: &InputBufferShape, k: usize, taken: Sig) -> Bank {
        Bank {
            taken,
            ready: m.wire(&format!("ready_{k}"), 1),
            read: zeros(1),
            word_lines: m.wire(&format!("word_lines_{k}"), shape.rows),
            plane_any: m.wire(&format!("plane_any_{k}"), shape.input_bits),
        }
    }
}

fn is(bank: &Sig, k: usize) -> Sig {
    if k == 0 { !bank } else { bank.clone() }
}

/// A one-hot decoder of `count` outputs.
fn one_hot(m: &mut ModuleBuilder, name: &str, index: &Sig, count: usize) -> Sig {
    m.wire_of(name, &lit(1, count).shl(index))
}
