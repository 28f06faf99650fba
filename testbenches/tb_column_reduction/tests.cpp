// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Tests of the column reduction: each with the chain off and, where there is one, on.

#include "reduction_bench.h"

namespace hcim {
namespace {

template <typename F>
void each_chaining(ReductionBench& bench, F f) {
    for (bool chained : {false, true}) {
        if (chained && !bench.has_chain()) continue;
        bench.chain(chained);
        f();
        bench.drain();
    }
}

// Words of largest and smallest numbers, of one column alone, of zeros.
void corners(Context& context) {
    ReductionBench bench{context};
    each_chaining(bench, [&] {
        const HcimDerived& d = bench.config.derived();
        const int64_t most = ((int64_t{1} << d.scale_bits) - 1) * ((int64_t{1} << d.input_bits) - 1);
        const int64_t above = most * ((int64_t{1} << d.weight_slices) - 1) * (int64_t{d.segments} - 1);
        for (int64_t a : {int64_t{0}, most, -most, int64_t{1}, int64_t{-1}}) {
            for (int64_t y : {int64_t{0}, above, -above, int64_t{-1}}) {
                bench.word(std::vector<int64_t>(d.used_columns, a), std::vector<int64_t>(d.outputs, y));
                bench.drain();
            }
        }
        for (unsigned c = 0; c < d.used_columns && c < 40; ++c) {
            std::vector<int64_t> alone(d.used_columns, 0);
            alone[c] = c % 2 == 0 ? -most : most;
            bench.word(alone, std::vector<int64_t>(d.outputs, 0));
            bench.drain();
        }
    });
}

// Words back to back without stalls: a word takes max(NY, Nr) cycles.
void full_rate(Context& context) {
    ReductionBench bench{context};
    each_chaining(bench, [&] {
        const unsigned count = 8;
        for (unsigned i = 0; i < count; ++i) bench.random_word(20);
        const uint64_t start = context.cycle;
        bench.drain();
        context.equal("cycles of words back to back", bench.last_out - start, uint64_t{count} * bench.config->result_digits);
    });
}

void random_traffic(Context& context) {
    ReductionBench bench{context};
    for (unsigned round = 0; round < 6; ++round) {
        each_chaining(bench, [&] {
            bench.offers = static_cast<unsigned>(context.random.between(20, 100));
            bench.chain_offers = static_cast<unsigned>(context.random.between(20, 100));
            bench.takes = static_cast<unsigned>(context.random.between(20, 100));
            const uint64_t end = context.cycle + context.length(bench.config->used_columns > 200 ? 600 : 2000) / 4;
            while (context.cycle < end) {
                if (bench.idle() || context.random.chance(5)) bench.random_word(20);
                bench.cycle();
            }
        });
    }
}

template <typename Stop>
void interrupted(Context& context, Stop stop) {
    ReductionBench bench{context};
    each_chaining(bench, [&] {
        const unsigned span = 2 * bench.config->result_digits + 3;
        for (unsigned n = 0; n < span; ++n) {
            for (unsigned i = 0; i < 4; ++i) bench.random_word(20);
            bench.takes = n % 2 == 0 ? 100 : 50;
            for (unsigned i = 0; i < n; ++i) bench.cycle();
            stop(bench);
            bench.random_word(20);
            bench.drain();
        }
    });
}

void clear_everywhere(Context& context) {
    interrupted(context, [](ReductionBench& bench) {
        bench.clear = true;
        bench.cycle();
        bench.clear = false;
    });
}

void reset_everywhere(Context& context) {
    interrupted(context, [](ReductionBench& bench) { bench.reset(); });
}

// The same while the clock stands still: reset needs none.
void reset_without_clock(Context& context) {
    interrupted(context, [](ReductionBench& bench) { bench.reset(false); });
}

}  // namespace

std::vector<Test> tests(const Options&) {
    return {
        {"corners", corners},
        {"full_rate", full_rate},
        {"random_traffic", random_traffic},
        {"clear_everywhere", clear_everywhere},
        {"reset_everywhere", reset_everywhere},
        {"reset_without_clock", reset_without_clock},
    };
}

}  // namespace hcim
