// SPDX-License-Identifier: MIT OR Apache-2.0
//! Derived values by hand.

use super::*;

#[test]
fn logarithms() {
    let bits = [1, 2, 3, 4, 5, 8, 9, 129, 4097].map(ceil_log2);
    assert_eq!(bits, [0, 1, 2, 2, 3, 3, 4, 8, 13]);
}

#[test]
fn the_default_configuration() {
    let derived = Config::default().derived();
    assert_eq!((derived.outputs, derived.used_columns), (32, 128));
    assert_eq!(
        (derived.accumulator_bits, derived.digits_per_plane),
        (13, 10)
    );
    assert_eq!((derived.result_bits, derived.result_element_bits), (17, 24));
    assert_eq!((derived.threshold_bits, derived.comparators), (8, 128));
    assert_eq!((derived.scale_rows, derived.memory_rows), (32, 45));
    assert_eq!(
        (derived.readout_rows_per_cycle, derived.readout_cycles),
        (1, 13)
    );
    assert_eq!(
        (derived.evaluation_cycles, derived.cycles_per_mvm_bound),
        (4, 44)
    );
    assert_eq!(
        derived.input_packet,
        Packet {
            bits: 512,
            beats: 16
        }
    );
    assert_eq!(
        derived.weight_packet,
        Packet {
            bits: 32768,
            beats: 1024
        }
    );
    assert_eq!(
        derived.scale_packet,
        Packet {
            bits: 4096,
            beats: 128
        }
    );
    assert_eq!(derived.threshold_packet, None);
    assert_eq!(
        derived.result_packet,
        Packet {
            bits: 768,
            beats: 24
        }
    );
    assert_eq!(derived.storage_bits.accumulators, 1664);
    assert_eq!(derived.rate.cycles_per_mvm, 43);
    assert_eq!(derived.rate.limited_by, Limiter::Array);
}

#[test]
fn parity_adds_a_row_a_plane_and_no_cycle() {
    let plain = Config::default().derived();
    let derived = Config::from_pairs([("parity", "true")]).unwrap().derived();
    assert_eq!((derived.stored_scale_bits, derived.scale_rows), (9, 36));
    assert_eq!(derived.memory_rows, plain.memory_rows + 4);
    assert_eq!(derived.scale_packet.bits, 4 * 9 * 128);
    assert_eq!(
        (derived.storage_bits.parity, plain.storage_bits.parity),
        (512, 0)
    );
    assert_eq!(derived.rate, plain.rate);
    assert_eq!(
        (derived.digits_per_plane, derived.readout_cycles),
        (plain.digits_per_plane, plain.readout_cycles)
    );
}

#[test]
fn an_accelerator() {
    let keys = [("top", "accelerator"), ("segments", "3"), ("lanes", "2")];
    let derived = Config::from_pairs(keys).unwrap().derived();
    assert_eq!((derived.result_bits, derived.result_packet.beats), (19, 32));
    let own = derived.accelerator.unwrap();
    assert_eq!((own.tiles, own.word_elements, own.packet_words), (6, 8, 16));
    assert_eq!((own.element_bits, own.sum_bits), (19, 37));
    assert_eq!(own.activation_bits, 1024 * 32);
    assert_eq!((own.constant_bits, own.program_bits), (256 * 48, 32 * 1024));
}

#[test]
fn bit_parallel_reads_out_in_time() {
    let config = Config::from_pairs([("rows_per_cycle", 10)]).unwrap();
    let derived = config.derived();
    assert_eq!(derived.digits_per_plane, 1);
    assert_eq!(
        (derived.readout_rows_per_cycle, derived.readout_cycles),
        (2, 7)
    );
    assert_eq!(derived.cycles_per_mvm_bound, 20);
}

#[test]
fn thresholds_and_chains() {
    let config = Config::from_pairs([
        ("thresholds", "per_column"),
        ("segments", "3"),
        ("columns_per_comparator", "8"),
        ("cols", "37"),
    ]);
    let derived = config.unwrap().derived();
    assert_eq!(derived.result_bits, 19);
    assert_eq!(
        (derived.comparators, derived.outputs, derived.used_columns),
        (5, 9, 36)
    );
    assert_eq!(
        derived.threshold_packet,
        Some(Packet {
            bits: 4 * 37 * 8,
            beats: 37
        })
    );
    assert_eq!(derived.storage_bits.threshold_registers, 0);
    assert_eq!(derived.evaluation_cycles, 11);
}

/// Keys of which no two make the same number, and these besides.
fn uneven<const N: usize>(more: [(&'static str, &'static str); N]) -> Derived {
    let keys = [
        ("rows", "200"),
        ("cols", "37"),
        ("input_bits", "3"),
        ("weight_slices", "4"),
        ("scale_bits", "6"),
        ("rows_per_cycle", "2"),
        ("segments", "5"),
        ("columns_per_comparator", "4"),
        ("parity", "true"),
        ("input_stream_bits", "8"),
        ("output_stream_bits", "16"),
        ("timing.precharge", "3"),
        ("timing.evaluate", "5"),
        ("timing.sense", "2"),
        ("timing.hold", "7"),
    ];
    let config = Config::from_pairs(keys.into_iter().chain(more));
    config.unwrap().derived()
}

fn packet(bits: u64, beats: u64) -> Packet {
    Packet { bits, beats }
}

