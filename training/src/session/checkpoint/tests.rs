// SPDX-License-Identifier: MIT OR Apache-2.0

use super::super::tests::{made, settings};
use super::*;
use crate::ops::Method;
use crate::precision::Precision;

fn session() -> Session {
    let settings = settings(Precision::Ternary, Method::Ours);
    let mut session = Session::new(settings, &made()).expect("legal");
    for _ in 0..14 {
        session.step().expect("a batch");
    }
    session
}

fn resumed(bytes: &[u8]) -> Result<Session> {
    Checkpoint::decode(bytes)?.resume(&made())
}

fn changed(bytes: &[u8], change: impl Fn(&mut Value, &mut Numbers)) -> Vec<u8> {
    let (text, mut numbers) = bytes::decode(bytes).expect("whole");
    let mut value = serde_json::from_str(&text).expect("JSON");
    change(&mut value, &mut numbers);
    bytes::encode(value.to_string(), &numbers).expect("bytes")
}

#[test]
fn the_same_state_gives_the_same_bytes() {
    let bytes = session().encode().expect("bytes");
    assert_eq!(bytes, session().encode().expect("bytes"));
    let again = resumed(&bytes).expect("whole").encode().expect("bytes");
    assert_eq!(bytes, again);
}

#[test]
fn damage_is_noticed_wherever_it_is() {
    let bytes = session().encode().expect("bytes");
    for length in (0..bytes.len()).step_by(bytes.len() / 40 + 1) {
        assert!(
            matches!(resumed(&bytes[..length]), Err(TrainError::Damaged(_))),
            "{length} bytes"
        );
    }
    for place in (0..bytes.len()).step_by(bytes.len() / 60 + 1) {
        let mut wrong = bytes.clone();
        wrong[place] ^= 0x10;
        let found = resumed(&wrong);
        assert!(
            matches!(found, Err(TrainError::Damaged(_) | TrainError::Foreign(_))),
            "byte {place}"
        );
    }
}

#[test]
fn contents_that_contradict_each_other_are_refused() {
    let bytes = session().encode().expect("bytes");
    let damaged = |change: &dyn Fn(&mut Value, &mut Numbers)| {
        let found = resumed(&changed(&bytes, change)).err();
        assert!(
            matches!(
                found,
                Some(TrainError::Damaged(_) | TrainError::Settings(_) | TrainError::Foreign(_))
            ),
            "{found:?}"
        );
    };
    damaged(&|_, numbers| {
        numbers.pop_first();
    });
    damaged(&|_, numbers| {
        numbers.insert("value.more".to_owned(), vec![1.0]);
    });
    damaged(&|_, numbers| {
        if let Some(mut entry) = numbers.first_entry() {
            entry.get_mut()[0] = f32::NAN;
        }
    });
    damaged(&|_, numbers| {
        if let Some(mut entry) = numbers.first_entry() {
            entry.get_mut().push(0.0);
        }
    });
    damaged(&|state, _| state["position"]["phase"] = 3.into());
    damaged(&|state, _| state["position"]["phase"] = 99.into());
    damaged(&|state, _| state["position"]["epoch"] = 7.into());
    damaged(&|state, _| state["position"]["batch"] = 4_000_000_000u64.into());
    damaged(&|state, _| state["rates"] = Value::Array(Vec::new()));
    damaged(&|state, _| state["running"] = Value::Array(Vec::new()));
    damaged(&|state, _| state["dataset"] = "imagenet".into());
    damaged(&|state, _| state["settings"]["widths"]["rows"] = 0.into());
    damaged(&|state, _| state["settings"]["epochs"][2] = 4_000_000_000u64.into());
    damaged(&|state, _| state["more"] = 1.into());
    damaged(&|state, _| *state = Value::Null);
}

#[test]
fn other_files_are_named_as_what_they_are() {
    let bytes = session().encode().expect("bytes");
    let foreign = |bytes: &[u8], says: &str| match resumed(bytes) {
        Err(TrainError::Foreign(why)) => assert!(why.contains(says), "{why}"),
        other => panic!("{:?}", other.err()),
    };
    foreign(
        &changed(&bytes, |state, _| state["version"] = 2.into()),
        "version is 2",
    );
    foreign(
        &changed(&bytes, |state, _| state["dataset_digest"] = "00".into()),
        "other images",
    );
    let mut session = session();
    session.run(|_| {}).expect("trains");
    let network = session.finish().expect("over").exported.expect("integers");
    let network = hcim_network::file::encode(&network.network).expect("valid");
    foreign(&network, "finished network");
    for other in [&b""[..], b"{}", b"not a checkpoint at all", &[0xff; 64]] {
        assert!(matches!(resumed(other), Err(TrainError::Damaged(_))));
    }
}

#[test]
fn a_checkpoint_that_cannot_be_written_leaves_the_one_before() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("there is no such folder").join("x");
    assert!(matches!(
        session().save(&file),
        Err(TrainError::File { .. })
    ));
    assert!(matches!(
        Checkpoint::read(&file),
        Err(TrainError::File { .. })
    ));
    // A folder in the way.
    assert!(matches!(
        session().save(folder.path()),
        Err(TrainError::File { .. })
    ));
    assert!(matches!(
        Checkpoint::read(folder.path()),
        Err(TrainError::File { .. })
    ));
}
