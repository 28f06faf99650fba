// SPDX-License-Identifier: MIT OR Apache-2.0
//! The matrix of configurations: `testbenches/matrix.toml`.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

/// How often a case is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// A minute's worth: after each change.
    Smoke,
    /// What `make sim` runs; contains smoke.
    Default,
    /// What `make sim-long` runs; contains default.
    Long,
    /// The reference networks.
    Networks,
    /// Linted, not simulated.
    Lint,
}

impl Tier {
    /// Whether a run of tier `self` simulates a case of tier `case`.
    pub fn simulates(self, case: Tier) -> bool {
        match self {
            Tier::Networks => case == Tier::Networks,
            Tier::Lint => false,
            Tier::Smoke => case == Tier::Smoke,
            Tier::Default => matches!(case, Tier::Smoke | Tier::Default | Tier::Networks),
            Tier::Long => case != Tier::Lint,
        }
    }

    /// Seeds a case has where neither it nor the command line says otherwise.
    pub fn seeds(self) -> u64 {
        match self {
            Tier::Smoke | Tier::Networks | Tier::Lint => 1,
            Tier::Default => 2,
            Tier::Long => 20,
        }
    }
}

/// The value of a configuration key.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// `true` or `false`
    Boolean(bool),
    /// a whole number
    Integer(i64),
    /// a word
    Word(String),
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Boolean(v) => v.fmt(f),
            Value::Integer(v) => v.fmt(f),
            Value::Word(v) => v.fmt(f),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    case: Vec<Case>,
}

/// One configuration with the tops that are generated, linted and simulated of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Name; modules are called `hcim_<name>_...`.
    pub name: String,
    /// Top modules.
    pub tops: Vec<String>,
    /// When it is simulated.
    pub tier: Tier,
    /// Preset that the keys build on.
    #[serde(default)]
    pub preset: Option<String>,
    /// Testbench, where it is not `tb_<top>`.
    #[serde(default)]
    pub bench: Option<String>,
    /// Seeds in tiers smoke and default, where one per tier's custom is not right.
    #[serde(default)]
    pub seeds: Option<u64>,
    /// Relative cost: cases of larger weight start first.
    #[serde(default)]
    pub weight: i64,
    /// More arguments of the testbench.
    #[serde(default)]
    pub args: Vec<String>,
    /// Configuration keys, as flags of `hcim gen` with `_` for `-`.
    #[serde(default)]
    pub config: BTreeMap<String, Value>,
}

/// One top of one case: the unit that is generated and built.
#[derive(Clone, Debug)]
pub struct Unit {
    /// The case.
    pub case: Case,
    /// The top.
    pub top: String,
}

impl Unit {
    /// `case/top`, as the filter sees it.
    pub fn name(&self) -> String {
        format!("{}/{}", self.case.name, self.top)
    }

    /// Name of the configuration.
    pub fn config_name(&self) -> String {
        format!("hcim_{}", self.case.name)
    }

    /// Name of the generated top module.
    pub fn module(&self) -> String {
        format!("{}_{}", self.config_name(), self.top)
    }

    /// Name of the testbench: the source file is `testbenches/<bench>.cpp`.
    pub fn bench(&self) -> String {
        match &self.case.bench {
            Some(bench) => format!("tb_{bench}"),
            None => bench_of(&self.top),
        }
    }

    /// Arguments of `hcim` that make it.
    pub fn gen_args(&self) -> Vec<String> {
        let mut args = vec!["gen".to_owned()];
        if let Some(preset) = &self.case.preset {
            args.extend(["--preset".to_owned(), preset.clone()]);
        }
        args.extend(["--top".to_owned(), self.top.clone()]);
        args.extend(["--name".to_owned(), self.config_name()]);
        for (key, value) in &self.case.config {
            args.extend([format!("--{}", key.replace('_', "-")), value.to_string()]);
        }
        args
    }
}

/// The testbench of a top: its folder is `testbenches/<bench>`.
pub fn bench_of(top: &str) -> String {
    match top {
        "baseline_array" => "tb_dcim_array".to_owned(),
        top => format!("tb_{top}"),
    }
}

/// The units of a list that are simulated: those whose name has this text in it, whatever their tier, else those of a tier.
/// It is an error if there is none.
pub fn simulated(path: &Path, filter: Option<&str>, tier: Tier) -> Result<Vec<Unit>, String> {
    let mut units = read(path)?;
    units.retain(|unit| match filter {
        Some(text) => unit.name().contains(text) && unit.case.tier != Tier::Lint,
        None => tier.simulates(unit.case.tier),
    });
    if units.is_empty() {
        return Err("no case matches".to_owned());
    }
    Ok(units)
}

/// Reads the matrix; the units come in order of weight, then of the file.
pub fn read(path: &Path) -> Result<Vec<Unit>, String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let file: File = toml::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))?;
    units(file.case).map_err(|e| format!("{}: {e}", path.display()))
}

fn units(cases: Vec<Case>) -> Result<Vec<Unit>, String> {
    let mut seen = std::collections::BTreeSet::new();
    let mut units = Vec::new();
    for case in cases {
        if case.tops.is_empty() {
            return Err(format!("case `{}` has no top", case.name));
        }
        for top in &case.tops {
            if !seen.insert((case.name.clone(), top.clone())) {
                return Err(format!("`{}/{top}` is there twice", case.name));
            }
            units.push(Unit {
                top: top.clone(),
                case: case.clone(),
            });
        }
    }
    units.sort_by_key(|unit| -unit.case.weight);
    Ok(units)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_cases_and_makes_flags() {
        let file: File = toml::from_str(
            "[[case]]\nname = \"a\"\ntops = [\"tile\", \"baseline_array\"]\ntier = \"smoke\"\n\
             config = { rows = 3, plane_skip = false, storage = \"latch\" }\n",
        )
        .unwrap();
        let units = units(file.case).unwrap();
        assert_eq!(units[1].bench(), "tb_dcim_array");
        assert_eq!(units[0].module(), "hcim_a_tile");
        assert_eq!(
            units[0].gen_args().join(" "),
            "gen --top tile --name hcim_a --plane-skip false --rows 3 --storage latch"
        );
    }

    #[test]
    fn refuses_twins_and_unknown_keys() {
        let twice = "[[case]]\nname = \"a\"\ntops = [\"tile\", \"tile\"]\ntier = \"smoke\"\n";
        assert!(units(toml::from_str::<File>(twice).unwrap().case).is_err());
        let unknown = "[[case]]\nname = \"a\"\ntops = [\"tile\"]\ntier = \"smoke\"\nrow = 3\n";
        assert!(toml::from_str::<File>(unknown).is_err());
    }

    #[test]
    fn the_projects_matrix_is_readable() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../matrix.toml");
        let units = read(&path).unwrap();
        for tier in [Tier::Smoke, Tier::Default, Tier::Long, Tier::Networks] {
            assert!(
                units.iter().any(|unit| tier.simulates(unit.case.tier)),
                "{tier:?}"
            );
        }
    }
}