#[test]
fn uneven_numbers_by_hand() {
    let derived = uneven([("thresholds", "per_column")]);
    // 37 / 4 outputs; ten groups of four columns; 6 + 3 + 1 bits; 6 + 3 + 4 + 1 and three for five segments.
    assert_eq!((derived.outputs, derived.used_columns), (9, 36));
    assert_eq!((derived.comparators, derived.accumulator_bits), (10, 10));
    assert_eq!((derived.result_bits, derived.result_element_bits), (17, 24));
    // Eight rows, two a cycle; ten rows and 17 digits, two a cycle.
    assert_eq!((derived.window_rows, derived.rows_per_cycle), (8, 2));
    assert_eq!(derived.digits_per_plane, 4);
    let readout = (derived.readout_rows_per_cycle, derived.readout_cycles);
    assert_eq!((readout, derived.result_digits), ((2, 5), 9));
    assert_eq!((derived.stored_scale_bits, derived.scale_rows), (7, 21));
    assert_eq!((derived.memory_rows, derived.threshold_bits), (31, 8));
    // 3 + 5 + 4 * (2 + 7) cycles; three of them, and three.
    let cycles = (derived.evaluation_cycles, derived.cycles_per_mvm_bound);
    assert_eq!(cycles, (44, 135));
    assert_eq!(derived.input_packet, packet(3 * 200, 75));
    assert_eq!(derived.weight_packet, packet(2 * 200 * 37, 1850));
    assert_eq!(derived.scale_packet, packet(21 * 37, 98));
    assert_eq!(derived.threshold_packet, Some(packet(3 * 37 * 8, 111)));
    assert_eq!(derived.result_packet, packet(9 * 24, 14));
    let storage = StorageBits {
        scale_factors: 18 * 37,
        parity: 3 * 37,
        accumulators: 10 * 37,
        input_buffers: 2 * 600,
        threshold_registers: 0,
        crossbar_cells: 14800,
        crossbar_thresholds: 888,
    };
    assert_eq!(derived.storage_bits, storage);
    // Evaluations follow one another: 3 * 44 cycles.
    let rate = Rate {
        schedule_cycles: 132,
        reduction_cycles: 9,
        input_cycles: 75,
        output_cycles: 14,
        cycles_per_mvm: 132,
        limited_by: Limiter::Crossbar,
    };
    assert_eq!(derived.rate, rate);
    assert_eq!(derived.accelerator, None);
    let derived = uneven([]);
    assert_eq!(derived.storage_bits.threshold_registers, 3 * 8);
    assert_eq!(derived.storage_bits.crossbar_thresholds, 0);
}

#[test]
fn deferred_and_baseline_by_hand() {
    let derived = uneven([("accumulation", "deferred")]);
    let rows = (derived.rows_per_cycle, derived.readout_rows_per_cycle);
    assert_eq!((derived.digits_per_plane, rows), (1, (2, 2)));
    // The read-out of five digits on top of 3 * 44 + 3; behind evaluations it costs nothing.
    assert_eq!(derived.cycles_per_mvm_bound, 140);
    let rate = (derived.rate.schedule_cycles, derived.rate.limited_by);
    assert_eq!(rate, (132, Limiter::Crossbar));
    assert_eq!(derived.storage_bits.accumulators, 0);
    let derived = uneven([("top", "baseline_array")]);
    assert_eq!((derived.rows_per_cycle, derived.digits_per_plane), (8, 1));
}

#[test]
fn array_or_crossbar() {
    let limiter = |keys: &[(&'static str, &'static str)]| {
        let wide = [("input_stream_bits", "512"), ("output_stream_bits", "512")];
        let config = Config::from_pairs(keys.iter().copied().chain(wide));
        config.unwrap().derived().rate.limited_by
    };
    // E = 4 by default. Ten rows: D = 5, 4 and 3; a tie is the crossbar's.
    assert_eq!(limiter(&[("rows_per_cycle", "2")]), Limiter::Array);
    assert_eq!(limiter(&[("rows_per_cycle", "3")]), Limiter::Crossbar);
    assert_eq!(limiter(&[("rows_per_cycle", "4")]), Limiter::Crossbar);
    // D = 1, but 13 digits between the last plane of a multiply and the first of the next.
    let deferred = ("accumulation", "deferred");
    assert_eq!(limiter(&[deferred]), Limiter::Array);
}

#[test]
fn words_and_sums_of_an_accelerator() {
    let own = |keys: &[(&'static str, &'static str)]| {
        let top = [("top", "accelerator")];
        let config = Config::from_pairs(top.into_iter().chain(keys.iter().copied()));
        config.unwrap().derived().accelerator.unwrap()
    };
    let words = own(&[
        ("rows", "130"),
        ("input_stream_bits", "64"),
        ("activation_words", "2048"),
        ("constant_entries", "512"),
        ("passes", "64"),
    ]);
    // 16 elements a word: 130 rows are eight words and two elements.
    assert_eq!((words.word_elements, words.tiles), (16, 1));
    assert_eq!((words.packet_words, words.segment_words_max), (9, 8));
    assert_eq!(words.activation_bits, 131_072);
    assert_eq!((words.constant_bits, words.program_bits), (24_576, 65_536));
    let narrow = [("scale_bits", "1"), ("weight_slices", "1")];
    // Y is 7, an element has 4 + 9 bits; sums have 34 at least.
    let small = own(&narrow);
    assert_eq!((small.element_bits, small.sum_bits), (13, 34));
    // Y is 11, an element has 8 + 9 bits, its sums 16 and 2 more.
    let [scale, slices] = narrow;
    let wide = own(&[scale, slices, ("input_bits", "8")]);
    assert_eq!((wide.element_bits, wide.sum_bits), (17, 35));
}
