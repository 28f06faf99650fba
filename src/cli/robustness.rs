// SPDX-License-Identifier: MIT OR Apache-2.0
//! `hcim robustness`: how good comparators and cells must be.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use hcim_golden::engine::disturb::Disturbance;
use hcim_golden::engine::{Detail, Engine, parallel};
use serde::Serialize;

use crate::config::{Code, Diagnostic, Report, VERSION, quoted, sha256_hex};
use crate::flow::ppa::plot::{Chart, Mark, Series};
use crate::flow::report::{write_json, write_text};

use super::images::{ImageArgs, Images};
use super::network;
use super::output::Output;
use super::progress::say;

pub(super) const EXAMPLES: &str = "\
A Monte-Carlo run of the golden engine. A die is an accelerator with drawn errors; noise is drawn anew for each decision.
  offset     offsets of the comparators, standard deviation in unit cells; two comparators a ternary column
  noise      noise of each decision, standard deviation in unit cells
  variation  conductance of the cells, relative standard deviation
  stuck-off  share of the cells that never conduct
  stuck-on   share of the cells that always conduct

Sums of perfect cells are integers, and the references of the comparators stand midway between two of them (--reference).

A sweep shows one of them at several strengths, the others as --with says (else perfect). Planes without a one are
skipped before all that, as in the hardware. Accuracy is the mean, the least and the greatest of the dies.

Exit codes: 0 done, 1 the system failed, 2 the input is at fault.

Examples:
  hcim robustness networks/digits_cnn.safetensors
  hcim robustness net.safetensors --sweep offset=0,0.5,1,2,4 --dies 20 --seed 7 --report reports/robustness/net
  hcim robustness net.safetensors --sweep noise=0,0.5,1 --with offset=1 --json";

/// What is swept where nothing is said.
const USUAL: [&str; 4] = [
    "offset=0,0.25,0.5,1,1.5,2,3,4",
    "noise=0,0.25,0.5,1,1.5,2,3,4",
    "variation=0,0.05,0.1,0.2,0.3,0.5",
    "stuck-off=0,0.001,0.003,0.01,0.03,0.1",
];

#[derive(Debug, Args)]
pub(super) struct RobustnessArgs {
    /// Network: a safetensors file, or the JSON of a fully connected network
    #[arg(value_name = "NETWORK")]
    network: PathBuf,
    /// What is swept: offset, noise, variation, stuck-off or stuck-on with its strengths; may be given again [default:
    /// all but stuck-on]
    #[arg(long, value_name = "KIND=A,B,..", value_parser = sweep)]
    sweep: Vec<Sweep>,
    /// Strength of what is not swept; may be given again
    #[arg(long = "with", value_name = "KIND=A", value_parser = fixed)]
    with: Vec<(Kind, f64)>,
    /// Where the comparators' references stand beyond the threshold code, in unit cells: 0.5 is midway between two sums
    #[arg(long, value_name = "X", default_value_t = 0.5, value_parser = reference)]
    reference: f64,
    /// Dies for each strength
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    dies: u32,
    /// Seed of the first die; each next die has the next seed
    #[arg(long, value_name = "X", default_value_t = 1)]
    seed: u64,
    /// Threads [default: the number of cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
    threads: Option<u32>,
    /// Write robustness.md, robustness.json and a plot for each sweep into this folder
    #[arg(long, value_name = "DIR")]
    report: Option<PathBuf>,
    /// Print one JSON document instead of text
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    images: ImageArgs,
}

/// What is not perfect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Offset,
    Noise,
    Variation,
    StuckOff,
    StuckOn,
}

impl Kind {
    const ALL: [Kind; 5] = [
        Kind::Offset,
        Kind::Noise,
        Kind::Variation,
        Kind::StuckOff,
        Kind::StuckOn,
    ];

