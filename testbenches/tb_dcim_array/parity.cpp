// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Parity of the scale factors: every single wrong bit of a factor that is added is flagged, in the cycle of the contract, and
// nothing else is. Wrong bits are written by the write port, so that the memory holds them as it would after a flip.

#include "parity.h"

#include "array_bench.h"

namespace hcim {
namespace {

// Random factors with the parity that belongs to them.
class Factors {
public:
    explicit Factors(ArrayBench& array) : array_{array}, numbers_(size_t{array.planes()} * array.columns()) {
        for (uint32_t& q : numbers_) q = static_cast<uint32_t>(array.context.random.below(uint64_t{1} << array.config->scale_bits));
        array.fill([&](unsigned row) { return this->row(row); });
    }

    unsigned stored_bits() const { return array_.config->scale_bits + 1; }

    // Writes one bit of one factor right or wrong; bit S is the parity.
    void write(unsigned plane, unsigned bit, unsigned column, bool wrong) {
        const unsigned at = plane * stored_bits() + bit;
        Bits data = row(at);
        data.set_bit(column, data.bit(column) != wrong);
        array_.write_row(at, data);
    }

private:
    Bits row(unsigned row) const {
        const unsigned plane = row / stored_bits(), bit = row % stored_bits();
        Bits data{array_.columns()};
        for (unsigned c = 0; c < array_.columns(); ++c) {
            const uint32_t q = numbers_[size_t{plane} * array_.columns() + c];
            const bool one = bit == array_.config->scale_bits ? __builtin_parity(q) != 0 : (q >> bit & 1) != 0;
            data.set_bit(c, one);
        }
        return data;
    }

