"""
Why it is late: the limits whose lifting takes the lateness away, in ranked order.

One limit at a time does not explain two lines in series that are both too small: lifting either gains
nothing. So a cause is a minimal set of limits. Sets are lifted one after the other, the one that gains most
first, and each is credited with the lateness that goes at its step: the steps add up to what can go at all,
exactly. What each limit would gain alone stands beside it, and need not add up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from coprod.explain.late.trials import helps
from coprod.explain.limits import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from coprod.explain.late.trials import Trials
    from coprod.explain.limits import Limit
    from coprod.plan import Lateness

    Floats = NDArray[np.float64]

__all__ = ["OTHERS_FIRST", "Causes", "Step", "after_others", "causes"]

#: Steps after which the rest is put into one: nobody reads on.
MOST_STEPS = 12
#: What this fraction of the lateness is left of, all limits that are left explain together.
NEGLIGIBLE = 0.02
#: What a step without limits is called: the plan serves other needs before these.
OTHERS_FIRST = "other needs come first"
#: Two gains this close, relative, are equal.
EQUAL = 1e-4


@dataclass(frozen=True, slots=True)
class Step:
    """
    One cause.

    Attributes
    ----------
    limits
        The limits lifted at this step, a minimal set: without any of them it gains nothing. None where what
        goes is that other needs come first.
    gain : (K,) weighted unit-months
        What the step takes off each goal, the steps before it taken.
    after
        The lateness that is left.
    instead
        Limits that gain as much at this step, each by itself: alternatives to it, not further causes.
    together
        Whether the set is not minimal: the small rest of many limits, put into one step.
    """

    limits: tuple[Limit, ...]
    gain: Floats
    after: Lateness
    instead: tuple[Limit, ...] = ()
    together: bool = False


@dataclass(frozen=True, slots=True)
class Causes:
    """
    Why one option is late.

    Attributes
    ----------
    before
        The lateness as it is.
    steps
        In ranked order. Their gains and `left` add up to `before`.
    left
        The lateness that no limit explains: what is due before the first period, or at once.
    alone : dict of limit to (K,) weighted unit-months
        What each limit would gain if it alone were lifted; limits that gain nothing alone are not in it.
    """

    before: Lateness
    steps: tuple[Step, ...]
    left: Lateness
    alone: dict[Limit, Floats]


def causes(trials: Trials) -> Causes:
    """Find why an option is late."""
    before = trials.lateness()
    alone = _gains(trials, (), list(trials.promising((), trials.limits)))
    lifted: list[Limit] = []
    rest = list(trials.limits)
    steps: list[Step] = []
    gains = alone
    while rest and helps(trials.gain(lifted, rest)):
        now, equal = trials.lateness(lifted), []
        small = trials.gain(lifted, rest).sum() < NEGLIGIBLE * before.total
        together = bool(steps) and (small or len(steps) + 1 >= MOST_STEPS)
        if together:
            found = rest
        elif gains := gains if not steps else _largest(trials, lifted, rest, gains):
            best, *equal = _most(trials, gains)
            found = [best]
        else:
            found = _minimal(trials, lifted, rest)
        lifted += found
        rest = [limit for limit in rest if limit not in found]
        after = trials.lateness(lifted)
        steps.append(Step(tuple(found), now.values - after.values, after, tuple(equal), together))
    return Causes(before, tuple(steps), trials.lateness(lifted), alone)


def after_others(found: Causes, planned: Lateness, trials: Trials) -> Causes:
    """
    Return the causes of some needs' lateness as they are planned: first that others are served before them.

    Parameters
    ----------
    found
        Why they are late if they come first.
    planned
        How late they are in the plan for all needs.
    trials
        With these needs alone.
    """
    first = found.before
    gain = planned.values - first.values
    if not trials.notices(float(gain.sum()), planned.gap):
        return found
    return Causes(planned, (Step((), gain, first), *found.steps), found.left, found.alone)


def _most(trials: Trials, gains: Mapping[Limit, Floats]) -> list[Limit]:
    """Return the limits that gain most: lines before lead times, as in `KINDS`; of lines the larger first."""
    order, resources = list(KINDS), trials.network.resources
    size = dict(zip(resources.name, resources.capacity.sum(axis=1).tolist(), strict=True))
    best = max(float(gain.sum()) for gain in gains.values())
    equal = [limit for limit, gain in gains.items() if gain.sum() >= best - EQUAL * abs(best)]
    return sorted(equal, key=lambda limit: (order.index(limit.kind), -size.get(limit.name, 0.0), limit.name))


def _largest(
    trials: Trials, lifted: Sequence[Limit], limits: Sequence[Limit], likely: Iterable[Limit]
) -> dict[Limit, Floats]:
    """
    Return what some limits gain by themselves, the one that gains most and its equals among them.

    The most that each can gain is known from the duals; none is asked that cannot gain as much as the best
    so far.
    """
    likely = set(likely)
    others = [limit for limit in limits if limit not in likely]
    most = trials.promising(lifted, [limit for limit in limits if limit in likely])
    most |= trials.promising_few(lifted, others)
    # Where whole numbers explain some of the lateness, duals promise too much to ask one by one.
    single = set(most) if not trials.lateness(lifted).slack else likely
    found: dict[Limit, Floats] = {}
    best = 0.0
    for limit in sorted(most, key=lambda limit: -most[limit]):
        if limit in single and most[limit] >= best * (1 - EQUAL):
            gain = trials.gain(lifted, [limit])
            if helps(gain):
                found[limit] = gain
                best = max(best, float(gain.sum()))
    left = [limit for limit in limits if limit in most and limit not in single]
    left = [limit for limit in left if most[limit] >= best * (1 - EQUAL)]
    return {**found, **_gains(trials, lifted, left)}


def _gains(trials: Trials, lifted: Sequence[Limit], limits: Sequence[Limit]) -> dict[Limit, Floats]:
    """
    Return what each limit gains by itself, those that gain something.

    They are asked one by one where duals tell who may gain. Otherwise halves are looked into only where they
    gain: a set that gains nothing has no member that does, so a handful among hundreds of limits is found in
    a few dozen plans.
    """
    gain = trials.gain(lifted, limits) if limits else np.zeros(0)
    if not helps(gain):
        return {}
    if len(limits) == 1:
        return {limits[0]: gain}
    if not trials.lateness(lifted).slack:
        alone = {limit: trials.gain(lifted, [limit]) for limit in limits}
        return {limit: own for limit, own in alone.items() if helps(own)}
    half = len(limits) // 2
    return {**_gains(trials, lifted, limits[:half]), **_gains(trials, lifted, limits[half:])}


def _minimal(trials: Trials, lifted: Sequence[Limit], limits: Sequence[Limit]) -> list[Limit]:
    """
    Return a minimal set of limits that together gain something: without any of them it gains nothing.

    QuickXplain (Junker 2004, "QUICKXPLAIN: preferred explanations and relaxations for over-constrained
    problems"): halves at a time, about ``k log2(n/k)`` trials for k of n limits.
    """

    def needed(kept: list[Limit], just_added: bool, among: Sequence[Limit]) -> list[Limit]:
        if just_added and kept and helps(trials.gain(lifted, kept)):
            return []
        if len(among) == 1:
            return list(among)
        half = len(among) // 2
        first, second = among[:half], among[half:]
        of_second = needed([*kept, *first], True, second)
        of_first = needed([*kept, *of_second], bool(of_second), first)
        return [*of_first, *of_second]

    return needed([], False, limits)
