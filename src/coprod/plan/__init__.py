"""The plan: what is started, shipped, built and delivered when, best for the study's goals in order."""

from coprod.network.network import Network
from coprod.plan.lateness import Lateness
from coprod.plan.objective import Goal
from coprod.plan.planner import Planner
from coprod.plan.probe import Point, Probe
from coprod.plan.result import PlanResult
from coprod.plan.settings import PlanSettings
from coprod.progress import Progress

__all__ = ["Goal", "Lateness", "PlanResult", "PlanSettings", "Planner", "Point", "Probe", "plan"]


def plan(
    network: Network, settings: PlanSettings | None = None, progress: Progress | None = None
) -> PlanResult:
    """
    Plan a network once; see `Planner` for solving again after changes.

    Parameters
    ----------
    network
        Compiled study; compiled with ``before_periods`` for an unconstrained plan.
    settings
        What is asked for.
    progress
        Told of every stage; may cancel.

    Returns
    -------
    PlanResult

    Raises
    ------
    NoPlanError, SolverError
        See `Planner.solve`.
    """
    return Planner(network, settings, progress).solve()
