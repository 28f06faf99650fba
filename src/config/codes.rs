// SPDX-License-Identifier: MIT OR Apache-2.0
//! The stable codes of all diagnostics. A code is never reused for another meaning.

use serde::Serialize;

use super::diagnostic::Severity;

macro_rules! codes {
    ( $( $(#[doc = $doc:literal])+ $variant:ident = $text:literal, $severity:ident; )+ ) => {
        /// The code of a diagnostic. `HC00xx`: files and sources. `HC01xx`: values. `HC02xx`:
        /// warnings. `HC03xx`: the output folder. `HC04xx`: the silicon flow (40x PDK, 41x tools, 42x
        /// synthesis, 43x equivalence, 44x timing, 45x power, 46x layout, 47x comparison, 48x
        /// verification). `HC05xx`: networks (50x network files, 51x datasets, 52x mapping, 53x running, 54x training). `HC09xx`:
        /// defects of the generator.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        pub enum Code {
            $( $(#[doc = $doc])+ #[serde(rename = $text)] $variant, )+
        }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Code] = &[ $( Code::$variant, )+ ];

            /// The code as it is printed.
            pub const fn as_str(self) -> &'static str {
                match self { $( Code::$variant => $text, )+ }
            }

            /// Whether the diagnostic stops the work.
            pub const fn severity(self) -> Severity {
                match self { $( Code::$variant => Severity::$severity, )+ }
            }

            /// What the code means, in one line.
            pub const fn summary(self) -> &'static str {
                match self { $( Code::$variant => concat!($($doc),+), )+ }
            }
        }
    };
}