    const fn name(self) -> &'static str {
        match self {
            Kind::Offset => "offset",
            Kind::Noise => "noise",
            Kind::Variation => "variation",
            Kind::StuckOff => "stuck-off",
            Kind::StuckOn => "stuck-on",
        }
    }

    /// What a strength is, for the axis of a plot.
    const fn axis(self) -> &'static str {
        match self {
            Kind::Offset => "standard deviation of comparator offsets (unit cells)",
            Kind::Noise => "standard deviation of comparator noise (unit cells)",
            Kind::Variation => "relative standard deviation of cell conductances",
            Kind::StuckOff => "share of cells that never conduct",
            Kind::StuckOn => "share of cells that always conduct",
        }
    }

    fn set(self, disturbance: &mut Disturbance, strength: f64) {
        match self {
            Kind::Offset => disturbance.offset = strength,
            Kind::Noise => disturbance.noise = strength,
            Kind::Variation => disturbance.variation = strength,
            Kind::StuckOff => disturbance.stuck_off = strength,
            Kind::StuckOn => disturbance.stuck_on = strength,
        }
    }

    fn most(self) -> f64 {
        match self {
            Kind::StuckOff | Kind::StuckOn => 1.0,
            Kind::Offset | Kind::Noise | Kind::Variation => 1e6,
        }
    }
}

/// A kind at several strengths.
#[derive(Clone, Debug, PartialEq)]
struct Sweep {
    kind: Kind,
    strengths: Vec<f64>,
}

fn sweep(text: &str) -> Result<Sweep, String> {
    let (name, list) = text
        .split_once('=')
        .ok_or("it has the form KIND=A,B,.. (offset=0,0.5,1)")?;
    let kind = Kind::ALL.into_iter().find(|kind| kind.name() == name);
    let kind = kind.ok_or_else(|| {
        let names: Vec<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
        format!("`{name}` is none of {}", names.join(", "))
    })?;
    let strengths: Result<Vec<f64>, String> = list
        .split(',')
        .map(|text| match text.trim().parse::<f64>() {
            Ok(value) if (0.0..=kind.most()).contains(&value) => Ok(value),
            _ => Err(format!("`{text}` is no number of 0 .. {}", kind.most())),
        })
        .collect();
    Ok(Sweep {
        kind,
        strengths: strengths?,
    })
}

fn reference(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(value) if (0.0..1.0).contains(&value) => Ok(value),
        _ => Err("it is a number of 0 .. 1, without 1".to_owned()),
    }
}

fn fixed(text: &str) -> Result<(Kind, f64), String> {
    let sweep = sweep(text)?;
    match sweep.strengths[..] {
        [strength] => Ok((sweep.kind, strength)),
        _ => Err("it has the form KIND=A (noise=0.5)".to_owned()),
    }
}

/// Accuracy at a strength.
#[derive(Serialize)]
struct Point {
    strength: f64,
    mean: f64,
    least: f64,
    greatest: f64,
    /// Share of partial sums that are 0, over all dies.
    zeros: f64,
    /// Of each die, in the order of the seeds.
    accuracies: Vec<f64>,
}

#[derive(Serialize)]
struct Curve {
    kind: Kind,
    unit: &'static str,
    points: Vec<Point>,
}

#[derive(Serialize)]
struct Body {
    hcim: &'static str,
    command: String,
    network: String,
    /// SHA-256 of the network's file.
    network_sha256: String,
    dataset: &'static str,
    images: usize,
    /// Without any disturbance.
    accuracy: f64,
    dies: u32,
    seed: u64,
    /// Where the references stand beyond the threshold code.
    reference: f64,
    /// What is not swept.
    fixed: Vec<(Kind, f64)>,
    curves: Vec<Curve>,
}

pub(super) fn run(args: &RobustnessArgs) -> Output {
    let done = measure(args).and_then(|body| {
        if let Some(folder) = &args.report {
            write(folder, &body)?;
        }
        Ok(body)
    });
    match done {
        Err(report) => Output::failure(report, args.json),
        Ok(body) if args.json => Output::json(body, &Report::default()),
        Ok(body) => {
            let mut text = markdown(&body);
            if let Some(folder) = &args.report {
                let _ = writeln!(text, "{}", network::written(&folder.join("robustness.md")));
            }
            Output::text(text, Report::default())
        }
    }
}

