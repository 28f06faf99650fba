// SPDX-License-Identifier: MIT OR Apache-2.0
//! Executes a target many times and watches it.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use fastrand::Rng;
use serde::Serialize;

use crate::allocator;
use crate::mutate::mutate;
use crate::targets::Target;

/// Stack of an execution: what a thread of Rust has.
const STACK: usize = 2 << 20;

/// The slowest input is kept if it took longer than this.
const WORTH_A_LOOK_MS: f64 = 100.0;

/// Inputs of a run beside those of the corpus.
const KEPT: usize = 4000;

/// How to run a target.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Seed of the mutations.
    pub seed: u64,
    /// Mutated inputs; those of the corpus come first and are not counted here.
    pub executions: u64,
    /// Most memory of an execution in bytes.
    pub memory: usize,
    /// Longest execution.
    pub time: Duration,
    /// Folder of the corpus, with a folder per target.
    pub corpus: PathBuf,
    /// Folder for inputs that failed.
    pub failures: PathBuf,
}

impl Settings {
    /// What the short run of `cargo test` takes.
    pub fn short(failures: PathBuf) -> Self {
        Settings {
            seed: 1,
            executions: 1000,
            memory: 256 << 20,
            time: Duration::from_secs(20),
            corpus: Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus"),
            failures,
        }
    }
}

/// What a run showed.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Figures {
    /// Name of the target.
    pub target: String,
    /// Inputs of the corpus that were executed.
    pub corpus: u64,
    /// Mutated inputs that were executed.
    pub executions: u64,
    /// Different outcomes.
    pub outcomes: usize,
    /// Longest input in bytes.
    pub longest_bytes: usize,
    /// Most memory of an execution in bytes.
    pub peak_bytes: usize,
    /// Longest execution in ms.
    pub slowest_ms: f64,
    /// All executions in seconds.
    pub seconds: f64,
    /// What failed, with the file that holds the input.
    pub failures: Vec<String>,
}

/// Runs a target.
///
/// An execution that takes too long, overflows the stack or wants too much memory ends the process: its input is then the
/// file `<target>-last` in the folder of failures.
///
/// # Errors
/// If the corpus cannot be read or the folder of failures cannot be written.
pub fn run(target: &'static Target, settings: &Settings, say: impl Fn(u64)) -> io::Result<Figures> {
    fs::create_dir_all(&settings.failures)?;
    let last = settings.failures.join(format!("{}-last", target.name));
    let mut worker = Worker {
        target,
        settings: settings.clone(),
        corpus: corpus(&settings.corpus.join(target.name))?,
        last: File::create(&last)?,
    };
    let begun = Instant::now();
    let (sender, receiver) = mpsc::channel();
    let done = std::thread::Builder::new()
        .stack_size(STACK)
        .spawn(move || {
            let result = worker.run();
            // The watch is over; if it is gone, so is the process.
            let _ = sender.send(());
            result
        })?;
    while receiver.recv_timeout(Duration::from_millis(100)) == Err(RecvTimeoutError::Timeout) {
        say(EXECUTED.load(Relaxed));
        let (since, now) = (STARTED.load(Relaxed), CLOCK.elapsed());
        if since != 0 && now.saturating_sub(Duration::from_micros(since)) > settings.time {
            eprintln!(
                "{}: an execution takes longer than {:?}; its input is {}",
                target.name,
                settings.time,
                last.display()
            );
            std::process::exit(1);
        }
    }
    let mut figures = done
        .join()
        .map_err(|_| io::Error::other("the driver itself failed"))??;
    figures.seconds = begun.elapsed().as_secs_f64();
    fs::remove_file(&last)?;
    Ok(figures)
}

/// Executions of the run so far.
static EXECUTED: AtomicU64 = AtomicU64::new(0);
/// When the execution under way began, in us of [`CLOCK`]; 0 between executions.
static STARTED: AtomicU64 = AtomicU64::new(0);
static CLOCK: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);

struct Worker {
    target: &'static Target,
    settings: Settings,
    corpus: Vec<Vec<u8>>,
    last: File,
}

impl Worker {
    fn run(&mut self) -> io::Result<Figures> {
        let mut figures = Figures {
            target: self.target.name.to_owned(),
            corpus: self.corpus.len() as u64,
            ..Figures::default()
        };
        let mut seen = HashSet::new();
        for input in self.corpus.clone() {
            self.execute(&input, &mut figures, &mut seen)?;
        }
        let mut random = Rng::with_seed(self.settings.seed);
        let kept = self.corpus.len();
        for number in 1..=self.settings.executions {
            EXECUTED.store(number, Relaxed);
            let input = mutate(&mut random, &self.corpus, kept, self.target.words);
            let new = self.execute(&input, &mut figures, &mut seen)?;
            // Long inputs make all that follow slow.
            if new && self.corpus.len() < kept + KEPT && input.len() < 4096 {
                self.corpus.push(input);
            }
            figures.executions = number;
        }
        figures.outcomes = seen.len();
        Ok(figures)
    }

    /// Executes the target once; true if the outcome is a new one.
    fn execute(
        &mut self,
        input: &[u8],
        figures: &mut Figures,
        seen: &mut HashSet<crate::Outcome>,
    ) -> io::Result<bool> {
        self.remember(input)?;
        let run = self.target.run;
        let before = allocator::taken();
        let begun = Instant::now();
        STARTED.store(CLOCK.elapsed().as_micros().max(1) as u64, Relaxed);
        allocator::begin(self.settings.memory);
        let outcome = catch_unwind(AssertUnwindSafe(|| run(input)));
        let peak = allocator::end(before);
        STARTED.store(0, Relaxed);
        let took = begun.elapsed().as_secs_f64() * 1e3;
        if took > figures.slowest_ms {
            figures.slowest_ms = took;
            if took > WORTH_A_LOOK_MS {
                let file = format!("{}-slowest", self.target.name);
                fs::write(self.settings.failures.join(file), input)?;
            }
        }
        figures.peak_bytes = figures.peak_bytes.max(peak);
        figures.longest_bytes = figures.longest_bytes.max(input.len());
        match outcome {
            Ok(outcome) => Ok(seen.insert(outcome)),
            Err(panic) => {
                let why = panic.downcast_ref::<String>().map(String::as_str);
                let why = why
                    .or(panic.downcast_ref::<&str>().copied())
                    .unwrap_or("panic");
                let file = self.settings.failures.join(format!(
                    "{}-{}",
                    self.target.name,
                    figures.failures.len()
                ));
                fs::write(&file, input)?;
                figures.failures.push(format!("{}: {why}", file.display()));
                Ok(false)
            }
        }
    }

    /// Writes the input down, for the case that the process does not survive it.
    fn remember(&mut self, input: &[u8]) -> io::Result<()> {
        use std::io::Seek as _;
        self.last.rewind()?;
        self.last.write_all(input)?;
        self.last.set_len(input.len() as u64)
    }
}

/// The inputs in a folder, sorted by name.
fn corpus(folder: &Path) -> io::Result<Vec<Vec<u8>>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        files.push(entry?.path());
    }
    files.sort();
    files.iter().map(fs::read).collect()
}
