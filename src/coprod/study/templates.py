"""Studies to start from: an empty one that explains itself, and the examples that come with the package."""

from __future__ import annotations

import shutil
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

from coprod.study.document import column_facts, tables_page
from coprod.study.folder import csv_text
from coprod.study.place import free_folder, no_place, written_aside
from coprod.study.schema import SCHEMA_VERSION, schema, tables
from coprod.study.settings import SETTINGS_FILE
from coprod.study.suggest import did_you_mean
from coprod.study.workbook import free_workbook, save_workbook

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

__all__ = ["copy_example", "example_names", "write_template"]

# What a template gives to be replaced: the two settings without which no study can be read.
_TO_FILL = {"title": "Title of the study", "study_date": "2027-01-01"}


def write_template(path: Path | str, *, workbook: bool = False) -> None:
    """
    Write an empty study: every setting and column, with its unit and meaning.

    Parameters
    ----------
    path
        Folder, or file ending in ``.xlsx``; new.
    workbook
        Whether to write a workbook.

    Raises
    ------
    StudyError
        If something else stands there.
    """
    path = Path(path)
    columns: dict[str, dict[str, list[str]]] = {
        name: {c: [] for c in t.columns} for name, t in tables().items()
    }
    if workbook:
        settings = {name: c.default or "" for name, c in schema()["study"].columns.items()}
        settings |= {**_TO_FILL, "schema_version": str(SCHEMA_VERSION)}
        free_workbook(path, replace=False)
        save_workbook(path, settings, columns, _readme_rows())
        return
    free_folder(path)
    with written_aside(path) as aside:
        aside.mkdir()
        (aside / SETTINGS_FILE).write_text(_settings_template(), encoding="utf-8")
        (aside / "README.md").write_text(tables_page(), encoding="utf-8")
        for name, cells in columns.items():
            (aside / f"{name}.csv").write_text(csv_text(list(cells), list(cells.values())), encoding="utf-8")


def _settings_template() -> str:
    """Return ``study.yaml`` with every setting: those to be filled in, and the rest as comments."""
    lines = ["# Settings of the study; README.md explains the tables.", ""]
    for name, column in schema()["study"].columns.items():
        unit = f" [{column.unit}]" if column.unit else ""
        lines.append(f"# {column.description} ({column_facts(column).replace('`', '')}){unit}")
        if name in _TO_FILL:
            lines += [f"{name}: {_TO_FILL[name]}", ""]
        elif name == "schema_version":
            lines += [f"{name}: {SCHEMA_VERSION}", ""]
        else:
            default = column.default or ""
            example = f"[{default.replace(';', ', ')}]" if column.type == "list" else default
            lines += [f"# {name}: {example}".rstrip(), ""]
    return "\n".join(lines)


def _readme_rows() -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("table", "column", "required", "unit", "default", "meaning")]
    for table in schema().values():
        for column in table.columns.values():
            required = "required" if column.required else ""
            facts = column_facts(column).replace("`", "")
            meaning = f"{column.description} ({facts})"
            rows.append((table.name, column.name, required, column.unit, column.default or "", meaning))
    return rows


def _examples() -> Traversable:
    """Return the folder of examples: inside the package when installed, beside ``src`` in a checkout."""
    packaged = files("coprod").joinpath("examples")
    if packaged.is_dir():
        return packaged
    return Path(__file__).resolve().parents[3] / "examples"


def example_names() -> list[str]:
    """Return the names of the examples: folders with ``study.yaml``, and workbooks."""
    place = _examples()
    if not place.is_dir():
        return []
    return sorted(
        entry.name
        for entry in place.iterdir()
        if entry.joinpath(SETTINGS_FILE).is_file() or entry.name.endswith(".xlsx")
    )


def copy_example(name: str, path: Path | str) -> None:
    """
    Copy an example.

    Parameters
    ----------
    name
        One of `example_names`.
    path
        Where it is to stand; new.

    Raises
    ------
    StudyError
        If there is no such example, or something stands there.
    """
    path, names = Path(path), example_names()
    if name not in names:
        hint = did_you_mean(name, names)
        no_place("CP163", name, "no example of that name", f"there are: {', '.join(names) or 'none'}.{hint}")
    with as_file(_examples().joinpath(name)) as source:
        if source.is_dir():
            free_folder(path)
        else:
            free_workbook(path, replace=False)
        with written_aside(path) as aside:
            if source.is_dir():
                shutil.copytree(source, aside)
            else:
                shutil.copyfile(source, aside)
