// SPDX-License-Identifier: MIT OR Apache-2.0
//! Trains the digits CNN with the library alone and writes the network:
//! `cargo run --release -p hcim-train --example digits -- digits_cnn.safetensors`. `hcim train` does the same and more.

use std::error::Error;
use std::path::Path;

use hcim_network::data::Kind;
use hcim_train::ops::Method;
use hcim_train::session::{Event, Session};
use hcim_train::settings::Settings;
use hcim_train::spec::Model;

fn main() -> Result<(), Box<dyn Error>> {
    let dataset = Kind::Digits.load(None)?;
    let settings = Settings::defaults(Model::Cnn, Kind::Digits, Method::Ours);
    println!("seed {}", settings.seed);
    let mut session = Session::new(settings, &dataset)?;
    session.run(|event| {
        if let Event::Epoch(epoch) = event {
            println!(
                "phase {} epoch {:2}: loss {:.4}, validation {:.4}, zeros {:.3}",
                epoch.phase,
                epoch.epoch,
                epoch.loss,
                epoch.validation.accuracy(),
                epoch.validation.zeros
            );
        }
    })?;
    let outcome = session.finish()?;
    println!("test {:.4}", outcome.test.accuracy());
    if let (Some(path), Some(exported)) = (std::env::args().nth(1), outcome.exported) {
        hcim_network::file::write(&exported.network, Path::new(&path))
            .map_err(|faults| format!("{faults:?}"))?;
    }
    Ok(())
}
