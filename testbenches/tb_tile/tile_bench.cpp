// SPDX-License-Identifier: MIT OR Apache-2.0

#include "tile_bench.h"

namespace hcim {

TileBench::TileBench(Context& context)
    : context{context},
      config{context.options},
      bench{context},
      axil{bench},
      source{bench, "s_axis"},
      sink{bench, "m_axis"},
      golden_{make_golden(context.options, hcim_tile_new, hcim_tile_free)},
      violation_{bench.optional("contract_violation")} {
    bench.add(axil);
    bench.add(source);
    bench.add(sink);
    reset();
}

void TileBench::stall(unsigned percent) { axil.stall = source.stall = sink.stall = percent; }

void TileBench::reset() {
    bench.reset(1 + static_cast<unsigned>(context.random.below(3)));
    forget_all();
}

void TileBench::reset_without_clock() {
    bench.reset_without_clock();
    forget_all();
}

void TileBench::forget_all() {
    must(hcim_tile_reset(golden()), "reset");
    sink.packets.clear();
    expected_.clear();
    // The register resets to both skips on, the golden model's to off.
    if (skips()) must(hcim_tile_set_skip(golden(), 1, 1), "skip");
}

// ---- Registers

uint32_t TileBench::read(uint32_t address) {
    const uint32_t value = axil.read(address);
    if (axil.response() != AxilMaster::okay) context.fail(format("read of 0x%x is refused", address));
    return value;
}

void TileBench::write(uint32_t address, uint32_t data) {
    if (axil.write(address, data) != AxilMaster::okay) context.fail(format("write of 0x%x is refused", address));
}

void TileBench::refused(uint32_t address, uint32_t data) {
    context.check(axil.write(address, data) != AxilMaster::okay, format("write of 0x%x is not refused", address));
}

void TileBench::wait_for(uint32_t mask, uint32_t value, const char* what, unsigned limit) {
    const uint64_t start = context.cycle;
    while ((read(reg::STATUS) & mask) != value) {
        collect();
        if (context.cycle - start > limit) {
            context.fail(format("waiting for %s: STATUS is 0x%x", what, read(reg::STATUS)));
        }
    }
}

void TileBench::expect_error(uint32_t bits) {
    context.equal("ERROR", read(reg::ERROR), bits);
    context.equal("IRQ_STATUS.ERROR", (read(reg::IRQ_STATUS) & reg::IRQ_ERROR) != 0, bits != 0);
    write(reg::ERROR, bits);
    write(reg::IRQ_STATUS, reg::IRQ_ERROR);
    context.equal("ERROR after it was cleared", read(reg::ERROR), 0);
    must(hcim_tile_clear_errors(golden(), ~0U), "clear errors");
}

void TileBench::set_timing(unsigned precharge, unsigned evaluate, unsigned sense, unsigned hold) {
    write(reg::TIMING, precharge | evaluate << 8 | sense << 16 | hold << 24);
}

void TileBench::set_skip(bool zero_plane, bool empty_plane) {
    if (!skips()) return;
    write(reg::SKIP, static_cast<uint32_t>(zero_plane) | static_cast<uint32_t>(empty_plane) << 1);
    must(hcim_tile_set_skip(golden(), zero_plane, empty_plane), "skip");
}

// ---- Data

Inputs TileBench::random_inputs() {
    Random& random = context.random;
    Inputs inputs(config->rows);
    const unsigned kind = static_cast<unsigned>(random.below(10));
    const uint64_t top = (uint64_t{1} << config->input_bits) - 1;
    const uint64_t mask = kind < 4 ? random.below(top + 1) : top;  // some bit planes all zero
    const unsigned zeros = kind == 4 ? 90 : 20;
    for (uint16_t& x : inputs) {
        x = random.chance(zeros) ? 0 : static_cast<uint16_t>(random.next() & mask);
        if (kind == 5) x = 0;
        if (kind == 6) x = static_cast<uint16_t>(top);
    }
    return inputs;
}

Bits TileBench::pack(const Inputs& inputs) const {
    Bits packet{size_t{config->input_packet_beats} * config->input_stream_bits};
    must(hcim_pack_inputs(config.handle(), inputs.data(), inputs.size(), words(packet), (packet.width() + 31) / 32), "inputs");
    return packet;
}

void TileBench::load(const Layer& layer) {
    std::vector<unsigned> order = {HCIM_DEST_WEIGHTS, HCIM_DEST_SCALES};
    if (per_column()) order.push_back(HCIM_DEST_THRESHOLDS);
    for (size_t i = order.size(); i-- > 1;) std::swap(order[i], order[context.random.below(i + 1)]);
    for (unsigned dest : order) source.send(pack(layer, dest), dest);
    if (ternary() && !per_column()) {
        for (unsigned i = 0; i < config->input_bits; ++i) write(reg::THRESHOLD + 4 * i, layer.thresholds[i]);
    }
    load_golden(config, golden(), layer);
    wait_loaded();
}

void TileBench::wait_loaded() {
    const uint64_t beats = config->weight_packet_beats + config->scale_packet_beats + config->threshold_packet_beats;
    const uint64_t limit = (beats + config->rows + 1000) * 8;
    for (const uint64_t start = context.cycle; !source.idle();) {
        if (context.cycle - start > limit) context.fail("the input stream does not take the packets");
        bench.step();
    }
    const uint32_t all = reg::STATUS_WEIGHTS | reg::STATUS_SCALES | reg::STATUS_THRESHOLDS;
    wait_for(all, all, "valid flags");
}

// ---- Runs

std::vector<int64_t> TileBench::send(const Inputs& inputs, const std::vector<int64_t>* above, bool result) {
    std::vector<int64_t> results(config->outputs);
    const int64_t* chain = above != nullptr ? above->data() : nullptr;
    must(hcim_tile_mvm(golden(), inputs.data(), inputs.size(), chain, results.data()), "mvm");
    if (result) expected_.push_back({static_cast<int64_t>(source.packets + source.waiting_packets()), results});
    source.send(pack(inputs), HCIM_DEST_INPUTS);
    return results;
}

void TileBench::start(uint32_t count) {
    write(reg::MVM_COUNT, count);
    write(reg::CTRL, reg::CTRL_START);
}

void TileBench::collect() {
    while (!sink.packets.empty()) {
        const StreamSink::Packet packet = sink.packets.front();
        sink.packets.pop_front();
        if (expected_.empty()) context.fail("a result that nobody asked for");
        context.equal("beats of a result", packet.beats, config->result_packet_beats);
        std::vector<int64_t> results(config->outputs);
        const int32_t status = hcim_unpack_results(config.handle(), words(packet.bits), results.data());
        context.check(status == HCIM_OK, "a result's padding is wrong: " + packet.bits.hex());
        for (unsigned o = 0; o < config->outputs; ++o) {
            if (results[o] != expected_.front().results[o]) {
                context.fail(format("output %u is %lld, want %lld", o, static_cast<long long>(results[o]),
                                    static_cast<long long>(expected_.front().results[o])));
            }
            ++context.checks;
        }
        expected_.pop_front();
    }
}

void TileBench::forget(int64_t kept) {
    for (size_t i = expected_.size(); i-- > 0;) {
        if (expected_[i].packet != kept) expected_.erase(expected_.begin() + static_cast<std::ptrdiff_t>(i));
    }
}

void TileBench::finish() {
    const uint64_t each = uint64_t{config->input_packet_beats} + config->result_packet_beats +
                          config->input_bits * (config->window_cycles + 20 + 8 * config->evaluation_cycles);
    const uint64_t limit = (expected_.size() + 2) * each * 12 + 5000;
    const uint64_t start = context.cycle;
    while (!expected_.empty()) {
        bench.step();
        collect();
        if (context.cycle - start > limit) {
            context.fail(format("%zu results do not come; STATUS is 0x%x, ERROR 0x%x", expected_.size(),
                                read(reg::STATUS), read(reg::ERROR)));
        }
    }
    wait_for(reg::STATUS_BUSY, 0, "the end of a run");
    if (violation_.present()) context.equal("contract_violation of the crossbar", violation_.get(), 0);
}

void TileBench::run(unsigned count) {
    for (unsigned i = 0; i < count; ++i) send(random_inputs());
    start(count);
    finish();
    context.equal("MVM_DONE", read(reg::MVM_DONE), count);
}

void TileBench::check_memory(const Layer& layer) {
    const unsigned scale_rows = config->scale_rows;
    const unsigned columns = config->used_columns;
    std::vector<int64_t> accumulators(columns);
    must(hcim_tile_accumulators(golden(), accumulators.data()), "accumulators");
    for (unsigned row = 0; row < scale_rows + config->accumulator_bits; ++row) {
        Bits want{columns};
        if (row < scale_rows) {
            must(hcim_scale_row(config.handle(), layer.scales.data(), layer.scales.size(), row, words(want)), "row");
        } else if (config->deferred == 0) {
            for (unsigned c = 0; c < columns; ++c) want.set_bit(c, ((accumulators[c] >> (row - scale_rows)) & 1) != 0);
        }
        write(reg::READBACK_ROW, row);
        write(reg::READBACK_WORD, 0);
        Bits got{columns};
        for (unsigned low = 0; low < columns; low += 32) {
            got.set_field(low, columns - low < 32 ? columns - low : 32, read(reg::READBACK_DATA));
        }
        context.equal(format("row %u", row).c_str(), got, want);
    }
}

}  // namespace hcim
