// SPDX-License-Identifier: MIT OR Apache-2.0
//
// The generated C driver drives the accelerator: identification, programs, images, scores, errors, abort.

#include "accelerator_driver.h"
#include "bench_port.h"
#include "tests.h"

namespace hcim {
namespace {

class AcceleratorPort final : public BenchPort {
public:
    explicit AcceleratorPort(AcceleratorBench& acc) : BenchPort{acc.bench, acc.axil, acc.source}, acc_{acc} {}

    // A number a beat; `last` must fall on the end of a position.
    int receive(uint8_t* bytes, size_t count, bool last) override {
        for (size_t beat = 0; beat < count / 8; ++beat) {
            if (steps_until([&] { return !acc_.sink.beats.empty(); }) != 0) return 1;
            const Number number = acc_.sink.beats.front();
            acc_.sink.beats.pop_front();
            for (unsigned i = 0; i < 8; ++i) bytes[8 * beat + i] = static_cast<uint8_t>(static_cast<uint64_t>(number.data) >> (8 * i));
            if (number.last != (last && beat + 1 == count / 8)) return 1;
        }
        return 0;
    }

    void discard() override {
        acc_.bench.steps(4);
        acc_.sink.beats.clear();
    }

private:
    AcceleratorBench& acc_;
};

std::vector<uint8_t> bytes_of(const Bits& bits) {
    std::vector<uint8_t> bytes(bits.width() / 8);
    for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<uint8_t>(bits.field(8 * i, 8));
    return bytes;
}

// Random contents of all tiles, constants, passes and an image; the golden accelerator gets the same.
struct MadeProgram {
    DriverProgram program;
    std::vector<uint8_t> image;
    std::vector<int64_t> want;

    explicit MadeProgram(AcceleratorBench& acc) {
        Random& random = acc.context.random;
        for (uint32_t t = 0; t < acc.tiles(); ++t) {
            const Layer layer = random_layer(acc.config, random);
            DriverProgram::Tile tile;
            tile.tile = t;
            tile.weights = bytes_of(pack_layer(acc.config, layer, HCIM_DEST_WEIGHTS));
            tile.scales = bytes_of(pack_layer(acc.config, layer, HCIM_DEST_SCALES));
            if (acc.config->per_column_thresholds != 0) {
                tile.column_thresholds = bytes_of(pack_layer(acc.config, layer, HCIM_DEST_THRESHOLDS));
            } else if (acc.config->ternary != 0) {
                tile.thresholds.assign(layer.thresholds.begin(), layer.thresholds.end());
            }
            program.tiles.push_back(tile);
            load_golden(acc.config, acc.golden_tile(t), layer);
        }
        for (uint32_t entry = 0; entry < acc.shape.constant_entries; ++entry) {
            const auto m = static_cast<int16_t>(static_cast<int64_t>(random.below(65536)) - 32768);
            const auto b = static_cast<int32_t>(static_cast<int64_t>(random.below(uint64_t{1} << 32)) - (int64_t{1} << 31));
            program.constants.emplace_back(m, b);
            must(hcim_accelerator_set_constant(acc.golden(), entry, m, b), "constant");
        }
        for (uint32_t index = 0; index < acc.shape.passes; ++index) {
            Pass pass = random_pass(acc);
            pass.pause = 0;
            if (index == 0) pass.stream = Pass::scores;
            const auto words = pass.words();
            program.passes.insert(program.passes.end(), words.begin(), words.end());
            must(hcim_accelerator_set_pass(acc.golden(), index, words.data()), "pass");
            if (pass.stream != Pass::none) program.streams.emplace_back(pass.positions, pass.channels);
        }
        make_image(acc);
        uint8_t stop = 0;
        must(hcim_accelerator_start(acc.golden(), 0, acc.shape.passes, &stop), "start");
        std::vector<HcimBeat> beats(acc.state().beats);
        must(hcim_accelerator_beats(acc.golden(), beats.data(), beats.size()), "beats");
        for (const HcimBeat& beat : beats) want.push_back(beat.data);
    }

private:
    // Pixels that begin words, as the contract packs maps.
    void make_image(AcceleratorBench& acc) {
        Random& random = acc.context.random;
        const uint32_t elements = acc.config->input_stream_bits / acc.config->input_bits;
        program.image_channels = 1 + static_cast<uint32_t>(random.below(2 * elements));
        const uint32_t words = (program.image_channels + elements - 1) / elements;
        program.image_pixels = 1 + static_cast<uint32_t>(random.below(acc.shape.activation_words / words));
        program.image_base = static_cast<uint32_t>(random.below(acc.shape.activation_words - program.image_pixels * words + 1));
        Bits bits{size_t{program.image_pixels} * words * acc.config->input_stream_bits};
        for (uint32_t pixel = 0; pixel < program.image_pixels; ++pixel) {
            for (uint32_t channel = 0; channel < program.image_channels; ++channel) {
                image.push_back(static_cast<uint8_t>(random.below(uint64_t{1} << acc.config->input_bits)));
                const size_t element = size_t{pixel} * words * elements + channel;
                bits.set_field(element * acc.config->input_bits, acc.config->input_bits, image.back());
            }
        }
        must(hcim_accelerator_set_address(acc.golden(), program.image_base), "address");
        must(hcim_accelerator_packet(acc.golden(), 0, 0, words_of(bits), bits.width() / acc.config->input_stream_bits), "image");
    }

