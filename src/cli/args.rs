// SPDX-License-Identifier: MIT OR Apache-2.0
//! The arguments of every subcommand.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::config_args::ConfigArgs;
use super::equiv::{self, EquivArgs};
use super::flow_args::{FlowArgs, PdkArgs};
use super::import::{self, ImportArgs};
use super::map::{self, MapArgs};
use super::power::{self, PowerArgs};
use super::ppa::{self, PpaArgs};
use super::prove::{self, ProveArgs};
use super::registers::Format;
use super::robustness::{self, RobustnessArgs};
use super::run_network::{self, RunArgs};
use super::sta::{self, StaArgs};
#[cfg(feature = "train")]
use super::train::{self, TrainArgs};
use crate::flow::ppa::Goal;

const EXIT_CODES: &str = "\
Exit codes:
  0  success
  1  the system failed (a file, a full disk), or hcim is at fault
  2  wrong usage, a wrong configuration, or an output folder that must not be replaced

With --json, standard output carries one JSON document, also after an error: `ok` says which,
`diagnostics` lists errors and warnings with code, key, value, legal values, source and way out.
Colours appear on terminals only; NO_COLOR turns them off.

Examples:
  hcim gen                                     a 128 x 128 tile into generated/hcim_128x128
  hcim gen --rows 64 --cols 100 --storage latch
  hcim gen --preset digits_ternary_hidden --rows-per-cycle 10
  hcim describe --config my_tile.toml --json";

const GEN_EXAMPLES: &str = "\
The output folder is replaced whole or not at all. It is refused if it holds files that hcim did
not write, or generated files that were modified: --force then replaces the modified ones and
carries the foreign ones over into the new folder. Foreign files are never deleted.
An interrupted run leaves the old folder as it was; the next run removes what it left beside it.

Exit codes: 0 success, 1 the system failed or hcim is at fault, 2 refused.

Examples:
  hcim gen --rows 128
  hcim gen --config my_tile.toml --storage latch --out build
  hcim gen --rows 128 --optimize energy
  hcim gen --top accelerator --tiles 3 --lanes 2 --rows 64
  hcim gen --preset tiny --dry-run --json";

const CHECK_EXAMPLES: &str = "\
Exit codes: 0 valid, 1 the system failed or hcim is at fault, 2 invalid.

Examples:
  hcim check --config my_tile.toml
  hcim check --rows 64 --cols 87 --weight-slices 3 --partial-sum binary";

const DESCRIBE_EXAMPLES: &str = "\
Examples:
  hcim describe
  hcim describe --preset digits_binary_hidden
  hcim describe --rows-per-cycle 10 --input-stream-bits 128 --json
  hcim describe --top accelerator --tiles 3 --lanes 2";

const PRESETS_EXAMPLES: &str = "\
Examples:
  hcim presets
  hcim presets --json
  hcim gen --preset tiny";

const SCHEMA_EXAMPLES: &str = "\
Examples:
  hcim schema > hcim.schema.json
  (then, in the first line of my_tile.toml, for editors that know it:)
  #:schema ./hcim.schema.json";

const REGS_EXAMPLES: &str = "\
Examples:
  hcim regs
  hcim regs --format c-header --preset digits_ternary_hidden
  hcim regs --format systemrdl --config my_tile.toml
  hcim regs --top accelerator --tiles 3 --lanes 2";

const SYNTH_EXAMPLES: &str = "\
Generates the design, maps it with Yosys, checks the netlist, and writes
  DIR/<pdk>/<name>/synth/  netlist.v, netlist.json, result.json, report.md, yosys.log
  reports/<name>/<pdk>/    synth.json, synth.md
Yosys comes with scripts/setup.sh. osu018 (Debian qflow-tech-osu018) needs no files of yours.

Exit codes: 0 success, 1 a tool failed or the netlist fails its checks, 2 refused.

Examples:
  hcim synth --preset tiny --pdk osu018
  hcim synth --pdk nangate45 --pdk-root ~/OpenROAD-flow-scripts/flow/platforms
  hcim synth --top dcim_array --storage latch --period-ns 1.2 --json
  hcim synth --top dcim_array --clock-trees";

const CELLS_EXAMPLES: &str = "\
The models have no delays. Latches open after the registers at the same edge have sampled.

Examples:
  hcim cells --pdk osu018 --out build/osu018/cells.v";

const PDK_EXAMPLES: &str = "\
A PDK description names the files and the special cells of a standard-cell library. The files are
yours: DIR/<name>/ under --pdk-root (or HCIM_PDK_ROOT) in the layout of OpenROAD-flow-scripts
(flow/platforms), or all in one folder.

Examples:
  hcim pdk list --pdk-root ~/OpenROAD-flow-scripts/flow/platforms
  hcim pdk check --pdk sky130hd
  hcim pdk show nangate45 > my_pdk.toml";

