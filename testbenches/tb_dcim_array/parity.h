// SPDX-License-Identifier: MIT OR Apache-2.0

#pragma once

#include "test.h"

namespace hcim {

class Config;

// Tests of the parity of scale factors; none where there is no parity.
std::vector<Test> parity_tests(const Config& config);

}  // namespace hcim
