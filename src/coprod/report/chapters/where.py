"""Chapter 2: which activities does the plan run at the partner, and what goes between the sites?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from markupsafe import Markup

from coprod.report.chapters.busy import span_months
from coprod.report.chapters.busyyear import busy_year
from coprod.report.chapters.feasible import feasible_table, feasible_text
from coprod.report.chapters.keys import partner_names
from coprod.report.chapters.mapfigure import map_figure, missing
from coprod.report.chapters.share import share_tables, share_text
from coprod.report.parts import Cell, Chapter, Column, Row, Table

if TYPE_CHECKING:
    from coprod.report.facts import Cells
    from coprod.report.material import Material
    from coprod.report.parts import Figure

__all__ = ["chapter"]

NUMBER = 2
MOST_ROWS = 25


def chapter(material: Material) -> Chapter | None:
    """Return the chapter; None where the plan makes and ships nothing."""
    year = busy_year(material)
    if year is None or not (len(material.own("starts")) or len(material.own("shipments"))):
        return None
    text, say = material.text, material.text.say
    partner, party = _partner_sites(material), partner_names(material)
    parts: list[Figure | Table] = []
    if partner:
        starts = material.own("starts")
        own = starts.where(starts.frame["site"].isin(partner) & (starts.frame["quantity"] > 1e-6))
        letter = material.discussed.letter
        if len(own):
            count, first_start = own.of("process", "distinct"), own.of("period", "min")
            first = say("c2.runs", party=party, count=count, letter=letter, first=first_start)
        else:
            first = say("c2.runs_none", letter=letter, party=party)
        processes = material.given("processes")
        idle = processes.where(
            processes.frame["site"].isin(partner)
            & ~processes.frame["process"].isin(set(own.here()["process"]))
        )
        said = first + Markup(" ") + say("c2.open", count=idle.of("process", "count")) if len(idle) else first
        examined = feasible_text(material, party)
        paragraphs: list[str] = [said, examined or text.word("c2.not_yet"), *share_text(material)]
        first = Markup(" ").join([first, examined]) if examined else first
        if examined:
            parts.append(feasible_table(material, party))
        parts.append(_table(material, own, idle, party))
        parts += share_tables(material)
    else:
        first = Markup(text.word("c2.no_partner"))  # the text is ours
        paragraphs = [first]
    why = missing(material)
    if why:
        paragraphs.append(text.word(why))
    else:
        parts.append(map_figure(material, year, partner, party))
    return Chapter(
        NUMBER, text.word("c2.question"), paragraphs, [part for part in parts if _filled(part)], first
    )


def _filled(part: Figure | Table) -> bool:
    return not isinstance(part, Table) or bool(part.rows)


def _partner_sites(material: Material) -> set[str]:
    """Return the sites of the partner's parties."""
    parties = {str(name) for name in material.run.manifest.get("partner", ())}
    sites = material.study["sites"]
    return set(sites["site"][sites["partner"].isin(parties)])


def _table(material: Material, own: Cells, idle: Cells, party: str) -> Table:
    """Return the activities at the partner: those in use by their first start, then those left unused."""
    text = material.text
    processes = material.given("processes").here().set_index("process")
    used = own.here().groupby("process", sort=False)["period"].min().sort_values(kind="stable")
    rows = [
        _row(material, process, processes.loc[process], own.having(process=process)) for process in used.index
    ]
    rows += [_row(material, process, processes.loc[process], None) for process in idle.here()["process"]]
    columns = [
        Column(name, "r" if place in {4, 5} else "nw" if place in {2, 3} else "")
        for place, name in enumerate(text.words("c2.head"))
    ]
    return Table(
        "partner",
        text.say("c2.table", party=party),
        text.say("c2.table_subtitle", letter=material.discussed.letter),
        columns,
        rows[:MOST_ROWS],
        note=text.note("words.more_rows", len(rows) - MOST_ROWS) if len(rows) > MOST_ROWS else "",
    )


def _row(material: Material, process: str, given: pd.Series[Any], starts: Cells | None) -> Row:
    text, formats = material.text, material.formats
    none = text.word("words.none")
    when = [text.word("c2.unused"), none, none]
    if starts is not None:
        here = starts.here()
        rate = here.groupby("period")["good_quantity"].sum().max() / span_months(material.kind)
        when = [
            formats.month(here["period"].min()),
            formats.month(here["complete"].min()),
            formats.number(rate),
        ]
    currency = given["currency"] or str(material.study.settings["base_currency"])
    cost = none if pd.isna(given["unit_cost"]) else formats.money(given["unit_cost"], currency)
    name = Cell(process, given["item"] if given["item"] not in process else "")
    return Row([name, given["site"], *when, cost, _against(material, given)])


def _against(material: Material, given: pd.Series[Any]) -> str:
    """Return the unit cost over the incumbent's: who else makes most of the item in this option."""
    text = material.text
    processes = material.given("processes").here()
    partner = _partner_sites(material)
    others = processes[(processes["item"] == given["item"]) & ~processes["site"].isin(partner)]
    made = material.own("starts").here().groupby("process")["good_quantity"].sum()
    others = others.assign(made=others["process"].map(made).fillna(0.0)).sort_values(
        "made", ascending=False, kind="stable"
    )
    if others.empty:
        return text.word("words.none")
    other = others.iloc[0]
    costs = given["unit_cost"], other["unit_cost"]
    # Without an exchange rate of its own year a comparison across currencies would not be one of costs.
    if any(pd.isna(cost) for cost in costs) or costs[1] <= 0 or given["currency"] != other["currency"]:
        return text.word("words.none")
    gap = float(costs[0] / costs[1]) - 1
    key = "c2.equal" if abs(gap) < 0.005 else "c2.more" if gap > 0 else "c2.less"
    share = text.word(key).format(share=material.formats.percent(abs(gap)))
    return text.word("c2.against").format(gap=share, site=other["site"])
