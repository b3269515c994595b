"""Damaged and hostile files: each gives a problem that names the place, and nothing makes reading raise."""

from __future__ import annotations

import io
import os
import re
import tempfile
import zipfile
import zlib
from pathlib import Path

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from coprod.cli.main import main
from coprod.study import Tables, read, write_folder, write_workbook
from coprod.study.limits import MAX_CELL_TEXT, MAX_COLUMNS, MAX_PARTS, MAX_SETTINGS_BYTES, MAX_UNPACKED_BYTES

SETTINGS = b"title: Small\nstudy_date: 2027-01-01\n"
SMALL = Tables.from_rows(
    {"title": "Small", "study_date": "2027-01-01"},
    items=[{"item": "a", "unit_value": 2.5}, {"item": "b"}],
    sites=[{"site": "s"}],
)


def folder(room, settings_file=SETTINGS, **tables):
    """A study folder with the bytes given."""
    place = room / "study"
    place.mkdir()
    (place / "study.yaml").write_bytes(settings_file)
    for name, content in tables.items():
        (place / f"{name}.csv").write_bytes(content)
    return place


def said(path):
    """What is wrong with a study, each as printed; every one has its code's severity and one line."""
    _, problems = read(path)
    lines = [str(problem) for problem in problems]
    assert all(line.isprintable() for line in lines), lines
    assert all(problem.found and problem.needs for problem in problems)
    return lines


# ------------------------------------------------------------------------------------------ CSV files

CSV = [
    (
        "UTF-16",
        "item,note\na,x\n".encode("utf-16"),
        "items.csv: found UTF-16 or binary data; needs CSV in UTF-8: save it as 'CSV UTF-8'; "
        "nothing of it was read [CP121]",
    ),
    ("UTF-16 without a mark", "item,note\na,x\n".encode("utf-16-le"), "items.csv: found UTF-16 or binary"),
    ("binary", b"item\na\0b\n", "items.csv: found UTF-16 or binary data"),
    (
        "Latin-1",
        "item,note\na,x\nb,Düse\n".encode("latin-1"),
        "items.csv, row 3: found a byte that is not UTF-8 (0xFC); needs CSV in UTF-8",
    ),
    (
        "Shift JIS",
        "item,note\na,日本\n".encode("shift-jis"),
        "items.csv, row 2: found a byte that is not UTF-8 (0x93); needs CSV in UTF-8",
    ),
    ("empty", b"", "items.csv, row 1: found no header; needs the names of the columns in row 1"),
    ("blank lines only", b"\n\n \n", "items.csv, row 1: found no header"),
    (
        "semicolons",
        b"item;unit_value\na;1\n",
        "items.csv, row 1: found cells separated by ';'; needs commas between cells",
    ),
    ("tabs", b"item\tunit_value\na\t1\n", r"items.csv, row 1: found cells separated by '\t'"),
    (
        "open quote",
        b'item,note\na,"x\nb,y\n',
        "items.csv: found a file that is not well formed (unexpected end of data); needs each quote closed",
    ),
    (
        "text behind a quote",
        b'item,note\na,"x"y\n',
        "items.csv: found a file that is not well formed (',' expected after '\"'); needs each quote closed",
    ),
    (
        "a comma too many",
        b"item,note\na,x\nb,y,z\n",
        "items.csv, row 3: found 3 cells under a header of 2; needs as many commas as the header has",
    ),
    ("a comma too few", b"item,kind,note\na,component\n", "items.csv, row 2: found 2 cells under a header"),
    (
        "a header twice",
        b"item,unit_value,unit_value\na,1,2\n",
        "items.csv, row 1, unit_value: found ",
    ),
    ("a header of nothing", b"item,,note\na,x,y\n", "items.csv, row 1: found "),
    ("an unknown column", b"item,unit_valu\na,1\n", "Did you mean 'unit_value'?"),
    ("too many columns", b"item" + b",_x" * MAX_COLUMNS + b"\na\n", "items.csv, row 1: found 501 columns"),
    (
        "a huge cell",
        b"item,note\na," + b"x" * (MAX_CELL_TEXT + 1) + b"\n",
        "items.csv, row 2, note: found 'xxxx",
    ),
    (
        "a cell beyond all bounds",
        b"item,note\na," + b"x" * 200_000 + b"\n",
        "items.csv: found a file that is",
    ),
    ("NUL escaped as text", b"item,note\na,x\x01y\n", r"items.csv, row 2, note: found 'x\x01y'"),
    ("a terminal's escape", b"item,note\na,\x1b[31mred\n", r"items.csv, row 2, note: found '\x1b[31mred'"),
    ("a key of control characters", b"item\n\x07\n", r"items.csv, row 2, item: found '\x07'"),
]


