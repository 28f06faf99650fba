// SPDX-License-Identifier: MIT OR Apache-2.0
//! `sense_interface`: strobes, stretching and timeout, capture of the comparators, codes.

use crate::bits::Bits;
use crate::config::Config;

/// Input ports; names as in the contract without their suffixes.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "the ports of the contract")]
pub struct SenseIn {
    pub abort: bool,
    pub precharge_cycles: u32,
    pub evaluate_cycles: u32,
    pub sense_cycles: u32,
    pub hold_cycles: u32,
    pub timeout_cycles: u32,
    pub start_valid: bool,
    pub start_plane: u32,
    pub array_soon: bool,
    pub pos: Bits,
    pub neg: Bits,
    pub ready: bool,
    pub code_ready: bool,
}

/// The codes of one plane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// Index of the plane.
    pub plane: u32,
    /// p is not 0 (all ones in binary).
    pub nonzero: Bits,
    /// p is negative.
    pub negative: Bits,
    /// Some used column had both comparators high.
    pub error: bool,
}

impl Code {
    fn blank(columns: usize) -> Self {
        let zero = Bits::zero(columns);
        Self {
            plane: 0,
            nonzero: zero.clone(),
            negative: zero,
            error: false,
        }
    }

    /// Whether every p is 0.
    pub fn empty(&self) -> bool {
        !self.nonzero.any()
    }

    /// Takes the comparators of one column: ternary (pos, neg), binary pos alone.
    pub fn capture(&mut self, column: usize, ternary: bool, pos: bool, neg: bool) {
        self.nonzero.set(column, !ternary || pos != neg);
        self.negative
            .set(column, if ternary { neg && !pos } else { !pos });
        self.error |= ternary && pos && neg;
    }
}

/// Output ports; `code` stands for code_valid_o and what comes with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the ports of the contract")]
pub struct SenseOut {
    pub start_ready: bool,
    pub precharge: bool,
    pub evaluate: bool,
    pub sense: bool,
    pub sel: u32,
    pub code: Option<Code>,
    pub timeout: bool,
    pub busy: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Strobe {
    Precharge,
    Evaluate,
    Sense,
    Hold,
}

/// An evaluation under way.
#[derive(Clone, Copy, Debug)]
struct Evaluation {
    plane: u32,
    strobe: Strobe,
    /// Cycles of the strobe that follow this one.
    left: u32,
    /// m.
    phase: u32,
    /// Cycles by which this sense phase has been stretched.
    stretched: u32,
}

/// What happens at the edge that ends a cycle.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Edge {
    Idle,
    /// The strobe goes on.
    Stay,
    Stretch,
    Timeout,
    /// The strobe is over and another follows; true: the comparators are captured.
    Next(bool),
    /// The evaluation is over; true: the comparators are captured.
    Last(bool),
}

/// The model.
#[derive(Clone, Debug)]
pub struct Sense {
    ternary: bool,
    columns: usize,
    comparators: usize,
    shared: u32,
    evaluation: Option<Evaluation>,
    /// Codes captured so far.
    capture: Code,
    code: Option<Code>,
    timeout: bool,
}

impl Sense {
    /// A model in the state after reset.
    pub fn new(config: &Config) -> Self {
        let derived = config.derived();
        let columns = derived.used_columns as usize;
        Self {
            ternary: config.is_ternary(),
            columns,
            comparators: derived.comparators as usize,
            shared: config.columns_per_comparator,
            evaluation: None,
            capture: Code::blank(columns),
            code: None,
            timeout: false,
        }
    }

    /// Whether partial sums are ternary.
    pub fn is_ternary(&self) -> bool {
        self.ternary
    }

    /// CC.
    pub fn comparators(&self) -> usize {
        self.comparators
    }

    /// Reset.
    pub fn reset(&mut self) {
        self.evaluation = None;
        self.code = None;
        self.timeout = false;
    }

    fn edge(&self, ports: &SenseIn) -> Edge {
        let Some(evaluation) = self.evaluation else {
            return Edge::Idle;
        };
        if evaluation.left > 0 {
            return Edge::Stay;
        }
        let last_phase = evaluation.phase + 1 == self.shared;
        match evaluation.strobe {
            Strobe::Precharge | Strobe::Evaluate => Edge::Next(false),
            Strobe::Sense if !ports.ready && evaluation.stretched < ports.timeout_cycles => {
                Edge::Stretch
            }
            Strobe::Sense if !ports.ready => Edge::Timeout,
            Strobe::Sense if last_phase && ports.hold_cycles == 0 => Edge::Last(true),
            Strobe::Sense => Edge::Next(true),
            Strobe::Hold if last_phase => Edge::Last(false),
            Strobe::Hold => Edge::Next(false),
        }
    }

