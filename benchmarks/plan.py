"""
CPU seconds of the plan by step, and of the same linear core in Pyomo, PuLP and linopy.

    pip install -r benchmarks/requirements.txt
    PYTHONPATH=. python benchmarks/plan.py            # 10 to 500 processes: half an hour
    PYTHONPATH=. python benchmarks/plan.py 10 50      # these sizes only

Three tables. *Steps*: one study from its folder to a checked plan, lexicographic, without builds and calm.
*Options*: ten options after a base on one live model, each kind apart: figures changed, the bottleneck moved,
a lead time changed; and two in which every order is another. *Peers*: one weighted sum of the goals, the same
for all, each in the same process on the same figures, the base and the ten options; a peer's user builds the
model anew for every option, so his loop is taken as eleven times his one plan. A peer that takes more than
five minutes is ended. Beside it, coprod with goals in strict order, as it plans unless told otherwise: the
sum is the nearest its peers come to that in one solve. Answers are asserted before a time is printed.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path
from unittest.mock import patch

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one thread, in sums as in solves

import numpy as np
import pandas as pd
from benchmarks.models.peers import PEERS, figures, weight_of_needs
from benchmarks.models.programme import programme
from benchmarks.printed import heading, table

from coprod.network import compile_network
from coprod.plan import Planner, PlanSettings
from coprod.plan import planner as live
from coprod.plan.assemble import assemble
from coprod.progress import Progress
from coprod.run import check_study
from coprod.study import read, write_folder
from coprod.verify import verify

SIZES = (10, 50, 200, 500)
#: CPU seconds after which a peer's one plan is ended.
PEER_SECONDS = 300
#: Further options of the mix.
MIX = 10
YEAR = pd.Timedelta(days=365)
EXACT = PlanSettings(calm_allowance=0.0, earliest_backfill=False)


class Clock(Progress):
    """CPU seconds of every phase the planner tells of."""

    def __init__(self):
        self.seconds, self._name, self._begin = {}, "", 0.0

    def phase(self, name):
        self.close()
        self._name, self._begin = name.removeprefix("plan: "), time.process_time()

    def close(self):
        if self._name:
            passed = time.process_time() - self._begin
            self.seconds[self._name] = self.seconds.get(self._name, 0.0) + passed
        self._name = ""


class Timer:
    """Names CPU seconds as they pass."""

    def __init__(self):
        self.seconds, self._begin = {}, time.process_time()

    def note(self, name):
        now = time.process_time()
        self.seconds[name], self._begin = now - self._begin, now


def steps(size):
    """One study, from its folder to a checked plan."""
    clock, found = Clock(), Timer()
    with tempfile.TemporaryDirectory() as folder:
        write_folder(programme(size, builds=0), Path(folder) / "study")
        found = Timer()
        tables, problems = read(Path(folder) / "study")
        found.note("read")
    errors = [p for p in check_study(tables, problems) if p.severity == "error"]
    assert not errors, errors
    found.note("check")
    network = compile_network(tables)
    found.note("compile")
    model = assemble(network)
    found.note("assemble")
    planner = Planner(network, EXACT, clock)  # assembles once more
    found.note("assemble and hand over")
    extracting = 0.0

    def timed(*given):
        nonlocal extracting
        begin = time.process_time()
        try:
            return extract(*given)
        finally:
            extracting += time.process_time() - begin

    extract = live.extract
    with patch.object(live, "extract", timed):
        plan = planner.solve()
    clock.close()
    found.note("solve and extract")
    checked = verify(tables, plan.tables)
    assert checked.passed, checked.failures
    found.note("verify")
    seconds = found.seconds
    hand_over = max(seconds["assemble and hand over"] - seconds["assemble"], 0.0)
    solve = seconds["solve and extract"] - extracting
    row = {
        "processes": len(tables["processes"]),
        "columns": model.problem.n_columns,
        "coefficients": model.problem.matrix.nnz,
        "read": seconds["read"],
        "check": seconds["check"],
        "compile": seconds["compile"],
        "assemble": seconds["assemble"],
        "hand over": hand_over,
        "solve": solve,
        "extract": extracting,
        "verify": seconds["verify"],
    }
    outside = sum(row[name] for name in ("read", "check", "compile", "extract", "verify"))
    row["outside solver / solve"] = outside / solve
    row["peak memory [MB]"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return tables, planner, plan, row, clock.seconds


def by_fullness(plan):
    """Names of the lines, the one that is full in most periods first."""
    loads = plan.loads[plan.loads["capacity"] > 0]
    full = (loads["use"] >= 0.999 * loads["capacity"]).groupby(loads["resource"]).sum()
    return list(full.sort_values(kind="stable", ascending=False).index)


def options(tables, plan):
    """
    Ten further options in the mix that studies have, then two more: name and tables.

    The mix: figures changed (rates of two lines with room, every order, costs, every rate, a year's orders
    gone), the bottleneck moved twice, a lead time changed twice. The two: every order by another figure.
    """
    lines = by_fullness(plan)
    for line in lines[len(lines) // 2 :][:2]:
        yield f"rate of {line} x 1.1", _scaled(tables, "resources", "rate_per_month", 1.1, resource=line)
    yield "every order x 1.05", _scaled(tables, "demands", "quantity", 1.05)
    yield "every cost x 1.02", _scaled(tables, "processes", "unit_cost", 1.02)
    yield "every rate x 1.1", _scaled(tables, "resources", "rate_per_month", 1.1)
    yield "first year's orders gone", without_the_first_year(tables)
    for factor in (1.1, 1.5):
        changed = _scaled(tables, "resources", "rate_per_month", factor, resource=lines[0])
        yield f"bottleneck x {factor}", changed
    process = tables["processes"]["process"].iloc[len(tables["processes"]) // 2]
    for months in (1.0, -1.0):
        frame = tables["processes"].copy()
        own = frame["process"] == process
        frame.loc[own, "lead_time_months"] = (frame.loc[own, "lead_time_months"] + months).clip(lower=1.0)
        yield f"lead time {months:+g}", tables.replace("processes", frame)
    rng = np.random.default_rng(7)
    for number in range(2):
        frame = tables["demands"].copy()
        frame["quantity"] *= rng.uniform(0.95, 1.05, len(frame))
        yield f"every order by up to 5%, {number + 1}", tables.replace("demands", frame)


def without_the_first_year(tables):
    """Return tables whose orders begin a year later, and ask for no more a month."""
    frame = tables["demands"].copy()
    left = (frame["until"] - frame["due"] - YEAR) / (frame["until"] - frame["due"])
    frame["due"], frame["quantity"] = frame["due"] + YEAR, frame["quantity"] * left
    return tables.replace("demands", frame)


def _scaled(tables, table, column, factor, **where):
    """Return tables with a column multiplied, in all rows or those with a value in another column."""
    frame = tables[table].copy()
    rows = np.ones(len(frame), dtype=bool)
    for name, value in where.items():
        rows &= frame[name] == value
    frame.loc[rows, column] *= factor
    return tables.replace(table, frame)


def option_times(tables, planner, plan):
    """CPU seconds of each option on the live model; every plan's first goals are asserted by a cold solve."""
    found = []
    for number, (name, changed) in enumerate(options(tables, plan)):
        begin = time.process_time()
        network = compile_network(changed)
        planner.update(network)
        result = planner.solve()
        found.append((name, time.process_time() - begin))
        if number in (0, 2, 6, 8, MIX):
            cold = Planner(network, EXACT).solve()
            assert np.allclose(result.stages["best"], cold.stages["best"], rtol=1e-6, atol=1e-3), name
    return found


