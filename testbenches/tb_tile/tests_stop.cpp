// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Abort and reset in the middle of everything.

#include "tests.h"

namespace hcim {
namespace {

unsigned span_of(const TileBench& tile) {
    const HcimDerived& d = tile.config.derived();
    const unsigned mvm = d.input_bits * (d.window_cycles > d.evaluation_cycles ? d.window_cycles : d.evaluation_cycles);
    return 3 * mvm + d.read_digits + 2 * d.input_packet_beats + d.result_packet_beats + 20;
}

// Cycles after START at which a run is stopped: all of them if they are few, else spread with random gaps.
std::vector<unsigned> points(TileBench& tile) {
    const unsigned span = span_of(tile);
    const unsigned wanted = tile.config->cols > 256 ? 6 : 24;
    const unsigned step = span > wanted ? span / wanted : 1;
    std::vector<unsigned> list;
    for (unsigned n = 0; n < span; n += step) list.push_back(n + static_cast<unsigned>(tile.context.random.below(step)));
    return list;
}

void begin(TileBench& tile) {
    tile.stall(tile.context.random.chance(50) ? 0 : 30);
    for (unsigned i = 0; i < 4; ++i) tile.send(tile.random_inputs());
    tile.start(4);
}

// After an abort: what was under way is dropped, what is loaded stays.
void abort_everywhere(Context& context) {
    TileBench tile{context};
    tile.load(tile.random_layer());
    for (unsigned n : points(tile)) {
        begin(tile);
        for (unsigned i = 0; i < n; ++i) tile.bench.step();
        tile.collect();
        const int64_t kept = tile.source.drop();
        tile.write(reg::CTRL, reg::CTRL_ABORT);
        tile.collect();
        // A packet that was on its way in is taken to its end and dropped; a result that had begun leaves whole.
        tile.wait_for(reg::STATUS_ABORTING | reg::STATUS_BUSY | reg::STATUS_RESULT, 0, "the end of an abort", 200000);
        tile.collect();
        context.check(!tile.sink.partial(), "a result has begun and does not end");
        context.equal("IRQ_STATUS.ABORTED", (tile.read(reg::IRQ_STATUS) & reg::IRQ_ABORTED) != 0, 1);
        tile.write(reg::IRQ_STATUS, reg::IRQ_ABORTED | reg::IRQ_DONE | reg::IRQ_ERROR);
        for (unsigned i = 0; !tile.source.idle(); ++i) {
            if (i > 100000) context.fail("the rest of a packet is not taken after an abort");
            tile.bench.step();
        }
        tile.bench.steps(8);
        const uint32_t all = reg::STATUS_WEIGHTS | reg::STATUS_SCALES | reg::STATUS_THRESHOLDS;
        const uint32_t status = tile.read(reg::STATUS);
        context.equal("STATUS after an abort, less the inputs", status & ~0x30U, all);
        context.equal("ERROR after an abort", tile.read(reg::ERROR), 0);
        // A packet whose first beat was taken only after the abort is a good one.
        const uint32_t buffered = reg::status_buffered(status);
        context.check(buffered == 0 || (buffered == 1 && kept >= 0), "inputs have survived an abort");
        tile.forget(buffered == 1 ? kept : -1);
        context.equal("inputs left", tile.outstanding(), buffered);
        if (buffered == 1) {
            tile.start(1);
            tile.finish();
        }
        tile.run(2);
    }
}

// Abort while nothing is under way.
void abort_idle(Context& context) {
    TileBench tile{context};
    tile.load(tile.random_layer());
    for (unsigned i = 0; i < 2; ++i) {
        tile.write(reg::CTRL, reg::CTRL_ABORT);
        tile.wait_for(reg::STATUS_ABORTING, 0, "the end of an abort");
        tile.run(1);
    }
    // As long as an abort is under way the tile is busy, whatever it was before: STATUS is read around the command.
    unsigned seen = 0;
    for (unsigned i = 0; i < 40; ++i) {
        tile.axil.stall = 20 * (i % 4);
        const uint32_t status = tile.axil.write_and_read(reg::CTRL, reg::CTRL_ABORT, reg::STATUS);
        seen += (status & reg::STATUS_ABORTING) != 0 ? 1 : 0;
        context.equal("BUSY while ABORTING", (status & reg::STATUS_BUSY) != 0, (status & reg::STATUS_ABORTING) != 0);
        tile.axil.stall = 0;
        tile.wait_for(reg::STATUS_ABORTING, 0, "the end of an abort");
    }
    context.note(format("%u reads beside an abort", seen));
    tile.write(reg::IRQ_STATUS, reg::IRQ_ABORTED);
    // Inputs that wait are dropped.
    tile.send(tile.random_inputs());
    tile.bench.steps(tile.config->input_packet_beats + 10);
    tile.forget();
    tile.write(reg::CTRL, reg::CTRL_ABORT);
    tile.wait_for(reg::STATUS_ABORTING, 0, "the end of an abort");
    context.equal("inputs buffered after an abort", reg::status_buffered(tile.read(reg::STATUS)), 0);
    tile.run(2);
}

// The interrupt of an abort, with every setting of IRQ_ENABLE; no other bit clears it.
void abort_interrupts(Context& context) {
    TileBench tile{context};
    Port irq = tile.bench.port("irq_o");
    for (uint32_t enabled = 0; enabled < 8; ++enabled) {
        tile.write(reg::IRQ_ENABLE, enabled);
        tile.write(reg::CTRL, reg::CTRL_ABORT);
        tile.wait_for(reg::STATUS_ABORTING, 0, "the end of an abort");
        tile.bench.steps(3);
        for (uint32_t others : {0U, reg::IRQ_DONE | reg::IRQ_ERROR}) {
            tile.write(reg::IRQ_STATUS, others);
            tile.bench.steps(2);
            context.equal("IRQ_STATUS after an abort", tile.read(reg::IRQ_STATUS), reg::IRQ_ABORTED);
            context.equal("irq_o after an abort", irq.get(), (enabled & reg::IRQ_ABORTED) != 0);
        }
        tile.write(reg::IRQ_STATUS, reg::IRQ_ABORTED);
        tile.bench.steps(2);
        context.equal("IRQ_STATUS after clearing", tile.read(reg::IRQ_STATUS), 0);
        context.equal("irq_o after clearing", irq.get(), 0);
    }
}

void reset_everywhere(Context& context) {
    TileBench tile{context};
    const Layer layer = tile.random_layer();
    tile.load(layer);
    for (unsigned n : points(tile)) {
        begin(tile);
        for (unsigned i = 0; i < n; ++i) tile.bench.step();
        tile.collect();
        tile.reset();
        context.equal("STATUS after a reset", tile.read(reg::STATUS), tile.ternary() ? 0 : reg::STATUS_THRESHOLDS);
        tile.start(1);
        tile.expect_error(reg::ERROR_NOT_LOADED);
        tile.load(layer);
        tile.run(1);
    }
}

// Reset while weights, scale factors or thresholds are being loaded.
void reset_while_loading(Context& context) {
    TileBench tile{context};
    const Layer layer = tile.random_layer();
    for (unsigned round = 0; round < 4; ++round) {
        tile.source.send(tile.pack(layer, HCIM_DEST_SCALES), HCIM_DEST_SCALES);
        tile.source.send(tile.pack(layer, HCIM_DEST_WEIGHTS), HCIM_DEST_WEIGHTS);
        tile.bench.steps(context.random.below(tile.source.waiting() + 4));
        tile.reset();
        context.equal("STATUS after a reset", tile.read(reg::STATUS), tile.ternary() ? 0 : reg::STATUS_THRESHOLDS);
        tile.load(layer);
        tile.run(1);
    }
}

}  // namespace

std::vector<Test> stop_tests(const Config&) {
    return {
        {"abort_everywhere", abort_everywhere},
        {"abort_idle", abort_idle},
        {"abort_interrupts", abort_interrupts},
        {"reset_everywhere", reset_everywhere},
        {"reset_while_loading", reset_while_loading},
    };
}

}  // namespace hcim
