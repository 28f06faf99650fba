// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is seen of a training while it runs: a bar on a terminal, or JSON, one document a line.

use std::io::Write as _;

use hcim_train::session::{EpochLog, Event, Progress};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

/// Watches a training.
pub(super) struct Watch {
    /// Hidden where standard error is no terminal.
    bar: ProgressBar,
    json: bool,
}

#[derive(Serialize)]
struct Line<'a> {
    event: &'static str,
    #[serde(flatten)]
    epoch: &'a EpochLog,
}

impl Watch {
    pub(super) fn new(json: bool) -> Self {
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{prefix} {bar:30} {pos}/{len} {msg}") {
            bar.set_style(style);
        }
        Self { bar, json }
    }

    pub(super) fn see(&self, event: &Event) {
        match event {
            Event::Batch(progress) => self.batch(progress),
            Event::Epoch(epoch) => self.epoch(epoch),
            Event::Over => self.bar.finish_and_clear(),
        }
    }

    fn batch(&self, progress: &Progress) {
        self.bar.set_length(progress.batches as u64);
        self.bar.set_position(progress.batch as u64);
        let name = progress.precision.name();
        self.bar
            .set_prefix(format!("{name:7} epoch {:3}", progress.epoch + 1));
        let mut message = format!(
            "loss {:.4} accuracy {:.4}",
            progress.loss, progress.accuracy
        );
        if progress.precision.partial_sum().is_some() {
            message += &format!(" zeros {:.3}", progress.zeros);
        }
        self.bar.set_message(message);
    }

    fn epoch(&self, epoch: &EpochLog) {
        if self.json {
            let line = Line {
                event: "epoch",
                epoch,
            };
            if let Ok(text) = serde_json::to_string(&line) {
                // If standard output is closed there is nobody to tell; the end of the run notices it, too.
                let mut out = anstream::stdout().lock();
                let _ = writeln!(out, "{text}").and_then(|()| out.flush());
            }
            return;
        }
        let zeros = match epoch.precision.partial_sum() {
            Some(_) => format!(" zeros {:.3}", epoch.validation.zeros),
            None => String::new(),
        };
        let best = if epoch.best { " best" } else { "" };
        // Hidden with the bar.
        self.bar.println(format!(
            "{:7} epoch {:3}: loss {:.4}, validation {:.4}{zeros}{best}",
            epoch.precision.name(),
            epoch.epoch + 1,
            epoch.loss,
            epoch.validation.accuracy()
        ));
    }
}
