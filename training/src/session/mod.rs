// SPDX-License-Identifier: MIT OR Apache-2.0
//! A training, batch by batch: phases, epochs, early stopping by the validation part. It can be kept in a checkpoint
//! between any two batches, and goes on from there as if nothing had happened.

mod checkpoint;
mod score;

use candle_core::Tensor;
use hcim_network::PartialSum;
use hcim_network::data::{Dataset, Part};
use rand::seq::SliceRandom as _;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use crate::error::TrainError;
use crate::export::{Exported, export};
use crate::images::{self, Images, Move};
use crate::model::{Snapshot, TrainModel};
use crate::ops::{CrossEntropy, vec};
use crate::optimizer::Optimizer;
use crate::precision::Precision;
use crate::settings::Settings;

pub use checkpoint::Checkpoint;
pub use score::{Score, score, score_network};

type Result<T> = std::result::Result<T, TrainError>;

/// Images that first values of scale factors and thresholds are found from.
const CALIBRATION: usize = 512;

/// A batch that is left over with fewer images than this is left out: its statistics say nothing.
const LEAST_BATCH: usize = 8;

/// A training.
pub struct Session {
    settings: Settings,
    data: Data,
    model: TrainModel,
    optimizer: Optimizer,
    position: Position,
    /// Order of the images in this epoch; empty: not drawn yet.
    order: Vec<usize>,
    /// Of this epoch: a stream of its own for each.
    rng: ChaCha8Rng,
    best: Option<Best>,
    log: Vec<EpochLog>,
}

/// What is learned from.
struct Data {
    name: String,
    digest: String,
    train: Images,
    validation: Images,
    test: Images,
}

/// How far a training is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Position {
    phase: usize,
    epoch: u32,
    batch: usize,
    /// Epochs since the best of the phase.
    stale: u32,
    /// The phase's best.
    best: Option<Score>,
    sums: Sums,
}

/// What came together in an epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sums {
    loss: f64,
    right: usize,
    images: usize,
    zeros: u64,
    partial_sums: u64,
}

/// The best of the last phase.
struct Best {
    score: Score,
    numbers: Snapshot,
}

/// An epoch that is over.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EpochLog {
    /// Phase, from 0.
    pub phase: usize,
    /// What the phase computes.
    pub precision: Precision,
    /// Epoch of the phase, from 0.
    pub epoch: u32,
    /// Learning rate of its last batch.
    pub rate: f64,
    /// Mean loss of its batches, with smoothed targets.
    pub loss: f64,
    /// Share of the training images that were answered rightly, while they were learned from.
    pub accuracy: f64,
    /// By the validation part, in integers from exact sums on.
    pub validation: Score,
    /// Whether it is the best of its phase so far.
    pub best: bool,
}

/// What a step did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Event {
    /// A batch.
    Batch(Progress),
    /// The last batch of an epoch.
    Epoch(EpochLog),
    /// Nothing: the training is over.
    Over,
}

/// How an epoch goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// What is computed.
    pub precision: Precision,
    /// Epoch of the phase, from 0.
    pub epoch: u32,
    /// Batches of the epoch so far.
    pub batch: usize,
    /// Batches of an epoch.
    pub batches: usize,
    /// Mean loss so far.
    pub loss: f64,
    /// Share of right answers so far.
    pub accuracy: f64,
    /// Share of partial sums that were 0.
    pub zeros: f64,
}

/// What came out.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// By the validation part.
    pub validation: Score,
    /// By the test part.
    pub test: Score,
    /// The network; none of floating point.
    pub exported: Option<Exported>,
    /// All epochs.
    pub log: Vec<EpochLog>,
}

impl Sums {
    fn progress(&self, precision: Precision, position: &Position, batches: usize) -> Progress {
        Progress {
            precision,
            epoch: position.epoch,
            batch: position.batch,
            batches,
            loss: self.loss / position.batch.max(1) as f64,
            accuracy: self.right as f64 / self.images.max(1) as f64,
            zeros: self.zeros as f64 / self.partial_sums.max(1) as f64,
        }
    }
}

