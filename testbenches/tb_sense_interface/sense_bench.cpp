// SPDX-License-Identifier: MIT OR Apache-2.0

#include "sense_bench.h"

namespace hcim {

SenseBench::SenseBench(Context& context)
    : context{context},
      config{context.options},
      golden_{make_golden(context.options, hcim_sense_new, hcim_sense_free)},
      bench_{context},
      abort_{bench_.port("abort_i")},
      precharge_cycles_{bench_.port("precharge_cycles_i")},
      evaluate_cycles_{bench_.port("evaluate_cycles_i")},
      sense_cycles_{bench_.port("sense_cycles_i")},
      hold_cycles_{bench_.port("hold_cycles_i")},
      timeout_cycles_{bench_.port("timeout_cycles_i")},
      start_valid_{bench_.port("start_valid_i")},
      start_ready_{bench_.port("start_ready_o")},
      start_plane_{bench_.port("start_plane_i")},
      array_soon_{bench_.port("array_soon_i")},
      precharge_{bench_.port("precharge_o")},
      evaluate_{bench_.port("evaluate_o")},
      sense_{bench_.port("sense_o")},
      pos_{bench_.port("pos_i")},
      ready_{bench_.port("ready_i")},
      code_valid_{bench_.port("code_valid_o")},
      code_ready_{bench_.port("code_ready_i")},
      code_plane_{bench_.port("code_plane_o")},
      code_negative_{bench_.port("code_negative_o")},
      timeout_{bench_.port("timeout_o")},
      busy_{bench_.port("busy_o")} {
    if (ternary()) {
        neg_ = bench_.port("neg_i");
        code_nonzero_ = bench_.port("code_nonzero_o");
        code_empty_ = bench_.port("code_empty_o");
        code_error_ = bench_.port("code_error_o");
    }
    if (sharing() > 1) sel_ = bench_.port("sel_o");
    context.check(sharing() > 1 || !bench_.has("sel_o"), "sel_o without sharing");
    context.equal("width of pos_i", pos_.width(), comparators());
    context.equal("width of code_negative_o", code_negative_.width(), config->used_columns);
    positive = negative = Bits{comparators()};
    reset();
}

void SenseBench::drive() {
    Random& random = context.random;
    abort_.set(abort);
    precharge_cycles_.set(counts.precharge);
    evaluate_cycles_.set(counts.evaluate);
    sense_cycles_.set(counts.sense);
    hold_cycles_.set(counts.hold);
    timeout_cycles_.set(counts.timeout);
    start_valid_.set(start);
    start_plane_.set(start ? plane : random.below(config->input_bits));
    ready_.set(ready);
    if (promise_ == 1) code_ready = true;
    code_ready_.set(code_ready);
    array_soon_.set(soon);
    if (!hold_comparators) {
        positive = random.bits(comparators(), sparse);
        // Both high is impossible for a healthy macro.
        negative = random.bits(comparators(), sparse) & ~positive;
    }
    pos_.set_bits(positive);
    neg_.set_bits(negative);
}

void SenseBench::compare() {
    HcimSenseOut rtl{};
    rtl.start_ready_o = static_cast<uint8_t>(start_ready_.get());
    rtl.precharge_o = static_cast<uint8_t>(precharge_.get());
    rtl.evaluate_o = static_cast<uint8_t>(evaluate_.get());
    rtl.sense_o = static_cast<uint8_t>(sense_.get());
    rtl.code_valid_o = static_cast<uint8_t>(code_valid_.get());
    rtl.code_empty_o = static_cast<uint8_t>(code_empty_.get());
    rtl.code_error_o = static_cast<uint8_t>(code_error_.get());
    rtl.timeout_o = static_cast<uint8_t>(timeout_.get());
    rtl.busy_o = static_cast<uint8_t>(busy_.get());
    rtl.sel_o = static_cast<uint32_t>(sel_.get());
    rtl.code_plane_o = static_cast<uint32_t>(code_plane_.get());
    code_nonzero = code_nonzero_.bits();
    code_negative = code_negative_.bits();
    rtl.code_nonzero_o = ternary() ? words(code_nonzero) : nullptr;
    rtl.code_negative_o = words(code_negative);

    HcimSenseIn in{};
    in.abort_i = abort;
    in.precharge_cycles_i = static_cast<uint8_t>(counts.precharge);
    in.evaluate_cycles_i = static_cast<uint8_t>(counts.evaluate);
    in.sense_cycles_i = static_cast<uint8_t>(counts.sense);
    in.hold_cycles_i = static_cast<uint8_t>(counts.hold);
    in.timeout_cycles_i = static_cast<uint16_t>(counts.timeout);
    in.start_valid_i = start;
    in.array_soon_i = soon;
    in.ready_i = ready;
    in.code_ready_i = code_ready;
    in.start_plane_i = static_cast<uint32_t>(start_plane_.get());
    in.pos_i = words(positive);
    in.neg_i = words(negative);
    Text report;
    const int32_t status = hcim_sense_check(golden_.get(), &in, &rtl, report.out());
    ++context.checks;
    if (status == HCIM_MISMATCH) {
        Text state;
        hcim_sense_state(golden_.get(), state.out());
        context.fail(report.str() + "\nmodel: " + state.str());
    }
    must(status, "check");
    must(hcim_sense_clock(golden_.get(), &in), "clock");

    precharge = rtl.precharge_o != 0;
    evaluate = rtl.evaluate_o != 0;
    sense = rtl.sense_o != 0;
    context.check(precharge + evaluate + sense <= 1, "two strobes are high at once");
    started = start && rtl.start_ready_o != 0;
    code_valid = rtl.code_valid_o != 0;
    coded = code_valid && code_ready;
    timed_out = rtl.timeout_o != 0;
    busy = rtl.busy_o != 0;
    code_error = code_valid && rtl.code_error_o != 0;
    code_empty = code_valid && rtl.code_empty_o != 0;
    sel = rtl.sel_o;
    code_plane = rtl.code_plane_o;
}

void SenseBench::cycle() {
    drive();
    bench_.settle();
    compare();
    if (promise_ > 0) --promise_;
    if (coded) promise_ = 0;
    if (soon && promise_ == 0) promise_ = 3;
    bench_.tick();
}

void SenseBench::reset(bool clocked) {
    start = abort = soon = false;
    start_valid_.set(0);
    abort_.set(0);
    array_soon_.set(0);
    if (clocked) {
        bench_.reset(1 + static_cast<unsigned>(context.random.below(2)));
    } else {
        bench_.reset_without_clock();
    }
    must(hcim_sense_reset(golden_.get()), "reset");
    promise_ = 0;
}

void SenseBench::begin(unsigned of_plane) {
    start = true;
    plane = of_plane;
    for (unsigned i = 0;; ++i) {
        if (i > 5000) context.fail("a start is never accepted");
        cycle();
        if (started) break;
    }
    start = false;
}

void SenseBench::drain() {
    start = soon = abort = false;
    ready = code_ready = true;
    for (unsigned i = 0; i == 0 || busy || code_valid; ++i) {
        if (i > 100000) context.fail("the sense interface does not become idle");
        cycle();
    }
}

}  // namespace hcim
