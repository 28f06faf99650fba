// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Random passes: maps of a few pixels, all kinds of windows, residuals, constants, addresses that wrap around; steps that
// are no map's at all.

#include "accelerator_bench.h"

namespace hcim {
namespace {

// Gives false where the window does not fit the map, or there are too many positions.
bool random_window(AcceleratorBench& acc, Pass& pass, uint32_t most_words) {
    Random& random = acc.context.random;
    pass.kernel_height = pick(random, 1, 3);
    pass.kernel_width = pick(random, 1, 3);
    pass.stride = pick(random, 1, random.chance(20) ? 4 : 2);
    pass.padding = random.chance(50) ? 0 : pick(random, 1, random.chance(10) ? 4 : 2);
    const uint32_t height = pick(random, 1, 5);
    const uint32_t width = pick(random, 1, 5);
    const uint32_t words = pick(random, 1, most_words);
    if (height + 2 * pass.padding < pass.kernel_height || width + 2 * pass.padding < pass.kernel_width) return false;
    const uint32_t pitch = words + (random.chance(30) ? pick(random, 1, 2) : 0);
    pass.input(pick(random, 0, acc.shape.activation_words - 1), height, width, words, pitch);
    return pass.positions <= 12;
}

void random_residual(AcceleratorBench& acc, Pass& pass) {
    Random& random = acc.context.random;
    const uint32_t words = (pass.channels + acc.shape.elements - 1) / acc.shape.elements;
    pass.residual = 1;
    const bool extreme = random.chance(20);
    pass.residual_multiplier = extreme ? (random.chance(50) ? 32767 : -32768) : static_cast<int32_t>(random.below(200)) - 100;
    pass.residual_base = pick(random, 0, acc.shape.activation_words - 1);
    pass.residual_words = pick(random, 0, words + 1);
    pass.residual_step = pick(random, 0, 2 * words);
    pass.residual_row_step = pick(random, 0, 8);
    pass.residual_offset = random.chance(50) ? 0 : static_cast<int32_t>(random.below(2 * words + 1)) - static_cast<int32_t>(words);
}

void random_output(AcceleratorBench& acc, Pass& pass) {
    Random& random = acc.context.random;
    const uint32_t words = (pass.channels + acc.shape.elements - 1) / acc.shape.elements;
    pass.write = random.chance(75);
    pass.stream = pass.write == 0 || random.chance(40) ? pick(random, Pass::scores, Pass::raw) : Pass::none;
    pass.uniform = random.chance(30);
    pass.shift = random.chance(20) ? 0 : pick(random, 1, random.chance(15) ? 31 : 14);
    pass.output_bits = random.chance(60) ? acc.config->input_bits : pick(random, 1, acc.config->input_bits);
    pass.constant_base = pick(random, 0, random.chance(20) ? 0xffff : acc.shape.constant_entries - 1);
    pass.out_base = pick(random, 0, acc.shape.activation_words - 1);
    pass.out_pitch = words + (random.chance(30) ? pick(random, 1, 2) : 0);
    if (random.chance(5)) pass.out_pitch = pick(random, 0, words);  // positions over one another: the last one stays
    if (random.chance(40)) random_residual(acc, pass);
    if (pass.residual != 0 && random.chance(25)) {
        // In place: the sums take the place of the residual.
        pass.residual_base = pass.out_base;
        pass.residual_step = pass.out_pitch;
        pass.residual_row_step = pass.out_width * pass.out_pitch;
        pass.residual_offset = 0;
    }
    if (!random.chance(15)) return;
    // Fields that no map would give: they count as they are.
    const auto any = [&] { return static_cast<uint32_t>(random.next()); };
    for (uint32_t* field : {&pass.in_row, &pass.step_x, &pass.step_y, &pass.out_base, &pass.residual_base, &pass.residual_step,
                            &pass.residual_row_step}) {
        if (random.chance(50)) *field = any();
    }
    if (random.chance(50)) pass.origin = static_cast<int32_t>(any());
}

}  // namespace

bool legal(AcceleratorBench& acc, const Pass& pass) {
    Text message;
    const int32_t status = hcim_accelerator_check_pass(acc.golden(), pass.words().data(), message.out());
    if (status == HCIM_RANGE) acc.context.fail("a random pass is illegal: " + message.str());
    return status == HCIM_OK;  // else it reads what it writes
}

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

Pass draw(AcceleratorBench& acc, const std::function<Pass()>& make) {
    for (unsigned attempt = 0; attempt < 10000; ++attempt) {
        const Pass pass = make();
        if (legal(acc, pass)) return pass;
    }
    acc.context.fail("no random pass fits the memory");
}

Pass random_mvm(AcceleratorBench& acc) {
    Random& random = acc.context.random;
    const HcimAcceleratorShape& shape = acc.shape;
    for (unsigned attempt = 0; attempt < 10000; ++attempt) {
        Pass pass;
        pass.segments = random.chance(50) ? shape.segments : pick(random, 1, shape.segments);
        if (!random_window(acc, pass, 3)) continue;
        const uint32_t most = pass.segments * shape.tile_words;
        // More words than the segments take are dropped; that is a rare program.
        if (pass.window_words() > most && !random.chance(10)) continue;
        const uint32_t least = std::min(shape.tile_words, (pass.window_words() + pass.segments - 1) / pass.segments);
        pass.segment_words = random.chance(60) ? least : pick(random, 1, shape.tile_words);
        pass.lanes = random.chance(50) ? shape.lanes : pick(random, 1, shape.lanes);
        pass.first_lane = pick(random, 0, shape.lanes - pass.lanes);
        pass.lane_outputs = random.chance(50) ? acc.config->outputs : pick(random, 1, acc.config->outputs);
        const uint32_t outputs = pass.lanes * pass.lane_outputs;
        pass.channels = random.chance(50) ? outputs : pick(random, 1, outputs);
        random_output(acc, pass);
        if (legal(acc, pass)) return pass;
    }
    acc.context.fail("no random multiply fits the memory");
}

Pass random_pool(AcceleratorBench& acc) {
    Random& random = acc.context.random;
    for (unsigned attempt = 0; attempt < 10000; ++attempt) {
        Pass pass;
        pass.kind = random.chance(50) ? Pass::max : Pass::sum;
        if (!random_window(acc, pass, 4)) continue;
        const uint32_t elements = pass.in_words * acc.shape.elements;
        pass.channels = random.chance(50) ? elements : pick(random, 1, elements);
        // What a pool has no use for may be anything.
        pass.first_lane = pick(random, 0, 255);
        pass.lanes = pick(random, 0, 255);
        pass.segments = pick(random, 0, 255);
        pass.segment_words = pick(random, 0, 0xffff);
        pass.lane_outputs = pick(random, 0, 0xffff);
        random_output(acc, pass);
        if (legal(acc, pass)) return pass;
    }
    acc.context.fail("no random pool fits the memory");
}

}  // namespace hcim