const CROSSBAR_MACRO_EXAMPLES: &str = "\
The macro's pins are on the routing grid of the PDK: word lines at the left, columns at the bottom.
Pitches, edges, delays, loads and energy come from a description in TOML; every value has a
default. Files go to BUILD/<pdk>/<name>/crossbar/.

Examples:
  hcim crossbar-macro --show > my_crossbar.toml
  hcim crossbar-macro --crossbar my_crossbar.toml --rows 128 --cols 128 --pdk nangate45";

const PNR_EXAMPLES: &str = "\
  qflow      place and route with what Debian installs (PDK osu018, a block without macro)
  orfs       configuration for OpenROAD-flow-scripts
  librelane  configuration for LibreLane
  openroad   one Tcl script for OpenROAD, on the PDK description alone

The netlist is that of `hcim synth`. Without --run, files are written and the command that uses
them is told; with --run the tool is started, and must be installed.

Exit codes: 0 success; 1 a tool failed, the layout breaks a rule, or setup or hold fails with the routed wires; 2 refused.

Examples:
  hcim pnr --flow qflow --run --pdk osu018 --top dcim_array --cols 8 --storage latch
  hcim pnr --flow orfs --pdk nangate45 --rows 128 --cols 128";

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  hcim completions bash > ~/.local/share/bash-completion/completions/hcim
  hcim completions zsh > ~/.zfunc/_hcim
  hcim completions fish > ~/.config/fish/completions/hcim.fish";

const MAN_EXAMPLES: &str = "\
Examples:
  hcim man > hcim.1
  hcim man gen > hcim-gen.1";

/// Generator of synthesizable hardware for compute-in-memory accelerators that need no ADC.
#[derive(Debug, Parser)]
#[command(name = "hcim", version, after_help = EXIT_CODES, subcommand_required = true)]
#[command(arg_required_else_help = true, max_term_width = 100)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Generate the hardware of a configuration
    #[command(after_help = GEN_EXAMPLES)]
    Gen(GenArgs),
    /// Validate a configuration and say nothing else
    #[command(after_help = CHECK_EXAMPLES)]
    Check(ConfigOnlyArgs),
    /// Show what follows from a configuration: widths, memory map, cycles, storage, rate
    #[command(after_help = DESCRIBE_EXAMPLES)]
    Describe(ConfigOnlyArgs),
    /// List the named presets
    #[command(after_help = PRESETS_EXAMPLES)]
    Presets(PresetsArgs),
    /// Print the JSON Schema of configuration files
    #[command(after_help = SCHEMA_EXAMPLES)]
    Schema,
    /// Print the register map of a configuration
    #[command(after_help = REGS_EXAMPLES)]
    Regs(RegsArgs),
    /// Synthesise a configuration to the cells of a library
    #[command(after_help = SYNTH_EXAMPLES)]
    Synth(SynthArgs),
    /// Write models of the cells of a library for simulation
    #[command(after_help = CELLS_EXAMPLES)]
    Cells(CellsArgs),
    /// The PDK descriptions of the silicon flow
    #[command(after_help = PDK_EXAMPLES)]
    Pdk(PdkCommand),
    /// Abstract of the crossbar macro for place and route: LEF and Liberty
    #[command(after_help = CROSSBAR_MACRO_EXAMPLES)]
    CrossbarMacro(CrossbarMacroArgs),
    /// Place and route, or write what a place-and-route flow needs
    #[command(after_help = PNR_EXAMPLES)]
    Pnr(PnrArgs),
    /// Prove that blocks keep their contracts, for all data and stalls (Yosys, Bitwuzla)
    #[command(after_help = prove::EXAMPLES)]
    Prove(ProveArgs),
    /// Netlist against its source, module by module (Yosys)
    #[command(after_help = equiv::EXAMPLES)]
    Equiv(EquivArgs),
    /// Timing of the netlist: worst paths, violations, highest clock frequency (OpenSTA)
    #[command(after_help = sta::EXAMPLES)]
    Sta(StaArgs),
    /// Energy of the netlist under a recorded workload (OpenSTA 2.6 or newer)
    #[command(after_help = power::EXAMPLES)]
    Power(PowerArgs),
    /// Compare arrays: area, clock, energy, cycles at every point of the design space
    #[command(after_help = ppa::EXAMPLES)]
    Ppa(PpaArgs),
    /// Train a network whose partial sums need no ADC
    #[cfg(feature = "train")]
    #[command(after_help = train::EXAMPLES)]
    Train(Box<TrainArgs>),
    /// Bring a quantised network: check it, and write it as the safetensors file that hcim works with
    #[command(after_help = import::EXAMPLES)]
    Import(ImportArgs),
    /// Map a network onto the tiles of an accelerator: what is loaded where, the program, what it costs
    #[command(after_help = map::EXAMPLES)]
    Map(MapArgs),
    /// Run a network: on the golden engine, or on the generated hardware in simulation
    #[command(after_help = run_network::EXAMPLES)]
    Run(RunArgs),
    /// Show how accuracy falls with comparator offsets and noise, cell variation and stuck cells
    #[command(after_help = robustness::EXAMPLES)]
    Robustness(RobustnessArgs),
    /// Print a script that completes arguments in a shell
    #[command(after_help = COMPLETIONS_EXAMPLES)]
    Completions(CompletionsArgs),
    /// Print the manual page of hcim or of a subcommand
    #[command(after_help = MAN_EXAMPLES)]
    Man(ManArgs),
}

