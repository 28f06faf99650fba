// SPDX-License-Identifier: MIT OR Apache-2.0
//! Sense interface: times precharge, evaluate, sense and hold of the crossbar, captures its
//! comparators and encodes partial sums. Contract: `doc/contracts.md`.

mod capture;

use crate::hdl::{Module, ModuleBuilder, Sig, index_width, lit, ones, zeros};
use std::sync::Arc;

/// Shape of a sense interface (symbols as in `doc/contracts.md`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SenseShape {
    /// Crossbar columns, C.
    pub columns: usize,
    /// Used columns, U <= C.
    pub used_columns: usize,
    /// Input bits, A.
    pub input_bits: usize,
    /// Columns that share a comparator, M.
    pub columns_per_comparator: usize,
    /// Two comparators a column; one otherwise.
    pub ternary: bool,
}

impl SenseShape {
    /// Comparators of each polarity, ceil(C / M).
    pub fn comparators(&self) -> usize {
        self.columns.div_ceil(self.columns_per_comparator)
    }
}

/// Programmable counts, inputs of the block.
struct Counts {
    precharge: Sig,
    evaluate: Sig,
    sense: Sig,
    hold: Sig,
    timeout: Sig,
}

impl Counts {
    fn declare(m: &mut ModuleBuilder) -> Counts {
        m.group("Cycle counts, stable while busy");
        Counts {
            precharge: m.input("precharge_cycles_i", 8, "1 .. 255"),
            evaluate: m.input("evaluate_cycles_i", 8, "1 .. 255"),
            sense: m.input("sense_cycles_i", 8, "1 .. 255"),
            hold: m.input("hold_cycles_i", 8, "0 .. 255"),
            timeout: m.input(
                "timeout_cycles_i",
                16,
                "cycles that ready_i may be late, 1 .. 65535",
            ),
        }
    }
}