def peers(tables, plan, strict):
    """
    The weighted sum by coprod (with ten options on the live model) and by each peer, CPU seconds.

    `strict` are the seconds of the first plan and of all eleven with the goals in strict order.
    """
    network = compile_network(tables)
    weight = weight_of_needs(network)
    settings = PlanSettings(
        mode="weighted",
        backlog_weight=weight,
        shortfall_weight=weight,
        calm_allowance=0.0,
        earliest_backfill=False,
    )
    begin = time.process_time()
    planner = Planner(network, settings)
    built = time.process_time()
    ours = planner.solve().stage("weighted")
    solved = time.process_time()
    for _, changed in islice(options(tables, plan), MIX):
        planner.update(compile_network(changed))
        planner.solve()
    one, eleven = solved - begin, time.process_time() - begin
    first, all_strict = strict
    rows = [
        ("coprod, in strict order", "", first, first / one, all_strict, all_strict / eleven, 1, ""),
        ("coprod, the sum", built - begin, solved - built, 1, eleven, 1, eleven / all_strict, f"{ours:.8g}"),
    ]
    begin = time.process_time()
    data = figures(network, weight)
    taken = time.process_time() - begin
    for name, peer in PEERS.items():
        outcome = within(PEER_SECONDS, peer, data)
        if outcome is None:
            loop = 11 * PEER_SECONDS
            least = (PEER_SECONDS, PEER_SECONDS / one, loop, loop / eleven, loop / all_strict)
            rows.append((name, "", *(f"> {value:.3g}" for value in least), "not ended"))
            continue
        assert abs(outcome.objective - ours) <= 1e-5 * abs(ours), (name, outcome.objective, ours)
        build = taken + outcome.build
        whole = build + outcome.solve
        objective = f"{outcome.objective:.8g}"
        ratios = (11 * whole / eleven, 11 * whole / all_strict)
        rows.append((name, build, outcome.solve, whole / one, 11 * whole, *ratios, objective))
    return rows


def within(seconds, peer, data):
    """Return a peer's outcome, from a fork of this process; None where it takes more CPU seconds."""
    here, there = multiprocessing.Pipe(duplex=False)

    def asked():
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        there.send(peer(data))

    process = multiprocessing.get_context("fork").Process(target=asked)
    process.start()
    there.close()
    try:
        return here.recv()
    except EOFError:
        process.join()
        assert process.exitcode in (-signal.SIGXCPU, -signal.SIGKILL), process.exitcode
        return None


def main(sizes):
    print(heading("numpy", "pandas", "scipy", "highspy", "pyomo", "pulp", "linopy") + "\n")
    for size in sizes:
        tables, planner, plan, row, phases = steps(size)
        print(f"## {size} processes by 120 months\n")
        table(["step", "CPU s"], list(row.items()))
        table(["phase of the solve", "CPU s"], list(phases.items()))
        further = option_times(tables, planner, plan)
        shares = [(name, seconds, seconds / row["solve"]) for name, seconds in further]
        for kind, own in (("of the mix", shares[:MIX]), ("every order another", shares[MIX:])):
            middle = [float(np.median(figure)) for figure in list(zip(*own, strict=True))[1:]]
            head = [f"option on the live model, {kind}", "CPU s", "of the first plan"]
            table(head, [*own, ("median", *middle)])
        first = sum(row[name] for name in ("assemble", "hand over", "solve", "extract"))
        strict = first, first + sum(seconds for _, seconds in further[:MIX])
        head = ["model", "build", "hand over and solve", "to the sum", "base and ten options"]
        table([*head, "to the sum", "to strict order", "objective"], peers(tables, plan, strict))


if __name__ == "__main__":
    main([int(text) for text in sys.argv[1:]] or SIZES)
