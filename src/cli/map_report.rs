// SPDX-License-Identifier: MIT OR Apache-2.0
//! A mapping in words: the table on the terminal, and the report as a file.

use std::fmt::Write as _;

use crate::mapping::MapReport;

/// The published counts of the convolutions of ResNet-20 with the first at 8 bits: rows of a segment, scale factors,
/// additions (as hcim counts them: [`MapReport::conv_additions`]).
const PUBLISHED: [(&str, u64, &str); 2] = [
    ("resnet20_128", 41_472, "8.26"),
    ("resnet20_64", 71_168, "12.71"),
];

/// Lines with aligned columns; the first line is the heading, the first column is text.
fn aligned(rows: &[Vec<String>]) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].len());
        cells.max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().zip(&widths).enumerate();
        let line: Vec<String> = cells
            .map(|(column, (cell, width))| match column {
                0 => format!("{cell:<width$}"),
                _ => format!("{cell:>width$}"),
            })
            .collect();
        text += line.join("  ").trim_end();
        text.push('\n');
    }
    text
}

fn rows(report: &MapReport) -> Vec<Vec<String>> {
    let measured = report.layers.iter().any(|layer| layer.zeros.is_some());
    let mut names = vec![
        "layer",
        "kind",
        "rows",
        "A",
        "W",
        "K",
        "outputs",
        "tiles",
        "used",
        "positions",
        "cycles",
        "factors",
        "additions",
    ];
    if measured {
        names.extend(["p = 0", "empty planes"]);
    }
    let mut rows = vec![names.into_iter().map(str::to_owned).collect::<Vec<_>>()];
    let percent =
        |share: Option<f64>| share.map_or(String::new(), |share| format!("{:.1} %", share * 100.0));
    for layer in &report.layers {
        let multiplies = layer.rows > 0;
        let number = |value: u64| match multiplies {
            true => value.to_string(),
            false => String::new(),
        };
        let mut row = vec![
            layer.layer.clone(),
            layer.kind.to_owned(),
            number(layer.rows as u64),
            number(layer.input_bits.into()),
            number(layer.weight_slices.into()),
            number(layer.segments as u64),
            layer.outputs.to_string(),
            number(layer.tiles as u64),
            match multiplies {
                true => format!("{:.0} %", layer.utilisation * 100.0),
                false => String::new(),
            },
            layer.positions.to_string(),
            layer.cycles.to_string(),
            number(layer.scale_factors),
            number(layer.additions),
        ];
        if measured {
            row.extend([percent(layer.zeros), percent(layer.zero_planes)]);
        }
        rows.push(row);
    }
    rows
}

/// What stands below the table: name and value.
fn totals(report: &MapReport) -> Vec<(&'static str, String)> {
    let loads = match report.resident {
        true => "once",
        false => "for each image",
    };
    let storage = report.storage_bits;
    vec![
        (
            "scale factors",
            format!(
                "{}; {} in convolutions",
                report.scale_factors, report.conv_scale_factors
            ),
        ),
        (
            "additions an image",
            format!(
                "{}; {} in convolutions",
                report.additions, report.conv_additions
            ),
        ),
        ("tiles", report.tiles.to_string()),
        (
            "loads of tiles",
            format!("{} {loads}, {} beats", report.loads, report.load_beats),
        ),
        (
            "cycles an image",
            format!("{} at least, without loads", report.cycles),
        ),
        (
            "memories",
            format!(
                "{} words of activations, {} constants, {} passes",
                report.activation_words, report.constants, report.passes
            ),
        ),
        (
            "storage",
            format!(
                "{} bits of scale factors, {} cells, {} + {} + {} bits of activations, constants, program",
                storage.scale_factors,
                storage.cells,
                storage.activations,
                storage.constants,
                storage.program
            ),
        ),
    ]
}

/// For the terminal.
pub(super) fn text(report: &MapReport, command: &str) -> String {
    let mut text = aligned(&rows(report)) + "\n";
    for (name, value) in totals(report) {
        let _ = writeln!(text, "{name:<20} {value}");
    }
    let _ = writeln!(text, "{:<20} {command}", "accelerator");
    text
}

/// For a file: `made_by` is the command.
pub(super) fn markdown(report: &MapReport, command: &str, made_by: &str) -> String {
    let mut text = format!(
        "# {} on {} tiles\n\n`{made_by}`; accelerator: `{command}`\n\n",
        report.network, report.tiles
    );
    for (number, row) in rows(report).iter().enumerate() {
        let _ = writeln!(text, "| {} |", row.join(" | "));
        if number == 0 {
            let _ = writeln!(text, "|{}", "---|".repeat(row.len()));
        }
    }
    text.push('\n');
    for (name, value) in totals(report) {
        let _ = writeln!(text, "- {name}: {value}");
    }
    text += "\nrows: length of the layer's vector. A, W: bit planes of its input, slices of its weights. K: segments of \
             the tile's rows. used: share of the cells of its tiles that hold a bit of a weight. factors: K * A * W * outputs. additions: \
             factors * positions, were no partial sum 0. cycles: bound of the passes (doc/accelerator.md).\n";
    if let Some((_, factors, additions)) =
        PUBLISHED.iter().find(|(name, ..)| *name == report.network)
    {
        text += &published(report, *factors, additions);
    }
    text
}

fn published(report: &MapReport, factors: u64, additions: &str) -> String {
    let own = report.conv_additions as f64 / 1e6;
    let mut text = format!(
        "\n## Against the published counts\n\n| | published method | here, convolutions |\n|---|---|---|\n\
         | scale factors | {factors} | {} |\n| additions an image | {additions} M | {own:.2} M |\n\n",
        report.conv_scale_factors
    );
    let same = report.conv_scale_factors == factors && format!("{own:.2}") == additions;
    text += match same {
        true => {
            "They are the same for the 19 convolutions, with 8 planes and 8 slices in the first and 4 and 4 in the others"
        }
        false => {
            "They differ: the published counts have 8 planes and 8 slices in the first convolution, 4 and 4 in the others"
        }
    };
    let (rest, more) = (
        report.scale_factors - report.conv_scale_factors,
        report.additions - report.conv_additions,
    );
    let _ = writeln!(
        text,
        ". The totals above have {rest} factors and {more} additions more: those of the last, linear layer. A slice here is a \
         magnitude bit of a sign-magnitude weight, in a differential pair of cells: 4 slices are weights of -15 .. 15; with \
         weights in two's complement of 4 bits (-8 .. 7) there would be as many columns, with slices of 2 bits a cell half as many \
         factors and additions. The shortcuts have no weights (every second pixel, zero channels) and so no factors."
    );
    text
}
