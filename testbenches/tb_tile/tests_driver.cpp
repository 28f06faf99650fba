// SPDX-License-Identifier: MIT OR Apache-2.0
//
// The generated C driver drives the tile: identification, loading, runs, errors, abort, read-back.

#include "bench_port.h"
#include "tests.h"

namespace hcim {
namespace {

class TilePort final : public BenchPort {
public:
    explicit TilePort(TileBench& tile) : BenchPort{tile.bench, tile.axil, tile.source}, tile_{tile} {}

    // Takes beats from the packets that have come in; `last` must fall on the end of a packet.
    int receive(uint8_t* bytes, size_t count, bool last) override {
        if (steps_until([&] { return !tile_.sink.packets.empty(); }) != 0) return 1;
        const StreamSink::Packet& packet = tile_.sink.packets.front();
        for (size_t i = 0; i < count; ++i) bytes[i] = static_cast<uint8_t>(packet.bits.field(8 * (taken_ + i), 8));
        taken_ += count;
        if (last != (taken_ * 8 == packet.bits.width())) return 1;
        if (last) {
            taken_ = 0;
            tile_.sink.packets.pop_front();
        }
        return 0;
    }

    void discard() override {
        tile_.bench.steps(4);
        tile_.sink.packets.clear();
        taken_ = 0;
    }

private:
    TileBench& tile_;
    size_t taken_ = 0;
};

void ok(Context& context, const Driver& driver, const char* what, int status) {
    context.check(status == 0, std::string(what) + ": " + driver.text(status));
}

template <typename To, typename From>
std::vector<To> converted(const std::vector<From>& from) {
    return std::vector<To>(from.begin(), from.end());
}

// Loads a layer through the driver, and the golden tile likewise.
void load(TileBench& tile, Driver& driver, const Layer& layer) {
    Context& context = tile.context;
    ok(context, driver, "load_weights", driver.load_weights(converted<int16_t>(layer.weights).data()));
    ok(context, driver, "load_scales", driver.load_scales(converted<uint16_t>(layer.scales).data()));
    must(hcim_tile_load_weights(tile.golden(), layer.weights.data(), layer.weights.size()), "weights");
    must(hcim_tile_load_scales(tile.golden(), layer.scales.data(), layer.scales.size()), "scales");
    if (tile.per_column()) {
        std::vector<uint16_t> codes;
        for (unsigned plane = 0; plane < tile.config->input_bits; ++plane) {
            for (unsigned c = 0; c < tile.config->used_columns; ++c) {
                codes.push_back(static_cast<uint16_t>(layer.thresholds[plane * tile.config->cols + c]));
            }
        }
        ok(context, driver, "load_thresholds", driver.load_thresholds(codes.data()));
        must(hcim_tile_load_thresholds(tile.golden(), layer.thresholds.data(), layer.thresholds.size()), "thresholds");
    } else if (tile.ternary()) {
        ok(context, driver, "set_thresholds", driver.set_thresholds(converted<uint16_t>(layer.thresholds).data()));
        for (unsigned i = 0; i < tile.config->input_bits; ++i) {
            must(hcim_tile_set_threshold(tile.golden(), i, layer.thresholds[i]), "threshold");
        }
    }
}

// A run through the driver; results are compared with the golden tile's.
void run(TileBench& tile, Driver& driver, unsigned count) {
    std::vector<uint8_t> inputs;
    std::vector<int64_t> want;
    for (unsigned i = 0; i < count; ++i) {
        const Inputs next = tile.random_inputs();
        inputs.insert(inputs.end(), next.begin(), next.end());
        std::vector<int64_t> results(tile.config->outputs);
        must(hcim_tile_mvm(tile.golden(), next.data(), next.size(), nullptr, results.data()), "mvm");
        want.insert(want.end(), results.begin(), results.end());
    }
    std::vector<int64_t> got(want.size());
    ok(tile.context, driver, "run", driver.run(count, inputs.data(), got.data()));
    for (size_t i = 0; i < want.size(); ++i) {
        tile.context.equal("result", static_cast<uint64_t>(got[i]), static_cast<uint64_t>(want[i]));
    }
    uint32_t done = 0;
    ok(tile.context, driver, "read_counters", driver.mvm_done(&done));
    tile.context.equal("MVM_DONE", done, count);
}

void driver_runs(Context& context) {
    TileBench tile{context};
    TilePort port{tile};
    const std::unique_ptr<Driver> driver = make_driver(port);
    context.check(driver->is_digest_error(driver->open(false, true)), "a tile of another digest is accepted");
    for (bool interrupts : {false, true}) {
        tile.stall(interrupts ? 30 : 0);
        ok(context, *driver, "open", driver->open(interrupts, false));
        ok(context, *driver, "set_timing", driver->set_timing(2, 1, 2, 1, 500));
        if (tile.skips()) {
            ok(context, *driver, "set_skip", driver->set_skip(true, interrupts));
            must(hcim_tile_set_skip(tile.golden(), 1, interrupts), "skip");
        }
        const Layer layer = tile.random_layer();
        load(tile, *driver, layer);
        run(tile, *driver, 1);
        run(tile, *driver, amount(tile.config, 9));
        // Read-back of the first and last row of the scale factors.
        for (unsigned row : {0U, tile.config->scale_rows - 1}) {
            Bits want{tile.config->used_columns};
            must(hcim_scale_row(tile.config.handle(), layer.scales.data(), layer.scales.size(), row, words(want)), "row");
            Bits got{tile.config->used_columns};
            ok(context, *driver, "read_row", driver->read_row(row, words(got), (got.width() + 31) / 32));
            context.equal("row", got, want);
        }
    }
}

void driver_errors(Context& context) {
    TileBench tile{context};
    TilePort port{tile};
    const std::unique_ptr<Driver> driver = make_driver(port);
    ok(context, *driver, "open", driver->open(false, false));
    int status = driver->start(1);
    context.check(driver->is_tile_error(status) && driver->errors() == reg::ERROR_NOT_LOADED,
                  "a start of an empty tile: " + driver->text(status));
    const Layer layer = tile.random_layer();
    load(tile, *driver, layer);
    std::vector<int16_t> weights = converted<int16_t>(layer.weights);
    weights.back() = static_cast<int16_t>(1 << tile.config->weight_slices);
    context.check(driver->is_argument_error(driver->load_weights(weights.data())), "a weight out of range is accepted");
    status = driver->start(0);
    context.check(driver->is_tile_error(status) && driver->errors() == reg::ERROR_BAD_COUNT,
                  "a start with a count of 0: " + driver->text(status));
    run(tile, *driver, 2);
    // A run that is never fed, then an abort.
    ok(context, *driver, "start", driver->start(3));
    const Inputs inputs = tile.random_inputs();
    ok(context, *driver, "send_input", driver->send_input(converted<uint8_t>(inputs).data()));
    ok(context, *driver, "abort", driver->abort());
    port.discard();
    run(tile, *driver, 2);
}

}  // namespace

std::vector<Test> driver_tests(const Config&) { return {{"driver_runs", driver_runs}, {"driver_errors", driver_errors}}; }

}  // namespace hcim
