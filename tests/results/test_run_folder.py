"""A run on disk: read by anything that reads Parquet, and never half a run for a whole one."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest

from coprod.errors import RunFolderError
from coprod.results import run_folder
from coprod.results.manifest import MANIFEST_VERSION, checksum, checksums
from coprod.results.run_folder import MANIFEST, RunWriter, folder_name, is_run, open_run
from coprod.results.schema import result_schema
from coprod.results.table import make_table
from coprod.study import Tables, write_folder

STUDY = Tables.from_rows({"title": "Small", "study_date": "2027-01-01"}, items=[{"item": "a"}])
DAYS = [pd.Timestamp("2027-01-31"), pd.NaT]


def filled(name):
    """A result table of two rows, with a blank date and a blank number in the second."""
    values = {
        "text": ["seeker", "日本"],
        "number": [1.5, float("nan")],
        "integer": [3, 0],
        "boolean": [True, False],
        "date": DAYS,
    }
    return make_table(name, {column.name: values[column.type] for column in result_schema()[name].values()})


def write(path, *, replace=False):
    """Write a small whole run: a study, two options of two tables, a table of the run."""
    with RunWriter(path, replace=replace) as writer:
        write_folder(STUDY, writer.folder / "study")
        for name in ("base", "faster"):
            writer.option(name, name.title(), {t: filled(t) for t in ("builds", "stock")}, {"passed": True})
        writer.table("comparison", filled("comparison"))
        return writer.finish({"title": "Small", "option_under_discussion": "faster"})


@pytest.fixture
def run(tmp_path):
    """A whole run."""
    return write(tmp_path / "r")


def test_a_run_gives_back_what_was_written(run):
    opened = open_run(run)
    assert [entry["name"] for entry in opened.options] == ["base", "faster"]
    assert opened.tables() == ["comparison"]
    assert opened.tables("faster") == ["builds", "stock"]
    assert opened.study == STUDY
    assert opened.manifest["title"] == "Small"
    for name, option in (("comparison", None), ("builds", "base"), ("stock", "faster")):
        pd.testing.assert_frame_equal(opened.table(name, option), filled(name))


def test_pandas_and_duckdb_read_the_tables_as_they_are(run):
    path = run / "results" / "base" / "builds.parquet"
    frame = pd.read_parquet(path)
    assert frame["start"].tolist()[0] == pd.Timestamp("2027-01-31")
    assert frame["sunk"].tolist() == [True, False]
    database = duckdb.connect()
    found = database.sql(f"select investment, start, capex, sunk from '{path}'")
    assert [str(kind).partition("_")[0] for kind in found.types] == [
        "VARCHAR",
        "TIMESTAMP",
        "DOUBLE",
        "BOOLEAN",
    ]
    first, second = found.fetchall()
    assert first == ("seeker", pd.Timestamp("2027-01-31").to_pydatetime(), 1.5, True)
    assert second[:2] == ("日本", None)
    # All options at once, as an analyst would: the folder says which option a row is of.
    both = database.sql(f"select count(*) from read_parquet('{run}/results/*/stock.parquet', filename=true)")
    assert both.fetchall() == [(4,)]


@pytest.mark.parametrize("name", ["builds", "stock", "comparison"])
def test_every_field_carries_its_unit_and_meaning(run, name):
    path = next((run / "results").rglob(f"{name}.parquet"))
    schema = pq.read_schema(path)
    assert schema.metadata[b"table"] == name.encode()
    for column in result_schema()[name].values():
        about = schema.field(column.name).metadata
        assert about[b"unit"].decode() == column.unit
        assert about[b"description"].decode() == column.description
    assert any(column.unit for column in result_schema()[name].values())


def test_the_manifest_lists_every_file_with_its_checksum(run):
    listed = json.loads((run / MANIFEST).read_text(encoding="utf-8"))["files"]
    there = {path.relative_to(run).as_posix() for path in run.rglob("*") if path.is_file()}
    assert set(listed) == there - {MANIFEST}
    assert "study/items.csv" in listed
    for name, digest in listed.items():
        assert digest == hashlib.sha256((run / name).read_bytes()).hexdigest()


def test_the_checksum_is_sha_256(tmp_path):
    # The example of FIPS 180-2, appendix B.1.
    (tmp_path / "abc").write_bytes(b"abc")
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert checksum(tmp_path / "abc") == digest
    assert checksums(tmp_path) == {"abc": digest}


class Cut(BaseException):
    """The power going off."""


def cut_at(monkeypatch, step):
    """Let the `step`-th thing that touches the disk fail; return the list of those that were tried."""
    tried = []

    def cut(owner, name):
        original = getattr(owner, name)

        def cutting(*arguments, **settings):
            tried.append(name)
            if len(tried) == step + 1:
                raise Cut
            return original(*arguments, **settings)

        monkeypatch.setattr(owner, name, cutting)

    cut(pq, "write_table")
    cut(run_folder, "_write_synced")
    for name in ("mkdir", "write_bytes", "write_text", "rename", "replace"):
        cut(Path, name)
    return tried


def steps(tmp_path_factory, **settings):
    """How many things touch the disk when a run is written."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("count")
        if settings:
            write(folder / "r")
        tried = cut_at(patch, -1)
        write(folder / "r", **settings)
    return len(tried)


