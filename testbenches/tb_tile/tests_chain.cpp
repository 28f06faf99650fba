// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Stacked segments: words of the tile above are added, words go to the tile below.

#include "tests.h"

namespace hcim {
namespace {

using Word = std::vector<int64_t>;  // a number for each output

// The tile above: sends words of NY digits.
class ChainSource : public Agent {
public:
    explicit ChainSource(TileBench& tile)
        : tile_{tile},
          valid_{tile.bench.port("s_chain_valid")},
          ready_{tile.bench.port("s_chain_ready")},
          first_{tile.bench.port("s_chain_first")},
          last_{tile.bench.port("s_chain_last")},
          data_{tile.bench.port("s_chain_data")} {}

    unsigned stall = 0;

    void send(const Word& word) { words_.push_back(word); }

    void drive() override {
        Random& random = tile_.context.random;
        if (!offered_ && !words_.empty() && !random.chance(stall)) offered_ = true;
        valid_.set(offered_);
        data_.set_bits(random.bits(data_.width()));
        first_.set(random.below(2));
        last_.set(random.below(2));
        if (!offered_) return;
        const unsigned u = tile_.config->read_rate;
        Bits data{data_.width()};
        for (unsigned o = 0; o < tile_.config->outputs; ++o) {
            for (unsigned b = 0; b < u; ++b) {
                const unsigned row = digit_ * u + b;
                data.set_bit(o * u + b, ((words_.front()[o] >> (row < 63 ? row : 63)) & 1) != 0);
            }
        }
        data_.set_bits(data);
        first_.set(digit_ == 0);
        last_.set(digit_ + 1 == tile_.config->result_digits);
    }

    void sample() override {
        if (!offered_ || ready_.get() == 0) return;
        offered_ = false;
        if (++digit_ < tile_.config->result_digits) return;
        digit_ = 0;
        words_.pop_front();
    }

private:
    TileBench& tile_;
    Port valid_, ready_, first_, last_, data_;
    std::deque<Word> words_;
    unsigned digit_ = 0;
    bool offered_ = false;
};

// The tile below: takes words.
class ChainSink : public Agent {
public:
    explicit ChainSink(TileBench& tile)
        : tile_{tile},
          valid_{tile.bench.port("m_chain_valid")},
          ready_{tile.bench.port("m_chain_ready")},
          first_{tile.bench.port("m_chain_first")},
          last_{tile.bench.port("m_chain_last")},
          data_{tile.bench.port("m_chain_data")} {}

    unsigned stall = 0;
    std::deque<Word> words;

    void drive() override { ready_.set(!tile_.context.random.chance(stall)); }

    void sample() override {
        Context& context = tile_.context;
        const bool valid = valid_.get() != 0;
        if (held_) context.check(valid && data_.bits() == held_data_, "a digit changed before it was taken");
        held_ = valid && ready_.get() == 0;
        held_data_ = data_.bits();
        if (!valid || held_) return;
        context.equal("m_chain_first", first_.get(), digits_.empty());
        digits_.push_back(data_.bits());
        context.equal("m_chain_last", last_.get(), digits_.size() == tile_.config->result_digits);
        if (digits_.size() < tile_.config->result_digits) return;
        const unsigned u = tile_.config->read_rate;
        Word word;
        for (unsigned o = 0; o < tile_.config->outputs; ++o) {
            Bits value{digits_.size() * u};
            for (size_t n = 0; n < digits_.size(); ++n) value.set_field(n * u, u, digits_[n].field(o * u, u));
            word.push_back(value.signed_field(0, value.width() < 64 ? value.width() : 64));
        }
        words.push_back(word);
        digits_.clear();
    }

private:
    TileBench& tile_;
    Port valid_, ready_, first_, last_, data_;
    std::vector<Bits> digits_;
    bool held_ = false;
    Bits held_data_;
};

// A word that the segments above can have made.
Word random_word(TileBench& tile) {
    const HcimDerived& d = tile.config.derived();
    const int64_t one = ((int64_t{1} << d.scale_bits) - 1) * ((int64_t{1} << d.input_bits) - 1) *
                        ((int64_t{1} << d.weight_slices) - 1);
    const int64_t most = one * (int64_t{d.segments} - 1);
    Word word(d.outputs);
    for (int64_t& value : word) {
        value = static_cast<int64_t>(tile.context.random.below(static_cast<uint64_t>(2 * most + 1))) - most;
        if (tile.context.random.chance(10)) value = tile.context.random.chance(50) ? most : -most;
    }
    return word;
}

constexpr uint32_t IN_ENABLE = 1, OUT_ENABLE = 2;

// Runs with every setting of CHAIN, with and without stalls.
void chain(Context& context) {
    TileBench tile{context};
    ChainSource above{tile};
    ChainSink below{tile};
    tile.bench.add(above);
    tile.bench.add(below);
    tile.load(tile.random_layer());
    for (unsigned round = 0; round < 8; ++round) {
        const uint32_t setting = round % 4;
        const unsigned stall = round < 4 ? 0 : 40;
        tile.stall(stall);
        above.stall = below.stall = stall;
        tile.write(reg::CHAIN, setting);
        context.equal("CHAIN", tile.read(reg::CHAIN), setting);
        const unsigned count = amount(tile.config, 6);
        std::vector<Word> want;
        for (unsigned i = 0; i < count; ++i) {
            const Inputs inputs = tile.random_inputs();
            const Word word = random_word(tile);
            if ((setting & IN_ENABLE) != 0) above.send(word);
            want.push_back(tile.send(inputs, (setting & IN_ENABLE) != 0 ? &word : nullptr, (setting & OUT_ENABLE) == 0));
        }
        tile.start(count);
        if ((setting & OUT_ENABLE) == 0) {
            tile.finish();
            context.equal("words to the tile below", below.words.size(), 0);
        } else {
            tile.wait_for(reg::STATUS_BUSY, 0, "the end of a run", 400000);
            context.equal("words to the tile below", below.words.size(), count);
            for (unsigned i = 0; i < count; ++i) {
                for (unsigned o = 0; o < tile.config->outputs; ++o) {
                    context.equal("y", static_cast<uint64_t>(below.words[i][o]), static_cast<uint64_t>(want[i][o]));
                }
            }
            below.words.clear();
            context.equal("result packets", tile.sink.packets.size(), 0);
        }
        context.equal("MVM_DONE", tile.read(reg::MVM_DONE), count);
    }
}

}  // namespace

std::vector<Test> chain_tests(const Config& config) {
    if (config->segments == 1) return {};
    return {{"chain", chain}};
}

}  // namespace hcim
