// SPDX-License-Identifier: MIT OR Apache-2.0
//
// The register map: identification, reset values, byte strobes, addresses without a register, writes while busy.

#include "tests.h"

namespace hcim {
namespace {

void identification(Context& context) {
    TileBench tile{context};
    tile.stall(30);
    const HcimDerived& d = tile.config.derived();
    context.equal("ID", tile.read(reg::ID), reg::ID_VALUE);
    context.equal("SHAPE", tile.read(reg::SHAPE), d.rows | d.cols << 16);
    const uint32_t format = tile.read(reg::FORMAT);
    context.equal("FORMAT.INPUT_BITS", format & 0xf, d.input_bits);
    context.equal("FORMAT.WEIGHT_SLICES", format >> 4 & 0xf, d.weight_slices);
    context.equal("FORMAT.SCALE_BITS", format >> 8 & 0x1f, d.scale_bits);
    context.equal("FORMAT.ROWS_PER_CYCLE", format >> 13 & 0x1f, d.rows_per_cycle);
    context.equal("FORMAT.TERNARY", format >> 18 & 1, d.ternary);
    context.equal("FORMAT.COLUMNS_PER_COMPARATOR", format >> 23 & 0xf, d.columns_per_comparator);
    context.equal("FORMAT.PARITY", format >> 27, d.parity);
    context.equal("STREAM", tile.read(reg::STREAM), d.input_stream_bits | d.output_stream_bits << 16);
    context.equal("RESULT", tile.read(reg::RESULT),
                  d.result_bits | d.result_element_bits << 8 | d.segments << 16 | d.read_rate << 24);
    const uint32_t low = tile.read(reg::DIGEST_LO);
    const uint32_t high = tile.read(reg::DIGEST_HI);
    context.check((low | high) != 0, "the digest is zero");
    for (uint32_t address : {reg::ID, reg::VERSION, reg::SHAPE, reg::STATUS, reg::MVM_CYCLES}) {
        tile.refused(address, 0xffffffff);
    }
    context.equal("ID after a write", tile.read(reg::ID), reg::ID_VALUE);
}

void reset_values(Context& context) {
    TileBench tile{context};
    const HcimDerived& d = tile.config.derived();
    for (unsigned round = 0; round < 2; ++round) {
        context.equal("TIMING", tile.read(reg::TIMING), d.precharge | d.evaluate << 8 | d.sense << 16 | d.hold << 24);
        context.equal("TIMEOUT", tile.read(reg::TIMEOUT), d.timeout);
        const uint32_t binary = tile.ternary() ? 0 : reg::STATUS_THRESHOLDS;
        context.equal("STATUS", tile.read(reg::STATUS), binary);
        for (uint32_t address : {reg::CTRL, reg::IRQ_STATUS, reg::IRQ_ENABLE, reg::ERROR, reg::MVM_COUNT, reg::MVM_DONE,
                                 reg::CYCLES_LO, reg::CYCLES_HI, reg::PLANES_SKIPPED, reg::PLANES_EMPTY}) {
            context.equal(format("register 0x%x", address).c_str(), tile.read(address), 0);
        }
        // Changed, then back to the same after a reset.
        tile.load(tile.random_layer());
        tile.set_timing(3, 4, 5, 6);
        tile.write(reg::TIMEOUT, 77);
        tile.write(reg::IRQ_ENABLE, 7);
        tile.start(0);
        tile.reset();
    }
}

// Every register that software writes, with random values and byte strobes: what was written is read, nothing else changes,
// and a value that would be illegal is refused.
void byte_strobes(Context& context) {
    TileBench tile{context};
    tile.stall(20);
    struct Writable {
        uint32_t address, mask, nonzero, value;
    };
    std::vector<Writable> registers = {
        {reg::MVM_COUNT, tile.count_mask(), 0, 0},         {reg::IRQ_ENABLE, 7, 0, 0},       {reg::TIMING, 0xffffffff, 0x00ffffff, 0},
        {reg::TIMEOUT, 0xffff, 0xffff, 0},          {reg::READBACK_ROW, 0xffff, 0, 0}, {reg::READBACK_WORD, 0xffff, 0, 0},
    };
    if (tile.skips()) registers.push_back({reg::SKIP, 3, 0, 0});
    if (tile.config->segments > 1) registers.push_back({reg::CHAIN, 3, 0, 0});
    for (Writable& r : registers) r.value = tile.read(r.address);
    for (unsigned i = 0; i < 30 * registers.size(); ++i) {
        Writable& r = registers[context.random.below(registers.size())];
        const uint32_t data = static_cast<uint32_t>(context.random.next() & (context.random.chance(30) ? context.random.next() : ~0U));
        const unsigned strobes = static_cast<unsigned>(context.random.below(16));
        uint32_t next = r.value;
        for (unsigned b = 0; b < 4; ++b) {
            const uint32_t byte = 0xffU << (8 * b);
            if ((strobes >> b & 1) != 0) next = (next & ~byte) | (data & byte & r.mask);
        }
        bool legal = (r.nonzero & 0xffff0000) == 0 && r.nonzero != 0 ? (next & r.nonzero) != 0 : true;
        for (unsigned b = 0; r.address == reg::TIMING && b < 3; ++b) legal = legal && (next >> (8 * b) & 0xff) != 0;
        // A count of more bits than the counters have is refused.
        for (unsigned b = 0; r.address == reg::MVM_COUNT && b < 4; ++b) {
            if ((strobes >> b & 1) != 0) legal = legal && (data & ~r.mask & (0xffU << (8 * b))) == 0;
        }
        const unsigned response = tile.axil.write(r.address, data, strobes);
        context.equal(format("response of a write to 0x%x", r.address).c_str(), response == AxilMaster::okay, legal);
        if (legal) r.value = next;
        const Writable& other = registers[context.random.below(registers.size())];
        context.equal(format("register 0x%x", r.address).c_str(), tile.read(r.address), r.value);
        context.equal(format("register 0x%x", other.address).c_str(), tile.read(other.address), other.value);
    }
    // A strobe that leaves out the byte of a command gives no command.
    tile.axil.write(reg::CTRL, reg::CTRL_START, 0xe);
    context.equal("STATUS after a command without its strobe", tile.read(reg::STATUS) & reg::STATUS_BUSY, 0);
    context.equal("ERROR after a command without its strobe", tile.read(reg::ERROR), 0);
}

// Reads and writes at the same time, to the same register and to others.
void parallel_accesses(Context& context) {
    TileBench tile{context};
    uint32_t before = 0;
    tile.write(reg::MVM_COUNT, before);
    for (unsigned i = 0; i < 60; ++i) {
        tile.axil.stall = i % 3 * 30;
        const uint32_t data = static_cast<uint32_t>(context.random.next()) & tile.count_mask();
        const bool same = context.random.chance(50);
        const uint32_t got = tile.axil.write_and_read(reg::MVM_COUNT, data, same ? reg::MVM_COUNT : reg::ID);
        context.equal("response of the write", tile.axil.write_response(), AxilMaster::okay);
        context.equal("response of the read", tile.axil.response(), AxilMaster::okay);
        if (same) {
            context.check(got == before || got == data, "a read beside a write gives neither the old nor the new value");
        } else {
            context.equal("ID", got, reg::ID_VALUE);
        }
        before = data;
        context.equal("MVM_COUNT", tile.read(reg::MVM_COUNT), data);
    }
}

void no_register(Context& context) {
    TileBench tile{context};
    std::vector<uint32_t> addresses = {0x054U, 0x06cU, 0x0fcU, 0x200U, 0xffcU};
    // Addresses that differ from a register's in one high bit; those of per-column thresholds are not below 0x100.
    for (uint32_t known : {reg::CTRL, reg::IRQ_ENABLE, reg::TIMING, reg::READBACK_ROW}) {
        for (uint32_t bit = 0x200; bit <= 0x800; bit <<= 1) addresses.push_back(known | bit);
    }
    // At once, and with answers that wait: a refusal stays one.
    for (unsigned stall : {0U, 60U}) {
        tile.axil.stall = stall;
        for (uint32_t address : addresses) {
            context.equal("data of a refused read", tile.axil.read(address), 0);
            context.check(tile.axil.response() != AxilMaster::okay, format("read of 0x%x is answered", address));
            tile.refused(address, 1);
        }
    }
    context.equal("ERROR", tile.read(reg::ERROR), 0);
}

void illegal_values(Context& context) {
    TileBench tile{context};
    const uint32_t timing = tile.read(reg::TIMING);
    for (uint32_t bad : {0x01010100U, 0x00010001U, 0x05000101U, 0U}) {
        tile.refused(reg::TIMING, bad);
        context.equal("TIMING after a refused write", tile.read(reg::TIMING), timing);
    }
    for (uint64_t bit = uint64_t{tile.count_mask()} + 1; bit < uint64_t{1} << 32; bit <<= 1) {
        tile.write(reg::MVM_COUNT, 5);
        tile.refused(reg::MVM_COUNT, static_cast<uint32_t>(bit | 1));
        context.equal("MVM_COUNT after a refused write", tile.read(reg::MVM_COUNT), 5);
    }
    tile.refused(reg::TIMEOUT, 0);
    context.equal("TIMEOUT after a refused write", tile.read(reg::TIMEOUT), tile.config->timeout);
    if (tile.ternary() && !tile.per_column()) {
        tile.write(reg::THRESHOLD, tile.config->rows);
        const uint64_t beyond = uint64_t{tile.config->rows} + 1;
        if (beyond < uint64_t{1} << tile.config->threshold_bits) {
            tile.refused(reg::THRESHOLD, tile.config->rows + 1);
            context.equal("THRESHOLD after a refused write", tile.read(reg::THRESHOLD), tile.config->rows);
        }
    }
}

// Locked registers refuse writes while busy and set an error; the run is not disturbed.
void writes_while_busy(Context& context) {
    TileBench tile{context};
    tile.load(tile.random_layer());
    const uint32_t timing = tile.read(reg::TIMING);
    for (unsigned i = 0; i < 3; ++i) tile.send(tile.random_inputs());
    tile.sink.closed = true;  // the run cannot end
    tile.start(3);
    tile.refused(reg::TIMING, 0x01020304);
    tile.expect_error(reg::ERROR_WRITE_BUSY);
    tile.refused(reg::TIMEOUT, 5);
    tile.refused(reg::MVM_COUNT, 9);
    if (tile.skips()) tile.refused(reg::SKIP, 0);
    if (tile.ternary() && !tile.per_column()) tile.refused(reg::THRESHOLD, 0);
    tile.expect_error(reg::ERROR_WRITE_BUSY);
    context.equal("TIMING", tile.read(reg::TIMING), timing);
    context.equal("MVM_COUNT", tile.read(reg::MVM_COUNT), 3);
    tile.axil.read(reg::READBACK_DATA);
    context.check(tile.axil.response() != AxilMaster::okay, "read-back while busy is answered");
    tile.axil.write(reg::CTRL, reg::CTRL_START);
    tile.expect_error(reg::ERROR_START_BUSY);
    tile.sink.closed = false;
    tile.finish();
    context.equal("MVM_DONE", tile.read(reg::MVM_DONE), 3);
    tile.run(2);
}

// Read-back of rows and words that the array does not have is refused.
void readback_limits(Context& context) {
    TileBench tile{context};
    tile.load(tile.random_layer());
    const HcimDerived& d = tile.config.derived();
    const uint32_t rows = d.scale_rows + d.accumulator_bits;
    const uint32_t words = (d.used_columns + 31) / 32;
    const auto refused = [&](uint32_t row, uint32_t word) {
        tile.write(reg::READBACK_ROW, row);
        tile.write(reg::READBACK_WORD, word);
        tile.axil.read(reg::READBACK_DATA);
        return tile.axil.response() != AxilMaster::okay;
    };
    context.check(!refused(rows - 1, 0), "the last row is refused");
    context.check(!refused(0, words - 1), "the last word is refused");
    context.check(refused(rows, 0), "a row too many is answered");
    context.check(refused(0, words), "a word too many is answered");
    context.check(refused(0xffff, 0xffff), "rows and words far away are answered");
    for (uint32_t far = 1; far < 0x10000; far <<= 1) {
        if (far >= rows) context.check(refused(far, 0), format("row %u is answered", far));
        if (far >= words) context.check(refused(0, far), format("word %u is answered", far));
    }
}

// A read of an accumulator row that falls anywhere around the end of a run is refused or gives the row of that run.
void readback_at_the_end(Context& context) {
    TileBench tile{context};
    tile.load(tile.random_layer());
    const unsigned columns = tile.config->used_columns;
    const unsigned row = static_cast<unsigned>(context.random.below(tile.config->accumulator_bits));
    tile.write(reg::READBACK_ROW, tile.config->scale_rows + row);
    unsigned answered = 0;
    for (unsigned delay = 0; answered < 8; ++delay) {
        if (delay > 3000) context.fail("read-back is never answered");
        tile.write(reg::READBACK_WORD, 0);
        tile.send(tile.random_inputs());
        tile.bench.steps(tile.config->input_packet_beats + 8);
        tile.start(1);
        tile.bench.steps(delay);
        const uint32_t data = tile.axil.read(reg::READBACK_DATA);
        const bool okay = tile.axil.response() == AxilMaster::okay;
        answered += okay ? 1 : 0;
        tile.finish();
        std::vector<int64_t> accumulators(columns);
        must(hcim_tile_accumulators(tile.golden(), accumulators.data()), "accumulators");
        Bits want{columns};
        for (unsigned c = 0; c < columns && tile.config->deferred == 0; ++c) want.set_bit(c, ((accumulators[c] >> row) & 1) != 0);
        context.equal("a row at the end of a run", okay ? data : want.field(0, 32), want.field(0, 32));
        if (delay == 0 && tile.config->rows * tile.config->cols > 5000) delay = tile.config->input_bits * tile.config->window_cycles;
    }
}

}  // namespace

std::vector<Test> register_tests(const Config&) {
    return {
        {"identification", identification},
        {"reset_values", reset_values},
        {"byte_strobes", byte_strobes},
        {"parallel_accesses", parallel_accesses},
        {"no_register", no_register},
        {"illegal_values", illegal_values},
        {"writes_while_busy", writes_while_busy},
        {"readback_limits", readback_limits},
        {"readback_at_the_end", readback_at_the_end},
    };
}

}  // namespace hcim
