"""Chapter 10: what does the answer rest on?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from markupsafe import Markup

from coprod.report.chapters.evidence import evidence, evidence_counts, merged
from coprod.report.facts import derived
from coprod.report.parts import Cell, Chapter, Column, Row, Table
from coprod.study.schema import schema

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod.report.chapters.evidence import Evidence
    from coprod.report.material import Material

__all__ = ["LATER", "chapter"]

NUMBER = 10
MOST_ROWS = 30
#: Chapters whose engine comes later: named in this one, not faked.
LATER = (5, 7)
#: Columns of this chapter's tables that are right-aligned or do not wrap.
_STYLES = {
    "assume": {2: "nw"},
    "sources": {2: "nw"},
    "unused": {2: "r", 3: "nw"},
    "warnings": {3: "nw"},
    "checks": {1: "r", 2: "r", 3: "r", 5: "nw"},
}


def chapter(material: Material, answered: Sequence[int]) -> Chapter:
    """
    Return the chapter.

    Parameters
    ----------
    material
        The run.
    answered
        Numbers of the chapters this run has.
    """
    text, say = material.text, material.text.say
    counts = evidence_counts(material)
    first = say("c10.rows", **{name: derived("total", *facts) for name, facts in counts.items()})
    paragraphs = [first, _checked(material)]
    assumed = derived("total", *counts["assumed"]).value
    parts = [
        _assumptions(material),
        _sources(material),
        _unused(material),
        _warnings(material),
        _notes(material),
        _limits(material),
        _checks(material),
        _missing(material, answered),
    ]
    return Chapter(
        NUMBER,
        text.word("c10.question"),
        paragraphs,
        [part for part in parts if part],
        first,
        Markup(text.word("c10.todo")) if assumed else "",  # the text is ours
    )


def _checked(material: Material) -> str:
    say = material.text.say
    checks = material.own("checks")
    if not len(checks):
        return material.text.word("c10.unchecked")
    failed = checks.where(~checks.frame["passed"])
    if len(failed):
        return say("c10.failed", count=failed.of("check", "count"))
    return say("c10.checked", count=checks.of("check", "count"))


def _assumptions(material: Material) -> Table | None:
    text = material.text
    found = merged(evidence(material))
    if not found:
        return None
    dots = {"assumption": 0, "low": 1, "medium": 2, "high": 3}
    rows = []
    for item in found[:MOST_ROWS]:
        source = item.source or (
            text.word("c10.assumption_source") if item.confidence == "assumption" else text.word("words.none")
        )
        rows.append(
            Row(
                [
                    Cell(item.row, _where(material, item)),
                    item.figures or text.word("words.none"),
                    Cell(text.word(f"c10.confidence_{item.confidence}"), dots=dots.get(item.confidence)),
                    source,
                    item.note,
                ],
                "low" if item.confidence in {"assumption", "low"} else "",
            )
        )
    more = sum(item.count for item in found[MOST_ROWS:])
    note = text.note("words.more_rows", more) if more else ""
    return _register(material, "assume", rows, note=note, name="assumptions")


def _where(material: Material, item: Evidence) -> str:
    """Return the table that a row stands in, and how many rows it stands for."""
    table = item.table.replace("_", " ")
    if item.count == 1:
        return table
    return material.text.word("c10.merged").format(table=table, count=material.formats.whole(item.count))


def _sources(material: Material) -> Table | None:
    _text, formats = material.text, material.formats
    frame = material.study.active("sources")
    rows = [
        Row([row["source"], row["citation"], formats.month(row["date"]), Cell(row["url"])])
        for _, row in frame.iterrows()
    ]
    return _register(material, "sources", rows)


def _unused(material: Material) -> Table | None:
    """Return tables and columns that are filled, but whose engine comes later."""
    rows = []
    for name, table in schema().items():
        if name == "study":
            continue
        frame = material.study.active(name)
        if table.used_by.startswith("later") and len(frame):
            rows.append(_later(material, name, table.description, len(frame), table.used_by))
            continue
        for column in table.columns.values():
            if table.used_by.startswith("later") or not column.used_by.startswith("later") or frame.empty:
                continue
            values = frame[column.name]
            blank = values.isna() | values.isin(["", ()])
            filled = int((~blank & (values != (float(column.default) if column.default else None))).sum())
            if filled:
                rows.append(
                    _later(material, f"{name}, {column.name}", column.description, filled, column.used_by)
                )
    return _register(material, "unused", rows)


def _later(material: Material, name: str, about: str, count: int, used_by: str) -> Row:
    text = material.text
    engine = used_by.removeprefix("later:").strip()
    by = text.word("c10.later_engine").format(engine=engine)
    return Row([name.replace("_", " "), about, material.formats.whole(count), by])


def _warnings(material: Material) -> Table | None:
    text = material.text
    frame = material.table("problems")
    frame = frame[frame["severity"] != "notice"]
    rows = [
        Row([row["place"], row["found"], row["needs"], row["code"]])
        for _, row in frame.iloc[:MOST_ROWS].iterrows()
    ]
    note = text.note("words.more_rows", len(frame) - MOST_ROWS) if len(frame) > MOST_ROWS else ""
    return _register(material, "warnings", rows, note=note)


def _notes(material: Material) -> Table | None:
    """Return what the engines noted, each note once, with the options it is about."""
    text = material.text
    about: dict[str, list[str]] = {}
    for option in material.options:
        for note in [*option.about.get("notes", ()), *option.about.get("failures", ())]:
            about.setdefault(str(note), []).append(option.letter)
    for note in material.run.manifest.get("notes", ()):
        about.setdefault(str(note), []).append(material.discussed.letter)
    rows = [Row([", ".join(letters), note]) for note, letters in list(about.items())[:MOST_ROWS]]
    more = text.note("words.more_rows", len(about) - MOST_ROWS) if len(about) > MOST_ROWS else ""
    return _register(material, "notes", rows, note=more)


def _limits(material: Material) -> Table | None:
    text = material.text
    rows = [Row(line.split("|", 1)) for line in text.words("c10.limits_list")]
    return _register(material, "limits", rows, name="left-out")


def _checks(material: Material) -> Table | None:
    text, formats = material.text, material.formats

    def size(value: float) -> str:
        return (
            text.word("words.none")
            if math.isnan(value)
            else "0"
            if value == 0
            else f"{value:.1e}".replace("e-0", "e-")
        )

    rows = [
        Row(
            [
                row["check"],
                formats.whole(row["count"]),
                size(row["worst"]),
                size(row["tolerance"]),
                row["unit"],
                Cell(text.word("words.yes" if row["passed"] else "words.no"), late=not row["passed"]),
                row["where"],
            ]
        )
        for _, row in material.own("checks").here().iterrows()
    ]
    subtitle = text.say("c10.checks_subtitle", letter=material.discussed.letter)
    return _register(material, "checks", rows, subtitle=subtitle)


def _missing(material: Material, answered: Sequence[int]) -> Table | None:
    """Return the questions this run has no chapter for, and what each needs."""
    text = material.text
    rows = []
    for number in range(1, NUMBER):
        if number in answered:
            continue
        engine = text.word(f"c{number}.engine") if number in LATER else text.word("c10.no_data")
        rows.append(Row([text.word(f"c{number}.question"), engine]))
    return _register(material, "missing", rows)


def _register(
    material: Material, key: str, rows: Sequence[Row], *, subtitle: str = "", note: str = "", name: str = ""
) -> Table | None:
    """Return a table with the words of its key; None without rows."""
    if not rows:
        return None
    text, styles = material.text, _STYLES.get(key, {})
    columns = [
        Column(head, styles.get(place, "")) for place, head in enumerate(text.words(f"c10.{key}_head"))
    ]
    under = subtitle or text.word(f"c10.{key}_subtitle")
    return Table(name or key, text.word(f"c10.{key}"), under, columns, rows, note=note)
