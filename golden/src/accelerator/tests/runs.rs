// SPDX-License-Identifier: MIT OR Apache-2.0
//! Runs, pauses, errors, illegal passes, passes that read what they write.

use super::*;
use crate::accelerator::sequencer::{
    BAD_PASS, BAD_START, DEST, IRQ_ABORTED, IRQ_ERROR, IRQ_PAUSED, START_BUSY, TILE_ACCESS,
};

#[test]
fn runs_pauses_and_errors() {
    let config = small(1, 2);
    let mut model = Accelerator::new(&config).unwrap();
    assert_eq!(model.start(0, 0).unwrap(), Stop::Refused);
    assert_eq!(model.start(3, 2).unwrap(), Stop::Refused);
    assert_eq!(model.status().errors, BAD_START);
    assert_eq!(model.status().interrupts, IRQ_ERROR);
    model.clear(!0, !0);
    let map = Map::random(&mut model, &mut Rng::new(1), 0, (1, 2, 1));
    let mut pool = map.pass(Kind::Max, 1, 1, 0);
    pool.channels = 2;
    pool.pause = true;
    for index in 0..3 {
        model.set_pass(index, &pool.encode()).unwrap();
    }
    assert_eq!(model.start(1, 2).unwrap(), Stop::Paused);
    assert_eq!(
        (model.status().pass, model.status().interrupts),
        (1, IRQ_PAUSED)
    );
    assert_eq!(model.start(0, 1).unwrap(), Stop::Refused);
    assert_eq!(model.status().errors, START_BUSY);
    // The pause of the last pass does not count.
    assert_eq!(model.resume().unwrap(), Stop::Done);
    assert_eq!((model.status().pass, model.status().passes_done), (2, 2));
    assert_eq!(model.take_beats().len(), 8);
    assert_eq!(model.resume().unwrap(), Stop::Refused);
    model.clear(!0, !0);
    // A tile that has nothing loaded.
    let mut mvm = map.pass(Kind::Mvm, 1, 1, 0);
    (mvm.lanes, mvm.segments, mvm.segment_words) = (1, 1, 1);
    (mvm.lane_outputs, mvm.channels) = (1, 1);
    model.set_pass(3, &mvm.encode()).unwrap();
    assert_eq!(model.start(2, 2).unwrap(), Stop::Paused);
    assert_eq!(model.resume().unwrap(), Stop::Aborted);
    assert_eq!(model.status().errors, TILE_ACCESS);
    assert_eq!(
        model.status().interrupts,
        IRQ_PAUSED | IRQ_ERROR | IRQ_ABORTED
    );
    load(&mut model, &config, &mut Rng::new(2));
    assert_eq!(model.start(3, 1).unwrap(), Stop::Done);
    model.clear(!0, !0);
    model.packet(5, 0, &Bits::zero(8)).unwrap();
    assert_eq!(model.status().errors, DEST);
}

