// SPDX-License-Identifier: MIT OR Apache-2.0
//! Windows over maps `[image, height, width, channel]`: vectors of a convolution, pooling, residuals.

use candle_core::{CpuStorage, CustomOp1, Device, Layout, Result, Shape, Tensor};
use hcim_network::{MapShape, PoolOp, Residual, Window};

use super::{numbers, vec};

/// Shape of what a window leaves of a map, with `channels` channels.
pub fn slid(map: MapShape, window: Window, channels: usize) -> MapShape {
    let places = |size: usize, kernel: usize| {
        (size + 2 * window.padding).saturating_sub(kernel) / window.stride + 1
    };
    MapShape {
        height: places(map.height, window.height),
        width: places(map.width, window.width),
        channels,
    }
}

/// For every place of the window and every pixel of it inside the map: (place, pixel of the window, pixel of the map).
fn visit(map: MapShape, window: Window, mut each: impl FnMut(usize, usize, usize)) {
    let out = slid(map, window, 1);
    let inside = |place: usize, k: usize, size: usize| {
        (place * window.stride + k)
            .checked_sub(window.padding)
            .filter(|&at| at < size)
    };
    for y in 0..out.height {
        for x in 0..out.width {
            for ky in 0..window.height {
                let Some(row) = inside(y, ky, map.height) else {
                    continue;
                };
                for kx in 0..window.width {
                    let Some(column) = inside(x, kx, map.width) else {
                        continue;
                    };
                    each(
                        y * out.width + x,
                        ky * window.width + kx,
                        row * map.width + column,
                    );
                }
            }
        }
    }
}

fn elements(map: MapShape) -> usize {
    map.height * map.width * map.channels
}

/// The vectors of a convolution, `[image * place, (ky, kx, channel)]`.
pub struct Patches {
    /// Shape of the map.
    pub map: MapShape,
    /// The window.
    pub window: Window,
}

impl Patches {
    fn sizes(&self) -> (usize, usize) {
        let out = slid(self.map, self.window, 1);
        (
            out.height * out.width,
            self.window.height * self.window.width * self.map.channels,
        )
    }

    /// The vectors of one image, 0 outside the map.
    pub fn of<T: Copy>(&self, image: &[T], vectors: &mut [T]) {
        let (_, length) = self.sizes();
        let channels = self.map.channels;
        visit(self.map, self.window, |place, k, pixel| {
            vectors[place * length + k * channels..][..channels]
                .copy_from_slice(&image[pixel * channels..][..channels]);
        });
    }

    /// Elements of the vectors of one image.
    pub fn size(&self) -> usize {
        let (places, length) = self.sizes();
        places * length
    }
}

impl CustomOp1 for Patches {
    fn name(&self) -> &'static str {
        "patches"
    }

    fn cpu_fwd(&self, maps: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let maps = numbers(maps, layout)?;
        let (places, length) = self.sizes();
        let images = maps.len() / elements(self.map);
        let mut result = vec![0.0; images * self.size()];
        let pairs = maps
            .chunks_exact(elements(self.map))
            .zip(result.chunks_exact_mut(places * length));
        pairs.for_each(|(map, vectors)| self.of(map, vectors));
        Ok((
            CpuStorage::F32(result),
            Shape::from((images * places, length)),
        ))
    }

    fn bwd(&self, maps: &Tensor, _: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        let gradients = vec(gradient)?;
        let (places, length) = self.sizes();
        let channels = self.map.channels;
        let mut result = vec![0.0; maps.elem_count()];
        let pairs = result
            .chunks_exact_mut(elements(self.map))
            .zip(gradients.chunks_exact(places * length));
        for (map, vectors) in pairs {
            visit(self.map, self.window, |place, k, pixel| {
                let from = &vectors[place * length + k * channels..][..channels];
                let to = &mut map[pixel * channels..][..channels];
                to.iter_mut().zip(from).for_each(|(to, from)| *to += from);
            });
        }
        Ok(Some(Tensor::from_vec(result, maps.shape(), &Device::Cpu)?))
    }
}

/// The largest element or the sum of every window; pixels outside the map count as 0.
pub struct PoolMap {
    /// Shape of the map.
    pub map: MapShape,
    /// The window.
    pub window: Window,
    /// The largest element, or the sum.
    pub op: PoolOp,
}

