// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Tests of a whole tile. Every result is compared with the golden tile (tile_bench.cpp).

#include "tests.h"

namespace hcim {

std::vector<Test> tests(const Options& options) {
    if (options.rest.size() == 5) return {{"activity", activity}};
    const Config config{options};
    std::vector<Test> all = network_tests(options);
    if (!all.empty()) return all;
    for (const auto group : {run_tests, register_tests, counter_tests, bit_tests, rate_tests, packet_tests, fault_tests, stop_tests, robust_tests, parity_tests, stall_tests,
                             driver_tests, chain_tests}) {
        for (const Test& test : group(config)) all.push_back(test);
    }
    return all;
}

}  // namespace hcim
