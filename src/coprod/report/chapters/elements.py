"""What a run answers to the elements of a law's list; to add one: a function, its texts, its name here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from coprod.report.chapters.busy import busiest
from coprod.report.chapters.causes import cause_text
from coprod.report.chapters.remedies import contradiction_text, cure_text
from coprod.report.facts import derived

if TYPE_CHECKING:
    from collections.abc import Callable

    from markupsafe import Markup

    from coprod.report.facts import Cells, Fact
    from coprod.report.material import Headline, Material, Option

__all__ = ["ANSWERS", "Answered", "munitions"]

#: Sentences of one kind at most, such as one for each order.
MOST = 8


@dataclass
class Answered:
    """
    What a run says to one element.

    Attributes
    ----------
    said
        The answer's sentences; none where there is no answer.
    lacks
        What is missing for a whole answer, and the table and column that would hold it.
    tables
        Tables of the results or the study that the answer was taken from.
    """

    said: list[Markup] = field(default_factory=list)
    lacks: list[Markup] = field(default_factory=list)
    tables: tuple[str, ...] = ()

    @property
    def state(self) -> str:
        """Return ``whole``, ``part`` or ``none``."""
        return "none" if not self.said else "part" if self.lacks else "whole"


def munitions(material: Material) -> list[str]:
    """Return the end items that a law's list is broken down by: the headlines', in the study's order."""
    return list(dict.fromkeys(headline.item for headline in material.headlines))


def purchases(material: Material) -> Answered:
    """Quantities by year: orders stand for purchases; a stock objective names a level and no purchases."""
    say, found = material.text.say, Answered(tables=("demands", "demand_summary", "fiscal_years"))
    for item in munitions(material):
        unit = material.unit(item)
        orders = material.own("demand_summary").having(item=item)
        if len(orders):
            ordered, last = orders.of("quantity", "sum"), orders.of("due", "max")
            found.said.append(say("c11.ordered", item=item, unit=unit, quantity=ordered, last=last))
        made = material.cells("fiscal_years").having(option=material.option, item=item)
        made = made.where(made.frame["quantity"] > 1e-6)
        if len(made):
            first, last = made.of("fiscal_year", "min"), made.of("fiscal_year", "max")
            total = made.of("quantity", "sum")
            found.said.append(say("c11.made", item=item, unit=unit, total=total, first=first, last=last))
        if len(material.given("stock_objectives").having(item=item)):
            found.lacks.append(say("c11.no_purchases", item=item))
    return found


def unit_cost(material: Material) -> Answered:
    """The study's value of a unit; a cost by year needs learning, which no engine works out yet."""
    say, found = material.text.say, Answered(tables=("items",))
    base = str(material.study.settings["base_currency"])
    for item in munitions(material):
        row = material.given("items").having(item=item)
        value = row.cell("unit_value")
        if value:
            currency = row.text("currency")
            names = {"item": item, "year": material.prices}
            if currency in {"", base}:
                found.said.append(say("c11.value", value=value, **names))
            else:
                found.said.append(say("c11.value_in", value=value, currency=currency, **names))
        else:
            found.lacks.append(say("c11.no_value", item=item))
    found.lacks.append(say("c11.no_cost_by_year"))
    return found


def contract_types(material: Material) -> Answered:
    """The contracts behind the orders, by type."""
    return _of_orders(material, "contract_type", "c11.contract", "c11.no_contract_type")


def ratings(material: Material) -> Answered:
    """The orders with a priority rating."""
    return _of_orders(material, "priority_rating", "c11.rated", "c11.no_rating")


def _of_orders(material: Material, column: str, key: str, none: str) -> Answered:
    """Return what a column of the orders says, one sentence an order; what it leaves blank is lacking."""
    say, found = material.text.say, Answered(tables=("demands",))
    orders = material.given("demands")
    orders = orders.where(orders.frame["item"].isin(munitions(material)))
    if not len(orders):
        found.lacks.append(say("c11.no_orders"))
        return found
    filled = orders.where(orders.frame[column] != "")
    for row in _each(filled)[:MOST]:
        found.said.append(say(key, order=row.text("demand"), value=row.text(column)))
    blank = orders.having(**{column: ""})
    if len(blank):
        found.lacks.append(say(none, count=blank.of("demand", "count")))
    return found


