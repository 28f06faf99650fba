// SPDX-License-Identifier: MIT OR Apache-2.0
//! Random configurations, sensible and hostile: nothing panics, and what is accepted is sound.

use hcim::config::{Config, ConfigBuilder, KEYS, Key, Kind, Report, Value};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// A text for a value: legal, nearly legal, or hostile.
fn any_text(key: &'static Key) -> BoxedStrategy<String> {
    let number = prop_oneof![
        4 => (0i128..20).boxed(),
        2 => (0i128..5000).boxed(),
        1 => any::<i128>().boxed(),
    ]
    .prop_map(|number| number.to_string());
    prop_oneof![
        6 => legal_text(key),
        3 => number,
        1 => any::<String>(),
        1 => prop::sample::select(hostile()),
    ]
    .boxed()
}

fn hostile() -> Vec<String> {
    let long = "9".repeat(5000);
    [
        "",
        " ",
        "-",
        "--rows",
        "\0",
        "\u{1b}[2J",
        "../../x",
        "1e9",
        "0x10",
        "+4",
        "NaN",
        "\u{202e}a",
    ]
    .into_iter()
    .map(str::to_owned)
    .chain([
        long,
        "\"".to_owned(),
        "'; rm -rf /".to_owned(),
        "\u{0663}".to_owned(),
    ])
    .collect()
}

/// A text that is legal for the key alone.
fn legal_text(key: &'static Key) -> BoxedStrategy<String> {
    match key.kind {
        Kind::Identifier => "[a-z_][a-z0-9_]{0,20}".boxed(),
        Kind::Integer { min, max } => prop_oneof![3 => min..=max.min(min + 20), 1 => min..=max]
            .prop_map(|number| number.to_string())
            .boxed(),
        Kind::OneOf(values) => prop::sample::select(values)
            .prop_map(|number| number.to_string())
            .boxed(),
        Kind::Words(words) => prop::sample::select(words)
            .prop_map(|(word, _)| word.to_owned())
            .boxed(),
        Kind::Boolean => any::<bool>().prop_map(|value| value.to_string()).boxed(),
    }
}

fn any_pair() -> impl Strategy<Value = (&'static Key, String)> {
    prop::sample::select(KEYS.iter().collect::<Vec<_>>())
        .prop_flat_map(|key| any_text(key).prop_map(move |text| (key, text)))
}

fn legal_pairs() -> impl Strategy<Value = Vec<(&'static Key, String)>> {
    // Without a name, so that names are derived.
    let pair = prop::sample::select(KEYS[1..].iter().collect::<Vec<_>>())
        .prop_flat_map(|key| legal_text(key).prop_map(move |text| (key, text)));
    prop::collection::vec(pair, 0..8)
}

fn build(pairs: &[(&'static Key, String)]) -> Result<Config, Report> {
    let mut builder = ConfigBuilder::new();
    for (key, text) in pairs {
        builder.flag(key.id, text);
    }
    builder.build().map(|validated| validated.config)
}

/// A line of TOML that may be anything.
fn any_line() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => any_pair().prop_map(|(key, text)| format!("{} = {text}", key.name)),
        3 => any_pair().prop_map(|(key, text)| format!("{} = {text:?}", key.path())),
        1 => Just("[timing]".to_owned()),
        1 => any::<String>(),
        1 => "[\\[\\]{}=\"'.,#a-z0-9 -]{0,30}",
    ]
}

/// What must hold of every answer.
fn check(outcome: Result<Config, Report>) -> Result<(), TestCaseError> {
    match outcome {
        Ok(config) => sound(&config),
        Err(report) => {
            prop_assert!(report.has_errors());
            for diagnostic in report.diagnostics() {
                let text = diagnostic.to_string();
                prop_assert!(text.len() < 4000, "{}", text);
                prop_assert!(
                    text.chars().all(|c| c == '\n' || !c.is_control()),
                    "{text:?}"
                );
                prop_assert!(diagnostic.help.is_some(), "no way out: {}", text);
            }
            Ok(())
        }
    }
}

