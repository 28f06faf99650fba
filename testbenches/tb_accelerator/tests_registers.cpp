// SPDX-License-Identifier: MIT OR Apache-2.0
//
// The address map: identification, reset values, byte strobes, what is refused, the tiles' registers behind their windows.

#include "tests.h"

namespace hcim {
namespace {

void identification(Context& context) {
    AcceleratorBench acc{context};
    acc.stall(30);
    const HcimDerived& d = acc.config.derived();
    context.equal("ID", acc.read(acc::ID), acc::ID_VALUE);
    context.equal("SHAPE", acc.read(acc::SHAPE), d.rows | d.cols << 16);
    context.equal("FORMAT", acc.read(acc::FORMAT), d.input_bits | d.weight_slices << 4 | d.scale_bits << 8);
    context.equal("GRID", acc.read(acc::GRID), acc.shape.segments | acc.shape.lanes << 8 | acc.shape.elements << 16);
    context.equal("MEMORY", acc.read(acc::MEMORY), acc.shape.memory);
    const uint32_t version = acc.read(acc::VERSION);
    const uint32_t low = acc.read(acc::DIGEST_LO);
    const uint32_t high = acc.read(acc::DIGEST_HI);
    context.check((low | high) != 0, "the digest is zero");
    for (uint32_t t = 0; t < acc.tiles(); ++t) {
        context.equal("ID of a tile", acc.read(acc::tile(t, reg::ID)), reg::ID_VALUE);
        context.equal("VERSION of a tile", acc.read(acc::tile(t, reg::VERSION)), version);
        context.equal("SHAPE of a tile", acc.read(acc::tile(t, reg::SHAPE)), d.rows | d.cols << 16);
        const uint32_t result = d.result_bits | d.result_element_bits << 8 | d.segments << 16 | d.read_rate << 24;
        context.equal("RESULT of a tile", acc.read(acc::tile(t, reg::RESULT)), result);
    }
    for (uint32_t address : {acc::ID, acc::VERSION, acc::SHAPE, acc::GRID, acc::MEMORY, acc::STATUS, acc::CYCLES_LO,
                             acc::PASSES_DONE, acc::POSITIONS}) {
        acc.refused(address, 0xffffffff);
    }
    context.equal("ID after a write", acc.read(acc::ID), acc::ID_VALUE);
    context.equal("ERROR", acc.read(acc::ERROR), 0);
}

void reset_values(Context& context) {
    AcceleratorBench acc{context};
    for (unsigned round = 0; round < 2; ++round) {
        for (uint32_t address : {acc::CTRL, acc::STATUS, acc::IRQ_STATUS, acc::IRQ_ENABLE, acc::ERROR, acc::FIRST_PASS,
                                 acc::PASS_COUNT, acc::ACT_ADDR, acc::LOAD_TILE, acc::CYCLES_LO, acc::CYCLES_HI,
                                 acc::PASSES_DONE, acc::POSITIONS}) {
            context.equal(format("register 0x%x", address).c_str(), acc.read(address), 0);
        }
        // Changed, then back to the same after a reset.
        acc.load_tiles();
        acc.fill_memory();
        acc.fill_constants();
        acc.set_pass(0, random_pool(acc));
        acc.run(0, 1);
        acc.write(acc::IRQ_ENABLE, acc::IRQ_ALL);
        acc.write(acc::CTRL, acc::CTRL_START | acc::CTRL_CLEAR_COUNTERS);
        acc.reset();
    }
}

// Every register that software writes, with random values and byte strobes: what was written is read, nothing else changes.
void byte_strobes(Context& context) {
    AcceleratorBench acc{context};
    acc.stall(20);
    struct Writable {
        uint32_t address, mask, value;
    };
    std::vector<Writable> registers = {
        {acc::IRQ_ENABLE, 15, 0},
        {acc::FIRST_PASS, 0x1ff, 0},
        {acc::PASS_COUNT, 0x1ff, 0},
        {acc::ACT_ADDR, acc.shape.activation_words - 1, 0},
        {acc::tile(acc.tiles() - 1, reg::MVM_COUNT), acc.count_mask(), 0},
        {acc::tile(0, reg::READBACK_ROW), 0xffff, 0},
    };
    for (unsigned i = 0; i < 30 * registers.size(); ++i) {
        Writable& r = registers[context.random.below(registers.size())];
        // Bits that the registers of an accelerator do not have have no meaning; MVM_COUNT of a tile refuses them.
        const bool refuses = r.address == acc::tile(acc.tiles() - 1, reg::MVM_COUNT);
        const uint32_t data = static_cast<uint32_t>(context.random.next()) & (refuses ? r.mask : ~0U);
        const unsigned strobes = static_cast<unsigned>(context.random.below(16));
        for (unsigned b = 0; b < 4; ++b) {
            const uint32_t byte = 0xffU << (8 * b);
            if ((strobes >> b & 1) != 0) r.value = (r.value & ~byte) | (data & byte & r.mask);
        }
        const unsigned response = acc.axil.write(r.address, data, strobes);
        context.equal(format("response of a write to 0x%x", r.address).c_str(), response, AxilMaster::okay);
        const Writable& other = registers[context.random.below(registers.size())];
        context.equal(format("register 0x%x", r.address).c_str(), acc.read(r.address), r.value);
        context.equal(format("register 0x%x", other.address).c_str(), acc.read(other.address), other.value);
    }
    for (uint32_t t = 0; t < acc.tiles(); ++t) {
        acc.write(acc::LOAD_TILE, t);
        context.equal("LOAD_TILE", acc.read(acc::LOAD_TILE), t);
    }
    // A strobe that leaves out the byte of a command gives no command.
    acc.axil.write(acc::CTRL, acc::CTRL_START, 0xe);
    context.equal("STATUS after a command without its strobe", acc.read(acc::STATUS) & acc::STATUS_BUSY, 0);
    context.equal("ERROR after a command without its strobe", acc.read(acc::ERROR), 0);
}

// Reads and writes at the same time: registers, tiles, memories.
void parallel_accesses(Context& context) {
    AcceleratorBench acc{context};
    const uint32_t count = acc::tile(acc.tiles() - 1, reg::MVM_COUNT);
    const uint32_t places[] = {acc::FIRST_PASS, count, acc::program(0, 3), acc::constant(1)};
    const uint32_t seen[] = {acc::ID, acc::tile(0, reg::ID), acc::tile(acc.tiles() - 1, reg::ID), acc::MEMORY};
    const uint32_t values[] = {acc::ID_VALUE, reg::ID_VALUE, reg::ID_VALUE, acc.shape.memory};
    for (unsigned i = 0; i < 80; ++i) {
        acc.axil.stall = i % 3 * 30;
        const uint32_t data = static_cast<uint32_t>(context.random.next()) & 0xff;
        const size_t to = context.random.below(4);
        const size_t from = context.random.below(4);
        const uint32_t got = acc.axil.write_and_read(places[to], data, seen[from]);
        context.equal("response of the write", acc.axil.write_response(), AxilMaster::okay);
        context.equal("response of the read", acc.axil.response(), AxilMaster::okay);
        context.equal("what was read beside a write", got, values[from]);
        if (to < 2) context.equal("what was written beside a read", acc.read(places[to]), data);
    }
}

// A tile's registers are its own: what is written to one changes no other.
void tile_windows(Context& context) {
    AcceleratorBench acc{context};
    acc.stall(15);
    std::vector<uint32_t> values(acc.tiles());
    for (unsigned round = 0; round < 3; ++round) {
        for (uint32_t t = 0; t < acc.tiles(); ++t) {
            values[t] = static_cast<uint32_t>(context.random.next()) & acc.count_mask();
            acc.write(acc::tile(t, reg::MVM_COUNT), values[t]);
        }
        for (uint32_t t = 0; t < acc.tiles(); ++t) {
            context.equal("MVM_COUNT of a tile", acc.read(acc::tile(t, reg::MVM_COUNT)), values[t]);
        }
    }
    // A tile's refusals come through.
    acc.refused(acc::tile(0, reg::ID), 1);
    acc.refused(acc::tile(acc.tiles() - 1, reg::TIMEOUT), 0);
    acc.refused_read(acc::tile(0, 0x0fc));
    // Loads go to the tile that LOAD_TILE names, and to no other.
    for (uint32_t t = 0; t < acc.tiles(); ++t) {
        acc.load_tile(t, random_layer(acc.config, context.random));
        for (uint32_t other = 0; other < acc.tiles(); ++other) {
            const bool loaded = (acc.read(acc::tile(other, reg::STATUS)) & reg::STATUS_WEIGHTS) != 0;
            context.equal("STATUS.WEIGHTS_VALID of a tile", loaded, other <= t);
        }
    }
}

// Addresses with nothing behind them.
void no_register(Context& context) {
    AcceleratorBench acc{context};
    std::vector<uint32_t> addresses = {0x054, 0x0fc, 0x100, 0xffc, 0x500000, 0x5ffffc, 0x800000, 0xfffffc};
    for (uint32_t known : {acc::CTRL, acc::IRQ_ENABLE, acc::FIRST_PASS}) {
        for (uint32_t bit = 0x80; bit <= 0x800; bit <<= 1) addresses.push_back(known | bit);
        addresses.push_back(known | 0x800000);
    }
    addresses.push_back(acc::tile(acc.tiles(), reg::ID));
    addresses.push_back(acc::tile(acc.tiles() + 255, reg::ID));
    addresses.push_back(acc::tile(0, reg::ID) | 0x400000);
    addresses.push_back(acc::program(acc.shape.passes, 0));
    addresses.push_back(acc::program(acc.shape.passes, 0) | 0x80000);
    addresses.push_back(acc::constant(acc.shape.constant_entries));
    addresses.push_back(acc::constant(acc.shape.constant_entries) + 4);
    addresses.push_back(acc::constant(0) | 0x80000);
    for (uint32_t address : addresses) {
        acc.refused_read(address);
        acc.refused(address, 1);
    }
    context.equal("ERROR", acc.read(acc::ERROR), 0);
}

// Program and constants: write only, whole words only; a write that is refused changes nothing.
void memories_are_write_only(Context& context) {
    LoadedBench acc{context};
    const Pass pass = random_pool(acc);
    acc.set_pass(0, pass);
    for (uint32_t address : {acc::program(0, 0), acc::program(acc.shape.passes - 1, 31), acc::constant(0), acc::constant(0) + 4,
                             acc::constant(acc.shape.constant_entries - 1) + 4}) {
        acc.refused_read(address);
        for (unsigned strobes = 0; strobes < 15; ++strobes) {
            const unsigned response = acc.axil.write(address, static_cast<uint32_t>(context.random.next()), strobes);
            context.equal(format("response of a write to 0x%x with strobes", address).c_str(), response, AxilMaster::slverr);
        }
    }
    acc.run(0, 1);
    acc.check_memory();
    // The bias is held until a multiplier is written, for whatever entry.
    acc.write(acc::constant(3), 1000);
    acc.write(acc::constant(1) + 4, 0);
    acc.write(acc::constant(2) + 4, 0);
    for (uint32_t entry : {1U, 2U}) must(hcim_accelerator_set_constant(acc.golden(), entry, 0, 1000), "constant");
    Pass scores = pass;
    scores.stream = Pass::scores;
    scores.constant_base = 0;
    scores.uniform = 0;
    acc.set_pass(0, scores);
    acc.run(0, 1);
    context.equal("ERROR", acc.read(acc::ERROR), 0);
}

}  // namespace

std::vector<Test> register_tests() {
    return {{"identification", identification}, {"reset_values", reset_values},
            {"byte_strobes", byte_strobes},     {"parallel_accesses", parallel_accesses},
            {"tile_windows", tile_windows},     {"no_register", no_register},
            {"memories_are_write_only", memories_are_write_only}};
}

}  // namespace hcim
