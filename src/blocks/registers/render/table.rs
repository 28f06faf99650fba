// SPDX-License-Identifier: MIT OR Apache-2.0
//! The registers as a table for the terminal.

use super::super::model::{Register, RegisterMap};

impl RegisterMap {
    /// One line for each register, one for each of its fields where there are several.
    pub fn to_table(&self) -> String {
        let mut rows = vec![row(
            "address", "register", "bits", "access", "reset", "meaning",
        )];
        for register in self.present() {
            rows.extend(lines(register));
        }
        let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..5).map(width).collect();
        let mut text = String::new();
        for row in &rows {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                line.push_str(&format!("{cell:<width$}  "));
            }
            line.push_str(&row[5]);
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

fn lines(register: &Register) -> Vec<[String; 6]> {
    let address = match register.array {
        true => format!("{:#05x}+4*i", register.address),
        false => format!("{:#05x}", register.address),
    };
    let name = match register.array {
        true => format!("{}[{}]", register.name, register.count),
        false => register.name.to_string(),
    };
    let access = register.access().as_str();
    let mut rows = Vec::new();
    let first = register
        .fields
        .first()
        .filter(|field| field.name == register.name);
    let (bits, reset) = match first {
        Some(field) => (field.bits(), field.reset_text().replace('`', "")),
        None => (String::new(), String::new()),
    };
    rows.push(row(&address, &name, &bits, access, &reset, register.doc));
    if first.is_none() {
        for field in &register.fields {
            let reset = field.reset_text().replace('`', "");
            rows.push(row(
                "",
                &format!("  {}", field.name),
                &field.bits(),
                "",
                &reset,
                field.doc,
            ));
        }
    }
    rows
}

fn row(
    address: &str,
    register: &str,
    bits: &str,
    access: &str,
    reset: &str,
    meaning: &str,
) -> [String; 6] {
    [address, register, bits, access, reset, meaning].map(str::to_string)
}
