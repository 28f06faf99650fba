// SPDX-License-Identifier: MIT OR Apache-2.0
//
// A column reduction beside its golden model, compared in every cycle. Words of accumulators go in, words of results come
// out; the bench adds them up once more with plain arithmetic.

#pragma once

#include <deque>

#include "bench.h"
#include "golden.h"

namespace hcim {

class ReductionBench {
public:
    explicit ReductionBench(Context& context);

    Context& context;
    const Config config;

    // How often each side moves, in percent.
    unsigned offers = 100, chain_offers = 100, takes = 100;
    bool clear = false;

    bool has_chain() const { return config->segments > 1; }
    void chain(bool enable);
    bool chained() const { return chained_; }

    // Queues a word: an accumulator for each used column; what the tile above sends for each output.
    void word(const std::vector<int64_t>& accumulators, const std::vector<int64_t>& above);
    void random_word(unsigned extremes);

    // Whether everything queued has come out.
    bool idle() const { return inputs_.empty() && expected_.empty(); }

    void cycle();
    void drain();
    // Reset of a few cycles, or while the clock stands still.
    void reset(bool clocked = true);

    uint64_t words_out = 0;
    uint64_t last_out = 0;  // cycle of the last digit

private:
    struct Digit {
        Bits data;
        bool first, last;
    };

    void forget();
    void offer(std::deque<Digit>& queue, bool& offered, unsigned percent, Port& valid, Port& first, Port& last, Port& data);
    void collect();

    Owner<HcimReduction> golden_;
    Bench bench_;
    Port clear_, in_valid_, in_ready_, in_first_, in_last_, in_data_;
    Port chain_enable_, chain_valid_, chain_ready_, chain_first_, chain_last_, chain_data_;
    Port out_valid_, out_ready_, out_first_, out_last_, out_data_;
    std::deque<Digit> inputs_, above_;
    std::deque<std::vector<int64_t>> expected_;
    std::vector<Bits> digits_;
    bool offered_ = false, above_offered_ = false, chained_ = false;
};

}  // namespace hcim
