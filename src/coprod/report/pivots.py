"""Tables turned for a workbook's own charts: stock by option, years by place, load by line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from coprod.report.chapters.deliveries import places_of
from coprod.report.material import FULL_SHARE
from coprod.report.palette import place_token

if TYPE_CHECKING:
    from coprod.report.material import Headline, Material

__all__ = ["Pivot", "PivotColumn", "load_by_line", "made_by_year", "pivots", "stock_by_option"]

#: Colours of the lines drawn in the chart of loads, fullest first; the sheet holds every line.
_LOADS = ("ink", "who2", "who1", "who3")


@dataclass(frozen=True, slots=True)
class PivotColumn:
    """
    A column of numbers, and how its chart draws it.

    Attributes
    ----------
    head
        The column's head, unit in brackets.
    values
        One per row of the pivot; blank where there is none.
    name
        Its name in a chart's key; "" leaves it out of the chart.
    token
        Colour.
    chart
        Title of the chart it belongs to.
    dashed, heavy
        The line's look.
    """

    head: str
    values: pd.Series[Any]
    name: str
    token: str
    chart: str
    dashed: bool = False
    heavy: bool = False


@dataclass(frozen=True, slots=True)
class Pivot:
    """
    One sheet.

    Attributes
    ----------
    name, about, head
        The sheet's name, what it is, and the head of its first column.
    index
        Dates, or fiscal years: the first column.
    columns
        The others.
    kind
        Its charts'.
    share
        Whether the values are shares of one.
    """

    name: str
    about: str
    head: str
    index: pd.Index[Any]
    columns: list[PivotColumn]
    kind: Literal["line", "column"]
    share: bool = False


def pivots(material: Material) -> list[Pivot]:
    """Return the sheets that a run has the tables for."""
    found = [stock_by_option(material), made_by_year(material), load_by_line(material)]
    return [pivot for pivot in found if pivot]


def _pivot(
    material: Material, key: str, frame: pd.DataFrame, columns: list[PivotColumn], **more: Any
) -> Pivot:
    name, about, head = (material.text.word(f"workbook.{key}_{part}") for part in ("sheet", "about", "head"))
    return Pivot(name, about, head, frame.index, columns, **more)


def stock_by_option(material: Material) -> Pivot | None:
    """Return each headline's stock at the periods' ends, a column per option, beside its objective."""
    drafts = [
        draft
        for headline in material.headlines
        if headline.objective
        for draft in _stocks(material, headline)
    ]
    if not drafts:
        return None
    # Options may have horizons of their own: one row for every period that any of them has.
    frame = pd.concat([values for values, _ in drafts], axis=1, keys=range(len(drafts))).sort_index()
    frame.index = pd.DatetimeIndex([material.after(day) - pd.Timedelta(days=1) for day in frame.index])
    columns = [PivotColumn(values=frame[place], **look) for place, (_, look) in enumerate(drafts)]
    return _pivot(material, "stock", frame, columns, kind="line")


def _stocks(material: Material, headline: Headline) -> list[tuple[pd.Series[Any], dict[str, Any]]]:
    """Return one headline's columns: its objective, then the options."""
    text, unit = material.text, material.unit(headline.item)
    chart = text.word("workbook.stock_title").format(item=headline.item)
    found: list[tuple[pd.Series[Any], dict[str, Any]]] = []
    for option in material.options:
        rows = material.cells("shortfalls", option.name).having(objective=headline.objective).here()
        if rows.empty:
            continue
        rows = rows.set_index("period")
        if not found:
            head = text.word("workbook.stock_level").format(item=headline.item, unit=unit)
            look = {"name": text.word("workbook.stock_objective"), "token": "ink"}
            found.append((rows["level"], {"head": head, "chart": chart, **look}))
        head = text.word("workbook.stock_column").format(item=headline.item, letter=option.letter, unit=unit)
        look = {"name": f"{option.letter} {option.title}", "token": option.token}
        line = {"dashed": option.token == "opt1", "heavy": option.discussed}
        found.append((rows["stock"], {"head": head, "chart": chart, **look, **line}))
    return found


def made_by_year(material: Material) -> Pivot | None:
    """Return what the option under discussion completes in each fiscal year, a column per item and place."""
    rows = material.cells("fiscal_years").having(option=material.option).here()
    if rows.empty:
        return None
    text = material.text
    frame = rows.pivot_table(
        index="fiscal_year", columns=["item", "origin"], values="quantity", aggfunc="sum"
    )
    years = range(int(frame.index.min()), int(frame.index.max()) + 1)
    frame = frame.reindex(years).fillna(0.0)
    columns = []
    for item in dict.fromkeys(rows["item"]):
        origins = set(rows.loc[rows["item"] == item, "origin"])
        places = [place for place in places_of(material, item) if place in origins]
        for place, origin in enumerate([*places, *sorted(origins - set(places))]):
            head = text.word("workbook.years_column").format(
                item=item, origin=origin, unit=material.unit(item)
            )
            chart = text.word("workbook.years_title").format(item=item)
            columns.append(PivotColumn(head, frame[item, origin], origin, place_token(place), chart))
    return _pivot(material, "years", frame, columns, kind="column")


def load_by_line(material: Material) -> Pivot | None:
    """Return use over capacity of each line that has a capacity, the line most often full first."""
    loads = material.table("loads", material.option)
    loads = loads[loads["capacity"] > 0]
    if loads.empty:
        return None
    text = material.text
    frame = (
        loads.assign(share=loads["use"] / loads["capacity"])
        .pivot_table(index="period", columns="resource", values="share", aggfunc="max")
        .sort_index()
    )
    full, peak = (frame >= FULL_SHARE).sum(), frame.max()
    order = sorted(frame.columns, key=lambda line: (-full[line], -peak[line], line))
    chart = text.word("workbook.load_title")
    columns = [
        PivotColumn(
            text.word("workbook.load_column").format(line=line),
            frame[line],
            line if place < len(_LOADS) else "",
            _LOADS[min(place, len(_LOADS) - 1)],
            chart,
        )
        for place, line in enumerate(order)
    ]
    return _pivot(material, "load", frame, columns, kind="line", share=True)
