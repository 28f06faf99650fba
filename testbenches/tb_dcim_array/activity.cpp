// SPDX-License-Identifier: MIT OR Apache-2.0

#include "activity.h"

#include "array_bench.h"
#include "window.h"
#include "workload.h"

namespace hcim {
namespace {

// MVMs before the window: the stream has its steady rhythm.
constexpr uint64_t warm_up = 2;

// Cycles of a window in which nothing happens, for each MVM that was asked for.
constexpr uint64_t idle_cycles = 100;

// One MVM after another, the next plane on offer at all times. The window begins behind the acceptance of an MVM's first
// plane and ends behind that of a later one's.
void stream(ArrayBench& array, Workload& workload, const WindowRequest& request, WindowCount& count) {
    array.ro_ready = true;
    uint64_t begin = 0;
    bool open = false;
    for (uint64_t mvm = 0; mvm <= warm_up + request.mvms; ++mvm) {
        const std::vector<Plane> planes = workload.mvm();
        for (unsigned i = 0; i < array.planes(); ++i) {
            const uint64_t at = array.offer(i, planes[i]);
            if (open) count.plane(array.columns(), planes[i].nonzero.count(), planes[i].skip);
            if (i != 0) continue;
            if (mvm == warm_up) {
                begin = at;
                open = true;
                array.begin_window(request.file, request.period);
            } else if (mvm == warm_up + request.mvms) {
                // The record's last moment is just before the edge of the next cycle, in which plane 1 is on offer.
                count.cycles = at - begin;
                array.op_valid = array.planes() > 1;
                array.op_plane = 1;
                if (array.op_valid) array.op = planes[1];
                array.cycle();
                array.end_window();
                open = false;
                if (array.op_accepted) ++i;
                array.op_valid = false;
            }
        }
    }
    count.mvms = request.mvms;
}

// Nothing at all after one MVM.
void idle(ArrayBench& array, Workload& workload, const WindowRequest& request, WindowCount& count) {
    const std::vector<Plane> planes = workload.mvm();
    for (unsigned i = 0; i < array.planes(); ++i) array.offer(i, planes[i]);
    array.drain();
    array.begin_window(request.file, request.period);
    count.cycles = request.mvms * idle_cycles;
    for (uint64_t i = 0; i <= count.cycles; ++i) array.cycle();
    array.end_window();
}

}  // namespace

void activity(Context& context) {
    const WindowRequest request{context.options};
    context.calm = true;
    ArrayBench array{context};
    Workload workload{context, array.config, request};
    array.fill([&](unsigned row) { return workload.scale_row(row); });
    array.drain();
    WindowCount count;
    if (request.workload == "idle") {
        idle(array, workload, request, count);
    } else {
        stream(array, workload, request, count);
    }
    array.drain();
    array.read_all();
    count.write(request.file + ".window");
    context.note(format("%llu MVMs in %llu cycles", Context::ull(count.mvms), Context::ull(count.cycles)));
}

}  // namespace hcim
