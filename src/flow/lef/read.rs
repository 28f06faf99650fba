// SPDX-License-Identifier: MIT OR Apache-2.0
//! From words to layers, sites and macros.

use super::lexer::Words;
use super::{Direction, Layer, Lef, LefError, Macro, Nm, Pin, Shape, Site};

/// Reads one LEF file.
///
/// # Errors
/// A file that ends in the middle, a number that is none, a routing layer without direction, pitch
/// or width.
pub fn parse(text: &str) -> Result<Lef, LefError> {
    let mut words = Words::new(text);
    let mut lef = Lef::default();
    while let Some(word) = words.next() {
        match word {
            "LAYER" => lef.layers.extend(layer(&mut words)?),
            "SITE" => lef.sites.push(site(&mut words)?),
            "MACRO" => lef.macros.push(cell(&mut words)?),
            "MANUFACTURINGGRID" => {
                lef.grid = Some(words.length()?);
                words.statement()?;
            }
            "PROPERTYDEFINITIONS" | "UNITS" | "SPACING" => skip(&mut words, word)?,
            "VIA" | "VIARULE" | "NONDEFAULTRULE" | "ARRAY" => {
                let name = words.word()?;
                skip(&mut words, name)?;
            }
            "BEGINEXT" => while words.word()? != "ENDEXT" {},
            "END" => {
                words.next();
            }
            _ => {
                words.statement()?;
            }
        }
    }
    Ok(lef)
}

/// Everything up to `END name`.
fn skip(words: &mut Words<'_>, name: &str) -> Result<(), LefError> {
    loop {
        if words.word()? == "END" && words.peek() == Some(name) {
            words.next();
            return Ok(());
        }
    }
}

/// A layer; `None` if it is none for routing.
fn layer(words: &mut Words<'_>) -> Result<Option<Layer>, LefError> {
    let name = words.name()?;
    let mut kind = "";
    let mut direction = None;
    let (mut pitch, mut offset) = (None, None);
    let mut layer = Layer {
        name: name.to_owned(),
        direction: Direction::Horizontal,
        pitch: 0,
        offset: 0,
        width: 0,
        spacing: 0,
        min_area_um2: 0.0,
        ohm_per_square: None,
        pf_per_um2: None,
        pf_per_um_edge: None,
    };
    loop {
        match words.word()? {
            "END" if words.peek() == Some(name) => {
                words.next();
                break;
            }
            "TYPE" => kind = words.statement()?.first().copied().unwrap_or(""),
            "DIRECTION" => {
                direction = match words.statement()?.first().copied() {
                    Some("HORIZONTAL") => Some(Direction::Horizontal),
                    Some("VERTICAL") => Some(Direction::Vertical),
                    _ => None,
                }
            }
            "PITCH" => pitch = Some(pair(words)?),
            "OFFSET" => offset = Some(pair(words)?),
            "WIDTH" => {
                layer.width = words.length()?;
                words.statement()?;
            }
            "SPACING" if layer.spacing == 0 => {
                layer.spacing = words.length()?;
                words.statement()?;
            }
            "AREA" => {
                layer.min_area_um2 = words.number()?;
                if !(0.0..1e6).contains(&layer.min_area_um2) {
                    return Err(words.error(format!("AREA of layer {name} is no area of a wire")));
                }
                words.statement()?;
            }
            "RESISTANCE" => layer.ohm_per_square = factor(words, "RPERSQ")?,
            "CAPACITANCE" => layer.pf_per_um2 = factor(words, "CPERSQDIST")?,
            "EDGECAPACITANCE" => {
                layer.pf_per_um_edge = Some(words.number()?);
                words.statement()?;
            }
            _ => {
                words.statement()?;
            }
        }
    }
    if kind != "ROUTING" {
        return Ok(None);
    }
    let (Some(direction), Some(pitch)) = (direction, pitch) else {
        return Err(words.error(format!("routing layer {name} has no direction or no pitch")));
    };
    if layer.width <= 0 || pitch.0 <= 0 || pitch.1 <= 0 {
        return Err(words.error(format!(
            "routing layer {name} needs a width and a pitch above 0"
        )));
    }
    // A pair is (x, y). Tracks of horizontal wires are counted along y.
    let own = |(x, y): (Nm, Nm)| match direction {
        Direction::Horizontal => y,
        Direction::Vertical => x,
    };
    layer.direction = direction;
    layer.pitch = own(pitch);
    // Without an offset the first track lies half a pitch inside.
    layer.offset = offset.map_or(layer.pitch / 2, own);
    Ok(Some(layer))
}

