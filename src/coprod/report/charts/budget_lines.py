"""Charts of budget books: which lines could surge and how soon, and how lots were restated over the years."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from coprod.report.charts.frame import Frame, nice_ticks, year_of
from coprod.report.charts.metrics import ellipsis, text_width

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coprod.report.charts.frame import Spec

__all__ = ["RestatedChart", "SurgeChart"]

#: A page of A4, in pixels, and the rows that fit on it.
WIDTH, PITCH, ROWS = 760.0, 21.0, 44
_NAMES = 300.0
_TOP = 62.0


@dataclass(frozen=True, slots=True)
class SurgeChart:
    """
    Months from an order to its last unit at the maximum rate, lead time and making apart, shortest first.

    Attributes
    ----------
    table
        As `coprod.p21.surge.surge_table` makes it. Lines without lead time, units or maximum rate are not
        drawn; of more than a page's the ones with the most money in the units replaced are.
    """

    table: pd.DataFrame

    def drawn(self) -> pd.DataFrame:
        """Return the rows drawn, in their order."""
        table = self.table.dropna(subset=["replaced_after_maximum", "order_to_first_delivery_months"])
        units = {"Dollars": 1.0, "Thousands": 1e3, "Millions": 1e6}
        scale = pd.to_numeric(table["unit_cost_unit"].map(units)).fillna(0.0)
        worth = (
            pd.to_numeric(table["last_unit_cost"]).fillna(0.0) * scale * pd.to_numeric(table["replace_units"])
        )
        newest = table["budget_year"] == table["budget_year"].max()
        table = table.assign(worth=worth)[newest].sort_values("worth", ascending=False, kind="stable")
        largest: pd.DataFrame = table.head(ROWS).sort_values("replaced_after_maximum", kind="stable")
        return largest

    def spec(self) -> Spec:
        """Return the specification of the page."""
        rows = self.drawn()
        most = max([12.0, *rows["replaced_after_maximum"], *rows["replaced_after_economic"].dropna()])
        ticks = nice_ticks(min(most, 72.0), 6)
        last = max(ticks[-1], min(most, 72.0))
        frame = _page(len(rows), (0.0, last))
        of = (
            f"{len(rows)} of {len(self.table)} lines" if len(rows) < len(self.table) else f"{len(rows)} lines"
        )
        year = self.table["budget_year"].max()
        frame.text(
            f"Which lines could surge, and how soon: budget of {year:.0f}",
            (-_NAMES, 10),
            "left",
            weight=600,
            halo=0,
        )
        words = f"{of}: months from order to first delivery (grey), then to the last of a year's units at the"
        frame.text(words, (-_NAMES, 29), "left", "ink2", halo=0)
        frame.text("maximum rate (blue); mark: at the 1-8-5 rate", (-_NAMES, 46), "left", "ink2", halo=0)
        _months(frame, ticks)
        for number, row in enumerate(rows.to_dict("records")):
            middle = _TOP + PITCH * (number + 0.5)
            y = frame.data(0, middle)[1]
            lead, done = float(row["order_to_first_delivery_months"]), float(row["replaced_after_maximum"])
            tip = f"{row['item']}: first delivery after {lead:.0f} months, all after {done:.1f}"
            frame.bars([{"x": 0.0, "x2": min(lead, last), "y": y, "tip": tip}], "line", 11)
            if lead < last:
                frame.bars([{"x": lead, "x2": min(done, last), "y": y, "tip": tip}], "opt4", 11)
            economic = row["replaced_after_economic"]
            if pd.notna(economic) and economic <= last:
                frame.rule((economic, y - 6), (economic, y + 6), "ink", 1.6)
            frame.text(_named(row), (-8, middle), "right", halo=0)
            spare = row["spare_per_year"]
            if row["over_maximum_units"]:
                frame.text(
                    f"plan is {row['over_maximum_units']:,.0f} above",
                    (frame.plot[0] + 6, middle),
                    "left",
                    "late",
                    halo=0,
                )
            elif pd.notna(spare):
                frame.text(f"+{spare:,.0f} a year", (frame.plot[0] + 6, middle), "left", halo=0)
        frame.text("spare rate", (frame.plot[0] + 6, _TOP - 8), "left", "ink2", halo=0)
        return frame.spec()


@dataclass(frozen=True, slots=True)
class RestatedChart:
    """
    First delivery of lots as successive books stated it: from the first book's to the last one's.

    Attributes
    ----------
    table
        As `coprod.p21.restated.restated_lots` makes it. Of more than a page's the ones that moved most are
        drawn, by line and lot.
    """

    table: pd.DataFrame

    def drawn(self) -> list[pd.DataFrame]:
        """Return the lots drawn, one frame each."""
        lots = [
            own
            for _, own in self.table.groupby(_lot_of(self.table), sort=False)
            if own["first_delivery"].notna().any()
        ]
        moved = sorted(lots, key=lambda own: -abs(float(own["slip_months"].fillna(0.0).iloc[-1])))[:ROWS]
        return sorted(moved, key=lambda own: (own["title"].iloc[0], own["item"].iloc[-1], own["lot"].iloc[0]))

    def spec(self) -> Spec:
        """Return the specification of the page."""
        lots = self.drawn()
        days = [year_of(day) for own in lots for day in own["first_delivery"].dropna()] or [2016.0]
        frame = _page(len(lots), (min(days) - 0.3, max(days) + 0.5))
        years = (
            f"{self.table['budget_year'].min():.0f} to {self.table['budget_year'].max():.0f}"
            if len(self.table)
            else ""
        )
        frame.text(
            f"First deliveries as restated by the budgets of {years}",
            (-_NAMES, 10),
            "left",
            weight=600,
            halo=0,
        )
        of = f"{len(lots)} of {len(_lot_of(self.table).unique())} lots, those that moved most"
        words = f"{of}: grey the first book's date, coloured the last one's;"
        frame.text(words, (-_NAMES, 29), "left", "ink2", halo=0)
        frame.text("right: the slip, and the unit cost against the first book", (-_NAMES, 46), "left", "ink2")
        frame.years()
        for number, own in enumerate(lots):
            middle = _TOP + PITCH * (number + 0.5)
            y = frame.data(0, middle)[1]
            dated = own.dropna(subset=["first_delivery"])
            first, last = (
                year_of(day) for day in (dated["first_delivery"].iloc[0], dated["first_delivery"].iloc[-1])
            )
            slip = own["slip_months"].iloc[-1]
            token = "late" if slip > 0 else "opt4"
            if first != last:
                frame.rule((first, y), (last, y), token, 2.0)
            frame.dots([(first, y)], "soft", size=40)
            frame.dots([(last, y)], token, size=52)
            record = own.iloc[-1].to_dict()
            frame.text(_named(record, f" {record['lot']}"), (-8, middle), "right", halo=0)
            growth = record["unit_cost_growth_percent"]
            text = f"{slip:+.0f} months" if pd.notna(slip) else ""
            text += f", {growth:+.0f} %" if pd.notna(growth) else ""
            frame.text(text, (frame.plot[0] + 6, middle), "left", token if slip > 0 else "ink", halo=0)
        return frame.spec()


def _lot_of(table: pd.DataFrame) -> pd.Series[int]:
    """Number a table's lots: rows of one lot stand together, in rising order of budget years."""
    years = table["budget_year"]
    return (years <= years.shift(fill_value=10_000)).astype(int).cumsum()


def _page(rows: int, x: tuple[float, float]) -> Frame:
    height = _TOP + PITCH * max(1, rows) + 34
    frame = Frame(WIDTH, height, x, (0.0, 1.0), left=_NAMES, right=128.0, top=0.0, bottom=26.0)
    frame.y = (0.0, frame.plot[1])
    return frame


def _months(frame: Frame, ticks: Sequence[float]) -> None:
    frame.axis_x = {"values": list(ticks), "labels": False}
    for value in ticks:
        frame.text(f"{value:.0f}", (frame.px(value), frame.plot[1] + 15), "center", "ink2", halo=0)


def _named(row: Mapping[Any, Any], more: str = "") -> str:
    """Return a line's name as it fits beside its bar: title and item, without saying one thing twice."""
    title, item = str(row["title"]), str(row["item"])
    name = item if title.lower() in item.lower() else f"{title}: {item}"
    room = _NAMES - 12 - text_width(more, 13)
    return ellipsis(name, room, 13) + more
