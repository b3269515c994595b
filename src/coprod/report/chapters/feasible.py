"""What is feasible at the partner, in chapter 2: from when, after which investment, at what cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from markupsafe import Markup

from coprod.report.chapters.causes import limit_names
from coprod.report.parts import Cell, Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Hashable

    from coprod.report.material import Material

__all__ = ["feasible_table", "feasible_text"]

MOST_ROWS = 25


def feasible_text(material: Material, party: str) -> Markup:
    """Return how many activities are feasible; "" where the run did not examine it."""
    rows = material.cells("feasibility")
    if not len(rows):
        return Markup("")
    said = material.text.say(
        "c2.feasible",
        all=rows.of("process", "count"),
        party=party,
        now=rows.having(state="now").of("process", "count"),
        after=rows.having(state="after investment").of("process", "count"),
    )
    never = rows.having(state="no")
    if not len(never):
        return said
    end = material.own("stock").of("period", "max")
    return said + Markup(" ") + material.text.say("c2.feasible_not", no=never.of("process", "count"), end=end)


def feasible_table(material: Material, party: str) -> Table:
    """Return a row for each activity: the soonest first, what is not feasible last."""
    text = material.text
    frame = material.table("feasibility").sort_values("first_output", kind="stable", na_position="last")
    head = text.words("c2.feasible_head")
    styles = {3: "nw", 4: "r", 6: "r", 7: "r"}
    rows = [_row(material, row) for row in frame.to_dict("records")]
    return Table(
        "feasible",
        text.say("c2.feasible_table", party=party),
        text.word("c2.feasible_subtitle"),
        [Column(name, styles.get(place, "")) for place, name in enumerate(head)],
        rows[:MOST_ROWS],
        note=text.note("words.more_rows", len(rows) - MOST_ROWS) if len(rows) > MOST_ROWS else "",
    )


def _row(material: Material, row: dict[Hashable, Any]) -> Row:
    text, formats = material.text, material.formats
    none = text.word("words.none")
    share = formats.percent(row["value_share"])
    name = Cell(row["process"], row["item"] if row["item"] not in row["process"] else "")
    if row["state"] == "no":
        why = "; ".join(limit_names(material, row["reason"]))
        end = text.say("c2.feasible_no", end=material.own("stock").of("period", "max"))
        because = text.word("c2.feasible_because").format(limits=why) if why else ""
        state = Cell(str(end), because, late=True)
        return Row([name, row["site"], state, none, none, none, none, share, _against(material, row)])
    after = row["after"].split("; ") if row["after"] else []
    return Row(
        [
            name,
            row["site"],
            text.word("c2.feasible_after" if after else "c2.feasible_now"),
            formats.month(row["first_output"]),
            formats.number(row["months"]),
            formats.join(after) or none,
            material.money(row["capex"]) if after else none,
            share,
            _against(material, row),
        ]
    )


def _against(material: Material, row: dict[Hashable, Any]) -> str:
    """Return the unit cost against the cheapest elsewhere, and where that is."""
    text = material.text
    if pd.isna(row["incumbent_unit_cost"]) or row["incumbent_unit_cost"] <= 0:
        return material.money(row["unit_cost"])
    gap = float(row["unit_cost"] / row["incumbent_unit_cost"]) - 1
    key = "c2.equal" if abs(gap) < 0.005 else "c2.more" if gap > 0 else "c2.less"
    share = text.word(key).format(share=material.formats.percent(abs(gap)))
    return text.word("c2.against").format(gap=share, site=row["incumbent_site"])
