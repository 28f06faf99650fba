// SPDX-License-Identifier: MIT OR Apache-2.0
//! Constraint files, held by snapshots.

use super::*;
use crate::config::{ConfigBuilder, KeyId};
use crate::flow::pdk::Library;

fn constraints(pairs: &[(KeyId, &str)]) -> Constraints {
    let mut builder = ConfigBuilder::new();
    for (id, text) in pairs {
        builder.flag(*id, text);
    }
    let config = builder.build().unwrap().config;
    let (pdk, _) = Library::describe("nangate45").unwrap();
    let environment = Environment {
        period_ns: 1.0,
        timing: pdk.timing,
        driving: pdk.cells.driving,
        load_ff: pdk.cells.load_ff,
        units: Units {
            time_ns: 1.0,
            capacitance_ff: 1.0,
        },
    };
    Constraints::new(&config, &environment)
}

/// The snapshot does not change with the version of hcim.
fn text(pairs: &[(KeyId, &str)]) -> String {
    let text = constraints(pairs).to_sdc().unwrap();
    text.replace(crate::config::VERSION, "VERSION")
}

#[test]
fn array_on_latches() {
    insta::assert_snapshot!(text(&[
        (KeyId::Top, "dcim_array"),
        (KeyId::Storage, "latch")
    ]));
}

#[test]
fn tile_on_flops() {
    insta::assert_snapshot!(text(&[(KeyId::Evaluate, "3"), (KeyId::Sense, "2")]));
}

#[test]
fn sense_interface() {
    insta::assert_snapshot!(text(&[(KeyId::Top, "sense_interface")]));
}

#[test]
fn latch_exceptions_are_those_of_latches() {
    assert!(!text(&[(KeyId::Top, "baseline_array")]).contains("scale"));
    assert!(text(&[(KeyId::Top, "baseline_array"), (KeyId::Storage, "latch")]).contains("scale"));
    assert!(
        !text(&[(KeyId::Top, "column_reduction"), (KeyId::Storage, "latch")]).contains("scale")
    );
}
