// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Random numbers that depend on the seed alone, the same on every machine (splitmix64).

#pragma once

#include <cstdint>
#include <string>

#include "bits.h"

namespace hcim {

class Random {
public:
    explicit Random(uint64_t seed) : state_{seed} {}

    // A stream of its own for a named purpose.
    Random(uint64_t seed, const std::string& purpose) : state_{seed} {
        for (char c : purpose) state_ = (state_ ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL + 0x9e37;
        next();
    }

    uint64_t next() {
        state_ += 0x9e3779b97f4a7c15ULL;
        uint64_t z = state_;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31);
    }

    // 0 .. n - 1.
    uint64_t below(uint64_t n) { return n == 0 ? 0 : next() % n; }

    // low .. high, both included.
    uint64_t between(uint64_t low, uint64_t high) { return low + below(high - low + 1); }

    // True in `percent` of 100 calls.
    bool chance(unsigned percent) { return below(100) < percent; }

    // Bits that are one in `percent` of 100 places.
    Bits bits(size_t width, unsigned percent = 50) {
        Bits value{width};
        if (percent == 50) {
            for (size_t i = 0; i < value.words(); ++i) value.data()[i] = next();
            value.trim();
        } else {
            for (size_t i = 0; i < width; ++i) value.set_bit(i, chance(percent));
        }
        return value;
    }

private:
    uint64_t state_;
};

}  // namespace hcim
