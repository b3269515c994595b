"""
An option: tables to tables, by the rows of ``options`` or by assignments from the command line.

Inside an option: set, then scale, then increase, then include, then exclude; the parent option whole
(``based_on``), then its child. The rows' order never matters. `coprod.study.changes` does the work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod.errors import Cell, StudyError
from coprod.study.changes import Change, apply_changes
from coprod.study.findings import Findings
from coprod.study.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from coprod.study.tables import Tables

__all__ = ["BASE", "apply_option", "apply_options", "apply_sets", "option_names", "option_title"]

#: The option without changes; it always exists.
BASE = "base"


def option_names(tables: Tables) -> list[str]:
    """Return the names of the options with an active row, ``base`` first, then in the order of the file."""
    return list(dict.fromkeys([BASE, *tables.active("options")["option"]]))


def option_title(tables: Tables, option: str) -> str:
    """
    Return how an option reads in the report: the first title given in its rows, else its name.

    Parameters
    ----------
    tables
        The study.
    option
        Name of the option.
    """
    frame = tables.active("options")
    titles = frame.loc[(frame["option"] == option) & (frame["title"] != ""), "title"]
    return str(titles.iloc[0]) if len(titles) else option


def apply_option(tables: Tables, option: str) -> Tables:
    """
    Return a study with an option applied.

    Parameters
    ----------
    tables
        The study as read.
    option
        One of `option_names`; ``base`` returns the study unchanged.

    Returns
    -------
    Tables
        Rows keep their order. The table ``options`` stays as it is.

    Raises
    ------
    StudyError
        If there is no such option, or the option or one it is based on has an error.

    Examples
    --------
    >>> from coprod.study.tables import Tables
    >>> study = Tables.from_rows(
    ...     {"title": "x", "study_date": "2026-01-01"},
    ...     resources=[{"resource": "line", "site": "here", "rate_per_month": 10.0}],
    ...     options=[
    ...         {
    ...             "option": "double",
    ...             "table": "resources",
    ...             "key": "line",
    ...             "column": "rate_per_month",
    ...             "action": "scale",
    ...             "value": "2",
    ...         }
    ...     ],
    ... )
    >>> apply_option(study, "double")["resources"]["rate_per_month"].tolist()
    [20.0]
    """
    findings = Findings(tables)
    if option not in option_names(tables):
        known = option_names(tables)
        needs = f"no such option; the study has {', '.join(known)}.{did_you_mean(option, known)}"
        findings.add("CP201", "options", None, "option", f"'{option}'", needs)
        raise StudyError(findings.problems)
    result = tables
    for name in _line(tables, option, findings):
        result = apply_changes(result, _changes(_rows(tables, name), name, findings), findings)
    if findings.problems:
        raise StudyError(findings.problems)
    return result


def apply_options(tables: Tables, findings: Findings) -> dict[str, Tables]:
    """
    Apply every option, and note what is wrong with each; nothing is raised.

    Parameters
    ----------
    tables
        The study.
    findings
        Where problems are noted, each once, under the option whose row causes it.

    Returns
    -------
    dict
        Every option by name in the order of `option_names`; changes with an error are left out.
    """
    done = {BASE: apply_changes(tables, _changes(_rows(tables, BASE), BASE, findings), findings)}
    for option in option_names(tables):
        for name in _line(tables, option, findings):
            if name not in done:
                parent = done[_parents(tables, name)[0]]
                done[name] = apply_changes(parent, _changes(_rows(tables, name), name, findings), findings)
    return {name: done[name] for name in option_names(tables) if name in done}


def apply_sets(tables: Tables, assignments: Sequence[str]) -> Tables:
    """
    Return a study with cells set from the command line.

    Parameters
    ----------
    tables
        The study, with an option applied if one is wanted.
    assignments
        Texts ``table.key.column=value``, or ``study.setting=value``. The key may contain dots and ``*``;
        the value is read as a cell of the column would be. Two of them may not set one cell.

    Returns
    -------
    Tables
        Rows keep their order.

    Raises
    ------
    StudyError
        If an assignment cannot be read, names nothing in the study, or gives a value that its column
        does not allow.

    Examples
    --------
    >>> from coprod.study.tables import Tables
    >>> study = Tables.from_rows({"title": "x", "study_date": "2026-01-01"})
    >>> apply_sets(study, ["study.base_currency=JPY"]).settings["base_currency"]
    'JPY'
    """
    findings = Findings(tables)
    changes = []
    for text in assignments:
        cell = Cell(f"--set {text}")
        left, equals, value = text.partition("=")
        table, _, rest = left.strip().partition(".")
        key, _, column = rest.rpartition(".") if table != "study" else ("*", "", rest)
        if not (equals and table and key and column):
            needs = "needs table.key.column=value, or study.setting=value"
            findings.add("CP223", "options", None, None, f"'{text}'", needs, cell=cell)
            continue
        changes.append(Change(table, key, column, "set", value, cell=cell))
    result = apply_changes(tables, changes, findings)
    if findings.problems:
        raise StudyError(findings.problems)
    return result


def _rows(tables: Tables, option: str) -> pd.DataFrame:
    frame = tables.active("options")
    return frame[frame["option"] == option]


def _parents(tables: Tables, option: str) -> list[str]:
    """Return the options that the rows of an option say it is based on: one, unless the rows disagree."""
    return list(dict.fromkeys(name or BASE for name in _rows(tables, option)["based_on"])) or [BASE]


def _line(tables: Tables, option: str, findings: Findings) -> list[str]:
    """Return the options to apply in order, the option itself last; empty, with a note, if unclear."""
    line = [option] if option != BASE else []
    while line and line[0] != BASE:
        name = line[0]
        parents = _parents(tables, name)
        rows = _rows(tables, name)
        if len(parents) > 1:
            _note_once(
                findings,
                "CP221",
                int(rows.index[(rows["based_on"] != rows["based_on"].iloc[0]).to_numpy()][0]),
                "' and '".join(parents),
                f"every row of option {name} needs the same one",
            )
            return []
        if parents[0] in line:
            circle = line[: line.index(parents[0]) + 1][::-1]
            # Told once, at the option of the circle that comes first in the file.
            at = min(range(len(circle)), key=lambda n: option_names(tables).index(circle[n]))
            circle = [*circle[at:], *circle[:at], circle[at]]
            row = int(_rows(tables, circle[0]).index[0])
            needs = f"{' is based on '.join(circle)}; one of them must be based on base"
            _note_once(findings, "CP222", row, circle[1], needs)
            return []
        if parents[0] not in option_names(tables):
            hint = did_you_mean(parents[0], option_names(tables))
            needs = f"no such option in {tables.cell('options')}.{hint}"
            _note_once(findings, "CP201", int(rows.index[0]), parents[0], needs)
            return []
        line.insert(0, parents[0])
    return [name for name in line if name != BASE]


def _note_once(findings: Findings, code: str, row: int, found: str, needs: str) -> None:
    """Note a problem of the parents; children meet it again."""
    cell = findings.tables.cell("options", row, "based_on")
    if not any(p.code == code and p.cell == cell for p in findings.problems):
        findings.add(code, "options", row, "based_on", f"'{found}'", needs)


def _changes(rows: pd.DataFrame, option: str, findings: Findings) -> list[Change]:
    """Return the changes an option's rows ask for; a row without table and action only names the option."""
    columns = [rows[name] for name in ("table", "key", "column", "action", "value")]
    found = []
    for row, table, key, column, action, value in zip(rows.index, *columns, strict=True):
        if not table and not action:
            if column or value:
                needs = "a row that changes something needs a table and an action"
                findings.add("CP223", "options", int(row), "table", "nothing", needs)
        elif option == BASE:
            needs = "base has no changes; give the option another name"
            findings.add("CP223", "options", int(row), "option", f"'{BASE}'", needs)
        else:
            found.append(Change(table, key, column, action, value, row=int(row)))
    return found
