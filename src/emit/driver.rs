// SPDX-License-Identifier: MIT OR Apache-2.0
//! The C driver: sources that are the same for every configuration, and the header that is not.

use crate::blocks::accelerator::{self, AcceleratorShape};
use crate::blocks::registers::{self, Field, ID, RegisterMap};
use askama::Template;

#[derive(Template)]
#[template(path = "driver/hcim_driver.h", escape = "none")]
struct Header {
    version: String,
}

#[derive(Template)]
#[template(path = "driver/hcim_driver.c", escape = "none")]
struct Driver {
    version: String,
    id: String,
}

#[derive(Template)]
#[template(path = "driver/hcim_packets.c", escape = "none")]
struct Packets {
    version: String,
}

#[derive(Template)]
#[template(path = "driver/hcim_text.c", escape = "none")]
struct Texts<'m> {
    version: String,
    errors: &'m [Field],
}

/// The files of the driver, as paths below the output folder and texts. `<name>_regs.h` belongs
/// to the configuration; all others are the same for every configuration, so that one program can
/// drive tiles of several.
pub fn files(map: &RegisterMap) -> Vec<(String, String)> {
    let [major, minor, patch] = map.parameters.version;
    let version = format!("{major}.{minor}.{patch}");
    let any = registers::driver_map(map.parameters.version);
    let errors = any
        .register("ERROR")
        .map_or(&[][..], |register| &register.fields);
    let rendered = [
        (
            "hcim_driver.h",
            Header {
                version: version.clone(),
            }
            .render(),
        ),
        (
            "hcim_driver.c",
            Driver {
                version: version.clone(),
                id: format!("{ID:#010x}u"),
            }
            .render(),
        ),
        (
            "hcim_packets.c",
            Packets {
                version: version.clone(),
            }
            .render(),
        ),
        ("hcim_text.c", Texts { version, errors }.render()),
    ];
    let mut files: Vec<(String, String)> = rendered
        .into_iter()
        .map(|(name, text)| (format!("driver/{name}"), registers::rendered(text)))
        .collect();
    files.push((
        "driver/hcim_registers.h".to_string(),
        any.to_driver_header("HCIM_REGISTERS_H", "HCIM_REG"),
    ));
    files.push((
        format!("driver/{}_regs.h", map.parameters.name),
        map.to_c_header(),
    ));
    files
}

#[derive(Template)]
#[template(path = "driver/hcim_accelerator.h", escape = "none")]
struct AcceleratorHeader {
    version: String,
}

#[derive(Template)]
#[template(path = "driver/hcim_accelerator.c", escape = "none")]
struct AcceleratorDriver<'m> {
    version: String,
    id: String,
    errors: &'m [Field],
}

/// The files of an accelerator's driver, beside those of its tiles' driver. As there, one file alone belongs to the
/// configuration.
pub fn accelerator_files(shape: &AcceleratorShape) -> Vec<(String, String)> {
    let map = accelerator::map(shape);
    let [major, minor, patch] = map.parameters.version;
    let version = format!("{major}.{minor}.{patch}");
    let errors = map
        .register("ERROR")
        .map_or(&[][..], |register| &register.fields);
    let header = AcceleratorHeader {
        version: version.clone(),
    };
    let driver = AcceleratorDriver {
        version,
        id: format!("{:#010x}u", accelerator::ID),
        errors,
    };
    let any = accelerator::map(&shape.largest_memory());
    vec![
        (
            "driver/hcim_accelerator.h".to_owned(),
            registers::rendered(header.render()),
        ),
        (
            "driver/hcim_accelerator.c".to_owned(),
            registers::rendered(driver.render()),
        ),
        (
            "driver/hcim_accelerator_registers.h".to_owned(),
            any.to_driver_header("HCIM_ACCELERATOR_REGISTERS_H", "HCIM_ACC"),
        ),
        (
            format!("driver/{}_regs.h", map.parameters.name),
            map.to_c_header(),
        ),
    ]
}

#[cfg(test)]
#[path = "driver_tests.rs"]
mod tests;
