// SPDX-License-Identifier: MIT OR Apache-2.0
//! Writes vectors of a random tile run for the replay testbench; see `hcim_golden::vectors`.

use std::path::Path;
use std::process::ExitCode;

use hcim_golden::Config;
use hcim_golden::vectors::{Addresses, Vectors, write_files};

const USAGE: &str = "usage: hcim-golden-vectors CONFIG.json FOLDER SEED MVMS [OPTION ...]
  threshold=FIRST,STRIDE      byte addresses of the THRESHOLD registers
  skip=ADDRESS,ZERO,EMPTY     address of SKIP and the masks of its bits
  before=ADDRESS,DATA         a write before all others
  after=ADDRESS,DATA          a write after all others
Numbers are decimal, or hexadecimal with 0x.";

fn number(text: &str) -> Result<u32, String> {
    let parsed = match text.strip_prefix("0x") {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => text.parse(),
    };
    parsed.map_err(|_| format!("{text:?} is no number of 32 bits"))
}

fn option(addresses: &mut Addresses, text: &str) -> Result<(), String> {
    let (name, values) = text
        .split_once('=')
        .ok_or_else(|| format!("{text:?} is no option"))?;
    let values = values
        .split(',')
        .map(number)
        .collect::<Result<Vec<u32>, String>>()?;
    match (name, values.as_slice()) {
        ("threshold", &[first, stride]) => {
            (addresses.threshold, addresses.stride) = (Some(first), stride);
        }
        ("skip", &[address, zero, empty]) => addresses.skip = Some((address, zero, empty)),
        ("before", &[address, data]) => addresses.before.push((address, data)),
        ("after", &[address, data]) => addresses.after.push((address, data)),
        _ => return Err(format!("{text:?} is no option")),
    }
    Ok(())
}

fn run(arguments: &[String]) -> Result<(), String> {
    let [config, folder, seed, mvms, options @ ..] = arguments else {
        return Err(USAGE.to_owned());
    };
    let text = std::fs::read_to_string(config).map_err(|error| format!("{config}: {error}"))?;
    let config = Config::from_json(&text).map_err(|error| error.to_string())?;
    let seed = seed.parse().map_err(|_| format!("{seed:?} is no seed"))?;
    let mut addresses = Addresses::default();
    options
        .iter()
        .try_for_each(|text| option(&mut addresses, text))?;
    let vectors = Vectors::with_addresses(&config, seed, number(mvms)?, &addresses);
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
