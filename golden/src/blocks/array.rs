// SPDX-License-Identifier: MIT OR Apache-2.0
//! `dcim_array` and `baseline_array`: accumulation, read-out, write and read-back ports.

use crate::bits::Bits;
use crate::config::Config;
use crate::error::{Error, Result};

/// Input ports; names as in the contract without their suffixes.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "the ports of the contract")]
pub struct ArrayIn {
    pub clear: bool,
    pub op_valid: bool,
    pub op_plane: u32,
    pub op_skip: bool,
    pub op_nonzero: Bits,
    pub op_negative: Bits,
    pub wr_valid: bool,
    pub wr_row: u32,
    pub wr_data: Bits,
    pub rb_valid: bool,
    pub rb_row: u32,
    pub ro_ready: bool,
}

/// Output ports; data is `None` where the contract defines no value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the ports of the contract")]
pub struct ArrayOut {
    pub op_ready: bool,
    pub op_soon: bool,
    pub busy: bool,
    pub ro_valid: bool,
    pub ro_first: bool,
    pub ro_last: bool,
    pub ro_data: Option<Bits>,
    pub rb_data: Option<Bits>,
    /// Low where the configuration has no parity.
    pub parity_error: Option<bool>,
}

/// A bit plane that is being accumulated.
#[derive(Clone, Debug)]
struct Operation {
    plane: u32,
    digit: u32,
    digits: u32,
    p: Vec<i64>,
}

/// Accumulators on their way out.
#[derive(Clone, Debug)]
struct ReadOut {
    accumulators: Vec<i64>,
    /// Whether the values follow from what was loaded.
    defined: bool,
    digit: u32,
    /// Parity of the factors that are added now: deferred accumulation checks them at the end.
    odd: Option<bool>,
}

/// What happens at the edge that ends a cycle; both `eval` and `clock` need it.
#[derive(Clone, Copy)]
struct Edge {
    /// A read-out digit is transferred.
    transfer: bool,
    /// It is the last one.
    read_out_ends: bool,
    /// The operation computes a digit in this cycle.
    advance: bool,
    /// It is its last one.
    operation_ends: bool,
    /// And the operation is of plane A - 1.
    result_stands: bool,
}

/// The model.
#[derive(Clone, Debug)]
pub struct Array {
    planes: u32,
    scale_bits: u32,
    /// Rows of a plane in the scale-factor memory.
    stored_bits: u32,
    parity: bool,
    ternary: bool,
    columns: usize,
    window_cycles: u32,
    read_rate: u32,
    read_digits: u32,
    lead: u32,
    lead_skip: u32,
    /// There are no accumulators to read back.
    deferred: bool,
    accumulator_bits: u32,
    scales: Vec<Option<Bits>>,
    accumulators: Vec<i64>,
    /// Whether the accumulators follow from what was loaded.
    defined: bool,
    /// Whether a factor that was added since plane 0 has odd parity; deferred accumulation only.
    odd: Option<bool>,
    /// What parity_error shows in this cycle.
    parity_error: Option<bool>,
    known_rows: u32,
    operation: Option<Operation>,
    read_out: Option<ReadOut>,
    /// Row requested by read-back in the cycle before.
    requested: Option<u32>,
    /// Row written in the cycle before: it may still be on its way into storage.
    written: Option<u32>,
}

impl Array {
    /// A model in the state after reset, storage unknown.
    pub fn new(config: &Config) -> Self {
        let derived = config.derived();
        let columns = derived.used_columns as usize;
        Self {
            planes: config.input_bits,
            scale_bits: config.scale_bits,
            stored_bits: derived.stored_scale_bits,
            parity: config.parity,
            ternary: config.is_ternary(),
            columns,
            window_cycles: derived.window_cycles,
            read_rate: derived.read_rate,
            read_digits: derived.read_digits,
            lead: derived.lead,
            lead_skip: derived.lead_skip,
            deferred: config.is_deferred(),
            accumulator_bits: derived.accumulator_bits,
            scales: vec![None; derived.scale_rows as usize],
            accumulators: vec![0; columns],
            defined: false,
            odd: Some(false),
            parity_error: Some(false),
            known_rows: 0,
            operation: None,
            read_out: None,
            requested: None,
            written: None,
        }
    }

    /// U.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Reset: control is cleared; accumulators count as unknown, as flags that hold columns at
    /// zero are control.
    pub fn reset(&mut self) {
        self.operation = None;
        self.read_out = None;
        self.requested = None;
        self.written = None;
        self.known_rows = 0;
        self.defined = false;
        self.parity_error = Some(false);
    }

