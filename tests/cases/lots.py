"""
What award, lead time, quantity and rate predict of the public lots, and how far off it is: tables of
quantiles.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from tests.cases.p21 import Lot, curve_errors, in_turn, name, predicted, stated_plt

if TYPE_CHECKING:
    from collections.abc import Iterable

QUANTILES = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)
LEAD_TIMES = ("initial", "reorder", "usual", "nearer")
RATES = ("1-8-5", "maximum", "a twelfth of the lot")


@dataclass(frozen=True)
class Spread:
    """Errors of one prediction over the lots it could be made for."""

    what: str
    count: int
    quantiles: tuple[float, ...]
    exact: float
    within_one: float


def spread(what: str, errors: Iterable[float]) -> Spread:
    found = np.array(list(errors), dtype=float)
    return Spread(
        what,
        len(found),
        tuple(float(q) for q in np.quantile(found, QUANTILES)),
        float(np.mean(np.abs(found) < 0.5)),
        float(np.mean(np.abs(found) < 1.5)),
    )


def per_month(lot: Lot, which: str) -> float:
    return lot.quantity / 12 if which == "a twelfth of the lot" else lot.rates[which] / 12


def first_delivery(lots: list[Lot]) -> list[Spread]:
    """Months by which the predicted first delivery is late (+) or early (-), by the lead time taken."""
    table = []
    for which in LEAD_TIMES:
        plt = [(lot, stated_plt(lot, which)) for lot in lots]
        table.append(
            spread(which, (lot.award + months - lot.first for lot, months in plt if months is not None))
        )
    return table


def last_delivery(lots: list[Lot], *, published_first: bool) -> list[Spread]:
    """
    The same for the last delivery, by the rate taken; from the published first delivery, or the predicted
    one.
    """
    table = []
    for which in RATES:
        errors = []
        for lot in lots:
            forecast = forecast_of(lot, which, published_first=published_first)
            if forecast is not None:
                errors.append(max(forecast) - lot.last)
        table.append(spread(which, errors))
    return table


def forecast_of(lot: Lot, rate: str, *, published_first: bool) -> dict[int, float] | None:
    """Predicted deliveries of a lot whose month table is complete; None where a figure is missing."""
    plt = float(lot.first - lot.award) if published_first else stated_plt(lot, "usual")
    if plt is None or plt < 0 or not lot.complete or lot.last is None or per_month(lot, rate) <= 0:
        return None
    return predicted(lot.award, plt, lot.quantity, per_month(lot, rate))


def curves(lots: list[Lot], *, published_first: bool) -> list[tuple[Spread, Spread]]:
    """
    Largest gap of the cumulative curves (share of the lot), and months between mean deliveries, by rate.
    """
    table = []
    for which in RATES:
        pairs = []
        for lot in lots:
            forecast = forecast_of(lot, which, published_first=published_first)
            if forecast is not None:
                pairs.append(curve_errors(lot, forecast))
        table.append((spread(which, (gap for gap, _ in pairs)), spread(which, (delay for _, delay in pairs))))
    return table


def reasons(lots: list[Lot]) -> dict[str, tuple[int, int]]:
    """Why lots deviate, as counts: how many of how many."""
    stated = [lot for lot in lots if stated_plt(lot, "nearer") is not None]
    both = [
        lot
        for lot in lots
        if all(lot.plt[kind] > 0 for kind in lot.plt) and lot.plt["initial"] != lot.plt["reorder"]
    ]
    hits = lambda lot, kind: lot.award + lot.plt[kind] == lot.first  # noqa: E731
    october = lambda lot: (lot.fiscal_year - 1) * 12 + 9  # noqa: E731
    with_alt = [lot for lot in lots if any(lot.alt.values())]
    alts = lambda lot: [a for a in lot.alt.values() if a > 0]  # noqa: E731
    timed = [lot for lot in lots if lot.complete and lot.last is not None]
    rated = [lot for lot in timed if lot.rates["1-8-5"] > 0 and lot.rates["maximum"] > 0]
    pace = lambda lot: lot.quantity / (lot.last - min_month(lot) + 1) * 12  # noqa: E731
    gaps = [lot for lot in timed if sum(u > 0 for u in lot.schedule.values()) < lot.last - min_month(lot) + 1]
    return {
        "first delivery = award + a stated PLT (initial or reorder)": (
            sum(stated_plt(lot, "nearer") == lot.first - lot.award for lot in stated),
            len(stated),
        ),
        "  both stated and different": (len(both), len(lots)),
        "    of these, the initial one fits": (sum(hits(lot, "initial") for lot in both), len(both)),
        "    of these, the reorder one fits": (sum(hits(lot, "reorder") for lot in both), len(both)),
        "  award + PLT is later than the published first delivery": (
            sum(stated_plt(lot, "nearer") > lot.first - lot.award for lot in stated),
            len(stated),
        ),
        "first delivery not after the award": (sum(lot.first <= lot.award for lot in lots), len(lots)),
        "award in the month 1 October + ALT - 1 (October is month 1)": (
            sum(any(lot.award == october(lot) + a - 1 for a in alts(lot)) for lot in with_alt),
            len(with_alt),
        ),
        "award in the month 1 October + ALT": (
            sum(any(lot.award == october(lot) + a for a in alts(lot)) for lot in with_alt),
            len(with_alt),
        ),
        "month table complete": (len(timed), len(lots)),
        "  months without delivery inside the lot": (len(gaps), len(timed)),
        "  mean pace below the 1-8-5 rate": (
            sum(pace(lot) < lot.rates["1-8-5"] - 1e-9 for lot in rated),
            len(rated),
        ),
        "  mean pace below half the 1-8-5 rate": (
            sum(pace(lot) < lot.rates["1-8-5"] / 2 for lot in rated),
            len(rated),
        ),
        "  mean pace above the maximum rate": (
            sum(pace(lot) > lot.rates["maximum"] + 1e-9 for lot in rated),
            len(rated),
        ),
        "  published first delivery is the first month with units": (
            sum(min_month(lot) == lot.first for lot in timed),
            len(timed),
        ),
    }


def min_month(lot: Lot) -> int:
    return min(m for m, units in lot.schedule.items() if units > 0)


def programme_rows(programme: str, lots: list[Lot], rate: str) -> list[tuple[str, ...]]:
    """
    One row a lot of a line that makes its lots in turn at a rate: published and predicted first and last
    month.
    """
    forecast = in_turn(lots, lots[0].rates[rate] / 12, {lot.lot: lot.plt["reorder"] for lot in lots})
    rows = []
    for lot in lots:
        first, last = min(forecast[lot.lot]), max(forecast[lot.lot])
        gap, delay = curve_errors(lot, forecast[lot.lot])
        rows.append(
            (
                programme,
                f"{lot.rates[rate]:.0f}",
                lot.lot,
                f"{lot.quantity:.0f}",
                name(lot.award),
                *(f"{name(a)} ({b - a:+d})" for a, b in ((lot.first, first), (lot.last, last))),
                f"{gap:.2f}",
                f"{delay:+.1f}",
            )
        )
    return rows
