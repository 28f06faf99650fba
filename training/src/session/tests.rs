// SPDX-License-Identifier: MIT OR Apache-2.0

use hcim_network::MapShape;
use hcim_network::data::{Dataset, Kind};

use super::*;
use crate::spec::Model;

/// Images of 4 x 4 whose class is the brighter half.
pub(super) fn made() -> Dataset {
    let shape = MapShape {
        height: 4,
        width: 4,
        channels: 1,
    };
    let mut pixels = Vec::new();
    let mut labels = Vec::new();
    for n in 0..80u32 {
        let class = n / 3 % 2;
        for at in 0..16u32 {
            let bright = (at / 8 == class) as u32 * 120;
            pixels.push((bright + (n * 37 + at * 53) % 97) as u8);
        }
        labels.push(class as u8);
    }
    Dataset::from_bytes(Kind::Mnist, shape, 2, pixels, labels, 60).expect("legal")
}

/// Every phase, shifts and flips; several batches in an epoch.
pub(super) fn settings(precision: Precision, method: Method) -> Settings {
    let mut settings = Settings::defaults(Model::Cnn, Kind::Mnist, method);
    settings.precision = precision;
    settings.epochs = [2, 2, 3];
    settings.batch = 20;
    settings.shift = 1;
    settings.flip = true;
    settings.widths.scale_bits = 4;
    settings
}

fn whole(mut session: Session) -> Outcome {
    session.run(|_| {}).expect("trains");
    session.finish().expect("over")
}

fn network(outcome: &Outcome) -> &Network {
    &outcome.exported.as_ref().expect("integers").network
}

#[test]
fn a_training_that_goes_on_from_any_checkpoint_gives_the_same_network() {
    let dataset = made();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("training.checkpoint");
    let settings = settings(Precision::Ternary, Method::Ours);
    let straight = whole(Session::new(settings.clone(), &dataset).expect("legal"));
    // After the first batch, in the middle of epochs, between epochs and phases, and when it is over.
    for kill in [1, 2, 3, 5, 6, 8, 12, 14, 16, 21] {
        let mut session = Session::new(settings.clone(), &dataset).expect("legal");
        for _ in 0..kill {
            session.step().expect("a batch");
        }
        session.save(&file).expect("written");
        drop(session);
        let resumed = Checkpoint::read(&file).expect("whole");
        assert_eq!(resumed.settings(), &settings);
        assert_eq!(resumed.dataset().expect("known"), Kind::Mnist);
        let resumed = whole(resumed.resume(&dataset).expect("fits"));
        assert_eq!(network(&resumed), network(&straight), "after {kill}");
        assert_eq!(resumed.log, straight.log, "after {kill}");
        assert_eq!(resumed.test, straight.test);
    }
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let dataset = made();
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let settings = settings(Precision::Binary, Method::Ours);
        pool.expect("threads")
            .install(|| whole(Session::new(settings, &dataset).expect("legal")))
    };
    let (one, three) = (run(1), run(3));
    assert_eq!(network(&one), network(&three));
    assert_eq!(one.log, three.log);
}

#[test]
fn every_kind_learns_what_is_easy() {
    let dataset = made();
    for (precision, method) in [
        (Precision::Float, Method::Ours),
        (Precision::Exact, Method::Ours),
        (Precision::Ternary, Method::Published),
        (Precision::Binary, Method::Published),
    ] {
        let mut settings = settings(precision, method);
        settings.flip = false;
        settings.shift = 0;
        settings.epochs = [5, 5, 5];
        let outcome = whole(Session::new(settings, &dataset).expect("legal"));
        assert!(
            outcome.test.accuracy() > 0.9,
            "{precision:?} {method:?}: {:?}",
            outcome.test
        );
        let mut phases = outcome.log.iter().map(|epoch| epoch.precision);
        assert_eq!(phases.next_back(), Some(precision));
        assert_eq!(outcome.exported.is_some(), precision != Precision::Float);
    }
}

#[test]
fn patience_ends_a_phase() {
    let mut settings = settings(Precision::Float, Method::Ours);
    settings.epochs = [1000, 0, 0];
    settings.patience = 2;
    // Nothing gets better at this rate.
    settings.rate = 1e-9;
    let outcome = whole(Session::new(settings, &made()).expect("legal"));
    assert!(outcome.log.len() < 1000, "{}", outcome.log.len());
    let last: Vec<bool> = outcome.log.iter().rev().map(|epoch| epoch.best).collect();
    assert_eq!(last[..3], [false, false, true]);
}

#[test]
fn numbers_that_are_none_end_a_training() {
    // The last layer's weights make the loss; what the first layer does is hidden by the activation behind it.
    for name in ["scores.weight", "conv1.weight"] {
        for value in [f32::NAN, f32::INFINITY] {
            let settings = settings(Precision::Ternary, Method::Ours);
            let mut session = Session::new(settings, &made()).expect("legal");
            session.step().expect("a batch");
            let mut parameters = session.model.parameters.iter();
            let place = parameters.position(|p| p.name == name).expect("there");
            let size = session.model.parameters[place].var.elem_count();
            let numbers = vec![value; size];
            session.model.set(place, numbers).expect("a size");
            match session.step() {
                Err(TrainError::NotFinite { at, .. }) => assert_eq!(at, [0, 0, 1], "{name}"),
                other => panic!("{name} {value}: {other:?}"),
            }
        }
    }
}

#[test]
fn a_training_that_is_not_over_gives_nothing() {
    let settings = settings(Precision::Ternary, Method::Ours);
    let session = Session::new(settings, &made()).expect("legal");
    assert!(session.finish().is_err());
}
