// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which images a network is shown.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use hcim_network::Network;
use hcim_network::data::{Kind, Part};

use crate::config::{Code, Diagnostic, Report};

/// Part of a dataset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Which {
    /// What networks learn from
    Train,
    /// What choices look at
    Validation,
    /// What is looked at once
    Test,
}

#[derive(Debug, Args)]
pub(super) struct ImageArgs {
    /// Images: digits, mnist, fashion-mnist or cifar10
    #[arg(long, value_name = "NAME", default_value = "digits", value_parser = dataset)]
    pub(super) dataset: Kind,
    /// Folder with the dataset's files; the digits need none
    #[arg(long, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
    /// Part of the dataset
    #[arg(long, value_enum, default_value = "test")]
    pub(super) part: Which,
    /// Take the first N images of the part only
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) images: Option<u32>,
}

fn dataset(name: &str) -> Result<Kind, String> {
    let found = Kind::ALL.into_iter().find(|kind| kind.name() == name);
    found.ok_or_else(|| {
        let names: Vec<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
        format!("it is one of {}", names.join(", "))
    })
}

/// Images with their labels.
pub(super) struct Images {
    /// As the network takes them, `[height][width][channel]`.
    pub(super) images: Vec<Vec<u8>>,
    labels: Vec<u8>,
}

impl ImageArgs {
    /// Reads the images that a network takes.
    pub(super) fn load(&self, network: &Network) -> Result<Images, Report> {
        let data = self.dataset.load(self.data.as_deref()).map_err(|error| {
            let mut diagnostic = Diagnostic::new(Code::Dataset, error.to_string());
            diagnostic.help.clone_from(&error.help);
            Report::from(diagnostic)
        })?;
        // A fully connected network sees a map as a vector.
        let flat = network.input.pixels() == 1;
        if data.shape != network.input && !(flat && data.shape.elements() == network.input.channels)
        {
            let message = format!(
                "images of {} are {}, the network takes {}",
                self.dataset.name(),
                data.shape,
                network.input
            );
            return Err(Diagnostic::new(Code::Dataset, message)
                .help("name the dataset that the network was trained for: --dataset NAME")
                .into());
        }
        let part = match self.part {
            Which::Train => Part::Train,
            Which::Validation => Part::Validation,
            Which::Test => Part::Test,
        };
        let mut numbers = data.part(part);
        numbers.truncate(self.images.map_or(usize::MAX, |n| n as usize));
        if numbers.is_empty() {
            let message = format!("this part of {} has no images", self.dataset.name());
            return Err(Diagnostic::new(Code::Dataset, message)
                .help("choose another with --part")
                .into());
        }
        let codes = |n: &usize| data.codes(*n, network.input_bits).collect();
        Ok(Images {
            images: numbers.iter().map(codes).collect(),
            labels: numbers.iter().map(|n| data.label(*n)).collect(),
        })
    }

    /// The words of a command line that name the same images.
    pub(super) fn words(&self) -> String {
        let mut words = String::new();
        if self.dataset != Kind::Digits {
            words += &format!(" --dataset {} --data DIR", self.dataset.name());
        }
        match self.part {
            Which::Train => words += " --part train",
            Which::Validation => words += " --part validation",
            Which::Test => {}
        }
        if let Some(images) = self.images {
            words += &format!(" --images {images}");
        }
        words
    }
}

impl Images {
    /// Answers that are right.
    pub(super) fn right(&self, answers: impl Iterator<Item = usize>) -> usize {
        answers
            .zip(&self.labels)
            .filter(|(answer, label)| *answer == usize::from(**label))
            .count()
    }
}
