"""Tables for a terminal of any width: no date, number or word is broken; what is too wide is stacked."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click
import pandas as pd
from rich.cells import cell_len

from coprod.results.schema import result_schema

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coprod.results.schema import ResultColumn

__all__ = ["print_comparison", "print_table"]

#: Width where there is no terminal to ask, such as in a pipe or a log.
WIDTH = 160
#: A text longer than this may go over several lines, and a header longer than `HEADER` too.
TEXT, HEADER = 28, 16
#: Money from here on is shown in millions.
MILLIONS = 1e7
MONEY = "base currency, price year"
#: What the table ``comparison`` says of each headline; the rest is the whole plan's.
DATES = ("backfill_date", "earliest_backfill", "first_touch", "months_against_base", "short_at_due")


@dataclass(frozen=True, slots=True)
class _Column:
    """A column as it is shown; `right` aligns it right, and only texts are wrapped."""

    header: str
    cells: Sequence[str]
    right: bool
    text: bool

    @property
    def least(self) -> int:
        """The narrowest width at which nothing but the gap between two words is broken."""
        words = [len_ for word in self.header.split() if (len_ := cell_len(word))]
        whole = max((cell_len(cell) for cell in self.cells), default=0)
        if self.text and whole > TEXT:
            words += [cell_len(word) for cell in self.cells for word in cell.split()]
            whole = TEXT
        return max([whole, min(cell_len(self.header), HEADER), *words])

    @property
    def most(self) -> int:
        """The width at which nothing is wrapped."""
        return max([cell_len(self.header), *map(cell_len, self.cells)])


def print_table(frame: pd.DataFrame, title: str, most: int | None = 40) -> None:
    """
    Print a frame as a table, dates without times and numbers with thousands.

    Parameters
    ----------
    frame
        The table, units in its column names.
    title
        Printed above it.
    most
        Rows shown at most; None for all.
    """
    shown = frame if most is None else frame.head(most)
    columns = []
    for place, name in enumerate(shown.columns):
        values = shown.iloc[:, place]
        right = pd.api.types.is_numeric_dtype(values) and values.dtype != bool
        text = not right and not pd.api.types.is_datetime64_any_dtype(values)
        columns.append(_Column(str(name), [_cell(value) for value in values], right, text))
    _draw(columns, title)
    if most is not None and len(frame) > most:
        click.echo(f"... and {len(frame) - most} more rows")


def print_comparison(frame: pd.DataFrame, settings: Mapping[str, Any]) -> None:
    """
    Print the options side by side, a column per option: the dates of each headline, then the whole plan.

    Parameters
    ----------
    frame
        The table ``comparison``, plain column names.
    settings
        Of the study: they say what its money is in.
    """
    year = settings["price_year"]
    prices = f"{settings['study_date'].year if year != year else int(year)} prices"
    said = ("option", "title", "objective")
    figures = [column for column in result_schema()["comparison"].values() if column.name not in said]

    def draw(rows: pd.DataFrame, chosen: list[ResultColumn], title: str) -> None:
        labels, lines = [], []
        for column in chosen:
            unit, values = column.unit, rows[column.name]
            if unit == MONEY:
                million = values.abs().max() >= MILLIONS
                values = values / 1e6 if million else values
                unit = f"{'million ' if million else ''}{settings['base_currency']}, {prices}"
            labels.append(f"{column.name} [{unit}]" if unit else column.name)
            lines.append([_cell(value) for value in values])
        headers = [title or option for title, option in zip(rows["title"], rows["option"], strict=True)]
        columns = [_Column("", labels, right=False, text=True)]
        for header, *cells in zip(headers, *lines, strict=True):
            columns.append(_Column(header, cells, right=True, text=False))
        _draw(columns, f"Options side by side: {title}")

    parts = list(frame.groupby("objective", sort=False))
    if len(parts) == 1:
        draw(frame, figures, str(parts[0][0]))
        return
    for objective, rows in parts:
        draw(rows, [column for column in figures if column.name in DATES], str(objective))
    if parts:
        draw(parts[0][1], [column for column in figures if column.name not in DATES], "whole plan")


def _draw(columns: Sequence[_Column], title: str) -> None:
    """Print columns as one table, or, where they do not fit, as several that repeat the first column."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    width = shutil.get_terminal_size((WIDTH, 24)).columns
    for number, block in enumerate(_blocks(columns, width)):
        table = Table(title=None if number else Text(title), title_justify="left", header_style="bold")
        for column, wide in zip(block, _widths(block, width), strict=True):
            # Text, not str: what is in square brackets would be taken for a style, and vanish.
            table.add_column(Text(column.header), justify="right" if column.right else "left", width=wide)
        for cells in zip(*(column.cells for column in block), strict=True):
            table.add_row(*map(Text, cells))
        # A word wider than the terminal is better cut by it than by us: then it can still be copied whole.
        needed = sum(_widths(block, width)) + _frame(len(block))
        Console(width=max(width, needed)).print(table)


def _frame(columns: int) -> int:
    """Return the width of the lines and spaces around so many columns."""
    return 3 * columns + 1


def _blocks(columns: Sequence[_Column], width: int) -> list[list[_Column]]:
    """Divide columns so that each part fits, the first column in each."""
    if not columns:
        return []
    first, *others = columns
    blocks = [[first]]
    for column in others:
        block = [*blocks[-1], column]
        if len(block) > 2 and sum(own.least for own in block) + _frame(len(block)) > width:
            blocks.append([first, column])
        else:
            blocks[-1] = block
    return blocks


def _widths(block: Sequence[_Column], width: int) -> list[int]:
    """Return each column's width: the least, and what is left over to those that would wrap."""
    widths = [column.least for column in block]
    spare = width - sum(widths) - _frame(len(block))
    for place, column in enumerate(block):
        more = max(0, min(spare, column.most - widths[place]))
        widths[place] += more
        spare -= more
    return widths


def _cell(value: Any) -> str:
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return "–"
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 or value == round(value) else f"{value:,.4g}"
    return str(value)
