// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Partial sums and scale factors for a measurement: those of the digits network's hidden layer, or random ones.

#pragma once

#include "array_bench.h"
#include "window.h"

namespace hcim {

// A layer of a reference network on a golden tile of its own size.
class DigitsLayer {
public:
    DigitsLayer(Context& context, const Config& array, const std::string& reference);

    // The planes of the next test image for so many columns: the layer's first, or all of them over and over.
    std::vector<Plane> image(unsigned columns);

    // Scale factors for so many columns and this many bits, plane by plane.
    std::vector<uint32_t> scales(unsigned columns, unsigned bits) const;

private:
    Context& context_;
    bool skips_;
    Owner<HcimNetwork> network_{nullptr, hcim_network_free};
    Owner<HcimTile> tile_{nullptr, hcim_tile_free};
    Owner<HcimConfig> config_{nullptr, hcim_config_free};
    HcimDerived size_{};
    HcimLayer layer_{};
    uint32_t images_ = 0, next_ = 0;
};

class Workload {
public:
    // `digits`, `zeros:<share>` or `idle` (of which mvm() gives what comes before the window).
    Workload(Context& context, const Config& config, const WindowRequest& request);

    Bits scale_row(unsigned row) const;
    std::vector<Plane> mvm();

private:
    Context& context_;
    const Config& config_;
    std::unique_ptr<DigitsLayer> digits_;
    double zeros_ = 0.5;  // share of the random partial sums
    std::vector<uint32_t> scales_;
};

}  // namespace hcim
