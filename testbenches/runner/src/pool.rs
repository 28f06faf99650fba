// SPDX-License-Identifier: MIT OR Apache-2.0
//! A few jobs at a time, with a progress line on a terminal.

use std::collections::VecDeque;
use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::time::Instant;

/// The number of jobs that was given, else that of the cores.
pub fn jobs(given: Option<usize>) -> usize {
    given.unwrap_or_else(|| std::thread::available_parallelism().map_or(2, usize::from))
}

/// Runs `work` on every item, `jobs` at a time; results come in the order of the items. `work` gives its result and
/// whether it failed, `name` what the progress line calls an item.
pub fn run_all<T: Sync, R: Send>(
    items: &[T],
    jobs: usize,
    name: impl Fn(&T) -> String + Sync,
    work: impl Fn(&T) -> (R, bool) + Sync,
) -> Vec<R> {
    let queue: Mutex<VecDeque<usize>> = Mutex::new((0..items.len()).collect());
    let state = Mutex::new(Progress::new(items.len()));
    let results: Mutex<Vec<Option<R>>> = Mutex::new(items.iter().map(|_| None).collect());
    std::thread::scope(|scope| {
        for _ in 0..jobs.max(1).min(items.len()) {
            scope.spawn(|| {
                loop {
                    let next = queue.lock().map(|mut queue| queue.pop_front());
                    let Ok(Some(index)) = next else { return };
                    let name = name(&items[index]);
                    with(&state, |progress| progress.begin(&name));
                    let (result, failed) = work(&items[index]);
                    with(&state, |progress| progress.end(&name, failed));
                    if let Ok(mut results) = results.lock() {
                        results[index] = Some(result);
                    }
                }
            });
        }
    });
    with(&state, Progress::clear);
    results
        .into_inner()
        .unwrap_or_default()
        .into_iter()
        .flatten()
        .collect()
}

fn with(state: &Mutex<Progress>, change: impl FnOnce(&mut Progress)) {
    if let Ok(mut progress) = state.lock() {
        change(&mut progress);
    }
}

struct Progress {
    terminal: bool,
    started: Instant,
    total: usize,
    done: usize,
    failed: usize,
    running: Vec<String>,
}

impl Progress {
    fn new(total: usize) -> Self {
        Progress {
            terminal: std::io::stderr().is_terminal(),
            started: Instant::now(),
            total,
            done: 0,
            failed: 0,
            running: Vec::new(),
        }
    }

    fn begin(&mut self, name: &str) {
        self.running.push(name.to_owned());
        self.draw();
    }

    fn end(&mut self, name: &str, failed: bool) {
        if let Some(at) = self.running.iter().position(|running| running == name) {
            self.running.remove(at);
        }
        self.done += 1;
        self.failed += usize::from(failed);
        self.draw();
    }

    fn draw(&self) {
        if !self.terminal {
            return;
        }
        let mut line = format!(
            "[{}/{}, {} failed, {:.0} s] {}",
            self.done,
            self.total,
            self.failed,
            self.started.elapsed().as_secs_f64(),
            self.running.join(", ")
        );
        if line.chars().count() > 110 {
            line = line.chars().take(107).collect::<String>() + "...";
        }
        self.put(&format!("\r\x1b[K{line}"));
    }

    fn clear(&mut self) {
        if self.terminal {
            self.put("\r\x1b[K");
        }
    }

    fn put(&self, text: &str) {
        let mut err = std::io::stderr();
        let _ = err.write_all(text.as_bytes()).and_then(|()| err.flush());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_their_order() {
        let items: Vec<u64> = (0..50).collect();
        let doubled = run_all(&items, 3, u64::to_string, |item| (item * 2, false));
        assert_eq!(
            doubled,
            items.iter().map(|item| item * 2).collect::<Vec<_>>()
        );
        assert!(run_all(&[] as &[u64], 2, u64::to_string, |item| (*item, false)).is_empty());
    }
}
