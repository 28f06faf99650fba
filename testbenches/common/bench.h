// SPDX-License-Identifier: MIT OR Apache-2.0
//
// A model with its clock and reset. One cycle is: drive inputs, settle(), look at outputs (and drive inputs that answer to
// them, then settle() again), tick(). Inputs change after the rising edge while the clock is still high, as those of real
// neighbours do, so that a latch that is open in the high phase sees them change.

#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "port.h"
#include "recorder.h"
#include "test.h"

namespace hcim {

// Something that takes part in every cycle of a bench.
class Agent {
public:
    virtual ~Agent() = default;
    virtual void drive() = 0;   // set inputs for this cycle
    virtual void sample() = 0;  // outputs have settled; the edge follows
    virtual void reset() {}     // the model's reset begins
};

class Bench {
public:
    explicit Bench(Context& context) : context{context}, model_{make_model(context.random.next())} {
        for (const PortInfo& info : model_->ports()) ports_.emplace(info.name, Port{info});
        clock_ = port("clk_i");
        reset_ = port("rst_ni");
        optional("test_en_i").set(0);
        if (!context.options.wave.empty()) model_->wave(context.options.wave.c_str());
        if (!context.options.record.empty()) recorder_.open(context.options.record, model_->ports());
        for (auto& entry : ports_) {
            if (entry.first != "test_en_i" && is_input(entry.first)) randomise(entry.second);
        }
        // Reset acts by its level; Verilator needs to see it fall.
        clock_.set(1);
        reset_.set(1);
        model_->eval();
        reset_.set(0);
        model_->eval();
    }

    Context& context;

    Port port(const std::string& name) const {
        const auto found = ports_.find(name);
        if (found == ports_.end()) throw Failure("the model has no port " + name);
        return found->second;
    }

    bool has(const std::string& name) const { return ports_.count(name) != 0; }
    Port optional(const std::string& name) const { return has(name) ? port(name) : Port{}; }

    void add(Agent& agent) { agents_.push_back(&agent); }

    // Lets outputs follow inputs, in the low phase of the clock.
    void settle() {
        model_->eval();
        if (clock_.get() != 0) {
            dump();
            clock_.set(0);
            model_->eval();
        }
    }

    // Rising edge.
    void tick() {
        recorder_.cycle();
        if (window_.empty()) {
            dump();
        } else {
            open_window();
        }
        clock_.set(1);
        model_->eval();
        ++context.cycle;
        if (context.options.max_cycles != 0 && context.cycle > context.options.max_cycles) {
            context.timeout = true;
            context.fail("no end within the limit of cycles");
        }
    }

    // A whole cycle with the agents.
    void step() {
        for (Agent* agent : agents_) agent->drive();
        settle();
        for (Agent* agent : agents_) agent->sample();
        tick();
    }

    void steps(uint64_t count) {
        for (uint64_t i = 0; i < count; ++i) step();
    }

    // A whole cycle with the agents in which the clock stands still in its low phase, then in its high phase, while inputs
    // change so many times and come back to what they were.
    void step_with_stops(unsigned low, unsigned high) {
        for (Agent* agent : agents_) agent->drive();
        settle();
        rattle(low);
        for (Agent* agent : agents_) agent->sample();
        tick();
        rattle(high);
    }

    // Reset while the clock stands still in its low phase.
    void reset_without_clock() {
        for (Agent* agent : agents_) agent->reset();
        settle();
        for (const uint64_t level : {0, 1}) {
            reset_.set(level);
            model_->eval();
        }
    }

    // Reset for a few cycles; it begins and ends asynchronously to the clock, and the next cycle is the first after it.
    // Inputs stay what they are.
    void reset(unsigned cycles = 2) {
        for (Agent* agent : agents_) agent->reset();
        settle();
        reset_.set(0);
        settle();
        for (unsigned i = 0; i < cycles; ++i) {
            tick();
            settle();
        }
        tick();
        reset_.set(1);
    }

    // Records switching activity from the low phase before the next rising edge on; a cycle takes `period` units of time.
    // What a signal is at the beginning goes to a file of its own (".initial"): to the recorder every signal begins at 0,
    // so that a 1 looks like a change.
    void begin_window(const std::string& path, uint64_t period) {
        window_ = path;
        half_period_ = period / 2;
    }

    // Ends the record in the low phase before the last edge.
    void end_window() { model_->wave_end(); }

    void randomise(Port& port) { port.set_bits(context.random.bits(port.width())); }

private:
    bool is_input(const std::string& name) const {
        for (const PortInfo& info : model_->ports()) {
            if (name == info.name) return info.input;
        }
        return false;
    }

    void rattle(unsigned times) {
        std::vector<std::pair<Port, Bits>> inputs;
        for (const auto& entry : ports_) {
            if (!is_input(entry.first) || entry.first == "clk_i" || entry.first == "rst_ni" || entry.first == "test_en_i") continue;
            // The faults of the crossbar's model are no inputs of the design.
            if (entry.first.rfind("fault_", 0) == 0) continue;
            inputs.emplace_back(entry.second, entry.second.bits());
        }
        for (unsigned i = 0; i < times; ++i) {
            for (auto& input : inputs) randomise(input.first);
            model_->eval();
        }
        for (auto& input : inputs) input.first.set_bits(input.second);
        if (times != 0) model_->eval();
    }

    void dump() { model_->dump(time_ += half_period_); }

    void open_window() {
        model_->wave((window_ + ".initial").c_str());
        model_->dump(0);
        model_->wave_end();
        model_->wave(window_.c_str());
        model_->dump(time_ = 0);
        window_.clear();
    }

    std::unique_ptr<Model> model_;
    std::map<std::string, Port> ports_;
    std::vector<Agent*> agents_;
    Recorder recorder_;
    Port clock_;
    Port reset_;
    uint64_t time_ = 0;
    uint64_t half_period_ = 5;
    std::string window_;  // where the record is to go that begins at the next edge
};

}  // namespace hcim
