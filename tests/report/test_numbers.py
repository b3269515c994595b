"""
Every number in every sentence of the report, worked out again from the run's files.

Nothing of the report's own arithmetic is used: cells are read from the run's Parquet files, put together
here, and written into the sentence's text; what stands on the page must be that.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from string import Formatter
from typing import Any

import pandas as pd
import pytest
from markupsafe import Markup, escape
from tests.report.made_study import made_study
from tests.report.test_doubts import fail

from coprod.report.facts import Fact, resolve
from coprod.report.formats import formats
from coprod.report.material import FULL_SHARE, Material
from coprod.report.page import page
from coprod.report.texts import load
from coprod.run import run_study
from coprod.study import read
from coprod.study.overrides import apply_option

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = sorted(
    file.name.removesuffix(".toml")
    for file in files("coprod.report").joinpath("text").iterdir()
    if file.name.endswith(".toml")
)
FAR = {"objective": "Harrier stock", "item": "Harrier", "site": "Depot", "level": 9000.0, "by": "2030-12-31"}

#: Studies, and whether their runs explain why they are late.
STUDIES = {
    "hello": (lambda: read(ROOT / "examples" / "hello")[0], True),
    "four options": (lambda: made_study(settings={"annex": "usc10-222d"}), False),
    "one option, one item": (lambda: made_study(items=1, options=1), False),
    "orders alone": (lambda: made_study(options=2, stock_objectives=[]), False),
    "never full": (lambda: made_study(items=1, options=2, stock_objectives=[FAR]), False),
    "quarters": (
        lambda: made_study(items=1, options=3, settings={"period": "quarter", "questions": ()}),
        False,
    ),
    "explained": (lambda: made_study(items=1, options=3), True),
    "a plan found wrong": (lambda: read(ROOT / "examples" / "hello")[0], False),
}
USUAL = ("hello", "four options")


@dataclass(frozen=True)
class Heard:
    """A sentence as the report said it: its key, what was filled in, and what came of it."""

    key: str
    filled: dict
    html: str

    @property
    def facts(self):
        return {name: value for name, value in self.filled.items() if isinstance(value, Fact)}


@dataclass(frozen=True)
class Report:
    """What a report of a run said, and where its numbers are."""

    material: Material
    heard: list[Heard]
    read: Any


def reader(material):
    """Return what reads a table from a run's folder, or a study's table as an option has it."""
    run = material.run
    applied = cache(partial(apply_option, material.study))

    @cache
    def of(table, option, source):
        if source == "study":
            return applied(option).active(table)
        folder = run.path / "results"
        if option is not None:
            folder /= next(entry["folder"] for entry in run.options if entry["name"] == option)
        return pd.read_parquet(folder / f"{table}.parquet")

    return of


def plain(html):
    """Return a text as it reads, without tags."""
    return Markup(html).striptags()


def worked_out(fact, read):
    """Return a fact's value, of its cells or of the facts it is made of."""
    if not fact.table:
        parts = [worked_out(part, read) for part in fact.parts]
        if fact.how == "total":
            return math.fsum(parts)
        first, second = parts
        if pd.isna(first) or pd.isna(second):
            return math.nan
        match fact.how:
            case "difference":
                return first - second
            case "share":
                return first / second if second else math.nan
            case "months":
                return (first - second) / pd.Timedelta(days=365.25 / 12)
    cells = list(read(fact.table, fact.option, fact.source)[fact.column].iloc[list(fact.rows)])
    known = [cell for cell in cells if not pd.isna(cell)]
    match fact.how:
        case "count":
            return len(cells)
        case "distinct":
            return len(set(known))
        case "sum":
            return math.fsum(known)
        case "min":
            return min(known, default=math.nan)
        case "max":
            return max(known, default=math.nan)
        case "last":
            return cells[-1] if cells else math.nan
        case "cell":
            return cells[0] if cells else math.nan
    raise AssertionError(fact.how)


def same(one, other):
    """Whether two values are the same but for rounding of the arithmetic."""
    if pd.isna(one) or pd.isna(other):
        return bool(pd.isna(one) and pd.isna(other))
    return one == other if isinstance(one, pd.Timestamp) else math.isclose(one, other, abs_tol=1e-9)


