// SPDX-License-Identifier: MIT OR Apache-2.0
//! The report of synthesis for people.

use std::fmt::Write as _;

use super::result::SynthesisResult;

/// The report as Markdown. It holds nothing that differs from run to run.
pub(super) fn markdown(result: &SynthesisResult) -> String {
    let statistics = &result.statistics;
    let total = statistics.total.area_um2;
    let share = |area: f64| {
        if total > 0.0 {
            100.0 * area / total
        } else {
            0.0
        }
    };
    let mut text = format!(
        "# Synthesis of {}\n\n\
         {:.1} um2, {} cells, mapped for {} ns. Areas are of cells as the Liberty gives them, before layout.\n\n",
        result.top, total, statistics.total.cells, result.period_ns
    );
    if result.clock_trees {
        let _ = writeln!(
            text,
            "With {} buffers on clocks, for figures before layout; a layout starts from the netlist without them.\n",
            result.clock_buffers
        );
    }
    if !result.black_boxes.is_empty() {
        let _ = writeln!(
            text,
            "Not counted, because they are macros: {}.\n",
            result.black_boxes.join(", ")
        );
    }
    text.push_str("## By use\n\n| use | cells | area um2 | share |\n|---|---:|---:|---:|\n");
    for row in &statistics.uses {
        let _ = writeln!(
            text,
            "| {} | {} | {:.1} | {:.1} % |",
            row.of.name(),
            row.total.cells,
            row.total.area_um2,
            share(row.total.area_um2)
        );
    }
    text.push_str(
        "\n## By place\n\n| place | instances | cells | area um2 | share |\n|---|---:|---:|---:|---:|\n",
    );
    for row in &statistics.hierarchy {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {:.1} | {:.1} % |",
            row.path,
            row.instances,
            row.total.cells,
            row.total.area_um2,
            share(row.total.area_um2)
        );
    }
    text.push_str(
        "\n## By module\n\n| module | instances | area of one um2 | its own cells um2 | script | logic ps |\n|---|---:|---:|---:|---|---:|\n",
    );
    for row in &statistics.modules {
        let mapped = result.mapping.iter().find(|one| one.module == row.module);
        let script = mapped.map_or("", |one| one.script.as_str());
        let delay = mapped
            .and_then(|one| one.logic_delay_ps)
            .map_or(String::new(), |delay| format!("{delay:.0}"));
        let _ = writeln!(
            text,
            "| {} | {} | {:.1} | {:.1} | {script} | {delay} |",
            row.module, row.instances, row.each.area_um2, row.own.area_um2
        );
    }
    text.push_str("\n## By cell\n\n| cell | cells | area um2 |\n|---|---:|---:|\n");
    for row in &statistics.cells {
        let _ = writeln!(
            text,
            "| {} | {} | {:.1} |",
            row.cell, row.total.cells, row.total.area_um2
        );
    }
    let _ = write!(
        text,
        "\n## Origin\n\n{}- Netlist SHA-256 `{}`\n",
        result.provenance.to_markdown(),
        result.netlist_sha256
    );
    text
}
