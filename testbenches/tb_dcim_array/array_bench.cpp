// SPDX-License-Identifier: MIT OR Apache-2.0

#include "array_bench.h"

namespace hcim {

ArrayBench::ArrayBench(Context& context)
    : context{context},
      config{context.options},
      golden_{make_golden(context.options, hcim_array_new, hcim_array_free)},
      bench_{context},
      clear_{bench_.port("clear_i")},
      op_valid_{bench_.port("op_valid_i")},
      op_ready_{bench_.port("op_ready_o")},
      op_plane_{bench_.port("op_plane_i")},
      op_negative_{bench_.port("op_negative_i")},
      op_soon_{bench_.port("op_soon_o")},
      busy_{bench_.port("busy_o")},
      wr_valid_{bench_.port("wr_valid_i")},
      wr_row_{bench_.port("wr_row_i")},
      wr_data_{bench_.port("wr_data_i")},
      rb_valid_{bench_.port("rb_valid_i")},
      rb_row_{bench_.port("rb_row_i")},
      rb_data_{bench_.port("rb_data_o")},
      ro_valid_{bench_.port("ro_valid_o")},
      ro_ready_{bench_.port("ro_ready_i")},
      ro_first_{bench_.port("ro_first_o")},
      ro_last_{bench_.port("ro_last_o")},
      ro_data_{bench_.port("ro_data_o")},
      parity_error_{bench_.optional("parity_error_o")} {
    context.check(bench_.has("parity_error_o") == (config->parity != 0), "parity_error_o is there without parity, or the other way round");
    if (config->ternary != 0) {
        op_skip_ = bench_.port("op_skip_i");
        op_nonzero_ = bench_.port("op_nonzero_i");
    } else {
        context.check(!bench_.has("op_skip_i") && !bench_.has("op_nonzero_i"), "binary has ports of ternary");
    }
    context.equal("width of ro_data_o", ro_data_.width(), uint64_t{columns()} * config->read_rate);
    context.equal("width of rb_data_o", rb_data_.width(), columns());
    context.equal("width of op_plane_i", op_plane_.width(), config->plane_bits);
    reset();
}

HcimArrayIn ArrayBench::inputs() {
    HcimArrayIn in{};
    in.clear_i = clear;
    in.op_valid_i = op_valid;
    in.op_skip_i = static_cast<uint8_t>(op_skip_.get());
    in.wr_valid_i = wr_valid;
    in.rb_valid_i = rb_valid;
    in.ro_ready_i = ro_ready;
    in.op_plane_i = static_cast<uint32_t>(op_plane_.get());
    in.wr_row_i = static_cast<uint32_t>(wr_row_.get());
    in.rb_row_i = static_cast<uint32_t>(rb_row_.get());
    nonzero_ = op_nonzero_.bits();
    negative_ = op_negative_.bits();
    data_ = wr_data_.bits();
    in.op_nonzero_i = words(nonzero_);
    in.op_negative_i = words(negative_);
    in.wr_data_i = words(data_);
    return in;
}

void ArrayBench::drive() {
    Random& random = context.random;
    clear_.set(clear);
    op_valid_.set(op_valid);
    wr_valid_.set(wr_valid);
    rb_valid_.set(rb_valid);
    ro_ready_.set(ro_ready);
    if (op_valid) {
        op_plane_.set(op_plane);
        op_skip_.set(op.skip);
        op_nonzero_.set_bits(op.nonzero);
        op_negative_.set_bits(op.negative);
    } else if (!context.calm) {
        op_plane_.set(random.below(planes()));
        op_skip_.set(random.below(2));
        op_nonzero_.set_bits(random.bits(columns()));
        op_negative_.set_bits(random.bits(columns()));
    }
    if (wr_valid) {
        wr_row_.set(wr_row);
        wr_data_.set_bits(wr_data);
    } else if (!wrote_ && !context.calm) {
        wr_row_.set(random.below(scale_rows()));
        wr_data_.set_bits(random.bits(columns()));
    }
    wrote_ = wr_valid;
    if (rb_valid) {
        rb_row_.set(rb_row);
    } else if (!context.calm) {
        rb_row_.set(random.below(memory_rows()));
    }
}

void ArrayBench::cycle() {
    drive();
    bench_.settle();
    const HcimArrayIn in = inputs();
    compare(in);
    op_accepted = op_valid && op_ready_.get() != 0;
    ro_taken = ro_ready && ro_valid_.get() != 0;
    ro_last = ro_last_.get() != 0;
    parity_error = parity_error_.get() != 0;
    rb_data = rb_data_.bits();
    must(hcim_array_clock(golden_.get(), &in), "clock");
    bench_.tick();
}

void ArrayBench::compare(const HcimArrayIn& in) {
    HcimArrayOut rtl{};
    rtl.op_ready_o = static_cast<uint8_t>(op_ready_.get());
    rtl.op_soon_o = static_cast<uint8_t>(op_soon_.get());
    rtl.busy_o = static_cast<uint8_t>(busy_.get());
    rtl.ro_valid_o = static_cast<uint8_t>(ro_valid_.get());
    rtl.ro_first_o = static_cast<uint8_t>(ro_first_.get());
    rtl.ro_last_o = static_cast<uint8_t>(ro_last_.get());
    rtl.parity_error_o = static_cast<uint8_t>(parity_error_.get());
    const Bits ro = ro_data_.bits();
    const Bits rb = rb_data_.bits();
    rtl.ro_data_o = words(ro);
    rtl.rb_data_o = words(rb);
    Text report;
    const int32_t status = hcim_array_check(golden_.get(), &in, &rtl, report.out());
    ++context.checks;
    if (status == HCIM_MISMATCH) mismatch(report.str());
    must(status, "check");
}

void ArrayBench::mismatch(const std::string& report) {
    Text state;
    hcim_array_state(golden_.get(), state.out());
    context.fail(report + "\nmodel: " + state.str());
}

void ArrayBench::reset(bool clocked) {
    op_valid = wr_valid = rb_valid = clear = false;
    op_valid_.set(0);
    wr_valid_.set(0);
    rb_valid_.set(0);
    clear_.set(0);
    wrote_ = false;
    if (clocked) {
        bench_.reset(1 + static_cast<unsigned>(context.random.below(2)));
    } else {
        bench_.reset_without_clock();
    }
    must(hcim_array_reset(golden_.get()), "reset");
}

bool ArrayBench::quiet() {
    const Bits zeros{columns()};
    HcimArrayIn in{};
    in.op_nonzero_i = in.op_negative_i = in.wr_data_i = words(zeros);
    HcimArrayOut out{};
    must(hcim_array_eval(golden_.get(), &in, &out), "eval");
    return out.busy_o == 0 && out.ro_valid_o == 0;
}

void ArrayBench::drain() {
    op_valid = wr_valid = rb_valid = clear = false;
    ro_ready = true;
    for (unsigned i = 0; !quiet(); ++i) {
        if (i > 1000) context.fail("the array does not become quiet");
        cycle();
    }
}

void ArrayBench::write_row(unsigned row, const Bits& data) {
    wr_valid = true;
    wr_row = row;
    wr_data = data;
    cycle();
    wr_valid = false;
    cycle();
}

void ArrayBench::scan(const Bits& data) {
    const bool calm = context.calm;
    context.calm = true;  // the write port keeps its values
    Port test_en = bench_.port("test_en_i");
    wr_data_.set_bits(data);
    test_en.set(1);
    for (unsigned i = 0; i < 3; ++i) cycle();
    test_en.set(0);
    cycle();
    context.calm = calm;
}

Bits ArrayBench::read_row(unsigned row) {
    rb_valid = true;
    rb_row = row;
    cycle();
    cycle();  // rb_valid_i is a level: the row shows in this cycle
    rb_valid = false;
    Text report;
    const int32_t status = hcim_array_check_row(golden_.get(), row, words(rb_data), report.out());
    ++context.checks;
    if (status == HCIM_MISMATCH) mismatch("read-back: " + report.str());
    must(status, "row");
    return rb_data;
}

void ArrayBench::read_all() {
    for (unsigned row = 0; row < memory_rows(); ++row) read_row(row);
}

Plane ArrayBench::random_plane(unsigned zeros, unsigned negatives, unsigned skips) {
    Plane plane;
    plane.nonzero = context.random.bits(columns(), 100 - zeros);
    plane.negative = context.random.bits(columns(), negatives) & plane.nonzero;
    plane.skip = config->ternary != 0 && context.random.chance(skips);
    if (config->ternary == 0) plane.negative = context.random.bits(columns(), negatives);
    return plane;
}

uint64_t ArrayBench::offer(unsigned index, const Plane& plane) {
    op_valid = true;
    op_plane = index;
    op = plane;
    for (unsigned i = 0;; ++i) {
        if (i > 1000) context.fail("an operation is never accepted");
        cycle();
        if (op_accepted) break;
    }
    op_valid = false;
    return context.cycle - 1;
}

}  // namespace hcim
