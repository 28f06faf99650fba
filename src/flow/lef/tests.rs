// SPDX-License-Identifier: MIT OR Apache-2.0
//! The reader on texts that show its rules.

use super::*;

const TEXT: &str = "
VERSION 5.7 ; # a comment ;
UNITS
  DATABASE MICRONS 1000 ;
END UNITS
MANUFACTURINGGRID 0.005 ;
LAYER poly
  TYPE MASTERSLICE ;
END poly
LAYER m1
  TYPE ROUTING ;
  DIRECTION HORIZONTAL ;
  PITCH 0.2 0.3 ;
  OFFSET 0.05 0.07;
  WIDTH 0.1 ;
  SPACING 0.12 ;
  AREA 0.02 ;
  RESISTANCE RPERSQ 0.4 ;
  CAPACITANCE CPERSQDIST 7.5e-05 ;
  EDGECAPACITANCE 2e-05 ;
END m1
LAYER m2
  TYPE ROUTING ;
  DIRECTION VERTICAL ;
  PITCH 0.4 ;
  WIDTH 0.1 ;
END m2
VIA v DEFAULT
  LAYER m1 ;
    RECT -0.1 -0.1 0.1 0.1 ;
END v
SITE core
  CLASS CORE ;
  SIZE 0.8 BY 10 ;
END core
MACRO LATCH
  CLASS CORE ;
  SIZE 5.600 BY 10.000 ;
  PIN Q
    DIRECTION OUTPUT ;
    PORT
      LAYER m1 ;
        RECT 3.7 3.8 5.4 4.2 ;
    END
  END Q
  PIN gnd
    DIRECTION INOUT ;
    USE GROUND ;
  END gnd
  OBS
    LAYER m1 ;
    RECT 0 0 1 1 ;
  END
END LATCH
END LIBRARY
";

#[test]
fn layers_sites_and_cells_are_read() {
    let lef = parse(TEXT).expect("valid LEF");
    assert_eq!(lef.grid, Some(5));
    assert_eq!(lef.layers.len(), 2);
    let m1 = lef.layer("m1").expect("there");
    // Tracks of horizontal wires follow the second number of a pair.
    assert_eq!(
        (m1.pitch, m1.offset, m1.width, m1.spacing),
        (300, 70, 100, 120)
    );
    assert_eq!(
        (m1.ohm_per_square, m1.pf_per_um2),
        (Some(0.4), Some(7.5e-5))
    );
    let m2 = lef.layer("m2").expect("there");
    assert_eq!((m2.direction, m2.offset), (Direction::Vertical, 200));
    assert_eq!(
        lef.site("core").map(|site| (site.width, site.height)),
        Some((800, 10_000))
    );
    let latch = lef.cell("LATCH").expect("there");
    assert_eq!((latch.area_um2(), latch.class.as_str()), (56.0, "CORE"));
    assert_eq!(
        latch.pin("Q").expect("there").shapes[0].rect,
        [3700, 3800, 5400, 4200]
    );
    assert_eq!(latch.pin("gnd").expect("there").usage, "GROUND");
    assert_eq!(latch.obstructions.len(), 1);
}

#[test]
fn faults_have_a_line() {
    let cut = &TEXT[..TEXT.find("SITE").expect("there") + 20];
    assert!(
        parse(cut)
            .expect_err("cut")
            .message
            .contains("ends in the middle")
    );
    let wrong = TEXT.replace("WIDTH 0.1 ;\n  SPACING", "WIDTH wide ;\n  SPACING");
    let error = parse(&wrong).expect_err("no number");
    assert_eq!(
        (error.line, error.message.as_str()),
        (15, "`wide` is no number")
    );
    let wrong = TEXT.replace("  PITCH 0.4 ;\n", "");
    assert!(parse(&wrong).expect_err("no pitch").message.contains("m2"));
}

#[test]
fn lengths_print_without_idle_zeros() {
    assert_eq!(
        [um(0), um(5), um(1200), um(-70), um(10_000)],
        ["0", "0.005", "1.2", "-0.07", "10"]
    );
}

#[test]
fn names_that_are_commands_and_sizes_of_no_chip_are_refused() {
    for bad in [
        "LAYER [exit]\n",
        "LAYER a[0]\n",
        "SITE a;b\n",
        "MACRO $x\n",
        "MACRO A PIN {x END {x END A",
        "MACRO A SIZE 1e300 BY 1 ; END A",
        "LAYER m AREA 1e300 ; END m",
        "LAYER m RESISTANCE RPERSQ nan ; END m",
    ] {
        assert!(parse(bad).is_err(), "{bad}");
    }
    assert!(parse("MACRO A PIN D[0] END D[0] END A").is_ok());
}
