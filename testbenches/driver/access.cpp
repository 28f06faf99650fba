// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Compiled for each configuration: HCIM_REGS_HEADER is its header <name>_regs.h, HCIM_IDENTITY the macro with its identity.

#include "driver_access.h"

#include HCIM_REGS_HEADER
#include "hcim_driver.h"

namespace hcim {
namespace {

DriverPort& of(void* context) { return *static_cast<DriverPort*>(context); }

int port_read(void* context, uint32_t offset, uint32_t* value) { return of(context).read(offset, value); }
int port_write(void* context, uint32_t offset, uint32_t value) { return of(context).write(offset, value); }
int port_send(void* context, uint32_t dest, const uint8_t* bytes, size_t count, int last) {
    return of(context).send(dest, bytes, count, last != 0);
}
int port_receive(void* context, uint8_t* bytes, size_t count, int last) {
    return of(context).receive(bytes, count, last != 0);
}
void port_discard(void* context) { of(context).discard(); }
void port_wait(void* context) { of(context).wait(); }

class GeneratedDriver final : public Driver {
public:
    explicit GeneratedDriver(DriverPort& port) : port_{port} {}

    int open(bool interrupts, bool wrong) override {
        const hcim_port port = {&port_,       port_read,    port_write, port_send,
                                port_receive, port_discard, interrupts ? port_wait : nullptr};
        hcim_identity identity = HCIM_IDENTITY;
        if (wrong) identity.digest_hi ^= 1;
        return hcim_open(&tile_, &port, &identity);
    }
    int set_timing(unsigned precharge, unsigned evaluate, unsigned sense, unsigned hold, unsigned timeout) override {
        const auto byte = [](unsigned value) { return static_cast<uint8_t>(value); };
        const hcim_timing timing = {byte(precharge), byte(evaluate), byte(sense), byte(hold), static_cast<uint16_t>(timeout)};
        return hcim_set_timing(&tile_, &timing);
    }
    int set_skip(bool zero_plane, bool empty_plane) override { return hcim_set_skip(&tile_, zero_plane, empty_plane); }
    int set_thresholds(const uint16_t* codes) override { return hcim_set_thresholds(&tile_, codes); }
    int load_thresholds(const uint16_t* codes) override { return hcim_load_thresholds(&tile_, codes); }
    int load_weights(const int16_t* weights) override { return hcim_load_weights(&tile_, weights); }
    int load_scales(const uint16_t* scales) override { return hcim_load_scales(&tile_, scales); }
    int run(uint32_t count, const uint8_t* inputs, int64_t* results) override {
        return hcim_run(&tile_, count, inputs, results);
    }
    int start(uint32_t count) override { return hcim_start(&tile_, count); }
    int send_input(const uint8_t* input) override { return hcim_send_input(&tile_, input); }
    int abort() override { return hcim_abort(&tile_); }
    int read_row(uint32_t row, uint32_t* words, size_t count) override { return hcim_read_row(&tile_, row, words, count); }
    int mvm_done(uint32_t* count) override {
        hcim_counters counters = {};
        const int status = hcim_read_counters(&tile_, &counters);
        *count = counters.mvm_done;
        return status;
    }
    uint32_t errors() const override { return tile_.errors; }
    std::string text(int status) const override {
        std::string text = hcim_status_text(static_cast<hcim_status>(status));
        if (status == HCIM_ERROR_TILE) {
            char names[256];
            hcim_errors_text(tile_.errors, names, sizeof names);
            text += std::string(": ") + names;
        }
        return text;
    }
    bool is_digest_error(int status) const override { return status == HCIM_ERROR_DIGEST; }
    bool is_tile_error(int status) const override { return status == HCIM_ERROR_TILE; }
    bool is_argument_error(int status) const override { return status == HCIM_ERROR_ARGUMENT; }

private:
    DriverPort& port_;
    hcim_tile tile_ = {};
};

}  // namespace

std::unique_ptr<Driver> make_driver(DriverPort& port) { return std::make_unique<GeneratedDriver>(port); }

}  // namespace hcim
