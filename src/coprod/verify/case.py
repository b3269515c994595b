"""
The study and the published plan side by side, as the checks read them: dicts of rows and vectors
over periods.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from coprod.study.patterns import matches
from coprod.verify.grid import Grid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coprod.study.tables import Tables

    Vector = np.ndarray[tuple[int], np.dtype[np.float64]]

__all__ = ["Case", "blank", "joined", "shifted"]

Row = dict[str, Any]


class Case:
    """
    What the checks read.

    Parameters
    ----------
    tables
        The study, with the option applied.
    published
        The plan's result tables.
    """

    def __init__(self, tables: Tables, published: Mapping[str, pd.DataFrame]) -> None:
        self.tables, self.published = tables, published
        self._rows: dict[str, list[Row]] = {}
        self._vectors: dict[tuple[str, ...], dict[str, Vector]] = {}
        self.settings = tables.settings
        periods = sorted(set(published["stock"]["period"])) if len(published["stock"]) else []
        self.T = len(periods)
        first = periods[0].date() if periods else tables.settings["study_date"].date()
        self.grid = Grid(tables.settings["period"], first, self.T)
        self.published_periods = [day.date() for day in periods]
        self.items = {row["item"]: row for row in self.rows("items")}
        self.sites = {row["site"]: row for row in self.rows("sites")}
        self.resources = {row["resource"]: row for row in self.rows("resources")}
        self.licences = {row["licence"]: row for row in self.rows("licences")}
        self.investments = {row["investment"]: row for row in self.rows("investments")}
        self.processes = {
            row["process"]: row
            for row in self.rows("processes")
            if row["item"] in self.items and row["site"] in self.sites
        }
        self.lanes = {
            "/".join((row["item"], row["from_site"], row["to_site"])): row
            for row in self.rows("lanes")
            if row["item"] in self.items and row["from_site"] in self.sites and row["to_site"] in self.sites
        }

    def rows(self, table: str) -> list[Row]:
        """Return the active rows of a table, with its durations in days."""
        if table not in self._rows:
            self._rows[table] = self._read(table)
        return self._rows[table]

    def _read(self, table: str) -> list[Row]:
        frame = self.tables.active(table)
        found: list[Row] = frame.to_dict("records")  # type: ignore[assignment]
        for stem in ("lead_time", "administrative_lead_time", "offset"):
            if f"{stem}_days" in frame.columns:
                for row in found:
                    row[stem] = (
                        np.nan_to_num(row[f"{stem}_days"])
                        + 7.0 * np.nan_to_num(row[f"{stem}_weeks"])
                        + 30.4375 * np.nan_to_num(row[f"{stem}_months"])
                    )
        return found

    def figure(self, table: str, key: str, column: str, value: float) -> Vector:
        """Return a figure by period: the cell, and from its dates on the profile's values."""
        found = np.full(self.T, float(value))
        changes = [
            (row["from"].date(), row["value"])
            for row in self.rows("profiles")
            if row["table"] == table and row["column"] == column and matches(row["key"], key)
        ]
        for day, new in sorted(changes):
            found[max(0, self.grid.containing(day)) :] = new
        return found

    def vector(self, table: str, keys: list[str], value: str, *, dates: str = "period") -> dict[str, Vector]:
        """
        Return a published column by key as vectors over periods, not to be written to; rows of one key and
        period add up.
        """
        own = (table, value, dates, *keys)
        if own not in self._vectors:
            self._vectors[own] = self._read_vector(table, keys, value, dates)
        return self._vectors[own]

    def _read_vector(self, table: str, keys: list[str], value: str, dates: str) -> dict[str, Vector]:
        frame = self.published[table]
        if not len(frame):
            return {}
        days, place = np.unique(frame[dates].to_numpy(dtype="datetime64[D]"), return_inverse=True)
        t = np.array([self.grid.containing(day) for day in days.tolist()])[place]
        inside = (t >= 0) & (t < self.T)
        rows, names = pd.factorize(
            np.array(["/".join(row) for row in zip(*(frame[key] for key in keys), strict=True)], dtype=object)
        )
        found = np.zeros((len(names), self.T))
        np.add.at(found, (rows[inside], t[inside]), frame[value].to_numpy(dtype=float)[inside])
        found.flags.writeable = False
        told = np.bincount(rows[inside], minlength=len(names)) > 0
        return {name: found[n] for n, name in enumerate(names) if told[n]}

    @cached_property
    def starts(self) -> dict[str, Vector]:
        """Units started, by process."""
        return self.vector("starts", ["process"], "quantity")

    @cached_property
    def shipments(self) -> dict[str, Vector]:
        """Units shipped, by lane."""
        return self.vector("shipments", ["item", "from_site", "to_site"], "quantity")

    @cached_property
    def builds(self) -> dict[str, Vector]:
        """Builds started in the plan, by investment; sunk ones are no decision."""
        frame = self.published["builds"]
        found: dict[str, Vector] = {}
        for name, day, quantity, sunk in zip(
            frame["investment"], frame["start"], frame["quantity"], frame["sunk"], strict=True
        ):
            t = self.grid.containing(day.date())
            if not sunk and 0 <= t < self.T:
                found.setdefault(name, np.zeros(self.T))[t] += quantity
        return found

    def begun(self, name: str) -> list[tuple[int, float]]:
        """Return the builds of an investment, sunk ones too, as (period of start, how many)."""
        row = self.investments.get(name)
        if row is None:
            return []
        own = [
            (int(t), float(self.builds[name][t])) for t in np.flatnonzero(self.builds.get(name, np.zeros(0)))
        ]
        if not blank(row["start"]) and self.grid.containing(row["start"].date()) < 0:
            own.append((self.grid.containing(row["start"].date()), 1.0))
        return own

    def opened(self, name: str) -> Vector:
        """Return how many builds of an investment are complete, by period."""
        done = np.zeros(self.T)
        if name in self.investments:
            lag = self.grid.lag(self.investments[name]["lead_time"])
            for start, count in self.begun(name):
                done[max(0, start + lag) :] += count
        return done

    @cached_property
    def loads(self) -> list[tuple[str, str, float, int]]:
        """Every load: process or investment, resource, use per unit, periods after the start."""
        found = []
        lead = {
            **{p: row["lead_time"] for p, row in self.processes.items()},
            **{e: row["lead_time"] for e, row in self.investments.items()},
        }
        for row in self.rows("loads"):
            if row["process"] in lead:
                days = lead[row["process"]]
                after = self.grid.lag(days) - self.grid.lag(days - row["offset"])
                found.append((row["process"], row["resource"], row["use_per_unit"], after))
        for name, row in self.processes.items():
            if row["resource"]:
                after = self.grid.lag(row["lead_time"]) if row["resource_at"] == "completion" else 0
                found.append((name, row["resource"], row["resource_use"], after))
        return found

    @cached_property
    def inputs(self) -> list[tuple[str, str, str, float, int]]:
        """Every input: process or investment, item, site, units per unit, periods after the start."""
        found = []
        for row in self.rows("inputs"):
            user = self.processes.get(row["process"]) or self.investments.get(row["process"])
            if user is None or row["item"] not in self.items:
                continue
            days = user["lead_time"]
            after = self.grid.lag(days) - self.grid.lag(days - row["offset"])
            found.append(
                (row["process"], row["item"], row["site"] or user["site"], row["quantity_per"], after)
            )
        return found

    def quantity(self, activity: str) -> Vector:
        """Return starts of a process, or builds of an investment, by period."""
        return self.starts.get(activity, self.builds.get(activity, np.zeros(self.T)))

    @cached_property
    def lines_of(self) -> dict[str, set[str]]:
        """The resources each process or investment loads."""
        found: dict[str, set[str]] = {}
        for user, resource, _, _ in self.loads:
            found.setdefault(user, set()).add(resource)
        return found

    @cached_property
    def items_of(self) -> dict[str, set[str]]:
        """The items each process or investment takes in, inactive ones too."""
        found: dict[str, set[str]] = {}
        for row in self.rows("inputs"):
            found.setdefault(row["process"], set()).add(row["item"])
        return found

    @cached_property
    def enabled(self) -> list[tuple[str, set[str]]]:
        """Every investment, inactive ones too, and what it enables."""
        frame = self.tables["investments"]
        return [
            (name, set(targets)) for name, targets in zip(frame["investment"], frame["enables"], strict=True)
        ]

    @cached_property
    def _labels(self) -> list[str]:
        return [f"{self.grid.first(t):%Y-%m-%d}" for t in range(self.T)]

    def label(self, t: int) -> str:
        """Return a period in words: its first day."""
        return self._labels[t]


def blank(value: object) -> bool:
    """Whether a cell is blank: NaN or NaT."""
    return bool(pd.isna(value))  # type: ignore[call-overload]


def shifted(vector: Vector, lag: int) -> Vector:
    """Return a vector moved later by `lag` periods; what leaves the horizon is gone."""
    moved = np.zeros_like(vector)
    if lag < vector.size:
        moved[lag:] = vector[: vector.size - lag]
    return moved


def joined(vectors: list[Vector]) -> Vector:
    """Return vectors end to end; empty where there are none."""
    return np.concatenate(vectors) if vectors else np.zeros(0)
