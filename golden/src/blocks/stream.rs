// SPDX-License-Identifier: MIT OR Apache-2.0
//! `stream_input`: the rules of packets, beat by accepted beat. The contract gives this block no
//! cycle counts beyond its handshakes, so the model has none either.

use crate::bits::Bits;
use crate::config::{Config, Thresholds};

/// TLAST came early. Error bits are those of the register ERROR.
pub const SHORT: u32 = 1 << 2;
/// No TLAST on the expected last beat.
pub const LONG: u32 = 1 << 3;
/// Unknown or unconfigured destination.
pub const DEST: u32 = 1 << 4;
/// Weights, scale factors or thresholds while the tile is busy.
pub const LOAD_BUSY: u32 = 1 << 5;

/// Destination of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dest {
    /// 0: inputs of an MVM.
    Inputs,
    /// 1: cells of the crossbar.
    Weights,
    /// 2: scale factors of the array.
    Scales,
    /// 3: per-column thresholds.
    Thresholds,
}

/// What a beat causes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "fields are the ports of the same names")]
pub enum Event {
    /// The first beat of a permitted load packet: the valid flag falls.
    Begin(Dest),
    /// One row of C positive and C negative cells.
    WeightRow {
        row: u32,
        positive: Bits,
        negative: Bits,
    },
    /// One row of U scale-factor bits.
    ScaleRow { row: u32, data: Bits },
    /// One threshold.
    Threshold { plane: u32, column: u32, value: u32 },
    /// The last beat of a good load packet: the valid flag rises.
    Loaded(Dest),
    /// The last beat of a good packet of inputs.
    Inputs(Vec<u16>),
    /// The packet is dropped for this reason.
    Error(u32),
}

#[derive(Clone, Debug)]
enum State {
    /// The next beat is the first of a packet.
    Between,
    Collect {
        dest: Dest,
        bits: Bits,
        beats: u64,
        elements: u32,
    },
    /// A bad packet is read to its TLAST.
    Drain,
}

/// The model.
#[derive(Clone, Debug)]
pub struct Stream {
    config: Config,
    state: State,
}

impl Stream {
    /// A model in the state after reset.
    pub fn new(config: &Config) -> Self {
        Self {
            config: config.clone(),
            state: State::Between,
        }
    }

    /// Reset.
    pub fn reset(&mut self) {
        self.state = State::Between;
    }

    fn dest(&self, code: u8) -> Option<Dest> {
        match code {
            0 => Some(Dest::Inputs),
            1 => Some(Dest::Weights),
            2 => Some(Dest::Scales),
            3 if self.config.thresholds == Thresholds::PerColumn => Some(Dest::Thresholds),
            _ => None,
        }
    }

    /// Beats of a good packet.
    pub fn expected_beats(&self, dest: Dest) -> u64 {
        let derived = self.config.derived();
        let bits = match dest {
            Dest::Inputs => derived.input_packet_bits,
            Dest::Weights => derived.weight_packet_bits,
            Dest::Scales => derived.scale_packet_bits,
            Dest::Thresholds => derived.threshold_packet_bits,
        };
        bits.div_ceil(self.config.input_stream_bits.into())
    }

    /// One accepted beat. `busy` matters with the first beat of a packet only.
    pub fn beat(&mut self, data: &Bits, dest: u8, last: bool, busy: bool) -> Vec<Event> {
        let mut events = Vec::new();
        if let State::Between = self.state {
            self.begin(dest, busy, &mut events);
        }
        let expected = match self.state {
            State::Collect { dest, .. } => self.expected_beats(dest),
            _ => 0,
        };
        if let State::Collect {
            dest, bits, beats, ..
        } = &mut self.state
        {
            let width = self.config.input_stream_bits as usize;
            let at = *beats as usize * width;
            for bit in 0..width {
                bits.set(at + bit, data.get(bit));
            }
            *beats += 1;
            let (dest, complete) = (*dest, *beats == expected);
            match (last, complete) {
                (true, false) => events.push(Event::Error(SHORT)),
                (false, true) => {
                    events.push(Event::Error(LONG));
                    self.state = State::Drain;
                }
                _ => self.emit(&mut events),
            }
            if last && complete && dest != Dest::Inputs {
                events.push(Event::Loaded(dest));
            }
        }
        if last {
            self.state = State::Between;
        }
        events
    }

    fn begin(&mut self, code: u8, busy: bool, events: &mut Vec<Event>) {
        self.state = State::Drain;
        match self.dest(code) {
            None => events.push(Event::Error(DEST)),
            Some(dest) if dest != Dest::Inputs && busy => events.push(Event::Error(LOAD_BUSY)),
            Some(dest) => {
                if dest != Dest::Inputs {
                    events.push(Event::Begin(dest));
                }
                let width = u64::from(self.config.input_stream_bits);
                let bits = Bits::zero((self.expected_beats(dest) * width) as usize);
                self.state = State::Collect {
                    dest,
                    bits,
                    beats: 0,
                    elements: 0,
                };
            }
        }
    }

