// SPDX-License-Identifier: MIT OR Apache-2.0
//! Power of a netlist with recorded switching activity, by OpenSTA; energy per MVM and per
//! accumulate. See `doc/power.md`.

mod account;
mod analysis;
mod markdown;
mod result;
mod split;
mod table;
#[cfg(test)]
mod tests;
mod totals;

pub use account::Account;
pub use analysis::PowerAnalysis;
pub use result::{Energy, Power, PowerResult, RootClock, Row};
pub use totals::PowerTotals;
