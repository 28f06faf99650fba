// SPDX-License-Identifier: MIT OR Apache-2.0
//! Loads: rows of weights and scale factors, and thresholds, out of the gearboxes.

use super::{Clock, StreamInputShape, dest, gearbox};
use crate::hdl::{ModuleBuilder, Sig, index_width, lit, zeros};

/// The ports of loads.
pub(super) struct Ports {
    prog_en: Sig,
    prog_row: Sig,
    prog_pos: Sig,
    prog_neg: Sig,
    wr_valid: Sig,
    wr_row: Sig,
    wr_data: Sig,
    thresholds: Option<ThresholdPorts>,
    weights_valid: Sig,
    scales_valid: Sig,
    loading: Sig,
}

struct ThresholdPorts {
    enable: Sig,
    column: Sig,
    plane: Sig,
    code: Sig,
    valid: Sig,
}

impl Ports {
    pub fn declare(m: &mut ModuleBuilder, shape: &StreamInputShape) -> Ports {
        let columns = shape.columns;
        m.group("Weights, a row of the crossbar at a time");
        let prog_en = m.output("prog_en_o", 1, "write a row of cells");
        let prog_row = m.output("prog_row_o", index_width(shape.rows), "its index");
        let prog_pos = m.output("prog_pos_o", columns, "its positive cells");
        let prog_neg = m.output("prog_neg_o", columns, "its negative cells");
        m.group("Scale factors, a row of the array at a time");
        let wr_valid = m.output(
            "wr_valid_o",
            1,
            "write a row; row and data stay a cycle longer",
        );
        let wr_row = m.output("wr_row_o", index_width(shape.scale_rows), "its index");
        let wr_data = m.output("wr_data_o", shape.used_columns, "its bits, column 0 lowest");
        let thresholds = shape.column_thresholds.then(|| {
            m.group("Thresholds, one at a time");
            ThresholdPorts {
                enable: m.output("prog_thr_en_o", 1, "write a threshold"),
                column: m.output("prog_thr_col_o", index_width(columns), "its column"),
                plane: m.output(
                    "prog_thr_plane_o",
                    index_width(shape.input_bits),
                    "its bit plane",
                ),
                code: m.output("prog_thr_o", shape.threshold_bits, "its code"),
                valid: m.output("thresholds_valid_o", 1, "all thresholds are loaded"),
            }
        });
        m.group("Loads");
        Ports {
            prog_en,
            prog_row,
            prog_pos,
            prog_neg,
            wr_valid,
            wr_row,
            wr_data,
            thresholds,
            weights_valid: m.output("weights_valid_o", 1, "all weights are loaded"),
            scales_valid: m.output("scales_valid_o", 1, "all scale factors are loaded"),
            loading: m.output("loading_o", 1, "a load is in progress"),
        }
    }
}

/// What packets and loads say to each other.
pub(super) struct Link {
    /// Destination of the packet in progress or beginning.
    pub kind: Sig,
    /// Destination of the load in progress.
    pub load_kind_q: Sig,
    /// A load is in progress, until its last row is stored.
    pub load_q: Sig,
    /// An element waits in a gearbox: no beat of a load can be taken.
    pub element_held: Sig,
    /// A beat of a load is taken.
    pub beat: Sig,
    /// It is the first of its packet.
    pub start: Sig,
    /// It shows that the length is wrong.
    pub error: Sig,
}

impl Link {
    pub fn declare(m: &mut ModuleBuilder, clock: &Clock) -> Link {
        let Clock { clk, rst_n, .. } = clock;
        Link {
            kind: m.wire("kind", 2),
            load_kind_q: m
                .register("load_kind_q", 2)
                .clock(clk)
                .reset(rst_n, 0)
                .build(),
            load_q: m.register("load_q", 1).clock(clk).reset(rst_n, 0).build(),
            element_held: m.wire("element_held", 1),
            beat: m.wire("to_loader", 1),
            start: m.wire("load_start", 1),
            error: m.wire("load_error", 1),
        }
    }
}

