// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Fields of a pass with their high bits set, counters past their end, addresses and numbers of tiles that there are not: what
// maps of a few pixels do not reach. Maps are larger than the memory here: their addresses wrap around.

#include "tests.h"

namespace hcim {
namespace {

// A constant that takes the element away, and residual elements as they are: what is written is the residual.
void show_residual(AcceleratorBench& acc, Pass& pass) {
    pass.write = 1;
    pass.stream = Pass::none;
    pass.residual = 1;
    pass.residual_multiplier = 1;
    pass.shift = 0;
    pass.output_bits = acc.config->input_bits;
    pass.uniform = 1;
    pass.constant_base = acc.shape.constant_entries - 1;
}

// Windows of up to 255 rows or pixels, mostly beside the input.
void large_windows(Context& context) {
    LoadedBench acc{context};
    Random& random = context.random;
    for (unsigned round = 0; round < 12; ++round) {
        Pass pass = loose_pool(acc);
        const uint32_t large = pick(random, 128, 255);
        pass.kernel_height = round % 2 == 0 ? large : 1;
        pass.kernel_width = round % 2 == 0 ? 1 : large;
        if (round % 4 >= 2 && pass.kind == Pass::max) (round % 2 == 0 ? pass.kernel_width : pass.kernel_height) = 2;
        pass.in_height = pick(random, 1, random.chance(50) ? 300 : 0xffff);
        pass.in_width = pick(random, 1, random.chance(50) ? 300 : 0xffff);
        pass.in_words = pick(random, 1, 3);
        pass.padding = random.chance(50) ? 0 : pick(random, 1, 255);
        pass.stride = pick(random, 1, 255);
        pass.out_width = pick(random, 1, 3);
        pass.positions = pick(random, 1, 4);
        pass.channels = pick(random, 1, pass.in_words * acc.shape.elements);
        acc.set_pass(0, pass);
        acc.run(0, 1);
    }
    // Of a multiply: a window of as many pixels as its tiles take words.
    for (unsigned round = 0; round < 6; ++round) {
        Pass pass = loose_pool(acc);
        pass.kind = Pass::mvm;
        pass.segments = acc.shape.segments;
        pass.segment_words = acc.shape.tile_words;
        pass.lanes = acc.shape.lanes;
        pass.lane_outputs = acc.config->outputs;
        pass.channels = pass.lanes * pass.lane_outputs;
        pass.in_height = pick(random, 1, 0xffff);
        pass.in_width = pick(random, 1, 0xffff);
        (round % 2 == 0 ? pass.kernel_height : pass.kernel_width) = pick(random, 1, 255);
        pass.in_words = pick(random, 1, acc.shape.activation_words);
        pass.out_width = pick(random, 1, 3);
        pass.positions = pick(random, 1, 4);
        acc.set_pass(0, pass);
        acc.run(0, 1);
    }
}

// Many positions far apart: rows and columns of the input with their high bits.
void far_positions(Context& context) {
    LoadedBench acc{context};
    Random& random = context.random;
    const uint32_t limit = std::min(acc.count_mask(), 2000U);
    for (unsigned round = 0; round < 8; ++round) {
        Pass pass = loose_pool(acc);
        pass.stride = pick(random, 100, 255);
        pass.padding = pick(random, 0, 255);
        pass.positions = pick(random, limit / 2, limit);
        // Down, along, or both.
        const uint32_t widths[] = {1, pass.positions, pick(random, 2, 60), std::min(acc.count_mask(), 0xffffU)};
        pass.out_width = widths[round % 4];
        const uint32_t largest = random.chance(50) ? 0xffff : 1000;
        pass.in_height = pick(random, 1, largest);
        pass.in_width = round % 4 == 0 ? 0xffff : pick(random, 1, largest);
        if (round % 4 == 1) pass.in_height = 0xffff;
        pass.channels = pick(random, 1, acc.shape.elements);
        acc.set_pass(0, pass);
        acc.run(0, 1);
    }
}

// Pixels of as many words as the memory has, all of their channels or few.
void large_pixels(Context& context) {
    LoadedBench acc{context};
    Random& random = context.random;
    for (unsigned round = 0; round < 12; ++round) {
        Pass pass = loose_pool(acc);
        pass.kernel_width = pick(random, 1, 2);
        pass.in_width = 2;
        pass.in_words = round == 0 ? acc.shape.activation_words : pick(random, 1, std::min(acc.shape.activation_words, 300U));
        pass.positions = pick(random, 1, 3);
        const uint32_t channels = std::min(pass.in_words * acc.shape.elements, 0xffffU);
        pass.channels = round % 3 == 0 ? channels : pick(random, 1, channels);
        acc.set_pass(0, pass);
        acc.run(0, 1);
    }
}

// Residuals that are written as they are: of several words, from all addresses, with offsets of all sizes.
void residuals(Context& context) {
    LoadedBench acc{context};
    Random& random = context.random;
    acc.set_constant(acc.shape.constant_entries - 1, 0, 0);
    for (unsigned round = 0; round < 30; ++round) {
        const Pass pass = draw(acc, [&] {
            Pass p = loose_pool(acc);
            show_residual(acc, p);
            // A stream that waits holds them up on their way.
            p.stream = random.chance(50) ? pick(random, Pass::none, Pass::raw) : Pass::none;
            p.in_words = pick(random, 1, round % 3 == 0 ? 20 : 5);
            p.step_x = p.step_y = 0;
            p.channels = p.in_words * acc.shape.elements - pick(random, 0, acc.shape.elements - 1);
            p.positions = pick(random, 1, round % 3 == 0 ? 1 : 6);
            p.out_width = pick(random, 1, 4);
            p.out_base = pick(random, 0, 0xffff);
            p.out_pitch = p.in_words;
            p.residual_step = random.chance(50) ? p.in_words : pick(random, 0, 0xffff);
            p.residual_row_step = pick(random, 0, 0xffff);
            const bool small = random.chance(40);
            p.residual_offset = small ? static_cast<int32_t>(random.below(9)) - 4 : static_cast<int32_t>(random.below(65536)) - 32768;
            p.residual_words = small && random.chance(50) ? pick(random, 0, 8) : pick(random, 0, 0xffff);
            if (random.chance(15)) p.residual = 0;  // what stands in its fields has no meaning then
            return p;
        });
        acc.stall(round % 3 * 25);
        acc.set_pass(0, pass);
        acc.run(0, 1);
        acc.check_memory();
    }
}

// Residuals of many positions; each is written over the one before, the last is seen.
void far_residuals(Context& context) {
    LoadedBench acc{context};
    Random& random = context.random;
    acc.set_constant(acc.shape.constant_entries - 1, 0, 0);
    for (unsigned round = 0; round < 12; ++round) {
        Pass pass = loose_pool(acc);
        show_residual(acc, pass);
        // Reads at even addresses, input and output at odd ones.
        pass.origin = 1;
        pass.step_x = pass.step_y = 0;
        pass.out_base = 3;
        pass.out_pitch = 0;
        pass.channels = acc.shape.elements;
        pass.positions = pick(random, 1, std::min(acc.count_mask(), 1500U));
        pass.out_width = round % 2 == 0 ? pick(random, 1, pass.positions) : pick(random, 1, 9);
        pass.residual_words = 1;
        pass.residual_base = 2 * pick(random, 0, 0x7fff);
        pass.residual_step = 2 * pick(random, 0, 0x7fff);
        pass.residual_row_step = 2 * pick(random, 0, 0x7fff);
        acc.set_pass(0, pass);
        acc.run(0, 1);
        acc.check_memory();
    }
}

// A load that has begun goes on through a run that needs no tile.
void load_through_a_run(Context& context) {
    LoadedBench acc{context};
    Pass pass = loose_pool(acc);
    pass.positions = 3;
    acc.set_pass(0, pass);
    for (uint32_t t = 0; t < acc.tiles(); ++t) {
        const Layer layer = random_layer(acc.config, context.random);
        const std::vector<Beat> beats = beats_of(pack_layer(acc.config, layer, HCIM_DEST_WEIGHTS), acc.source.width(), HCIM_DEST_WEIGHTS);
        acc.write(acc::LOAD_TILE, t);
        const size_t first = 1 + context.random.below(beats.size() - 1);
        acc.source.send(std::vector<Beat>(beats.begin(), beats.begin() + static_cast<std::ptrdiff_t>(first)));
        acc.flush();
        acc.sink.closed = true;
        acc.start(0, 1);
        acc.source.send(std::vector<Beat>(beats.begin() + static_cast<std::ptrdiff_t>(first), beats.end()));
        acc.flush();
        context.check((acc.read(acc::STATUS) & acc::STATUS_BUSY) != 0, "the run ended");
        acc.sink.closed = false;
        acc.finish();
        must(hcim_tile_load_weights(acc.golden_tile(t), layer.weights.data(), layer.weights.size()), "weights");
        acc.bench.steps(acc.config->rows + 20);
    }
    acc.set_pass(0, random_mvm(acc));
    acc.run(0, 1);
    // Of a packet for nobody the first beat is told, and no other.
    std::vector<Beat> beats = beats_of(context.random.bits(size_t{6} * acc.config->input_stream_bits), acc.source.width(), 6);
    acc.source.send(std::vector<Beat>(beats.begin(), beats.begin() + 2));
    acc.flush();
    acc.bench.steps(4);
    acc.expect_error(acc::ERROR_DEST);
    acc.source.send(std::vector<Beat>(beats.begin() + 2, beats.end()));
    acc.flush();
    acc.bench.steps(4);
    context.equal("ERROR after the rest of a packet for nobody", acc.read(acc::ERROR), 0);
}

// A pass with more positions, or more of them in a row, than the counters hold.
void too_many_positions(Context& context) {
    LoadedBench acc{context};
    const uint32_t bits = acc.config->counter_bits;
    const auto refuse = [&](const Pass& pass) {
        acc.set_pass(0, pass);
        acc.run_illegal(0, 1);
    };
    for (uint32_t bit = bits; bit < 32; ++bit) {
        Pass pass = loose_pool(acc);
        pass.positions = 3 | 1U << bit;
        refuse(pass);
        if (bit >= 16) continue;
        pass.positions = 3;
        pass.out_width = 3 | 1U << bit;
        refuse(pass);
    }
    Pass pass = loose_pool(acc);
    pass.positions = pass.out_width = std::min(acc.count_mask(), 1000U);
    acc.set_pass(0, pass);
    acc.run(0, 1);
}

// POSITIONS past its end, and a pass of as many positions as it holds.
void positions_wrap(Context& context) {
    LoadedBench acc{context};
    for (const uint32_t positions : {acc.count_mask(), acc.count_mask() / 2 + 1, acc.count_mask() / 3, acc.count_mask()}) {
        Pass pass = loose_pool(acc);
        pass.positions = positions;
        pass.out_width = pick(context.random, 1, positions);
        pass.stream = Pass::none;
        pass.write = 1;
        pass.in_height = pass.in_width = 0xffff;
        pass.stride = 0;
        pass.step_x = pass.step_y = 0;
        pass.origin = 1;
        pass.out_base = 2;
        pass.out_pitch = 0;
        acc.set_pass(0, pass);
        acc.run(0, 1);
    }
    acc.check_memory();
}

// PASSES_DONE past its end: each bit of it counts.
void passes_wrap(Context& context) {
    LoadedBench acc{context};
    Pass pass = loose_pool(acc);
    pass.stream = Pass::none;
    const uint32_t passes = acc.shape.passes;
    for (uint32_t index = 0; index < passes; ++index) acc.set_pass(index, pass);
    for (uint64_t done = 0; done <= uint64_t{acc.count_mask()} + 1; done += passes) acc.run(0, passes);
}

// From read to read CYCLES grows by the cycles between them; a run that waits counts, one that pauses does not.
void cycles_wrap(Context& context) {
    LoadedBench acc{context};
    Pass pass = loose_pool(acc);
    pass.positions = 8;
    acc.set_pass(0, pass);
    acc.sink.closed = true;
    acc.clear_counters();
    acc.start(0, 1);
    uint32_t last = acc.read(acc::CYCLES_LO);
    uint64_t at = context.cycle;
    for (const uint64_t end = at + 3 * (uint64_t{acc.count_mask()} + 1); context.cycle < end;) {
        acc.bench.steps(context.random.below(40));
        const uint32_t now = acc.read(acc::CYCLES_LO);
        context.equal("cycles from read to read", (now - last) & acc.count_mask(), (context.cycle - at) & acc.count_mask());
        context.equal("CYCLES_HI", acc.read(acc::CYCLES_HI), 0);
        last = acc.read(acc::CYCLES_LO);
        at = context.cycle;
    }
    for (unsigned i = 0; i < 4; ++i) {
        acc.bench.steps(context.random.below(uint64_t{acc.count_mask()} + 1));
        acc.write(acc::CTRL, acc::CTRL_CLEAR_COUNTERS);
        context.check(acc.read(acc::CYCLES_LO) < 24, "CYCLES is not cleared");
    }
    must(hcim_accelerator_clear(acc.golden(), 0, 0, 1), "clear counters");
    acc.sink.closed = false;
    acc.wait_for(acc::STATUS_BUSY, 0, "the end of a run");
    const uint32_t idle = acc.read(acc::CYCLES_LO);
    acc.bench.steps(100);
    context.equal("CYCLES while idle", acc.read(acc::CYCLES_LO), idle);
}

// LOAD_TILE with each of its bits: a load of a tile that there is not is dropped and said; addresses in a tile's window
// likewise; settings keep each bit.
void numbers_of_nothing(Context& context) {
    AcceleratorBench acc{context};
    for (uint32_t bit = 1; bit < 0x800; bit <<= 1) {
        acc.write(acc::LOAD_TILE, bit);
        context.equal("LOAD_TILE", acc.read(acc::LOAD_TILE), bit);
        if (bit < acc.tiles()) continue;
        acc.source.send(context.random.bits(size_t{3} * acc.config->input_stream_bits), HCIM_DEST_WEIGHTS);
        acc.flush();
        acc.bench.steps(4);
        acc.expect_error(acc::ERROR_DEST);
    }
    for (uint32_t t = 0; t < acc.tiles(); ++t) {
        for (uint32_t bit : {0x80U, 0x200U, 0x400U, 0x800U}) {  // 0x100 is where thresholds are
            for (uint32_t known : {reg::ID, reg::CTRL, reg::MVM_COUNT}) {
                acc.refused_read(acc::tile(t, known | bit));
                acc.refused(acc::tile(t, known | bit), 1);
            }
        }
        context.equal("STATUS of a tile", acc.read(acc::tile(t, reg::STATUS)) & reg::STATUS_BUSY, 0);
    }
    context.equal("ERROR", acc.read(acc::ERROR), 0);
}

// The interrupt and error bits one by one: each is set alone, cleared alone, and clearing others leaves it.
void single_bits(Context& context) {
    LoadedBench acc{context};
    // START_BUSY, BAD_START and DEST are easily had together.
    acc.set_pass(0, loose_pool(acc));
    acc.start(0, 0);
    acc.source.send(context.random.bits(acc.config->input_stream_bits), 7);
    acc.flush();
    acc.sink.closed = true;
    acc.start(0, 1);
    acc.write(acc::CTRL, acc::CTRL_START);
    acc.refused(acc::PASS_COUNT, 1);
    uint32_t set = acc::ERROR_BAD_START | acc::ERROR_DEST | acc::ERROR_START_BUSY | acc::ERROR_WRITE_BUSY;
    context.equal("ERROR with four bits", acc.read(acc::ERROR), set);
    for (uint32_t bit : {acc::ERROR_DEST, acc::ERROR_START_BUSY, acc::ERROR_BAD_START, acc::ERROR_WRITE_BUSY}) {
        acc.write(acc::ERROR, 0x7f & ~set);
        context.equal("ERROR after others were cleared", acc.read(acc::ERROR), set);
        acc.write(acc::ERROR, bit);
        set &= ~bit;
        context.equal("ERROR after one was cleared", acc.read(acc::ERROR), set);
    }
    acc.write(acc::IRQ_STATUS, acc::IRQ_ERROR);
    must(hcim_accelerator_clear(acc.golden(), ~0U, acc::IRQ_ERROR, 0), "clear");
    acc.sink.closed = false;
    acc.finish();
}

}  // namespace

std::vector<Test> wide_tests(const Config& config) {
    std::vector<Test> tests = {{"large_windows", large_windows},
                               {"far_positions", far_positions},
                               {"large_pixels", large_pixels},
                               {"residuals", residuals},
                               {"far_residuals", far_residuals},
                               {"load_through_a_run", load_through_a_run},
                               {"too_many_positions", too_many_positions},
                               {"numbers_of_nothing", numbers_of_nothing},
                               {"single_bits", single_bits}};
    // Wider counters do not come to their end within a test.
    if (config->counter_bits > 12) return tests;
    tests.insert(tests.end(), {{"positions_wrap", positions_wrap}, {"passes_wrap", passes_wrap}, {"cycles_wrap", cycles_wrap}});
    return tests;
}

}  // namespace hcim
