// SPDX-License-Identifier: MIT OR Apache-2.0
//
// The port of a generated C driver on a testbench's bus and streams; how what comes out is received, each top adds.

#pragma once

#include <vector>

#include "axil.h"
#include "bench.h"
#include "driver_access.h"
#include "stream.h"

namespace hcim {

class BenchPort : public DriverPort {
public:
    BenchPort(Bench& bench, AxilMaster& axil, StreamSource& source) : bench_{bench}, axil_{axil}, source_{source} {}

    int read(uint32_t offset, uint32_t* value) override {
        *value = axil_.read(offset);
        return axil_.response() == AxilMaster::okay ? 0 : 1;
    }

    int write(uint32_t offset, uint32_t value) override { return axil_.write(offset, value) == AxilMaster::okay ? 0 : 1; }

    int send(uint32_t dest, const uint8_t* bytes, size_t count, bool last) override {
        Bits bits{count * 8};
        for (size_t i = 0; i < count; ++i) bits.set_field(8 * i, 8, bytes[i]);
        std::vector<Beat> beats = beats_of(bits, source_.width(), dest);
        beats.back().last = last;
        source_.send(beats);
        return steps_until([&] { return source_.idle(); });
    }

    void wait() override {
        ++waits;
        Port irq = bench_.port("irq_o");
        (void)steps_until([&] { return irq.get() != 0; });
    }

    uint64_t waits = 0;

protected:
    // Gives 1 where `done` does not come to hold.
    template <typename F>
    int steps_until(F done) {
        for (unsigned i = 0; !done(); ++i) {
            if (i > 300000) return 1;
            bench_.step();
        }
        return 0;
    }

private:
    Bench& bench_;
    AxilMaster& axil_;
    StreamSource& source_;
};

}  // namespace hcim
