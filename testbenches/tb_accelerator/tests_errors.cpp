// SPDX-License-Identifier: MIT OR Apache-2.0
//
// What is refused, and what ends a run.

#include <functional>

#include "tests.h"

namespace hcim {
namespace {

void bad_start(Context& context) {
    LoadedBench acc{context};
    acc.set_pass(0, random_pool(acc));
    const uint32_t passes = acc.shape.passes;
    const uint32_t cases[][2] = {{0, 0}, {passes, 1}, {passes - 1, 2}, {0, passes + 1}, {0x1ff, 0x1ff}, {passes - 1, 0}};
    for (const auto& bad : cases) {
        acc.start(bad[0], bad[1]);
        acc.bench.steps(20);
        context.equal("STATUS after a bad start", acc.read(acc::STATUS) & 0xff, 0);
        acc.expect_error(acc::ERROR_BAD_START);
    }
    acc.run(0, 1);
    acc.check_memory();
}

// Each fault of a pass; the run is over, what came before it is done, what comes after it is not.
void bad_passes(Context& context) {
    LoadedBench acc{context};
    const HcimAcceleratorShape& shape = acc.shape;
    const uint32_t outputs = acc.config->outputs;
    const uint32_t bits = acc.config->input_bits;
    using Change = std::function<void(Pass&)>;
    const std::vector<Change> always = {
        [](Pass& p) { p.kind = Pass::illegal_kind; }, [](Pass& p) { p.stream = Pass::illegal_stream; },
        [](Pass& p) { p.positions = 0; },             [](Pass& p) { p.channels = 0; },
        [](Pass& p) { p.output_bits = 0; },           [&](Pass& p) { p.output_bits = bits + 1; },
        [](Pass& p) { p.output_bits = 15; },          [](Pass& p) { p.kernel_height = 0; },
        [](Pass& p) { p.kernel_width = 0; },          [](Pass& p) { p.in_words = 0; },
        [](Pass& p) { p.out_width = 0; },             [&](Pass& p) { p.in_words = shape.activation_words + 1; },
        [](Pass& p) { p.in_words = 0xffff; },
    };
    const std::vector<Change> of_mvm = {
        [](Pass& p) { p.lanes = 0; },
        [&](Pass& p) { p.first_lane = shape.lanes + 1 - p.lanes; },
        [](Pass& p) { p.first_lane = 255; },
        [](Pass& p) { p.lanes = 255; },
        [](Pass& p) { p.segments = 0; },
        [&](Pass& p) { p.segments = shape.segments + 1; },
        [](Pass& p) { p.segments = 255; },
        [](Pass& p) { p.segment_words = 0; },
        [&](Pass& p) { p.segment_words = shape.tile_words + 1; },
        [](Pass& p) { p.segment_words = 0x8000; },
        [](Pass& p) { p.lane_outputs = 0; },
        [&](Pass& p) { p.lane_outputs = outputs + 1; },
        [](Pass& p) { p.lane_outputs = 0x8000; },
        [](Pass& p) { p.channels = p.lanes * p.lane_outputs + 1; },
        [](Pass& p) { p.channels = 0xffff; },
    };
    const std::vector<Change> of_pools = {[&](Pass& p) { p.channels = p.in_words * shape.elements + 1; },
                                          [](Pass& p) { p.channels = 0xffff; },
                                          [](Pass& p) {
                                              p.kind = Pass::sum;
                                              p.kernel_height = p.kernel_width = 16;
                                          }};
    const auto check = [&](const Pass& good, const Change& change) {
        Pass bad = good;
        change(bad);
        acc.stall(context.random.chance(50) ? 0 : 20);
        const uint32_t last = shape.passes - 1;
        acc.set_pass(last, bad);
        const bool before = last > 0;
        if (before) acc.set_pass(last - 1, random_pool(acc));
        acc.run_illegal(before ? last - 1 : last, before ? 2 : 1);
    };
    for (const Change& change : always) check(context.random.chance(50) ? random_mvm(acc) : random_pool(acc), change);
    for (const Change& change : of_mvm) check(random_mvm(acc), change);
    for (const Change& change : of_pools) check(random_pool(acc), change);
    acc.set_pass(0, random_mvm(acc));
    acc.run(0, 1);
    acc.check_memory();
}

// Locked registers, program, constants and the tiles' windows while a run is under way.
void locked_while_busy(Context& context) {
    LoadedBench acc{context};
    Pass pass = random_pool(acc);
    pass.stream = Pass::raw;
    pass.write = 0;
    acc.set_pass(0, pass);
    acc.sink.closed = true;  // the run cannot end
    acc.start(0, 1);
    const uint32_t load_tile = acc.read(acc::LOAD_TILE);
    for (uint32_t address : {acc::FIRST_PASS, acc::PASS_COUNT, acc::LOAD_TILE, acc::program(0, 0), acc::constant(0) + 4,
                             acc::program(acc.shape.passes - 1, 31), acc::constant(1)}) {
        acc.refused(address, 0);
        acc.expect_error(acc::ERROR_WRITE_BUSY);
    }
    context.equal("PASS_COUNT", acc.read(acc::PASS_COUNT), 1);
    context.equal("LOAD_TILE", acc.read(acc::LOAD_TILE), load_tile);
    for (uint32_t t = 0; t < acc.tiles(); ++t) {
        acc.refused_read(acc::tile(t, reg::ID));
        acc.refused(acc::tile(t, reg::MVM_COUNT), 3);
    }
    context.equal("ERROR", acc.read(acc::ERROR), 0);
    // Not locked.
    acc.write(acc::IRQ_ENABLE, 0);
    acc.write(acc::ACT_ADDR, 0);
    acc.write(acc::CTRL, acc::CTRL_START);
    acc.expect_error(acc::ERROR_START_BUSY);
    acc.write(acc::CTRL, acc::CTRL_RESUME);
    // A load for a tile waits until the run is over.
    const Layer layer = random_layer(acc.config, context.random);
    acc.source.send(pack_layer(acc.config, layer, HCIM_DEST_WEIGHTS), HCIM_DEST_WEIGHTS);
    const size_t waiting = acc.source.waiting();
    acc.bench.steps(100);
    context.equal("beats of a load during a run", acc.source.waiting(), waiting);
    acc.sink.closed = false;
    acc.finish();
    acc.flush();
    must(hcim_tile_load_weights(acc.golden_tile(load_tile), layer.weights.data(), layer.weights.size()), "weights");
    acc.bench.steps(acc.config->rows + 20);
    acc.set_pass(0, random_mvm(acc));
    acc.run(0, 1);
    acc.check_memory();
}

// Packets for nobody are dropped to their end; what follows them is taken.
void unknown_destinations(Context& context) {
    LoadedBench acc{context};
    for (unsigned dest = 4; dest < 8; ++dest) {
        acc.source.stall = dest % 2 * 30;
        acc.source.send(context.random.bits(size_t{dest - 3} * 3 * acc.config->input_stream_bits), dest);
        acc.flush();
        acc.bench.steps(4);
        acc.expect_error(acc::ERROR_DEST);
        acc.fill_memory();
    }
    // The destination is that of the first beat.
    std::vector<Beat> beats = beats_of(context.random.bits(size_t{4} * acc.config->input_stream_bits), acc.source.width(), 7);
    for (size_t i = 1; i < beats.size(); ++i) beats[i].dest = static_cast<unsigned>(i % 4);
    acc.source.send(beats);
    acc.flush();
    acc.bench.steps(4);
    acc.expect_error(acc::ERROR_DEST);
    acc.check_memory();
    acc.set_pass(0, random_mvm(acc));
    acc.run(0, 1);
}

// A tile with nothing loaded cannot be started: the run ends, and works once it is loaded.
void tile_not_loaded(Context& context) {
    AcceleratorBench acc{context};
    acc.fill_memory();
    acc.fill_constants();
    const uint32_t missing = static_cast<uint32_t>(context.random.below(acc.tiles()));
    for (uint32_t t = 0; t < acc.tiles(); ++t) {
        acc.write(acc::tile(t, reg::IRQ_ENABLE), reg::IRQ_ABORTED);
        if (t != missing) acc.load_tile(t, random_layer(acc.config, context.random));
    }
    Pass pass;
    pass.stream = Pass::raw;
    pass.lanes = acc.shape.lanes;
    pass.segments = acc.shape.segments;
    pass.lane_outputs = pass.channels = acc.config->outputs;
    acc.set_pass(0, pass);
    for (unsigned round = 0; round < 2; ++round) {
        acc.start(0, 1);
        acc.finish();
        acc.expect_error(acc::ERROR_TILE_ACCESS);
        acc.recover();
        for (uint32_t t = 0; t < acc.tiles(); ++t) {
            const uint32_t error = acc.read(acc::tile(t, reg::ERROR));
            context.equal("ERROR of a tile", error, t == missing ? reg::ERROR_NOT_LOADED : 0U);
            acc.write(acc::tile(t, reg::ERROR), error);
            acc.write(acc::tile(t, reg::IRQ_STATUS), reg::IRQ_ERROR);
        }
    }
    acc.load_tile(missing, random_layer(acc.config, context.random));
    acc.run(0, 1);
}

// A tile whose crossbar does not become ready ends the run; so does one whose interrupt stands when a pass begins.
void tile_timeout(Context& context) {
    LoadedBench acc{context};
    Pass pass;
    pass.stream = Pass::raw;
    pass.lanes = acc.shape.lanes;
    pass.segments = acc.shape.segments;
    pass.segment_words = acc.shape.tile_words;
    pass.lane_outputs = acc.config->outputs;
    pass.channels = acc.shape.lanes * acc.config->outputs;
    pass.input(0, 1, 30, acc.shape.tile_words, acc.shape.tile_words);
    acc.set_pass(0, pass);
    for (unsigned round = 0; round < 2 * acc.tiles(); ++round) {
        acc.stall(round % 2 * 20);
        const uint32_t t = round % acc.tiles();
        for (uint32_t all = 0; all < acc.tiles(); ++all) acc.write(acc::tile(all, reg::TIMEOUT), 20);
        if (acc.config->plane_skip != 0) {
            acc.write(acc::tile(t, reg::SKIP), 0);
            must(hcim_tile_set_skip(acc.golden_tile(t), 0, 0), "skip");
        }
        acc.start(0, 1);
        acc.bench.steps(context.random.below(200));
        acc.fault("not_ready", t).set(1);
        const uint32_t busy = acc::STATUS_BUSY | acc::STATUS_ABORTING;
        for (unsigned wait = 0; (acc.read(acc::STATUS) & busy) != 0; ++wait) {
            if (wait > 5000) context.fail("a tile's timeout does not end the run");
            acc.bench.step();
        }
        acc.fault("not_ready", t).set(0);
        acc.forget();
        acc.sink.beats.clear();
        const uint32_t error = acc.read(acc::ERROR);
        context.check(error == acc::ERROR_TILE, format("ERROR is 0x%x after a tile's timeout", error));
        const uint32_t interrupts = acc.read(acc::IRQ_STATUS);
        context.equal("IRQ_STATUS after a tile's timeout", interrupts, acc::IRQ_ERROR | acc::IRQ_ABORTED);
        must(hcim_accelerator_clear(acc.golden(), ~0U, ~0U, 0), "clear");
        acc.expect_error(acc::ERROR_TILE);
        acc.write(acc::IRQ_STATUS, acc::IRQ_ALL);
        context.equal("ERROR of the tile", acc.read(acc::tile(t, reg::ERROR)), reg::ERROR_TIMEOUT);
        acc.write(acc::tile(t, reg::ERROR), reg::ERROR_TIMEOUT);
        acc.recover();
        acc.run(0, 1);
    }
    // An abort leaves the tiles' interrupts; who does not clear them cannot run.
    acc.write(acc::CTRL, acc::CTRL_ABORT);
    acc.wait_for(acc::STATUS_ABORTING | acc::STATUS_BUSY, 0, "the end of an abort");
    acc.write(acc::IRQ_STATUS, acc::IRQ_ALL);
    acc.start(0, 1);
    acc.forget();
    acc.wait_for(acc::STATUS_ABORTING | acc::STATUS_BUSY, 0, "the end of a run");
    context.equal("ERROR with a tile's interrupt", acc.read(acc::ERROR), acc::ERROR_TILE);
    must(hcim_accelerator_clear(acc.golden(), ~0U, ~0U, 0), "clear");
    acc.expect_error(acc::ERROR_TILE);
    acc.write(acc::IRQ_STATUS, acc::IRQ_ALL);
    acc.recover();
    acc.run(0, 1);
    acc.check_memory();
}

}  // namespace

std::vector<Test> error_tests() {
    return {{"bad_start", bad_start},
            {"bad_passes", bad_passes},
            {"locked_while_busy", locked_while_busy},
            {"unknown_destinations", unknown_destinations},
            {"tile_not_loaded", tile_not_loaded},
            {"tile_timeout", tile_timeout}};
}

}  // namespace hcim
