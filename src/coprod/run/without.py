"""Whether the headlines are still in time without one of the builds, asked of one live plan."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from coprod.compare.options import FULL
from coprod.network import compile_network
from coprod.plan import Planner

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from coprod.compare.options import Headline
    from coprod.network import Network
    from coprod.plan import Lateness, PlanSettings
    from coprod.progress import Progress
    from coprod.run.option import OptionRun

__all__ = ["in_time_without"]


def in_time_without(
    run: OptionRun, found: Sequence[Headline], settings: PlanSettings, progress: Progress
) -> Callable[[str], list[bool]]:
    """
    Return what tells of one investment whether each headline is in time in the least late plan without it.

    How late a plan must be has nothing to do with its cost, so cost is not planned: that takes a hundredth of
    the time.

    Parameters
    ----------
    run
        The option, planned.
    found
        Its headlines.
    settings, progress
        Of every plan; may cancel.
    """
    planner: Planner | None = None
    quick = replace(settings, calm_allowance=0.0, earliest_backfill=False)

    def without(build: str) -> list[bool]:
        nonlocal planner
        progress.phase(f"verdict: without {build}")
        frame = run.tables["investments"].copy()
        frame.loc[frame["investment"] == build, "active"] = False
        network = compile_network(run.tables.replace("investments", frame), run.name)
        if planner is None:
            planner = Planner(network, quick, progress)
        else:
            planner.update(network)
        late = planner.lateness()
        return [_in_time(network, late, headline) for headline in found]

    return without


def _in_time(network: Network, late: Lateness, headline: Headline) -> bool:
    last = network.periods.n - 1
    if headline.objective:
        objectives = network.objectives
        g = objectives.name.index(headline.objective)
        due = min(int(objectives.by_period[g]), last) if objectives.by_date[g] else last
        return bool(late.shortfall[g, due:].max() <= FULL)
    nodes, demands = network.nodes, network.demands
    node = list(zip(nodes.item, nodes.site, strict=True)).index((headline.item, headline.site))
    own = np.flatnonzero(demands.node == node)
    due = int(np.flatnonzero(demands.due[own].any(axis=0))[-1])
    return bool(late.backlog[own, due:].max() <= FULL)
