// SPDX-License-Identifier: MIT OR Apache-2.0
//! Scale-factor arrays: results, cycles and handshakes, and what gated columns keep.

use askama::Template;

use crate::blocks::dcim_array::ArrayShape;
use crate::blocks::{array, baseline_array};
use crate::config::Report;
use crate::emit::rendering;
use crate::hdl::index_width;

use super::obligation::{Obligation, PREFIX, files};
use super::twin::Twin;

/// Columns of the array that is proved, and the one that is watched. Columns share selects alone, so two are enough to see
/// that a column gets its own data.
const COLUMNS: usize = 2;
const WATCHED: usize = 1;

/// Which array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The DCiM array that accumulates in place.
    InPlace,
    /// The DCiM array with deferred accumulation.
    Deferred,
    /// The baseline array.
    Baseline,
}

/// Where the free inputs lie in one vector.
struct Offsets {
    plane: usize,
    negative: usize,
    nonzero: usize,
    wr: usize,
    data: usize,
    rb: usize,
    total: usize,
}

#[derive(Template)]
#[template(path = "prove/array.sv", escape = "none")]
struct Harness {
    title: String,
    kind: Kind,
    module: String,
    path: String,
    a: usize,
    s: usize,
    b: usize,
    p: usize,
    d: usize,
    u: usize,
    nr: usize,
    cycles: usize,
    lead: usize,
    lead_skip: usize,
    column: usize,
    columns: usize,
    plane_bits: usize,
    wr_bits: usize,
    rb_bits: usize,
    rotations: usize,
    at: Offsets,
    quiet: &'static str,
    ternary: bool,
    gated: bool,
    clears: bool,
    keeps_skip: bool,
    sign_in_carry: bool,
    gating: bool,
    parity: bool,
    deferred: bool,
    column_clock: Option<&'static str>,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::InPlace => "in_place",
            Kind::Deferred => "deferred",
            Kind::Baseline => "baseline",
        }
    }
}

/// Results and cycles of an array, for all scale factors and codes; with parity, its flag as well.
pub(super) fn results(kind: Kind, shape: &ArrayShape) -> Result<Obligation, Report> {
    let twins = match kind {
        Kind::InPlace => &IN_PLACE[..],
        Kind::Baseline => &BASELINE[..],
        Kind::Deferred => &DEFERRED[..],
    };
    if shape.parity {
        return obligation("parity", kind, shape, false, parity_twin(kind));
    }
    // Another fault in neighbouring configurations. Where nothing is added to a sum, or no carry is kept, only the first is one.
    let twin = match shape.input_bits == 1 || shape.readout_digits() == 1 {
        true => twins[0],
        false => twins[(shape.input_bits + shape.scale_bits + shape.readout_rows) % twins.len()],
    };
    obligation("results", kind, shape, false, twin)
}

/// What a gated column keeps in the planes after the first; none where nothing is gated, and in the deferred array, whose
/// columns have no gate.
pub(super) fn gating(kind: Kind, shape: &ArrayShape) -> Option<Result<Obligation, Report>> {
    let twin = match kind {
        Kind::InPlace => GATING_IN_PLACE,
        Kind::Baseline => GATING_BASELINE,
        Kind::Deferred => return None,
    };
    (shape.gated() && shape.input_bits > 1).then(|| obligation("gating", kind, shape, true, twin))
}

fn obligation(
    property: &'static str,
    kind: Kind,
    shape: &ArrayShape,
    gating: bool,
    twin: Twin,
) -> Result<Obligation, Report> {
    let shape = ArrayShape {
        columns: COLUMNS,
        ..*shape
    };
    let top = match kind {
        Kind::Baseline => baseline_array::build(PREFIX, &shape),
        _ => array::build(PREFIX, &shape),
    };
    let d = match kind {
        Kind::Deferred => shape.readout_rows,
        _ => shape.rows_per_cycle,
    };
    let configuration = format!(
        "{} A={} S={} d={d} {} {} {}{}",
        kind.name(),
        shape.input_bits,
        shape.scale_bits,
        if shape.ternary { "ternary" } else { "binary" },
        if shape.latch { "latch" } else { "flop" },
        if shape.gated() { "gated" } else { "ungated" },
        if shape.parity { " parity" } else { "" },
    );
    let harness = harness(kind, &shape, gating, &configuration, top.name());
    Ok(Obligation {
        property,
        configuration,
        rtl: files(&top)?,
        harness: harness.render().map_err(rendering)?,
        twin,
    })
}

