"""What a report is made of: one run, with its options, headlines and words. Nothing else is read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from coprod.errors import RunFolderError
from coprod.report.facts import Cells, Fact, derived
from coprod.report.palette import option_tokens
from coprod.report.texts import texts
from coprod.results.run_folder import open_run
from coprod.results.schema import result_schema
from coprod.results.table import make_table
from coprod.study.overrides import BASE, apply_option

if TYPE_CHECKING:
    from pathlib import Path

    from coprod.report.formats import Formats
    from coprod.report.texts import Texts
    from coprod.results.run_folder import Run
    from coprod.study.tables import Tables

__all__ = ["FULL_SHARE", "Headline", "Material", "Option"]

#: A line used to this share of its capacity counts as full in the period.
FULL_SHARE = 0.97

_STEPS = {
    "day": pd.DateOffset(days=1),
    "week": pd.DateOffset(days=7),
    "month": pd.DateOffset(months=1),
    "quarter": pd.DateOffset(months=3),
    "year": pd.DateOffset(months=12),
}


@dataclass(frozen=True, slots=True, eq=False)
class Option:
    """An option as the report shows it: its letter and colour go by its place in the study."""

    name: str
    title: str
    letter: str
    token: str
    status: str
    discussed: bool
    about: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Headline:
    """
    One end item's answer.

    Attributes
    ----------
    item, site, objective
        What it is about; `objective` is "" where orders stand for it.
    verdict
        The word of the table ``verdict``.
    only_with, binding
        Names, as in that table.
    full, due, late
        When the stock is full, when it should be, and the months between.
    """

    item: str
    site: str
    objective: str
    verdict: str
    only_with: str
    binding: str
    full: Fact
    due: Fact
    late: Fact

    @property
    def name(self) -> str:
        """Its name in the table ``comparison``."""
        return self.objective or f"{self.item}/{self.site}"


class Material:
    """
    One run, and what every chapter asks of it.

    Parameters
    ----------
    path
        The run's folder.
    language, option
        In place of the study's own language and option under discussion.

    Raises
    ------
    RunFolderError
        If it is no run, or has no such option.
    """

    def __init__(self, path: Path, *, language: str | None = None, option: str | None = None) -> None:
        self.run: Run = open_run(path)
        self.study: Tables = self.run.study
        settings = self.study.settings
        self.names = [entry["name"] for entry in self.run.options]
        self.option = option or str(self.run.manifest.get("option_under_discussion") or self.names[0])
        if self.option not in self.names:
            msg = f"{path}: no option {self.option!r}; there is: {', '.join(self.names)}"
            raise RunFolderError(msg)
        self.text: Texts = texts(language or settings["language"], settings["base_currency"])
        self._frames: dict[tuple[str, str | None, str], pd.DataFrame] = {}
        self._applied: dict[str, Tables] = {}

    @property
    def formats(self) -> Formats:
        """How the report's language writes numbers."""
        return self.text.formats

    @cached_property
    def options(self) -> list[Option]:
        """The options in the study's order."""
        tokens = option_tokens(self.names, self.option)
        return [
            Option(
                entry["name"],
                self.title(entry["name"], str(entry["title"])),
                ascii_uppercase[place] if place < len(ascii_uppercase) else str(place + 1),
                tokens[entry["name"]],
                str(entry.get("status", "")),
                entry["name"] == self.option,
                entry,
            )
            for place, entry in enumerate(self.run.options)
        ]

    def title(self, name: str, title: str) -> str:
        """Return how an option reads: the base has words of its own where the study gives it none."""
        return self.text.word("words.base") if name == BASE and title in {"", BASE} else title or name

    @cached_property
    def discussed(self) -> Option:
        """The option under discussion."""
        return next(option for option in self.options if option.discussed)

    def table(
        self, name: str, option: str | None = None, source: Literal["results", "study"] = "results"
    ) -> pd.DataFrame:
        """Return a table of the results (empty where the run has none), or of the study as planned."""
        key = (name, option, source)
        if key not in self._frames:
            self._frames[key] = self._read(name, option, source)
        return self._frames[key]

    def _read(self, name: str, option: str | None, source: str) -> pd.DataFrame:
        if source == "study":
            frame = self.applied(option or BASE).active(name)
            return frame.reset_index(drop=True)
        if name not in self.run.tables(option):
            return make_table(name, {column: [] for column in result_schema()[name]})
        return self.run.table(name, option).reset_index(drop=True)

    def applied(self, option: str) -> Tables:
        """Return the study with an option applied."""
        if option not in self._applied:
            self._applied[option] = apply_option(self.study, option)
        return self._applied[option]

    def cells(self, name: str, option: str | None = None) -> Cells:
        """Return every row of a result table."""
        frame = self.table(name, option)
        return Cells(name, frame, tuple(range(len(frame))), option)

    def own(self, name: str) -> Cells:
        """Return every row of a result table of the option under discussion."""
        return self.cells(name, self.option)

    def given(self, name: str) -> Cells:
        """Return the active rows of a study table, the option under discussion applied."""
        frame = self.table(name, self.option, "study")
        return Cells(name, frame, tuple(range(len(frame))), self.option, "study")

    @cached_property
    def headlines(self) -> list[Headline]:
        """The headlines of the option under discussion, in the study's order."""
        judged = self.cells("verdict").having(option=self.option)
        if len(judged):
            return [self._judged(judged.where(judged.frame.index == row)) for row in judged.rows]
        # Asked for another option than the run's own: its words follow from the comparison, but whether
        # it hangs on one investment was not examined.
        return [self._compared(row) for row in self.cells("comparison").having(option=self.option).rows]

    def _judged(self, row: Cells) -> Headline:
        return Headline(
            row.text("item"),
            row.text("site"),
            row.text("objective"),
            row.text("verdict"),
            row.text("only_with"),
            row.text("binding"),
            row.cell("backfill_date"),
            row.cell("due"),
            row.cell("months_late"),
        )

    def _compared(self, place: int) -> Headline:
        compared = self.cells("comparison")
        row = compared.where(compared.frame.index == place)
        name = row.text("objective")
        fills = self.own("backfills").having(objective=name)
        item, site = (fills.text("item"), fills.text("site")) if len(fills) else ([*name.split("/"), ""])[:2]
        orders = self.own("demand_summary").having(item=item, site=site)
        due = fills.cell("by") if len(fills) else orders.of("due", "max")
        full = row.cell("backfill_date")
        late = derived("months", full, due)
        if not full:
            word = "no"
        elif not float(row.cell("partner_share").value or 0.0) > 0:
            word = "yes-without-partner"
        else:
            word = "yes-late" if due and late.value > 0 else "yes"
        objective = name if len(fills) else ""
        return Headline(item, site, objective, word, "", row.text("peak_line"), full, due, late)

    @cached_property
    def kind(self) -> str:
        """Length of a period: day, week, month, quarter or year."""
        return str(self.study.settings["period"])

    def after(self, period: pd.Timestamp) -> pd.Timestamp:
        """Return the first day of the next period."""
        return period + _STEPS[self.kind]

    @cached_property
    def end(self) -> pd.Timestamp:
        """The last day of the plan."""
        last = max(
            (
                self.table(name, self.option)["period"].max()
                for name in ("stock", "loads", "shortfalls")
                if len(self.table(name, self.option))
            ),
            default=pd.NaT,
        )
        if pd.isna(last):
            last = pd.Timestamp(self.study.settings["study_date"])
        return self.after(last) - pd.Timedelta(days=1)

    @cached_property
    def today(self) -> pd.Timestamp:
        """The study's date: today, for the study."""
        return pd.Timestamp(self.study.settings["study_date"])

    def unit(self, item: str) -> str:
        """Return an item's counting unit as it reads after a number; the language's word for a plain unit."""
        items = self.study["items"].set_index("item")["unit"]
        unit = str(items.get(item, ""))
        return self.text.word("words.units") if unit in {"", "unit", "units"} else unit

    def money(self, amount: Any) -> str:
        """Return an amount in base currency as it reads."""
        return self.formats.money(amount, str(self.study.settings["base_currency"]))

    @cached_property
    def prices(self) -> str:
        """The calendar year whose prices all money is stated at."""
        year = self.study.settings["price_year"]
        return str(self.today.year if pd.isna(year) else int(year))
