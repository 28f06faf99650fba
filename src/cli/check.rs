// SPDX-License-Identifier: MIT OR Apache-2.0
//! `hcim check`: validate a configuration.

use serde::Serialize;

use crate::config::{Config, Validated};

use super::args::ConfigOnlyArgs;
use super::load::load;
use super::output::Output;

#[derive(Serialize)]
struct Body<'a> {
    name: &'a str,
    configuration_sha256: String,
    configuration: &'a Config,
}

pub(super) fn run(args: &ConfigOnlyArgs) -> Output {
    match load(&args.config) {
        Err(report) => Output::failure(report, args.json),
        Ok(Validated { config, warnings }) if args.json => {
            let body = Body {
                name: config.name(),
                configuration_sha256: config.digest_hex(),
                configuration: &config,
            };
            Output::json(body, &warnings)
        }
        Ok(Validated { config, warnings }) => Output::text(
            format!("{}: the configuration is valid\n", config.name()),
            warnings,
        ),
    }
}