/// Builds `<prefix>_sense_interface`.
pub fn build(prefix: &str, shape: &SenseShape) -> Arc<Module> {
    let (used, phases) = (shape.used_columns, shape.columns_per_comparator);
    let plane_bits = index_width(shape.input_bits);
    let mut m = ModuleBuilder::new(&format!("{prefix}_sense_interface"));
    m.contract(&format!(
        "Sense interface of {} column(s), {phases} column(s) a comparator. A start accepted in cycle t drives precharge from \
         t + 1, then evaluate, then {phases} phase(s) of sense and hold; the codes are valid in the cycle after the last \
         capture and stay until taken. A crossbar that is not ready stretches sense, up to a timeout. Reset and abort bring \
         the strobes down.",
        shape.columns
    ));
    m.group("Clock and reset");
    let clk = m.input("clk_i", 1, "clock");
    let rst_n = m.input("rst_ni", 1, "asynchronous reset, active low");
    let abort = m.input("abort_i", 1, "idle in the next cycle, codes dropped");
    let counts = Counts::declare(&mut m);
    m.group("Start of an evaluation");
    let start_valid = m.input("start_valid_i", 1, "evaluate a bit plane");
    let start_ready = m.output("start_ready_o", 1, "taken where offered");
    let start_plane = m.input("start_plane_i", plane_bits, "its index");
    let array_soon = m.input(
        "array_soon_i",
        1,
        "codes valid from the next cycle on are taken within 3 cycles",
    );
    m.group("Crossbar");
    let precharge = m.output("precharge_o", 1, "strobe");
    let evaluate = m.output("evaluate_o", 1, "strobe");
    let sense = m.output("sense_o", 1, "strobe");
    let sel = (phases > 1).then(|| {
        m.output(
            "sel_o",
            index_width(phases),
            "column that each comparator serves",
        )
    });
    let pos = m.input(
        "pos_i",
        shape.comparators(),
        if shape.ternary {
            "sum above the threshold"
        } else {
            "sum is not negative"
        },
    );
    let neg = shape.ternary.then(|| {
        m.input(
            "neg_i",
            shape.comparators(),
            "sum below minus the threshold",
        )
    });
    let ready = m.input("ready_i", 1, "comparators have resolved");
    m.group("Codes of a plane");
    let code_valid = m.output("code_valid_o", 1, "codes are shown");
    let code_ready = m.input("code_ready_i", 1, "codes are taken");
    let code_plane = m.output("code_plane_o", plane_bits, "their bit plane");
    let ternary_outputs = shape.ternary.then(|| {
        [
            m.output("code_nonzero_o", used, "p is not 0"),
            m.output("code_empty_o", 1, "every p is 0"),
            m.output(
                "code_error_o",
                1,
                "with code_valid_o: an impossible code, taken as 0",
            ),
        ]
    });
    let code_negative = m.output("code_negative_o", used, "p is -1");
    m.group("Status");
    let timeout = m.output(
        "timeout_o",
        1,
        "one cycle: the crossbar was not ready in time",
    );
    let busy = m.output("busy_o", 1, "an evaluation is under way");

    let mut flag = |name: &str| m.register(name, 1).clock(&clk).reset(&rst_n, 0).build();
    let (precharge_q, evaluate_q, sense_q, hold_q) = (
        flag("precharge_q"),
        flag("evaluate_q"),
        flag("sense_q"),
        flag("hold_q"),
    );
    let (code_valid_q, timeout_q) = (flag("code_valid_q"), flag("timeout_q"));
    let count_q = m
        .register("count_q", 8)
        .clock(&clk)
        .reset(&rst_n, 0)
        .build();
    let wait_q = m
        .register("wait_q", 16)
        .clock(&clk)
        .reset(&rst_n, 0)
        .build();
    let phase_q = (phases > 1).then(|| {
        m.register("phase_q", index_width(phases))
            .clock(&clk)
            .reset(&rst_n, 0)
            .build()
    });
    let plane_q = m
        .register("plane_q", plane_bits)
        .clock(&clk)
        .reset(&rst_n, 0)
        .build();
    let code_plane_q = m
        .register("code_plane_q", plane_bits)
        .clock(&clk)
        .reset(&rst_n, 0)
        .build();

    m.comment("Events of this cycle");
    let zero = m.wire_of("count_is_zero", &count_q.eq_lit(0));
    let no_hold = m.wire_of("hold_is_zero", &counts.hold.eq_lit(0));
    let sense_due = m.wire_of("sense_due", &(&sense_q & &zero));
    let capture = m.wire_of("capture", &(&sense_due & &ready));
    let late = m.wire_of("late", &(&sense_due & !&ready));
    let timed_out = m.wire_of("timed_out", &(&late & wait_q.eq(&counts.timeout)));
    let last_phase = phase_q
        .as_ref()
        .map_or_else(|| ones(1), |q| q.eq_lit(phases as u128 - 1));
    let phase_end = m.wire_of("phase_end", &((&capture & &no_hold) | (&hold_q & &zero)));
    let finish = m.wire_of("finish", &(&phase_end & &last_phase));
    let capture_last = m.wire_of("capture_last", &(&capture & &last_phase));
    let idle = m.wire_of("idle", &!(&precharge_q | &evaluate_q | &sense_q | &hold_q));
    let accept = m.wire_of("accept", &(&start_valid & &start_ready));
    let stop = m.wire_of("stop", &(&abort | &timed_out));

    m.comment("A new evaluation may start where its codes are sure to find the last ones taken.");
    let vacant = (!&code_valid_q | &code_ready) & !&capture_last;
    let promised = &array_soon & !&code_valid_q & &capture_last;
    m.assign(&start_ready, &((&idle | &finish) & (vacant | promised)));

    m.comment("Strobes, one-hot");
    let precharge_end = m.wire_of("precharge_end", &(&precharge_q & &zero));
    let evaluate_end = m.wire_of("evaluate_end", &(&evaluate_q & &zero));
    let sense_begin = match &phase_q {
        Some(_) => &evaluate_end | (&phase_end & !&last_phase),
        None => evaluate_end.clone(),
    };
    let sense_begin = m.wire_of("sense_begin", &sense_begin);
    m.next(
        &precharge_q,
        &(!&stop & (&accept | (&precharge_q & !&zero))),
    );
    m.next(
        &evaluate_q,
        &(!&stop & (&precharge_end | (&evaluate_q & !&zero))),
    );
    m.next(
        &sense_q,
        &(!&stop & (&sense_begin | (&sense_q & !&capture))),
    );
    m.next(
        &hold_q,
        &(!&stop & ((&capture & !&no_hold) | (&hold_q & !&zero))),
    );
    let one = lit(1, 8);
    let count_d = m.wire("count_d", 8);
    m.select(&count_d)
        .when(&accept, &(&counts.precharge - &one))
        .when(&precharge_end, &(&counts.evaluate - &one))
        .when(&sense_begin, &(&counts.sense - &one))
        .when(&capture, &(&counts.hold - &one))
        .when(&zero, &zeros(8))
        .otherwise(&(&count_q - &one));
    m.next_if(&count_q, &(&accept | !&idle), &count_d);
    m.next_if(
        &wait_q,
        &sense_q,
        &(&wait_q + lit(1, 16)).gated_by(&(&late & !&stop)),
    );
    if let (Some(phase_q), Some(sel)) = (&phase_q, &sel) {
        let phase_d = m.wire("phase_d", phase_q.width());
        m.select(&phase_d)
            .when(&(&stop | &finish), &zeros(phase_q.width()))
            .when(&phase_end, &(phase_q + lit(1, phase_q.width())))
            .otherwise(phase_q);
        m.next(phase_q, &phase_d);
        m.assign(sel, phase_q);
    }
    m.next_if(&plane_q, &accept, &start_plane);
    m.next_if(&code_plane_q, &capture_last, &plane_q);
    m.next(
        &code_valid_q,
        &(!&abort & (&capture_last | (&code_valid_q & !&code_ready))),
    );
    m.next(&timeout_q, &(&timed_out & !&abort));

    m.assign(&precharge, &precharge_q);
    m.assign(&evaluate, &evaluate_q);
    m.assign(&sense, &sense_q);
    m.assign(&busy, &!&idle);
    m.assign(&timeout, &timeout_q);
    m.assign(&code_valid, &code_valid_q);
    m.assign(&code_plane, &code_plane_q);

    m.comment("Comparators, captured by phase");
    let enable = match &phase_q {
        Some(phase_q) => m.wire_of(
            "capture_phase",
            &lit(1, phases).shl(phase_q).gated_by(&capture),
        ),
        None => capture.clone(),
    };
    let captured = capture::instantiate(&mut m, prefix, shape, &clk, &enable, &pos, neg.as_ref());
    m.assign(&code_negative, &captured.negative);
    if let (Some([nonzero, empty, error]), Some((code_nonzero, code_error))) =
        (&ternary_outputs, &captured.ternary)
    {
        m.assign(nonzero, code_nonzero);
        m.assign(empty, &!code_nonzero.reduce_or());
        m.assign(error, &(&code_valid_q & code_error.reduce_or()));
    }
    m.finish()
}
