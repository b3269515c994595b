"""
Books with something wrong in them, drawn by a seed: each gives a study without errors, or an error in words.

A small made book is read into a tree, a few of its elements are spoiled, and what is left is given to the
command as a user would. Nothing may be left where the command says that it failed.
"""

import random
import re
from xml.etree import ElementTree

import pytest
from tests.p21 import made

from coprod.api import Study
from coprod.cli.main import main
from coprod.study import read

BOOK = made.book([made.line_item([made.item([made.maker(made.LOTS)])])])

#: What stands where a figure, a month or a year should.
NUMBERS = ("", "0", "-3", "1e9", "1,200", "12.5", "NaN", "inf", "-inf", "1e400", "n/a", "TBD", "twelve", "٣")
MONTHS = ("", "2016-13", "2016-00", "0000-01", "Jan-2017", "Oct 2016", "2199-12", "1901-01", "16-10", "soon")
YEARS = ("", "0", "17", "2016/17", "1066", "9999", "FY2017")
TEXTS = ("", "a/b;c*", "x" * 300, "日本", "=1+1", "..", "line\nbreak", '"quoted"')
UNITS = ("Thousands", "Millions", "Each", "", "Dozens", "Monthly", "Yearly", "billions")

_DATED = {"AwardDate", "FirstDeliveryDate", "Month", "SubmissionDate"}
_YEARLY = {"FiscalYear", "BudgetYear"}
_NAMED = {"Name", "Location", "LineItemNumber", "LineItemTitle", "ServiceAgencyName"}


def _local(element):
    return element.tag.rpartition("}")[2]


def _leaves(root):
    return [element for element in root.iter() if not len(element)]


def missing(dice, root):
    parents = [element for element in root.iter() if len(element)]
    parent = dice.choice(parents)
    parent.remove(dice.choice(list(parent)))


def doubled(dice, root):
    parents = [element for element in root.iter() if len(element)]
    parent = dice.choice(parents)
    parent.append(dice.choice(list(parent)))


def other_text(dice, root):
    leaf = dice.choice(_leaves(root))
    name = _local(leaf)
    of = MONTHS if name in _DATED else YEARS if name in _YEARLY else TEXTS if name in _NAMED else NUMBERS
    leaf.text = dice.choice(of)


def swapped(dice, root):
    """The texts of two elements of one kind change places: months mostly."""
    kind = dice.choice(["Month", "Amount", "FiscalYear", "AwardDate", "Quantity"])
    alike = [leaf for leaf in _leaves(root) if _local(leaf) == kind]
    if len(alike) > 1:
        one, other = dice.sample(alike, 2)
        one.text, other.text = other.text, one.text


def other_unit(dice, root):
    for element in root.iter():
        if _local(element) == "LineItem":
            element.set(
                dice.choice(["quantityUnits", "totalCostUnits", "unitCostUnits", "manufacturerRateUnits"]),
                dice.choice(UNITS),
            )


def no_namespace(dice, root):
    """Elements of another schema version, or of none."""
    version = dice.choice(["", "{urn:another}", "{http://www.dtic.mil/comptroller/xml/schema/20300101}"])
    for element in root.iter():
        element.tag = version + _local(element)


SPOILERS = (missing, doubled, other_text, other_text, swapped, other_unit, no_namespace)


def odd_book(seed):
    """The text of a book with one to six things wrong; one in eight ends in the middle."""
    dice = random.Random(seed)
    root = ElementTree.fromstring(BOOK)
    for _ in range(dice.randint(1, 6)):
        dice.choice(SPOILERS)(dice, root)
    text = ElementTree.tostring(root, encoding="unicode")
    return text[: dice.randrange(len(text))] if dice.random() < 0.125 else text


@pytest.fixture
def call(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        code = main(["import", "p21", "book.xml", "--quiet", *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


# At 171 a minimum rate below zero went into the study.
@pytest.mark.parametrize("seed", [*range(60), 171])
def test_an_odd_book_gives_a_sound_study_or_an_error_in_words(call, tmp_path, seed):
    (tmp_path / "book.xml").write_text(odd_book(seed), encoding="utf-8")
    code, out, err = call("--line-item", "", "--to", "mine")
    assert code in (0, 3, 5), err
    if (tmp_path / "mine").exists():
        tables, problems = read(tmp_path / "mine")
        found = [p for p in Study(tables, problems).check() if p.severity == "error"]
        assert not found
        assert "not said and assumed" in out
        assert (tmp_path / "mine" / "README.md").is_file()
    else:
        assert code != 0
        assert re.search(r"book\.xml|no study can be made", err), err
    assert {path.name for path in tmp_path.iterdir()} <= {"book.xml", "mine"}
    assert "Traceback" not in err