@pytest.mark.parametrize(("content", "message"), [case[1:] for case in CSV], ids=[case[0] for case in CSV])
def test_a_csv_file_that_is_not_as_it_should_be_is_named_with_row_and_cure(tmp_path, content, message):
    lines = said(folder(tmp_path, items=content))
    assert any(message in line for line in lines), lines


NUMBERS = ["NaN", "nan", "inf", "-inf", "Infinity", "1e999", "-1e999", "1_000", "0x10", "1e", "=1+1", "²"]


@pytest.mark.parametrize("text", NUMBERS)
def test_what_is_no_finite_number_is_none_in_either_way(tmp_path, text):
    (line,) = said(folder(tmp_path, items=f"item,unit_value\na,1\nb,{text}\n".encode()))
    assert line.startswith(f"items.csv, row 3, unit_value: found '{text}'; needs a number")
    book = openpyxl.Workbook()
    sheet_of(book, "study", [["title", "Small"], ["study_date", "2027-01-01"]])
    sheet_of(book, "items", [["item", "unit_value"], ["a", 1], ["b", text]])
    book["items"]["B3"].data_type = "s"
    book.remove(book["Sheet"])
    book.save(tmp_path / "s.xlsx")
    (line,) = said(tmp_path / "s.xlsx")
    assert line.startswith(f"sheet items, row 3, unit_value: found '{text}'; needs a number")


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("last", [True, False])
def test_line_ends_and_the_byte_order_mark_make_no_difference(tmp_path, end, mark, last):
    lines = ["item,unit_value", "a,2.5", "b,"] + [""] * last
    content = (mark + end.join(lines)).encode()
    text = (mark + SETTINGS.decode().replace("\n", end)).encode()
    tables, problems = read(folder(tmp_path, text, items=content, sites=b"site\ns\n"))
    assert problems == []
    assert tables == SMALL


def test_a_cell_may_hold_a_line_break_and_rows_are_then_counted_as_a_spreadsheet_does(tmp_path):
    # The second record is row 2, over two lines; the third, row 3, has the fault.
    content = b'item,unit_value,note\na,1,"two\nlines"\nb,x,\n'
    (line,) = said(folder(tmp_path, items=content))
    assert line.startswith("items.csv, row 3, unit_value: found 'x'")


def test_every_fault_of_a_file_is_found_in_one_reading_but_no_kind_fills_the_screen(tmp_path):
    content = b"item,unit_value\n" + b"".join(b"i%d,x\n" % n for n in range(1000))
    lines = said(folder(tmp_path, items=content, sites=b"site\n\n", lanes=b""))
    assert sum("items.csv, row" in line for line in lines) == 20
    assert any("items.csv, unit_value: found 980 more like this" in line for line in lines)
    assert any(line.startswith("lanes.csv, row 1: found no header") for line in lines)


# ------------------------------------------------------------------------------------------ the folder


def test_links_out_of_the_folder_are_not_followed(tmp_path):
    (tmp_path / "secret.csv").write_bytes(b"item\nsecret\n")
    place = folder(tmp_path)
    (place / "items.csv").symlink_to(tmp_path / "secret.csv")
    (place / "sites.csv").symlink_to("../secret.csv")
    (place / "lanes.csv").symlink_to("nowhere.csv")
    (place / "stock.csv").symlink_to("stock.csv")
    lines = said(place)
    for name in ("items.csv", "sites.csv"):
        assert (
            f"{name}: found a link to a file outside the study's folder; needs the file itself; it was not "
            "read [CP126]" in lines
        )
    for name in ("lanes.csv", "stock.csv"):
        assert any(line.startswith(f"{name}: found a link that leads nowhere") for line in lines)
    assert len(read(place)[0]["items"]) == 0


