// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Runs a script of a host on the accelerator. After `--` the command line says: script, folder for the outcome, stalls in
// percent.

#pragma once

#include "test.h"

namespace hcim {

void host_script(Context& context);

}  // namespace hcim
