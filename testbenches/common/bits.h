// SPDX-License-Identifier: MIT OR Apache-2.0
//
// A vector of bits of any width chosen at run time, 64 to a word, bit 0 lowest. Bits above the width are zero.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace hcim {

class Bits {
public:
    Bits() = default;
    explicit Bits(size_t width, uint64_t low = 0) : width_{width}, words_((width + 63) / 64, 0) {
        if (!words_.empty()) words_[0] = low;
        trim();
    }

    size_t width() const { return width_; }
    const uint64_t* data() const { return words_.data(); }
    uint64_t* data() { return words_.data(); }
    size_t words() const { return words_.size(); }

    bool bit(size_t i) const { return i < width_ && ((words_[i / 64] >> (i % 64)) & 1) != 0; }

    void set_bit(size_t i, bool value) {
        if (i >= width_) return;
        const uint64_t mask = uint64_t{1} << (i % 64);
        words_[i / 64] = value ? words_[i / 64] | mask : words_[i / 64] & ~mask;
    }

    // Up to 64 bits from `low` on.
    uint64_t field(size_t low, size_t count) const {
        uint64_t value = 0;
        for (size_t got = 0; got < count && low + got < width_;) {
            const size_t at = low + got;
            value |= (words_[at / 64] >> (at % 64)) << got;
            got += 64 - at % 64;
        }
        return count < 64 ? value & ((uint64_t{1} << count) - 1) : value;
    }

    void set_field(size_t low, size_t count, uint64_t value) {
        for (size_t i = 0; i < count; ++i) set_bit(low + i, ((value >> i) & 1) != 0);
    }

    Bits slice(size_t low, size_t count) const {
        Bits part{count};
        for (size_t i = 0; i < part.words(); ++i) part.words_[i] = field(low + 64 * i, 64);
        part.trim();
        return part;
    }

    // The field as a two's complement number.
    int64_t signed_field(size_t low, size_t count) const {
        const uint64_t value = field(low, count);
        if (count >= 64) return static_cast<int64_t>(value);
        const uint64_t sign = uint64_t{1} << (count - 1);
        return static_cast<int64_t>((value ^ sign) - sign);
    }

    void fill(bool value) {
        for (uint64_t& word : words_) word = value ? ~uint64_t{0} : 0;
        trim();
    }

    size_t count() const {
        size_t total = 0;
        for (uint64_t word : words_) total += static_cast<size_t>(__builtin_popcountll(word));
        return total;
    }

    bool any() const { return count() != 0; }

    Bits operator~() const {
        Bits result = *this;
        for (uint64_t& word : result.words_) word = ~word;
        result.trim();
        return result;
    }
    Bits operator&(const Bits& other) const { return merge(other, [](uint64_t a, uint64_t b) { return a & b; }); }
    Bits operator|(const Bits& other) const { return merge(other, [](uint64_t a, uint64_t b) { return a | b; }); }
    Bits operator^(const Bits& other) const { return merge(other, [](uint64_t a, uint64_t b) { return a ^ b; }); }

    bool operator==(const Bits& other) const { return width_ == other.width_ && words_ == other.words_; }
    bool operator!=(const Bits& other) const { return !(*this == other); }

    std::string hex() const {
        std::string text;
        for (size_t digit = (width_ + 3) / 4; digit-- > 0;) text += "0123456789abcdef"[field(digit * 4, 4)];
        return text.empty() ? "0" : text;
    }

    void trim() {
        if (width_ % 64 != 0) words_.back() &= (uint64_t{1} << (width_ % 64)) - 1;
    }

private:
    template <typename F>
    Bits merge(const Bits& other, F f) const {
        Bits result = *this;
        for (size_t i = 0; i < words_.size(); ++i) {
            result.words_[i] = f(words_[i], i < other.words_.size() ? other.words_[i] : 0);
        }
        result.trim();
        return result;
    }

    size_t width_ = 0;
    std::vector<uint64_t> words_;
};

}  // namespace hcim
