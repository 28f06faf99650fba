// SPDX-License-Identifier: MIT OR Apache-2.0
//! Plots as SVG. The same figures give the same bytes: coordinates are rounded to a tenth of a pixel,
//! nothing depends on the machine.
//!
//! Colours are those of Okabe and Ito, which people with any of the common kinds of colour blindness
//! tell apart; shapes of markers say the same a second time.

mod axis;
mod bars;
mod labels;
mod scatter;
mod style;
mod svg;

pub use bars::{Bar, BarChart};
pub use scatter::{Chart, Mark, Series};
