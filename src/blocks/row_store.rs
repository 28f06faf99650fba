// SPDX-License-Identifier: MIT OR Apache-2.0
//! Words that are stored whole, one at a time: in flip-flops with enables, in flip-flops on a clock of their own, or in
//! latches.
//!
//! A latch word is open in the high phase of the cycle after its write. What it stores stands meanwhile in one register, which
//! all words share and which is clocked by writes alone; it changes half a cycle after the word has closed. A word may be read
//! until the very edge at which it opens (the last beat of a result while the first digit of the next is stored): it opens by
//! `hcim_latch_pulse`, after registers have sampled.
//! Seen from outside, all three hold a word from the cycle after its write on.

use std::sync::Arc;

use super::dcim_array::{clock_gates, latch_pulses};
use crate::hdl::{Module, ModuleBuilder, Sig};

/// What words are stored in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowStorage {
    /// Flip-flops with enables, on the one clock.
    Enabled,
    /// Flip-flops, a gated clock for each word.
    Gated,
    /// Latches, a gated clock for each word.
    Latch,
}

impl RowStorage {
    /// All of them.
    pub const ALL: [RowStorage; 3] = [RowStorage::Enabled, RowStorage::Gated, RowStorage::Latch];

    /// Words have clocks of their own.
    pub fn gated_clocks(self) -> bool {
        self != RowStorage::Enabled
    }
}

/// The side of the writer, once for all words that share data.
pub(super) struct Writer {
    /// The clock; where words have clocks, one that runs for writes alone.
    clk: Sig,
    test_en: Option<Sig>,
    /// What the words take.
    pub data: Sig,
}

impl Writer {
    /// `write` is high in the cycles in which some word takes `data`. `test_en` is needed where words have clocks of their own.
    pub fn build(
        m: &mut ModuleBuilder,
        storage: RowStorage,
        clk: &Sig,
        test_en: Option<&Sig>,
        write: &Sig,
        data: &Sig,
    ) -> Writer {
        let Some(test_en) = test_en.filter(|_| storage.gated_clocks()) else {
            return Writer {
                clk: clk.clone(),
                test_en: None,
                data: data.clone(),
            };
        };
        m.comment("One gate in front of the clocks of the words: but for writes, none of their gates sees the clock.");
        let write_clk = m.clock_gate("u_write_gate", clk, write, test_en);
        let held = (storage == RowStorage::Latch).then(|| {
            let data_q = m
                .register("write_data_q", data.width())
                .clock(&write_clk)
                .build();
            m.next(&data_q, data);
            data_q
        });
        Writer {
            data: held.unwrap_or_else(|| data.clone()),
            clk: write_clk,
            test_en: Some(test_en.clone()),
        }
    }

    /// What [`Rows::declare`] declares in a module of words.
    pub fn ports(&self) -> Vec<(&'static str, &Sig)> {
        match &self.test_en {
            None => vec![("clk_i", &self.clk)],
            Some(test_en) => vec![("write_clk_i", &self.clk), ("test_en_i", test_en)],
        }
    }
}

/// The side of the words, in a module that holds some of them.
pub(super) struct Rows {
    storage: RowStorage,
    clk: Sig,
    test_en: Option<Sig>,
}

impl Rows {
    /// Declares the ports that [`Writer::ports`] drives.
    pub fn declare(m: &mut ModuleBuilder, storage: RowStorage) -> Rows {
        let (clk, test_en) = match storage {
            RowStorage::Enabled => (m.input("clk_i", 1, "clock"), None),
            RowStorage::Gated | RowStorage::Latch => (
                m.input("write_clk_i", 1, "clock, running for writes alone"),
                Some(m.input("test_en_i", 1, "scan enable of the clock gates")),
            ),
        };
        Rows {
            storage,
            clk,
            test_en,
        }
    }

    /// The clock where it is the ungated one.
    pub fn enabled_clock(&self) -> Option<Sig> {
        self.test_en.is_none().then(|| self.clk.clone())
    }

    /// What stores the words that `select` names, one-hot: their clocks, or their enables.
    pub fn select(&self, m: &mut ModuleBuilder, select: &Sig) -> Sig {
        match &self.test_en {
            None => select.clone(),
            Some(test_en) => {
                let names = ("gen_row_clock", "row_clk");
                let clocks = clock_gates(m, names, &self.clk, select, test_en);
                match self.storage {
                    RowStorage::Latch => latch_pulses(m, ("gen_row_pulse", "row_pulse"), &clocks),
                    _ => clocks,
                }
            }
        }
    }

    /// `count` words side by side: word n at bits `n * width` of `held`, stored by bit n of `rows`. `name` is that of
    /// the module of a word; the instances are called `u_word` in `label`.
    pub fn words(
        &self,
        m: &mut ModuleBuilder,
        (name, label): (&str, &str),
        count: usize,
        rows: &Sig,
        data: &Sig,
        held: &Sig,
    ) {
        let child = self.word(name, data.width());
        let mut array = m
            .array(label, "u_word", count, &child)
            .each_at(self.row_port(), rows, 1, 0)
            .all("data_i", data)
            .each_out_at("held_o", held, data.width(), 0);
        if self.storage == RowStorage::Enabled {
            array = array.all("clk_i", &self.clk);
        }
        array.done();
    }

    /// A single word.
    pub fn word_at(
        &self,
        m: &mut ModuleBuilder,
        (name, instance): (&str, &str),
        row: &Sig,
        data: &Sig,
        held: &Sig,
    ) {
        let child = self.word(name, data.width());
        let mut word = m
            .instance(instance, &child)
            .connect(self.row_port(), row)
            .connect("data_i", data)
            .output("held_o", held);
        if self.storage == RowStorage::Enabled {
            word = word.connect("clk_i", &self.clk);
        }
        word.done();
    }

    fn row_port(&self) -> &'static str {
        match self.storage {
            RowStorage::Enabled => "write_i",
            RowStorage::Gated | RowStorage::Latch => "row_clk_i",
        }
    }

    fn word(&self, name: &str, width: usize) -> Arc<Module> {
        let mut m = ModuleBuilder::new(name);
        m.contract("Bits that are stored together. No reset.");
        let clk = (self.storage == RowStorage::Enabled).then(|| m.input("clk_i", 1, "clock"));
        let doc = match self.storage {
            RowStorage::Enabled => "store at the end of this cycle",
            RowStorage::Gated => "clock that stores",
            RowStorage::Latch => "open while high",
        };
        let row = m.input(self.row_port(), 1, doc);
        let data = m.input("data_i", width, "what is stored");
        let held = m.output("held_o", width, "what was stored");
        let q = match (self.storage, clk) {
            (RowStorage::Latch, _) => m.latch("held", width, &row, &data),
            (_, Some(clk)) => {
                let q = m.register("held_q", width).clock(&clk).build();
                m.next_if(&q, &row, &data);
                q
            }
            (_, None) => {
                let q = m.register("held_q", width).clock(&row).build();
                m.next(&q, &data);
                q
            }
        };
        m.assign(&held, &q);
        m.finish()
    }
}