def sustaining_rates(material: Material) -> Answered:
    """How many lines state the rate below which they close; the rates stand in a table of their own."""
    return _of_lines(
        material, "minimum_sustaining_rate_per_month", "c11.sustaining", "c11.no_sustaining", zero=False
    )


def maximum_rates(material: Material) -> Answered:
    """How many lines state the most their tooling gives; for others the rate the plan may use stands."""
    found = _of_lines(material, "maximum_rate_per_month", "c11.maximum", "c11.no_maximum", zero=True)
    lines = material.given("resources")
    used = lines.where(lines.frame["maximum_rate_per_month"].isna() & (lines.frame["rate_per_month"] > 0))
    if len(used):
        found.said.append(material.text.say("c11.planned", count=used.of("resource", "count")))
    return found


def _of_lines(material: Material, column: str, key: str, none: str, *, zero: bool) -> Answered:
    """Return how many lines have a figure; 0 is one where `zero` says so."""
    say, found = material.text.say, Answered(tables=("resources", "loads"))
    lines = material.given("resources")
    values = lines.frame[column]
    known = lines.where(values.notna() & (zero | (values > 0)))
    if len(known):
        found.said.append(say(key, count=known.of("resource", "count"), all=lines.of("resource", "count")))
    missing = derived("difference", lines.of("resource", "count"), known.of("resource", "count"))
    if missing.value:
        found.lacks.append(say(none, count=missing))
    elif not len(lines):
        found.lacks.append(say("c11.no_lines"))
    return found


def requirement_met(material: Material) -> Answered:
    """When each stock is full, as things are and in the option under discussion."""
    say, found = material.text.say, Answered(tables=("comparison", "backfills"))
    shown = dict.fromkeys([material.options[0], material.discussed])
    for headline in material.headlines:
        for option in shown:
            found.said.append(_met(material, headline, option))
        level = material.own("backfills").having(objective=headline.objective)
        if len(level):
            found.said.append(
                say(
                    "c11.level",
                    item=headline.item,
                    unit=material.unit(headline.item),
                    level=level.cell("level"),
                )
            )
        else:
            found.lacks.append(say("c11.no_level", item=headline.item))
    return found


def _met(material: Material, headline: Headline, option: Option) -> Markup:
    row = material.cells("comparison").having(option=option.name, objective=headline.name)
    full = row.cell("backfill_date")
    if full:
        return material.text.say("c11.met", item=headline.item, letter=option.letter, full=full)
    end = material.own("stock").of("period", "max")
    return material.text.say("c11.never_met", item=headline.item, letter=option.letter, end=end)


def constraints(material: Material) -> Answered:
    """The lines that run full, why it is late, and the items that only one activity gives."""
    say, found = material.text.say, Answered(tables=("loads", "processes"))
    full = [line for line in busiest(material) if len(line.full)]
    if full:
        loads = material.own("loads")
        rows = loads.where(loads.frame.index.isin([row for line in full for row in line.full.rows]))
        count, name = rows.of("resource", "distinct"), full[0].name
        found.said.append(say("c11.full", count=count, line=name, letter=material.discussed.letter))
    causes = cause_text(material)
    if causes:
        found.said += causes
        found.tables += ("causes", "challenges")
    else:
        found.lacks.append(say("c11.no_causes"))
    contradicting = contradiction_text(material)
    if contradicting:
        found.said += contradicting
        found.tables += ("conflicts",)
    single = _single_sources(material)
    if len(single):
        names = material.text.list_of(list(single.here()["item"]), MOST)
        found.said.append(say("c11.single", count=single.of("item", "count"), names=names))
    return found


def _single_sources(material: Material) -> Cells:
    """Return the activities that alone give their item, where the plan uses them."""
    processes = material.given("processes")
    starts = material.own("starts").here()
    used = set(starts.loc[starts["quantity"] > 1e-6, "process"])
    alone = ~processes.frame["item"].duplicated(keep=False)
    return processes.where(alone & processes.frame["process"].isin(used))


def investments_made(material: Material) -> Answered:
    """What was started before the study's date."""
    say = material.text.say
    builds = material.own("builds")
    sunk = builds.where(builds.frame["sunk"])
    found = Answered(tables=("builds", "investments"))
    if len(sunk):
        names = material.text.list_of(list(dict.fromkeys(sunk.here()["investment"])), MOST)
        count, capex = sunk.of("investment", "count"), sunk.of("capex", "sum")
        found.said.append(say("c11.sunk", count=count, names=names, capex=capex))
    else:
        found.lacks.append(say("c11.no_sunk"))
    return found


