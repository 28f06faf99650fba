// SPDX-License-Identifier: MIT OR Apache-2.0
//! The `hcim` command.

fn main() -> std::process::ExitCode {
    hcim::cli::run()
}
