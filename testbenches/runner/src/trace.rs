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
}

impl Trace {
    /// Its name in Verilator's files.
    pub fn format(self) -> &'static str {
        match self {
            Trace::Off => "",
            Trace::Fst => "fst",
            Trace::Vcd => "vcd",
            Trace::Saif => "saif",
        }
    }

    /// The class that writes it.
    pub fn class(self) -> &'static str {
        match self {
            Trace::Off => "",
            Trace::Fst => "VerilatedFstC",
            Trace::Vcd => "VerilatedVcdC",
            Trace::Saif => "VerilatedSaifC",
        }
    }

    /// Verilator's flag.
    pub fn flag(self) -> Option<&'static str> {
        match self {
            Trace::Off => None,
            Trace::Fst => Some("--trace-fst"),
            Trace::Vcd => Some("--trace-vcd"),
            Trace::Saif => Some("--trace-saif"),
        }
    }

    /// What is put behind the names of files that differ by it.
    pub fn suffix(self) -> &'static str {
        match self {
            Trace::Off => "",
            Trace::Fst => "-wave",
            Trace::Vcd => "-vcd",
            Trace::Saif => "-saif",
        }
    }

    /// The compiler's definitions.
    pub fn defines(self) -> Vec<String> {
        let mut defines = vec![format!("-DVM_TRACE={}", u8::from(self != Trace::Off))];
        for trace in [Trace::Fst, Trace::Vcd, Trace::Saif] {
            let name = trace.format().to_uppercase();
            defines.push(format!("-DVM_TRACE_{name}={}", u8::from(self == trace)));
        }
        defines
    }
}
