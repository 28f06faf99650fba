// SPDX-License-Identifier: MIT OR Apache-2.0
//! Column reduction: the bit-serial weighted sum of the columns of each output.
//!
//! Contract, port table and timing diagram: `doc/column_reduction.md`.

mod output;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::hdl::{Module, ModuleBuilder, Sig, index_width};

/// What the column reduction needs to know of the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReductionShape {
    /// O: outputs side by side.
    pub outputs: usize,
    /// W: columns per output.
    pub slices: usize,
    /// u: bits of a column that move per cycle.
    pub digit_bits: usize,
    /// P: accumulator bits of a column.
    pub accumulator_bits: usize,
    /// Y: bits of a result, those for the chain included.
    pub result_bits: usize,
    /// Whether there is a chain input (K > 1).
    pub chain: bool,
}

impl ReductionShape {
    /// Nr: digits of an input word.
    pub fn input_digits(&self) -> usize {
        self.accumulator_bits.div_ceil(self.digit_bits)
    }

    /// NY: digits of an output word, and of a word of the chain.
    pub fn output_digits(&self) -> usize {
        self.result_bits.div_ceil(self.digit_bits)
    }

    /// Digits that are made from the signs of the columns.
    fn sign_digits(&self) -> usize {
        self.output_digits().saturating_sub(self.input_digits())
    }
}

/// Builds `<prefix>_column_reduction`.
pub fn build(prefix: &str, shape: &ReductionShape) -> Arc<Module> {
    let digit = shape.digit_bits;
    let in_bits = shape.outputs * shape.slices * digit;
    let out_bits = shape.outputs * digit;
    let mut m = ModuleBuilder::new(&format!("{prefix}_column_reduction"));
    m.contract(&contract(shape));
    m.localparam("OUTPUTS", shape.outputs);
    m.localparam("SLICES", shape.slices);
    m.localparam("DIGIT_BITS", digit);
    m.localparam("INPUT_DIGITS", shape.input_digits());
    m.localparam("OUTPUT_DIGITS", shape.output_digits());

    m.group("Clock and reset");
    let clk = m.input("clk_i", 1, "clock");
    let rst_n = m.input("rst_ni", 1, "asynchronous reset, active low");
    let clear = m.input(
        "clear_i",
        1,
        "back to the state after reset in the next cycle",
    );
    m.group("Accumulators of the columns, lowest digit first");
    let in_valid = m.input("in_valid_i", 1, "a digit of every column is offered");
    let in_ready = m.output("in_ready_o", 1, "it is taken");
    let in_first = m.input("in_first_i", 1, "first digit of a word");
    let in_last = m.input("in_last_i", 1, "last digit of a word");
    let in_data = m.input("in_data_i", in_bits, "the digits, column 0 lowest");
    let chain = shape.chain.then(|| Chain::ports(&mut m, out_bits));
    m.group("Results, lowest digit first");
    let out_valid = m.output("out_valid_o", 1, "a digit of every output is offered");
    let out_ready = m.input("out_ready_i", 1, "it is taken");
    let out_first = m.output("out_first_o", 1, "first digit of a word");
    let out_last = m.output("out_last_o", 1, "last digit of a word");
    let out_data = m.output("out_data_o", out_bits, "the digits, output 0 lowest");

    let valid_q = m
        .register("valid_q", 1)
        .clock(&clk)
        .reset(&rst_n, 0)
        .build();
    let first_q = m
        .register("first_q", 1)
        .clock(&clk)
        .reset(&rst_n, 0)
        .build();
    let last_q = m.register("last_q", 1).clock(&clk).reset(&rst_n, 0).build();

    m.comment("A digit moves when the output register is free and all its sources are there.");
    let free = m.wire_of("free", &(!&valid_q | &out_ready));
    let sign_q = (shape.sign_digits() > 0).then(|| {
        m.register("sign_phase_q", 1)
            .clock(&clk)
            .reset(&rst_n, 0)
            .build()
    });
    let own_valid = match &sign_q {
        Some(sign_q) => m.wire_of("own_valid", &(sign_q | &in_valid)),
        None => in_valid.clone(),
    };
    let joined = match &chain {
        Some(chain) => m.wire_of("joined", &(&free & (!&chain.enable | &chain.valid))),
        None => free.clone(),
    };
    let moves = m.wire_of("moves", &(&own_valid & &joined));
    match &sign_q {
        Some(sign_q) => m.assign(&in_ready, &(&joined & !sign_q)),
        None => m.assign(&in_ready, &joined),
    }
    if let Some(chain) = &chain {
        m.assign(&chain.ready, &(&(&free & &own_valid) & &chain.enable));
    }

    let (first, last) = match &sign_q {
        Some(sign_q) => {
            let last = sign_phase(
                &mut m,
                shape,
                sign_q,
                &Control {
                    clk: &clk,
                    rst_n: &rst_n,
                    clear: &clear,
                    moves: &moves,
                    in_last: &in_last,
                },
            );
            (m.wire_of("first", &(&in_first & !sign_q)), last)
        }
        None => (in_first.clone(), in_last.clone()),
    };
    m.next(&valid_q, &((&moves | (&valid_q & !&out_ready)) & !&clear));
    m.next_if(&first_q, &moves, &first);
    m.next_if(&last_q, &moves, &last);
    m.assign(&out_valid, &valid_q);
    m.assign(&out_first, &first_q);
    m.assign(&out_last, &last_q);

    let child = output::build(prefix, shape);
    let hold_sign = sign_q
        .as_ref()
        .map(|sign_q| m.wire_of("hold_sign", &(&(&moves & &in_last) & !sign_q)));
    let chain_data = chain
        .as_ref()
        .map(|chain| m.wire_of("chain_data", &chain.data.gated_by(&chain.enable)));
    let mut array = m
        .array("gen_output", "u_output", shape.outputs, &child)
        .all("clk_i", &clk)
        .all("move_i", &moves)
        .each("column_i", &in_data)
        .each_out("digit_o", &out_data);
    if output::restarts(shape) {
        array = array.all("first_i", &first);
    }
    if let (Some(sign_q), Some(hold_sign)) = (&sign_q, &hold_sign) {
        array = array
            .all("sign_phase_i", sign_q)
            .all("hold_sign_i", hold_sign);
    }
    if let Some(chain_data) = &chain_data {
        array = array.each("chain_i", chain_data);
    }
    array.done();
    m.finish()
}

