// SPDX-License-Identifier: MIT OR Apache-2.0
//! Measuring many designs at a time, without holes.

use std::io::{IsTerminal as _, Write as _};
use std::sync::Mutex;
use std::time::Instant;

use crate::config::{Code, Diagnostic, Report};
use crate::flow::pool::run_all;

use super::cache::Cache;
use super::design::{Design, Workload};
use super::points::Task;
use super::record::{Energy, Implementation, Measured};

/// Turns designs into figures.
pub trait Measure: Sync {
    /// Digest of everything that area and timing of a design follow from.
    ///
    /// # Errors
    /// A design that cannot be generated.
    fn implementation_key(&self, design: &Design) -> Result<String, Report>;

    /// Synthesis and timing.
    ///
    /// # Errors
    /// Whatever fails on the way.
    fn implement(&self, design: &Design) -> Result<Implementation, Report>;

    /// Digest of everything but the netlist that the energy of a design follows from.
    fn energy_key(&self, design: &Design, workload: Workload) -> String;

    /// Simulation and power, of the netlist that [`implement`](Self::implement) left, or makes again.
    ///
    /// # Errors
    /// Whatever fails on the way.
    fn energy(
        &self,
        design: &Design,
        implementation: &Implementation,
        workload: Workload,
    ) -> Result<Energy, Report>;
}

/// Measures all tasks, `jobs` at a time, and gives the figures in their order. `total` and `before`
/// are for the progress on standard error: how many there are in all, how many were done before.
///
/// # Errors
/// If a design fails: all others are measured and kept first, then the report names every
/// one that failed.
pub fn run(
    measure: &dyn Measure,
    cache: &Cache,
    tasks: &[Task],
    jobs: usize,
) -> Result<Vec<Measured>, Report> {
    let progress = Mutex::new(Progress::new(tasks.len()));
    let results = run_all(tasks, jobs, |task| {
        let name = task.design.id();
        with(&progress, |progress| progress.begin(&name));
        let result = one(measure, cache, task);
        with(&progress, |progress| progress.end(&name, result.is_err()));
        result
    });
    with(&progress, Progress::clear);
    let mut figures = Vec::new();
    let mut failed = Vec::new();
    let mut report = Report::default();
    for (task, result) in tasks.iter().zip(results) {
        match result {
            Ok(measured) => figures.push(measured),
            Err(found) => {
                failed.push(task.design.id());
                report.extend(found);
            }
        }
    }
    if failed.is_empty() {
        return Ok(figures);
    }
    let message = format!(
        "{} of {} designs could not be measured: {}",
        failed.len(),
        tasks.len(),
        failed.join(", ")
    );
    report.push(Diagnostic::new(Code::ComparisonIncomplete, message).help(
        "no report is written with holes; the figures of the others are kept, and the same command goes on from here",
    ));
    Err(report)
}

/// One design with all its workloads.
fn one(measure: &dyn Measure, cache: &Cache, task: &Task) -> Result<Measured, Report> {
    let design = &task.design;
    let key = measure.implementation_key(design)?;
    let name = design.id();
    let implementation = match cache.get(&name, &key) {
        Some(implementation) => implementation,
        None => {
            let implementation = measure.implement(design)?;
            cache.put(&name, &key, &implementation)?;
            implementation
        }
    };
    let mut energies = Vec::new();
    for &workload in &task.workloads {
        let entry = format!("{name}.{}", workload.word().replace(':', "_"));
        let key = format!(
            "{key} {} {}",
            implementation.netlist_sha256,
            measure.energy_key(design, workload)
        );
        let energy = match cache.get(&entry, &key) {
            Some(energy) => energy,
            None => {
                let energy = measure.energy(design, &implementation, workload)?;
                cache.put(&entry, &key, &energy)?;
                energy
            }
        };
        energies.push(energy);
    }
    Ok(Measured {
        design: design.clone(),
        implementation,
        energies,
    })
}

/// A thread that panicked must not hide what the others found.
fn with<T, R>(mutex: &Mutex<T>, change: impl FnOnce(&mut T) -> R) -> R {
    let mut guard = mutex
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    change(&mut guard)
}

/// A line on a terminal, or a line for each design elsewhere.
struct Progress {
    terminal: bool,
    started: Instant,
    total: usize,
    done: usize,
    running: Vec<String>,
}

impl Progress {
    fn new(total: usize) -> Self {
        Progress {
            terminal: std::io::stderr().is_terminal(),
            started: Instant::now(),
            total,
            done: 0,
            running: Vec::new(),
        }
    }

    fn begin(&mut self, name: &str) {
        self.running.push(name.to_owned());
        self.draw();
    }

