// SPDX-License-Identifier: MIT OR Apache-2.0
//
// What a tile is loaded with: random contents, the packets that carry them, and the same in a golden tile.

#pragma once

#include "golden.h"
#include "random.h"

namespace hcim {

struct Layer {
    std::vector<int32_t> weights;      // [rows][outputs]
    std::vector<uint32_t> scales;      // [planes][used columns]
    std::vector<uint32_t> thresholds;  // [planes], or [planes][columns] where they are per column
};

inline Layer random_layer(const Config& config, Random& random) {
    Layer layer;
    const auto limit = (int64_t{1} << config->weight_slices) - 1;
    const unsigned zeros = static_cast<unsigned>(random.below(60));
    layer.weights.resize(size_t{config->rows} * config->outputs);
    for (int32_t& w : layer.weights) {
        w = random.chance(zeros) ? 0 : static_cast<int32_t>(static_cast<int64_t>(random.below(2 * limit + 1)) - limit);
    }
    layer.scales.resize(size_t{config->input_bits} * config->used_columns);
    for (uint32_t& q : layer.scales) q = static_cast<uint32_t>(random.below(uint64_t{1} << config->scale_bits));
    // About the spread of the sums, so that all three values of p occur.
    uint64_t spread = 1;
    while (spread * spread < config->rows) ++spread;
    if (config->ternary != 0) {
        const bool per_column = config->per_column_thresholds != 0;
        layer.thresholds.resize(per_column ? size_t{config->input_bits} * config->cols : config->input_bits);
        for (uint32_t& t : layer.thresholds) {
            t = random.chance(3) ? config->rows : static_cast<uint32_t>(random.below(spread / 2 + 1));
        }
    }
    return layer;
}

// The packet for a destination of the stream: weights, scale factors or per-column thresholds.
inline Bits pack_layer(const Config& config, const Layer& layer, unsigned dest) {
    const HcimConfig* c = config.handle();
    const uint32_t beats[] = {config->input_packet_beats, config->weight_packet_beats, config->scale_packet_beats,
                              config->threshold_packet_beats};
    Bits packet{size_t{beats[dest]} * config->input_stream_bits};
    const size_t size = (packet.width() + 31) / 32;
    if (dest == HCIM_DEST_WEIGHTS) {
        must(hcim_pack_weights(c, layer.weights.data(), layer.weights.size(), words(packet), size), "weights");
    } else if (dest == HCIM_DEST_SCALES) {
        must(hcim_pack_scales(c, layer.scales.data(), layer.scales.size(), words(packet), size), "scales");
    } else if (dest == HCIM_DEST_THRESHOLDS) {
        must(hcim_pack_thresholds(c, layer.thresholds.data(), layer.thresholds.size(), words(packet), size), "thresholds");
    }
    return packet;
}

inline void load_golden(const Config& config, HcimTile* tile, const Layer& layer) {
    must(hcim_tile_load_weights(tile, layer.weights.data(), layer.weights.size()), "weights");
    must(hcim_tile_load_scales(tile, layer.scales.data(), layer.scales.size()), "scales");
    if (config->per_column_thresholds != 0) {
        must(hcim_tile_load_thresholds(tile, layer.thresholds.data(), layer.thresholds.size()), "thresholds");
    } else if (config->ternary != 0) {
        for (unsigned i = 0; i < config->input_bits; ++i) {
            must(hcim_tile_set_threshold(tile, i, layer.thresholds[i]), "threshold");
        }
    }
}

}  // namespace hcim
