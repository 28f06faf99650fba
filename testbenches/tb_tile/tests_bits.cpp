// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Every bit of a setting alone: lengths of the crossbar's phases, the timeout; and every register read while all others hold
// something.

#include <map>

#include "tests.h"

namespace hcim {
namespace {

// Inputs that skip no plane.
Inputs all_ones(const TileBench& tile) {
    return Inputs(tile.config->rows, static_cast<uint16_t>((1U << tile.config->input_bits) - 1));
}

// MVM_CYCLES of two multiplies whose inputs wait, with each phase as long as one bit says.
void phase_bits(Context& context) {
    TileBench tile{context};
    const HcimDerived& d = tile.config.derived();
    tile.load(tile.random_layer());
    tile.set_skip(false, false);
    const unsigned every = amount(tile.config, 4) == 4 ? 1 : 5;
    for (unsigned i = context.random.below(every); i < 4 * 8; i += every) {
        unsigned length[4] = {1, 1, 1, 0};
        length[i / 8] = 1U << i % 8;
        tile.set_timing(length[0], length[1], length[2], length[3]);
        for (unsigned k = 0; k < 2; ++k) tile.send(all_ones(tile));
        tile.bench.steps(2 * d.input_packet_beats + 20);
        tile.start(2);
        tile.finish();
        const unsigned E = length[0] + length[1] + d.columns_per_comparator * (length[2] + length[3]);
        const std::vector<uint8_t> kinds(2 * d.input_bits, HCIM_PLANE_FULL);
        uint64_t accepted[2] = {0, 0};
        must(hcim_schedule_run(tile.config.handle(), E, length[3], 0, kinds.data(), 2, accepted), "schedule");
        const uint64_t want = accepted[1] - accepted[0];
        // Where the results take longer to leave than a multiply takes, they decide.
        if (d.result_packet_beats <= want) {
            context.equal(format("MVM_CYCLES with phases of %u, %u, %u, %u", length[0], length[1], length[2], length[3]).c_str(),
                          tile.read(reg::MVM_CYCLES), want & tile.count_mask());
        }
    }
}

// Each bit of TIMEOUT: cycles from the command to the interrupt grow by exactly what is programmed; of large values it is seen
// that they are not reached early (tb_sense_interface waits for them).
void timeout_bits(Context& context) {
    TileBench tile{context};
    Port irq = tile.bench.port("irq_o");
    tile.load(tile.random_layer());
    tile.set_skip(false, false);
    tile.write(reg::IRQ_ENABLE, reg::IRQ_ERROR);
    uint64_t shortest = 0;
    for (unsigned limit = 1; limit < 65536; limit <<= 1) {
        tile.write(reg::TIMEOUT, limit);
        tile.fault("not_ready").set(1);
        tile.send(all_ones(tile));
        tile.bench.steps(tile.config->input_packet_beats + 20);
        tile.start(1);
        const uint64_t start = context.cycle;
        if (limit > 1024) {
            tile.bench.steps(600);
            tile.fault("not_ready").set(0);
            tile.finish();
            context.equal("ERROR after a late answer", tile.read(reg::ERROR), 0);
            tile.write(reg::IRQ_STATUS, reg::IRQ_DONE);
            continue;
        }
        while (irq.get() == 0) {
            tile.bench.step();
            if (context.cycle - start > limit + 1000) context.fail("no timeout is reported");
        }
        if (limit == 1) shortest = context.cycle - start - 1;
        context.equal("cycles to a timeout", context.cycle - start, shortest + limit);
        tile.fault("not_ready").set(0);
        tile.forget();
        tile.write(reg::CTRL, reg::CTRL_ABORT);
        tile.wait_for(reg::STATUS_ABORTING | reg::STATUS_BUSY, 0, "the end of an abort");
        tile.expect_error(reg::ERROR_TIMEOUT);
        tile.write(reg::IRQ_STATUS, reg::IRQ_ERROR | reg::IRQ_ABORTED | reg::IRQ_DONE);
    }
    tile.run(1);
}

// All registers that keep a value hold random ones; each is read, again and again in another order, and gives its own.
void registers_together(Context& context) {
    TileBench tile{context};
    std::map<uint32_t, uint32_t> values;
    for (uint32_t address : {reg::ID, reg::VERSION, reg::DIGEST_LO, reg::DIGEST_HI, reg::SHAPE, reg::FORMAT, reg::STREAM, reg::RESULT,
                             reg::CTRL, reg::CYCLES_HI}) {
        values[address] = tile.read(address);
    }
    tile.load(tile.random_layer());
    for (unsigned round = 0; round < 12; ++round) {
        tile.run(1 + static_cast<unsigned>(context.random.below(3)));
        if (round % 2 == 0) tile.start(0);  // ERROR and IRQ_STATUS hold something
        const auto random = [&](uint32_t mask) { return static_cast<uint32_t>(context.random.next()) & mask; };
        const auto set = [&](uint32_t address, uint32_t value) {
            tile.write(address, value);
            values[address] = value;
        };
        // One bit alone, all bits, and any.
        const auto pattern = [&](uint32_t mask) { return round % 3 == 0 ? mask : round % 3 == 1 ? random(mask) & random(mask) : random(mask); };
        set(reg::MVM_COUNT, pattern(tile.count_mask()));
        set(reg::IRQ_ENABLE, pattern(7));
        set(reg::TIMING, pattern(0xffffffff) | 0x00010101);
        set(reg::TIMEOUT, pattern(0xffff) | 1);
        set(reg::READBACK_ROW, pattern(0xffff));
        set(reg::READBACK_WORD, pattern(0xffff));
        if (tile.skips()) set(reg::SKIP, pattern(3));
        if (tile.config->segments > 1) set(reg::CHAIN, pattern(3));
        if (tile.ternary() && !tile.per_column()) {
            for (unsigned i = 0; i < tile.config->input_bits; ++i) {
                set(reg::THRESHOLD + 4 * i, static_cast<uint32_t>(context.random.below(tile.config->rows + 1)));
            }
        }
        for (uint32_t address : {reg::STATUS, reg::IRQ_STATUS, reg::ERROR, reg::MVM_DONE, reg::CYCLES_LO, reg::PLANES_SKIPPED,
                                 reg::PLANES_EMPTY, reg::MVM_CYCLES}) {
            values[address] = tile.read(address);
        }
        const uint32_t all = reg::STATUS_WEIGHTS | reg::STATUS_SCALES | reg::STATUS_THRESHOLDS;
        context.equal("STATUS", values[reg::STATUS], all);
        context.equal("ERROR", values[reg::ERROR], round % 2 == 0 ? reg::ERROR_BAD_COUNT : 0);
        context.equal("IRQ_STATUS", values[reg::IRQ_STATUS], reg::IRQ_DONE | (round % 2 == 0 ? reg::IRQ_ERROR : 0));
        for (const auto& [address, value] : values) {
            context.equal(format("register 0x%x among others", address).c_str(), tile.read(address), value);
        }
        tile.write(reg::IRQ_STATUS, reg::IRQ_DONE | reg::IRQ_ERROR);
        tile.write(reg::ERROR, 0xffffffff);
        // Back to what a run takes.
        tile.write(reg::MVM_COUNT, 1);
        values.erase(reg::MVM_COUNT);
        tile.set_timing(1, 1, 1, 0);
        tile.write(reg::TIMEOUT, 1000);
        if (tile.config->segments > 1) tile.write(reg::CHAIN, 0);
        if (tile.skips()) tile.set_skip(true, true);
        tile.load(tile.random_layer());
    }
}

}  // namespace

std::vector<Test> bit_tests(const Config&) {
    return {{"phase_bits", phase_bits}, {"registers_together", registers_together}, {"timeout_bits", timeout_bits}};
}

}  // namespace hcim
