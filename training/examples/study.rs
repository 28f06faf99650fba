// SPDX-License-Identifier: MIT OR Apache-2.0
//! The trainings and the page of `hcim train --report` without its plots:
//! `cargo run --release -p hcim-train --example study -- record.json`.

use std::error::Error;
use std::path::Path;

use hcim_network::data::Kind;
use hcim_network::file::write_whole;
use hcim_train::TrainError;
use hcim_train::study::Record;

const COMMAND: &str = "cargo run --release -p hcim-train --example study -- digits.json";

#[derive(Debug)]
struct Failure(String);

impl From<TrainError> for Failure {
    fn from(error: TrainError) -> Self {
        Self(error.to_string())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args()
        .nth(1)
        .ok_or("name a file for the record")?;
    let dataset = Kind::Digits.load(None)?;
    let mut record = Record::new(env!("CARGO_PKG_VERSION"), COMMAND, &dataset);
    if let Ok(older) = std::fs::read(&path) {
        record.take_over(serde_json::from_slice(&older)?);
    }
    let keep = |record: &Record| -> Result<(), Failure> {
        let text = serde_json::to_vec_pretty(record).map_err(|e| Failure(e.to_string()))?;
        write_whole(Path::new(&path), &text).map_err(|e| Failure(e.to_string()))
    };
    let done = record.complete(&dataset, |record, run, [n, of]| {
        let settings = &run.settings;
        println!(
            "{n}/{of} {} {} {:?} S {} seed {}: validation {:.4} in {:.1} s",
            settings.model.name(),
            settings.precision.name(),
            settings.quantisation.method,
            settings.widths.scale_bits,
            settings.seed,
            run.validation.accuracy(),
            run.seconds
        );
        keep(record)
    });
    done.and_then(|()| keep(&record))
        .map_err(|failure| failure.0)?;
    let page = Path::new(&path).with_extension("md");
    let plots: Vec<(String, String)> = std::env::args()
        .skip(2)
        .map(|file| (file, "Training curves".to_owned()))
        .collect();
    write_whole(&page, record.to_markdown(&plots).as_bytes())?;
    Ok(())
}