fn contract(shape: &ReductionShape) -> String {
    let chain = match shape.chain {
        true => {
            " With chain_enable_i the word of the tile above is added; its digits and ours move in the same cycle only."
        }
        false => "",
    };
    format!(
        "Sums the columns of each output, column j weighted by 2^j. Words come in as {} digits and \
         leave as {}, lowest digit first; digits beyond the input word are made from the signs of \
         the columns, with in_ready_o low.{chain} Latency: one cycle. Reset: nothing in flight.",
        shape.input_digits(),
        shape.output_digits()
    )
}

struct Chain {
    enable: Sig,
    valid: Sig,
    ready: Sig,
    data: Sig,
}

impl Chain {
    fn ports(m: &mut ModuleBuilder, out_bits: usize) -> Chain {
        m.group("Results of the tile above, lowest digit first");
        let enable = m.input("chain_enable_i", 1, "add them; changes only between words");
        let valid = m.input("chain_valid_i", 1, "a digit of every output is offered");
        let ready = m.output("chain_ready_o", 1, "it is taken");
        let first = m.input("chain_first_i", 1, "first digit of a word");
        let last = m.input("chain_last_i", 1, "last digit of a word");
        let data = m.input("chain_data_i", out_bits, "the digits, output 0 lowest");
        // Words of the chain have as many digits as ours and move with them.
        m.unused(&first);
        m.unused(&last);
        Chain {
            enable,
            valid,
            ready,
            data,
        }
    }
}

struct Control<'a> {
    clk: &'a Sig,
    rst_n: &'a Sig,
    clear: &'a Sig,
    moves: &'a Sig,
    in_last: &'a Sig,
}

/// The phase in which digits are made from signs; gives the flag of the word's last digit.
fn sign_phase(
    m: &mut ModuleBuilder,
    shape: &ReductionShape,
    sign_q: &Sig,
    control: &Control<'_>,
) -> Sig {
    let Control {
        clk,
        rst_n,
        clear,
        moves,
        in_last,
    } = control;
    m.comment("After the input word: digits from the signs of the columns.");
    let count = shape.sign_digits();
    let last = if count > 1 {
        let width = index_width(count);
        let count_q = m
            .register("sign_count_q", width)
            .clock(clk)
            .reset(rst_n, 0)
            .build();
        let last = m.wire_of("last", &(sign_q & count_q.eq_lit(count as u128 - 1)));
        let count_d = m.wire("sign_count_d", width);
        m.select(&count_d)
            .when(&(*clear | &last), &crate::hdl::zeros(width))
            .otherwise(&(&count_q + crate::hdl::lit(1, width)));
        m.next_if(&count_q, &(*clear | (*moves & sign_q)), &count_d);
        last
    } else {
        m.wire_of("last", sign_q)
    };
    let sign_d = m.wire("sign_phase_d", 1);
    m.select(&sign_d)
        .when(clear, &crate::hdl::zeros(1))
        .when(sign_q, &!&last)
        .otherwise(in_last);
    m.next_if(sign_q, &(*clear | *moves), &sign_d);
    last
}
