// SPDX-License-Identifier: MIT OR Apache-2.0
//! Writes vectors of a random tile run for the replay testbench; see `hcim_golden::vectors`.

use std::path::Path;
use std::process::ExitCode;

use hcim_golden::Config;
use hcim_golden::steps::{self, Step};
use hcim_golden::vectors::{Vectors, write_files};

const USAGE: &str = "usage: hcim-golden-vectors CONFIG.json FOLDER SEED MVMS [STEPS]
STEPS is a file of steps at the register interface, which the generator writes beside the replay testbench.";

fn read(path: &str) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))
}

fn run(arguments: &[String]) -> Result<(), String> {
    let (config, folder, seed, mvms, steps) = match arguments {
        [config, folder, seed, mvms] => (config, folder, seed, mvms, None),
        [config, folder, seed, mvms, steps] => (config, folder, seed, mvms, Some(steps)),
        _ => return Err(USAGE.to_owned()),
    };
    let config = Config::from_json(&read(config)?).map_err(|error| error.to_string())?;
    let seed = seed.parse().map_err(|_| format!("{seed:?} is no seed"))?;
    let mvms = mvms
        .parse()
        .map_err(|_| format!("{mvms:?} is no number of MVMs"))?;
    let steps: Vec<Step> = match steps {
        Some(path) => steps::parse(&read(path)?).map_err(|error| format!("{path}: {error}"))?,
        None => Vec::new(),
    };
    let vectors = Vectors::with_steps(&config, seed, mvms, &steps);
    let vectors = vectors.map_err(|error| error.to_string())?;
    write_files(&vectors, Path::new(folder)).map_err(|error| error.to_string())
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("hcim-golden-vectors: {message}");
            ExitCode::from(2)
        }
    }
}
