// SPDX-License-Identifier: MIT OR Apache-2.0
//! Names: identifiers, reserved words, collisions; widths and counts of zero.

use super::Report;
use crate::hdl::bridge::GENVAR;
use crate::hdl::diag::Code;
use crate::hdl::module::Item;
use crate::hdl::names::{is_identifier, is_reserved};
use std::collections::BTreeMap;

pub(crate) fn check(report: &mut Report) {
    let module = report.module;
    identifier(report, "", &module.name);
    // Collisions of signals with each other were noticed when they were declared.
    let mut taken: BTreeMap<&str, &str> = BTreeMap::new();
    for signal in &module.signals {
        identifier(report, &signal.name, &signal.name);
        if signal.width == 0 {
            report.add(
                Code::BadDeclaration,
                &signal.name,
                "a signal needs at least one bit",
            );
        }
        taken.insert(&signal.name, "a signal");
    }
    let mut inner = Vec::new();
    for item in &module.items {
        let (label, count) = match item {
            Item::ForEach { label, count, .. } => (Some(label), *count),
            Item::Instance(instance) => {
                inner.push(instance);
                (
                    instance.array.as_ref().map(|(label, _)| label),
                    instance.count(),
                )
            }
            _ => continue,
        };
        if count == 0 {
            let name = label.map_or("", |l| l);
            report.add(
                Code::BadDeclaration,
                name,
                "a generate loop needs a count of at least one",
            );
        }
        if let Some(label) = label {
            identifier(report, label, label);
            claim(report, &mut taken, label, "a generate block");
            if taken.get(GENVAR) == Some(&"a signal") {
                report.add(
                    Code::NameCollision,
                    GENVAR,
                    "this name is the generate variable of modules with loops",
                );
            }
        }
    }
    let outer = taken.clone();
    for instance in inner {
        identifier(report, &instance.path(), &instance.name);
        // Instances in different generate blocks do not see each other, but all see the module.
        match instance.array {
            None => claim(report, &mut taken, &instance.name, "an instance"),
            Some(_) => claim(report, &mut outer.clone(), &instance.name, "an instance"),
        }
    }
}

fn identifier(report: &mut Report, local: &str, name: &str) {
    if !is_identifier(name) {
        report.add(
            Code::BadDeclaration,
            local,
            format!("{name:?} is not an identifier"),
        );
    } else if is_reserved(name) {
        report.add(
            Code::ReservedWord,
            local,
            format!("{name} is a keyword of (System)Verilog"),
        );
    }
}

fn claim<'a>(
    report: &mut Report,
    taken: &mut BTreeMap<&'a str, &'a str>,
    name: &'a str,
    what: &'a str,
) {
    if let Some(other) = taken.insert(name, what) {
        let message = format!("this name of {what} is also the name of {other}");
        report.add(Code::NameCollision, name, message);
    }
}
