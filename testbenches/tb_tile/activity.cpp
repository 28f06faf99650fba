// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Switching activity of a tile that computes the hidden layer of the digits network for one image after another.

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

// Sends the test images `first` .. `first + count - 1`; gives for each what its planes are.
std::vector<WindowCount> send_images(TileBench& tile, const Network& network, uint64_t count) {
    Context& context = tile.context;
    const unsigned columns = tile.config->used_columns;
    std::vector<WindowCount> planes(count);
    for (uint64_t k = 0; k < count; ++k) {
        HcimExpected image{};
        must(hcim_network_image(network.handle.get(), static_cast<uint32_t>(k % network.images), &image), "image");
        Inputs inputs(image.inputs, image.inputs + network.layer.inputs);
        inputs.resize(tile.config->rows, 0);
        const std::vector<int64_t> y = tile.send(inputs);
        for (uint32_t o = 0; o < network.layer.outputs; ++o) {
            context.equal("y of the reference", static_cast<uint64_t>(y[o]), static_cast<uint64_t>(image.layer0_acc[o]));
        }
        for (unsigned i = 0; i < tile.config->input_bits; ++i) {
            Bits nonzero{columns};
            Bits negative{columns};
            uint8_t kind = 0;
            must(hcim_tile_codes(tile.golden(), i, words(nonzero), words(negative), &kind), "codes");
            if (!tile.ternary()) nonzero.fill(true);
            planes[k].plane(columns, nonzero.count(), kind != HCIM_PLANE_FULL);
        }
    }
    return planes;
}

// The window begins with the end of one result packet and ends with that of a later one.
void stream(TileBench& tile, const Network& network, const WindowRequest& request, WindowCount& count) {
    const uint64_t runs = warm_up + request.mvms + tail;
    const std::vector<WindowCount> planes = send_images(tile, network, runs);
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

void idle(TileBench& tile, const Network& network, const WindowRequest& request, WindowCount& count) {
    send_images(tile, network, 1);
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
    const Network network{request.reference, tile.ternary() ? "digits_ternary" : "digits_binary", 0};
    const HcimLayer& layer = network.layer;
    context.check(request.workload == "digits" || request.workload == "idle",
                  "a tile makes its partial sums itself: its workloads are `digits` and `idle`");
    context.check(layer.inputs <= tile.config->rows && layer.outputs <= tile.config->outputs,
                  format("the workload `digits` has %u inputs and %u outputs; the tile has %u rows and %u outputs", layer.inputs,
                         layer.outputs, tile.config->rows, tile.config->outputs));
    tile.load(padded(tile, network));
    WindowCount count;
    if (request.workload == "idle") {
        idle(tile, network, request, count);
    } else {
        stream(tile, network, request, count);
    }
    count.write(request.file + ".window");
    context.note(format("%llu MVMs in %llu cycles", Context::ull(count.mvms), Context::ull(count.cycles)));
}

}  // namespace hcim
