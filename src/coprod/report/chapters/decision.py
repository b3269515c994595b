"""The next decision: the earliest of the builds' starts and the latest order dates still ahead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markupsafe import Markup

    from coprod.report.facts import Cells
    from coprod.report.material import Material

__all__ = ["Decision", "act_of", "decision", "used_orders", "weighty"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be decided by when, and what is known of it."""

    act: Markup
    more: Markup


def used_orders(material: Material) -> Cells:
    """Return the latest orders of processes the plan starts; of all where it starts none of them."""
    orders = material.own("latest_orders")
    started = set(material.table("starts", material.option)["process"])
    used = orders.where(orders.frame["process"].isin(started))
    return used if len(used) else orders


def act_of(material: Material, process: str) -> str:
    """Return what is done with a process: ``order`` for a bought item, ``make`` for anything else."""
    made = set(material.given("inputs").frame["process"])
    return "make" if process in made else "order"


def weighty(material: Material, orders: Cells) -> Cells:
    """Return the orders that somebody has to decide: bought items, and what needs administration first."""
    frame = orders.frame
    bought = ~frame["process"].isin(set(material.given("inputs").frame["process"]))
    return orders.where(bought | (frame["latest_start"] > frame["latest_order"]))


def decision(material: Material) -> Decision:
    """Return the next decision of the option under discussion."""
    say = material.text.say
    builds = material.own("builds")
    builds = builds.where(~builds.frame["sunk"] & (builds.frame["start"] >= material.today)).first("start")
    orders = used_orders(material)
    later = orders.where(orders.frame["latest_order"] >= material.today)
    heavy = weighty(material, later)
    ahead = (heavy if len(heavy) or len(builds) else later).first("latest_order")
    start, latest = builds.cell("start"), ahead.cell("latest_order")
    if start and (not latest or start.value <= latest.value):
        return Decision(
            say("decide.build", date=start, name=builds.text("investment")),
            say("decide.build_more", capex=builds.cell("capex"), complete=builds.cell("complete")),
        )
    if latest:
        return Decision(
            say(f"decide.{act_of(material, ahead.text('process'))}", date=latest, name=ahead.text("item")),
            say(
                "decide.order_more",
                site=ahead.text("site"),
                item=ahead.text("for_item"),
                months=ahead.cell("months_before_need"),
                need=ahead.cell("need_date"),
            ),
        )
    return Decision(say("decide.none"), say("decide.none_more"))
