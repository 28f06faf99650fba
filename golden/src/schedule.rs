// SPDX-License-Identifier: MIT OR Apache-2.0
//! The schedule of a tile as an event model: in which cycles are evaluations and operations
//! accepted when input and output streams never stall, and so how long does an MVM take.
//!
//! It walks the planes in order and computes for each the cycle s in which its evaluation is
//! accepted by the sense interface and the cycle a in which its operation is accepted by the
//! array. The tests hold it equal to the composition of the cycle-level block models.

/// What happens to one bit plane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plane {
    /// Evaluated by the crossbar and accumulated.
    Full,
    /// Evaluated; every p is 0 and the array gets a skipped operation.
    Empty,
    /// Not evaluated, as its input bits are all zero; the array gets a skipped operation.
    Zero,
}

/// The numbers that shape a schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// A.
    pub planes: u32,
    /// D.
    pub window_cycles: u64,
    /// Nr.
    pub read_digits: u64,
    /// NY: cycles for which a read-out occupies the column reduction; Nr where that never matters.
    pub result_digits: u64,
    /// Read-out digits that plane 0 waits for.
    pub lead: u64,
    /// The same for a skipped plane 0.
    pub lead_skip: u64,
    /// E.
    pub evaluation_cycles: u64,
    /// h.
    pub hold: u64,
}

/// Read-out digits that must be gone before plane 0 of the next MVM may overwrite rows.
pub fn lead(s: u32, d: u32, u: u32) -> u32 {
    (0..=s + 1)
        .map(|row| (row / u).saturating_sub(row / d))
        .max()
        .unwrap_or(0)
}

impl Shape {
    /// The shape of an array of A, S, d and u with a crossbar of E and h.
    pub fn new(a: u32, s: u32, d: u32, u: u32, e: u32, hold: u32) -> Self {
        let (d, u) = (d.max(1), u.max(1));
        Self {
            planes: a.max(1),
            window_cycles: u64::from((s + 2).div_ceil(d)),
            read_digits: u64::from((s + a + 1).div_ceil(u)),
            result_digits: u64::from((s + a + 1).div_ceil(u)),
            lead: u64::from(lead(s, d, u)),
            lead_skip: u64::from((s + 1) / u),
            evaluation_cycles: u64::from(e),
            hold: u64::from(hold),
        }
    }
}

/// An operation of the array: its cycles of digits and what follows it.
#[derive(Clone, Copy)]
struct Operation {
    accepted: u64,
    /// Last cycle in which it computes a digit.
    end: u64,
    last_plane: bool,
}

/// Cycles of a read-out.
#[derive(Clone, Copy)]
struct ReadOut {
    /// Digit 0 is valid from here on.
    valid: u64,
    /// Digit 0 is transferred: the column reduction may still be busy with the word before.
    first: u64,
    last: u64,
}

/// The schedule so far.
struct Walk<'a> {
    shape: &'a Shape,
    operation: Option<Operation>,
    read_out: Option<ReadOut>,
    /// Cycle from which the next evaluation can be accepted.
    evaluate_from: u64,
}

impl Walk<'_> {
    /// Whether in cycle `t` nothing is offered to the array and it promises to take what comes
    /// next soon.
    fn soon(&self, t: u64) -> bool {
        let reading = self
            .read_out
            .is_some_and(|r| (r.valid..=r.last).contains(&t));
        match self.operation {
            // Something is offered in this very cycle.
            Some(operation) if operation.accepted >= t => false,
            Some(operation) if operation.end >= t => {
                operation.end - t <= 3 && !reading && !operation.last_plane
            }
            _ => !reading,
        }
    }

    fn plane(&mut self, index: u32, kind: Plane) -> u64 {
        let shape = self.shape;
        let evaluated = (kind != Plane::Zero).then_some(self.evaluate_from);
        let code = evaluated.map_or(0, |s| s + shape.evaluation_cycles - shape.hold + 1);
        let free = self.operation.map_or(0, |operation| operation.end);
        let hazard = self.read_out.map_or(0, |r| {
            let lead = if kind == Plane::Full {
                shape.lead
            } else {
                shape.lead_skip
            };
            match (index, lead) {
                (0, 0) => r.valid - 1,
                (0, _) => (r.first - 1 + lead).min(r.last),
                _ => r.last,
            }
        });
        let accepted = code.max(free).max(hazard);
        if let Some(s) = evaluated {
            let end = s + shape.evaluation_cycles;
            self.evaluate_from = if shape.hold == 0 && self.soon(end) {
                end
            } else {
                // The last cycle of the evaluation, or the cycle that empties the code register.
                end.max(accepted)
            };
        }
        let digits = if kind == Plane::Full {
            shape.window_cycles
        } else {
            1
        };
        // Lockstep: no digit of plane 0 before the read-out that is active moves.
        let lockstep = self
            .read_out
            .filter(|_| index == 0)
            .map_or(0, |r| r.first - 1);
        let end = accepted.max(lockstep) + digits;
        let last_plane = index + 1 == shape.planes;
        self.operation = Some(Operation {
            accepted,
            end,
            last_plane,
        });
        if last_plane {
            let busy = shape.result_digits.saturating_sub(shape.read_digits);
            let first = self.read_out.map_or(0, |r| r.last + busy + 1).max(end + 1);
            let last = first + shape.read_digits - 1;
            self.read_out = Some(ReadOut {
                valid: end + 1,
                first,
                last,
            });
        }
        accepted
    }
}

