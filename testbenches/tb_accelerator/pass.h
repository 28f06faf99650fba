// SPDX-License-Identifier: MIT OR Apache-2.0
//
// A pass of a program, field by field, and its words: the testbench's own reading of the contract.

#pragma once

#include <array>
#include <cstdint>

namespace hcim {

struct Pass {
    enum Kind : uint32_t { mvm = 0, max = 1, sum = 2, illegal_kind = 3 };
    enum Stream : uint32_t { none = 0, scores = 1, raw = 2, illegal_stream = 3 };

    uint32_t kind = mvm, pause = 0, write = 0, stream = none, residual = 0, uniform = 0, shift = 0, output_bits = 1;
    int32_t origin = 0;
    uint32_t in_height = 1, in_width = 1, in_words = 1, in_pitch = 1, in_row = 1;
    uint32_t kernel_height = 1, kernel_width = 1, stride = 1, padding = 0, step_x = 1, step_y = 1;
    uint32_t out_height = 1, out_width = 1, positions = 1, out_base = 0, out_pitch = 1, channels = 1;
    uint32_t first_lane = 0, lanes = 1, segments = 1, segment_words = 1, lane_outputs = 1;
    uint32_t constant_base = 0;
    int32_t residual_multiplier = 0;
    uint32_t residual_base = 0, residual_row_step = 0, residual_step = 0, residual_words = 0;
    int32_t residual_offset = 0;

    // The map that is read: `height` x `width` pixels of `words` words each, one after another from `base` on.
    void input(uint32_t base, uint32_t height, uint32_t width, uint32_t words, uint32_t pitch) {
        in_height = height;
        in_width = width;
        in_words = words;
        in_pitch = pitch;
        in_row = width * pitch;
        origin = static_cast<int32_t>(base) - static_cast<int32_t>(padding * (in_row + in_pitch));
        step_x = stride * in_pitch;
        step_y = stride * in_row;
        out_height = (height + 2 * padding - kernel_height) / stride + 1;
        out_width = (width + 2 * padding - kernel_width) / stride + 1;
        positions = out_height * out_width;
    }

    uint32_t window_words() const { return kernel_height * kernel_width * in_words; }

    std::array<uint32_t, 32> words() const {
        const auto half = [](uint32_t low, uint32_t high) { return (low & 0xffff) | high << 16; };
        std::array<uint32_t, 32> w{};
        w[0] = kind | pause << 4 | write << 5 | stream << 6 | residual << 8 | uniform << 9 | shift << 16 | output_bits << 24;
        w[1] = static_cast<uint32_t>(origin);
        w[2] = half(in_height, in_width);
        w[3] = half(in_words, in_pitch);
        w[4] = in_row;
        w[5] = kernel_height | kernel_width << 8 | stride << 16 | padding << 24;
        w[6] = step_x;
        w[7] = step_y;
        w[8] = half(out_height, out_width);
        w[9] = positions;
        w[10] = out_base;
        w[11] = half(out_pitch, channels);
        w[12] = first_lane | lanes << 8 | segments << 16;
        w[13] = half(segment_words, lane_outputs);
        w[14] = half(constant_base, static_cast<uint32_t>(residual_multiplier));
        w[15] = residual_base;
        w[16] = residual_row_step;
        w[17] = residual_step;
        w[18] = half(residual_words, static_cast<uint32_t>(residual_offset));
        return w;
    }
};

}  // namespace hcim
