// SPDX-License-Identifier: MIT OR Apache-2.0
//! Architectures: what is trained, before there are numbers.

use hcim_network::{MapShape, Op, PoolOp, Residual, Source, Window};

use crate::ops::slid;

/// An architecture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelSpec {
    /// Its name.
    pub name: String,
    /// Shape of the image.
    pub input: MapShape,
    /// Bits of the image's elements.
    pub input_bits: u32,
    /// Layers in the order in which they are computed; the last one gives the scores.
    pub nodes: Vec<NodeSpec>,
}

/// A layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeSpec {
    /// Its name, unique.
    pub name: String,
    /// What it reads.
    pub input: Source,
    /// What it does.
    pub kind: NodeKind,
}

/// What a layer does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// Matrix-vector multiplies, batch norm, and what follows.
    Mvm(MvmSpec),
    /// Pooling.
    Pool {
        /// Maximum or average; an average rounds to a learned step of its own.
        op: PoolOp,
        /// The window.
        window: Window,
        /// Bits of an output element.
        bits: u32,
    },
}

/// A layer of matrix-vector multiplies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MvmSpec {
    /// Linear or convolution.
    pub op: Op,
    /// Outputs of a vector.
    pub outputs: usize,
    /// A.
    pub input_bits: u32,
    /// W.
    pub weight_slices: u32,
    /// S.
    pub scale_bits: u32,
    /// R.
    pub segment_rows: usize,
    /// Bits of the activation behind it; `None`: scores.
    pub activation: Option<u32>,
    /// What is added before the activation; its multiplier is unknown yet (0).
    pub residual: Option<Residual>,
}

/// Sizes that models are built with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Widths {
    /// R.
    pub rows: usize,
    /// A.
    pub input_bits: u32,
    /// W.
    pub weight_slices: u32,
    /// S.
    pub scale_bits: u32,
}

/// The models that can be trained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Model {
    /// 64 hidden neurons.
    Mlp,
    /// Two convolutions, pooling, a linear layer.
    Cnn,
    /// ResNet-20 as for CIFAR-10, shortcuts without parameters.
    Resnet20,
}

impl Model {
    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Model::Mlp => "mlp",
            Model::Cnn => "cnn",
            Model::Resnet20 => "resnet20",
        }
    }

    /// The architecture for images of a shape.
    pub fn spec(self, input: MapShape, classes: usize, widths: Widths) -> ModelSpec {
        let mut builder = Builder {
            widths,
            nodes: Vec::new(),
        };
        let mut input_bits = widths.input_bits;
        match self {
            Model::Mlp => builder.mlp(classes),
            Model::Cnn => builder.cnn(input, classes),
            Model::Resnet20 => {
                input_bits = 8;
                builder.resnet20(input, classes);
            }
        }
        ModelSpec {
            name: self.name().into(),
            input,
            input_bits,
            nodes: builder.nodes,
        }
    }
}

const fn square(size: usize, stride: usize, padding: usize) -> Window {
    Window {
        height: size,
        width: size,
        stride,
        padding,
    }
}

struct Builder {
    widths: Widths,
    nodes: Vec<NodeSpec>,
}

impl Builder {
    fn last(&self) -> Source {
        match self.nodes.len() {
            0 => Source::Image,
            n => Source::Layer(n - 1),
        }
    }

    fn push(&mut self, name: &str, input: Source, kind: NodeKind) -> Source {
        self.nodes.push(NodeSpec {
            name: name.into(),
            input,
            kind,
        });
        self.last()
    }

    fn mvm(&self, op: Op, outputs: usize) -> MvmSpec {
        MvmSpec {
            op,
            outputs,
            input_bits: self.widths.input_bits,
            weight_slices: self.widths.weight_slices,
            scale_bits: self.widths.scale_bits,
            segment_rows: self.widths.rows,
            activation: Some(self.widths.input_bits),
            residual: None,
        }
    }

    fn scores(&mut self, name: &str, classes: usize) {
        let mut spec = self.mvm(Op::Linear, classes);
        spec.activation = None;
        self.push(name, self.last(), NodeKind::Mvm(spec));
    }