fn harness(kind: Kind, shape: &ArrayShape, gating: bool, title: &str, module: &str) -> Harness {
    let (a, s, p) = (shape.input_bits, shape.scale_bits, shape.accumulator_bits());
    let nr = shape.readout_digits();
    let (cycles, lead, lead_skip) = match kind {
        Kind::InPlace => (shape.digits(), shape.lead(), shape.lead_skip()),
        Kind::Deferred => (1, nr, nr),
        Kind::Baseline => (1, nr - 1, nr - 1),
    };
    let (plane_bits, wr_bits, rb_bits) = (
        index_width(a),
        index_width(shape.scale_rows()),
        index_width(shape.scale_rows() + p),
    );
    let mut next = 6;
    let mut place = |width: usize| {
        next += width;
        next - width
    };
    let at = Offsets {
        plane: place(plane_bits),
        negative: place(COLUMNS),
        nonzero: place(COLUMNS),
        wr: place(wr_bits),
        data: place(COLUMNS),
        rb: place(rb_bits),
        total: place(0),
    };
    let apart = shape.sign_row_apart();
    Harness {
        title: title.to_owned(),
        kind,
        module: module.to_owned(),
        path: format!("dut.gen_column[{WATCHED}].u_column"),
        a,
        s,
        b: shape.stored_bits(),
        p,
        d: shape.rows_per_cycle,
        u: shape.readout_rows,
        nr,
        cycles,
        lead,
        lead_skip,
        column: WATCHED,
        columns: COLUMNS,
        plane_bits,
        wr_bits,
        rb_bits,
        rotations: shape.rotations(),
        at,
        quiet: match kind {
            // Scale factors count as they are during the read-out.
            Kind::Deferred => "left == 0 && !reading && next_plane == 0",
            _ => "left == 0 && !reading",
        },
        ternary: shape.ternary,
        gated: shape.gated(),
        clears: shape.ternary && cycles > 1,
        keeps_skip: shape.ternary && !shape.gated() && cycles > 1,
        sign_in_carry: shape.sign_in_carry() && cycles > 1,
        gating,
        parity: shape.parity,
        deferred: kind == Kind::Deferred,
        column_clock: match (apart, shape.latch) {
            (true, _) => None,
            (false, true) => Some("column_clk"),
            (false, false) => Some("column_gate_clk"),
        },
    }
}

/// A fault in the parity check alone.
fn parity_twin(kind: Kind) -> Twin {
    let (file, line) = match kind {
        Kind::InPlace => (COLUMN, "assign parity_odd = "),
        Kind::Deferred => ("_deferred_column.v", "assign parity_0 = "),
        Kind::Baseline => ("_baseline_column.v", "assign parity_error_o = "),
    };
    Twin {
        name: "parity or instead of xor",
        file,
        line,
        from: " ^ ",
        to: " | ",
    }
}

const COLUMN: &str = "_dcim_column.v";

const IN_PLACE: [Twin; 3] = [
    Twin {
        name: "addend or instead of xor",
        file: COLUMN,
        line: "assign addend = ",
        from: " ^ ",
        to: " | ",
    },
    Twin {
        name: "carry lost where all are 1",
        file: COLUMN,
        line: "assign carry_1 = ",
        from: ") | (",
        to: ") ^ (",
    },
    Twin {
        name: "sum or instead of xor",
        file: COLUMN,
        line: "assign sum",
        from: " ^ ",
        to: " | ",
    },
];

const BASELINE: [Twin; 2] = [
    Twin {
        name: "addend or instead of xor",
        file: "_baseline_column.v",
        line: "assign addend = ",
        from: " ^ ",
        to: " | ",
    },
    Twin {
        name: "carry lost where all are 1",
        file: "_baseline_column.v",
        line: "assign carry_1 = ",
        from: ") | (",
        to: ") ^ (",
    },
];

const DEFERRED: [Twin; 2] = [
    Twin {
        name: "operand or instead of xor",
        file: "_deferred_column.v",
        line: "assign operand_0_0 = ",
        from: " ^ ",
        to: " | ",
    },
    Twin {
        name: "last carry wrong",
        file: "_deferred_column.v",
        line: "assign carry_",
        from: " & ",
        to: " ^ ",
    },
];

const GATING_IN_PLACE: Twin = Twin {
    name: "column always open",
    file: COLUMN,
    line: "assign column_stores = ",
    from: "nonzero_q",
    to: "1'b1",
};

const GATING_BASELINE: Twin = Twin {
    name: "column always clocked",
    file: "_baseline_column.v",
    line: "assign column_en = ",
    from: "nonzero_q",
    to: "1'b1",
};
