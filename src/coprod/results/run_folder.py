"""
A run on disk: the study as it was, every result table as Parquet, and a manifest that vouches for all of it.

A run is written into a folder of another name beside its own; the manifest, with a checksum of every file,
goes in last, and then the folder gets its name. Whatever cuts a run off, `open_run` takes no part of one for
a whole.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import uuid
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from coprod.errors import RunFolderError
from coprod.results.manifest import MANIFEST_VERSION, checksum, checksums
from coprod.results.schema import result_schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pyarrow as pa

    from coprod.study.tables import Tables

__all__ = ["Run", "RunWriter", "is_run", "open_run"]

MANIFEST = "manifest.json"
PARTIAL = ".partial-"
_READ_AS = {"str": "object", "datetime64[ms]": "datetime64[s]"}


def folder_name(option: str) -> str:
    """Return an option's name as a folder name that every system takes."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", option).strip("-.")
    return plain or "option"


def _arrow(name: str, frame: pd.DataFrame) -> pa.Table:
    """Return a result table with its units in the fields' metadata."""
    import pyarrow as pa

    kinds = {
        "text": pa.string(),
        "number": pa.float64(),
        "integer": pa.int64(),
        "boolean": pa.bool_(),
        "date": pa.timestamp("s"),
    }
    fields, columns = [], []
    for column in result_schema()[name].values():
        about = {"unit": column.unit, "description": column.description}
        fields.append(pa.field(column.name, kinds[column.type], metadata=about))
        columns.append(
            pa.array(frame[column.name], type=kinds[column.type], from_pandas=column.type == "date")
        )
    return pa.Table.from_arrays(columns, schema=pa.schema(fields, metadata={"table": name}))


class RunWriter:
    """
    Writes one run; nothing carries the run's name until `finish`.

    Parameters
    ----------
    path
        Where the run shall be.
    replace
        Whether a run that is there already is replaced at the end; anything else there is never touched.

    Raises
    ------
    RunFolderError
        If there is something at `path` that may not be replaced.
    """

    def __init__(self, path: Path, *, replace: bool = False) -> None:
        self.path = Path(path)
        if self.path.exists() and not (replace and is_run(self.path)):
            kind = "a run" if is_run(self.path) else "something that is no run"
            cure = "; give another name, or say that it shall be replaced" if is_run(self.path) else ""
            msg = f"{self.path}: there is {kind} already{cure}; nothing was written"
            raise RunFolderError(msg)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.folder = self.path.parent / f"{self.path.name}{PARTIAL}{uuid.uuid4().hex[:8]}"
        try:
            (self.folder / "results").mkdir(parents=True)
        except BaseException:
            self.__exit__()
            raise
        self._options: list[dict[str, Any]] = []

    def __enter__(self) -> RunWriter:
        """Begin; leaving without `finish` removes what was written."""
        return self

    def __exit__(self, *_: object) -> None:
        """Remove an unfinished run."""
        if self.folder.exists():
            shutil.rmtree(self.folder, ignore_errors=True)

    def option_folder(self, option: str) -> str:
        """Return the folder of an option's tables, different for every option on every kind of disk."""
        taken = {entry["folder"].casefold() for entry in self._options if entry["name"] != option}
        name = folder_name(option)
        while name.casefold() in taken:
            name += "-"
        return name

    def option(
        self, name: str, title: str, tables: Mapping[str, pd.DataFrame], about: Mapping[str, Any]
    ) -> None:
        """Write an option's tables; `about` goes into the manifest as it is."""
        folder = self.option_folder(name)
        self._options.append({"name": name, "title": title, "folder": folder, **about})
        target = self.folder / "results" / folder
        target.mkdir()
        for table, frame in tables.items():
            self._write(target / f"{table}.parquet", table, frame)

    def table(self, name: str, frame: pd.DataFrame) -> None:
        """Write a table of the whole run."""
        self._write(self.folder / "results" / f"{name}.parquet", name, frame)

    def finish(self, about: Mapping[str, Any]) -> Path:
        """Write the manifest and give the run its name."""
        source = files("coprod.results").joinpath("columns.csv")
        (self.folder / "results" / "columns.csv").write_bytes(source.read_bytes())
        manifest = {"manifest_version": MANIFEST_VERSION, **about, "options": self._options}
        manifest["files"] = checksums(self.folder)
        _write_synced(self.folder / MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False, default=str))
        if self.path.exists():
            old = self.path.parent / f"{self.path.name}{PARTIAL}old-{uuid.uuid4().hex[:8]}"
            self.path.rename(old)
            try:
                self.folder.rename(self.path)
            except BaseException:
                if not self.path.exists():
                    old.rename(self.path)
                raise
            shutil.rmtree(old, ignore_errors=True)
        else:
            self.folder.rename(self.path)
        return self.path

    @staticmethod
    def _write(path: Path, name: str, frame: pd.DataFrame) -> None:
        import pyarrow.parquet as pq

        pq.write_table(_arrow(name, frame), path, compression="zstd")


