// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Tests of a whole accelerator. Every beat and the whole activation memory are compared with the golden accelerator.

#include "host_script.h"
#include "tests.h"

namespace hcim {

std::vector<Test> tests(const Options& options) {
    if (!options.rest.empty()) return {{"host_script", host_script}};
    std::vector<Test> all;
    for (const auto group : {pass_tests, run_tests, register_tests, error_tests, stop_tests, robust_tests, driver_tests}) {
        for (const Test& test : group()) all.push_back(test);
    }
    for (const Test& test : parity_tests(Config{options})) all.push_back(test);
    return all;
}

}  // namespace hcim
