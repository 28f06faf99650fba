// SPDX-License-Identifier: MIT OR Apache-2.0
//
// AXI4-Lite master with random stalls on all five channels. Address and data of a write come in either order. Several
// accesses may be asked for at once: each is offered as soon as the one before has been taken, answered or not.

#pragma once

#include <algorithm>
#include <deque>

#include "bench.h"

namespace hcim {

class AxilMaster : public Agent {
public:
    explicit AxilMaster(Bench& bench, const std::string& prefix = "s_axil")
        : bench_{bench},
          context_{bench.context},
          aw_{bench, prefix + "_aw"},
          w_{bench, prefix + "_w"},
          b_{bench, prefix + "_b"},
          ar_{bench, prefix + "_ar"},
          r_{bench, prefix + "_r"},
          awaddr_{bench.port(prefix + "_awaddr")},
          awprot_{bench.optional(prefix + "_awprot")},
          wdata_{bench.port(prefix + "_wdata")},
          wstrb_{bench.port(prefix + "_wstrb")},
          bresp_{bench.port(prefix + "_bresp")},
          araddr_{bench.port(prefix + "_araddr")},
          arprot_{bench.optional(prefix + "_arprot")},
          rdata_{bench.port(prefix + "_rdata")},
          rresp_{bench.port(prefix + "_rresp")} {
        idle();
    }

    enum Response : unsigned { okay = 0, slverr = 2, decerr = 3 };

    unsigned stall = 0;           // percent of the cycles in which a channel waits
    unsigned time_limit = 10000;  // cycles that an access may take

    // Writes and waits for the response, which it gives.
    unsigned write(uint32_t address, uint32_t data, unsigned strobes = 0xf) {
        begin_write(address, data, strobes);
        finish_writes(address);
        return write_response_;
    }

    // Reads; the response is in `response()`.
    uint32_t read(uint32_t address) {
        begin_read(address);
        finish_reads(address);
        return read_data_;
    }

    // Writes and reads at the same time; gives what was read.
    uint32_t write_and_read(uint32_t write_address, uint32_t data, uint32_t read_address) {
        begin_write(write_address, data, 0xf);
        begin_read(read_address);
        finish_writes(write_address);
        finish_reads(read_address);
        return read_data_;
    }

    // Asks for a write, and does not wait; finish() does.
    void begin_write(uint32_t address, uint32_t data, unsigned strobes = 0xf) {
        addresses_.push_back(address);
        data_.push_back({data, strobes});
        ++writes_;
    }

    // Asks for a read, and does not wait.
    void begin_read(uint32_t address) {
        reads_from_.push_back(address);
        ++reads_;
    }

    // Waits for the answers of everything that was asked for; the last ones are kept.
    void finish() {
        finish_writes(0);
        finish_reads(0);
    }

    // Response of the last read.
    unsigned response() const { return read_response_; }
    unsigned write_response() const { return write_response_; }
    // Data of the last read.
    uint32_t read_data() const { return read_data_; }

    void drive() override {
        offer(aw_, !addresses_.empty());
        show(awaddr_, aw_.offered, aw_.offered ? addresses_.front() : 0);
        awprot_.set(0);
        offer(w_, !data_.empty());
        show(wdata_, w_.offered, w_.offered ? data_.front().data : 0);
        show(wstrb_, w_.offered, w_.offered ? data_.front().strobes : 0);
        offer(ar_, !reads_from_.empty());
        show(araddr_, ar_.offered, ar_.offered ? reads_from_.front() : 0);
        arprot_.set(0);
        b_.ready.set(!context_.random.chance(stall));
        r_.ready.set(!context_.random.chance(stall));
    }

    void sample() override {
        if (taken(aw_)) {
            addresses_.pop_front();
            ++aw_taken_;
        }
        if (taken(w_)) {
            data_.pop_front();
            ++w_taken_;
        }
        if (taken(ar_)) {
            reads_from_.pop_front();
            ++ar_taken_;
        }
        const bool b = b_.valid.get() != 0;
        if (b_held_) context_.check(b && bresp_.get() == b_resp_, "bvalid or bresp changed before bready");
        b_held_ = b && b_.ready.get() == 0;
        b_resp_ = bresp_.get();
        if (b) context_.check(answered_ < std::min(aw_taken_, w_taken_), "a write response without a whole write");
        if (b && !b_held_) {
            write_response_ = static_cast<unsigned>(b_resp_);
            ++answered_;
        }
        const bool r = r_.valid.get() != 0;
        if (r_held_) {
            context_.check(r && rdata_.get() == r_data_ && rresp_.get() == r_resp_, "rvalid, rdata or rresp changed before rready");
        }
        r_held_ = r && r_.ready.get() == 0;
        r_data_ = rdata_.get();
        r_resp_ = rresp_.get();
        if (r) context_.check(read_ < ar_taken_, "read data without a read");
        if (r && !r_held_) {
            read_data_ = static_cast<uint32_t>(r_data_);
            read_response_ = static_cast<unsigned>(r_resp_);
            ++read_;
        }
    }

    void reset() override { idle(); }

private:
    struct Channel {
        Channel(Bench& bench, const std::string& name)
            : valid{bench.port(name + "valid")}, ready{bench.port(name + "ready")} {}
        Port valid, ready;
        bool offered = false;
    };

    void idle() {
        for (Channel* channel : {&aw_, &w_, &ar_}) {
            channel->offered = false;
            channel->valid.set(0);
        }
        b_.ready.set(0);
        r_.ready.set(0);
        b_held_ = r_held_ = false;
        addresses_.clear();
        data_.clear();
        reads_from_.clear();
        writes_ = reads_ = aw_taken_ = w_taken_ = ar_taken_ = answered_ = read_ = 0;
    }

    void offer(Channel& channel, bool wanted) {
        if (wanted && !channel.offered && !context_.random.chance(stall)) channel.offered = true;
        channel.valid.set(channel.offered);
    }

    // What a channel carries while it has nothing to say is nobody's business.
    void show(Port& port, bool offered, uint64_t value) {
        if (offered || !context_.calm) port.set(offered ? value : context_.random.next());
    }

    static bool taken(Channel& channel) {
        if (!channel.offered || channel.ready.get() == 0) return false;
        channel.offered = false;
        return true;
    }

    void finish_writes(uint32_t address) { wait(answered_, writes_, "write", address); }
    void finish_reads(uint32_t address) { wait(read_, reads_, "read", address); }

    void wait(const uint64_t& done, const uint64_t& wanted, const char* what, uint32_t address) {
        for (unsigned i = 0; done != wanted; ++i) {
            if (i == time_limit) context_.fail(format("%s of address 0x%x has no answer", what, address));
            bench_.step();
        }
    }

    struct Data {
        uint32_t data;
        unsigned strobes;
    };

    Bench& bench_;
    Context& context_;
    Channel aw_, w_, b_, ar_, r_;
    Port awaddr_, awprot_, wdata_, wstrb_, bresp_, araddr_, arprot_, rdata_, rresp_;
    std::deque<uint32_t> addresses_, reads_from_;  // asked for, not yet taken
    std::deque<Data> data_;
    // Since reset: asked for, taken on each channel, answered.
    uint64_t writes_ = 0, reads_ = 0, aw_taken_ = 0, w_taken_ = 0, ar_taken_ = 0, answered_ = 0, read_ = 0;
    uint32_t read_data_ = 0;
    unsigned write_response_ = 0, read_response_ = 0;
    bool b_held_ = false, r_held_ = false;
    uint64_t b_resp_ = 0, r_data_ = 0, r_resp_ = 0;
};

}  // namespace hcim
