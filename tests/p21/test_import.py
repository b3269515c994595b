"""The command: one study, whole books, what is refused, and the page that shows it."""

import csv

import pytest
from tests.p21 import made

import coprod
from coprod.cli.main import main
from coprod.study import read
from docs import make_books

ITEMS = [
    made.line_item([made.item([made.maker(made.LOTS)], name="Pump")]),
    made.line_item([made.item([made.maker([])], name="Valve")], number="V1", title="Valves"),
]


@pytest.fixture
def call(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "book.xml").write_text(made.book(ITEMS), encoding="utf-8")
    (tmp_path / "older.xml").write_text(made.book(ITEMS, year=2016), encoding="utf-8")
    (tmp_path / "book.pdf").write_bytes(b"%PDF-1.5")

    def run(*arguments):
        code = main(["import", "p21", *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_without_a_place_the_items_are_listed(call):
    code, out, _ = call("book.xml")
    assert code == 0
    assert "2 items of 2 line items" in out
    assert "no contract lots" in out


def test_one_study_is_written_with_its_readme_and_says_what_next(call, tmp_path):
    code, out, _ = call("book.xml", "--line-item", "p1", "--to", "mine")
    assert (code, out.splitlines()[-1]) == (0, "Next: coprod check mine")
    assert "1 item, 2 lots; not said and assumed: 2; contradictions: 0; left out: 0" in out
    assert read(tmp_path / "mine")[1] == []
    assert "## What the book does not say" in (tmp_path / "mine" / "README.md").read_text(encoding="utf-8")
    code, _, _ = call("book.xml", "--line-item", "pump", "--to", "mine.xlsx")
    assert code == 0
    assert read(tmp_path / "mine.xlsx")[0]["items"].equals(read(tmp_path / "mine")[0]["items"])
    assert (tmp_path / "mine-README.md").is_file()


def test_whole_books_give_studies_tables_a_workbook_and_charts(call, tmp_path):
    code, out, err = call("book.xml", "older.xml", "--all", "--to", "out")
    assert (code, err) == (0, "")
    assert "4 line items, 4 items with makers: 2 studies, 2 without" in out
    names = {path.name for path in (tmp_path / "out").iterdir()}
    tables = {"surge.csv", "restated-lots.csv", "restated-budgets.csv", "findings.csv", "books.xlsx"}
    assert names == tables | {"surge.svg", "restated.svg", "pb2017-p1-pump", "pb2016-p1-pump"}
    with (tmp_path / "out" / "surge.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    none = "none: no contract lots"
    assert [row["study"] for row in rows] == ["pb2017-p1-pump", none, "pb2016-p1-pump", none]
    for row in rows:
        if not row["study"].startswith("none"):
            tables, problems = read(tmp_path / "out" / row["study"])
            assert problems == []
            assert len(tables["items"]) == 1


def test_the_workbook_holds_the_tables_as_written(call, tmp_path):
    from openpyxl import load_workbook

    call("book.xml", "older.xml", "--all", "--to", "out")
    book = load_workbook(tmp_path / "out" / "books.xlsx")
    assert book.sheetnames == ["surge", "restated-lots", "restated-budgets", "findings"]
    head, first = list(book["surge"].iter_rows(values_only=True))[:2]
    row = dict(zip(head, first, strict=True))
    assert (row["item"], row["maximum_per_year"], row["plan_fits"]) == ("Pump", 48, "yes")


def test_a_book_that_cannot_be_read_does_not_stop_the_others_and_is_told(call, tmp_path):
    code, out, err = call("book.pdf", "book.xml", "--all", "--to", "out")
    assert code == 5
    assert "2 line items" in out
    assert err.startswith("not read: book.pdf: a PDF, no XML")
    assert (tmp_path / "out" / "surge.csv").is_file()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["book.xml", "--all"], 2, "--all needs --to, the folder to write"),
        (["book.xml", "--to", "x"], 2, "--to needs --line-item (which items), or --all"),
        (["missing.xml"], 2, "'missing.xml' does not exist"),
        (["book.pdf"], 5, "a PDF, no XML"),
        (["book.xml", "--line-item", "Pumpe"], 5, "none of 2 with makers. Did you mean P1 (Pumps)?"),
        (["book.xml", "--line-item", "V1", "--to", "x"], 5, "no study can be made of what was asked for"),
        (["book.xml", "older.xml", "--line-item", "P1", "--to", "x"], 5, "budget years 2016, 2017"),
    ],
)
def test_what_is_refused_says_why_and_writes_nothing(call, tmp_path, arguments, code, said):
    before = set(tmp_path.iterdir())
    found, _, err = call(*arguments)
    assert (found, said in err) == (code, True), err
    assert set(tmp_path.iterdir()) == before


def test_a_place_that_is_taken_is_never_written_over(call, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "letter.txt").write_text("mine", encoding="utf-8")
    assert call("book.xml", "--all", "--to", "out")[0] == 1
    assert call("book.xml", "--line-item", "P1", "--to", "out")[0] == 1
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["letter.txt"]


def test_one_item_that_fails_does_not_stop_the_rest(call, tmp_path, monkeypatch):
    from coprod.errors import BookError
    from coprod.p21 import tables

    make = tables.study_of

    def failing(lines):
        if lines[0].line.year == 2016:
            message = "cannot be made"
            raise BookError(message)
        return make(lines)

    monkeypatch.setattr(tables, "study_of", failing)
    code, out, _ = call("older.xml", "book.xml", "--all", "--to", "out")
    assert (code, "1 studies, 3 without" in out) == (0, True)
    assert "none: cannot be made" in (tmp_path / "out" / "surge.csv").read_text(encoding="utf-8")


def test_the_same_from_python(call, tmp_path):
    del call  # for the book it writes
    books = coprod.read_p21(tmp_path / "book.xml")
    made_of = books.study(["Pumps"])
    plan = coprod.Study(made_of.tables).plan("base")
    assert (len(books.items), plan.check_result) == (2, "check passed")
    assert made_of.assumptions[0].missing == "how many of the units delivered before are still in stock"


@pytest.mark.slow
def test_the_page_on_budget_books_shows_what_the_commands_print(shared_data):
    del shared_data  # the page's books
    page = make_books.PAGE.read_text(encoding="utf-8")
    written, pictures = make_books.with_outputs(page)
    assert written == page, "run: python docs/make_books.py, and read the change"
    for name, content in pictures.items():
        assert content == (make_books.PAGE.parent / name).read_bytes(), name