    fn edge(&self, ports: &ArrayIn) -> Edge {
        let transfer = self.read_out.is_some() && ports.ro_ready;
        let last = self
            .read_out
            .as_ref()
            .is_some_and(|r| r.digit + 1 == self.read_digits);
        let lockstep =
            |operation: &Operation| operation.plane == 0 && self.read_out.is_some() && !transfer;
        let advance = self
            .operation
            .as_ref()
            .is_some_and(|operation| !lockstep(operation));
        let ending = |operation: &Operation| operation.digit + 1 == operation.digits;
        let operation_ends = advance && self.operation.as_ref().is_some_and(ending);
        let last_plane = self
            .operation
            .as_ref()
            .is_some_and(|o| o.plane + 1 == self.planes);
        Edge {
            transfer,
            read_out_ends: transfer && last,
            advance,
            operation_ends,
            result_stands: operation_ends && last_plane,
        }
    }

    /// Whether read-out is active in the next cycle, and with how many digits gone.
    fn next_read_out(&self, edge: Edge) -> Option<u32> {
        if edge.result_stands {
            return Some(0);
        }
        let read_out = self.read_out.as_ref().filter(|_| !edge.read_out_ends)?;
        Some(read_out.digit + u32::from(edge.transfer))
    }

    fn op_ready(&self, ports: &ArrayIn, edge: Edge) -> bool {
        let free = self.operation.is_none() || edge.operation_ends;
        let hazard = match (self.next_read_out(edge), ports.op_plane) {
            (None, _) => false,
            (Some(_), 1..) => true,
            (Some(gone), 0) if self.ternary && ports.op_skip => gone < self.lead_skip,
            (Some(gone), 0) => gone < self.lead,
        };
        free && !hazard
    }

    fn op_soon(&self) -> bool {
        let nearly_free = match &self.operation {
            Some(operation) => operation.digits - 1 - operation.digit <= 3,
            None => true,
        };
        let last_plane = self
            .operation
            .as_ref()
            .is_some_and(|o| o.plane + 1 == self.planes);
        nearly_free && self.read_out.is_none() && !last_plane
    }

    /// The outputs of this cycle.
    pub fn eval(&self, ports: &ArrayIn) -> ArrayOut {
        let edge = self.edge(ports);
        let digit = self.read_out.as_ref().map(|read_out| read_out.digit);
        ArrayOut {
            op_ready: self.op_ready(ports, edge),
            op_soon: self.op_soon(),
            busy: self.operation.is_some(),
            ro_valid: self.read_out.is_some(),
            ro_first: digit == Some(0),
            ro_last: digit == Some(self.read_digits - 1),
            ro_data: self
                .read_out
                .as_ref()
                .filter(|r| r.defined)
                .map(|r| self.digit(r)),
            rb_data: self.read_back(ports),
            parity_error: self.parity_error,
        }
    }

    fn digit(&self, read_out: &ReadOut) -> Bits {
        let rate = self.read_rate as usize;
        Bits::from_fn(self.columns * rate, |at| {
            let row = read_out.digit as usize * rate + at % rate;
            bit_of(read_out.accumulators[at / rate], row)
        })
    }

    /// Read-back promises a row that is requested for two cycles running while nothing moves.
    fn read_back(&self, ports: &ArrayIn) -> Option<Bits> {
        let idle = self.operation.is_none() && self.read_out.is_none();
        let held = ports.rb_valid && self.requested == Some(ports.rb_row);
        let settled = self.written.is_none();
        if idle && held && settled {
            self.row(ports.rb_row).ok().flatten()
        } else {
            None
        }
    }

    /// A row as read-back numbers it; `None` where the contract defines no value.
    pub fn row(&self, row: u32) -> Result<Option<Bits>> {
        let factors = self.scales.len() as u32;
        if row >= factors + self.accumulator_bits {
            return Err(Error::range(format!("row {row} does not exist")));
        }
        if row < factors {
            return Ok(self.scales[row as usize].clone());
        }
        if self.deferred {
            return Ok(Some(Bits::zero(self.columns)));
        }
        let row = row - factors;
        let known = self.operation.is_none() && self.defined && row < self.known_rows;
        let bits = || Bits::from_fn(self.columns, |c| bit_of(self.accumulators[c], row as usize));
        Ok(known.then(bits))
    }

    /// The accumulator of a column.
    pub fn accumulator(&self, column: u32) -> Result<i64> {
        let value = self.accumulators.get(column as usize).copied();
        value.ok_or_else(|| Error::range(format!("column {column} does not exist")))
    }

    /// How many accumulator rows are architectural now.
    pub fn known_rows(&self) -> u32 {
        if self.operation.is_none() && self.defined {
            self.known_rows
        } else {
            0
        }
    }

    /// Stores a scale-factor row.
    pub fn set_scale_row(&mut self, row: u32, data: Bits) -> Result<()> {
        let place = self.scales.get_mut(row as usize);
        *place.ok_or_else(|| Error::range(format!("scale-factor row {row} does not exist")))? =
            Some(data);
        Ok(())
    }

