// SPDX-License-Identifier: MIT OR Apache-2.0
//! The block models composed to a tile: results equal the tile model's, and the cycles equal the
//! schedule's, for random configurations, skip patterns and (results only) back-pressure.

mod common;

use hcim_golden::Config;
use hcim_golden::bits::{Bits, sign_extend};
use hcim_golden::blocks::array::{Array, ArrayIn};
use hcim_golden::blocks::reduction::{Reduction, ReductionIn};
use hcim_golden::blocks::result::{ResultIn, ResultOutput};
use hcim_golden::blocks::sense::{Sense, SenseIn};
use hcim_golden::packing;
use hcim_golden::rng::Rng;
use hcim_golden::schedule::{self, Plane};
use hcim_golden::tile::Codes;

/// One plane of the stream of MVMs: what the tile model says about it.
struct Step {
    plane: u32,
    codes: Codes,
}

/// The walkers of a tile around the block models.
struct Bench {
    config: Config,
    array: Array,
    sense: Sense,
    reduction: Reduction,
    result: ResultOutput,
    steps: Vec<Step>,
    evaluating: usize,
    offering: usize,
    empty_skip: bool,
    /// Cycles in which operations of plane A - 1 were accepted.
    accepted: Vec<u64>,
    first_start: Option<u64>,
    packets: Vec<Bits>,
    beats: Vec<Bits>,
}

impl Bench {
    /// One clock cycle; `ready` is the result stream's.
    fn cycle(&mut self, now: u64, ready: bool) {
        let last = self.steps.len();
        while self.evaluating < last && self.steps[self.evaluating].codes.kind == Plane::Zero {
            self.evaluating += 1;
        }
        let start = self.steps.get(self.evaluating);
        let timing = self.config.timing;
        let mut sense_in = SenseIn {
            precharge_cycles: timing.precharge,
            evaluate_cycles: timing.evaluate,
            sense_cycles: timing.sense,
            hold_cycles: timing.hold,
            timeout_cycles: timing.timeout,
            start_valid: start.is_some(),
            start_plane: start.map_or(0, |step| step.plane),
            ready: true,
            ..SenseIn::default()
        };
        let sensed = self.sense.eval(&sense_in);
        // The evaluation under way is the last that was started: its codes drive the comparators.
        let running = self.steps[..self.evaluating]
            .iter()
            .rev()
            .find(|s| s.codes.kind != Plane::Zero);
        if let Some(step) = running {
            let shared = self.config.columns_per_comparator as usize;
            let column = |k: usize| k * shared + sensed.sel as usize;
            let ternary = self.config.is_ternary();
            let nonzero = |c| !ternary || step.codes.nonzero.get(c);
            let negative = |c| step.codes.negative.get(c);
            let count = self.sense.comparators();
            sense_in.pos = Bits::from_fn(count, |k| nonzero(column(k)) && !negative(column(k)));
            sense_in.neg = Bits::from_fn(count, |k| nonzero(column(k)) && negative(column(k)));
        }
        let mut array_in = ArrayIn::default();
        let mut from_sense = false;
        if let Some(step) = self.steps.get(self.offering) {
            let zero = step.codes.kind == Plane::Zero;
            from_sense = !zero && sensed.code.is_some();
            array_in.op_valid = zero || from_sense;
            array_in.op_plane = step.plane;
            array_in.op_skip = zero;
            if let Some(code) = sensed.code.as_ref().filter(|_| from_sense) {
                assert_eq!(code.plane, step.plane, "a code was lost or overwritten");
                array_in.op_skip = self.config.is_ternary() && self.empty_skip && code.empty();
                array_in.op_nonzero = code.nonzero.clone();
                array_in.op_negative = code.negative.clone();
            }
        }
        let first = self.result.eval(&ResultIn {
            tready: ready,
            ..ResultIn::default()
        });
        let mut reduction_in = ReductionIn {
            out_ready: first.in_ready,
            ..ReductionIn::default()
        };
        let reduced = self.reduction.eval(&reduction_in);
        array_in.ro_ready = reduced.in_ready;
        let arrayed = self.array.eval(&array_in);
        reduction_in.valid = arrayed.ro_valid;
        reduction_in.first = arrayed.ro_first;
        reduction_in.data = arrayed.ro_data.clone().unwrap_or_default();
        sense_in.code_ready = from_sense && arrayed.op_ready;
        sense_in.array_soon = arrayed.op_soon && !array_in.op_valid;
        let started = sense_in.start_valid && self.sense.eval(&sense_in).start_ready;
        if array_in.op_valid && arrayed.op_ready {
            if array_in.op_plane + 1 == self.config.input_bits {
                self.accepted.push(now);
            }
            self.offering += 1;
        }
        if started {
            self.first_start.get_or_insert(now);
            self.evaluating += 1;
        }
        if let Some(beat) = first.tdata.filter(|_| ready) {
            self.beats.push(beat);
            if first.tlast {
                let width = self.config.output_stream_bits as usize;
                let beats = std::mem::take(&mut self.beats);
                let bit = |at: usize| beats[at / width].get(at % width);
                self.packets.push(Bits::from_fn(width * beats.len(), bit));
            }
        }
        let data = reduced.data.clone();
        self.sense.clock(&sense_in);
        self.array.clock(&array_in).unwrap();
        self.reduction.clock(&reduction_in);
        let valid = data.is_some();
        let data = data.unwrap_or_default();
        self.result.clock(&ResultIn {
            valid,
            data,
            tready: ready,
            ..ResultIn::default()
        });
    }
}

