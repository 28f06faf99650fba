// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Faults of the crossbar, through the hooks of its behavioural model.

#include "tests.h"

namespace hcim {
namespace {

// Offsets of columns change sums and with them results, in the RTL as in the golden model.
void offsets(Context& context) {
    TileBench tile{context};
    tile.load(tile.random_layer());
    Port offset = tile.fault("offset");
    Bits values{offset.width()};
    for (unsigned round = 0; round < 3; ++round) {
        for (unsigned c = 0; c < tile.config->cols; ++c) {
            const int32_t value = context.random.chance(30) ? static_cast<int32_t>(context.random.below(9)) - 4 : 0;
            values.set_field(32 * c, 32, static_cast<uint32_t>(value));
            must(hcim_tile_set_fault(tile.golden(), c, value, -1, -1), "fault");
        }
        offset.set_bits(values);
        tile.run(amount(tile.config, 6));
    }
}

// Comparators that are stuck; unused columns never matter.
void stuck_comparators(Context& context) {
    TileBench tile{context};
    tile.load(tile.random_layer());
    const char* names[] = {"pos_set", "pos_clear", "neg_set", "neg_clear"};
    const unsigned sharing = tile.config->columns_per_comparator;
    for (unsigned round = 0; round < 4; ++round) {
        if (round >= 2 && !tile.ternary()) break;
        const Bits stuck = context.random.bits(tile.config->comparators, 20);
        tile.fault(names[round]).set_bits(stuck);
        for (unsigned c = 0; c < tile.config->cols; ++c) {
            const int32_t value = stuck.bit(c / sharing) ? (round % 2 == 0 ? 1 : 0) : -1;
            must(hcim_tile_set_fault(tile.golden(), c, 0, round < 2 ? value : -1, round < 2 ? -1 : value), "fault");
        }
        tile.run(amount(tile.config, 6));
        tile.fault(names[round]).set_bits(Bits{tile.config->comparators});
        for (unsigned c = 0; c < tile.config->cols; ++c) must(hcim_tile_set_fault(tile.golden(), c, 0, -1, -1), "fault");
        const uint32_t error = tile.read(reg::ERROR);
        context.equal("errors other than impossible codes", error & ~reg::ERROR_CODE, 0);
        HcimTileState state{};
        must(hcim_tile_state(tile.golden(), &state), "state");
        context.equal("ERROR.CODE", (error & reg::ERROR_CODE) != 0, (state.errors & HCIM_ERROR_CODE) != 0);
        tile.expect_error(error);
    }
    tile.run(2);
}

// Both comparators of one pair high: an error if a used column is behind it, and the column counts as 0.
void impossible_code(Context& context) {
    TileBench tile{context};
    tile.load(tile.random_layer());
    tile.set_skip(false, false);
    const unsigned sharing = tile.config->columns_per_comparator;
    for (unsigned k : {0U, tile.config->comparators / 2, tile.config->comparators - 1}) {
        Bits stuck{tile.config->comparators};
        stuck.set_bit(k, true);
        tile.fault("pos_set").set_bits(stuck);
        tile.fault("neg_set").set_bits(stuck);
        for (unsigned c = 0; c < tile.config->cols; ++c) {
            const int32_t value = c / sharing == k ? 1 : -1;
            must(hcim_tile_set_fault(tile.golden(), c, 0, value, value), "fault");
        }
        tile.run(2);
        tile.expect_error(k * sharing < tile.config->used_columns ? reg::ERROR_CODE : 0);
        tile.fault("pos_set").set_bits(Bits{tile.config->comparators});
        tile.fault("neg_set").set_bits(Bits{tile.config->comparators});
        for (unsigned c = 0; c < tile.config->cols; ++c) must(hcim_tile_set_fault(tile.golden(), c, 0, -1, -1), "fault");
        tile.run(1);
    }
}

// The crossbar does not become ready: an error, and after an abort the tile works again.
void timeout(Context& context) {
    TileBench tile{context};
    tile.load(tile.random_layer());
    tile.set_skip(false, false);
    for (unsigned limit : {1U, 20U}) {
        tile.write(reg::TIMEOUT, limit);
        tile.fault("not_ready").set(1);
        tile.send(tile.random_inputs());
        tile.start(1);
        const unsigned wait = 200 + limit + tile.config->input_packet_beats + 2 * tile.config->evaluation_cycles;
        for (unsigned i = 0; (tile.read(reg::ERROR) & reg::ERROR_TIMEOUT) == 0; ++i) {
            if (i > wait) context.fail("no timeout is reported");
        }
        tile.expect_error(reg::ERROR_TIMEOUT);
        tile.fault("not_ready").set(0);
        tile.forget();
        tile.write(reg::CTRL, reg::CTRL_ABORT);
        tile.wait_for(reg::STATUS_ABORTING | reg::STATUS_BUSY, 0, "the end of an abort");
        context.equal("inputs buffered after an abort", reg::status_buffered(tile.read(reg::STATUS)), 0);
        tile.run(2);
    }
    // Late, but in time.
    tile.write(reg::TIMEOUT, 60000);
    tile.fault("not_ready").set(1);
    tile.send(tile.random_inputs());
    tile.start(1);
    tile.bench.steps(tile.config->input_packet_beats + 100);
    tile.fault("not_ready").set(0);
    tile.finish();
    context.equal("ERROR after a late answer", tile.read(reg::ERROR), 0);
}

}  // namespace

std::vector<Test> fault_tests(const Config& config) {
    std::vector<Test> all = {{"offsets", offsets}, {"stuck_comparators", stuck_comparators}, {"timeout", timeout}};
    if (config->ternary != 0) all.push_back({"impossible_code", impossible_code});
    return all;
}

}  // namespace hcim
