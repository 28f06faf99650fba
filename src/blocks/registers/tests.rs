// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tests of the description and of what is made from it.

use super::*;
use crate::hdl::{Dir, emit};
use std::collections::BTreeSet;

/// A set of parameters that reaches every condition of the description.
fn variants() -> Vec<RegisterParameters> {
    let base = RegisterParameters::default();
    let binary = RegisterParameters {
        ternary: false,
        gating: false,
        plane_skip: false,
        ..base.clone()
    };
    let tiny = RegisterParameters {
        rows: 1,
        cols: 1,
        input_bits: 1,
        weight_slices: 1,
        scale_bits: 1,
        ..base.clone()
    };
    let huge = RegisterParameters {
        rows: 4096,
        cols: 4096,
        input_bits: 8,
        weight_slices: 8,
        scale_bits: 16,
        rows_per_cycle: 18,
        readout_rows: 18,
        columns_per_comparator: 8,
        segments: 64,
        input_stream_bits: 512,
        output_stream_bits: 512,
        ..base.clone()
    };
    vec![
        RegisterParameters {
            segments: 4,
            ..binary.clone()
        },
        RegisterParameters {
            rows: 255,
            plane_skip: false,
            ..base.clone()
        },
        RegisterParameters {
            thresholds_per_column: true,
            rows: 37,
            cols: 100,
            ..base.clone()
        },
        base,
        binary,
        tiny,
        huge,
    ]
}

#[test]
fn registers_and_fields_do_not_overlap() {
    for map in variants().iter().map(map) {
        let mut addresses = BTreeSet::new();
        for register in &map.registers {
            for index in 0..register.count {
                let address = register.address + 4 * index;
                assert!(
                    addresses.insert(address),
                    "{} at {address:#x}",
                    register.name
                );
                assert!(address % 4 == 0 && address < 1 << ADDRESS_BITS);
            }
            let mut used = 0u32;
            for field in &register.fields {
                assert!(
                    field.msb() < 32 && used & field.mask() == 0,
                    "{}.{}",
                    register.name,
                    field.name
                );
                assert!(
                    used < field.mask(),
                    "{}: fields are in order",
                    register.name
                );
                assert!(
                    u64::from(field.reset) < 1 << field.width,
                    "{}.{}",
                    register.name,
                    field.name
                );
                assert_eq!(field.access, register.access(), "{}", register.name);
                used |= field.mask();
            }
        }
    }
}

#[test]
fn the_map_is_the_published_one() {
    let segments = RegisterParameters {
        segments: 2,
        ..Default::default()
    };
    let found: Vec<String> = map(&segments)
        .registers
        .iter()
        .map(|r| {
            format!(
                "{:03x} {} {} {:08x}",
                r.address,
                r.name,
                r.access().as_str(),
                r.reset()
            )
        })
        .collect();
    let published = "\
000 ID RO 4d494348
004 VERSION RO 00000100
008 DIGEST_LO RO 89abcdef
00c DIGEST_HI RO 01234567
010 SHAPE RO 00800080
014 FORMAT RO 00d42844
018 STREAM RO 00200020
01c RESULT RO 01021812
020 CTRL WO 00000000
024 STATUS RO 00000000
028 IRQ_STATUS W1C 00000000
02c IRQ_ENABLE RW 00000000
030 ERROR W1C 00000000
034 MVM_COUNT RW 00000000
038 MVM_DONE RO 00000000
03c CHAIN RW 00000000
040 CYCLES_LO RO 00000000
044 CYCLES_HI RO 00000000
048 PLANES_SKIPPED RO 00000000
04c PLANES_EMPTY RO 00000000
050 MVM_CYCLES RO 00000000
060 TIMING RW 00010201
064 TIMEOUT RW 00000400
068 SKIP RW 00000003
070 READBACK_ROW RW 00000000
074 READBACK_WORD RW 00000000
078 READBACK_DATA RO 00000000
100 THRESHOLD RW 00000000";
    assert_eq!(found.join("\n"), published);
}

