"""What books are like, and what is given in their place: missing parts, other schemas, faults, attacks."""

import subprocess
import sys

import pytest
from tests.p21 import made

from coprod.errors import BookError
from coprod.p21.book import LeadTimes
from coprod.p21.books import read_books
from coprod.p21.calendar import parse_month
from coprod.p21.reading import read_book
from coprod.progress import Progress

GOOD = made.book([made.line_item([made.item([made.maker(made.LOTS)])])])


def refused(tmp_path, content, match):
    path = tmp_path / "given.xml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(BookError, match=match) as caught:
        list(read_book(path))
    return str(caught.value)


def test_a_made_book_is_read_whole(tmp_path):
    (line,) = made.read(tmp_path, GOOD).items
    assert (line.number, line.title, line.service, line.year) == ("P1", "Pumps", "Army", 2017)
    assert line.book.label == "PB2017 Army 2035A"
    (item,) = line.items
    assert (item.name, item.end_item, item.exhibit) == ("Pump", "Pumps", "P-5")
    assert item.cost == {
        "Quantity": {"AllPriorYears": 7.0, "BudgetYearOne": 24.0},
        "TotalCost": {"CurrentYear": 6.0, "BudgetYearOne": 12.0},
    }
    (maker,) = item.makers
    assert (maker.minimum, maker.economic, maker.maximum) == (12.0, 24.0, 48.0)
    assert maker.initial == LeadTimes(0.0, 3.0, 10.0, 13.0)
    assert maker.reorder == LeadTimes()
    lots = [(lot.name, lot.quantity, lot.unit_cost) for lot in maker.lots]
    assert lots == [
        ("FY2015", 12, 0.5),
        ("FY2017", 24, 0.5),
    ]
    army, foreign = maker.lots[1].schedules
    assert army.months == ((parse_month("2017-11"), 12.0), (parse_month("2017-12"), 12.0))
    assert foreign.customer == "Foreign Military Sales"


@pytest.mark.parametrize("inner", ["", "http://example.org/schema/2031", made.JB])
def test_other_namespaces_and_schema_versions_read_the_same(tmp_path, inner):
    other = GOOD.replace(made.PROC, inner).replace("022009/jb", "112030/jb")
    assert made.read(tmp_path, other).items[0].items == made.read(tmp_path, GOOD).items[0].items


def test_a_line_item_alone_is_a_book_too(tmp_path):
    alone = GOOD[GOOD.index("<LineItem ") : GOOD.index("</LineItemList>")]
    (line,) = made.read(tmp_path, alone).items
    assert line.items == made.read(tmp_path, GOOD).items[0].items
    assert line.year is None


def test_elements_that_are_missing_are_not_stated_and_nothing_is_invented(tmp_path):
    bare = made.book(
        [made.line_item([made.item([made.maker([made.lot(2017, None, None, None)], "", "")], cost="")])]
    )
    (line,) = made.read(tmp_path, bare).items
    (maker,) = line.items[0].makers
    assert (maker.minimum, maker.economic, maker.maximum, maker.initial) == (None, None, None, LeadTimes())
    (lot,) = maker.lots
    assert (lot.award, lot.first, lot.quantity, lot.schedules, lot.total) == (None, None, None, (), None)
    assert line.remarks == ()


def test_figures_that_cannot_be_read_are_left_out_with_their_place(tmp_path):
    text = GOOD.replace("<Rate185>24<", "<Rate185>about 24<").replace("<Month>2016-02<", "<Month>2016-13<")
    text = text.replace("<FiscalYear>2015<", "<FiscalYear>FY15<").replace(
        "<UnitCost>0.5<", "<UnitCost>1,000.5<", 1
    )
    (line,) = made.read(tmp_path, text).items
    maker = line.items[0].makers[0]
    assert maker.economic is None
    assert maker.lots[0].fiscal_year is None
    assert maker.lots[0].unit_cost == 1000.5
    assert maker.lots[0].schedules[0].delivered == 8.0
    assert [str(remark.place) + ": " + remark.text for remark in line.remarks] == [
        "PB2017 Army 2035A, P1 Pumps, P-5a, Pump, lots, Acme FYFY15: "
        "fiscal year 'FY15' is none of about then; it was left out",
        "PB2017 Army 2035A, P1 Pumps, P-21, Pump, monthly deliveries, Acme FYFY15 Army: "
        "Month '2016-13' is no month; it was left out",
        "PB2017 Army 2035A, P1 Pumps, P-21, Pump, manufacturer, Acme: "
        "Rate185 'about 24' is no number; it was left out",
    ]


@pytest.mark.parametrize(
    ("text", "month"),
    [("2016-10", "2016-10"), ("2016-10-31", "2016-10"), ("Oct 2016", "2016-10"), ("OCT-2016", "2016-10")],
)
def test_months_in_the_forms_exhibits_use(text, month):
    assert parse_month(text) == parse_month(month) is not None


