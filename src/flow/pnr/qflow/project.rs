// SPDX-License-Identifier: MIT OR Apache-2.0
//! A qflow project with a netlist that is synthesised already.

use std::fs;
use std::path::{Path, PathBuf};

use crate::config::{Code, Diagnostic, Report, quoted};
use crate::flow::Workspace;
use crate::flow::pdk::Library;
use crate::flow::pnr::flat::{Flat, Net};
use crate::flow::pnr::problem::violation;
use crate::flow::report::write_text;
use crate::flow::words::is_cell_name;

/// A technology that qflow knows.
#[derive(Clone, Debug)]
pub struct QflowTechnology {
    /// Its name for qflow.
    pub name: String,
    /// Supply net of its cells.
    pub power: String,
    /// Ground net of its cells.
    pub ground: String,
    /// Share of a row that cells take; qflow's own choice if absent.
    pub density: Option<f64>,
}

impl QflowTechnology {
    /// The technology of a PDK whose description names qflow's file for it.
    ///
    /// # Errors
    /// A PDK that qflow does not know.
    pub fn of(library: &Library, density: Option<f64>) -> Result<Self, Report> {
        let description = &library.description;
        let Some(file) = library.other("qflow") else {
            let message = format!("qflow has no technology for PDK {}", description.name);
            return Err(Diagnostic::new(Code::PdkFileMissing, message)
                .note("a description names it as `qflow` in [files.other]")
                .help("give --pdk osu018, or another flow: --flow orfs, librelane or openroad")
                .into());
        };
        let power = &description.physical.power;
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        if !is_cell_name(&name) {
            let message = format!("{} is no name of a qflow technology", quoted(&name));
            return Err(Diagnostic::new(Code::PdkDescriptionInvalid, message)
                .help("its file is named with letters, digits and _, osu018.sh for instance")
                .into());
        }
        Ok(QflowTechnology {
            name: name.into_owned(),
            power: power.vdd.clone(),
            ground: power.vss.clone(),
            density,
        })
    }
}

/// The project's folder.
#[derive(Debug)]
pub struct Project {
    /// Absolute path.
    pub folder: PathBuf,
    /// Name of the design.
    pub name: String,
}

impl Project {
    /// Makes the folder anew, with the netlist in it.
    pub(super) fn create(
        flat: &Flat,
        technology: &QflowTechnology,
        folder: &Path,
    ) -> Result<Project, Report> {
        if folder.exists() {
            // What another netlist left would be taken for results.
            fs::remove_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
        }
        Workspace::make(folder)?;
        let folder = folder
            .canonicalize()
            .map_err(|error| unwritable(folder, &error))?;
        let shown = folder.to_string_lossy().into_owned();
        if shown.contains(|c: char| c.is_whitespace() || "\"'$&;()*?[]{}|<>`\\!".contains(c)) {
            let message = format!("qflow cannot work in {}", quoted(&shown));
            return Err(Diagnostic::new(Code::InputOutput, message)
                .note("its scripts break at blanks and at characters with a meaning for the shell")
                .help("give --build a folder without them")
                .into());
        }
        let name = flat.name.clone();
        let project = Project { folder, name };
        let name = &project.name;
        for part in ["source", "synthesis", "layout", "log"] {
            Workspace::make(&project.file(part))?;
        }
        let verilog = flat.to_verilog();
        project.write(&format!("source/{name}.v"), &verilog)?;
        for ending in ["rtl.v", "rtlnopwr.v", "rtlbb.v"] {
            project.write(&format!("synthesis/{name}.{ending}"), &verilog)?;
        }
        project.write(&format!("synthesis/{name}.blif"), &blif(flat, technology))?;
        let (power, ground) = (&technology.power, &technology.ground);
        let supplies = format!("set vddnet={power}\nset gndnet={ground}\n");
        project.write(&format!("synthesis/{name}_powerground"), &supplies)?;
        project.write("log/synth.log", "netlist of hcim synth\n")?;
        if let Some(density) = technology.density {
            project.write(
                "project_vars.sh",
                &format!("set initial_density={density}\n"),
            )?;
        }
        Ok(project)
    }

    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn write(&self, name: &str, text: &str) -> Result<(), Report> {
        write_text(&self.file(name), text)
    }

