"""Studies to start from: every column is there, explained, and the empty study is sound."""

from __future__ import annotations

import openpyxl
import pytest
import yaml

from coprod.errors import StudyError
from coprod.study import read
from coprod.study.schema import schema, tables
from coprod.study.templates import copy_example, example_names, write_template


def test_the_template_is_one_study_as_a_folder_and_as_a_workbook(tmp_path):
    write_template(tmp_path / "s")
    write_template(tmp_path / "s.xlsx", workbook=True)
    from_folder, problems = read(tmp_path / "s")
    assert problems == []
    from_workbook, problems = read(tmp_path / "s.xlsx")
    assert problems == []
    assert from_folder == from_workbook
    assert all(from_folder[name].empty for name in tables())


def test_the_template_has_every_column_of_every_table_and_says_what_each_means(tmp_path):
    write_template(tmp_path / "s")
    write_template(tmp_path / "s.xlsx", workbook=True)
    book = openpyxl.load_workbook(tmp_path / "s.xlsx")
    readme = (tmp_path / "s" / "README.md").read_text(encoding="utf-8")
    for name, table in tables().items():
        header = (tmp_path / "s" / f"{name}.csv").read_text(encoding="utf-8").strip()
        assert header == ",".join(table.columns)
        assert [cell.value for cell in book[name][1]] == list(table.columns)
        for cell, column in zip(book[name][1], table.columns.values(), strict=True):
            assert column.description in cell.comment.text
            assert f"`{column.name}`" in readme


def test_every_setting_can_be_used_by_taking_its_comment_mark_away(tmp_path):
    write_template(tmp_path / "s")
    path = tmp_path / "s" / "study.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    names = list(schema()["study"].columns)
    opened = [
        line.removeprefix("# ") if line.removeprefix("# ").split(":")[0] in names else line for line in lines
    ]
    path.write_text("\n".join(opened), encoding="utf-8")
    assert list(yaml.safe_load(path.read_text(encoding="utf-8"))) == names
    assert read(tmp_path / "s")[1] == []


@pytest.mark.parametrize("place", ["s", "s.xlsx"])
def test_a_template_is_never_written_over_anything(tmp_path, place):
    write_template(tmp_path / place, workbook=place.endswith("x"))
    with pytest.raises(StudyError, match="CP161"):
        write_template(tmp_path / place, workbook=place.endswith("x"))


def test_a_workbook_whose_name_does_not_say_so_is_refused(tmp_path):
    with pytest.raises(StudyError, match=r"a name that does not end in \.xlsx"):
        write_template(tmp_path / "s.txt", workbook=True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["hello", "us-japan-air-defence"])
def test_every_example_is_copied_whole(repository_root, tmp_path, name):
    assert name in example_names()
    copy_example(name, tmp_path / "s")
    source = repository_root / "examples" / name
    copied = {path.name: path.read_bytes() for path in (tmp_path / "s").iterdir()}
    assert copied == {path.name: path.read_bytes() for path in source.iterdir()}