def investments_possible(material: Material) -> Answered:
    """What the option invests, what it gains, and the cheapest cure outside it."""
    say, found = material.text.say, Answered(tables=("builds", "comparison"))
    builds = material.own("builds")
    own = builds.where(~builds.frame["sunk"])
    if len(own):
        names = material.text.list_of(list(dict.fromkeys(own.here()["investment"])), MOST)
        count, capex = own.of("investment", "count"), own.of("capex", "sum")
        letter = material.discussed.letter
        found.said.append(say("c11.builds", letter=letter, count=count, names=names, capex=capex))
    found.said += _gains(material)
    cures = material.cells("challenges")
    cures = cures.where(cures.frame["cure_gain"] > 0)
    if len(cures):
        best = cures.first("cure_capex")
        about = best.text("option")
        letter = next((option.letter for option in material.options if option.name == about), about)
        name, gain, capex = best.text("cure"), best.cell("cure_gain"), best.cell("cure_capex")
        found.said.append(say("c11.cure", letter=letter, name=name, gain=gain, capex=capex))
        found.tables += ("challenges",)
    cured = cure_text(material)
    if cured:
        found.said += cured
        found.tables += ("cures",)
    found.lacks.append(say("c11.no_kinds"))
    if not len(material.given("stock_limits")):
        found.lacks.append(say("c11.no_pool"))
    return found


def _gains(material: Material) -> list[Markup]:
    """Return how much sooner each headline is full than in the base."""
    base, own = material.options[0], material.discussed
    if own is base:
        return []
    said = []
    for headline in material.headlines:
        row = material.cells("comparison").having(option=own.name, objective=headline.name)
        months: Fact = row.cell("months_against_base")
        if months and months.value < -0.05:
            names = {"letter": own.letter, "base": base.letter, "item": headline.item}
            said.append(material.text.say("c9.sooner", months=months, **names))
    return said


def export_enablers(material: Material) -> Answered:
    """Investments that open a licence or a lane; what is of high value for export no table says."""
    say, found = material.text.say, Answered(tables=("investments", "builds"))
    licences = set(material.given("licences").here()["licence"])
    given = material.given("investments")
    opens = [any(name in licences or "/" in name for name in names) for names in given.frame["enables"]]
    openers = set(given.where(opens).here()["investment"])
    builds = material.own("builds")
    rows = builds.where(builds.frame["investment"].isin(openers))
    if len(rows):
        names = material.text.list_of(list(dict.fromkeys(rows.here()["investment"])), MOST)
        count, capex = rows.of("investment", "count"), rows.of("capex", "sum")
        found.said.append(say("c11.opens", count=count, names=names, capex=capex))
    else:
        found.lacks.append(say("c11.no_openers"))
    found.lacks.append(say("c11.no_export_value"))
    return found


def export_orders(material: Material) -> Answered:
    """Every order by customer; which are foreign military sales only the contract's type can say."""
    say, found = material.text.say, Answered(tables=("demand_summary", "demands"))
    orders = material.own("demand_summary")
    orders = orders.where(orders.frame["item"].isin(munitions(material)))
    if not len(orders):
        found.lacks.append(say("c11.no_orders"))
        return found
    for row in _each(orders)[:MOST]:
        item, customer = row.text("item"), row.text("customer") or row.text("demand")
        found.said.append(
            say(
                "c11.customer",
                item=item,
                unit=material.unit(item),
                customer=customer,
                quantity=row.cell("quantity"),
                due=row.cell("due"),
            )
        )
    blank = material.given("demands")
    blank = blank.where(blank.frame["item"].isin(munitions(material))).having(contract_type="")
    if len(blank):
        found.lacks.append(say("c11.no_sales_channel", count=blank.of("demand", "count")))
    return found


def _each(cells: Cells) -> list[Cells]:
    return [cells.where(cells.frame.index == row) for row in cells.rows]


#: What answers an element, by the name its list gives it.
ANSWERS: dict[str, Callable[[Material], Answered]] = {
    answer.__name__: answer
    for answer in (
        purchases,
        unit_cost,
        contract_types,
        sustaining_rates,
        maximum_rates,
        requirement_met,
        constraints,
        investments_made,
        investments_possible,
        ratings,
        export_enablers,
        export_orders,
    )
}