def written(heard, values, language, currency):
    """Return how a sentence with these values reads."""
    say = formats(language)

    def filled(text):
        return "".join(
            literal + (one(name, spec) if name else "") for literal, name, spec, _ in Formatter().parse(text)
        )

    def one(name, spec):
        if name not in values:
            return str(escape(heard.filled[name]))
        form, *words = filled(spec).split("|")
        more = {"money": [currency], "quantity": words[:1], "count": [words[0], words[-1]] if words else []}
        return str(escape(getattr(say, form or "number")(values[name], *more.get(form, []))))

    return plain(filled(load(language)[heard.key]))


def wrong(heard, report, read):
    """Return what of a sentence is not what the run's files say, in words; nothing where it is right."""
    values = {name: worked_out(fact, read) for name, fact in heard.facts.items()}
    found = [
        f"{heard.key}: {name}" for name, fact in heard.facts.items() if not same(values[name], fact.value)
    ]
    text = report.material.text
    if written(heard, values, text.language, text.currency) != plain(heard.html):
        found.append(f"{heard.key}: {plain(heard.html)}")
    return found


def own_texts(report):
    """Return the texts a name may have digits from: the study's, other sentences, and dates of the page."""
    material = report.material
    study = material.study
    cells = [cell for frame in study.frames.values() for column in frame for cell in frame[column]]
    cells += [*study.settings.values(), *(option.title for option in material.options)]
    words = [word for cell in cells for word in (cell if isinstance(cell, (tuple, list)) else [cell])]
    found = {word for word in words if isinstance(word, str) and re.search(r"[^\W\d]", word)}
    found |= {plain(heard.html) for heard in report.heard}
    found |= {material.formats.day(material.today), material.prices, material.formats.percent(FULL_SHARE)}
    found |= {f"{study.settings['fiscal_year_start']:g}月"}
    return sorted((word for word in found if re.search(r"\d", word)), key=len, reverse=True)


def bare_digits(heard, texts):
    """Return the names of a sentence with digits that no text accounts for."""
    found = []
    for name, value in heard.filled.items():
        rest = plain(value) if isinstance(value, str) else ""
        for text in texts:
            rest = rest.replace(plain(escape(text)), "")
        if re.search(r"\d", rest):
            found.append(f"{heard.key}: {name} is {value}")
    return found


@pytest.fixture(scope="module")
def run_of(tmp_path_factory):
    """Give the run of a study, made once."""
    made = {}

    def of(name):
        if name not in made:
            study, explained = STUDIES[name]
            made[name] = run_study(study(), tmp_path_factory.mktemp("run") / "run", explained=explained).path
            if name == "a plan found wrong":
                fail(made[name], Material(made[name]).option)
        return made[name]

    return of


@pytest.fixture(scope="module")
def report_of(run_of):
    """Give the report of a study in a language: everything it said, with nothing drawn."""
    made = {}

    def of(name, language):
        if (name, language) not in made:
            material, heard = Material(run_of(name), language=language), []
            say = material.text.say

            def listening(key, /, **filled):
                html = say(key, **filled)
                heard.append(Heard(key, filled, str(html)))
                return html

            material.text.say = listening
            with pytest.MonkeyPatch.context() as patch:
                for work in ("warm_up", "draw_for_page", "dress"):
                    patch.setattr(f"coprod.report.page.{work}", lambda *_: "")
                page(material)
            made[name, language] = Report(material, heard, reader(material))
        return made[name, language]

    return of


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(
            (name, language), id=f"{name}, {language}", marks=() if name in USUAL else pytest.mark.slow
        )
        for name in STUDIES
        for language in LANGUAGES
    ],
)
def report(request, report_of):
    """The report of a study in a language."""
    return report_of(*request.param)


def test_every_number_is_that_of_its_cells(report):
    assert len(report.heard) > 30
    assert sum(len(heard.facts) for heard in report.heard) > 30
    assert [found for heard in report.heard for found in wrong(heard, report, report.read)] == []


def test_the_report_resolves_its_facts_to_the_same(report):
    for heard in report.heard:
        for name, fact in heard.facts.items():
            assert same(resolve(fact, report.read), worked_out(fact, report.read)), (heard.key, name)


