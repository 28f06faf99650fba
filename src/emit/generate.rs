// SPDX-License-Identifier: MIT OR Apache-2.0
//! From a configuration to the files of its output folder.

use crate::config::{Config, Report};

use super::output_file::OutputFile;

/// Every file of a configuration but the manifest, which the writer adds. A pure function: the
/// same configuration gives the same bytes.
///
/// # Errors
/// Defects of the generator only; a validated configuration has an output.
pub fn generate(config: &Config) -> Result<Vec<OutputFile>, Report> {
    Ok(vec![
        OutputFile::new("config.toml", config.to_toml()),
        OutputFile::new("config.json", config.to_json()),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_input_same_bytes() {
        let config = Config::default();
        assert_eq!(generate(&config).unwrap(), generate(&config).unwrap());
    }
}
