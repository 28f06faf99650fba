// SPDX-License-Identifier: MIT OR Apache-2.0
//! A PDK on this machine: its description and the files that were found.

use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use crate::config::{Code, Diagnostic, Report, nearest, quoted, visible};

use crate::flow::input;
use crate::flow::liberty::{self, Liberty};
use crate::flow::report::write_bytes;

use super::description::{Candidates, Description};
use super::shipped::{SHIPPED, shipped};

/// Environment variable with the folder that holds a folder per PDK.
pub const ROOT_VARIABLE: &str = "HCIM_PDK_ROOT";

/// What the user says of the PDK.
#[derive(Clone, Debug, Default)]
pub struct PdkChoice {
    /// Name of a shipped description, or path of a description (`.toml`).
    pub pdk: Option<String>,
    /// Folder that holds a folder per PDK.
    pub root: Option<PathBuf>,
    /// Liberty file that replaces the description's.
    pub liberty: Option<PathBuf>,
}

/// A PDK on this machine.
#[derive(Clone, Debug)]
pub struct Library {
    /// What the description says.
    pub description: Description,
    /// Folder that the description's file names are relative to.
    pub folder: PathBuf,
    /// Liberty files, plain or `.gz`.
    pub liberty: Vec<PathBuf>,
}

impl Library {
    /// Finds the PDK that the user chose; without a choice nangate45 if it is there, else osu018.
    ///
    /// # Errors
    /// An unknown or wrong description, or Liberty files that are not there.
    pub fn find(choice: &PdkChoice) -> Result<Library, Report> {
        let Some(name) = &choice.pdk else {
            return Self::find_default(choice);
        };
        let (description, beside) = Self::describe(name)?;
        let folder = folder(&description, choice.root.as_deref(), beside.as_deref());
        let liberty = match &choice.liberty {
            Some(file) => {
                if !file.is_file() {
                    let message = format!(
                        "there is no Liberty file {}",
                        quoted(&file.to_string_lossy())
                    );
                    return Err(Diagnostic::new(Code::PdkFileMissing, message)
                        .help("give --liberty the path of a file (.lib or .lib.gz)")
                        .into());
                }
                vec![file.clone()]
            }
            None => {
                let found =
                    description.files.liberty.iter().map(|candidates| {
                        resolve(&description, &folder, candidates, "Liberty file")
                    });
                found.collect::<Result<_, _>>()?
            }
        };
        Ok(Library {
            description,
            folder,
            liberty,
        })
    }

    /// Without a name: the shipped description whose cells are all in the user's Liberty, if there
    /// is one, else nangate45 if it is there, else osu018.
    fn find_default(choice: &PdkChoice) -> Result<Library, Report> {
        let find = |name: &str| {
            Self::find(&PdkChoice {
                pdk: Some(name.to_owned()),
                ..choice.clone()
            })
        };
        if let Some(file) = &choice.liberty {
            for (name, _) in SHIPPED {
                let library = find(name)?;
                if library.load().is_ok() {
                    return Ok(library);
                }
            }
            // A file that is no Liberty says so here.
            find("nangate45")?.load()?;
            let shown = quoted(&file.to_string_lossy());
            let message = format!("the cells of {shown} are of no PDK that hcim knows");
            return Err(Diagnostic::new(Code::PdkCellsMissing, message)
                .help("write a description of it (hcim pdk show nangate45 > my.toml) and give --pdk my.toml")
                .into());
        }
        let nangate = find("nangate45");
        let Err(nangate) = nangate else {
            return nangate;
        };
        find("osu018").map_err(|mut report| {
            report.extend(nangate);
            report
        })
    }