fn measure(args: &RobustnessArgs) -> Result<Body, Report> {
    let golden = |error: hcim_golden::Error| -> Report {
        Diagnostic::new(Code::NetworkInvalid, error.to_string()).into()
    };
    let network = network::read(&args.network)?;
    let images = args.images.load(&network)?;
    let engine = Engine::new(&network).map_err(golden)?;
    let threads = args
        .threads
        .map_or_else(parallel::available, |n| n as usize);
    let perfect = engine
        .run_all(&images.images, Detail::Answer, threads)
        .map_err(golden)?;
    let accuracy = share(&images, &perfect);
    let usual = || {
        USUAL
            .iter()
            .filter_map(|text| sweep(text).ok())
            .collect::<Vec<_>>()
    };
    let sweeps = match args.sweep.is_empty() {
        true => usual(),
        false => args.sweep.clone(),
    };
    let mut curves = Vec::new();
    for sweep in &sweeps {
        say(&format!("{}, {} dies", sweep.kind.name(), args.dies));
        let mut points = Vec::new();
        for strength in &sweep.strengths {
            let mut disturbance = Disturbance {
                reference: args.reference,
                ..Disturbance::default()
            };
            for (kind, strength) in &args.with {
                kind.set(&mut disturbance, *strength);
            }
            sweep.kind.set(&mut disturbance, *strength);
            points.push(
                point(
                    &engine,
                    &images,
                    &disturbance,
                    (*strength, args.seed, args.dies),
                    threads,
                )
                .map_err(golden)?,
            );
        }
        curves.push(Curve {
            kind: sweep.kind,
            unit: sweep.kind.axis(),
            points,
        });
    }
    Ok(Body {
        hcim: VERSION,
        command: command(args, &sweeps),
        network: network.name.clone(),
        network_sha256: std::fs::read(&args.network)
            .map(|bytes| sha256_hex(&bytes))
            .unwrap_or_default(),
        dataset: args.images.dataset.name(),
        images: images.images.len(),
        accuracy,
        dies: args.dies,
        seed: args.seed,
        reference: args.reference,
        fixed: args.with.clone(),
        curves,
    })
}

fn share(images: &Images, traces: &[hcim_golden::engine::Trace]) -> f64 {
    images.right(traces.iter().map(|trace| trace.predicted())) as f64 / traces.len().max(1) as f64
}

fn point(
    engine: &Engine,
    images: &Images,
    disturbance: &Disturbance,
    (strength, seed, dies): (f64, u64, u32),
    threads: usize,
) -> Result<Point, hcim_golden::Error> {
    let mut counts = hcim_golden::columns::Counts::default();
    let mut accuracies = Vec::new();
    for die in 0..u64::from(dies) {
        let disturbed = engine.disturbed(disturbance, seed.wrapping_add(die))?;
        let traces = disturbed.run_all(&images.images, Detail::Counts, threads)?;
        for (layer, _) in traces.iter().flat_map(|trace| &trace.layers) {
            counts += layer.counts;
        }
        accuracies.push(share(images, &traces));
    }
    Ok(Point {
        strength,
        mean: accuracies.iter().sum::<f64>() / accuracies.len() as f64,
        least: accuracies.iter().copied().fold(f64::INFINITY, f64::min),
        greatest: accuracies.iter().copied().fold(0.0, f64::max),
        zeros: counts.zeros as f64 / counts.partial_sums.max(1) as f64,
        accuracies,
    })
}