pub(super) fn build(
    m: &mut ModuleBuilder,
    prefix: &str,
    shape: &StreamInputShape,
    clock: &Clock,
    data: &Sig,
    ports: &Ports,
    link: &Link,
) {
    let Clock { clk, rst_n, clear } = clock;
    let done = m.wire("load_done", 1);
    let drop = m.wire_of("load_drop", &(&(clear | &link.error) | &done));
    m.comment("A load lasts from its first beat until its last row is stored.");
    m.next_if(&link.load_kind_q, &link.start, &link.kind);
    m.next_if(
        &link.load_q,
        &(&link.start | &drop),
        &(&link.start & !&drop),
    );
    m.assign(&ports.loading, &link.load_q);

    m.comment(
        "Rows of weights come in two halves, positive cells first; a row of scale factors is",
    );
    m.comment("written in the first phase and held through the second.");
    let to_thresholds = shape
        .column_thresholds
        .then(|| m.wire_of("to_thresholds", &link.kind.eq_lit(dest::THRESHOLDS as u128)));
    let row_beat = match &to_thresholds {
        Some(elsewhere) => &link.beat & !elsewhere,
        None => link.beat.clone(),
    };
    let held = m.wire("row_held", 1);
    let taken = m.wire("row_taken", 1);
    let row_bits = m.wire("row_bits", shape.columns);
    let child = gearbox::build(
        &format!("{prefix}_row_gearbox"),
        shape.stream_bits,
        shape.columns,
    );
    m.instance("u_row_gearbox", &child)
        .connect("clk_i", clk)
        .connect("rst_ni", rst_n)
        .connect("clear_i", &drop)
        .connect("beat_valid_i", &row_beat)
        .connect("beat_i", data)
        .output("element_valid_o", &held)
        .output("element_o", &row_bits)
        .connect("element_taken_i", &taken)
        .done();
    let weights = m.wire_of("weights", &link.load_kind_q.eq_lit(dest::WEIGHTS as u128));
    let phase_q = m.register("phase_q", 1).clock(clk).reset(rst_n, 0).build();
    m.next_if(
        &phase_q,
        &(&link.start | &held),
        &(!&link.start & !&phase_q),
    );
    m.assign(&taken, &(&held & &(&weights | &phase_q)));
    let row_ends = m.wire_of("row_ends", &(&held & &phase_q));
    let positive_q = m.register("positive_q", shape.columns).clock(clk).build();
    m.next_if(&positive_q, &(&(&held & &weights) & !&phase_q), &row_bits);

    let last_row = m.wire("last_row", 1);
    let rows = shape.rows.max(shape.scale_rows);
    let rows = if shape.column_thresholds {
        rows.max(shape.columns)
    } else {
        rows
    };
    let width = index_width(rows);
    let row_q = m
        .register("row_q", width)
        .clock(clk)
        .reset(rst_n, 0)
        .build();
    let (row_step, last) = match (&ports.thresholds, &to_thresholds) {
        (Some(thresholds), Some(to_thresholds)) => {
            let load = Thresholds {
                to_thresholds,
                data,
                drop: &drop,
                row_q: &row_q,
                last_row: &last_row,
            };
            let (step, last) = thresholds_load(m, prefix, shape, clock, thresholds, link, &load);
            m.assign(&link.element_held, &(&held | &step));
            (m.wire_of("row_step", &(&row_ends | &step)), last)
        }
        _ => {
            m.assign(&link.element_held, &held);
            (row_ends.clone(), last_row.clone())
        }
    };
    m.comment("Row, or column of the thresholds.");
    let last_index = m.wire("last_index", width);
    let index = |count: usize| lit(count as u128 - 1, width);
    let scales = link.load_kind_q.eq_lit(dest::SCALES as u128);
    let select = m.select(&last_index).when(&weights, &index(shape.rows));
    match shape.column_thresholds {
        true => select
            .when(&scales, &index(shape.scale_rows))
            .otherwise(&index(shape.columns)),
        false => select.otherwise(&index(shape.scale_rows)),
    }
    m.assign(&last_row, &row_q.eq(&last_index));
    let row_d = m.wire("row_d", width);
    m.select(&row_d)
        .when(&(&link.start | &last_row), &zeros(width))
        .otherwise(&(&row_q + lit(1, width)));
    m.next_if(&row_q, &(&link.start | &row_step), &row_d);
    m.assign(&done, &(&row_step & &last));

    m.comment("A flag falls with the first beat of its packet and rises with its last row.");
    for (name, dest, port) in [
        ("weights_valid_q", dest::WEIGHTS, &ports.weights_valid),
        ("scales_valid_q", dest::SCALES, &ports.scales_valid),
    ] {
        valid_flag(m, name, dest, clock, link, &done, port);
    }
    if let Some(thresholds) = &ports.thresholds {
        valid_flag(
            m,
            "thresholds_valid_q",
            dest::THRESHOLDS,
            clock,
            link,
            &done,
            &thresholds.valid,
        );
    }

    m.comment("To the crossbar and the array.");
    m.assign(&ports.prog_en, &(&row_ends & &weights));
    m.assign(&ports.prog_row, &row_q.slice(0, ports.prog_row.width()));
    m.assign(&ports.prog_pos, &positive_q);
    m.assign(&ports.prog_neg, &row_bits);
    m.assign(&ports.wr_valid, &(&held & !(&weights | &phase_q)));
    m.assign(&ports.wr_row, &row_q.slice(0, ports.wr_row.width()));
    m.assign(&ports.wr_data, &row_bits.slice(0, shape.used_columns));
}

