#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""The report of mutants of the Rust sources, of what cargo-mutants leaves in its folder: reports/verification/mutants_rust.{json,md}.

    scripts/mutants_rust.py mutants.out [mutants.out ...] [--command TEXT] --report reports/verification/mutants_rust

Of several folders, a later one has the last word on a mutant that both have: mutants that some of the tests missed, run again with
more of them. Mutants that do not compile are counted apart. Missed ones are listed, with the reason where scripts/mutants_rust_reasons.txt has
one (a line `file: part of the mutant's text: reason`); exit code 1 where one has none.
"""

import argparse
import json
import sys
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
NAMES = {"CaughtMutant": "caught", "MissedMutant": "missed", "Timeout": "timeout", "Unviable": "unviable"}


def reasons():
    found = []
    path = HERE / "mutants_rust_reasons.txt"
    for line in path.read_text().splitlines() if path.exists() else []:
        if line.strip() and not line.startswith("#"):
            file, text, reason = line.split(": ", 2)
            found.append((file, text, reason))
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", help="folders mutants.out")
    parser.add_argument("--command", default="make mutate-rust", help="command to name in the report")
    parser.add_argument("--report", required=True, help="the report, without .json and .md")
    options = parser.parse_args()
    files, missed, outcomes = defaultdict(lambda: dict.fromkeys(NAMES.values(), 0)), [], {}
    for folder in options.folders:
        for outcome in json.loads((Path(folder) / "outcomes.json").read_text())["outcomes"]:
            if outcome["scenario"] == "Baseline":
                continue
            mutant = outcome["scenario"]["Mutant"]
            kind = NAMES.get(outcome["summary"])
            if kind is None:
                sys.exit(f"mutants_rust.py: cannot read the outcome {outcome['summary']}")
            outcomes[mutant["file"], mutant["name"]] = kind
    for (file, name), kind in outcomes.items():
        files[file][kind] += 1
        if kind == "missed":
            missed.append((file, name))
    known = reasons()
    listed, unexplained = [], 0
    for file, name in sorted(missed):
        reason = next((reason for path, text, reason in known if path == file and text in name), "")
        unexplained += not reason
        listed.append((file, name, reason))
    total = {kind: sum(counts[kind] for counts in files.values()) for kind in NAMES.values()}

    def row(title, counts):
        judged = counts["caught"] + counts["missed"] + counts["timeout"]
        share = 100.0 * (judged - counts["missed"]) / judged if judged else 100.0
        return f"| {title} | {judged} | {counts['caught']} | {counts['timeout']} | {counts['missed']} | {share:.1f} % | {counts['unviable']} |"

    text = [
        "# Mutants of the Rust sources\n",
        "How this is made: [doc/verification/mutants.md](../../doc/verification/mutants.md#rust).\n",
        f"- Command: `{options.command}`\n",
        "| file | mutants | caught | timeout | missed | noticed | do not compile |",
        "| --- | --: | --: | --: | --: | --: | --: |",
    ]
    text += [row(f"`{file}`", counts) for file, counts in sorted(files.items())]
    text.append(row("all", total))
    text += ["\n## Missed\n", "| mutant | reason |", "| --- | --- |"]
    # A bar ends a cell of a table, even in code.
    cells = ((name.replace("|", "\\|"), reason.replace("|", "\\|")) for _, name, reason in listed)
    text += [f"| `{name}` | {reason or '**none**'} |" for name, reason in cells]
    record = {"command": options.command, "total": total, "files": dict(sorted(files.items())),
              "missed": [{"mutant": name, "reason": reason} for _, name, reason in listed]}
    for suffix, content in (("md", "\n".join(text) + "\n"), ("json", json.dumps(record, indent=1) + "\n")):
        path = Path(f"{options.report}.{suffix}")
        staging = path.with_name(path.name + ".part")
        staging.write_text(content)
        staging.replace(path)
    print("\n".join(text[2:]))
    sys.exit(1 if unexplained else 0)


if __name__ == "__main__":
    main()
