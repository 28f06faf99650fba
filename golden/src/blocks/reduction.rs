// SPDX-License-Identifier: MIT OR Apache-2.0
//! `column_reduction`: the weighted sum of the columns of each output, digit by digit, with the
//! chain of the tile above.
//!
//! Digit n of a sum depends on digits 0 .. n of its terms only, so the model adds the numbers that
//! the digits so far make up and gives out the newest digit of the sum.

use crate::bits::{Bits, sign_extend};
use crate::config::Config;

/// Input ports; names as in the contract without their suffixes.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "the ports of the contract")]
pub struct ReductionIn {
    pub clear: bool,
    pub valid: bool,
    pub first: bool,
    pub data: Bits,
    pub chain_enable: bool,
    pub chain_valid: bool,
    pub chain_data: Bits,
    pub out_ready: bool,
}

/// Output ports; `data` stands for out_valid_o and out_data_o.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the ports of the contract")]
pub struct ReductionOut {
    pub in_ready: bool,
    pub chain_ready: bool,
    pub first: bool,
    pub last: bool,
    pub data: Option<Bits>,
}

/// The model.
#[derive(Clone, Debug)]
pub struct Reduction {
    slices: usize,
    outputs: usize,
    rate: usize,
    read_digits: u32,
    result_digits: u32,
    has_chain: bool,
    /// Digits of the word that were taken.
    taken: u32,
    columns: Vec<u64>,
    chain: Vec<u64>,
    register: Option<(u32, Bits)>,
}

/// What moves at the edge that ends a cycle.
#[derive(Clone, Copy)]
struct Edge {
    /// The digit comes from the input, not from the columns' signs.
    own: bool,
    in_ready: bool,
    chain_ready: bool,
    moves: bool,
}

impl Reduction {
    /// A model in the state after reset.
    pub fn new(config: &Config) -> Self {
        let derived = config.derived();
        Self {
            slices: config.weight_slices as usize,
            outputs: derived.outputs as usize,
            rate: derived.read_rate as usize,
            read_digits: derived.read_digits,
            result_digits: derived.result_digits,
            has_chain: config.has_chain(),
            taken: 0,
            columns: vec![0; derived.used_columns as usize],
            chain: vec![0; derived.outputs as usize],
            register: None,
        }
    }

    /// U*u.
    pub fn input_bits(&self) -> usize {
        self.columns.len() * self.rate
    }

    /// O*u.
    pub fn output_bits(&self) -> usize {
        self.outputs * self.rate
    }

    /// Whether the chain input exists.
    pub fn has_chain(&self) -> bool {
        self.has_chain
    }

    /// Reset.
    pub fn reset(&mut self) {
        self.taken = 0;
        self.register = None;
    }

    fn edge(&self, ports: &ReductionIn) -> Edge {
        let free = self.register.is_none() || ports.out_ready;
        let chained = self.has_chain && ports.chain_enable;
        let own = self.taken < self.read_digits;
        let chain_there = !chained || ports.chain_valid;
        let own_there = !own || ports.valid;
        Edge {
            own,
            in_ready: own && free && chain_there,
            chain_ready: chained && free && own_there,
            moves: free && chain_there && own_there,
        }
    }

    /// The outputs of this cycle.
    pub fn eval(&self, ports: &ReductionIn) -> ReductionOut {
        let edge = self.edge(ports);
        let digit = self.register.as_ref().map(|(digit, _)| *digit);
        ReductionOut {
            in_ready: edge.in_ready,
            chain_ready: edge.chain_ready,
            first: digit == Some(0),
            last: digit == Some(self.result_digits - 1),
            data: self.register.as_ref().map(|(_, data)| data.clone()),
        }
    }

    /// The rising edge that ends this cycle.
    pub fn clock(&mut self, ports: &ReductionIn) {
        let edge = self.edge(ports);
        if ports.out_ready {
            self.register = None;
        }
        if edge.moves {
            self.take(ports, edge.own);
        }
        if ports.clear {
            self.reset();
        }
    }

    fn take(&mut self, ports: &ReductionIn, own: bool) {
        let at = self.taken as usize * self.rate;
        if self.taken == 0 {
            self.columns.fill(0);
            self.chain.fill(0);
        }
        if own {
            for (column, value) in self.columns.iter_mut().enumerate() {
                *value |= ports.data.field(column * self.rate, self.rate) << at;
            }
            if self.taken + 1 == self.read_digits {
                // From here on every column is its sign.
                for value in &mut self.columns {
                    *value = sign_extend(*value, at + self.rate) as u64;
                }
            }
        }
        if self.has_chain && ports.chain_enable {
            for (output, value) in self.chain.iter_mut().enumerate() {
                *value |= ports.chain_data.field(output * self.rate, self.rate) << at;
            }
        }
        let mut data = Bits::zero(self.output_bits());
        for (output, columns) in self.columns.chunks(self.slices).enumerate() {
            let terms = columns.iter().enumerate();
            let sum = terms.fold(self.chain[output], |y, (j, acc)| y.wrapping_add(acc << j));
            data.set_field(output * self.rate, self.rate, sum >> at);
        }
        self.register = Some((self.taken, data));
        self.taken = (self.taken + 1) % self.result_digits;
    }
}
