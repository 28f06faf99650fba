// SPDX-License-Identifier: MIT OR Apache-2.0

#include "reduction_bench.h"

namespace hcim {

ReductionBench::ReductionBench(Context& context)
    : context{context},
      config{context.options},
      golden_{make_golden(context.options, hcim_reduction_new, hcim_reduction_free)},
      bench_{context},
      clear_{bench_.port("clear_i")},
      in_valid_{bench_.port("in_valid_i")},
      in_ready_{bench_.port("in_ready_o")},
      in_first_{bench_.port("in_first_i")},
      in_last_{bench_.port("in_last_i")},
      in_data_{bench_.port("in_data_i")},
      out_valid_{bench_.port("out_valid_o")},
      out_ready_{bench_.port("out_ready_i")},
      out_first_{bench_.port("out_first_o")},
      out_last_{bench_.port("out_last_o")},
      out_data_{bench_.port("out_data_o")} {
    if (has_chain()) {
        chain_enable_ = bench_.port("chain_enable_i");
        chain_valid_ = bench_.port("chain_valid_i");
        chain_ready_ = bench_.port("chain_ready_o");
        chain_first_ = bench_.port("chain_first_i");
        chain_last_ = bench_.port("chain_last_i");
        chain_data_ = bench_.port("chain_data_i");
    }
    context.check(has_chain() == bench_.has("chain_valid_i"), "chain ports do not fit the number of segments");
    context.equal("width of in_data_i", in_data_.width(), config->used_columns * config->read_rate);
    context.equal("width of out_data_o", out_data_.width(), config->outputs * config->read_rate);
    chain(false);
    reset();
}

void ReductionBench::chain(bool enable) {
    if (!idle()) context.fail("the chain may be switched between words only");
    chained_ = enable && has_chain();
}

void ReductionBench::word(const std::vector<int64_t>& accumulators, const std::vector<int64_t>& above) {
    const unsigned u = config->read_rate;
    const auto cut = [&](std::deque<Digit>& queue, const std::vector<int64_t>& values, unsigned digits) {
        for (unsigned n = 0; n < digits; ++n) {
            Digit digit{Bits{values.size() * u}, n == 0, n + 1 == digits};
            for (size_t i = 0; i < values.size(); ++i) {
                for (unsigned b = 0; b < u; ++b) {
                    const unsigned row = n * u + b;
                    digit.data.set_bit(i * u + b, ((values[i] >> (row < 63 ? row : 63)) & 1) != 0);
                }
            }
            queue.push_back(digit);
        }
    };
    cut(inputs_, accumulators, config->read_digits);
    std::vector<int64_t> sums(config->outputs, 0);
    for (unsigned o = 0; o < config->outputs; ++o) {
        for (unsigned j = 0; j < config->weight_slices; ++j) {
            sums[o] += accumulators[o * config->weight_slices + j] * (int64_t{1} << j);
        }
        if (chained_) sums[o] += above[o];
    }
    if (chained_) cut(above_, above, config->result_digits);
    expected_.push_back(sums);
}

void ReductionBench::random_word(unsigned extremes) {
    Random& random = context.random;
    const int64_t most = ((int64_t{1} << config->scale_bits) - 1) * ((int64_t{1} << config->input_bits) - 1);
    const int64_t most_y = most * ((int64_t{1} << config->weight_slices) - 1) * (int64_t{config->segments} - 1);
    const unsigned kind = static_cast<unsigned>(random.below(3));
    const auto pick = [&](int64_t limit) -> int64_t {
        if (random.chance(extremes)) return kind == 0 ? limit : kind == 1 ? -limit : (random.chance(50) ? limit : -limit);
        return static_cast<int64_t>(random.below(static_cast<uint64_t>(2 * limit + 1))) - limit;
    };
    std::vector<int64_t> accumulators(config->used_columns), above(config->outputs);
    for (int64_t& value : accumulators) value = pick(most);
    for (int64_t& value : above) value = pick(most_y);
    word(accumulators, above);
}

void ReductionBench::offer(std::deque<Digit>& queue, bool& offered, unsigned percent, Port& valid, Port& first, Port& last,
                           Port& data) {
    Random& random = context.random;
    if (!offered && !queue.empty() && random.chance(percent)) offered = true;
    valid.set(offered);
    first.set(offered ? queue.front().first : random.below(2));
    last.set(offered ? queue.front().last : random.below(2));
    data.set_bits(offered ? queue.front().data : random.bits(data.width()));
}

void ReductionBench::cycle() {
    clear_.set(clear);
    chain_enable_.set(chained_);
    offer(inputs_, offered_, offers, in_valid_, in_first_, in_last_, in_data_);
    offer(above_, above_offered_, chain_offers, chain_valid_, chain_first_, chain_last_, chain_data_);
    out_ready_.set(context.random.chance(takes));
    bench_.settle();

    HcimReductionIn in{};
    in.clear_i = clear;
    in.in_valid_i = static_cast<uint8_t>(in_valid_.get());
    in.in_first_i = static_cast<uint8_t>(in_first_.get());
    in.in_last_i = static_cast<uint8_t>(in_last_.get());
    in.chain_enable_i = static_cast<uint8_t>(chained_);
    in.chain_valid_i = static_cast<uint8_t>(chain_valid_.get());
    in.chain_first_i = static_cast<uint8_t>(chain_first_.get());
    in.chain_last_i = static_cast<uint8_t>(chain_last_.get());
    in.out_ready_i = static_cast<uint8_t>(out_ready_.get());
    const Bits in_data = in_data_.bits();
    const Bits chain_data = has_chain() ? chain_data_.bits() : Bits{};
    in.in_data_i = words(in_data);
    in.chain_data_i = has_chain() ? words(chain_data) : nullptr;

    HcimReductionOut rtl{};
    rtl.in_ready_o = static_cast<uint8_t>(in_ready_.get());
    rtl.chain_ready_o = static_cast<uint8_t>(chain_ready_.get());
    rtl.out_valid_o = static_cast<uint8_t>(out_valid_.get());
    rtl.out_first_o = static_cast<uint8_t>(out_first_.get());
    rtl.out_last_o = static_cast<uint8_t>(out_last_.get());
    const Bits out_data = out_data_.bits();
    rtl.out_data_o = words(out_data);
    Text report;
    const int32_t status = hcim_reduction_check(golden_.get(), &in, &rtl, report.out());
    ++context.checks;
    if (status == HCIM_MISMATCH) context.fail(report.str());
    must(status, "check");
    must(hcim_reduction_clock(golden_.get(), &in), "clock");

    if (offered_ && in_ready_.get() != 0) {
        offered_ = false;
        inputs_.pop_front();
    }
    if (above_offered_ && chain_ready_.get() != 0) {
        above_offered_ = false;
        above_.pop_front();
    }
    if (out_valid_.get() != 0 && out_ready_.get() != 0) collect();
    if (clear) forget();
    bench_.tick();
}

// A digit has come out; a whole word must be the sum.
void ReductionBench::collect() {
    context.equal("out_first_o", out_first_.get(), digits_.empty());
    digits_.push_back(out_data_.bits());
    context.equal("out_last_o", out_last_.get(), digits_.size() == config->result_digits);
    if (digits_.size() < config->result_digits) return;
    if (expected_.empty()) context.fail("a word that nobody asked for");
    const unsigned u = config->read_rate;
    for (unsigned o = 0; o < config->outputs; ++o) {
        Bits value{size_t{u} * config->result_digits};
        for (unsigned n = 0; n < config->result_digits; ++n) value.set_field(n * u, u, digits_[n].field(o * u, u));
        context.equal("y", static_cast<uint64_t>(value.signed_field(0, value.width() < 64 ? value.width() : 64)),
                      static_cast<uint64_t>(expected_.front()[o]));
    }
    expected_.pop_front();
    digits_.clear();
    ++words_out;
    last_out = context.cycle;
}

void ReductionBench::forget() {
    inputs_.clear();
    above_.clear();
    expected_.clear();
    digits_.clear();
    offered_ = above_offered_ = false;
}

void ReductionBench::drain() {
    offers = chain_offers = takes = 100;
    for (unsigned i = 0; !idle(); ++i) {
        if (i > 20000) context.fail("a word never comes out");
        cycle();
    }
    for (unsigned i = 0; i < 4; ++i) cycle();
}

void ReductionBench::reset(bool clocked) {
    forget();
    clear_.set(0);
    in_valid_.set(0);
    chain_valid_.set(0);
    if (clocked) {
        bench_.reset(1 + static_cast<unsigned>(context.random.below(2)));
    } else {
        bench_.reset_without_clock();
    }
    must(hcim_reduction_reset(golden_.get()), "reset");
}

}  // namespace hcim
