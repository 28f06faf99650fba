// SPDX-License-Identifier: MIT OR Apache-2.0
//! What may stand in scripts of other tools, and how. Names come from PDK descriptions, Liberty and
//! LEF, paths from the command line: neither may become a command of Tcl, Yosys, ABC, make or a shell.

use std::path::{Path, PathBuf};

use crate::config::{Code, Diagnostic, Report, quoted};

/// Whether a text is a name that means nothing but itself in every language we write: letters,
/// digits and `_`, then also `. - + ! : / < >`, and at its end bits in brackets (`A[0]`, `A[3:0]`).
pub fn is_name(text: &str) -> bool {
    let (stem, bits) = match text.split_once('[') {
        Some((stem, rest)) => (stem, rest.strip_suffix(']')),
        None => (text, Some("0")),
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let Some(bits) = bits else { return false };
    stem.len() <= LONGEST
        && stem.starts_with(plain)
        && stem.chars().all(|c| plain(c) || ".-+!:/<>".contains(c))
        && !stem.contains("//") // a comment in some languages
        && bits.split(':').all(|bit| !bit.is_empty() && bit.len() < 10)
        && bits.chars().all(|c| c.is_ascii_digit() || c == ':')
}

/// Whether a text is such a name without bits: of a layer, a site, a net. (Brackets have a meaning in Tcl.)
pub fn is_plain_name(text: &str) -> bool {
    is_name(text) && !text.contains('[')
}

/// Whether a text is a name of letters, digits and `_` alone: cells, which are names of Verilog, too.
pub fn is_cell_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= LONGEST
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Whether a text is one word of Verilog or of a netlist of Yosys, whose made-up names have `$`, `\\`, `=` and more in them.
pub fn is_one_word(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_graphic() && !"\"`;,#(){}".contains(c);
    !text.is_empty()
        && text.chars().all(plain)
        && !["//", "/*", "*/"]
            .iter()
            .any(|comment| text.contains(comment))
}

/// Whether a text can be the name of one folder, and nothing else.
pub fn is_folder_name(text: &str) -> bool {
    is_name(text) && !text.contains(['/', ':', '<', '>', '!', '['])
}

/// Longest name.
const LONGEST: usize = 512;

/// A path as one word of Tcl. What Tcl would take apart or replace is escaped; an ordinary path
/// stands in braces.
///
/// # Errors
/// A path that is no Unicode: scripts are.
pub fn tcl(path: &Path) -> Result<String, Report> {
    let Some(text) = path.to_str() else {
        return Err(unusable(path, "it is no Unicode text"));
    };
    if !text.contains(['{', '}', '\\']) && !text.contains(char::is_control) {
        return Ok(format!("{{{text}}}"));
    }
    let mut word = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' | '$' | '[' | ']' | '{' | '}' => word.extend(['\\', c]),
            c if c.is_control() => word += &format!("\\u{:04x}", u32::from(c)),
            c => word.push(c),
        }
    }
    word.push('"');
    Ok(word)
}

/// A path from the root of the file system, for tools that run in folders of their own; as it is where the system does not
/// tell the current folder.
pub fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// The absolute path as one word of Tcl.
///
/// # Errors
/// As [`tcl`].
pub fn tcl_absolute(path: &Path) -> Result<String, Report> {
    tcl(&absolute(path))
}

/// As [`tcl_absolute`], of every file.
///
/// # Errors
/// As [`tcl`].
pub fn tcl_files(files: &[PathBuf]) -> Result<Vec<String>, Report> {
    files.iter().map(|file| tcl_absolute(file)).collect()
}

/// Whether no tool and no shell sees more than a path in a path.
pub fn is_plain_path(path: &Path) -> bool {
    path.to_str().is_some_and(|text| {
        let plain = |c: char| c.is_alphanumeric() || "/._-+@%=,:~".contains(c);
        text.chars().all(plain) && !text.starts_with(['-', '~'])
    })
}

/// Refuses a folder in which Yosys cannot work. ABC, which is inside it, splits paths at blanks and
/// takes what follows a `;` for a command; there is no way to quote them.
///
/// # Errors
/// A folder whose whole path is not plain.
pub fn plain_folder(folder: &Path) -> Result<(), Report> {
    let whole = absolute(folder);
    if is_plain_path(&whole) {
        return Ok(());
    }
    Err(unusable(
        &whole,
        "its scripts break at blanks and at characters with a meaning for them",
    ))
}

/// The words of a command as a shell reads them.
pub fn shell(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:@=,%".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

fn unusable(path: &Path, why: &str) -> Report {
    let shown = quoted(&path.to_string_lossy());
    Diagnostic::new(
        Code::UnusablePath,
        format!("the tools of the flow cannot work with the path {shown}: {why}"),
    )
    .value(path.to_string_lossy())
    .legal("letters, digits and / . _ - + @ % = , : ~")
    .help("give --build a folder whose whole path has no other characters")
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_real_libraries_and_hostile_ones() {
        for good in [
            "sky130_fd_sc_hd__inv_2",
            "VDD!",
            "A[0]",
            "A[3:0]",
            "core-7T",
            "5K_hvratio_1_1",
        ] {
            assert!(is_name(good), "{good}");
        }
        for bad in [
            "", "[exit]", "a;b", "a b", "$x", "a\nb", "A[", "A[]", "A[x]", "A[0]b", "-x", "a\"",
            "`a", "a\\", "{a}", "a//b", "é", "a#b", "(*", "A[0][1]",
        ] {
            assert!(!is_name(bad), "{bad}");
        }
        for bad in ["..", ".", "a/b", "/a", "", "a:b"] {
            assert!(!is_folder_name(bad), "{bad}");
        }
        for good in [
            "$paramod\\hcim_latch\\WIDTH=s32'1",
            "gen[0].u_x",
            "$_NOT_",
            "AND2X2",
        ] {
            assert!(is_one_word(good), "{good}");
        }
        for bad in ["", "a b", "a;", "a(", "a\n", "/*", "x//", "é"] {
            assert!(!is_one_word(bad), "{bad}");
        }
        assert!(is_plain_name("met1") && !is_plain_name("met[1]"));
        assert!(is_folder_name("ihp-sg13g2"));
        assert!(is_cell_name("3V3_PAD") && !is_cell_name("A[0]") && !is_cell_name("a-b"));
    }

    #[test]
    fn paths_in_tcl_and_in_a_shell() {
        let word = |text: &str| tcl(Path::new(text)).unwrap();
        assert_eq!(word("/a b/$c[d].lib"), "{/a b/$c[d].lib}");
        assert_eq!(word("/a}b"), "\"/a\\}b\"");
        assert_eq!(word("a\nb"), "\"a\\u000ab\"");
        assert_eq!(shell("it's"), "'it'\\''s'");
        assert_eq!(shell(""), "''");
        assert!(plain_folder(Path::new("build/osu018")).is_ok());
        let report = plain_folder(Path::new("/a b/build")).unwrap_err();
        assert!(report.to_string().contains("HC0407"), "{report}");
    }
}