def test_settings_behind_a_link_out_of_the_folder_are_not_read(tmp_path):
    place = folder(tmp_path)
    (place / "study.yaml").rename(tmp_path / "elsewhere.yaml")
    (place / "study.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    (line,) = said(place)
    assert line.startswith("study.yaml: found a link to a file outside the study's folder")


def test_a_link_within_the_folder_is_the_file_it_leads_to(tmp_path):
    place = folder(tmp_path)
    (place / ".kept").mkdir()
    (place / ".kept" / "items.csv").write_bytes(b"item\na\n")
    (place / "items.csv").symlink_to(".kept/items.csv")
    assert said(place) == []
    assert len(read(place)[0]["items"]) == 1


def test_folders_and_pipes_with_the_names_of_tables_are_not_read(tmp_path):
    place = folder(tmp_path)
    (place / "items.csv").mkdir()
    os.mkfifo(place / "sites.csv")  # reading it would wait for ever
    lines = said(place)
    for name in ("items.csv", "sites.csv"):
        assert any(line.startswith(f"{name}: found something that is no file") for line in lines)


def test_files_that_are_no_tables_are_left_where_they_are_whatever_their_names(tmp_path):
    place = folder(tmp_path)
    for name in ("letter.txt", "item.csv", "bad\x1b[31m.csv", "new\nline.csv", os.fsdecode(b"\xff.csv")):
        (place / name).touch()
    lines = said(place)
    assert "item.csv: found a file that is no table of a study; it is left where it is. " in "".join(lines)
    assert any("Did you mean 'items'?" in line for line in lines)
    assert sum("CP114" in line for line in lines) == 4


def test_notes_are_not_taken_for_misspelt_sites_but_a_table_saved_as_text_is_noticed(tmp_path):
    place = folder(tmp_path)
    for name in ("notes.txt", "items.txt"):
        (place / name).touch()
    items, notes = said(place)
    assert "Did you mean 'items'?" in items
    assert items.endswith("[CP115]")
    assert notes == "notes.txt: found a file that is no table of a study; it is left where it is. [CP114]"


def test_two_files_for_one_table_are_not_joined(tmp_path):
    place = folder(tmp_path, items=b"item\na\n")
    (place / "ITEMS.csv").write_bytes(b"item\nb\n")
    (line,) = said(place)
    assert "found a second file for one table; needs one file for items; ITEMS.csv was read [CP116]" in line


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("study.xls", "a file .xls"),
        ("study.ods", "a file .ods"),
        ("study.csv", "a file .csv"),
        ("study", "a file of no kind"),
        ("gone.xlsx", "nothing there"),
    ],
)
def test_an_unknown_kind_of_file_and_a_missing_one_are_named(tmp_path, name, found):
    if name != "gone.xlsx":
        (tmp_path / name).write_bytes(b"\xd0\xcf\x11\xe0")
    needed = "needs a folder with study.yaml, or a workbook (.xlsx)"
    assert said(tmp_path / name) == [f"{name}: found {found}; {needed} [CP101]"]


def test_a_folder_that_is_no_study_is_named(tmp_path):
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "settings.yml").touch()
    (line,) = said(tmp_path / "s")
    assert line == (
        "s: found a folder without study.yaml; needs study.yaml with the study's settings; "
        "there is settings.yml [CP101]"
    )


def test_a_path_that_climbs_leads_to_the_same_study(tmp_path, monkeypatch):
    write_folder(SMALL, tmp_path / "a" / "study")
    (tmp_path / "a" / "b").mkdir()
    monkeypatch.chdir(tmp_path / "a" / "b")
    assert read("../study") == (SMALL, [])
    assert read("../study/study.yaml") == (SMALL, [])


# ------------------------------------------------------------------------------------------ settings

