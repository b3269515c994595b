"""How much of the value added could be the partner's, in chapter 2: its range, and each percent's cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from markupsafe import Markup

from coprod.report.parts import Cell, Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Hashable

    from coprod.report.facts import Cells
    from coprod.report.material import Material

__all__ = ["share_tables", "share_text"]

MOST_ROWS = 14


def _own(material: Material, table: str) -> Cells:
    return material.cells(table).having(option=material.option)


def share_text(material: Material) -> list[Markup]:
    """Return each partner's least and most share without delay, and the most with it."""
    say, said = material.text.say, []
    ranges = _own(material, "work_share_range")
    ranges = ranges.where(ranges.frame["partner"].astype(bool))
    for place in ranges.rows:
        row = ranges.where(ranges.frame.index == place)
        party, share, least = row.text("party"), row.cell("share"), row.cell("least")
        most, late = row.cell("most"), row.cell("most_late")
        if most.value - least.value < 0.0005:
            own = say("c2.share_fixed", party=party, share=share)
        else:
            own = say("c2.share_range", party=party, share=share, least=least, most=most)
        if price := _price(material, party):
            own += Markup(" ") + price
        if late and late.value - most.value >= 0.005:
            own += Markup(" ") + say("c2.share_late", late=late)
        said.append(own)
    return said


def _price(material: Material, party: str) -> Markup:
    """Return what the largest share with no date later costs more; "" where it costs nothing."""
    kept = _own(material, "work_share_curve").having(party=party, state="without delay")
    largest = kept.where(kept.frame["share"] == kept.of("share", "max").value)
    added = largest.cell("extra_cost")
    if not added or not added.value >= 0.5:
        return Markup("")
    return material.text.say("c2.share_cost", added=added)


def share_tables(material: Material) -> list[Table]:
    """Return what each share costs, one table for each partner that has a choice."""
    curve = _own(material, "work_share_curve")
    parties = list(dict.fromkeys(curve.here()["party"]))
    found = [_curve(material, party, place) for place, party in enumerate(parties)]
    return [table for table in found if len(table.rows) > 1]


def _curve(material: Material, party: str, place: int) -> Table:
    text = material.text
    head = text.words("c2.share_head")
    columns = [Column(name, "r" if n in {1, 2, 3} else "") for n, name in enumerate(head)]
    records = _own(material, "work_share_curve").having(party=party).here().to_dict("records")
    cheapest = next((row["builds"] for row in records if row["extra_cost"] == 0), "")
    rows = [_row(material, row, cheapest) for row in records]
    caption = text.say("c2.share_table", party=party)
    subtitle = text.say(
        "c2.share_subtitle",
        letter=material.discussed.letter,
        currency=str(material.study.settings["base_currency"]),
        year=material.prices,
    )
    note = text.note("words.more_rows", len(rows) - MOST_ROWS) if len(rows) > MOST_ROWS else ""
    return Table(f"share{place or ''}", caption, subtitle, columns, rows[:MOST_ROWS], note=note)


def _row(material: Material, row: dict[Hashable, Any], cheapest: str) -> Row:
    text, formats, none = material.text, material.formats, material.text.word("words.none")
    share = f"{formats.digits(round(100 * row['share'], 1))}{formats.percent(0.0).removeprefix('0')}"
    late = row["state"] != "without delay"
    state = Cell(text.word(f"c2.share_{row['state'].replace(' ', '_')}"), late=late)
    if row["state"] in {"not possible", "unknown"}:
        return Row([share, none, none, none, state, none])
    chosen = "pick" if row["extra_cost"] == 0 and not late else ""
    full = none if pd.isna(row["full_from"]) else formats.month(row["full_from"])
    return Row(
        [
            share,
            _money(material, row["extra_cost"]),
            none if pd.isna(row["per_percent"]) else _money(material, row["per_percent"]),
            none if pd.isna(row["months"]) else formats.gap(row["months"]),
            Cell(state.text, full, late=late),
            _builds(material, row["builds"], cheapest) or none,
        ],
        chosen,
    )


def _builds(material: Material, own: str, cheapest: str) -> str:
    """Return which investments are built beyond those of the cheapest plan, and which are not."""
    text, ours, theirs = material.text, own.split("; "), cheapest.split("; ")
    pieces = [
        text.word(key).format(names=", ".join(names))
        for key, names in (
            ("c9.builds_too", [name for name in ours if name and name not in theirs]),
            ("c9.builds_not", [name for name in theirs if name and name not in ours]),
        )
        if names
    ]
    return text.word("words.apart").join(pieces)


def _money(material: Material, cost: float) -> str:
    return f"+{material.money(cost)}" if cost >= 0.5 else material.money(cost)
