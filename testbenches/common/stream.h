// SPDX-License-Identifier: MIT OR Apache-2.0
//
// AXI4-Stream source and sink with random stalls. Both check that the other side keeps the rules of the handshake.

#pragma once

#include <algorithm>
#include <deque>
#include <vector>

#include "bench.h"

namespace hcim {

struct Beat {
    Bits data;
    unsigned dest = 0;
    bool last = false;
};

// Cuts a packet's bits into beats, padded with zeros.
inline std::vector<Beat> beats_of(const Bits& packet, size_t width, unsigned dest) {
    std::vector<Beat> beats;
    const size_t count = packet.width() == 0 ? 1 : (packet.width() + width - 1) / width;
    for (size_t i = 0; i < count; ++i) {
        Beat beat;
        beat.data = packet.slice(i * width, width);
        beat.dest = dest;
        beat.last = i + 1 == count;
        beats.push_back(beat);
    }
    return beats;
}

// Drives <prefix>_tdata, _tdest, _tvalid, _tlast. What is offered stays until it is taken.
class StreamSource : public Agent {
public:
    StreamSource(Bench& bench, const std::string& prefix)
        : context_{bench.context},
          data_{bench.port(prefix + "_tdata")},
          dest_{bench.optional(prefix + "_tdest")},
          last_{bench.port(prefix + "_tlast")},
          valid_{bench.port(prefix + "_tvalid")},
          ready_{bench.port(prefix + "_tready")} {
        valid_.set(0);
    }

    unsigned stall = 0;  // percent of the cycles in which nothing new is offered
    uint64_t packets = 0;  // packets taken to the end

    size_t width() const { return data_.width(); }
    bool idle() const { return queue_.empty(); }
    size_t waiting() const { return queue_.size(); }
    size_t waiting_packets() const {
        return static_cast<size_t>(std::count_if(queue_.begin(), queue_.end(), [](const Beat& beat) { return beat.last; }));
    }
    void send(const std::vector<Beat>& beats) { queue_.insert(queue_.end(), beats.begin(), beats.end()); }
    void send(const Bits& packet, unsigned dest) { send(beats_of(packet, width(), dest)); }

    // Forgets the packets of which nothing has been offered yet. Gives the number of the packet that stays because its first
    // beat stands on the bus, not taken; -1 if there is none.
    int64_t drop() {
        const bool stands = offered_ && !inside_;
        size_t keep = 0;
        if (offered_ || inside_) {
            while (keep < queue_.size() && !queue_[keep].last) ++keep;
            ++keep;
        }
        if (keep < queue_.size()) queue_.resize(keep);
        return stands ? static_cast<int64_t>(packets) : -1;
    }

    void drive() override {
        if (!offered_ && !queue_.empty() && !context_.random.chance(stall)) offered_ = true;
        valid_.set(offered_);
        if (offered_) {
            data_.set_bits(queue_.front().data);
            dest_.set(queue_.front().dest);
            last_.set(queue_.front().last);
        } else if (!context_.calm) {
            data_.set_bits(context_.random.bits(data_.width()));
            dest_.set(context_.random.below(4));
            last_.set(context_.random.below(2));
        }
    }

    void sample() override {
        if (!offered_ || ready_.get() == 0) return;
        inside_ = !queue_.front().last;
        if (!inside_) ++packets;
        queue_.pop_front();
        offered_ = false;
    }

    void reset() override {
        queue_.clear();
        offered_ = inside_ = false;
        valid_.set(0);
    }

private:
    Context& context_;
    Port data_, dest_, last_, valid_, ready_;
    std::deque<Beat> queue_;
    bool offered_ = false;
    bool inside_ = false;  // a packet's first beat was taken, its last was not
};

// Takes <prefix>_tdata, _tvalid, _tlast and collects packets.
class StreamSink : public Agent {
public:
    StreamSink(Bench& bench, const std::string& prefix)
        : context_{bench.context},
          data_{bench.port(prefix + "_tdata")},
          last_{bench.port(prefix + "_tlast")},
          valid_{bench.port(prefix + "_tvalid")},
          ready_{bench.port(prefix + "_tready")} {
        ready_.set(0);
    }

    unsigned stall = 0;      // percent of the cycles in which it is not ready
    bool closed = false;     // never ready
    uint64_t last_beat = 0;  // cycle of the last beat

    struct Packet {
        Bits bits;  // all beats one after another
        size_t beats = 0;
        uint64_t cycle = 0;  // of its last beat
    };
    std::deque<Packet> packets;

    bool partial() const { return !beats_.empty(); }

    void drive() override { ready_.set(!closed && !context_.random.chance(stall)); }

    void sample() override {
        const bool valid = valid_.get() != 0;
        if (held_) {
            context_.check(valid, "tvalid fell before the beat was taken");
            context_.equal("tdata of a waiting beat", data_.bits(), held_data_);
            context_.equal("tlast of a waiting beat", last_.get(), held_last_);
        }
        held_ = valid && ready_.get() == 0;
        held_data_ = held_ ? data_.bits() : Bits{};
        held_last_ = last_.get() != 0;
        if (!valid || held_) return;
        last_beat = context_.cycle;
        beats_.push_back(data_.bits());
        if (last_.get() != 0) finish();
    }

    void reset() override {
        beats_.clear();
        held_ = false;
    }

private:
    void finish() {
        const size_t width = data_.width();
        Packet packet;
        packet.bits = Bits{width * beats_.size()};
        for (size_t b = 0; b < beats_.size(); ++b) {
            for (size_t i = 0; i < width; i += 32) {
                packet.bits.set_field(b * width + i, width - i < 32 ? width - i : 32, beats_[b].field(i, 32));
            }
        }
        packet.beats = beats_.size();
        packet.cycle = context_.cycle;
        packets.push_back(packet);
        beats_.clear();
    }

    Context& context_;
    Port data_, last_, valid_, ready_;
    std::vector<Bits> beats_;
    bool held_ = false;
    Bits held_data_;
    bool held_last_ = false;
};

}  // namespace hcim
