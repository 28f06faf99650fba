// SPDX-License-Identifier: MIT OR Apache-2.0
//! The marks that travel with the data through a pipeline, and the clocks of its stages.

use crate::hdl::{ModuleBuilder, Sig};

/// What is known of the data in a stage.
#[derive(Clone)]
pub(super) struct Marks {
    /// There is data.
    pub valid: Sig,
    /// It begins a dot product.
    pub first: Sig,
    /// It ends one.
    pub last: Sig,
}

/// Clock, reset and scan enable of a design.
pub(super) struct Clocking {
    /// clk_i
    pub clk: Sig,
    /// rst_ni
    pub rst_n: Sig,
    /// test_en_i
    pub test_en: Sig,
}

impl Clocking {
    /// Declares the three ports.
    pub fn declare(m: &mut ModuleBuilder) -> Clocking {
        m.group("Clock, reset, scan");
        Clocking {
            clk: m.input("clk_i", 1, "clock"),
            rst_n: m.input("rst_ni", 1, "asynchronous reset, active low"),
            test_en: m.input("test_en_i", 1, "scan enable of the clock gates"),
        }
    }

    /// One stage further: the marks behind it, and the clock of its data registers, which runs only
    /// where there is data.
    pub fn stage(&self, m: &mut ModuleBuilder, name: &str, marks: &Marks) -> (Marks, Sig) {
        let clock = m.clock_gate(
            &format!("u_{name}_gate"),
            &self.clk,
            &marks.valid,
            &self.test_en,
        );
        let mut mark = |mark: &str, value: &Sig| {
            let q = m
                .register(&format!("{name}_{mark}_q"), 1)
                .clock(&self.clk)
                .reset(&self.rst_n, 0)
                .build();
            m.next(&q, value);
            q
        };
        let behind = Marks {
            valid: mark("valid", &marks.valid),
            first: mark("first", &marks.first),
            last: mark("last", &marks.last),
        };
        (behind, clock)
    }
}
