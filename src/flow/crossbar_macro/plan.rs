// SPDX-License-Identifier: MIT OR Apache-2.0
//! Size of the macro and place of its pins, on the routing grid.
//!
//! Word lines come in at the left, one a row of cells. Below them, also at the left, are clock,
//! strobes and addresses. Columns face the digital array at the bottom: in the slot of each column
//! its programming bits, and in the first column of each comparator that comparator's outputs.

use super::{Description, MacroError, Technology};
use crate::blocks::crossbar::{self, CrossbarShape};
use crate::flow::lef::{Direction, Layer, Nm};
use crate::hdl::{Dir, Port};

/// Side of the macro.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// x = 0.
    Left,
    /// y = 0.
    Bottom,
}

/// One bit of a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinPlan {
    /// Name with `[index]`.
    pub name: String,
    /// Direction of the port.
    pub input: bool,
    /// It is the clock.
    pub clock: bool,
    /// Side at which it lies.
    pub side: Side,
    /// Layer.
    pub layer: String,
    /// x of the left edge, y of the bottom, x of the right edge, y of the top.
    pub rect: [Nm; 4],
}

/// The macro in nanometres.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Name of the macro.
    pub name: String,
    /// Ports of the macro.
    pub ports: Vec<Port>,
    /// Width: whole sites.
    pub width: Nm,
    /// Height: whole rows of standard cells.
    pub height: Nm,
    /// x of the first column's slot.
    pub first_column: Nm,
    /// Distance of columns.
    pub column_pitch: Nm,
    /// y of the first word line.
    pub first_row: Nm,
    /// Distance of word lines.
    pub row_pitch: Nm,
    /// Bits of the ports.
    pub pins: Vec<PinPlan>,
    /// Supply stripes.
    pub power: Vec<[Nm; 4]>,
    /// Ground stripes.
    pub ground: Vec<[Nm; 4]>,
    /// Layer of the stripes.
    pub power_layer: String,
    /// Shapes that keep wires off, with their layers.
    pub blocked: Vec<(String, [Nm; 4])>,
}

impl Plan {
    /// Area in um2.
    pub fn area_um2(&self) -> f64 {
        self.width as f64 * self.height as f64 * 1e-6
    }
}

/// Smallest multiple of `step` that is not below `length`.
pub(crate) fn up_to(length: Nm, step: Nm) -> Nm {
    length.div_euclid(step) * step
        + if length.rem_euclid(step) == 0 {
            0
        } else {
            step
        }
}

/// Plans the macro `<prefix>_crossbar`.
///
/// # Errors
/// A description that contradicts itself or the PDK; all faults at once.
pub fn plan(
    prefix: &str,
    shape: &CrossbarShape,
    description: &Description,
    technology: &Technology,
) -> Result<Plan, MacroError> {
    let geometry = &description.geometry;
    let mut faults = description.check();
    let horizontal = Some(Direction::Horizontal);
    let vertical = Some(Direction::Vertical);
    let row = technology.layer("geometry.row_layer", &geometry.row_layer, horizontal);
    let column = technology.layer("geometry.column_layer", &geometry.column_layer, vertical);
    let power = technology.layer("geometry.power_layer", &geometry.power_layer, None);
    let mut layer = |layer: Result<_, String>| layer.map_err(|fault| faults.push(fault)).ok();
    let (Some(row), Some(column), Some(power)) = (layer(row), layer(column), layer(power)) else {
        return Err(MacroError(faults));
    };
    if power.name == row.name || power.name == column.name {
        faults.push(format!(
            "geometry.power_layer is {}, which is a pin layer, too: supply stripes would cross the pins",
            power.name
        ));
    }
    if !faults.is_empty() {
        return Err(MacroError(faults));
    }
    let planner = Planner {
        shape,
        description,
        technology,
        row,
        column,
        power,
    };
    planner.plan(prefix)
}

struct Planner<'a> {
    shape: &'a CrossbarShape,
    description: &'a Description,
    technology: &'a Technology,
    row: &'a Layer,
    column: &'a Layer,
    power: &'a Layer,
}

/// More stripes of each kind than any macro has.
const MOST_STRIPES: Nm = 10_000;

/// Stripes of supply and of ground.
type Stripes = (Vec<[Nm; 4]>, Vec<[Nm; 4]>);

