// SPDX-License-Identifier: MIT OR Apache-2.0
//! What can be wrong with a network or its file: a code, where, the value, what would be legal, the way out.

use std::fmt;

macro_rules! codes {
    ( $( $(#[doc = $doc:literal])+ $variant:ident = $text:literal; )+ ) => {
        /// The stable code of a fault. `HN00xx`: files. `HN01xx`: networks. A code is never reused for another meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FaultCode {
            $( $(#[doc = $doc])+ $variant, )+
        }

        impl FaultCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[ $( Self::$variant, )+ ];

            /// The code as it is printed.
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $text, )+ }
            }

            /// What the code means, in one line.
            pub const fn summary(self) -> &'static str {
                match self { $( Self::$variant => concat!($($doc),+), )+ }
            }
        }
    };
}

codes! {
    /// The file cannot be read.
    Unreadable = "HN0001";
    /// The file cannot be written.
    Unwritable = "HN0002";
    /// The file is longer than any network may be.
    FileTooLong = "HN0003";
    /// The file is no safetensors file, or it is truncated.
    NotSafetensors = "HN0004";
    /// The file has no description of a network.
    NoDescription = "HN0005";
    /// The description of the network is not understood.
    BadDescription = "HN0006";
    /// The description has another version.
    WrongVersion = "HN0007";
    /// A tensor is not in the file.
    TensorMissing = "HN0008";
    /// A tensor belongs to no layer.
    TensorUnknown = "HN0009";
    /// A tensor has another shape than its layer asks for.
    TensorShape = "HN0010";
    /// The elements of a tensor are of a kind that is not read.
    TensorKind = "HN0011";
    /// An element of a tensor is no integer of the kind that is asked for.
    TensorElement = "HN0012";
    /// The JSON of a network is not understood.
    BadJson = "HN0013";

    /// A name cannot be used.
    BadName = "HN0101";
    /// Two layers have the same name.
    DuplicateName = "HN0102";
    /// There are no layers, or too many.
    LayerCount = "HN0103";
    /// A map of activations is empty or too large.
    MapSize = "HN0104";
    /// A number of bits is outside its range.
    Bits = "HN0105";
    /// A layer reads what is not computed before it.
    SourceNotEarlier = "HN0106";
    /// A layer reads scores.
    SourceIsScores = "HN0107";
    /// A source has more bits than its reader takes.
    SourceTooWide = "HN0108";
    /// A window cannot slide over its map.
    BadWindow = "HN0109";
    /// A count is outside its range.
    Count = "HN0110";
    /// A tensor has the wrong number of elements.
    TensorLength = "HN0111";
    /// A weight is out of range.
    WeightRange = "HN0112";
    /// A scale factor is out of range.
    ScaleRange = "HN0113";
    /// The thresholds contradict the kind of partial sum.
    ThresholdsContradict = "HN0114";
    /// A threshold is out of range.
    ThresholdRange = "HN0115";
    /// A shift is out of range.
    ShiftRange = "HN0116";
    /// A residual goes with activations only.
    ResidualOfScores = "HN0117";
    /// A residual does not fit its layer.
    ResidualShape = "HN0118";
    /// A tensor has more elements than any may have.
    TensorTooLarge = "HN0119";
    /// The numbers before the shift could exceed 62 bits.
    TooWide = "HN0120";
}

impl fmt::Display for FaultCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Its stable code.
    pub code: FaultCode,
    /// Where: the network, a layer, a file.
    pub place: String,
    /// What is wrong there, in words, with the value.
    pub message: String,
    /// The offending value.
    pub value: Option<String>,
    /// The legal values, in words.
    pub legal: Option<String>,
    /// The way out.
    pub help: Option<String>,
}

impl Fault {
    pub(crate) fn new(
        code: FaultCode,
        place: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            code,
            place: place.into(),
            message: message.into(),
            value: None,
            legal: None,
            help: None,
        }
    }

    /// `what` has `value`, which is none of `legal`.
    pub(crate) fn value(
        code: FaultCode,
        place: impl Into<String>,
        what: &str,
        value: impl fmt::Display,
        legal: impl Into<String>,
    ) -> Self {
        let legal = legal.into();
        let mut fault = Self::new(code, place, format!("{what} is {value}, legal: {legal}"));
        fault.value = Some(value.to_string());
        fault.legal = Some(legal);
        fault
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Whether the system failed, not the input.
    pub fn is_io(&self) -> bool {
        self.code == FaultCode::Unwritable
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.code, self.place, self.message)?;
        match &self.help {
            Some(help) => write!(f, " ({help})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Fault {}

/// User text made safe to print: control characters escaped, long text cut.
pub(crate) fn visible(text: &str) -> String {
    const LIMIT: usize = 100;
    let mut shown: String = text
        .chars()
        .take(LIMIT)
        .flat_map(|c| -> Box<dyn Iterator<Item = char>> {
            match c.is_ascii_graphic() || c == ' ' || (!c.is_ascii() && c.is_alphanumeric()) {
                true => Box::new(std::iter::once(c)),
                false => Box::new(c.escape_default()),
            }
        })
        .collect();
    if text.chars().nth(LIMIT).is_some() {
        shown.push_str("...");
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_ascending() {
        let codes = FaultCode::ALL;
        assert!(
            codes
                .windows(2)
                .all(|two| two[0].as_str() < two[1].as_str())
        );
    }

    #[test]
    fn hostile_text_is_made_visible() {
        assert_eq!(visible("a\u{1b}[31m\u{202e}"), "a\\u{1b}[31m\\u{202e}");
        assert_eq!(visible(&"x".repeat(200)).len(), 103);
    }
}
