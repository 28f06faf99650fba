// SPDX-License-Identifier: MIT OR Apache-2.0
//
// The script is one that the runner has read and checked (runner/src/host_script/): a command a line, its line in the
// user's script, then decimal numbers and names. The outcome is lines of text; beats are 8 bytes of data and a byte for
// TLAST.

#include "host_script.h"

#include <fstream>
#include <sstream>

#include "axil.h"
#include "beats.h"
#include "stream.h"

namespace hcim {
namespace {

class Host {
public:
    Host(Context& context, const std::string& folder)
        : context_{context},
          bench_{context},
          axil_{bench_},
          source_{bench_, "s_axis"},
          sink_{bench_, "m_axis"},
          outcome_{folder + "/outcome.txt"},
          beats_{folder + "/beats.bin", std::ios::binary} {
        if (!outcome_ || !beats_) context.fail("cannot write into " + folder);
        bench_.add(axil_);
        bench_.add(source_);
        bench_.add(sink_);
        bench_.reset();
    }

    void stall(unsigned percent) { axil_.stall = source_.stall = sink_.stall = percent; }

    void run(const std::string& path) {
        std::ifstream script{path};
        if (!script) context_.fail("cannot read " + path);
        bool going = true;
        for (std::string line; going && std::getline(script, line);) going = command(line);
        save();
        outcome_ << "cycles " << context_.cycle << "\n";
        outcome_.flush();
        beats_.flush();
        context_.check(outcome_.good() && beats_.good(), "cannot write the outcome: is the disk full?");
    }

private:
    // Gives false where nothing that follows makes sense.
    bool command(const std::string& text) {
        std::istringstream line{text};
        std::string what;
        uint64_t number = 0;
        line >> what >> number;
        line_ = number;
        if (what == "write") {
            const uint32_t address = next(line);
            const uint32_t data = next(line);
            if (axil_.write(address, data) != AxilMaster::okay) failure(format("write of 0x%x is refused", address));
        } else if (what == "read") {
            std::string name;
            line >> name;
            const uint32_t value = read(next(line));
            outcome_ << "read " << name << " " << value << "\n";
        } else if (what == "check") {
            const uint32_t address = next(line);
            const uint32_t mask = next(line);
            const uint32_t want = next(line);
            const uint32_t got = read(address);
            if ((got & mask) != want) failure(format("0x%x is 0x%x, of which 0x%x is to be 0x%x", address, got, mask, want));
        } else if (what == "poll") {
            return poll(line);
        } else if (what == "packet") {
            return packet(line);
        } else if (what == "flush") {
            return flush();
        } else if (what == "beats") {
            return beats(line);
        } else if (what == "mark") {
            std::string name;
            line >> name;
            outcome_ << "mark " << name << " " << context_.cycle << "\n";
        } else {
            context_.fail("unknown command " + what);
        }
        ++context_.checks;
        return true;
    }

    static uint32_t next(std::istringstream& line) {
        uint64_t value = 0;
        line >> value;
        return static_cast<uint32_t>(value);
    }

    uint32_t read(uint32_t address) {
        const uint32_t value = axil_.read(address);
        if (axil_.response() != AxilMaster::okay) failure(format("read of 0x%x is refused", address));
        return value;
    }

    bool poll(std::istringstream& line) {
        const uint32_t address = next(line);
        const uint32_t mask = next(line);
        const uint32_t want = next(line);
        uint64_t limit = 0;
        line >> limit;
        const uint64_t begin = context_.cycle;
        for (;;) {
            const uint32_t got = read(address);
            if (axil_.response() != AxilMaster::okay) return false;
            if ((got & mask) == want) return true;
            if (context_.cycle - begin > limit) {
                failure(format("0x%x is 0x%x after %llu cycles, of which 0x%x is to be 0x%x", address, got,
                               Context::ull(limit), mask, want));
                return false;
            }
            save();
        }
    }

    bool packet(std::istringstream& line) {
        const unsigned dest = next(line);
        uint64_t offset = 0, count = 0;
        line >> offset >> count;
        std::string path;
        std::getline(line >> std::ws, path);
        std::ifstream file{path, std::ios::binary};
        std::vector<char> bytes(count);
        file.seekg(static_cast<std::streamoff>(offset));
        file.read(bytes.data(), static_cast<std::streamsize>(count));
        if (!file) context_.fail("cannot read " + path);
        Bits bits{8 * bytes.size()};
        for (size_t i = 0; i < bytes.size(); ++i) {
            bits.data()[i / 8] |= uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * (i % 8));
        }
        source_.send(bits, dest);
        return true;
    }

    // Steps until `done` holds; gives up after `limit` cycles.
    template <typename Done>
    bool until(uint64_t limit, Done done, const char* what) {
        for (const uint64_t begin = context_.cycle; !done();) {
            if (context_.cycle - begin > limit) {
                failure(format("%s after %llu cycles", what, Context::ull(limit)));
                return false;
            }
            bench_.step();
            if ((context_.cycle & 0xffff) == 0) save();
        }
        return true;
    }

    bool flush() {
        const uint64_t limit = source_.waiting() * 100 + 1000000;
        return until(limit, [&] { return source_.idle(); }, "packets are not taken");
    }

    bool beats(std::istringstream& line) {
        uint64_t wanted = 0, limit = 0;
        line >> wanted >> limit;
        return until(limit, [&] { return sink_.taken >= wanted; }, "beats are missing");
    }

    void failure(const std::string& what) {
        outcome_ << "failure " << line_ << " " << what << "\n";
    }

    // Beats that have come go to their file.
    void save() {
        for (; !sink_.beats.empty(); sink_.beats.pop_front()) {
            const Number& beat = sink_.beats.front();
            char bytes[9];
            for (unsigned i = 0; i < 8; ++i) bytes[i] = static_cast<char>(static_cast<uint64_t>(beat.data) >> (8 * i));
            bytes[8] = beat.last ? 1 : 0;
            beats_.write(bytes, sizeof bytes);
        }
    }

    Context& context_;
    Bench bench_;
    AxilMaster axil_;
    StreamSource source_;
    BeatSink sink_;
    std::ofstream outcome_, beats_;
    uint64_t line_ = 0;
};

}  // namespace

void host_script(Context& context) {
    const std::vector<std::string>& words = context.options.rest;
    if (words.size() != 3) context.fail("a script needs: SCRIPT FOLDER STALLS");
    // Nothing is checked here that idle inputs could disturb, and millions of cycles are to be run.
    context.calm = true;
    Host host{context, words[1]};
    host.stall(static_cast<unsigned>(std::stoul(words[2])));
    host.run(words[0]);
}

}  // namespace hcim
