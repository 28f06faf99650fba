// SPDX-License-Identifier: MIT OR Apache-2.0
//! The pass under way: its fields, taken from the program word by word, and whether they are legal.

use std::sync::Arc;

use super::AcceleratorShape;
use super::parts::join;
use crate::hdl::{Expr, Module, ModuleBuilder, Sig, lit, value_width};

/// Words of a pass that have fields.
pub(crate) const WORDS: usize = 19;

/// Words that a pass takes in the program.
pub(crate) const STRIDE_LOG: usize = 5;

/// A field: name, word, lowest bit, bits, meaning.
type Field = (&'static str, usize, usize, usize, &'static str);

/// The fields of a pass, in order of word and bit.
pub(super) fn fields(shape: &AcceleratorShape) -> Vec<Field> {
    let address = shape.address_bits;
    vec![
        ("kind", 0, 0, 2, "0 MVM, 1 maximum, 2 sum"),
        ("pause", 0, 4, 1, "pause after the pass"),
        ("write", 0, 5, 1, "write the elements to memory"),
        ("stream", 0, 6, 2, "1 stream sums, 2 stream results"),
        ("residual", 0, 8, 1, "add residual elements"),
        ("uniform", 0, 9, 1, "one constant for all channels"),
        ("shift", 0, 16, 5, "bits that the sum is shifted by"),
        (
            "output_bits",
            0,
            24,
            4,
            "bits of an element that is written",
        ),
        ("origin", 1, 0, address, "address of the first window"),
        ("in_height", 2, 0, 16, "rows of the input"),
        ("in_width", 2, 16, 16, "pixels of a row of the input"),
        ("in_words", 3, 0, 16, "words of a pixel that are read"),
        (
            "in_pitch",
            3,
            16,
            address.min(16),
            "words from pixel to pixel",
        ),
        ("in_row", 4, 0, address, "words from row to row"),
        ("kernel_height", 5, 0, 8, "rows of a window"),
        ("kernel_width", 5, 8, 8, "pixels of a row of a window"),
        ("stride", 5, 16, 8, "pixels from window to window"),
        ("padding", 5, 24, 8, "pixels around the input"),
        (
            "step_x",
            6,
            0,
            address,
            "words from window to window in a row",
        ),
        (
            "step_y",
            7,
            0,
            address,
            "words from one row of windows to the next",
        ),
        (
            "out_width",
            8,
            16,
            shape.count_bits().min(16),
            "positions of a row",
        ),
        ("positions", 9, 0, shape.count_bits(), "positions in all"),
        ("out_base", 10, 0, address, "address of the first output"),
        (
            "out_pitch",
            11,
            0,
            address.min(16),
            "words from position to position",
        ),
        ("channels", 11, 16, 16, "elements of a position"),
        ("first_lane", 12, 0, 8, "first active lane"),
        ("lanes", 12, 8, 8, "active lanes"),
        ("segments", 12, 16, 8, "tiles used of each lane"),
        ("segment_words", 13, 0, 16, "words of a segment"),
        ("lane_outputs", 13, 16, 16, "results kept of each lane"),
        (
            "constant_base",
            14,
            0,
            shape.constant_bits,
            "entry of channel 0",
        ),
        (
            "residual_multiplier",
            14,
            16,
            16,
            "multiplier of residual elements, signed",
        ),
        (
            "residual_base",
            15,
            0,
            address,
            "address of the first residual word",
        ),
        (
            "residual_row_step",
            16,
            0,
            address,
            "words from row to row of positions",
        ),
        (
            "residual_step",
            17,
            0,
            address,
            "words from position to position",
        ),
        ("residual_words", 18, 0, 16, "residual words of a position"),
        (
            "residual_offset",
            18,
            16,
            16,
            "output word of the first of them, signed",
        ),
    ]
}

/// Fields whose bits above those that are held must be 0: name, word, first such bit, bits.
fn beyond(shape: &AcceleratorShape) -> Vec<(&'static str, usize, usize, usize)> {
    let bits = shape.count_bits();
    let row = bits.min(16);
    [
        ("out_width_beyond", 8, 16 + row, 16 - row),
        ("positions_beyond", 9, bits, 32 - bits),
    ]
    .into_iter()
    .filter(|(.., width)| *width > 0)
    .collect()
}

/// Bits of a field that other blocks see: those that a legal value of it can have. What a pass of another kind holds
/// there, which may be anything, is cut.
fn seen(shape: &AcceleratorShape, name: &str, width: usize) -> usize {
    let most = match name {
        "first_lane" | "lanes" => shape.lanes,
        "segments" => shape.tiles,
        "segment_words" => shape.segment_words,
        "lane_outputs" => shape.outputs,
        "in_words" => 1 << shape.address_bits,
        "channels" => {
            (shape.word_elements() << shape.address_bits).max(shape.lanes * shape.outputs)
        }
        _ => return width,
    };
    width.min(value_width(most as u128))
}

/// Fields as input ports `pass_<name>_i`, by name.
pub(super) fn inputs(
    m: &mut ModuleBuilder,
    shape: &AcceleratorShape,
    names: &[&str],
) -> impl Fn(&str) -> Sig + use<> {
    m.group("The pass");
    let ports: Vec<(String, Sig)> = fields(shape)
        .into_iter()
        .filter(|(name, ..)| names.contains(name))
        .map(|(name, _, _, width, doc)| {
            (
                name.to_string(),
                m.input(&format!("pass_{name}_i"), seen(shape, name, width), doc),
            )
        })
        .collect();
    move |name| {
        let found = ports.iter().find(|(known, _)| known == name);
        // A name that is not in the list shows in the checks, as a signal of no module.
        found.map_or_else(|| crate::hdl::zeros(1), |(_, port)| port.clone())
    }
}