@pytest.mark.parametrize("cleaned", [True, False], ids=["stopped", "killed"])
def test_wherever_a_run_is_cut_off_nothing_half_can_be_opened(tmp_path, tmp_path_factory, cleaned):
    count = steps(tmp_path_factory)
    assert count > 10
    for step in range(count):
        folder = tmp_path / f"{step}"
        folder.mkdir()
        with pytest.MonkeyPatch.context() as patch:
            cut_at(patch, step)
            if not cleaned:  # a killed process cleans nothing up
                patch.setattr(run_folder.shutil, "rmtree", lambda *arguments, **settings: None)
            with pytest.raises(Cut):
                write(folder / "r")
        assert not (folder / "r").exists()
        with pytest.raises(RunFolderError, match="no run there"):
            open_run(folder / "r")
        if cleaned:
            assert list(folder.iterdir()) == []
        for left in folder.iterdir():
            if is_run(left):  # only the name was missing: then it is whole
                assert open_run(left).tables("faster") == ["builds", "stock"]
        # What was left is in nobody's way.
        assert open_run(write(folder / "r")).tables() == ["comparison"]


def test_wherever_the_replacing_of_a_run_fails_the_old_run_stands(tmp_path, tmp_path_factory):
    for step in range(steps(tmp_path_factory, replace=True)):
        folder = tmp_path / f"{step}"
        write(folder / "r")
        before = (folder / "r" / MANIFEST).read_bytes()
        (folder / "r" / "report.html").write_text("of the old run")
        with pytest.MonkeyPatch.context() as patch:
            cut_at(patch, step)
            with pytest.raises(Cut):
                write(folder / "r", replace=True)
        assert [entry.name for entry in folder.iterdir()] == ["r"]
        assert (folder / "r" / MANIFEST).read_bytes() == before
        assert (folder / "r" / "report.html").read_text() == "of the old run"
        assert open_run(folder / "r").options


