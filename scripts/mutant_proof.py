#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Compares one mutant of a netlist with the original: for all inputs and all times.

    scripts/python scripts/mutant_proof.py prepare --top TOP [--contract FILE.v --set NAME=VALUE...] MUTATED.il FLAT.aag
    scripts/python scripts/mutant_proof.py prove --mutant N [--seconds S] FLAT.aag

`prepare` flattens the netlist, cuts black boxes out (their outputs become inputs, their inputs outputs), turns storage of
every kind (flip-flops, latches, gated clocks) into storage of one kind that steps with every change of an input, and
writes it as AIGER.

`prove` sets the original (selection 0) beside the mutant (selection N). Both begin in reset with the same contents of their
storage, whatever they are, and get the same inputs, whatever they are, from then on. They may be assumed to keep to the
contract of the block: the clock runs, inputs change after its rising edge, `test_en_i` is constant, and what a module
given by `--contract` asks for. Its output `legal_o` falls where the environment breaks the contract; its output `see_X` says
when output X has a meaning, or, where it is as wide as X, which of its bits. Proved is that no output ever differs in the low
phase of the clock: first the simplest way, that equal contents give equal outputs and equal next contents; then that this holds
of all contents that can be reached (PDR of ABC), so that the two never part; then that only the storage that the fault reaches
in a few steps parts, and nothing sees it; then of all storage side by side. It prints `equivalent`, `different` (there are
inputs that show a difference) or `unknown` (no answer within the time).
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time

try:
    import pyosys
    from pyosys import libyosys as ys
except ImportError:
    sys.exit("mutant_proof.py: error: pyosys is not installed in .tools/; run scripts/setup.sh")

CONTROL = "hcim_mutant"
# How many steps a difference in storage may spread before all that it can reach is set side by side.
STEPS = 12
ABC = os.path.join(os.path.dirname(pyosys.__file__), "yosys-abc")


def name(text: str) -> "ys.IdString":
    return ys.IdString("\\" + text)


def cut_black_boxes(design, module) -> None:
    """Replaces instances of black boxes in the top by ports of it."""
    for cell in list(module.selected_cells()):
        kind = design.module(cell.type)
        if kind is None or not kind.get_blackbox_attribute():
            continue
        for port, signal in dict(cell.connections()).items():
            if port.str()[1:] == CONTROL:
                continue
            wire = module.addWire(name(f"{cell.name.str()[1:]}_{port.str()[1:]}"), signal.size())
            if kind.wire(port).port_output:
                wire.port_input = True
                module.connect(signal, ys.SigSpec(wire))
            else:
                wire.port_output = True
                module.connect(ys.SigSpec(wire), signal)
        module.remove(cell)
    module.fixup_ports()


def add_contract(design, top: str, contract: str, parameters: list) -> None:
    """Puts the module of this file beside everything in the top; ports are matched by name, outputs become outputs."""
    title = os.path.splitext(os.path.basename(contract))[0]
    ys.run_pass(f"read_verilog {contract}", design)
    for parameter in parameters:
        word, _, value = parameter.partition("=")
        ys.run_pass(f"chparam -set {word} {value} {title}", design)
    ys.run_pass(f"proc {title}", design)
    module, kind = design.module(name(top)), design.module(name(title))
    cell = module.addCell(name("u_contract"), name(title))
    for port in list(kind.ports):
        if kind.wire(port).port_output:
            wire = module.addWire(port, kind.wire(port).width)
            wire.port_output = True
        else:
            wire = module.wire(port)
            if wire is None and port == name("rst_ni"):
                # The contract begins somewhere, even where the block has no reset.
                wire = module.addWire(port, 1)
                wire.port_input = True
        cell.setPort(port, ys.SigSpec(wire))
    module.fixup_ports()


def keep_only(design, top: str, kept: list) -> None:
    """Makes black boxes of all modules but the top, those that are kept, what these contain and what contains them."""
    modules = {module.name.str(): module for module in design.all_selected_whole_modules()}
    inside = {title: {cell.type.str() for cell in module.selected_cells()} & set(modules) for title, module in modules.items()}

    def below(title: str) -> set:
        return {title}.union(*(below(one) for one in inside[title]))

    # A module with parameters has more of a name in front of its own.
    wanted = {title for title in modules if title.endswith(tuple("\\" + name for name in kept))}
    if missing := [name for name in kept if not any(title.endswith("\\" + name) for title in wanted)]:
        sys.exit(f"mutant_proof.py: error: there is no module {', '.join(missing)}")
    whole = set().union(*(below(title) for title in wanted))
    around = {title for title in modules if below(title) & wanted}
    for title in below("\\" + top) - whole - around:
        modules[title].makeblackbox()


