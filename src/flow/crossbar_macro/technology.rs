// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the macro must know of the PDK: layers with their tracks, site, supply, and the defaults of
//! a description that follow from them.

use super::{Description, Electrical, Geometry, MacroError, Timing};
use crate::flow::lef::{Direction, Layer, Lef, Nm, Site};

/// The PDK as the macro sees it.
#[derive(Clone, Debug)]
pub struct Technology {
    /// Name of the PDK.
    pub name: String,
    /// Feature size in nm.
    pub node_nm: u32,
    /// Supply in V.
    pub volts: f64,
    /// Clock period in ns that the PDK is described with.
    pub period_ns: f64,
    /// Supply net.
    pub power: String,
    /// Ground net.
    pub ground: String,
    /// Site of the standard cells.
    pub site: Site,
    /// Manufacturing grid.
    pub grid: Nm,
    /// Routing layers, lowest first.
    pub layers: Vec<Layer>,
    /// Layer of pins at the left and right.
    pub row_layer: String,
    /// Layer of pins at the top and bottom.
    pub column_layer: String,
}

impl Technology {
    /// The layers and the site of a LEF, with the names that the PDK's description gives.
    ///
    /// # Errors
    /// A site or a layer that the LEF does not have, or pin layers of the wrong direction.
    #[allow(clippy::too_many_arguments)] // one call, each argument a fact of its own
    pub fn new(
        name: &str,
        node_nm: u32,
        volts: f64,
        period_ns: f64,
        supply: (&str, &str),
        site: &str,
        pin_layers: (&str, &str),
        lef: &Lef,
    ) -> Result<Technology, MacroError> {
        let found = lef.site(site).cloned().ok_or_else(|| {
            let known: Vec<&str> = lef.sites.iter().map(|site| site.name.as_str()).collect();
            MacroError(vec![format!(
                "the LEF has no site {site} (it has: {})",
                known.join(", ")
            )])
        })?;
        if found.width <= 0 || found.height <= 0 {
            return Err(MacroError(vec![format!(
                "site {site} of the LEF has no size above 0"
            )]));
        }
        Ok(Technology {
            name: name.to_owned(),
            node_nm,
            volts,
            period_ns,
            power: supply.0.to_owned(),
            ground: supply.1.to_owned(),
            site: found,
            grid: lef.grid.filter(|grid| *grid > 0).unwrap_or(5),
            layers: lef.layers.clone(),
            row_layer: pin_layers.0.to_owned(),
            column_layer: pin_layers.1.to_owned(),
        })
    }

    /// Position of a layer in the stack.
    fn level(&self, name: &str) -> Option<usize> {
        self.layers.iter().position(|layer| layer.name == name)
    }

    /// The layer of that name, if its wires have that direction.
    pub(super) fn layer(
        &self,
        key: &str,
        name: &str,
        direction: Option<Direction>,
    ) -> Result<&Layer, String> {
        let Some(layer) = self.layers.iter().find(|layer| layer.name == name) else {
            let known: Vec<&str> = self
                .layers
                .iter()
                .map(|layer| layer.name.as_str())
                .collect();
            return Err(format!(
                "{key} is {name}, which is no routing layer of {}; it has: {}",
                self.name,
                known.join(", ")
            ));
        };
        match direction {
            Some(wanted) if wanted != layer.direction => {
                let (wanted, way) = match wanted {
                    Direction::Horizontal => ("horizontal", Direction::Horizontal),
                    Direction::Vertical => ("vertical", Direction::Vertical),
                };
                let fit = self.layers.iter().filter(|layer| layer.direction == way);
                let fit: Vec<&str> = fit.map(|layer| layer.name.as_str()).collect();
                Err(format!(
                    "{key} is {name}, whose wires are not {wanted}; take one of: {}",
                    fit.join(", ")
                ))
            }
            _ => Ok(layer),
        }
    }

    /// Layers up to and with the higher of the two.
    pub(super) fn layers_up_to(&self, first: &str, second: &str) -> &[Layer] {
        let top = self
            .level(first)
            .max(self.level(second))
            .map_or(0, |level| level + 1);
        &self.layers[..top]
    }

    /// The description that holds where nobody says better: a differential cell of 24 by 12 feature
    /// sizes or as wide as four column pins need, drivers and comparators of a few rows, sense in
    /// 30 % of the period. They are places to start from, not a design.
    pub fn default_description(&self) -> Description {
        let feature = f64::from(self.node_nm) * 1e-3;
        let row = self.site.height as f64 * 1e-3;
        let pitch = |name: &str| {
            let layer = self.layers.iter().find(|layer| layer.name == name);
            layer.map_or(0.0, |layer| layer.pitch as f64 * 1e-3)
        };
        let top = self
            .level(&self.row_layer)
            .max(self.level(&self.column_layer));
        let above = top.and_then(|top| self.layers.get(top + 1).or(self.layers.get(top)));
        let round = |value: f64| (value * 1e3).round() / 1e3;
        Description {
            geometry: Geometry {
                cell_width_um: round((24.0 * feature).max(4.0 * pitch(&self.column_layer))),
                cell_height_um: round((12.0 * feature).max(pitch(&self.row_layer))),
                left_um: round(8.0 * row),
                right_um: round(2.0 * row),
                bottom_um: round(16.0 * row),
                top_um: round(4.0 * row),
                row_layer: self.row_layer.clone(),
                column_layer: self.column_layer.clone(),
                power_layer: above.map_or_else(String::new, |layer| layer.name.clone()),
                power_pitch_um: round(20.0 * row),
            },
            timing: Timing {
                sense_ns: round(0.3 * self.period_ns),
                select_ns: round(0.2 * self.period_ns),
                program_setup_ns: round(0.1 * self.period_ns),
                program_hold_ns: round(0.02 * self.period_ns),
                word_line_setup_ns: round(0.1 * self.period_ns),
            },
            electrical: Electrical {
                // A buffer of a few widths behind each pin; gate capacitance goes with the feature.
                word_line_ff: round(60.0 * feature),
                strobe_ff: round(120.0 * feature),
                input_ff: round(40.0 * feature),
                output_kohm: 2.0,
                max_load_ff: round(1000.0 * feature),
                evaluation_pj: None,
                leakage_uw: None,
            },
        }
    }
}