/// Micrometres as nanometres.
fn nm(um: f64) -> Nm {
    (um * 1000.0).round() as Nm
}

impl Planner<'_> {
    fn plan(&self, prefix: &str) -> Result<Plan, MacroError> {
        let geometry = &self.description.geometry;
        let module = crossbar::build(prefix, self.shape);
        let ports = module.ports();
        let column_pitch = up_to(nm(geometry.cell_width_um), self.column.pitch);
        let row_pitch = up_to(nm(geometry.cell_height_um), self.row.pitch);
        let left = up_to(nm(geometry.left_um), self.column.pitch);
        // Control pins lie below the word lines, on every second track.
        let control = self.control_bits(&ports);
        let needed = (control.len() as Nm + 1) * 2 * self.row.pitch;
        let bottom = up_to(nm(geometry.bottom_um).max(needed), self.row.pitch);
        let site = &self.technology.site;
        let columns = self.shape.columns as Nm * column_pitch;
        let rows = self.shape.rows as Nm * row_pitch;
        let width = up_to(left + columns + nm(geometry.right_um), site.width);
        let height = up_to(bottom + rows + nm(geometry.top_um), site.height);
        let mut pins = Vec::new();
        for (index, name) in control.into_iter().enumerate() {
            let track = self.row.offset + (2 * index as Nm + 1) * self.row.pitch;
            pins.push(self.left_pin(name, &ports, track));
        }
        // On the track nearest to the middle of the cell.
        let first_row = bottom + self.row.offset + row_pitch / 2 / self.row.pitch * self.row.pitch;
        for row in 0..self.shape.rows {
            let y = first_row + row as Nm * row_pitch;
            pins.push(self.left_pin(bit("wl_i", row, self.shape.rows), &ports, y));
        }
        self.column_pins(left, column_pitch, &ports, &mut pins)?;
        let (supply, ground) = self.stripes(width, height)?;
        Ok(Plan {
            name: module.name().to_owned(),
            width,
            height,
            first_column: left,
            column_pitch,
            first_row,
            row_pitch,
            blocked: self.blocked(width, height),
            pins,
            power: supply,
            ground,
            power_layer: self.power.name.clone(),
            ports,
        })
    }

    /// Bits of every port that is neither a word line nor a column's.
    fn control_bits(&self, ports: &[Port]) -> Vec<String> {
        let control = ports.iter().filter(|port| {
            !matches!(
                port.name.as_str(),
                "wl_i" | "prog_pos_i" | "prog_neg_i" | "pos_o" | "neg_o"
            )
        });
        control
            .flat_map(|port| (0..port.width).map(|index| bit(&port.name, index, port.width)))
            .collect()
    }

    /// How far pins reach inside: four tracks, or what the smallest area of a shape asks for.
    fn depth(&self, layer: &Layer) -> Nm {
        let area = (layer.min_area_um2 * 1e6 / layer.width as f64).ceil() as Nm;
        up_to(area.max(4 * layer.pitch), self.technology.grid)
    }

    fn left_pin(&self, name: String, ports: &[Port], y: Nm) -> PinPlan {
        let half = self.row.width / 2;
        let rect = [0, y - half, self.depth(self.row), y + half];
        self.pin(name, ports, Side::Left, &self.row.name, rect)
    }

    fn pin(&self, name: String, ports: &[Port], side: Side, layer: &str, rect: [Nm; 4]) -> PinPlan {
        let port = name.split('[').next().unwrap_or(&name);
        let output = |port: &Port| port.dir == Dir::Output;
        PinPlan {
            input: !ports
                .iter()
                .any(|known| known.name == port && output(known)),
            clock: port == "clk_i",
            side,
            layer: layer.to_owned(),
            rect,
            name,
        }
    }

    /// Pins of the columns, evenly over the tracks of each column's slot.
    fn column_pins(
        &self,
        left: Nm,
        pitch: Nm,
        ports: &[Port],
        pins: &mut Vec<PinPlan>,
    ) -> Result<(), MacroError> {
        let tracks = pitch / self.column.pitch;
        let outputs: Vec<&str> = ["pos_o", "neg_o"]
            .into_iter()
            .filter(|name| ports.iter().any(|port| port.name == *name))
            .collect();
        let wanted = (outputs.len() + 2) as Nm;
        if tracks < wanted {
            let width = wanted * self.column.pitch;
            return Err(MacroError(vec![format!(
                "a column is {} um wide and has {tracks} tracks of {}, but {wanted} pins: \
                 geometry.cell_width_um must be at least {}, or take a finer geometry.column_layer",
                crate::flow::lef::um(pitch),
                self.column.name,
                crate::flow::lef::um(width)
            )]));
        }
        let (half, depth) = (self.column.width / 2, self.depth(self.column));
        let step = tracks / wanted;
        let columns = self.shape.columns;
        for column in 0..columns {
            let mut names = Vec::new();
            if column % self.shape.columns_per_comparator == 0 {
                let index = column / self.shape.columns_per_comparator;
                let comparators = self.shape.comparators();
                names.extend(outputs.iter().map(|name| bit(name, index, comparators)));
            }
            names.push(bit("prog_pos_i", column, columns));
            names.push(bit("prog_neg_i", column, columns));
            // Programming pins keep their place whether or not outputs lie before them.
            let skip = (wanted as usize - names.len()) as Nm;
            for (place, name) in names.into_iter().enumerate() {
                let track = (skip + place as Nm) * step;
                let x =
                    left + column as Nm * pitch + self.column.offset + track * self.column.pitch;
                let rect = [x - half, 0, x + half, depth];
                pins.push(self.pin(name, ports, Side::Bottom, &self.column.name, rect));
            }
        }
        Ok(())
    }

    /// Stripes of supply and ground in turns, over the whole macro.
    fn stripes(&self, width: Nm, height: Nm) -> Result<Stripes, MacroError> {
        let grid = self.technology.grid;
        let wide = up_to(4 * self.power.width, 2 * grid);
        let across = match self.power.direction {
            Direction::Horizontal => height,
            Direction::Vertical => width,
        };
        let pitch = up_to(nm(self.description.geometry.power_pitch_um), 2 * grid);
        if pitch < 4 * wide {
            return Err(MacroError(vec![format!(
                "geometry.power_pitch_um must be at least {}: stripes are {} um wide",
                crate::flow::lef::um(4 * wide),
                crate::flow::lef::um(wide)
            )]));
        }
        // At least one pair, however small the macro.
        let pitch = pitch.min(across / (2 * grid) * 2 * grid);
        if pitch > 0 && across / pitch > MOST_STRIPES {
            return Err(MacroError(vec![format!(
                "the macro has room for {} supply stripes; take a larger geometry.power_pitch_um",
                across / pitch
            )]));
        }
        let stripe = |at: Nm| match self.power.direction {
            Direction::Horizontal => [0, at, width, at + wide],
            Direction::Vertical => [at, 0, at + wide, height],
        };
        let mut both = (Vec::new(), Vec::new());
        let mut at = up_to(pitch / 4, grid) - up_to(wide / 2, grid);
        while at + up_to(pitch / 2, grid) + wide <= across {
            both.0.push(stripe(at));
            both.1.push(stripe(at + up_to(pitch / 2, grid)));
            at += pitch;
        }
        if both.0.is_empty() {
            return Err(MacroError(vec![
                "the macro is too small for a pair of supply stripes; take a lower geometry.power_layer"
                    .to_owned(),
            ]));
        }
        Ok(both)
    }

    /// The array keeps wires off on every layer up to the pins; the pins' edges stay open.
    fn blocked(&self, width: Nm, height: Nm) -> Vec<(String, [Nm; 4])> {
        let (row, column) = (&self.row.name, &self.column.name);
        let space = |layer: &Layer| layer.spacing.max(layer.width);
        let inset = self.depth(self.row) + space(self.row);
        let raised = self.depth(self.column) + space(self.column);
        let layers = self.technology.layers_up_to(row, column).iter();
        layers
            .map(|layer| {
                let left = if layer.name == *row { inset } else { 0 };
                let bottom = if layer.name == *column { raised } else { 0 };
                (layer.name.clone(), [left, bottom, width, height])
            })
            .collect()
    }
}

/// Name of a bit as LEF and netlists have it.
fn bit(port: &str, index: usize, width: usize) -> String {
    match width {
        1 => port.to_owned(),
        _ => format!("{port}[{index}]"),
    }
}
