// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tests of the readers on real output of OpenSTA 2.0 and 3.1.

use super::*;

/// The latch race of an array of 128 columns, as OpenSTA 2.0 prints it.
const RACE: &str = "\
=== hcim hold_latch_to_register
Startpoint: gen_column_0_u_column/gen_row_6_u_latch_q_o_reg
            (positive level-sensitive latch clocked by clk)
Endpoint: gen_column_0_u_column/sign_q_reg
          (rising edge-triggered flip-flop clocked by clk)
Path Group: clk
Path Type: min

      Cap      Slew     Delay      Time   Description
-------------------------------------------------------------------------------
             0.0000    0.0000    0.0000   clock clk (rise edge)
                       0.0000    0.0000   clock network delay (ideal)
             0.0000    0.0000    0.0000 ^ gen_column_0_u_column/gen_row_6_u_latch_q_o_reg/G (DLH_X1)
   1.9973    0.0093    0.0527    0.0527 ^ gen_column_0_u_column/gen_row_6_u_latch_q_o_reg/Q (DLH_X1)
   3.0775    0.0092    0.0166    0.0694 v gen_column_0_u_column/g9/ZN (AOI22_X1)
   1.8602    0.0066    0.0331    0.1025 v gen_column_0_u_column/g41/ZN (AND4_X1)
   8.3216    0.0489    0.0733    0.1757 ^ gen_column_0_u_column/g42/ZN (OAI22_X1)
             0.0489    0.0000    0.1758 ^ gen_column_0_u_column/sign_q_reg/D (DFF_X1)
                                 0.1758   data arrival time

             0.0000    0.0000    0.0000   clock clk (rise edge)
                       0.0000    0.0000   clock network delay (ideal)
                       0.0500    0.0500   clock uncertainty
                       0.0000    0.0500   clock reconvergence pessimism
                                 0.0500 ^ gen_column_0_u_column/sign_q_reg/CK (DFF_X1)
                       0.0185    0.0685   library hold time
                                 0.0685   data required time
-------------------------------------------------------------------------------
                                 0.0685   data required time
                                -0.1758   data arrival time
-------------------------------------------------------------------------------
                                 0.1072   slack (MET)
";

/// Two paths, the first of a port, without the columns of capacitance and slew.
const TWO: &str = "\
Startpoint: rst_ni (input port clocked by clk)
Endpoint: u_control/_716_ (recovery check against rising-edge clock clk)
Path Group: **async_default**
Path Type: max

  Delay    Time   Description
---------------------------------------------------------
   0.30    0.30 ^ input external delay
   0.09    0.39 ^ rst_ni (in)
   0.00    0.39 ^ u_control/_716_/RN (DFFR_X1)
           0.39   data arrival time
           0.60   slack (MET)

Startpoint: gen_column[0].u_column/_262_
            (negative level-sensitive latch clocked by clk)
Endpoint: gen_column[0].u_column/_137_
          (rising clock gating-check end-point clocked by clk)
Path Group: **clock_gating_default**
Path Type: max

   0.04    0.91 ^ gen_column[0].u_column/_262_/D (DLL_X1)
   0.08    0.99 ^ gen_column[0].u_column/_262_/Q (DLL_X1)
           0.99   data arrival time
          -0.04   slack (VIOLATED)
";

#[test]
fn the_latch_race_is_read() {
    let sections = Sections::read(RACE);
    let paths = Path::read_all(sections.text("hold_latch_to_register"), 1.0);
    assert_eq!(paths.len(), 1);
    let path = &paths[0];
    assert_eq!(
        path.startpoint,
        "gen_column_0_u_column/gen_row_6_u_latch_q_o_reg"
    );
    assert_eq!(
        path.start_kind,
        "positive level-sensitive latch clocked by clk"
    );
    assert_eq!(path.endpoint, "gen_column_0_u_column/sign_q_reg");
    assert_eq!(path.slack_ns, 0.1072);
    assert_eq!(path.delay_ns, 0.1758);
    // The way of the clock to the end is no part of the path.
    assert_eq!(path.points.len(), 6);
    assert_eq!(path.points[2].cell, "AOI22_X1");
    assert_eq!(path.points[4].delay_ns, 0.0733);
    assert_eq!(path.stages(), 4);
}

#[test]
fn ports_violations_and_units_are_read() {
    // A library that counts in ps.
    let paths = Path::read_all(TWO, 0.001);
    assert_eq!(paths.len(), 2);
    assert_eq!(paths[0].startpoint, "rst_ni");
    assert_eq!(paths[0].group, "**async_default**");
    assert_eq!(paths[0].points.len(), 2);
    assert_eq!(paths[1].slack_ns, -0.04 * 0.001);
    assert_eq!(
        paths[1].end_kind,
        "rising clock gating-check end-point clocked by clk"
    );
}

#[test]
fn facts_are_read_and_missed() {
    let sections = Sections::read(
        "=== hcim facts\nhcim-fact worst_max -0.074\nhcim-fact unconstrained a[0]\nhcim-fact unconstrained b\n",
    );
    assert_eq!(sections.number("worst_max").unwrap(), -0.074);
    assert_eq!(sections.all("unconstrained"), ["a[0]", "b"]);
    let error = sections.number("worst_min").unwrap_err().to_string();
    assert!(
        error.contains("HC0443") && error.contains("worst_min"),
        "{error}"
    );
}

#[test]
fn an_old_open_sta_is_refused_for_power() {
    let old = OpenSta::stub("2.0.17")
        .needs_activity()
        .unwrap_err()
        .to_string();
    assert!(
        old.contains("HC0412") && old.contains("OpenSTA 2.0.17"),
        "{old}"
    );
    assert!(old.contains("2.6 or newer"), "{old}");
    assert!(OpenSta::stub("3.1.0").needs_activity().is_ok());
}
