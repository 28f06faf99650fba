// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tables in Markdown, aligned for people who read the text.

/// A table; columns but the first are aligned to the right.
pub(in crate::flow::ppa) fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        let longest = cells.map(|cell| cell.chars().count()).max().unwrap_or(0);
        longest.max(head[column].chars().count()).max(3)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let line = |cells: &[String]| {
        let cells: Vec<String> = cells
            .iter()
            .zip(&widths)
            .enumerate()
            .map(|(n, (cell, &width))| match n {
                0 => format!("{cell:<width$}"),
                _ => format!("{cell:>width$}"),
            })
            .collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let rule: Vec<String> = widths
        .iter()
        .enumerate()
        .map(|(n, &width)| match n {
            0 => "-".repeat(width),
            _ => "-".repeat(width - 1) + ":",
        })
        .collect();
    let head: Vec<String> = head.iter().map(|&cell| cell.to_owned()).collect();
    let mut text = line(&head) + &line(&rule);
    for row in rows {
        text += &line(row);
    }
    text
}

/// A number with about four digits that count.
pub(in crate::flow::ppa) fn number(value: f64) -> String {
    let decimals = match value.abs() {
        size if size >= 1000.0 => 0,
        size if size >= 100.0 => 1,
        size if size >= 10.0 => 2,
        _ => 3,
    };
    format!("{value:.decimals$}")
}

/// A ratio.
pub(super) fn ratio(value: f64, base: f64) -> String {
    format!("{:.2}", value / base)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned() {
        let rows = [
            vec!["a".to_owned(), number(1234.5)],
            vec!["long".to_owned(), number(0.12345)],
        ];
        assert_eq!(
            table(&["x", "y"], &rows),
            "| x    |     y |\n| ---- | ----: |\n| a    |  1234 |\n| long | 0.123 |\n"
        );
    }
}
