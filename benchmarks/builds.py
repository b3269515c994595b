"""
The search for builds on a hard instance: a budget that pays for a part of many investments worth having.

Orders are half as large again as what the lines were laid out for, so most lines hold something back, and
each may be widened by half. There is money for two fifths of that, a sixth of it each year. The relaxation
buys a part of many builds; a plan has to choose.

Two tables. *How hard it is*: the relaxation without builds, with the money there is, with money without end:
value of each goal, builds worth having, builds split, years in which all the money is gone. *Plans*: the
goals in order within 1 % and 0.1 %, and beside them one weighted sum of the goals, handed over to HiGHS's own
branch and bound as a peer would do it. Each plan is made in a process of its own; for each goal stands what
is proven. Asserted before anything is printed: plans pass the checker, no limit is broken, no plan's first
goal is better than the relaxation's or than what another plan's gap leaves open.

    PYTHONPATH=. python benchmarks/builds.py PROCESSES BUILDS [SEED [LIMIT]]
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import time
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from benchmarks.models.peers import weight_of_needs
from benchmarks.models.programme import programme
from benchmarks.printed import heading, table

import coprod
from coprod.errors import NoPlanError
from coprod.network import compile_network
from coprod.plan.assemble import assemble
from coprod.plan.deadline import Deadline
from coprod.plan.face import Face
from coprod.plan.objective import Goal, goals
from coprod.plan.one_goal import solve_goal
from coprod.plan.settings import GOALS
from coprod.plan.stages import exact_stages
from coprod.progress import Progress
from coprod.solve import solver

#: Share of the capital cost of all builds that there is money for.
MONEY = 0.4
SURGE, WIDENING = 1.5, 0.5
GAPS = (0.01, 0.001)
#: Seconds of the clock after which a plan is asked to stop, unless told otherwise; one that has not after
#: twice as long is ended.
LIMIT, PATIENCE = 300.0, 2.0
#: A part of a build smaller than this is none.
DUST = 1e-6
OF_THE_SUM = "part of the weighted sum"


def instance(processes, builds, seed, money=MONEY):
    return programme(processes, seed, builds=builds, money=money, surge=SURGE, widening=WIDENING)


@dataclass(frozen=True)
class Relaxation:
    """Best value of each goal in order with parts of builds allowed, and how the builds and the money lie."""

    values: dict[str, float]
    worth_having: int
    split: int
    spent_out: list[int]


def relaxation(tables):
    """Pursue the goals exactly on the plan's own model without whole numbers."""
    network = compile_network(tables)
    model = assemble(network)
    problem = replace(model.problem, integer=np.zeros_like(model.problem.integer))
    engine = solver("highs")
    engine.load(problem)
    sequence = goals(network, model.columns, GOALS)
    until = Deadline(None, Progress())
    found = exact_stages(Face(engine, problem), sequence, until, allowance=0.0, first_goal_row=None)
    built = found.x[model.columns.built]
    off = np.abs(built - np.round(built)).max(axis=1, initial=0.0)
    budgets = network.budgets
    gone = [
        int(budgets.year[b])
        for b in np.flatnonzero(budgets.carry_to >= 0)
        if budgets.amount[b] > 0 and found.x[model.columns.carried[b]] <= DUST * budgets.amount[b]
    ]
    return Relaxation(
        {outcome.goal.name: outcome.best for outcome in found.outcomes},
        int((built.max(axis=1, initial=0.0) > DUST).sum()),
        int((off > DUST).sum()),
        gone,
    )


@dataclass(frozen=True)
class Outcome:
    """How a plan ended: its stages (empty if there is none), builds, and what it took."""

    stages: pd.DataFrame
    status: str
    builds: int
    cpu: float
    wall: float
    peak: float


def in_order(where, gap, limit):
    """Plan with the goals in order, and check the plan."""
    study = coprod.Study(instance(*where))
    begin, clock = time.process_time(), time.monotonic()
    plan, status = None, ""
    try:
        plan = study.plan(gap=gap, time_limit=limit, calm_allowance=0.0, earliest_backfill=False)
        status = plan.status
    except NoPlanError as told:
        status = f"no plan: {told}"
    spent = time.process_time() - begin, time.monotonic() - clock, _peak()
    if plan is None:
        return Outcome(pd.DataFrame(), status, 0, *spent)
    assert plan.passed, plan.run.checked.failures
    assert plan.breaches.empty
    return Outcome(plan.run.plan.stages, status, len(plan.builds), *spent)


