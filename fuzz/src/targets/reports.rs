// SPDX-License-Identifier: MIT OR Apache-2.0
//! What hcim and its tools wrote, read back.

use hcim::emit::Manifest;
use hcim::flow::power::Account;
use hcim::flow::sta::{Path, Sections};
use hcim::flow::synth::SynthesisResult;

use super::{Target, text};
use crate::Outcome;

pub const MANIFEST: Target = Target {
    name: "manifest",
    about: "manifests of output folders",
    words: &[
        "\"generator\": \"hcim\"",
        "\"format\": 1",
        "\"files\": [",
        "\"path\": \"../x\"",
        "\"bytes\": 1",
        "\"sha256\": \"\"",
    ],
    run: |input| {
        let text = text(input);
        match Manifest::from_json(&text) {
            Some(manifest) => Outcome::made(&[manifest.files.len()]),
            // What serde says tells more ways of being none apart.
            None => Outcome::refused(match serde_json::from_str::<Manifest>(&text) {
                Ok(_) => "not ours".to_owned(),
                Err(error) => error.to_string(),
            }),
        }
    },
};

pub const SYNTHESIS: Target = Target {
    name: "synthesis-result",
    about: "results of synthesis",
    words: &[
        "\"provenance\": {",
        "\"statistics\": {",
        "\"modules\": [",
        "\"area_um2\": ",
        "\"resources\": {",
        "null",
    ],
    run: |input| match serde_json::from_str::<SynthesisResult>(&text(input)) {
        Ok(result) => Outcome::made(&[
            result.statistics.modules.len(),
            result.provenance.to_markdown().len(),
        ]),
        Err(error) => Outcome::refused(error),
    },
};

pub const ACCOUNT: Target = Target {
    name: "activity-account",
    about: "accounts beside recorded activity",
    words: &[
        "\"workload\": ",
        "\"cycles\": ",
        "\"period_ps\": ",
        "\"scope\": ",
        "null",
        "\"share_of_zeros\": ",
    ],
    run: |input| match serde_json::from_str::<Account>(&text(input)) {
        Ok(account) => {
            assert!(!account.window_ns().is_nan());
            Outcome::made(&[usize::from(account.scope.is_some())])
        }
        Err(error) => Outcome::refused(error),
    },
};

pub const TIMING: Target = Target {
    name: "timing-report",
    about: "what OpenSTA prints",
    words: &[
        "=== hcim paths\n",
        "=== hcim done\n",
        "hcim-fact worst_max ",
        "hcim-fact violations_max 3\n",
        "Startpoint: a\n",
        "Endpoint: b\n",
        "Path Type: max\n",
        "   1.00   ^ u1/Z (INV_X1)\n",
        "  slack (MET)\n",
        "  data arrival time\n",
        "-----\n",
        "1e999",
        "nan",
    ],
    run: |input| {
        let text = text(input);
        let sections = Sections::read(&text);
        let number = usize::from(sections.number("worst_max").is_ok());
        let paths = Path::read_all(&text, 1.0);
        let stages: usize = paths.iter().map(Path::stages).sum();
        Outcome::made(&[
            paths.len(),
            stages,
            number,
            sections.all("unconstrained").len(),
        ])
    },
};