    /// Whether this edge captures the last phase's comparators.
    fn completes(&self, edge: Edge) -> bool {
        let last_phase = self.evaluation.is_some_and(|e| e.phase + 1 == self.shared);
        last_phase && matches!(edge, Edge::Last(true) | Edge::Next(true))
    }

    fn start_ready(&self, ports: &SenseIn, edge: Edge) -> bool {
        let free = matches!(edge, Edge::Idle | Edge::Last(_));
        let completes = self.completes(edge);
        let pending = completes || (self.code.is_some() && !ports.code_ready);
        free && (!pending || ports.array_soon && self.code.is_none() && completes)
    }

    /// The outputs of this cycle.
    pub fn eval(&self, ports: &SenseIn) -> SenseOut {
        let strobe = self.evaluation.map(|evaluation| evaluation.strobe);
        let sensing = matches!(strobe, Some(Strobe::Sense | Strobe::Hold));
        SenseOut {
            start_ready: self.start_ready(ports, self.edge(ports)),
            precharge: strobe == Some(Strobe::Precharge),
            evaluate: strobe == Some(Strobe::Evaluate),
            sense: strobe == Some(Strobe::Sense),
            sel: self
                .evaluation
                .filter(|_| sensing)
                .map_or(0, |evaluation| evaluation.phase),
            code: self.code.clone(),
            timeout: self.timeout,
            busy: self.evaluation.is_some(),
        }
    }

    /// The rising edge that ends this cycle.
    pub fn clock(&mut self, ports: &SenseIn) {
        let edge = self.edge(ports);
        let accepted = ports.start_valid && self.start_ready(ports, edge);
        if ports.code_ready {
            self.code = None;
        }
        if matches!(edge, Edge::Last(true) | Edge::Next(true)) {
            self.capture_phase(ports, self.completes(edge));
        }
        self.timeout = edge == Edge::Timeout;
        self.step(ports, edge);
        if accepted {
            self.evaluation = Some(Evaluation {
                plane: ports.start_plane,
                strobe: Strobe::Precharge,
                left: ports.precharge_cycles.max(1) - 1,
                phase: 0,
                stretched: 0,
            });
        }
        if ports.abort {
            self.reset();
        }
    }

    fn step(&mut self, ports: &SenseIn, edge: Edge) {
        let Some(evaluation) = &mut self.evaluation else {
            return;
        };
        match edge {
            Edge::Idle => {}
            Edge::Stay => evaluation.left -= 1,
            Edge::Stretch => evaluation.stretched += 1,
            Edge::Timeout | Edge::Last(_) => self.evaluation = None,
            Edge::Next(_) => {
                let (strobe, cycles) = match evaluation.strobe {
                    Strobe::Precharge => (Strobe::Evaluate, ports.evaluate_cycles),
                    Strobe::Sense if ports.hold_cycles > 0 => (Strobe::Hold, ports.hold_cycles),
                    _ => (Strobe::Sense, ports.sense_cycles),
                };
                let next_phase = strobe == Strobe::Sense && evaluation.strobe != Strobe::Evaluate;
                evaluation.phase += u32::from(next_phase);
                evaluation.stretched = 0;
                evaluation.strobe = strobe;
                evaluation.left = cycles.max(1) - 1;
            }
        }
    }

    /// Comparator k serves column k * M + m.
    fn capture_phase(&mut self, ports: &SenseIn, completes: bool) {
        let Some(evaluation) = self.evaluation else {
            return;
        };
        if evaluation.phase == 0 {
            self.capture = Code::blank(self.columns);
        }
        for comparator in 0..self.comparators {
            let column = comparator * self.shared as usize + evaluation.phase as usize;
            if column < self.columns {
                let (pos, neg) = (ports.pos.get(comparator), ports.neg.get(comparator));
                self.capture.capture(column, self.ternary, pos, neg);
            }
        }
        if completes {
            self.capture.plane = evaluation.plane;
            self.code = Some(self.capture.clone());
        }
    }

    /// The control state in words.
    pub fn describe(&self) -> String {
        let pending = if self.code.is_some() {
            "pending"
        } else {
            "none"
        };
        match &self.evaluation {
            None => format!("idle; code: {pending}"),
            Some(e) => format!(
                "{:?} of plane {}, phase {}, {} cycles left, stretched {}; code: {pending}",
                e.strobe, e.plane, e.phase, e.left, e.stretched
            ),
        }
    }
}