def one_sum(where, gap, limit):
    """Hand the plan's model with one weighted sum of the goals to HiGHS, and leave everything to it."""
    begin, clock = time.process_time(), time.monotonic()
    network = compile_network(instance(*where))
    model = assemble(network)
    weight = weight_of_needs(network)
    sequence = goals(network, model.columns, GOALS)
    cost = sum((weight if goal.of_need else 1.0) * goal.cost for goal in sequence)
    constant = sum((weight if goal.of_need else 1.0) * goal.constant for goal in sequence)
    engine = solver("highs")
    engine.load(model.problem)
    everything = Goal("sum", "", cost, constant)
    found = solve_goal(engine, everything, "choose", Deadline(limit, Progress()), gap=gap)
    spent = time.process_time() - begin, time.monotonic() - clock, _peak()
    if found.primal is None:
        return Outcome(pd.DataFrame(), f"no plan: {found.status}", 0, *spent)
    assert model.problem.violation(found.primal) <= 1e-6
    rows = [(goal.name, goal.value(found.primal), OF_THE_SUM, 0.0) for goal in sequence]
    status = "within gap" if found.status == "optimal" and found.gap else found.status
    rows.append(("sum", everything.value(found.primal), status, found.gap))
    stages = pd.DataFrame(rows, columns=["stage", "value", "status", "gap"])
    builds = round(found.primal[model.columns.built[:, -1]].sum())
    return Outcome(stages, status, builds, *spent)


def _peak():
    """Peak memory of this process, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _sent(send, make, given):
    send.send(make(*given))


def alone(make, where, gap, limit):
    """Return the outcome of a plan made in a process of its own."""
    context = multiprocessing.get_context("spawn")
    receive, send = context.Pipe(duplex=False)
    child = context.Process(target=_sent, args=(send, make, (where, gap, limit)))
    child.start()
    send.close()
    patience = PATIENCE * limit
    if receive.poll(patience):
        outcome = receive.recv()
        child.join()
        return outcome
    before = _of_children()
    child.kill()
    child.join()
    status = f"no plan: not ended after {patience:.0f} s"
    return Outcome(pd.DataFrame(), status, 0, _of_children() - before, patience, float("nan"))


def _of_children():
    """CPU seconds of the processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def left_open(gap):
    """Return a gap as a share that counts: one that is not known leaves everything open."""
    return 1.0 if np.isnan(gap) else min(gap, 1.0)


def assert_first_goal(least, outcomes):
    """Assert that no plan's first goal is better than what the relaxation or another plan proves."""
    first = [outcome.stages.iloc[0] for outcome in outcomes if len(outcome.stages)]
    pursued = [goal for goal in first if goal["status"] != OF_THE_SUM]
    bounds = [least, *(goal["value"] * (1 - left_open(goal["gap"])) for goal in pursued)]
    for goal in first:
        assert goal["value"] >= max(bounds) - 1e-6 * max(1.0, abs(goal["value"])), (goal, bounds)


def cell(goal):
    """Return a goal's value and what is proven of it."""
    value = f"{goal['value']:.6g}"
    if goal["status"] == OF_THE_SUM:
        return value
    if np.isnan(goal["gap"]):
        return f"{value} (nothing proven)"
    return f"{value} ({goal['gap']:.2%})"


def cells(outcome, names):
    by_name = {goal["stage"]: cell(goal) for _, goal in outcome.stages.iterrows()}
    return [by_name.get(name, "") for name in names]


def main(processes, builds, seed=0, limit=LIMIT):
    where = (processes, builds, seed)
    relaxed = {
        "no builds": relaxation(instance(processes, 0, seed, money=None)),
        "the money there is": relaxation(instance(*where)),
        "money without end": relaxation(instance(*where, money=None)),
    }
    names = list(relaxed["no builds"].values)
    outcomes = {
        f"{name}, {gap:.1%}": alone(make, where, gap, limit)
        for name, make in (("in order", in_order), ("one sum, HiGHS", one_sum))
        for gap in GAPS
    }
    assert_first_goal(relaxed["the money there is"].values[names[0]], outcomes.values())
    print(
        f"{heading('highspy')}: {processes} processes by 120 months, seed {seed}, {builds} builds offered, "
        f"money for {MONEY:.0%}, {limit:g} s\n"
    )
    table(
        ["relaxation", *names, "worth having", "split", "all money gone at the end of"],
        [
            (
                name,
                *(f"{value:.6g}" for value in found.values.values()),
                found.worth_having,
                found.split,
                ", ".join(map(str, found.spent_out)) or "",
            )
            for name, found in relaxed.items()
        ],
    )
    table(
        ["plan", *names, "sum", "builds", "status", "CPU s", "clock s", "MB"],
        [
            (
                name,
                *cells(outcome, [*names, "sum"]),
                outcome.builds if len(outcome.stages) else "",
                outcome.status,
                f"{outcome.cpu:.1f}",
                f"{outcome.wall:.1f}",
                "" if np.isnan(outcome.peak) else f"{outcome.peak:.0f}",
            )
            for name, outcome in outcomes.items()
        ],
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
