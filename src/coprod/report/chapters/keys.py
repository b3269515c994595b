"""The five key numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from coprod.report.chapters.answer import last_period
from coprod.report.chapters.busy import busiest
from coprod.report.facts import derived

if TYPE_CHECKING:
    from coprod.report.material import Headline, Material

__all__ = ["Key", "keys", "partner_names"]


@dataclass(frozen=True, slots=True)
class Key:
    """A number with its name above and its range below; words are set smaller than numbers."""

    name: str
    value: str
    more: str
    late: bool = False
    words: bool = False


def partner_names(material: Material, *, first: bool = False) -> str:
    """Return the partner's parties as one text; where the run names none, a word, said first or later."""
    names = [str(name) for name in material.run.manifest.get("partner", ())]
    unnamed = "words.unnamed_first" if first else "words.unnamed"
    return material.text.list_of(names) if names else material.text.word(unnamed)


def keys(material: Material) -> list[Key]:
    """Return the key numbers of the option under discussion."""
    found = [_full(material, headline) for headline in material.headlines[:2]]
    if len(material.headlines) == 1:
        found.append(_against(material, material.headlines[0]))
    return [*found, _cost(material), _share(material), _held(material)]


def _full(material: Material, headline: Headline) -> Key:
    say = material.text.say
    name = say("keys.full", item=headline.item)
    more = say("keys.due", due=headline.due) if headline.due else say("keys.open")
    if not headline.full:
        return Key(name, say("keys.never", end=last_period(material)), more, late=True)
    late = bool(headline.late) and headline.late.value > 0.05
    return Key(name, say("keys.month", when=headline.full), more, late=late)


def _against(material: Material, headline: Headline) -> Key:
    text, say = material.text, material.text.say
    name = text.word("keys.against")
    fills = material.own("backfills").having(objective=headline.objective)
    earliest = fills.cell("earliest_backfill") if len(fills) else None
    sooner = say("keys.earliest", earliest=earliest) if earliest else Markup("")
    if not headline.due:
        return Key(name, text.word("words.none"), sooner or text.word("keys.no_due"))
    more = sooner if sooner and headline.full else say("keys.due_only", due=headline.due)
    if not headline.full:
        short = fills.cell("short_at_due")
        if not short:
            return Key(name, text.word("words.none"), more, late=True)
        said = say("keys.short", short=short, unit=material.unit(headline.item))
        return Key(name, said, more, late=True, words=True)
    if headline.late.value > 0.05:
        return Key(name, say("keys.late", late=headline.late), more, late=True)
    if headline.late.value < -0.05:
        return Key(name, say("keys.early", late=headline.late), more)
    return Key(name, text.word("keys.on_day"), more)


def _cost(material: Material) -> Key:
    say = material.text.say
    rows = material.cells("comparison").having(option=material.option)
    capex = rows.cell("capex")
    if material.option != material.names[0]:
        name = say("keys.added", letter=material.discussed.letter)
        return Key(
            name, say("keys.money", cost=rows.cell("cost_against_base")), say("keys.added_more", capex=capex)
        )
    return Key(
        material.text.word("keys.cost"),
        say("keys.money", cost=rows.cell("cost")),
        say("keys.cost_more", capex=capex),
    )


def _share(material: Material) -> Key:
    say = material.text.say
    shares = material.own("work_shares")
    parties = [str(name) for name in material.run.manifest.get("partner", ())]
    own = shares.where(shares.frame["party"].isin(parties))
    share = derived("total", *[own.where(own.frame.index == row).cell("share") for row in own.rows])
    name = say("keys.share", party=partner_names(material, first=True))
    return Key(name, say("keys.share_value", share=share), material.text.word("keys.share_more"))


def _held(material: Material) -> Key:
    text = material.text
    line = next((headline.binding for headline in material.headlines if headline.binding), "")
    busy = next((own for own in busiest(material) if own.name == line), None)
    if not line or busy is None:
        return Key(
            text.word("keys.held"),
            line or text.word("keys.held_none"),
            "" if line else text.word("keys.held_none_more"),
            words=True,
        )
    key = "keys.held_more" if material.kind == "month" else "keys.held_more_other"
    more = text.say(key, count=busy.full.of("period", "count"), first=busy.full.of("period", "min"))
    return Key(text.word("keys.held"), line, more, words=True)