    fn end(&mut self, name: &str, failed: bool) {
        self.running.retain(|running| running != name);
        self.done += 1;
        if !self.terminal {
            let outcome = if failed { " failed" } else { "" };
            self.put(&format!("{} {name}{outcome}\n", self.count()));
        }
        self.draw();
    }

    fn count(&self) -> String {
        let seconds = self.started.elapsed().as_secs();
        format!("[{}/{}, {seconds} s]", self.done, self.total)
    }

    fn draw(&self) {
        if self.terminal {
            let line = format!("{} {}", self.count(), self.running.join(", "));
            let line: String = line.chars().take(110).collect();
            self.put(&format!("\r\x1b[K{line}"));
        }
    }

    fn clear(&mut self) {
        if self.terminal {
            self.put("\r\x1b[K");
        }
    }

    fn put(&self, text: &str) {
        let mut err = std::io::stderr();
        // Nobody is left to tell if standard error is closed.
        let _ = err.write_all(text.as_bytes()).and_then(|()| err.flush());
    }
}

#[cfg(test)]
mod tests {
    use super::super::design::ArrayPoint;
    use super::super::made_up;
    use super::super::points::dcim;
    use super::*;

    /// Counts what is measured; designs with this many columns fail.
    struct Counting {
        failing: u32,
        implemented: Mutex<Vec<String>>,
        simulated: Mutex<Vec<String>>,
        seed: &'static str,
    }

    impl Counting {
        fn new(failing: u32, seed: &'static str) -> Self {
            Counting {
                failing,
                implemented: Mutex::default(),
                simulated: Mutex::default(),
                seed,
            }
        }

        fn counts(&self) -> (usize, usize) {
            let count = |list: &Mutex<Vec<String>>| with(list, |list| list.len());
            (count(&self.implemented), count(&self.simulated))
        }
    }

    impl Measure for Counting {
        fn implementation_key(&self, design: &Design) -> Result<String, Report> {
            Ok(design.id())
        }

        fn implement(&self, design: &Design) -> Result<Implementation, Report> {
            if design.columns() == self.failing {
                return Err(Diagnostic::new(Code::ToolFailed, "yosys failed").into());
            }
            with(&self.implemented, |list| list.push(design.id()));
            Ok(made_up::measured(design.clone(), 1.0, 1.0, 1).implementation)
        }

        fn energy_key(&self, _: &Design, workload: Workload) -> String {
            format!("{} {}", workload.word(), self.seed)
        }

        fn energy(
            &self,
            design: &Design,
            _: &Implementation,
            workload: Workload,
        ) -> Result<Energy, Report> {
            with(&self.simulated, |list| list.push(design.id()));
            let mut energy = made_up::measured(design.clone(), 1.0, 1.0, 1)
                .energies
                .remove(0);
            energy.workload = workload;
            Ok(energy)
        }
    }

    fn tasks() -> Vec<Task> {
        let task = |columns| Task {
            design: Design::Array(ArrayPoint {
                columns,
                ..dcim(1, "latch", true)
            }),
            workloads: vec![Workload::Zeros(58), Workload::Digits],
        };
        (1..=6).map(|n| task(n * 4)).collect()
    }

    #[test]
    fn figures_come_in_order_and_are_measured_once() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path(), false);
        let first = Counting::new(0, "seed 1");
        let figures = run(&first, &cache, &tasks(), 3).unwrap();
        let columns: Vec<u32> = figures.iter().map(|one| one.design.columns()).collect();
        assert_eq!(columns, [4, 8, 12, 16, 20, 24]);
        assert_eq!(first.counts(), (6, 12));
        let again = Counting::new(0, "seed 1");
        assert_eq!(run(&again, &cache, &tasks(), 2).unwrap(), figures);
        assert_eq!(again.counts(), (0, 0));
        // Another activity leaves area and timing alone.
        let other = Counting::new(0, "seed 2");
        run(&other, &cache, &tasks(), 2).unwrap();
        assert_eq!(other.counts(), (0, 12));
    }

    #[test]
    fn a_failure_is_named_and_the_others_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path(), false);
        let broken = Counting::new(12, "seed 1");
        let text = run(&broken, &cache, &tasks(), 2).unwrap_err().to_string();
        assert!(
            text.contains("1 of 6 designs could not be measured: dcim_c12_"),
            "{text}"
        );
        assert!(text.contains("yosys failed"), "{text}");
        let mended = Counting::new(0, "seed 1");
        run(&mended, &cache, &tasks(), 2).unwrap();
        assert_eq!(mended.counts(), (1, 2));
    }
}
