// SPDX-License-Identifier: MIT OR Apache-2.0
//
// What passes compute: multiplies, pools, residuals, streams, programs whose layers hand maps on.

#include "tests.h"

namespace hcim {
namespace {

unsigned some_stall(AcceleratorBench& acc, unsigned round) {
    return round % 3 == 0 ? 0 : static_cast<unsigned>(acc.context.random.between(5, 60));
}

void run_passes(Context& context, Pass (*make)(AcceleratorBench&), unsigned count) {
    LoadedBench acc{context};
    for (unsigned round = 0; round < count; ++round) {
        acc.stall(some_stall(acc, round));
        const uint32_t index = static_cast<uint32_t>(context.random.below(acc.shape.passes));
        acc.set_pass(index, make(acc));
        acc.run(index, 1);
        if (round % 4 == 3) acc.check_memory();
    }
    acc.check_memory();
}

// One multiplying pass after another.
void multiplies(Context& context) { run_passes(context, random_mvm, 24); }

// One pooling pass after another.
void pools(Context& context) { run_passes(context, random_pool, 24); }

// Runs of several passes, some of which read what earlier ones wrote.
void programs(Context& context) {
    LoadedBench acc{context};
    Random& random = context.random;
    for (unsigned round = 0; round < 5; ++round) {
        acc.stall(some_stall(acc, round));
        const uint32_t count = static_cast<uint32_t>(random.between(1, acc.shape.passes));
        const uint32_t first = static_cast<uint32_t>(random.between(0, acc.shape.passes - count));
        const uint32_t end = first + std::min(count, 6U);
        for (uint32_t index = first; index < end; ++index) acc.set_pass(index, random_pass(acc));
        acc.run(first, end - first);
        acc.check_memory();
    }
}

// Every tile alone, then every lane, with the largest map that its rows take: which tile gets which segment.
void every_tile(Context& context) {
    LoadedBench acc{context};
    for (uint32_t lane = 0; lane < acc.shape.lanes; ++lane) {
        for (uint32_t segments = 1; segments <= acc.shape.segments; ++segments) {
            Pass pass;
            pass.stream = Pass::raw;
            pass.segments = segments;
            pass.segment_words = acc.shape.tile_words;
            const uint32_t words = std::min(segments * acc.shape.tile_words, acc.shape.activation_words);
            pass.input(static_cast<uint32_t>(context.random.below(acc.shape.activation_words)), 1, 2, words, words);
            pass.first_lane = lane;
            pass.lane_outputs = pass.channels = acc.config->outputs;
            acc.set_pass(0, pass);
            acc.run(0, 1);
        }
    }
}

// The largest values that meet in the output stage.
void extremes(Context& context) {
    AcceleratorBench acc{context};
    const Config& config = acc.config;
    const int32_t weight = (1 << config->weight_slices) - 1;
    const uint32_t scale = static_cast<uint32_t>((uint64_t{1} << config->scale_bits) - 1);
    acc.fill_memory();
    Bits ones{size_t{acc.shape.activation_words} * config->input_stream_bits};
    ones.fill(true);
    acc.load_words(0, ones);
    const int32_t limits[] = {INT32_MAX, INT32_MIN, 0};
    for (uint32_t entry = 0; entry < acc.shape.constant_entries; ++entry) {
        acc.set_constant(entry, entry % 2 == 0 ? 32767 : -32768, limits[entry % 3]);
    }
    for (int32_t w : {weight, -weight}) {
        for (uint32_t t = 0; t < acc.tiles(); ++t) {
            Layer layer = random_layer(config, context.random);
            layer.weights.assign(layer.weights.size(), w);
            layer.scales.assign(layer.scales.size(), scale);
            layer.thresholds.assign(layer.thresholds.size(), 0);
            acc.load_tile(t, layer);
        }
        for (uint32_t kind : {Pass::mvm, Pass::sum}) {
            for (int32_t multiplier : {32767, -32768}) {
                for (uint32_t shift : {0U, 1U, 31U}) {
                    Pass pass;
                    pass.kind = kind;
                    pass.write = 1;
                    pass.stream = shift == 0 ? Pass::scores : Pass::raw;
                    pass.shift = shift;
                    pass.output_bits = config->input_bits;
                    pass.residual = 1;
                    pass.residual_multiplier = multiplier;
                    pass.residual_words = 0xffff;
                    pass.segments = acc.shape.segments;
                    pass.lanes = acc.shape.lanes;
                    pass.segment_words = acc.shape.tile_words;
                    pass.lane_outputs = config->outputs;
                    if (kind == Pass::sum) {
                        pass.kernel_height = 15;
                        pass.kernel_width = 17;
                        pass.input(0, 15, 17, 1, 0);
                        pass.channels = acc.shape.elements;
                    } else {
                        const uint32_t all = acc.shape.segments * acc.shape.tile_words;
                        pass.input(0, 1, 1, std::min(all, acc.shape.activation_words), 0);
                        pass.channels = std::min(acc.shape.lanes * config->outputs, 4 * acc.shape.elements);
                    }
                    // Behind everything that is read; a map of more words than the memory is read over and over.
                    pass.out_base = acc.shape.activation_words - 4;
                    const uint32_t words = kind == Pass::sum ? 1 : pass.in_words;
                    if (words > pass.out_base) pass.write = 0;
                    pass.residual_base = 0;
                    acc.set_pass(0, pass);
                    acc.run(0, 1);
                }
            }
        }
        acc.check_memory();
        acc.load_words(0, ones);
    }
}

// Cycles of long passes: the feeder, the pool and the output stage keep up with their targets.
void rates(Context& context) {
    LoadedBench acc{context};
    const auto cycles_of = [&](const Pass& pass) {
        acc.clear_counters();
        acc.set_pass(0, pass);
        acc.run(0, 1);
        return acc.read(acc::CYCLES_LO);
    };
    // Words: a window of nine pixels of four words, one channel.
    Pass pool;
    pool.kind = Pass::max;
    pool.stream = Pass::raw;
    pool.kernel_height = pool.kernel_width = 3;
    pool.input(0, 12, 12, 4, 0);
    const uint32_t words = pool.positions * pool.window_words();
    const uint32_t by_words = cycles_of(pool);
    context.note(format("pool %.2f cycles a word", static_cast<double>(by_words) / words));
    context.check(by_words < words * 3 / 2 + 300, format("a pool of %u words takes %u cycles", words, by_words));
    // Elements: all channels of single pixels.
    pool.kernel_height = pool.kernel_width = 1;
    pool.input(0, 10, 10, 2, 0);
    pool.channels = 2 * acc.shape.elements;
    const uint32_t elements = pool.positions * pool.channels;
    const uint32_t by_elements = cycles_of(pool);
    context.note(format("output %.2f cycles an element", static_cast<double>(by_elements) / elements));
    context.check(by_elements < elements * 2 + pool.positions * 8 + 300,
                  format("a pool of %u elements takes %u cycles", elements, by_elements));
    // Multiplies: the slowest of tile, feeder and output stage.
    Pass mvm;
    mvm.stream = Pass::raw;
    mvm.segments = acc.shape.segments;
    mvm.segment_words = acc.shape.tile_words;
    mvm.input(0, 1, 60, std::min(acc.shape.segments * acc.shape.tile_words, acc.shape.activation_words), 0);
    mvm.channels = mvm.lane_outputs = acc.config->outputs;
    const uint32_t by_positions = cycles_of(mvm);
    const uint64_t feed = uint64_t{acc.config->input_packet_beats} * acc.shape.segments;
    const uint64_t steady = std::max<uint64_t>({acc.config->steady_period, feed, acc.config->result_digits, acc.config->outputs});
    context.note(format("multiply %.1f cycles a position, tile %llu, feed %llu", by_positions / 60.0,
                        Context::ull(acc.config->steady_period), Context::ull(feed)));
    context.check(by_positions < 60 * (steady + 6) * 3 / 2 + 1500, format("60 multiplies take %u cycles", by_positions));
}

}  // namespace

std::vector<Test> pass_tests(const Config& config) {
    std::vector<Test> tests = {{"multiplies", multiplies}, {"pools", pools},       {"programs", programs},
                               {"every_tile", every_tile}, {"extremes", extremes}};
    // Narrow counters do not hold the cycles of a pass.
    if (config->counter_bits > 12) tests.push_back({"rates", rates});
    return tests;
}

}  // namespace hcim
