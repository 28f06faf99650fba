// SPDX-License-Identifier: MIT OR Apache-2.0
//
// A DCiM or baseline array beside its golden model, compared in every cycle.

#pragma once

#include "bench.h"
#include "golden.h"

namespace hcim {

// One bit plane as it is offered to the array.
struct Plane {
    Bits nonzero;
    Bits negative;
    bool skip = false;
};

class ArrayBench {
public:
    explicit ArrayBench(Context& context);

    Context& context;
    const Config config;

    // What the coming cycle drives. Values of signals whose valid is low are random.
    bool op_valid = false;
    unsigned op_plane = 0;
    Plane op;
    bool wr_valid = false;
    unsigned wr_row = 0;
    Bits wr_data;
    bool rb_valid = false;
    unsigned rb_row = 0;
    bool ro_ready = false;
    bool clear = false;

    // What happened in the last cycle.
    bool op_accepted = false;
    bool ro_taken = false;
    bool ro_last = false;
    bool parity_error = false;
    Bits rb_data;

    unsigned columns() const { return config->used_columns; }
    unsigned planes() const { return config->input_bits; }
    unsigned scale_rows() const { return config->scale_rows; }
    unsigned memory_rows() const { return scale_rows() + config->accumulator_bits; }

    // One clock cycle, compared with the golden model.
    void cycle();

    // Switching activity from the next edge to the last one; see Bench.
    void begin_window(const std::string& path, uint64_t period) { bench_.begin_window(path, period); }
    void end_window() { bench_.end_window(); }

    // Asynchronous reset of both.
    // Reset of a few cycles, or while the clock stands still.
    void reset(bool clocked = true);

    // Whether nothing accumulates and no read-out is active: then rows may be written and read.
    bool quiet();

    // Cycles until quiet, read-out always ready; nothing new is offered.
    void drain();

    // Scan: test_en_i is high for a few cycles, with this on the write port and nothing written.
    void scan(const Bits& data);

    // Writes a scale-factor row; row and data stay for the cycle after.
    void write_row(unsigned row, const Bits& data);

    // Fills the scale factors: all rows from `source(row)`.
    template <typename F>
    void fill(F source) {
        for (unsigned row = 0; row < scale_rows(); ++row) write_row(row, source(row));
    }

    // Reads a row back and compares it.
    Bits read_row(unsigned row);

    // Reads every row back.
    void read_all();

    // A plane with p as given: `zeros` and `negatives` in percent; nonzero is what the p = 0 of binary cannot be.
    Plane random_plane(unsigned zeros, unsigned negatives, unsigned skips);

    // Offers one plane until it is accepted; gives the cycle of its acceptance.
    uint64_t offer(unsigned index, const Plane& plane);

private:
    HcimArrayIn inputs();
    void drive();
    void compare(const HcimArrayIn& in);
    [[noreturn]] void mismatch(const std::string& report);

    Owner<HcimArray> golden_;
    Bench bench_;
    Port clear_, op_valid_, op_ready_, op_plane_, op_skip_, op_nonzero_, op_negative_, op_soon_, busy_;
    Port wr_valid_, wr_row_, wr_data_, rb_valid_, rb_row_, rb_data_;
    Port ro_valid_, ro_ready_, ro_first_, ro_last_, ro_data_, parity_error_;
    bool wrote_ = false;
    unsigned last_row_ = 0;
    Bits last_data_;
    Bits nonzero_, negative_, data_;
};

}  // namespace hcim
