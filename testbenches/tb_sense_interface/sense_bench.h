// SPDX-License-Identifier: MIT OR Apache-2.0
//
// A sense interface beside its golden model, compared in every cycle. The bench plays the comparators and the array.

#pragma once

#include "bench.h"
#include "golden.h"

namespace hcim {

class SenseBench {
public:
    explicit SenseBench(Context& context);

    Context& context;
    const Config config;

    struct Counts {
        unsigned precharge = 1, evaluate = 1, sense = 1, hold = 0, timeout = 100;
    };

    // What the coming cycle drives.
    Counts counts;
    bool start = false;
    unsigned plane = 0;
    bool abort = false;
    bool ready = true;       // of the comparators
    bool code_ready = true;  // of the array
    bool soon = false;       // promises that a code of the next cycle is taken within three
    Bits positive, negative;
    bool hold_comparators = false;  // else they change in every cycle
    unsigned sparse = 50;           // percent of comparators that are high

    // What happened in the last cycle.
    bool started = false, coded = false, timed_out = false, busy = false;
    bool precharge = false, evaluate = false, sense = false, code_valid = false;
    bool code_error = false, code_empty = false;
    unsigned sel = 0, code_plane = 0;
    Bits code_nonzero, code_negative;

    unsigned comparators() const { return config->comparators; }
    unsigned sharing() const { return config->columns_per_comparator; }
    bool ternary() const { return config->ternary != 0; }
    uint64_t duration() const {
        return counts.precharge + counts.evaluate + uint64_t{sharing()} * (counts.sense + counts.hold);
    }

    void cycle();
    // Reset of a few cycles, or while the clock stands still.
    void reset(bool clocked = true);

    // What the registered outputs show in the coming cycle.
    bool sense_now() const { return sense_.get() != 0; }
    unsigned sel_now() const { return static_cast<unsigned>(sel_.get()); }

    // Starts an evaluation as soon as that is possible.
    void begin(unsigned of_plane);

    // Cycles until nothing is under way and no code is pending.
    void drain();

private:
    void drive();
    void compare();

    Owner<HcimSense> golden_;
    Bench bench_;
    Port abort_, precharge_cycles_, evaluate_cycles_, sense_cycles_, hold_cycles_, timeout_cycles_;
    Port start_valid_, start_ready_, start_plane_, array_soon_, precharge_, evaluate_, sense_, sel_, pos_, neg_;
    Port ready_, code_valid_, code_ready_, code_plane_, code_nonzero_, code_negative_, code_empty_, code_error_;
    Port timeout_, busy_;
    unsigned promise_ = 0;  // cycles until a promise of `soon` is due
};

}  // namespace hcim
