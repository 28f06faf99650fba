// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a routed DEF tells of a layout: die, cells, wires by layer, vias.

use std::collections::BTreeMap;

use crate::flow::lef::{LefError, Nm, Words};

/// A placed component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// Instance name.
    pub name: String,
    /// Library cell.
    pub kind: String,
    /// Whether it has a place.
    pub placed: bool,
}

/// Wires of a net.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wires {
    /// Length by layer in nanometres, with default width.
    pub length: BTreeMap<String, Nm>,
    /// Vias by name.
    pub vias: BTreeMap<String, usize>,
}

/// A layout.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Def {
    /// Name of the design.
    pub design: String,
    /// Die: left, bottom, right, top in nanometres.
    pub die: [Nm; 4],
    /// Components.
    pub components: Vec<Component>,
    /// Pins at the edge.
    pub pins: usize,
    /// Regular nets with their wires.
    pub nets: BTreeMap<String, Wires>,
}

impl Def {
    /// Area of the die in um2.
    pub fn die_um2(&self) -> f64 {
        let [left, bottom, right, top] = self.die;
        (right - left) as f64 * (top - bottom) as f64 * 1e-6
    }

    /// Wires of all nets together.
    pub fn wires(&self) -> Wires {
        let mut sum = Wires::default();
        for wires in self.nets.values() {
            for (layer, length) in &wires.length {
                let all = sum.length.entry(layer.clone()).or_insert(0);
                *all = all.saturating_add(*length);
            }
            for (via, count) in &wires.vias {
                *sum.vias.entry(via.clone()).or_insert(0) += count;
            }
        }
        sum
    }
}

/// Reads a DEF file.
///
/// # Errors
/// A file that ends in the middle, a number that is none, a design without units or die.
pub fn parse(text: &str) -> Result<Def, LefError> {
    let mut words = Words::new(text);
    let mut def = Def::default();
    let mut scale = None;
    while let Some(word) = words.next() {
        match word {
            "DESIGN" => def.design = words.statement()?.first().copied().unwrap_or("").to_owned(),
            "UNITS" => {
                let units = words.statement()?;
                let units = units.last().and_then(|word| word.parse::<f64>().ok());
                scale = units
                    .filter(|units| *units > 0.0)
                    .map(|units| 1000.0 / units);
            }
            "DIEAREA" => {
                let statement = words.statement()?;
                let numbers = statement.iter().filter_map(|word| word.parse::<f64>().ok());
                let scale = scale.ok_or_else(|| words.error("DIEAREA before UNITS"))?;
                let numbers: Option<Vec<Nm>> = numbers.map(|n| length(n * scale)).collect();
                let numbers = numbers.ok_or_else(|| words.error("a die of no size of a die"))?;
                let x = || numbers.iter().step_by(2).copied();
                let y = || numbers.iter().skip(1).step_by(2).copied();
                match (x().min(), y().min(), x().max(), y().max()) {
                    (Some(left), Some(bottom), Some(right), Some(top)) => {
                        def.die = [left, bottom, right, top];
                    }
                    _ => return Err(words.error("DIEAREA without corners")),
                }
            }
            "COMPONENTS" => {
                words.statement()?;
                items(&mut words, "COMPONENTS", |item| {
                    let [name, kind, rest @ ..] = item else {
                        return;
                    };
                    def.components.push(Component {
                        name: (*name).to_owned(),
                        kind: (*kind).to_owned(),
                        placed: rest
                            .iter()
                            .any(|word| matches!(*word, "PLACED" | "FIXED" | "COVER")),
                    });
                })?;
            }
            "PINS" => {
                words.statement()?;
                items(&mut words, "PINS", |_| def.pins += 1)?;
            }
            "NETS" => {
                words.statement()?;
                let scale = scale.ok_or_else(|| words.error("NETS before UNITS"))?;
                let mut impossible = None;
                items(&mut words, "NETS", |item| {
                    let [name, rest @ ..] = item else { return };
                    if let Some(wires) = wires(rest, scale) {
                        def.nets.insert((*name).to_owned(), wires);
                    } else {
                        impossible.get_or_insert((*name).to_owned());
                    }
                })?;
                if let Some(net) = impossible {
                    return Err(words.error(format!("net {net} has wires of no length on a chip")));
                }
            }
            "VIAS" | "SPECIALNETS" | "BLOCKAGES" | "FILLS" | "REGIONS" | "GROUPS"
            | "NONDEFAULTRULES" | "PINPROPERTIES" | "SCANCHAINS" => {
                words.statement()?;
                items(&mut words, word, |_| {})?;
            }
            "PROPERTYDEFINITIONS" => while words.word()? != "END" {},
            "END" => {
                words.next();
            }
            _ => {
                words.statement()?;
            }
        }
    }
    if def.design.is_empty() || def.die == [0; 4] {
        return Err(words.error("a DEF needs a DESIGN and a DIEAREA"));
    }
    Ok(def)
}

