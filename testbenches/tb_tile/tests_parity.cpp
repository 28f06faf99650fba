// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Parity of the scale factors in a tile: a wrong bit in the packet is stored as it comes, and shows in ERROR.PARITY when its
// factor is added, beside the result that the wrong factor gives.

#include "tests.h"

namespace hcim {
namespace {

// Loads the scale factors of a layer with one bit of the packet turned over: column c of bit k (S: the parity) of a plane.
void load_wrong(TileBench& tile, const Layer& layer, unsigned plane, unsigned k, unsigned column) {
    Bits packet = tile.pack(layer, HCIM_DEST_SCALES);
    const size_t at = (size_t{plane} * (tile.config->scale_bits + 1) + k) * tile.config->cols + column;
    packet.set_bit(at, !packet.bit(at));
    tile.source.send(packet, HCIM_DEST_SCALES);
    uint32_t errors = 0;
    uint8_t ran = 0;
    must(hcim_tile_packet(tile.golden(), HCIM_DEST_SCALES, words(packet), tile.config->scale_packet_beats, 0, &errors, &ran), "packet");
    tile.context.equal("errors of the packet", errors, 0);
    tile.wait_loaded();
}

// ERROR as the golden tile has it; both are cleared. Gives whether there was one.
bool compare_error(TileBench& tile) {
    HcimTileState state{};
    must(hcim_tile_state(tile.golden(), &state), "state");
    must(hcim_tile_clear_errors(tile.golden(), ~0U), "clear");
    const bool wrong = (state.errors & HCIM_ERROR_PARITY) != 0;
    tile.context.equal("other errors of the golden tile", state.errors & ~HCIM_ERROR_PARITY, 0);
    tile.expect_error(wrong ? reg::ERROR_PARITY : 0);
    return wrong;
}

// One wrong bit after another: flagged when a run adds it, and never for columns that belong to no output.
void parity_of_packets(Context& context) {
    TileBench tile{context};
    const Layer layer = tile.random_layer();
    tile.load(layer);
    tile.run(amount(tile.config, 4));
    context.equal("ERROR with right factors", compare_error(tile), 0);
    const unsigned stored = tile.config->scale_bits + 1;
    unsigned seen = 0, rounds = 0;
    for (; rounds < 40 && (rounds < 2 * stored || seen == 0); ++rounds) {
        const unsigned plane = static_cast<unsigned>(context.random.below(tile.config->input_bits));
        const unsigned column = static_cast<unsigned>(context.random.below(tile.config->cols));
        load_wrong(tile, layer, plane, rounds % stored, column);
        if (tile.skips()) {
            tile.set_skip(context.random.chance(50), context.random.chance(50));
        }
        tile.run(amount(tile.config, 3));
        const bool wrong = compare_error(tile);
        if (column >= tile.config->used_columns) context.equal("ERROR for an unused column", wrong, 0);
        seen += wrong ? 1 : 0;
    }
    context.check(seen != 0, "no wrong factor was ever added");
    context.note(format("%u of %u wrong bits were added", seen, rounds));
    tile.load(layer);
    tile.run(amount(tile.config, 4));
    context.equal("ERROR with right factors again", compare_error(tile), 0);
}

// The error interrupts, and it is there before the result has left: whoever sees DONE sees the error, too.
void parity_interrupt(Context& context) {
    TileBench tile{context};
    const Layer layer = tile.random_layer();
    tile.load(layer);
    Port irq = tile.bench.port("irq_o");
    for (unsigned round = 0;; ++round) {
        if (round > 60) context.fail("no wrong factor is ever added");
        load_wrong(tile, layer, static_cast<unsigned>(context.random.below(tile.config->input_bits)), 0,
                   static_cast<unsigned>(context.random.below(tile.config->used_columns)));
        tile.write(reg::IRQ_ENABLE, reg::IRQ_ERROR);
        tile.send(tile.random_inputs());
        HcimTileState state{};
        must(hcim_tile_state(tile.golden(), &state), "state");
        const bool wrong = (state.errors & HCIM_ERROR_PARITY) != 0;
        tile.start(1);
        bool raised = false;
        for (unsigned i = 0; tile.outstanding() != 0; ++i) {
            if (i > 100000) context.fail("no result comes");
            raised = irq.get() != 0;
            tile.bench.step();
            tile.collect();
        }
        context.equal("irq_o when the result leaves", raised, wrong);
        tile.finish();
        tile.write(reg::IRQ_ENABLE, 0);
        compare_error(tile);
        tile.write(reg::IRQ_STATUS, reg::IRQ_DONE | reg::IRQ_ERROR);
        context.equal("irq_o after the error was cleared", irq.get(), 0);
        if (wrong) break;
    }
}

// The flag stays over runs that add nothing wrong, until it is cleared.
void parity_stays(Context& context) {
    TileBench tile{context};
    const Layer layer = tile.random_layer();
    tile.load(layer);
    for (unsigned round = 0;; ++round) {
        if (round > 60) context.fail("no wrong factor is ever added");
        load_wrong(tile, layer, static_cast<unsigned>(context.random.below(tile.config->input_bits)), tile.config->scale_bits,
                   static_cast<unsigned>(context.random.below(tile.config->used_columns)));
        tile.run(2);
        if ((tile.read(reg::ERROR) & reg::ERROR_PARITY) != 0) break;
    }
    tile.load(layer);
    tile.run(2);
    context.equal("ERROR.PARITY after a run without errors", tile.read(reg::ERROR), reg::ERROR_PARITY);
    compare_error(tile);
    tile.check_memory(layer);
}

}  // namespace

std::vector<Test> parity_tests(const Config& config) {
    if (config->parity == 0) return {};
    return {
        {"parity_of_packets", parity_of_packets},
        {"parity_interrupt", parity_interrupt},
        {"parity_stays", parity_stays},
    };
}

}  // namespace hcim
