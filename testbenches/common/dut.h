// SPDX-License-Identifier: MIT OR Apache-2.0
//
// What a testbench sees of a Verilator model: evaluation, and its ports by name. The regression runner writes the other
// side (runner/src/glue.cpp.in), so that a testbench is compiled once and linked to the models of all configurations.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace hcim {

struct PortInfo {
    const char* name;
    void* data;    // CData, SData, IData, QData or an array of 32-bit words, by `bytes`
    size_t bytes;
    unsigned width;
    bool input;
};

class Model {
public:
    virtual ~Model() = default;
    virtual void eval() = 0;
    virtual void wave(const char* path) = 0;     // opens a trace: a waveform or switching activity, as the model was built
    virtual void dump(uint64_t time) = 0;        // into the trace that is open, if one is; later than the one before
    virtual void wave_end() = 0;                 // closes it; another may be opened
    virtual const std::vector<PortInfo>& ports() const = 0;
};

// A model after power-up: storage holds random values that depend on the seed.
std::unique_ptr<Model> make_model(uint64_t seed);

// Whether the model was built to write waveforms.
bool model_has_waves();

// Whether the model holds mutants (`hcim-sim mutate`).
bool model_has_mutants();

// The mutant that every model behaves as that is made from now on; 0: as none.
void select_mutant(unsigned mutant);

}  // namespace hcim
