"""Distributions and their parameters, and what can fail."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from coprod.study.checks.references import check_name, known_names
from coprod.study.findings import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from coprod.study.findings import Findings

__all__ = ["PARAMETERS", "check_chances"]

#: Parameters of each distribution, in order. discrete has value=probability, empirical plain values.
PARAMETERS: dict[str, tuple[str, ...]] = {
    "triangular": ("low", "mode", "high"),
    "pert": ("low", "mode", "high"),
    "uniform": ("low", "high"),
    "normal": ("mean", "sd"),
    "lognormal": ("mean", "sd"),
    "beta": ("alpha", "beta", "low", "high"),
    "bernoulli": ("probability", "value"),
}

_TARGETS = ("sites", "resources", "processes", "lanes")


def _ordered(*values: float) -> str:
    fine = all(a <= b for a, b in pairwise(values)) and values[0] < values[-1]
    return (
        "" if fine else "needs low <= mode <= high and low < high" if len(values) > 2 else "needs low < high"
    )


_WRONG: dict[str, Callable[..., str]] = {
    "triangular": _ordered,
    "pert": _ordered,
    "uniform": _ordered,
    "normal": lambda _mean, sd: "" if sd > 0 else "needs sd > 0",
    "lognormal": lambda mean, sd: "" if mean > 0 and sd > 0 else "needs mean > 0 and sd > 0",
    "beta": lambda a, b, *ends: _ordered(*ends) if a > 0 and b > 0 else "needs alpha > 0 and beta > 0",
    "bernoulli": lambda p, _value: "" if 0 <= p <= 1 else "needs a probability from 0 to 1",
}


def check_chances(findings: Findings) -> None:
    """Active uncertainties and disruptions."""
    frame = findings.active("uncertainties")
    names = ["key", "column", "distribution", "parameters", "driver"]
    for row, key, column, distribution, parameters, driver in frame[names].itertuples():
        if bool(key) != bool(column) or not (key or driver):
            found = f"key '{key}', column '{column}' and driver '{driver}'"
            needs = "needs the key and column of a figure, or both blank and the name of a driver"
            findings.add("CP384", "uncertainties", row, "key", found, needs)
        _check_parameters(findings, row, distribution, parameters)
    known = {name: known_names(findings, name) for name in _TARGETS}
    for row, target in findings.active("disruptions")["target"].items():
        # A site and a resource of one name fail together, which may be meant: only unknown names are wrong.
        if not any(target in names for names in known.values()):
            check_name(findings, "disruptions", row, "target", target, _TARGETS, known)


def _check_parameters(findings: Findings, row: int, distribution: str, parameters: Sequence[str]) -> None:
    found = f"'{';'.join(parameters)}'"
    try:
        if distribution == "empirical":
            values = [_number(text) for text in parameters]
            wrong = "" if values else "needs at least one value"
            code = "CP381"
        elif distribution == "discrete":
            pairs = [[_number(part) for part in text.partition("=")[::2]] for text in parameters]
            chances = [chance for _, chance in pairs]
            fine = chances and min(chances) >= 0 and math.isclose(sum(chances), 1.0, abs_tol=1e-6)
            wrong = "" if fine else f"needs chances of 0 or more that add to 1, not {plain(sum(chances))}"
            code = "CP382"
        elif distribution in PARAMETERS:
            wanted = PARAMETERS[distribution]
            given = {name.strip(): value for name, _, value in (text.partition("=") for text in parameters)}
            if set(given) != set(wanted) or len(given) != len(parameters):
                raise ValueError
            wrong = _WRONG[distribution](*(_number(given[name]) for name in wanted))
            code = "CP382"
        else:
            return
    except ValueError:
        like = {"empirical": "numbers", "discrete": "value=chance for each value"}
        words = like.get(distribution) or ";".join(f"{name}=…" for name in PARAMETERS[distribution])
        findings.add("CP381", "uncertainties", row, "parameters", found, f"{distribution} needs {words}")
        return
    if wrong:
        findings.add(code, "uncertainties", row, "parameters", found, wrong)


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError
    return value