/// Builds `<prefix>_pass`.
pub(super) fn build(prefix: &str, shape: &AcceleratorShape) -> Arc<Module> {
    let mut m = ModuleBuilder::new(&format!("{prefix}_pass"));
    m.contract(
        "Holds the fields of the pass under way. A word is taken in the cycle of pass_load_i and shows in the next. \
         pass_bad_o follows the fields.",
    );
    m.group("Clock");
    let clk = m.input("clk_i", 1, "clock");
    m.group("Words of the program");
    let load = m.input("pass_load_i", 1, "take a word");
    let index = m.input("pass_index_i", STRIDE_LOG, "its index");
    let data = m.input("pass_data_i", 32, "the word");
    m.group("Fields");
    let mut held: Vec<(&str, Sig)> = Vec::new();
    for (name, word, lsb, width, doc) in fields(shape) {
        let seen = seen(shape, name, width);
        let port = m.output(&format!("pass_{name}_o"), seen, doc);
        let q = m.register(&format!("{name}_q"), width).clock(&clk).build();
        let hit = &load & index.eq_lit(word as u128);
        m.next_if(&q, &hit, &data.slice(lsb, width));
        m.assign(&port, &q.slice(0, seen));
        held.push((name, q));
    }
    let mut too_large: Vec<Expr> = Vec::new();
    for (name, word, lsb, width) in beyond(shape) {
        let q = m.register(&format!("{name}_q"), 1).clock(&clk).build();
        let hit = &load & index.eq_lit(word as u128);
        m.next_if(&q, &hit, &data.slice(lsb, width).reduce_or());
        too_large.push(q);
    }
    m.group("Check");
    let bad = m.output("pass_bad_o", 1, "the fields are no legal pass");
    let of = |name: &str| {
        let found = held.iter().find(|(known, _)| *known == name);
        found.map_or_else(|| crate::hdl::zeros(1), |(_, q)| q.clone())
    };
    check(&mut m, shape, &of, too_large, &bad);
    m.finish()
}

/// High where `field` is above `limit`, if it can be.
fn above(field: &Sig, limit: usize) -> Option<Expr> {
    let width = field.width();
    (value_width(limit as u128) <= width && (1usize << width) - 1 > limit)
        .then(|| field.gt(&lit(limit as u128, width)))
}

fn check(
    m: &mut ModuleBuilder,
    shape: &AcceleratorShape,
    of: &dyn Fn(&str) -> Sig,
    too_large: Vec<Expr>,
    bad: &Sig,
) {
    let some_are_zero = [
        "positions",
        "out_width",
        "channels",
        "output_bits",
        "kernel_height",
        "kernel_width",
        "in_words",
    ]
    .map(|name| !of(name).reduce_or());
    let mut always: Vec<Expr> = some_are_zero.into();
    always.push(of("kind").eq_lit(3));
    always.push(of("stream").eq_lit(3));
    always.extend(above(&of("output_bits"), shape.input_bits));
    always.extend(above(&of("in_words"), 1 << shape.address_bits));
    always.extend(too_large);
    let always = any(m, "bad_always", always);

    m.comment("A matrix-vector multiply: lanes, segments and results that there are.");
    let lane_end = join(m, "lane_end", &[of("first_lane"), lit(0, 1)]);
    let lane_end = m.wire_of("lane_sum", &(lane_end + of("lanes").zext(9)));
    let mut mvm: Vec<Expr> = ["lanes", "segments", "segment_words", "lane_outputs"]
        .map(|name| !of(name).reduce_or())
        .into();
    mvm.extend(above(&lane_end, shape.lanes));
    mvm.extend(above(&of("segments"), shape.tiles));
    mvm.extend(above(&of("segment_words"), shape.segment_words));
    mvm.extend(above(&of("lane_outputs"), shape.outputs));
    let results = of("lanes").zext(24) * of("lane_outputs").zext(24);
    let results = m.wire_of("results", &results);
    mvm.push(of("channels").zext(24).gt(&results));
    let mvm = any(m, "bad_mvm", mvm);

    m.comment("A pool: channels that there are, a sum that its bits hold.");
    let width = 16 + shape.word_log();
    let there = m.wire_of(
        "elements_read",
        &of("in_words").zext(width).shl_by(shape.word_log()),
    );
    let window = of("kernel_height").zext(16) * of("kernel_width").zext(16);
    let window = m.wire_of("window", &window);
    let pool = vec![
        of("channels").zext(width).gt(&there),
        of("kind").eq_lit(2) & window.gt(&lit(255, 16)),
    ];
    let pool = any(m, "bad_pool", pool);
    let is_mvm = m.wire_of("is_mvm", &!of("kind").reduce_or());
    m.assign(bad, &(always | (&is_mvm & mvm) | (!&is_mvm & pool)));
}

fn any(m: &mut ModuleBuilder, name: &str, reasons: Vec<Expr>) -> Sig {
    let all = join(m, &format!("{name}_reasons"), &reasons);
    m.wire_of(name, &all.reduce_or())
}
