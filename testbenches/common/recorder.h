// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Records what a run did to a model's ports, cycle by cycle, for a four-state simulator to repeat (hcim-sim replay). What
// a channel carries while its valid is low is recorded as unknown where it is an input, and as free where it is an output.

#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include "port.h"
#include "test.h"

namespace hcim {

class Recorder {
public:
    Recorder() = default;
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;
    ~Recorder() {
        if (file_ != nullptr) std::fclose(file_);
    }

    // The header names inputs and outputs in the order of their bits: highest first, as in a concatenation.
    void open(const std::string& path, const std::vector<PortInfo>& ports) {
        file_ = std::fopen(path.c_str(), "w");
        if (file_ == nullptr) throw Failure("cannot write " + path);
        for (const PortInfo& info : ports) {
            const std::string name = info.name;
            if (name == "clk_i" || name.rfind("fault_", 0) == 0 || name.rfind("contract_violation", 0) == 0) continue;
            Signal signal{Port{info}, Port{}, info.input};
            for (const PortInfo& other : ports) {
                if (guards(other.name, name)) signal.valid = Port{other};
            }
            signals_.push_back(signal);
            std::fprintf(file_, "%s %s %u\n", info.input ? "input" : "output", info.name, info.width);
        }
        std::fprintf(file_, "\n");
    }

    // The ports as they are right before a rising edge.
    void cycle() {
        if (file_ == nullptr) return;
        write(true);
        std::fputc(' ', file_);
        write(false);
        std::fputc('\n', file_);
        if (std::ferror(file_) != 0) throw Failure("cannot write the record: is the disk full?");
    }

private:
    struct Signal {
        Port port;
        Port valid;  // of its channel; absent where it always means something
        bool input = false;
    };

    // Whether `valid` says that `name` means something: s_axil_awvalid of s_axil_awaddr, m_axis_tvalid of m_axis_tdata. A
    // stream's ready may depend on what is offered.
    static bool guards(const std::string& valid, const std::string& name) {
        const size_t end = valid.rfind("valid");
        if (end == std::string::npos || end + 5 != valid.size() || name == valid) return false;
        if (name.compare(0, end, valid, 0, end) != 0) return false;
        const std::string rest = name.substr(end);
        return rest != "ready" || valid.rfind("s_axis_", 0) == 0;
    }

    void write(bool inputs) {
        for (const Signal& signal : signals_) {
            if (signal.input != inputs) continue;
            const bool known = !signal.valid.present() || signal.valid.get() != 0;
            const Bits bits = signal.port.bits();
            for (size_t i = bits.width(); i-- > 0;) std::fputc(known ? '0' + bits.bit(i) : inputs ? 'x' : 'z', file_);
        }
    }

    std::FILE* file_ = nullptr;
    std::vector<Signal> signals_;
};

}  // namespace hcim
