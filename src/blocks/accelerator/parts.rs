// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the blocks of the accelerator are put together from.

use std::sync::Arc;

use crate::hdl::{Expr, Module, ModuleBuilder, Sig, index_width, lit, zeros};

/// Clock and reset of a block.
#[derive(Clone)]
pub(super) struct Clock {
    pub clk: Sig,
    pub rst_n: Sig,
}

impl Clock {
    /// Declares the two ports.
    pub fn declare(m: &mut ModuleBuilder) -> Clock {
        m.group("Clock and reset");
        Clock {
            clk: m.input("clk_i", 1, "clock"),
            rst_n: m.input("rst_ni", 1, "asynchronous reset, active low"),
        }
    }

    /// A control register that reset clears.
    pub fn control(&self, m: &mut ModuleBuilder, name: &str, width: usize) -> Sig {
        m.register(name, width)
            .clock(&self.clk)
            .reset(&self.rst_n, 0)
            .build()
    }

    /// A control bit that reset clears.
    pub fn flag(&self, m: &mut ModuleBuilder, name: &str) -> Sig {
        self.control(m, name, 1)
    }

    /// Storage without reset.
    pub fn data(&self, m: &mut ModuleBuilder, name: &str, width: usize) -> Sig {
        m.register(name, width).clock(&self.clk).build()
    }
}

/// The wire `name` with the value of the first condition that holds, else `otherwise`.
pub(super) fn choose(
    m: &mut ModuleBuilder,
    name: &str,
    arms: &[(&Expr, &Expr)],
    otherwise: &Expr,
) -> Sig {
    let wire = m.wire(name, otherwise.width());
    arms.iter()
        .fold(m.select(&wire), |select, (condition, value)| {
            select.when(condition, value)
        })
        .otherwise(otherwise);
    wire
}

/// The wire `name` with parts side by side, the first lowest.
pub(super) fn join(m: &mut ModuleBuilder, name: &str, parts: &[Expr]) -> Sig {
    let width = parts.iter().map(Expr::width).sum();
    let wire = m.wire(name, width);
    m.concat(&wire, parts);
    wire
}

/// One more.
pub(super) fn next(of: &Expr) -> Expr {
    of + lit(1, of.width())
}

/// `signal`, zero-extended or cut to `width` bits. What is cut is left to the caller to call unused.
pub(super) fn resized(signal: &Sig, width: usize) -> Expr {
    if signal.width() > width {
        signal.slice(0, width)
    } else {
        signal.zext(width)
    }
}

/// `signal` compared with a number; high where they are equal. False where the number does not fit.
pub(super) fn is(signal: &Sig, number: usize) -> Expr {
    let width = signal.width();
    if width < 64 && number >> width != 0 {
        zeros(1)
    } else {
        signal.eq_lit(number as u128)
    }
}

/// Entries of a queue.
pub(super) const QUEUE: usize = 4;

/// Builds a queue of [`QUEUE`] entries: ports `push_i`, `data_i`, `pop_i`, `valid_o`, `data_o`, `count_o`, `clear_i`.
pub(super) fn queue(name: &str, width: usize) -> Arc<Module> {
    let index = index_width(QUEUE);
    let mut m = ModuleBuilder::new(name);
    m.contract(
        "Queue of four entries. An entry that is pushed is offered from the next cycle on, in order. Pushing a full \
         queue and popping an empty one are the user's mistakes. clear_i and reset: empty.",
    );
    let clock = Clock::declare(&mut m);
    let clear = m.input(
        "clear_i",
        1,
        "empty from the next cycle on; wins over a push",
    );
    m.group("Entries");
    let push = m.input("push_i", 1, "take an entry");
    let data = m.input("data_i", width, "the entry");
    let pop = m.input("pop_i", 1, "drop the oldest entry");
    let valid = m.output("valid_o", 1, "there is an entry");
    let oldest = m.output("data_o", width, "the oldest entry");
    let count = m.output("count_o", index + 1, "entries");

    let head_q = clock.control(&mut m, "head_q", index);
    let tail_q = clock.control(&mut m, "tail_q", index);
    let count_q = clock.control(&mut m, "count_q", index + 1);
    let head_d = next(&tail_q);
    let step = |m: &mut ModuleBuilder, q: &Sig, on: &Sig, to: &Expr, name: &str| {
        let d = choose(m, name, &[(&clear, &zeros(index))], to);
        m.next_if(q, &(&clear | on), &d);
    };
    step(&mut m, &tail_q, &push, &head_d, "tail_d");
    let head_d = next(&head_q);
    step(&mut m, &head_q, &pop, &head_d, "head_d");
    let one = lit(1, index + 1);
    let count_d = choose(
        &mut m,
        "count_d",
        &[(&clear, &zeros(index + 1)), (&push, &(&count_q + &one))],
        &(&count_q - &one),
    );
    m.next_if(&count_q, &(&clear | (&push ^ &pop)), &count_d);

    let slots: Vec<Sig> = (0..QUEUE)
        .map(|slot| {
            let slot_q = clock.data(&mut m, &format!("slot_{slot}_q"), width);
            let write = &push & tail_q.eq_lit(slot as u128);
            m.next_if(&slot_q, &write, &data);
            slot_q
        })
        .collect();
    slots[..QUEUE - 1]
        .iter()
        .enumerate()
        .fold(m.case(&oldest, &head_q), |case, (slot, q)| {
            case.arm(slot as u128, q)
        })
        .otherwise(&slots[QUEUE - 1]);
    m.assign(&valid, &count_q.reduce_or());
    m.assign(&count, &count_q);
    m.finish()
}
