#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""slang from the pyslang wheel: scripts/python scripts/slang_lint.py --top TOP FILE.v ...

Prints every diagnostic of a whole compilation and analysis with `-Weverything` less what is named below, and fails if
there is any.
"""

import argparse
import os
import re
import shlex
import sys
import tempfile

try:
    from pyslang.driver import Driver
except ImportError:
    sys.exit("slang_lint.py: error: pyslang is not installed in .tools/; run scripts/setup.sh")

# Diagnostics that say nothing, each with its reason.
EXPECTED = (
    # Nets named unused_* say in the source that nothing reads them; Verilator knows the convention, slang does not.
    re.compile(r"net 'unused_\w+' is driven but its value is never used"),
    # A black box has ports and nothing else.
    re.compile(r"stub/\w+\.v:.* (unused port signal|undriven output port)"),
)
HEAD = re.compile(r"^\S.*: (warning|error|fatal error|note): ")
# Stands before the head line.
PLACE = re.compile(r"^\s*in (instance|\d+ instances)")


def check(top: str, files: list[str]) -> bool:
    """Compiles and analyses; whether slang got through. Diagnostics go to standard error."""
    driver = Driver()
    driver.addStandardArgs()
    options = ["slang", "--std", "1364-2005", "--top", top, "-Weverything", "--error-limit=0"]
    if not driver.parseCommandLine(shlex.join(options + files)) or not driver.processOptions():
        return False
    ok = driver.parseAllSources()
    compilation = driver.createCompilation()
    driver.reportCompilation(compilation, True)
    driver.runAnalysis(compilation)
    return driver.reportDiagnostics(True) and ok


def run_logged(top: str, files: list[str]) -> tuple[bool, str]:
    """Runs the check in a child and gives what it printed."""
    with tempfile.NamedTemporaryFile("r", encoding="utf-8", errors="replace") as log:
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            out = os.open(log.name, os.O_WRONLY)
            os.dup2(out, 1)
            os.dup2(out, 2)
            passed = check(top, files)
            sys.stdout.flush()
            os._exit(0 if passed else 1)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        return code == 0, log.read()


def unexpected(text: str) -> list[str]:
    """The lines less the diagnostics that are expected: a head line, the place before it and the source lines under it."""
    kept, keeping, place = [], True, []
    for line in text.splitlines():
        if PLACE.match(line):
            place = [line]
            continue
        if HEAD.match(line):
            keeping = not any(rule.search(line) for rule in EXPECTED)
            kept += place if keeping else []
            place = []
        if keeping and line.strip() and not line.startswith("Build succeeded"):
            kept.append(line)
    return kept


def main() -> int:
    parser = argparse.ArgumentParser(description="Lint Verilog with slang.")
    parser.add_argument("--top", required=True)
    parser.add_argument("files", nargs="+")
    args = parser.parse_args()
    passed, text = run_logged(args.top, args.files)
    found = unexpected(text)
    if found:
        print("\n".join(found))
    elif not passed:
        print(text or "slang failed without a word")
    return 0 if passed and not found else 1


if __name__ == "__main__":
    sys.exit(main())
