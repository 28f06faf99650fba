// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Cycles per MVM from the tile's own counter, against the contract's schedule.

#include "tests.h"

namespace hcim {
namespace {

// Inputs with every bit plane in use.
Inputs dense(TileBench& tile) {
    Inputs inputs = tile.random_inputs();
    for (size_t r = 0; r < inputs.size(); ++r) inputs[r] = static_cast<uint16_t>(tile.context.random.below(1U << tile.config->input_bits));
    inputs[0] = static_cast<uint16_t>((1U << tile.config->input_bits) - 1);
    return inputs;
}

unsigned evaluation(const TileBench& tile, unsigned p, unsigned e, unsigned s, unsigned h) {
    return p + e + tile.config->columns_per_comparator * (s + h);
}

// A stream of MVMs without stalls: the period is the schedule's, or what the streams allow.
void steady_rate(Context& context) {
    TileBench tile{context};
    const HcimDerived& d = tile.config.derived();
    tile.load(tile.random_layer());
    tile.set_skip(false, false);
    struct Timing {
        unsigned p, e, s, h;
    };
    const Timing timings[] = {{d.precharge, d.evaluate, d.sense, d.hold}, {2, 5, 3, 2}, {1, 1, 1, 0}, {3, 2, 1, 1}};
    const uint64_t in = d.input_packet_beats;
    const uint64_t out = d.result_packet_beats;
    for (const Timing& t : timings) {
        tile.set_timing(t.p, t.e, t.s, t.h);
        const unsigned E = evaluation(tile, t.p, t.e, t.s, t.h);
        uint64_t period = 0;
        must(hcim_array_period(tile.config.handle(), E, t.h, &period), "period");
        const uint64_t bound = d.input_bits * (d.window_cycles > E ? d.window_cycles : E) + d.input_bits
            + (d.deferred != 0 ? d.read_digits : 0);
        context.check(period <= bound, format("the schedule's %llu cycles are more than the contract promises", Context::ull(period)));
        uint64_t measured = 0;
        // The distance of the last two MVMs, for runs of each length: a period may alternate.
        for (unsigned count = 2; count < 8; ++count) {
            for (unsigned i = 0; i < count; ++i) tile.send(dense(tile));
            tile.bench.steps(2 * in + 10);
            tile.start(count);
            tile.finish();
            measured = tile.read(reg::MVM_CYCLES);
            const std::vector<uint8_t> kinds(count * d.input_bits, HCIM_PLANE_FULL);
            std::vector<uint64_t> accepted(count);
            must(hcim_schedule_run(tile.config.handle(), E, t.h, 0, kinds.data(), count, accepted.data()), "schedule");
            const uint64_t schedule = accepted[count - 1] - accepted[count - 2];
            const std::string what = format("MVM_CYCLES of a run of %u with D %u, E %u and packets of %llu and %llu beats",
                                            count, d.window_cycles, E, Context::ull(in), Context::ull(out));
            if (in < schedule && out < schedule) {
                context.equal(what.c_str(), measured, schedule & tile.count_mask());
            } else {
                // A stream is the bottleneck: it is never idle, but for the hand-over between packets.
                const uint64_t stream = in > out ? in : out;
                context.check(measured <= (stream > schedule ? stream : schedule) + 2,
                              what + format(" is %llu, the schedule %llu", Context::ull(measured), Context::ull(schedule)));
            }
        }
        if (&t == timings) {
            context.note(format("%llu cycles/MVM (D %u, E %u, in %llu, out %llu beats)", Context::ull(measured),
                                d.window_cycles, E, Context::ull(in), Context::ull(out)));
        }
    }
}

// Skipped and empty planes: the distance of the last two MVMs is the schedule's.
void skip_schedule(Context& context) {
    TileBench tile{context};
    const HcimDerived& d = tile.config.derived();
    const uint64_t stream = d.input_packet_beats > d.result_packet_beats ? d.input_packet_beats : d.result_packet_beats;
    Layer layer = tile.random_layer();
    for (uint32_t& t : layer.thresholds) t = context.random.chance(40) ? d.rows : t;
    tile.load(layer);
    const unsigned E = evaluation(tile, d.precharge, d.evaluate, d.sense, d.hold);
    for (unsigned round = 0; round < amount(tile.config, 12); ++round) {
        const bool zero = context.random.chance(70);
        const bool empty = context.random.chance(70);
        tile.set_skip(zero, empty);
        // Two MVMs: their inputs wait in the banks before START, so that no stream limits them.
        std::vector<uint8_t> kinds;
        for (unsigned i = 0; i < 2; ++i) {
            tile.send(tile.random_inputs());
            for (unsigned plane = 0; plane < d.input_bits; ++plane) {
                uint8_t kind = 0;
                must(hcim_tile_codes(tile.golden(), plane, nullptr, nullptr, &kind), "codes");
                kinds.push_back(kind);
            }
        }
        tile.bench.steps(2 * d.input_packet_beats + 20);
        tile.start(2);
        tile.finish();
        uint64_t accepted[2] = {0, 0};
        must(hcim_schedule_run(tile.config.handle(), E, d.hold, empty, kinds.data(), 2, accepted), "schedule");
        if (stream <= accepted[1] - accepted[0]) {
            std::string text;
            for (uint8_t kind : kinds) text += "FEZ"[kind];
            const std::string what = format("MVM_CYCLES of planes %s (full, empty, zero; empty skip %d; D %u, E %u)",
                                            text.c_str(), empty, d.window_cycles, E);
            context.equal(what.c_str(), tile.read(reg::MVM_CYCLES), (accepted[1] - accepted[0]) & tile.count_mask());
        }
        ++context.checks;
    }
}

// CYCLES counts the cycles of a run.
void cycle_counter(Context& context) {
    TileBench tile{context};
    tile.load(tile.random_layer());
    tile.write(reg::CTRL, reg::CTRL_CLEAR_COUNTERS);
    context.equal("CYCLES_LO after clearing", tile.read(reg::CYCLES_LO), 0);
    for (unsigned i = 0; i < 2; ++i) tile.send(dense(tile));
    const uint64_t before = context.cycle;
    tile.start(2);
    tile.finish();
    const uint64_t most = context.cycle - before;
    const uint64_t busy = tile.read(reg::CYCLES_LO);
    const uint64_t least = tile.config->input_bits * uint64_t{tile.config->window_cycles};
    context.check(busy <= most && busy > least, format("CYCLES is %llu of at most %llu", Context::ull(busy), Context::ull(most)));
    context.equal("CYCLES_LO while idle", tile.read(reg::CYCLES_LO), busy);
    context.equal("CYCLES_HI", tile.read(reg::CYCLES_HI), 0);
}

}  // namespace

std::vector<Test> rate_tests(const Config& config) {
    std::vector<Test> all = {{"steady_rate", steady_rate}, {"cycle_counter", cycle_counter}};
    if (config->plane_skip != 0) all.push_back({"skip_schedule", skip_schedule});
    return all;
}

}  // namespace hcim
