// SPDX-License-Identifier: MIT OR Apache-2.0
//
// A tile with its behavioural crossbar beside the golden tile: registers over AXI4-Lite, packets over AXI4-Stream.

#pragma once

#include <deque>

#include "axil.h"
#include "bench.h"
#include "golden.h"
#include "layer.h"
#include "tile_registers.h"
#include "stream.h"

namespace hcim {

using Inputs = std::vector<uint16_t>;

class TileBench {
public:
    explicit TileBench(Context& context);

    Context& context;
    const Config config;
    Bench bench;
    AxilMaster axil;
    StreamSource source;
    StreamSink sink;

    bool ternary() const { return config->ternary != 0; }
    bool per_column() const { return config->per_column_thresholds != 0; }
    bool skips() const { return config->plane_skip != 0; }
    uint32_t count_mask() const { return config.count_mask(); }
    HcimTile* golden() { return golden_.get(); }

    // All sides stall in so many percent of the cycles.
    void stall(unsigned percent);

    // Reset of RTL and golden model; nothing is loaded afterwards, faults and cells stay.
    void reset();
    void reset_without_clock();

    // ---- Registers
    uint32_t read(uint32_t address);                  // must answer OKAY
    void write(uint32_t address, uint32_t data);      // must answer OKAY
    void refused(uint32_t address, uint32_t data);    // must answer an error
    void wait_for(uint32_t mask, uint32_t value, const char* what, unsigned limit = 20000);
    void expect_error(uint32_t bits);  // ERROR holds exactly these; they are cleared
    void set_timing(unsigned precharge, unsigned evaluate, unsigned sense, unsigned hold);
    void set_skip(bool zero_plane, bool empty_plane);

    // ---- Data
    Layer random_layer() { return hcim::random_layer(config, context.random); }
    Inputs random_inputs();
    Bits pack(const Layer& layer, unsigned dest) const { return pack_layer(config, layer, dest); }
    Bits pack(const Inputs& inputs) const;

    // Loads a layer through the streams and registers, and waits until it is valid.
    void load(const Layer& layer);
    void wait_loaded();

    // ---- Runs
    // Sends an input packet and gives what the golden tile answers, with the word of the tile above if there is one; queues
    // it if a result packet is to come.
    std::vector<int64_t> send(const Inputs& inputs, const std::vector<int64_t>* above = nullptr, bool result = true);
    void start(uint32_t count);
    // Waits for the end of a run and of its results, all of which have been compared.
    void finish();
    // A run of so many random inputs.
    void run(unsigned count);

    // Compares results that have come in; call it while stepping, or let finish() do it.
    void collect();
    // Drops what is expected, but for the results of packet number `kept` of the source.
    void forget(int64_t kept = -1);
    size_t outstanding() const { return expected_.size(); }

    // Read-back through the registers: scale factors and accumulators of the last MVM.
    void check_memory(const Layer& layer);

    // Faults of the crossbar model; they last until they are cleared.
    Port fault(const char* name) { return bench.port(std::string("fault_") + name); }

private:
    void forget_all();

    Owner<HcimTile> golden_;
    struct Expected {
        int64_t packet;  // number of the packet of inputs
        std::vector<int64_t> results;
    };
    std::deque<Expected> expected_;
    Port violation_;
};

}  // namespace hcim
