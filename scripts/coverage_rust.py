#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""The report of Rust line coverage, of what `cargo llvm-cov --json --summary-only` writes.

Counted are lines of the libraries and of the command line, by folder; tests below tests/ are not. Exit code 1 where the libraries
together are below the target.
"""

import argparse
import json
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Where a part begins: the longest prefix decides.
PARTS = {
    "src/": "generator: the rest",
    "src/blocks/": "generator: blocks",
    "src/cli/": "command line",
    "src/main.rs": "command line",
    "src/config/": "generator: configuration",
    "src/emit/": "generator: output",
    "src/flow/": "generator: silicon flow",
    "src/hdl/": "generator: construction layer",
    "src/mapping/": "generator: mapping",
    "golden/src/": "golden model",
    "golden/src/ffi/": "golden model: C interface",
    "network/src/": "networks",
}
LOW = 80.0


def read(path):
    """Lines and covered lines by file, relative to the clone."""
    files = {}
    for entry in json.loads(Path(path).read_text())["data"][0]["files"]:
        try:
            name = Path(entry["filename"]).relative_to(ROOT).as_posix()
        except ValueError:
            continue
        if any(name.startswith(part) for part in PARTS):
            lines = entry["summary"]["lines"]
            files[name] = (lines["count"], lines["covered"])
    return files


def percent(count, covered):
    return 100.0 * covered / count if count else 100.0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("raw", help="what cargo llvm-cov has written")
    parser.add_argument("--target", type=float, default=90.0, help="percent of the lines of the libraries")
    parser.add_argument("--report", required=True, help="the report, without .json and .md")
    options = parser.parse_args()
    files = read(options.raw)
    if not files:
        sys.exit("coverage_rust.py: no file of this clone in " + options.raw)
    parts = defaultdict(lambda: [0, 0])
    for name, (count, covered) in files.items():
        prefix = max((part for part in PARTS if name.startswith(part)), key=len)
        for part in (PARTS[prefix], "all"):
            parts[part][0] += count
            parts[part][1] += covered
    order = sorted(part for part in parts if part != "all") + ["all"]
    low = sorted((percent(*lines), name, lines) for name, lines in files.items() if percent(*lines) < LOW)
    whole = percent(*parts["all"])
    text = [
        "# Rust line coverage\n",
        "How this is made: [doc/verification/coverage.md](../../doc/verification/coverage.md#rust). Command: `make coverage-rust`.\n",
        f"{whole:.1f} % of {parts['all'][0]} lines in {len(files)} files (target {options.target:g} %).\n",
        "| part | lines | covered | |",
        "| --- | --: | --: | --: |",
    ]
    text += [f"| {part} | {parts[part][0]} | {parts[part][1]} | {percent(*parts[part]):.1f} % |" for part in order]
    text += [f"\n## Files below {LOW:g} %\n", "| file | lines | covered | |", "| --- | --: | --: | --: |"]
    text += [f"| `{name}` | {lines[0]} | {lines[1]} | {value:.1f} % |" for value, name, lines in low]
    record = {
        "command": "make coverage-rust",
        "target": options.target,
        "percent": round(whole, 2),
        "parts": {part: {"lines": parts[part][0], "covered": parts[part][1]} for part in order},
        "files": {name: {"lines": count, "covered": covered} for name, (count, covered) in sorted(files.items())},
    }
    for suffix, content in (("md", "\n".join(text) + "\n"), ("json", json.dumps(record, indent=1) + "\n")):
        path = Path(f"{options.report}.{suffix}")
        staging = path.with_name(path.name + ".part")
        staging.write_text(content)
        staging.replace(path)
    print("\n".join(text[2:]))
    sys.exit(0 if whole >= options.target else 1)


if __name__ == "__main__":
    main()
