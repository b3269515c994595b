"""
Seconds of an explanation against cold solves of the same plans: python benchmarks/explain.py [name ...].

Each study's base is explained in a process of its own: its causes first, then the worth of its limits. Then
every plan that was solved for it, and every one that duals spared, is loaded into a solver of its own and
solved for lateness without what the live model knows. Before a time is printed, each cold plan must be as
late as the live one, and none of those that were spared less late than the plan they were spared against.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
STUDIES = ("hello", "us-japan-air-defence", "programme-20", "programme-50")
#: Months of a made programme.
MONTHS = 36


def tables_of(name: str):
    """Return a study by its name: an example, or a programme of so many processes."""
    from benchmarks.models.programme import programme

    from coprod.study import read

    if name.startswith("programme-"):
        return programme(int(name.removeprefix("programme-")), months=MONTHS)
    return read(ROOT / "examples" / name)[0]


def explain_once(name: str) -> None:
    """Explain in this process, solve all again cold, and print what each took as JSON."""
    import numpy as np

    from coprod.explain.late.causes import causes
    from coprod.explain.late.trials import NOTICED, Trials
    from coprod.explain.late.worth import WorthSettings, worth
    from coprod.plan import Planner, PlanSettings
    from coprod.study.overrides import apply_option

    settings = PlanSettings(gap=1e-3)
    solved, spared = [], []

    class Recorded(Trials):
        """Trials that keep what they planned, and what they did not have to."""

        def planned(self, network):
            found = super().planned(network)
            solved.append((network, found))
            return found

        def most_gained(self, lifted, more):
            before = self.effort.spared
            most = super().most_gained(lifted, more)
            if self.effort.spared > before:
                spared.append((self.lateness(lifted), frozenset({*lifted, *more})))
            return most

    Planner(Trials(tables_of(name), "base", settings).network, settings).lateness()  # imports, threads
    trials = Recorded(apply_option(tables_of(name), "base"), "base", settings)
    begin, used = time.perf_counter(), time.process_time()
    found = causes(trials)
    causes_cpu, for_causes = time.process_time() - used, trials.effort.plans
    told = worth(trials, found.alone, WorthSettings())
    seconds, cpu = time.perf_counter() - begin, time.process_time() - used
    warm = trials.effort.warm

    used = time.process_time()
    for network, live in solved:
        cold = Planner(network, settings).lateness()
        off = np.abs(cold.values - live.values)
        assert (off <= (1e-5 + cold.gap + live.gap) * np.maximum(1.0, live.values)).all(), (name, off)
    cold_cpu = time.process_time() - used
    used = time.process_time()
    for before, lifted in spared:
        cold = Planner(trials._network(lifted), settings).lateness()
        noticed = (NOTICED + before.gap + cold.gap) * np.maximum(trials.lateness().values, 1e-6)
        changed = np.flatnonzero(np.abs(before.values - cold.values) > noticed)
        assert not changed.size or cold.values[changed[0]] > before.values[changed[0]], (name, lifted)
    spared_cpu = time.process_time() - used
    print(
        json.dumps(
            {
                "late": found.before.total,
                "limits": len(trials.limits),
                "steps": len(found.steps),
                "worths": len(told),
                "causes": for_causes,
                "worth": trials.effort.plans - for_causes,
                "warm": warm,
                "spared": len(spared),
                "causes_cpu": causes_cpu,
                "worth_cpu": cpu - causes_cpu,
                "seconds": seconds,
                "cold_cpu": cold_cpu,
                "spared_cpu": spared_cpu,
            }
        )
    )


#: Heading of each column, and the figure below it.
COLUMNS = {
    "limits": "limits",
    "steps": "steps",
    "limits with a worth": "worths",
    "plans for causes": "causes",
    "plans for worth": "worth",
    "of all, on the live model": "warm",
    "spared by duals": "spared",
    "CPU seconds, causes": "causes_cpu",
    "worth": "worth_cpu",
    "the same plans cold": "cold_cpu",
    "the spared ones cold": "spared_cpu",
    "cold over live": "ratio",
}


def main(names: list[str]) -> None:
    """Print a row of the table for each study."""
    print("| study | " + " | ".join(COLUMNS) + " |")
    print("| --- |" + " ---: |" * len(COLUMNS))
    for name in names or STUDIES:
        command = [sys.executable, __file__, "--once", name]
        run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
        row = json.loads(run.stdout.splitlines()[-1])
        row["ratio"] = (row["cold_cpu"] + row["spared_cpu"]) / (row["causes_cpu"] + row["worth_cpu"])
        figures = [row[key] for key in COLUMNS.values()]
        cells = [f"{figure:.1f}" if isinstance(figure, float) else str(figure) for figure in figures]
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--once"]:
        explain_once(sys.argv[2])
    else:
        main(sys.argv[1:])
