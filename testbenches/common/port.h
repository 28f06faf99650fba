// SPDX-License-Identifier: MIT OR Apache-2.0
//
// A port of the model, whatever its width: Verilator stores up to 64 bits in an integer and more in 32-bit words.

#pragma once

#include <cstring>

#include "bits.h"
#include "dut.h"

namespace hcim {

class Port {
public:
    Port() = default;  // absent: reads as 0, ignores writes
    explicit Port(const PortInfo& info) : data_{info.data}, bytes_{info.bytes}, width_{info.width} {}

    bool present() const { return data_ != nullptr; }
    size_t width() const { return width_; }

    uint64_t get() const { return load(0, bytes_ < 8 ? bytes_ : 8); }

    void set(uint64_t value) {
        if (width_ < 64) value &= (uint64_t{1} << width_) - 1;
        store(0, bytes_ < 8 ? bytes_ : 8, value);
        for (size_t at = 8; at < bytes_; at += 8) store(at, bytes_ - at < 8 ? bytes_ - at : 8, 0);
    }

    Bits bits() const {
        Bits value{width_};
        for (size_t i = 0; i < value.words(); ++i) value.data()[i] = load(i * 8, left(i));
        value.trim();
        return value;
    }

    // Bits above the port's width are dropped, missing ones are zero.
    void set_bits(const Bits& value) {
        for (size_t i = 0; i * 8 < bytes_; ++i) {
            uint64_t word = i < value.words() ? value.data()[i] : 0;
            const size_t room = width_ - i * 64;
            if (room < 64) word &= (uint64_t{1} << room) - 1;
            store(i * 8, left(i), word);
        }
    }

private:
    size_t left(size_t word) const { return bytes_ - word * 8 < 8 ? bytes_ - word * 8 : 8; }

    uint64_t load(size_t offset, size_t count) const {
        uint64_t value = 0;
        if (data_ != nullptr) std::memcpy(&value, static_cast<const char*>(data_) + offset, count);
        return value;
    }

    void store(size_t offset, size_t count, uint64_t value) {
        if (data_ != nullptr) std::memcpy(static_cast<char*>(data_) + offset, &value, count);
    }

    void* data_ = nullptr;
    size_t bytes_ = 0;
    size_t width_ = 0;
};

}  // namespace hcim