/// The command that gives the same figures; folders of the machine are left out.
fn command(args: &RobustnessArgs, sweeps: &[Sweep]) -> String {
    let file = args.network.file_name().unwrap_or_default();
    let mut command = format!("hcim robustness {}", file.to_string_lossy());
    for sweep in sweeps {
        let strengths: Vec<String> = sweep.strengths.iter().map(f64::to_string).collect();
        let _ = write!(
            command,
            " --sweep {}={}",
            sweep.kind.name(),
            strengths.join(",")
        );
    }
    for (kind, strength) in &args.with {
        let _ = write!(command, " --with {}={strength}", kind.name());
    }
    if args.reference != 0.5 {
        let _ = write!(command, " --reference {}", args.reference);
    }
    let _ = write!(command, " --dies {} --seed {}", args.dies, args.seed);
    command + &args.images.words()
}

fn markdown(body: &Body) -> String {
    let mut text = format!(
        "# Robustness of {}\n\n{} images of {}, accuracy {:.4} with perfect comparators and cells. {} dies for each \
         strength, seeds {} ..= {}. References at T + {}.\n\n`{}`\n",
        body.network,
        body.images,
        body.dataset,
        body.accuracy,
        body.dies,
        body.seed,
        body.seed.wrapping_add(u64::from(body.dies) - 1),
        body.reference,
        body.command
    );
    for (kind, strength) in &body.fixed {
        let _ = writeln!(text, "\n{}: {strength}", kind.axis());
    }
    for curve in &body.curves {
        let _ = write!(
            text,
            "\n## {}\n\n| {} | accuracy | least | greatest | zeros |\n|---|---|---|---|---|\n",
            curve.kind.name(),
            curve.unit
        );
        for point in &curve.points {
            let _ = writeln!(
                text,
                "| {} | {:.4} | {:.4} | {:.4} | {:.1} % |",
                point.strength,
                point.mean,
                point.least,
                point.greatest,
                point.zeros * 100.0
            );
        }
    }
    text
}

fn write(folder: &Path, body: &Body) -> Result<(), Report> {
    let mut text = markdown(body);
    for curve in &body.curves {
        let file = format!("{}.svg", curve.kind.name());
        let svg = chart(body, curve)
            .to_svg()
            .map_err(crate::emit::rendering)?;
        write_text(&folder.join(&file), &svg)?;
        let _ = write!(
            text,
            "\n![accuracy against {}]({file})\n",
            curve.kind.name()
        );
    }
    let _ = write!(
        text,
        "\nNetwork: {} {}\n",
        quoted(&body.network),
        body.network_sha256
    );
    write_json(&folder.join("robustness.json"), body)?;
    write_text(&folder.join("robustness.md"), &text)
}

fn chart(body: &Body, curve: &Curve) -> Chart {
    let series = |name: &str, of: fn(&Point) -> f64| Series {
        name: name.to_owned(),
        marks: curve
            .points
            .iter()
            .map(|point| Mark {
                x: point.strength,
                y: of(point),
                label: String::new(),
                title: format!("{name}: {:.4} at {}", of(point), point.strength),
            })
            .collect(),
    };
    Chart {
        title: format!(
            "{}: accuracy on {}, {} dies",
            body.network, body.dataset, body.dies
        ),
        x_label: curve.unit.to_owned(),
        y_label: "accuracy".to_owned(),
        series: vec![
            series("mean of the dies", |point| point.mean),
            series("best die", |point| point.greatest),
            series("worst die", |point| point.least),
        ],
        joined: true,
        front: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sweeps_are_read() {
        let read = sweep("stuck-on=0, 0.5,1").unwrap();
        assert_eq!(
            (read.kind, read.strengths),
            (Kind::StuckOn, vec![0.0, 0.5, 1.0])
        );
        for bad in [
            "offset",
            "offest=1",
            "offset=",
            "offset=-1",
            "noise=NaN",
            "stuck-off=1.1",
        ] {
            assert!(sweep(bad).is_err(), "{bad}");
        }
        assert!(fixed("noise=1,2").is_err());
        assert!(USUAL.iter().all(|text| sweep(text).is_ok()));
    }
}
