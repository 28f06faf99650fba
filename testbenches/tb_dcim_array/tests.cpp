// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Tests of the arrays. Every cycle of every test is compared with the golden model (array_bench.cpp); the tests choose what
// happens, and check besides what the contract says in numbers.

#include "activity.h"
#include "array_bench.h"
#include "parity.h"

namespace hcim {
namespace {

Bits ones(size_t width) {
    Bits bits{width};
    bits.fill(true);
    return bits;
}

void fill_random(ArrayBench& array, unsigned percent = 50) {
    array.fill([&](unsigned) { return array.context.random.bits(array.columns(), percent); });
}

// March C- over the scale-factor rows: up w0; up r0 w1; up r1 w0; down r0 w1; down r1 w0; down r0. Once with a solid
// background and once with alternating columns.
void march(Context& context) {
    ArrayBench array{context};
    const unsigned rows = array.scale_rows();
    Bits stripes{array.columns()};
    for (unsigned c = 0; c < array.columns(); c += 2) stripes.set_bit(c, true);
    for (const Bits& zero : {Bits{array.columns()}, stripes}) {
        const Bits one = ~zero;
        const auto element = [&](bool up, const Bits* expect, const Bits* write) {
            for (unsigned i = 0; i < rows; ++i) {
                const unsigned row = up ? i : rows - 1 - i;
                if (expect != nullptr) context.equal("a row of the march", array.read_row(row), *expect);
                if (write != nullptr) array.write_row(row, *write);
            }
        };
        element(true, nullptr, &zero);
        element(true, &zero, &one);
        element(true, &one, &zero);
        element(false, &zero, &one);
        element(false, &one, &zero);
        element(false, &zero, nullptr);
    }
}

// Writes as close to one another as they may be, with valid high for one cycle or two, and reads that follow one another in every cycle.
void storage_ports(Context& context) {
    ArrayBench array{context};
    for (unsigned round = 0; round < 4; ++round) {
        for (unsigned i = 0; i < 2 * array.scale_rows(); ++i) {
            array.wr_valid = true;
            array.wr_row = static_cast<unsigned>(context.random.below(array.scale_rows()));
            array.wr_data = context.random.bits(array.columns());
            for (uint64_t n = context.random.between(1, 2); n > 0; --n) array.cycle();
            array.wr_valid = false;
            array.cycle();
        }
        for (unsigned i = 0; i < 4 * array.scale_rows(); ++i) {
            array.rb_valid = context.random.chance(80);
            array.rb_row = static_cast<unsigned>(context.random.below(array.scale_rows()));
            array.cycle();
        }
        array.rb_valid = false;
        fill_random(array);
        array.read_all();
    }
}

// test_en_i lets every gated clock run: all rows of scale factors take what stands on the write port, though nothing is written.
// Without gated clocks it changes nothing.
void scan_clocks(Context& context) {
    for (unsigned percent : {100U, 0U, 50U}) {
        ArrayBench array{context};
        const Bits data = context.random.bits(array.columns(), percent);
        if (array.config->gated_clocks == 0) {
            array.fill([&](unsigned) { return context.random.bits(array.columns(), 50); });
            array.scan(data);
            array.read_all();
            continue;
        }
        array.scan(data);
        for (unsigned row = 0; row < array.scale_rows(); ++row) {
            context.equal("a row of scale factors after scan", array.read_row(row), data);
        }
    }
}

// Accumulates planes in order, everything read back after every operation where that is allowed.
void accumulate(ArrayBench& array, const std::vector<Plane>& planes, bool read) {
    for (unsigned i = 0; i < array.planes(); ++i) {
        array.offer(i, planes[i]);
        if (read) {
            array.drain();
            array.read_all();
        }
    }
}

// Largest and smallest sums, nothing at all, skips at every place, one column alone.
void corners(Context& context) {
    ArrayBench array{context};
    const unsigned columns = array.columns();
    const Bits none{columns};
    const Bits all = ones(columns);
    const auto same = [&](const Plane& plane) { return std::vector<Plane>(array.planes(), plane); };
    std::vector<std::vector<Plane>> runs;
    runs.push_back(same({all, none, false}));  // all +1
    runs.push_back(same({all, all, false}));   // all -1
    if (array.config->ternary != 0) {
        runs.push_back(same({none, none, false}));  // all 0
        runs.push_back(same({all, all, true}));     // all skipped
        for (unsigned skipped = 0; skipped < array.planes(); ++skipped) {
            for (const Bits& sign : {none, all}) {
                std::vector<Plane> run = same({all, sign, false});
                run[skipped].skip = true;
                runs.push_back(run);
                run = same({all, sign, true});
                run[skipped].skip = false;
                runs.push_back(run);
                run = same({none, none, false});  // one plane alone counts
                run[skipped] = {all, sign, false};
                runs.push_back(run);
            }
        }
    }
    std::vector<Plane> alternating = same({all, none, false});
    for (unsigned i = 1; i < array.planes(); i += 2) alternating[i].negative = all;
    runs.push_back(alternating);
    for (unsigned percent : {0U, 100U, 50U}) {
        fill_random(array, percent);
        for (const std::vector<Plane>& run : runs) accumulate(array, run, true);
        for (const std::vector<Plane>& run : runs) accumulate(array, run, false);
        array.drain();
        array.read_all();
    }
}

// Random planes, every row read back after every operation.
void every_row(Context& context) {
    ArrayBench array{context};
    for (unsigned mvm = 0; mvm < (array.columns() > 200 ? 2U : 6U); ++mvm) {
        fill_random(array, mvm % 2 == 0 ? 50 : 80);
        std::vector<Plane> planes;
        const unsigned zeros = static_cast<unsigned>(context.random.between(10, 90));
        for (unsigned i = 0; i < array.planes(); ++i) planes.push_back(array.random_plane(zeros, 50, 15));
        accumulate(array, planes, true);
    }
}

// A stream without stalls: the distances of accepted operations are those of the contract.
void stream_rate(Context& context) {
    ArrayBench array{context};
    fill_random(array);
    const HcimDerived& d = array.config.derived();
    array.ro_ready = true;
    uint64_t before = 0;
    uint64_t period = 0;
    for (unsigned mvm = 0; mvm < 6; ++mvm) {
        uint64_t read_end = 0;  // first cycle without read-out
        for (unsigned i = 0; i < array.planes(); ++i) {
            const uint64_t at = array.offer(i, array.random_plane(50, 50, 0));
            if (mvm > 0 && i == 0) {
                context.equal("cycles from the last plane to plane 0", at - before, d.window_cycles + d.lead);
                read_end = before + d.window_cycles + 1 + d.read_digits;
            } else if (i == 1 && mvm > 0) {
                const uint64_t free = before + d.window_cycles;
                context.equal("cycle of plane 1", at, free + 1 > read_end ? free : read_end - 1);
            } else if (i > 0) {
                context.equal("cycles from plane to plane", at - before, d.window_cycles);
            }
            if (i == 0 && mvm == 5) period = at - period;
            if (i == 0 && mvm == 4) period = at;
            before = at;
        }
    }
    array.drain();
    array.read_all();
    context.note(format("%llu cycles/MVM", Context::ull(period)));
}

struct Mix {
    unsigned offers, zeros, negatives, skips, ready, reads, writes, clears;
};

// Everything at random.
void random_mix(ArrayBench& array, const Mix& mix, uint64_t cycles) {
    Context& context = array.context;
    Random& random = context.random;
    unsigned next = 0;
    bool wrote = false;
    for (const uint64_t end = context.cycle + cycles; context.cycle < end;) {
        array.ro_ready = random.chance(mix.ready);
        const bool quiet = array.quiet();
        array.wr_valid = quiet && !array.op_valid && next == 0 && !wrote && random.chance(mix.writes);
        if (array.wr_valid) {
            array.wr_row = static_cast<unsigned>(random.below(array.scale_rows()));
            array.wr_data = random.bits(array.columns());
        } else if (!array.op_valid && !wrote && random.chance(mix.offers)) {
            array.op_valid = true;
            array.op_plane = next;
            array.op = array.random_plane(mix.zeros, mix.negatives, mix.skips);
        }
        wrote = array.wr_valid;
        array.rb_valid = quiet && !array.op_valid && !wrote && random.chance(mix.reads);
        array.rb_row = static_cast<unsigned>(random.below(array.memory_rows()));
        array.clear = random.below(1000) < mix.clears;
        const bool cleared = array.clear;
        array.cycle();
        if (array.op_accepted) {
            next = (next + 1) % array.planes();
            array.op_valid = false;
        }
        if (cleared) {
            array.clear = array.op_valid = false;
            next = 0;
        }
    }
    array.clear = false;
    array.drain();
    array.read_all();
}

void random_traffic(Context& context) {
    ArrayBench array{context};
    fill_random(array);
    const uint64_t length = context.length(array.columns() > 200 ? 600 : 2000);
    const Mix mixes[] = {
        {100, 50, 50, 0, 100, 0, 0, 0},   // full speed
        {100, 50, 50, 30, 100, 0, 0, 0},  // with skips
        {100, 58, 50, 10, 30, 0, 0, 0},   // read-out is slow
        {40, 30, 50, 20, 70, 30, 20, 0},  // everything
        {60, 90, 50, 20, 50, 30, 20, 5},  // sparse, with clears
        {20, 0, 10, 0, 90, 60, 5, 2},     // dense
    };
    for (const Mix& mix : mixes) random_mix(array, mix, length / 3);
}

// Read-out held up at every digit.
void readout_stalls(Context& context) {
    ArrayBench array{context};
    fill_random(array);
    for (unsigned stop = 0; stop <= array.config->read_digits; ++stop) {
        for (unsigned i = 0; i < array.planes(); ++i) array.offer(i, array.random_plane(40, 50, 10));
        unsigned taken = 0;
        array.op_valid = true;  // plane 0 of the next waits or moves in lockstep
        array.op_plane = 0;
        array.op = array.random_plane(40, 50, 10);
        bool accepted = false;
        for (unsigned i = 0; i < 60; ++i) {
            array.ro_ready = taken < stop;
            array.cycle();
            if (array.ro_taken) ++taken;
            if (array.op_accepted) {
                accepted = true;
                array.op_valid = false;
            }
        }
        array.ro_ready = true;
        while (!accepted) {
            array.cycle();
            accepted = array.op_accepted;
        }
        array.op_valid = false;
        for (unsigned i = 1; i < array.planes(); ++i) array.offer(i, array.random_plane(40, 50, 10));
        array.drain();
        array.read_all();
    }
}

// Stops a stream after n cycles, for every n that meets a different state (or a random choice of them), by `stop`.
template <typename Stop>
void interrupted(Context& context, Stop stop) {
    ArrayBench array{context};
    fill_random(array);
    const HcimDerived& d = array.config.derived();
    const unsigned span = 2 * d.input_bits * d.window_cycles + 2 * d.read_digits + 8;
    const unsigned points = array.columns() > 200 ? 12 : 60;
    for (unsigned k = 0; k < (span < points ? span : points); ++k) {
        const unsigned length = span <= points ? k : static_cast<unsigned>(context.random.below(span));
        const unsigned ready = k % 3 == 0 ? 60 : 100;
        unsigned next = 0;
        for (unsigned i = 0; i < length; ++i) {
            if (!array.op_valid) {
                array.op_valid = true;
                array.op_plane = next;
                array.op = array.random_plane(30, 50, k % 2 == 0 ? 0 : 20);
            }
            array.ro_ready = context.random.chance(ready);
            array.cycle();
            if (array.op_accepted) {
                next = (next + 1) % array.planes();
                array.op_valid = false;
            }
        }
        stop(array);
        array.op_valid = false;
        context.check(array.quiet(), "the model is not quiet after the stop");
        // Scale factors are untouched, what is left of the sums can be read, and the array works.
        array.ro_ready = true;
        array.read_row(static_cast<unsigned>(context.random.below(array.scale_rows())));
        for (unsigned r = 0; r < array.config->accumulator_bits; ++r) array.read_row(array.scale_rows() + r);
        std::vector<Plane> planes;
        for (unsigned i = 0; i < array.planes(); ++i) planes.push_back(array.random_plane(30, 50, 10));
        accumulate(array, planes, false);
        array.drain();
        for (unsigned r = 0; r < array.config->accumulator_bits; ++r) array.read_row(array.scale_rows() + r);
    }
}

void clear_everywhere(Context& context) {
    interrupted(context, [](ArrayBench& array) {
        array.clear = true;
        array.cycle();
        array.clear = false;
    });
}

void reset_everywhere(Context& context) {
    interrupted(context, [](ArrayBench& array) { array.reset(); });
}

// The same while the clock stands still: reset needs none.
void reset_without_clock(Context& context) {
    interrupted(context, [](ArrayBench& array) { array.reset(false); });
}

}  // namespace

std::vector<Test> tests(const Options& options) {
    if (!options.rest.empty()) return {{"activity", activity}};
    std::vector<Test> all = {
        {"march", march},
        {"storage_ports", storage_ports},
        {"scan_clocks", scan_clocks},
        {"corners", corners},
        {"every_row", every_row},
        {"stream_rate", stream_rate},
        {"random_traffic", random_traffic},
        {"readout_stalls", readout_stalls},
        {"clear_everywhere", clear_everywhere},
        {"reset_everywhere", reset_everywhere},
        {"reset_without_clock", reset_without_clock},
    };
    for (const Test& test : parity_tests(Config{options})) all.push_back(test);
    return all;
}

}  // namespace hcim
