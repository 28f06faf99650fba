// SPDX-License-Identifier: MIT OR Apache-2.0
//
// What no healthy neighbour does: every comparator stuck at once, a clock that stops, addresses and strobes of every kind.
// doc/verification/hardware.md lists each event with the documented answer.

#include <set>

#include "tests.h"

namespace hcim {
namespace {

// Every comparator stuck at the same values: results are those of the stuck values, and the tile is as before afterwards.
void all_comparators_stuck(Context& context) {
    TileBench tile{context};
    tile.load(tile.random_layer());
    tile.set_skip(false, false);
    Bits every{tile.config->comparators};
    for (size_t k = 0; k < every.width(); ++k) every.set_bit(k, true);
    const Bits none{tile.config->comparators};
    for (unsigned values = 0; values < (tile.ternary() ? 4U : 2U); ++values) {
        const bool pos = (values & 1) != 0, neg = (values & 2) != 0;
        tile.fault(pos ? "pos_set" : "pos_clear").set_bits(every);
        if (tile.ternary()) tile.fault(neg ? "neg_set" : "neg_clear").set_bits(every);
        for (unsigned c = 0; c < tile.config->cols; ++c) {
            must(hcim_tile_set_fault(tile.golden(), c, 0, pos, tile.ternary() ? neg : -1), "fault");
        }
        tile.run(amount(tile.config, 3));
        tile.expect_error(pos && neg ? reg::ERROR_CODE : 0);
        for (const char* name : {"pos_set", "pos_clear"}) tile.fault(name).set_bits(none);
        for (const char* name : {"neg_set", "neg_clear"}) {
            if (tile.ternary()) tile.fault(name).set_bits(none);
        }
        for (unsigned c = 0; c < tile.config->cols; ++c) must(hcim_tile_set_fault(tile.golden(), c, 0, -1, -1), "fault");
        tile.run(1);
        context.equal("ERROR with healthy comparators", tile.read(reg::ERROR), 0);
    }
}

// The clock stands still in either phase, in every part of a run, while inputs move: nothing of it is seen.
void clock_stops(Context& context) {
    TileBench tile{context};
    const Layer layer = tile.random_layer();
    tile.load(layer);
    tile.stall(30);
    for (unsigned round = 0; round < 2; ++round) {
        for (unsigned i = 0; i < 3; ++i) tile.send(tile.random_inputs());
        tile.start(3);
        for (unsigned i = 0; tile.outstanding() != 0; ++i) {
            if (i > 100000) context.fail("a run with a clock that stops does not end");
            tile.bench.step_with_stops(context.random.chance(50) ? 3 : 0, context.random.chance(50) ? 3 : 0);
            tile.collect();
        }
        tile.finish();
    }
    // Also while a layer is being loaded.
    tile.source.send(tile.pack(layer, HCIM_DEST_SCALES), HCIM_DEST_SCALES);
    for (unsigned i = 0; !tile.source.idle(); ++i) {
        if (i > 100000) context.fail("a packet with a clock that stops is not taken");
        tile.bench.step_with_stops(2, 2);
    }
    tile.wait_loaded();
    tile.check_memory(layer);
    tile.run(2);
    context.equal("ERROR after the clock stopped", tile.read(reg::ERROR), 0);
}

// Reset needs no clock: it comes and goes while the clock stands still.
void reset_without_clock(Context& context) {
    TileBench tile{context};
    const Layer layer = tile.random_layer();
    for (unsigned round = 0; round < 4; ++round) {
        tile.load(layer);
        for (unsigned i = 0; i < 2; ++i) tile.send(tile.random_inputs());
        tile.start(2);
        tile.bench.steps(context.random.below(3 * tile.config->evaluation_cycles * tile.config->input_bits + 20));
        tile.collect();
        tile.reset_without_clock();
        context.equal("STATUS after a reset without a clock", tile.read(reg::STATUS), tile.ternary() ? 0 : reg::STATUS_THRESHOLDS);
        context.equal("ERROR after a reset without a clock", tile.read(reg::ERROR), 0);
    }
    tile.load(layer);
    tile.run(2);
}

// Every word of the address map is read and written: registers answer, read-only ones refuse writes and keep their values,
// everything else refuses both; none of it is an error of the tile.
void whole_address_map(Context& context) {
    TileBench tile{context};
    std::set<uint32_t> constant = {reg::ID, reg::VERSION, reg::DIGEST_LO, reg::DIGEST_HI, reg::SHAPE, reg::FORMAT, reg::STREAM, reg::RESULT};
    std::set<uint32_t> read_only = {reg::STATUS, reg::MVM_DONE, reg::CYCLES_LO, reg::CYCLES_HI, reg::PLANES_SKIPPED,
                                    reg::PLANES_EMPTY, reg::MVM_CYCLES, reg::READBACK_DATA};
    std::set<uint32_t> written = {reg::CTRL, reg::IRQ_STATUS, reg::IRQ_ENABLE, reg::ERROR, reg::MVM_COUNT, reg::TIMING,
                                  reg::TIMEOUT, reg::READBACK_ROW, reg::READBACK_WORD};
    if (tile.ternary() && !tile.per_column()) {
        for (unsigned i = 0; i < tile.config->input_bits; ++i) written.insert(reg::THRESHOLD + 4 * i);
    }
    // What a configuration does not have leaves a hole.
    if (tile.skips()) written.insert(reg::SKIP);
    if (tile.config->segments > 1) written.insert(reg::CHAIN);
    read_only.insert(constant.begin(), constant.end());
    for (uint32_t address = 0; address < 0x1000; address += 4) {
        const bool is_register = read_only.count(address) + written.count(address) != 0;
        // The two lowest bits of an address are ignored.
        const uint32_t at = address + static_cast<uint32_t>(context.random.below(4));
        const uint32_t before = tile.axil.read(at);
        const bool answered = tile.axil.response() == AxilMaster::okay;
        context.check(answered == is_register, format("read of 0x%x is %s", at, answered ? "answered" : "refused"));
        if (!answered) context.equal("data of a refused read", before, 0);
        if (written.count(address) != 0) continue;
        const unsigned strobes = 1 + static_cast<unsigned>(context.random.below(15));
        const bool taken = tile.axil.write(at, static_cast<uint32_t>(context.random.next()), strobes) == AxilMaster::okay;
        context.check(!taken, format("write of 0x%x is taken", at));
        if (constant.count(address) != 0) context.equal("a read-only register after a write", tile.read(address), before);
    }
    context.equal("ERROR after all that", tile.read(reg::ERROR), 0);
    context.equal("STATUS after all that", tile.read(reg::STATUS), tile.ternary() ? 0 : reg::STATUS_THRESHOLDS);
    tile.load(tile.random_layer());
    tile.run(1);
}

// Each of the 16 strobes on every register that software writes: strobed bytes change, no other byte and no other register does.
void every_strobe(Context& context) {
    TileBench tile{context};
    struct Writable {
        uint32_t address, mask;
        uint32_t legal = 0xffffffff;  // more is refused
    };
    std::vector<Writable> registers = {{reg::MVM_COUNT, tile.count_mask(), tile.count_mask()}, {reg::IRQ_ENABLE, 7},
                                       {reg::TIMING, 0xffffffff}, {reg::TIMEOUT, 0xffff}, {reg::READBACK_ROW, 0},
                                       {reg::READBACK_WORD, 0}};
    if (tile.skips()) registers.push_back({reg::SKIP, 3});
    if (tile.config->segments > 1) registers.push_back({reg::CHAIN, 3});
    for (const Writable& r : registers) {
        for (unsigned strobes = 0; strobes < 16; ++strobes) {
            // No byte of these is zero, so TIMING and TIMEOUT take every mixture of them.
            tile.write(r.address, 0x01010101 & r.legal);
            const uint32_t old = tile.read(r.address);
            const uint32_t data = 0x02020202 & r.legal;
            context.equal("response of a strobed write", tile.axil.write(r.address, data, strobes), AxilMaster::okay);
            uint32_t bytes = 0;
            for (unsigned b = 0; b < 4; ++b) bytes |= (strobes >> b & 1) != 0 ? 0xffU << (8 * b) : 0;
            const uint32_t now = tile.read(r.address);
            context.equal(format("bytes of 0x%x that are not strobed by %x", r.address, strobes).c_str(), now & ~bytes, old & ~bytes);
            context.equal(format("bytes of 0x%x that are strobed by %x", r.address, strobes).c_str(), now & bytes & r.mask, data & bytes & r.mask);
        }
    }
    // Flags are cleared by a strobed byte alone.
    tile.start(0);
    const uint32_t error = tile.read(reg::ERROR);
    context.check((error & 0xff) != 0, "START with a count of 0 is no error");
    for (unsigned strobes = 0; strobes < 16; strobes += 2) {
        context.equal("response", tile.axil.write(reg::ERROR, 0xffffffff, strobes), AxilMaster::okay);
        context.equal("flags that are not strobed", tile.read(reg::ERROR) & 0xff, error & 0xff);
    }
    tile.expect_error(tile.read(reg::ERROR));
}

}  // namespace

std::vector<Test> robust_tests(const Config&) {
    return {
        {"all_comparators_stuck", all_comparators_stuck},
        {"clock_stops", clock_stops},
        {"reset_without_clock", reset_without_clock},
        {"whole_address_map", whole_address_map},
        {"every_strobe", every_strobe},
    };
}

}  // namespace hcim
