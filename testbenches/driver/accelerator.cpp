// SPDX-License-Identifier: MIT OR Apache-2.0
//
// The generated driver of accelerators, compiled for one configuration: HCIM_ACCELERATOR_REGS_HEADER is its
// <name>_accelerator_regs.h, HCIM_ACCELERATOR_IDENTITY the macro with its identity.

#include "accelerator_driver.h"

#include HCIM_ACCELERATOR_REGS_HEADER
#include "hcim_accelerator.h"

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

// The driver's own form of a program; it points into the other.
class Form {
public:
    explicit Form(const DriverProgram& from) {
        for (const DriverProgram::Tile& tile : from.tiles) {
            loads_.push_back({tile.tile, tile.weights.data(), tile.weights.size(), tile.scales.data(), tile.scales.size(),
                              tile.column_thresholds.empty() ? nullptr : tile.column_thresholds.data(),
                              tile.column_thresholds.size(), tile.thresholds.empty() ? nullptr : tile.thresholds.data()});
        }
        for (const auto& [multiplier, bias] : from.constants) constants_.push_back({multiplier, bias});
        for (const auto& [positions, channels] : from.streams) {
            streams_.push_back({positions, channels});
            program.scores += positions * channels;
        }
        const auto size = [](const auto& list) { return static_cast<uint32_t>(list.size()); };
        phase_ = {loads_.data(),       size(loads_),
                  constants_.data(),   size(constants_),
                  from.passes.data(),  size(from.passes) / HCIM_PASS_WORDS,
                  streams_.data(),     size(streams_)};
        program.network = "made";
        program.identity = HCIM_ACCELERATOR_IDENTITY;
        program.image_base = from.image_base;
        program.image_pixels = from.image_pixels;
        program.image_channels = from.image_channels;
        program.phases = &phase_;
        program.phase_count = 1;
    }
    Form(const Form&) = delete;
    Form& operator=(const Form&) = delete;

    hcim_program program = {};

private:
    std::vector<hcim_program_load> loads_;
    std::vector<hcim_constant> constants_;
    std::vector<hcim_program_stream> streams_;
    hcim_program_phase phase_ = {};
};

class GeneratedDriver final : public AcceleratorDriver {
public:
    explicit GeneratedDriver(DriverPort& port) : port_{port} {}

    int open(bool interrupts, bool wrong) override {
        const hcim_port port = {&port_,       port_read,    port_write, port_send,
                                port_receive, port_discard, interrupts ? port_wait : nullptr};
        hcim_identity identity = HCIM_ACCELERATOR_IDENTITY;
        if (wrong) identity.digest_hi ^= 1;
        return hcim_acc_open(&accelerator_, &port, &identity);
    }
    int load(const DriverProgram& program, bool wrong) override {
        Form form{program};
        if (wrong) form.program.identity.digest_lo ^= 1;
        return hcim_acc_load(&accelerator_, &form.program);
    }
    int infer(const DriverProgram& program, const uint8_t* image, int64_t* scores) override {
        const Form form{program};
        return hcim_acc_infer(&accelerator_, &form.program, image, scores);
    }
    int load_tile(uint32_t number, const int16_t* weights, const uint16_t* scales) override {
        hcim_accelerator_tile tile = {};
        int status = hcim_acc_open_tile(&accelerator_, number, &tile);
        if (status == HCIM_OK) status = hcim_load_weights(&tile.tile, weights);
        if (status == HCIM_OK) status = hcim_load_scales(&tile.tile, scales);
        return status;
    }
    int start(uint32_t first, uint32_t count) override { return hcim_acc_start(&accelerator_, first, count); }
    int abort() override { return hcim_acc_abort(&accelerator_); }
    int cycles(uint64_t* cycles) override { return hcim_acc_read_cycles(&accelerator_, cycles); }
    uint32_t errors() const override { return accelerator_.errors; }
    std::string text(int status) const override {
        std::string text = hcim_status_text(static_cast<hcim_status>(status));
        if (status == HCIM_ERROR_TILE) {
            char names[256];
            hcim_acc_errors_text(accelerator_.errors, names, sizeof names);
            text += std::string(": ") + names;
        }
        return text;
    }
    bool is_digest_error(int status) const override { return status == HCIM_ERROR_DIGEST; }
    bool is_tile_error(int status) const override { return status == HCIM_ERROR_TILE; }

private:
    DriverPort& port_;
    hcim_accelerator accelerator_ = {};
};

}  // namespace

std::unique_ptr<AcceleratorDriver> make_accelerator_driver(DriverPort& port) {
    return std::make_unique<GeneratedDriver>(port);
}

}  // namespace hcim
