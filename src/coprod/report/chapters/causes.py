"""Why it is late, in chapter 3: the causes in ranked order, and what each limit alone would gain."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from coprod.report.parts import Cell, Column, Row, Table

if TYPE_CHECKING:
    from markupsafe import Markup

    from coprod.report.facts import Cells
    from coprod.report.material import Material, Option

__all__ = ["cause_tables", "cause_text", "limit_name", "limit_names"]

MOST_ROWS = 12
_NAMED = re.compile(r"(?P<kind>.+?) of (?P<name>.+)", re.DOTALL)


def _rows(material: Material) -> tuple[Cells, Option | None]:
    """Return the causes of a run, and the option they are about."""
    rows = material.cells("causes")
    if not len(rows):
        return rows, None
    name = rows.here()["option"].iloc[0]
    return rows, next((option for option in material.options if option.name == name), None)


def limit_name(material: Material, kind: str, name: str) -> str:
    """Return a limit, by its kind and what it limits, in the report's words."""
    key = kind.replace(" ", "_").replace("'", "")
    return material.text.word(f"c3.limit.{key}").format(name=name.replace("/", ", "))


def limit_names(material: Material, text: str) -> list[str]:
    """Return limits that a table names as ``kind of name; …`` in the report's words."""
    found = [_NAMED.fullmatch(part) for part in text.split("; ")] if text else []
    return [limit_name(material, match["kind"], match["name"]) for match in found if match]


def cause_text(material: Material) -> list[Markup]:
    """Return what to say of the causes; nothing where a run has none."""
    rows, option = _rows(material)
    if option is None:
        return []
    first = rows.first("step")
    limits = limit_names(material, first.text("limits"))
    whole = {"letter": option.letter, "total": rows.of("gain", "sum"), "share": first.cell("share")}
    if len(limits) == 1:
        said = [material.text.say("c3.cause", limit=limits[0], **whole)]
    else:
        said = [material.text.say("c3.cause_joint", limits=material.text.list_of(limits), **whole)]
    if not option.discussed:
        said.insert(0, material.text.say("c3.cause_in_time"))
    return said


def cause_tables(material: Material) -> list[Table]:
    """Return the tables of causes and of challenges; none where a run has none."""
    rows, option = _rows(material)
    if option is None:
        return []
    return [_causes(material, rows, option), _challenges(material, option)]


def _columns(head: list[str], right: set[int]) -> list[Column]:
    return [Column(name, "r" if number in right else "") for number, name in enumerate(head)]


def _causes(material: Material, rows: Cells, option: Option) -> Table:
    text, formats = material.text, material.formats
    made = []
    for row in rows.here().to_dict("records"):
        limits = [text.word("c3.causes_all")] if row["together"] else limit_names(material, row["limits"])
        made.append(
            Row(
                [
                    Cell(text.formats.join(limits), strong=True),
                    formats.number(row["gain"]),
                    formats.percent(row["share"]),
                    formats.number(row["left"]),
                    "; ".join(limit_names(material, row["instead"])) or text.word("words.none"),
                ]
            )
        )
    return Table(
        "causes",
        str(text.say("c3.causes_table", letter=option.letter)),
        text.say("c3.causes_subtitle", gone=rows.of("share", "sum")),
        _columns(text.words("c3.causes_head"), {1, 2, 3}),
        made[:MOST_ROWS],
    )


def _challenges(material: Material, option: Option) -> Table:
    text, formats = material.text, material.formats
    frame = material.table("challenges")
    frame = frame[frame["alone"] > 0]
    none = text.word("words.none")
    made = [
        Row(
            [
                limit_name(material, row["kind"], row["name"]),
                formats.number(row["alone"]),
                formats.percent(row["share"]),
                row["cure"] or none,
                material.money(row["cure_capex"]) if row["cure"] else none,
                formats.number(row["cure_gain"]) if row["cure"] else none,
            ]
        )
        for row in frame.to_dict("records")
    ]
    note = text.note("words.more_rows", len(made) - MOST_ROWS) if len(made) > MOST_ROWS else ""
    return Table(
        "challenges",
        text.word("c3.challenges_table"),
        text.say("c3.challenges_subtitle", letter=option.letter),
        _columns(text.words("c3.challenges_head"), {1, 2, 4, 5}),
        made[:MOST_ROWS],
        note=note,
    )
