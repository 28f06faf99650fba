// SPDX-License-Identifier: MIT OR Apache-2.0
//! Numbers to packets and back. A packet is its beats one after another, element 0 lowest, padded
//! with zeros to whole beats.

use crate::bits::{Bits, sign_extend};
use crate::config::{Config, Thresholds};
use crate::error::{Error, Kind, Result};

/// Bits of a packet with its padding.
fn padded(payload: u64, beat: u32) -> usize {
    (payload.div_ceil(u64::from(beat)) * u64::from(beat)) as usize
}

fn check_len(what: &str, found: usize, wanted: usize) -> Result<()> {
    if found == wanted {
        Ok(())
    } else {
        Err(Error::size(what, found, wanted))
    }
}

/// Refuses numbers that need more than `bits` bits.
pub(crate) fn check_range(what: &str, values: impl Iterator<Item = u64>, bits: u32) -> Result<()> {
    for (index, value) in values.enumerate() {
        if value >> bits != 0 {
            return Err(Error::range(format!(
                "{what}[{index}] is {value}, more than {bits} bits"
            )));
        }
    }
    Ok(())
}

/// Checks R inputs of A bits.
pub fn check_inputs(config: &Config, inputs: &[u16]) -> Result<()> {
    check_len("inputs", inputs.len(), config.rows as usize)?;
    // All at once first: this stands in the way of every multiply.
    if inputs.iter().fold(0, |all, input| all | input) >> config.input_bits == 0 {
        return Ok(());
    }
    check_range(
        "input",
        inputs.iter().map(|x| u64::from(*x)),
        config.input_bits,
    )
}

/// Packet of R inputs.
pub fn pack_inputs(config: &Config, inputs: &[u16]) -> Result<Bits> {
    check_inputs(config, inputs)?;
    let width = config.input_bits as usize;
    let mut bits = Bits::zero(padded(
        config.derived().input_packet_bits,
        config.input_stream_bits,
    ));
    for (index, value) in inputs.iter().enumerate() {
        bits.set_field(index * width, width, (*value).into());
    }
    Ok(bits)
}

/// The positive and negative cells (C bits each) of one row of O weights.
pub fn cells_of_row(config: &Config, weights: &[i32]) -> (Bits, Bits) {
    let slices = config.weight_slices as usize;
    let columns = config.cols as usize;
    let cell = |positive: bool| {
        Bits::from_fn(columns, |column| {
            let weight = weights.get(column / slices).copied().unwrap_or(0);
            let bit = weight.unsigned_abs() >> (column % slices) & 1 == 1;
            bit && (weight > 0) == positive
        })
    };
    (cell(true), cell(false))
}

/// Checks R*O weights of W magnitude bits.
pub fn check_weights(config: &Config, weights: &[i32]) -> Result<()> {
    let wanted = config.rows as usize * config.derived().outputs as usize;
    check_len("weights", weights.len(), wanted)?;
    let magnitudes = weights.iter().map(|w| u64::from(w.unsigned_abs()));
    check_range("weight", magnitudes, config.weight_slices)
}

/// Packet of R*O weights, row-major.
pub fn pack_weights(config: &Config, weights: &[i32]) -> Result<Bits> {
    check_weights(config, weights)?;
    let derived = config.derived();
    let columns = config.cols as usize;
    let mut bits = Bits::zero(padded(derived.weight_packet_bits, config.input_stream_bits));
    for (row, weights) in weights.chunks(derived.outputs as usize).enumerate() {
        let (positive, negative) = cells_of_row(config, weights);
        for column in 0..columns {
            bits.set(2 * row * columns + column, positive.get(column));
            bits.set((2 * row + 1) * columns + column, negative.get(column));
        }
    }
    Ok(bits)
}

/// Checks A*U scale factors of S bits.
pub fn check_scales(config: &Config, scales: &[u32]) -> Result<()> {
    let wanted = config.input_bits as usize * config.derived().used_columns as usize;
    check_len("scales", scales.len(), wanted)?;
    check_range(
        "scale",
        scales.iter().map(|q| u64::from(*q)),
        config.scale_bits,
    )
}

/// A scale factor as it is stored. With parity, bit S makes the number of ones even.
pub(crate) fn stored(config: &Config, factor: u32) -> u32 {
    match config.parity {
        true => factor | (factor.count_ones() % 2) << config.scale_bits,
        false => factor,
    }
}

/// Row i*B + k of the scale-factor memory: bit k of the factors of plane i, U bits. B is S, or S + 1 with
/// parity, which is bit S.
pub fn scale_row(config: &Config, scales: &[u32], row: u32) -> Result<Bits> {
    check_scales(config, scales)?;
    let derived = config.derived();
    if row >= derived.scale_rows {
        return Err(Error::range(format!(
            "scale-factor row {row} does not exist"
        )));
    }
    let used = derived.used_columns as usize;
    let stored = derived.stored_scale_bits;
    let (plane, bit) = (row / stored, row % stored);
    let first = plane as usize * used;
    Ok(Bits::from_fn(used, |column| {
        self::stored(config, scales[first + column]) >> bit & 1 == 1
    }))
}

