// SPDX-License-Identifier: MIT OR Apache-2.0

#include "workload.h"

#include <cstdlib>

namespace hcim {

DigitsLayer::DigitsLayer(Context& context, const Config& array, const std::string& reference)
    : context_{context}, skips_{array->plane_skip != 0} {
    const std::string folder = reference + (array->ternary != 0 ? "/digits_ternary" : "/digits_binary");
    Text message;
    HcimNetwork* network = nullptr;
    must(hcim_network_load(folder.c_str(), (reference + "/digits.csv").c_str(), &network, message.out()), message.str());
    network_ = Owner<HcimNetwork>{network, hcim_network_free};
    uint32_t layers = 0;
    must(hcim_network_size(network, &layers, &images_), "size");
    must(hcim_network_layer(network, 0, &layer_), "layer");
    Text json;
    must(hcim_network_layer_json(network, 0, json.out()), "configuration of the layer");
    Options options;
    options.config_text = json.str();
    tile_ = make_golden(options, hcim_tile_new, hcim_tile_free);
    config_ = make_golden(options, hcim_config_new, hcim_config_free);
    must(hcim_config_derived(config_.get(), &size_), "derived figures");
    must(hcim_tile_load_layer(tile_.get(), network, 0), "load");
    context.check(size_.input_bits == array->input_bits,
                  format("the workload `digits` is a network of %u input bits; the array has %u", size_.input_bits, array->input_bits));
}

std::vector<Plane> DigitsLayer::image(unsigned columns) {
    HcimExpected image{};
    must(hcim_network_image(network_.get(), next_, &image), "image");
    next_ = (next_ + 1) % images_;
    std::vector<uint16_t> inputs(image.inputs, image.inputs + layer_.inputs);
    inputs.resize(size_.rows, 0);
    std::vector<int64_t> results(size_.outputs);
    must(hcim_tile_mvm(tile_.get(), inputs.data(), inputs.size(), nullptr, results.data()), "mvm");
    for (uint32_t o = 0; o < layer_.outputs; ++o) {
        context_.equal("y of the reference", static_cast<uint64_t>(results[o]), static_cast<uint64_t>(image.layer0_acc[o]));
    }
    std::vector<Plane> planes;
    for (unsigned i = 0; i < size_.input_bits; ++i) {
        Bits nonzero{size_.used_columns};
        Bits negative{size_.used_columns};
        must(hcim_tile_codes(tile_.get(), i, words(nonzero), words(negative), nullptr), "codes");
        Plane plane;
        plane.nonzero = Bits{columns};
        plane.negative = Bits{columns};
        for (unsigned c = 0; c < columns; ++c) {
            plane.nonzero.set_bit(c, size_.ternary == 0 || nonzero.bit(c % size_.used_columns));
            plane.negative.set_bit(c, negative.bit(c % size_.used_columns));
        }
        plane.skip = skips_ && !plane.nonzero.any();
        planes.push_back(plane);
    }
    return planes;
}

std::vector<uint32_t> DigitsLayer::scales(unsigned columns, unsigned bits) const {
    // Full scale stays full scale where the array has other scale factors than the network.
    const uint64_t from = (uint64_t{1} << size_.scale_bits) - 1;
    const uint64_t to = (uint64_t{1} << bits) - 1;
    std::vector<uint32_t> scales;
    for (unsigned i = 0; i < size_.input_bits; ++i) {
        for (unsigned c = 0; c < columns; ++c) {
            const unsigned own = layer_.outputs * size_.weight_slices;
            const uint64_t scale = layer_.scales[size_t{i} * own + c % own];
            scales.push_back(static_cast<uint32_t>((scale * to + from / 2) / from));
        }
    }
    return scales;
}

Workload::Workload(Context& context, const Config& config, const WindowRequest& request) : context_{context}, config_{config} {
    const unsigned columns = config->used_columns;
    if (request.workload == "digits") {
        digits_ = std::make_unique<DigitsLayer>(context, config, request.reference);
        scales_ = digits_->scales(columns, config->scale_bits);
        return;
    }
    scales_.resize(size_t{config->input_bits} * columns);
    for (uint32_t& scale : scales_) scale = static_cast<uint32_t>(context.random.below(uint64_t{1} << config->scale_bits));
    const std::string zeros = "zeros:";
    if (request.workload.compare(0, zeros.size(), zeros) == 0) {
        zeros_ = std::strtod(request.workload.c_str() + zeros.size(), nullptr);
    } else if (request.workload != "idle") {
        context.fail("unknown workload " + request.workload);
    }
    if (config->ternary == 0) zeros_ = 0;
}

Bits Workload::scale_row(unsigned row) const {
    Bits bits{config_->used_columns};
    must(hcim_scale_row(config_.handle(), scales_.data(), scales_.size(), row, words(bits)), "scale row");
    return bits;
}

std::vector<Plane> Workload::mvm() {
    const unsigned columns = config_->used_columns;
    if (digits_) return digits_->image(columns);
    constexpr uint64_t resolution = 1000000;
    std::vector<Plane> planes;
    for (unsigned i = 0; i < config_->input_bits; ++i) {
        Plane plane;
        plane.nonzero = Bits{columns};
        for (unsigned c = 0; c < columns; ++c) {
            plane.nonzero.set_bit(c, static_cast<double>(context_.random.below(resolution)) >= zeros_ * resolution);
        }
        plane.negative = context_.random.bits(columns) & plane.nonzero;
        plane.skip = config_->plane_skip != 0 && !plane.nonzero.any();
        planes.push_back(plane);
    }
    return planes;
}

}  // namespace hcim