YAML = [
    ("UTF-16", "title: x\n".encode("utf-16"), "study.yaml, row 1: found a byte that is not UTF-8 (0xFF)"),
    ("Latin-1", "title: x\nmarking: Düse\n".encode("latin-1"), "study.yaml, row 2: found a byte that is not"),
    ("control characters", b"title: a\x00b\n", "study.yaml"),
    ("a list", b"- a\n- b\n", "study.yaml, row 1: found no settings; needs one 'setting: value' per line"),
    ("a text", b"hello\n", "study.yaml, row 1: found no settings"),
    ("a colon", b"title: a: b\n", "study.yaml, row 1: found 'mapping values are not allowed here'"),
    ("a tab", b"title:\n\t- x\n", "study.yaml, row 2: found "),
    ("nesting", b"title: {a: b}\n", "study.yaml, row 1, title: found a nested value; needs a single value"),
    ("a list in a list", b"questions: [[a]]\n", "study.yaml, row 1, questions: found a nested value"),
    ("an alias", b"title: &t x\nmarking: *t\n", "study.yaml, row 2, marking: found an alias"),
    ("a second document", b"title: x\n---\ntitle: y\n", "study.yaml, row 2: found a second document"),
    (
        "a setting twice",
        SETTINGS + b"title: y\n",
        "study.yaml, row 3, title: found the setting a second time",
    ),
    ("a semicolon in a list", b"questions: ['a;b']\n", "study.yaml, row 1, questions: found 'a;b'"),
    ("no such setting", SETTINGS + b"horizn: 2030\n", "there is no such setting. Did you mean 'horizon'?"),
    ("nothing", b"", "study.yaml, title: found nothing; needs a text"),
    ("a huge file", b"title: " + b"x" * MAX_SETTINGS_BYTES, "needs at most 1,048,576 bytes of settings"),
    ("infinity", SETTINGS + b"discount_rate_per_year: .inf\n", "study.yaml, row 3, discount_rate_per_year"),
    ("out of range", SETTINGS + b"fiscal_year_start: 13\n", "needs a whole number from 1 to 12 (month 1-12)"),
]


@pytest.mark.parametrize(("content", "message"), [case[1:] for case in YAML], ids=[case[0] for case in YAML])
def test_settings_that_are_not_as_they_should_be_are_named_with_row_and_cure(tmp_path, content, message):
    lines = said(folder(tmp_path, content))
    assert any(message in line for line in lines), lines


def test_nothing_in_the_settings_is_made_or_expanded(tmp_path):
    # Each would do something in a loader that makes objects; the last would take all memory.
    for n, text in enumerate(
        [
            'title: !!python/object/apply:os.system ["touch made"]\n',
            "title: !!python/name:os.system\n",
            "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: &d [*c, *c]\n",
        ]
    ):
        (tmp_path / f"{n}").mkdir()
        assert said(folder(tmp_path / f"{n}", text.encode()))
    assert not list(tmp_path.rglob("made"))
    assert not Path("made").exists()


# ------------------------------------------------------------------------------------------ workbooks


def sheet_of(book, name, rows):
    """Add a sheet with the rows given."""
    sheet = book.create_sheet(name)
    for row in rows:
        sheet.append(row)
    return sheet


@pytest.fixture
def small(tmp_path):
    """A sound small workbook."""
    write_workbook(SMALL, tmp_path / "s.xlsx")
    return tmp_path / "s.xlsx"


def rewritten(path, change, add=None, suffix=".xlsx"):
    """Write a workbook anew, each part as `change` returns it (None leaves it out), and parts to add."""
    target = path.with_name(f"changed{suffix}")
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as after:
        for info in before.infolist():
            content = change(info.filename, before.read(info))
            if content is not None:
                after.writestr(info.filename, content)
        for name, content in (add or {}).items():
            after.writestr(name, content)
    return target


def same(name, content):
    """Leave a part as it is."""
    del name
    return content


