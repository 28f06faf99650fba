// SPDX-License-Identifier: MIT OR Apache-2.0
//! The DCiM array of a configuration: accumulating in place, or deferred.

use super::dcim_array::{self, ArrayShape};
use super::deferred_array;
use crate::hdl::Module;
use std::sync::Arc;

/// Builds `<prefix>_dcim_array`, of the kind that the shape asks for.
pub fn build(prefix: &str, shape: &ArrayShape) -> Arc<Module> {
    match shape.deferred {
        true => deferred_array::build(prefix, shape),
        false => dcim_array::build(prefix, shape),
    }
}