/// Packet of A*U scale factors (plane-major), transposed to memory rows of C bits.
pub fn pack_scales(config: &Config, scales: &[u32]) -> Result<Bits> {
    check_scales(config, scales)?;
    let derived = config.derived();
    let mut bits = Bits::zero(padded(derived.scale_packet_bits, config.input_stream_bits));
    let used = derived.used_columns as usize;
    let stored = derived.stored_scale_bits;
    for (index, factor) in scales.iter().enumerate() {
        for bit in 0..stored {
            let row = index / used * stored as usize + bit as usize;
            bits.set(
                row * config.cols as usize + index % used,
                self::stored(config, *factor) >> bit & 1 == 1,
            );
        }
    }
    Ok(bits)
}

/// Checks A*C thresholds, each 0 .. R.
pub fn check_thresholds(config: &Config, thresholds: &[u32]) -> Result<()> {
    if config.thresholds != Thresholds::PerColumn {
        return Err(Error::new(
            Kind::State,
            "the configuration has no per-column thresholds",
        ));
    }
    check_len(
        "thresholds",
        thresholds.len(),
        (config.input_bits * config.cols) as usize,
    )?;
    match thresholds.iter().find(|t| **t > config.rows) {
        Some(threshold) => Err(Error::range(format!(
            "threshold {threshold} exceeds the rows"
        ))),
        None => Ok(()),
    }
}

/// Packet of A*C thresholds: plane 0's columns, then plane 1's, T bits each.
pub fn pack_thresholds(config: &Config, thresholds: &[u32]) -> Result<Bits> {
    check_thresholds(config, thresholds)?;
    let derived = config.derived();
    let width = derived.threshold_bits as usize;
    let mut bits = Bits::zero(padded(
        derived.threshold_packet_bits,
        config.input_stream_bits,
    ));
    for (index, value) in thresholds.iter().enumerate() {
        bits.set_field(index * width, width, (*value).into());
    }
    Ok(bits)
}

/// Bits of a result packet with its padding.
pub fn result_packet_len(config: &Config) -> usize {
    padded(
        config.derived().result_packet_bits,
        config.output_stream_bits,
    )
}

/// Packet of O results, each sign-extended to whole bytes.
pub fn pack_results(config: &Config, results: &[i64]) -> Result<Bits> {
    let derived = config.derived();
    check_len("results", results.len(), derived.outputs as usize)?;
    let width = derived.result_element_bits as usize;
    let mut bits = Bits::zero(result_packet_len(config));
    for (index, value) in results.iter().enumerate() {
        if sign_extend(*value as u64, derived.result_bits as usize) != *value {
            let limit = derived.result_bits;
            return Err(Error::range(format!(
                "result[{index}] is {value}, more than {limit} bits"
            )));
        }
        bits.set_field(index * width, width, *value as u64);
    }
    Ok(bits)
}

