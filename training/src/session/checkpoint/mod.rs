// SPDX-License-Identifier: MIT OR Apache-2.0
//! A training in a file, between any two batches. It is written beside its place and moved there, so that a kill or a
//! full disk leaves the one before.

mod bytes;
mod exact;
#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use hcim_network::data::{Dataset, Kind};
use hcim_network::file::write_whole;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Best, EpochLog, Position, Result, Score, Session};
use crate::error::TrainError;
use crate::model::{Running, Snapshot};
use crate::ops::Statistics;
use crate::settings::Settings;
use bytes::Numbers;

const VERSION: u32 = 1;
/// Longest file in bytes.
const MAX_BYTES: u64 = 1 << 32;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct State {
    version: u32,
    settings: Settings,
    dataset: String,
    dataset_digest: String,
    position: Position,
    /// The epoch's stream of random numbers, and how many words it has given.
    random: [u64; 2],
    optimizer_steps: u64,
    /// By parameter.
    rates: Vec<f64>,
    /// Batches in the running statistics, by layer.
    running: Vec<Option<u32>>,
    best: Option<Score>,
    best_running: Vec<Option<u32>>,
    log: Vec<EpochLog>,
}

/// A checkpoint that was read and is whole.
pub struct Checkpoint {
    state: State,
    numbers: Numbers,
}

impl Checkpoint {
    /// Reads a file.
    ///
    /// # Errors
    /// A file that cannot be read, or is no whole checkpoint.
    pub fn read(path: &Path) -> Result<Self> {
        let read = || {
            let file = File::open(path)?;
            if file.metadata()?.is_dir() {
                return Err(io::Error::from(io::ErrorKind::IsADirectory));
            }
            let mut bytes = Vec::new();
            file.take(MAX_BYTES).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        let bytes = read().map_err(|error| TrainError::File {
            path: path.to_owned(),
            error,
        })?;
        Self::decode(&bytes)
    }

    fn decode(bytes: &[u8]) -> Result<Self> {
        let (text, numbers) = bytes::decode(bytes)?;
        let damaged = |error| TrainError::Damaged(format!("its state is not understood ({error})"));
        let mut value: Value = serde_json::from_str(&text).map_err(damaged)?;
        let version = value.get("version").and_then(Value::as_u64);
        if version != Some(u64::from(VERSION)) {
            let found = version.map_or("none".to_owned(), |version| version.to_string());
            let message = format!("its version is {found}, this program reads {VERSION}");
            return Err(TrainError::Foreign(message));
        }
        exact::reveal(&mut value);
        let state = serde_json::from_value(value).map_err(damaged)?;
        Ok(Self { state, numbers })
    }

    /// What is trained, and how.
    pub fn settings(&self) -> &Settings {
        &self.state.settings
    }

    /// The dataset.
    ///
    /// # Errors
    /// One that there is not.
    pub fn dataset(&self) -> Result<Kind> {
        let kinds = Kind::ALL.into_iter();
        let mut kinds = kinds.filter(|kind| kind.name() == self.state.dataset);
        kinds
            .next()
            .ok_or_else(|| TrainError::Damaged("its dataset is unknown".to_owned()))
    }

    /// The training, to go on.
    ///
    /// # Errors
    /// Another dataset than the one it began with; contents that contradict each other.
    pub fn resume(mut self, dataset: &Dataset) -> Result<Session> {
        let mut session = Session::new(self.state.settings.clone(), dataset)?;
        if self.state.dataset != session.data.name
            || self.state.dataset_digest != session.data.digest
        {
            return Err(TrainError::Foreign(format!(
                "it began with other images of {} (SHA-256 {}, these have {})",
                self.state.dataset, self.state.dataset_digest, session.data.digest
            )));
        }
        let position = self.state.position;
        let phases = session.settings.phases();
        let inside = match phases.get(position.phase) {
            Some((_, epochs)) => position.epoch < *epochs && position.batch < session.batches(),
            None => position.phase == phases.len() && self.state.best.is_some(),
        };
        if !inside {
            return Err(TrainError::Damaged(
                "it is at a place that there is not".to_owned(),
            ));
        }
        let snapshot = self.snapshot(&session, "", &self.state.running.clone())?;
        session.model.restore(&snapshot)?;
        if let Some(score) = self.state.best {
            let numbers = self.snapshot(&session, "best.", &self.state.best_running.clone())?;
            session.best = Some(Best { score, numbers });
        }
        for n in 0..session.model.parameters.len() {
            let name = session.model.parameters[n].name.clone();
            let size = session.model.parameters[n].var.elem_count();
            session.optimizer.first[n] = self.take(format!("first.{name}"), size)?;
            session.optimizer.second[n] = self.take(format!("second.{name}"), size)?;
        }
        let rates = &self.state.rates;
        if rates.len() != session.model.parameters.len() || rates.iter().any(|r| !r.is_finite()) {
            return Err(TrainError::Damaged("its rates do not fit".to_owned()));
        }
        if let Some(name) = self.numbers.keys().next() {
            return Err(TrainError::Damaged(format!("{name} belongs to nothing")));
        }
        for (parameter, rate) in session.model.parameters.iter_mut().zip(rates) {
            parameter.rate = *rate;
        }
        session.optimizer.steps = self.state.optimizer_steps;
        session.position = position;
        session.log = self.state.log;
        let [stream, words] = self.state.random;
        session.rng.set_stream(stream);
        session.rng.set_word_pos(u128::from(words));
        Ok(session)
    }

    /// Numbers of a model and its running statistics.
    fn snapshot(
        &mut self,
        session: &Session,
        prefix: &str,
        batches: &[Option<u32>],
    ) -> Result<Snapshot> {
        let mut snapshot = session.model.snapshot()?;
        for (parameter, values) in session.model.parameters.iter().zip(&mut snapshot.values) {
            *values = self.take(format!("{prefix}value.{}", parameter.name), values.len())?;
        }
        if batches.len() != snapshot.running.len() {
            return Err(TrainError::Damaged("its statistics do not fit".to_owned()));
        }
        for (n, (running, batches)) in snapshot.running.iter_mut().zip(batches).enumerate() {
            match (running, batches) {
                (None, None) => {}
                (Some(running), Some(batches)) => {
                    let size = running.statistics.mean.len();
                    running.batches = *batches;
                    running.statistics = Statistics {
                        mean: self.take(format!("{prefix}mean.{n}"), size)?,
                        variance: self.take(format!("{prefix}variance.{n}"), size)?,
                    };
                }
                _ => return Err(TrainError::Damaged("its statistics do not fit".to_owned())),
            }
        }
        Ok(snapshot)
    }

    fn take(&mut self, name: String, size: usize) -> Result<Vec<f32>> {
        match self.numbers.remove(&name) {
            Some(values) if values.len() == size => Ok(values),
            Some(values) => Err(TrainError::Damaged(format!(
                "{name} has {} numbers, not {size}",
                values.len()
            ))),
            None => Err(TrainError::Damaged(format!("{name} is missing"))),
        }
    }
}

fn batches(running: &[Option<Running>]) -> Vec<Option<u32>> {
    let batches = |running: &Running| running.batches;
    running
        .iter()
        .map(|one| one.as_ref().map(batches))
        .collect()
}

impl Session {
    /// Keeps the training in a file.
    ///
    /// # Errors
    /// A file that cannot be written; the one before is still there.
    pub fn save(&self, path: &Path) -> Result<()> {
        write_whole(path, &self.encode()?).map_err(|error| TrainError::File {
            path: path.to_owned(),
            error,
        })
    }