#[test]
fn illegal_passes_end_a_run() {
    let config = small(2, 2);
    let mut model = Accelerator::new(&config).unwrap();
    load(&mut model, &config, &mut Rng::new(3));
    let map = Map::random(&mut model, &mut Rng::new(4), 0, (2, 2, 1));
    let mut good = map.pass(Kind::Mvm, 1, 1, 0);
    (good.lanes, good.segments, good.segment_words) = (2, 2, 4);
    (good.lane_outputs, good.channels) = (3, 6);
    run_one(&mut model, &good);
    let change: [fn(&mut Pass); 18] = [
        |p| p.kind = Kind::Illegal,
        |p| p.stream = Stream::Illegal,
        |p| p.positions = 0,
        |p| p.channels = 0,
        |p| p.output_bits = 0,
        |p| p.output_bits = 5,
        |p| p.kernel_height = 0,
        |p| p.kernel_width = 0,
        |p| p.in_words = 0,
        |p| p.out_width = 0,
        |p| p.lanes = 0,
        |p| p.first_lane = 1,
        |p| p.segments = 0,
        |p| p.segments = 3,
        |p| p.segment_words = 5,
        |p| p.segment_words = 0,
        |p| p.lane_outputs = 4,
        |p| p.channels = 7,
    ];
    for change in change {
        let mut pass = good;
        change(&mut pass);
        let why = pass.fault(model.shape());
        assert!(why.is_some());
        model.set_pass(0, &pass.encode()).unwrap();
        assert_eq!(model.start(0, 1).unwrap(), Stop::Aborted, "{why:?}");
        assert_eq!(model.status().errors, BAD_PASS, "{why:?}");
        model.clear(!0, !0);
    }
    // A pool needs no lanes, but its channels must be there.
    let mut pool = map.pass(Kind::Sum, 2, 1, 0);
    pool.channels = 2;
    assert_eq!(pool.fault(model.shape()), None);
    pool.channels = 3;
    assert!(pool.fault(model.shape()).is_some());
    pool.channels = 2;
    (pool.kernel_height, pool.kernel_width) = (15, 17);
    assert_eq!(pool.fault(model.shape()), None);
    pool.kernel_height = 16;
    assert!(pool.fault(model.shape()).is_some());
    pool.kind = Kind::Max;
    assert_eq!(pool.fault(model.shape()), None);
}

#[test]
fn a_pass_that_reads_what_it_writes_is_found() {
    let config = small(1, 1);
    let mut model = Accelerator::new(&config).unwrap();
    let map = Map::random(&mut model, &mut Rng::new(4), 20, (2, 3, 1));
    let mut pass = map.pass(Kind::Max, 2, 1, 0);
    (pass.channels, pass.write, pass.out_pitch) = (2, true, 1);
    for (base, expected) in [
        (18, None),
        (19, Some(20)),
        (25, Some(25)),
        (26, None),
        (274, None),
    ] {
        pass.out_base = base;
        assert_eq!(model.would_overlap(&pass), expected, "{base}");
    }
    pass.out_base = 18 + 256;
    (pass.residual, pass.residual_words, pass.residual_base) = (true, 1, 19);
    assert_eq!(model.would_overlap(&pass), Some(19));
    // In place: word by word, unless another position writes the word, too.
    (pass.residual_base, pass.residual_step) = (18, 1);
    assert_eq!(model.would_overlap(&pass), None);
    (pass.out_pitch, pass.residual_step) = (0, 0);
    assert_eq!(model.would_overlap(&pass), Some(18));
    (pass.out_pitch, pass.residual_base) = (1, 19);
    model.set_pass(1, &pass.encode()).unwrap();
    model.start(1, 1).unwrap();
    assert_eq!(
        model.overlaps(),
        [Overlap {
            pass: 1,
            address: 19
        }]
    );
}

#[test]
fn words_of_a_pass_come_back() {
    let random = &mut Rng::new(8);
    for _ in 0..200 {
        let words: [u32; PASS_WORDS] = std::array::from_fn(|_| random.below(1 << 32) as u32);
        let pass = Pass::decode(&words);
        assert_eq!(Pass::decode(&pass.encode()), pass);
    }
    // Fields where the description has them.
    let mut words = [0; PASS_WORDS];
    words[0] = 0x0305_0322;
    words[11] = 0x0012_0003;
    words[14] = 0xfffe_0004;
    words[18] = 0xffff_0002;
    let pass = Pass::decode(&words);
    assert_eq!(
        (pass.kind, pass.write, pass.pause),
        (Kind::Sum, true, false)
    );
    assert!(pass.residual && pass.uniform);
    assert_eq!((pass.shift, pass.output_bits), (5, 3));
    assert_eq!((pass.out_pitch, pass.channels), (3, 18));
    assert_eq!((pass.constant_base, pass.residual_multiplier), (4, -2));
    assert_eq!((pass.residual_words, pass.residual_offset), (2, -1));
}
