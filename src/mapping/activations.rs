// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where maps live in the activation memory: each from when it is written to when it is last read, first fit.

/// A map that needs a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Life {
    /// Words.
    pub words: usize,
    /// First layer that needs it to stand: the one that writes it; the image stands before layer 0.
    pub first: usize,
    /// Last layer that reads it.
    pub last: usize,
}

/// First word of each map, and the words in all.
pub(super) fn place(lives: &[Life]) -> (Vec<usize>, usize) {
    let mut placed: Vec<(usize, Life)> = Vec::new();
    let mut bases = Vec::new();
    for life in lives {
        let mut beside: Vec<(usize, usize)> = placed
            .iter()
            .filter(|(_, other)| other.first <= life.last && life.first <= other.last)
            .map(|(base, other)| (*base, other.words))
            .collect();
        beside.sort_unstable();
        let mut base = 0;
        for (start, words) in beside {
            if base + life.words <= start {
                break;
            }
            base = base.max(start + words);
        }
        placed.push((base, *life));
        bases.push(base);
    }
    let end = placed.iter().map(|(base, life)| base + life.words).max();
    (bases, end.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_used_again_and_never_twice_at_a_time() {
        let life = |words, first, last| Life { words, first, last };
        let lives = [life(10, 0, 0), life(6, 0, 1), life(10, 1, 3), life(4, 2, 3)];
        let (bases, words) = place(&lives);
        assert_eq!(bases, [0, 10, 0, 10]);
        assert_eq!(words, 16);
    }
}
