// SPDX-License-Identifier: MIT OR Apache-2.0
//! The report in Markdown.

use std::collections::BTreeSet;

use super::super::design::{ArrayPoint, Design, Workload};
use super::super::points::{INPUT_BITS, SCALE_BITS, ZEROS};
use super::super::record::{Comparison, Measured};
use super::super::targets::{self, Chosen, Side, Target, USUAL};
use super::table::{number, ratio, table};

/// The report.
pub(super) fn render(
    comparison: &Comparison,
    targets: &[Target],
    plots: &[(&str, &str)],
) -> Result<String, String> {
    let chosen = targets::choose(comparison)?;
    let pdk = &comparison.provenance.pdk;
    let mut text = format!("# Arrays compared on {}\n\n", pdk.title);
    text += &format!(
        "Written by `{}`; what is measured and how is told in doc/ppa.md. Clock period {} ns, before layout.\n",
        comparison.provenance.command,
        number(comparison.period_ns)
    );
    if comparison.quick {
        text += "\n**Quick subset**: the points that the targets need, no more.\n";
    }
    text += "\n## Targets\n\n";
    text += &target_table(targets);
    text += &format!(
        "\n## Design space\n\n{} columns, A = {INPUT_BITS}, S = {SCALE_BITS}, {ZEROS} % zeros where partial sums are \
         ternary, none where they are binary. Area and energy are also given as multiples of the baseline.\n\n",
        comparison.columns
    );
    text += &space_table(comparison, &chosen)?;
    for (file, title) in plots {
        text += &format!("\n![{title}]({file})\n");
    }
    text += "\n## Where the energy goes\n\n";
    text += &split_table(comparison)?;
    text += &sweep_table(comparison);
    text += &other_sizes(comparison)?;
    text += &reference_table(comparison, &chosen)?;
    text += "\n## Area by block\n\nIn um2 per column, with its share of everything.\n\n";
    text += &block_table(comparison, &chosen);
    text += "\n## Provenance\n\n";
    text += &comparison.provenance.to_markdown();
    Ok(text)
}

fn target_table(targets: &[Target]) -> String {
    let rows: Vec<Vec<String>> = targets
        .iter()
        .map(|target| {
            let sign = match target.side {
                Side::AtMost => "<=",
                Side::AtLeast => ">=",
            };
            vec![
                target.what.clone(),
                format!("{sign} {} {}", target.limit, target.unit),
                format!("{} {}", number(target.value), target.unit),
                if target.met { "met" } else { "**not met**" }.to_owned(),
            ]
        })
        .collect();
    table(&["what", "target", "found", ""], &rows)
}

/// The workload at which a point of the design space is compared.
fn workload(point: &ArrayPoint) -> Workload {
    if point.ternary {
        USUAL
    } else {
        Workload::Zeros(0)
    }
}

const SPACE: &[&str] = &[
    "array",
    "um2",
    "um2/column",
    "x",
    "MHz",
    "cycles/MVM",
    "ns/MVM",
    "pJ/MVM",
    "x",
    "pJ/accumulate",
    "leakage uW",
];

fn space_row(
    point: &ArrayPoint,
    measured: &Measured,
    chosen: &Chosen,
) -> Result<Vec<String>, String> {
    let workload = workload(point);
    let missing = || format!("{} was not measured at {}", point.title(), workload.title());
    let energy = measured.energy(workload).ok_or_else(missing)?;
    let implementation = &measured.implementation;
    let baseline = chosen.baseline.energy(USUAL).ok_or_else(missing)?;
    Ok(vec![
        measured.design.title(),
        number(implementation.area_um2),
        number(measured.area_per_column_um2()),
        ratio(
            implementation.area_um2,
            chosen.baseline.implementation.area_um2,
        ),
        format!("{:.0}", implementation.fmax_mhz),
        format!("{:.1}", energy.cycles_per_mvm()),
        number(measured.time_per_mvm_ns(workload).ok_or_else(missing)?),
        number(energy.per_mvm_pj),
        ratio(energy.per_mvm_pj, baseline.per_mvm_pj),
        number(measured.per_accumulate_pj(workload).ok_or_else(missing)?),
        number(energy.leakage_uw),
    ])
}

fn space_table(comparison: &Comparison, chosen: &Chosen) -> Result<String, String> {
    let rows: Result<Vec<_>, String> = comparison
        .arrays()
        .filter(|(point, _)| comparison.is_main(point))
        .map(|(point, measured)| space_row(point, measured, chosen))
        .collect();
    Ok(table(SPACE, &rows?))
}

