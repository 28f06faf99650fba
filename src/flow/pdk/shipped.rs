// SPDX-License-Identifier: MIT OR Apache-2.0
//! The descriptions that hcim brings along. They name files and cells; the PDKs themselves are the
//! user's.

/// Name and text of every shipped description.
pub const SHIPPED: &[(&str, &str)] = &[
    ("nangate45", include_str!("descriptions/nangate45.toml")),
    ("sky130hd", include_str!("descriptions/sky130hd.toml")),
    ("osu018", include_str!("descriptions/osu018.toml")),
    ("asap7", include_str!("descriptions/asap7.toml")),
    ("gf180", include_str!("descriptions/gf180.toml")),
    ("ihp-sg13g2", include_str!("descriptions/ihp-sg13g2.toml")),
];

/// Text of the shipped description of a name.
pub fn shipped(name: &str) -> Option<&'static str> {
    SHIPPED
        .iter()
        .find(|(shipped, _)| *shipped == name)
        .map(|(_, text)| *text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::pdk::Description;

    #[test]
    fn every_description_is_valid_and_has_its_name() {
        for (name, text) in SHIPPED {
            let description: Description =
                toml::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(&description.name, name);
        }
    }
}
