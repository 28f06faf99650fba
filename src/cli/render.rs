// SPDX-License-Identifier: MIT OR Apache-2.0
//! Diagnostics for people. The colours are stripped where the stream is no terminal.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use crate::config::{Diagnostic, Report, Severity};

const BOLD: Style = Style::new().bold();
const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const LABEL: Style = AnsiColor::Cyan.on_default();

/// A report as text with colours, one paragraph for each diagnostic.
pub(super) fn report(report: &Report) -> String {
    let mut text = String::new();
    for one in report.diagnostics() {
        diagnostic(&mut text, one);
    }
    match report.errors() {
        0 | 1 => {}
        errors => {
            let _ = writeln!(text, "{ERROR}{errors} errors{ERROR:#}");
        }
    }
    text
}

/// Writing to a String cannot fail, so that the results are of no interest here.
fn diagnostic(text: &mut String, diagnostic: &Diagnostic) {
    let style = match diagnostic.severity {
        Severity::Error => ERROR,
        Severity::Warning => WARNING,
    };
    let Diagnostic {
        severity,
        code,
        message,
        ..
    } = diagnostic;
    let _ = writeln!(
        text,
        "{style}{severity}[{code}]{style:#}{BOLD}: {message}{BOLD:#}"
    );
    let mut line = |label: &str, value: &str| {
        let _ = writeln!(text, "  {LABEL}{label}:{LABEL:#} {value}");
    };
    if let Some(origin) = &diagnostic.origin {
        line("from", &origin.to_string());
    }
    for note in &diagnostic.notes {
        line("note", note);
    }
    if let Some(help) = &diagnostic.help {
        line("help", help);
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn without_colours_it_is_the_plain_text() {
        let report = crate::config::Config::from_pairs([("rows", "0"), ("name", "9")]).unwrap_err();
        let coloured = super::report(&report);
        let plain = anstream::adapter::strip_str(&coloured).to_string();
        assert_eq!(plain, format!("{report}\n2 errors\n"));
        assert!(coloured.contains('\u{1b}'));
    }
}