codes! {
    /// The configuration file cannot be read.
    FileUnreadable = "HC0001", Error;
    /// The configuration file is no valid TOML or JSON.
    FileSyntax = "HC0002", Error;
    /// The configuration file has a key that does not exist.
    UnknownKey = "HC0003", Error;
    /// A preset of that name does not exist.
    UnknownPreset = "HC0004", Error;
    /// A key is given twice by the same source.
    DuplicateKey = "HC0005", Error;

    /// The value is of the wrong kind (text for a number, for instance).
    WrongKind = "HC0101", Error;
    /// The number is outside its range.
    OutOfRange = "HC0102", Error;
    /// The number is outside a range that another key sets.
    OutOfDependentRange = "HC0103", Error;
    /// The value is none of the legal ones.
    NotAChoice = "HC0104", Error;
    /// The name is no Verilog identifier.
    NotAnIdentifier = "HC0105", Error;
    /// The name is too long.
    NameTooLong = "HC0106", Error;
    /// The name is a keyword of Verilog or SystemVerilog.
    NameIsKeyword = "HC0107", Error;
    /// There are fewer columns than weight slices.
    FewerColumnsThanSlices = "HC0108", Error;
    /// More columns share a comparator than there are.
    MoreSharedThanColumns = "HC0109", Error;
    /// Gating is asked for with binary partial sums.
    GatingNeedsTernary = "HC0110", Error;
    /// The thresholds contradict the kind of partial sum.
    ThresholdsContradict = "HC0111", Error;
    /// Plane skipping is asked for with binary partial sums.
    PlaneSkipNeedsTernary = "HC0112", Error;

    /// A register map is asked for, but the top has none.
    NoRegisters = "HC0113", Error;
    /// Deferred accumulation is asked for in the baseline array.
    DeferredBaseline = "HC0114", Error;

    /// A key of the accelerator is given, but the top is another.
    AcceleratorOnly = "HC0115", Error;
    /// The accelerator's word of activations does not hold whole elements.
    WordNotWhole = "HC0116", Error;
    /// The accelerator's tiles have fewer rows than a word has elements.
    FewerRowsThanWord = "HC0117", Error;

    /// The name looks like a default name but says something else than the parameters.
    MisleadingName = "HC0201", Warning;
    /// Some columns belong to no output.
    UnusedColumns = "HC0202", Warning;
    /// The default number of weight slices was lowered to the number of columns.
    SlicesLowered = "HC0203", Warning;
    /// A leftover folder of an interrupted run could not be removed.
    LeftoverKept = "HC0204", Warning;

    /// The output folder holds files that hcim did not write.
    ForeignFiles = "HC0301", Error;
    /// The output folder holds generated files that were modified.
    ModifiedFiles = "HC0302", Error;
    /// The output folder exists and has no manifest of hcim.
    NoManifest = "HC0303", Error;
    /// The output path is a symbolic link or no folder.
    NotAFolder = "HC0304", Error;
    /// A file or folder cannot be read or written.
    InputOutput = "HC0305", Error;
    /// Another run is writing to the same place.
    Busy = "HC0306", Error;
    /// A foreign file stands where a generated file must go.
    ForeignInTheWay = "HC0307", Error;

    /// A PDK of that name is not known.
    UnknownPdk = "HC0401", Error;
    /// The PDK description is wrong.
    PdkDescriptionInvalid = "HC0402", Error;
    /// A file of the PDK is not there or cannot be read.
    PdkFileMissing = "HC0403", Error;
    /// A Liberty file is not understood.
    LibertySyntax = "HC0404", Error;
    /// The Liberty lacks cells that the flow needs.
    PdkCellsMissing = "HC0405", Error;
    /// The clock period is no positive number.
    BadPeriod = "HC0406", Error;
    /// The tools of the flow cannot work with a path.
    UnusablePath = "HC0407", Error;

    /// A tool is not installed.
    ToolMissing = "HC0411", Error;
    /// A tool is too old.
    ToolTooOld = "HC0412", Error;
    /// A tool failed.
    ToolFailed = "HC0413", Error;

    /// The netlist holds cells that the library does not have.
    UnmappedCells = "HC0421", Error;
    /// A latch appeared where the design describes none.
    UnexpectedLatch = "HC0422", Error;
    /// The Yosys netlist is not understood.
    NetlistSyntax = "HC0423", Error;
    /// Synthesis would take more memory than there is.
    TooLarge = "HC0424", Error;

    /// A module of the netlist does not do what its source does.
    NotEquivalent = "HC0431", Error;
    /// The comparison of a module with its source did not come to an end.
    EquivalenceNotFinished = "HC0432", Warning;
    /// There is no netlist.
    NetlistMissing = "HC0433", Error;

    /// A timing constraint is violated.
    TimingViolated = "HC0441", Error;
    /// Something has no timing constraint.
    Unconstrained = "HC0442", Error;
    /// The report of the timing analysis is not understood.
    TimingReportSyntax = "HC0443", Error;

    /// The switching activity belongs to another netlist or configuration.
    ActivityMismatch = "HC0451", Error;
    /// The switching activity covers too few pins.
    ActivityTooThin = "HC0452", Error;
    /// The file that describes the switching activity is not there or not understood.
    ActivityUnreadable = "HC0453", Error;
    /// The report of the power analysis is not understood, or contradicts itself.
    PowerReportSyntax = "HC0454", Error;

    /// The layout breaks a rule, or is not what the netlist says.
    LayoutViolation = "HC0461", Error;
    /// What is asked of the layout cannot be.
    LayoutInput = "HC0462", Error;
    /// Designs of a comparison could not be measured.
    ComparisonIncomplete = "HC0471", Error;
    /// The regression runner `hcim-sim` is missing or does not answer.
    SimulatorMissing = "HC0472", Error;
    /// No measured results to choose from.
    NothingMeasured = "HC0473", Error;

    /// A property of a block is not proved.
    NotProved = "HC0481", Error;
    /// The proof of a property passes for a faulty block, too.
    TwinNotRefuted = "HC0482", Error;

    /// The network's file cannot be read or is not understood.
    NetworkUnreadable = "HC0501", Error;
    /// The network is not valid.
    NetworkInvalid = "HC0502", Error;
    /// The network does not fit onto the accelerator.
    NetworkUnfit = "HC0511", Error;
    /// The generated hardware gives something else than the golden engine.
    EnginesDiffer = "HC0521", Error;
    /// The dataset cannot be read.
    Dataset = "HC0522", Error;
    /// The hardware has another configuration than the program was made for.
    ProgramMismatch = "HC0523", Error;

    /// A setting of a training cannot be.
    TrainingSetting = "HC0541", Error;
    /// The loss of a training is no number any more.
    TrainingDiverged = "HC0542", Error;
    /// A checkpoint is damaged, or belongs to another training.
    CheckpointUnusable = "HC0543", Error;
    /// A checkpoint of an interrupted training is in the way.
    CheckpointInTheWay = "HC0544", Error;

    /// The generator contradicts itself.
    Internal = "HC0901", Error;
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

impl Code {
    /// Whether the fault lies outside the user's input (exit code 1) rather than in it (2).
    pub const fn is_internal_or_io(self) -> bool {
        matches!(
            self,
            Code::InputOutput
                | Code::Busy
                | Code::ToolFailed
                | Code::UnmappedCells
                | Code::UnexpectedLatch
                | Code::NetlistSyntax
                | Code::NotEquivalent
                | Code::TimingViolated
                | Code::Unconstrained
                | Code::TimingReportSyntax
                | Code::PowerReportSyntax
                | Code::LayoutViolation
                | Code::ComparisonIncomplete
                | Code::NotProved
                | Code::TwinNotRefuted
                | Code::EnginesDiffer
                | Code::Internal
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_ascending() {
        assert!(
            Code::ALL
                .windows(2)
                .all(|pair| pair[0].as_str() < pair[1].as_str())
        );
    }
}