def in_items(change):
    """Change the sheet items, the second of the small workbook."""

    def changed(name, content):
        return change(content) if name == "xl/worksheets/sheet2.xml" else content

    return changed


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512],
    ids=["empty", "text", "the beginning of an archive", "an old or locked workbook"],
)
def test_what_is_no_workbook_cannot_be_opened(tmp_path, content):
    (tmp_path / "s.xlsx").write_bytes(content)
    (line,) = said(tmp_path / "s.xlsx")
    assert line.startswith("s.xlsx: found a file that cannot be opened (")
    assert "needs an Excel workbook (.xlsx) without a password; save it once more" in line
    assert line.endswith("[CP141]")


def test_an_archive_of_other_things_is_no_workbook(tmp_path):
    with zipfile.ZipFile(tmp_path / "s.xlsx", "w") as archive:
        archive.writestr("letter.txt", "hello")
    (line,) = said(tmp_path / "s.xlsx")
    assert line.startswith("s.xlsx: found an archive that is no workbook; needs an Excel workbook")


def test_a_workbook_cut_off_anywhere_cannot_be_opened(small, tmp_path):
    content = small.read_bytes()
    for end in range(0, len(content) - 1, 499):
        (tmp_path / "cut.xlsx").write_bytes(content[:end])
        (line,) = said(tmp_path / "cut.xlsx")
        assert "CP141" in line


def test_a_workbook_without_settings_says_what_it_needs(tmp_path):
    book = openpyxl.Workbook()
    sheet_of(book, "items", [["item"], ["a"]])
    book.save(tmp_path / "s.xlsx")
    lines = said(tmp_path / "s.xlsx")
    assert any(
        line.startswith("s.xlsx: found a workbook without a sheet study; needs a sheet study")
        for line in lines
    )


def test_formulas_are_not_worked_out_and_failed_ones_are_errors(tmp_path):
    book = openpyxl.Workbook()  # it saves formulas without values
    sheet_of(book, "study", [["title", "Small"], ["study_date", "=TODAY()"]])
    sheet = sheet_of(book, "items", [["item", "unit_value"], ["a", "=1+1"], ["b", "#REF!"]])
    sheet["B3"].data_type = "e"
    book.save(tmp_path / "s.xlsx")
    lines = said(tmp_path / "s.xlsx")
    for start in (
        "sheet study, row 2, value: found a formula that was never worked out; needs a saved value",
        "sheet items, row 2, unit_value: found a formula that was never worked out; needs a saved value",
        "sheet items, row 3, unit_value: found '#REF!'; needs a value; mend the formula, or write the figure",
    ):
        assert any(line.startswith(start) for line in lines), lines


def test_the_value_saved_with_a_formula_is_read_and_said_to_be_one(small):
    changed = rewritten(
        small, in_items(lambda sheet: sheet.replace(b"<v>2.5</v>", b"<f>SUM(5)/2</f><v>2.5</v>"))
    )
    assert said(changed) == [
        "sheet items: found 1 formula; the values saved with the workbook were read [CP145]"
    ]
    assert read(changed)[0] == SMALL


def test_macros_are_not_run_and_links_are_not_followed(small):
    parts = {"xl/vbaProject.bin": b"Sub Auto_Open()", "xl/externalLinks/externalLink1.xml": b"<x/>"}
    changed = rewritten(small, same, parts, ".xlsm")
    assert said(changed) == [
        "changed.xlsm: found macros; they were not run; only saved values were read [CP146]",
        "changed.xlsm: found links to other workbooks; they were not followed; saved values were read "
        "[CP147]",
    ]
    assert read(changed)[0] == SMALL


def test_a_part_that_unpacks_to_far_more_than_its_size_is_a_bomb(small):
    bomb = rewritten(small, same, {"xl/media/bomb.xml": b"0" * 30_000_000})
    (line,) = said(bomb)
    assert re.fullmatch(
        r"changed\.xlsx: found a part that unpacks to \d[\d,]+ times its size; needs a workbook as a "
        r"spreadsheet saves it; nothing of it was read \[CP142\]",
        line,
    )


