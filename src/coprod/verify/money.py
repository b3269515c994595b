"""Money: cost by category, spending by payer and fiscal year, budgets, and the value of the cost goal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from coprod.study.patterns import literal_length, matches

if TYPE_CHECKING:
    from datetime import date

    from coprod.verify.case import Case
    from coprod.verify.result import Ledger

__all__ = ["Ledgers", "check_budgets", "check_costs", "check_spending"]

#: Sums of money may be off by this share: thousands of terms, each rounded at 1e-16, and starts cleaned of
#: dust.
SHARE = 1e-6
CATEGORIES = {
    "processes": "production",
    "lanes": "transport",
    "items": "holding",
    "resources": "fixed",
    "investments": "investment",
}


class Ledgers:
    """
    Everything that costs money, as (table, key, currency, order period lag, units by period, price by
    period).
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        settings = case.settings
        self.base = settings["base_currency"]
        year = settings["price_year"]
        self.price_year = settings["study_date"].year if np.isnan(year) else int(year)
        self._rates = self._listed("exchange_rates", "per_base")
        self._indices = self._listed("escalation", "index")

    def _listed(self, table: str, column: str) -> dict[str, dict[int, float]]:
        found: dict[str, dict[int, float]] = {}
        for row in self.case.rows(table):
            found.setdefault(row["currency"], {})[int(row["year"])] = row[column]
        return found

    @staticmethod
    def _nearest(listed: dict[int, float], year: int) -> float:
        return listed[min(sorted(listed), key=lambda own: abs(own - year))]

    def per_base(self, currency: str, year: int) -> float:
        """Units of a currency per unit of base currency in a year."""
        return 1.0 if currency in {"", self.base} else self._nearest(self._rates[currency], year)

    def growth(self, currency: str, year: int) -> float:
        """Prices of a year over those of the price year."""
        listed = self._indices.get(currency or self.base)
        return self._nearest(listed, year) / self._nearest(listed, self.price_year) if listed else 1.0

    def entries(self) -> list[tuple[str, str, str, int, np.ndarray]]:
        """
        Return what is spent in own currency at price-year prices, by the period it starts in, and how many
        periods before it is ordered.
        """
        case, found = self.case, []
        for name, units in case.starts.items():
            if name in case.processes:
                row = case.processes[name]
                price = case.figure("processes", name, "unit_cost", row["unit_cost"])
                late = case.grid.lag(row["administrative_lead_time"])
                found.append(("processes", name, row["currency"], late, units * price))
        for key, units in case.shipments.items():
            if key in case.lanes:
                row = case.lanes[key]
                found.append(
                    (
                        "lanes",
                        key,
                        row["currency"],
                        0,
                        units * case.figure("lanes", key, "unit_cost", row["unit_cost"]),
                    )
                )
        for name, units in case.builds.items():
            if name in case.investments:
                row = case.investments[name]
                found.append(("investments", name, row["currency"], 0, units * row["capex"]))
        held = case.vector("stock", ["item", "site"], "quantity")
        for key, units in held.items():
            item = key.split("/", maxsplit=1)[0]
            if item in case.items:
                row = case.items[item]
                price = case.figure("items", item, "holding_cost_per_month", row["holding_cost_per_month"])
                found.append(("items", item, row["currency"], 0, units * price * case.grid.months))
        opened = case.vector("loads", ["resource"], "open")
        for name, row in case.resources.items():
            price = case.figure("resources", name, "fixed_cost_per_month", row["fixed_cost_per_month"])
            if price.any():
                state = opened.get(name, np.ones(case.T))
                for investment, targets in zip(
                    case.tables["investments"]["investment"],
                    case.tables["investments"]["enables"],
                    strict=True,
                ):
                    if name in targets:  # of the inactive ones too: those never open it
                        state = np.minimum(state, case.opened(investment))
                found.append(("resources", name, row["currency"], 0, state * price * case.grid.months))
        return found

    def payers(self, table: str, key: str) -> list[tuple[str, float]]:
        """Who pays for a row, by the most specific rows of funding."""
        category = CATEGORIES[table]
        rows = [
            row
            for row in self.case.rows("funding")
            if row["table"] in {table, "*"} and row["category"] in {category, ""} and matches(row["key"], key)
        ]
        if not rows:
            known = [row["payer"] for row in self.case.rows("payers")]
            return [(known[0] if len(known) == 1 else "unassigned", 1.0)]
        rank = [(row["table"] != "*", literal_length(row["key"]), row["category"] != "") for row in rows]
        return [(row["payer"], row["share"]) for row, own in zip(rows, rank, strict=True) if own == max(rank)]


def discount(case: Case) -> np.ndarray:
    """Return the discount factor of every period."""
    today = case.settings["study_date"].date()
    middle = np.array(
        [
            ((case.grid.first(t) - today).days + (case.grid.first(t + 1) - today).days) / 2.0
            for t in range(case.T)
        ]
    )
    rate = float(case.settings["discount_rate_per_year"])
    return np.asarray((1.0 + rate) ** (-middle / 365.25))