    /// Reads a description by name or path; of a path, also the folder it lies in.
    ///
    /// # Errors
    /// An unknown name, a file that cannot be read, or one that is no description.
    pub fn describe(name: &str) -> Result<(Description, Option<PathBuf>), Report> {
        if let Some(text) = shipped(name) {
            return Ok((parse(name, text)?, None));
        }
        let path = Path::new(name);
        if path.extension().is_none_or(|ending| ending != "toml") {
            let names: Vec<&str> = SHIPPED.iter().map(|(name, _)| *name).collect();
            let mut diagnostic = Diagnostic::new(
                Code::UnknownPdk,
                format!("there is no PDK description named {}", quoted(name)),
            )
            .value(visible(name))
            .legal(format!("{}, or a file FILE.toml", names.join(", ")))
            .note(format!("known: {}", names.join(", ")));
            if let Some(near) = nearest(name, names.iter().copied()) {
                diagnostic = diagnostic.note(format!("did you mean {near}?"));
            }
            return Err(diagnostic
                .help("give --pdk one of these names or the path of a description; `hcim pdk show nangate45` prints one to begin with")
                .into());
        }
        let text = input::text(path, input::DESCRIPTION).map_err(|error| {
            let message = format!("cannot read the PDK description {}: {error}", quoted(name));
            Diagnostic::new(Code::PdkDescriptionInvalid, message)
                .help("check the path that --pdk gives")
        })?;
        let beside = path.parent().map(Path::to_owned);
        Ok((parse(name, &text)?, beside))
    }

    /// The technology LEF.
    ///
    /// # Errors
    /// If it is not there.
    pub fn tech_lef(&self) -> Result<PathBuf, Report> {
        self.file(&self.description.files.tech_lef, "technology LEF")
    }

    /// The cell LEFs.
    ///
    /// # Errors
    /// If one is not there.
    pub fn cell_lefs(&self) -> Result<Vec<PathBuf>, Report> {
        self.files(&self.description.files.cell_lef, "cell LEF")
    }

    /// The layouts of the cells.
    ///
    /// # Errors
    /// If one is not there.
    pub fn gds(&self) -> Result<Vec<PathBuf>, Report> {
        self.files(&self.description.files.gds, "GDS file")
    }

    /// A further file by its purpose; nothing if the description names none or it is not there.
    pub fn other(&self, purpose: &str) -> Option<PathBuf> {
        let candidates = self.description.files.other.get(purpose)?;
        self.file(candidates, purpose).ok()
    }

    /// The Liberty files as plain text on disk; those ending in `.gz` are unpacked into `scratch`.
    ///
    /// # Errors
    /// If one cannot be read or `scratch` cannot be written.
    pub fn plain_liberty(&self, scratch: &Path) -> Result<Vec<PathBuf>, Report> {
        let mut plain = Vec::new();
        for file in &self.liberty {
            if file.extension().is_none_or(|ending| ending != "gz") {
                plain.push(file.clone());
                continue;
            }
            let unpacked = scratch.join(file.file_stem().unwrap_or_default());
            write_bytes(&unpacked, &read(file)?)?;
            plain.push(unpacked);
        }
        Ok(plain)
    }

    /// Reads the library, fills in the areas that the description gives, and checks that it has
    /// the cells that the flow needs.
    ///
    /// # Errors
    /// Files that cannot be read or are no Liberty; cells that are missing, all by name.
    pub fn load(&self) -> Result<Liberty, Report> {
        let mut liberty = liberty::read(&self.liberty_texts()?)?;
        for (name, area) in &self.description.areas {
            if let Some(cell) = liberty.cells.get_mut(name) {
                cell.area = *area;
            }
        }
        super::check::check(&self.description, &liberty)?;
        Ok(liberty)
    }

    /// The text of every Liberty file with its name.
    ///
    /// # Errors
    /// If one cannot be read.
    pub fn liberty_texts(&self) -> Result<Vec<(String, Vec<u8>)>, Report> {
        let named = |file: &PathBuf| {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            Ok((name.into_owned(), read(file)?))
        };
        self.liberty.iter().map(named).collect()
    }

    fn file(&self, candidates: &Candidates, what: &str) -> Result<PathBuf, Report> {
        resolve(&self.description, &self.folder, candidates, what)
    }

    fn files(&self, list: &[Candidates], what: &str) -> Result<Vec<PathBuf>, Report> {
        list.iter()
            .map(|candidates| self.file(candidates, what))
            .collect()
    }
}

/// The folder of a PDK: under the root if it is there, else the description's own, else the folder
/// that the description lies in.
fn folder(description: &Description, root: Option<&Path>, beside: Option<&Path>) -> PathBuf {
    let under_root = root.map(|root| root.join(&description.name));
    if let Some(folder) = under_root.as_ref().filter(|folder| folder.is_dir()) {
        return folder.clone();
    }
    let own = description.default_folder.as_ref().map(PathBuf::from);
    own.or_else(|| beside.map(Path::to_owned))
        .or(under_root)
        .unwrap_or_else(|| PathBuf::from(&description.name))
}

