// SPDX-License-Identifier: MIT OR Apache-2.0

#pragma once

#include "tile_bench.h"

namespace hcim {

// Each gives a group of tests for the configuration.
std::vector<Test> run_tests(const Config& config);
std::vector<Test> register_tests(const Config& config);
std::vector<Test> bit_tests(const Config& config);
std::vector<Test> counter_tests(const Config& config);
std::vector<Test> rate_tests(const Config& config);
std::vector<Test> packet_tests(const Config& config);
std::vector<Test> fault_tests(const Config& config);
std::vector<Test> stop_tests(const Config& config);
std::vector<Test> robust_tests(const Config& config);
std::vector<Test> parity_tests(const Config& config);
std::vector<Test> stall_tests(const Config& config);
std::vector<Test> driver_tests(const Config& config);
std::vector<Test> chain_tests(const Config& config);

// With a network named on the command line, that alone.
std::vector<Test> network_tests(const Options& options);

// Switching activity of a stream of MVMs; the command line says which (common/window.h).
void activity(Context& context);

// MVMs in a random test: large tiles get fewer.
inline unsigned amount(const Config& config, unsigned small) {
    const uint64_t cells = uint64_t{config->rows} * config->cols;
    return cells > 100000 ? 2 : cells > 5000 ? (small + 2) / 3 : small;
}

}  // namespace hcim
