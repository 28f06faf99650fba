#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Yosys from the pyosys wheel as a command.

    scripts/python scripts/yosys.py [-l LOG] -p 'PASS; PASS; ...'
    scripts/python scripts/yosys.py [-l LOG] -s SCRIPT
    scripts/python scripts/yosys.py -V
    scripts/python scripts/yosys.py --lint TOP FILE.v ...

SCRIPT holds one pass a line; lines that begin with # are comments. A failing pass ends the process with code 1, as `yosys` does. `--lint` is the check of the lint matrix: it reads the
files as Verilog-2005, checks hierarchy and drivers, and allows latches only in the modules made for them. It prints
the warnings and errors alone and fails if there is any.
"""

import argparse
import os
import sys
import tempfile

try:
    from pyosys import libyosys as ys
except ImportError:
    sys.exit("yosys.py: error: pyosys is not installed in .tools/; run scripts/setup.sh")

# The only modules in which a latch may be inferred (name endings).
LATCH_MODULES = ("hcim_latch", "hcim_latch_low", "hcim_clock_gate")


def run(passes: list[str]) -> None:
    design = ys.Design()
    for command in passes:
        ys.run_pass(command, design)


def run_logged(passes: list[str], log: str) -> int:
    """Runs the passes in a child whose standard output and error go to the file `log`."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        os.dup2(out, 1)
        os.dup2(out, 2)
        run(passes)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def lint(top: str, files: list[str]) -> int:
    passes = [f"read_verilog {f}" for f in files]
    passes += [f"hierarchy -check -top {top}", "proc", "check -assert"]
    # Latches left after taking away the modules that may hold one.
    allowed = " ".join(f"{m}/* %d $paramod*\\\\{m}\\\\*/* %d" for m in LATCH_MODULES)
    passes += [f"select -assert-none t:$dlatch t:$adlatch t:$dlatchsr %u %u {allowed}"]
    with tempfile.TemporaryDirectory() as folder:
        log = os.path.join(folder, "yosys.log")
        code = run_logged(passes, log)
        with open(log, encoding="utf-8", errors="replace") as text:
            lines = text.read().splitlines()
    found = [line for line in lines if is_problem(line)]
    for line in found:
        print(line)
    if code != 0 and not found:
        print("\n".join(lines[-10:]))
    return 1 if found or code != 0 else 0


def is_problem(line: str) -> bool:
    if "Latch inferred for signal" in line:
        # `select -assert-none` judges latches by module.
        return not any(m in line.split("signal", 1)[1].split(".", 1)[0] for m in LATCH_MODULES)
    return line.startswith("ERROR") or "Warning:" in line


def main() -> int:
    parser = argparse.ArgumentParser(description="Run Yosys passes.")
    parser.add_argument("-p", "--passes", help="passes, separated by ';'")
    parser.add_argument("-s", "--script", help="file with passes, one a line")
    parser.add_argument("-V", "--version", action="store_true", help="print the version")
    parser.add_argument("-l", "--log", help="write the log to this file instead of standard output")
    parser.add_argument("--lint", metavar="TOP", help="check FILES with this top module")
    parser.add_argument("files", nargs="*")
    args = parser.parse_args()
    if args.lint:
        return lint(args.lint, args.files)
    if args.version:
        print(ys.yosys_maybe_version())
        return 0
    if args.script:
        with open(args.script, encoding="utf-8") as script:
            lines = [line.strip() for line in script]
        passes = [line for line in lines if line and not line.startswith("#")]
    elif args.passes is not None:
        passes = [p.strip() for p in args.passes.split(";") if p.strip()]
    else:
        parser.error("give -p, -s or --lint")
    if args.log:
        return run_logged(passes, args.log)
    run(passes)
    return 0


if __name__ == "__main__":
    sys.exit(main())
