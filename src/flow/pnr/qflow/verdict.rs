// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the logs of router, rule check and comparison say. Exit codes are not trusted: a check
//! that looked at nothing ends well, too.

/// Whether the router connected every net.
pub fn routed(log: &str) -> bool {
    let last = log.lines().rfind(|line| line.starts_with("Final:"));
    last.is_some_and(|line| line.contains("No failed routes"))
}

/// Number of violations that magic counted.
///
/// # Errors
/// A log without a count, or of a check that had no layout.
pub fn drc_count(log: &str) -> Result<usize, String> {
    let count = log.lines().find_map(|line| line.strip_prefix("drc = "));
    let count = count.and_then(|count| count.trim().parse().ok());
    let count = count.ok_or("the log has no line `drc = <number>`")?;
    if log.contains("could not be opened") || log.contains("couldn't be read") {
        return Err("the layout could not be read".to_owned());
    }
    Ok(count)
}

/// Whether netgen found layout and netlist equal, with `cells` cells on both sides.
///
/// # Errors
/// A log without a verdict, or of a comparison of something else.
pub fn lvs_matches(log: &str, cells: usize) -> Result<bool, String> {
    let result = log.lines().rfind(|line| line.starts_with("Result: "));
    let result = result.ok_or("the log has no line `Result: `")?;
    let counts = format!("Circuit 1 contains {cells} devices, Circuit 2 contains {cells} devices.");
    let same = log.lines().any(|line| line.trim() == counts);
    let errors = log
        .lines()
        .rfind(|line| line.starts_with("Total errors = "));
    let errors = errors.ok_or("the log has no line `Total errors = `")?;
    Ok(result.trim() == "Result: Circuits match uniquely."
        && errors.trim() == "Total errors = 0"
        && same)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LVS: &str = "Circuit 1 contains 3 devices, Circuit 2 contains 3 devices.\n\
        Circuit 1 contains 5 nets,    Circuit 2 contains 5 nets.\n\n\
        Netlists match uniquely.\nResult: Circuits match uniquely.\nTotal errors = 0\n";

    #[test]
    fn only_a_verdict_on_the_whole_netlist_counts() {
        assert_eq!(lvs_matches(LVS, 3), Ok(true));
        assert_eq!(lvs_matches(LVS, 4), Ok(false));
        assert_eq!(
            lvs_matches(
                &LVS.replace("uniquely.\nTotal", "uniquely with port errors.\nTotal"),
                3
            ),
            Ok(false)
        );
        assert_eq!(
            lvs_matches(&LVS.replace("errors = 0", "errors = 2"), 3),
            Ok(false)
        );
        assert!(lvs_matches("", 3).is_err());
        assert!(lvs_matches("Result: Circuits match uniquely.\n", 3).is_err());
    }

    #[test]
    fn violations_are_counted_only_where_a_layout_was_read() {
        assert_eq!(drc_count("x\ndrc = 0\n"), Ok(0));
        assert_eq!(drc_count("drc = 17\nend"), Ok(17));
        assert!(drc_count("DRC checking script ended").is_err());
        assert!(drc_count("File a.mag couldn't be read\ndrc = 0\n").is_err());
    }

    #[test]
    fn the_router_has_the_last_word() {
        assert!(routed("No failed routes!\nFinal: No failed routes!\n"));
        assert!(!routed("No failed routes!\n"));
        assert!(!routed("Final: Failed net routes: 3\n"));
    }
}