impl Session {
    /// A training from its beginning.
    ///
    /// # Errors
    /// Settings that cannot be; a part of the dataset without images.
    pub fn new(settings: Settings, dataset: &Dataset) -> Result<Self> {
        settings
            .check(dataset.shape, dataset.classes)
            .map_err(TrainError::Settings)?;
        let spec = settings
            .model
            .spec(dataset.shape, dataset.classes, settings.widths);
        let part = |part, name| match Images::new(dataset, part, spec.input_bits) {
            images if images.images.is_empty() => Err(TrainError::NoImages(name)),
            images => Ok(images),
        };
        let data = Data {
            name: dataset.kind.name().to_owned(),
            digest: images::digest(dataset),
            train: part(Part::Train, "training")?,
            validation: part(Part::Validation, "validation")?,
            test: part(Part::Test, "test")?,
        };
        let mut rng = ChaCha8Rng::seed_from_u64(settings.seed);
        let partial_sum = settings.precision.partial_sum();
        let partial_sum = partial_sum.unwrap_or(PartialSum::Ternary);
        let model = TrainModel::new(spec, settings.quantisation, partial_sum, &mut rng)?;
        Ok(Self {
            optimizer: Optimizer::new(settings.optimizer, &model.parameters),
            position: Position::default(),
            order: Vec::new(),
            best: None,
            log: Vec::new(),
            settings,
            data,
            model,
            rng,
        })
    }

    /// What is trained, and how.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The epochs so far.
    pub fn log(&self) -> &[EpochLog] {
        &self.log
    }

    /// Batches of an epoch.
    pub fn batches(&self) -> usize {
        let (images, batch) = (self.data.train.images.len(), self.settings.batch);
        let rest = images % batch;
        (images / batch + usize::from(rest >= LEAST_BATCH)).max(1)
    }

    /// Learns from the next batch.
    ///
    /// # Errors
    /// A loss that is no number.
    pub fn step(&mut self) -> Result<Event> {
        let phases = self.settings.phases();
        let Some(&(precision, epochs)) = phases.get(self.position.phase) else {
            return Ok(Event::Over);
        };
        if self.position.batch == 0 {
            self.begin_epoch(precision)?;
        } else if self.order.is_empty() {
            self.draw_order();
        }
        let rate = self.learn(precision, epochs)?;
        let batches = self.batches();
        if self.position.batch < batches {
            let progress = self
                .position
                .sums
                .progress(precision, &self.position, batches);
            return Ok(Event::Batch(progress));
        }
        self.end_epoch(&phases, rate).map(Event::Epoch)
    }

    fn begin_epoch(&mut self, precision: Precision) -> Result<()> {
        if self.position.epoch == 0 {
            let train = &self.data.train;
            let some: Vec<usize> = (0..train.images.len().min(CALIBRATION)).collect();
            self.model
                .enter(precision, &train.tensor(&some, Move::default)?)?;
            self.optimizer = Optimizer::new(self.settings.optimizer, &self.model.parameters);
        }
        let stream = (self.position.phase as u64 + 1) << 32 | u64::from(self.position.epoch);
        self.rng = ChaCha8Rng::seed_from_u64(self.settings.seed);
        self.rng.set_stream(stream);
        self.draw_order();
        Ok(())
    }

    /// The order of the epoch: the first that its stream is asked for.
    fn draw_order(&mut self) {
        let place = self.rng.get_word_pos();
        self.rng.set_word_pos(0);
        self.order = (0..self.data.train.images.len()).collect();
        self.order.shuffle(&mut self.rng);
        if place > 0 {
            self.rng.set_word_pos(place);
        }
    }

