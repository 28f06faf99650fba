// SPDX-License-Identifier: MIT OR Apache-2.0
//! What reads text, one target each.

mod command;
mod config;
mod layout;
mod netlist;
mod pdk;
mod reports;

use crate::Outcome;

/// Something that reads text.
#[derive(Debug)]
pub struct Target {
    /// Its name, and that of its folder in the corpus.
    pub name: &'static str,
    /// What it reads.
    pub about: &'static str,
    /// Words that mean something to it.
    pub words: &'static [&'static str],
    /// Reads an input and does with it what hcim does.
    pub run: fn(&[u8]) -> Outcome,
}

/// Every target.
pub static TARGETS: &[Target] = &[
    config::TOML,
    config::JSON,
    config::GOLDEN,
    config::STEPS,
    command::COMMAND,
    pdk::DESCRIPTION,
    pdk::LIBERTY,
    pdk::FUNCTION,
    pdk::LEF,
    layout::CROSSBAR,
    layout::DEF,
    layout::WIRES,
    netlist::YOSYS,
    netlist::FLAT,
    reports::MANIFEST,
    reports::SYNTHESIS,
    reports::ACCOUNT,
    reports::TIMING,
];

/// An input as the text that hcim would see.
fn text(input: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(input)
}
