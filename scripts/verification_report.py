#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Writes the tables of doc/verification.md and reports/verification/README.md from the records beside them.

    scripts/verification_report.py            # after `make prove`, `make mutate`, ...; `make verification-report` runs all of them
    scripts/verification_report.py --check    # fails where the tables are not those of the records

A record is the JSON file that a command has written; one that is not there is named as missing. Nothing is typed by hand.
"""

import argparse
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RECORDS = ROOT / "reports" / "verification"
BEGIN, END = "<!-- figures: scripts/verification_report.py -->", "<!-- end of figures -->"


def number(value):
    return f"{value:,}"


def proofs(record):
    every = record["proofs"]
    proved = sum(proof["block"]["verdict"] == "proved" for proof in every)
    refuted = sum(proof["twin"]["verdict"] == "refuted" for proof in every)
    kinds = len({proof["property"] for proof in every})
    return f"{proved} of {len(every)} proofs of {kinds} properties, {refuted} twins refuted, {record['seconds']:.0f} s"


def mutants(record):
    total = record["total"]
    return (
        f"{number(total['mutants'])} mutants in {len(record['blocks'])} blocks, {number(total['equivalent'])} proved equivalent, "
        f"{number(total['survived'])} survive: {total['percent']:.1f} % killed"
    )


def coverage(record):
    def share(kind):
        count = record["total"].get(kind, {"covered": 0, "all": 0})
        part = 100.0 * count["covered"] / count["all"] if count["all"] else 100.0
        return f"{number(count['covered'])} of {number(count['all'])} ({part:.1f} %)"

    return (
        f"lines {share('line')}, branches {share('branch')}, cover points {share('point')}, toggles {share('toggle')}; "
        f"{record['configurations']} configurations, {number(record['tests'])} tests"
    )


def coverage_rust(record):
    lines = record["parts"]["all"]
    return f"{100.0 * lines['covered'] / lines['lines']:.1f} % of {number(lines['lines'])} lines"


def mutants_rust(record):
    total = record["total"]
    judged = total["caught"] + total["missed"] + total["timeout"]
    share = 100.0 * (total["caught"] + total["timeout"]) / judged if judged else 100.0
    return f"{judged} mutants that compile, {total['caught'] + total['timeout']} noticed ({share:.1f} %), {total['missed']} missed"


def xprop(record):
    runs = record["runs"]
    passed = sum(run["pass"] for run in runs)
    checks = sum(run["checks"] for run in runs)
    return f"{passed} of {len(runs)} runs, {number(checks)} checks, {record['seconds']:.0f} s"


def fuzz(record):
    targets = record["targets"]
    executions = sum(target["executions"] for target in targets)
    failures = sum(len(target["failures"]) for target in targets)
    return f"{number(executions)} executions of {len(targets)} targets, {failures} failures"


# Record, what it is about, target of the Makefile, how to read it.
TABLE = [
    ("proofs_quick", "proofs, small matrix", "prove-quick", proofs),
    ("proofs", "proofs, whole matrix", "prove", proofs),
    ("mutants", "mutants of the RTL", "mutate", mutants),
    ("coverage", "coverage of the RTL", "coverage", coverage),
    ("coverage_rust", "line coverage of the Rust libraries", "coverage-rust", coverage_rust),
    ("mutants_rust", "mutants of the Rust sources", "mutate-rust", mutants_rust),
    ("xprop", "unknown values", "xprop", xprop),
    ("fuzz", "hostile input", "fuzz", fuzz),
]


def rows():
    found = []
    for stem, title, target, read in TABLE:
        path = RECORDS / f"{stem}.json"
        if path.exists():
            record = json.loads(path.read_text())
            found.append((stem, title, target, record.get("command", f"make {target}"), read(record)))
        else:
            found.append((stem, title, target, f"make {target}", "no record here yet"))
    return found


def page(found):
    text = [
        "<!-- SPDX-License-Identifier: MIT OR Apache-2.0 -->",
        "# Records of the verification",
        "",
        "Each file is what a command has written; `make verification-report` runs all of them and writes this page. What they mean:",
        "[doc/verification.md](../../doc/verification.md).",
        "",
        "| about | target | command | figures | record |",
        "|---|---|---|---|---|",
    ]
    for stem, title, target, command, figures in found:
        link = f"[{stem}.md]({stem}.md)" if (RECORDS / f"{stem}.md").exists() else ""
        text.append(f"| {title} | `make {target}` | `{command}` | {figures} | {link} |")
    return "\n".join(text) + "\n"


def inserted(found):
    path = ROOT / "doc" / "verification.md"
    text = path.read_text()
    if BEGIN not in text or END not in text:
        sys.exit(f"verification_report.py: error: {path.name} has no lines `{BEGIN}` and `{END}`")
    head, rest = text.split(BEGIN, 1)
    tail = rest.split(END, 1)[1]
    table = ["| about | figures | command |", "|---|---|---|"]
    table += [f"| {title} | {figures} | `make {target}` |" for _, title, target, _, figures in found]
    return head + BEGIN + "\n" + "\n".join(table) + "\n" + END + tail


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; fail where something would change")
    options = parser.parse_args()
    found = rows()
    stale = []
    for path, text in ((RECORDS / "README.md", page(found)), (ROOT / "doc" / "verification.md", inserted(found))):
        if path.exists() and path.read_text() == text:
            continue
        stale.append(path.relative_to(ROOT).as_posix())
        if not options.check:
            staging = path.with_name(path.name + ".part")
            staging.write_text(text)
            staging.replace(path)
    if options.check and stale:
        sys.exit("verification_report.py: error: not what the records say: " + ", ".join(stale))
    print("\n".join(f"{title}: {figures}" for _, title, _, _, figures in found))


if __name__ == "__main__":
    main()
