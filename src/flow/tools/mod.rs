// SPDX-License-Identifier: MIT OR Apache-2.0
//! The programs of others: where they are, which version, and running them with a log.

mod find;
mod limited;
mod run;
mod version;
mod yosys;

pub use find::{on_path, scripts_folder};
pub use limited::{Ended, run_limited};
pub use run::{Finished, Run};
pub use version::Version;
pub use yosys::Yosys;