    /// One batch; gives the learning rate.
    fn learn(&mut self, precision: Precision, epochs: u32) -> Result<f64> {
        let settings = &self.settings;
        let batches = self.batches();
        let position = &mut self.position;
        let from = position.batch * settings.batch;
        let to = (from + settings.batch).min(self.order.len());
        let numbers = &self.order[from..to];
        let (far, flip) = (settings.shift as i32, settings.flip);
        let rng = &mut self.rng;
        let images = self.data.train.tensor(numbers, || Move {
            down: rng.random_range(-far..=far) as isize,
            right: rng.random_range(-far..=far) as isize,
            flip: flip && rng.random(),
        })?;
        let (scores, trace) = self.model.forward(&images, precision)?;
        let loss = scores.contiguous()?.apply_op1(CrossEntropy {
            targets: self.data.train.targets(numbers, settings.smoothing),
            classes: self.data.train.classes,
        })?;
        let value = f64::from(loss.to_scalar::<f32>()?);
        if !value.is_finite() {
            return Err(TrainError::NotFinite {
                at: [position.phase, position.epoch as usize, position.batch],
                loss: value,
            });
        }
        let gradients = loss.backward()?;
        self.model.absorb(&trace);
        let done = (position.epoch as usize * batches + position.batch) as f64;
        let share = done / (epochs as usize * batches) as f64;
        let high = match precision.partial_sum() {
            Some(_) => settings.rate * settings.quantised_rate,
            None => settings.rate,
        };
        // Half a wave of the cosine, down to a hundredth.
        let rate = high * (0.51 + 0.5 * (std::f64::consts::PI * share).cos());
        self.optimizer
            .step(&self.model.parameters, &gradients, rate)?;
        position.batch += 1;
        position.sums.loss += value;
        position.sums.right += right(&scores, &self.data.train, numbers)?;
        position.sums.images += numbers.len();
        position.sums.zeros += trace.zeros();
        position.sums.partial_sums += trace.partial_sums;
        Ok(rate)
    }

    fn end_epoch(&mut self, phases: &[(Precision, u32)], rate: f64) -> Result<EpochLog> {
        let position = self.position;
        let (precision, epochs) = phases[position.phase];
        let validation = score(&self.model, precision, &self.data.validation)?;
        let best = position.best.is_none_or(|old| validation.beats(&old));
        let last = position.phase + 1 == phases.len();
        if best && last {
            self.best = Some(Best {
                score: validation,
                numbers: self.model.snapshot()?,
            });
        }
        let progress = position.sums.progress(precision, &position, self.batches());
        let log = EpochLog {
            phase: position.phase,
            precision,
            epoch: position.epoch,
            rate,
            loss: progress.loss,
            accuracy: progress.accuracy,
            validation,
            best,
        };
        self.log.push(log);
        let stale = if best { 0 } else { position.stale + 1 };
        let over = position.epoch + 1 == epochs || stale >= self.settings.patience;
        self.position = match over {
            true => Position {
                phase: position.phase + 1,
                ..Position::default()
            },
            false => Position {
                phase: position.phase,
                epoch: position.epoch + 1,
                stale,
                best: if best {
                    Some(validation)
                } else {
                    position.best
                },
                ..Position::default()
            },
        };
        self.order.clear();
        Ok(log)
    }

    /// Learns until the training is over.
    ///
    /// # Errors
    /// A loss that is no number.
    pub fn run(&mut self, mut each: impl FnMut(Event)) -> Result<()> {
        loop {
            match self.step()? {
                Event::Over => return Ok(()),
                event => each(event),
            }
        }
    }

    /// Takes the best by the validation part, and looks at the test part: once, here.
    ///
    /// # Errors
    /// The training is not over.
    pub fn finish(mut self) -> Result<Outcome> {
        let over = self.position.phase >= self.settings.phases().len();
        let (true, Some(best)) = (over, self.best.take()) else {
            let message = "the training is not over".to_owned();
            return Err(TrainError::Tensor(candle_core::Error::Msg(message)));
        };
        self.model.restore(&best.numbers)?;
        let precision = self.settings.precision;
        Ok(Outcome {
            validation: best.score,
            test: score(&self.model, precision, &self.data.test)?,
            exported: export(&self.model, precision)?,
            log: self.log,
        })
    }
}

/// Images of a batch that are answered rightly.
fn right(scores: &Tensor, train: &Images, numbers: &[usize]) -> candle_core::Result<usize> {
    let scores = vec(scores)?;
    let rows = scores.chunks_exact(train.classes).zip(numbers);
    Ok(rows
        .filter(|(row, n)| score::first_of_largest(row) == usize::from(train.labels[**n]))
        .count())
}
