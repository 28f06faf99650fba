// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Values at which something changes: the edges of a large input, sums near zero and near the largest output, numbers just beyond
// what there is, and what must not take a cycle.

#include "crowd.h"
#include "tests.h"

namespace hcim {
namespace {

// Positions down or along that lead across the edge of the input, wherever among its 16 bits that is.
void input_edges(Context& context) {
    LoadedBench acc{context};
    Random& random = context.random;
    for (unsigned round = 0; round < 30; ++round) {
        const uint32_t reach = 1U << pick(random, 4, 16);
        Pass pass = loose_pool(acc);
        pass.stream = Pass::raw;
        pass.kernel_height = pick(random, 1, 2);
        pass.kernel_width = pick(random, 1, 2);
        pass.padding = random.chance(50) ? 0 : pick(random, 0, 255);
        const uint32_t far = std::min(acc.count_mask(), pick(random, 40, 600));
        pass.stride = std::clamp(reach / far, 1U, 255U);
        const uint32_t near = pick(random, 1, 2);
        const bool along = round % 2 == 0;
        pass.out_width = along ? far : near;
        pass.positions = std::min(far * near, acc.count_mask());
        const uint32_t last = std::min((far - 1) * pass.stride + 1, 0xffffU);
        const uint32_t edge = pick(random, std::max(last / 2, 1U), last);
        pass.in_width = along ? edge : 0xffff;
        pass.in_height = along ? 0xffff : edge;
        pass.channels = pick(random, 1, acc.shape.elements);
        acc.set_pass(0, pass);
        acc.run(0, 1);
    }
}

// Constants and residuals that lead to sums from below zero to above the largest output, at every shift; what is written and
// what is streamed, while the stream waits.
void small_sums(Context& context) {
    LoadedBench acc{context};
    Random& random = context.random;
    for (unsigned round = 0; round < 44; ++round) {
        // At small shifts residuals lift sums from below zero.
        const bool small = round < 12;
        const uint32_t shift = small ? round % 3 : round - 12;
        const auto within = [&](unsigned bits) {
            const int64_t span = int64_t{1} << bits;
            return static_cast<int32_t>(random.below(2 * static_cast<uint64_t>(span)) - static_cast<uint64_t>(span));
        };
        const unsigned factor_bits = std::min(shift + 1, 15U);
        for (uint32_t entry = 0; entry < acc.shape.constant_entries; ++entry) {
            acc.set_constant(entry, within(factor_bits), within(std::min(shift + acc.config->input_bits, 31U)));
        }
        const Pass pass = draw(acc, [&] {
            Pass p = random_pass(acc);
            while (small && p.residual == 0) p = random_pass(acc);
            p.write = 1;
            p.stream = random.chance(60) ? pick(random, Pass::scores, Pass::raw) : Pass::none;
            p.shift = shift;
            p.output_bits = acc.config->input_bits;
            if (p.residual != 0) p.residual_multiplier = small ? pick(random, 1, 4) : within(factor_bits);
            return p;
        });
        acc.stall(round % 4 * 20);
        acc.set_pass(0, pass);
        acc.run(0, 1);
        acc.check_memory();
    }
}

// Sums at and beside those from which on the next larger output is given, at every shift.
void rounding_edges(Context& context) {
    LoadedBench acc{context};
    const HcimAcceleratorShape& shape = acc.shape;
    // Input and output beside each other.
    const uint32_t entries = std::min(shape.constant_entries, shape.activation_words / 2 * shape.elements);
    Pass pass;
    pass.kind = Pass::max;
    pass.write = 1;
    pass.output_bits = acc.config->input_bits;
    pass.in_words = (entries + shape.elements - 1) / shape.elements;
    pass.channels = entries;
    pass.in_height = pass.in_width = 0xffff;
    pass.out_base = pass.in_words;
    for (uint32_t shift = 0; shift < 32; ++shift) {
        pass.shift = shift;
        const int64_t half = (int64_t{1} << shift) / 2;
        for (uint32_t entry = 0; entry < entries; ++entry) {
            const int64_t output = pick(context.random, 0, uint64_t{1} << pass.output_bits);
            const int64_t edge = output * (int64_t{1} << shift) - half + pick(context.random, 0, 7) - 4;
            acc.set_constant(entry, 0, static_cast<int32_t>(std::clamp<int64_t>(edge, INT32_MIN, INT32_MAX)));
        }
        context.check(legal(acc, pass), "the pass reads what it writes");
        acc.set_pass(0, pass);
        acc.run(0, 1);
        acc.check_memory();
    }
}

// Outputs of a position at any distance from those of the one before.
void output_pitches(Context& context) {
    LoadedBench acc{context};
    Random& random = context.random;
    for (unsigned round = 0; round < 20; ++round) {
        acc.set_pass(0, draw(acc, [&] {
            Pass pass = random_pass(acc);
            pass.write = 1;
            pass.out_pitch = pick(random, 0, random.chance(50) ? 0xffff : acc.shape.activation_words - 1);
            return pass;
        }));
        acc.run(0, 1);
        acc.check_memory();
    }
}

// Sizes with one bit alone, each bit that they have.
void sizes_of_one_bit(Context& context) {
    LoadedBench acc{context};
    Random& random = context.random;
    const HcimAcceleratorShape& shape = acc.shape;
    Pass simple;
    simple.kind = Pass::max;
    simple.stream = Pass::raw;
    simple.output_bits = acc.config->input_bits;
    simple.in_height = simple.in_width = 0xffff;
    const auto run = [&](Pass pass) {
        pass.origin = static_cast<int32_t>(random.next());
        pass.step_x = static_cast<uint32_t>(random.next());
        acc.set_pass(0, pass);
        acc.run(0, 1);
    };
    for (uint32_t size = 1; size <= 0x80; size <<= 1) {
        Pass pass = simple;
        (random.chance(50) ? pass.kernel_height : pass.kernel_width) = size;
        run(pass);
    }
    for (uint32_t size = 1; size <= shape.activation_words; size <<= 1) {
        Pass pass = simple;
        pass.in_words = size;
        run(pass);
        pass.channels = std::min(size * shape.elements, 0xffffU);
        run(pass);
    }
    for (uint32_t size = 1; size <= std::min(acc.count_mask(), 0x8000U); size <<= 1) {
        Pass pass = simple;
        pass.positions = size;
        pass.out_width = size > 1 ? size / 2 : 1;
        run(pass);
    }
}

// Sizes that there are not: a bit beyond what there is, each of them.
void sizes_beyond(Context& context) {
    LoadedBench acc{context};
    const Pass mvm = random_mvm(acc);
    const Pass pool = random_pool(acc);
    const auto each = [&](const Pass& good, uint32_t Pass::*field, unsigned bits, uint64_t most) {
        for (uint32_t bit = 1; bit >> bits == 0; bit <<= 1) {
            Pass pass = good;
            pass.*field |= bit;
            if (pass.*field <= most) continue;
            acc.set_pass(0, pass);
            acc.run_illegal(0, 1);
        }
    };
    const HcimAcceleratorShape& shape = acc.shape;
    each(mvm, &Pass::first_lane, 8, shape.lanes - mvm.lanes);
    each(mvm, &Pass::lanes, 8, shape.lanes - mvm.first_lane);
    each(mvm, &Pass::segments, 8, shape.segments);
    each(mvm, &Pass::segment_words, 16, shape.tile_words);
    each(mvm, &Pass::lane_outputs, 16, acc.config->outputs);
    each(mvm, &Pass::channels, 16, mvm.lanes * mvm.lane_outputs);
    each(pool, &Pass::channels, 16, uint64_t{pool.in_words} * shape.elements);
    each(pool, &Pass::in_words, 16, shape.activation_words);
    each(pool, &Pass::output_bits, 4, acc.config->input_bits);
    acc.set_pass(0, mvm);
    acc.run(0, 1);
}

// Settings of tiles that have every bit of a word, in every tile.
void tile_settings(Context& context) {
    AcceleratorBench acc{context};
    std::vector<uint32_t> timings(acc.tiles());
    for (unsigned round = 0; round < 12; ++round) {
        for (uint32_t t = 0; t < acc.tiles(); ++t) {
            // Precharge, evaluate and sense are not 0.
            timings[t] = static_cast<uint32_t>(context.random.next()) | 1U << pick(context.random, 0, 7) | 0x100U << pick(context.random, 0, 7) |
                         0x10000U << pick(context.random, 0, 7);
            acc.write(acc::tile(t, reg::TIMING), timings[t]);
        }
        for (uint32_t t = 0; t < acc.tiles(); ++t) {
            context.equal("TIMING of a tile", acc.read(acc::tile(t, reg::TIMING)), timings[t]);
            context.equal("TIMEOUT of a tile", acc.read(acc::tile(t, reg::TIMEOUT)), acc.config->timeout);
        }
    }
}

// Counters of tiles, read by the host: those of tiles that a pass uses, and of tiles that it does not.
void tile_counters(Context& context) {
    LoadedBench acc{context};
    std::vector<HcimTileState> before(acc.tiles());
    for (unsigned round = 0; round < 6; ++round) {
        acc.set_pass(0, random_mvm(acc));
        for (uint32_t t = 0; t < acc.tiles(); ++t) {
            must(hcim_tile_state(acc.golden_tile(t), &before[t]), "state");
            acc.write(acc::tile(t, reg::CTRL), reg::CTRL_CLEAR_COUNTERS);
        }
        acc.run(0, 1);
        for (uint32_t t = 0; t < acc.tiles(); ++t) {
            HcimTileState after{};
            must(hcim_tile_state(acc.golden_tile(t), &after), "state");
            const auto counter = [&](uint32_t address) { return acc.read(acc::tile(t, address)); };
            const uint64_t mvms = after.mvms - before[t].mvms;
            if (mvms != 0) context.equal("MVM_DONE of a tile", counter(reg::MVM_DONE), mvms & acc.count_mask());
            if (mvms == 0) context.equal("CYCLES of a tile without a run", counter(reg::CYCLES_LO), 0);
            context.equal("PLANES_SKIPPED of a tile", counter(reg::PLANES_SKIPPED), (after.planes_skipped - before[t].planes_skipped) & acc.count_mask());
            context.equal("PLANES_EMPTY of a tile", counter(reg::PLANES_EMPTY), (after.planes_empty - before[t].planes_empty) & acc.count_mask());
        }
    }
}

// Passes that there are not: each bit of both numbers counts.
void passes_of_nothing(Context& context) {
    LoadedBench acc{context};
    Pass pass = random_pool(acc);
    pass.stream = Pass::raw;
    for (uint32_t index = 0; index < acc.shape.passes; ++index) acc.set_pass(index, pass);
    const auto refuse = [&](uint32_t first, uint32_t count) {
        acc.start(first, count);
        acc.finish();
        acc.expect_error(acc::ERROR_BAD_START);
        context.equal("beats of a run that is refused", acc.outstanding(), 0);
    };
    for (uint32_t bit = 1; bit <= 0x100; bit <<= 1) {
        if (bit < acc.shape.passes) {
            refuse(acc.shape.passes - bit, bit + 1);
            continue;
        }
        refuse(bit, 1);
        refuse(0, bit + 1);
        refuse(bit, 0x200 - bit);
    }
    acc.run(0, acc.shape.passes);
}

// Fields of a residual that is not added cost no cycle: nothing is read for them.
void no_residual_no_reads(Context& context) {
    LoadedBench acc{context};
    const auto cycles = [&](const Pass& pass) {
        acc.set_pass(0, pass);
        acc.clear_counters();
        acc.run(0, 1);
        return acc.read(acc::CYCLES_LO);
    };
    for (unsigned round = 0; round < 6; ++round) {
        Pass pass = random_pool(acc);
        pass.residual = 0;
        pass.stream = Pass::raw;
        pass.residual_words = 0;
        const uint32_t without = cycles(pass);
        pass.residual_words = 0xffff;
        pass.residual_base = pick(context.random, 0, 0xffff);
        pass.residual_step = 1;
        context.equal("CYCLES with words of a residual that is not added", cycles(pass), without);
    }
}

void crowd(AcceleratorBench& acc) {
    crowd(acc, {acc::IRQ_ENABLE, acc::IRQ_ALL, acc::STATUS, acc::ID, acc::ID_VALUE});
    acc.refused_read(0xffc);
}

void stalls_in_every_state(Context& context) {
    LoadedBench acc{context};
    Pass pass = random_pool(acc);
    pass.stream = Pass::raw;
    crowd(acc);  // idle
    for (unsigned round = 0; round < 2; ++round) {
        acc.set_pass(0, pass);
        acc.start_and_hold(0, 1);
        crowd(acc);  // running
        acc.sink.closed = false;
        acc.finish();
    }
    if (acc.shape.passes > 1) {
        pass.pause = 1;
        acc.set_pass(0, pass);
        pass.pause = 0;
        acc.set_pass(1, pass);
        acc.start(0, 2);
        acc.finish();
        crowd(acc);  // paused
        acc.resume();
        acc.finish();
    }
    acc.start_and_hold(0, 1);
    acc.write(acc::CTRL, acc::CTRL_ABORT);
    crowd(acc);  // aborting
    acc.sink.closed = false;
    acc.abort();
    acc.run(acc.shape.passes > 1 ? 1 : 0, 1);
}

// An abort that waits for the stream ends with it, and not before.
void abort_ends_with_the_stream(Context& context) {
    LoadedBench acc{context};
    for (unsigned round = 0; round < 8; ++round) {
        Pass pass = round % 2 == 0 ? random_mvm(acc) : random_pool(acc);
        pass.stream = Pass::scores;
        acc.set_pass(0, pass);
        acc.start_and_hold(0, 1);
        acc.write(acc::CTRL, acc::CTRL_ABORT);
        acc.bench.steps(200 + context.random.below(200));
        const uint32_t both = acc::STATUS_BUSY | acc::STATUS_ABORTING;
        context.equal("STATUS of an abort that waits", acc.read(acc::STATUS) & both, both);
        acc.sink.closed = false;
        // The beat that waits, and one that ends its packet.
        acc.bench.steps(8);
        context.equal("STATUS when the stream has ended", acc.read(acc::STATUS) & both, 0);
        context.check(acc.sink.beats.size() <= 2 && acc.sink.beats.back().last, "the stream does not end with the abort");
        acc.sink.beats.clear();
        acc.forget();
        acc.abort();  // of nothing: everything is as after any abort
    }
}

}  // namespace

std::vector<Test> edge_tests() {
    return {{"input_edges", input_edges},
            {"small_sums", small_sums},
            {"rounding_edges", rounding_edges},
            {"output_pitches", output_pitches},
            {"sizes_of_one_bit", sizes_of_one_bit},
            {"sizes_beyond", sizes_beyond},
            {"tile_settings", tile_settings},
            {"tile_counters", tile_counters},
            {"passes_of_nothing", passes_of_nothing},
            {"no_residual_no_reads", no_residual_no_reads},
            {"stalls_in_every_state", stalls_in_every_state},
            {"abort_ends_with_the_stream", abort_ends_with_the_stream}};
}

}  // namespace hcim