/// What must hold of every configuration.
fn sound(config: &Config) -> Result<(), TestCaseError> {
    prop_assert_eq!(&Config::from_json(&config.to_json()).unwrap(), config);
    prop_assert_eq!(&Config::from_toml(&config.to_toml()).unwrap(), config);
    prop_assert_eq!(
        config.to_json(),
        serde_json::to_string_pretty(config).unwrap() + "\n"
    );
    prop_assert!(config.name().len() <= 64);
    let derived = config.derived();
    prop_assert!(derived.outputs >= 1 && derived.used_columns <= config.cols());
    prop_assert!(config.rows_per_cycle() <= config.scale_bits() + 2);
    prop_assert!(config.columns_per_comparator() <= config.cols());
    prop_assert_eq!(derived.rows_per_cycle % derived.readout_rows_per_cycle, 0);
    prop_assert!(config.is_ternary() || !(config.is_gated() || config.plane_skip()));
    // The command line makes the same configuration again.
    let command = config.command_line();
    let mut words = command.split(' ').skip(2);
    let mut builder = ConfigBuilder::new();
    while let (Some(flag), Some(value)) = (words.next(), words.next()) {
        let key = KEYS
            .iter()
            .find(|key| format!("--{}", key.flag()) == flag)
            .unwrap();
        builder.flag(key.id, value);
    }
    prop_assert_eq!(&builder.build().unwrap().config, config);
    Ok(())
}

/// The same cases in every run; `PROPTEST_RNG_SEED` and `PROPTEST_CASES` choose others.
fn settings() -> ProptestConfig {
    let given = ProptestConfig::default();
    let from_environment = std::env::var_os("PROPTEST_CASES").is_some();
    ProptestConfig {
        cases: if from_environment { given.cases } else { 1500 },
        rng_seed: match given.rng_seed {
            RngSeed::Random => RngSeed::Fixed(1),
            fixed => fixed,
        },
        failure_persistence: None,
        ..given
    }
}

proptest! {
    #![proptest_config(settings())]

    #[test]
    fn flags_never_panic(pairs in prop::collection::vec(any_pair(), 0..10)) {
        check(build(&pairs))?;
    }

    #[test]
    fn toml_never_panics(lines in prop::collection::vec(any_line(), 0..12)) {
        check(Config::from_toml(&lines.join("\n")))?;
    }

    #[test]
    fn any_text_never_panics(text in any::<String>()) {
        check(Config::from_toml(&text))?;
        check(Config::from_json(&text))?;
        check(Config::from_preset(&text))?;
        check(Config::from_pairs([(&text, &text)]))?;
    }

    #[test]
    fn json_never_panics(pairs in prop::collection::vec((any_pair(), any::<bool>()), 0..8)) {
        let fields: Vec<_> = pairs.iter().map(|((key, text), bare)| {
            let value = if *bare { text.clone() } else { serde_json::to_string(text).unwrap() };
            format!("\"{}\": {value}", key.name)
        }).collect();
        check(Config::from_json(&format!("{{{}}}", fields.join(", "))))?;
    }

    #[test]
    fn different_parameters_have_different_names(one in legal_pairs(), two in legal_pairs()) {
        if let (Ok(one), Ok(two)) = (build(&one), build(&two)) {
            let same = KEYS[1..].iter().all(|key| one.value(key.id) == two.value(key.id));
            prop_assert_eq!(one.name() == two.name(), same, "{} {}", one.name(), two.name());
            prop_assert_eq!(one.digest64() == two.digest64(), same);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: settings().cases / 5, ..settings() })]

    #[test]
    fn what_is_accepted_is_generated(pairs in prop::collection::vec(
        prop::sample::select(KEYS.iter().collect::<Vec<_>>())
            .prop_flat_map(|key| legal_text(key).prop_map(move |text| (key, text))),
        0..16,
    )) {
        if let Ok(config) = build(&pairs) {
            let files = hcim::emit::generate(&config);
            prop_assert!(files.is_ok(), "{}: {}", config.command_line(), files.unwrap_err());
        }
    }
}

#[test]
fn the_longest_names_are_shortened_and_still_differ() {
    let extreme = |timeout: u32| {
        Config::from_pairs([
            ("top", "column_reduction".to_owned()),
            ("rows", "4096".to_owned()),
            ("cols", "4095".to_owned()),
            ("partial_sum", "binary".to_owned()),
            ("rows_per_cycle", "17".to_owned()),
            ("scale_bits", "16".to_owned()),
            ("input_bits", "8".to_owned()),
            ("storage", "latch".to_owned()),
            ("input_stream_bits", "512".to_owned()),
            ("timeout", timeout.to_string()),
        ])
        .unwrap()
    };
    let (one, two) = (extreme(65535), extreme(65534));
    assert!(one.name().starts_with("hcim_4096x4095_x") && one.name().len() <= 64);
    assert_ne!(one.name(), two.name());
    assert!(!matches!(one.value(KEYS[0].id), Value::Word(_)));
}
