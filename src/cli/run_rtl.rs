// SPDX-License-Identifier: MIT OR Apache-2.0
//! A network on the generated hardware: generate, simulate under a host script, compare every value.

use std::path::Path;

use hcim_golden::engine::Trace;
use hcim_network::Network;
use serde::{Deserialize, Serialize};

use crate::config::{Code, Diagnostic, Report};
use crate::emit::{self, WriteOptions};
use crate::flow::ppa::Simulator;
use crate::flow::report::write_text;
use crate::flow::tools::run_limited;
use crate::flow::words::absolute;
use crate::mapping::{self, Content, Mode, script};

use super::config_args::ConfigArgs;
use super::map::accelerator;
use super::progress::say;

/// Longest simulation in seconds.
const LIMIT: u64 = 24 * 3600;

/// How it is run.
pub(super) struct Options<'a> {
    pub config: &'a ConfigArgs,
    pub build: &'a Path,
    pub seed: u64,
    pub stalls: bool,
}

/// What came of it.
#[derive(Debug, Serialize)]
pub(super) struct Hardware {
    /// Command that generates the accelerator.
    pub command: String,
    /// Sums, activations and scores that were compared.
    pub values: usize,
    /// Cycles of runs for an image, with the passes that show every value.
    pub cycles_per_image: u64,
    /// Bit planes without a one that the tiles skipped.
    pub planes_skipped: u64,
    /// Seed of power-up values and stalls.
    pub seed: u64,
}

/// Outcome of a host script.
#[derive(Deserialize)]
struct Outcome {
    reads: std::collections::BTreeMap<String, u64>,
}

/// Runs images on the hardware; every value must be that of the golden engine.
pub(super) fn run(
    network: &Network,
    images: &[Vec<u8>],
    traces: &[Trace],
    options: &Options<'_>,
) -> Result<(Hardware, Report), Report> {
    let (config, _, warnings) = accelerator(network, options.config)?;
    let program = mapping::map(network, &config, Mode::Trace)?;
    let simulator = Simulator::find()?;
    let files = emit::generate(&config)?;
    let write = WriteOptions {
        force: true,
        dry_run: false,
    };
    let design = emit::write(&options.build.join("design"), &config, &files, write)?.folder;
    let script = script::script(&program, &config, images);
    let folder = options.build.join(&network.name);
    let file = folder.join("host.script");
    write_text(&file, &script.text)?;
    std::fs::write(folder.join(script::DATA), &script.data).map_err(|error| {
        let message = format!("cannot write the packets: {error}");
        Report::from(Diagnostic::new(Code::InputOutput, message))
    })?;
    say(&format!(
        "{} images on {} in simulation",
        images.len(),
        config.name()
    ));
    let out = folder.join("outcome");
    let mut command = simulator.command();
    command
        .arg("host-script")
        .arg("--design")
        .arg(absolute(&design))
        .arg("--script")
        .arg(absolute(&file))
        .arg("--out")
        .arg(absolute(&out))
        .args(["--seed", &options.seed.to_string()]);
    if options.stalls {
        command.arg("--stalls");
    }
    run_limited(
        "hcim-sim host-script",
        command,
        &folder.join("host.log"),
        LIMIT,
    )?;
    let broken = |what: String| -> Report {
        Diagnostic::new(Code::EnginesDiffer, what)
            .help("the script, its log and its outcome are in the build folder")
            .into()
    };
    let text = std::fs::read_to_string(out.join("result.json"));
    let text = text.map_err(|error| broken(format!("the simulation left no result: {error}")))?;
    let outcome: Outcome = serde_json::from_str(&text)
        .map_err(|error| broken(format!("the result is not understood: {error}")))?;
    let beats = std::fs::read(out.join("beats.bin"))
        .map_err(|error| broken(format!("the simulation left no beats: {error}")))?;
    let values = compare(network, &program, traces, &beats).map_err(broken)?;
    let skipped = outcome
        .reads
        .iter()
        .filter(|(name, _)| name.starts_with("skipped_"));
    let hardware = Hardware {
        command: config.command_line(),
        values,
        cycles_per_image: outcome.reads.get("cycles").copied().unwrap_or(0)
            / images.len().max(1) as u64,
        planes_skipped: skipped.map(|(_, count)| count).sum(),
        seed: options.seed,
    };
    Ok((hardware, warnings))
}

/// Beats against the golden engine's values; gives their number, or the first difference.
fn compare(
    network: &Network,
    program: &mapping::Program,
    traces: &[Trace],
    beats: &[u8],
) -> Result<usize, String> {
    let mut beats = beats.chunks_exact(9).map(|beat| {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&beat[..8]);
        i64::from_le_bytes(bytes)
    });
    let mut compared = 0;
    for (image, trace) in traces.iter().enumerate() {
        let values = |layer: usize, content: Content| match content {
            Content::Sums => trace.layers[layer].0.y.clone(),
            Content::Activations | Content::Scores => trace.layers[layer].1.numbers(),
        };
        let expected = program.phases.iter().flat_map(|phase| &phase.expected);
        let mut places = expected.flat_map(|expected| {
            (0..expected.beats())
                .map(move |n| (expected, n / expected.channels, n % expected.channels))
        });
        for want in mapping::expected_beats(program, &values) {
            let place = places.next();
            let got = beats.next();
            compared += 1;
            if got == Some(want) {
                continue;
            }
            let place = place.map_or(String::new(), |(expected, position, channel)| {
                format!(
                    "image {image}, layer {}, {:?}, position {position}, channel {}",
                    network.layers[expected.layer].name,
                    expected.content,
                    expected.first_channel + channel
                )
            });
            return Err(match got {
                Some(got) => format!("{place}: the hardware gives {got}, the golden engine {want}"),
                None => format!("{place}: the hardware has ended without this value"),
            });
        }
    }
    match beats.count() {
        0 => Ok(compared),
        more => Err(format!(
            "the hardware gave {more} values more than there are"
        )),
    }
}
