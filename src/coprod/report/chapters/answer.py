"""The answer: the verdict in a sentence, one per headline."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

from markupsafe import Markup

from coprod.report.facts import derived

if TYPE_CHECKING:
    from coprod.report.facts import Fact
    from coprod.report.material import Headline, Material

__all__ = ["answers", "last_period", "missing", "verdict_key"]

#: This many months late is "just" late; this much either side of the due date is on the day.
JUST, ON_DAY = 1.05, 0.05


def verdict_key(headline: Headline) -> str:
    """Return the key of a headline's sentence, without its group."""
    late = float(headline.late.value) if headline.late else None
    match headline.verdict:
        case "yes":
            return "yes_open" if late is None else "yes_on_day" if late > -ON_DAY else "yes"
        case "yes-late":
            return "yes_just_late" if late is not None and late <= JUST else "yes_late"
        case "only-with":
            return "only_with" if headline.due else "only_with_open"
        case "yes-without-partner":
            return "without_late" if late is not None and late > ON_DAY else "without"
        case _:
            return "no"


def missing(material: Material, headline: Headline) -> Fact | None:
    """Return how many units are missing at the plan's end; None where no table tells."""
    if headline.objective:
        rows = material.own("shortfalls").having(objective=headline.objective)
        if not len(rows):
            return None
        return derived("difference", rows.of("level", "last"), rows.of("stock", "last"))
    rows = material.own("demand_summary").having(item=headline.item, site=headline.site)
    return rows.of("never_delivered", "sum") if len(rows) else None


def answers(material: Material) -> list[Markup]:
    """
    Return the answer's sentences: whole ones for one headline, short ones where the study has several.

    A run without any headline has no answer, and says so.
    """
    say = material.text.say
    found: list[Markup] = []
    several = len(material.headlines) > 1
    for headline in material.headlines:
        group = "short" if several else "answer" if headline.objective else "orders"
        key = verdict_key(headline)
        filled: dict[str, Fact | str] = {"item": headline.item, "full": headline.full, "late": headline.late}
        filled |= {"early": headline.late, "unit": material.unit(headline.item)}
        names = [name.strip() for name in headline.only_with.split(";") if name.strip()]
        filled["investment"] = material.text.list_of(names, 2)
        if key == "no":
            short = missing(material, headline)
            if short is None or not short.value > 0:
                key = "no_bare"
            else:
                filled |= {"short": short, "end": last_period(material)}
        used = _fields(material, f"{group}.{key}")
        found.append(say(f"{group}.{key}", **{name: value for name, value in filled.items() if name in used}))
    if not found:
        return [say("answer.none")]
    if not several and material.headlines[0].binding:
        found[0] += Markup(" ") + say("answer.binding", binding=material.headlines[0].binding)
    return found


def last_period(material: Material) -> Fact:
    """Return the plan's last period as a fact: the month by which a stock is still not full."""
    for name in ("shortfalls", "stock", "loads", "deliveries"):
        rows = material.own(name)
        if len(rows):
            return rows.of("period", "max")
    return material.own("shortfalls").of("period", "max")


def _fields(material: Material, key: str) -> set[str]:
    """Return the names a text fills in."""
    parse = string.Formatter().parse
    parts = list(parse(material.text.word(key)))
    parts += [inner for _, name, spec, _ in parts if name and spec for inner in parse(spec)]
    return {name for _, name, _, _ in parts if name}
