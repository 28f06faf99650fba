// SPDX-License-Identifier: MIT OR Apache-2.0
//! Datasets: images and labels as integers.
//!
//! A dataset splits by the number n of an image. The digits: n % 5 = 0, 1, 2 train, 3 validates, 4 tests. Datasets
//! with test files of their own: those test; of the others n % 10 = 9 validates. Whoever chooses anything (early
//! stopping, hyperparameters) looks at the validation part; the test part is looked at once.

mod cifar;
mod digits;
mod fault;
mod files;
mod idx;

use std::path::Path;

pub use fault::{DataError, DataErrorCode};

use crate::MapShape;

/// The datasets that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// 1,797 hand-written digits of 8 x 8 pixels: shipped.
    Digits,
    /// MNIST's files, 28 x 28 pixels.
    Mnist,
    /// Fashion-MNIST's files, 28 x 28 pixels.
    FashionMnist,
    /// CIFAR-10's binary files, 32 x 32 pixels of three colours.
    Cifar10,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Digits, Self::Mnist, Self::FashionMnist, Self::Cifar10];

    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Digits => "digits",
            Kind::Mnist => "mnist",
            Kind::FashionMnist => "fashion-mnist",
            Kind::Cifar10 => "cifar10",
        }
    }

    /// Reads the dataset. `folder` is where the user's files are; the digits need none (a file `digits.csv` in a given
    /// folder takes the place of the shipped one).
    ///
    /// # Errors
    /// A file is missing, cannot be read, or is not what its name says; the error says what to put where.
    pub fn load(self, folder: Option<&Path>) -> Result<Dataset, DataError> {
        let needed = || {
            folder.ok_or_else(|| {
                DataError::new(
                    DataErrorCode::NoFolder,
                    format!(
                        "the dataset {} is not shipped, and no folder is given",
                        self.name()
                    ),
                )
                .help(format!("give --data DIR with {}", self.files()))
            })
        };
        match self {
            Kind::Digits => digits::load(folder),
            Kind::Mnist | Kind::FashionMnist => idx::load(self, needed()?),
            Kind::Cifar10 => cifar::load(needed()?),
        }
    }

    /// The files that a folder must hold, in words.
    pub const fn files(self) -> &'static str {
        match self {
            Kind::Digits => {
                "digits.csv: lines of 64 pixels 0 .. 16 and the label (or no --data: the shipped images)"
            }
            Kind::Mnist | Kind::FashionMnist => {
                "train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and \
                 t10k-labels-idx1-ubyte (or the same names with .gz)"
            }
            Kind::Cifar10 => {
                "data_batch_1.bin .. data_batch_5.bin and test_batch.bin of the binary version of CIFAR-10 \
                 (there, or in a folder cifar-10-batches-bin)"
            }
        }
    }
}

/// A part of a dataset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// What networks learn from.
    Train,
    /// What choices look at.
    Validation,
    /// What is looked at once.
    Test,
}

/// How many values a pixel has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Depth {
    /// 0 ..= 16, of which 16 becomes 15.
    Seventeen,
    /// 0 ..= 255.
    Byte,
}

/// Images and labels.
#[derive(Clone, Debug)]
pub struct Dataset {
    /// Which one.
    pub kind: Kind,
    /// Shape of an image.
    pub shape: MapShape,
    /// Number of classes.
    pub classes: usize,
    depth: Depth,
    /// `[image][height][width][channel]`.
    pixels: Vec<u8>,
    labels: Vec<u8>,
    /// Images from this one on come from test files; `None`: the split is by n % 5.
    test_from: Option<usize>,
}

impl Dataset {
    /// A dataset from pixels of 8 bits `[image][height][width][channel]`; images from `test_from` on test.
    ///
    /// # Errors
    /// The numbers of pixels, labels and classes contradict each other.
    pub fn from_bytes(
        kind: Kind,
        shape: MapShape,
        classes: usize,
        pixels: Vec<u8>,
        labels: Vec<u8>,
        test_from: usize,
    ) -> Result<Self, DataError> {
        let wrong = |message: String| DataError::new(DataErrorCode::WrongSize, message);
        let size = shape.height * shape.width * shape.channels;
        if size == 0 || labels.is_empty() || pixels.len() != size * labels.len() {
            return Err(wrong(format!(
                "{} pixels for {} images of {size}",
                pixels.len(),
                labels.len()
            )));
        }
        if test_from > labels.len() {
            return Err(wrong(format!(
                "test images from {test_from} on, of {}",
                labels.len()
            )));
        }
        if let Some(n) = labels.iter().position(|&l| usize::from(l) >= classes) {
            let message = format!("image {n} has label {}", labels[n]);
            return Err(DataError::new(DataErrorCode::BadLabel, message)
                .help(format!("labels are 0 .. {}", classes.saturating_sub(1))));
        }
        Ok(Self {
            kind,
            shape,
            classes,
            depth: Depth::Byte,
            pixels,
            labels,
            test_from: Some(test_from),
        })
    }

