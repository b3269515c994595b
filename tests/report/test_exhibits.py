"""Charts as files: each stands alone, says what it is, and holds no colour or font of the page only."""

from __future__ import annotations

import re
import struct

import pytest
from defusedxml import ElementTree
from tests.report.made_study import made_study

from coprod.report import write_exhibits
from coprod.report.content import content
from coprod.report.exhibits import exhibit
from coprod.report.material import Material
from coprod.run import run_study

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The made-up study, base only, one item: the fewest charts."""
    return run_study(made_study(options=1, items=1), tmp_path_factory.mktemp("exhibits") / "run")


@pytest.fixture(scope="module")
def files(run):
    (run.path / "charts").mkdir()
    (run.path / "charts" / "99-old.svg").write_text("of the run before")
    return write_exhibits(run.path)


def test_every_drawing_of_the_page_is_a_pair_of_files_and_nothing_else_is_there(run, files):
    figures = content(Material(run.path)).figures
    names = [
        f"{figure.number:02d}-{drawing.name}"
        for figure in figures
        for drawing in (*figure.drawings, *(panel.drawing for panel in figure.panels))
    ]
    assert len(names) >= 4
    assert [path.name for path in files] == [f"{name}.{kind}" for name in names for kind in ("svg", "png")]
    assert sorted((run.path / "charts").iterdir()) == sorted(files)


def test_an_svg_stands_alone_with_title_marking_and_plain_colours(files):
    for path in files[::2]:
        text = path.read_text(encoding="utf-8")
        root = ElementTree.fromstring(text)
        assert "var(" not in text
        assert "Report Sans" not in text
        assert root.find(f"{SVG}title").text
        assert root.find(f"{SVG}desc").text
        words = " ".join(element.text or "" for element in root.iter(f"{SVG}text"))
        assert "Invented data" in words
        assert root.find(f"{SVG}title").text.split()[0] in words


def test_a_png_is_twice_the_size_of_its_svg(files):
    for svg, png in zip(files[::2], files[1::2], strict=True):
        root = ElementTree.fromstring(svg.read_text(encoding="utf-8"))
        width, height = struct.unpack(">II", png.read_bytes()[16:24])  # of the header chunk
        assert (width, height) == (2 * int(root.get("width")), 2 * int(root.get("height")))


def test_long_titles_wrap_inside_the_drawing_and_keep_number_and_unit_together(run):
    figure = content(Material(run.path)).figures[0]
    svg = exhibit(figure, figure.drawings[0], "a title of ninety-seven\u00a0% and more words " * 6, "source")
    lines = [
        element.text
        for element in ElementTree.fromstring(svg).iter(f"{SVG}text")
        if element.get("font-size") == "18"
    ]
    assert len(lines) > 1
    assert not [line for line in lines if re.match(r"%", line)]
