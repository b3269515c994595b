"""
The search for builds on a hard instance: a budget that pays a tenth of the investments offered, year by year.

Where money is short, builds as early as possible are no longer possible, the relaxation pays for parts of
many of them, and branching has to choose. Per gap that may be left: how the plan ended, the gap it proves,
the value of each goal, CPU seconds. Asserted before anything is printed: the plan passes the checker, no
limit is broken, and the first goal of neither plan is better than what the other one's gap leaves open.

    PYTHONPATH=. python benchmarks/builds.py PROCESSES BUILDS [SEED]
"""

import sys
import time

from benchmarks.models.programme import programme
from benchmarks.printed import heading, table

import coprod

#: Share of the capital cost of all builds that there is money for.
MONEY = 0.1
GAPS = (0.01, 0.001)
#: Seconds after which a plan is stopped.
LIMIT = 180.0


def planned(study, gap):
    """Return the plan within a gap, without calm and earliest backfill dates, and its CPU seconds."""
    begin = time.process_time()
    plan = study.plan(gap=gap, calm_allowance=0.0, earliest_backfill=False, time_limit=LIMIT)
    seconds = time.process_time() - begin
    assert plan.passed, plan.run.checked.failures
    assert plan.breaches.empty
    return plan, seconds


def main(processes, builds, seed=0):
    study = coprod.Study(programme(processes, seed, builds=builds, money=MONEY))
    plans = {gap: planned(study, gap) for gap in GAPS}
    first = [
        (float(plan.stages["value [see unit]"].iloc[0]), plan.run.plan.gap) for plan, _ in plans.values()
    ]
    for value, _ in first:
        for other, gap in first:
            assert value >= other * (1 - gap) - 1e-6 * max(1.0, abs(other)), first
    instance = (
        f"{processes} processes by 120 months, seed {seed}, {builds} builds offered, money for {MONEY:.0%}"
    )
    print(f"{heading('highspy')}: {instance}\n")
    goals = plans[GAPS[0]][0].stages["stage"]
    table(
        ["gap asked for", *goals, "builds", "status", "gap proven", "CPU s"],
        [
            (
                f"{gap:.1%}",
                *(f"{value:.6g}" for value in plan.stages["value [see unit]"]),
                len(plan.builds),
                plan.status,
                f"{plan.run.plan.gap:.2%}",
                f"{seconds:.1f}",
            )
            for gap, (plan, seconds) in plans.items()
        ],
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
