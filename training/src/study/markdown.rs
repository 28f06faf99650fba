// SPDX-License-Identifier: MIT OR Apache-2.0
//! A study as a page.

use std::fmt::Write as _;

use super::{Record, Run, SCALE_BITS, SEEDS, Variant, rule_name};
use crate::ops::Method;
use crate::precision::Precision;
use crate::settings::Settings;
use crate::spec::Model;

impl Record {
    /// The page; `plots` are files beside it with their titles. The same record gives the same text.
    pub fn to_markdown(&self, plots: &[(String, String)]) -> String {
        let mut text = format!(
            "# Training with quantised partial sums: {}\n\nMade by `{}`, hcim {}, seeds {}. Figures are means of the \
             seeds, least .. greatest in brackets. All choices were made by the validation part; the test part was looked at \
             once for each training. Accuracies from exact partial sums on are those of exact integer evaluation.\n\n",
            self.dataset,
            self.command,
            self.hcim,
            SEEDS.map(|seed| seed.to_string()).join(", ")
        );
        // Writing to a String cannot fail.
        let _ = writeln!(text, "SHA-256 of the images: `{}`.\n", self.dataset_sha256);
        self.write_goals(&mut text);
        for model in [Model::Mlp, Model::Cnn] {
            self.write_model(&mut text, model);
        }
        self.write_methods(&mut text);
        if !plots.is_empty() {
            let _ = writeln!(text, "## Curves\n");
        }
        for (file, title) in plots {
            let _ = writeln!(text, "![{title}]({file})\n");
        }
        text
    }

    fn write_goals(&self, text: &mut String) {
        let _ = writeln!(
            text,
            "## Goals\n\n| goal | found | limit | |\n|---|---:|---:|---|"
        );
        for goal in self.goals() {
            let verdict = if goal.met { "met" } else { "**not met**" };
            let shown = |value: f64| match goal.what.ends_with("accuracy") {
                true => format!("{value:.4}"),
                false => format!("{value:.2}"),
            };
            let (value, limit) = (shown(goal.value), shown(goal.limit));
            let _ = writeln!(text, "| {} | {value} | {limit} | {verdict} |", goal.what);
        }
        text.push('\n');
    }

    fn write_model(&self, text: &mut String, model: Model) {
        let lines = || Variant::all().into_iter().filter(move |v| v.model == model);
        let settings = lines()
            .filter_map(|variant| self.of(variant).first().map(|run| &run.settings))
            .next();
        let _ = writeln!(text, "## {}\n", model.name().to_uppercase());
        if let Some(settings) = settings {
            let _ = writeln!(text, "{}\n", in_words(settings));
        }
        let _ = writeln!(
            text,
            "| | test | validation | share of zeros | epochs |\n|---|---|---|---:|---:|"
        );
        for variant in lines() {
            let quantised = variant.precision.partial_sum().is_some();
            let zeros = match quantised {
                true => format!("{:.3}", self.mean(variant, |run| run.test.zeros)),
                false => String::new(),
            };
            let _ = writeln!(
                text,
                "| {} | {} | {} | {zeros} | {:.0} |",
                variant.title(),
                self.spread(variant, |run| run.test.accuracy()),
                self.spread(variant, |run| run.validation.accuracy()),
                self.mean(variant, |run| run.log.len() as f64)
            );
        }
        text.push('\n');
    }

    fn write_methods(&self, text: &mut String) {
        let _ = writeln!(
            text,
            "## Ours and the published method\n\nTernary partial sums learned by the method of ISLPED 2023 (a learned step for \
             each column: the scale factor is the step, the threshold its half), in the same phases with the same data, \
             epochs and optimiser, against ours (thresholds shared by the columns of a crossbar, with gradients of their own). Differences in points \
             of test accuracy, positive: ours is better.\n\n| | ours | published | difference |\n|---|---:|---:|---:|"
        );
        for model in [Model::Mlp, Model::Cnn] {
            for scale_bits in SCALE_BITS {
                let of = |method| {
                    self.accuracy(Variant {
                        model,
                        precision: Precision::Ternary,
                        method,
                        scale_bits,
                    })
                };
                let (ours, published) = (of(Method::Ours), of(Method::Published));
                let _ = writeln!(
                    text,
                    "| {}, S = {scale_bits} | {ours:.4} | {published:.4} | {:+.2} |",
                    model.name().to_uppercase(),
                    (ours - published) * 100.0
                );
            }
        }
        text.push('\n');
    }

    fn spread(&self, variant: Variant, value: impl Fn(&Run) -> f64) -> String {
        let values: Vec<f64> = self.of(variant).into_iter().map(&value).collect();
        let least = values.iter().copied().fold(f64::INFINITY, f64::min);
        let greatest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mean = self.mean(variant, value);
        format!("{mean:.4} ({least:.4} .. {greatest:.4})")
    }
}

fn in_words(settings: &Settings) -> String {
    let Settings {
        widths,
        epochs: [float, exact, quantised],
        ..
    } = settings;
    format!(
        "R = {}, A = {}, W = {}; at most {float} epochs of floating point, {exact} of exact partial sums, {quantised} of quantised \
         ones, patience {}; batches of {}, {} at {}.",
        widths.rows,
        widths.input_bits,
        widths.weight_slices,
        settings.patience,
        settings.batch,
        rule_name(settings.optimizer),
        settings.rate
    )
}
