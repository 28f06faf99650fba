// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tests of the readers on real output of OpenSTA 3.1, and of the checks of an account.

use std::fs;

use super::account::Account;
use super::result::Energy;
use super::table;
use crate::config::Config;
use crate::flow::report::FileDigest;

const DESIGN: &str = "\
Group                    Internal    Switching      Leakage        Total
                            Power        Power        Power        Power (Watts)
------------------------------------------------------------------------
Sequential           2.833752e-03 4.405705e-04 2.921713e-04 3.566494e-03  30.2%
Combinational        2.431447e-03 2.602452e-03 3.458442e-04 5.379742e-03  45.6%
Clock                1.981037e-03 8.199343e-04 5.501383e-05 2.855985e-03  24.2%
Macro                0.000000e+00 0.000000e+00 0.000000e+00 0.000000e+00   0.0%
Pad                  0.000000e+00 0.000000e+00 0.000000e+00 0.000000e+00   0.0%
------------------------------------------------------------------------
Total                7.246196e-03 3.862987e-03 6.930144e-04 1.180220e-02 100.0%
                            61.4%        32.7%         5.9%
";

const LEAVES: &str = "\
     Internal    Switching      Leakage        Total
        Power        Power        Power        Power (Watts)
----------------------------------------------------
 7.110195e-06 5.236448e-05 6.061006e-08 5.953529e-05 u_load_gate_u_tech_clock_gate_hcim_gate
 7.083231e-06 2.626287e-05 6.061006e-08 3.340671e-05 gen_column_3_u_column/g7
";

const NET: &str = "\
Net clk_i
 Pin capacitance: 460.6167-504.0062
 Wire capacitance: 317.0192-317.0209
 Total capacitance: 777.6359-821.0272
 Number of drivers: 1
";

#[test]
fn tables_are_read() {
    let groups = table::groups(DESIGN);
    let total = groups.iter().find(|(name, _)| name == "Total").unwrap().1;
    assert_eq!(total.leakage_w, 6.930144e-4);
    let classes = groups.iter().filter(|(name, _)| name != "Total");
    let sum: f64 = classes.map(|(_, power)| power.total_w()).sum();
    // The tool adds up in single precision.
    assert!((sum - total.total_w()).abs() < 1e-5 * total.total_w());
    let leaves = table::instances(LEAVES);
    assert_eq!(leaves.len(), 2);
    assert_eq!(leaves[1].0, "gen_column_3_u_column/g7");
    assert_eq!(leaves[0].1.switching_w, 5.236448e-5);
    assert_eq!(table::net_capacitance(NET), Some((504.0062, 317.0209)));
    assert_eq!(table::net_capacitance("Net clk_i\n"), None);
}

fn account(config: &Config) -> Account {
    Account {
        workload: "digits".to_owned(),
        seed: 1,
        mvms: 40,
        cycles: 1720,
        period_ps: 1000,
        share_of_zeros: 0.58,
        skipped_planes: 0,
        accumulates: 20480,
        nonzero_accumulates: 8634,
        scope: None,
        configuration_sha256: config.digest_hex(),
        netlist_sha256: None,
        saif_sha256: None,
    }
}

#[test]
fn energy_is_power_times_window() {
    let account = account(&Config::default());
    // 10 mW for 1.72 us are 17.2 nJ.
    let energy = Energy::of(0.010, &account).unwrap();
    assert!((energy.per_mvm_pj - 430.0).abs() < 1e-9);
    assert!((energy.per_accumulate_pj - 17_200.0 / 20_480.0).abs() < 1e-9);
    assert!((energy.per_nonzero_accumulate_pj - 17_200.0 / 8_634.0).abs() < 1e-9);
    let idle = Account { mvms: 0, ..account };
    assert_eq!(Energy::of(0.010, &idle), None);
}

#[test]
fn activity_of_something_else_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let netlist = folder.path().join("netlist.v");
    let saif = folder.path().join("a.saif");
    fs::write(&netlist, "module m; endmodule\n").unwrap();
    fs::write(&saif, "(SAIFILE)\n").unwrap();
    let config = Config::default();
    let mut account = account(&config);
    let refused = |account: &Account| {
        let checked = account.check(&config, &netlist, &saif);
        checked.map_err(|report| report.to_string())
    };
    let text = refused(&account).unwrap_err();
    assert!(
        text.contains("HC0451") && text.contains("another netlist"),
        "{text}"
    );
    assert!(text.contains("recorded on the RTL"), "{text}");
    account.netlist_sha256 = Some(FileDigest::of(&netlist).unwrap().sha256);
    assert_eq!(refused(&account), Ok(()));
    account.saif_sha256 = Some("00".to_owned());
    assert!(refused(&account).unwrap_err().contains("another SAIF file"));
    account.saif_sha256 = None;
    account.configuration_sha256 = "00".to_owned();
    assert!(
        refused(&account)
            .unwrap_err()
            .contains("another configuration")
    );
}

#[test]
fn an_account_must_be_there_and_say_something() {
    let folder = tempfile::tempdir().unwrap();
    let saif = folder.path().join("a.saif");
    let refused = || Account::beside(&saif).unwrap_err().to_string();
    assert!(refused().contains("there is no such file"));
    fs::write(&saif, "(SAIFILE)\n").unwrap();
    assert!(refused().contains("HC0453"));
    let empty = Account {
        cycles: 0,
        ..account(&Config::default())
    };
    let text = serde_json::to_string(&empty).unwrap();
    fs::write(folder.path().join("a.json"), text).unwrap();
    assert!(refused().contains("the window is empty"));
}
