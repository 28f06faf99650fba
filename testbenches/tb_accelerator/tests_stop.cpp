// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Abort and reset in the middle of everything.

#include "tests.h"

namespace hcim {
namespace {

// A run of three passes that stream; which ones depends on the round.
uint32_t prepare(AcceleratorBench& acc) {
    Random& random = acc.context.random;
    acc.stall(random.chance(50) ? 0 : 30);
    const uint32_t count = std::min(acc.shape.passes, 3U);
    for (uint32_t index = 0; index < count; ++index) {
        Pass pass = random.chance(70) ? random_mvm(acc) : random_pool(acc);
        if (random.chance(70)) pass.stream = Pass::raw;
        acc.set_pass(index, pass);
    }
    return count;
}

// Some cycle of such a run.
uint64_t moment(AcceleratorBench& acc) {
    Random& random = acc.context.random;
    return random.chance(30) ? random.below(60) : random.below(1500);
}

void abort_everywhere(Context& context) {
    LoadedBench acc{context};
    for (unsigned round = 0; round < 20; ++round) {
        const uint32_t count = prepare(acc);
        if (context.random.chance(20)) acc.sink.closed = true;
        acc.start(0, count);
        acc.bench.steps(moment(acc));
        if (acc.sink.closed) {
            // A beat that is offered stays until it is taken.
            acc.write(acc::CTRL, acc::CTRL_ABORT);
            acc.bench.steps(context.random.below(100));
            acc.sink.closed = false;
        }
        acc.abort();
        acc.set_pass(0, random_pass(acc));
        acc.run(0, 1);
        if (round % 4 == 3) acc.check_memory();
    }
}

void abort_idle(Context& context) {
    LoadedBench acc{context};
    for (unsigned round = 0; round < 3; ++round) {
        acc.abort();
        acc.set_pass(0, random_mvm(acc));
        acc.run(0, 1);
    }
    acc.check_memory();
}

void abort_in_a_pause(Context& context) {
    LoadedBench acc{context};
    if (acc.shape.passes < 2) {
        // One pass cannot pause; an abort without a run is all there is.
        acc.abort();
        return;
    }
    for (unsigned round = 0; round < 3; ++round) {
        Pass pass = random_pass(acc);
        pass.pause = 1;
        acc.set_pass(0, pass);
        acc.set_pass(1, random_pass(acc));
        acc.start(0, 2);
        acc.finish();
        acc.abort();
        acc.run(1, 1);
        acc.check_memory();
    }
}

// Activations on their way while a run is aborted: they arrive. The passes do not stream, as they may read what arrives.
void abort_beside_a_load(Context& context) {
    LoadedBench acc{context};
    for (unsigned round = 0; round < 4; ++round) {
        acc.stall(context.random.chance(50) ? 0 : 30);
        const uint32_t count = std::min(acc.shape.passes, 3U);
        for (uint32_t index = 0; index < count; ++index) {
            Pass pass = context.random.chance(70) ? random_mvm(acc) : random_pool(acc);
            pass.stream = Pass::none;
            acc.set_pass(index, pass);
        }
        acc.start(0, count);
        const Bits words = context.random.bits(size_t{acc.shape.activation_words} * acc.config->input_stream_bits);
        acc.source.stall = 20;
        acc.load_words(3, words, false);
        acc.bench.steps(context.random.below(acc.shape.activation_words));
        acc.abort();
        context.equal("beats of a load that are left", acc.source.waiting(), 0);
        acc.set_pass(0, random_pass(acc));
        acc.run(0, 1);
        acc.check_memory();
    }
}

// From the cycle after a start on, whose program is read, whose tiles are set up one after the other and which runs then: an
// abort in each of the first cycles, and a start in each cycle of the abort.
void abort_in_each_cycle(Context& context) {
    LoadedBench acc{context};
    acc.set_pass(0, draw(acc, [&] {
        Pass pass = random_mvm(acc);
        pass.stream = Pass::raw;
        pass.lanes = acc.shape.lanes;
        pass.segments = acc.shape.segments;
        pass.first_lane = 0;
        return pass;
    }));
    const uint64_t cycles = 40 + 30 * std::min(acc.tiles(), 4U);
    for (uint64_t wait = 0; wait < cycles; ++wait) {
        acc.start(0, 1);
        acc.bench.steps(wait);
        if (wait % 3 != 0) {
            acc.abort();
            continue;
        }
        acc.write(acc::CTRL, acc::CTRL_ABORT);
        acc.bench.steps(wait / 3);
        acc.write(acc::CTRL, acc::CTRL_START);
        acc.settle();
        // It is refused; or it came after the end of the abort, and the tiles say that they were aborted.
        const uint32_t errors = acc.read(acc::ERROR);
        context.check(errors == acc::ERROR_START_BUSY || errors == acc::ERROR_TILE, format("ERROR is 0x%x", errors));
        acc.expect_error(errors);
        acc.sink.beats.clear();
        acc.forget();
        acc.abort();
    }
    acc.set_pass(0, random_pass(acc));
    acc.run(0, 1);
    acc.check_memory();
}

// An illegal pass ends the run by itself; a start that comes in any of the cycles around is refused, or is another such run.
void start_around_an_end(Context& context) {
    LoadedBench acc{context};
    Pass pass = random_pool(acc);
    pass.output_bits = 0;
    acc.set_pass(0, pass);
    bool refused = false, taken = false;
    for (uint64_t wait = 0; wait < 60 + 40 * std::min(acc.tiles(), 4U); ++wait) {
        acc.start(0, 1);
        acc.bench.steps(wait);
        acc.write(acc::CTRL, acc::CTRL_START);
        acc.wait_for(acc::STATUS_BUSY | acc::STATUS_ABORTING, 0, "the end of a run");
        const uint32_t errors = acc.read(acc::ERROR);
        context.equal("ERROR.BAD_PASS", errors & ~acc::ERROR_START_BUSY, acc::ERROR_BAD_PASS);
        ((errors & acc::ERROR_START_BUSY) != 0 ? refused : taken) = true;
        acc.write(acc::IRQ_STATUS, acc::IRQ_ALL & ~acc::IRQ_ERROR);
        acc.expect_error(errors);
        must(hcim_accelerator_clear(acc.golden(), ~0U, ~0U, 0), "clear");
        acc.recover(false);
    }
    context.check(refused && taken, "starts were not refused, or all of them");
    acc.set_pass(0, random_pass(acc));
    acc.run(0, 1);
    acc.check_memory();
}

void reset_everywhere(Context& context) {
    LoadedBench acc{context};
    for (unsigned round = 0; round < 8; ++round) {
        const uint32_t count = prepare(acc);
        acc.start(0, count);
        acc.bench.steps(moment(acc));
        acc.reset();
        context.equal("STATUS after a reset", acc.read(acc::STATUS), 0);
        for (uint32_t t = 0; t < acc.tiles(); ++t) {
            context.equal("STATUS.WEIGHTS_VALID after a reset", acc.read(acc::tile(t, reg::STATUS)) & reg::STATUS_WEIGHTS, 0);
        }
        acc.load_tiles();
        // The memories keep what they have, but words that a run was writing are anyone's.
        acc.fill_memory();
        acc.set_pass(0, random_mvm(acc));
        acc.run(0, 1);
        acc.check_memory();
    }
}

// A reset without a run leaves program, constants and activations alone.
void memories_survive_a_reset(Context& context) {
    LoadedBench acc{context};
    const uint32_t last = acc.shape.passes - 1;
    Pass pass = random_pool(acc);
    pass.stream = Pass::scores;
    acc.set_pass(last, pass);
    acc.reset();
    acc.run(last, 1);
    acc.check_memory();
}

// Reset in the middle of loads.
void reset_while_loading(Context& context) {
    LoadedBench acc{context};
    for (unsigned round = 0; round < 4; ++round) {
        const Layer layer = random_layer(acc.config, context.random);
        acc.source.send(pack_layer(acc.config, layer, HCIM_DEST_WEIGHTS), HCIM_DEST_WEIGHTS);
        acc.source.send(context.random.bits(size_t{20} * acc.config->input_stream_bits), 0);
        acc.bench.steps(context.random.below(acc.source.waiting() + 4));
        acc.reset();
        acc.load_tiles();
        acc.fill_memory();
        acc.set_pass(0, random_mvm(acc));
        acc.run(0, 1);
        acc.check_memory();
    }
}

}  // namespace

std::vector<Test> stop_tests() {
    return {{"abort_everywhere", abort_everywhere},
            {"abort_idle", abort_idle},
            {"abort_in_a_pause", abort_in_a_pause},
            {"abort_beside_a_load", abort_beside_a_load},
            {"abort_in_each_cycle", abort_in_each_cycle},
            {"start_around_an_end", start_around_an_end},
            {"reset_everywhere", reset_everywhere},
            {"memories_survive_a_reset", memories_survive_a_reset},
            {"reset_while_loading", reset_while_loading}};
}

}  // namespace hcim
