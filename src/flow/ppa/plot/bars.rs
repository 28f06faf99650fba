// SPDX-License-Identifier: MIT OR Apache-2.0
//! Horizontal bars of stacked parts.

use askama::Template as _;

use super::axis::Axis;
use super::style;
use super::svg::{BarShape, Entries, Frame, Tick, WIDTH, px};

/// A bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// Its name.
    pub name: String,
    /// Its parts, as many as the chart has kinds; 0 where there is none.
    pub parts: Vec<f64>,
}

/// Horizontal bars of stacked parts.
#[derive(Clone, Debug, PartialEq)]
pub struct BarChart {
    /// Heading.
    pub title: String,
    /// Name and unit of the axis.
    pub x_label: String,
    /// Names of the kinds of parts.
    pub kinds: Vec<String>,
    /// The bars, from above.
    pub bars: Vec<Bar>,
}

/// Distance of bars in pixels.
const PITCH: f64 = 34.0;

/// Height of a bar in pixels.
const HEIGHT: f64 = 22.0;

impl BarChart {
    /// The chart as SVG.
    ///
    /// # Errors
    /// A template that cannot be rendered: a defect.
    pub fn to_svg(&self) -> Result<String, askama::Error> {
        let axis = Axis::over(self.bars.iter().map(|bar| bar.parts.iter().sum()));
        let frame = Frame {
            left: 230.0,
            right: WIDTH - 30.0,
            top: 42.0,
            bottom: 42.0 + PITCH * self.bars.len() as f64,
        };
        let names: Vec<(String, Entries)> = self
            .kinds
            .iter()
            .map(|kind| (kind.clone(), Entries::Areas))
            .collect();
        let (legend, height) = frame.legend(&names);
        let mut picture = frame.picture(&self.title, height);
        picture.legend = legend;
        picture.x_label.clone_from(&self.x_label);
        picture.x_ticks = frame.x_ticks(&axis);
        for (n, bar) in self.bars.iter().enumerate() {
            let middle = frame.top + PITCH * (n as f64 + 0.5);
            picture.y_ticks.push(Tick {
                at: px(middle),
                text_at: px(middle + 4.0),
                text: bar.name.clone(),
            });
            let mut before = 0.0;
            for (kind, part) in bar.parts.iter().enumerate() {
                if *part <= 0.0 {
                    continue;
                }
                let (from, to) = (frame.x(&axis, before), frame.x(&axis, before + part));
                before += part;
                let name = self.kinds.get(kind).map_or("", String::as_str);
                picture.bars.push(BarShape {
                    x: px(from),
                    y: px(middle - HEIGHT / 2.0),
                    width: px(to - from),
                    height: px(HEIGHT),
                    colour: style::colour(kind),
                    text: format!("{}, {name}: {part:.1}", bar.name),
                });
            }
        }
        picture.render()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn svg() {
        let chart = BarChart {
            title: "Area by block".to_owned(),
            x_label: "area of a column (um2)".to_owned(),
            kinds: vec!["columns".to_owned(), "control".to_owned()],
            bars: vec![
                Bar {
                    name: "baseline".to_owned(),
                    parts: vec![300.0, 50.0],
                },
                Bar {
                    name: "d = 1".to_owned(),
                    parts: vec![180.0, 0.0],
                },
            ],
        };
        insta::assert_snapshot!(chart.to_svg().unwrap());
    }
}
