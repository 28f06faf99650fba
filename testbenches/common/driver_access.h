// SPDX-License-Identifier: MIT OR Apache-2.0
//
// The generated C driver behind an interface that is the same for every configuration. Its own header cannot stand beside
// the golden library's: both have HCIM_OK. driver/access.cpp is compiled for each configuration.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace hcim {

// What the driver needs of the world: 0 is success.
class DriverPort {
public:
    virtual ~DriverPort() = default;
    virtual int read(uint32_t offset, uint32_t* value) = 0;
    virtual int write(uint32_t offset, uint32_t value) = 0;
    virtual int send(uint32_t dest, const uint8_t* bytes, size_t count, bool last) = 0;
    virtual int receive(uint8_t* bytes, size_t count, bool last) = 0;
    virtual void discard() = 0;
    virtual void wait() = 0;
};

// Functions of the driver; each gives the driver's status, 0 is HCIM_OK.
class Driver {
public:
    virtual ~Driver() = default;
    // `wrong` spoils the digest that the tile is compared with.
    virtual int open(bool interrupts, bool wrong) = 0;
    virtual int set_timing(unsigned precharge, unsigned evaluate, unsigned sense, unsigned hold, unsigned timeout) = 0;
    virtual int set_skip(bool zero_plane, bool empty_plane) = 0;
    virtual int set_thresholds(const uint16_t* codes) = 0;
    virtual int load_thresholds(const uint16_t* codes) = 0;
    virtual int load_weights(const int16_t* weights) = 0;
    virtual int load_scales(const uint16_t* scales) = 0;
    virtual int run(uint32_t count, const uint8_t* inputs, int64_t* results) = 0;
    virtual int start(uint32_t count) = 0;
    virtual int send_input(const uint8_t* input) = 0;
    virtual int abort() = 0;
    virtual int read_row(uint32_t row, uint32_t* words, size_t count) = 0;
    virtual int mvm_done(uint32_t* count) = 0;
    virtual uint32_t errors() const = 0;
    virtual std::string text(int status) const = 0;
    virtual bool is_digest_error(int status) const = 0;
    virtual bool is_tile_error(int status) const = 0;
    virtual bool is_argument_error(int status) const = 0;
};

std::unique_ptr<Driver> make_driver(DriverPort& port);

}  // namespace hcim
