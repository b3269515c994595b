"""The next decision: the first of the calendar that still lies ahead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coprod.report.chapters.calendar import calendar

if TYPE_CHECKING:
    from markupsafe import Markup

    from coprod.report.chapters.calendar import Decided
    from coprod.report.material import Material

__all__ = ["Decision", "decision", "worded"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be decided by when, and what is known of it."""

    act: Markup
    more: Markup


def decision(material: Material) -> Decision:
    """Return the next decision of the option under discussion."""
    ahead = [own for own in calendar(material) if own.date.value >= material.today]
    if ahead:
        return worded(material, ahead[0])
    return Decision(material.text.say("decide.none"), material.text.say("decide.none_more"))


def worded(material: Material, decided: Decided) -> Decision:
    """Return a decision in words."""
    say, rows = material.text.say, decided.rows
    match decided.kind:
        case "build":
            more = say("decide.build_more", capex=rows.cell("capex"), complete=rows.cell("complete"))
            return Decision(say("decide.build", date=decided.date, name=decided.name), more)
        case "licence":
            act = say("decide.licence", date=decided.date, name=decided.name)
            return Decision(act, say("decide.licence_more", **_parties(material, decided.name)))
        case "expiry":
            act = say("decide.expiry", date=decided.date, name=decided.name)
            return Decision(act, say("decide.licence_more", **_parties(material, decided.name)))
        case kind:
            act = say(f"decide.{kind}", date=decided.date, name=rows.text("item"))
            more = say("decide.order_more", site=rows.text("site"), complete=rows.of("complete", "min"))
            return Decision(act, more)


def _parties(material: Material, licence: str) -> dict[str, str]:
    row = material.given("licences").having(licence=licence)
    unnamed = material.text.word("words.none")
    return {name: row.text(name) or unnamed for name in ("licensor", "licensee")}
