// SPDX-License-Identifier: MIT OR Apache-2.0
//! Maps as words: how a layer's vector falls into words and segments.

use hcim_network::{MapShape, Mvm, Op, Window};

/// How a map stands in the activation memory: a pixel after the other, channel c in element c % G of word c / G.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct WordMap {
    pub shape: MapShape,
    /// G: elements of a word.
    pub elements: usize,
}

impl WordMap {
    /// Words of a pixel.
    pub fn pitch(&self) -> usize {
        self.shape.channels.div_ceil(self.elements)
    }

    /// Words of a row of pixels.
    pub fn row(&self) -> usize {
        self.shape.width * self.pitch()
    }

    /// Words in all.
    pub fn words(&self) -> usize {
        self.shape.height * self.row()
    }
}

/// The window of a layer of matrix-vector multiplies: a linear layer sees the whole map.
pub(super) fn window(op: Op, input: MapShape) -> Window {
    match op {
        Op::Conv(window) => window,
        Op::Linear => Window {
            height: input.height,
            width: input.width,
            stride: 1,
            padding: 0,
        },
    }
}

/// Where row r of a vector stands: its word in the order of the window's walk, and its element.
pub(super) fn place_of_row(r: usize, input: MapShape, elements: usize) -> (usize, usize) {
    let (pixel, channel) = (r / input.channels, r % input.channels);
    let pitch = input.channels.div_ceil(elements);
    (pixel * pitch + channel / elements, channel % elements)
}

/// Words of a whole segment, if the segments of a layer are made of whole words, all of them alike.
pub(super) fn segment_words(mvm: &Mvm, input: MapShape, elements: usize) -> Option<usize> {
    let rows = mvm.rows(input)?;
    let total = window_words(mvm, input, elements);
    if rows <= mvm.segment_rows {
        return Some(total);
    }
    let (words, element) = place_of_row(mvm.segment_rows, input, elements);
    let segments = rows.div_ceil(mvm.segment_rows);
    let regular = (1..segments)
        .all(|k| place_of_row(k * mvm.segment_rows, input, elements) == (k * words, 0));
    (element == 0 && regular).then_some(words)
}

/// Words of a layer's window.
pub(super) fn window_words(mvm: &Mvm, input: MapShape, elements: usize) -> usize {
    let window = window(mvm.op, input);
    window.height * window.width * input.channels.div_ceil(elements)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAP: MapShape = MapShape {
        height: 4,
        width: 4,
        channels: 12,
    };

    #[test]
    fn rows_fall_into_words() {
        // Pixels of 12 channels take two words of 8.
        assert_eq!(place_of_row(0, MAP, 8), (0, 0));
        assert_eq!(place_of_row(11, MAP, 8), (1, 3));
        assert_eq!(place_of_row(12, MAP, 8), (2, 0));
        let map = WordMap {
            shape: MAP,
            elements: 8,
        };
        assert_eq!((map.pitch(), map.row(), map.words()), (2, 8, 32));
    }
}