#[derive(Debug, Args)]
pub(super) struct GenArgs {
    /// Folder to write to; the output goes to DIR/<name>/
    #[arg(long, value_name = "DIR", default_value = "generated")]
    pub(super) out: PathBuf,
    /// Check everything and say what would be written, but write nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Replace modified generated files; foreign files are kept, never deleted
    #[arg(long)]
    pub(super) force: bool,
    /// Choose rows per cycle, accumulation, storage and gating by measured figures (flags win over the choice)
    #[arg(long, value_enum, value_name = "GOAL")]
    pub(super) optimize: Option<Goal>,
    #[command(flatten)]
    pub(super) common: ConfigOnlyArgs,
}

#[derive(Debug, Args)]
pub(super) struct ConfigOnlyArgs {
    /// Print one JSON document instead of text
    #[arg(long)]
    pub(super) json: bool,
    #[command(flatten)]
    pub(super) config: ConfigArgs,
}

#[derive(Debug, Args)]
pub(super) struct PresetsArgs {
    /// Print one JSON document instead of text
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct RegsArgs {
    /// Form of the register map
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(super) format: Format,
    #[command(flatten)]
    pub(super) config: ConfigArgs,
}

#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// Shell to complete in
    #[arg(value_enum)]
    pub(super) shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// Subcommand to describe; hcim itself if not given
    pub(super) subcommand: Option<String>,
}

/// A place-and-route flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum PnrFlow {
    /// qflow with the packages of Debian
    Qflow,
    /// OpenROAD-flow-scripts
    Orfs,
    /// LibreLane
    Librelane,
    /// OpenROAD with one Tcl script
    Openroad,
}

/// Arguments of `synth`.
#[derive(Clone, Debug, Args)]
pub(super) struct SynthArgs {
    /// Put buffer trees on clocks, too: for area and energy before layout, which builds its own
    #[arg(long)]
    pub(super) clock_trees: bool,
    #[command(flatten)]
    pub(super) flow: FlowArgs,
}

#[derive(Debug, Args)]
pub(super) struct CrossbarMacroArgs {
    /// Description of the macro; what it does not say is the PDK's default
    #[arg(long, value_name = "FILE.toml")]
    pub(super) crossbar: Option<PathBuf>,
    /// Print the whole description that holds, and write nothing
    #[arg(long)]
    pub(super) show: bool,
    #[command(flatten)]
    pub(super) flow: FlowArgs,
}

#[derive(Debug, Args)]
pub(super) struct PnrArgs {
    /// Flow
    #[arg(long = "flow", value_enum)]
    pub(super) tool: PnrFlow,
    /// Start the tool, too
    #[arg(long)]
    pub(super) run: bool,
    /// Share of the rows that cells take [default: qflow's own choice; else of the PDK description]
    #[arg(long, value_name = "F")]
    pub(super) density: Option<f64>,
    /// Description of the crossbar macro (see `hcim crossbar-macro`)
    #[arg(long, value_name = "FILE.toml")]
    pub(super) crossbar: Option<PathBuf>,
    #[command(flatten)]
    pub(super) flow: FlowArgs,
}

#[derive(Debug, Args)]
pub(super) struct CellsArgs {
    /// Print one JSON document instead of text
    #[arg(long)]
    pub(super) json: bool,
    /// File to write
    #[arg(long, value_name = "FILE", default_value = "cells.v")]
    pub(super) out: PathBuf,
    #[command(flatten)]
    pub(super) pdk: PdkArgs,
}

#[derive(Debug, Args)]
pub(super) struct PdkCommand {
    #[command(subcommand)]
    pub(super) command: PdkSubcommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum PdkSubcommand {
    /// List the shipped descriptions, and whether their files are found
    List {
        /// Print one JSON document instead of text
        #[arg(long)]
        json: bool,
        /// Folder that holds a folder per PDK
        #[arg(long, value_name = "DIR", env = "HCIM_PDK_ROOT")]
        pdk_root: Option<PathBuf>,
    },
    /// Print a description
    Show {
        /// Name of a shipped description, or path of one
        name: String,
        /// Print one JSON document instead of text
        #[arg(long)]
        json: bool,
    },
    /// Check that the files of a PDK and the cells that the flow needs are there
    Check {
        /// Print one JSON document instead of text
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        pdk: PdkArgs,
    },
}
