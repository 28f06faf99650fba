// SPDX-License-Identifier: MIT OR Apache-2.0
//! Points and lines over two axes.

use askama::Template as _;

use super::super::pareto;
use super::axis::Axis;
use super::labels::Labels;
use super::style;
use super::svg::{Entries, Frame, Line, Marker, Text, WIDTH, px};

/// A point.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// Horizontal value.
    pub x: f64,
    /// Vertical value.
    pub y: f64,
    /// Short text beside it.
    pub label: String,
    /// What a viewer shows when pointed at it.
    pub title: String,
}

/// Points of one kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Its name in the legend.
    pub name: String,
    /// Its points.
    pub marks: Vec<Mark>,
}

/// Points and lines over two axes that begin at zero.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// Heading.
    pub title: String,
    /// Name and unit of the horizontal axis.
    pub x_label: String,
    /// Name and unit of the vertical axis.
    pub y_label: String,
    /// The series.
    pub series: Vec<Series>,
    /// The points of each series are joined by a line.
    pub joined: bool,
    /// The Pareto front of all points (small is good) is drawn; points on it are filled.
    pub front: bool,
}

impl Chart {
    /// The chart as SVG.
    ///
    /// # Errors
    /// A template that cannot be rendered: a defect.
    pub fn to_svg(&self) -> Result<String, askama::Error> {
        let marks = || self.series.iter().flat_map(|series| &series.marks);
        let (x_axis, y_axis) = (
            Axis::over(marks().map(|mark| mark.x)),
            Axis::over(marks().map(|mark| mark.y)),
        );
        let frame = Frame {
            left: 70.0,
            right: WIDTH - 30.0,
            top: 42.0,
            bottom: 400.0,
        };
        let names: Vec<(String, Entries)> = self
            .series
            .iter()
            .map(|series| (series.name.clone(), Entries::Markers))
            .collect();
        let (legend, height) = frame.legend(&names);
        let mut picture = frame.picture(&self.title, height);
        picture.legend = legend;
        picture.x_label.clone_from(&self.x_label);
        picture.y_label.clone_from(&self.y_label);
        picture.x_ticks = frame.x_ticks(&x_axis);
        picture.y_ticks = frame.y_ticks(&y_axis);

        let place = |mark: &Mark| (frame.x(&x_axis, mark.x), frame.y(&y_axis, mark.y));
        let all: Vec<(f64, f64)> = marks().map(|mark| (mark.x, mark.y)).collect();
        let on_front = if self.front {
            pareto::front(&all)
        } else {
            vec![true; all.len()]
        };
        let places: Vec<(f64, f64)> = marks().map(place).collect();
        if self.front {
            let mut front: Vec<(f64, f64)> = places
                .iter()
                .zip(&on_front)
                .filter(|(_, on)| **on)
                .map(|(place, _)| *place)
                .collect();
            front.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.total_cmp(&a.1)));
            picture.lines.push(Line {
                points: polyline(&front),
                colour: "#888888",
                width: "1.5",
                dashed: true,
            });
        }
        let area = [frame.left, frame.top, frame.right, frame.bottom];
        let mut labels = Labels::new(area, &places);
        let mut shown = Vec::new();
        let mut n = 0;
        for (kind, series) in self.series.iter().enumerate() {
            let colour = style::colour(kind);
            if self.joined {
                picture.lines.push(Line {
                    points: polyline(&series.marks.iter().map(place).collect::<Vec<_>>()),
                    colour,
                    width: "2",
                    dashed: false,
                });
            }
            for mark in &series.marks {
                let (x, y) = places[n];
                picture.markers.push(Marker {
                    path: style::marker(kind, x, y, 4.5),
                    fill: if on_front[n] { colour } else { "#ffffff" },
                    colour,
                    text: mark.title.clone(),
                });
                if !mark.label.is_empty() {
                    shown.push((on_front[n], (x, y), mark.label.clone()));
                }
                n += 1;
            }
        }
        // Those on the front find their places first.
        shown.sort_by_key(|(on_front, ..)| !on_front);
        for (_, at, text) in shown {
            if let Some((x, y)) = labels.place(at, &text) {
                picture.labels.push(Text {
                    x: px(x),
                    y: px(y),
                    text,
                });
            }
        }
        picture.render()
    }
}

fn polyline(points: &[(f64, f64)]) -> String {
    let points: Vec<String> = points
        .iter()
        .map(|(x, y)| format!("{x:.1},{y:.1}"))
        .collect();
    points.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(x: f64, y: f64, label: &str) -> Mark {
        Mark {
            x,
            y,
            label: label.to_owned(),
            title: format!("{label}: {x}, {y}"),
        }
    }

    fn chart() -> Chart {
        Chart {
            title: "Area & energy".to_owned(),
            x_label: "area of a column (um2)".to_owned(),
            y_label: "energy (pJ)".to_owned(),
            series: vec![
                Series {
                    name: "latch".to_owned(),
                    marks: vec![mark(1.0, 5.0, "d=1"), mark(2.0, 2.0, "d=2")],
                },
                Series {
                    name: "flop".to_owned(),
                    marks: vec![mark(3.0, 3.0, "d<3")],
                },
            ],
            joined: false,
            front: true,
        }
    }

    #[test]
    fn svg() {
        insta::assert_snapshot!(chart().to_svg().unwrap());
    }

    #[test]
    fn the_same_figures_give_the_same_bytes() {
        assert_eq!(chart().to_svg().unwrap(), chart().to_svg().unwrap());
    }

    #[test]
    fn beaten_points_are_hollow() {
        let svg = chart().to_svg().unwrap();
        let hollow = svg
            .lines()
            .filter(|line| line.contains("<path") && line.contains("fill=\"#ffffff\""));
        assert_eq!(hollow.count(), 1);
        assert!(
            svg.contains("d&#60;3") && svg.contains("Area &#38; energy"),
            "{svg}"
        );
    }
}
