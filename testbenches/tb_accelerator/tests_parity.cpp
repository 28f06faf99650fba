// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Parity of the scale factors in the tiles of an accelerator: the tile that adds a wrong factor says so in its ERROR register,
// and ends the run where its interrupt for errors is enabled.

#include "tests.h"

namespace hcim {
namespace {

// A pass that sends words from address 0 on through all tiles of all lanes.
Pass whole_pass(const AcceleratorBench& acc, uint32_t positions) {
    Pass pass;
    pass.stream = Pass::raw;
    pass.lanes = acc.shape.lanes;
    pass.segments = acc.shape.segments;
    pass.segment_words = acc.shape.tile_words;
    pass.lane_outputs = acc.config->outputs;
    pass.channels = acc.shape.lanes * acc.config->outputs;
    // A window for each position, with words for the tile of every segment.
    const uint32_t words = acc.shape.segments * acc.shape.tile_words;
    pass.input(0, 1, positions, words, words);
    return pass;
}

// Loads scale factors of a tile with one wrong bit.
void load_wrong(AcceleratorBench& acc, uint32_t tile, const Layer& layer) {
    Random& random = acc.context.random;
    Bits packet = pack_layer(acc.config, layer, HCIM_DEST_SCALES);
    const uint64_t row = random.below(acc.config->scale_rows);
    const size_t at = row * acc.config->cols + random.below(acc.config->used_columns);
    packet.set_bit(at, !packet.bit(at));
    acc.write(acc::LOAD_TILE, tile);
    acc.source.send(packet, HCIM_DEST_SCALES);
    must(hcim_accelerator_packet(acc.golden(), HCIM_DEST_SCALES, tile, words(packet), acc.config->scale_packet_beats), "packet");
    acc.flush();
    for (unsigned wait = 0; (acc.read(acc::tile(tile, reg::STATUS)) & reg::STATUS_SCALES) == 0; ++wait) {
        if (wait > 2000) acc.context.fail("the scale factors are not loaded");
    }
}

// ERROR of every tile is what the golden tiles have; clears it. Gives whether this tile had one.
bool compare_errors(AcceleratorBench& acc, uint32_t tile) {
    bool found = false;
    for (uint32_t t = 0; t < acc.tiles(); ++t) {
        HcimTileState state{};
        must(hcim_tile_state(acc.golden_tile(t), &state), "state");
        must(hcim_tile_clear_errors(acc.golden_tile(t), ~0U), "clear");
        const uint32_t want = (state.errors & HCIM_ERROR_PARITY) != 0 ? reg::ERROR_PARITY : 0U;
        acc.context.equal("ERROR of a tile", acc.read(acc::tile(t, reg::ERROR)), want);
        acc.context.equal("other errors of a golden tile", state.errors & ~HCIM_ERROR_PARITY, 0);
        acc.write(acc::tile(t, reg::ERROR), want);
        acc.write(acc::tile(t, reg::IRQ_STATUS), reg::IRQ_ERROR);
        found = found || (t == tile && want != 0);
    }
    return found;
}

void parity_of_tiles(Context& context) {
    LoadedBench acc{context};
    for (uint32_t t = 0; t < acc.tiles(); ++t) {
        Layer layer = random_layer(acc.config, context.random);
        acc.load_tile(t, layer);
        acc.set_pass(0, whole_pass(acc, 1));
        acc.run(0, 1);
        context.check(!compare_errors(acc, t), "ERROR with right factors");
        // The run comes to its end, with the results of the wrong factor.
        for (unsigned round = 0;; ++round) {
            if (round > 200) context.fail("a wrong factor is never added");
            load_wrong(acc, t, layer);
            acc.run(0, 1);
            if (compare_errors(acc, t)) break;
            acc.fill_memory();
            // Thresholds can be so high that a layer adds nothing at all: another one.
            layer = random_layer(acc.config, context.random);
            acc.load_tile(t, layer);
        }
        // The first position adds it again: with the interrupt the run ends there.
        acc.write(acc::tile(t, reg::IRQ_ENABLE), reg::IRQ_ABORTED | reg::IRQ_ERROR);
        acc.set_pass(0, whole_pass(acc, 30));
        acc.start(0, 1);
        acc.wait_for(acc::STATUS_BUSY | acc::STATUS_ABORTING, 0, "the end of a run");
        acc.forget();
        acc.sink.beats.clear();
        context.equal("ERROR after a tile's parity error", acc.read(acc::ERROR), acc::ERROR_TILE);
        must(hcim_accelerator_clear(acc.golden(), ~0U, ~0U, 0), "clear");
        acc.expect_error(acc::ERROR_TILE);
        acc.write(acc::IRQ_STATUS, acc::IRQ_ALL);
        context.equal("ERROR of the tile", acc.read(acc::tile(t, reg::ERROR)), reg::ERROR_PARITY);
        acc.write(acc::tile(t, reg::ERROR), reg::ERROR_PARITY);
        must(hcim_tile_clear_errors(acc.golden_tile(t), ~0U), "clear");
        acc.write(acc::tile(t, reg::IRQ_ENABLE), reg::IRQ_ABORTED);
        acc.recover();
        acc.load_tile(t, layer);
        acc.set_pass(0, whole_pass(acc, 3));
        acc.run(0, 1);
        context.check(!compare_errors(acc, t), "ERROR with right factors again");
    }
    acc.check_memory();
}

}  // namespace

std::vector<Test> parity_tests(const Config& config) {
    if (config->parity == 0) return {};
    return {{"parity_of_tiles", parity_of_tiles}};
}

}  // namespace hcim
