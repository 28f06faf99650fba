// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Tests of a whole accelerator. Every beat and the whole activation memory are compared with the golden accelerator.

#include "host_script.h"
#include "tests.h"

namespace hcim {

std::vector<Test> tests(const Options& options) {
    if (!options.rest.empty()) return {{"host_script", host_script}};
    const Config config{options};
    std::vector<Test> all = pass_tests(config);
    const auto add = [&](const std::vector<Test>& group) { all.insert(all.end(), group.begin(), group.end()); };
    for (const auto group : {run_tests, register_tests, error_tests, stop_tests, robust_tests, driver_tests, edge_tests}) add(group());
    for (const auto group : {parity_tests, wide_tests}) add(group(config));
    return all;
}

}  // namespace hcim
