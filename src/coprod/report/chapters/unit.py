"""In chapter 3: one unit's chain through time, and where the time of late units went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from markupsafe import Markup

from coprod.report.charts.frame import year_of
from coprod.report.charts.unit import UnitBar, UnitChart, UnitRow, UnitRule
from coprod.report.facts import derived
from coprod.report.formats import blank
from coprod.report.parts import Cell, Column, DataTable, Drawing, Figure, Row, Table

if TYPE_CHECKING:
    from coprod.report.facts import Cells
    from coprod.report.material import Material

    Step = dict[Any, Any]

__all__ = ["late_table", "unit_figure"]

#: Rows drawn at most, the other inputs with most slack left out first; rows of the table.
MOST_ROWS, MOST_LATE = 12, 10
STOCKS = {"opening stock", "receipt"}
#: Length of a period of the plan.
LENGTHS = {
    "day": pd.DateOffset(days=1),
    "week": pd.DateOffset(weeks=1),
    "month": pd.DateOffset(months=1),
    "quarter": pd.DateOffset(months=3),
    "year": pd.DateOffset(years=1),
}


def unit_figure(material: Material) -> Figure | None:
    """Return the figure; None where the run has no pegs or nothing is delivered."""
    steps = material.own("unit_chain")
    if not len(steps):
        return None
    text, say = material.text, material.text.say
    rows, left_out = _rows(material, steps.here())
    unit, need, met = steps.cell("unit"), steps.text("need"), steps.cell("met")
    rules = [UnitRule(year_of(met.value), _words(material, "c3.way_met", met=met), dotted=False)]
    if due := steps.cell("due"):
        after = due.value + pd.Timedelta(days=1)
        rules.append(UnitRule(year_of(after), _words(material, "c3.way_due", due=due), dotted=True))
    rules.append(UnitRule(year_of(material.today), text.word("c1.today_label"), dotted=True))
    chart = UnitChart(rows, rules)
    whole = {"unit": unit, "need": need, "met": met, "begin": steps.of("begin", "min")}
    alt = say("c3.way_alt", count=steps.of("step", "count"), **whole)
    name = "unit"
    drawing = Drawing(name, chart.spec(narrow=False), chart.spec(narrow=True), Markup(alt).unescape())
    fills = (("opt4b", "order"), ("opt4", "make"), ("opt4a", "ship"), ("grid", "wait"), ("soft", "other"))
    key = [(token, text.word(f"c3.way_key_{kind}")) for token, kind in fills]
    if any(row.full for row in rows):
        key.append(("late", text.word("c3.way_key_full")))
    return Figure(
        name,
        _title(material, steps, whole),
        say("c3.way_subtitle", letter=material.discussed.letter, need=need),
        [drawing],
        data=_data(material, steps.here()),
        key=key,
        note=text.note("c3.way_note", left_out) if left_out else "",
    )


def _words(material: Material, key: str, **facts: Any) -> str:
    return Markup(material.text.say(key, **facts)).unescape()


def _title(material: Material, steps: Cells, whole: dict[str, Any]) -> str:
    say, frame = material.text.say, steps.frame
    late = material.own("late_units").having(need=steps.text("need"), met=steps.cell("met").value)
    full = steps.where(frame["critical"] & (frame["waited_for"] == "line"))
    if len(full):
        spans = (full.here()["last_full"] - full.here()["first_full"]).to_numpy()
        longest = steps.where(frame.index == full.rows[int(spans.argmax())])
        facts = {"first": longest.cell("first_full"), "last": longest.cell("last_full")}
        key = "c3.way_line_late" if len(late) else "c3.way_line"
        return say(key, line=longest.text("limit"), late=late.of("months_late", "max"), **facts, **whole)
    if len(late):
        return say("c3.way_late", late=late.of("months_late", "max"), **whole)
    return say("c3.way_takes", months=derived("months", whole["met"], whole["begin"]), **whole)


def _rows(material: Material, steps: pd.DataFrame) -> tuple[list[UnitRow], int]:
    """Return a row per lot in the order of the chain, and how many were left out."""
    lots: list[list[Step]] = []
    for step in steps.to_dict("records"):
        if step["kind"] == "delivered":
            continue
        begun = lots[-1][-1] if lots else None
        goes_on = begun and (
            step["kind"] == "wait"
            or (step["kind"] == "make" and begun["kind"] == "order" and begun["name"] == step["name"])
        )
        if goes_on:
            lots[-1].append(step)
        else:
            lots.append([step])
    others = sorted((lot for lot in lots if not lot[0]["critical"]), key=lambda lot: lot[0]["slack_months"])
    room = max(0, MOST_ROWS - (len(lots) - len(others)))
    shown = [lot for lot in lots if lot[0]["critical"] or any(lot is other for other in others[:room])]
    shown = shown[-MOST_ROWS:]
    return [_row(material, lot) for lot in shown], len(lots) - len(shown)


def _row(material: Material, lot: list[Step]) -> UnitRow:
    formats = material.formats
    bars = []
    for step in lot:
        if step["kind"] in STOCKS:
            continue
        months = formats.number(round(step["months"], 1))
        tip = material.text.word("c1.tip").format(
            name=_name(material, lot[0]),
            part=material.text.word(f"c3.way_key_{step['kind']}"),
            months=formats.months(step["months"]),
            span=_span(material, step["begin"], step["end"]),
        )
        bars.append(UnitBar(step["kind"], year_of(step["begin"]), year_of(step["end"]), months, tip))
    held = next((step for step in lot if step["limit"] and not blank(step["first_full"])), None)
    full = None
    if held:
        after = held["last_full"] + LENGTHS[material.kind]
        full = (year_of(held["first_full"]), year_of(after))
        about = material.text.word("c3.way_full").format(
            line=held["limit"], span=_span(material, held["first_full"], held["last_full"])
        )
    else:
        about = lot[0]["site"] if lot[0]["kind"] != "ship" else ""
        slack = lot[0]["slack_months"]
        if not lot[0]["critical"]:
            word = material.text.word("c3.way_slack").format(months=formats.months(slack))
            about = f"{about}, {word}" if about else word
    return UnitRow(
        _name(material, lot[0]),
        about,
        formats.month(lot[0]["begin"]),
        bars,
        year_of(lot[0]["begin"]),
        bool(lot[0]["critical"]),
        full,
    )


def _name(material: Material, step: Step) -> str:
    """Return what a step is called: its process, its lane as item and sites, or its stock."""
    word = material.text.word
    if step["kind"] == "ship":
        return word("c1.lane").format(item=step["item"], start=step["site"], end=step["to_site"])
    if step["kind"] in STOCKS:
        return word(f"c3.way_{step['kind'].replace(' ', '_')}").format(item=step["item"])
    return str(step["name"] or step["item"])


def _reason(material: Material, step: Step) -> str:
    kind = str(step["waited_for"]).replace(" ", "_")
    if not kind:
        return material.text.word("words.none")
    if kind == "lead_time":
        return material.text.word("c3.way_soonest")
    told = material.text.word(f"c3.way_waited_{kind}").format(name=step["limit"])
    if blank(step["first_full"]):
        return told
    return f"{told}: {_span(material, step['first_full'], step['last_full'])}"


def _span(material: Material, first: pd.Timestamp, last: pd.Timestamp) -> str:
    """Return two months, or the one."""
    formats = material.formats
    same = formats.month(first) == formats.month(last)
    return formats.month(first) if same else formats.span(first, last)


def _data(material: Material, steps: pd.DataFrame) -> DataTable:
    text, formats = material.text, material.formats
    rows = [
        [
            text.word(f"c3.way_key_{step['kind'].replace(' ', '_')}"),
            str(step["name"] or step["item"]),
            f"{step['site']} – {step['to_site']}" if step["to_site"] else step["site"],
            formats.month(step["begin"]),
            formats.month(step["end"]),
            formats.number(step["months"]),
            formats.number(step["slack_months"]),
            _reason(material, step),
        ]
        for step in steps.to_dict("records")
    ]
    return DataTable(text.words("c3.way_head"), rows)


def late_table(material: Material) -> Table | None:
    """Return where the time of late units went, by need and limit; None where nothing is late."""
    late = material.own("late_units")
    if not len(late):
        return None
    text, formats = material.text, material.formats
    keys = ["need", "limit_kind", "limit"]
    groups = (
        late.here()
        .groupby(keys, sort=False, as_index=False)
        .agg(
            quantity=("quantity", "sum"),
            months=("months_late", "max"),
            first=("first_full", "min"),
            last=("last_full", "max"),
        )
        .sort_values("quantity", ascending=False, kind="stable")
    )
    none = text.word("words.none")
    rows = []
    for group in groups.to_dict("records"):
        kind = group["limit_kind"].replace(" ", "_")
        rows.append(
            Row(
                [
                    Cell(group["need"], strong=True),
                    formats.number(group["quantity"]),
                    formats.number(group["months"]),
                    text.word(f"c3.way_waited_{kind}").format(name=group["limit"]) if kind else none,
                    none if blank(group["first"]) else _span(material, group["first"], group["last"]),
                ]
            )
        )
    note = text.note("words.more_rows", len(rows) - MOST_LATE) if len(rows) > MOST_LATE else ""
    head = text.words("c3.late_head")
    columns = [Column(name, "r" if number in {1, 2} else "") for number, name in enumerate(head)]
    subtitle = text.say("c3.late_subtitle", letter=material.discussed.letter)
    return Table("late", text.word("c3.late_table"), subtitle, columns, rows[:MOST_LATE], note=note)