/// Random codes; empty and all-zero planes now and then, in ternary.
fn steps(rng: &mut Rng, config: &Config, mvms: u64, empty_skip: bool, full: bool) -> Vec<Step> {
    let used = config.derived().used_columns as usize;
    let mut steps = Vec::new();
    for plane in (0..mvms).flat_map(|_| 0..config.input_bits) {
        let zero = Bits::zero(used);
        let negative = Bits::from_fn(used, |_| rng.chance(50));
        let nonzero = Bits::from_fn(used, |_| full || !config.is_ternary() || rng.chance(60));
        let kind = match rng.below(if config.is_ternary() && !full { 5 } else { 1 }) {
            3 => Plane::Zero,
            4 if empty_skip => Plane::Empty,
            _ if config.is_ternary() && empty_skip && !nonzero.any() => Plane::Empty,
            _ => Plane::Full,
        };
        let codes = match kind {
            Plane::Full => {
                let sign = |c| negative.get(c) && nonzero.get(c);
                let negative = Bits::from_fn(used, sign);
                Codes {
                    kind,
                    nonzero,
                    negative,
                }
            }
            _ => Codes {
                kind,
                nonzero: zero.clone(),
                negative: zero,
            },
        };
        steps.push(Step { plane, codes });
    }
    steps
}

/// Runs a random configuration and checks every result; with `stalls` the result stream stalls,
/// without it never holds anything up and the cycles must be the schedule's.
fn run(seed: u64, stalls: bool, full: bool) {
    let mut rng = Rng::new(seed);
    let mut config = common::config(&mut rng, 4, 12);
    config.segments = 1;
    config.timing.precharge = 1 + rng.below(4) as u32;
    config.timing.evaluate = 1 + rng.below(6) as u32;
    config.timing.sense = 1 + rng.below(3) as u32;
    config.timing.hold = if rng.chance(60) {
        0
    } else {
        rng.below(4) as u32
    };
    config.output_stream_bits = if stalls { 8 } else { 512 };
    let derived = config.derived();
    let layer = common::layer(&mut rng, &config, false);
    let mut array = Array::new(&config);
    for row in 0..config.derived().scale_rows {
        let data = packing::scale_row(&config, &layer.scales, row).unwrap();
        array.set_scale_row(row, data).unwrap();
    }
    let mvms = 8;
    let empty_skip = config.is_ternary() && rng.chance(50) && !full;
    let mut bench = Bench {
        array,
        sense: Sense::new(&config),
        reduction: Reduction::new(&config),
        result: ResultOutput::new(&config),
        steps: steps(&mut rng, &config, mvms, empty_skip, full),
        evaluating: 0,
        offering: 0,
        empty_skip,
        accepted: Vec::new(),
        first_start: None,
        packets: Vec::new(),
        beats: Vec::new(),
        config,
    };
    let mut now = 0;
    while bench.packets.len() < mvms as usize {
        bench.cycle(now, !stalls || rng.chance(40));
        now += 1;
        assert!(
            now < 200_000,
            "stuck: {}; {}",
            bench.sense.describe(),
            bench.array.describe()
        );
    }
    let config = &bench.config;
    let expected: Vec<Vec<i64>> = bench
        .steps
        .chunks(config.input_bits as usize)
        .map(|planes| expected(config, &layer.scales, planes))
        .collect();
    let results: Vec<Vec<i64>> = bench
        .packets
        .iter()
        .map(|packet| packing::unpack_results(config, packet).unwrap())
        .collect();
    assert_eq!(results, expected, "{config:?}");
    // With one beat for a packet and no stalls, nothing but the schedule takes time.
    if !stalls {
        let e = derived.evaluation_cycles;
        let a = config.input_bits;
        let shape = config.shape(e, config.timing.hold);
        let kinds: Vec<Vec<Plane>> = bench
            .steps
            .chunks(a as usize)
            .map(|planes| planes.iter().map(|step| step.codes.kind).collect())
            .collect();
        let offset = bench.first_start.unwrap_or(0);
        let accepted: Vec<u64> = bench.accepted.iter().map(|cycle| cycle - offset).collect();
        assert_eq!(accepted, schedule::run(&shape, &kinds), "{config:?}");
    }
}

fn expected(config: &Config, scales: &[u32], planes: &[Step]) -> Vec<i64> {
    let derived = config.derived();
    let used = derived.used_columns as usize;
    let mut y = vec![0; derived.outputs as usize];
    for (i, step) in planes.iter().enumerate() {
        for column in (0..used).filter(|c| step.codes.nonzero.get(*c)) {
            let term = i64::from(scales[i * used + column]) << i;
            let slice = column % config.weight_slices as usize;
            let p = if step.codes.negative.get(column) {
                -1
            } else {
                1
            };
            y[column / config.weight_slices as usize] += p * (term << slice);
        }
    }
    y.iter()
        .map(|y| sign_extend(*y as u64, derived.result_bits as usize))
        .collect()
}

#[test]
fn cycles_are_the_schedules() {
    (0..600).for_each(|seed| run(seed, false, true));
}

#[test]
fn skipped_planes_give_exact_results() {
    (1000..1600).for_each(|seed| run(seed, false, false));
}

#[test]
fn back_pressure_changes_no_result() {
    (2000..2300).for_each(|seed| run(seed, true, false));
    (3000..3300).for_each(|seed| run(seed, true, true));
}
