// SPDX-License-Identifier: MIT OR Apache-2.0
//! Configuration: the one place where user input becomes a validated, immutable value.
//!
//! Sources (presets, files, flags) go into a [`ConfigBuilder`]; out comes a [`Config`], or a
//! [`Report`] with every fault at once. Nothing behind this module checks user input again.
//!
//! ```
//! use hcim::config::{Config, ConfigBuilder};
//!
//! let config = Config::from_pairs([("rows", 37), ("cols", 100)]).unwrap();
//! assert_eq!(config.name(), "hcim_37x100");
//! assert_eq!(config.derived().outputs, 25);
//!
//! let report = ConfigBuilder::new().set("rows", 0).set("storage", "flops").build().unwrap_err();
//! assert_eq!(report.errors(), 2);
//! ```

mod builder;
mod check;
mod choices;
mod codes;
mod derived;
mod diagnostic;
mod digest;
mod effective;
mod json_file;
mod keys;
mod keywords;
mod model;
mod name;
mod preset;
mod rate;
mod resolve;
pub mod schedule;
mod schema;
mod suggest;
mod toml_file;
mod unknown;
mod value;

pub use builder::{ConfigBuilder, Validated};
pub use choices::{Accumulation, Gating, PartialSum, Storage, Thresholds, Top};
pub use codes::Code;
pub use derived::{AcceleratorDerived, Derived, Packet, StorageBits};
pub use diagnostic::{Diagnostic, Origin, Report, Severity, quoted, visible};
pub use digest::{VERSION, sha256_hex};
pub use keys::{DefaultValue, KEYS, Key, KeyId, Kind, NAME_MAX, SHARING, STREAM_WIDTHS, TIMING};
pub use keywords::is_keyword;
pub use model::{Accelerator, Config, Timing};
pub use preset::{PRESETS, Preset};
pub use rate::{Limiter, Rate};
pub use schema::json_schema;
pub use suggest::nearest;
pub use value::Value;
