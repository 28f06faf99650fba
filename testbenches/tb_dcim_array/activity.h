// SPDX-License-Identifier: MIT OR Apache-2.0

#pragma once

#include "test.h"

namespace hcim {

// Switching activity of a steady stream of MVMs; the command line says which (common/window.h).
void activity(Context& context);

}  // namespace hcim
