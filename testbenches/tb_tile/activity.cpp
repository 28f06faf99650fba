// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Switching activity of a tile that computes one MVM after another.

#include "network.h"
#include "tests.h"
#include "window.h"

namespace hcim {
namespace {

// MVMs before the window and behind it: inside it the stream has its steady rhythm.
constexpr uint64_t warm_up = 3;
constexpr uint64_t tail = 2;

// Cycles of a window in which nothing happens, for each MVM that was asked for.
constexpr uint64_t idle_cycles = 100;

// Where inputs come from: test images, or random numbers.
class Feed {
public:
    Feed(TileBench& tile, const WindowRequest& request) : tile_{tile} {
        if (request.workload != "digits") {
            tile.load(tile.random_layer());
            return;
        }
        network_ = std::make_unique<Network>(request.reference, tile.ternary() ? "digits_ternary" : "digits_binary", 0);
        const HcimLayer& layer = network_->layer;
        tile.context.check(layer.inputs <= tile.config->rows && layer.outputs <= tile.config->outputs,
                           format("the workload `digits` has %u inputs and %u outputs; the tile has %u rows and %u outputs",
                                  layer.inputs, layer.outputs, tile.config->rows, tile.config->outputs));
        tile.load(padded(tile, *network_));
    }

    // Sends the next inputs; gives what their planes are.
    WindowCount send() {
        if (network_ == nullptr) {
            tile_.send(tile_.random_inputs());
            return planes();
        }
        HcimExpected image{};
        must(hcim_network_image(network_->handle.get(), next_, &image), "image");
        next_ = (next_ + 1) % network_->images;
        Inputs inputs(image.inputs, image.inputs + network_->layer.inputs);
        inputs.resize(tile_.config->rows, 0);
        const std::vector<int64_t> y = tile_.send(inputs);
        for (uint32_t o = 0; o < network_->layer.outputs; ++o) {
            tile_.context.equal("y of the reference", static_cast<uint64_t>(y[o]), static_cast<uint64_t>(image.layer0_acc[o]));
        }
        return planes();
    }

private:
    WindowCount planes() {
        const unsigned columns = tile_.config->used_columns;
        WindowCount count;
        for (unsigned i = 0; i < tile_.config->input_bits; ++i) {
            Bits nonzero{columns};
            uint8_t kind = 0;
            must(hcim_tile_codes(tile_.golden(), i, words(nonzero), nullptr, &kind), "codes");
            if (!tile_.ternary()) nonzero.fill(true);
            count.plane(columns, nonzero.count(), kind != HCIM_PLANE_FULL);
        }
        return count;
    }

    TileBench& tile_;
    std::unique_ptr<Network> network_;
    uint32_t next_ = 0;
};

// The window begins with the end of one result packet and ends with that of a later one.
void stream(TileBench& tile, Feed& feed, const WindowRequest& request, WindowCount& count) {
    const uint64_t runs = warm_up + request.mvms + tail;
    std::vector<WindowCount> planes;
    for (uint64_t i = 0; i < runs; ++i) planes.push_back(feed.send());
    tile.start(static_cast<uint32_t>(runs));
    uint64_t results = 0;
    uint64_t begin = 0;
    const uint64_t limit = tile.context.cycle + runs * 100000;
    while (results < warm_up + request.mvms) {
        tile.bench.step();
        if (tile.sink.packets.empty()) {
            if (tile.context.cycle > limit) tile.context.fail("the results do not come");
            continue;
        }
        if (results >= warm_up) count.add(planes[results]);
        tile.collect();
        if (++results == warm_up) {
            begin = tile.context.cycle;
            tile.bench.begin_window(request.file, request.period);
        }
    }
    count.cycles = tile.context.cycle - begin;
    count.mvms = request.mvms;
    tile.bench.step();
    tile.bench.end_window();
    tile.finish();
}

void idle(TileBench& tile, Feed& feed, const WindowRequest& request, WindowCount& count) {
    feed.send();
    tile.start(1);
    tile.finish();
    tile.bench.begin_window(request.file, request.period);
    count.cycles = request.mvms * idle_cycles;
    tile.bench.steps(count.cycles + 1);
    tile.bench.end_window();
}

}  // namespace

void activity(Context& context) {
    const WindowRequest request{context.options};
    context.calm = true;
    TileBench tile{context};
    const bool known = request.workload == "digits" || request.workload == "random" || request.workload == "idle";
    context.check(known, "a tile makes its partial sums itself: its workloads are `digits`, `random` and `idle`");
    Feed feed{tile, request};
    WindowCount count;
    if (request.workload == "idle") {
        idle(tile, feed, request, count);
    } else {
        stream(tile, feed, request, count);
    }
    count.write(request.file + ".window");
    context.note(format("%llu MVMs in %llu cycles", Context::ull(count.mvms), Context::ull(count.cycles)));
}

}  // namespace hcim
