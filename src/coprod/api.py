"""What users hold: a study with its verbs, and its plans as frames with units in their column names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coprod.compare import Planned, comparison, headlines
from coprod.errors import StudyError
from coprod.results.run_folder import Run, open_run
from coprod.results.table import with_units
from coprod.run import OptionRun, RunResult, check_study, plan_options, plan_settings, run_study
from coprod.run.order import require_sound
from coprod.study import Tables, write_folder, write_workbook
from coprod.study import read as read_tables
from coprod.study.overrides import apply_sets, option_names, option_title

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import pandas as pd

    from coprod.errors import Problem
    from coprod.explain import Cheapest, Explanation, Focus, Remedies
    from coprod.p21.books import Books
    from coprod.progress import Progress

__all__ = ["Plan", "Run", "Study", "open_run", "read", "read_p21"]


def read(path: Path | str) -> Study:
    """
    Read a study.

    Parameters
    ----------
    path
        Folder of CSV files with ``study.yaml``, or an Excel workbook.

    Returns
    -------
    Study
        With its problems, if it has any: `Study.check` lists them, and every verb that plans raises them.
    """
    tables, problems = read_tables(path)
    return Study(tables, tuple(problems), str(path))


def read_p21(*paths: Path | str) -> Books:
    """
    Read procurement justification books (exhibits P-40, P-5, P-5a and P-21) from their XML.

    Parameters
    ----------
    *paths
        Files; one that cannot be read does not stop the others (see `Books.faults`).

    Returns
    -------
    Books
        `Books.study` makes a study's tables of some line items: ``Study(books.study(["AMRAAM"]).tables)``.

    Raises
    ------
    BookError
        If nothing could be read at all.
    """
    from coprod.p21.books import read_books

    return read_books(paths)


class Study:
    """
    A study: its tables, and what can be done with it.

    Parameters
    ----------
    tables
        Settings and tables.
    problems
        What reading it found.
    source
        Where it is from.
    """

    def __init__(self, tables: Tables, problems: tuple[Problem, ...] = (), source: str = "") -> None:
        self.tables = tables
        self.source = source
        self._read_problems = problems
        self._checked: tuple[Tables, list[Problem]] | None = None

    @property
    def title(self) -> str:
        """The study's title."""
        return str(self.tables.settings["title"])

    @property
    def options(self) -> dict[str, str]:
        """Option names and how they read, ``base`` first."""
        return {name: option_title(self.tables, name) for name in option_names(self.tables)}

    def set(self, *assignments: str) -> Study:
        """
        Return the study with figures changed, each as ``table.key.column=value``.

        Raises
        ------
        StudyError
            If an assignment names nothing, or its value is not what the column holds.
        """
        return Study(apply_sets(self.tables, list(assignments)), self._read_problems, self.source)

    def check(self) -> list[Problem]:
        """Return every problem of the study: errors, warnings and notices; checked once and kept."""
        if self._checked is None or self._checked[0] is not self.tables:
            self._checked = (self.tables, check_study(self.tables, self._read_problems))
        return list(self._checked[1])

    def _sound(self) -> list[Problem]:
        problems = self.check()
        require_sound(problems)
        return problems

    def plan(self, option: str = "base", *, progress: Progress | None = None, **settings: Any) -> Plan:
        """
        Plan one option and check the plan.

        Parameters
        ----------
        option
            Name of the option.
        progress
            Told of every phase; may cancel.
        **settings
            Of `coprod.plan.PlanSettings`, such as ``kind``, ``gap``, ``time_limit`` (seconds), ``threads``.

        Raises
        ------
        StudyError
            If the study has errors, or no such option.
        NoPlanError, SolverError
            If there is no plan.
        """
        return self.plan_all([option], progress=progress, **settings)[0]

    def plan_all(
        self, options: Sequence[str] | None = None, *, progress: Progress | None = None, **settings: Any
    ) -> list[Plan]:
        """Plan several options, one after the other, all of the study's by default; see `plan`."""
        self._sound()
        asked = plan_settings(self.tables, **settings)
        return [Plan(run) for run in plan_options(self.tables, options, asked, progress)]

    def leadtime(self, option: str = "base") -> dict[str, pd.DataFrame]:
        """
        Return the tables lead_times, chains and latest_orders of an option, units in their column
        names.
        """
        from coprod.leadtime import leadtime
        from coprod.network import compile_network
        from coprod.study.overrides import apply_option

        self._sound()
        found = leadtime(compile_network(apply_option(self.tables, option), option))
        names = ("lead_times", "chains", "latest_orders")
        return {name: with_units(name, getattr(found, name)) for name in names}

    def pegs(
        self,
        option: str = "base",
        *,
        order: str = "",
        objective: str = "",
        item: str = "",
        site: str = "",
        line: str = "",
        process: str = "",
        period: str = "",
        progress: Progress | None = None,
        **settings: Any,
    ) -> pd.DataFrame:
        """
        Return which supply of an option's plan serves which need, as far as it is asked for.

        Parameters
        ----------
        option
            Name of the option.
        order, objective
            The need whose supply is meant, through the whole bill of materials.
        item, site, line, process
            The supply whose needs are meant.
        period
            Such as ``2028-03``: in which the supply starts; where only a need is named, in which it takes it.
        progress, **settings
            See `plan`.

        Returns
        -------
        DataFrame
            Rows of the table ``pegs``, units in their column names.

        Raises
        ------
        SettingsError
            If something asked for is not in the study.
        """
        plan = self.plan(option, progress=progress, **settings)
        return plan.pegged(
            order=order, objective=objective, item=item, site=site, line=line, process=process, period=period
        )

    def compare(
        self, options: Sequence[str] | None = None, *, progress: Progress | None = None, **settings: Any
    ) -> pd.DataFrame:
        """Return the options side by side, the base first, units in the column names; see `plan`."""
        names = list(dict.fromkeys(["base", *(options if options is not None else self.options)]))
        return with_units(
            "comparison", compared(self.tables, self.plan_all(names, progress=progress, **settings))
        )

    def explain(
        self,
        option: str = "base",
        *,
        worth: bool = True,
        worth_from: date | None = None,
        focus: Focus | None = None,
        progress: Progress | None = None,
        **settings: Any,
    ) -> Explanation:
        """
        Explain why an option is late: `causes` in ranked order, `challenges` with their cures, and `worth`.

        Parameters
        ----------
        option
            Name of the option.
        worth
            Whether to work out what one more unit of each limit is worth.
        worth_from
            From when on there is more of it; by default from the first period on.
        focus
            The needs asked about: `coprod.explain.Focus`; all by default.
        progress, **settings
            See `plan`.

        Returns
        -------
        Explanation
            Its tables have units in their column names.
        """
        from dataclasses import replace

        from coprod.explain import WorthSettings, explain
        from coprod.study.overrides import apply_option

        self._sound()
        asked = plan_settings(self.tables, **settings)
        worthwhile = WorthSettings(since=worth_from) if worth else None
        tables = apply_option(self.tables, option)
        found = explain(tables, option, asked, progress, focus=focus, worthwhile=worthwhile)
        return replace(
            found,
            causes=with_units("causes", found.causes),
            challenges=with_units("challenges", found.challenges),
            worth=with_units("worth", found.worth),
        )

    def cures(self, option: str = "base", *, progress: Progress | None = None, **settings: Any) -> Remedies:
        """
        Find which limits and due dates contradict each other (`conflicts`), and the cheapest `cures`.

        Parameters
        ----------
        option
            Name of the option.
        progress, **settings
            See `plan`; of the settings only ``solver`` and ``threads`` count.

        Returns
        -------
        Remedies
            Its tables have units in their column names; empty where every due date can be kept.
        """
        from dataclasses import replace

        from coprod.explain import remedies
        from coprod.study.overrides import apply_option

        self._sound()
        asked = plan_settings(self.tables, **settings)
        found = remedies(apply_option(self.tables, option), option, asked, progress)
        return replace(
            found,
            conflicts=with_units("conflicts", found.conflicts),
            cures=with_units("cures", found.cures),
        )

    def frontier(
        self,
        option: str = "base",
        *,
        allowance: float = 0.02,
        progress: Progress | None = None,
        **settings: Any,
    ) -> dict[str, pd.DataFrame]:
        """
        Return what other dates cost (`frontier`), and what plans that cost hardly more are like.

        The table ``alternatives`` lists such plans; ``leeway`` says what they share and what is free to
        choose.

        Parameters
        ----------
        option
            Name of the option.
        allowance
            Share of the cost by which another plan may be dearer.
        progress, **settings
            See `plan`; every answer is found to a gap of 0.1 % of cost or less.

        Returns
        -------
        dict of str to DataFrame
            By table, units in their column names.
        """
        from coprod.explain import alternatives, frontier

        best, asked = self._cheapest(option, progress, settings)
        found = {"frontier": frontier(best, asked)}
        found["alternatives"], found["leeway"] = alternatives(best, asked, allowance)
        return {name: with_units(name, frame) for name, frame in found.items()}

    def work_share(
        self, option: str = "base", *, progress: Progress | None = None, **settings: Any
    ) -> dict[str, pd.DataFrame]:
        """
        Return the work share the partner can have (`work_share_range`), and what each percent costs
        (`work_share_curve`).

        Parameters
        ----------
        option
            Name of the option.
        progress, **settings
            See `plan`; every answer is found to a gap of 0.1 % of cost or less, 0.5 % where it is late.

        Returns
        -------
        dict of str to DataFrame
            By table, units in their column names.
        """
        from coprod.explain import work_share

        best, asked = self._cheapest(option, progress, settings)
        names = ("work_share_range", "work_share_curve")
        found = dict(zip(names, work_share(best, asked), strict=True))
        return {name: with_units(name, frame) for name, frame in found.items()}

    def _cheapest(
        self, option: str, progress: Progress | None, settings: dict[str, Any]
    ) -> tuple[Cheapest, list[tuple[str, str, str]]]:
        """Return an option's cheapest plan, live, and its headlines."""
        from coprod.explain import cheapest
        from coprod.study.overrides import apply_option

        self._sound()
        tables = apply_option(self.tables, option)
        asked = [(found.item, found.site, found.objective) for found in headlines(tables)]
        return cheapest(tables, option, plan_settings(self.tables, **settings), progress), asked

    def run(
        self,
        out: Path | str,
        *,
        options: Sequence[str] | None = None,
        report: bool = True,
        workbook: bool = True,
        replace: bool = False,
        explained: bool = True,
        workers: int = 1,
        progress: Progress | None = None,
        **settings: Any,
    ) -> RunResult:
        """
        Run the study whole into a folder, with its report.

        Parameters
        ----------
        out
            The run's folder; new, unless `replace`.
        options
            All of the study's by default; the base and the option under discussion are always planned.
        report
            Whether to write ``report.html``.
        workbook
            Whether to write ``report.xlsx``, the result tables as a workbook, beside it.
        replace
            Whether a run that is there already may be replaced.
        explained
            Whether to work out why it is late, and what else could be done: a minute or two more on a study
            of the example's size.
        workers
            How many of these questions at a time, each in a process of its own. A script that asks for more
            than one must do so under ``if __name__ == "__main__":``.
        progress, **settings
            See `plan`.

        Raises
        ------
        StudyError
            If the study has errors.
        RunFolderError
            If `out` is taken.
        """
        problems = self._sound()
        result = run_study(
            self.tables,
            Path(out),
            source=self.source,
            problems=problems,
            options=options,
            settings=plan_settings(self.tables, **settings),
            progress=progress,
            replace_run=replace,
            explained=explained,
            workers=workers,
        )
        if report:
            from coprod.report import write_report, write_workbook

            if progress is not None:
                progress.phase("report")
            write_report(result.path)
            if workbook:
                write_workbook(result.path)
        return result

    def to_folder(self, path: Path | str) -> None:
        """Write the study as a CSV folder."""
        write_folder(self.tables, Path(path))

    def to_workbook(self, path: Path | str) -> None:
        """Write the study as an Excel workbook."""
        write_workbook(self.tables, Path(path))

    def __eq__(self, other: object) -> bool:
        """Whether settings and tables are equal, wherever they were read from."""
        return self.tables == other.tables if isinstance(other, Study) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # its frames are not hashable

    def __repr__(self) -> str:
        counts = [("processes", "processes"), ("resources", "lines"), ("options", "option rows")]
        said = ", ".join(f"{len(self.tables[table])} {word}" for table, word in counts)
        return f"Study({self.title!r}: {said})"