def test_a_file_that_is_missing_cut_short_or_changed_is_noticed(run):
    listed = json.loads((run / MANIFEST).read_text(encoding="utf-8"))["files"]
    for name in listed:
        path, content = run / name, (run / name).read_bytes()
        damages = [None, content[: len(content) // 2], content[:-1] + bytes([content[-1] ^ 1])]
        for damage in damages:
            if damage is None:
                path.unlink()
            else:
                path.write_bytes(damage)
            with pytest.raises(RunFolderError, match="1 files are missing or changed") as caught:
                open_run(run)
            assert name in str(caught.value)
            path.write_bytes(content)
    assert open_run(run).options


def test_a_manifest_cut_off_anywhere_is_noticed(run):
    text = (run / MANIFEST).read_bytes()
    for end in range(0, len(text) - 1, 7):
        (run / MANIFEST).write_bytes(text[:end])
        with pytest.raises(RunFolderError, match=r"manifest\.json cannot be read .*the run is damaged"):
            open_run(run)


@pytest.mark.parametrize(
    "damage",
    [
        lambda told: [told],
        lambda told: 5,
        lambda told: None,
        lambda told: told | {"manifest_version": None},
        lambda told: told | {"files": ["study/items.csv"]},
        lambda told: told | {"options": None},
        lambda told: told | {"options": [{"name": "base"}]},
        lambda told: {name: value for name, value in told.items() if name != "files"},
    ],
)
def test_a_manifest_of_another_form_is_noticed(run, damage):
    told = json.loads((run / MANIFEST).read_text(encoding="utf-8"))
    (run / MANIFEST).write_text(json.dumps(damage(told)), encoding="utf-8")
    with pytest.raises(RunFolderError, match=r"cannot be read .*the run is damaged"):
        open_run(run)


def test_a_manifest_that_leads_out_of_the_run_is_refused(run):
    told = json.loads((run / MANIFEST).read_text(encoding="utf-8"))
    told["options"][0]["folder"] = "../../elsewhere"
    (run / MANIFEST).write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(RunFolderError, match="leads out of the run"):
        open_run(run)


def test_a_run_of_a_newer_coprod_is_refused(run):
    told = json.loads((run / MANIFEST).read_text(encoding="utf-8"))
    told["manifest_version"] = MANIFEST_VERSION + 1
    (run / MANIFEST).write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(RunFolderError, match="written by a newer coprod"):
        open_run(run)


def test_files_added_since_do_not_matter_and_a_moved_run_is_still_whole(run, tmp_path):
    (run / "report.html").write_text("a report")
    shutil.move(run, tmp_path / "elsewhere")
    assert open_run(tmp_path / "elsewhere").options


def test_nothing_but_a_run_is_ever_replaced(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("keep me")
    with pytest.raises(
        RunFolderError, match="there is something that is no run already; nothing was written"
    ):
        write(tmp_path / "mine", replace=True)
    assert [path.name for path in tmp_path.rglob("*")] == ["mine", "letter.txt"]
    write(tmp_path / "r")
    with pytest.raises(RunFolderError, match="there is a run already; give another name"):
        write(tmp_path / "r")


def test_what_is_asked_for_and_not_there_is_said_with_what_there_is(run):
    opened = open_run(run)
    with pytest.raises(RunFolderError, match="no table 'stok'; there is: builds, stock"):
        opened.table("stok", "base")
    with pytest.raises(RunFolderError, match="no option 'slow'; there is: base, faster"):
        opened.table("stock", "slow")


@pytest.mark.parametrize(
    ("option", "folder"),
    [
        ("japan-licensed", "japan-licensed"),
        ("a/b", "a-b"),
        ("../..", "option"),
        ("日本", "option"),
        ("..", "option"),
        ("a b:c", "a-b-c"),
    ],
)
def test_an_options_folder_has_a_name_that_every_disk_takes(option, folder):
    assert folder_name(option) == folder


def test_options_whose_names_differ_little_have_folders_of_their_own(tmp_path):
    names = ["a b", "a-b", "A-B", "日本", "東京"]
    with RunWriter(tmp_path / "r") as writer:
        for n, name in enumerate(names):
            frame = filled("stock").assign(quantity=[float(n), float(n)])
            writer.option(name, name, {"stock": frame}, {})
        writer.finish({})
    opened = open_run(tmp_path / "r")
    folders = [entry["folder"].casefold() for entry in opened.options]
    assert len(set(folders)) == len(names)
    for n, name in enumerate(names):
        assert opened.table("stock", name)["quantity"].tolist() == [n, n]
