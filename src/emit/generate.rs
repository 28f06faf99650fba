// SPDX-License-Identifier: MIT OR Apache-2.0
//! From a configuration to the files of its output folder.

use crate::blocks::accelerator::{self, AcceleratorShape};
use crate::blocks::registers;
use crate::config::{Code, Config, Diagnostic, Report};
use crate::hdl;

use super::design::Design;
use super::filelist::{self, Files};
use super::output_file::OutputFile;
use super::{documents, driver, header, replay};

/// Every file of a configuration but the manifest, which the writer adds. A pure function: the
/// same configuration gives the same bytes.
///
/// `rtl/` is synthesizable, one module a file; `sim/` and `stub/` hold the crossbar macro as a
/// behavioural model and as a black box; `doc/` a page per block, the register map and the
/// contracts; `driver/` C sources for a processor. An accelerator has a register map and a driver of its own beside
/// those of its tiles. A file list for simulation, one for synthesis
/// and a FuseSoC core name them all.
///
/// # Errors
/// Defects of the generator only; a validated configuration has an output.
pub fn generate(config: &Config) -> Result<Vec<OutputFile>, Report> {
    let design = Design::of(config);
    let name = config.name();
    let mut files = vec![
        OutputFile::new("config.toml", config.to_toml()),
        OutputFile::new("config.json", config.to_json()),
    ];
    let title =
        |module: &hdl::Module| header::verilog(config, &format!("Module {}", module.name()));
    let emission = hdl::emit_ordered(&design.top, &title).map_err(defects)?;
    let mut list = Files::default();
    for file in &emission.order {
        list.rtl.push(format!("rtl/{file}"));
    }
    for (file, text) in emission.files {
        files.push(OutputFile::new(format!("rtl/{file}"), text));
    }

    let header = header::verilog(config, &format!("Crossbar macro {name}_crossbar"));
    if let Some((model, stub)) = design.crossbar(name, &header).map_err(rendering)? {
        list.models.push(format!("sim/{name}_crossbar.v"));
        list.stubs.push(format!("stub/{name}_crossbar.v"));
        files.push(OutputFile::new(format!("sim/{name}_crossbar.v"), model));
        files.push(OutputFile::new(format!("stub/{name}_crossbar.v"), stub));
    }
    files.push(OutputFile::new(
        format!("{name}.f"),
        filelist::file_list(config, &list, true).map_err(rendering)?,
    ));
    files.push(OutputFile::new(
        format!("{name}_synth.f"),
        filelist::file_list(config, &list, false).map_err(rendering)?,
    ));
    let core = filelist::core(config, &list, design.top.name()).map_err(rendering)?;
    files.push(OutputFile::new(format!("{name}.core"), core));

    for module in hdl::hierarchy(&design.top)
        .iter()
        .filter(|module| documents::is_block(module, name))
    {
        let page = documents::page(config, module).map_err(rendering)?;
        files.push(OutputFile::new(format!("doc/{}.md", module.name()), page));
    }
    files.push(OutputFile::new("doc/contracts.md", documents::CONTRACTS));
    if let Some(tile) = &design.tile {
        let map = registers::map(&tile.registers);
        files.push(OutputFile::new("doc/registers.md", map.to_markdown()));
        files.push(OutputFile::new("doc/registers.json", map.to_json()));
        files.push(OutputFile::new(
            format!("doc/{name}_registers.rdl"),
            map.to_systemrdl(),
        ));
        let driver = match &design.accelerator {
            None => {
                files.extend(replay::files(config, tile, &map).map_err(rendering)?);
                driver::files(&map)
            }
            Some(shape) => {
                files.extend(accelerator_documents(shape));
                [driver::files(&map), driver::accelerator_files(shape)].concat()
            }
        };
        for (file, text) in driver {
            files.push(OutputFile::new(file, text));
        }
    }
    Ok(files)
}

/// The registers of an accelerator (those of its tiles have pages of their own), and how it is used.
fn accelerator_documents(shape: &AcceleratorShape) -> Vec<OutputFile> {
    let map = accelerator::map(shape);
    let name = &map.parameters.name;
    vec![
        OutputFile::new("doc/accelerator.md", documents::ACCELERATOR),
        OutputFile::new(format!("doc/{name}_registers.md"), map.to_markdown()),
        OutputFile::new(format!("doc/{name}_registers.json"), map.to_json()),
        OutputFile::new(format!("doc/{name}_registers.rdl"), map.to_systemrdl()),
    ]
}

/// Mistakes that the elaboration check found in the generator's own modules.
fn defects(found: Vec<hdl::Diagnostic>) -> Report {
    let listed: Vec<String> = found.iter().map(ToString::to_string).collect();
    Diagnostic::new(
        Code::Internal,
        format!(
            "the generated design fails its own checks: {}",
            listed.join("; ")
        ),
    )
    .into()
}

/// A template that cannot be rendered: a defect of hcim.
pub(crate) fn rendering(error: askama::Error) -> Report {
    Diagnostic::new(
        Code::Internal,
        format!("a template cannot be rendered: {error}"),
    )
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_input_same_bytes() {
        let config = Config::default();
        assert_eq!(generate(&config).unwrap(), generate(&config).unwrap());
    }
}
