// SPDX-License-Identifier: MIT OR Apache-2.0
//! Directed tests of the block models: the corners that composed streams do not reach.

mod array;
mod crossbar;
mod reduction;
mod result;
mod sense;

use hcim_golden::Config;

fn config(text: &str) -> Config {
    Config::from_json(text).unwrap()
}
