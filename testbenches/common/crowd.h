// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Accesses one behind the other, offered before the one before is answered, so that every channel of AXI4-Lite waits.

#pragma once

#include "axil.h"

namespace hcim {

// A register that keeps these bits of what is written, one that may be read, one of known contents.
struct CrowdRegisters {
    uint32_t written, bits, read, id, id_value;
};

// Of a bench with registers: of a tile or of an accelerator.
template <typename Side>
void crowd(Side& side, const CrowdRegisters& registers) {
    const unsigned stall = side.axil.stall;
    side.axil.stall = 50;
    for (unsigned round = 0; round < 4; ++round) {
        uint32_t last = 0;
        for (unsigned i = 0; i < 6; ++i) {
            last = static_cast<uint32_t>(side.context.random.below(uint64_t{registers.bits} + 1));
            side.axil.begin_write(registers.written, last);
            side.axil.begin_read(i == 5 ? registers.id : registers.read);
        }
        side.axil.finish();
        side.context.equal("the last of several reads", side.axil.read_data(), registers.id_value);
        side.context.equal("what the last of several writes left", side.read(registers.written), last);
    }
    side.axil.stall = stall;
}

}  // namespace hcim