/// Reads a description from its text.
///
/// # Errors
/// Text that is no description, or one that cannot be.
pub fn parse(name: &str, text: &str) -> Result<Description, Report> {
    let description: Description = toml::from_str(text).map_err(|error| {
        let message = format!(
            "{} is no PDK description: {}",
            quoted(name),
            error.message()
        );
        let mut diagnostic = Diagnostic::new(Code::PdkDescriptionInvalid, message);
        if let Some(span) = error.span() {
            let line = text[..span.start.min(text.len())].matches('\n').count() + 1;
            diagnostic = diagnostic.note(format!("in line {line}"));
        }
        Report::from(diagnostic.help("compare with a shipped one: hcim pdk show nangate45"))
    })?;
    let faults = super::plain::faults(&description);
    if !faults.is_empty() {
        let message = format!("{} is no PDK description", quoted(name));
        let mut diagnostic = Diagnostic::new(Code::PdkDescriptionInvalid, message);
        for fault in faults.iter().take(10) {
            diagnostic = diagnostic.note(visible(fault));
        }
        return Err(diagnostic
            .help("cells are named with letters, digits and _; other names may have . - + ! : / < >, too; numbers are finite")
            .into());
    }
    let latches = [&description.cells.latch_high, &description.cells.latch_low];
    if description.cells.inverter.is_none() && latches.iter().any(|latch| latch.invert_enable) {
        let message = format!(
            "{} has a latch with invert_enable, but no cells.inverter",
            quoted(name)
        );
        return Err(Diagnostic::new(Code::PdkDescriptionInvalid, message)
            .help("add: inverter = { cell = \"INV\", in = \"A\", out = \"Y\" }")
            .into());
    }
    Ok(description)
}

/// The first candidate that exists.
fn resolve(
    description: &Description,
    folder: &Path,
    candidates: &Candidates,
    what: &str,
) -> Result<PathBuf, Report> {
    let name = &description.name;
    if candidates.is_empty() {
        let message = format!("the description of {name} names no {what}");
        return Err(Diagnostic::new(Code::PdkFileMissing, message)
            .help("add it to a copy of the description (hcim pdk show) and give that with --pdk FILE.toml")
            .into());
    }
    let mut tried = candidates.iter().map(|candidate| folder.join(candidate));
    if let Some(found) = tried.find(|path| path.is_file()) {
        return Ok(found);
    }
    let shown: Vec<String> = candidates
        .iter()
        .map(|candidate| quoted(&folder.join(candidate).to_string_lossy()))
        .collect();
    let mut diagnostic = Diagnostic::new(
        Code::PdkFileMissing,
        format!("the {what} of PDK {name} is not there"),
    )
    .note(format!("looked for {}", shown.join(", ")))
    .note(format!("{name} can be had from: {}", description.source));
    diagnostic = if description.default_folder.is_some() {
        diagnostic.help("install it: scripts/setup.sh, or apt-get install qflow-tech-osu018")
    } else {
        diagnostic.help(format!(
            "give --pdk-root DIR (or {ROOT_VARIABLE}) such that DIR/{name}/ holds the PDK, or --liberty FILE"
        ))
    };
    Err(diagnostic.into())
}

/// The bytes of a file, unpacked if its name ends in `.gz`.
fn read(file: &Path) -> Result<Vec<u8>, Report> {
    let bytes = input::bytes(file, input::LIBRARY).and_then(|bytes| {
        if file.extension().is_none_or(|ending| ending != "gz") {
            return Ok(bytes);
        }
        input::all(MultiGzDecoder::new(&bytes[..]), input::LIBRARY)
    });
    bytes.map_err(|error| {
        let shown = quoted(&file.to_string_lossy());
        Diagnostic::new(
            Code::PdkFileMissing,
            format!("cannot read {shown}: {error}"),
        )
        .help("check that it is a readable file, and whole (a `.gz` is unpacked)")
        .into()
    })
}
