// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a model records, and what Verilator and the compiler must be told for it.

/// The record of a simulation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trace {
    /// None.
    Off,
    /// Waveform in FST.
    Fst,
    /// Waveform in VCD.
    Vcd,
    /// Switching activity in SAIF.
    Saif,
    /// Which lines, branches, toggles and cover points were seen: no trace of signals.
    Coverage,
}

impl Trace {
    /// Its name in Verilator's files.
    pub fn format(self) -> &'static str {
        match self {
            Trace::Off | Trace::Coverage => "",
            Trace::Fst => "fst",
            Trace::Vcd => "vcd",
            Trace::Saif => "saif",
        }
    }

    /// The class that writes it.
    pub fn class(self) -> &'static str {
        match self {
            Trace::Off | Trace::Coverage => "",
            Trace::Fst => "VerilatedFstC",
            Trace::Vcd => "VerilatedVcdC",
            Trace::Saif => "VerilatedSaifC",
        }
    }

    /// Verilator's flags.
    pub fn flags(self) -> &'static [&'static str] {
        match self {
            Trace::Off => &[],
            Trace::Fst => &["--trace-fst"],
            Trace::Vcd => &["--trace-vcd"],
            Trace::Saif => &["--trace-saif"],
            Trace::Coverage => &["--coverage-line", "--coverage-toggle", "--coverage-user"],
        }
    }

    /// Whether signals are written to a file while the model runs.
    pub fn writes_signals(self) -> bool {
        !matches!(self, Trace::Off | Trace::Coverage)
    }

    /// The part of Verilator's run-time library that writes it.
    pub fn runtime(self) -> Option<String> {
        match self {
            Trace::Off => None,
            Trace::Coverage => Some("verilated_cov.cpp".to_owned()),
            _ => Some(format!("verilated_{}_c.cpp", self.format())),
        }
    }

    /// What is put behind the names of files that differ by it.
    pub fn suffix(self) -> &'static str {
        match self {
            Trace::Off => "",
            Trace::Fst => "-wave",
            Trace::Vcd => "-vcd",
            Trace::Saif => "-saif",
            Trace::Coverage => "-coverage",
        }
    }

    /// The compiler's definitions.
    pub fn defines(self) -> Vec<String> {
        let mut defines = vec![
            format!("-DVM_TRACE={}", u8::from(self.writes_signals())),
            format!("-DVM_COVERAGE={}", u8::from(self == Trace::Coverage)),
        ];
        for trace in [Trace::Fst, Trace::Vcd, Trace::Saif] {
            let name = trace.format().to_uppercase();
            defines.push(format!("-DVM_TRACE_{name}={}", u8::from(self == trace)));
        }
        defines
    }
}
