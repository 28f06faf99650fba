// SPDX-License-Identifier: MIT OR Apache-2.0
//
// The command line of every testbench, and a result line in JSON for each test.

#include <sys/resource.h>

#include <cstdlib>
#include <cstring>
#include <exception>
#include <fstream>
#include <sstream>

#include "dut.h"
#include "test.h"

namespace {

std::string escaped(const std::string& text) {
    std::string result;
    for (char c : text) {
        if (c == '"' || c == '\\') {
            result += std::string("\\") + c;
        } else if (c == '\n') {
            result += "\\n";
        } else if (static_cast<unsigned char>(c) < 0x20) {
            result += hcim::format("\\u%04x", c);
        } else {
            result += c;
        }
    }
    return result;
}

[[noreturn]] void usage(const char* program, const std::string& problem) {
    std::fprintf(stderr,
                 "%s: %s\nusage: %s --config FILE [--seed N] [--test TEXT] [--cycles N] [--wave FILE] [--record FILE] [--list] [-- MORE]\n"
                 "of mutants: [--mutant N] [--only TEST,...] [--until-failure 0|1] [--max-cycles N] [--cpu-seconds N]\n",
                 program, problem.c_str(), program);
    std::exit(2);
}

void report(const hcim::Context& context, bool pass, const std::string& message) {
    std::printf("{\"test\":\"%s\",\"seed\":%llu,\"cycles\":%llu,\"checks\":%llu,\"pass\":%s,\"timeout\":%s,\"message\":\"%s\"}\n",
                escaped(context.test()).c_str(), hcim::Context::ull(context.options.seed),
                hcim::Context::ull(context.cycle), hcim::Context::ull(context.checks), pass ? "true" : "false",
                context.timeout ? "true" : "false", escaped(message).c_str());
    std::fflush(stdout);
}

// Whether a list of names, separated by commas, has this one; an empty list has all.
bool listed(const std::string& names, const char* name) {
    return names.empty() || ("," + names + ",").find(std::string(",") + name + ",") != std::string::npos;
}

// A simulation that does not come to its end, not even to the end of a cycle, is ended by the system.
void limit_cpu(uint64_t seconds) {
    const rlimit limit{static_cast<rlim_t>(seconds), static_cast<rlim_t>(seconds + 5)};
    if (setrlimit(RLIMIT_CPU, &limit) != 0) std::perror("setrlimit");
}

}  // namespace

int main(int argc, char** argv) {
    hcim::Options options;
    bool list = false;
    bool until_failure = false;
    uint64_t mutant = 0;
    std::string only;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        if (word == "--list") {
            list = true;
            continue;
        }
        if (word == "--") {
            options.rest.assign(argv + i + 1, argv + argc);
            break;
        }
        if (i + 1 >= argc) usage(argv[0], word + " needs a value");
        const char* value = argv[++i];
        if (word == "--config") {
            options.config = value;
        } else if (word == "--seed") {
            options.seed = std::strtoull(value, nullptr, 0);
        } else if (word == "--cycles") {
            options.cycles = std::strtoull(value, nullptr, 0);
        } else if (word == "--test") {
            options.test = value;
        } else if (word == "--wave") {
            options.wave = value;
        } else if (word == "--record") {
            options.record = value;
        } else if (word == "--mutant") {
            mutant = std::strtoull(value, nullptr, 0);
        } else if (word == "--only") {
            only = value;
        } else if (word == "--until-failure") {
            until_failure = std::strtoull(value, nullptr, 0) != 0;
        } else if (word == "--max-cycles") {
            options.max_cycles = std::strtoull(value, nullptr, 0);
        } else if (word == "--cpu-seconds") {
            limit_cpu(std::strtoull(value, nullptr, 0));
        } else {
            usage(argv[0], "unknown option " + word);
        }
    }
    std::ifstream file(options.config);
    if (!file) usage(argv[0], "cannot read the configuration '" + options.config + "'");
    std::stringstream text;
    text << file.rdbuf();
    options.config_text = text.str();
    if (!options.wave.empty() && !hcim::model_has_waves()) usage(argv[0], "this model was built without waveforms");
    if (mutant != 0 && !hcim::model_has_mutants()) usage(argv[0], "this model was built without mutants");
    hcim::select_mutant(static_cast<unsigned>(mutant));

    unsigned failed = 0;
    unsigned run = 0;
    for (const hcim::Test& test : hcim::tests(options)) {
        if (list) {
            std::printf("%s\n", test.name);
            continue;
        }
        if (std::strstr(test.name, options.test.c_str()) == nullptr || !listed(only, test.name)) continue;
        ++run;
        hcim::Context context{options, test.name};
        try {
            test.run(context);
            report(context, true, context.measured);
        } catch (const std::exception& failure) {
            ++failed;
            report(context, false, failure.what());
            if (until_failure) break;
        }
    }
    if (run == 0 && !list) usage(argv[0], "no test matches '" + options.test + only + "'");
    return failed == 0 ? 0 : 1;
}
