// SPDX-License-Identifier: MIT OR Apache-2.0
//
// What no healthy neighbour of an accelerator does: stuck comparators in a tile, loads of the wrong length, a clock that stops.
// doc/verification/hardware.md lists each event with the documented answer.

#include "tests.h"

namespace hcim {
namespace {

// A pass that sends words from address 0 on through all tiles of all lanes.
Pass whole_pass(const AcceleratorBench& acc, uint32_t positions) {
    Pass pass;
    pass.stream = Pass::raw;
    pass.lanes = acc.shape.lanes;
    pass.segments = acc.shape.segments;
    pass.segment_words = acc.shape.tile_words;
    pass.lane_outputs = acc.config->outputs;
    pass.channels = acc.shape.lanes * acc.config->outputs;
    pass.input(0, 1, positions, acc.shape.tile_words, acc.shape.tile_words);
    return pass;
}

void clear_error(AcceleratorBench& acc, uint32_t tile, uint32_t bits) {
    acc.write(acc::tile(tile, reg::ERROR), bits);
    acc.write(acc::tile(tile, reg::IRQ_STATUS), reg::IRQ_ERROR);
}

// Every comparator of one tile stuck at the same values: results are those of the stuck values, an impossible code stands in
// that tile's ERROR alone, and nothing remains when the comparators are healthy again.
void stuck_comparators(Context& context) {
    LoadedBench acc{context};
    const bool ternary = acc.config->ternary != 0;
    const Bits none{acc.config->comparators};
    const Bits every = ~none;
    acc.set_pass(0, whole_pass(acc, 4));
    for (uint32_t t = 0; t < acc.tiles(); ++t) {
        if (acc.config->plane_skip != 0) {
            acc.write(acc::tile(t, reg::SKIP), 0);
            must(hcim_tile_set_skip(acc.golden_tile(t), 0, 0), "skip");
        }
        for (unsigned values = 0; values < (ternary ? 4U : 2U); ++values) {
            const bool pos = (values & 1) != 0, neg = (values & 2) != 0;
            acc.fault(pos ? "pos_set" : "pos_clear", t).set_bits(every);
            if (ternary) acc.fault(neg ? "neg_set" : "neg_clear", t).set_bits(every);
            for (unsigned c = 0; c < acc.config->cols; ++c) {
                must(hcim_tile_set_fault(acc.golden_tile(t), c, 0, pos, ternary ? neg : -1), "fault");
            }
            acc.run(0, 1);
            for (uint32_t all = 0; all < acc.tiles(); ++all) {
                const uint32_t want = all == t && pos && neg ? reg::ERROR_CODE : 0U;
                context.equal("ERROR of a tile", acc.read(acc::tile(all, reg::ERROR)), want);
                clear_error(acc, all, want);
            }
            for (const char* name : {"pos_set", "pos_clear"}) acc.fault(name, t).set_bits(none);
            for (const char* name : {"neg_set", "neg_clear"}) {
                if (ternary) acc.fault(name, t).set_bits(none);
            }
            for (unsigned c = 0; c < acc.config->cols; ++c) must(hcim_tile_set_fault(acc.golden_tile(t), c, 0, -1, -1), "fault");
        }
        acc.run(0, 1);
    }
    context.equal("ERROR", acc.read(acc::ERROR), 0);
}

// Loads that are too short or too long are the tile's affair: its ERROR says so, its valid flag is low, no other tile and no run
// notices before that tile is to be started.
void wrong_loads(Context& context) {
    LoadedBench acc{context};
    const std::pair<unsigned, uint32_t> kinds[] = {{HCIM_DEST_WEIGHTS, reg::STATUS_WEIGHTS},
                                                   {HCIM_DEST_SCALES, reg::STATUS_SCALES},
                                                   {HCIM_DEST_THRESHOLDS, reg::STATUS_THRESHOLDS}};
    acc.set_pass(0, whole_pass(acc, 2));
    for (uint32_t t = 0; t < acc.tiles(); ++t) {
        for (const auto& [dest, flag] : kinds) {
            if (dest == HCIM_DEST_THRESHOLDS && acc.config->per_column_thresholds == 0) continue;
            for (const bool longer : {false, true}) {
                const Layer layer = random_layer(acc.config, context.random);
                std::vector<Beat> beats = beats_of(pack_layer(acc.config, layer, dest), acc.source.width(), dest);
                if (!longer && beats.size() == 1) continue;
                if (longer) {
                    beats.insert(beats.end(), 1 + context.random.below(5), beats.back());
                } else {
                    beats.resize(1 + context.random.below(beats.size() - 1));
                }
                for (Beat& beat : beats) beat.last = false;
                beats.back().last = true;
                acc.write(acc::LOAD_TILE, t);
                acc.source.send(beats);
                acc.flush();
                acc.bench.steps(acc.config->rows + acc.config->scale_rows + 20);
                const uint32_t error = longer ? reg::ERROR_LONG : reg::ERROR_SHORT;
                for (uint32_t all = 0; all < acc.tiles(); ++all) {
                    context.equal("ERROR of a tile", acc.read(acc::tile(all, reg::ERROR)), all == t ? error : 0U);
                    const bool valid = (acc.read(acc::tile(all, reg::STATUS)) & flag) != 0;
                    context.equal("valid flag of a tile", valid, all != t);
                }
                context.equal("ERROR of the accelerator", acc.read(acc::ERROR), 0);
                clear_error(acc, t, error);
                acc.load_tile(t, layer);
                acc.run(0, 1);
            }
        }
    }
}

// The clock stands still in either phase while a run and a load are under way and inputs move: nothing of it is seen.
void clock_stops(Context& context) {
    LoadedBench acc{context};
    acc.stall(20);
    acc.set_pass(0, whole_pass(acc, 6));
    for (unsigned round = 0; round < 2; ++round) {
        acc.start(0, 1);
        for (unsigned i = 0; acc.outstanding() != 0; ++i) {
            if (i > 100000) context.fail("a run with a clock that stops does not end");
            acc.bench.step_with_stops(context.random.chance(50) ? 2 : 0, context.random.chance(50) ? 2 : 0);
            acc.collect();
        }
        acc.finish();
    }
    const size_t bits = size_t{8} * acc.config->input_stream_bits;
    acc.load_words(0, context.random.bits(bits), false);
    for (unsigned i = 0; !acc.source.idle(); ++i) {
        if (i > 100000) context.fail("a packet with a clock that stops is not taken");
        acc.bench.step_with_stops(2, 2);
    }
    acc.run(0, 1);
    acc.check_memory();
    context.equal("ERROR after the clock stopped", acc.read(acc::ERROR), 0);
}

}  // namespace

std::vector<Test> robust_tests() {
    return {{"stuck_comparators", stuck_comparators}, {"wrong_loads", wrong_loads}, {"clock_stops", clock_stops}};
}

}  // namespace hcim
