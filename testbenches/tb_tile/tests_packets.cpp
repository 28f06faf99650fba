// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Packets that are wrong: each is an error bit, is dropped whole, and leaves the tile usable.

#include "tests.h"

namespace hcim {
namespace {

// A packet with beats cut off the end or added to it; TLAST on the last.
void send_wrong(TileBench& tile, const Bits& packet, unsigned dest, int longer) {
    std::vector<Beat> beats = beats_of(packet, tile.source.width(), dest);
    beats.back().last = false;
    for (int i = 0; i < longer; ++i) {
        Beat extra;
        extra.data = tile.context.random.bits(tile.source.width());
        extra.dest = dest;
        beats.push_back(extra);
    }
    for (int i = 0; i > longer; --i) beats.pop_back();
    beats.back().last = true;
    tile.source.send(beats);
    for (unsigned i = 0; !tile.source.idle(); ++i) {
        if (i > 200000) tile.context.fail("a wrong packet is never taken");
        tile.bench.step();
    }
    tile.bench.steps(4);
}

void wrong_inputs(Context& context) {
    TileBench tile{context};
    tile.load(tile.random_layer());
    tile.stall(20);
    const int beats = static_cast<int>(tile.config->input_packet_beats);
    for (int longer : {1, 2, 40, -1, -2, 1 - beats}) {
        if (beats + longer < 1 || longer == 0) continue;
        const uint32_t before = reg::status_buffered(tile.read(reg::STATUS));
        send_wrong(tile, tile.pack(tile.random_inputs()), HCIM_DEST_INPUTS, longer);
        context.equal(format("inputs buffered after a packet that is %d beats too long", longer).c_str(), reg::status_buffered(tile.read(reg::STATUS)), before);
        tile.expect_error(longer > 0 ? reg::ERROR_LONG : reg::ERROR_SHORT);
        tile.run(2);
    }
    // Between good ones, while a run is under way.
    for (int longer : {1, -1}) {
        if (longer < 0 && beats == 1) continue;
        tile.send(tile.random_inputs());
        tile.start(3);
        send_wrong(tile, tile.pack(tile.random_inputs()), HCIM_DEST_INPUTS, longer);
        tile.send(tile.random_inputs());
        tile.send(tile.random_inputs());
        tile.finish();
        tile.expect_error(longer > 0 ? reg::ERROR_LONG : reg::ERROR_SHORT);
    }
}

void wrong_loads(Context& context) {
    TileBench tile{context};
    const Layer layer = tile.random_layer();
    tile.load(layer);
    const std::pair<unsigned, uint32_t> kinds[] = {{HCIM_DEST_WEIGHTS, reg::STATUS_WEIGHTS},
                                                   {HCIM_DEST_SCALES, reg::STATUS_SCALES},
                                                   {HCIM_DEST_THRESHOLDS, reg::STATUS_THRESHOLDS}};
    for (const auto& [dest, flag] : kinds) {
        if (dest == HCIM_DEST_THRESHOLDS && !tile.per_column()) continue;
        for (int longer : {1, 3, -1}) {
            const Bits packet = tile.pack(layer, dest);
            if (longer < 0 && packet.width() == tile.source.width()) continue;
            send_wrong(tile, packet, dest, longer);
            tile.bench.steps(tile.config->rows + tile.config->scale_rows + 20);
            context.equal("valid flag after a wrong packet", tile.read(reg::STATUS) & flag, 0);
            tile.expect_error(longer > 0 ? reg::ERROR_LONG : reg::ERROR_SHORT);
            tile.start(1);
            tile.expect_error(reg::ERROR_NOT_LOADED);
            context.equal("busy after a refused START", tile.read(reg::STATUS) & reg::STATUS_BUSY, 0);
            tile.load(layer);
            tile.run(1);
        }
    }
}

// A destination that the configuration does not have.
void unknown_destination(Context& context) {
    TileBench tile{context};
    tile.load(tile.random_layer());
    for (unsigned beats : {1U, 2U, 50U}) {
        tile.source.send(beats_of(context.random.bits(beats * tile.source.width()), tile.source.width(), HCIM_DEST_THRESHOLDS));
        tile.bench.steps(beats + 20);
        tile.expect_error(reg::ERROR_DEST);
        tile.run(1);
    }
}

// Weights, scale factors and thresholds that come while the tile is busy.
void load_while_busy(Context& context) {
    TileBench tile{context};
    const Layer layer = tile.random_layer();
    tile.load(layer);
    for (unsigned dest : {HCIM_DEST_WEIGHTS, HCIM_DEST_SCALES, HCIM_DEST_THRESHOLDS}) {
        if (dest == HCIM_DEST_THRESHOLDS && !tile.per_column()) continue;
        tile.start(2);  // busy: waits for inputs
        tile.source.send(tile.pack(tile.random_layer(), dest), dest);
        tile.send(tile.random_inputs());
        tile.send(tile.random_inputs());
        tile.finish();
        tile.expect_error(reg::ERROR_LOAD_BUSY);
        const uint32_t all = reg::STATUS_WEIGHTS | reg::STATUS_SCALES | reg::STATUS_THRESHOLDS;
        context.equal("valid flags", tile.read(reg::STATUS) & all, all);
        tile.run(2);
        tile.check_memory(layer);
    }
}

// START with something missing, with each of the parts loaded in turn.
void not_loaded(Context& context) {
    TileBench tile{context};
    const Layer layer = tile.random_layer();
    tile.start(1);
    tile.expect_error(reg::ERROR_NOT_LOADED);
    tile.source.send(tile.pack(layer, HCIM_DEST_WEIGHTS), HCIM_DEST_WEIGHTS);
    tile.wait_for(reg::STATUS_WEIGHTS, reg::STATUS_WEIGHTS, "weights", 1000000);
    tile.start(1);
    tile.expect_error(reg::ERROR_NOT_LOADED);
    if (tile.ternary()) {
        tile.source.send(tile.pack(layer, HCIM_DEST_SCALES), HCIM_DEST_SCALES);
        tile.wait_for(reg::STATUS_SCALES, reg::STATUS_SCALES, "scale factors", 1000000);
        for (unsigned i = 0; !tile.per_column() && i + 1 < tile.config->input_bits; ++i) tile.write(reg::THRESHOLD + 4 * i, 0);
        tile.start(1);
        tile.expect_error(reg::ERROR_NOT_LOADED);
    }
    tile.start(0);
    const uint32_t error = tile.read(reg::ERROR);
    context.check((error & reg::ERROR_BAD_COUNT) != 0, "START with a count of 0 is no error");
    tile.expect_error(error);
    tile.load(layer);
    tile.start(0);
    tile.expect_error(reg::ERROR_BAD_COUNT);
    tile.run(1);
}

}  // namespace

std::vector<Test> packet_tests(const Config& config) {
    std::vector<Test> all = {
        {"wrong_inputs", wrong_inputs},
        {"wrong_loads", wrong_loads},
        {"load_while_busy", load_while_busy},
        {"not_loaded", not_loaded},
    };
    if (config->per_column_thresholds == 0) all.push_back({"unknown_destination", unknown_destination});
    return all;
}

}  // namespace hcim
