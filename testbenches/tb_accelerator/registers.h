// SPDX-License-Identifier: MIT OR Apache-2.0
//
// The accelerator's address map and registers as the testbench knows them: written from the contract, not taken from the
// generator's output, so that a change there is seen here.

#pragma once

#include <cstdint>

namespace hcim::acc {

constexpr uint32_t ID = 0x000, VERSION = 0x004, DIGEST_LO = 0x008, DIGEST_HI = 0x00c;
constexpr uint32_t SHAPE = 0x010, FORMAT = 0x014, GRID = 0x018, MEMORY = 0x01c;
constexpr uint32_t CTRL = 0x020, STATUS = 0x024, IRQ_STATUS = 0x028, IRQ_ENABLE = 0x02c, ERROR = 0x030;
constexpr uint32_t FIRST_PASS = 0x034, PASS_COUNT = 0x038, ACT_ADDR = 0x03c, LOAD_TILE = 0x040;
constexpr uint32_t CYCLES_LO = 0x044, CYCLES_HI = 0x048, PASSES_DONE = 0x04c, POSITIONS = 0x050;

constexpr uint32_t CTRL_START = 1, CTRL_ABORT = 2, CTRL_CLEAR_COUNTERS = 4, CTRL_RESUME = 8;

constexpr uint32_t STATUS_BUSY = 1, STATUS_PAUSED = 2, STATUS_ABORTING = 4;
constexpr uint32_t status_pass(uint32_t status) { return (status >> 8) & 0xff; }

constexpr uint32_t IRQ_DONE = 1, IRQ_ERROR = 2, IRQ_ABORTED = 4, IRQ_PAUSED = 8, IRQ_ALL = 15;

constexpr uint32_t ERROR_BAD_START = 1 << 0, ERROR_START_BUSY = 1 << 1, ERROR_TILE = 1 << 2, ERROR_TILE_ACCESS = 1 << 3;
constexpr uint32_t ERROR_BAD_PASS = 1 << 4, ERROR_WRITE_BUSY = 1 << 5, ERROR_DEST = 1 << 6, ERROR_ALL = 0x7f;

constexpr uint32_t TILES = 0x001000, PROGRAM = 0x600000, CONSTANTS = 0x700000;
constexpr uint32_t tile(uint32_t t, uint32_t address) { return TILES * (1 + t) + address; }
constexpr uint32_t program(uint32_t pass, uint32_t word) { return PROGRAM + (pass * 32 + word) * 4; }
constexpr uint32_t constant(uint32_t entry) { return CONSTANTS + entry * 8; }

constexpr uint32_t ID_VALUE = 0x43414348;  // "HCAC", first letter lowest

}  // namespace hcim::acc
