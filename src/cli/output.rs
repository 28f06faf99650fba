// SPDX-License-Identifier: MIT OR Apache-2.0
//! The outcome of a subcommand, and the one place that prints.

use std::io::{self, Write};
use std::process::ExitCode;

use serde::Serialize;

use crate::config::{Code, Diagnostic, Report};

use super::render;

/// What a subcommand has to say.
#[derive(Debug, Default)]
pub(super) struct Output {
    /// For standard output.
    stdout: String,
    /// Diagnostics, for standard error; with JSON they are in the document already.
    stderr: Report,
    /// 0, 1 or 2.
    code: u8,
}

/// One JSON document of `--json`.
#[derive(Serialize)]
struct Document<'a, T: Serialize> {
    ok: bool,
    diagnostics: &'a Report,
    #[serde(flatten)]
    body: T,
}

/// The body of a document without one.
#[derive(Serialize)]
struct Nothing {}

impl Output {
    /// Success with text for people.
    pub(super) fn text(stdout: String, warnings: Report) -> Self {
        Output {
            stdout,
            stderr: warnings,
            code: 0,
        }
    }

    /// Success with a JSON document that carries the warnings and the fields of `body`.
    pub(super) fn json(body: impl Serialize, warnings: &Report) -> Self {
        Self::json_document(&Document {
            ok: true,
            diagnostics: warnings,
            body,
        })
    }

    /// Success with a JSON document as it is.
    pub(super) fn json_document(document: &impl Serialize) -> Self {
        match serde_json::to_string_pretty(document) {
            Ok(text) => Output {
                stdout: text + "\n",
                ..Output::default()
            },
            Err(error) => Self::failure(
                Diagnostic::new(Code::Internal, error.to_string()).into(),
                false,
            ),
        }
    }

    /// A check that was carried out, with what it found at fault: text for people.
    pub(super) fn checked_text(stdout: String, found: Report) -> Self {
        let code = if found.has_errors() {
            exit_code(&found)
        } else {
            0
        };
        Output {
            stdout,
            stderr: found,
            code,
        }
    }

    /// A check that was carried out, with what it found at fault: a JSON document that carries the
    /// diagnostics and the fields of `body`.
    pub(super) fn checked_json(body: impl Serialize, found: &Report) -> Self {
        let ok = !found.has_errors();
        let code = if ok { 0 } else { exit_code(found) };
        let document = Document {
            ok,
            diagnostics: found,
            body,
        };
        Output {
            code,
            ..Self::json_document(&document)
        }
    }

    /// Failure, as text for people or as a JSON document.
    pub(super) fn failure(report: Report, json: bool) -> Self {
        let code = exit_code(&report);
        if json {
            let document = Document {
                ok: false,
                diagnostics: &report,
                body: Nothing {},
            };
            return Output {
                code,
                ..Self::json_document(&document)
            };
        }
        Output {
            stderr: report,
            code,
            ..Output::default()
        }
    }

    /// A JSON document on one line: the last of several.
    pub(super) fn on_one_line(mut self) -> Self {
        if let Ok(document) = serde_json::from_str::<serde_json::Value>(&self.stdout) {
            self.stdout = document.to_string() + "\n";
        }
        self
    }

    /// Everything, without printing it.
    pub(super) fn into_answer(self) -> super::Answer {
        super::Answer {
            stderr: render::report(&self.stderr),
            stdout: self.stdout,
            code: self.code,
        }
    }

    /// Prints everything and gives the exit code of the process.
    pub(super) fn print(self) -> ExitCode {
        let errors = render::report(&self.stderr);
        // If standard error is closed there is nobody left to tell.
        let _ = anstream::stderr().write_all(errors.as_bytes());
        let mut stdout = anstream::stdout().lock();
        let printed = stdout
            .write_all(self.stdout.as_bytes())
            .and_then(|()| stdout.flush());
        match printed {
            Ok(()) => ExitCode::from(self.code),
            // The reader has seen enough (`hcim describe | head`).
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::from(self.code),
            Err(error) => {
                let message = format!("cannot write to standard output: {error}");
                let report = Diagnostic::new(Code::InputOutput, message).into();
                let _ = anstream::stderr().write_all(render::report(&report).as_bytes());
                ExitCode::from(1)
            }
        }
    }
}

/// 1 if the system or hcim itself failed, 2 if the input is at fault.
fn exit_code(report: &Report) -> u8 {
    let internal = report
        .diagnostics()
        .iter()
        .any(|one| one.code.is_internal_or_io());
    if internal { 1 } else { 2 }
}
