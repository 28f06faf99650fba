// SPDX-License-Identifier: MIT OR Apache-2.0

#pragma once

#include "accelerator_bench.h"

namespace hcim {

// Each gives a group of tests for the configuration.
std::vector<Test> run_tests();
std::vector<Test> register_tests();
std::vector<Test> error_tests();
std::vector<Test> stop_tests();
std::vector<Test> robust_tests();
std::vector<Test> driver_tests();
std::vector<Test> edge_tests();
std::vector<Test> pass_tests(const Config& config);
std::vector<Test> parity_tests(const Config& config);
std::vector<Test> wide_tests(const Config& config);

// An accelerator with everything loaded at random.
struct LoadedBench : AcceleratorBench {
    explicit LoadedBench(Context& context) : AcceleratorBench{context} {
        load_tiles();
        fill_memory();
        fill_constants();
    }
};

}  // namespace hcim
