// SPDX-License-Identifier: MIT OR Apache-2.0
//
// The generated C driver of accelerators behind an interface that is the same for every configuration, as driver_access.h
// for tiles. driver/accelerator.cpp is compiled for each configuration.

#pragma once

#include <utility>
#include <vector>

#include "driver_access.h"

namespace hcim {

// A program with one phase.
struct DriverProgram {
    struct Tile {
        uint32_t tile;
        std::vector<uint8_t> weights, scales, column_thresholds;  // packets
        std::vector<uint16_t> thresholds;
    };
    std::vector<Tile> tiles;
    std::vector<std::pair<int16_t, int32_t>> constants;  // multiplier, bias
    std::vector<uint32_t> passes;                        // 32 words each
    std::vector<std::pair<uint32_t, uint32_t>> streams;  // positions, channels
    uint32_t image_base = 0, image_pixels = 0, image_channels = 0;
};

// Each function gives the driver's status, 0 is HCIM_OK.
class AcceleratorDriver {
public:
    virtual ~AcceleratorDriver() = default;
    // `wrong` spoils the digest that is compared.
    virtual int open(bool interrupts, bool wrong) = 0;
    virtual int load(const DriverProgram& program, bool wrong) = 0;
    virtual int infer(const DriverProgram& program, const uint8_t* image, int64_t* scores) = 0;
    // A tile through the driver of tiles.
    virtual int load_tile(uint32_t tile, const int16_t* weights, const uint16_t* scales) = 0;
    virtual int start(uint32_t first, uint32_t count) = 0;
    virtual int abort() = 0;
    virtual int cycles(uint64_t* cycles) = 0;
    virtual uint32_t errors() const = 0;
    virtual std::string text(int status) const = 0;
    virtual bool is_digest_error(int status) const = 0;
    virtual bool is_tile_error(int status) const = 0;
};

std::unique_ptr<AcceleratorDriver> make_accelerator_driver(DriverPort& port);

}  // namespace hcim
