// SPDX-License-Identifier: MIT OR Apache-2.0
//
// A layer of a reference network on the tile, for all test images. After `--` the command line names the folder of the
// reference data, the network and the layer. Layer 1 gets the hidden values that layer 0 must give, so that both together
// are the network from image to answer.

#include "network.h"
#include "tests.h"

namespace hcim {
namespace {

// What the golden tile answers is what the reference says: y, then the hidden values or the digit.
bool check_image(TileBench& tile, const Network& network, const HcimExpected& image, const std::vector<int64_t>& y) {
    Context& context = tile.context;
    const HcimLayer& layer = network.layer;
    const int64_t* want = network.number == 0 ? image.layer0_acc : image.layer1_acc;
    uint32_t best = 0;
    int64_t most = 0;
    for (uint32_t o = 0; o < layer.outputs; ++o) {
        context.equal("y of the reference", static_cast<uint64_t>(y[o]), static_cast<uint64_t>(want[o]));
        if (layer.relu != 0) {
            uint32_t hidden = 0;
            must(hcim_requantise(y[o], layer.multiplier[o], layer.bias[o], layer.shift, tile.config->input_bits, &hidden),
                 "requantise");
            context.equal("hidden value", hidden, image.hidden[o]);
        } else {
            int64_t answer = 0;
            must(hcim_affine(y[o], layer.multiplier[o], layer.bias[o], &answer), "affine");
            if (o == 0 || answer > most) {
                most = answer;
                best = o;
            }
        }
    }
    if (layer.relu == 0) context.equal("predicted digit", best, image.predicted);
    return best == image.label;
}

void network(Context& context) {
    TileBench tile{context};
    const std::vector<std::string>& rest = context.options.rest;
    const Network network{rest[0], rest[1], static_cast<uint32_t>(std::stoul(rest[2]))};
    context.check(network.layer.inputs <= tile.config->rows && network.layer.outputs <= tile.config->outputs,
                  "the layer does not fit the tile");
    tile.load(padded(tile, network));
    unsigned right = 0;
    uint64_t cycles = 0;
    for (uint32_t first = 0; first < network.images;) {
        // Runs of different lengths, some with stalls.
        const uint32_t left = network.images - first;
        const uint32_t count = left < 60 ? left : 60;
        tile.stall(first % 120 == 60 ? 25 : 0);
        for (uint32_t i = first; i < first + count; ++i) {
            HcimExpected image{};
            must(hcim_network_image(network.handle.get(), i, &image), "image");
            const uint16_t* from = network.number == 0 ? image.inputs : image.hidden;
            Inputs inputs(from, from + network.layer.inputs);
            inputs.resize(tile.config->rows, 0);
            tile.send(inputs);
            std::vector<int64_t> y(tile.config->outputs);
            must(hcim_tile_results(tile.golden(), y.data()), "results");
            right += check_image(tile, network, image, y) ? 1 : 0;
        }
        tile.start(count);
        tile.finish();
        if (tile.axil.stall == 0) cycles = tile.read(reg::MVM_CYCLES);
        first += count;
    }
    context.note(format("%u images, %llu cycles/MVM", network.images, Context::ull(cycles)));
    if (network.layer.relu == 0) context.note(format("accuracy %u/%u = %.3f", right, network.images, double(right) / network.images));
}

}  // namespace

std::vector<Test> network_tests(const Options& options) {
    if (options.rest.size() != 3) return {};
    return {{"network", network}};
}

}  // namespace hcim
