// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Channels that wait, in every state of the tile: idle, running, aborting; and commands that come at unusual moments.

#include "crowd.h"
#include "tests.h"

namespace hcim {
namespace {

void crowd(TileBench& tile) { crowd(tile, {reg::IRQ_ENABLE, 7, reg::STATUS, reg::ID, reg::ID_VALUE}); }

// A run whose results nobody takes, with its first packet offered.
void hold_results(TileBench& tile, unsigned count) {
    tile.sink.closed = true;
    for (unsigned i = 0; i < count; ++i) tile.send(tile.random_inputs());
    tile.start(count);
    tile.wait_for(reg::STATUS_RESULT, reg::STATUS_RESULT, "a result");
    tile.bench.steps(tile.config.derived().read_digits + tile.config.derived().result_packet_beats + 40);
}

void stalls_in_every_state(Context& context) {
    TileBench tile{context};
    tile.load(tile.random_layer());
    // Idle: the third packet of inputs waits.
    for (unsigned i = 0; i < 3; ++i) tile.send(tile.random_inputs());
    tile.bench.steps(3 * tile.config->input_packet_beats + 10);
    crowd(tile);
    context.check(!tile.source.idle(), "a third packet of inputs is taken while idle");
    tile.start(3);
    tile.finish();
    // Running: results wait, and inputs behind them.
    hold_results(tile, 5);
    crowd(tile);
    tile.write(reg::CTRL, reg::CTRL_CLEAR_COUNTERS);
    tile.write(reg::CTRL, reg::CTRL_START);
    tile.expect_error(reg::ERROR_START_BUSY);
    tile.sink.closed = false;
    tile.finish();
}

// A result packet that has begun keeps the tile aborting until it is taken.
void commands_while_aborting(Context& context) {
    TileBench tile{context};
    tile.load(tile.random_layer());
    for (unsigned round = 0; round < 3; ++round) {
        hold_results(tile, 1);
        tile.write(reg::CTRL, reg::CTRL_ABORT);
        tile.wait_for(reg::STATUS_ABORTING, reg::STATUS_ABORTING, "the abort");
        crowd(tile);
        if (round > 0) {
            tile.write(reg::CTRL, reg::CTRL_START);
            tile.expect_error(reg::ERROR_START_BUSY);
        }
        if (round > 1) tile.write(reg::CTRL, reg::CTRL_ABORT);
        // Inputs that come now are good ones: two are taken, the third waits.
        tile.collect();
        tile.sink.closed = false;
        tile.wait_for(reg::STATUS_ABORTING | reg::STATUS_BUSY | reg::STATUS_RESULT, 0, "the end of an abort");
        tile.collect();
        context.equal("results left after an abort", tile.outstanding(), 0);
        context.check(!tile.sink.partial(), "a result has begun and does not end");
        tile.write(reg::IRQ_STATUS, reg::IRQ_ABORTED | reg::IRQ_DONE | reg::IRQ_ERROR);
        tile.run(2);
    }
}

// START at every cycle around the end of a run: refused while it lasts, obeyed from the next cycle on.
void start_right_after_done(Context& context) {
    TileBench tile{context};
    tile.load(tile.random_layer());
    const Inputs inputs = tile.random_inputs();
    tile.send(inputs);
    tile.bench.steps(2 * tile.config->input_packet_beats + 10);
    tile.write(reg::CTRL, reg::CTRL_CLEAR_COUNTERS);
    tile.start(1);
    tile.finish();
    const uint32_t cycles = tile.read(reg::CYCLES_LO);
    bool refused = false;
    bool obeyed = false;
    for (uint32_t wait = cycles > 10 ? cycles - 10 : 0; wait < cycles + 4; ++wait) {
        tile.send(inputs);
        tile.send(inputs);
        tile.bench.steps(2 * tile.config->input_packet_beats + 10);
        tile.start(1);
        for (uint32_t i = 0; i < wait; ++i) tile.bench.step();
        tile.write(reg::CTRL, reg::CTRL_START);
        if (tile.read(reg::ERROR) != 0) {
            refused = true;
            tile.expect_error(reg::ERROR_START_BUSY);
            tile.wait_for(reg::STATUS_BUSY, 0, "the end of a run");
            tile.write(reg::CTRL, reg::CTRL_START);
        } else {
            obeyed = true;
        }
        tile.finish();
    }
    context.check(refused && obeyed, "START was never refused, or never obeyed");
}

}  // namespace

std::vector<Test> stall_tests(const Config&) {
    return {
        {"stalls_in_every_state", stalls_in_every_state},
        {"commands_while_aborting", commands_while_aborting},
        {"start_right_after_done", start_right_after_done},
    };
}

}  // namespace hcim
