// SPDX-License-Identifier: MIT OR Apache-2.0
//
// A measurement of switching activity as the runner orders it, and what it answers about the window.
// After `--` the command line says: workload, file for the activity, length of a cycle, MVMs, folder of the reference data.

#pragma once

#include <cstdio>
#include <string>

#include "test.h"

namespace hcim {

struct WindowRequest {
    explicit WindowRequest(const Options& options) {
        if (options.rest.size() != 5) throw Failure("activity needs: WORKLOAD FILE PERIOD MVMS REFERENCE");
        workload = options.rest[0];
        file = options.rest[1];
        period = std::stoull(options.rest[2]);
        mvms = std::stoull(options.rest[3]);
        reference = options.rest[4];
    }

    std::string workload, file, reference;
    uint64_t period = 0;
    uint64_t mvms = 0;
};

// What happened inside the window.
struct WindowCount {
    uint64_t mvms = 0;
    uint64_t cycles = 0;
    uint64_t values = 0;               // partial sums: columns * planes
    uint64_t zeros = 0;                // of these
    uint64_t skipped_planes = 0;       // offered to the array as skipped
    uint64_t accumulates = 0;          // partial sums of planes that are not skipped
    uint64_t nonzero_accumulates = 0;  // of these that are not 0

    void plane(size_t columns, size_t nonzero, bool skip) {
        values += columns;
        zeros += columns - nonzero;
        skipped_planes += skip ? 1 : 0;
        if (!skip) {
            accumulates += columns;
            nonzero_accumulates += nonzero;
        }
    }

    void add(const WindowCount& other) {
        values += other.values;
        zeros += other.zeros;
        skipped_planes += other.skipped_planes;
        accumulates += other.accumulates;
        nonzero_accumulates += other.nonzero_accumulates;
    }

    void write(const std::string& path) const {
        std::FILE* file = std::fopen(path.c_str(), "w");
        if (file == nullptr) throw Failure("cannot write " + path);
        const auto ull = [](uint64_t value) { return static_cast<unsigned long long>(value); };
        std::fprintf(file,
                     "{\"mvms\":%llu,\"cycles\":%llu,\"values\":%llu,\"zeros\":%llu,\"skipped_planes\":%llu,"
                     "\"accumulates\":%llu,\"nonzero_accumulates\":%llu}\n",
                     ull(mvms), ull(cycles), ull(values), ull(zeros), ull(skipped_planes), ull(accumulates),
                     ull(nonzero_accumulates));
        if (std::fclose(file) != 0) throw Failure("cannot write " + path);
    }
};

}  // namespace hcim