def test_no_digit_comes_in_with_a_name(report):
    texts = own_texts(report)
    assert [found for heard in report.heard for found in bare_digits(heard, texts)] == []


def test_nothing_was_said_past_these_tests(report):
    assert [(said.key, said.html) for said in report.material.text.said] == [
        (heard.key, heard.html) for heard in report.heard
    ]


def full(loads):
    """Return the rows of loads in which a line is as good as full."""
    return loads[(loads["use"] > 1e-9) & (loads["use"] >= FULL_SHARE * loads["capacity"])]


def of_line(own, said):
    """Return what is to be said of one line."""
    loads = own("loads")
    rows = loads[loads["resource"] == said["line"]]
    return {"count": len(full(rows)), "all": len(rows), "first": full(rows)["period"].min()}


def of_builds(own, _):
    """Return what is to be said of the expansions a plan starts."""
    builds = own("builds")
    builds = builds[~builds["sunk"].astype(bool)]
    return {
        "count": len(builds),
        "capex": builds["capex"].sum(),
        "start": builds["start"].min(),
        "complete": builds["complete"].max(),
    }


def of_path(own, _):
    """Return what is to be said of when investments are in use."""
    builds = own("builds")
    builds = builds[~builds["sunk"].astype(bool)]
    return {"complete": builds["complete"].min(), "full": builds["full_rate"].max()}


def of_stock(own, said):
    """Return what is to be said of an item's stock; of its orders, where it has no objective."""
    fills, short = own("backfills"), own("shortfalls")
    if said["item"] not in set(fills["item"]):
        orders = own("demand_summary")
        orders = orders[orders["item"] == said["item"]]
        return {"full": orders["last_delivery"].max(), "short": orders["never_delivered"].sum()}
    row = fills[fills["item"] == said["item"]].iloc[0]
    last = short[short["objective"] == row["objective"]].sort_values("period").iloc[-1]
    late = (row["backfill_date"] - row["by"]) / pd.Timedelta(days=365.25 / 12)
    return {
        "full": row["backfill_date"],
        "late": late,
        "early": late,
        "level": row["level"],
        "short": last["level"] - last["stock"],
        "end": last["period"],
    }


def of_orders(own, _):
    """Return what is to be said of all orders."""
    sums = own("demand_summary")[["quantity", "on_time", "late", "never_delivered"]].sum()
    return {"ordered": sums["quantity"], "never": sums["never_delivered"], **sums[["on_time", "late"]]}


def of_costs(own, _):
    """Return what is to be said of a plan's cost."""
    costs = own("costs").groupby("category")["undiscounted"].sum()
    return {"cost": costs.sum(), "capex": costs.get("investment", 0.0)}


def of_output(own, said):
    """Return what is to be said of how much of an item is made."""
    starts = own("starts")
    rows = starts[starts["item"] == said["item"]]
    months = rows.groupby("complete")["good_quantity"].sum()
    return {"total": months.sum(), "peak": months.max(), "when": months.idxmax()}


def of_lead_time(own, said):
    """Return what is to be said of how long a first unit takes."""
    times = own("lead_times")
    row = times[(times["item"] == said["item"]) & (times["site"] == said["site"])]
    return {"months": row.set_index("basis").loc["empty stock", "cumulative_months"]}


#: What a sentence is about, found in the tables by its names alone.
ABOUT = {
    r"c3\.line|c3\.line_other_period|c4\.figure_full.*": of_line,
    r"c3\.other": lambda own, _: {"count": full(own("loads"))["resource"].nunique() - 1},
    r"c4\.builds?|c4\.build_one": of_builds,
    r"c5\.works.*": of_path,
    r"c11\.builds": of_builds,
    r"c6\.orders.*": of_orders,
    r"c6\.(full|not_full)|(answer|short)\.(yes|no|only|without).*": of_stock,
    r"c6\.made|c6\.figure.*": of_output,
    r"c8\.cost.*": of_costs,
    r"c1\.empty_stock": of_lead_time,
    r"c10\.checked": lambda own, _: {"count": own("checks")["passed"].sum()},
    r"c10\.failed|page\.wrong": lambda own, _: {"count": (~own("checks")["passed"].astype(bool)).sum()},
}


