// SPDX-License-Identifier: MIT OR Apache-2.0
//! Several jobs at a time.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The number of jobs that was given, else that of the cores.
pub fn jobs(given: Option<u32>) -> usize {
    given.map_or_else(
        || std::thread::available_parallelism().map_or(2, usize::from),
        |jobs| jobs as usize,
    )
}

/// Runs `work` on every item, `jobs` at a time; results come in the order of the items.
pub fn run_all<T: Sync, R: Send>(
    items: &[T],
    jobs: usize,
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, R)>> = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..jobs.clamp(1, items.len().max(1)) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(index) else { return };
                    let result = work(item);
                    // Nothing panics while it holds the lock.
                    let mut results = results.lock().unwrap_or_else(|held| held.into_inner());
                    results.push((index, result));
                }
            });
        }
    });
    let mut results = results
        .into_inner()
        .unwrap_or_else(|held| held.into_inner());
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items() {
        let items: Vec<u64> = (0..40).collect();
        for jobs in [0, 1, 3, 100] {
            let found = run_all(&items, jobs, |item| {
                std::thread::sleep(std::time::Duration::from_micros(40 - item));
                item * item
            });
            assert_eq!(
                found,
                items.iter().map(|item| item * item).collect::<Vec<_>>()
            );
        }
        assert_eq!(run_all(&[0u8; 0], 4, |item| *item), Vec::<u8>::new());
        assert_eq!(jobs(Some(7)), 7);
        assert!(jobs(None) >= 1);
    }
}
