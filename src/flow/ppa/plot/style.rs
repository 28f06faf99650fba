// SPDX-License-Identifier: MIT OR Apache-2.0
//! Colours and shapes.

/// The colours of Okabe and Ito without yellow, which is too light for lines on white.
const COLOURS: [&str; 7] = [
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000",
];

/// Colour of the n-th series.
pub(super) fn colour(n: usize) -> &'static str {
    COLOURS[n % COLOURS.len()]
}

/// Outline of the n-th series' marker around a point, `r` pixels large.
pub(super) fn marker(n: usize, x: f64, y: f64, r: f64) -> String {
    let p = |dx: f64, dy: f64| format!("{:.1} {:.1}", x + dx * r, y + dy * r);
    let polygon = |points: &[(f64, f64)]| {
        let points: Vec<String> = points.iter().map(|&(dx, dy)| p(dx, dy)).collect();
        format!("M{}Z", points.join("L"))
    };
    match n % 6 {
        0 => format!(
            "M{} A{r:.1} {r:.1} 0 1 0 {} A{r:.1} {r:.1} 0 1 0 {}Z",
            p(-1.0, 0.0),
            p(1.0, 0.0),
            p(-1.0, 0.0)
        ),
        1 => polygon(&[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]),
        2 => polygon(&[(0.0, -1.2), (1.1, 0.8), (-1.1, 0.8)]),
        3 => polygon(&[(0.0, -1.3), (1.3, 0.0), (0.0, 1.3), (-1.3, 0.0)]),
        4 => polygon(&[(0.0, 1.2), (1.1, -0.8), (-1.1, -0.8)]),
        _ => polygon(&[
            (-1.0, -0.4),
            (0.0, -1.2),
            (1.0, -0.4),
            (0.6, 1.0),
            (-0.6, 1.0),
        ]),
    }
}
