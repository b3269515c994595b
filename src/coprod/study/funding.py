"""Who pays for a row: the rule by which the most specific rows of ``funding`` win."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coprod.study.patterns import literal_length, matches

if TYPE_CHECKING:
    from coprod.study.tables import Tables

__all__ = ["CATEGORY_OF", "UNASSIGNED", "Funding", "FundingRow", "shares"]

#: Category of spending that the rows of a table cause.
CATEGORY_OF = {
    "processes": "production",
    "lanes": "transport",
    "items": "holding",
    "resources": "fixed",
    "investments": "investment",
}

#: Payer of what no row of ``funding`` matches, where there is not exactly one payer: no limit, base currency.
UNASSIGNED = "unassigned"


@dataclass(frozen=True, slots=True)
class FundingRow:
    """One active row of ``funding``: `row` is its number in the file, an empty `category` is every kind."""

    row: int
    table: str
    key: str
    category: str
    payer: str
    share: float

    @property
    def rank(self) -> tuple[bool, int, bool]:
        """How specific it is: exact table over ``*``, then literal characters of the key, then a category."""
        return (self.table != "*", literal_length(self.key), bool(self.category))


@dataclass(frozen=True, slots=True)
class Funding:
    """
    The funding rule of a study, ready to be asked row by row.

    Attributes
    ----------
    rows
        Active rows of ``funding``, in the study's order.
    default
        Payer of what no row matches: the study's only active payer, otherwise `UNASSIGNED`.
    """

    rows: tuple[FundingRow, ...]
    default: str

    @classmethod
    def of(cls, tables: Tables) -> Funding:
        """Read the rule from a study's tables."""
        frame = tables.active("funding")
        columns = [frame[name] for name in ("table", "key", "category", "payer", "share")]
        rows = tuple(
            FundingRow(int(row), table, key, category, payer, float(share))
            for row, table, key, category, payer, share in zip(frame.index, *columns, strict=True)
        )
        payers = list(dict.fromkeys(tables.active("payers")["payer"]))
        return cls(rows, payers[0] if len(payers) == 1 else UNASSIGNED)

    def winning(self, table: str, key: str, category: str) -> list[FundingRow]:
        """Return the most specific rows that match; empty if none does. Parameters as for `shares`."""
        found = [
            row
            for row in self.rows
            if row.table in {"*", table} and row.category in {"", category} and matches(row.key, key)
        ]
        best = max((row.rank for row in found), default=None)
        return [row for row in found if row.rank == best]

    def shares(self, table: str, key: str, category: str) -> list[tuple[str, float]]:
        """
        Return who pays for a row, and which share.

        Parameters
        ----------
        table, key
            Table and key of the row that costs money: processes, lanes, items, resources or investments.
        category
            production, transport, holding, fixed or investment; see `CATEGORY_OF`.

        Returns
        -------
        list of (payer, share)
            Payers in the order of the rows; a payer named twice gets the sum, shares of 0 are left out. The
            shares add to 1 in a study without errors; nothing is rescaled here.
        """
        total: dict[str, float] = {}
        for row in self.winning(table, key, category):
            total[row.payer] = total.get(row.payer, 0.0) + row.share
        if not total:
            return [(self.default, 1.0)]
        return [(payer, share) for payer, share in total.items() if share > 0.0]


def shares(tables: Tables, table: str, key: str, category: str) -> list[tuple[str, float]]:
    """
    Return who pays for one row; `Funding.of` once and `Funding.shares` per row is faster for many.

    Parameters
    ----------
    tables
        The study, with an option applied.
    table, key, category
        As for `Funding.shares`.

    Examples
    --------
    >>> from coprod.study.tables import Tables
    >>> study = Tables.from_rows(
    ...     {"title": "x", "study_date": "2026-01-01"},
    ...     payers=[{"payer": "us"}, {"payer": "jp"}],
    ...     funding=[{"payer": "us"}, {"table": "processes", "key": "seeker*", "payer": "jp"}],
    ... )
    >>> shares(study, "processes", "seeker-jp", "production")
    [('jp', 1.0)]
    >>> shares(study, "lanes", "seeker/us/jp", "transport")
    [('us', 1.0)]
    """
    return Funding.of(tables).shares(table, key, category)
