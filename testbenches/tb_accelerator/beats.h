// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Takes the beats of m_axis one by one, with random stalls, and checks that a waiting beat stays what it is.

#pragma once

#include <deque>

#include "bench.h"

namespace hcim {

struct Number {
    int64_t data = 0;
    bool last = false;
    bool operator==(const Number& other) const { return data == other.data && last == other.last; }
};

class BeatSink : public Agent {
public:
    BeatSink(Bench& bench, const std::string& prefix)
        : context_{bench.context},
          data_{bench.port(prefix + "_tdata")},
          last_{bench.port(prefix + "_tlast")},
          valid_{bench.port(prefix + "_tvalid")},
          ready_{bench.port(prefix + "_tready")} {
        ready_.set(0);
    }

    unsigned stall = 0;   // percent of the cycles in which it is not ready
    bool closed = false;  // never ready
    uint64_t taken = 0;   // beats in all
    std::deque<Number> beats;

    // A beat stands on the bus and waits.
    bool offered() const { return held_; }

    void drive() override { ready_.set(!closed && !context_.random.chance(stall)); }

    void sample() override {
        const bool valid = valid_.get() != 0;
        const Number now{static_cast<int64_t>(data_.get()), last_.get() != 0};
        if (held_) context_.check(valid && now == waiting_, "m_axis changed before the beat was taken");
        held_ = valid && ready_.get() == 0;
        waiting_ = now;
        if (!valid || held_) return;
        ++taken;
        beats.push_back(now);
    }

    void reset() override {
        beats.clear();
        held_ = false;
    }

private:
    Context& context_;
    Port data_, last_, valid_, ready_;
    bool held_ = false;
    Number waiting_;
};

}  // namespace hcim
