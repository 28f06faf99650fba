// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Counters of few bits, past their end: every bit of them is seen to count, and they begin again at 0. Wider ones would take too
// many cycles; their low bits are in other tests (plane_counters, cycle_counter, steady_rate).

#include "tests.h"

namespace hcim {
namespace {

uint64_t span(const TileBench& tile) { return uint64_t{1} << tile.config->counter_bits; }

// A run that waits for its inputs is busy: from read to read CYCLES grows by the cycles between them.
void cycles_wrap(Context& context) {
    TileBench tile{context};
    tile.load(tile.random_layer());
    tile.write(reg::CTRL, reg::CTRL_CLEAR_COUNTERS);
    tile.start(1);
    uint64_t last = tile.read(reg::CYCLES_LO);
    uint64_t at = context.cycle;
    const uint64_t end = at + 3 * span(tile);
    while (context.cycle < end) {
        tile.bench.steps(context.random.below(40));
        const uint64_t now = tile.read(reg::CYCLES_LO);
        context.equal("cycles from read to read", (now - last) & tile.count_mask(), (context.cycle - at) & tile.count_mask());
        context.equal("CYCLES_HI", tile.read(reg::CYCLES_HI), 0);
        last = tile.read(reg::CYCLES_LO);
        at = context.cycle;
    }
    // Cleared at any value, busy or not: it goes on from there.
    for (unsigned i = 0; i < 4; ++i) {
        tile.bench.steps(context.random.below(span(tile)));
        tile.write(reg::CTRL, reg::CTRL_CLEAR_COUNTERS);
        context.check(tile.read(reg::CYCLES_LO) < 16, "CYCLES is not cleared");
    }
    tile.send(tile.random_inputs());
    tile.finish();
    const uint32_t idle = tile.read(reg::CYCLES_LO);
    tile.bench.steps(100);
    context.equal("CYCLES while idle", tile.read(reg::CYCLES_LO), idle);
    tile.write(reg::CTRL, reg::CTRL_CLEAR_COUNTERS);
    context.equal("CYCLES after clearing", tile.read(reg::CYCLES_LO), 0);
}

// Planes that are skipped, and planes that are empty, one kind after the other, past the end of both counters.
void planes_wrap(Context& context) {
    TileBench tile{context};
    const Layer random = tile.random_layer();
    Layer empty = random;
    for (uint32_t& t : empty.thresholds) t = tile.config->rows;
    const Inputs zeros(tile.config->rows, 0);
    const Inputs ones(tile.config->rows, static_cast<uint16_t>((1U << tile.config->input_bits) - 1));
    tile.write(reg::CTRL, reg::CTRL_CLEAR_COUNTERS);
    uint64_t skipped = 0;
    uint64_t empties = 0;
    tile.set_skip(true, true);
    for (const bool zero : {true, false}) {
        tile.load(empty);
        for (uint64_t total = 0; total < 2 * span(tile);) {
            const auto most = std::min<uint64_t>(tile.count_mask(), span(tile) / tile.config->input_bits);
            const auto count = static_cast<unsigned>(context.random.between(1, most));
            for (unsigned i = 0; i < count; ++i) tile.send(zero ? zeros : ones);
            tile.start(count);
            tile.finish();
            const uint64_t planes = uint64_t{count} * tile.config->input_bits;
            (zero ? skipped : empties) += planes;
            total += planes;
            context.equal("PLANES_SKIPPED", tile.read(reg::PLANES_SKIPPED), skipped & tile.count_mask());
            context.equal("PLANES_EMPTY", tile.read(reg::PLANES_EMPTY), empties & tile.count_mask());
        }
    }
    // A clear at any value.
    tile.write(reg::CTRL, reg::CTRL_CLEAR_COUNTERS);
    context.equal("PLANES_SKIPPED after clearing", tile.read(reg::PLANES_SKIPPED), 0);
    context.equal("PLANES_EMPTY after clearing", tile.read(reg::PLANES_EMPTY), 0);
    tile.load(random);
    tile.run(1);
}

// Two multiplies whose inputs come so many cycles apart: MVM_CYCLES is that, less whole turns of the counter.
void mvm_cycles_wrap(Context& context) {
    TileBench tile{context};
    tile.load(tile.random_layer());
    tile.set_skip(false, false);
    const Inputs inputs = tile.random_inputs();
    const auto settle = [&] {
        while (tile.outstanding() != 0) {
            tile.bench.step();
            tile.collect();
        }
        tile.bench.steps(8);
    };
    const unsigned rounds = 24;
    tile.start(rounds);
    uint64_t last = 0;
    for (unsigned round = 0; round < rounds; ++round) {
        const uint64_t at = context.cycle;
        tile.send(inputs);
        settle();
        if (round > 0) context.equal("MVM_CYCLES", tile.read(reg::MVM_CYCLES), (at - last) & tile.count_mask());
        last = at;
        // Every distance around a power of two, and random ones.
        const uint64_t bit = uint64_t{1} << (round % tile.config->counter_bits);
        const uint64_t wait = round % 3 == 2 ? context.random.below(2 * span(tile)) : bit + context.random.below(bit);
        while (context.cycle - at < wait) tile.bench.step();
    }
    tile.finish();
    context.equal("MVM_DONE", tile.read(reg::MVM_DONE), rounds);
}

// Runs of as many multiplies as the counters can hold, and of each power of two: done with the last result and not before.
void longest_runs(Context& context) {
    TileBench tile{context};
    tile.load(tile.random_layer());
    std::vector<uint32_t> counts = {tile.count_mask()};
    for (uint32_t bit = 1; bit < span(tile); bit <<= 1) counts.push_back(bit);
    for (uint32_t count : counts) {
        tile.start(count);
        for (uint32_t i = 0; i + 1 < count; ++i) tile.send(tile.random_inputs());
        for (unsigned i = 0; tile.outstanding() != 0; ++i) {
            context.check(i < 200 * (count + 100), "results of a long run do not come");
            tile.bench.step();
            tile.collect();
        }
        tile.bench.steps(8);
        context.equal("MVM_DONE before the last", tile.read(reg::MVM_DONE), count - 1);
        context.check((tile.read(reg::STATUS) & reg::STATUS_BUSY) != 0, "not busy before the last result");
        tile.send(tile.random_inputs());
        tile.finish();
        context.equal("MVM_DONE", tile.read(reg::MVM_DONE), count);
    }
}

}  // namespace

std::vector<Test> counter_tests(const Config& config) {
    if (config->counter_bits > 12) return {};
    std::vector<Test> all = {
        {"cycles_wrap", cycles_wrap},
        {"mvm_cycles_wrap", mvm_cycles_wrap},
        {"longest_runs", longest_runs},
    };
    if (config->plane_skip != 0) all.push_back({"planes_wrap", planes_wrap});
    return all;
}

}  // namespace hcim
