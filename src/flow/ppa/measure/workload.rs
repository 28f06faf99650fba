// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the reference designs compute: trained weights and real images, from the same data as the `digits`
//! workload of the arrays.
//!
//! The hidden layer of the digits network has 64 inputs. A reference with more rows takes several images
//! side by side, each with the weights of another output: 128 rows are two images and two outputs, added.

use std::path::Path;

use serde::Deserialize;

use crate::config::{Code, Diagnostic, Report};
use crate::references::DotProduct;
use crate::references::bench::Workload;

/// Folder of the data, from the clone's top.
const DATA: &str = "testbenches/reference";

#[derive(Deserialize)]
struct Network {
    layers: Vec<Layer>,
}

#[derive(Deserialize)]
struct Layer {
    /// weights[input][output].
    weights: Vec<Vec<i32>>,
}

/// Weights and images for a dot product.
///
/// # Errors
/// If the data is not there, or does not fit.
pub(super) fn digits(clone: &Path, shape: &DotProduct, mvms: usize) -> Result<Workload, Report> {
    let network = super::read(&clone.join(DATA).join("digits_ternary/network.json"))?;
    let images = super::read(&clone.join(DATA).join("digits.csv"))?;
    workload(&network, &images, shape, mvms)
}

fn workload(
    network: &str,
    images: &str,
    shape: &DotProduct,
    mvms: usize,
) -> Result<Workload, Report> {
    let wrong = |message: String| -> Report { Diagnostic::new(Code::FileSyntax, message).into() };
    let network: Network =
        serde_json::from_str(network).map_err(|error| wrong(format!("network.json: {error}")))?;
    let layer = network.layers.first();
    let layer = layer.ok_or_else(|| wrong("network.json has no layers".to_owned()))?;
    let inputs = layer.weights.len().max(1);
    let weights = (0..shape.rows).map(|row| {
        let weights = &layer.weights[row % inputs];
        weights.get(row / inputs).copied()
    });
    let weights: Option<Vec<i32>> = weights.collect();
    let weights = weights.ok_or_else(|| wrong("network.json has too few outputs".to_owned()))?;
    // Test images, and inputs as the network takes them: testbenches/reference/PROVENANCE.md.
    let dropped = 4_usize.saturating_sub(shape.input_bits);
    let images: Option<Vec<Vec<u32>>> = images
        .lines()
        .skip(4)
        .step_by(5)
        .map(|line| {
            let pixels = line.split(',').take(inputs);
            pixels
                .map(|pixel| Some(pixel.trim().parse::<u32>().ok()?.min(15) >> dropped))
                .collect()
        })
        .collect();
    let images = images.ok_or_else(|| wrong("digits.csv is not understood".to_owned()))?;
    let side_by_side = shape.rows.div_ceil(inputs);
    let inputs: Vec<Vec<u32>> = images
        .chunks_exact(side_by_side)
        .take(mvms)
        .map(|images| images.iter().flatten().copied().take(shape.rows).collect())
        .collect();
    let workload = Workload { weights, inputs };
    if workload.inputs.len() == mvms && workload.fits(shape) {
        Ok(workload)
    } else {
        Err(wrong(format!(
            "the digits data does not give {mvms} inputs of {} rows",
            shape.rows
        )))
    }
}

/// Share of input bits that are 0.
pub(super) fn share_of_zero_bits(workload: &Workload, input_bits: usize) -> f64 {
    let inputs = || workload.inputs.iter().flatten();
    let ones: u32 = inputs().map(|input| input.count_ones()).sum();
    1.0 - f64::from(ones) / (inputs().count().max(1) * input_bits) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_images_stand_side_by_side() {
        let shape = DotProduct {
            rows: 3,
            input_bits: 4,
            weight_bits: 5,
        };
        let network = r#"{"layers": [{"weights": [[1, 2], [3, 4]]}]}"#;
        let others = "0,0,9\n".repeat(4);
        let images = ["16,2,9\n", "3,4,9\n", "5,6,9\n", "7,8,9\n"];
        let images: String = images
            .iter()
            .map(|image| format!("{others}{image}"))
            .collect();
        let found = workload(network, &images, &shape, 2).unwrap();
        assert_eq!(found.weights, [1, 3, 2]);
        assert_eq!(found.inputs, [[15, 2, 3], [5, 6, 7]]);
        assert!((share_of_zero_bits(&found, 4) - 10.0 / 24.0).abs() < 1e-9);
        assert!(workload(network, "16,2,9\n", &shape, 2).is_err());
        assert!(workload(network, &images.replace('7', "x"), &shape, 2).is_err());
    }
}
