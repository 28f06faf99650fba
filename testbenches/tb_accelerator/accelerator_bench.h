// SPDX-License-Identifier: MIT OR Apache-2.0
//
// An accelerator with its behavioural crossbars beside the golden accelerator. What the bench does to one it does to the
// other; the golden one is a whole run ahead, and every beat is compared with the one that it said would come.

#pragma once

#include <functional>

#include "axil.h"
#include "beats.h"
#include "layer.h"
#include "pass.h"
#include "registers.h"
#include "stream.h"
#include "tile_registers.h"

namespace hcim {

class AcceleratorBench {
public:
    explicit AcceleratorBench(Context& context);

    Context& context;
    const Config config;
    Bench bench;
    AxilMaster axil;
    StreamSource source;
    BeatSink sink;
    HcimAcceleratorShape shape{};

    uint32_t tiles() const { return shape.segments * shape.lanes; }
    uint32_t count_mask() const { return config.count_mask(); }
    HcimAccelerator* golden() { return golden_.get(); }
    HcimTile* golden_tile(uint32_t tile);
    HcimAcceleratorState state() const;

    // All sides stall in so many percent of the cycles.
    void stall(unsigned percent);

    // Reset of both; tiles must be loaded again, memories keep what they have.
    void reset();

    // ---- Registers
    uint32_t read(uint32_t address);                // must answer OKAY
    void write(uint32_t address, uint32_t data);    // must answer OKAY
    void refused(uint32_t address, uint32_t data);  // must answer an error
    void refused_read(uint32_t address);            // likewise, with data 0
    void expect_error(uint32_t bits);               // ERROR holds exactly these; they are cleared, on both sides

    // ---- Contents
    void load_tile(uint32_t tile, const Layer& layer);
    void load_tiles();   // random contents for all of them; their interrupts are enabled as a host does it: ABORTED alone
    void fill_memory();  // random contents for the whole activation memory
    void load_words(uint32_t address, const Bits& words, bool wait = true);
    void set_constant(uint32_t entry, int32_t multiplier, int32_t bias);
    void fill_constants();
    void set_pass(uint32_t index, const Pass& pass);
    void flush();  // until the input stream is empty
    void clear_counters();

    // ---- Runs
    // START with FIRST_PASS and PASS_COUNT; the golden run happens at once.
    void start(uint32_t first, uint32_t count);
    void resume();
    // Until the run is over, paused or aborted; everything that it left is compared and IRQ_STATUS cleared.
    void finish();
    void run(uint32_t first, uint32_t count) {
        start(first, count);
        finish();
    }
    // START of a run that streams, whose first beat is offered and waits; the stream stays closed.
    void start_and_hold(uint32_t first, uint32_t count);
    // Until no run and no abort is under way; what comes on the stream meanwhile is not looked at.
    void settle();
    // Takes what has come and compares it.
    void collect();
    // The whole activation memory, read by pooling passes that stream it.
    void check_memory();
    // After an abort: beats that did not come are forgotten, the tiles' interrupts cleared; the memory is filled again where
    // the golden model has no word for how far the hardware came.
    void recover(bool fill = true);
    // A run that an illegal pass ends, and what must be left of it.
    void run_illegal(uint32_t first, uint32_t count);
    // ABORT, and all that must hold after it.
    void abort();
    // Waits for (STATUS & mask) == value.
    void wait_for(uint32_t mask, uint32_t value, const char* what, uint64_t limit = 200000);

    // Forgets what the golden model expects to come.
    void forget() { expected_.clear(); }
    size_t outstanding() const { return expected_.size(); }

    // Hooks of a tile's crossbar.
    Port fault(const char* name, uint32_t tile);

private:
    void follow(uint8_t stop);  // what the golden run left
    void take_in_abort();

    Owner<HcimAccelerator> golden_;
    std::deque<Number> expected_;
    uint8_t stop_ = HCIM_STOP_DONE;
    bool open_ = false;  // the last beat that was taken was not the last of its packet
};

inline uint32_t pick(Random& random, uint64_t low, uint64_t high) { return static_cast<uint32_t>(random.between(low, high)); }

// Whether a pass reads nothing that it writes; one that the hardware would refuse fails the test.
bool legal(AcceleratorBench& acc, const Pass& pass);

// A pool that streams its sums, with everything random that is neither a size nor a count.
Pass loose_pool(AcceleratorBench& acc);

// Draws until the pass is legal and reads nothing that it writes.
Pass draw(AcceleratorBench& acc, const std::function<Pass()>& make);

// A random pass that is legal, reads and writes disjoint words, and keeps to a few positions.
Pass random_mvm(AcceleratorBench& acc);
Pass random_pool(AcceleratorBench& acc);
inline Pass random_pass(AcceleratorBench& acc) { return acc.context.random.chance(60) ? random_mvm(acc) : random_pool(acc); }

}  // namespace hcim
