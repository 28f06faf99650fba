// SPDX-License-Identifier: MIT OR Apache-2.0
//! MNIST's format: big-endian header (0, 0, 8 for bytes, number of dimensions, sizes of 32 bits), then bytes.

use std::path::Path;

use super::{DataError, DataErrorCode, Dataset, Kind, files};
use crate::MapShape;

/// Far above MNIST's 47 MB.
const LIMIT: u64 = 1 << 30;

pub(super) fn load(kind: Kind, folder: &Path) -> Result<Dataset, DataError> {
    let (shape, mut pixels, mut labels) = pair(kind, folder, "train", None)?;
    let test_from = labels.len();
    let (_, test_pixels, test_labels) = pair(kind, folder, "t10k", Some(shape))?;
    pixels.extend(test_pixels);
    labels.extend(test_labels);
    Dataset::from_bytes(kind, shape, 10, pixels, labels, test_from)
}

type Pair = (MapShape, Vec<u8>, Vec<u8>);

fn pair(
    kind: Kind,
    folder: &Path,
    part: &str,
    expected: Option<MapShape>,
) -> Result<Pair, DataError> {
    let images = format!("{part}-images-idx3-ubyte");
    let labels = format!("{part}-labels-idx1-ubyte");
    let (sizes, pixels) = parse::<3>(files::read(kind, folder, &images, LIMIT)?, &images)?;
    let ([count], label_bytes) = parse::<1>(files::read(kind, folder, &labels, LIMIT)?, &labels)?;
    let [number, height, width] = sizes;
    let shape = MapShape {
        height,
        width,
        channels: 1,
    };
    let mut wrong = None;
    if count != number || number == 0 {
        wrong = Some(format!(
            "{images} has {number} images, {labels} has {count} labels"
        ));
    } else if height == 0 || width == 0 || height > 1024 || width > 1024 {
        wrong = Some(format!(
            "the images of {images} have {height} x {width} pixels"
        ));
    } else if expected.is_some_and(|expected| expected != shape) {
        wrong = Some(format!(
            "{images} has {height} x {width} pixels, the training images have others"
        ));
    }
    if let Some(message) = wrong {
        return Err(
            DataError::new(DataErrorCode::WrongSize, message).help(format!(
                "the files of {} belong together: fetch all of them again",
                kind.name()
            )),
        );
    }
    Ok((shape, pixels, label_bytes))
}

/// Sizes of the dimensions and the bytes behind the header.
fn parse<const D: usize>(
    mut bytes: Vec<u8>,
    name: &str,
) -> Result<([usize; D], Vec<u8>), DataError> {
    let magic = [0, 0, 8, D as u8];
    if bytes.get(..4) != Some(&magic[..]) {
        let found = &bytes[..bytes.len().min(4)];
        let message = format!("{name} starts with {found:02x?}, not with {magic:02x?}");
        return Err(DataError::new(DataErrorCode::WrongMagic, message).help(
            "this is no IDX file of bytes with that number of dimensions: put the dataset's own file there",
        ));
    }
    let header = 4 + 4 * D;
    let mut sizes = [0; D];
    let mut total = Some(header);
    for (size, word) in sizes.iter_mut().zip(bytes[4..].chunks_exact(4)) {
        *size = word
            .iter()
            .fold(0, |all, &byte| all << 8 | usize::from(byte));
    }
    if let Some(elements) = sizes
        .iter()
        .try_fold(1usize, |all, &size| all.checked_mul(size))
    {
        total = elements.checked_add(header);
    }
    if bytes.len() < header || total != Some(bytes.len()) {
        let message = format!(
            "{name} has {} bytes; its header promises sizes {sizes:?}",
            bytes.len()
        );
        return Err(DataError::new(DataErrorCode::WrongSize, message)
            .help("the file is truncated or damaged: fetch it again"));
    }
    bytes.drain(..header);
    Ok((sizes, bytes))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn idx(sizes: &[u32], data: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0, 0, 8, sizes.len() as u8];
        for size in sizes {
            bytes.extend(size.to_be_bytes());
        }
        bytes.extend(data);
        bytes
    }

    fn write(folder: &Path, images: &[u8], labels: &[u8]) {
        for part in ["train", "t10k"] {
            std::fs::write(folder.join(format!("{part}-images-idx3-ubyte")), images)
                .expect("write");
            std::fs::write(folder.join(format!("{part}-labels-idx1-ubyte")), labels)
                .expect("write");
        }
    }

    #[test]
    fn made_files_are_read_plain_and_compressed() {
        let folder = tempfile::tempdir().expect("folder");
        write(
            folder.path(),
            &idx(&[2, 1, 2], &[1, 2, 3, 4]),
            &idx(&[2], &[7, 9]),
        );
        let plain = load(Kind::Mnist, folder.path()).expect("legal");
        assert_eq!((plain.len(), plain.label(1)), (4, 9));
        assert_eq!(plain.codes(3, 8).collect::<Vec<_>>(), [3, 4]);
        let name = folder.path().join("train-labels-idx1-ubyte");
        std::fs::remove_file(&name).expect("remove");
        let file = std::fs::File::create(name.with_extension("gz")).expect("create");
        let mut packer = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
        packer.write_all(&idx(&[2], &[7, 9])).expect("pack");
        packer.finish().expect("pack");
        assert_eq!(load(Kind::Mnist, folder.path()).expect("legal").label(0), 7);
    }

    #[test]
    fn hostile_files_are_clear_errors() {
        let folder = tempfile::tempdir().expect("folder");
        let code = |images: &[u8], labels: &[u8]| {
            write(folder.path(), images, labels);
            load(Kind::Mnist, folder.path()).expect_err("hostile").code
        };
        let (images, labels) = (idx(&[2, 1, 2], &[1, 2, 3, 4]), idx(&[2], &[7, 9]));
        assert_eq!(code(&images[..19], &labels), DataErrorCode::WrongSize);
        assert_eq!(code(&images[..9], &labels), DataErrorCode::WrongSize);
        assert_eq!(code(&[], &labels), DataErrorCode::WrongMagic);
        assert_eq!(code(&labels, &images), DataErrorCode::WrongMagic);
        assert_eq!(
            code(&images, &idx(&[3], &[1, 2, 3])),
            DataErrorCode::WrongSize
        );
        assert_eq!(code(&images, &idx(&[2], &[1, 10])), DataErrorCode::BadLabel);
        let huge = idx(&[u32::MAX, u32::MAX, u32::MAX], &[]);
        assert_eq!(code(&huge, &labels), DataErrorCode::WrongSize);
        let empty = Path::new("/nonexistent");
        let error = load(Kind::FashionMnist, empty).expect_err("missing");
        assert_eq!(error.code, DataErrorCode::Missing);
        assert!(
            error
                .help
                .is_some_and(|help| help.contains("t10k-labels-idx1-ubyte"))
        );
    }
}
