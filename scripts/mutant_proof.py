#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Compares one mutant of a netlist with the original: for all inputs and all times.

    scripts/python scripts/mutant_proof.py prepare --top TOP MUTATED.il FLAT.aag
    scripts/python scripts/mutant_proof.py prove --mutant N [--seconds S] FLAT.aag

`prepare` flattens the netlist, cuts black boxes out (their outputs become inputs, their inputs outputs), turns storage of
every kind (flip-flops, latches, gated clocks) into storage of one kind that steps with every change of an input, and
writes it as AIGER.

`prove` sets the original (selection 0) beside the mutant (selection N). Both begin in reset with the same contents of their
storage, whatever they are, and get the same inputs, whatever they are, from then on. Proved is that no output ever
differs: first the simplest way, that equal contents give equal outputs and equal next contents; where that does not
hold, by ABC's PDR, which knows what contents can be reached. It prints `equivalent`, `different` (there are inputs that show
a difference) or `unknown` (no answer within the time).
"""

import argparse
import os
import subprocess
import sys
import tempfile

try:
    import pyosys
    from pyosys import libyosys as ys
except ImportError:
    sys.exit("mutant_proof.py: error: pyosys is not installed in .tools/; run scripts/setup.sh")

CONTROL = "hcim_mutant"
ABC = os.path.join(os.path.dirname(pyosys.__file__), "yosys-abc")


def name(text: str) -> "ys.IdString":
    return ys.IdString("\\" + text)


def cut_black_boxes(design, module) -> None:
    """Replaces instances of black boxes by ports of the module that holds them."""
    for cell in list(module.selected_cells()):
        kind = design.module(cell.type)
        if kind is None or not kind.get_blackbox_attribute():
            continue
        for port, signal in dict(cell.connections()).items():
            wire = module.addWire(name(f"{cell.name.str()[1:]}_{port.str()[1:]}"), signal.size())
            if kind.wire(port).port_output:
                wire.port_input = True
                module.connect(signal, ys.SigSpec(wire))
            else:
                wire.port_output = True
                module.connect(ys.SigSpec(wire), signal)
        module.remove(cell)
    module.fixup_ports()


def prepare(top: str, mutated: str, flat: str) -> None:
    design = ys.Design()
    for command in [f"read_rtlil {mutated}", f"hierarchy -check -top {top}", "flatten", "opt_clean"]:
        ys.run_pass(command, design)
    cut_black_boxes(design, design.module(name(top)))
    for command in [
        "setundef -undriven -zero",
        "opt_clean",
        "clk2fflogic",
        "opt_clean",
        "check -assert",
        "techmap",
        "opt_expr",
        "opt_clean",
        "aigmap",
        # Contents of storage in the first step are free anyhow (Pair); Yosys would make inputs of those it knows nothing of.
        "zinit -all",
        "opt_clean",
        f"write_aiger -ascii -symbols -zinit {flat}",
    ]:
        ys.run_pass(command, design)


class Graph:
    """And gates, each once. A literal is twice the number of a node, plus 1 if it is inverted; node 0 is the constant 0."""

    def __init__(self) -> None:
        self.gates = []  # None for an input or a latch
        self.known = {}
        self.gates.append(None)

    def leaf(self) -> int:
        self.gates.append(None)
        return 2 * (len(self.gates) - 1)

    def both(self, a: int, b: int) -> int:
        a, b = min(a, b), max(a, b)
        if a == 0 or a ^ b == 1:
            return 0
        if a == 1 or a == b:
            return b
        if (a, b) not in self.known:
            self.gates.append((a, b))
            self.known[a, b] = 2 * (len(self.gates) - 1)
        return self.known[a, b]

    def either(self, a: int, b: int) -> int:
        return self.both(a ^ 1, b ^ 1) ^ 1

    def choose(self, which: int, one: int, zero: int) -> int:
        return self.either(self.both(which, one), self.both(which ^ 1, zero))

    def differ(self, a: int, b: int) -> int:
        return self.choose(a, b ^ 1, b)


class Flat:
    """The flat netlist, read from AIGER."""

    def __init__(self, path: str) -> None:
        with open(path, encoding="ascii") as text:
            lines = text.read().splitlines()
        _, inputs, latches, outputs, gates = (int(word) for word in lines[0].split()[1:6])
        at = 1
        rows = [[int(word) for word in line.split()] for line in lines[1 : 1 + inputs + latches + outputs + gates]]
        self.inputs = [row[0] for row in rows[:inputs]]
        self.latches = [(row[0], row[1]) for row in rows[inputs : inputs + latches]]
        at = inputs + latches
        self.outputs = [row[0] for row in rows[at : at + outputs]]
        self.gates = rows[at + outputs :]
        self.control = {}
        self.reset = None
        for line in lines[1 + len(rows) :]:
            if line == "c":
                break
            place, _, title = line.partition(" ")
            if place[0] != "i":
                continue
            if title == "rst_ni":
                self.reset = self.inputs[int(place[1:])]
            elif title.startswith(CONTROL + "["):
                self.control[self.inputs[int(place[1:])]] = int(title[len(CONTROL) + 1 : -1])
        if self.reset is None or not self.control:
            sys.exit(f"mutant_proof.py: error: {path} has no rst_ni or no {CONTROL}")

    def build(self, graph: Graph, leaves: dict, mutant: int) -> dict:
        """Literals of this netlist with this selection in the graph."""
        value = {0: 0, **leaves}
        for literal, bit in self.control.items():
            value[literal] = mutant >> bit & 1

        def of(literal: int) -> int:
            return value[literal & ~1] ^ (literal & 1)

        for out, a, b in self.gates:
            value[out] = graph.both(of(a), of(b))
        return {literal: of(literal) for literal in self.outputs + [after for _, after in self.latches]}


class Pair:
    """Original and mutant with the same inputs. Storage that cannot differ is shared, the rest is there twice."""

    def __init__(self, flat: Flat, mutant: int) -> None:
        self.flat, self.mutant = flat, mutant

    def build(self, doubled: set, start: bool):
        """With `start`, storage is free in the first step, and reset is held in it."""
        graph = Graph()
        inputs = [graph.leaf() for _ in self.flat.inputs]
        leaves = dict(zip(self.flat.inputs, inputs))
        begun = graph.leaf() if start else 1
        stored, other, starts = {}, {}, []
        gold, gate = dict(leaves), dict(leaves)
        for literal, _ in self.flat.latches:
            first = graph.leaf() if start else 0
            starts.append(first)
            stored[literal] = graph.leaf()
            gold[literal] = gate[literal] = graph.choose(begun, stored[literal], first)
            if literal in doubled:
                other[literal] = graph.leaf()
                gate[literal] = graph.choose(begun, other[literal], first)
        reset = graph.both(leaves[self.flat.reset], begun)
        gold[self.flat.reset] = gate[self.flat.reset] = reset
        one = self.flat.build(graph, gold, 0)
        two = self.flat.build(graph, gate, self.mutant)
        return graph, inputs + (starts if start else []), begun, stored, other, one, two

    def differing(self, doubled: set) -> set:
        """Storage whose next contents can differ if those of `doubled` can."""
        _, _, _, _, _, one, two = self.build(doubled, False)
        return {literal for literal, after in self.flat.latches if one[after] != two[after]}

    def step(self, path: str) -> bool:
        """Writes whether equal contents can give different outputs or next contents; false where that is clear."""
        graph, inputs, _, stored, _, one, two = self.build(set(), False)
        bad = 0
        for literal in one:
            bad = graph.either(bad, graph.differ(one[literal], two[literal]))
        write(path, graph, inputs + list(stored.values()), [], bad)
        return bad != 0

    def forever(self, path: str) -> None:
        """Writes whether outputs can ever differ."""
        doubled = set()
        while True:
            more = self.differing(doubled) - doubled
            if not more:
                break
            doubled |= more
        graph, inputs, begun, stored, other, one, two = self.build(doubled, True)
        bad = 0
        for literal in self.flat.outputs:
            bad = graph.either(bad, graph.differ(one[literal], two[literal]))
        latches = [(begun, 1)]
        for literal, after in self.flat.latches:
            latches.append((stored[literal], one[after]))
            if literal in doubled:
                latches.append((other[literal], two[after]))
        write(path, graph, inputs, latches, bad)


def write(path: str, graph: Graph, inputs: list, latches: list, bad: int) -> None:
    """Binary AIGER, in which inputs come first, then latches, then gates."""
    order = {0: 0}
    for literal in inputs + [latch for latch, _ in latches]:
        order[literal // 2] = len(order)
    gates = []
    for node, gate in enumerate(graph.gates):
        if gate is not None:
            order[node] = len(order)
            gates.append((node, gate))

    def of(literal: int) -> int:
        return 2 * order[literal // 2] + (literal & 1)

    with open(path, "wb") as file:
        head = f"aig {len(order) - 1} {len(inputs)} {len(latches)} 1 {len(gates)}\n"
        file.write((head + "".join(f"{of(after)}\n" for _, after in latches) + f"{of(bad)}\n").encode("ascii"))
        for node, (a, b) in gates:
            out = 2 * order[node]
            one, two = max(of(a), of(b)), min(of(a), of(b))
            for delta in (out - one, one - two):
                while delta >= 0x80:
                    file.write(bytes([delta & 0x7F | 0x80]))
                    delta >>= 7
                file.write(bytes([delta]))


def abc(folder: str, script: str, seconds: int) -> str:
    try:
        done = subprocess.run([ABC, "-c", script], capture_output=True, text=True, check=False, cwd=folder, timeout=seconds)
    except subprocess.TimeoutExpired:
        return "Reached timeout"
    return done.stdout + done.stderr


def prove(path: str, mutant: int, seconds: int) -> str:
    pair = Pair(Flat(path), mutant)
    with tempfile.TemporaryDirectory() as folder:
        if not pair.step(os.path.join(folder, "step.aig")):
            return "equivalent"
        if "UNSATISFIABLE" in abc(folder, f"read_aiger step.aig; strash; fraig; sat -C 100000", seconds):
            return "equivalent"
        pair.forever(os.path.join(folder, "pair.aig"))
        said = abc(folder, f"read_aiger pair.aig; strash; scleanup; lcorr; scorr; pdr -T {seconds}", 2 * seconds)
    if "Property proved" in said:
        return "equivalent"
    if "was asserted in frame" in said:
        return "different"
    if "Reached timeout" in said or "UNDECIDED" in said:
        return "unknown"
    sys.exit(f"mutant_proof.py: error: cannot read ABC's answer:\n{said}")


def main() -> int:
    parser = argparse.ArgumentParser(description="Compare a mutant with the original.")
    steps = parser.add_subparsers(dest="step", required=True)
    first = steps.add_parser("prepare", help="make the flat model")
    first.add_argument("--top", required=True, help="top module")
    first.add_argument("mutated", help="netlist with mutants (RTLIL)")
    first.add_argument("flat", help="the file to write (AIGER)")
    second = steps.add_parser("prove", help="compare")
    second.add_argument("--mutant", type=int, required=True, help="its number")
    second.add_argument("--seconds", type=int, default=60, help="time for the proof")
    second.add_argument("flat", help="the flat model")
    args = parser.parse_args()
    # Yosys talks on standard output, which is for the answer.
    answer = os.fdopen(os.dup(1), "w")
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    if args.step == "prepare":
        prepare(args.top, args.mutated, args.flat)
    else:
        print(prove(args.flat, args.mutant, args.seconds), file=answer, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