def check_costs(case: Case, ledger: Ledger) -> None:
    """Cost by category, discounted and not, and the cost goal, follow from the plan."""
    books, factor = Ledgers(case), discount(case)
    plain = dict.fromkeys(CATEGORIES.values(), 0.0)
    now = dict.fromkeys(CATEGORIES.values(), 0.0)
    for table, _, currency, late, amount in books.entries():
        base = amount / books.per_base(currency, books.price_year)
        ordered = np.maximum(np.arange(case.T) - late, 0)
        plain[CATEGORIES[table]] += float(base.sum())
        now[CATEGORIES[table]] += float((base * factor[ordered]).sum())
    frame = case.published["costs"].set_index("category")
    size = 1.0 + sum(abs(value) for value in plain.values())
    wrong, names = [], []
    for category in plain:
        for column, own in (("discounted", now[category]), ("undiscounted", plain[category])):
            told = frame[column].get(category, np.nan)
            wrong.append(abs(told - own))
            names.append(f"{category}, {column}")
    ledger.note("costs", wrong, SHARE * size, names, books.base, "published cost is not the plan's")
    stages = case.published["stages"]
    told = dict(zip(stages["stage"], stages["value"], strict=True)).get("cost", np.nan)
    if case.settings["objective_mode"] == "lexicographic" or "cost" in set(stages["stage"]):
        ledger.note(
            "cost goal",
            [abs(told - sum(now.values()))],
            SHARE * size,
            ["cost"],
            books.base,
            "published cost goal is not the plan's",
        )


def _fiscal_year(day: date, first: int, named: str) -> int:
    begin = day.year - (day.month < first)
    end = begin + (first > 1)
    months_in_begin = 13 - first
    most = begin if months_in_begin > 6 else end
    return {"start": begin, "end": end, "most": most}[named]


def _spent(case: Case) -> dict[tuple[str, int, str], float]:
    books = Ledgers(case)
    payers = {row["payer"]: row for row in case.rows("payers")}
    found: dict[tuple[str, int, str], float] = {}
    for table, key, currency, late, amount in books.entries():
        for payer, share in books.payers(table, key):
            row = payers.get(
                payer, {"currency": "", "fiscal_year_start": np.nan, "fiscal_year_named_by": "most"}
            )
            first = row["fiscal_year_start"]
            first = int(case.settings["fiscal_year_start"]) if np.isnan(first) else int(first)
            for t in np.flatnonzero(amount):
                day = case.grid.middle(int(t) - late)
                then = amount[t] * share * books.growth(currency, day.year)
                then = then / books.per_base(currency, day.year) * books.per_base(row["currency"], day.year)
                own = (payer, _fiscal_year(day, first, row["fiscal_year_named_by"]), CATEGORIES[table])
                found[own] = found.get(own, 0.0) + then
    return found


def check_spending(case: Case, ledger: Ledger) -> None:
    """Spending by payer, fiscal year and category, in then-year money, follows from the plan."""
    found = _spent(case)
    frame = case.published["spending"]
    told = {
        (payer, int(year), category): amount
        for payer, year, category, amount in zip(
            frame["payer"], frame["fiscal_year"], frame["category"], frame["amount"], strict=True
        )
    }
    keys = list(dict.fromkeys([*found, *told]))
    wrong = [abs(found.get(key, 0.0) - told.get(key, 0.0)) for key in keys]
    size: dict[str, float] = {}
    for (payer, _, _), amount in found.items():
        size[payer] = size.get(payer, 1.0) + abs(amount)
    forgiven = [SHARE * size.get(key[0], 1.0) for key in keys]
    where = [f"{payer}, fiscal year {year}, {category}" for payer, year, category in keys]
    ledger.note(
        "spending", wrong, forgiven or 1.0, where, "payer's currency", "published spending is not the plan's"
    )


def check_budgets(case: Case, ledger: Ledger) -> None:
    """
    No payer commits more in a fiscal year than its budget and what it may carry over, but for
    published breaches.
    """
    spent = _spent(case)
    listed: dict[str, dict[tuple[int, str], tuple[float, bool]]] = {}
    for row in case.rows("budgets"):
        listed.setdefault(row["payer"], {})[int(row["fiscal_year"]), row["category"]] = (
            row["amount"],
            bool(row["carry_over"]),
        )
    breaches = case.published["breaches"]
    allowed = {
        name: quantity
        for kind, name, quantity in zip(breaches["kind"], breaches["name"], breaches["quantity"], strict=True)
        if kind == "budget"
    }
    wrong, forgiven, where = [], [], []
    for payer, rows in listed.items():
        years = sorted({year for year, _ in rows} | {year for own, year, _ in spent if own == payer})
        for category in ["", *CATEGORIES.values()]:
            left = 0.0
            for year in years:
                total = (year, "") in rows
                if (year, category) in rows:
                    amount, over = rows[year, category]
                elif category and not total:
                    amount, over = 0.0, False
                else:
                    left = 0.0
                    continue
                used = sum(
                    v
                    for (own, y, c), v in spent.items()
                    if own == payer and y == year and category in {"", c}
                )
                ceiling = amount + left + allowed.get(f"{payer}/{year}/{category}", 0.0)
                wrong.append(used - ceiling)
                forgiven.append(SHARE * (1.0 + abs(amount) + abs(left)))
                where.append(f"{payer}, fiscal year {year}, {category or 'all'}")
                left = max(0.0, ceiling - used) if over else 0.0
    ledger.note(
        "budgets", wrong, forgiven or 1.0, where, "payer's currency", "more is committed than the budget"
    )
