// SPDX-License-Identifier: MIT OR Apache-2.0
//! The digits: text, a line an image.

use std::path::Path;

use super::{DataError, DataErrorCode, Dataset, Depth, Kind, files};
use crate::MapShape;

/// The one copy of the images; licence and origin in `PROVENANCE.md` beside it.
const SHIPPED: &str = include_str!("../../../testbenches/reference/digits.csv");
const PIXELS: usize = 64;
const LIMIT: u64 = 1 << 26;

pub(super) fn load(folder: Option<&Path>) -> Result<Dataset, DataError> {
    match folder {
        None => parse(SHIPPED, "the shipped digits"),
        Some(folder) => {
            let bytes = files::read(Kind::Digits, folder, "digits.csv", LIMIT)?;
            let place = folder.join("digits.csv").display().to_string();
            let text = String::from_utf8(bytes).map_err(|_| {
                DataError::new(DataErrorCode::WrongMagic, format!("{place} is no text"))
                    .help(format!("put there {}", Kind::Digits.files()))
            })?;
            parse(&text, &place)
        }
    }
}

fn parse(text: &str, place: &str) -> Result<Dataset, DataError> {
    let mut pixels = Vec::new();
    let mut labels = Vec::new();
    for (n, line) in text.lines().enumerate() {
        let at = || format!("{place}, line {}", n + 1);
        let mut count = 0;
        for word in line.split(',') {
            let value: Option<u8> = word.trim().parse().ok();
            match (count, value) {
                (0..PIXELS, Some(value @ 0..=16)) => pixels.push(value),
                (PIXELS, Some(value @ 0..=9)) => labels.push(value),
                (PIXELS, _) => {
                    return Err(bad(DataErrorCode::BadLabel, &at(), "label", word, "0 .. 9"));
                }
                (0..PIXELS, _) => {
                    return Err(bad(
                        DataErrorCode::BadPixel,
                        &at(),
                        "pixel",
                        word,
                        "0 .. 16",
                    ));
                }
                _ => {}
            }
            count += 1;
        }
        if count != PIXELS + 1 {
            let message = format!("{} has {count} numbers", at());
            return Err(DataError::new(DataErrorCode::WrongSize, message)
                .help("a line has 64 pixels 0 .. 16 and the label, with commas between them"));
        }
    }
    if labels.len() < 5 {
        let message = format!("{place} has {} images", labels.len());
        return Err(DataError::new(DataErrorCode::WrongSize, message)
            .help("at least 5 are needed for a part to train, one to validate and one to test"));
    }
    Ok(Dataset {
        kind: Kind::Digits,
        shape: MapShape {
            height: 8,
            width: 8,
            channels: 1,
        },
        classes: 10,
        depth: Depth::Seventeen,
        pixels,
        labels,
        test_from: None,
    })
}

fn bad(code: DataErrorCode, at: &str, what: &str, word: &str, legal: &str) -> DataError {
    let word: String = word.chars().take(20).collect();
    let message = format!("{at}: the {what} {word:?} is none");
    DataError::new(code, message).help(format!("a {what} is a number {legal}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(pixel: &str, label: &str) -> String {
        let mut words = vec!["0"; PIXELS - 1];
        words.push(pixel);
        words.push(label);
        words.join(",") + "\n"
    }

    fn code(text: &str) -> DataErrorCode {
        parse(text, "x").expect_err("hostile").code
    }

    #[test]
    fn hostile_lines_are_named() {
        assert_eq!(code(&line("17", "0")), DataErrorCode::BadPixel);
        assert_eq!(code(&line("-1", "0")), DataErrorCode::BadPixel);
        assert_eq!(code(&line("NaN", "0")), DataErrorCode::BadPixel);
        assert_eq!(code(&line("1", "10")), DataErrorCode::BadLabel);
        assert_eq!(code(&line("1,1", "0")), DataErrorCode::WrongSize);
        assert_eq!(code("0,1\n"), DataErrorCode::WrongSize);
        assert_eq!(code(""), DataErrorCode::WrongSize);
        let error = parse(&(line("1", "2") + &line("1", "x")), "x").expect_err("no number");
        assert!(error.message.contains("line 2"), "{error}");
    }
}
