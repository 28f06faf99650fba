// SPDX-License-Identifier: MIT OR Apache-2.0
//! Versions of programs, in numbers that can be compared.

use std::fmt;

/// A version: numbers, most significant first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub Vec<u32>);

impl Version {
    /// The first version in a text: digits with at least one dot between them (`Yosys 0.70+12`
    /// gives 0.70).
    pub fn find(text: &str) -> Option<Version> {
        text.split(|c: char| !c.is_ascii_digit() && c != '.')
            .map(|word| word.trim_matches('.'))
            .find(|word| word.contains('.'))
            .and_then(|word| word.split('.').map(|part| part.parse().ok()).collect())
            .map(Version)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<String> = self.0.iter().map(u32::to_string).collect();
        f.write_str(&parts.join("."))
    }
}

#[cfg(test)]
mod tests {
    use super::Version;

    #[test]
    fn versions_are_found_and_compared() {
        let yosys = Version::find("Yosys 0.70+12 (git sha1 5f2ea3a6)").unwrap();
        assert_eq!(yosys.to_string(), "0.70");
        assert!(yosys > Version::find("Yosys 0.23 (git)").unwrap());
        assert!(Version(vec![2, 10]) > Version::find("OpenSTA 2.6.0").unwrap());
        assert_eq!(Version::find("no version"), None);
    }
}
