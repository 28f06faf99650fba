// SPDX-License-Identifier: MIT OR Apache-2.0
//! The texts of the crossbar: same ports everywhere, and a size that does not follow the array's.

use super::{CrossbarShape, CrossbarThresholds, build, model, stub};

fn shape(rows: usize, columns: usize, sharing: usize, kind: CrossbarThresholds) -> CrossbarShape {
    CrossbarShape {
        rows,
        columns,
        input_bits: 4,
        columns_per_comparator: sharing,
        thresholds: kind,
    }
}

fn header(text: &str) -> Vec<&str> {
    let from = text.lines().skip_while(|line| !line.starts_with("module "));
    from.take_while(|line| *line != ");").collect()
}

#[test]
fn model_and_stub_have_the_ports_of_the_black_box() {
    use CrossbarThresholds::{Binary, PerColumn, PerTile};
    for kind in [Binary, PerTile, PerColumn] {
        for sharing in [1, 4] {
            let shape = shape(37, 10, sharing, kind);
            let model = model("x", &shape, "// header").expect("a text");
            let stub = stub("x", &shape, "// header").expect("a text");
            assert_eq!(header(&model), header(&stub));
            let ports = build("x", &shape).ports();
            assert_eq!(header(&model).len(), ports.len() + 1);
            for (line, port) in header(&model)[1..].iter().zip(ports) {
                assert!(line.contains(&format!(" {}", port.name)), "{line}");
                assert_eq!(
                    line.contains(&format!("[{}:0]", port.width - 1)),
                    port.width > 1
                );
            }
            assert!(model.starts_with("// header\n") && model.ends_with("wire\n"));
            assert_eq!(model.contains("neg_o"), kind != Binary);
            assert_eq!(model.contains("prog_thr_en_i"), kind == PerColumn);
            assert_eq!(model.contains("threshold_i"), kind == PerTile);
            assert_eq!(model.contains("sel_i"), sharing > 1);
        }
    }
}

#[test]
fn the_text_does_not_grow_with_the_array() {
    let lines = |rows, columns| {
        let text = model(
            "x",
            &shape(rows, columns, 1, CrossbarThresholds::PerTile),
            "",
        );
        text.expect("a text").lines().count()
    };
    assert_eq!(lines(8, 8), lines(4096, 4096));
}