def test_the_cells_are_those_the_sentence_is_about(report):
    """A sentence's rows are picked right: they are looked up again by the names in it."""
    option, compared = report.material.option, Counter()
    for heard in report.heard:
        for keys, about in ABOUT.items():
            if re.fullmatch(keys, heard.key):
                right = about(lambda table: report.read(table, option, "results"), heard.filled)
                for name in heard.facts.keys() & right.keys():
                    compared[keys] += 1
                    assert same(right[name], heard.facts[name].value), (heard.key, name)
    assert len(compared) >= 5


def shifted(cell, how):
    """Return another cell, such that what is put together of it changes."""
    if isinstance(cell, pd.Timestamp):
        return cell + pd.Timedelta(days=-1 if how == "min" else 1)
    return cell + (-1 if how == "min" else 1) * (1 + abs(cell))


def leaves(fact):
    """Return the facts that a fact's cells stand in."""
    return [leaf for part in fact.parts for leaf in leaves(part)] if not fact.table else [fact]


def with_a_cell_shifted(leaf, read):
    """Return what reads the tables with one cell of a fact changed; None where no cell can tell."""
    frame = read(leaf.table, leaf.option, leaf.source)
    known = frame[leaf.column].iloc[list(leaf.rows)].dropna()
    if leaf.how in {"count", "distinct"} or known.empty:
        return None
    order = {"min": known.argmin, "max": known.argmax, "last": lambda: len(known) - 1}
    row = leaf.rows[list(frame.index[list(leaf.rows)]).index(known.index[order.get(leaf.how, int)()])]
    changed = frame.copy()
    place = changed.columns.get_loc(leaf.column)
    changed.isetitem(
        place, [shifted(c, leaf.how) if at == row else c for at, c in enumerate(changed[leaf.column])]
    )
    own = (leaf.table, leaf.option, leaf.source)
    return lambda *asked: changed if asked == own else read(*asked)


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_cell_shifted_is_found_in_every_sentence_that_has_it(report_of, language):
    reports = [report_of(name, language) for name in ("four options", "never full")]
    missed, tried = [], Counter()
    for report, heard in [(own, heard) for own in reports for heard in own.heard]:
        for name, fact in heard.facts.items():
            for leaf in leaves(fact):
                read = with_a_cell_shifted(leaf, report.read)
                if read is not None:
                    tried[leaf.how] += 1
                    if not wrong(heard, report, read):
                        missed.append((heard.key, name, leaf.table, leaf.column))
    assert missed == []
    assert set(tried) == {"cell", "sum", "min", "max", "last"}
    assert sum(tried.values()) > 50


def test_one_cell_changed_on_disk_is_found(report_of):
    report = report_of("four options", "en")
    run, option = report.material.run, report.material.option
    place = next(entry["folder"] for entry in run.options if entry["name"] == option)
    file = run.path / "results" / place / "backfills.parquet"
    kept = file.read_bytes()
    frame = pd.read_parquet(file)
    frame.loc[0, "level"] += 1
    frame.to_parquet(file)
    try:
        read = reader(report.material)
        found = [words for heard in report.heard for words in wrong(heard, report, read)]
    finally:
        file.write_bytes(kept)
    item = frame.loc[0, "item"]
    about = {heard.key for heard in report.heard if any(f.column == "level" for f in heard.facts.values())}
    assert about
    assert {words.partition(":")[0] for words in found} == about
    assert any(item in words for words in found)


def test_a_number_in_a_name_or_in_the_text_is_found(report_of):
    report = report_of("four options", "en")
    heard = next(heard for heard in report.heard if heard.key == "c4.build_one")
    texts = own_texts(report)
    named = replace(heard, filled=heard.filled | {"name": f"{heard.filled['name']}, 17 rounds"})
    assert bare_digits(heard, texts) == []
    assert bare_digits(named, texts) == [f"c4.build_one: name is {named.filled['name']}"]
    changed = replace(heard, html=heard.html.replace(".", " after 17 months.", 1))
    assert wrong(heard, report, report.read) == []
    assert len(wrong(changed, report, report.read)) == 1
