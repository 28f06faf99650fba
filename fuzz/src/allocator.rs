// SPDX-License-Identifier: MIT OR Apache-2.0
//! An allocator that knows how much memory an execution takes, and gives no more than a limit.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

static TAKEN: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);
static LIMIT: AtomicUsize = AtomicUsize::new(usize::MAX);

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: every call goes to the system's allocator with the layout that came in; counting touches no memory of it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let taken = TAKEN.fetch_add(layout.size(), Relaxed) + layout.size();
        if taken > LIMIT.load(Relaxed) {
            TAKEN.fetch_sub(layout.size(), Relaxed);
            // The process ends here: nobody expects memory to be refused.
            return std::ptr::null_mut();
        }
        PEAK.fetch_max(taken, Relaxed);
        // SAFETY: as our caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        TAKEN.fetch_sub(layout.size(), Relaxed);
        // SAFETY: as our caller promises.
        unsafe { System.dealloc(memory, layout) }
    }
}

/// Begins to measure, and to refuse more than `limit` bytes beyond what is taken now.
pub fn begin(limit: usize) {
    let taken = TAKEN.load(Relaxed);
    PEAK.store(taken, Relaxed);
    LIMIT.store(taken.saturating_add(limit), Relaxed);
}

/// Ends it; gives the bytes that were taken at most since [`begin`], less what was taken before.
pub fn end(before: usize) -> usize {
    LIMIT.store(usize::MAX, Relaxed);
    PEAK.load(Relaxed).saturating_sub(before)
}

/// Bytes that are taken now.
pub fn taken() -> usize {
    TAKEN.load(Relaxed)
}
