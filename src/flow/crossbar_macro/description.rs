// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the analog designer says of the macro: a TOML file in which every value has a default.

use serde::{Deserialize, Serialize};

use super::MacroError;

/// Geometry: pitches of the cells, and what surrounds them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Geometry {
    /// Distance of columns in um (one differential cell wide); rounded up to the routing grid.
    pub cell_width_um: f64,
    /// Distance of word lines in um (one cell high); rounded up to the routing grid.
    pub cell_height_um: f64,
    /// Word-line drivers at the left, in um.
    pub left_um: f64,
    /// Edge at the right, in um.
    pub right_um: f64,
    /// Comparators, their thresholds and the control at the bottom, in um.
    pub bottom_um: f64,
    /// Precharge at the top, in um.
    pub top_um: f64,
    /// Layer of word lines and control pins at the left; its wires are horizontal.
    pub row_layer: String,
    /// Layer of column pins at the bottom; its wires are vertical.
    pub column_layer: String,
    /// Layer of the supply stripes over the macro.
    pub power_layer: String,
    /// Distance of a supply stripe from the next of the same net, in um.
    pub power_pitch_um: f64,
}

/// Timing in ns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Timing {
    /// From the rise of sense_i to valid comparator outputs and to ready_o, without load.
    pub sense_ns: f64,
    /// From a change of sel_i, threshold_i or plane_i to valid comparator outputs, without load.
    pub select_ns: f64,
    /// Setup of the programming inputs before the rise of clk_i.
    pub program_setup_ns: f64,
    /// Hold of the programming inputs after the rise of clk_i.
    pub program_hold_ns: f64,
    /// Setup of the word lines before the rise of evaluate_i.
    pub word_line_setup_ns: f64,
}

/// Loads, drive and energy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Electrical {
    /// Capacitance of a word-line pin in fF.
    pub word_line_ff: f64,
    /// Capacitance of a strobe pin (precharge_i, evaluate_i, sense_i) in fF.
    pub strobe_ff: f64,
    /// Capacitance of every other input in fF.
    pub input_ff: f64,
    /// Resistance of an output in kohm: delay per load.
    pub output_kohm: f64,
    /// Largest load of an output in fF.
    pub max_load_ff: f64,
    /// Energy of one evaluation of the whole array in pJ; not stated if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evaluation_pj: Option<f64>,
    /// Leakage of the whole macro in uW; not stated if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leakage_uw: Option<f64>,
}

/// The whole description.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Description {
    /// Pitches and surroundings.
    pub geometry: Geometry,
    /// Delays and constraints.
    pub timing: Timing,
    /// Loads, drive, energy.
    pub electrical: Electrical,
}

impl Description {
    /// The description of a TOML text, with `self` for every value that the text does not give.
    ///
    /// # Errors
    /// Text that is no TOML, unknown keys, values of the wrong kind.
    pub fn overlay(&self, text: &str) -> Result<Description, MacroError> {
        let wrong = |error: String| MacroError(vec![error]);
        let given: toml::Table = toml::from_str(text).map_err(|error| wrong(error.to_string()))?;
        let mut whole = toml::Table::try_from(self).map_err(|error| wrong(error.to_string()))?;
        for (section, values) in given {
            match (whole.get_mut(&section), values) {
                (Some(toml::Value::Table(known)), toml::Value::Table(values)) => {
                    known.extend(values);
                }
                (_, values) => {
                    whole.insert(section, values);
                }
            }
        }
        toml::Value::Table(whole)
            .try_into()
            .map_err(|error: toml::de::Error| wrong(error.message().to_owned()))
    }

    /// Every value that cannot be.
    pub(super) fn check(&self) -> Vec<String> {
        let (geometry, timing) = (&self.geometry, &self.timing);
        let electrical = &self.electrical;
        let above_zero = [
            ("geometry.cell_width_um", geometry.cell_width_um),
            ("geometry.cell_height_um", geometry.cell_height_um),
            ("geometry.power_pitch_um", geometry.power_pitch_um),
            ("electrical.max_load_ff", electrical.max_load_ff),
        ];
        let not_negative = [
            ("geometry.left_um", geometry.left_um),
            ("geometry.right_um", geometry.right_um),
            ("geometry.bottom_um", geometry.bottom_um),
            ("geometry.top_um", geometry.top_um),
            ("timing.sense_ns", timing.sense_ns),
            ("timing.select_ns", timing.select_ns),
            ("timing.program_setup_ns", timing.program_setup_ns),
            ("timing.program_hold_ns", timing.program_hold_ns),
            ("timing.word_line_setup_ns", timing.word_line_setup_ns),
            ("electrical.word_line_ff", electrical.word_line_ff),
            ("electrical.strobe_ff", electrical.strobe_ff),
            ("electrical.input_ff", electrical.input_ff),
            ("electrical.output_kohm", electrical.output_kohm),
            (
                "electrical.evaluation_pj",
                electrical.evaluation_pj.unwrap_or(0.0),
            ),
            (
                "electrical.leakage_uw",
                electrical.leakage_uw.unwrap_or(0.0),
            ),
        ];
        // One metre, one second: beyond them a unit was mistaken, and lengths would overflow.
        const LIMIT: f64 = 1e6;
        let mut faults = Vec::new();
        for (key, value) in above_zero {
            if !(value > 0.0 && value < LIMIT) {
                faults.push(format!(
                    "{key} is {value}; it must be above 0 and below {LIMIT}"
                ));
            }
        }
        for (key, value) in not_negative {
            if !(0.0..LIMIT).contains(&value) {
                faults.push(format!(
                    "{key} is {value}; it must be at least 0 and below {LIMIT}"
                ));
            }
        }
        faults
    }
}
