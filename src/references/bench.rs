// SPDX-License-Identifier: MIT OR Apache-2.0
//! A testbench of a reference design in plain Verilog, for RTL and netlists alike: it compares every
//! result with plain arithmetic, and records switching activity.

use askama::Template;

use crate::hdl::index_width;

use super::shape::{DotProduct, GROUP_ROWS};
use super::{Reference, adder_tree, mac_lane};

/// Weights and the inputs of a stream of dot products.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workload {
    /// One signed weight a row.
    pub weights: Vec<i32>,
    /// The inputs of each dot product, one a row.
    pub inputs: Vec<Vec<u32>>,
}

#[derive(Template)]
#[template(path = "references/bench.v", escape = "none")]
struct Bench {
    top: String,
    tree: bool,
    period_ps: u64,
    mvms: usize,
    steps: usize,
    latency: usize,
    groups: usize,
    group_bits: usize,
    group_index_bits: usize,
    input_bits: usize,
    result_bits: usize,
    weights: Vec<String>,
    inputs: Vec<String>,
    results: Vec<String>,
}

/// The testbench of a design under a workload; its module is called `bench`.
///
/// # Errors
/// A template that cannot be rendered: a defect.
pub fn render(
    reference: &Reference,
    workload: &Workload,
    period_ps: u64,
) -> Result<String, askama::Error> {
    let shape = reference.dot_product();
    let (latency, input_bits) = match reference {
        Reference::AdderTree(_) => (adder_tree::LATENCY, shape.rows),
        Reference::MacLane(_, cycles) => (
            mac_lane::LATENCY,
            mac_lane::multipliers(&shape, *cycles) * shape.input_bits,
        ),
    };
    let steps = reference.cycles();
    let weights = (0..shape.groups()).map(|group| {
        let first = group * GROUP_ROWS;
        let rows = (first..first + GROUP_ROWS)
            .map(|row| i64::from(workload.weights.get(row).copied().unwrap_or(0)));
        hex(rows.flat_map(|weight| bits(weight, shape.weight_bits)))
    });
    let inputs = workload
        .inputs
        .iter()
        .flat_map(|inputs| (0..steps).map(move |step| (inputs, step)))
        .map(|(inputs, step)| match reference {
            Reference::AdderTree(_) => {
                let bit = shape.input_bits - 1 - step;
                hex(inputs.iter().map(|x| x >> bit & 1 == 1))
            }
            Reference::MacLane(_, cycles) => {
                let lanes = mac_lane::multipliers(&shape, *cycles);
                let rows = (step * lanes..(step + 1) * lanes)
                    .map(|row| i64::from(inputs.get(row).copied().unwrap_or(0)));
                hex(rows.flat_map(|x| bits(x, shape.input_bits)))
            }
        });
    let results = workload.inputs.iter().map(|inputs| {
        let result = shape.golden(inputs, &workload.weights);
        hex(bits(result, shape.result_bits()))
    });
    Bench {
        top: reference.top(),
        tree: matches!(reference, Reference::AdderTree(_)),
        period_ps,
        mvms: workload.inputs.len(),
        steps,
        latency,
        groups: shape.groups(),
        group_bits: GROUP_ROWS * shape.weight_bits,
        group_index_bits: index_width(shape.groups()),
        input_bits,
        result_bits: shape.result_bits(),
        weights: weights.collect(),
        inputs: inputs.collect(),
        results: results.collect(),
    }
    .render()
}

impl Workload {
    /// Whether the numbers fit the shape.
    pub fn fits(&self, shape: &DotProduct) -> bool {
        let half = 1 << (shape.weight_bits - 1);
        let weight = |w: &i32| (-half..half).contains(w);
        let input = |x: &u32| x >> shape.input_bits == 0;
        self.weights.len() == shape.rows
            && self.weights.iter().all(weight)
            && self
                .inputs
                .iter()
                .all(|inputs| inputs.len() == shape.rows && inputs.iter().all(input))
    }
}

/// The low bits of a number, lowest first.
fn bits(value: i64, width: usize) -> impl Iterator<Item = bool> {
    (0..width).map(move |bit| value >> bit.min(63) & 1 == 1)
}

/// Bits, lowest first, as hexadecimal digits.
fn hex(bits: impl IntoIterator<Item = bool>) -> String {
    let bits: Vec<bool> = bits.into_iter().collect();
    let digit = |four: &[bool]| {
        let value = four
            .iter()
            .rev()
            .fold(0, |sum, bit| sum * 2 + u32::from(*bit));
        char::from_digit(value, 16).unwrap_or('x')
    };
    bits.chunks(4)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .map(digit)
        .collect()
}
