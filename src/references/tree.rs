// SPDX-License-Identifier: MIT OR Apache-2.0
//! A binary tree of adders.

use crate::hdl::{ModuleBuilder, Sig};

/// Sums the `count` unsigned numbers that are packed in `terms`, exactly: each level is one bit wider.
/// The wires are called `<stem>_level<n>`.
pub(super) fn sum(m: &mut ModuleBuilder, stem: &str, terms: &Sig, count: usize) -> Sig {
    let mut level = terms.clone();
    let mut count = count;
    let mut width = terms.width() / count.max(1);
    let mut depth = 0;
    while count > 1 {
        depth += 1;
        let pairs = count / 2;
        let odd = count % 2;
        let next = m.wire(&format!("{stem}_level{depth}"), (pairs + odd) * (width + 1));
        m.for_each(&format!("gen_{stem}_level{depth}"), pairs, |g| {
            let (low, high) = (
                level.affine(2 * width, 0, width),
                level.affine(2 * width, width, width),
            );
            g.assign(&next.affine(width + 1, 0, width + 1), &low.add_carry(&high));
        });
        if odd == 1 {
            let last = level.slice(2 * pairs * width, width).zext(width + 1);
            m.assign_slice(&next, pairs * (width + 1), &last);
        }
        level = next;
        count = pairs + odd;
        width += 1;
    }
    level
}
