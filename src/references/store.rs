// SPDX-License-Identifier: MIT OR Apache-2.0
//! The weights: latches, written a group of rows at a time.

use std::sync::Arc;

use crate::hdl::{Module, ModuleBuilder, Sig, index_width, lit, primitives};

use super::shape::{DotProduct, GROUP_ROWS};

/// The write port that a design with a store has.
pub(super) struct WritePort {
    valid: Sig,
    group: Sig,
    data: Sig,
}

impl WritePort {
    /// Declares it.
    pub fn declare(m: &mut ModuleBuilder, shape: &DotProduct) -> WritePort {
        m.group("Weights: write a group of rows while idle; group and data stay one cycle more");
        WritePort {
            valid: m.input("wr_valid_i", 1, "write"),
            group: m.input("wr_group_i", index_width(shape.groups()), "group of rows"),
            data: m.input(
                "wr_data_i",
                GROUP_ROWS * shape.weight_bits,
                "weights of the group, lowest row first",
            ),
        }
    }

    /// Puts the store into a module and gives its bits: weight of row r from bit r * W upwards.
    pub fn store(
        &self,
        m: &mut ModuleBuilder,
        prefix: &str,
        shape: &DotProduct,
        clk: &Sig,
        test_en: &Sig,
    ) -> Sig {
        let weights = m.wire("weight", shape.rows * shape.weight_bits);
        m.instance("u_store", &build(prefix, shape))
            .connect("clk_i", clk)
            .connect("test_en_i", test_en)
            .connect("wr_valid_i", &self.valid)
            .connect("wr_group_i", &self.group)
            .connect("wr_data_i", &self.data)
            .output("weight_o", &weights)
            .done();
        weights
    }
}

/// Builds `<prefix>_weight_store`.
fn build(prefix: &str, shape: &DotProduct) -> Arc<Module> {
    let groups = shape.groups();
    let mut m = ModuleBuilder::new(&format!("{prefix}_weight_store"));
    m.contract(&format!(
        "{} weight(s) of {} bits in latches, written {GROUP_ROWS} rows at a time. A write in one cycle opens the latches in the \
         high phase of the next. No reset.",
        shape.rows, shape.weight_bits
    ));
    m.group("Clock");
    let clk = m.input("clk_i", 1, "clock");
    let test_en = m.input("test_en_i", 1, "scan enable of the clock gates");
    let port = WritePort::declare(&mut m, shape);
    m.group("Out");
    let weight = m.output(
        "weight_o",
        shape.rows * shape.weight_bits,
        "all weights, lowest row first",
    );
    let select = m.wire_of(
        "group_select",
        &lit(1, groups).shl(&port.group).gated_by(&port.valid),
    );
    let clocks = m.wire("group_clk", groups);
    m.array("gen_group", "u_gate", groups, &primitives::clock_gate())
        .all("clk_i", &clk)
        .each("en_i", &select)
        .all("test_en_i", &test_en)
        .each_out("clk_o", &clocks)
        .done();
    for group in 0..groups {
        let first = group * GROUP_ROWS;
        let bits = (shape.rows - first).min(GROUP_ROWS) * shape.weight_bits;
        m.instance(&format!("u_rows_{first}"), &primitives::latch(bits))
            .connect("en_i", &clocks.bit(group))
            .connect("d_i", &port.data.slice(0, bits))
            .output("q_o", &weight.slice(first * shape.weight_bits, bits))
            .done();
    }
    if shape.rows < GROUP_ROWS {
        let used = shape.rows * shape.weight_bits;
        m.unused(&port.data.slice(used, port.data.width() - used));
    }
    m.finish()
}
