#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Processor time and memory of `hcim synth` against the number of columns: reports/synthesis/<pdk>.{json,md}, and the table of
doc/silicon.md.

    scripts/synthesis_scaling.py --hcim target/release/hcim --pdk nangate45    # minutes; `make synth-scaling` does it
    scripts/synthesis_scaling.py --check         # fails where report or document are not those of the record
"""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RECORD = ROOT / "reports" / "synthesis" / "nangate45.json"
DOCUMENT = ROOT / "doc" / "silicon.md"
BEGIN, END = "<!-- figures: scripts/synthesis_scaling.py -->\n", "<!-- end of figures -->\n"
# What is measured: the array alone, and the tile around it.
DESIGNS = ["--preset lowest-energy --top dcim_array", "--preset lowest-energy"]
COLUMNS = "16,32,64,128,256,512"


def exponent(first, last, key):
    """The e of a growth with columns^e between two rows.

    >>> round(exponent({"columns": 16, "s": 2.0}, {"columns": 64, "s": 8.0}, "s"), 6)
    1.0
    >>> round(exponent({"columns": 10, "s": 3.0}, {"columns": 100, "s": 300.0}, "s"), 6)
    2.0
    """
    return math.log(last[key] / first[key]) / math.log(last["columns"] / first["columns"])


def table(rows):
    """The rows, each with the exponents from the row before it; the last line has those from the first row to the last.

    >>> row = {"modules": 3, "cells": 1000, "area_um2": 2000.4, "processor_seconds": 2.0, "peak_mib": 50.0}
    >>> two = [dict(row, columns=16), dict(row, columns=32, cells=2000, processor_seconds=4.0)]
    >>> print(table(two).splitlines()[3])
    | 32 | 3 | 2,000 | 2,000 | 4.0 | 1.00 | 50 | 0.00 |
    >>> print(table(two).splitlines()[-1])
    | 16 to 32 | | | | | 1.00 | | 0.00 |
    """
    lines = ["| columns | modules | cells | um2 | seconds | exponent | MiB | exponent |", "|---:|" + "---:|" * 7]
    for before, row in zip([None] + rows, rows):
        growth = [f"{exponent(before, row, key):.2f}" if before else "" for key in ("processor_seconds", "peak_mib")]
        lines.append(
            f"| {row['columns']} | {row['modules']} | {row['cells']:,} | {row['area_um2']:,.0f} | {row['processor_seconds']:.1f} "
            f"| {growth[0]} | {row['peak_mib']:.0f} | {growth[1]} |"
        )
    time, memory = (exponent(rows[0], rows[-1], key) for key in ("processor_seconds", "peak_mib"))
    lines.append(f"| {rows[0]['columns']} to {rows[-1]['columns']} | | | | | {time:.2f} | | {memory:.2f} |")
    return "\n".join(lines).replace("|  |", "| |") + "\n"


def tables(record):
    return "\n".join(f"`hcim synth {design['flags']}`:\n\n{table(design['rows'])}" for design in record["designs"])


def markdown(record):
    tools = "".join(f"- {tool['name']} {tool['version']}\n" for tool in record["tools"])
    inputs = "".join(f"- Input `{file['name']}`, SHA-256 `{file['sha256']}`\n" for file in record["inputs"])
    return (
        f"# Synthesis against columns, {record['pdk']['title']}\n\n"
        "Seconds are processor time (user and system) of a whole `hcim synth` with every program that it starts: generation, mapping,\n"
        "checks, reports. MiB is the largest resident memory of one of these processes. `modules` is how many modules were mapped, each\n"
        "once however often it stands in the design. An exponent is that of growth with the number of columns since the row above.\n"
        f"Each row is one run.\n\n{tables(record)}\n"
        f"## Where the figures come from\n\n- Command: `{record['command']}`\n- hcim {record['hcim']}\n{tools}{inputs}"
    )


def document(text, record):
    head, rest = text.split(BEGIN)
    return f"{head}{BEGIN}{tables(record)}{END}{rest.split(END, 1)[1]}"


def measure(hcim, pdk, flags, columns):
    """A run in a folder of its own; what it took, and the provenance that it tells."""
    with tempfile.TemporaryDirectory() as folder:
        words = [hcim, "synth", "--json", "--pdk", pdk, *flags.split(), "--cols", str(columns)]
        words += ["--build", f"{folder}/build", "--reports", f"{folder}/reports"]
        run = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE)
        answer = run.stdout.read()
        _, status, usage = os.wait4(run.pid, 0)
    if status:
        sys.exit(f"synthesis_scaling.py: {' '.join(words)} failed")
    result = json.loads(answer)["result"]
    row = {
        "columns": columns,
        "modules": len(result["mapping"]),
        "cells": result["statistics"]["total"]["cells"],
        "area_um2": round(result["statistics"]["total"]["area_um2"], 3),
        "processor_seconds": round(usage.ru_utime + usage.ru_stime, 2),
        "peak_mib": round(usage.ru_maxrss / 1024, 1),
        "configuration_sha256": result["provenance"]["configuration_sha256"],
        "netlist_sha256": result["netlist_sha256"],
    }
    print(f"{flags}: {columns} columns, {row['processor_seconds']} s, {row['peak_mib']} MiB", file=sys.stderr)
    return row, {key: result["provenance"][key] for key in ("hcim", "pdk", "tools", "inputs")}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hcim", default="target/release/hcim", help="the program")
    parser.add_argument("--pdk", default="nangate45")
    parser.add_argument("--columns", default=COLUMNS, help="comma-separated")
    parser.add_argument("--check", action="store_true", help="measure nothing; compare report and document with the record")
    options = parser.parse_args()
    if options.check:
        record = json.loads(RECORD.read_text())
        text = DOCUMENT.read_text()
        for name, same in [
            (RECORD.with_suffix(".md"), RECORD.with_suffix(".md").read_text() == markdown(record)),
            (DOCUMENT, text == document(text, record)),
        ]:
            if not same:
                sys.exit(f"{name.relative_to(ROOT)} is not that of its record")
        return
    origin, designs = None, []
    for flags in DESIGNS:
        rows = []
        for columns in map(int, options.columns.split(",")):
            row, found = measure(options.hcim, options.pdk, flags, columns)
            if origin not in (None, found):
                sys.exit("synthesis_scaling.py: tools or library changed between runs")
            origin = found
            rows.append(row)
        designs.append({"flags": f"--pdk {options.pdk} {flags} --cols N", "rows": rows})
    command = f"scripts/synthesis_scaling.py --pdk {options.pdk} --columns {options.columns}"
    record = {"command": command, **origin, "designs": designs}
    path = RECORD.with_name(f"{options.pdk}.json")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record, indent=2) + "\n")
    path.with_suffix(".md").write_text(markdown(record))
    if path == RECORD:
        DOCUMENT.write_text(document(DOCUMENT.read_text(), record))


if __name__ == "__main__":
    main()
