"""
Seconds to compile networks of about 1,000 and 10,000 arcs, whole and by phase.

    PYTHONPATH=. python benchmarks/compile_network.py

The answer is asserted before a time is printed: every line of the study's bill, lanes and loads has its arc.
The last two columns are not part of compiling but use what it made: the lead-time pass of the plan, and the
checks that need the graph.
"""

from __future__ import annotations

import time
from collections import defaultdict
from contextlib import ExitStack
from typing import Any
from unittest.mock import patch

from benchmarks.models.programme import programme
from benchmarks.printed import heading

from coprod.network import compile as compiler
from coprod.network.checks import check_network
from coprod.network.reach import reach

#: Processes that give about 1,000 and 10,000 arcs.
SIZES = (180, 1_750)
SEEDS = (0, 1, 2)
RUNS = 5
#: What `compile_network` calls, by the name of the phase it is counted in.
PHASES = {
    "rows and calendar": ("parts",),
    "activities": ("activities", "investments", "gates", "sunk_builds"),
    "arcs": ("material", "loads"),
    "lines": ("resources", "expansions", "with_windows"),
    "nodes and needs": ("nodes", "demands", "objectives"),
    "bounds": ("upper_bounds",),
    "spending": ("payers", "spending", "budgets"),
    "licences": ("caps", "work_shares"),
    "reach": ("earliest_start", "latest_useful"),
}


def timed(function: Any, name: str, seconds: dict[str, float]) -> Any:
    """Return the function with its seconds added up under a name."""

    def wrapper(*given: Any, **named: Any) -> Any:
        begin = time.perf_counter()
        try:
            return function(*given, **named)
        finally:
            seconds[name] += time.perf_counter() - begin

    return wrapper


def once(tables: Any) -> tuple[Any, dict[str, float]]:
    """Compile once; return the network and the seconds of every phase and of the whole."""
    seconds: dict[str, float] = defaultdict(float)
    with ExitStack() as stack:
        for phase, names in PHASES.items():
            for name in names:
                stack.enter_context(
                    patch.object(compiler, name, timed(getattr(compiler, name), phase, seconds))
                )
        begin = time.perf_counter()
        network = compiler.compile_network(tables)
        seconds["whole"] = time.perf_counter() - begin
    for name, function in (
        ("pass", lambda: reach(network)),
        ("checks", lambda: check_network(tables, network)),
    ):
        timed(function, name, seconds)()
    return network, seconds


def row(processes: int) -> list[str]:
    """Return a size's line of the table: the fastest of some runs on each seed, and the spread over seeds."""
    arcs, found = [], []
    for seed in SEEDS:
        tables = programme(processes, seed)
        runs = []
        for _ in range(RUNS):
            network, seconds = once(tables)
            runs.append(seconds)
        made = len(tables["processes"]) + 2 * len(tables["lanes"]) + len(tables["inputs"])
        assert network.material.row.size == made
        used = len(tables["loads"]) + int((tables["processes"]["resource"] != "").sum())
        assert network.loads.row.size == used
        arcs.append(made + used)
        found.append(min(runs, key=lambda run: run["whole"]))
    cells = []
    for name in (*PHASES, "whole", "pass", "checks"):
        low, *_, high = sorted(run[name] for run in found)
        cells.append(f"{low:.3f} to {high:.3f}")
    return [f"{processes:,}", f"{min(arcs):,} to {max(arcs):,}", *cells]


def main() -> None:
    names = ["processes", "number of arcs", *PHASES, "whole", "lead-time pass", "graph checks"]
    lines = [row(processes) for processes in SIZES]
    print(
        heading("numpy", "pandas", "scipy")
        + f"; 120 months; best of {RUNS}, over seeds {SEEDS[0]} to {SEEDS[-1]}\n"
    )
    print("| phase |" + "".join(f" {size[0]} processes |" for size in lines))
    print("| --- |" + " ---: |" * len(lines))
    for number, name in enumerate(names[1:], 1):
        print(f"| {name} | " + " | ".join(size[number] for size in lines) + " |")


if __name__ == "__main__":
    main()
