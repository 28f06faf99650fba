// SPDX-License-Identifier: MIT OR Apache-2.0
//
// The golden model's C interface with owners for its handles.

#pragma once

#include <memory>

#include "hcim_golden.h"
#include "test.h"

namespace hcim {

inline const uint32_t* words(const Bits& bits) { return reinterpret_cast<const uint32_t*>(bits.data()); }
inline uint32_t* words(Bits& bits) { return reinterpret_cast<uint32_t*>(bits.data()); }

// Bits from the library's words.
inline Bits bits_from(const uint32_t* from, size_t width) {
    Bits bits{width};
    std::copy(from, from + (width + 31) / 32, words(bits));
    bits.trim();
    return bits;
}

// Text that the library allocated.
class Text {
public:
    Text() = default;
    Text(const Text&) = delete;
    Text& operator=(const Text&) = delete;
    ~Text() { hcim_text_free(text_); }
    char** out() { return &text_; }
    std::string str() const { return text_ == nullptr ? "" : text_; }

private:
    char* text_ = nullptr;
};

// A call that must succeed.
inline void must(int32_t status, const std::string& what) {
    if (status != HCIM_OK) throw Failure("golden model: " + what + ": " + hcim_golden_status_text(status));
}

// A handle that goes back through its `free`.
template <typename T>
using Owner = std::unique_ptr<T, void (*)(T*)>;

// Makes a model of the configuration.
template <typename T>
Owner<T> make_golden(const Options& options, int32_t (*create)(const char*, T**, char**), void (*release)(T*)) {
    T* handle = nullptr;
    Text message;
    const int32_t status = create(options.config_text.c_str(), &handle, message.out());
    must(status, message.str());
    return Owner<T>{handle, release};
}

// The configuration with everything that follows from it.
class Config {
public:
    explicit Config(const Options& options) : handle_{make_golden(options, hcim_config_new, hcim_config_free)} {
        must(hcim_config_derived(handle_.get(), &derived_), "derived figures");
    }

    const HcimConfig* handle() const { return handle_.get(); }
    const HcimDerived* operator->() const { return &derived_; }
    const HcimDerived& derived() const { return derived_; }
    // What a counter holds at most; only the counter of cycles may have more bits, in a second word.
    uint32_t count_mask() const { return derived_.counter_bits >= 32 ? 0xffffffffU : (1U << derived_.counter_bits) - 1; }

private:
    Owner<HcimConfig> handle_;
    HcimDerived derived_{};
};

}  // namespace hcim
