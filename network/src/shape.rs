// SPDX-License-Identifier: MIT OR Apache-2.0
//! Shapes that follow from a network: of maps, vectors and tensors.

use crate::fault::Fault;
use crate::model::{Finish, Kind, MapShape, Mvm, Network, Op, Source, Thresholds, Window};

impl MapShape {
    /// Elements; `None` beyond the range of numbers.
    pub fn checked_elements(&self) -> Option<usize> {
        self.height
            .checked_mul(self.width)?
            .checked_mul(self.channels)
    }

    /// Elements of a map of a validated network.
    pub fn elements(&self) -> usize {
        self.height * self.width * self.channels
    }

    /// Pixels of a map of a validated network.
    pub fn pixels(&self) -> usize {
        self.height * self.width
    }
}

impl std::fmt::Display for MapShape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} x {} x {}", self.height, self.width, self.channels)
    }
}

impl Window {
    /// Places of the window along a side of `length` pixels; `None` if it fits nowhere.
    pub fn places(&self, length: usize, kernel: usize) -> Option<usize> {
        let padded = self.padding.checked_mul(2)?.checked_add(length)?;
        let slack = padded.checked_sub(kernel)?;
        slack.checked_div(self.stride)?.checked_add(1)
    }

    /// Height and width of what the window makes of a map.
    pub fn slide(&self, map: MapShape) -> Option<(usize, usize)> {
        let height = self.places(map.height, self.height)?;
        Some((height, self.places(map.width, self.width)?))
    }
}

impl Mvm {
    /// Rows of the vector that the layer takes from a map: the inputs of an output.
    pub fn rows(&self, input: MapShape) -> Option<usize> {
        match self.op {
            Op::Linear => input.checked_elements(),
            Op::Conv(window) => window
                .height
                .checked_mul(window.width)?
                .checked_mul(input.channels),
        }
    }

    /// K: segments of that vector.
    pub fn segments(&self, input: MapShape) -> Option<usize> {
        Some(self.rows(input)?.div_ceil(self.segment_rows.max(1)))
    }

    /// What comes out of a map.
    pub fn output(&self, input: MapShape) -> Option<MapShape> {
        let (height, width) = match self.op {
            Op::Linear => (1, 1),
            Op::Conv(window) => window.slide(input)?,
        };
        let channels = self.outputs;
        Some(MapShape {
            height,
            width,
            channels,
        })
    }

    /// Elements of a tensor `[segment][plane][slice][output]`.
    pub fn columns(&self, segments: usize) -> Option<usize> {
        segments
            .checked_mul(self.input_bits as usize)?
            .checked_mul(self.weight_slices as usize)?
            .checked_mul(self.outputs)
    }

    /// The threshold of a column and bit plane; 0 in binary.
    pub fn threshold(&self, segment: usize, plane: usize, slice: usize, output: usize) -> u16 {
        match &self.thresholds {
            Thresholds::None => 0,
            Thresholds::PerTile(list) => list[segment * self.input_bits as usize + plane],
            Thresholds::PerColumn(list) => list[self.column(segment, plane, slice, output)],
        }
    }

    /// The scale factor of a column and bit plane.
    pub fn scale(&self, segment: usize, plane: usize, slice: usize, output: usize) -> u16 {
        self.scales[self.column(segment, plane, slice, output)]
    }

    /// Index into a tensor `[segment][plane][slice][output]`.
    fn column(&self, segment: usize, plane: usize, slice: usize, output: usize) -> usize {
        let plane = segment * self.input_bits as usize + plane;
        (plane * self.weight_slices as usize + slice) * self.outputs + output
    }
}

impl Kind {
    /// What comes out of a map; `None` if the layer cannot take it.
    pub fn output(&self, input: MapShape) -> Option<MapShape> {
        match self {
            Kind::Mvm(mvm) => mvm.output(input),
            Kind::Pool(pool) => {
                let (height, width) = pool.window.slide(input)?;
                Some(MapShape {
                    height,
                    width,
                    channels: input.channels,
                })
            }
        }
    }

    /// Bits of an element that comes out; `None` for scores.
    pub fn output_bits(&self) -> Option<u32> {
        match self {
            Kind::Mvm(mvm) => match mvm.finish {
                Finish::Activation { bits, .. } => Some(bits),
                Finish::Scores => None,
            },
            Kind::Pool(pool) => Some(pool.bits),
        }
    }
}

impl Network {
    /// The shape of every layer's output, in order.
    ///
    /// # Errors
    /// All faults of the network: shapes mean something in a valid one only.
    pub fn shapes(&self) -> Result<Vec<MapShape>, Vec<Fault>> {
        self.validate()?;
        let mut shapes = Vec::new();
        for layer in &self.layers {
            let input = self.shape_of(layer.input, &shapes);
            // A validated network's layers take their inputs.
            shapes.extend(layer.kind.output(input));
        }
        Ok(shapes)
    }

    /// The shape of a source, given the shapes of the layers' outputs.
    pub fn shape_of(&self, source: Source, shapes: &[MapShape]) -> MapShape {
        match source {
            Source::Image => self.input,
            Source::Layer(index) => shapes[index],
        }
    }

    /// Bits of a source's elements; `None` for scores and for layers that do not exist.
    pub fn bits_of(&self, source: Source) -> Option<u32> {
        match source {
            Source::Image => Some(self.input_bits),
            Source::Layer(index) => self.layers.get(index)?.kind.output_bits(),
        }
    }
}
