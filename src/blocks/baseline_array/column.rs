// SPDX-License-Identifier: MIT OR Apache-2.0
//! One column of the baseline array: scale factors, an accumulator register and a word adder.

use crate::blocks::dcim_array::{ArrayShape, any_of, majority, scale_factors, sign_extend};
use crate::hdl::{Expr, Module, ModuleBuilder, Sig, ones};
use itertools::Itertools;
use std::sync::Arc;

/// Builds `<prefix>_baseline_column`.
pub(super) fn build(prefix: &str, shape: &ArrayShape) -> Arc<Module> {
    let (a, s, u, p) = (
        shape.input_bits,
        shape.scale_bits,
        shape.readout_rows,
        shape.accumulator_bits(),
    );
    let mut m = ModuleBuilder::new(&format!("{prefix}_baseline_column"));
    m.contract(&format!("One column of the bit-parallel reference: a {p}-bit adder and accumulator, {a} scale factor(s) of {s} bits."));
    m.group("Clock");
    let clk = m.input("clk_i", 1, "clock");
    let test_en = shape
        .gated()
        .then(|| m.input("test_en_i", 1, "scan enable of the clock gate"));
    m.group("Partial sum");
    let load = m.input(
        "load_i",
        1,
        if shape.gated_clocks() {
            "clock that captures it"
        } else {
            "capture it at the end of this cycle"
        },
    );
    let nonzero = shape.ternary.then(|| m.input("nonzero_i", 1, "p is not 0"));
    let negative = m.input("negative_i", 1, "p is -1");
    m.group("Selects shared by all columns");
    let advance = m.input("advance_i", 1, "accumulate in this cycle");
    let plane_select = m.input("plane_select_i", a, "the bit plane");
    let readout_row = m.input("readout_row_i", p, "first row of the read-out digit");
    let readout_last = (shape.last_readout_rows() < u).then(|| {
        m.input(
            "readout_last_i",
            1,
            "last digit of the read-out: repeat the sign",
        )
    });
    let readback = shape.ternary.then(|| {
        m.input(
            "readback_i",
            1,
            "read-back is on: read the factor where p is 0, too",
        )
    });
    let readback_bit = m.input(
        "readback_bit_i",
        shape.shifted_rows(),
        "scale-factor bit read back, by its row in the accumulator",
    );
    let readback_lane = m.input(
        "readback_lane_i",
        u,
        "lane of the accumulator row read back",
    );
    let readback_parity = shape
        .parity
        .then(|| m.input("readback_parity_i", 1, "the row read back is of parity"));
    m.group("Storage");
    let scale_row = m.input(
        "scale_row_i",
        shape.scale_rows(),
        if shape.gated_clocks() {
            "clock of each scale-factor row"
        } else {
            "scale-factor row written"
        },
    );
    let scale_data = m.input("scale_data_i", 1, "bit to write");
    m.group("Out");
    let readout = m.output("readout_o", u, "rows of the read-out digit");
    let readback_data = m.output("readback_o", 1, "bit of the row read back");
    let parity_error = shape.parity.then(|| {
        m.output(
            "parity_error_o",
            1,
            "the factor added has an odd number of ones",
        )
    });

    let mut capture = |name: &str, value: &Expr| -> Sig {
        let q = m
            .register(name, 1)
            .clock(if shape.gated_clocks() { &load } else { &clk })
            .build();
        if shape.gated_clocks() {
            m.next(&q, value)
        } else {
            m.next_if(&q, &load, value)
        }
        q
    };
    let (nonzero_q, negative_q) = match &nonzero {
        Some(n) => (
            capture("nonzero_q", n),
            // Where p is 0 it may be anything: 0 is subtracted as well as added.
            capture("negative_q", &negative),
        ),
        None => (ones(1), capture("negative_q", &negative)),
    };
    let scale_q = scale_factors(&mut m, prefix, shape, &clk, &scale_row, &scale_data);

    m.comment("The factor of the plane, at its place in the accumulator. Isolated where p is 0.");
    let active = match &readback {
        Some(readback) => m.wire_of(
            "plane_active",
            &plane_select.gated_by(&(&nonzero_q | readback)),
        ),
        None => plane_select.clone(),
    };
    let stored = shape.stored_bits();
    let shifted = m.wire("factor_shifted", p);
    let bits = (0..p)
        .map(|r| {
            any_of(
                (0..a)
                    .filter(|&i| i <= r && r < i + s)
                    .map(|i| scale_q.bit(i * stored + r - i) & active.bit(i)),
                1,
            )
        })
        .collect_vec();
    m.concat(&shifted, &bits);
    let accumulator_q = {
        let column_clk = test_en.as_ref().map(|test_en| {
            let enable = m.wire_of(
                "column_en",
                &(&advance & (&nonzero_q | &plane_select.bit(0))),
            );
            m.clock_gate("u_column_gate", &clk, &enable, test_en)
        });
        let q = m
            .register("accumulator_q", p)
            .clock(column_clk.as_ref().unwrap_or(&clk))
            .build();
        let base = q.gated_by(&!plane_select.bit(0));
        m.comment("A ripple: a + (b xor negative), the carry starting as negative.");
        let carry = (0..p)
            .map(|r| m.wire(&format!("carry_{r}"), 1))
            .collect_vec();
        m.assign(&carry[0], &negative_q);
        let sum = m.wire("sum", p);
        let addend = m.wire_of("addend", &(&shifted ^ negative_q.repeat(p)));
        let base = m.wire_of("base", &base);
        for r in 1..p {
            let (x, y, c) = (base.bit(r - 1), addend.bit(r - 1), &carry[r - 1]);
            m.assign(&carry[r], &majority(&x, &y, c));
        }
        let bits = (0..p)
            .map(|r| base.bit(r) ^ addend.bit(r) ^ &carry[r])
            .collect_vec();
        m.concat(&sum, &bits);
        match column_clk {
            Some(_) => m.next(&q, &sum),
            None => m.next_if(&q, &advance, &sum),
        }
        q
    };

    let raw = m.wire("readout_raw", u);
    let digit = (0..u)
        .map(|v| {
            any_of(
                (0..p)
                    .step_by(u)
                    .filter(|n| n + v < p)
                    .map(|n| accumulator_q.bit(n + v) & readout_row.bit(n)),
                1,
            )
        })
        .collect_vec();
    m.concat(&raw, &digit);
    sign_extend(&mut m, shape, &raw, readout_last.as_ref(), &readout);
    let unselected = (0..p).filter(|n| n % u != 0).collect_vec();
    for n in unselected {
        m.unused(&readout_row.bit(n));
    }
    let scale_bit = (shifted.slice(0, shape.shifted_rows()) & &readback_bit).reduce_or();
    let row_bit = (&raw & &readback_lane).reduce_or();
    let shown = match (&readback_parity, &parity_error) {
        (Some(readback), Some(error)) => {
            let bits = (0..a).map(|i| scale_q.bit(i * stored + s) & active.bit(i));
            let parity = m.wire_of("parity_read", &any_of(bits, 1));
            m.assign(error, &(shifted.reduce_xor() ^ &parity));
            scale_bit | row_bit | (&parity & readback)
        }
        _ => scale_bit | row_bit,
    };
    m.assign(&readback_data, &shown);
    m.finish()
}