fn split_table(comparison: &Comparison) -> Result<String, String> {
    let mut rows = Vec::new();
    for (point, measured) in comparison
        .arrays()
        .filter(|(point, _)| comparison.is_main(point))
    {
        let workload = workload(point);
        let missing = || format!("{} was not measured at {}", point.title(), workload.title());
        let energy = measured.energy(workload).ok_or_else(missing)?;
        let leakage = energy.per_mvm_pj
            - energy.split.clock
            - energy.split.sequential
            - energy.split.combinational;
        rows.push(vec![
            point.title(),
            number(energy.split.clock),
            number(energy.split.sequential),
            number(energy.split.combinational),
            number(leakage),
        ]);
    }
    let head = [
        "array, pJ/MVM",
        "clock",
        "sequential",
        "combinational",
        "leakage",
    ];
    Ok(table(&head, &rows))
}

/// Energies of every design that was measured under more than one workload.
fn sweep_table(comparison: &Comparison) -> String {
    let swept: Vec<(&ArrayPoint, &Measured)> = comparison
        .arrays()
        .filter(|(_, measured)| measured.energies.len() > 1)
        .collect();
    if swept.is_empty() {
        return String::new();
    }
    let workloads: BTreeSet<Workload> = swept
        .iter()
        .flat_map(|(_, measured)| measured.energies.iter().map(|energy| energy.workload))
        .collect();
    let titles: Vec<String> = workloads.iter().map(|one| one.title()).collect();
    let mut head = vec!["array, pJ/MVM"];
    head.extend(titles.iter().map(String::as_str));
    let rows: Vec<Vec<String>> = swept
        .iter()
        .map(|(point, measured)| {
            let mut row = vec![point.title()];
            // Not every design is meant to be measured under every workload: a dash is no hole.
            row.extend(workloads.iter().map(|workload| {
                let energy = measured.energy(*workload);
                energy.map_or("-".to_owned(), |energy| number(energy.per_mvm_pj))
            }));
            row
        })
        .collect();
    let digits = swept
        .iter()
        .find_map(|(_, measured)| measured.energy(Workload::Digits));
    let share = digits.map_or(String::new(), |energy| {
        format!(
            " The digits network's hidden layer has {:.1} % zeros on its test images.",
            energy.share_of_zeros * 100.0
        )
    });
    format!(
        "\n## Energy against the share of zeros\n\n{} columns. `-`: not part of the point set.{share}\n\n{}",
        comparison.columns,
        table(&head, &rows)
    )
}

/// Other numbers of columns and scale bits, each beside the baseline of its size.
fn other_sizes(comparison: &Comparison) -> Result<String, String> {
    let mut rows = Vec::new();
    for (point, measured) in comparison
        .arrays()
        .filter(|(point, _)| !comparison.is_main(point))
    {
        let size = |one: &ArrayPoint| (one.columns, one.input_bits, one.scale_bits);
        let base = comparison.arrays().find(|(one, _)| {
            size(one) == size(point) && one.family == super::super::design::Family::Baseline
        });
        let missing = || format!("no baseline of the size of {}", measured.design.id());
        let (_, base) = base.ok_or_else(missing)?;
        let energy = measured.energy(USUAL).ok_or_else(missing)?;
        let base_energy = base.energy(USUAL).ok_or_else(missing)?;
        rows.push(vec![
            format!(
                "C = {}, S = {}: {}",
                point.columns,
                point.scale_bits,
                point.title()
            ),
            number(measured.area_per_column_um2()),
            ratio(
                measured.implementation.area_um2,
                base.implementation.area_um2,
            ),
            format!("{:.0}", measured.implementation.fmax_mhz),
            format!("{:.1}", energy.cycles_per_mvm()),
            number(energy.per_mvm_pj / f64::from(point.columns)),
            ratio(energy.per_mvm_pj, base_energy.per_mvm_pj),
            format!("{:.1}", measured.implementation.synthesis_seconds),
        ]);
    }
    if rows.is_empty() {
        return Ok(String::new());
    }
    let head = [
        "array",
        "um2/column",
        "x",
        "MHz",
        "cycles/MVM",
        "pJ/MVM/column",
        "x",
        "synthesis s",
    ];
    Ok(format!(
        "\n## Other sizes\n\nA = {INPUT_BITS}, {ZEROS} % zeros; multiples are of the baseline of the same size.\n\n{}",
        table(&head, &rows)
    ))
}