    fn encode(&self) -> Result<Vec<u8>> {
        let words = self.rng.get_word_pos();
        let state = State {
            version: VERSION,
            settings: self.settings.clone(),
            dataset: self.data.name.clone(),
            dataset_digest: self.data.digest.clone(),
            position: self.position,
            // An epoch draws a few words an image.
            random: [self.rng.get_stream(), words as u64],
            optimizer_steps: self.optimizer.steps,
            rates: self.model.parameters.iter().map(|p| p.rate).collect(),
            running: batches(&self.model.running),
            best: self.best.as_ref().map(|best| best.score),
            best_running: self
                .best
                .as_ref()
                .map_or(Vec::new(), |best| batches(&best.numbers.running)),
            log: self.log.clone(),
        };
        let mut numbers = Numbers::new();
        self.put(&mut numbers, "", &self.model.snapshot()?);
        if let Some(best) = &self.best {
            self.put(&mut numbers, "best.", &best.numbers);
        }
        for (n, parameter) in self.model.parameters.iter().enumerate() {
            let name = &parameter.name;
            numbers.insert(format!("first.{name}"), self.optimizer.first[n].clone());
            numbers.insert(format!("second.{name}"), self.optimizer.second[n].clone());
        }
        let mut value = serde_json::to_value(&state)
            .map_err(|error| TrainError::Tensor(candle_core::Error::Msg(error.to_string())))?;
        exact::hide(&mut value);
        bytes::encode(value.to_string(), &numbers)
    }

    fn put(&self, numbers: &mut Numbers, prefix: &str, snapshot: &Snapshot) {
        for (parameter, values) in self.model.parameters.iter().zip(&snapshot.values) {
            numbers.insert(format!("{prefix}value.{}", parameter.name), values.clone());
        }
        for (n, running) in snapshot.running.iter().enumerate() {
            if let Some(Running { statistics, .. }) = running {
                numbers.insert(format!("{prefix}mean.{n}"), statistics.mean.clone());
                numbers.insert(format!("{prefix}variance.{n}"), statistics.variance.clone());
            }
        }
    }
}
