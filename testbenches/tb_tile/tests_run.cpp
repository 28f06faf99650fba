// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Loading and running: results, counters, memory, interrupts.

#include "tests.h"

namespace hcim {
namespace {

// One MVM of each kind of input, with everything read back after each.
void one_by_one(Context& context) {
    TileBench tile{context};
    const Layer layer = tile.random_layer();
    tile.load(layer);
    const uint16_t top = static_cast<uint16_t>((1U << tile.config->input_bits) - 1);
    std::vector<Inputs> cases = {Inputs(tile.config->rows, 0), Inputs(tile.config->rows, top)};
    for (unsigned i = 0; i < tile.config->input_bits; ++i) {
        cases.push_back(Inputs(tile.config->rows, static_cast<uint16_t>(1U << i)));  // one plane alone
        cases.push_back(Inputs(tile.config->rows, static_cast<uint16_t>(top ^ (1U << i))));
    }
    cases.push_back(tile.random_inputs());
    if (cases.size() > 2 + amount(tile.config, 20)) cases.resize(2 + amount(tile.config, 20));
    for (const Inputs& inputs : cases) {
        tile.send(inputs);
        tile.start(1);
        tile.finish();
        if (tile.config->cols <= 256) tile.check_memory(layer);
    }
}

// Weights and scale factors of the largest and smallest values: the largest sums.
void extremes(Context& context) {
    TileBench tile{context};
    const int32_t weight = static_cast<int32_t>((1U << tile.config->weight_slices) - 1);
    const uint32_t scale = static_cast<uint32_t>((uint64_t{1} << tile.config->scale_bits) - 1);
    const uint16_t top = static_cast<uint16_t>((1U << tile.config->input_bits) - 1);
    for (int32_t w : {weight, -weight, 0}) {
        for (uint32_t q : {scale, 0U}) {
            for (uint32_t t : {0U, tile.config->rows}) {
                Layer layer = tile.random_layer();
                layer.weights.assign(layer.weights.size(), w);
                layer.scales.assign(layer.scales.size(), q);
                layer.thresholds.assign(layer.thresholds.size(), t);
                tile.load(layer);
                tile.send(Inputs(tile.config->rows, top));
                tile.send(Inputs(tile.config->rows, 0));
                tile.start(2);
                tile.finish();
            }
        }
    }
}

// Random layers, inputs, stalls, timing and skips.
void random_runs(Context& context) {
    TileBench tile{context};
    Random& random = context.random;
    const unsigned rounds = amount(tile.config, 6);
    for (unsigned round = 0; round < rounds; ++round) {
        tile.stall(round % 3 == 0 ? 0 : static_cast<unsigned>(random.between(5, 70)));
        const auto few = [&](unsigned low) { return static_cast<unsigned>(random.between(low, 4)); };
        if (round > 0) tile.set_timing(few(1), few(1), few(1), few(0));
        tile.set_skip(random.chance(60), random.chance(60));
        const Layer layer = tile.random_layer();
        tile.load(layer);
        for (unsigned i = 0; i < 2; ++i) tile.run(static_cast<unsigned>(random.between(1, amount(tile.config, 12))));
        if (tile.config->cols <= 256) tile.check_memory(layer);
    }
}

// Inputs before START and after it, more of them than one run takes.
void inputs_wait(Context& context) {
    TileBench tile{context};
    tile.load(tile.random_layer());
    for (unsigned i = 0; i < 6; ++i) tile.send(tile.random_inputs());
    tile.bench.steps(3 * tile.config->input_packet_beats + 20);
    context.equal("inputs buffered", reg::status_buffered(tile.read(reg::STATUS)), 2);
    context.equal("results before START", tile.outstanding(), 6);
    for (unsigned count : {1U, 2U, 3U}) {
        const size_t left = tile.outstanding() - count;
        tile.start(count);
        tile.wait_for(reg::STATUS_BUSY, 0, "the end of a run", 200000);
        tile.collect();
        context.equal("results of a run", tile.outstanding(), left);
        context.equal("MVM_DONE", tile.read(reg::MVM_DONE), count);
    }
    tile.start(2);  // inputs come later
    tile.bench.steps(200);
    context.check((tile.read(reg::STATUS) & reg::STATUS_BUSY) != 0, "not busy while inputs are missing");
    for (unsigned i = 0; i < 2; ++i) tile.send(tile.random_inputs());
    tile.finish();
}

// Every bit of the count of a run counts: one input of many gives its result and leaves the tile busy.
void large_counts(Context& context) {
    TileBench tile{context};
    tile.load(tile.random_layer());
    // One more and two more than a power of two: what is left after the first results is the power, and less.
    for (unsigned i = 0; i < 3 * 32; ++i) {
        const uint64_t count = (uint64_t{1} << i / 3) + i % 3;
        const unsigned results = 1 + i % 3;
        if (count <= results || count > tile.count_mask()) continue;
        for (unsigned k = 0; k < results; ++k) tile.send(tile.random_inputs());
        tile.start(static_cast<uint32_t>(count));
        for (unsigned step = 0; tile.outstanding() > 0; ++step) {
            context.check(step < 20000, "no result of a long run");
            tile.bench.step();
            tile.collect();
        }
        tile.bench.steps(4);
        context.equal("MVM_DONE of a long run", tile.read(reg::MVM_DONE), results);
        context.check((tile.read(reg::STATUS) & reg::STATUS_BUSY) != 0, "not busy in a long run");
        tile.write(reg::CTRL, reg::CTRL_ABORT);
        tile.wait_for(reg::STATUS_ABORTING, 0, "the end of an abort");
    }
}

// Counters of skipped planes against the golden model, for all settings of SKIP.
void plane_counters(Context& context) {
    TileBench tile{context};
    Layer layer = tile.random_layer();
    // High thresholds make planes empty.
    for (uint32_t& t : layer.thresholds) t = context.random.chance(60) ? tile.config->rows : t;
    tile.load(layer);
    for (unsigned setting = 0; setting < 4; ++setting) {
        tile.set_skip((setting & 1) != 0, (setting & 2) != 0);
        tile.write(reg::CTRL, reg::CTRL_CLEAR_COUNTERS);
        context.equal("PLANES_SKIPPED after clearing", tile.read(reg::PLANES_SKIPPED), 0);
        context.equal("PLANES_EMPTY after clearing", tile.read(reg::PLANES_EMPTY), 0);
        HcimTileState before{};
        must(hcim_tile_state(tile.golden(), &before), "state");
        tile.run(amount(tile.config, 10));
        HcimTileState after{};
        must(hcim_tile_state(tile.golden(), &after), "state");
        context.equal("PLANES_SKIPPED", tile.read(reg::PLANES_SKIPPED), (after.planes_skipped - before.planes_skipped) & tile.count_mask());
        context.equal("PLANES_EMPTY", tile.read(reg::PLANES_EMPTY), (after.planes_empty - before.planes_empty) & tile.count_mask());
    }
}

// irq_o follows IRQ_STATUS and IRQ_ENABLE.
void interrupts(Context& context) {
    TileBench tile{context};
    Port irq = tile.bench.port("irq_o");
    tile.load(tile.random_layer());
    context.equal("irq_o after loading", irq.get(), 0);
    for (bool enabled : {true, false}) {
        tile.write(reg::IRQ_ENABLE, enabled ? reg::IRQ_DONE : 0);
        tile.run(2);
        tile.bench.steps(3);
        context.equal("IRQ_STATUS", tile.read(reg::IRQ_STATUS), reg::IRQ_DONE);
        context.equal("irq_o", irq.get(), enabled);
        tile.write(reg::IRQ_STATUS, reg::IRQ_DONE);
        tile.bench.steps(2);
        context.equal("IRQ_STATUS after clearing", tile.read(reg::IRQ_STATUS), 0);
        context.equal("irq_o after clearing", irq.get(), 0);
    }
    // Each setting of IRQ_ENABLE with DONE alone, with ERROR, and with ERROR alone.
    for (uint32_t enabled = 0; enabled < 8; ++enabled) {
        tile.write(reg::IRQ_ENABLE, enabled);
        const auto check = [&](uint32_t status) {
            tile.bench.steps(4);
            context.equal("IRQ_STATUS", tile.read(reg::IRQ_STATUS), status);
            context.equal(format("irq_o of %x enabled by %x", status, enabled).c_str(), irq.get(), (status & enabled) != 0);
        };
        tile.run(1);
        check(reg::IRQ_DONE);
        tile.start(0);
        check(reg::IRQ_DONE | reg::IRQ_ERROR);
        tile.write(reg::IRQ_STATUS, reg::IRQ_DONE);
        check(reg::IRQ_ERROR);
        tile.expect_error(reg::ERROR_BAD_COUNT);
        tile.write(reg::IRQ_STATUS, reg::IRQ_ERROR);
        check(0);
    }
    tile.write(reg::IRQ_ENABLE, reg::IRQ_ERROR);
    tile.start(0);
    tile.bench.steps(4);
    context.equal("irq_o after an error", irq.get(), 1);
    tile.expect_error(reg::ERROR_BAD_COUNT);
    tile.bench.steps(2);
    context.equal("irq_o after the error was cleared", irq.get(), 0);
}

// New weights alone, new scale factors alone, new thresholds alone.
void reload(Context& context) {
    TileBench tile{context};
    Layer layer = tile.random_layer();
    tile.load(layer);
    tile.run(2);
    for (unsigned round = 0; round < 4; ++round) {
        const Layer other = tile.random_layer();
        if (round == 0) {
            layer.weights = other.weights;
            must(hcim_tile_load_weights(tile.golden(), layer.weights.data(), layer.weights.size()), "weights");
            tile.source.send(tile.pack(layer, HCIM_DEST_WEIGHTS), HCIM_DEST_WEIGHTS);
            tile.wait_loaded();
        } else if (round == 1) {
            layer.scales = other.scales;
            must(hcim_tile_load_scales(tile.golden(), layer.scales.data(), layer.scales.size()), "scales");
            tile.source.send(tile.pack(layer, HCIM_DEST_SCALES), HCIM_DEST_SCALES);
            tile.wait_loaded();
        } else {
            layer = other;
            tile.load(layer);
        }
        tile.run(2);
    }
}

}  // namespace

std::vector<Test> run_tests(const Config& config) {
    std::vector<Test> all = {
        {"one_by_one", one_by_one}, {"extremes", extremes},     {"random_runs", random_runs},
        {"inputs_wait", inputs_wait}, {"interrupts", interrupts}, {"reload", reload},
        {"large_counts", large_counts},
    };
    if (config->plane_skip != 0) all.push_back({"plane_counters", plane_counters});
    return all;
}

}  // namespace hcim
