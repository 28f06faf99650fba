// SPDX-License-Identifier: MIT OR Apache-2.0
//! Names of configurations: what is legal, and the name that is derived where none is given.

use super::keys::{KEYS, KeyId, NAME_MAX};
use super::keywords::is_keyword;
use super::model::Config;
use super::value::Value;

/// What is wrong with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameFault {
    /// No identifier: the offending character and its position from 1; none if the name is empty.
    NotAnIdentifier(Option<(char, usize)>),
    /// Longer than [`NAME_MAX`] characters: how long.
    TooLong(usize),
    /// A keyword of Verilog or SystemVerilog.
    Keyword,
}

/// Checks a name. A `$`, which Verilog allows inside identifiers, is refused: the name is also
/// that of a folder and of C functions.
pub fn check_name(name: &str) -> Result<(), NameFault> {
    if name.is_empty() {
        return Err(NameFault::NotAnIdentifier(None));
    }
    for (index, character) in name.chars().enumerate() {
        let legal = character == '_'
            || character.is_ascii_alphabetic()
            || (index > 0 && character.is_ascii_digit());
        if !legal {
            return Err(NameFault::NotAnIdentifier(Some((character, index + 1))));
        }
    }
    if name.len() > NAME_MAX {
        return Err(NameFault::TooLong(name.len()));
    }
    if is_keyword(name) {
        Err(NameFault::Keyword)
    } else {
        Ok(())
    }
}

/// A legal name that resembles an illegal one.
pub fn repaired(name: &str) -> String {
    let parts = name.split(|character: char| !character.is_ascii_alphanumeric());
    let parts: Vec<_> = parts.filter(|part| !part.is_empty()).collect();
    let mut legal = parts.join("_");
    if legal.is_empty() {
        legal.push_str("my_tile");
    } else if legal.starts_with(|first: char| first.is_ascii_digit()) {
        legal.insert(0, '_');
    } else if is_keyword(&legal) {
        legal.insert_str(0, "my_");
    }
    legal.truncate(NAME_MAX);
    legal
}

/// The name of a configuration that is given none: `hcim_<rows>x<cols>` and a suffix for every
/// parameter that differs from its default, so that two configurations never share a name. Where
/// that grows too long, a digest of the suffixes stands for them.
pub fn default_name(config: &Config) -> String {
    let stem = format!("hcim_{}x{}", config.rows, config.cols);
    let suffixes: String = KEYS
        .iter()
        .filter(|key| !matches!(key.id, KeyId::Name | KeyId::Rows | KeyId::Cols))
        .filter(|key| !config.is_default(key.id))
        .map(|key| suffix(config, key.id))
        .collect();
    let name = format!("{stem}{suffixes}");
    if name.len() <= NAME_MAX {
        return name;
    }
    format!(
        "{stem}_x{}",
        &super::digest::sha256_hex(suffixes.as_bytes())[..16]
    )
}

/// Whether a name has the form of a default name.
pub fn looks_derived(name: &str) -> bool {
    let Some((rows, rest)) = name
        .strip_prefix("hcim_")
        .and_then(|rest| rest.split_once('x'))
    else {
        return false;
    };
    let columns = rest.split('_').next().unwrap_or_default();
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    number(rows) && number(columns)
}

/// The suffix of one parameter.
fn suffix(config: &Config, id: KeyId) -> String {
    let value = match config.value(id) {
        Value::Text(text) | Value::Word(text) | Value::Integer(_, text) => text,
        Value::Boolean(value) => value.to_string(),
        Value::Other(..) => String::new(),
    };
    match id {
        KeyId::InputBits => format!("_a{value}"),
        KeyId::WeightSlices => format!("_w{value}"),
        KeyId::ScaleBits => format!("_s{value}"),
        KeyId::RowsPerCycle => format!("_d{value}"),
        KeyId::ColumnsPerComparator => format!("_m{value}"),
        KeyId::Segments => format!("_k{value}"),
        KeyId::CounterBits => format!("_cnt{value}"),
        KeyId::Gating => "_nogate".to_owned(),
        KeyId::Parity => "_parity".to_owned(),
        KeyId::Thresholds => "_tcol".to_owned(),
        KeyId::PlaneSkip => "_noskip".to_owned(),
        KeyId::InputStreamBits => format!("_in{value}"),
        KeyId::OutputStreamBits => format!("_out{value}"),
        KeyId::Lanes => format!("_l{value}"),
        KeyId::ActivationWords => format!("_aw{value}"),
        KeyId::ConstantEntries => format!("_ce{value}"),
        KeyId::Passes => format!("_p{value}"),
        KeyId::Precharge => format!("_pre{value}"),
        KeyId::Evaluate => format!("_eval{value}"),
        KeyId::Sense => format!("_sense{value}"),
        KeyId::Hold => format!("_hold{value}"),
        KeyId::Timeout => format!("_wait{value}"),
        KeyId::Top | KeyId::PartialSum | KeyId::Accumulation | KeyId::Storage => {
            format!("_{value}")
        }
        KeyId::Name | KeyId::Rows | KeyId::Cols => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legal_and_illegal_names() {
        assert_eq!(check_name("tile_0"), Ok(()));
        assert_eq!(check_name(""), Err(NameFault::NotAnIdentifier(None)));
        assert_eq!(
            check_name("9x"),
            Err(NameFault::NotAnIdentifier(Some(('9', 1))))
        );
        assert_eq!(
            check_name("a-b"),
            Err(NameFault::NotAnIdentifier(Some(('-', 2))))
        );
        assert_eq!(
            check_name("a$b"),
            Err(NameFault::NotAnIdentifier(Some(('$', 2))))
        );
        assert_eq!(check_name(&"a".repeat(65)), Err(NameFault::TooLong(65)));
        assert_eq!(check_name("endmodule"), Err(NameFault::Keyword));
    }

    #[test]
    fn repaired_names_are_legal() {
        for name in [
            "",
            "9x",
            "a-b",
            "../../etc",
            "module",
            "\u{1f600}",
            "a b",
            &"-".repeat(99),
        ] {
            assert_eq!(check_name(&repaired(name)), Ok(()), "{name}");
        }
    }

    #[test]
    fn derived_form() {
        assert!(looks_derived("hcim_128x64_d2") && looks_derived("hcim_1x1"));
        assert!(!looks_derived("hcim_x1") && !looks_derived("hcim_axb") && !looks_derived("tile"));
    }
}
