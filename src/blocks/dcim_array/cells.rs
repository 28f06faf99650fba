// SPDX-License-Identifier: MIT OR Apache-2.0
//! Storage of a column: scale-factor bits and accumulator bits, in flip-flops or latches.

use super::shape::ArrayShape;
use crate::hdl::{Module, ModuleBuilder, Sig, primitives};
use std::sync::Arc;

/// The storage selects of a column.
///
/// | storage | scale-factor rows | accumulator rows |
/// |---|---|---|
/// | latch | gated clocks | gated clocks |
/// | flop, gated | gated clocks | enables on the column's clock |
/// | flop, not gated | enables | enables |
pub(super) struct Ports {
    /// Row clocks, or enables, of the scale factors.
    pub scale: Sig,
    /// The written bit.
    pub data: Sig,
    /// P row clocks, or enables.
    pub row: Sig,
    /// Rows S + 2 .. P - 1: stored in every column, as the sign row.
    pub extend: Option<Sig>,
}

impl Ports {
    /// Declares the ports of a column.
    pub fn declare(m: &mut ModuleBuilder, shape: &ArrayShape) -> Ports {
        m.group("Storage");
        let scale_doc = if shape.gated_clocks() {
            "clock of each scale-factor row"
        } else {
            "scale-factor row written"
        };
        let scale = m.input("scale_row_i", shape.scale_rows(), scale_doc);
        let data = m.input("scale_data_i", 1, "bit to write");
        let row_doc = if shape.latch {
            "clock of each accumulator row"
        } else {
            "accumulator rows stored"
        };
        let row = m.input("store_row_i", shape.accumulator_bits(), row_doc);
        let extend = (shape.sign_row_apart() && shape.input_bits > 1).then(|| {
            let doc = if shape.latch {
                "clock of each sign row"
            } else {
                "sign row, stored in every column"
            };
            m.input("extend_row_i", shape.input_bits - 1, doc)
        });
        Ports {
            scale,
            data,
            row,
            extend,
        }
    }
}

/// The scale factors, bit k of plane i at bit i * [`ArrayShape::stored_bits`] + k. `rows` are row clocks, or enables on `clk`.
pub(in crate::blocks) fn scale_factors(
    m: &mut ModuleBuilder,
    prefix: &str,
    shape: &ArrayShape,
    clk: &Sig,
    rows: &Sig,
    data: &Sig,
) -> Sig {
    let count = shape.scale_rows();
    let q = m.wire("scale_q", count);
    if shape.latch {
        m.array("gen_scale", "u_latch", count, &primitives::latch(1))
            .each("en_i", rows)
            .all("d_i", data)
            .each_out("q_o", &q)
            .done();
    } else if shape.gated_clocks() {
        m.array("gen_scale", "u_bit", count, &clocked_bit(prefix))
            .each("clk_i", rows)
            .all("d_i", data)
            .each_out("q_o", &q)
            .done();
    } else {
        m.array("gen_scale", "u_bit", count, &enabled_bit(prefix))
            .all("clk_i", clk)
            .each("en_i", rows)
            .all("d_i", data)
            .each_out("q_o", &q)
            .done();
    }
    q
}

/// The accumulator bits: row r takes bit r of `data` under bit r of `enable`.
pub(super) fn accumulator(
    m: &mut ModuleBuilder,
    prefix: &str,
    shape: &ArrayShape,
    clk: &Sig,
    enable: &Sig,
    data: &Sig,
    q: &Sig,
) {
    let p = shape.accumulator_bits();
    if shape.latch && shape.gated() {
        let enable_n = m.wire_of("row_en_n", &!enable);
        m.array("gen_row", "u_latch", p, &primitives::latch_low(1))
            .each("en_ni", &enable_n)
            .each("d_i", data)
            .each_out("q_o", q)
            .done();
    } else if shape.latch {
        m.array("gen_row", "u_latch", p, &primitives::latch(1))
            .each("en_i", enable)
            .each("d_i", data)
            .each_out("q_o", q)
            .done();
    } else {
        m.array("gen_row", "u_bit", p, &enabled_bit(prefix))
            .all("clk_i", clk)
            .each("en_i", enable)
            .each("d_i", data)
            .each_out("q_o", q)
            .done();
    }
}

/// `<prefix>_enabled_bit`: a flip-flop with enable.
fn enabled_bit(prefix: &str) -> Arc<Module> {
    let mut m = ModuleBuilder::new(&format!("{prefix}_enabled_bit"));
    m.contract("One bit of storage that loads where enabled. No reset.");
    let clk = m.input("clk_i", 1, "clock");
    let en = m.input("en_i", 1, "load at the end of this cycle");
    let d = m.input("d_i", 1, "data in");
    let q = m.output("q_o", 1, "data out");
    let bit_q = m.register("bit_q", 1).clock(&clk).build();
    m.next_if(&bit_q, &en, &d);
    m.assign(&q, &bit_q);
    m.finish()
}

/// `<prefix>_clocked_bit`: a flip-flop on a clock that runs only to load it.
fn clocked_bit(prefix: &str) -> Arc<Module> {
    let mut m = ModuleBuilder::new(&format!("{prefix}_clocked_bit"));
    m.contract("One bit of storage on a gated clock. No reset.");
    let clk = m.input("clk_i", 1, "gated clock");
    let d = m.input("d_i", 1, "data in");
    let q = m.output("q_o", 1, "data out");
    let bit_q = m.register("bit_q", 1).clock(&clk).build();
    m.next(&bit_q, &d);
    m.assign(&q, &bit_q);
    m.finish()
}
