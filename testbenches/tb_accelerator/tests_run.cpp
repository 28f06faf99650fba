// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Runs: pauses, loads beside a run, back-pressure, counters, interrupts.

#include "tests.h"

namespace hcim {
namespace {

// Pauses after some passes; while paused the host loads tiles, constants and passes anew, reads and writes tiles.
void pauses(Context& context) {
    LoadedBench acc{context};
    Random& random = context.random;
    for (unsigned round = 0; round < 4; ++round) {
        acc.stall(round == 0 ? 0 : 25);
        const uint32_t count = std::min(acc.shape.passes, 4U);
        std::vector<bool> pause(count);
        for (uint32_t index = 0; index < count; ++index) {
            Pass pass = random_pass(acc);
            pass.pause = pause[index] = random.chance(60);
            acc.set_pass(index, pass);
        }
        acc.start(0, count);
        for (uint32_t index = 0; index < count; ++index) {
            if (!pause[index] || index + 1 == count) continue;
            acc.finish();
            const uint32_t cycles = acc.read(acc::CYCLES_LO);
            if (random.chance(70)) {
                const uint32_t t = static_cast<uint32_t>(random.below(acc.tiles()));
                acc.load_tile(t, random_layer(acc.config, random));
                if (acc.config->plane_skip != 0) {
                    const uint32_t skip = static_cast<uint32_t>(random.below(4));
                    acc.write(acc::tile(t, reg::SKIP), skip);
                    must(hcim_tile_set_skip(acc.golden_tile(t), skip & 1, skip >> 1), "skip");
                }
            }
            acc.set_constant(static_cast<uint32_t>(random.below(acc.shape.constant_entries)), -77, 1234);
            if (random.chance(50)) {
                Pass pass = random_pass(acc);
                pass.pause = pause[index + 1];
                acc.set_pass(index + 1, pass);
            }
            acc.fill_memory();
            context.equal("CYCLES in a pause", acc.read(acc::CYCLES_LO), cycles);
            // A second START is refused and disturbs nothing.
            acc.write(acc::CTRL, acc::CTRL_START);
            acc.expect_error(acc::ERROR_START_BUSY);
            acc.resume();
        }
        acc.finish();
        // RESUME without a pause does nothing.
        acc.write(acc::CTRL, acc::CTRL_RESUME);
        acc.bench.steps(20);
        context.equal("STATUS after RESUME without a pause", acc.read(acc::STATUS) & 0xff, 0);
        acc.check_memory();
    }
}

// A pause of the run's last pass does not count.
void pause_at_the_end(Context& context) {
    LoadedBench acc{context};
    Pass pass = random_pool(acc);
    pass.pause = 1;
    acc.set_pass(0, pass);
    acc.run(0, 1);
    acc.check_memory();
}

// Activations come in while a run is under way; the run reads and writes other words.
void loads_beside_a_run(Context& context) {
    LoadedBench acc{context};
    Random& random = context.random;
    const uint32_t half = acc.shape.activation_words / 2;
    for (unsigned round = 0; round < 6; ++round) {
        acc.stall(round % 2 * 30);
        // A pool over the lower quarter, written to the second; words go to the upper half.
        Pass pass;
        pass.kind = round % 3 == 2 ? Pass::mvm : Pass::sum;
        pass.write = 1;
        pass.stream = Pass::raw;
        pass.output_bits = acc.config->input_bits;
        pass.kernel_width = 2;
        pass.segments = acc.shape.segments;
        pass.segment_words = acc.shape.tile_words;
        pass.input(0, 2, half / 4, 1, 1);
        pass.out_base = half / 2;
        pass.channels = pass.kind == Pass::sum ? acc.shape.elements : 1;
        acc.set_pass(0, pass);
        acc.start(0, 1);
        const uint32_t address = half + static_cast<uint32_t>(random.below(half / 2));
        const uint32_t count = static_cast<uint32_t>(random.between(1, half / 2));
        acc.load_words(address, random.bits(size_t{count} * acc.config->input_stream_bits), false);
        context.check((acc.read(acc::STATUS) & acc::STATUS_BUSY) != 0 || round > 0, "the run was over before the words came");
        acc.finish();
        acc.flush();
        acc.bench.steps(4);
        context.equal("ACT_ADDR", acc.read(acc::ACT_ADDR), acc.state().address);
        acc.check_memory();
    }
}

// Packets of activations of all lengths, over the end of the memory.
void loads(Context& context) {
    LoadedBench acc{context};
    Random& random = context.random;
    for (unsigned round = 0; round < 8; ++round) {
        acc.stall(round % 2 * 40);
        const uint32_t address = static_cast<uint32_t>(random.below(acc.shape.activation_words));
        const uint32_t count = round == 0 ? 1 : static_cast<uint32_t>(random.between(1, acc.shape.activation_words + 3));
        acc.load_words(address, random.bits(size_t{count} * acc.config->input_stream_bits));
    }
    acc.check_memory();
    // Two packets: the second goes on where the first ended.
    acc.load_words(5, random.bits(size_t{3} * acc.config->input_stream_bits));
    const Bits more = random.bits(size_t{2} * acc.config->input_stream_bits);
    acc.source.send(more, 0);
    must(hcim_accelerator_packet(acc.golden(), 0, 0, words(more), 2), "activations");
    acc.flush();
    acc.check_memory();
    context.equal("ACT_ADDR after two packets", acc.read(acc::ACT_ADDR), 10);
}

// m_axis stands still for long: nothing is lost, the run waits.
void back_pressure(Context& context) {
    LoadedBench acc{context};
    for (unsigned round = 0; round < 4; ++round) {
        Pass pass = round % 2 == 0 ? random_mvm(acc) : random_pool(acc);
        pass.stream = Pass::scores;
        const uint32_t count = std::min(acc.shape.passes, 2U);
        for (uint32_t index = 0; index < count; ++index) acc.set_pass(index, pass);
        acc.sink.closed = true;
        acc.start(0, count);
        acc.bench.steps(context.random.between(500, 1500));
        context.check(acc.sink.offered(), "no beat is offered");
        context.check((acc.read(acc::STATUS) & acc::STATUS_BUSY) != 0, "a run ends without its beats");
        acc.sink.closed = false;
        acc.sink.stall = static_cast<unsigned>(context.random.below(95));
        acc.finish();
        acc.sink.stall = 0;
    }
    acc.check_memory();
}

// CYCLES, PASSES_DONE, POSITIONS.
void counters(Context& context) {
    LoadedBench acc{context};
    uint64_t last = 0;
    for (unsigned round = 0; round < 6; ++round) {
        acc.stall(round % 2 * 20);
        acc.set_pass(0, random_pass(acc));
        const uint64_t begin = context.cycle;
        acc.run(0, 1);
        const uint64_t now = acc.read(acc::CYCLES_LO) | uint64_t{acc.read(acc::CYCLES_HI)} << 32;
        context.check(now > last, "CYCLES does not count");
        context.check(now - last < context.cycle - begin, "CYCLES counts more than there were");
        acc.bench.steps(50);
        context.equal("CYCLES without a run", acc.read(acc::CYCLES_LO), now);
        last = now;
        if (round % 3 == 2) {
            acc.clear_counters();
            for (uint32_t counter : {acc::CYCLES_LO, acc::CYCLES_HI, acc::PASSES_DONE, acc::POSITIONS}) {
                context.equal("a counter after clearing", acc.read(counter), 0);
            }
            last = 0;
        }
    }
}

// CYCLES are those between START and the end: against a stopwatch outside.
void cycles(Context& context) {
    LoadedBench acc{context};
    Pass pass;
    pass.kind = Pass::sum;
    pass.stream = Pass::raw;
    pass.output_bits = 1;
    pass.input(0, 4, 10, 1, 0);
    acc.set_pass(0, pass);
    Port irq = acc.bench.port("irq_o");
    acc.write(acc::IRQ_ENABLE, acc::IRQ_DONE);
    acc.start(0, 1);
    const uint64_t begin = context.cycle;
    while (irq.get() == 0) {
        context.check(context.cycle - begin < 5000, "no interrupt at the end of a run");
        acc.bench.step();
    }
    const uint64_t watch = context.cycle - begin;
    acc.finish();
    const uint64_t got = acc.read(acc::CYCLES_LO);
    context.check(got + 8 >= watch && got <= watch + 12,
                  format("CYCLES is %llu, the stopwatch says %llu", Context::ull(got), Context::ull(watch)));
}

// irq_o follows IRQ_STATUS and IRQ_ENABLE, for a pause and for the end.
void interrupts(Context& context) {
    LoadedBench acc{context};
    Port irq = acc.bench.port("irq_o");
    Pass pass = random_pool(acc);
    pass.stream = Pass::none;
    pass.pause = 1;
    // A single pass cannot pause.
    const uint32_t count = std::min(acc.shape.passes, 2U);
    for (uint32_t index = 0; index < count; ++index) acc.set_pass(index, pass);
    for (uint32_t enabled = 0; enabled < 16; ++enabled) {
        acc.write(acc::IRQ_ENABLE, enabled);
        const auto check = [&](uint32_t bit, const char* what) {
            acc.bench.steps(3);
            context.equal(what, acc.read(acc::IRQ_STATUS), bit);
            context.equal("irq_o", irq.get(), (enabled & bit) != 0);
            // Other bits do not clear it.
            acc.write(acc::IRQ_STATUS, acc::IRQ_ALL & ~bit);
            acc.bench.steps(2);
            context.equal("irq_o after other bits were cleared", irq.get(), (enabled & bit) != 0);
        };
        acc.start(0, count);
        if (count > 1) {
            acc.wait_for(acc::STATUS_PAUSED, acc::STATUS_PAUSED, "a pause");
            check(acc::IRQ_PAUSED, "IRQ_STATUS in a pause");
            acc.finish();
            acc.bench.steps(2);
            context.equal("irq_o after clearing", irq.get(), 0);
            acc.resume();
        }
        acc.wait_for(acc::STATUS_BUSY, 0, "the end of a run");
        check(acc::IRQ_DONE, "IRQ_STATUS at the end");
        acc.finish();
        acc.bench.steps(2);
        context.equal("irq_o after clearing", irq.get(), 0);
    }
}

}  // namespace

std::vector<Test> run_tests() {
    return {{"pauses", pauses},     {"pause_at_the_end", pause_at_the_end}, {"loads_beside_a_run", loads_beside_a_run},
            {"loads", loads},       {"back_pressure", back_pressure},       {"counters", counters},
            {"cycles", cycles},     {"interrupts", interrupts}};
}

}  // namespace hcim
