// SPDX-License-Identifier: MIT OR Apache-2.0
//! The picture that all plots share: frame, axes, legend.

use askama::Template;

use super::axis::Axis;
use super::style;

/// Width of a plot in pixels.
pub(super) const WIDTH: f64 = 760.0;

/// Everything that the template draws.
#[derive(Template, Default)]
#[template(path = "flow/plot.svg", escape = "html")]
pub(super) struct Picture {
    pub title: String,
    pub width: String,
    pub height: String,
    pub left: String,
    pub right: String,
    pub top: String,
    pub bottom: String,
    pub middle_x: String,
    pub middle_y: String,
    pub tick_x: String,
    pub tick_y: String,
    pub label_y: String,
    pub x_label: String,
    pub y_label: String,
    pub x_ticks: Vec<Tick>,
    pub y_ticks: Vec<Tick>,
    pub bars: Vec<BarShape>,
    pub lines: Vec<Line>,
    pub markers: Vec<Marker>,
    pub labels: Vec<Text>,
    pub legend: Vec<Entry>,
}

pub(super) struct Tick {
    pub at: String,
    pub text_at: String,
    pub text: String,
}

pub(super) struct BarShape {
    pub x: String,
    pub y: String,
    pub width: String,
    pub height: String,
    pub colour: &'static str,
    pub text: String,
}

pub(super) struct Line {
    pub points: String,
    pub colour: &'static str,
    pub width: &'static str,
    pub dashed: bool,
}

pub(super) struct Marker {
    pub path: String,
    pub fill: &'static str,
    pub colour: &'static str,
    pub text: String,
}

pub(super) struct Text {
    pub x: String,
    pub y: String,
    pub text: String,
}

pub(super) struct Entry {
    pub path: String,
    pub fill: &'static str,
    pub colour: &'static str,
    pub x: String,
    pub y: String,
    pub text: String,
}

/// Where the axes are, in pixels.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    pub left: f64,
    pub right: f64,
    pub top: f64,
    pub bottom: f64,
}

impl Frame {
    /// The pixel of a value on the horizontal axis.
    pub fn x(&self, axis: &Axis, value: f64) -> f64 {
        self.left + value / axis.end * (self.right - self.left)
    }

    /// The pixel of a value on the vertical axis.
    pub fn y(&self, axis: &Axis, value: f64) -> f64 {
        self.bottom - value / axis.end * (self.bottom - self.top)
    }

    /// A picture with this frame; the legend stands below it, `height` is that of the frame and the
    /// axis' text.
    pub fn picture(&self, title: &str, height: f64) -> Picture {
        Picture {
            title: title.to_owned(),
            width: px(WIDTH),
            height: px(height),
            left: px(self.left),
            right: px(self.right),
            top: px(self.top),
            bottom: px(self.bottom),
            middle_x: px((self.left + self.right) / 2.0),
            middle_y: px((self.top + self.bottom) / 2.0),
            tick_x: px(self.left - 6.0),
            tick_y: px(self.bottom + 17.0),
            label_y: px(self.bottom + 38.0),
            ..Picture::default()
        }
    }

    /// Ticks of the horizontal axis.
    pub fn x_ticks(&self, axis: &Axis) -> Vec<Tick> {
        let tick = |value: f64| Tick {
            at: px(self.x(axis, value)),
            text_at: String::new(),
            text: axis.text(value),
        };
        axis.ticks().into_iter().map(tick).collect()
    }

    /// Ticks of the vertical axis.
    pub fn y_ticks(&self, axis: &Axis) -> Vec<Tick> {
        let tick = |value: f64| Tick {
            at: px(self.y(axis, value)),
            text_at: px(self.y(axis, value) + 4.0),
            text: axis.text(value),
        };
        axis.ticks().into_iter().map(tick).collect()
    }

    /// The legend below the axis, two entries a line, and the height of the whole picture.
    pub fn legend(&self, names: &[(String, Entries)]) -> (Vec<Entry>, f64) {
        let column = (self.right - self.left) / 2.0;
        let mut entries = Vec::new();
        for (n, (name, kind)) in names.iter().enumerate() {
            let x = self.left + (n % 2) as f64 * column;
            let y = self.bottom + 64.0 + (n / 2) as f64 * 20.0;
            let colour = style::colour(n);
            let (shape, fill) = match kind {
                Entries::Markers => (n, colour),
                Entries::Areas => (1, colour),
            };
            entries.push(Entry {
                path: style::marker(shape, x + 6.0, y - 4.0, 5.0),
                fill,
                colour,
                x: px(x + 18.0),
                y: px(y),
                text: name.clone(),
            });
        }
        let lines = names.len().div_ceil(2) as f64;
        (entries, self.bottom + 60.0 + lines * 20.0)
    }
}

/// What a legend explains.
#[derive(Clone, Copy)]
pub(super) enum Entries {
    /// Markers.
    Markers,
    /// Coloured areas.
    Areas,
}

/// A length in pixels.
pub(super) fn px(value: f64) -> String {
    format!("{value:.1}")
}
