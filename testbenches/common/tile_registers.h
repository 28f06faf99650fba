// SPDX-License-Identifier: MIT OR Apache-2.0
//
// The tile's registers as the testbench knows them: written from the document of the register map, not taken from the
// generator's output, so that a change there is seen here.

#pragma once

#include <cstdint>

namespace hcim::reg {

constexpr uint32_t ID = 0x000, VERSION = 0x004, DIGEST_LO = 0x008, DIGEST_HI = 0x00c;
constexpr uint32_t SHAPE = 0x010, FORMAT = 0x014, STREAM = 0x018, RESULT = 0x01c;
constexpr uint32_t CTRL = 0x020, STATUS = 0x024, IRQ_STATUS = 0x028, IRQ_ENABLE = 0x02c, ERROR = 0x030;
constexpr uint32_t MVM_COUNT = 0x034, MVM_DONE = 0x038, CHAIN = 0x03c;
constexpr uint32_t CYCLES_LO = 0x040, CYCLES_HI = 0x044, PLANES_SKIPPED = 0x048, PLANES_EMPTY = 0x04c;
constexpr uint32_t MVM_CYCLES = 0x050, TIMING = 0x060, TIMEOUT = 0x064, SKIP = 0x068;
constexpr uint32_t READBACK_ROW = 0x070, READBACK_WORD = 0x074, READBACK_DATA = 0x078, THRESHOLD = 0x100;

constexpr uint32_t CTRL_START = 1, CTRL_ABORT = 2, CTRL_CLEAR_COUNTERS = 4;

constexpr uint32_t STATUS_BUSY = 1, STATUS_WEIGHTS = 2, STATUS_SCALES = 4, STATUS_THRESHOLDS = 8;
constexpr uint32_t STATUS_ABORTING = 1 << 6, STATUS_RESULT = 1 << 7;
constexpr uint32_t status_buffered(uint32_t status) { return (status >> 4) & 3; }

constexpr uint32_t IRQ_DONE = 1, IRQ_ERROR = 2, IRQ_ABORTED = 4;

constexpr uint32_t ERROR_NOT_LOADED = 1 << 0, ERROR_BAD_COUNT = 1 << 1, ERROR_SHORT = 1 << 2, ERROR_LONG = 1 << 3;
constexpr uint32_t ERROR_DEST = 1 << 4, ERROR_LOAD_BUSY = 1 << 5, ERROR_CODE = 1 << 6, ERROR_TIMEOUT = 1 << 7;
constexpr uint32_t ERROR_WRITE_BUSY = 1 << 8, ERROR_START_BUSY = 1 << 9, ERROR_PARITY = 1 << 10;

constexpr uint32_t ID_VALUE = 0x4d494348;  // "HCIM", first letter lowest

}  // namespace hcim::reg