    fn mlp(&mut self, classes: usize) {
        let hidden = self.mvm(Op::Linear, 64);
        self.push("hidden", Source::Image, NodeKind::Mvm(hidden));
        self.scores("scores", classes);
    }

    /// For images of 8 x 8: maps of 4 x 4 x 16 and 4 x 4 x 32; larger images get a larger first stride.
    fn cnn(&mut self, input: MapShape, classes: usize) {
        let stride = (input.height / 4).max(1);
        let size = (stride + 1).max(3);
        let first = self.mvm(Op::Conv(square(size, stride, 1)), 16);
        self.push("conv1", Source::Image, NodeKind::Mvm(first));
        let second = self.mvm(Op::Conv(square(3, 1, 1)), 32);
        self.push("conv2", self.last(), NodeKind::Mvm(second));
        let pool = NodeKind::Pool {
            op: PoolOp::Max,
            window: square(2, 2, 0),
            bits: self.widths.input_bits,
        };
        self.push("pool", self.last(), pool);
        self.scores("scores", classes);
    }

    /// Three stages of three blocks with 16, 32 and 64 channels. The first convolution takes 8-bit pixels with 8-bit
    /// weights.
    fn resnet20(&mut self, input: MapShape, classes: usize) {
        let mut stem = self.mvm(Op::Conv(square(3, 1, 1)), 16);
        (stem.input_bits, stem.weight_slices) = (8, 8);
        let mut source = self.push("stem", Source::Image, NodeKind::Mvm(stem));
        let mut map = input;
        for (stage, channels) in [16, 32, 64].into_iter().enumerate() {
            for block in 0..3 {
                let stride = if stage > 0 && block == 0 { 2 } else { 1 };
                map = slid(map, square(3, stride, 1), channels);
                let name = format!("stage{}_block{}", stage + 1, block + 1);
                let first = self.mvm(Op::Conv(square(3, stride, 1)), channels);
                let inner = self.push(&format!("{name}_a"), source, NodeKind::Mvm(first));
                let mut second = self.mvm(Op::Conv(square(3, 1, 1)), channels);
                second.residual = Some(Residual {
                    source,
                    multiplier: 0,
                    stride,
                    // A quarter of the new channels is zeros on either side.
                    channel_offset: if stride == 2 { channels / 4 } else { 0 },
                });
                source = self.push(&format!("{name}_b"), inner, NodeKind::Mvm(second));
            }
        }
        let pool = NodeKind::Pool {
            op: PoolOp::Average,
            // The whole map: 8 x 8 of the images of CIFAR-10.
            window: Window {
                height: map.height,
                width: map.width,
                stride: map.height.max(map.width),
                padding: 0,
            },
            bits: self.widths.input_bits,
        };
        self.push("pool", source, pool);
        self.scores("scores", classes);
    }
}

impl ModelSpec {
    /// Shapes of the layers' outputs.
    pub fn shapes(&self) -> Vec<MapShape> {
        let mut shapes: Vec<MapShape> = Vec::new();
        for node in &self.nodes {
            let input = self.shape_of(&shapes, node.input);
            shapes.push(match &node.kind {
                NodeKind::Pool { window, .. } => slid(input, *window, input.channels),
                NodeKind::Mvm(mvm) => match mvm.op {
                    Op::Conv(window) => slid(input, window, mvm.outputs),
                    Op::Linear => MapShape {
                        height: 1,
                        width: 1,
                        channels: mvm.outputs,
                    },
                },
            });
        }
        shapes
    }

    /// Shape of a source, given the shapes of the layers so far.
    pub fn shape_of(&self, shapes: &[MapShape], source: Source) -> MapShape {
        match source {
            Source::Image => self.input,
            Source::Layer(n) => shapes[n],
        }
    }
}

/// Elements of an input vector of a layer that reads a map.
pub fn vector_rows(op: Op, input: MapShape) -> usize {
    match op {
        Op::Linear => input.height * input.width * input.channels,
        Op::Conv(window) => window.height * window.width * input.channels,
    }
}
