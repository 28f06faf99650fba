// SPDX-License-Identifier: MIT OR Apache-2.0
//! A gate-level netlist as it is put into a simulator.

use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::model::Generated;

/// A netlist and the models of its cells.
#[derive(Clone, Debug)]
pub struct Netlist {
    verilog: PathBuf,
    cells: Vec<PathBuf>,
    /// Names of instances of modules that are not in the netlist and are no cells: macros with a behavioural model.
    pub macros: Vec<String>,
    /// SHA-256 of the netlist as it was given.
    pub sha256: String,
}

impl Netlist {
    /// Reads a netlist and writes it to `folder` with its wires taken out of traces: every wire is the output of a cell,
    /// which is there already. The ports of the top stay.
    pub fn prepare(
        netlist: &Path,
        cells: &[PathBuf],
        generated: &Generated,
        folder: &Path,
    ) -> Result<Netlist, String> {
        let top = generated.module();
        let top = top.as_str();
        let wrong = |path: &Path, e: &dyn std::fmt::Display| format!("{}: {e}", path.display());
        let bytes = std::fs::read(netlist).map_err(|e| wrong(netlist, &e))?;
        let text = String::from_utf8(bytes).map_err(|e| wrong(netlist, &e))?;
        if !text.lines().any(|line| module_of(line) == Some(top)) {
            return Err(wrong(
                netlist,
                &format!("has no module {top}; is it a netlist of this configuration?"),
            ));
        }
        if let Some(digest) = configuration_of(&text).filter(|digest| *digest != generated.sha256) {
            return Err(wrong(
                netlist,
                &format!(
                    "was made of the configuration with the digest {digest}, not of this one, whose digest is {}; \
                     synthesise again, or give the configuration that it was made of",
                    generated.sha256
                ),
            ));
        }
        if cells.is_empty() {
            return Err("a netlist needs models of its cells: --cells FILE".to_owned());
        }
        let sha256 = sha256(text.as_bytes());
        let mut modules = Vec::new();
        for model in &generated.sim {
            let text = std::fs::read_to_string(model).map_err(|e| wrong(model, &e))?;
            modules.extend(text.lines().filter_map(module_of).map(str::to_owned));
        }
        let verilog = folder.join("netlist.v");
        let prepared = untraced(&text, top);
        if std::fs::read_to_string(&verilog).ok().as_ref() != Some(&prepared) {
            std::fs::write(&verilog, prepared).map_err(|e| wrong(&verilog, &e))?;
        }
        Ok(Netlist {
            verilog,
            cells: cells.to_vec(),
            macros: instances(&text, &modules),
            sha256,
        })
    }

    /// All files.
    pub fn files(&self) -> Vec<PathBuf> {
        let mut files = vec![self.verilog.clone()];
        files.extend_from_slice(&self.cells);
        files
    }
}

/// SHA-256 in hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    let digest: [u8; 32] = Sha256::digest(bytes).into();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The configuration's digest in the head of a netlist that `hcim synth` wrote; other netlists have none.
fn configuration_of(text: &str) -> Option<&str> {
    text.lines()
        .take_while(|line| line.starts_with("//") || line.trim().is_empty())
        .filter(|line| line.starts_with("// Configuration "))
        .find_map(|line| {
            line.split_once(", digest ")
                .map(|(_, digest)| digest.trim())
        })
}

/// The name in a line `module NAME(...`.
fn module_of(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix("module ")?;
    rest.split(['(', ' ', ';']).find(|word| !word.is_empty())
}

/// Names of the instances of these modules.
fn instances(text: &str, modules: &[String]) -> Vec<String> {
    let mut names = Vec::new();
    for line in text.lines() {
        let mut words = line.split_whitespace();
        if words
            .next()
            .is_some_and(|module| modules.iter().any(|m| m == module))
            && let Some(name) = words.next()
        {
            names.push(
                name.trim_start_matches('\\')
                    .trim_end_matches('(')
                    .to_owned(),
            );
        }
    }
    names
}

