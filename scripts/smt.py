#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""The SMT solver Bitwuzla from its wheel as a command.

    scripts/python scripts/smt.py [--seconds N] FILE.smt2 ...
    scripts/python scripts/smt.py -V

Each file ends with one (check-sat). A line of JSON is printed for each: its name, the answer (sat, unsat or unknown), the
seconds, and where the answer is sat the Boolean terms that do not hold among those that the file names in comments

    ; show NAME TERM
"""

import argparse
import contextlib
import json
import os
import sys
import tempfile
import time

try:
    import bitwuzla
except ImportError:
    sys.exit("smt.py: error: bitwuzla is not installed in .tools/; run scripts/setup.sh")


@contextlib.contextmanager
def captured(into: list[str]):
    """The parser prints answers to the standard output of the process, not of Python."""
    sys.stdout.flush()
    kept = os.dup(1)
    with tempfile.TemporaryFile() as file:
        os.dup2(file.fileno(), 1)
        try:
            yield
        finally:
            os.dup2(kept, 1)
            os.close(kept)
            file.seek(0)
            into.append(file.read().decode())


def solve(path: str, seconds: int) -> dict:
    started = time.monotonic()
    manager, options, said = bitwuzla.TermManager(), bitwuzla.Options(), []
    options.set(bitwuzla.Option.PRODUCE_MODELS, True)
    options.set(bitwuzla.Option.TIME_LIMIT_PER, seconds * 1000)
    parser = bitwuzla.Parser(manager, options)
    with captured(said):
        parser.parse(path)
    answer = said[0].strip()
    outcome = {"file": path, "answer": answer, "seconds": round(time.monotonic() - started, 2), "false": []}
    if answer == "sat":
        with open(path, encoding="utf-8") as text:
            shown = [line[7:].strip().split(" ", 1) for line in text if line.startswith("; show ")]
        for name, term in shown:
            value = []
            with captured(value):
                parser.parse(f"(get-value ({term}))", False, False)
            if value[0].strip().endswith("false))"):
                outcome["false"].append(name)
    return outcome


def main() -> int:
    parser = argparse.ArgumentParser(description="Solve SMT-LIB files with Bitwuzla.")
    parser.add_argument("--seconds", type=int, default=600, help="limit of a file")
    parser.add_argument("-V", "--version", action="store_true", help="print the version")
    parser.add_argument("files", nargs="*")
    args = parser.parse_args()
    if args.version:
        print(f"Bitwuzla {bitwuzla.version()}")
        return 0
    for file in args.files:
        print(json.dumps(solve(file, args.seconds)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
