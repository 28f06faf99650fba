// SPDX-License-Identifier: MIT OR Apache-2.0
//! The command `hcim-fuzz`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use hcim_fuzz::{Figures, Settings, TARGETS, run};

const EXAMPLES: &str = "\
Exit codes: 0 nothing failed, 1 something did, 2 wrong usage.

Examples:
  cargo run -p hcim-fuzz                                  every target, 1000 mutations each
  cargo run -p hcim-fuzz -- --executions 1000000          a million, shared out among the targets
  cargo run -p hcim-fuzz -- --target liberty --seed 7 --json
  cargo run -p hcim-fuzz -- --target lef --replay input   one input

An input that failed is kept in --failures. Copy it to fuzz/corpus/<target>/ with the fix.";

/// Hostile input for everything of hcim that reads text.
#[derive(Debug, Parser)]
#[command(version, after_help = EXAMPLES)]
struct Arguments {
    /// Mutated inputs altogether
    #[arg(long, default_value_t = 1000 * TARGETS.len() as u64)]
    executions: u64,
    /// Seed
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Targets whose names contain this
    #[arg(long, default_value = "")]
    target: String,
    /// Folder of the corpus
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus"))]
    corpus: PathBuf,
    /// Folder for inputs that failed
    #[arg(long, default_value = "build/fuzz")]
    failures: PathBuf,
    /// Execute the inputs of these files and no others
    #[arg(long, num_args = 1..)]
    replay: Vec<PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
    /// Also write the figures to FILE.json and FILE.md
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let chosen: Vec<_> = TARGETS
        .iter()
        .filter(|target| target.name.contains(&arguments.target))
        .collect();
    if chosen.is_empty() {
        let names: Vec<_> = TARGETS.iter().map(|target| target.name).collect();
        eprintln!(
            "no target's name contains {:?}; there are: {}",
            arguments.target,
            names.join(", ")
        );
        return ExitCode::from(2);
    }
    if !arguments.replay.is_empty() {
        for (target, file) in chosen
            .iter()
            .flat_map(|target| arguments.replay.iter().map(move |file| (target, file)))
        {
            match std::fs::read(file) {
                Ok(input) => println!(
                    "{} {}: {:?}",
                    target.name,
                    file.display(),
                    (target.run)(&input)
                ),
                Err(error) => {
                    eprintln!("{}: {error}", file.display());
                    return ExitCode::from(2);
                }
            }
        }
        return ExitCode::SUCCESS;
    }
    let settings = Settings {
        seed: arguments.seed,
        executions: arguments.executions.div_ceil(chosen.len() as u64),
        corpus: arguments.corpus,
        time: Duration::from_secs(30),
        ..Settings::short(arguments.failures)
    };
    eprintln!("seed {}", settings.seed);
    let mut all = Vec::new();
    for target in chosen {
        let say = |done: u64| {
            if !arguments.json {
                eprint!("\r{:<22} {done:>9}", target.name);
            }
        };
        match run(target, &settings, say) {
            Ok(figures) => all.push(figures),
            Err(error) => {
                eprintln!("\n{}: {error}", target.name);
                return ExitCode::FAILURE;
            }
        }
    }
    eprint!("\r{:40}\r", "");
    let json = format!(
        "{:#}\n",
        serde_json::json!({ "command": command(&settings), "seed": settings.seed, "targets": all })
    );
    let markdown = table(&all);
    if let Some(file) = &arguments.report {
        let text = format!(
            "<!-- SPDX-License-Identifier: MIT OR Apache-2.0 -->\n# Fuzzing\n\n- Command: `{}`\n- hcim {}, seed {}\n\n{markdown}",
            command(&settings),
            env!("CARGO_PKG_VERSION"),
            settings.seed
        );
        for (ending, text) in [("json", &json), ("md", &text)] {
            let file = file.with_extension(ending);
            let folder = file.parent().unwrap_or(std::path::Path::new("."));
            if let Err(error) =
                std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&file, text))
            {
                eprintln!("{}: {error}", file.display());
                return ExitCode::FAILURE;
            }
        }
    }
    print!("{}", if arguments.json { &json } else { &markdown });
    ExitCode::from(u8::from(all.iter().any(|one| !one.failures.is_empty())))
}

fn command(settings: &Settings) -> String {
    let executions = settings.executions * TARGETS.len() as u64;
    format!(
        "cargo run -p hcim-fuzz -- --executions {executions} --seed {}",
        settings.seed
    )
}

fn table(all: &[Figures]) -> String {
    let mut text = "| target | corpus | executions | outcomes | longest input | most memory | slowest | seconds | failures |\n\
         |---|---|---|---|---|---|---|---|---|\n"
        .to_owned();
    for one in all {
        text += &format!(
            "| {} | {} | {} | {} | {} B | {:.1} MiB | {:.1} ms | {:.1} | {} |\n",
            one.target,
            one.corpus,
            one.executions,
            one.outcomes,
            one.longest_bytes,
            one.peak_bytes as f64 / f64::from(1 << 20),
            one.slowest_ms,
            one.seconds,
            one.failures.len()
        );
    }
    let executions: u64 = all.iter().map(|one| one.executions + one.corpus).sum();
    let seconds: f64 = all.iter().map(|one| one.seconds).sum();
    text += &format!("\n{executions} executions in {seconds:.0} s\n");
    for failure in all.iter().flat_map(|one| &one.failures) {
        text += &format!("failed: {failure}\n");
    }
    text
}