/// The cycle in which the operation of the last plane of each MVM is accepted; the first
/// evaluation is accepted in cycle 0.
pub fn run(shape: &Shape, mvms: &[Vec<Plane>]) -> Vec<u64> {
    let mut walk = Walk {
        shape,
        operation: None,
        read_out: None,
        evaluate_from: 0,
    };
    let mvm = |kinds: &Vec<Plane>| {
        let plane = |(index, kind): (usize, &Plane)| walk.plane(index as u32, *kind);
        kinds.iter().enumerate().map(plane).last().unwrap_or(0)
    };
    mvms.iter().map(mvm).collect()
}

/// Cycles of an MVM in a steady stream whose results never hold it up, in which every plane is evaluated and nothing stalls: the
/// longest distance of two results after the stream has settled.
pub fn steady_period(a: u32, s: u32, d: u32, u: u32, e: u32, hold: u32) -> u64 {
    period(&Shape::new(a, s, d, u, e, hold))
}

/// The same for any shape.
pub fn period(shape: &Shape) -> u64 {
    let ends = run(shape, &vec![vec![Plane::Full; shape.planes as usize]; 24]);
    ends.windows(2)
        .skip(8)
        .map(|pair| pair[1] - pair[0])
        .max()
        .unwrap_or(0)
}

/// u: the smallest divisor of d that holds a steady stream at A * max(D, E) + A cycles an MVM
/// for every E of at least 3.
pub fn read_rate(a: u32, s: u32, d: u32) -> u32 {
    let window = (s + 2).div_ceil(d);
    // Beyond this E an evaluation outlasts whatever the array does between two of them.
    let slowest = (2 * window + s + a + 4).max(8);
    let keeps_up = |u: u32| {
        (3..=slowest).all(|e| steady_period(a, s, d, u, e, 0) <= u64::from(a * window.max(e) + a))
    };
    (1..d)
        .find(|u| d.is_multiple_of(*u) && keeps_up(*u))
        .unwrap_or(d)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_tile_meets_its_target() {
        // A = 4, S = 8, d = 1, E <= 10: 44 cycles.
        for e in 3..=10 {
            assert!(steady_period(4, 8, 1, 1, e, 0) <= 44, "E = {e}");
        }
    }

    #[test]
    fn every_configuration_has_a_rate_that_keeps_up() {
        for a in 1..=8 {
            for s in 1..=16 {
                for d in 1..=s + 2 {
                    let u = read_rate(a, s, d);
                    let window = (s + 2).div_ceil(d);
                    for e in 3..80 {
                        let period = steady_period(a, s, d, u, e, 0);
                        let target = u64::from(a * window.max(e) + a);
                        assert!(period <= target, "A {a} S {s} d {d} u {u} E {e}: {period}");
                    }
                }
            }
        }
    }

    #[test]
    fn skipped_planes_cost_one_cycle() {
        let shape = Shape::new(4, 8, 1, 1, 3, 0);
        let ends = run(&shape, &vec![vec![Plane::Zero; 4]; 3]);
        // Plane 0 overtakes all but lead_skip = 9 digits, the rest waits for the read-out.
        assert_eq!(ends[0], 3);
        assert_eq!(ends[1] - ends[0], 1 + 13 + 2);
    }

    #[test]
    fn leads_by_hand() {
        // Rows that are written d a cycle and read u a cycle, 0 .. S + 1: how many digits the reader must be ahead.
        assert_eq!(lead(8, 1, 1), 0);
        // Row 9 is written in digit 1 and read in digit 4.
        assert_eq!(lead(8, 5, 2), 3);
        // Row 5: digit 1 and digit 5.
        assert_eq!(lead(4, 4, 1), 4);
        // All in one digit; row 3 is read last.
        assert_eq!(lead(2, 4, 1), 3);
        let shape = Shape::new(4, 8, 5, 2, 7, 3);
        let expected = Shape {
            planes: 4,
            window_cycles: 2,
            read_digits: 7,
            result_digits: 7,
            lead: 3,
            lead_skip: 4,
            evaluation_cycles: 7,
            hold: 3,
        };
        assert_eq!(shape, expected);
    }

    #[test]
    fn periods_by_hand() {
        // Planes of ten cycles after a last one that is accepted in cycle 0: its read-out is in cycles 11 .. 23, plane 0 overlaps
        // it (10 .. 20), plane 1 waits for its end, the others follow: 23, 33, 43.
        assert_eq!(steady_period(4, 8, 1, 1, 3, 0), 43);
        // Evaluations that take longer than all of that follow one another.
        assert_eq!(steady_period(4, 8, 1, 1, 30, 0), 120);
    }

    #[test]
    fn no_lower_rate_keeps_up() {
        for a in 1..=8 {
            for s in 1..=16 {
                for d in 1..=s + 2 {
                    let u = read_rate(a, s, d);
                    assert!(d.is_multiple_of(u));
                    let window = (s + 2).div_ceil(d);
                    let late =
                        |u, e| steady_period(a, s, d, u, e, 0) > u64::from(a * window.max(e) + a);
                    for lower in (1..u).filter(|lower| d.is_multiple_of(*lower)) {
                        assert!(
                            (3..80).any(|e| late(lower, e)),
                            "A {a} S {s} d {d} u {lower}"
                        );
                    }
                }
            }
        }
    }
}