def test_an_archive_that_lies_about_its_size_is_found_out(small):
    parts = {"xl/media/lie.xml": b"0123456789" * 1000}
    content = bytearray(rewritten(small, same, parts).read_bytes())
    # The size unpacked, in the directory at the end: 24 bytes into the entry that ends in the part's name.
    at = content.rindex(b"xl/media/lie.xml") - 46 + 24
    assert content[at : at + 4] == (10_000).to_bytes(4, "little")
    content[at : at + 4] = (10).to_bytes(4, "little")
    # And the sum is that of the bytes that a careful reader unpacks, one more than stated.
    content[at - 8 : at - 4] = zlib.crc32(b"01234567890").to_bytes(4, "little")
    (small.parent / "lie.xlsx").write_bytes(content)
    (line,) = said(small.parent / "lie.xlsx")
    assert line.startswith("lie.xlsx: found an archive that unpacks to more than it says")


def test_an_archive_that_states_more_than_can_be_read_is_refused_unread(small):
    content = bytearray(rewritten(small, same, {"xl/media/big.xml": b"x"}).read_bytes())
    at = content.rindex(b"xl/media/big.xml") - 46 + 24
    content[at : at + 4] = (MAX_UNPACKED_BYTES + 1).to_bytes(4, "little")
    (small.parent / "big.xlsx").write_bytes(content)
    (line,) = said(small.parent / "big.xlsx")
    assert line.startswith("big.xlsx: found an archive that unpacks to 1,073,")


def test_an_archive_of_thousands_of_parts_is_refused(small):
    changed = rewritten(small, same, {f"xl/media/{n}": b"" for n in range(MAX_PARTS)})
    (line,) = said(changed)
    assert re.match(r"changed\.xlsx: found an archive of 2,0\d\d parts; needs a workbook", line)


def test_one_value_in_the_last_cell_of_a_sheet_does_not_lay_out_all_others(small):
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    changed = rewritten(small, in_items(lambda sheet: sheet.replace(b"</sheetData>", far)))
    (line,) = said(changed)
    assert line.startswith(
        "changed.xlsx: found sheet items in use down to row 1,048,576 and out to column 16,384; "
        "needs at most 500 columns"
    )


def test_parts_with_names_that_climb_are_never_written_anywhere(small, tmp_path):
    names = ["../climbed.txt", "../../climbed.txt", "C:\\climbed.txt"]
    changed = rewritten(small, same, dict.fromkeys(names, b"x"))
    assert read(changed) == (SMALL, [])
    assert not list(tmp_path.parent.glob("**/*climbed*"))


def test_a_sheet_whose_part_lies_outside_the_archive_is_not_looked_for(small):
    changed = rewritten(
        small,
        lambda name, content: (
            content.replace(b"worksheets/sheet2.xml", b"../../../../etc/passwd")
            if name == "xl/_rels/workbook.xml.rels"
            else content
        ),
    )
    assert said(changed)
    assert len(read(changed)[0]["items"]) == 0


def test_entities_are_not_expanded(small):
    laughs = b'<!DOCTYPE x [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'

    def laugh(name, content):
        if name != "xl/sharedStrings.xml":
            return content
        return content.replace(b"?>", b"?>" + laughs, 1).replace(b"<t>a</t>", b"<t>&b;</t>")

    tables, problems = read(rewritten(small, laugh))
    assert problems or "haha" not in "".join(tables["items"]["item"])


@pytest.mark.parametrize("number", [b"NaN", b"INF", b"1e999", b"-1e999", b"soon"])
def test_a_number_cell_without_a_finite_number_is_no_number(small, number):
    changed = rewritten(
        small, in_items(lambda sheet: sheet.replace(b"<v>2.5</v>", b"<v>" + number + b"</v>"))
    )
    lines = said(changed)
    assert lines
    assert all("CP103" in line or "CP141" in line for line in lines)


def test_a_time_of_day_in_a_date_is_not_dropped_in_silence(tmp_path):
    import datetime as dt

    book = openpyxl.Workbook()
    sheet_of(book, "study", [["title", "Small"], ["study_date", dt.date(2027, 1, 1)]])
    sheet_of(
        book,
        "stock",
        [["item", "site", "quantity", "due"], ["a", "s", 3, dt.datetime(2027, 5, 1, 12, 30)]],
    )
    book.remove(book["Sheet"])
    book.save(tmp_path / "s.xlsx")
    (line,) = said(tmp_path / "s.xlsx")
    assert line.startswith("sheet stock, row 2, due: found '2027-05-01 12:30:00'; needs a date")
    assert "Write 2027-05-01: no time of day." in line


