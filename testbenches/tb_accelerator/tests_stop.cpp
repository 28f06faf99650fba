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
            {"reset_everywhere", reset_everywhere},
            {"memories_survive_a_reset", memories_survive_a_reset},
            {"reset_while_loading", reset_while_loading}};
}

}  // namespace hcim
