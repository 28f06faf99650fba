// SPDX-License-Identifier: MIT OR Apache-2.0
//! `result_output`: digits to words, words to the beats of a packet.

use crate::bits::{Bits, sign_extend};
use crate::config::Config;
use crate::packing;

/// Input ports; in_* are the out_* of the column reduction.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "the ports of the contract")]
pub struct ResultIn {
    pub clear: bool,
    pub valid: bool,
    pub first: bool,
    pub data: Bits,
    pub tready: bool,
}

/// Output ports; `tdata` stands for m_axis_tvalid and m_axis_tdata.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the ports of the contract")]
pub struct ResultOut {
    pub in_ready: bool,
    pub tdata: Option<Bits>,
    pub tlast: bool,
    pub packet_done: bool,
}

/// A packet on its way out.
#[derive(Clone, Debug)]
struct Packet {
    bits: Bits,
    beat: usize,
}

/// The model. A word is complete in the cycle after its last digit was taken; in a cycle in which
/// it is complete and the output buffer is empty or sends its last beat, it goes over, and the
/// first digit of the next word may be taken in the same cycle.
#[derive(Clone, Debug)]
pub struct ResultOutput {
    config: Config,
    outputs: usize,
    rate: usize,
    result_digits: u32,
    result_bits: usize,
    width: usize,
    beats: usize,
    taken: u32,
    values: Vec<u64>,
    packet: Option<Packet>,
}

/// What moves at the edge that ends a cycle.
#[derive(Clone, Copy)]
struct Edge {
    beat: bool,
    done: bool,
    hand_over: bool,
    in_ready: bool,
}

impl ResultOutput {
    /// A model in the state after reset.
    pub fn new(config: &Config) -> Self {
        let derived = config.derived();
        let width = config.output_stream_bits as usize;
        Self {
            config: config.clone(),
            outputs: derived.outputs as usize,
            rate: derived.read_rate as usize,
            result_digits: derived.result_digits,
            result_bits: derived.result_bits as usize,
            width,
            beats: packing::result_packet_len(config) / width,
            taken: 0,
            values: vec![0; derived.outputs as usize],
            packet: None,
        }
    }

    /// O*u.
    pub fn input_bits(&self) -> usize {
        self.outputs * self.rate
    }

    /// Reset.
    pub fn reset(&mut self) {
        self.taken = 0;
        self.packet = None;
    }

    fn edge(&self, ports: &ResultIn) -> Edge {
        let beat = self.packet.is_some() && ports.tready;
        let done = beat
            && self
                .packet
                .as_ref()
                .is_some_and(|p| p.beat + 1 == self.beats);
        let full = self.taken == self.result_digits;
        let hand_over = full && (self.packet.is_none() || done);
        Edge {
            beat,
            done,
            hand_over,
            in_ready: !full || hand_over,
        }
    }

    /// The outputs of this cycle.
    pub fn eval(&self, ports: &ResultIn) -> ResultOut {
        let edge = self.edge(ports);
        let data = |packet: &Packet| {
            Bits::from_fn(self.width, |bit| {
                packet.bits.get(packet.beat * self.width + bit)
            })
        };
        ResultOut {
            in_ready: edge.in_ready,
            tdata: self.packet.as_ref().map(data),
            tlast: self
                .packet
                .as_ref()
                .is_some_and(|packet| packet.beat + 1 == self.beats),
            packet_done: edge.done,
        }
    }

    /// The rising edge that ends this cycle.
    pub fn clock(&mut self, ports: &ResultIn) {
        let edge = self.edge(ports);
        if edge.done {
            self.packet = None;
        } else if let (Some(packet), true) = (&mut self.packet, edge.beat) {
            packet.beat += 1;
        }
        if edge.hand_over && !ports.clear {
            let value = |value: &u64| sign_extend(*value, self.result_bits);
            let values: Vec<i64> = self.values.iter().map(value).collect();
            // Values of this many bits always fit.
            let bits = packing::pack_results(&self.config, &values).unwrap_or_default();
            self.packet = Some(Packet { bits, beat: 0 });
        }
        if edge.hand_over {
            self.taken = 0;
        }
        if ports.valid && edge.in_ready {
            let at = self.taken as usize * self.rate;
            for (output, value) in self.values.iter_mut().enumerate() {
                let digit = ports.data.field(output * self.rate, self.rate) << at;
                *value = if self.taken == 0 {
                    digit
                } else {
                    *value | digit
                };
            }
            self.taken += 1;
        }
        if ports.clear {
            self.taken = 0;
        }
    }
}