/// Calls `take` with the words after the `-` of each item of a section.
fn items<'a>(
    words: &mut Words<'a>,
    section: &str,
    mut take: impl FnMut(&[&'a str]),
) -> Result<(), LefError> {
    loop {
        match words.word()? {
            "-" => take(&words.statement()?),
            "END" => {
                let end = words.word()?;
                return match end == section {
                    true => Ok(()),
                    false => Err(words.error(format!("END {end} inside {section}"))),
                };
            }
            other => return Err(words.error(format!("`{other}` inside {section}"))),
        }
    }
}

/// A length in nm; none beyond ten metres, where a unit was mistaken and sums would overflow.
fn length(nm: f64) -> Option<Nm> {
    (nm.abs() <= 1e10).then(|| nm.round() as Nm)
}

/// The wires of a net: `+ ROUTED layer ( x y ) ( x * ) via NEW layer ...`. None if one of them is longer than a chip.
fn wires(item: &[&str], scale: f64) -> Option<Wires> {
    let mut wires = Wires::default();
    let Some(start) = item
        .iter()
        .position(|word| matches!(*word, "ROUTED" | "FIXED" | "COVER"))
    else {
        return Some(wires);
    };
    let mut layer = "";
    let mut at: Option<(f64, f64)> = None;
    let mut rest = item[start + 1..].iter();
    let mut begin = true;
    while let Some(word) = rest.next() {
        match *word {
            "NEW" => {
                begin = true;
                at = None;
            }
            "+" => break,
            "TAPER" => {}
            "TAPERRULE" | "STYLE" | "MASK" => {
                rest.next();
            }
            "RECT" | "VIRTUAL" => at = None,
            "(" => {
                let mut point = Vec::new();
                for word in rest.by_ref().take_while(|word| **word != ")") {
                    point.push(*word);
                }
                let number = |index: usize, old: Option<f64>| match point.get(index) {
                    Some(&"*") => old,
                    Some(word) => word.parse::<f64>().ok(),
                    None => None,
                };
                let next = number(0, at.map(|at| at.0)).zip(number(1, at.map(|at| at.1)));
                if let (Some(from), Some(to)) = (at, next) {
                    let new = length(((to.0 - from.0).abs() + (to.1 - from.1).abs()) * scale)?;
                    let sum = wires.length.entry(layer.to_owned()).or_insert(0);
                    *sum = sum.checked_add(new)?;
                }
                at = next;
            }
            name if begin => {
                layer = name;
                begin = false;
            }
            via => *wires.vias.entry(via.to_owned()).or_insert(0) += 1,
        }
    }
    Some(wires)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "VERSION 5.6 ;
DESIGN d ;
UNITS DISTANCE MICRONS 100 ;
DIEAREA ( -320 -300 ) ( 680 700 ) ;
COMPONENTS 2 ;
- A_1 AND2 + PLACED ( 40 50 ) FS ;
- F_0 FILL + UNPLACED ;
END COMPONENTS
PINS 1 ;
- a<0> + NET a<0> + LAYER metal6 ( -80 -40 ) ( 80 40 ) + PLACED ( 1 2 ) N ;
END PINS
SPECIALNETS 1 ;
- vdd + ROUTED metal1 40 ( 0 0 ) ( 900 * ) ;
END SPECIALNETS
NETS 2 ;
- a<0>
  ( PIN a<0> ) ( A_1 A )
+ ROUTED metal1 ( 100 200 ) ( 350 * ) ( * 300 ) M2_M1
  NEW metal2 ( 350 300 ) M2_M1
  NEW metal2 ( 350 300 ) ( * 400 ) M3_M2 ;
- b ( A_1 Y ) ;
END NETS
END DESIGN
";

    #[test]
    fn wires_and_vias_are_counted_by_layer() {
        let def = parse(TEXT).expect("a DEF");
        assert_eq!(def.die, [-3200, -3000, 6800, 7000]);
        assert_eq!(def.die_um2(), 100.0);
        assert_eq!((def.components.len(), def.pins, def.nets.len()), (2, 1, 2));
        assert!(def.components[0].placed && !def.components[1].placed);
        let sum = def.wires();
        // 2.5 um and 1 um on metal1, 1 um on metal2.
        assert_eq!(
            sum.length,
            BTreeMap::from([("metal1".into(), 3500), ("metal2".into(), 1000)])
        );
        assert_eq!(
            sum.vias,
            BTreeMap::from([("M2_M1".into(), 2), ("M3_M2".into(), 1)])
        );
        assert!(def.nets["b"].length.is_empty());
    }

    #[test]
    fn a_file_that_ends_early_is_refused() {
        assert!(parse(&TEXT[..TEXT.len() / 2]).is_err());
        assert!(parse("DESIGN d ;\n").is_err());
        let wrong = TEXT.replace("END PINS", "END NETS");
        assert!(
            parse(&wrong)
                .expect_err("a wrong end")
                .message
                .contains("END NETS inside PINS")
        );
    }
}