def _write_synced(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


@dataclass(frozen=True)
class Run:
    """
    A whole run, opened.

    Attributes
    ----------
    path
        Its folder.
    manifest
        Versions, settings, hashes, options and times.
    """

    path: Path
    manifest: Mapping[str, Any]

    @property
    def options(self) -> list[dict[str, Any]]:
        """The options in the study's order: name, title, folder, status, gap, seconds, passed."""
        return list(self.manifest["options"])

    @property
    def study(self) -> Tables:
        """The study as it was, without any option applied."""
        from coprod.study import read

        return read(self.path / "study")[0]

    def tables(self, option: str | None = None) -> list[str]:
        """Return the names of the tables of an option, or of the whole run."""
        folder = self.path / "results"
        if option is not None:
            folder /= self._folder(option)
        return sorted(path.stem for path in folder.glob("*.parquet"))

    def table(self, name: str, option: str | None = None) -> pd.DataFrame:
        """
        Return a result table, plain column names, typed as when it was made.

        Raises
        ------
        RunFolderError
            If the run has no such table or option.
        """
        folder = self.path / "results"
        if option is not None:
            folder /= self._folder(option)
        path = folder / f"{name}.parquet"
        if not path.is_file():
            found = ", ".join(self.tables(option))
            msg = f"{self.path}: no table {name!r}; there is: {found}"
            raise RunFolderError(msg)
        frame = pd.read_parquet(path)
        # Parquet knows no whole seconds, and pandas makes its own kind of text.
        dtypes = {column: _READ_AS.get(str(frame[column].dtype)) for column in frame.columns}
        return frame.astype({column: dtype for column, dtype in dtypes.items() if dtype})

    def _folder(self, option: str) -> str:
        for entry in self.options:
            if entry["name"] == option:
                return str(entry["folder"])
        found = ", ".join(entry["name"] for entry in self.options)
        msg = f"{self.path}: no option {option!r}; there is: {found}"
        raise RunFolderError(msg)

    def __repr__(self) -> str:
        return f"Run({str(self.path)!r}: {', '.join(entry['name'] for entry in self.options)})"


def is_run(path: Path) -> bool:
    """Whether a folder looks like a run: it has a manifest. Only `open_run` tells whether it is whole."""
    return (Path(path) / MANIFEST).is_file()


def open_run(path: Path | str, *, verify: bool = True) -> Run:
    """
    Open a run.

    Parameters
    ----------
    path
        Its folder.
    verify
        Whether every file is held against its checksum. Files added since (a report, its exports) do not
        matter.

    Raises
    ------
    RunFolderError
        If it is no run, of a newer version, incomplete or changed.
    """
    folder = Path(path)
    if not is_run(folder):
        msg = f"{folder}: no run there (a run has a {MANIFEST})"
        raise RunFolderError(msg)
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        number = int(manifest["manifest_version"])
        listed = dict(manifest["files"].items())
        places = {str(entry["name"]): Path(entry["folder"]).name for entry in manifest["options"]}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        msg = f"{folder}: its {MANIFEST} cannot be read ({error}); the run is damaged"
        raise RunFolderError(msg) from error
    if number > MANIFEST_VERSION:
        msg = f"{folder}: written by a newer coprod (manifest {number}, this one reads {MANIFEST_VERSION})"
        raise RunFolderError(msg)
    if any(entry["folder"] != places[entry["name"]] for entry in manifest["options"]):
        msg = f"{folder}: its {MANIFEST} leads out of the run; it cannot be trusted"
        raise RunFolderError(msg)
    if verify:
        _verify(folder, listed.items())
    return Run(folder, manifest)


def _verify(folder: Path, listed: Iterable[tuple[str, str]]) -> None:
    wrong = [
        name for name, digest in listed if not (folder / name).is_file() or checksum(folder / name) != digest
    ]
    if wrong:
        shown = ", ".join(wrong[:5]) + (" ..." if len(wrong) > 5 else "")
        msg = f"{folder}: {len(wrong)} files are missing or changed ({shown}); the run cannot be trusted"
        raise RunFolderError(msg)