fn untraced(text: &str, top: &str) -> String {
    let mut out = String::with_capacity(text.len() * 5 / 4);
    let mut off = false;
    let mut inside_top = false;
    let mut port = "";
    for line in text.lines() {
        if let Some(name) = module_of(line) {
            inside_top = name == top;
            port = "";
        }
        let words = line.trim_start();
        let name = words.trim_end_matches(';').rsplit(' ').next().unwrap_or("");
        let is_port = words.starts_with("input ") || words.starts_with("output ");
        if is_port {
            port = name;
        }
        let hide = match (is_port, words.starts_with("wire ")) {
            (true, _) => !inside_top,
            (_, true) => !inside_top || name != port,
            _ => false,
        };
        if hide != off {
            out += if hide {
                "/* verilator tracing_off */\n"
            } else {
                "/* verilator tracing_on */\n"
            };
            off = hide;
        }
        out += line;
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hides_wires_but_not_ports_of_the_top() {
        let text = "module a(x, y);\n  input x;\n  wire x;\n  wire [1:0] z;\n  INV i (.A(x));\nendmodule\n\
            module b(p);\n  input p;\n  wire p;\n  B c (.A(p));\nendmodule\n";
        let shown = untraced(text, "a");
        let mut on = true;
        let mut hidden = Vec::new();
        for line in shown.lines() {
            match line {
                "/* verilator tracing_off */" => on = false,
                "/* verilator tracing_on */" => on = true,
                line if !on => hidden.push(line.trim()),
                _ => {}
            }
        }
        assert_eq!(hidden, ["wire [1:0] z;", "input p;", "wire p;"]);
        assert!(on);
    }

    #[test]
    fn finds_instances_of_macros() {
        let text = "module t(a);\n  t_crossbar u_crossbar (\n  .a(a));\n  INV_X1 _1_ (\n  t_crossbar \\g[0].u (\n";
        assert_eq!(
            instances(text, &["t_crossbar".to_owned()]),
            ["u_crossbar", "g[0].u"]
        );
    }

    #[test]
    fn a_netlist_of_something_else_is_refused() {
        let folder = std::env::temp_dir().join(format!("hcim-netlist-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("n.v");
        let text = "// Netlist of a_tile.\n// Configuration a, digest 12ab\n\nmodule a_tile (x);\nendmodule\n";
        std::fs::write(&path, text).unwrap();
        let cells = [path.clone()];
        let generated = |name: &str, sha256: &str| Generated {
            name: name.to_owned(),
            top: "tile".to_owned(),
            sha256: sha256.to_owned(),
            rtl: Vec::new(),
            sim: Vec::new(),
            stub: Vec::new(),
            replay: Vec::new(),
            driver: Vec::new(),
            config: PathBuf::new(),
        };
        let refused = |cells: &[PathBuf], name, sha256| {
            Netlist::prepare(&path, cells, &generated(name, sha256), &folder).unwrap_err()
        };
        assert!(refused(&cells, "b", "12ab").contains("no module b_tile"));
        assert!(refused(&cells, "a", "12ac").contains("digest 12ab"));
        assert!(refused(&[], "a", "12ab").contains("--cells"));
        let fine = Netlist::prepare(&path, &cells, &generated("a", "12ab"), &folder).unwrap();
        assert_eq!(fine.sha256, sha256(text.as_bytes()));
        // The digest of a netlist that says nothing about its configuration is nobody's business.
        let plain = "module a_tile (x);\nendmodule\n";
        std::fs::write(&path, plain).unwrap();
        let fine = Netlist::prepare(&path, &cells, &generated("a", "12ac"), &folder).unwrap();
        assert_eq!(fine.sha256, sha256(plain.as_bytes()));
        let _ = std::fs::remove_dir_all(&folder);
    }
}
