// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Tests: each has a name, runs on a model of its own, counts its checks and ends at the first that does not hold.

#pragma once

#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

#include "bits.h"
#include "random.h"

namespace hcim {

// What the command line says.
struct Options {
    std::string config;       // path of the effective configuration
    std::string config_text;  // its contents
    std::string test;         // only tests whose name contains this
    std::string wave;
    std::string record;       // file for what the ports do in every cycle (recorder.h)
    uint64_t seed = 1;
    uint64_t cycles = 0;  // length of random tests; 0: the test's own
    uint64_t max_cycles = 0;  // a test that takes more has failed; 0: no limit
    std::vector<std::string> rest;
};

// A check that does not hold.
class Failure : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

__attribute__((format(printf, 1, 2))) inline std::string format(const char* text, ...) {
    va_list arguments;
    va_start(arguments, text);
    char buffer[1024];
    std::vsnprintf(buffer, sizeof buffer, text, arguments);
    va_end(arguments);
    return buffer;
}

// One run of one test.
class Context {
public:
    Context(const Options& options, const std::string& test)
        : options{options}, random{options.seed, test}, test_{test} {}

    const Options& options;
    Random random;
    uint64_t cycle = 0;
    uint64_t checks = 0;
    std::string measured;  // shown in the table where the test passes
    bool timeout = false;  // failed because it took too many cycles
    bool calm = false;     // inputs whose valid is low keep their values, in place of random ones

    const std::string& test() const { return test_; }

    // Length of a random test.
    uint64_t length(uint64_t own) const { return options.cycles != 0 ? options.cycles : own; }

    [[noreturn]] void fail(const std::string& what) const { throw Failure(format("cycle %llu: ", ull(cycle)) + what); }

    void check(bool holds, const char* what) {
        ++checks;
        if (!holds) fail(what);
    }

    void check(bool holds, const std::string& what) {
        ++checks;
        if (!holds) fail(what);
    }

    void equal(const char* what, uint64_t got, uint64_t want) {
        ++checks;
        if (got != want) fail(format("%s is %lld, want %lld", what, sll(got), sll(want)));
    }

    void equal(const char* what, const Bits& got, const Bits& want) {
        ++checks;
        if (got != want) fail(std::string(what) + " is " + got.hex() + ", want " + want.hex());
    }

    // Adds something measured to the report.
    void note(const std::string& text) { measured += (measured.empty() ? "" : ", ") + text; }

    static unsigned long long ull(uint64_t value) { return value; }
    static long long sll(uint64_t value) { return static_cast<long long>(value); }

private:
    std::string test_;
};

struct Test {
    const char* name;
    void (*run)(Context&);
};

// Each testbench defines its tests; those that its configuration does not have are left out.
std::vector<Test> tests(const Options& options);

}  // namespace hcim
