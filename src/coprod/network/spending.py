"""Who pays what in which fiscal year, and how much each may commit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from coprod.money import fiscal_year
from coprod.network.network import CATEGORIES, Activities, FiscalBudgets, Nodes, Resources, Spending
from coprod.study.funding import Funding

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from coprod.network.parts import Parts

__all__ = ["Payers", "budgets", "payers", "spending"]

ACTIVITY, HOLDING, FIXED = 0, 1, 2


@dataclass
class Payers:
    """Payers by number, and the fiscal year and calendar year of every period's order date."""

    name: list[str]
    currency: list[str]
    first_month: list[int]
    named_by: list[str]

    def number(self, name: str, base: str, first_month: int) -> int:
        """Return a payer's number; one the study does not list (`unassigned`) is added, in base currency."""
        if name not in self.name:
            self.name.append(name)
            self.currency.append(base)
            self.first_month.append(first_month)
            self.named_by.append("most")
        return self.name.index(name)


def payers(parts: Parts) -> Payers:
    """Return the study's payers."""
    rows, settings = parts.tables.active("payers"), parts.tables.settings
    months = rows["fiscal_year_start"].to_numpy(dtype=float)
    months = np.where(np.isnan(months), settings["fiscal_year_start"], months).astype(int)
    return Payers(
        list(rows["payer"]),
        [currency or settings["base_currency"] for currency in rows["currency"]],
        [int(month) for month in months],
        list(rows["fiscal_year_named_by"]),
    )


def spending(
    parts: Parts,
    activities: Activities,
    nodes: Nodes,
    resources: Resources,
    known: Payers,
    warnings: list[str],
) -> Spending:
    """
    Compile spending: one entry per payer of what costs money.

    Parameters
    ----------
    parts, activities, nodes, resources
        See the compiler.
    known
        The payers; ``unassigned`` is added where it has to pay.
    warnings
        Gets what the money tables lack.
    """
    T, P, flows = parts.periods.n, parts.n_processes, parts.n_flows
    funding, settings = Funding.of(parts.tables), parts.tables.settings
    years = _Years(parts, known)
    entries: list[tuple[int, int, int, int, NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]] = []
    unpaid: set[str] = set()

    def add(
        kind: int, index: int, table: str, key: str, currency: str, base: NDArray[np.float64], late: int
    ) -> None:
        if not base.any():
            return
        category = {"processes": 0, "lanes": 1, "items": 2, "resources": 3, "investments": 4}[table]
        for payer, share in funding.shares(table, key, CATEGORIES[category]):
            if payer not in known.name:
                unpaid.add(f"{table}/{key}")
            number = known.number(payer, settings["base_currency"], int(settings["fiscal_year_start"]))
            factor = years.then_year(currency, known.currency[number], late)
            amount = base * share
            entries.append(
                (kind, index, number, category, amount * factor, amount, years.fiscal(number, late))
            )

    currency_of = [*parts.processes["currency"], *parts.lanes["currency"], *parts.investments["currency"]]
    for a, key in enumerate(activities.key):
        table = "processes" if a < P else "lanes" if a < flows else "investments"
        add(ACTIVITY, a, table, key, currency_of[a], activities.unit_cost[a], int(activities.admin_lag[a]))
    items = parts.tables.active("items")
    item_currency = dict(zip(items["item"], items["currency"], strict=True))
    for n, item in enumerate(nodes.item):
        add(HOLDING, n, "items", item, item_currency.get(item, ""), nodes.holding_cost[n], 0)
    for r, (name, currency) in enumerate(
        zip(resources.name, parts.tables.active("resources")["currency"], strict=True)
    ):
        add(FIXED, r, "resources", name, currency, resources.fixed_cost[r], 0)
    if unpaid and len(known.name) > 1:
        shown = ", ".join(sorted(unpaid)[:5])
        warnings.append(
            f"no funding row matches {len(unpaid)} rows that cost money ({shown} ...): paid by 'unassigned'"
        )
    columns = list(zip(*entries, strict=True)) if entries else [()] * 7
    whole = [np.array(column, dtype=np.int64) for column in columns[:4]]
    return Spending(
        whole[0],
        whole[1],
        whole[2],
        whole[3],
        np.array(columns[4], dtype=float).reshape(-1, T),
        np.array(columns[5], dtype=float).reshape(-1, T),
        np.array(columns[6], dtype=np.int64).reshape(-1, T),
    )


class _Years:
    """Then-year factors and fiscal years by period, made once for each currency pair, payer and order lag."""

    def __init__(self, parts: Parts, known: Payers) -> None:
        self._parts = parts
        self._known = known
        self._middles = {t: parts.periods.middle(t) for t in range(-1, parts.periods.n)}
        self._factors: dict[tuple[str, str, int], NDArray[np.float64]] = {}
        self._fiscal: dict[tuple[int, int], NDArray[np.int64]] = {}

    def then_year(self, currency: str, payer_currency: str, late: int) -> NDArray[np.float64]:
        """Return then-year money of the payer per unit of base money, by period of the start, (T,)."""
        key = (currency, payer_currency, late)
        if key not in self._factors:
            money = self._parts.money
            own = money.rate(currency, money.price_year)  # base money back into the row's own currency
            years = [self._ordered(t, late).year for t in range(self._parts.periods.n)]
            spent = {
                year: money.then_year(own, currency, payer_currency, year) for year in dict.fromkeys(years)
            }
            self._factors[key] = np.array([spent[year] for year in years])
        return self._factors[key]

    def fiscal(self, payer: int, late: int) -> NDArray[np.int64]:
        """Return the fiscal year of the order of what starts in each period, (T,)."""
        if (payer, late) not in self._fiscal:
            self._fiscal[payer, late] = np.array(
                [
                    fiscal_year(
                        self._ordered(t, late), self._known.first_month[payer], self._known.named_by[payer]
                    )
                    for t in range(self._parts.periods.n)
                ],
                dtype=np.int64,
            )
        return self._fiscal[payer, late]

    def _ordered(self, t: int, late: int):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a date
        # What starts before it could be ordered never starts: any date serves.
        return self._middles[max(t - late, -1)]


def budgets(parts: Parts, known: Payers) -> FiscalBudgets:
    """
    Compile the ceilings.

    A payer with budgets has 0 in every category of a fiscal year of the plan for which it lists neither a
    total nor that category.
    """
    rows = parts.tables.active("budgets")
    listed: dict[tuple[int, int, int], tuple[float, bool]] = {}
    for payer, year, category, amount, over in zip(
        *(rows[name] for name in ("payer", "fiscal_year", "category", "amount", "carry_over")), strict=True
    ):
        if payer in known.name:
            number = CATEGORIES.index(category) if category else -1
            listed[known.name.index(payer), int(year), number] = (float(amount), bool(over))
    years = _Years(parts, known)
    for payer in sorted({key[0] for key in listed}):
        for year in sorted({int(y) for y in years.fiscal(payer, 0)}):
            if (payer, year, -1) not in listed:
                for category in range(len(CATEGORIES)):
                    listed.setdefault((payer, year, category), (0.0, False))
    order = sorted(listed)
    number_of = {key: b for b, key in enumerate(order)}
    carry = [number_of.get((p, y + 1, c), -1) if listed[p, y, c][1] else -1 for p, y, c in order]
    keys = np.array(order, dtype=np.int64).reshape(-1, 3)
    return FiscalBudgets(
        keys[:, 0],
        keys[:, 1],
        keys[:, 2],
        np.array([listed[key][0] for key in order], dtype=float),
        np.array(carry, dtype=np.int64),
    )