    /// Number of images.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The label of image `n`, below the number of classes.
    pub fn label(&self, n: usize) -> u8 {
        self.labels[n]
    }

    /// The pixels of image `n` as numbers of `bits` bits (1 ..= 8), `[height][width][channel]`. Digits:
    /// min(pixel, 15) >> max(0, 4 - bits); others: pixel >> (8 - bits).
    pub fn codes(&self, n: usize, bits: u32) -> impl Iterator<Item = u8> + '_ {
        let size = self.shape.height * self.shape.width * self.shape.channels;
        let depth = self.depth;
        self.pixels[n * size..][..size]
            .iter()
            .map(move |&pixel| match depth {
                Depth::Seventeen => pixel.min(15) >> 4u32.saturating_sub(bits),
                Depth::Byte => pixel >> 8u32.saturating_sub(bits).min(7),
            })
    }

    /// The numbers of the images of a part, ascending.
    pub fn part(&self, part: Part) -> Vec<usize> {
        (0..self.len())
            .filter(|&n| self.part_of(n) == part)
            .collect()
    }

    fn part_of(&self, n: usize) -> Part {
        match self.test_from {
            Some(from) if n >= from => Part::Test,
            Some(_) if n % 10 == 9 => Part::Validation,
            None if n % 5 == 4 => Part::Test,
            None if n % 5 == 3 => Part::Validation,
            _ => Part::Train,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_digits_split_by_five() {
        let digits = Kind::Digits.load(None).expect("shipped");
        assert_eq!(digits.len(), 1797);
        let sizes = [Part::Train, Part::Validation, Part::Test].map(|part| digits.part(part).len());
        assert_eq!(sizes, [1079, 359, 359]);
        assert_eq!(digits.part(Part::Test)[..2], [4, 9]);
        // The first line of the file: 0,0,5,13,9,1,0,0,... label 0.
        let codes: Vec<u8> = digits.codes(0, 4).take(8).collect();
        assert_eq!(codes, [0, 0, 5, 13, 9, 1, 0, 0]);
        let codes: Vec<u8> = digits.codes(0, 2).take(8).collect();
        assert_eq!(codes, [0, 0, 1, 3, 2, 0, 0, 0]);
        // 16 becomes 15.
        assert!(digits.codes(1, 8).all(|code| code <= 15));
    }

    #[test]
    fn a_dataset_that_is_not_shipped_says_what_to_put_where() {
        let error = Kind::Cifar10.load(None).expect_err("no folder");
        assert_eq!(error.code, DataErrorCode::NoFolder);
        assert!(
            error
                .help
                .is_some_and(|help| help.contains("data_batch_1.bin"))
        );
    }

    #[test]
    fn bytes_become_codes_by_their_upper_bits() {
        let shape = MapShape {
            height: 1,
            width: 2,
            channels: 1,
        };
        let made = Dataset::from_bytes(Kind::Mnist, shape, 2, vec![255, 16, 128, 0], vec![0, 1], 1)
            .expect("legal");
        assert_eq!(made.codes(0, 4).collect::<Vec<_>>(), [15, 1]);
        assert_eq!(made.codes(1, 8).collect::<Vec<_>>(), [128, 0]);
        assert_eq!(made.part(Part::Test), [1]);
        let wrong = Dataset::from_bytes(Kind::Mnist, shape, 1, vec![0; 4], vec![0, 1], 1);
        assert_eq!(wrong.expect_err("label 1").code, DataErrorCode::BadLabel);
        let wrong = Dataset::from_bytes(Kind::Mnist, shape, 2, vec![0; 3], vec![0, 1], 1);
        assert_eq!(wrong.expect_err("3 pixels").code, DataErrorCode::WrongSize);
    }
}
