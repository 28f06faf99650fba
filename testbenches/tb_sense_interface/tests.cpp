// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Tests of the sense interface. Every cycle is compared with the golden model (sense_bench.cpp); directed tests count
// cycles on their own besides.

#include "sense_bench.h"

namespace hcim {
namespace {

// One evaluation with these counts, ready at once: each strobe's length, its order, the total, and the codes.
void one_evaluation(SenseBench& bench) {
    Context& context = bench.context;
    bench.hold_comparators = true;
    bench.positive = context.random.bits(bench.comparators(), 30);
    bench.negative = context.random.bits(bench.comparators(), 30) & ~bench.positive;
    const unsigned plane = static_cast<unsigned>(context.random.below(bench.config->input_bits));
    bench.begin(plane);
    const uint64_t start = context.cycle;
    uint64_t precharge = 0, evaluate = 0, sense = 0;
    bench.code_ready = false;
    do {
        bench.cycle();
        precharge += bench.precharge;
        evaluate += bench.evaluate;
        sense += bench.sense;
        if (context.cycle - start > bench.duration() + 2) context.fail("an evaluation takes too long");
    } while (!bench.code_valid || bench.busy);
    const SenseBench::Counts& counts = bench.counts;
    context.equal("cycles of precharge", precharge, counts.precharge);
    context.equal("cycles of evaluate", evaluate, counts.evaluate);
    context.equal("cycles of sense", sense, uint64_t{bench.sharing()} * counts.sense);
    context.equal("cycles of an evaluation", context.cycle - 1 - start, bench.duration());
    context.equal("plane of the code", bench.code_plane, plane);
    for (unsigned c = 0; c < bench.config->used_columns; ++c) {
        const bool pos = bench.positive.bit(c / bench.sharing());
        const bool neg = bench.ternary() ? bench.negative.bit(c / bench.sharing()) : false;
        if (bench.ternary()) context.equal("nonzero", bench.code_nonzero.bit(c), pos != neg);
        context.equal("negative", bench.code_negative.bit(c), bench.ternary() ? neg && !pos : !pos);
    }
    bench.code_ready = true;
    bench.cycle();
    bench.hold_comparators = false;
    bench.drain();
}

void counts(Context& context) {
    SenseBench bench{context};
    const unsigned few[] = {1, 2, 5};
    for (unsigned p : few) {
        for (unsigned e : few) {
            for (unsigned s : few) {
                for (unsigned h : {0U, 1U, 3U}) {
                    bench.counts = {p, e, s, h, 1};
                    one_evaluation(bench);
                }
            }
        }
    }
    // Every bit of each count alone.
    for (unsigned bit = 1; bit < 256; bit <<= 1) {
        for (const SenseBench::Counts& single : {SenseBench::Counts{bit, 1, 1, 0, 1}, SenseBench::Counts{1, bit, 1, 0, 1},
                                                 SenseBench::Counts{1, 1, bit, 0, 1}, SenseBench::Counts{1, 1, 1, bit, 1}}) {
            bench.counts = single;
            one_evaluation(bench);
        }
    }
    const SenseBench::Counts extremes[] = {
        {255, 1, 1, 0, 1}, {1, 255, 1, 0, 1}, {1, 1, 255, 0, 1}, {1, 1, 1, 255, 65535}, {255, 255, 255, 255, 65535},
    };
    for (const SenseBench::Counts& extreme : extremes) {
        bench.counts = extreme;
        one_evaluation(bench);
    }
}

// The comparators answer late: sense is stretched, up to the timeout and one cycle more.
void stretching(Context& context) {
    SenseBench bench{context};
    for (unsigned sense : {1U, 3U}) {
        for (unsigned timeout : {1U, 2U, 7U}) {
            for (unsigned late = 0; late <= timeout + 1; ++late) {
                for (unsigned phase = 0; phase < bench.sharing(); ++phase) {
                    bench.counts = {1, 2, sense, phase % 2, timeout};
                    bench.begin(0);
                    unsigned waited = 0;
                    uint64_t strobe = 0;
                    bool ended = false;
                    for (unsigned i = 0; i < 4 + timeout + bench.duration() && !ended; ++i) {
                        const bool here = bench.sense_now() && bench.sel_now() == phase;
                        if (here) ++strobe;
                        // Low anywhere but in the last programmed cycle of a phase and after it must not matter.
                        const bool asked = bench.sense_now() && (!here || strobe >= sense);
                        bench.ready = asked ? !here || waited >= late : context.random.chance(50);
                        if (here && strobe >= sense && !bench.ready) ++waited;
                        bench.cycle();
                        ended = bench.timed_out || bench.coded;
                    }
                    context.equal("a timeout", bench.timed_out, late > timeout);
                    bench.ready = true;
                    bench.drain();
                }
            }
        }
    }
}

// Comparators that never resolve: a timeout in exactly so many cycles.
void timeout_after(SenseBench& bench, unsigned cycles) {
    Context& context = bench.context;
    bench.counts = {1, 1, 1, 0, cycles};
    bench.hold_comparators = true;
    bench.ready = false;
    bench.begin(0);
    const uint64_t start = context.cycle;
    do {
        bench.cycle();
        if (context.cycle - start > 70000) context.fail("no timeout");
    } while (!bench.timed_out);
    context.equal("cycles to the timeout", context.cycle - start, 2 + 1 + cycles + 1);
    bench.ready = true;
    bench.drain();
}

// A wait of the largest number of cycles.
void longest_timeout(Context& context) {
    SenseBench bench{context};
    timeout_after(bench, 65535);
}

// Every bit of the timeout alone, and with random bits below it.
void timeouts(Context& context) {
    SenseBench bench{context};
    for (unsigned bit = 1; bit < 65536; bit <<= 1) {
        timeout_after(bench, bit);
        timeout_after(bench, bit | static_cast<unsigned>(context.random.below(bit)));
    }
}

// Codes that a healthy macro never gives, one column at a time: reported, counted as 0.
void impossible_codes(Context& context) {
    SenseBench bench{context};
    bench.hold_comparators = true;
    bench.counts = {1, 1, 1, 0, 1};
    for (unsigned k = 0; k < bench.comparators(); ++k) {
        bench.positive = context.random.bits(bench.comparators(), 30);
        bench.negative = context.random.bits(bench.comparators(), 30) & ~bench.positive;
        bench.positive.set_bit(k, true);
        bench.negative.set_bit(k, true);
        bench.begin(0);
        do {
            bench.cycle();
        } while (!bench.code_valid);
        bool used = false;
        for (unsigned c = k * bench.sharing(); c < (k + 1) * bench.sharing() && c < bench.config->used_columns; ++c) {
            used = true;
            context.check(!bench.code_nonzero.bit(c), "an impossible code does not count as 0");
        }
        context.equal("code_error_o", bench.code_error, used);
        bench.drain();
    }
}

// Evaluations without a gap: E cycles each while the codes leave.
void back_to_back(Context& context) {
    SenseBench bench{context};
    for (const SenseBench::Counts& counts : {SenseBench::Counts{1, 1, 1, 0, 1}, SenseBench::Counts{1, 2, 1, 0, 9},
                                             SenseBench::Counts{2, 3, 2, 2, 9}}) {
        bench.counts = counts;
        bench.soon = bench.code_ready = true;
        bench.begin(0);
        for (unsigned i = 0; i < 8; ++i) {
            const uint64_t before = context.cycle;
            bench.begin(i % bench.config->input_bits);
            context.equal("cycles from start to start", context.cycle - before, bench.duration());
        }
        bench.drain();
    }
}

struct Mix {
    unsigned start, ready, taken, soon, aborts, sparse;
    bool impossible;
};

// Everything at random; counts change at any time, the timeout between evaluations.
void random_traffic(Context& context) {
    SenseBench bench{context};
    Random& random = context.random;
    const Mix mixes[] = {
        {100, 100, 100, 100, 0, 50, false}, {60, 90, 40, 20, 0, 30, false}, {80, 50, 60, 0, 5, 3, false},
        {90, 95, 80, 50, 20, 50, true},     {100, 30, 20, 10, 2, 1, false},
        {100, 90, 20, 90, 0, 50, false},  // codes wait while the next evaluation runs
    };
    for (const Mix& mix : mixes) {
        const uint64_t end = context.cycle + context.length(3000) / 3;
        bench.sparse = mix.sparse;
        while (context.cycle < end) {
            if (random.chance(3)) {
                const auto count = [&](unsigned low) {
                    return static_cast<unsigned>(random.chance(3) ? random.between(low, 255) : random.between(low, 4));
                };
                const unsigned timeout = bench.busy ? bench.counts.timeout : static_cast<unsigned>(random.between(1, 12));
                bench.counts = {count(1), count(1), count(1), count(0), timeout};
            }
            if (!bench.start || bench.started) {
                bench.start = random.chance(mix.start);
                bench.plane = static_cast<unsigned>(random.below(bench.config->input_bits));
            }
            bench.ready = random.chance(mix.ready);
            bench.code_ready = random.chance(mix.taken);
            bench.soon = random.chance(mix.soon);
            bench.abort = random.below(1000) < mix.aborts;
            bench.hold_comparators = false;
            if (mix.impossible && random.chance(30)) {
                bench.hold_comparators = true;
                bench.positive = random.bits(bench.comparators(), 20);
                bench.negative = random.bits(bench.comparators(), 20);
            }
            bench.cycle();
        }
        bench.hold_comparators = false;
        bench.abort = false;
        bench.drain();
    }
}

// Stops an evaluation after n cycles, for every n, by `stop`; the interface works afterwards.
template <typename Stop>
void interrupted(Context& context, Stop stop) {
    SenseBench bench{context};
    bench.counts = {2, 2, 2, 1, 5};
    const uint64_t span = 2 * bench.duration() + 4;
    for (uint64_t n = 0; n < span; ++n) {
        bench.start = true;
        bench.code_ready = n % 2 == 0;
        for (uint64_t i = 0; i < n; ++i) {
            bench.ready = context.random.chance(80);
            bench.cycle();
        }
        bench.start = context.random.chance(50);
        stop(bench);
        bench.start = false;
        bench.ready = true;
        bench.cycle();
        context.check(!bench.precharge && !bench.evaluate && !bench.sense && !bench.busy && !bench.code_valid,
                      "not idle after the stop");
        one_evaluation(bench);
    }
}

void abort_everywhere(Context& context) {
    interrupted(context, [](SenseBench& bench) {
        bench.abort = true;
        bench.start = false;
        bench.cycle();
        bench.abort = false;
    });
}

// An abort while the comparators are late: the next evaluation has all of its time, also where less is programmed.
void abort_while_late(Context& context) {
    SenseBench bench{context};
    for (unsigned timeout : {1U, 4U}) {
        for (unsigned late = 1; late <= 6; ++late) {
            bench.counts = {1, 1, 1, 0, 6};
            bench.ready = false;
            bench.begin(0);
            for (unsigned i = 0; i < 2 + late; ++i) bench.cycle();
            bench.abort = true;
            bench.cycle();
            bench.abort = false;
            bench.cycle();
            context.check(!bench.busy, "not idle after an abort");
            bench.counts.timeout = timeout;
            bench.begin(0);
            const uint64_t start = context.cycle;
            do {
                bench.cycle();
                if (context.cycle - start > 100) context.fail("no timeout");
            } while (!bench.timed_out);
            context.equal("cycles to the timeout", context.cycle - start, 2 + 1 + timeout + 1);
            bench.ready = true;
            bench.drain();
        }
    }
}

void reset_everywhere(Context& context) {
    interrupted(context, [](SenseBench& bench) { bench.reset(); });
}

// The same while the clock stands still: reset needs none.
void reset_without_clock(Context& context) {
    interrupted(context, [](SenseBench& bench) { bench.reset(false); });
}

}  // namespace

std::vector<Test> tests(const Options& options) {
    std::vector<Test> all = {
        {"counts", counts},
        {"stretching", stretching},
        {"longest_timeout", longest_timeout},
        {"timeouts", timeouts},
        {"back_to_back", back_to_back},
        {"random_traffic", random_traffic},
        {"abort_everywhere", abort_everywhere},
        {"abort_while_late", abort_while_late},
        {"reset_everywhere", reset_everywhere},
        {"reset_without_clock", reset_without_clock},
    };
    if (Config{options}->ternary != 0) all.push_back({"impossible_codes", impossible_codes});
    return all;
}

}  // namespace hcim