def prepare(top: str, mutated: str, flat: str, contract: str, parameters: list, kept: list) -> None:
    design = ys.Design()
    ys.run_pass(f"read_rtlil {mutated}", design)
    if kept:
        keep_only(design, top, kept)
    cut_black_boxes(design, design.module(name(top)))
    if contract is not None:
        add_contract(design, top, contract, parameters)
    for command in [f"hierarchy -check -top {top}", "flatten"]:
        ys.run_pass(command, design)
    # Those of modules below.
    cut_black_boxes(design, design.module(name(top)))
    ys.run_pass("opt_clean", design)
    for command in [
        # Before setundef, which would disable ports whose enable is unknown because they have none.
        "memory -nordff -nomap",
        "memory_map",
        "setundef -undriven -zero",
        "opt_clean",
        "clk2fflogic",
        "opt_clean",
        "check -assert",
        "techmap",
        "opt_expr",
        "opt_clean",
        "aigmap",
        # Free, but the same for both sides.
        "setundef -anyseq",
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
        self.clock = self.reset = self.test = self.legal = None
        names, sees = {}, {}
        for line in lines[1 + len(rows) :]:
            if line == "c":
                break
            place, _, title = line.partition(" ")
            literal = (self.inputs if place[0] == "i" else self.outputs if place[0] == "o" else [])[int(place[1:]) :]
            if not literal:
                continue
            if title == "clk_i":
                self.clock = literal[0]
            elif title == "rst_ni":
                self.reset = literal[0]
            elif title == "test_en_i":
                self.test = literal[0]
            elif title.startswith(CONTROL + "["):
                self.control[literal[0]] = int(title[len(CONTROL) + 1 : -1])
            elif title == "legal_o":
                self.legal = int(place[1:])
            elif title.startswith("see_"):
                sees[title[len("see_") :]] = int(place[1:])
            elif place[0] == "o":
                names[int(place[1:])] = title
        self.compared = {at: sees.get(title, sees.get(title.partition("[")[0])) for at, title in names.items()}
        if self.clock is None:
            sys.exit(f"mutant_proof.py: error: {path} has no clk_i")
        if not self.control:
            sys.exit(f"mutant_proof.py: error: {path} has no {CONTROL}")

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

    def build(self, doubled: set) -> None:
        """All contents and inputs are free."""
        flat, graph = self.flat, Graph()
        self.graph = graph
        self.inputs = [graph.leaf() for _ in flat.inputs]
        leaves = dict(zip(flat.inputs, self.inputs))
        self.stored = {literal: graph.leaf() for literal, _ in flat.latches}
        self.other = {literal: graph.leaf() for literal in doubled}
        self.one = flat.build(graph, {**leaves, **self.stored}, 0)
        self.two = flat.build(graph, {**leaves, **self.stored, **self.other}, self.mutant)

    def run(self, doubled: set) -> tuple:
        """A run: contents are free in the first step, in which reset is held; those of `doubled` may part then. Gives inputs,
        latches and what must never be: that outputs differ, or other contents after a step."""
        flat, graph = self.flat, Graph()
        begun, clock, legal = graph.leaf(), graph.leaf(), graph.leaf()  # legal: inverted, as latches begin at 0
        free, latches, leaves = [], [(begun, 1), (clock, clock ^ 1)], {}
        for literal in flat.inputs:
            if literal in flat.control:
                continue
            if literal == flat.clock:
                leaves[literal] = clock
                continue
            new = graph.leaf()
            free.append(new)
            if literal == flat.reset:
                leaves[literal] = graph.both(new, begun)
                continue
            before = graph.leaf()
            keeps = graph.both(begun, clock ^ 1) if literal != flat.test else begun
            leaves[literal] = graph.choose(keeps, before, new)
            latches.append((before, leaves[literal]))
        gold, gate, after = dict(leaves), dict(leaves), []
        for literal, following in flat.latches:
            first, stored = graph.leaf(), graph.leaf()
            free.append(first)
            gold[literal] = gate[literal] = graph.choose(begun, stored, first)
            other = None
            if literal in doubled:
                other = graph.leaf()
                gate[literal] = graph.choose(begun, other, first)
            after.append((stored, other, following))
        one = flat.build(graph, gold, 0)
        two = flat.build(graph, gate, self.mutant)
        for stored, other, following in after:
            latches.append((stored, one[following]))
            if other is not None:
                latches.append((other, two[following]))
        # Inputs settle in the high phase: what the contract asks is asked in the low one.
        holds = graph.either(clock, one[flat.outputs[flat.legal]]) if flat.legal is not None else 1
        holds = graph.both(holds, legal ^ 1)
        latches.append((legal, holds ^ 1))
        bad = 0
        for at, see in flat.compared.items():
            differs = graph.differ(one[flat.outputs[at]], two[flat.outputs[at]])
            if see is not None:
                seen = graph.either(one[flat.outputs[see]], two[flat.outputs[see]])
                differs = graph.both(differs, seen)
            bad = graph.either(bad, differs)
        bad = graph.both(bad, clock ^ 1)
        for literal, following in flat.latches:
            if literal not in doubled:
                bad = graph.either(bad, graph.differ(one[following], two[following]))
        return graph, free, latches, graph.both(bad, holds)

    def differing(self, doubled: set) -> set:
        """Storage whose next contents can differ if those of `doubled` can."""
        self.build(doubled)
        return {literal for literal, after in self.flat.latches if self.one[after] != self.two[after]}

    def step(self, path: str) -> bool:
        """Writes whether equal contents can give different outputs or next contents; false where that is clear."""
        self.build(set())
        bad = 0
        for literal in self.one:
            bad = self.graph.either(bad, self.graph.differ(self.one[literal], self.two[literal]))
        write(path, self.graph, self.inputs + list(self.stored.values()), [], bad)
        return bad != 0

    def grow(self, doubled: set) -> set:
        """`doubled`, and what can differ a step later."""
        return doubled | self.differing(doubled)


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


def constant(path: str):
    """The value of the one output if it is constant, or None."""
    with open(path, "rb") as file:
        words = file.readline().split()
        latches, outputs, gates = int(words[3]), int(words[4]), int(words[5])
        if latches or gates or outputs != 1:
            return None
        literal = int(file.readline())
        return literal if literal < 2 else None


def decide(folder: str, end: float) -> str:
    """Whether the output of pair.aig is never 1, if that is found until this moment."""

    def left() -> int:
        return max(int(end - time.monotonic()), 1)

    # Storage that always holds the same is joined first: almost all of the two sides.
    less = os.path.join(folder, "less.aig")
    if os.path.exists(less):
        os.remove(less)
    abc(folder, "read_aiger pair.aig; strash; scleanup; lcorr; scorr; write_aiger less.aig", left())
    if not os.path.exists(less):
        return "unknown"
    if constant(less) == 0:
        return "never"
    said = abc(folder, f"read_aiger less.aig; strash; pdr -T {left()}", left() + 5)
    if "Property proved" in said:
        return "never"
    if "was asserted in frame" in said:
        return "sometimes"
    if "Reached timeout" in said or "UNDECIDED" in said:
        return "unknown"
    sys.exit(f"mutant_proof.py: error: cannot read ABC's answer:\n{said}")


def prove(path: str, mutant: int, seconds: int) -> str:
    pair, end = Pair(Flat(path), mutant), time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as folder:
        if not pair.step(os.path.join(folder, "step.aig")):
            return "equivalent"
        if "UNSATISFIABLE" in abc(folder, "read_aiger step.aig; strash; fraig; sat -C 100000", seconds):
            return "equivalent"
        # Storage that may part: none, then what the fault reaches in a step, in two, ..., at last all that it ever can. The more
        # there is, the harder the question: one without an answer is the last.
        def ask(doubled: set) -> str:
            write(os.path.join(folder, "pair.aig"), *pair.run(doubled))
            return decide(folder, end)

        doubled, step = set(), 0
        while (answer := ask(doubled)) == "sometimes" and (more := pair.grow(doubled)) != doubled:
            step += 1
            while step >= STEPS and more != doubled:
                doubled, more = more, pair.grow(more)
            doubled = more
    return {"never": "equivalent", "sometimes": "different"}.get(answer, "unknown")


def main() -> int:
    parser = argparse.ArgumentParser(description="Compare a mutant with the original.")
    steps = parser.add_subparsers(dest="step", required=True)
    first = steps.add_parser("prepare", help="make the flat model")
    first.add_argument("--top", required=True, help="top module")
    first.add_argument("--contract", help="Verilog file with a module of the same name: what the environment keeps to")
    first.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a parameter of that module")
    first.add_argument("--keep", action="append", default=[], metavar="MODULE", help="what is kept of the top; the rest may do anything")
    first.add_argument("mutated", help="netlist with mutants (RTLIL)")
    first.add_argument("flat", help="the file to write (AIGER)")
    second = steps.add_parser("prove", help="compare")
    second.add_argument("--mutant", type=int, required=True, help="its number")
    second.add_argument("--seconds", type=int, default=60, help="time for the proof, in all")
    second.add_argument("flat", help="the flat model")
    args = parser.parse_args()
    # Yosys talks on standard output, which is for the answer.
    answer = os.fdopen(os.dup(1), "w")
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    if args.step == "prepare":
        prepare(args.top, args.mutated, args.flat, args.contract, args.set, args.keep)
    else:
        print(prove(args.flat, args.mutant, args.seconds), file=answer, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
