#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""slang from the pyslang wheel: scripts/python scripts/slang_lint.py --top TOP FILE.v ...

Prints every diagnostic of a whole compilation and analysis with `-Weverything` less the rules named below, and fails if
there is any.
"""

import argparse
import shlex
import sys

try:
    from pyslang.driver import Driver
except ImportError:
    sys.exit("slang_lint.py: error: pyslang is not installed in .tools/; run scripts/setup.sh")

# Rules that do not fit Verilog-2005, each with its reason.
WAIVED: dict[str, str] = {}


def main() -> int:
    parser = argparse.ArgumentParser(description="Lint Verilog with slang.")
    parser.add_argument("--top", required=True)
    parser.add_argument("files", nargs="+")
    args = parser.parse_args()
    driver = Driver()
    driver.addStandardArgs()
    options = ["slang", "--std", "1364-2005", "--top", args.top, "-Weverything", "-Werror"]
    options += [f"-Wno-{rule}" for rule in WAIVED]
    if not driver.parseCommandLine(shlex.join(options + args.files)) or not driver.processOptions():
        return 1
    ok = driver.parseAllSources()
    compilation = driver.createCompilation()
    driver.reportCompilation(compilation, True)
    driver.runAnalysis(compilation)
    return 0 if driver.reportDiagnostics(True) and ok else 1


if __name__ == "__main__":
    sys.exit(main())
