// SPDX-License-Identifier: MIT OR Apache-2.0
//! CIFAR-10's binary version: records of a label and 3 x 32 x 32 bytes, colour after colour.

use std::path::Path;

use super::{DataError, DataErrorCode, Dataset, Kind, files};
use crate::MapShape;

const SIDE: usize = 32;
const COLOURS: usize = 3;
const RECORD: usize = 1 + COLOURS * SIDE * SIDE;
/// Records of a file of the original.
const RECORDS: u64 = 10_000;

pub(super) fn load(folder: &Path) -> Result<Dataset, DataError> {
    let inner = folder.join("cifar-10-batches-bin");
    let folder = files::folder_with([folder.to_path_buf(), inner], "data_batch_1.bin");
    let mut pixels = Vec::new();
    let mut labels = Vec::new();
    let mut test_from = 0;
    let names = (1..=5).map(|n| format!("data_batch_{n}.bin"));
    for name in names.chain(["test_batch.bin".into()]) {
        test_from = labels.len();
        let bytes = files::read(Kind::Cifar10, &folder, &name, RECORDS * RECORD as u64)?;
        if bytes.is_empty() || bytes.len() % RECORD != 0 {
            let message = format!("{name} has {} bytes", bytes.len());
            return Err(DataError::new(DataErrorCode::WrongSize, message).help(format!(
                "a record has {RECORD} bytes: a label and 3 x 32 x 32 pixels; fetch the binary version again"
            )));
        }
        for record in bytes.chunks_exact(RECORD) {
            labels.push(record[0]);
            let planes = &record[1..];
            for pixel in 0..SIDE * SIDE {
                pixels.extend((0..COLOURS).map(|colour| planes[colour * SIDE * SIDE + pixel]));
            }
        }
    }
    let shape = MapShape {
        height: SIDE,
        width: SIDE,
        channels: COLOURS,
    };
    Dataset::from_bytes(Kind::Cifar10, shape, 10, pixels, labels, test_from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(label: u8) -> Vec<u8> {
        let mut bytes = vec![label];
        for colour in 0..COLOURS {
            bytes.extend((0..SIDE * SIDE).map(|pixel| (pixel % 80 + colour * 80) as u8));
        }
        bytes
    }

    #[test]
    fn made_files_are_read_and_damaged_ones_refused() {
        let folder = tempfile::tempdir().expect("folder");
        let inside = folder.path().join("cifar-10-batches-bin");
        std::fs::create_dir(&inside).expect("folder");
        for n in 1..=5 {
            std::fs::write(inside.join(format!("data_batch_{n}.bin")), record(n)).expect("write");
        }
        let error = load(folder.path()).expect_err("no test batch");
        assert_eq!(error.code, DataErrorCode::Missing);
        std::fs::write(inside.join("test_batch.bin"), record(9)).expect("write");
        let read = load(folder.path()).expect("legal");
        assert_eq!((read.len(), read.label(5)), (6, 9));
        assert_eq!(read.part(super::super::Part::Test), [5]);
        assert_eq!(
            read.codes(0, 8).skip(3).take(3).collect::<Vec<_>>(),
            [1, 81, 161]
        );
        std::fs::write(inside.join("data_batch_3.bin"), &record(1)[1..]).expect("write");
        assert_eq!(
            load(folder.path()).expect_err("short").code,
            DataErrorCode::WrongSize
        );
        std::fs::write(inside.join("data_batch_3.bin"), record(10)).expect("write");
        assert_eq!(
            load(folder.path()).expect_err("label").code,
            DataErrorCode::BadLabel
        );
    }
}