    ArrayBench& array_;
    std::vector<uint32_t> numbers_;
};

struct Flags {
    std::vector<uint64_t> flagged;   // cycles in which parity_error_o was high
    std::vector<uint64_t> accepted;  // cycles in which the planes were accepted
    uint64_t left = 0;               // cycle in which the last digit left
};

// One multiply with read-out, random stalls among them.
Flags multiply(ArrayBench& array, const std::vector<Plane>& planes) {
    Context& context = array.context;
    Flags flags;
    unsigned next = 0;
    for (unsigned quiet = 0; quiet < 3;) {
        array.op_valid = next < array.planes();
        if (array.op_valid) {
            array.op_plane = next;
            array.op = planes[next];
        }
        array.ro_ready = context.random.chance(70);
        array.cycle();
        if (array.parity_error) flags.flagged.push_back(context.cycle - 1);
        if (array.ro_taken && array.ro_last) flags.left = context.cycle - 1;
        if (array.op_accepted) {
            flags.accepted.push_back(context.cycle - 1);
            ++next;
        }
        quiet = next == array.planes() && array.quiet() ? quiet + 1 : 0;
        if (flags.accepted.size() > array.planes() || flags.flagged.size() > 1000) context.fail("too much happens");
    }
    array.op_valid = false;
    return flags;
}

// The cycle in which the contract has a wrong factor of this plane flagged.
uint64_t due(const ArrayBench& array, const Flags& flags, unsigned plane) {
    if (array.config->deferred != 0) return flags.left + 1;
    return flags.accepted[plane] + array.config->window_cycles + 1;
}

std::vector<Plane> random_planes(ArrayBench& array, unsigned zeros, unsigned skips) {
    std::vector<Plane> planes;
    for (unsigned i = 0; i < array.planes(); ++i) planes.push_back(array.random_plane(zeros, 50, skips));
    return planes;
}

// One column's p.
void set(Plane& plane, unsigned column, bool nonzero) {
    plane.nonzero.set_bit(column, nonzero);
    if (!nonzero) plane.negative.set_bit(column, false);
}

// Right factors never raise a flag.
void no_false_alarm(Context& context) {
    ArrayBench array{context};
    for (unsigned round = 0; round < 4; ++round) {
        const Factors factors{array};
        for (unsigned mvm = 0; mvm < 12; ++mvm) {
            const Flags flags = multiply(array, random_planes(array, 30 * (mvm % 4), 20));
            context.equal("flags of right factors", flags.flagged.size(), 0);
        }
    }
}

// Each bit of each factor of some columns wrong, one at a time.
void every_flip(Context& context) {
    ArrayBench array{context};
    Factors factors{array};
    const bool ternary = array.config->ternary != 0;
    const unsigned columns = array.columns() < 4 ? array.columns() : 4;
    for (unsigned n = 0; n < columns; ++n) {
        const unsigned column = n == 0 ? 0 : n == 1 ? array.columns() - 1 : static_cast<unsigned>(context.random.below(array.columns()));
        for (unsigned plane = 0; plane < array.planes(); ++plane) {
            for (unsigned bit = 0; bit < factors.stored_bits(); ++bit) {
                factors.write(plane, bit, column, true);
                std::vector<Plane> planes = random_planes(array, 50, 0);
                set(planes[plane], column, true);
                Flags flags = multiply(array, planes);
                context.equal("flags of a wrong factor that is added", flags.flagged.size(), 1);
                context.equal("cycle of the flag", flags.flagged[0], due(array, flags, plane));
                if (ternary) {
                    // p = 0 there, and all else is added.
                    planes = random_planes(array, 0, 0);
                    set(planes[plane], column, false);
                    flags = multiply(array, planes);
                    context.equal("flags of a wrong factor where p is 0", flags.flagged.size(), 0);
                    // The plane is skipped, whatever its p say.
                    planes = random_planes(array, 0, 0);
                    planes[plane].skip = true;
                    flags = multiply(array, planes);
                    context.equal("flags of a wrong factor of a skipped plane", flags.flagged.size(), 0);
                }
                factors.write(plane, bit, column, false);
            }
        }
    }
    context.equal("flags when all is right again", multiply(array, random_planes(array, 20, 0)).flagged.size(), 0);
}

// Two wrong factors of one column do not hide each other.
void two_wrong_factors(Context& context) {
    ArrayBench array{context};
    Factors factors{array};
    const unsigned bits = factors.stored_bits();
    for (unsigned first = 0; first + 1 < array.planes(); ++first) {
        for (unsigned second = first + 1; second < array.planes(); ++second) {
            const unsigned column = static_cast<unsigned>(context.random.below(array.columns()));
            const unsigned a = static_cast<unsigned>(context.random.below(bits));
            // The same row of the sum, where there is one, and any other.
            const unsigned b = context.random.chance(50) && first + a >= second ? first + a - second : static_cast<unsigned>(context.random.below(bits));
            factors.write(first, a, column, true);
            factors.write(second, b, column, true);
            std::vector<Plane> planes = random_planes(array, 50, 0);
            set(planes[first], column, true);
            set(planes[second], column, true);
            const Flags flags = multiply(array, planes);
            context.equal("flags of two wrong factors", flags.flagged.size(), array.config->deferred != 0 ? 1 : 2);
            context.equal("cycle of the first flag", flags.flagged[0], due(array, flags, first));
            factors.write(first, a, column, false);
            factors.write(second, b, column, false);
        }
    }
}

// A clear in the cycle in which a flag would be raised, and a reset, drop it.
void clear_drops_flag(Context& context) {
    ArrayBench array{context};
    Factors factors{array};
    for (unsigned late = 0; late < 2; ++late) {
        factors.write(array.planes() - 1, 0, 0, true);
        std::vector<Plane> planes = random_planes(array, 0, 0);
        const Flags flags = multiply(array, planes);
        context.equal("flags without a clear", flags.flagged.size(), 1);
        array.ro_ready = true;
        for (unsigned i = 0; i < array.planes(); ++i) array.offer(i, planes[i]);
        // The last cycle before the flag: the last digit of the operation, or of the read-out.
        const unsigned wait = array.config->deferred != 0 ? array.config->window_cycles + array.config->read_digits : array.config->window_cycles;
        for (unsigned i = 1; i < wait + late; ++i) array.cycle();
        array.clear = true;
        array.cycle();
        context.equal("the flag in the cycle of the clear", array.parity_error, late);
        array.clear = false;
        array.cycle();
        context.equal("the flag after a clear", array.parity_error, 0);
        array.drain();
        factors.write(array.planes() - 1, 0, 0, false);
    }
}

}  // namespace

std::vector<Test> parity_tests(const Config& config) {
    if (config->parity == 0) return {};
    std::vector<Test> all = {
        {"no_false_alarm", no_false_alarm},
        {"every_flip", every_flip},
        {"clear_drops_flag", clear_drops_flag},
    };
    if (config->input_bits > 1) all.push_back({"two_wrong_factors", two_wrong_factors});
    return all;
}

}  // namespace hcim
