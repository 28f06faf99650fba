// SPDX-License-Identifier: MIT OR Apache-2.0
//! Plain text tables.

/// A table with a head line; columns marked with `>` in front of their title are right-aligned.
pub fn render(titles: &[&str], rows: &[Vec<String>]) -> String {
    let right: Vec<bool> = titles.iter().map(|title| title.starts_with('>')).collect();
    let head: Vec<String> = titles
        .iter()
        .map(|title| title.trim_start_matches('>').to_owned())
        .collect();
    let mut widths: Vec<usize> = head.iter().map(|cell| cell.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: &[String]| {
        let mut text = String::new();
        for ((cell, width), right) in cells.iter().zip(&widths).zip(&right) {
            let padding = " ".repeat(width - cell.chars().count());
            let (before, after) = if *right {
                (padding.as_str(), "")
            } else {
                ("", padding.as_str())
            };
            text += &format!("{before}{cell}{after}  ");
        }
        text.trim_end().to_owned() + "\n"
    };
    let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
    let mut text = line(&head) + &line(&rule);
    for row in rows {
        text += &line(row);
    }
    text
}

/// 1234567 as `1,234,567`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aligns() {
        let rows = [
            vec!["a".to_owned(), "1".to_owned()],
            vec!["bcd".to_owned(), "20".to_owned()],
        ];
        assert_eq!(
            render(&["name", ">n"], &rows),
            "name   n\n----  --\na      1\nbcd   20\n"
        );
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(grouped(123), "123");
    }
}