    /// A file that a step made.
    pub(super) fn read(&self, name: &str) -> Result<String, Report> {
        let path = self.file(name);
        let bytes = fs::read(&path).map_err(|error| {
            let shown = quoted(&path.to_string_lossy());
            Diagnostic::new(Code::ToolFailed, format!("qflow left no {shown}: {error}"))
                .help(format!("the logs are in {}", self.file("log").display()))
        })?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// An output that does not say what it should.
    pub(super) fn unclear(&self, what: &str, why: &str) -> Report {
        Diagnostic::new(Code::ToolFailed, format!("{what}: {why}"))
            .help(format!("the logs are in {}", self.file("log").display()))
            .into()
    }

    /// Takes qrouter's last step out of the script that placement wrote, see [`uncleaned`].
    pub(super) fn keep_vias(&self) -> Result<(), Report> {
        let file = format!("layout/{}.cfg", self.name);
        let script = uncleaned(&self.read(&file)?)
            .ok_or_else(|| self.unclear("qrouter's script", "it does not start the router"))?;
        self.write(&file, &script)
    }

    /// Checks that placement kept the netlist: qflow may move sinks between buffers, and the
    /// comparison with the layout would then be with its netlist, not with ours.
    pub(super) fn unchanged(&self, flat: &Flat) -> Result<(), Report> {
        let name = &self.name;
        let lines = |text: String| {
            let lines = text.lines().filter(|line| line.starts_with(".gate "));
            let mut lines: Vec<String> = lines.map(|line| line.trim_end().to_owned()).collect();
            lines.sort();
            lines
        };
        let given = lines(self.read(&format!("synthesis/{name}.blif"))?);
        let placed = lines(self.read(&format!("synthesis/{name}_anno.blif"))?);
        if given == placed && given.len() == flat.cells.len() {
            return Ok(());
        }
        Err(violation("placement changed the netlist".to_owned()).into())
    }
}

/// qrouter's script without its command `cleanup`; none if the script does not start the router.
///
/// The router ends with that command. From a route that ends in a via and one step of wire it takes
/// the via, if the net holds both layers at that end: there should be a via of another route. Where
/// the net's wires only cross there is none, and a pin is left open. What the command is for, vias
/// too close in the uppermost layer, the check of rules finds.
fn uncleaned(script: &str) -> Option<String> {
    const ROUTE: &str = "\nqrouter::standard_route ";
    let (head, tail) = script.split_once(ROUTE)?;
    Some(format!(
        "{head}\nproc qrouter::cleanup {{args}} {{}}{ROUTE}{tail}"
    ))
}

/// The netlist as qflow reads it. Its programs number the cells of each kind in this order, as
/// [`Flat`] does.
fn blif(flat: &Flat, technology: &QflowTechnology) -> String {
    let name = |net: &Net| match net {
        Net::Wire(index) => flat.nets[*index].text('<', '>'),
        Net::Zero => technology.ground.clone(),
        Net::One => technology.power.clone(),
    };
    let ports = |input: bool| {
        let ports = flat.ports.iter().filter(move |port| port.input == input);
        let bits = ports.flat_map(|port| &port.bits);
        bits.map(|bit| name(&Net::Wire(*bit)))
            .collect::<Vec<_>>()
            .join(" ")
    };
    let mut text = format!(".model {}\n", flat.name);
    text += &format!(".inputs {}\n.outputs {}\n", ports(true), ports(false));
    for cell in &flat.cells {
        let pins = cell
            .pins
            .iter()
            .map(|(pin, net)| format!("{pin}={}", name(net)));
        text += &format!(
            ".gate {} {}\n",
            cell.kind,
            pins.collect::<Vec<_>>().join(" ")
        );
    }
    text + ".end\n"
}

fn unwritable(path: &Path, error: &std::io::Error) -> Report {
    let shown = quoted(&path.to_string_lossy());
    Diagnostic::new(Code::InputOutput, format!("cannot make {shown}: {error}")).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::pnr::flat::{Cell, NetName, Port};

    #[test]
    fn the_router_keeps_its_vias() {
        let script = "read_def t.def\nqrouter::standard_route t_route.def false\nquit\n";
        let wanted = "read_def t.def\nproc qrouter::cleanup {args} {}\n\
            qrouter::standard_route t_route.def false\nquit\n";
        assert_eq!(uncleaned(script).as_deref(), Some(wanted));
        assert_eq!(uncleaned("read_def t.def\nquit\n"), None);
    }

    #[test]
    fn the_netlist_keeps_the_order_of_its_cells() {
        let cell = |name: &str, pins: [(&str, Net); 2]| Cell {
            name: name.to_owned(),
            origin: String::new(),
            kind: "INVX1".to_owned(),
            pins: pins.map(|(pin, net)| (pin.to_owned(), net)).to_vec(),
        };
        let flat = Flat {
            name: "t".to_owned(),
            ports: vec![
                Port {
                    name: "a".to_owned(),
                    input: true,
                    bits: vec![0, 1],
                },
                Port {
                    name: "y".to_owned(),
                    input: false,
                    bits: vec![2],
                },
            ],
            nets: vec![
                NetName::Port("a".to_owned(), Some(0)),
                NetName::Port("a".to_owned(), Some(1)),
                NetName::Port("y".to_owned(), None),
                NetName::Inner("w".to_owned()),
            ],
            cells: vec![
                cell("INVX1_1", [("A", Net::Wire(1)), ("Y", Net::Wire(2))]),
                cell("INVX1_2", [("A", Net::One), ("Y", Net::Wire(3))]),
            ],
        };
        let technology = QflowTechnology {
            name: "osu018".to_owned(),
            power: "vdd".to_owned(),
            ground: "gnd".to_owned(),
            density: None,
        };
        let wanted = ".model t\n.inputs a<0> a<1>\n.outputs y\n.gate INVX1 A=a<1> Y=y\n\
            .gate INVX1 A=vdd Y=w\n.end\n";
        assert_eq!(blif(&flat, &technology), wanted);
        let folder = tempfile::tempdir().unwrap();
        let project = Project::create(&flat, &technology, &folder.path().join("p")).unwrap();
        project.write("synthesis/t_anno.blif", wanted).unwrap();
        assert!(project.unchanged(&flat).is_ok());
        project
            .write("synthesis/t_anno.blif", &wanted.replace("A=vdd", "A=a<0>"))
            .unwrap();
        assert!(project.unchanged(&flat).is_err());
        let blank = folder.path().join("with blank");
        assert!(Project::create(&flat, &technology, &blank).is_err());
    }
}
