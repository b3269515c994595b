"""
What is inside a workbook, found out before anything opens it: bombs, formulas without values, macros, links.

A workbook is a zip archive of XML parts. The library that reads the cells trusts both, takes a failed formula
for a blank, and lays out every cell up to the last one used; so all of that is looked at here first.
"""

from __future__ import annotations

import copy
import html
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NoReturn

from coprod.study.limits import (
    MAX_PARTS,
    MAX_UNPACK_RATIO,
    MAX_UNPACKED_BYTES,
    UNPACK_RATIO_FROM_BYTES,
)
from coprod.study.problems import RefusedError, refuse

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

__all__ = ["Archive", "SheetFacts", "inspect", "sheet_names", "unopened"]

_READ = 1 << 20
_RESAVE = "needs an Excel workbook (.xlsx) without a password; save it once more"
# What a damaged or locked archive makes the standard library raise.
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)
_ATTRIBUTE = re.compile(r"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_CELLS = re.compile(rb"<(?:\w+:)?(row|c)(?=[\s/>])([^<>]*)>")
_PLACE = re.compile(rb"""(?:^|\s)r\s*=\s*["']([A-Z]*)(\d+)["']""")
_FAILED = re.compile(rb"""(?:^|\s)t\s*=\s*["']e["']""")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_VALUE = re.compile(rb"<(?:\w+:)?(?:v|t)(?:\s[^<>]*)?>([^<]+)<")


def unopened(error: BaseException) -> NoReturn:
    """Give up a workbook that a library could not open."""
    refuse("CP141", f"a file that cannot be opened ({error})", _RESAVE)


@dataclass(slots=True)
class SheetFacts:
    """
    What the cells of a sheet's XML say.

    Attributes
    ----------
    height, width
        Last row and column with a value, counted from 1.
    formulas
        Number of formulas.
    unsaved
        Row and column of formulas without a saved value.
    failed
        Row, column and text of cells that hold an error such as ``#REF!``.
    """

    height: int = 0
    width: int = 0
    formulas: int = 0
    unsaved: list[tuple[int, int]] = field(default_factory=list)
    failed: list[tuple[int, int, str]] = field(default_factory=list)


@dataclass(slots=True)
class Archive:
    """Facts of each sheet asked for, and whether the workbook has macros and links to other files."""

    sheets: dict[str, SheetFacts]
    macros: bool
    links: bool


def inspect(path: Path, wanted: Collection[str] | None = None) -> Archive:
    """
    Look through a workbook; every part is unpacked once, piece by piece, and counted.

    Parameters
    ----------
    path
        The workbook.
    wanted
        Sheets whose cells are looked at; default all.

    Raises
    ------
    RefusedError
        If it is no workbook, is damaged, or would unpack to more than the limits.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _check_sizes(archive)
            parts = _sheet_parts(archive)
            asked = {part: name for name, part in parts.items() if wanted is None or name in wanted}
            sheets: dict[str, SheetFacts] = {}
            for info in archive.infolist():
                keep = info.filename in asked
                data = b"".join(_unpacked(archive, info, keep=keep))
                if keep:
                    sheets[asked[info.filename]] = _facts(data)
            names = archive.namelist()
    except _DAMAGED as error:
        unopened(error)
    return Archive(
        sheets,
        macros=any(name.lower().endswith("vbaproject.bin") for name in names),
        links=any("externallinks/" in name.lower() for name in names),
    )


def sheet_names(path: Path) -> list[str]:
    """
    Return the names of a workbook's sheets; empty if it is none.

    Parameters
    ----------
    path
        The file.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _check_sizes(archive)
            return list(_sheet_parts(archive))
    except (RefusedError, *_DAMAGED):
        return []


def _check_sizes(archive: zipfile.ZipFile) -> None:
    """Refuse a bomb by what the archive says of itself; `_unpacked` then holds it to that."""
    parts = archive.infolist()
    total = sum(info.file_size for info in parts)
    needed = "needs a workbook as a spreadsheet saves it"
    if len(parts) > MAX_PARTS:
        refuse("CP142", f"an archive of {len(parts):,} parts", needed)
    if total > MAX_UNPACKED_BYTES:
        refuse("CP142", f"an archive that unpacks to {total:,} bytes", needed)
    for info in parts:
        ratio = info.file_size / max(info.compress_size, 1)
        if info.file_size > UNPACK_RATIO_FROM_BYTES and ratio > MAX_UNPACK_RATIO:
            refuse("CP142", f"a part that unpacks to {ratio:,.0f} times its size", needed)


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, *, keep: bool = True) -> Iterator[bytes]:
    """Yield a part's bytes (nothing, if they are not to be kept); its size must be the one it states."""
    # The reader of a part stops at the size stated, and so would not see that there is more; another
    # reader would. So it is given a size beyond, and must come to its end before that.
    probe = copy.copy(info)
    probe.file_size = info.file_size + 1
    read = 0
    with archive.open(probe) as part:
        while piece := part.read(_READ):
            read += len(piece)
            if keep:
                yield piece
    if read != info.file_size:
        needed = "needs a workbook as a spreadsheet saves it"
        refuse("CP142", "an archive that unpacks to more than it says", needed)


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the part that holds each worksheet, by the sheet's name."""
    names = set(archive.namelist())
    book, links = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
    if not {book, links} <= names:
        refuse("CP141", "an archive that is no workbook", _RESAVE)
    targets = {}
    for attributes in _elements(archive, links, "Relationship"):
        target = PurePosixPath("/xl") / attributes.get("Target", "")
        targets[attributes.get("Id", "")] = str(target).lstrip("/")
    found = {}
    for attributes in _elements(archive, book, "sheet"):
        relation = next((value for name, value in attributes.items() if name.endswith(":id")), "")
        found[attributes.get("name", "")] = targets.get(relation, "")
    return found


def _elements(archive: zipfile.ZipFile, part: str, element: str) -> Iterator[dict[str, str]]:
    """Yield the attributes of each element of a name; a parser would also expand entities."""
    text = b"".join(_unpacked(archive, archive.getinfo(part))).decode("utf-8", errors="replace")
    for found in re.finditer(rf"<(?:\w+:)?{element}\s([^<>]*)>", text):
        pairs = _ATTRIBUTE.findall(found[1])
        yield {name: html.unescape(double or single) for name, double, single in pairs}


def _facts(data: bytes) -> SheetFacts:
    """Return what a sheet's cells say; one pass over the tags, so that its time is in step with the size."""
    facts = SheetFacts()
    row = column = 0
    before: tuple[int, bool] | None = None  # where the last cell's content begins, and whether it has failed

    def close(end: int) -> None:
        if before is None:
            return
        start, failed = before
        content = data[start:end]
        value = _VALUE.search(content)
        if failed:
            text = value[1].decode("utf-8", errors="replace") if value else "an error"
            facts.failed.append((row, column, text))
        if _FORMULA.search(content):
            facts.formulas += 1
            if value is None:
                facts.unsaved.append((row, column))
        facts.height, facts.width = max(facts.height, row), max(facts.width, column)

    for tag in _CELLS.finditer(data):
        close(tag.start())
        before = None
        attributes = tag[2]
        place = _PLACE.search(attributes)
        if tag[1] == b"row":
            row, column = (int(place[2][:9]) if place else row + 1), 0
            continue
        if place and place[1]:
            row, column = int(place[2][:9]), _column_number(place[1])
        else:
            column += 1
        if not attributes.endswith(b"/"):
            before = tag.end(), _FAILED.search(attributes) is not None
    close(len(data))
    return facts


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters[:6]:
        number = number * 26 + letter - 64
    return number