impl PoolMap {
    /// Of one image; `result` starts with zeros. Elements are not negative.
    pub fn of<T: Copy + PartialOrd + std::ops::AddAssign>(&self, image: &[T], result: &mut [T]) {
        let channels = self.map.channels;
        visit(self.map, self.window, |place, _, pixel| {
            for c in 0..channels {
                let value = image[pixel * channels + c];
                let to = &mut result[place * channels + c];
                match self.op {
                    PoolOp::Average => *to += value,
                    PoolOp::Max if value > *to => *to = value,
                    PoolOp::Max => {}
                }
            }
        });
    }
}

impl CustomOp1 for PoolMap {
    fn name(&self) -> &'static str {
        "pool"
    }

    fn cpu_fwd(&self, maps: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let maps = numbers(maps, layout)?;
        let images = maps.len() / elements(self.map);
        let out = slid(self.map, self.window, self.map.channels);
        let mut result = vec![0.0f32; images * elements(out)];
        let pairs = maps
            .chunks_exact(elements(self.map))
            .zip(result.chunks_exact_mut(elements(out)));
        pairs.for_each(|(map, result)| self.of(map, result));
        Ok((
            CpuStorage::F32(result),
            Shape::from((images, out.height, out.width, out.channels)),
        ))
    }

    fn bwd(&self, maps: &Tensor, pooled: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        let (values, pooled, gradients) = (vec(maps)?, vec(pooled)?, vec(gradient)?);
        let out = elements(slid(self.map, self.window, self.map.channels));
        let size = elements(self.map);
        let channels = self.map.channels;
        let mut result = vec![0.0; values.len()];
        for image in 0..values.len() / size {
            let mut taken = vec![false; out];
            visit(self.map, self.window, |place, _, pixel| {
                for c in 0..channels {
                    let (from, to) = (place * channels + c, image * size + pixel * channels + c);
                    let chosen = match self.op {
                        PoolOp::Average => true,
                        // The first of equals.
                        PoolOp::Max => !taken[from] && values[to] == pooled[image * out + from],
                    };
                    if chosen {
                        taken[from] = true;
                        result[to] += gradients[image * out + from];
                    }
                }
            });
        }
        Ok(Some(Tensor::from_vec(result, maps.shape(), &Device::Cpu)?))
    }
}

/// What a residual reads: every stride-th pixel, channels moved, zeros beside them.
pub struct Gather {
    /// The source's shape.
    pub from: MapShape,
    /// The reader's shape.
    pub to: MapShape,
    /// Pixels of the source from pixel to pixel.
    pub stride: usize,
    /// First channel that gets something.
    pub channel_offset: usize,
}

impl Gather {
    /// Of a residual between maps of these shapes.
    pub fn new(residual: &Residual, from: MapShape, to: MapShape) -> Self {
        Self {
            from,
            to,
            stride: residual.stride,
            channel_offset: residual.channel_offset,
        }
    }

    /// For every element of the source that is read: (element of the result, element of the source).
    pub fn visit(&self, mut each: impl FnMut(usize, usize)) {
        let channels = self
            .from
            .channels
            .min(self.to.channels - self.channel_offset);
        for y in 0..self.to.height {
            for x in 0..self.to.width {
                let to = (y * self.to.width + x) * self.to.channels + self.channel_offset;
                let from =
                    (y * self.stride * self.from.width + x * self.stride) * self.from.channels;
                (0..channels).for_each(|c| each(to + c, from + c));
            }
        }
    }
}

impl CustomOp1 for Gather {
    fn name(&self) -> &'static str {
        "residual"
    }

    fn cpu_fwd(&self, maps: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let maps = numbers(maps, layout)?;
        let images = maps.len() / elements(self.from);
        let mut result = vec![0.0; images * elements(self.to)];
        let pairs = maps
            .chunks_exact(elements(self.from))
            .zip(result.chunks_exact_mut(elements(self.to)));
        pairs.for_each(|(map, result)| self.visit(|to, from| result[to] = map[from]));
        let shape = Shape::from((images, self.to.height, self.to.width, self.to.channels));
        Ok((CpuStorage::F32(result), shape))
    }

    fn bwd(&self, maps: &Tensor, _: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        let gradients = vec(gradient)?;
        let mut result = vec![0.0; maps.elem_count()];
        let pairs = result
            .chunks_exact_mut(elements(self.from))
            .zip(gradients.chunks_exact(elements(self.to)));
        pairs.for_each(|(map, gradient)| self.visit(|to, from| map[from] += gradient[to]));
        Ok(Some(Tensor::from_vec(result, maps.shape(), &Device::Cpu)?))
    }
}
