// SPDX-License-Identifier: MIT OR Apache-2.0
//! A network on the generated hardware: generate, simulate under host scripts, compare every value.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use hcim_golden::engine::{Trace, parallel};
use hcim_network::Network;
use serde::{Deserialize, Serialize};

use crate::config::{Code, Config, Diagnostic, Report, quoted};
use crate::emit::{self, Lock, WriteOptions};
use crate::flow::ppa::Simulator;
use crate::flow::report::{write_bytes, write_text};
use crate::flow::tools::Run;
use crate::flow::words::absolute;
use crate::mapping::script::{self, Job};
use crate::mapping::{self, Mode, Program};

use super::config_args::ConfigArgs;
use super::map::accelerator;
use super::progress::say;
use super::run_compare::{Shard, compare, skipped_planes};

/// Images of a shard that are run once more, for their answers alone: their cycles are those of everyday runs.
const TIMED: usize = 4;

/// Cycles below which a simulator is better built quickly than well.
const QUICK: u64 = 2_000_000;

/// How it is run.
pub(super) struct Options<'a> {
    pub config: &'a ConfigArgs,
    pub build: &'a Path,
    pub seed: u64,
    pub stalls: bool,
    /// Simulations at a time.
    pub jobs: usize,
}

/// What came of it.
#[derive(Debug, Serialize)]
pub(super) struct Hardware {
    /// Command that generates the accelerator.
    pub command: String,
    /// Digest of its configuration, as its registers have it.
    pub digest: String,
    /// Sums, activations and scores that were compared.
    pub values: usize,
    /// Cycles of an image without the passes that show every value: the mean of `timed_images`.
    pub cycles_per_image: f64,
    /// Images that were timed.
    pub timed_images: usize,
    /// Cycles of an image with them.
    pub traced_cycles_per_image: f64,
    /// Bit planes without a one that the tiles skipped in all images, with the passes that show every value.
    pub planes_skipped: u64,
    /// Seed of power-up values and stalls.
    pub seed: u64,
    /// Whether all channels stalled at random.
    pub stalls: bool,
}

/// Outcome of a host script.
#[derive(Debug, Deserialize)]
struct Outcome {
    reads: BTreeMap<String, u64>,
    failures: Vec<Failure>,
}

#[derive(Debug, Deserialize)]
struct Failure {
    line: u64,
    message: String,
}

impl Outcome {
    fn read(&self, name: &str) -> u64 {
        self.reads.get(name).copied().unwrap_or(0)
    }

    fn cycles(&self, label: &str) -> u64 {
        self.read(&format!("{label}cycles")) | self.read(&format!("{label}cycles_high")) << 32
    }

    fn skipped(&self, label: &str) -> u64 {
        let begin = format!("{label}skipped_");
        let tiles = self
            .reads
            .iter()
            .filter(|(name, _)| name.starts_with(&begin));
        tiles.map(|(_, count)| count).sum()
    }
}

/// Runs images on the hardware; every value must be that of the golden engine.
pub(super) fn run(
    network: &Network,
    images: &[Vec<u8>],
    traces: &[Trace],
    options: &Options<'_>,
) -> Result<(Hardware, Report), Report> {
    let (config, _, mut warnings) = accelerator(network, options.config)?;
    let traced = mapping::map(network, &config, Mode::Trace)?;
    let answers = mapping::map(network, &config, Mode::Answer)?;
    let simulator = Simulator::find()?;
    // Scripts and what they give belong to one run: another one here would be mixed up with it.
    let folder = options.build.join(&network.name);
    std::fs::create_dir_all(&folder).map_err(|error| {
        let shown = quoted(&folder.to_string_lossy());
        Diagnostic::new(Code::InputOutput, format!("cannot create {shown}: {error}"))
    })?;
    let _lock = Lock::wait(&folder, Duration::ZERO)?;
    let files = emit::generate(&config)?;
    let write = WriteOptions {
        force: true,
        dry_run: false,
    };
    let written = emit::write(&options.build.join("design"), &config, &files, write)?;
    warnings.extend(written.warnings);
    let bench = Bench {
        simulator,
        design: written.folder,
        folder,
        config: &config,
        seed: options.seed,
        stalls: options.stalls,
        quick: cycles(network, &traced, &config) * (images.len() as u64) < QUICK,
    };
    say(&format!("building {} for simulation", config.name()));
    bench.run("build", &[])?;
    let size = images.len().div_ceil(options.jobs.max(1)).max(1);
    let shards: Vec<Shard<'_>> = images
        .chunks(size)
        .zip(traces.chunks(size))
        .enumerate()
        .map(|(index, (images, traces))| Shard {
            first: index * size,
            images,
            traces,
        })
        .collect();
    say(&format!("simulating {} images", images.len()));
    let outcomes = parallel::map(
        shards.len(),
        options.jobs,
        || (),
        |(), index| {
            let shard = &shards[index];
            let timed = &shard.images[..shard.images.len().min(TIMED)];
            let jobs = [
                Job {
                    label: "trace_",
                    program: &traced,
                    images: shard.images,
                },
                Job {
                    label: "answer_",
                    program: &answers,
                    images: timed,
                },
            ];
            let (outcome, beats) = bench.run(&format!("part_{index}"), &jobs)?;
            let programs = [(&traced, shard.images.len()), (&answers, timed.len())];
            let values = compare(network, &programs, shard, &beats).map_err(differ)?;
            check_skips(network, &config, &traced, shard, &outcome)?;
            Ok::<_, Report>((outcome, values, timed.len()))
        },
    );
    let mut hardware = Hardware {
        command: config.command_line(),
        digest: traced.digest.clone(),
        values: 0,
        cycles_per_image: 0.0,
        timed_images: 0,
        traced_cycles_per_image: 0.0,
        planes_skipped: 0,
        seed: options.seed,
        stalls: options.stalls,
    };
    let (mut cycles, mut traced_cycles) = (0, 0);
    for outcome in outcomes {
        let (outcome, values, timed) = outcome?;
        hardware.values += values;
        hardware.timed_images += timed;
        hardware.planes_skipped += outcome.skipped("trace_");
        cycles += outcome.cycles("answer_");
        traced_cycles += outcome.cycles("trace_");
    }
    hardware.cycles_per_image = cycles as f64 / hardware.timed_images.max(1) as f64;
    hardware.traced_cycles_per_image = traced_cycles as f64 / images.len().max(1) as f64;
    Ok((hardware, warnings))
}