@pytest.mark.parametrize("text", ["", "10/2016", "2016", "2016-00", "TBD", "9999-01", "Foo 2016"])
def test_what_is_no_month(text):
    assert parse_month(text) is None


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (b"%PDF-1.5\n...", "a PDF, no XML; the book's XML is a file of its own, or attached to the PDF"),
        (b"\xef\xbb\xbf  <!DOCTYPE html><html></html>", "an HTML page, no XML; give the book's XML itself"),
        (b"<HTML><body/></HTML>", "an HTML page"),
        (b"PK\x03\x04rest", "a zip archive or an Office file"),
        (b"\x1f\x8brest", "a gzip archive"),
        (b"", "an empty file"),
        (b"item,quantity\n", "no XML .it does not begin with '<'.; needs a book's XML"),
        (b"<note><to>x</to></note>", "XML without a LineItem"),
    ],
)
def test_another_kind_of_file_is_named_and_what_to_give_in_its_place(tmp_path, content, match):
    refused(tmp_path, content, match)


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;">]>'
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "{}">]>'


@pytest.mark.parametrize("kind", ["expansion", "external", "document type"])
def test_hostile_xml_is_refused_unread(tmp_path, kind):
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret", encoding="utf-8")
    head = {
        "expansion": BOMB,
        "external": OUTSIDE.format(secret.as_uri()),
        "document type": '<!DOCTYPE x SYSTEM "http://192.0.2.1/x.dtd">',
    }[kind]
    maker = made.maker(made.LOTS, name="&a;")
    hostile = made.book([made.line_item([made.item([maker])])], head=head)
    said = refused(tmp_path, hostile, "a document type, an entity or an external reference; a book has none")
    assert "secret" not in said.removeprefix(str(tmp_path))


def test_a_book_cut_off_gives_the_line_items_before_the_fault(tmp_path):
    items = [made.line_item([made.item([made.maker(made.LOTS)])], number=f"P{n}") for n in range(3)]
    text = made.book(items)
    path = tmp_path / "cut.xml"
    path.write_text(text[: text.rindex("<HistoryPlanning>")], encoding="utf-8")
    books = read_books([path])
    assert [line.number for line in books.items] == ["P0", "P1"]
    assert (
        "XML that is not well formed (no element found); 2 line items before it were read" in books.faults[0]
    )
    assert "cut.xml, line 1, column" in books.faults[0]


def test_nesting_without_end_is_refused(tmp_path):
    refused(tmp_path, "<LineItem>" + "<a>" * 200, "elements nested more than 100 deep")


def test_one_bad_book_does_not_stop_the_others_but_nothing_at_all_is_an_error(tmp_path):
    (tmp_path / "bad.xml").write_bytes(b"%PDF-1.5")
    (tmp_path / "good.xml").write_text(GOOD, encoding="utf-8")
    books = read_books([tmp_path / "bad.xml", tmp_path / "good.xml"])
    assert (len(books.items), len(books.faults)) == (1, 1)
    with pytest.raises(BookError, match="a PDF"):
        read_books([tmp_path / "bad.xml"])


class Told(Progress):
    def __init__(self):
        self.steps = []

    def step(self, done, total=None):
        self.steps.append((done, total))


@pytest.mark.slow
def test_a_book_of_fifty_megabytes_is_streamed(tmp_path):
    """The published books are 1 to 3 MB; memory stays that of one line item, whatever the file's size."""
    path = tmp_path / "large.xml"
    one = made.line_item([made.item([made.maker(made.LOTS)], name=f"Pump {n}") for n in range(100)])
    head, tail = made.book(["<here/>"]).split("<here/>")
    with path.open("w", encoding="utf-8") as file:
        file.write(head)
        for _ in range(50_000_000 // len(one) + 1):
            file.write(one)
        file.write(tail)
    assert path.stat().st_size > 50_000_000
    # In a process of its own: what the tests before have taken would hide what the book takes.
    code = (
        "import resource, sys\n"
        "from coprod.p21.reading import read_book\n"
        "import defusedxml.ElementTree\n"
        "most = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "before = most()\n"
        "count = sum(len(line.items) for line in read_book(sys.argv[1]))\n"
        "print(count, most() - before)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True)
    count, grown = map(int, done.stdout.split())
    assert count == 100 * (50_000_000 // len(one) + 1)
    assert grown < 20_000 * (1024 if sys.platform == "darwin" else 1)  # kilobytes on Linux, bytes on macOS


def test_progress_counts_the_bytes_read(tmp_path):
    path = tmp_path / "book.xml"
    path.write_text(GOOD, encoding="utf-8")
    told = Told()
    list(read_book(path, progress=told))
    assert told.steps[-1] == (path.stat().st_size, path.stat().st_size)


def test_modifications_have_no_rates_or_lots_to_plan_with_and_are_not_read(tmp_path):
    kit = made.item([made.maker([], rates="")], name="Kit").replace("CostElement>", "ModificationItem>")
    books = made.read(tmp_path, made.book([made.line_item([kit, made.item([made.maker(made.LOTS)])])]))
    assert [line.item.name for line in books.lines] == ["Pump"]
    assert [item.name for item in books.items[0].items] == ["Pump"]


def test_a_rate_below_zero_is_left_out_with_a_remark(tmp_path):
    rates = made.RATES.replace(">12<", ">-3<")
    line = made.one(tmp_path, rates=rates)
    assert (line.maker.minimum, line.maker.economic, line.maker.maximum) == (None, 24, 48)
    assert [remark.text for remark in line.line.remarks] == [
        "MinimumSustainingRate -3 is below zero; it was left out"
    ]


def test_a_book_without_makers_is_named_whatever_is_asked_for(tmp_path):
    books = made.read(tmp_path, made.book([made.line_item([made.item([])])]))
    with pytest.raises(BookError, match=r"book-0\.xml: none of 1 line items has makers"):
        books.study(["Pump"])
