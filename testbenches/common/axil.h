// SPDX-License-Identifier: MIT OR Apache-2.0
//
// AXI4-Lite master with random stalls on all five channels. Address and data of a write come in either order.

#pragma once

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
        wait(writing_, "write", address);
        return write_response_;
    }

    // Reads; the response is in `response()`.
    uint32_t read(uint32_t address) {
        begin_read(address);
        wait(reading_, "read", address);
        return read_data_;
    }

    // Writes and reads at the same time; gives what was read.
    uint32_t write_and_read(uint32_t write_address, uint32_t data, uint32_t read_address) {
        begin_write(write_address, data, 0xf);
        begin_read(read_address);
        wait(writing_, "write", write_address);
        wait(reading_, "read", read_address);
        return read_data_;
    }

    // Response of the last read.
    unsigned response() const { return read_response_; }
    unsigned write_response() const { return write_response_; }

    void drive() override {
        offer(aw_, aw_wanted_);
        show(awaddr_, aw_.offered, write_address_);
        awprot_.set(0);
        offer(w_, w_wanted_);
        show(wdata_, w_.offered, data_);
        show(wstrb_, w_.offered, strobes_);
        offer(ar_, ar_wanted_);
        show(araddr_, ar_.offered, read_address_);
        arprot_.set(0);
        b_.ready.set(!context_.random.chance(stall));
        r_.ready.set(!context_.random.chance(stall));
    }

    void sample() override {
        if (taken(aw_)) aw_wanted_ = false;
        if (taken(w_)) w_wanted_ = false;
        if (taken(ar_)) ar_wanted_ = false;
        const bool b = b_.valid.get() != 0;
        if (b_held_) context_.check(b && bresp_.get() == b_resp_, "bvalid or bresp changed before bready");
        b_held_ = b && b_.ready.get() == 0;
        b_resp_ = bresp_.get();
        if (b) context_.check(writing_ && !aw_wanted_ && !w_wanted_, "a write response without a whole write");
        if (b && !b_held_) {
            write_response_ = static_cast<unsigned>(b_resp_);
            writing_ = false;
        }
        const bool r = r_.valid.get() != 0;
        if (r_held_) {
            context_.check(r && rdata_.get() == r_data_ && rresp_.get() == r_resp_, "rvalid, rdata or rresp changed before rready");
        }
        r_held_ = r && r_.ready.get() == 0;
        r_data_ = rdata_.get();
        r_resp_ = rresp_.get();
        if (r) context_.check(reading_ && !ar_wanted_, "read data without a read");
        if (r && !r_held_) {
            read_data_ = static_cast<uint32_t>(r_data_);
            read_response_ = static_cast<unsigned>(r_resp_);
            reading_ = false;
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

    void begin_write(uint32_t address, uint32_t data, unsigned strobes) {
        write_address_ = address;
        data_ = data;
        strobes_ = strobes;
        aw_wanted_ = w_wanted_ = writing_ = true;
    }

    void begin_read(uint32_t address) {
        read_address_ = address;
        ar_wanted_ = reading_ = true;
    }

    void idle() {
        for (Channel* channel : {&aw_, &w_, &ar_}) {
            channel->offered = false;
            channel->valid.set(0);
        }
        b_.ready.set(0);
        r_.ready.set(0);
        aw_wanted_ = w_wanted_ = ar_wanted_ = writing_ = reading_ = b_held_ = r_held_ = false;
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

    void wait(const bool& pending, const char* what, uint32_t address) {
        for (unsigned i = 0; pending; ++i) {
            if (i == time_limit) context_.fail(format("%s of address 0x%x has no answer", what, address));
            bench_.step();
        }
    }

    Bench& bench_;
    Context& context_;
    Channel aw_, w_, b_, ar_, r_;
    Port awaddr_, awprot_, wdata_, wstrb_, bresp_, araddr_, arprot_, rdata_, rresp_;
    uint32_t write_address_ = 0, data_ = 0, read_address_ = 0, read_data_ = 0;
    unsigned strobes_ = 0xf, write_response_ = 0, read_response_ = 0;
    bool aw_wanted_ = false, w_wanted_ = false, ar_wanted_ = false, writing_ = false, reading_ = false;
    bool b_held_ = false, r_held_ = false;
    uint64_t b_resp_ = 0, r_data_ = 0, r_resp_ = 0;
};

}  // namespace hcim
