// SPDX-License-Identifier: MIT OR Apache-2.0
//! Coverage points of all configurations as one list.
//!
//! Verilator writes a file a model, a line a point. The same module stands in many configurations, with other line
//! numbers and other names; two points are one where module (without the configuration's name), kind and text of the
//! covered lines are the same.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use serde::Serialize;

/// What a point says was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A block of statements was run.
    Line,
    /// A branch was taken.
    Branch,
    /// A bit of a signal rose, or fell.
    Toggle,
    /// A functional cover point of `testbenches/coverage/`.
    Point,
}

impl Kind {
    /// All of them, in the order of reports.
    pub const ALL: [Kind; 4] = [Kind::Line, Kind::Branch, Kind::Toggle, Kind::Point];

    /// The plural of its name.
    pub fn plural(self) -> &'static str {
        match self {
            Kind::Line => "lines",
            Kind::Branch => "branches",
            Kind::Toggle => "toggles",
            Kind::Point => "cover points",
        }
    }

    fn of(page: &str) -> Option<Self> {
        match page.split('/').next()? {
            "v_line" => Some(Kind::Line),
            "v_branch" => Some(Kind::Branch),
            "v_toggle" => Some(Kind::Toggle),
            "v_user" => Some(Kind::Point),
            _ => None,
        }
    }
}

/// Identity of a point.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Key {
    /// Module without the configuration's name.
    pub module: String,
    /// Kind.
    pub kind: Kind,
    /// The covered text; for toggles the bit and its direction; for cover points the name.
    pub text: String,
    /// Which of several with that text, in the order of the file.
    pub nth: u32,
}

/// How often a point was seen, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// Times.
    pub count: u64,
    /// `CONFIGURATION FILE:LINE` of one configuration that has it.
    pub place: String,
}

/// All points.
#[derive(Clone, Debug, Default)]
pub struct Points(pub BTreeMap<Key, Seen>);

/// One point as Verilator wrote it.
#[derive(Debug, PartialEq, Eq)]
struct Raw {
    file: String,
    line: usize,
    kind: Kind,
    object: String,
    lines: String,
    hierarchy: String,
    count: u64,
}

impl Points {
    /// Adds the files that a simulator of `configuration` has written into `folder`, and removes them.
    pub fn take(&mut self, configuration: &str, folder: &Path) -> Result<(), String> {
        let mut own: HashMap<Key, Seen> = HashMap::new();
        let mut sources = HashMap::new();
        for path in crate::digest::files(folder, &["dat"]) {
            let wrong = |what: String| format!("{}: {what}", path.display());
            let text = std::fs::read_to_string(&path).map_err(|e| wrong(e.to_string()))?;
            let mut raws = text
                .lines()
                .filter(|line| line.starts_with("C '"))
                .map(|line| parse(line).ok_or_else(|| wrong(format!("not understood: {line}"))))
                .collect::<Result<Vec<_>, _>>()?;
            // Of the modules of cover points, only these.
            let is_cover = |raw: &Raw| raw.file.ends_with("_cover.sv");
            raws.retain(|raw| is_cover(raw) == (raw.kind == Kind::Point));
            // The order of the file's text, so that equal texts are numbered alike in every model.
            raws.sort_by(|a, b| {
                (&a.file, a.line, &a.object, &a.hierarchy).cmp(&(
                    &b.file,
                    b.line,
                    &b.object,
                    &b.hierarchy,
                ))
            });
            merge(&mut own, configuration, &raws, &mut sources)?;
            std::fs::remove_file(&path).map_err(|e| wrong(e.to_string()))?;
        }
        for (key, seen) in own {
            match self.0.get_mut(&key) {
                Some(found) => found.count += seen.count,
                None => {
                    self.0.insert(key, seen);
                }
            }
        }
        Ok(())
    }
}

/// Adds the points of one file; instances of a module count together.
fn merge(
    own: &mut HashMap<Key, Seen>,
    configuration: &str,
    raws: &[Raw],
    sources: &mut HashMap<String, Vec<String>>,
) -> Result<(), String> {
    let mut numbered: HashMap<(Key, usize, String), u32> = HashMap::new();
    let mut next: HashMap<Key, u32> = HashMap::new();
    for raw in raws {
        let path = PathBuf::from(&raw.file);
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let module = plain(&stem, configuration);
        let module = module.strip_suffix("_cover").unwrap_or(&module).to_owned();
        let text = match raw.kind {
            Kind::Line | Kind::Branch => {
                let covered = covered(&raw.file, raw.line, &raw.lines, sources)?;
                format!("{}: {}", raw.object, plain(&covered, configuration))
            }
            Kind::Toggle => plain(&raw.object, configuration),
            Kind::Point => point_name(&raw.hierarchy),
        };
        let bare = Key {
            module,
            kind: raw.kind,
            text,
            nth: 0,
        };
        let place = (bare.clone(), raw.line, raw.object.clone());
        let nth = *numbered.entry(place).or_insert_with(|| {
            let nth = next.entry(bare.clone()).or_default();
            *nth += 1;
            *nth - 1
        });
        let seen = own.entry(Key { nth, ..bare }).or_insert_with(|| Seen {
            count: 0,
            place: format!(
                "{configuration} {}:{}",
                path.file_name().unwrap_or_default().to_string_lossy(),
                raw.line
            ),
        });
        seen.count += raw.count;
    }
    Ok(())
}

