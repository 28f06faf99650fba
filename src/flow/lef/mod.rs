// SPDX-License-Identifier: MIT OR Apache-2.0
//! A reader of LEF: routing layers, sites, and macros with their pins and obstructions.
//!
//! It takes what place and route needs to know here and skips the rest. Lengths are whole
//! nanometres, so that sums and grids are exact.

mod lexer;
mod read;
#[cfg(test)]
mod tests;

pub(crate) use lexer::Words;
pub use read::parse;

/// Nanometres.
pub type Nm = i64;

/// What was read from one LEF file or from several.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lef {
    /// Manufacturing grid.
    pub grid: Option<Nm>,
    /// Routing layers, lowest first.
    pub layers: Vec<Layer>,
    /// Placement sites.
    pub sites: Vec<Site>,
    /// Cells and blocks.
    pub macros: Vec<Macro>,
}

/// Preferred direction of a routing layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Wires run along x; tracks are counted along y.
    Horizontal,
    /// Wires run along y; tracks are counted along x.
    Vertical,
}

/// A routing layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    /// Name.
    pub name: String,
    /// Preferred direction.
    pub direction: Direction,
    /// Distance of tracks of the preferred direction.
    pub pitch: Nm,
    /// First track of the preferred direction.
    pub offset: Nm,
    /// Default wire width.
    pub width: Nm,
    /// Smallest spacing of default wires; 0 if only a table gives it.
    pub spacing: Nm,
    /// Smallest area of a shape in um2; 0 if there is no rule.
    pub min_area_um2: f64,
    /// Sheet resistance in ohm per square, if given.
    pub ohm_per_square: Option<f64>,
    /// Capacitance to ground in pF per um2, if given.
    pub pf_per_um2: Option<f64>,
    /// Capacitance of one edge in pF per um of wire, if given.
    pub pf_per_um_edge: Option<f64>,
}

/// A placement site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Name.
    pub name: String,
    /// Width.
    pub width: Nm,
    /// Height: that of a row.
    pub height: Nm,
}

/// A rectangle on a layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Name of the layer.
    pub layer: String,
    /// x of the left edge, y of the bottom, x of the right edge, y of the top.
    pub rect: [Nm; 4],
}

/// A cell or a block.
#[derive(Clone, Debug, PartialEq)]
pub struct Macro {
    /// Name.
    pub name: String,
    /// `CORE`, `BLOCK`, ...
    pub class: String,
    /// Width.
    pub width: Nm,
    /// Height.
    pub height: Nm,
    /// Pins, in the order of the file.
    pub pins: Vec<Pin>,
    /// Shapes that keep wires off.
    pub obstructions: Vec<Shape>,
}

/// A pin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin {
    /// Name, with `[index]` for a bit of a bus.
    pub name: String,
    /// `INPUT`, `OUTPUT`, `INOUT`.
    pub direction: String,
    /// `SIGNAL`, `CLOCK`, `POWER`, `GROUND`; `SIGNAL` if not given.
    pub usage: String,
    /// Where wires may connect.
    pub shapes: Vec<Shape>,
}

/// What is wrong with a LEF file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LefError {
    /// Line, counted from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

impl std::fmt::Display for LefError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for LefError {}

impl Lef {
    /// The routing layer of that name.
    pub fn layer(&self, name: &str) -> Option<&Layer> {
        self.layers.iter().find(|layer| layer.name == name)
    }

    /// The site of that name.
    pub fn site(&self, name: &str) -> Option<&Site> {
        self.sites.iter().find(|site| site.name == name)
    }

    /// The cell or block of that name.
    pub fn cell(&self, name: &str) -> Option<&Macro> {
        self.macros.iter().find(|cell| cell.name == name)
    }

    /// Adds what another file holds; the first statement about a layer or a site stays.
    pub fn merge(&mut self, other: Lef) {
        self.grid = self.grid.or(other.grid);
        for layer in other.layers {
            if self.layer(&layer.name).is_none() {
                self.layers.push(layer);
            }
        }
        for site in other.sites {
            if self.site(&site.name).is_none() {
                self.sites.push(site);
            }
        }
        self.macros.extend(other.macros);
    }
}

impl Macro {
    /// Area in um2.
    pub fn area_um2(&self) -> f64 {
        self.width as f64 * self.height as f64 * 1e-6
    }

    /// The pin of that name.
    pub fn pin(&self, name: &str) -> Option<&Pin> {
        self.pins.iter().find(|pin| pin.name == name)
    }
}

/// A length in micrometres as LEF and DEF print it, without zeros that say nothing.
pub fn um(length: Nm) -> String {
    let text = format!("{:.3}", length as f64 / 1000.0);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    match text {
        "-0" | "" => "0".to_owned(),
        _ => text.to_owned(),
    }
}
