// SPDX-License-Identifier: MIT OR Apache-2.0
//! One writer at a time in a folder. The lock is on the folder itself and belongs to the process,
//! so it leaves no file behind and ends with the process, however that ends.

use std::path::Path;
use std::time::Duration;

use crate::config::Report;

/// What became of the wish for a lock.
#[derive(Debug)]
pub(crate) enum Lock {
    /// Nobody else writes here until this is dropped.
    #[cfg_attr(not(unix), allow(dead_code))]
    Held {
        /// The open folder that carries the lock.
        _folder: std::fs::File,
    },
    /// This system or file system has no such locks.
    Unsupported,
}

impl Lock {
    /// Waits for the lock on a folder, but no longer than `patience`.
    #[cfg(unix)]
    pub(crate) fn wait(folder: &Path, patience: Duration) -> Result<Self, Report> {
        use rustix::fs::{FlockOperation, flock};
        use rustix::io::Errno;

        let Ok(file) = std::fs::File::open(folder) else {
            return Ok(Lock::Unsupported);
        };
        let step = Duration::from_millis(20);
        let mut waited = Duration::ZERO;
        loop {
            match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => return Ok(Lock::Held { _folder: file }),
                Err(Errno::WOULDBLOCK | Errno::INTR) if waited < patience => {
                    std::thread::sleep(step);
                    waited += step;
                }
                Err(Errno::WOULDBLOCK | Errno::INTR) => return Err(busy(folder)),
                Err(_) => return Ok(Lock::Unsupported),
            }
        }
    }

    /// Without locks on folders there is nothing to wait for.
    #[cfg(not(unix))]
    pub(crate) fn wait(_folder: &Path, _patience: Duration) -> Result<Self, Report> {
        Ok(Lock::Unsupported)
    }

    /// Whether nobody else writes here.
    pub(super) fn is_held(&self) -> bool {
        matches!(self, Lock::Held { .. })
    }
}

#[cfg(unix)]
fn busy(folder: &Path) -> Report {
    use crate::config::{Code, Diagnostic, quoted};
    let shown = quoted(&folder.to_string_lossy());
    Diagnostic::new(
        Code::Busy,
        format!("another run of hcim is writing to {shown}"),
    )
    .help("wait until it has ended, or choose another folder")
    .into()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let first = Lock::wait(folder.path(), Duration::ZERO).unwrap();
        assert!(first.is_held());
        let report = Lock::wait(folder.path(), Duration::ZERO).unwrap_err();
        assert!(
            report
                .to_string()
                .starts_with("error[HC0306]: another run of hcim is writing to")
        );
        drop(first);
        assert!(Lock::wait(folder.path(), Duration::ZERO).unwrap().is_held());
    }
}