    /// Rows and elements that are complete now and have not been given out.
    fn emit(&mut self, events: &mut Vec<Event>) {
        let State::Collect {
            dest,
            bits,
            beats,
            elements,
        } = &mut self.state
        else {
            return;
        };
        let config = &self.config;
        let derived = config.derived();
        let (columns, planes) = (config.cols as usize, config.input_bits);
        let arrived = *beats as usize * config.input_stream_bits as usize;
        let (size, count) = match dest {
            Dest::Inputs => (config.input_bits as usize * config.rows as usize, 1),
            Dest::Weights => (2 * columns, config.rows),
            Dest::Scales => (columns, derived.scale_rows),
            Dest::Thresholds => (derived.threshold_bits as usize, planes * config.cols),
        };
        let cut = |at: usize, len: usize| Bits::from_fn(len, |bit| bits.get(at + bit));
        while *elements < count && (*elements as usize + 1) * size <= arrived {
            let (index, at) = (*elements, *elements as usize * size);
            events.push(match dest {
                Dest::Inputs => {
                    let width = config.input_bits as usize;
                    let input = |row: u32| bits.field(row as usize * width, width) as u16;
                    Event::Inputs((0..config.rows).map(input).collect())
                }
                Dest::Weights => Event::WeightRow {
                    row: index,
                    positive: cut(at, columns),
                    negative: cut(at + columns, columns),
                },
                Dest::Scales => Event::ScaleRow {
                    row: index,
                    data: cut(at, derived.used_columns as usize),
                },
                Dest::Thresholds => Event::Threshold {
                    plane: index / config.cols,
                    column: index % config.cols,
                    value: bits.field(at, size) as u32,
                },
            });
            *elements += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packing;

    fn send(stream: &mut Stream, packet: &Bits, dest: u8, beats: usize, busy: bool) -> Vec<Event> {
        let width = stream.config.input_stream_bits as usize;
        let beat = |n: usize| Bits::from_fn(width, |bit| packet.get(n * width + bit));
        (0..beats)
            .flat_map(|n| stream.beat(&beat(n), dest, n + 1 == beats, busy))
            .collect()
    }

    #[test]
    fn packets_and_their_errors() {
        let text = r#"{"rows": 3, "cols": 4, "weight_slices": 2, "input_stream_bits": 8,
                       "input_bits": 4}"#;
        let config = Config::from_json(text).unwrap();
        let mut stream = Stream::new(&config);
        let inputs = packing::pack_inputs(&config, &[1, 15, 8]).unwrap();
        let good = [Event::Inputs(vec![1, 15, 8])];
        assert_eq!(send(&mut stream, &inputs, 0, 2, true), good);
        assert_eq!(
            send(&mut stream, &inputs, 0, 1, false),
            [Event::Error(SHORT)]
        );
        assert_eq!(
            send(&mut stream, &inputs, 0, 5, false),
            [Event::Error(LONG)]
        );
        assert_eq!(
            send(&mut stream, &inputs, 3, 2, false),
            [Event::Error(DEST)]
        );
        assert_eq!(
            send(&mut stream, &inputs, 1, 2, true),
            [Event::Error(LOAD_BUSY)]
        );
        assert_eq!(send(&mut stream, &inputs, 0, 2, false), good);
    }

    #[test]
    fn rows_come_as_soon_as_they_are_complete() {
        let text = r#"{"rows": 2, "cols": 3, "weight_slices": 1, "input_stream_bits": 8}"#;
        let config = Config::from_json(text).unwrap();
        let mut stream = Stream::new(&config);
        let packet = packing::pack_weights(&config, &[1, -1, 0, 0, 1, 1]).unwrap();
        let first = Bits::from_words(8, packet.words());
        let events = stream.beat(&first, 1, false, false);
        let (positive, negative) = (Bits::from_words(3, &[1]), Bits::from_words(3, &[2]));
        let row = Event::WeightRow {
            row: 0,
            positive,
            negative,
        };
        assert_eq!(events, [Event::Begin(Dest::Weights), row]);
        // Cut short: the flag that fell stays low.
        let mut again = stream.clone();
        assert_eq!(
            again.beat(&first, 1, true, false).last(),
            Some(&Event::Loaded(Dest::Weights))
        );
        let mut stream = Stream::new(&config);
        let events = stream.beat(&first, 1, true, false);
        assert_eq!(events, [Event::Begin(Dest::Weights), Event::Error(SHORT)]);
    }

    #[test]
    fn thresholds_come_plane_by_plane() {
        let text = r#"{"rows": 4, "cols": 3, "weight_slices": 1, "input_bits": 2, "input_stream_bits": 32,
                       "thresholds": "per_column"}"#;
        let config = Config::from_json(text).unwrap();
        let width = config.derived().threshold_bits as usize;
        let values = [1, 2, 3, 3, 0, 2];
        let packet = Bits::from_fn(32, |bit| {
            values
                .get(bit / width)
                .is_some_and(|value| value >> (bit % width) & 1 == 1)
        });
        let events = send(&mut Stream::new(&config), &packet, 3, 1, false);
        let places = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)];
        let threshold = |((plane, column), value)| Event::Threshold {
            plane,
            column,
            value,
        };
        let mut expected = vec![Event::Begin(Dest::Thresholds)];
        expected.extend(places.into_iter().zip(values).map(threshold));
        expected.push(Event::Loaded(Dest::Thresholds));
        assert_eq!(events, expected);
    }

    #[test]
    fn reset_forgets_a_packet() {
        let text = r#"{"rows": 2, "cols": 3, "weight_slices": 1, "input_stream_bits": 8}"#;
        let config = Config::from_json(text).unwrap();
        let packet = packing::pack_weights(&config, &[1, -1, 0, 0, 1, 1]).unwrap();
        let good = send(&mut Stream::new(&config), &packet, 1, 2, false);
        let mut stream = Stream::new(&config);
        send(&mut stream, &packet, 1, 1, false);
        stream.beat(&Bits::zero(8), 1, false, false);
        stream.reset();
        assert_eq!(send(&mut stream, &packet, 1, 2, false), good);
    }
}