/// `window[2].plus` of `dut.x.u_cover.window__BRA__2__KET____DOT__plus`.
fn point_name(hierarchy: &str) -> String {
    let own = hierarchy.rsplit_once(".u_cover.");
    let own = own.map_or(hierarchy, |(_, own)| own);
    own.replace("__BRA__", "[")
        .replace("__KET__", "]")
        .replace("__DOT__", ".")
}

/// The text without the configuration's name, blanks run together.
fn plain(text: &str, configuration: &str) -> String {
    let text = text.replace(&format!("{configuration}_"), "");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text of lines such as `3-5,9`; of the point's own line where none are named.
fn covered(
    file: &str,
    line: usize,
    lines: &str,
    sources: &mut HashMap<String, Vec<String>>,
) -> Result<String, String> {
    if !sources.contains_key(file) {
        let text = std::fs::read_to_string(file).map_err(|e| format!("{file}: {e}"))?;
        sources.insert(file.to_owned(), text.lines().map(str::to_owned).collect());
    }
    let text = &sources[file];
    let one = |n: usize| text.get(n.wrapping_sub(1)).map(String::as_str);
    if lines.is_empty() {
        return Ok(one(line).unwrap_or_default().to_owned());
    }
    let mut parts = Vec::new();
    for range in lines.split(',') {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let number = |n: &str| n.parse::<usize>().map_err(|e| format!("{range}: {e}"));
        parts.extend((number(first)?..=number(last)?).filter_map(one));
    }
    Ok(parts.join(" "))
}

/// `C '\x01name\x02value...' count`.
fn parse(line: &str) -> Option<Raw> {
    let (keys, count) = line.strip_prefix("C '")?.rsplit_once("' ")?;
    let fields: HashMap<&str, &str> = keys
        .split('\x01')
        .skip(1)
        .map(|field| field.split_once('\x02').unwrap_or((field, "")))
        .collect();
    let text = |name: &str| (*fields.get(name).unwrap_or(&"")).to_owned();
    Some(Raw {
        file: text("f"),
        line: text("l").parse().ok()?,
        kind: Kind::of(fields.get("page")?)?,
        object: text("o"),
        lines: text("S"),
        hierarchy: text("h"),
        count: count.trim().parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_line_and_refuses_another() {
        let line = "C '\x01f\x02rtl/a_b.v\x01l\x0212\x01n\x023\x01page\x02v_branch/a_b\x01o\x02if\x01S\x0212-13\x01h\x02.t.u' 7";
        let raw = parse(line).unwrap();
        assert_eq!((raw.line, raw.kind, raw.count), (12, Kind::Branch, 7));
        assert_eq!((raw.lines.as_str(), raw.object.as_str()), ("12-13", "if"));
        assert!(parse("C 'x").is_none());
        assert!(parse(&line.replace("v_branch", "v_other")).is_none());
    }

    #[test]
    fn cover_points_keep_their_index() {
        let name = point_name("dut.t.u_array.u_cover.window__BRA__2__KET____DOT__plus");
        assert_eq!(name, "window[2].plus");
        assert_eq!(point_name("dut.t.u_cover.done"), "done");
    }

    #[test]
    fn equal_texts_of_two_configurations_are_one_point() {
        let folder = tempfile();
        let mut points = Points::default();
        for (name, count, blank) in [("one", 0, ""), ("two", 3, "\n")] {
            let source = folder.join(format!("{name}_block.v"));
            std::fs::write(&source, format!("{blank}if ({name}_x)\n  y = 1;\nif (z)\n")).unwrap();
            let first = 1 + blank.len();
            let key = |line: usize, range: &str, count: u64| {
                format!(
                    "C '\x01f\x02{}\x01l\x02{line}\x01page\x02v_branch/b\x01o\x02if\x01S\x02{range}\x01h\x02.t' {count}\n",
                    source.display()
                )
            };
            let text = key(first, &format!("{first}-{}", first + 1), count)
                + &key(first + 2, &format!("{}", first + 2), 1);
            std::fs::write(folder.join("0.dat"), text).unwrap();
            points.take(name, &folder).unwrap();
        }
        let _ = std::fs::remove_dir_all(&folder);
        let counts: Vec<_> = points.0.values().map(|seen| seen.count).collect();
        assert_eq!(counts, [3, 2]);
        assert!(points.0.keys().all(|key| key.module == "block"));
    }

    fn tempfile() -> PathBuf {
        let folder = std::env::temp_dir().join(format!("hcim-coverage-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }
}
