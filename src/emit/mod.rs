// SPDX-License-Identifier: MIT OR Apache-2.0
//! Output: files, manifests and documents around the emitted Verilog.
//!
//! [`generate`] turns a configuration into files in memory; [`write()`] puts them into a folder,
//! whole or not at all.

pub(crate) mod design;
mod documents;
pub mod driver;
mod filelist;
mod folder;
mod generate;
pub(crate) mod header;
mod lock;
mod manifest;
mod output_file;
mod replace;
mod replay;
mod stage;
mod writer;

pub use generate::generate;
pub(crate) use generate::rendering;
pub(crate) use lock::Lock;
pub use manifest::{MANIFEST_NAME, Manifest, ManifestFile};
pub use output_file::OutputFile;
pub use replace::{Contents, replace_folder};
pub use writer::{Outcome, WriteOptions, Written, write};
