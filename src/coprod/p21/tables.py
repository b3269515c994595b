"""
Lines of a book as a study: one process and one contract (a licence with a cap) a planned lot.

A lot is started from its award on and makes no more than its units, so nothing is delivered before its award;
the line is loaded at completion, for its rates are delivery rates. Lots under contract arrive as receipts.
They occupy the line too: each of their deliveries is taken as made in the latest months up to it in which the
line is free, and that much of the rate is not there for planned lots.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil
from typing import TYPE_CHECKING

from coprod.errors import BookError
from coprod.p21.book import COLUMNS, MONEY
from coprod.p21.calendar import first_day, fiscal_year, last_day, month_name, october
from coprod.p21.orders import is_foreign, lead_times, orders_of, start_of
from coprod.p21.rows import Rows, as_name
from coprod.study import Tables

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coprod.p21.book import Place, Remark
    from coprod.p21.orders import Assumption, Order
    from coprod.p21.reconcile import Contradiction, Line

__all__ = ["Imported", "left_out", "occupied", "study_of"]

#: Months after the last need that a study looks ahead at least, and at most after its start.
_AFTER, _MOST_MONTHS = 12, 600
_STATES = frozenset(
    [
        "AL",
        "AK",
        "AZ",
        "AR",
        "CA",
        "CO",
        "CT",
        "DE",
        "FL",
        "GA",
        "HI",
        "ID",
        "IL",
        "IN",
        "IA",
        "KS",
        "KY",
        "LA",
        "ME",
        "MD",
        "MA",
        "MI",
        "MN",
        "MS",
        "MO",
        "MT",
        "NE",
        "NV",
        "NH",
        "NJ",
        "NM",
        "NY",
        "NC",
        "ND",
        "OH",
        "OK",
        "OR",
        "PA",
        "RI",
        "SC",
        "SD",
        "TN",
        "TX",
        "UT",
        "VT",
        "VA",
        "WA",
        "WV",
        "WI",
        "WY",
        "DC",
    ]
)


@dataclass(frozen=True, slots=True)
class Imported:
    """A study made from a book: its tables, what was assumed, and what the book contradicts itself in."""

    tables: Tables
    lines: tuple[Line, ...]
    assumptions: tuple[Assumption, ...]
    contradictions: tuple[Contradiction, ...]
    remarks: tuple[Remark, ...]


def left_out(line: Line) -> str:
    """Return why no study can be made of a line; blank if one can."""
    if line.item.exhibit == "P-10":
        return "advance procurement (P-10): long-lead funding, no production line"
    if not line.maker.lots:
        return "no contract lots"
    orders, _ = orders_of(line)
    if not orders:
        return "no lot with a quantity and a date"
    if not any(
        month >= start_of(line) for order in orders for share in order.shares for month in share.months
    ):
        return "every delivery lies before the book's date"
    return ""


def occupied(receipts: Mapping[int, float], per_month: float, start: int) -> dict[int, float]:
    """
    Return how much of a line's rate deliveries of lots under contract occupy, by month from `start` on.

    Units delivered in a month were completed in it or, what the rate does not allow, in the months before it:
    the latest that are free. What would have to be completed before `start` was.

    >>> occupied({14: 5.0, 12: 1.0}, 2.0, 10)
    {12: 2.0, 13: 2.0, 14: 2.0}
    """
    used: dict[int, float] = {}
    carried = 0.0
    for month in range(max(receipts, default=start), start - 1, -1):
        if carried <= 0 and not any(m <= month for m in receipts):
            break
        carried += receipts.get(month, 0.0)
        used[month] = min(per_month, carried)
        carried -= used[month]
    return dict(sorted(used.items()))


def study_of(lines: Sequence[Line], *, title: str | None = None) -> Imported:
    """
    Make a study of production lines of one budget year.

    Parameters
    ----------
    lines
        Lines of which `left_out` says nothing.
    title
        The study's title; default: the line items' and the budget year's.

    Returns
    -------
    Imported
        With up to four options: ``base`` (maximum rates), ``economic`` (1-8-5 rates), ``sustaining`` (a line
        below its minimum rate closes) and ``budget`` (within the budgets the book gives).

    Raises
    ------
    BookError
        If there are no lines, or they are of several budget years.
    """
    years = sorted({str(line.line.year) for line in lines})
    if len(years) != 1:
        found = f"budget years {', '.join(years)}" if years else "no item with contract lots"
        msg = f"{found}: a study is of items of one budget year; choose with --line-item and --year"
        raise BookError(msg)
    maker = _Making(lines)
    for line in lines:
        maker.line(line)
    return maker.finish(title)


@dataclass
class _Making(Rows):
    """Adds line after line, then what all of them share."""

    ends: list[int] = field(default_factory=list)

    # ------------------------------------------------------------------------------------------ one line

    def line(self, line: Line) -> None:
        """Add everything of one line."""
        maker, place = line.maker, line.place()
        at_maker = place.at("manufacturer", maker.name)
        item = self.name(line.name, line.line.number)
        plant = as_name(", ".join(part for part in (maker.name or "maker not named", maker.location) if part))
        state = maker.location.rsplit(",", 1)[-1].strip().split(" ")[0]
        country = "United States" if state in _STATES else None
        self.site(plant, at_maker, country=country, operator=maker.name, partner=maker.name or None)
        if not maker.name:
            self.assume(at_maker, "the maker's name", "a site of its own")
        office, production, assumed = lead_times(line)
        orders, more = orders_of(line)
        self.assumptions += assumed + more
        money = self._money(line)
        self._item(line, item, orders, money)
        receipts = self._receipts(line, item, orders)
        planned = [order for order in orders if not order.under_contract]
        self._rates(line, item, plant, receipts, planned=bool(planned))
        for order in planned:
            self._lot(line, item, plant, order, (office, production), money)
        self._needs(item, plant, orders)
        self._budgets(line, item)
        self._horizon(line, orders, office + production)

    def _money(self, line: Line) -> float:
        """Return dollars in the book's unit of unit costs."""
        unit = line.line.unit_cost_unit
        if unit not in MONEY and any(lot.unit_cost for lot in line.lots):
            place = line.line.place("P-40")
            self.assume(
                place, f"a known unit of unit costs (found {unit or 'none'!r})", "Millions of dollars"
            )
        return MONEY.get(unit, MONEY["Millions"])

    def _item(self, line: Line, item: str, orders: Sequence[Order], money: float) -> None:
        unit = line.line.quantity_unit
        costs = [order.lot for order in orders if order.lot.unit_cost]
        prior = line.item.cost.get("Quantity", {}).get("AllPriorYears")
        notes = []
        if prior is not None:
            notes.append(f"procured in all prior years {prior:g}")
        if line.item.prior_deliveries is not None:
            notes.append(f"delivered of them {line.item.prior_deliveries:g}")
        value = round(costs[-1].unit_cost * money, 2) if costs and costs[-1].unit_cost else None
        self.add(
            "items",
            line.place().at("cost", "quantity"),
            item=item,
            kind="end item",
            unit="unit" if unit in {"", "Each"} else unit,
            unit_value=value,
            note="; ".join(notes),
        )
        if costs:
            self.provenance("items", item, "unit_value", line.place().at("lots", costs[-1].name))
        self.assume(
            line.place().at("cost", "quantity"),
            "how many of the units delivered before are still in stock",
            "none are counted: levels are units delivered from the study's start on",
        )

    def _receipts(self, line: Line, item: str, orders: Sequence[Order]) -> dict[int, float]:
        """Add what lots under contract still deliver; return it by month over all customers."""
        by_month: dict[int, float] = {}
        arriving: dict[tuple[str, int], tuple[float, list[str], Place]] = {}
        for order in orders:
            for share in order.shares if order.under_contract else ():
                for month, units in share.months.items():
                    if month >= self.start:
                        by_month[month] = by_month.get(month, 0.0) + units
                        have, lots, place = arriving.get((share.customer, month), (0.0, [], share.place))
                        arriving[share.customer, month] = (have + units, [*lots, order.lot.name], place)
        for (customer, month), (units, lots, place) in sorted(arriving.items()):
            row = f"{' + '.join(lots)} {customer} {month_name(month)}"
            site = self._customer(customer, place)
            self.add(
                "stock",
                place.at(place.table, row),
                item=item,
                site=site,
                quantity=units,
                due=first_day(month),
            )
        return by_month

    def _customer(self, customer: str, place: Place) -> str:
        name = as_name(customer or "customer not named")
        foreign = is_foreign(customer)
        self.site(name, place, country=None if foreign else "United States", operator=customer or None)
        self.payer(name, place)
        return name

    def _rates(
        self, line: Line, item: str, plant: str, receipts: Mapping[int, float], *, planned: bool
    ) -> None:
        """Add the line with its three rates, each less what lots under contract occupy."""
        rates, place = line.rates, line.place().at("manufacturer", line.maker.name)
        most = rates.maximum or rates.economic
        if not rates.maximum:
            taken = f"its economic rate of {most:g} a year" if most else "a line without limit"
            self.assume(place, "maximum rate", taken)
        if not rates.stated_unit and most:
            self.assume(place, "unit of the rates", f"{rates.unit}, by the rule for rates without a unit")
        self.assume(place, "whether other items are made on the same line", "a line of its own for each item")
        far = any(c.kind == "maximum far above peak" for c in line.contradictions)
        sure = "medium" if rates.unit != rates.stated_unit else "high"
        words = (("minimum", rates.minimum), ("1-8-5", rates.economic), ("maximum", rates.maximum))
        printed = ", ".join(f"{word} {rate:g}" for word, rate in words if rate)
        self.add(
            "resources",
            place,
            resource=item,
            site=plant,
            maximum_rate_per_month=_monthly(most),
            active=planned,
            confidence="low" if far or not rates.maximum else sure,
            note=f"{printed} a year" if printed else "no rates printed",
        )
        if not planned or not most:
            return
        self._profile(item, "maximum_rate_per_month", self._free(most, receipts), active=True)
        if rates.economic and rates.maximum and rates.economic != rates.maximum:
            free = self._free(rates.economic, receipts) or {self.start: rates.economic / 12}
            self._profile(item, "rate_per_month", free, active=False)
            self._option("economic", "Lines at their 1-8-5 rate", item, "rate_per_month", place)
        if rates.minimum:
            # Lots under contract keep the line open while they are made.
            slow = self._free(rates.economic or most, receipts)
            after = max(slow, default=self.start)
            free = {self.start: 0.0, after: rates.minimum / 12} if slow else {after: rates.minimum / 12}
            self._profile(item, "minimum_sustaining_rate_per_month", free, active=False)
            title = "Lines close below their minimum sustaining rate"
            self._option("sustaining", title, item, "minimum_sustaining_rate_per_month", place)

    def _free(self, rate: float, receipts: Mapping[int, float]) -> dict[int, float]:
        """Return what lots under contract leave free of a yearly rate, by the month from which it holds."""
        used = {m: u for m, u in occupied(receipts, rate / 12, self.start).items() if u > 1e-9}
        months = range(self.start, max(used) + 2) if used else ()
        values = {month: max(0.0, rate / 12 - used.get(month, 0.0)) for month in months}
        return {m: v for m, v in values.items() if m == self.start or abs(v - values[m - 1]) > 1e-9}

    def _profile(self, item: str, column: str, values: Mapping[int, float], *, active: bool) -> None:
        for month, value in values.items():
            row = {"table": "resources", "key": item, "column": column, "from": first_day(month)}
            note = "the rate less what lots under contract occupy"
            self.add("profiles", None, **row, value=round(value, 9), active=active, note=note)

    def _option(self, option: str, title: str, item: str, column: str, place: Place) -> None:
        row = {"option": option, "title": title, "table": "profiles", "key": f"resources/{item}/{column}/*"}
        self.add("options", place, **row, action="include")

    def _lot(
        self, line: Line, item: str, plant: str, order: Order, times: tuple[float, float], money: float
    ) -> None:
        """Add a planned lot: its process, its contract and who pays."""
        lot, (office, production) = order.lot, times
        name, place = f"{item} {lot.name}", line.place().at("lots", lot.name)
        at_maker = line.place().at("manufacturer", line.maker.name)
        since = order.award - (october(lot.fiscal_year) if lot.fiscal_year is not None else self.start)
        left = float(max(0, min(office, order.award - self.start, max(0, since))))
        note = ""
        if left < office:
            note = f"of {office:g} months of administrative lead time {left:g} count"
            taken = f"{left:g} of them count: those after the study's start and in the fiscal year that pays"
            self.assume(place, f"when the order of {office:g} months before the award is placed", taken)
        cost = round(lot.unit_cost * money, 2) if lot.unit_cost else None
        if cost is None:
            self.assume(place, "unit cost", "0: the lot costs nothing in the study")
        self.add(
            "processes",
            at_maker,
            process=name,
            site=plant,
            item=item,
            lead_time_months=production,
            administrative_lead_time_months=left,
            unit_cost=cost,
            licence=name,
            available_from=first_day(order.award),
            resource=item,
            resource_at="completion",
            note=note,
            confidence="high" if line.production_lead_time else "assumption",
        )
        if cost is not None:
            self.provenance("processes", name, "unit_cost", place)
        self.provenance("processes", name, "available_from", place)
        self.add(
            "licences",
            place,
            licence=name,
            licensor=line.line.service,
            licensee=line.maker.name,
            quantity_cap=order.units,
            valid_from=first_day(order.award),
            note="the contract: no start before its award, no more than its units",
        )
        for share in order.shares:
            part = share.units / order.units
            payer = self._customer(share.customer, share.place)
            row = {"table": "processes", "key": name, "payer": payer, "share": part}
            self.add("funding", share.place, **row)

    def _needs(self, item: str, plant: str, orders: Sequence[Order]) -> None:
        """Add foreign orders as demands, own refill as objectives rising lot by lot, and the lanes there."""
        levels: dict[str, float] = {}
        contract: dict[str, tuple[int, Place]] = {}
        customers: dict[str, str] = {}
        refills: list[tuple[int, str, Order, float, Place]] = []
        for order in orders:
            for share in order.shares:
                ahead = {m: u for m, u in share.months.items() if m >= self.start or not order.under_contract}
                if not ahead:
                    continue
                site = customers.setdefault(share.customer, self._customer(share.customer, share.place))
                if is_foreign(share.customer) or not share.customer or share.customer == "Other":
                    self._orders(item, site, order, share.place, ahead)
                elif order.under_contract:
                    levels[site] = levels.get(site, 0.0) + sum(ahead.values())
                    last = contract.get(site, (0, share.place))[0]
                    contract[site] = (max(last, *ahead), share.place)
                else:
                    refills.append((max(ahead), site, order, share.units, share.place))
        for site, (last, place) in contract.items():
            self._objective(f"{item} {site} under contract", item, site, levels[site], last, place)
        for last, site, order, units, place in sorted(
            refills, key=lambda row: (row[0], row[1], row[2].lot.name)
        ):
            levels[site] = levels.get(site, 0.0) + units
            self._objective(f"{item} {site} {order.lot.name}", item, site, levels[site], last, place)
        # Without planned lots nothing leaves the plant: all receipts are at the customers' sites.
        for site in customers.values() if any(not order.under_contract for order in orders) else ():
            note = "delivery to the customer takes no time of its own: the exhibits count it at the plant"
            self.add("lanes", None, item=item, from_site=plant, to_site=site, lead_time_months=0.0, note=note)

    def _objective(self, name: str, item: str, site: str, level: float, by: int, place: Place) -> None:
        row = {"objective": name, "item": item, "site": site, "level": level, "by": last_day(by)}
        self.add("stock_objectives", place, **row, note="cumulative over the lots up to this one")
        self.ends.append(by)

    def _orders(self, item: str, site: str, order: Order, place: Place, months: Mapping[int, float]) -> None:
        for month, units in months.items():
            name = f"{item} {order.lot.name} {site} {month_name(month)}"
            at = place.at(place.table, f"{place.row} {month_name(month)}")
            due = max(month, self.start)
            row = {"demand": name, "customer": site, "item": item, "site": site, "quantity": units}
            self.add("demands", at, **row, due=last_day(due))
            self.ends.append(due)

    def _budgets(self, line: Line, item: str) -> None:
        """Add what the book gives for the item by fiscal year, inactive until the option ``budget``."""
        costs = line.item.cost.get("TotalCost") or line.item.cost.get("NetProcurementP1") or {}
        unit = MONEY.get(line.line.total_cost_unit, MONEY["Millions"])
        place = line.place().at("cost", "total cost")
        if line.line.total_cost_unit not in MONEY:
            self.assume(place, "a known unit of total costs", "Millions of dollars")
        payer = self._customer(line.line.service, place)
        for column, after in COLUMNS.items():
            if column in costs and after >= -1 and line.line.year is not None and costs[column] >= 0:
                year, amount = line.line.year + after, round(costs[column] * unit, 2)
                rows = self.rows.setdefault("budgets", [])
                same = next((r for r in rows if (r["payer"], r["fiscal_year"]) == (payer, year)), None)
                if same is not None:
                    same["amount"] += amount
                    same["note"] += f"; {item}"
                    continue
                row = {
                    "payer": payer,
                    "fiscal_year": year,
                    "amount": amount,
                    "carry_over": True,
                    "active": False,
                }
                self.add("budgets", place.at("cost", f"total cost {column}"), **row)
        if not costs:
            self.assume(place, "total cost by fiscal year", "no budget")

    def _horizon(self, line: Line, orders: Sequence[Order], lead: float) -> None:
        """Note how far the study must look for the slowest of its options to finish."""
        slowest = min((rate for rate in (line.rates.economic, line.rates.maximum) if rate), default=None)
        left = 0.0
        # Work that may begin at its release, and all that is released after it, one after the other.
        for order in sorted(orders, key=lambda order: -order.award):
            left += sum(u for share in order.shares for m, u in share.months.items() if m >= self.start)
            released = self.start if order.under_contract else order.award + ceil(lead)
            self.ends.append(released + (ceil(left / slowest * 12) if slowest else 0))

    # ------------------------------------------------------------------------------------------ the whole

    def _money_of_years(self, first: int, last: int) -> None:
        """Keep budgets within the horizon, let what is left be spent later, and add their option."""
        kept = [row for row in self.rows.pop("budgets", []) if first <= row["fiscal_year"] <= last]
        if not kept:
            return
        self.rows["budgets"] = kept
        payers = dict.fromkeys(row["payer"] for row in kept)
        for payer in payers:
            own = {row["fiscal_year"] for row in kept if row["payer"] == payer}
            for year in sorted(set(range(first, last + 1)) - own):
                row = {
                    "payer": payer,
                    "fiscal_year": year,
                    "amount": 0.0,
                    "carry_over": True,
                    "active": False,
                }
                self.add(
                    "budgets", None, **row, note="not in the book: only what is left of the years before"
                )
        for year in range(first - 1, last + 1):
            row = {"currency": "USD", "year": year, "index": 1.0}
            self.add("escalation", None, **row, note="the book's money is of its own year: no escalation")
        named = {"option": "budget", "title": "Within the budgets of the book"}
        place = self.lines[0].place().at("cost", "total cost")
        self.add("options", place, **named, table="budgets", key="*", action="include")

    def finish(self, title: str | None) -> Imported:
        """Return the study."""
        year = self.lines[0].line.year
        end = max(self.ends) + _AFTER
        if end > self.start + _MOST_MONTHS:
            end = self.start + _MOST_MONTHS
            place = self.lines[0].place()
            self.assume(
                place, f"a rate at which the lots end within {_MOST_MONTHS} months", "they do not end"
            )
        self._money_of_years(fiscal_year(self.start), fiscal_year(end))
        rows = self.rows
        titles = list(dict.fromkeys(line.line.title for line in self.lines))
        items = self.lines[0].item.name if len(self.lines) == 1 else f"{len(self.lines)} items"
        settings = {
            "title": title
            or f"{', '.join(titles[:3])}{' …' if len(titles) > 3 else ''}: {items}, budget of {year}",
            "study_date": first_day(self.start),
            "start": first_day(self.start),
            "horizon": last_day(end),
            "fiscal_year_start": 10,
        }
        notices = [c for line in self.lines for c in line.contradictions]
        remarks = list({id(line.line): line.line for line in self.lines}.values())
        return Imported(
            tables=Tables.from_rows(settings, **rows),
            lines=tuple(self.lines),
            assumptions=tuple(dict.fromkeys(self.assumptions)),
            contradictions=tuple(notices),
            remarks=tuple(remark for line in remarks for remark in line.remarks),
        )


def _monthly(rate: float | None) -> float | None:
    return round(rate / 12, 9) if rate else None
