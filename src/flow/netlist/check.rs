// SPDX-License-Identifier: MIT OR Apache-2.0
//! Checks of a mapped netlist.

use std::collections::BTreeMap;

use crate::flow::liberty::Liberty;

use super::types::Netlist;

/// What is instantiated but neither a module, nor a cell of the library, nor a known black box;
/// with the number of instances in the text of the netlist.
pub fn unknown_cells(
    netlist: &Netlist,
    library: &Liberty,
    boxes: &[String],
) -> BTreeMap<String, usize> {
    let mut unknown = BTreeMap::new();
    for instance in netlist
        .modules
        .values()
        .flat_map(|module| &module.instances)
    {
        let of = &instance.of;
        let known = netlist.modules.contains_key(of)
            || library.cells.contains_key(of)
            || boxes.contains(of);
        if !known {
            *unknown.entry(of.clone()).or_insert(0) += 1;
        }
    }
    unknown
}