fn reference_table(comparison: &Comparison, chosen: &Chosen) -> Result<String, String> {
    let mut rows = Vec::new();
    let mut columns = 0;
    for measured in comparison.references() {
        let Design::Reference(point) = &measured.design else {
            continue;
        };
        columns = point.columns();
        let energy = measured.energies.first();
        let missing = || format!("{} has no energy", measured.design.title());
        let energy = energy.ok_or_else(missing)?;
        let time = measured
            .time_per_mvm_ns(energy.workload)
            .ok_or_else(missing)?;
        rows.push(reference_row(
            &format!(
                "{}, {} x {} x {} bits",
                point.title(),
                point.rows,
                point.input_bits,
                point.weight_bits
            ),
            measured,
            1.0,
            (energy.per_mvm_pj, energy.cycles_per_mvm(), time),
        ));
    }
    if rows.is_empty() {
        return Ok(String::new());
    }
    for measured in [chosen.smallest, chosen.lowest_energy, chosen.baseline] {
        let missing = || format!("{} has no energy", measured.design.title());
        // The references compute what the digits' images give; so do these, where it was measured.
        let energy = measured
            .energy(Workload::Digits)
            .or_else(|| measured.energy(USUAL))
            .ok_or_else(missing)?;
        let time = measured
            .time_per_mvm_ns(energy.workload)
            .ok_or_else(missing)?;
        let share = f64::from(columns) / f64::from(measured.design.columns());
        rows.push(reference_row(
            &format!("{columns} columns of: {}", measured.design.title()),
            measured,
            share,
            (energy.per_mvm_pj, energy.cycles_per_mvm(), time),
        ));
    }
    let head = ["one output", "um2", "MHz", "cycles", "ns", "pJ"];
    Ok(format!(
        "\n## Reference designs\n\nOne dot product of 128 inputs, one output. **Not like for like**: the references hold the weights and \
         compute exactly; an array takes the comparators' decisions of an analog crossbar, whose area and energy come on top, \
         and the column reduction after it.\n\n{}",
        table(&head, &rows)
    ))
}

fn reference_row(
    title: &str,
    measured: &Measured,
    share: f64,
    (energy, cycles, time): (f64, f64, f64),
) -> Vec<String> {
    vec![
        title.to_owned(),
        number(measured.implementation.area_um2 * share),
        format!("{:.0}", measured.implementation.fmax_mhz),
        format!("{cycles:.1}"),
        number(time),
        number(energy * share),
    ]
}

/// The blocks of some designs, largest in the first one first.
pub(super) fn block_names(designs: &[&Measured]) -> Vec<String> {
    let names: BTreeSet<&String> = designs
        .iter()
        .flat_map(|measured| measured.implementation.blocks_um2.keys())
        .collect();
    let mut names: Vec<String> = names.into_iter().cloned().collect();
    let size = |name: &String| -> f64 {
        let of = |measured: &&Measured| {
            let blocks = &measured.implementation.blocks_um2;
            blocks.get(name).copied().unwrap_or(0.0) / f64::from(measured.design.columns())
        };
        designs.iter().map(of).sum()
    };
    names.sort_by(|a, b| size(b).total_cmp(&size(a)));
    names
}

fn block_table(comparison: &Comparison, chosen: &Chosen) -> String {
    let mut designs = vec![chosen.baseline, chosen.smallest];
    if chosen.lowest_energy.design != chosen.smallest.design {
        designs.push(chosen.lowest_energy);
    }
    let names = block_names(&designs);
    let mut head = vec!["array"];
    head.extend(names.iter().map(String::as_str));
    head.extend(["cells", "flip-flops", "latches", "clock gates"]);
    let rows: Vec<Vec<String>> = comparison
        .designs
        .iter()
        .filter(|measured| designs.iter().any(|one| one.design == measured.design))
        .map(|measured| {
            let columns = f64::from(measured.design.columns());
            let implementation = &measured.implementation;
            let mut row = vec![measured.design.title()];
            row.extend(names.iter().map(|name| {
                let area = implementation.blocks_um2.get(name).copied().unwrap_or(0.0);
                number(area / columns)
            }));
            let counts = [
                implementation.cells,
                implementation.flops,
                implementation.latches,
                implementation.clock_gates,
            ];
            row.extend(counts.map(|count| number(count as f64 / columns)));
            row
        })
        .collect();
    table(&head, &rows)
}

#[cfg(test)]
mod tests {
    use super::super::super::made_up;

    #[test]
    fn a_report_of_made_up_figures() {
        let files = super::super::files(&made_up::comparison()).unwrap();
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            names,
            [
                "ppa.json",
                "ppa.md",
                "area_energy.svg",
                "area_latency.svg",
                "area_blocks.svg",
                "energy_zeros.svg"
            ]
        );
        insta::assert_snapshot!(files[1].1);
        assert_eq!(files, super::super::files(&made_up::comparison()).unwrap());
    }
}
