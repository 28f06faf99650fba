// SPDX-License-Identifier: MIT OR Apache-2.0
//! Capture registers behind the comparators, and the codes that they stand for.

use super::SenseShape;
use crate::hdl::{Module, ModuleBuilder, Sig};
use std::sync::Arc;

/// Codes of the used columns.
pub(super) struct Codes {
    /// p is -1.
    pub negative: Sig,
    /// Ternary: p is not 0; the code is impossible.
    pub ternary: Option<(Sig, Sig)>,
}

/// Instantiates one capture per comparator that serves a used column. `enable` has a bit a phase.
pub(super) fn instantiate(
    m: &mut ModuleBuilder,
    prefix: &str,
    shape: &SenseShape,
    clk: &Sig,
    enable: &Sig,
    pos: &Sig,
    neg: Option<&Sig>,
) -> Codes {
    let (used, phases) = (shape.used_columns, shape.columns_per_comparator);
    let count = used.div_ceil(phases);
    let child = build(prefix, shape);
    let width = count * phases;
    let negative = m.wire("captured_negative", width);
    let nonzero = shape.ternary.then(|| m.wire("captured_nonzero", width));
    let error = shape.ternary.then(|| m.wire("captured_error", width));
    let mut array = m
        .array("gen_comparator", "u_capture", count, &child)
        .all("clk_i", clk)
        .all("capture_i", enable)
        .each_at("pos_i", pos, 1, 0)
        .each_out("negative_o", &negative);
    if let (Some(neg), Some(nonzero), Some(error)) = (neg, &nonzero, &error) {
        array = array
            .each_at("neg_i", neg, 1, 0)
            .each_out("nonzero_o", nonzero)
            .each_out("error_o", error);
    }
    array.done();
    // Comparators of unused columns, and unused columns of the last comparator.
    let idle = shape.comparators() - count;
    for signal in std::iter::once(pos).chain(neg).filter(|_| idle > 0) {
        m.unused(&signal.slice(count, idle));
    }
    for signal in std::iter::once(&negative)
        .chain(&nonzero)
        .chain(&error)
        .filter(|_| width > used)
    {
        m.unused(&signal.slice(used, width - used));
    }
    let used_part = |signal: Sig| signal.slice(0, used);
    let ternary = match (nonzero, error) {
        // Named, for a slice of a slice cannot be reduced in Verilog.
        (Some(nonzero), Some(error)) => Some((used_part(nonzero), used_part(error))),
        _ => None,
    };
    Codes {
        negative: used_part(negative),
        ternary,
    }
}

/// `<prefix>_comparator_capture`: one comparator and the columns that share it.
fn build(prefix: &str, shape: &SenseShape) -> Arc<Module> {
    let phases = shape.columns_per_comparator;
    let mut m = ModuleBuilder::new(&format!("{prefix}_comparator_capture"));
    m.contract(&format!(
        "Registers behind one comparator position, {phases} column(s) in turn. The comparators may be asynchronous to the \
         clock up to the captured edge; each is sampled by one register only."
    ));
    let clk = m.input("clk_i", 1, "clock");
    let capture = m.input(
        "capture_i",
        phases,
        "capture this column at the end of the cycle",
    );
    let pos = m.input("pos_i", 1, "comparator");
    let neg = shape.ternary.then(|| m.input("neg_i", 1, "comparator"));
    let nonzero = shape
        .ternary
        .then(|| m.output("nonzero_o", phases, "p is not 0"));
    let negative = m.output("negative_o", phases, "p is -1");
    let error = shape
        .ternary
        .then(|| m.output("error_o", phases, "both comparators were high"));
    for phase in 0..phases {
        let suffix = if phases > 1 {
            format!("_phase{phase}")
        } else {
            String::new()
        };
        let enable = capture.bit(phase);
        let pos_q = m.register(&format!("pos{suffix}_q"), 1).clock(&clk).build();
        m.next_if(&pos_q, &enable, &pos);
        match (&neg, &nonzero, &error) {
            (Some(neg), Some(nonzero), Some(error)) => {
                let neg_q = m.register(&format!("neg{suffix}_q"), 1).clock(&clk).build();
                m.next_if(&neg_q, &enable, neg);
                m.assign(&nonzero.bit(phase), &(&pos_q ^ &neg_q));
                m.assign(&negative.bit(phase), &(&neg_q & !&pos_q));
                m.assign(&error.bit(phase), &(&pos_q & &neg_q));
            }
            _ => m.assign(&negative.bit(phase), &!&pos_q),
        }
    }
    m.finish()
}