def compared(tables: Tables, plans: Sequence[Plan]) -> pd.DataFrame:
    """Return the table ``comparison`` of some plans, the base first."""
    rows = [Planned(plan.option, plan.title, plan.status, plan.run.plan.tables) for plan in plans]
    discussed = tables.settings["option_under_discussion"]
    shown = next((plan.run for plan in plans if plan.option == discussed), plans[0].run)
    return comparison(rows, headlines(shown.tables), shown.network.partner_parties)


@dataclass(frozen=True, eq=False)
class Plan:
    """
    One option's plan: every result table is an attribute, with units in its column names.

    Attributes
    ----------
    run
        The engines' own results, plain column names.
    """

    run: OptionRun

    @property
    def option(self) -> str:
        """Name of the option."""
        return self.run.name

    @property
    def title(self) -> str:
        """How the option reads."""
        return self.run.title

    @property
    def status(self) -> str:
        """``optimal``, ``within gap`` or ``time limit``."""
        return self.run.plan.status

    @property
    def gap(self) -> float:
        """Largest proven gap over the goals; 0 where exact, NaN where the time limit left one unproven."""
        return self.run.plan.gap

    @property
    def checked(self) -> bool:
        """Whether the independent checker looked at the plan: not where its kind breaks limits on purpose."""
        return len(self.run.checked.checks) > 0

    @property
    def passed(self) -> bool:
        """Whether the independent checker found nothing wrong."""
        return self.run.checked.passed

    @property
    def check_result(self) -> str:
        """What the independent checker says, in words."""
        if not self.checked:
            return "not checked (its kind breaks limits on purpose)"
        return "check passed" if self.passed else "check FAILED"

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the plan should know."""
        return (*self.run.plan.notes, *self.run.network.warnings, *self.run.leadtime.notes)

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every result table by name, with units in the column names."""
        return {name: with_units(name, frame) for name, frame in self.run.results().items()}

    def pegged(self, **asked: str) -> pd.DataFrame:
        """
        Return which supply serves which need, as far as it is asked for.

        Parameters
        ----------
        **asked
            ``order``, ``objective``, ``item``, ``site``, ``line``, ``process``, ``period``: see `Study.pegs`.

        Raises
        ------
        SettingsError
            If something asked for is not in the study.
        """
        from coprod.pegging import Asked, pegged

        return with_units("pegs", pegged(self.run.pegging.pegs, self.run.network, Asked(**asked)))

    def chain(self, need: str = "", unit: float | None = None) -> pd.DataFrame:
        """
        Return one unit's chain through time, from its first order to its delivery.

        Parameters
        ----------
        need
            Order or stock objective; by default what the headline item is for.
        unit
            Which of its units, counted from 1 in the order of delivery; by default the last that is late, or
            the last of all where none is.

        Raises
        ------
        SettingsError
            If there is no such need or unit.
        """
        from coprod.pegging import PeggingSettings, pegging

        found = self.run.pegging
        if need or unit is not None:
            asked = PeggingSettings(need=need, unit=unit)
            found = pegging(self.run.network, self.run.plan.tables, asked)
        return with_units("unit_chain", found.unit_chain)

    def __getattr__(self, name: str) -> pd.DataFrame:
        """
        Return a result table, such as `deliveries`, `stock`, `loads`, `builds`, `backfills`, `stages`.

        Raises
        ------
        AttributeError
            If a plan has no such table.
        """
        if name.startswith("_") or name == "run":
            raise AttributeError(name)
        found = self.run.results()
        if name not in found:
            msg = f"a plan has no table {name!r}; there is: {', '.join(found)}"
            raise AttributeError(msg)
        return with_units(name, found[name])

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.run.results()]

    def __repr__(self) -> str:
        return f"{self.run.plan!r}, {self.check_result}"


def option_or_error(study: Study, option: str) -> str:
    """
    Return an option's name.

    Raises
    ------
    StudyError
        If the study has no such option.
    """
    if option not in study.options:
        from coprod.errors import Cell, Problem
        from coprod.study.suggest import did_you_mean

        hint = did_you_mean(option, list(study.options))
        cell = Cell("options.csv", None, "option")
        needs = f"needs one of {', '.join(study.options)}.{hint}"
        raise StudyError([Problem("CP201", "error", cell, f"{option!r}", needs)])
    return option