def test_a_huge_cell_and_a_header_twice_are_named_in_a_workbook_too(tmp_path):
    book = openpyxl.Workbook()
    sheet_of(book, "study", [["title", "Small"], ["study_date", "2027-01-01"]])
    sheet_of(book, "items", [["item", "note", "note"], ["a", "x" * (MAX_CELL_TEXT + 1), None]])
    sheet_of(book, "sites", [])
    sheet_of(book, "site", [["site"]])
    book.remove(book["Sheet"])
    book.save(tmp_path / "s.xlsx")
    lines = said(tmp_path / "s.xlsx")
    for start in (
        "sheet items, row 1, note: found ",
        "sheet sites, row 1: found no header",
        "sheet site: found a sheet that is no table of a study",
    ):
        assert any(line.startswith(start) for line in lines), lines


# ------------------------------------------------------------------------------------------ anything at all


def small_bytes():
    """The small study as a workbook and as its items.csv, in bytes."""
    with tempfile.TemporaryDirectory() as room:
        write_workbook(SMALL, Path(room) / "s.xlsx")
        return (Path(room) / "s.xlsx").read_bytes()


WORKBOOK = small_bytes()
EDITS = st.lists(
    st.tuples(st.integers(0, len(WORKBOOK) - 1), st.binary(min_size=1, max_size=4)), min_size=1, max_size=4
)


@given(EDITS)
@settings(max_examples=25)
def test_a_workbook_with_any_bytes_changed_never_makes_reading_raise(edits):
    content = bytearray(WORKBOOK)
    for at, piece in edits:
        content[at : at + len(piece)] = piece
    with tempfile.TemporaryDirectory() as room:
        (Path(room) / "s.xlsx").write_bytes(content)
        said(Path(room) / "s.xlsx")


def unpacked():
    """The parts of the small workbook."""
    with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


PARTS = unpacked()
READ_PARTS = [name for name in PARTS if "sheet" in name or "workbook" in name or "Strings" in name]


@given(
    st.sampled_from(READ_PARTS),
    st.floats(0, 1),
    st.sampled_from(
        [b"<", b">", b'"', b"&", b"</c>", b"<c>", b"\xff", b"\0", b"<v/>", b"<row>", b"-1", b"Z9"]
    ),
)
@settings(max_examples=25)
def test_a_workbook_whose_xml_is_damaged_never_makes_reading_raise(part, place, piece):
    # Packed anew, so that what is damaged is not the archive, whose own sums would show it.
    content = PARTS[part]
    at = int(place * len(content))
    with tempfile.TemporaryDirectory() as room:
        with zipfile.ZipFile(Path(room) / "s.xlsx", "w") as archive:
            for name, own in PARTS.items():
                archive.writestr(name, own[:at] + piece + own[at + 1 :] if name == part else own)
        said(Path(room) / "s.xlsx")


@settings(max_examples=25)
@given(st.binary(max_size=80), st.binary(max_size=80))
@example(b"title: \xe2\x80\xa8x\nstudy_date: 2027", b"item\r\n\r\r\na")
@example(b"? ", b"item,item\n")
@example(b"!", b'"')
def test_a_folder_of_any_bytes_never_makes_reading_raise(settings_file, items):
    with tempfile.TemporaryDirectory() as room:
        place = folder(Path(room), settings_file, items=items)
        said(place)
        (place / "study.yaml").write_bytes(SETTINGS)
        said(place)


@pytest.mark.parametrize("name", ["items.csv", "study.yaml"])
def test_the_command_says_what_is_wrong_and_ends_without_a_traceback(tmp_path, capsys, name):
    place = folder(tmp_path, items=b"item\na\n")
    (place / name).write_bytes(b"\xff\xfe\x00\x00")
    assert main(["check", str(place)]) == 1
    printed = capsys.readouterr()
    assert f"error: {name}" in printed.out
    assert "Traceback" not in printed.out + printed.err
