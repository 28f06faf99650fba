// SPDX-License-Identifier: MIT OR Apache-2.0
//
// A reference network, and a layer of it as a tile gets it.

#pragma once

#include "tile_bench.h"

namespace hcim {

struct Network {
    // `reference` holds digits.csv and a folder of this name.
    Network(const std::string& reference, const std::string& name, uint32_t number) : number{number} {
        HcimNetwork* network = nullptr;
        Text message;
        const std::string folder = reference + "/" + name;
        must(hcim_network_load(folder.c_str(), (reference + "/digits.csv").c_str(), &network, message.out()), message.str());
        handle = Owner<HcimNetwork>{network, hcim_network_free};
        must(hcim_network_size(network, &layers, &images), "size");
        must(hcim_network_layer(network, number, &layer), "layer");
    }

    Owner<HcimNetwork> handle{nullptr, hcim_network_free};
    uint32_t layers = 0, images = 0, number = 0;
    HcimLayer layer{};
};

// The layer with zeros around it, where the tile is larger.
inline Layer padded(const TileBench& tile, const Network& network) {
    Layer layer;
    layer.weights.resize(size_t{tile.config->rows} * tile.config->outputs);
    layer.scales.resize(size_t{tile.config->input_bits} * tile.config->used_columns);
    must(hcim_network_layer_padded(network.handle.get(), network.number, tile.config.handle(), layer.weights.data(),
                                   layer.scales.data()),
         "layer");
    const size_t each = tile.per_column() ? tile.config->cols : 1;
    for (unsigned i = 0; i < tile.config->input_bits; ++i) {
        layer.thresholds.insert(layer.thresholds.end(), each, network.layer.thresholds[i]);
    }
    return layer;
}

}  // namespace hcim
