// SPDX-License-Identifier: MIT OR Apache-2.0
//! Places for the labels of points, so that they cover neither each other nor a marker.

/// Rough width of a character of a label in pixels.
const CHARACTER: f64 = 6.0;

/// Height of a label in pixels.
const HEIGHT: f64 = 11.0;

/// A rectangle: left, top, right, bottom.
type Area = [f64; 4];

/// The area of the picture that labels may take, and what is taken already.
pub(super) struct Labels {
    frame: Area,
    taken: Vec<Area>,
}

impl Labels {
    /// Labels in a frame (left, top, right, bottom) around markers at these points.
    pub fn new(frame: Area, markers: &[(f64, f64)]) -> Labels {
        let around = |&(x, y): &(f64, f64)| [x - 5.0, y - 5.0, x + 5.0, y + 5.0];
        Labels {
            frame,
            taken: markers.iter().map(around).collect(),
        }
    }

    /// The left end of the base line of a label for the point: the first place that is free, none if all are
    /// taken.
    pub fn place(&mut self, point: (f64, f64), text: &str) -> Option<(f64, f64)> {
        let width = text.chars().count() as f64 * CHARACTER;
        let (x, y) = point;
        let places = [
            (x + 8.0, y + 4.0),
            (x + 6.0, y - 7.0),
            (x + 6.0, y + 16.0),
            (x - width - 8.0, y + 4.0),
            (x - width / 2.0, y - 9.0),
            (x - width / 2.0, y + 18.0),
            (x - width - 6.0, y - 7.0),
            (x - width - 6.0, y + 16.0),
        ];
        for (left, base) in places {
            let area = [left, base - HEIGHT + 2.0, left + width, base + 2.0];
            if self.is_free(area) {
                self.taken.push(area);
                return Some((left, base));
            }
        }
        None
    }

    fn is_free(&self, area: Area) -> bool {
        let [left, top, right, bottom] = area;
        let inside = left >= self.frame[0]
            && top >= self.frame[1]
            && right <= self.frame[2]
            && bottom <= self.frame[3];
        let apart = |other: &Area| {
            right <= other[0] || other[2] <= left || bottom <= other[1] || other[3] <= top
        };
        inside && self.taken.iter().all(apart)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_keep_apart() {
        let points = [(50.0, 50.0), (55.0, 50.0)];
        let mut labels = Labels::new([0.0, 0.0, 100.0, 100.0], &points);
        let first = labels.place(points[0], "d=1").unwrap();
        let second = labels.place(points[1], "d=2").unwrap();
        assert!((first.0 - second.0).abs() >= 18.0 || (first.1 - second.1).abs() >= 11.0);
        // A label that fits nowhere is left out; its marker still has a title.
        assert_eq!(
            labels.place(points[0], "a label much too long for it"),
            None
        );
    }
}
