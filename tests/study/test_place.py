"""A study is written whole or not at all, and never over anything that is no study."""

from __future__ import annotations

from pathlib import Path

import pytest

from coprod.errors import StudyError
from coprod.study import Tables, read, write_folder, write_workbook
from coprod.study.place import written_aside

OLD = Tables.from_rows(
    {"title": "Old", "study_date": "2027-01-01"}, items=[{"item": "a"}], sites=[{"site": "s"}]
)
NEW = Tables.from_rows({"title": "New", "study_date": "2027-01-01"}, items=[{"item": "b"}])


def tree(place):
    """Every file below a place with its content."""
    return {path.relative_to(place): path.read_bytes() for path in place.rglob("*") if path.is_file()}


def test_a_study_replaces_a_study_and_what_else_is_in_its_folder_stays(tmp_path):
    write_folder(OLD, tmp_path / "s")
    (tmp_path / "s" / "letter.txt").write_text("keep me")
    (tmp_path / "s" / "drawings").mkdir()
    (tmp_path / "s" / "drawings" / "one.txt").write_text("keep me too")
    write_folder(NEW, tmp_path / "s")
    assert read(tmp_path / "s")[0] == NEW
    assert sorted(str(path) for path in tree(tmp_path / "s")) == [
        "drawings/one.txt",
        "items.csv",
        "letter.txt",
        "study.yaml",
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["s"]


@pytest.mark.parametrize("step", range(4))
def test_a_write_that_fails_anywhere_leaves_the_old_study_as_it_was(tmp_path, monkeypatch, step):
    # Two files are written, the old folder is moved away, the new one takes its place.
    write_folder(OLD, tmp_path / "s")
    before, tried = tree(tmp_path), []
    for name in ("write_text", "rename", "replace"):
        original = getattr(Path, name)

        def failing(self, *arguments, original=original, **settings):
            tried.append(original)
            if len(tried) == step + 1:
                raise OSError("the disk is full")
            return original(self, *arguments, **settings)

        monkeypatch.setattr(Path, name, failing)
    with pytest.raises(OSError, match="the disk is full"):
        write_folder(NEW, tmp_path / "s")
    assert tree(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir()] == ["s"]


def test_a_workbook_that_fails_leaves_the_old_one_as_it_was(tmp_path, monkeypatch):
    write_workbook(OLD, tmp_path / "s.xlsx")
    before = tree(tmp_path)

    def fail(self, *arguments):
        raise OSError("the disk is full")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="the disk is full"):
        write_workbook(NEW, tmp_path / "s.xlsx")
    assert tree(tmp_path) == before


@pytest.mark.parametrize("kind", ["a file", "a full folder", "a link", "a link to nowhere"])
def test_nothing_but_a_study_is_replaced(tmp_path, kind):
    place = tmp_path / "s.xlsx"
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter.txt").write_text("keep me")
    match kind:
        case "a file":
            place.write_text("keep me")
        case "a full folder":
            place.mkdir()
            (place / "letter.txt").write_text("keep me")
        case "a link":
            place.symlink_to(tmp_path / "other")
        case _:
            place.symlink_to(tmp_path / "gone")
    before = tree(tmp_path)
    for write in (write_folder, write_workbook):
        with pytest.raises(StudyError, match="CP161"):
            write(NEW, place)
    assert tree(tmp_path) == before


@pytest.mark.parametrize("place", ["s", "below/s"])
def test_a_relative_place_is_written_where_one_stands(tmp_path, monkeypatch, place):
    # The folder that Python 3.11 makes for a relative place has a relative name, later ones an absolute one.
    monkeypatch.chdir(tmp_path)
    with written_aside(Path(place)) as aside:
        aside.write_text("here")
    assert (tmp_path / place).read_text() == "here"
    assert [path.name for path in (tmp_path / place).parent.iterdir()] == ["s"]
