// SPDX-License-Identifier: MIT OR Apache-2.0
//! The printed text means what the expressions mean: random expressions in Icarus Verilog against
//! rust-hdl's simulator. Verilog decides widths by context, so this is where mistakes would hide.

use hcim::hdl::{Expr, ModuleBuilder, SimBlock, emit, lit};
use std::path::PathBuf;
use std::process::Command;

struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % n
    }
}

/// A random expression of `width` bits over signals of 7, 4 and 1 bits.
fn expression(r: &mut Random, signals: &[Expr], width: usize, depth: usize) -> Expr {
    let (a, b) = (&signals[0], &signals[1]);
    let leaf = |r: &mut Random| {
        let signal = &signals[r.below(signals.len())];
        match signal.width().cmp(&width) {
            _ if r.below(5) == 0 => lit(r.below(1 << width) as u128, width),
            std::cmp::Ordering::Equal => signal.clone(),
            std::cmp::Ordering::Greater => signal.slice(r.below(signal.width() - width + 1), width),
            std::cmp::Ordering::Less if r.below(2) == 0 => signal.sext(width),
            std::cmp::Ordering::Less => signal.zext(width),
        }
    };
    if depth == 0 {
        return leaf(r);
    }
    let other = 1 + r.below(7);
    let sub = |r: &mut Random, width| expression(r, signals, width, depth - 1);
    match r.below(15) {
        0 => sub(r, width) + sub(r, width),
        1 => sub(r, width) - sub(r, width),
        2 => sub(r, width) & sub(r, width),
        3 => sub(r, width) | sub(r, width),
        4 => sub(r, width) ^ sub(r, width),
        5 => !sub(r, width),
        6 => -sub(r, width),
        7 => sub(r, width).shl(&sub(r, 2)),
        8 => sub(r, width).shr(&sub(r, 3)),
        9 => sub(r, width).shr_by(1),
        10 if width == 1 => {
            let (x, y) = (sub(r, other), sub(r, other));
            [x.lt(&y), x.le(&y), x.gt(&y), x.ge(&y), x.eq(&y), x.ne(&y)][r.below(6)].clone()
        }
        10 => sub(r, width - 1).zext(width),
        11 if width == 1 => {
            let x = sub(r, other);
            [x.reduce_and(), x.reduce_or(), x.reduce_xor()][r.below(3)].clone()
        }
        11 => sub(r, 1).repeat(width),
        12 if width <= 2 => a.dyn_slice(&sub(r, 2), width),
        12 => sub(r, width - 1).add_carry(&b.slice(0, 1).zext(width - 1)),
        13 => sub(r, width) * sub(r, width),
        _ => leaf(r),
    }
}

#[test]
fn icarus_and_rust_hdl_agree() {
    const OUTPUTS: usize = 120;
    let mut r = Random(2024);
    let mut m = ModuleBuilder::new("meaning");
    let signals = [
        m.input("a_i", 7, ""),
        m.input("b_i", 4, ""),
        m.input("c_i", 1, ""),
    ];
    for n in 0..OUTPUTS {
        let width = 1 + n % 9;
        let y = m.output(&format!("y{n}_o"), width, "");
        let depth = 1 + n % 4;
        m.assign(&y, &expression(&mut r, &signals, width, depth));
    }
    let module = m.finish();
    let files = emit(&module, &|_| String::new()).expect("clean");
    let mut sim = SimBlock::new(&module).expect("simulatable");

    let mut bench = String::from("module bench;\n  reg [11:0] x;\n");
    let mut ports = String::from(".a_i(x[6:0]), .b_i(x[10:7]), .c_i(x[11])");
    let mut shown = String::new();
    for n in 0..OUTPUTS {
        bench += &format!("  wire [{}:0] y{n};\n", n % 9);
        ports += &format!(", .y{n}_o(y{n})");
        shown += &format!(", y{n}");
    }
    bench += &format!("  meaning u_meaning ({ports});\n  initial begin\n");
    let format = vec!["%0d"; OUTPUTS].join(" ");
    let mut wanted = Vec::new();
    for _ in 0..100 {
        let x = r.below(1 << 12) as u128;
        for (name, value) in [("a_i", x), ("b_i", x >> 7), ("c_i", x >> 11)] {
            sim.set(name, value).expect("an input");
        }
        sim.settle().expect("settles");
        let value = |n| sim.get(&format!("y{n}_o")).expect("an output").to_string();
        wanted.push((0..OUTPUTS).map(value).collect::<Vec<String>>().join(" "));
        bench += &format!("    x = {x}; #1 $display(\"{format}\"{shown});\n");
    }
    bench += "  end\nendmodule\n";

    let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("hdl_meaning");
    std::fs::create_dir_all(&dir).expect("a place for files");
    std::fs::write(dir.join("meaning.v"), &files["meaning.v"]).expect("written");
    std::fs::write(dir.join("bench.v"), bench).expect("written");
    let program = dir.join("bench.vvp");
    let mut icarus = Command::new("iverilog");
    icarus
        .current_dir(&dir)
        .args(["-g2005", "-o"])
        .arg(&program)
        .args(["bench.v", "meaning.v"]);
    let compiled = icarus
        .output()
        .expect("iverilog is missing; run scripts/setup.sh");
    assert!(
        compiled.status.success(),
        "{}",
        String::from_utf8_lossy(&compiled.stderr)
    );
    let output = Command::new("vvp")
        .arg(&program)
        .output()
        .expect("vvp is missing; run scripts/setup.sh");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    for (n, (got, wanted)) in text.lines().zip(&wanted).enumerate() {
        for (k, (got, wanted)) in got.split(' ').zip(wanted.split(' ')).enumerate() {
            assert_eq!(got, wanted, "y{k}_o for vector {n}");
        }
    }
    assert_eq!(text.lines().count(), wanted.len());
}
