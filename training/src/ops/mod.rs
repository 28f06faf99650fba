// SPDX-License-Identifier: MIT OR Apache-2.0
//! Operations for candle's tape: fused, on 32-bit floats in memory of the processor.

mod loss;
mod mvm;
mod norm;
mod round;
mod window;

use candle_core::{CpuStorage, Layout, Result, Tensor, bail};

pub use loss::{CrossEntropy, softmax};
pub(crate) use mvm::bytes;
pub use mvm::{Method, MvmOp, quantise_scales};
pub use norm::{BatchNorm, Statistics};
pub use round::Round;
pub use window::{Gather, Patches, PoolMap, slid};

/// The numbers of a contiguous tensor.
fn numbers<'a>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [f32]> {
    match layout.contiguous_offsets() {
        Some((from, to)) => Ok(&storage.as_slice::<f32>()?[from..to]),
        None => bail!("operand is not contiguous"),
    }
}

/// The numbers of a tensor, in order.
pub(crate) fn vec(tensor: &Tensor) -> Result<Vec<f32>> {
    tensor.flatten_all()?.to_vec1()
}
