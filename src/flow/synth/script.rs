// SPDX-License-Identifier: MIT OR Apache-2.0
//! The scripts for Yosys.

use askama::Template;

use super::portfolio::Script;

/// The synthesis script.
#[derive(Template)]
#[template(path = "flow/synth.ys", escape = "none")]
pub(super) struct Synth<'a> {
    /// Top module.
    pub top: &'a str,
    /// Liberty files, quoted.
    pub liberty: Vec<String>,
    /// Black boxes, quoted.
    pub stubs: Vec<String>,
    /// RTL files, quoted.
    pub rtl: Vec<String>,
    /// Modules that stay, children before parents.
    pub modules: Vec<String>,
    /// Liberty files and cells not to use, as options.
    pub liberty_options: String,
    /// Clock period in ps.
    pub period_ps: u64,
    /// Scripts to map with.
    pub portfolio: &'a [Script],
}

/// The script that checks the netlist.
#[derive(Template)]
#[template(path = "flow/verify.ys", escape = "none")]
pub(super) struct Verify<'a> {
    /// Top module.
    pub top: &'a str,
    /// Liberty files, quoted.
    pub liberty: Vec<String>,
    /// Black boxes, quoted.
    pub stubs: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::synth::PORTFOLIO;

    #[test]
    fn script_of_a_small_design() {
        let script = Synth {
            top: "x_array",
            liberty: vec!["/pdk/a.lib".to_owned(), "/pdk/b.lib".to_owned()],
            stubs: vec!["../gen/x/stub/x_crossbar.v".to_owned()],
            rtl: vec!["../gen/x/rtl/x_array.v".to_owned()],
            modules: vec!["x_array".to_owned()],
            liberty_options: "-liberty /pdk/a.lib -dont_use BAD".to_owned(),
            period_ps: 1000,
            portfolio: &PORTFOLIO[..2],
        };
        insta::assert_snapshot!(script.render().unwrap());
    }

    #[test]
    fn scripts_of_abc_hold_no_blanks() {
        for script in PORTFOLIO {
            assert!(script.passes.starts_with("+strash;"), "{}", script.name);
            assert!(!script.passes.contains(' '), "{}", script.name);
            assert!(script.passes.ends_with("stime,-p"), "{}", script.name);
        }
    }
}