#[test]
fn presence_follows_the_configuration() {
    let absent = |p: &RegisterParameters| -> Vec<&'static str> {
        map(p).absent().map(|register| register.name).collect()
    };
    let base = RegisterParameters::default();
    assert_eq!(absent(&base), ["CHAIN"]);
    assert_eq!(
        absent(&RegisterParameters {
            segments: 2,
            ..base.clone()
        }),
        [""; 0]
    );
    let binary = RegisterParameters {
        ternary: false,
        plane_skip: false,
        ..base.clone()
    };
    assert_eq!(absent(&binary), ["CHAIN", "SKIP", "THRESHOLD"]);
    let per_column = RegisterParameters {
        thresholds_per_column: true,
        ..base
    };
    assert_eq!(absent(&per_column), ["CHAIN", "THRESHOLD"]);
}

#[test]
fn rtl_is_clean_and_has_the_described_ports() {
    for parameters in variants() {
        let module = build("some", &parameters);
        let files = emit(&module, &|_| String::new())
            .unwrap_or_else(|errors| panic!("{parameters:?}\n{}", errors[0]));
        assert_eq!(files.keys().collect::<Vec<_>>(), ["some_registers.v"]);
        let described: Vec<(String, Dir, usize)> = map(&parameters)
            .ports()
            .into_iter()
            .flat_map(|(_, ports)| ports)
            .map(|port| (port.name, port.dir, port.width as usize))
            .collect();
        let built: Vec<(String, Dir, usize)> = module
            .ports()
            .into_iter()
            .map(|port| (port.name.to_string(), port.dir, port.width))
            .collect();
        assert_eq!(built, described);
    }
}

#[test]
fn threshold_and_counter_ports() {
    let parameters = RegisterParameters::default();
    let module = build("some", &parameters);
    assert_eq!(module.port_width("threshold_o"), Some(4 * 8));
    assert_eq!(module.port_width("thresholds_written_o"), Some(1));
    assert_eq!(module.port_width("cycles_i"), Some(64));
    assert_eq!(module.port_width("status_thresholds_valid_i"), None);
    let per_column = RegisterParameters {
        thresholds_per_column: true,
        ..parameters
    };
    let module = build("some", &per_column);
    assert_eq!(module.port_width("threshold_o"), None);
    assert_eq!(module.port_width("status_thresholds_valid_i"), Some(1));
}

#[test]
fn documents_name_every_register() {
    for map in variants().iter().map(map) {
        let texts = [
            map.to_markdown(),
            map.to_table(),
            map.to_systemrdl(),
            map.to_c_header(),
        ];
        for text in texts {
            for register in map.present() {
                assert!(text.contains(register.name), "{} in\n{text}", register.name);
            }
            assert!(text.ends_with('\n') && !text.starts_with("#error"));
        }
        let json: serde_json::Value = serde_json::from_str(&map.to_json()).expect("JSON");
        let registers = json["registers"].as_array().expect("an array");
        assert_eq!(registers.len(), map.registers.len());
        assert_eq!(registers[0]["name"], "ID");
        assert_eq!(registers[0]["fields"][0]["reset"], 0x4d49_4348);
    }
}

#[test]
fn the_same_parameters_give_the_same_bytes() {
    for parameters in variants() {
        let text = || {
            let map = map(&parameters);
            let rtl = emit(&build("some", &parameters), &|_| String::new()).expect("clean");
            (
                map.to_markdown(),
                map.to_c_header(),
                map.to_systemrdl(),
                map.to_json(),
                rtl,
            )
        };
        assert_eq!(text(), text());
    }
}

#[test]
fn header_of_a_register() {
    let header = map(&RegisterParameters::default()).to_c_header();
    let expected = "\
/* IRQ_ENABLE: Which bits of IRQ_STATUS make an interrupt. */
#define HCIM_128X128_IRQ_ENABLE_OFFSET 0x02cu
#define HCIM_128X128_IRQ_ENABLE_RESET 0x00000000u
#define HCIM_128X128_IRQ_ENABLE_DONE_MASK 0x00000001u
#define HCIM_128X128_IRQ_ENABLE_DONE_SHIFT 0u
";
    assert!(header.contains(expected), "{header}");
    assert!(
        header.contains("#define HCIM_128X128_THRESHOLD_OFFSET(i) (0x100u + 4u * (uint32_t)(i))\n")
    );
}
