// SPDX-License-Identifier: MIT OR Apache-2.0
//! Splitting power by block and by class of cell.

use std::collections::{BTreeMap, BTreeSet};

use super::table::Power;

/// Blocks down to this depth.
const DEPTH: usize = 2;

/// The part of a block.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    /// Instances of the block.
    pub instances: BTreeSet<String>,
    /// Power by class.
    pub classes: BTreeMap<String, Power>,
}

impl Part {
    pub(super) fn total(&self) -> Power {
        let mut total = Power::default();
        self.classes.values().for_each(|power| total.add(power));
        total
    }
}

/// Power of every block, down to two levels below the top: a block holds what is in the blocks
/// below it. Instances that differ by a number count as one block (`gen_column_*_u_column`).
/// The name of the top itself is empty; cells that lie in it, in no block, are in `(own cells)`.
pub(super) fn by_block(
    leaves: &[(String, Power)],
    classes: &BTreeMap<String, String>,
) -> BTreeMap<String, Part> {
    let mut parts: BTreeMap<String, Part> = BTreeMap::new();
    for (leaf, power) in leaves {
        let class = classes.get(leaf).map_or("unknown", String::as_str);
        let folders: Vec<&str> = leaf.split('/').collect();
        let folders = &folders[..folders.len() - 1];
        let depth = folders.len().min(DEPTH);
        let mut names: Vec<(String, String)> = (0..=depth)
            .map(|depth| {
                let instance = folders[..depth].join("/");
                (without_numbers(&instance), instance)
            })
            .collect();
        if folders.is_empty() {
            names.push((OWN.to_owned(), String::new()));
        }
        for (block, instance) in names {
            let part = parts.entry(block).or_default();
            part.instances.insert(instance);
            part.classes.entry(class.to_owned()).or_default().add(power);
        }
    }
    parts
}

/// Block of the cells that lie in the top itself.
pub(super) const OWN: &str = "(own cells)";

/// Each run of digits that stands alone between `_`, `/` or the ends becomes a star.
fn without_numbers(path: &str) -> String {
    let part = |part: &str| {
        let is_number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if is_number {
            "*".to_owned()
        } else {
            part.to_owned()
        }
    };
    let level = |level: &str| level.split('_').map(part).collect::<Vec<_>>().join("_");
    path.split('/').map(level).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(name: &str, watts: f64) -> (String, Power) {
        let power = Power {
            internal_w: watts,
            ..Power::default()
        };
        (name.to_owned(), power)
    }

    #[test]
    fn blocks_hold_what_is_below_them() {
        let leaves = [
            leaf("u_array/gen_column_0_u_column/g1", 1.0),
            leaf("u_array/gen_column_12_u_column/u_deep/g1", 2.0),
            leaf("u_array/g7", 4.0),
            leaf("g1", 8.0),
        ];
        let classes = BTreeMap::from([("g1".to_owned(), "clock".to_owned())]);
        let parts = by_block(&leaves, &classes);
        let watts = |block: &str| parts[block].total().total_w();
        assert_eq!(watts("u_array/gen_column_*_u_column"), 3.0);
        assert_eq!(parts["u_array/gen_column_*_u_column"].instances.len(), 2);
        assert_eq!(watts("u_array"), 7.0);
        assert_eq!(watts(OWN), 8.0);
        assert_eq!(watts(""), 15.0);
        assert_eq!(parts[""].classes["clock"].total_w(), 8.0);
        assert_eq!(parts.len(), 4);
    }
}
