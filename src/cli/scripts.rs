// SPDX-License-Identifier: MIT OR Apache-2.0
//! `hcim completions` and `hcim man`: both from the description of the command line.

use crate::config::{Code, Diagnostic, Report, nearest, quoted};

use super::args::{CompletionsArgs, ManArgs};
use super::output::Output;

pub(super) fn completions(args: &CompletionsArgs) -> Output {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::command(), "hcim", &mut script);
    Output::text(
        String::from_utf8_lossy(&script).into_owned(),
        Report::default(),
    )
}

pub(super) fn manual(args: &ManArgs) -> Output {
    let mut command = super::command();
    command.build();
    let page = match &args.subcommand {
        None => clap_mangen::Man::new(command),
        Some(name) => match command.find_subcommand(name) {
            // Named as the file that holds it: hcim-gen.
            Some(found) => clap_mangen::Man::new(found.clone().name(format!("hcim-{name}"))),
            None => return unknown(&command, name),
        },
    };
    let mut text = Vec::new();
    match page.render(&mut text) {
        Ok(()) => Output::text(
            String::from_utf8_lossy(&text).into_owned(),
            Report::default(),
        ),
        Err(error) => Output::failure(
            Diagnostic::new(Code::Internal, error.to_string()).into(),
            false,
        ),
    }
}

fn unknown(command: &clap::Command, name: &str) -> Output {
    let names: Vec<_> = command
        .get_subcommands()
        .map(clap::Command::get_name)
        .collect();
    let legal = names.join(", ");
    let help = match nearest(name, &names) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("the subcommands are {legal}"),
    };
    let message = format!("there is no subcommand {}", quoted(name));
    let diagnostic = Diagnostic::new(Code::NotAChoice, message)
        .legal(legal)
        .help(help);
    Output::failure(diagnostic.into(), false)
}