    /// The rising edge that ends this cycle.
    pub fn clock(&mut self, ports: &ArrayIn) -> Result<()> {
        if ports.op_valid && ports.op_plane >= self.planes {
            return Err(Error::range(format!(
                "plane {} does not exist",
                ports.op_plane
            )));
        }
        let edge = self.edge(ports);
        let accepted = ports.op_valid && self.op_ready(ports, edge);
        let idle = self.operation.is_none() && self.read_out.is_none();
        if ports.wr_valid {
            self.set_scale_row(ports.wr_row, ports.wr_data.clone())?;
            if !idle {
                // Not allowed, so nobody knows what is stored.
                self.scales[ports.wr_row as usize] = None;
            }
        }
        self.written = ports.wr_valid.then_some(ports.wr_row);
        self.requested = (ports.rb_valid && idle).then_some(ports.rb_row);
        self.parity_error = Some(false);
        self.move_read_out(edge);
        self.move_operation(edge);
        if accepted {
            self.operation = Some(self.accept(ports));
        }
        if ports.clear {
            // A plane that was cut short leaves some of its rows stored and others not.
            if self.operation.is_some() {
                self.known_rows = 0;
                self.defined = false;
            }
            self.operation = None;
            self.read_out = None;
            self.parity_error = Some(false);
        }
        Ok(())
    }

    fn move_read_out(&mut self, edge: Edge) {
        if edge.read_out_ends {
            if let (Some(read_out), true) = (self.read_out.take(), self.deferred) {
                self.parity_error = read_out.odd;
            }
        } else if let (Some(read_out), true) = (&mut self.read_out, edge.transfer) {
            read_out.digit += 1;
        }
    }

    fn move_operation(&mut self, edge: Edge) {
        if edge.operation_ends {
            if let Some(operation) = self.operation.take() {
                self.accumulate(&operation);
                let odd = self.check_parity(&operation);
                match self.deferred {
                    true if operation.plane == 0 => self.odd = odd,
                    true => self.odd = either(self.odd, odd),
                    false => self.parity_error = odd,
                }
            }
            if edge.result_stands {
                let accumulators = self.accumulators.clone();
                self.read_out = Some(ReadOut {
                    accumulators,
                    defined: self.defined,
                    digit: 0,
                    odd: self.odd,
                });
            }
        } else if let (Some(operation), true) = (&mut self.operation, edge.advance) {
            operation.digit += 1;
        }
    }

    fn accept(&self, ports: &ArrayIn) -> Operation {
        let skip = self.ternary && ports.op_skip;
        let sign = |column| if ports.op_negative.get(column) { -1 } else { 1 };
        let p = |column| match self.ternary {
            true if skip || !ports.op_nonzero.get(column) => 0,
            _ => sign(column),
        };
        Operation {
            plane: ports.op_plane,
            digit: 0,
            digits: if skip { 1 } else { self.window_cycles },
            p: (0..self.columns).map(p).collect(),
        }
    }

    fn accumulate(&mut self, operation: &Operation) {
        let plane = operation.plane;
        if plane == 0 {
            self.accumulators.fill(0);
            self.defined = true;
        }
        let first = (plane * self.stored_bits) as usize;
        let rows = &self.scales[first..][..self.scale_bits as usize];
        for (column, p) in operation.p.iter().enumerate().filter(|(_, p)| **p != 0) {
            let mut factor = 0;
            for (bit, row) in rows.iter().enumerate() {
                self.defined &= row.is_some();
                factor |= i64::from(row.as_ref().is_some_and(|row| row.get(column))) << bit;
            }
            self.accumulators[column] += p * (factor << plane);
        }
        self.known_rows = self.scale_bits + plane + 2;
    }

    /// Whether a factor that is added has an odd number of ones, its parity bit included; `None` where that
    /// depends on rows that nobody wrote. A column with p = 0 does not look at its factor.
    fn check_parity(&self, operation: &Operation) -> Option<bool> {
        if !self.parity {
            return Some(false);
        }
        let first = (operation.plane * self.stored_bits) as usize;
        let rows = &self.scales[first..][..self.stored_bits as usize];
        let mut used = (0..self.columns).filter(|column| operation.p[*column] != 0);
        let odd = |column: usize| {
            let ones = |ones: usize, row: &Option<Bits>| {
                Some(ones + usize::from(row.as_ref()?.get(column)))
            };
            rows.iter().try_fold(0, ones).map(|ones| ones % 2 == 1)
        };
        used.try_fold(false, |any, column| Some(any | odd(column)?))
    }

    /// The control state in words.
    pub fn describe(&self) -> String {
        let operation = self.operation.as_ref().map_or("idle".to_owned(), |o| {
            format!("plane {} digit {} of {}", o.plane, o.digit, o.digits)
        });
        let read_out = self.read_out.as_ref().map_or("idle".to_owned(), |r| {
            format!("digit {} of {}", r.digit, self.read_digits)
        });
        format!(
            "operation: {operation}; read-out: {read_out}; rows known: {}",
            self.known_rows
        )
    }
}

/// Or of two values that may be unknown.
fn either(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    Some(a? | b?)
}

/// Bit `row` of a two's complement number, the sign above its bits.
fn bit_of(value: i64, row: usize) -> bool {
    value >> row.min(63) & 1 == 1
}
