// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Fields of a pass with their high bits set, counters past their end, addresses and numbers of tiles that there are not: what
// maps of a few pixels do not reach. Maps are larger than the memory here: their addresses wrap around.

#include "tests.h"

namespace hcim {
namespace {

uint32_t pick(Random& random, uint64_t low, uint64_t high) { return static_cast<uint32_t>(random.between(low, high)); }

// A pool that streams its sums, with everything random that is neither a size nor a count.
Pass loose_pool(AcceleratorBench& acc) {
    Random& random = acc.context.random;
    Pass pass;
    pass.kind = random.chance(50) ? Pass::max : Pass::sum;
    pass.stream = Pass::scores;
    pass.output_bits = acc.config->input_bits;
    pass.constant_base = pick(random, 0, 0xffff);
    for (uint32_t* field : {&pass.in_row, &pass.step_x, &pass.step_y, &pass.residual_base, &pass.residual_step, &pass.residual_row_step}) {
        *field = static_cast<uint32_t>(random.next());
    }
    pass.origin = static_cast<int32_t>(random.next());
    pass.in_pitch = pick(random, 0, 0xffff);
    return pass;
}

void with_residual(AcceleratorBench& acc, Pass& pass) {
    Random& random = acc.context.random;
    const uint32_t words = (pass.channels + acc.shape.elements - 1) / acc.shape.elements;
    pass.residual = 1;
    pass.residual_multiplier = random.chance(50) ? 1 : static_cast<int32_t>(random.below(65536)) - 32768;
    pass.residual_words = random.chance(30) ? 0xffff : pick(random, 0, 2 * words);
    pass.residual_offset = random.chance(50) ? 0 : static_cast<int32_t>(random.below(2 * words + 1)) - static_cast<int32_t>(words);
    if (pass.residual_offset > 32767 || pass.residual_offset < -32768) pass.residual_offset = -1;
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
        pass.in_words = pick(random, 1, 0xffff);
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
        if (round % 2 == 1) with_residual(acc, pass);
        acc.set_pass(0, pass);
        acc.run(0, 1);
    }
}

// Pixels of thousands of words, positions of thousands of channels.
void large_pixels(Context& context) {
    LoadedBench acc{context};
    Random& random = context.random;
    const uint32_t elements = acc.shape.elements;
    for (unsigned round = 0; round < 4; ++round) {
        Pass pass = loose_pool(acc);
        pass.in_height = pass.in_width = pass.kernel_height = pass.kernel_width = 1;
        pass.in_words = pick(random, round == 0 ? 0x8000 : 0x1000, round == 0 ? 0xffff : 0x2fff);
        pass.positions = pick(random, 1, 2);
        const uint32_t channels = std::min(pass.in_words * elements, 0xffffU);
        // Of most words nothing is kept, or of all.
        pass.channels = round % 2 == 0 ? pick(random, 1, 40) : pick(random, channels / 2, channels);
        if (round >= 2) {
            pass.channels = pick(random, 0x1000, std::min(pass.in_words * elements, 0x2fffU));
            with_residual(acc, pass);
        }
        acc.set_pass(0, pass);
        acc.run(0, 1);
    }
}

// Residuals of several words, element by element: a multiplier of 1 shows each of them in the sums.
void residuals(Context& context) {
    LoadedBench acc{context};
    Random& random = context.random;
    for (unsigned round = 0; round < 24; ++round) {
        acc.stall(round % 3 * 25);
        Pass pass = round % 2 == 0 ? random_mvm(acc) : random_pool(acc);
        pass.write = 0;
        pass.stream = Pass::scores;
        if (pass.kind != Pass::mvm) pass.channels = pass.in_words * acc.shape.elements;
        with_residual(acc, pass);
        pass.residual_multiplier = 1 << random.below(8);
        pass.residual_words = 0xffff;
        pass.residual_offset = 0;
        pass.residual_base = pick(random, 0, 0xffff);
        pass.residual_step = pick(random, 0, 0xffff);
        pass.residual_row_step = pick(random, 0, 0xffff);
        acc.set_pass(0, pass);
        acc.run(0, 1);
    }
}

// A pass with more positions, or more of them in a row, than the counters hold.
void too_many_positions(Context& context) {
    LoadedBench acc{context};
    const uint32_t bits = acc.config->counter_bits;
    const auto refuse = [&](const Pass& pass) {
        acc.set_pass(0, pass);
        acc.start(0, 1);
        acc.finish();
        acc.expect_error(acc::ERROR_BAD_PASS);
        acc.recover(false);
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
    acc.write(acc::CTRL, acc::CTRL_CLEAR_COUNTERS);
    must(hcim_accelerator_clear(acc.golden(), 0, 0, 1), "clear counters");
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
        for (uint32_t bit = 0x400; bit < 0x1000; bit <<= 1) {
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
                               {"too_many_positions", too_many_positions},
                               {"numbers_of_nothing", numbers_of_nothing},
                               {"single_bits", single_bits}};
    // Wider counters do not come to their end within a test.
    if (config->counter_bits > 12) return tests;
    tests.insert(tests.end(), {{"positions_wrap", positions_wrap}, {"passes_wrap", passes_wrap}, {"cycles_wrap", cycles_wrap}});
    return tests;
}

}  // namespace hcim