    static const uint32_t* words_of(const Bits& bits) { return words(bits); }
};

void ok(Context& context, const AcceleratorDriver& driver, const char* what, int status) {
    context.check(status == 0, std::string(what) + ": " + driver.text(status));
}

void driver_runs(Context& context) {
    for (unsigned round = 0; round < 2; ++round) {
        AcceleratorBench acc{context};
        acc.fill_memory();
        acc.stall(round == 0 ? 0 : 25);
        AcceleratorPort port{acc};
        const std::unique_ptr<AcceleratorDriver> driver = make_accelerator_driver(port);
        context.check(driver->is_digest_error(driver->open(false, true)), "an accelerator of another digest is accepted");
        ok(context, *driver, "open", driver->open(round == 1, false));
        const MadeProgram made{acc};
        context.check(driver->is_digest_error(driver->load(made.program, true)), "a program of another digest is accepted");
        ok(context, *driver, "load", driver->load(made.program, false));
        std::vector<int64_t> scores(made.want.size());
        ok(context, *driver, "infer", driver->infer(made.program, made.image.data(), scores.data()));
        for (size_t i = 0; i < scores.size(); ++i) {
            context.equal("score", static_cast<uint64_t>(scores[i]), static_cast<uint64_t>(made.want[i]));
        }
        uint64_t cycles = 0;
        ok(context, *driver, "cycles", driver->cycles(&cycles));
        context.check(cycles > 0, "no cycles were counted");
    }
}

// A start of tiles that hold nothing, an abort, and a tile through the driver of tiles.
void driver_errors(Context& context) {
    AcceleratorBench acc{context};
    AcceleratorPort port{acc};
    const std::unique_ptr<AcceleratorDriver> driver = make_accelerator_driver(port);
    ok(context, *driver, "open", driver->open(false, false));
    context.check(driver->is_tile_error(driver->start(0, 0)), "a start of no passes is accepted");
    context.equal("errors", driver->errors(), acc::ERROR_BAD_START);
    const Layer layer = random_layer(acc.config, context.random);
    const std::vector<int16_t> weights(layer.weights.begin(), layer.weights.end());
    const std::vector<uint16_t> scales(layer.scales.begin(), layer.scales.end());
    for (uint32_t t = 0; t < acc.tiles(); ++t) ok(context, *driver, "load_tile", driver->load_tile(t, weights.data(), scales.data()));
    context.check(driver->load_tile(acc.tiles(), weights.data(), scales.data()) != 0, "a tile that there is not is accepted");
    ok(context, *driver, "abort", driver->abort());
    context.equal("STATUS after an abort", acc.read(acc::STATUS) & 7, 0);
}

}  // namespace

std::vector<Test> driver_tests() { return {{"driver_runs", driver_runs}, {"driver_errors", driver_errors}}; }

}  // namespace hcim
