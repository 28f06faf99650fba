// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is going on, on standard error.

use std::io::Write as _;

/// Tells what begins now.
pub(super) fn say(what: &str) {
    // If standard error is closed there is nobody to tell.
    let _ = writeln!(anstream::stderr(), "hcim: {what}");
}
