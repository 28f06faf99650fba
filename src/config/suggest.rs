// SPDX-License-Identifier: MIT OR Apache-2.0
//! "Did you mean": the nearest legal word to a misspelt one.

/// The candidate that is most like `word`, if any is alike enough to be meant.
pub fn nearest<S: AsRef<str>>(
    word: &str,
    candidates: impl IntoIterator<Item = S>,
) -> Option<String> {
    // Longer words than any of ours are no misspelling; do not spend time on them.
    if word.is_empty() || word.len() > 64 {
        return None;
    }
    let word = word.to_lowercase().replace('-', "_");
    let mut best: Option<(f64, String)> = None;
    for candidate in candidates {
        let candidate = candidate.as_ref();
        let likeness = likeness(&word, candidate);
        if likeness >= 0.58 && best.as_ref().is_none_or(|(other, _)| likeness > *other) {
            best = Some((likeness, candidate.to_owned()));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Between 0 and 1. The beginnings of words count more (Jaro-Winkler), but not so much that a long
/// word with the same beginning beats a short one (Damerau-Levenshtein).
fn likeness(word: &str, candidate: &str) -> f64 {
    let beginning = strsim::jaro_winkler(word, candidate);
    let edits = strsim::normalized_damerau_levenshtein(word, candidate);
    (beginning + edits) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_meant_word() {
        let words = ["rows", "cols", "rows_per_cycle", "columns_per_comparator"];
        assert_eq!(nearest("row", words).as_deref(), Some("rows"));
        assert_eq!(nearest("columns", words).as_deref(), Some("cols"));
        assert_eq!(
            nearest("rows-per-cycle", words).as_deref(),
            Some("rows_per_cycle")
        );
        assert_eq!(nearest("zzz", words), None);
        assert_eq!(nearest("", words), None);
    }
}