/// One length for both directions or two, and the end of the statement.
fn pair(words: &mut Words<'_>) -> Result<(Nm, Nm), LefError> {
    let x = words.length()?;
    if words.peek() == Some(";") {
        words.next();
        return Ok((x, x));
    }
    let y = words.length()?;
    words.statement()?;
    Ok((x, y))
}

/// The number after a keyword, e.g. `RPERSQ 0.08 ;`.
fn factor(words: &mut Words<'_>, keyword: &str) -> Result<Option<f64>, LefError> {
    let statement = words.statement()?;
    match statement[..] {
        [word, number, ..] if word == keyword => match number.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Some(number)),
            _ => Err(words.error(format!("`{number}` is no number"))),
        },
        _ => Ok(None),
    }
}

/// `5.600 BY 10.000 ;`
fn size(words: &mut Words<'_>) -> Result<(Nm, Nm), LefError> {
    let width = words.length()?;
    if words.word()? != "BY" {
        return Err(words.error("SIZE needs `width BY height`"));
    }
    let height = words.length()?;
    words.statement()?;
    Ok((width, height))
}

fn site(words: &mut Words<'_>) -> Result<Site, LefError> {
    let name = words.name()?;
    let (mut width, mut height) = (0, 0);
    loop {
        match words.word()? {
            "END" if words.peek() == Some(name) => {
                words.next();
                break;
            }
            "SIZE" => (width, height) = size(words)?,
            _ => {
                words.statement()?;
            }
        }
    }
    Ok(Site {
        name: name.to_owned(),
        width,
        height,
    })
}

fn cell(words: &mut Words<'_>) -> Result<Macro, LefError> {
    let name = words.name()?;
    let mut cell = Macro {
        name: name.to_owned(),
        class: String::new(),
        width: 0,
        height: 0,
        pins: Vec::new(),
        obstructions: Vec::new(),
    };
    loop {
        match words.word()? {
            "END" if words.peek() == Some(name) => {
                words.next();
                return Ok(cell);
            }
            "CLASS" => cell.class = words.statement()?.join(" "),
            "SIZE" => (cell.width, cell.height) = size(words)?,
            "PIN" => cell.pins.push(pin(words)?),
            "OBS" => cell.obstructions = shapes(words)?,
            "DENSITY" => while words.word()? != "END" {},
            _ => {
                words.statement()?;
            }
        }
    }
}

fn pin(words: &mut Words<'_>) -> Result<Pin, LefError> {
    let name = words.pin_name()?;
    let mut pin = Pin {
        name: name.to_owned(),
        direction: String::new(),
        usage: "SIGNAL".to_owned(),
        shapes: Vec::new(),
    };
    loop {
        match words.word()? {
            "END" if words.peek() == Some(name) => {
                words.next();
                return Ok(pin);
            }
            "DIRECTION" => pin.direction = words.statement()?.join(" "),
            "USE" => pin.usage = words.statement()?.join(" "),
            "PORT" => pin.shapes.extend(shapes(words)?),
            _ => {
                words.statement()?;
            }
        }
    }
}

/// Rectangles up to `END`.
fn shapes(words: &mut Words<'_>) -> Result<Vec<Shape>, LefError> {
    let mut layer = "";
    let mut shapes = Vec::new();
    loop {
        match words.word()? {
            "END" => return Ok(shapes),
            "LAYER" => {
                layer = words.name()?;
                words.statement()?;
            }
            "RECT" => {
                if words.peek() == Some("MASK") {
                    words.word()?;
                    words.word()?;
                }
                let rect = [
                    words.length()?,
                    words.length()?,
                    words.length()?,
                    words.length()?,
                ];
                words.statement()?;
                shapes.push(Shape {
                    layer: layer.to_owned(),
                    rect,
                });
            }
            _ => {
                words.statement()?;
            }
        }
    }
}