/// Results from their packet; refuses an element whose upper bits are not its sign and padding
/// that is not zero.
pub fn unpack_results(config: &Config, packet: &Bits) -> Result<Vec<i64>> {
    let derived = config.derived();
    check_len("the result packet", packet.len(), result_packet_len(config))?;
    let width = derived.result_element_bits as usize;
    let element = |index: u32| sign_extend(packet.field(index as usize * width, width), width);
    let results: Vec<i64> = (0..derived.outputs).map(element).collect();
    if pack_results(config, &results)? != *packet {
        return Err(Error::range("the padding of the result packet is not zero"));
    }
    Ok(results)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> Config {
        Config::from_json(text).unwrap()
    }

    #[test]
    fn inputs_cross_beats() {
        let config = config(r#"{"rows": 5, "input_bits": 3, "input_stream_bits": 8}"#);
        // 15 bits in two beats: 1, 2, 3, 4, 5 from the lowest bit.
        let bits = pack_inputs(&config, &[1, 2, 3, 4, 5]).unwrap();
        assert_eq!(
            (bits.len(), bits.words()),
            (16, &[0b101_100_011_010_001][..])
        );
        assert!(pack_inputs(&config, &[8, 0, 0, 0, 0]).is_err());
        assert!(pack_inputs(&config, &[8, 8, 0, 0, 0]).is_err());
        assert!(pack_inputs(&config, &[0x8000, 0, 0, 0, 0]).is_err());
        assert!(pack_inputs(&config, &[0; 4]).is_err());
    }

    #[test]
    fn weights_are_rows_of_positive_then_negative_cells() {
        let text = r#"{"rows": 2, "cols": 5, "weight_slices": 2, "input_stream_bits": 8}"#;
        let config = config(text);
        // Row 0: outputs 3 and -2; row 1: -1 and 2; column 4 is unused.
        let bits = pack_weights(&config, &[3, -2, -1, 2]).unwrap();
        let expected = 0b00011 | 0b01000 << 5 | 0b01000 << 10 | 0b00001 << 15;
        assert_eq!((bits.len(), bits.words()), (24, &[expected][..]));
        assert!(pack_weights(&config, &[4, 0, 0, 0]).is_err());
    }

    #[test]
    fn scales_are_transposed() {
        let text = r#"{"cols": 3, "weight_slices": 1, "input_bits": 2, "scale_bits": 2,
                       "input_stream_bits": 16}"#;
        let config = config(text);
        let scales = [1, 2, 3, 0, 3, 1];
        let bits = pack_scales(&config, &scales).unwrap();
        let rows = [0b101u32, 0b110, 0b110, 0b010];
        for (row, expected) in rows.iter().enumerate() {
            assert_eq!(bits.field(3 * row, 3), u64::from(*expected), "row {row}");
            assert_eq!(
                scale_row(&config, &scales, row as u32).unwrap().words(),
                &[*expected]
            );
        }
        assert!(scale_row(&config, &scales, 4).is_err());
    }

    #[test]
    fn parity_is_the_last_row_of_a_plane() {
        let text = r#"{"cols": 3, "weight_slices": 1, "input_bits": 2, "scale_bits": 2,
                       "input_stream_bits": 16, "parity": true}"#;
        let config = config(text);
        let scales = [1, 2, 3, 0, 3, 1];
        let bits = pack_scales(&config, &scales).unwrap();
        let rows = [0b101u32, 0b110, 0b011, 0b110, 0b010, 0b100];
        assert_eq!(bits.len(), 32);
        assert_eq!([1, 2, 3].map(|q| stored(&config, q)), [0b101, 0b110, 0b011]);
        for (row, expected) in rows.iter().enumerate() {
            assert_eq!(bits.field(3 * row, 3), u64::from(*expected), "row {row}");
            let found = scale_row(&config, &scales, row as u32).unwrap();
            assert_eq!(found.words(), &[*expected], "row {row}");
        }
        assert!(scale_row(&config, &scales, 6).is_err());
    }

    #[test]
    fn thresholds_are_plane_major() {
        let text = r#"{"rows": 4, "cols": 2, "weight_slices": 1, "input_bits": 2,
                       "thresholds": "per_column", "input_stream_bits": 8}"#;
        let bits = pack_thresholds(&config(text), &[1, 2, 3, 4]).unwrap();
        assert_eq!((bits.len(), bits.words()), (16, &[0b100_011_010_001][..]));
    }

    #[test]
    fn results_round_trip() {
        let text = r#"{"cols": 6, "weight_slices": 2, "output_stream_bits": 32}"#;
        let config = config(text);
        let results = [-5, 1000, -16384];
        let bits = pack_results(&config, &results).unwrap();
        assert_eq!(bits.len(), 64);
        assert_eq!(unpack_results(&config, &bits).unwrap(), results);
        let mut wrong = bits.clone();
        wrong.set(63, true);
        assert!(unpack_results(&config, &wrong).is_err());
        let mut wrong = bits;
        wrong.set(15, false);
        assert!(unpack_results(&config, &wrong).is_err());
    }

    #[test]
    fn numbers_at_their_limits() {
        let text = r#"{"rows": 2, "cols": 5, "weight_slices": 2, "input_bits": 1, "scale_bits": 2,
                       "thresholds": "per_column"}"#;
        let config = config(text);
        assert!(check_weights(&config, &[3, -3, 0, 1]).is_ok());
        assert!(check_weights(&config, &[3, -4, 0, 1]).is_err());
        assert!(check_weights(&config, &[3, -3, 0]).is_err());
        assert!(check_weights(&config, &[3, -3, 0, 1, 0]).is_err());
        assert!(check_scales(&config, &[3, 0, 3, 1]).is_ok());
        assert!(check_scales(&config, &[3, 0, 3, 4]).is_err());
        assert!(check_scales(&config, &[3, 0, 3, 1, 0]).is_err());
        assert!(check_thresholds(&config, &[0, 1, 2, 2, 2]).is_ok());
        assert!(check_thresholds(&config, &[0, 1, 2, 2, 3]).is_err());
        assert!(check_thresholds(&config, &[0, 1, 2, 2]).is_err());
        let per_tile = Config {
            thresholds: Thresholds::PerTile,
            ..config.clone()
        };
        assert!(check_thresholds(&per_tile, &[0; 5]).is_err());
        assert!(check_inputs(&config, &[1, 1]).is_ok());
        assert!(check_inputs(&config, &[1, 2]).is_err());
        // Y = 2 + 1 + 2 + 1 bits.
        assert!(pack_results(&config, &[31, -32]).is_ok());
        assert!(pack_results(&config, &[32, 0]).is_err());
        assert!(pack_results(&config, &[0, -33]).is_err());
        assert!(pack_results(&config, &[0]).is_err());
        assert!(unpack_results(&config, &Bits::zero(16)).is_err());
        let bits = pack_results(&config, &[31, -32]).unwrap();
        assert_eq!((bits.len(), bits.words()), (64, &[0xe01f, 0][..]));
    }
}
