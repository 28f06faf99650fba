// SPDX-License-Identifier: MIT OR Apache-2.0
//! The ports that the DCiM array and the baseline array share.

use super::shape::ArrayShape;
use crate::hdl::{Expr, ModuleBuilder, Sig, index_width};

/// Ports of an array; the table is in `doc/contracts.md`.
pub struct ArrayPorts {
    /// clk_i
    pub clk: Sig,
    /// rst_ni
    pub rst_n: Sig,
    /// test_en_i
    pub test_en: Sig,
    /// clear_i
    pub clear: Sig,
    /// op_valid_i
    pub op_valid: Sig,
    /// op_ready_o
    pub op_ready: Sig,
    /// op_plane_i
    pub op_plane: Sig,
    /// op_skip_i (ternary)
    pub op_skip: Option<Sig>,
    /// op_nonzero_i (ternary)
    pub op_nonzero: Option<Sig>,
    /// op_negative_i
    pub op_negative: Sig,
    /// op_soon_o
    pub op_soon: Sig,
    /// busy_o
    pub busy: Sig,
    /// wr_valid_i
    pub wr_valid: Sig,
    /// wr_row_i
    pub wr_row: Sig,
    /// wr_data_i
    pub wr_data: Sig,
    /// rb_valid_i
    pub rb_valid: Sig,
    /// rb_row_i
    pub rb_row: Sig,
    /// rb_data_o
    pub rb_data: Sig,
    /// ro_valid_o
    pub ro_valid: Sig,
    /// ro_ready_i
    pub ro_ready: Sig,
    /// ro_first_o
    pub ro_first: Sig,
    /// ro_last_o
    pub ro_last: Sig,
    /// ro_data_o
    pub ro_data: Sig,
    /// parity_error_o (parity)
    pub parity_error: Option<Sig>,
}

impl ArrayPorts {
    /// Nonzero bits as columns load them: 0 in a skipped plane (ternary).
    pub(in crate::blocks) fn load_nonzero(
        &self,
        m: &mut ModuleBuilder,
        shape: &ArrayShape,
    ) -> Option<Sig> {
        let (nonzero, skip) = self.op_nonzero.as_ref().zip(self.op_skip.as_ref())?;
        let skip = (!skip).repeat(shape.columns);
        Some(m.wire_of("load_nonzero", &(nonzero & skip)))
    }

    /// Declares the ports on a module.
    pub fn declare(m: &mut ModuleBuilder, shape: &ArrayShape) -> ArrayPorts {
        let columns = shape.columns;
        m.group("Clock, reset, scan");
        let clk = m.input("clk_i", 1, "clock");
        let rst_n = m.input("rst_ni", 1, "asynchronous reset, active low");
        let test_en = m.input("test_en_i", 1, "scan enable of the clock gates");
        let clear = m.input("clear_i", 1, "synchronous clear: idle in the next cycle");
        m.group("Operation: accumulate one bit plane");
        let op_valid = m.input("op_valid_i", 1, "operation offered");
        let op_ready = m.output("op_ready_o", 1, "operation accepted where offered");
        let op_plane = m.input(
            "op_plane_i",
            index_width(shape.input_bits),
            "index of the bit plane",
        );
        let op_skip = shape
            .ternary
            .then(|| m.input("op_skip_i", 1, "every partial sum of the plane counts as 0"));
        let op_nonzero = shape
            .ternary
            .then(|| m.input("op_nonzero_i", columns, "p is not 0, by column"));
        let op_negative = m.input("op_negative_i", columns, "p is -1, by column");
        let op_soon = m.output(
            "op_soon_o",
            1,
            "an operation offered from the next cycle on is accepted within 3 cycles",
        );
        let busy = m.output("busy_o", 1, "an operation is accumulating");
        m.group("Scale factors: write a row while idle; row and data stay one cycle more");
        let wr_valid = m.input("wr_valid_i", 1, "write");
        let wr_row = m.input(
            "wr_row_i",
            index_width(shape.scale_rows()),
            if shape.parity {
                "row: plane * (S + 1) + bit; bit S is the parity"
            } else {
                "row: plane * S + bit"
            },
        );
        let wr_data = m.input("wr_data_i", columns, "one bit a column");
        m.group("Read-back while idle: data from the next cycle on");
        let rb_valid = m.input("rb_valid_i", 1, "read back");
        let rb_row = m.input(
            "rb_row_i",
            index_width(shape.scale_rows() + shape.accumulator_bits()),
            "scale-factor rows, then accumulator rows",
        );
        let rb_data = m.output("rb_data_o", columns, "one bit a column");
        m.group("Read-out of the accumulators, lowest rows first");
        let ro_valid = m.output("ro_valid_o", 1, "a digit is shown");
        let ro_ready = m.input("ro_ready_i", 1, "the digit is taken");
        let ro_first = m.output("ro_first_o", 1, "first digit of a result");
        let ro_last = m.output("ro_last_o", 1, "last digit of a result");
        let ro_data = m.output(
            "ro_data_o",
            columns * shape.readout_rows,
            "rows of the digit, by column",
        );
        let parity_error = shape.parity.then(|| {
            m.group("Parity of the scale factors");
            m.output(
                "parity_error_o",
                1,
                "pulse: a factor that was added has an odd number of ones",
            )
        });
        ArrayPorts {
            clk,
            rst_n,
            test_en,
            clear,
            op_valid,
            op_ready,
            op_plane,
            op_skip,
            op_nonzero,
            op_negative,
            op_soon,
            busy,
            wr_valid,
            wr_row,
            wr_data,
            rb_valid,
            rb_row,
            rb_data,
            ro_valid,
            ro_ready,
            ro_first,
            ro_last,
            ro_data,
            parity_error,
        }
    }

    /// Raises parity_error_o in the cycle after `checked`, if a bit of `columns` is high with it.
    pub(in crate::blocks) fn flag_parity(
        &self,
        m: &mut ModuleBuilder,
        checked: &Expr,
        columns: &Sig,
    ) {
        let Some(port) = &self.parity_error else {
            return;
        };
        let q = m
            .register("parity_error_q", 1)
            .clock(&self.clk)
            .reset(&self.rst_n, 0)
            .build();
        m.next(&q, &(checked & columns.reduce_or() & !&self.clear));
        m.assign(port, &q);
    }

    /// The port of this name among those that a control module has too.
    pub(super) fn find(&self, name: &str) -> Option<Sig> {
        let scalar = [
            &self.clk,
            &self.rst_n,
            &self.clear,
            &self.op_valid,
            &self.op_ready,
            &self.op_plane,
            &self.op_soon,
            &self.busy,
            &self.wr_valid,
            &self.wr_row,
            &self.rb_valid,
            &self.rb_row,
            &self.ro_valid,
            &self.ro_ready,
            &self.ro_first,
            &self.ro_last,
        ];
        scalar
            .into_iter()
            .chain(self.op_skip.as_ref())
            .find(|s| s.name() == name)
            .cloned()
    }
}