/// Cycles of an image, about.
fn cycles(network: &Network, program: &Program, config: &Config) -> u64 {
    let report = mapping::MapReport::new(network, program, config);
    report.cycles
        + match report.resident {
            true => 0,
            false => report.load_beats,
        }
}

/// The tiles must have skipped just the planes that the golden engine found empty.
fn check_skips(
    network: &Network,
    config: &Config,
    program: &Program,
    shard: &Shard<'_>,
    outcome: &Outcome,
) -> Result<(), Report> {
    if !config.plane_skip() {
        return Ok(());
    }
    let expected = skipped_planes(network, config, program, shard.traces);
    let found = outcome.skipped("trace_");
    match found == expected {
        true => Ok(()),
        false => Err(differ(format!(
            "images from {} on: the tiles skipped {found} bit planes, the golden engine found {expected} empty",
            shard.first
        ))),
    }
}

fn differ(what: String) -> Report {
    Diagnostic::new(Code::EnginesDiffer, what)
        .help("the scripts, their logs and outcomes are in the build folder")
        .into()
}

/// The design under host scripts.
struct Bench<'a> {
    simulator: Simulator,
    design: PathBuf,
    folder: PathBuf,
    config: &'a Config,
    seed: u64,
    stalls: bool,
    quick: bool,
}

impl Bench<'_> {
    /// Runs jobs in a folder of their own; gives what was read, and the beats.
    fn run(&self, name: &str, jobs: &[Job<'_>]) -> Result<(Outcome, Vec<u8>), Report> {
        let folder = self.folder.join(name);
        let script = script::script(self.config, jobs);
        let (file, out) = (folder.join("host.script"), folder.join("outcome"));
        // What an earlier run has left must not be taken for this one's.
        let result = out.join("result.json");
        let _ = std::fs::remove_file(&result);
        write_bytes(&folder.join(script::DATA), &script.data)?;
        write_text(&file, &script.text)?;
        let mut command = self.simulator.command();
        command
            .arg("host-script")
            .arg("--design")
            .arg(absolute(&self.design))
            .arg("--script")
            .arg(absolute(&file))
            .arg("--out")
            .arg(absolute(&out))
            .args(["--seed", &self.seed.to_string()]);
        for (wanted, flag) in [(self.stalls, "--stalls"), (self.quick, "--quick")] {
            if wanted {
                command.arg(flag);
            }
        }
        let ended = Run {
            tool: "hcim-sim",
            command,
            log: &folder.join("host.log"),
        }
        .finish();
        let text = match (std::fs::read_to_string(&result), ended) {
            (Ok(text), _) => text,
            (Err(_), Err(report)) => return Err(report),
            (Err(error), Ok(_)) => {
                return Err(differ(format!("the simulation left no result: {error}")));
            }
        };
        let outcome: Outcome = serde_json::from_str(&text)
            .map_err(|error| differ(format!("the result is not understood: {error}")))?;
        if let Some(failure) = outcome.failures.first() {
            return Err(failed(failure));
        }
        let beats = std::fs::read(out.join("beats.bin"))
            .map_err(|error| differ(format!("the simulation left no beats: {error}")))?;
        Ok((outcome, beats))
    }
}

/// A command of a script that did not go as it should.
fn failed(failure: &Failure) -> Report {
    let Failure { line, message } = failure;
    if script::IDENTIFICATION.contains(line) {
        let message =
            format!("the hardware is not what the program was made for: register {message}");
        return Diagnostic::new(Code::ProgramMismatch, message)
            .help("map the network onto the configuration of the hardware, or generate the hardware anew")
            .into();
    }
    differ(format!("line {line} of the host's script: {message}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_identification_has_a_code_of_its_own() {
        let failure = |line| Failure {
            line,
            message: "0x8 is 0x1".to_owned(),
        };
        assert!(failed(&failure(2)).to_string().contains("HC0523"));
        assert!(failed(&failure(4)).to_string().contains("HC0521"));
        // The lines are those of the script.
        let config = Config::from_pairs([("top", "accelerator")]).unwrap();
        let text = script::script(&config, &[]).text;
        let polled = text.lines().take_while(|line| line.starts_with("poll"));
        assert_eq!(polled.count() as u64, *script::IDENTIFICATION.end());
    }
}
