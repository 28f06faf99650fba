// SPDX-License-Identifier: MIT OR Apache-2.0
//! Runs whole networks: bit-packed, on all cores, the same answers however many there are.
//!
//! [`plain`] is the same as loops that read like the formulas; the tests hold both equal. [`disturb`] runs networks on
//! comparators and cells that are not perfect.

pub mod disturb;
mod finish;
mod mvm;
pub mod parallel;
pub mod plain;
mod pool;
mod window;

use hcim_network::{Kind, MapShape, Network, Source};

use crate::columns::{Counts, Lanes};
use crate::error::{Error, Kind as ErrorKind, Result};
use crate::rng::Rng;

pub use finish::predicted;

/// What a layer gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Activations, `[height][width][channel]`.
    Activations(Vec<u8>),
    /// Scores, `[height][width][output]`.
    Scores(Vec<i64>),
}

impl Output {
    /// As numbers, to find the largest or to print them.
    pub fn numbers(&self) -> Vec<i64> {
        match self {
            Self::Activations(values) => values.iter().map(|value| i64::from(*value)).collect(),
            Self::Scores(values) => values.clone(),
        }
    }
}

/// What became of one layer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LayerTrace {
    /// `[position][output]` before the requantisation; of a pooling `[position][channel]`: largest element or sum.
    pub y: Vec<i64>,
    /// Partial sums and planes; zero for pooling.
    pub counts: Counts,
}

/// What became of an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// A trace and an output for each layer.
    pub layers: Vec<(LayerTrace, Output)>,
}

impl Trace {
    /// The last layer's output.
    pub fn answer(&self) -> Vec<i64> {
        let last = self.layers.last();
        last.map_or(Vec::new(), |(_, output)| output.numbers())
    }

    /// Index of the largest entry of the answer, the first of equals.
    pub fn predicted(&self) -> usize {
        predicted(&self.answer())
    }
}

/// What is to be found out besides the answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Nothing: the fastest.
    Answer,
    /// Zeros and planes.
    Counts,
    /// Zeros, planes, and y of every layer.
    Values,
}

/// A network made ready.
#[derive(Clone, Debug)]
pub struct Engine {
    network: Network,
    shapes: Vec<MapShape>,
    /// One for each layer; `None` for pooling.
    layers: Vec<Option<mvm::Prepared>>,
}

/// Buffers that an image needs; keep one for each thread.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    vector: Vec<u8>,
    sliced: Vec<u64>,
    sums: Vec<Lanes<i64>>,
    /// Of a disturbed engine.
    analog: Vec<f32>,
    rng: Rng,
}

impl Engine {
    /// Makes a network ready.
    ///
    /// # Errors
    /// An invalid network; its first fault is told.
    pub fn new(network: &Network) -> Result<Self> {
        let shapes = network.shapes().map_err(|faults| invalid(&faults))?;
        let layers = network.layers.iter().map(|layer| match &layer.kind {
            Kind::Mvm(mvm) => {
                let input = network.shape_of(layer.input, &shapes);
                Some(mvm::Prepared::new(mvm, input))
            }
            Kind::Pool(_) => None,
        });
        Ok(Self {
            layers: layers.collect(),
            network: network.clone(),
            shapes,
        })
    }

    /// The network.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// Shapes of the layers' outputs.
    pub fn shapes(&self) -> &[MapShape] {
        &self.shapes
    }

    /// Runs an image `[height][width][channel]`.
    ///
    /// # Errors
    /// An image of another size, or elements of too many bits.
    pub fn run(&self, image: &[u8], detail: Detail, scratch: &mut Scratch) -> Result<Trace> {
        check_image(&self.network, image)?;
        let mut trace = Trace { layers: Vec::new() };
        for (index, layer) in self.network.layers.iter().enumerate() {
            let input = map(&self.network, layer.input, image, &self.shapes, &trace)?;
            let output = self.shapes[index];
            let mut own = LayerTrace::default();
            let y = match (&layer.kind, &self.layers[index]) {
                (Kind::Mvm(_), Some(prepared)) => {
                    prepared.run(input, output, detail, scratch, &mut own.counts)
                }
                (Kind::Pool(pool), _) => pool::run(pool, input, output),
                (Kind::Mvm(_), None) => return Err(internal("a layer is not prepared")),
            };
            let finished = finish::layer(&self.network, index, &y, output, |source| {
                map(&self.network, source, image, &self.shapes, &trace)
            })?;
            if detail == Detail::Values {
                own.y = y;
            }
            trace.layers.push((own, finished));
        }
        Ok(trace)
    }

    /// Runs many images on `threads` threads; the traces come in the order of the images.
    ///
    /// # Errors
    /// That of the first image at fault.
    pub fn run_all(
        &self,
        images: &[Vec<u8>],
        detail: Detail,
        threads: usize,
    ) -> Result<Vec<Trace>> {
        let run = |scratch: &mut Scratch, index: usize| self.run(&images[index], detail, scratch);
        parallel::map(images.len(), threads, Scratch::default, run)
            .into_iter()
            .collect()
    }
}

/// A map of activations and its shape.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Map<'a> {
    pub(crate) shape: MapShape,
    pub(crate) elements: &'a [u8],
}

impl Map<'_> {
    /// An element; `None` outside.
    pub(crate) fn get(&self, y: usize, x: usize, channel: usize) -> Option<u8> {
        let inside = y < self.shape.height && x < self.shape.width && channel < self.shape.channels;
        inside.then(|| self.elements[(y * self.shape.width + x) * self.shape.channels + channel])
    }
}

fn map<'a>(
    network: &Network,
    source: Source,
    image: &'a [u8],
    shapes: &[MapShape],
    trace: &'a Trace,
) -> Result<Map<'a>> {
    let shape = network.shape_of(source, shapes);
    let elements = match source {
        Source::Image => image,
        Source::Layer(index) => match trace.layers.get(index) {
            Some((_, Output::Activations(values))) => values,
            _ => return Err(internal("a layer reads what has no activations")),
        },
    };
    Ok(Map { shape, elements })
}

fn check_image(network: &Network, image: &[u8]) -> Result<()> {
    let wanted = network.input.elements();
    if image.len() != wanted {
        return Err(Error::size("the image", image.len(), wanted));
    }
    let bits = network.input_bits;
    match image.iter().position(|x| u32::from(*x) >> bits != 0) {
        Some(index) => Err(Error::range(format!(
            "element {index} of the image is {}, more than {bits} bits",
            image[index]
        ))),
        None => Ok(()),
    }
}

fn invalid(faults: &[hcim_network::Fault]) -> Error {
    let first = faults.first().map(ToString::to_string).unwrap_or_default();
    Error::range(format!("the network is not valid: {first}"))
}

fn internal(what: &str) -> Error {
    Error::new(ErrorKind::Internal, what)
}
