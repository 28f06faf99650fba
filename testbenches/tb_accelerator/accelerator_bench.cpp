// SPDX-License-Identifier: MIT OR Apache-2.0

#include "accelerator_bench.h"

namespace hcim {

AcceleratorBench::AcceleratorBench(Context& context)
    : context{context},
      config{context.options},
      bench{context},
      axil{bench},
      source{bench, "s_axis"},
      sink{bench, "m_axis"},
      golden_{make_golden(context.options, hcim_accelerator_new, hcim_accelerator_free)} {
    must(hcim_accelerator_shape(golden(), &shape), "shape");
    bench.add(axil);
    bench.add(source);
    bench.add(sink);
    reset();
}

HcimTile* AcceleratorBench::golden_tile(uint32_t tile) {
    HcimTile* handle = nullptr;
    must(hcim_accelerator_tile(golden(), tile, &handle), "tile");
    return handle;
}

HcimAcceleratorState AcceleratorBench::state() const {
    HcimAcceleratorState state{};
    must(hcim_accelerator_state(golden_.get(), &state), "state");
    return state;
}

void AcceleratorBench::stall(unsigned percent) { axil.stall = source.stall = sink.stall = percent; }

void AcceleratorBench::reset() {
    bench.reset(1 + static_cast<unsigned>(context.random.below(3)));
    must(hcim_accelerator_reset(golden()), "reset");
    expected_.clear();
    open_ = false;
    // The register resets to both skips on, the golden model's to off.
    for (uint32_t t = 0; t < tiles() && config->plane_skip != 0; ++t) must(hcim_tile_set_skip(golden_tile(t), 1, 1), "skip");
}

// ---- Registers

uint32_t AcceleratorBench::read(uint32_t address) {
    const uint32_t value = axil.read(address);
    if (axil.response() != AxilMaster::okay) context.fail(format("read of 0x%x is refused", address));
    return value;
}

void AcceleratorBench::write(uint32_t address, uint32_t data) {
    if (axil.write(address, data) != AxilMaster::okay) context.fail(format("write of 0x%x is refused", address));
}

void AcceleratorBench::refused(uint32_t address, uint32_t data) {
    context.check(axil.write(address, data) == AxilMaster::slverr, format("write of 0x%x is not refused", address));
}

void AcceleratorBench::refused_read(uint32_t address) {
    const uint32_t data = axil.read(address);
    context.check(axil.response() == AxilMaster::slverr, format("read of 0x%x is not refused", address));
    context.equal("data of a read that is refused", data, 0);
}

void AcceleratorBench::expect_error(uint32_t bits) {
    context.equal("ERROR", read(acc::ERROR), bits);
    context.equal("IRQ_STATUS.ERROR", (read(acc::IRQ_STATUS) & acc::IRQ_ERROR) != 0, bits != 0);
    write(acc::ERROR, bits);
    write(acc::IRQ_STATUS, acc::IRQ_ERROR);
    context.equal("ERROR after it was cleared", read(acc::ERROR), 0);
    context.equal("IRQ_STATUS.ERROR after it was cleared", read(acc::IRQ_STATUS) & acc::IRQ_ERROR, 0);
    must(hcim_accelerator_clear(golden(), ~0U, acc::IRQ_ERROR, 0), "clear");
}

// ---- Contents

void AcceleratorBench::flush() {
    const uint64_t limit = source.waiting() * 40 + 20000;
    for (const uint64_t start = context.cycle; !source.idle();) {
        if (context.cycle - start > limit) context.fail("the input stream does not take the packets");
        bench.step();
    }
}

void AcceleratorBench::clear_counters() {
    write(acc::CTRL, acc::CTRL_CLEAR_COUNTERS);
    must(hcim_accelerator_clear(golden(), 0, 0, 1), "clear counters");
}

void AcceleratorBench::load_tile(uint32_t tile, const Layer& layer) {
    write(acc::LOAD_TILE, tile);
    std::vector<unsigned> order = {HCIM_DEST_WEIGHTS, HCIM_DEST_SCALES};
    if (config->per_column_thresholds != 0) order.push_back(HCIM_DEST_THRESHOLDS);
    for (size_t i = order.size(); i-- > 1;) std::swap(order[i], order[context.random.below(i + 1)]);
    for (unsigned dest : order) source.send(pack_layer(config, layer, dest), dest);
    if (config->ternary != 0 && config->per_column_thresholds == 0) {
        for (unsigned i = 0; i < config->input_bits; ++i) write(acc::tile(tile, reg::THRESHOLD + 4 * i), layer.thresholds[i]);
    }
    load_golden(config, golden_tile(tile), layer);
    flush();
    const uint32_t all = reg::STATUS_WEIGHTS | reg::STATUS_SCALES | reg::STATUS_THRESHOLDS;
    const uint64_t start = context.cycle;
    while ((read(acc::tile(tile, reg::STATUS)) & all) != all) {
        if (context.cycle - start > 20000) context.fail(format("tile %u is not loaded", tile));
    }
}

void AcceleratorBench::load_tiles() {
    for (uint32_t t = 0; t < tiles(); ++t) {
        load_tile(t, random_layer(config, context.random));
        write(acc::tile(t, reg::IRQ_ENABLE), reg::IRQ_ABORTED);
    }
}

void AcceleratorBench::load_words(uint32_t address, const Bits& packed, bool wait) {
    const size_t beats = packed.width() / config->input_stream_bits;
    flush();
    write(acc::ACT_ADDR, address);
    source.send(packed, 0);
    must(hcim_accelerator_set_address(golden(), address), "address");
    must(hcim_accelerator_packet(golden(), 0, 0, words(packed), beats), "activations");
    if (!wait) return;
    flush();
    bench.steps(4);
    context.equal("ACT_ADDR after a packet", read(acc::ACT_ADDR), state().address);
}

void AcceleratorBench::fill_memory() {
    const size_t bits = size_t{shape.activation_words} * config->input_stream_bits;
    load_words(static_cast<uint32_t>(context.random.below(shape.activation_words)), context.random.bits(bits));
}

void AcceleratorBench::set_constant(uint32_t entry, int32_t multiplier, int32_t bias) {
    write(acc::constant(entry), static_cast<uint32_t>(bias));
    // What the upper half of the multiplier's word holds is nobody's business.
    const uint32_t upper = static_cast<uint32_t>(context.random.next()) << 16;
    write(acc::constant(entry) + 4, (static_cast<uint32_t>(multiplier) & 0xffff) | upper);
    must(hcim_accelerator_set_constant(golden(), entry, static_cast<int16_t>(multiplier), bias), "constant");
}

void AcceleratorBench::fill_constants() {
    Random& random = context.random;
    for (uint32_t entry = 0; entry < shape.constant_entries; ++entry) {
        const bool extreme = random.chance(10);
        const int64_t m = extreme ? (random.chance(50) ? 32767 : -32768) : static_cast<int64_t>(random.below(400)) - 200;
        const int64_t b = extreme ? (random.chance(50) ? INT32_MAX : INT32_MIN) : static_cast<int64_t>(random.below(4000)) - 1000;
        set_constant(entry, static_cast<int32_t>(m), static_cast<int32_t>(b));
    }
}

void AcceleratorBench::set_pass(uint32_t index, const Pass& pass) {
    const auto words = pass.words();
    for (uint32_t i = 0; i < 32; ++i) write(acc::program(index, i), words[i]);
    must(hcim_accelerator_set_pass(golden(), index, words.data()), "pass");
}

// ---- Runs

void AcceleratorBench::follow(uint8_t stop) {
    stop_ = stop;
    std::vector<HcimBeat> beats(state().beats);
    must(hcim_accelerator_beats(golden(), beats.data(), beats.size()), "beats");
    for (const HcimBeat& beat : beats) expected_.push_back({beat.data, beat.last != 0});
    context.equal("passes that read what they write", state().overlaps, 0);
}

void AcceleratorBench::start(uint32_t first, uint32_t count) {
    write(acc::FIRST_PASS, first);
    write(acc::PASS_COUNT, count);
    uint8_t stop = 0;
    must(hcim_accelerator_start(golden(), first, count, &stop), "start");
    follow(stop);
    write(acc::CTRL, acc::CTRL_START);
}

void AcceleratorBench::start_and_hold(uint32_t first, uint32_t count) {
    sink.closed = true;
    start(first, count);
    for (const uint64_t begin = context.cycle; !sink.offered(); bench.step()) {
        if (context.cycle - begin > 200000) context.fail("a run streams nothing");
    }
}

void AcceleratorBench::settle() {
    const uint64_t begin = context.cycle;
    while ((read(acc::STATUS) & (acc::STATUS_BUSY | acc::STATUS_ABORTING)) != 0) {
        if (context.cycle - begin > 200000) context.fail("a run, or its abort, has no end");
    }
}

void AcceleratorBench::resume() {
    uint8_t stop = 0;
    must(hcim_accelerator_resume(golden(), &stop), "resume");
    follow(stop);
    write(acc::CTRL, acc::CTRL_RESUME);
}

void AcceleratorBench::collect() {
    while (!sink.beats.empty()) {
        const Number got = sink.beats.front();
        sink.beats.pop_front();
        if (expected_.empty()) context.fail(format("a beat that nobody asked for: %lld", static_cast<long long>(got.data)));
        const Number want = expected_.front();
        expected_.pop_front();
        ++context.checks;
        open_ = !got.last;
        if (got == want) continue;
        context.fail(format("beat %llu is %lld%s, want %lld%s", Context::ull(sink.taken - sink.beats.size() - 1),
                            static_cast<long long>(got.data), got.last ? " (last)" : "", static_cast<long long>(want.data),
                            want.last ? " (last)" : ""));
    }
}

void AcceleratorBench::wait_for(uint32_t mask, uint32_t value, const char* what, uint64_t limit) {
    for (const uint64_t start = context.cycle; (read(acc::STATUS) & mask) != value;) {
        collect();
        if (context.cycle - start > limit) {
            context.fail(format("waiting for %s: STATUS is 0x%x, ERROR 0x%x, %zu beats are missing", what, read(acc::STATUS),
                                read(acc::ERROR), expected_.size()));
        }
    }
    collect();
}

void AcceleratorBench::finish() {
    const bool paused = stop_ == HCIM_STOP_PAUSED;
    const uint32_t busy = acc::STATUS_BUSY | acc::STATUS_PAUSED;
    if (paused) {
        wait_for(busy, busy, "a pause");
    } else {
        wait_for(busy | acc::STATUS_ABORTING, 0, "the end of a run");
    }
    collect();
    context.equal("beats that have not come", expected_.size(), 0);
    const HcimAcceleratorState want = state();
    const uint32_t status = read(acc::STATUS);
    context.equal("STATUS", status & 0xff, paused ? busy : 0);
    context.equal("STATUS.PASS", acc::status_pass(status), want.pass);
    context.equal("IRQ_STATUS", read(acc::IRQ_STATUS), want.interrupts);
    context.equal("PASSES_DONE", read(acc::PASSES_DONE), want.passes_done);
    if (stop_ != HCIM_STOP_ABORTED) context.equal("POSITIONS", read(acc::POSITIONS), want.positions);
    context.equal("ERROR", read(acc::ERROR), want.errors);
    const uint32_t clear = acc::IRQ_ALL & ~(want.errors != 0 ? acc::IRQ_ERROR : 0U);
    write(acc::IRQ_STATUS, clear);
    must(hcim_accelerator_clear(golden(), 0, clear, 0), "clear");
}

void AcceleratorBench::check_memory() {
    // Rows of 64 words, each element by itself.
    Pass pass;
    pass.kind = Pass::max;
    pass.stream = Pass::raw;
    pass.output_bits = config->input_bits;
    pass.input(0, shape.activation_words / 64, 64, 1, 1);
    pass.channels = shape.elements;
    const uint32_t last = shape.passes - 1;
    set_pass(last, pass);
    run(last, 1);
}

void AcceleratorBench::recover(bool fill) {
    collect();
    forget();
    for (uint32_t t = 0; t < tiles(); ++t) write(acc::tile(t, reg::IRQ_STATUS), reg::IRQ_DONE | reg::IRQ_ERROR | reg::IRQ_ABORTED);
    flush();
    if (fill) fill_memory();
    clear_counters();
}

void AcceleratorBench::run_illegal(uint32_t first, uint32_t count) {
    start(first, count);
    finish();
    expect_error(acc::ERROR_BAD_PASS);
    recover(false);
}

// What comes until the end of an abort is a beginning of what was to come; a packet that is cut off ends with a zero.
void AcceleratorBench::take_in_abort() {
    bool cut = false;
    for (; !sink.beats.empty(); sink.beats.pop_front()) {
        const Number got = sink.beats.front();
        context.check(!cut, "a beat after the one that ends an abort's last packet");
        if (!expected_.empty() && got == expected_.front()) {
            open_ = !got.last;
            expected_.pop_front();
            continue;
        }
        const Number end{0, true};
        context.check(open_ && got == end, format("beat %lld in an abort", static_cast<long long>(got.data)));
        open_ = false;
        cut = true;
    }
}

void AcceleratorBench::abort() {
    collect();
    write(acc::CTRL, acc::CTRL_ABORT);
    must(hcim_accelerator_abort(golden()), "abort");
    settle();
    bench.steps(4);
    take_in_abort();
    context.check(!open_, "an abort leaves a packet open");
    const uint32_t status = read(acc::STATUS);
    context.equal("STATUS after an abort", status & 0xff, 0);
    const uint32_t interrupts = read(acc::IRQ_STATUS);
    context.equal("IRQ_STATUS.ABORTED", (interrupts & acc::IRQ_ABORTED) != 0, 1);
    context.equal("ERROR after an abort", read(acc::ERROR), 0);
    write(acc::IRQ_STATUS, acc::IRQ_ALL);
    must(hcim_accelerator_clear(golden(), ~0U, ~0U, 0), "clear");
    const uint32_t left = reg::STATUS_BUSY | 0x30 | reg::STATUS_ABORTING | reg::STATUS_RESULT;
    for (uint32_t t = 0; t < tiles(); ++t) {
        context.equal("STATUS of a tile after an abort", read(acc::tile(t, reg::STATUS)) & left, 0);
    }
    recover();
}

Port AcceleratorBench::fault(const char* name, uint32_t tile) {
    const std::string full = std::string("fault_") + name;
    return bench.port(tiles() == 1 ? full : full + format("[%u]", tile));
}

}  // namespace hcim