struct Thresholds<'a> {
    to_thresholds: &'a Sig,
    data: &'a Sig,
    drop: &'a Sig,
    row_q: &'a Sig,
    last_row: &'a Sig,
}

/// Thresholds: one a cycle; gives the step from one to the next and whether this is the last.
fn thresholds_load(
    m: &mut ModuleBuilder,
    prefix: &str,
    shape: &StreamInputShape,
    clock: &Clock,
    ports: &ThresholdPorts,
    link: &Link,
    load: &Thresholds<'_>,
) -> (Sig, Sig) {
    let Clock { clk, rst_n, .. } = clock;
    m.comment("Thresholds: plane by plane, in each plane column by column.");
    let held = m.wire("threshold_held", 1);
    let name = format!("{prefix}_threshold_gearbox");
    let child = gearbox::build(&name, shape.stream_bits, shape.threshold_bits);
    m.instance("u_threshold_gearbox", &child)
        .connect("clk_i", clk)
        .connect("rst_ni", rst_n)
        .connect("clear_i", load.drop)
        .connect("beat_valid_i", &(&link.beat & load.to_thresholds))
        .connect("beat_i", load.data)
        .output("element_valid_o", &held)
        .output("element_o", &ports.code)
        .connect("element_taken_i", &held)
        .done();
    let width = index_width(shape.input_bits);
    let plane_q = m
        .register("plane_q", width)
        .clock(clk)
        .reset(rst_n, 0)
        .build();
    let last_plane = plane_q.eq_lit(shape.input_bits as u128 - 1);
    let plane_ends = m.wire_of("plane_ends", &(&held & load.last_row));
    let plane_d = m.wire("plane_d", width);
    m.select(&plane_d)
        .when(&link.start, &zeros(width))
        .otherwise(&(&plane_q + lit(1, width)));
    m.next_if(&plane_q, &(&link.start | &plane_ends), &plane_d);
    m.assign(&ports.enable, &held);
    m.assign(&ports.column, &load.row_q.slice(0, ports.column.width()));
    m.assign(&ports.plane, &plane_q);
    let last = m.wire_of("last_of_load", &(load.last_row & &(&last_plane | !&held)));
    (held, last)
}

fn valid_flag(
    m: &mut ModuleBuilder,
    name: &str,
    dest: usize,
    clock: &Clock,
    link: &Link,
    done: &Sig,
    port: &Sig,
) {
    let Clock { clk, rst_n, clear } = clock;
    let flag_q = m.register(name, 1).clock(clk).reset(rst_n, 0).build();
    let falls = &link.start & link.kind.eq_lit(dest as u128);
    let rises = done & link.load_kind_q.eq_lit(dest as u128);
    m.next_if(&flag_q, &(falls | &rises), &(&rises & !clear));
    m.assign(port, &flag_q);
}
