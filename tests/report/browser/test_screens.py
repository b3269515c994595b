"""The report on screens of every width, light and dark: nothing asked for, clipped, crossed or too small."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from tests.report.browser import looks


def test_the_page_has_no_error_and_asks_for_nothing(opened):
    assert opened.said == []
    assert [url for url in opened.asked[1:] if not url.startswith("data:")] == []


def test_the_page_does_not_scroll_sideways(opened):
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= opened.width
    assert opened.page.evaluate(looks.OUTSIDE) == []


def test_no_two_labels_of_a_chart_meet(opened):
    assert opened.page.evaluate(looks.MEETING) == []


def test_no_label_reaches_out_of_its_chart(opened):
    assert opened.page.evaluate(looks.CLIPPED) == []


def test_no_text_is_too_small_to_read(opened):
    chart, other = opened.page.evaluate(looks.SMALLEST)
    # The smallest phones show a drawing of 350 px at 288 or so.
    assert chart >= (10 if opened.width < 360 else 12)
    assert other >= 12.5


def test_every_chart_has_its_words_and_its_table(opened):
    figures = opened.page.query_selector_all("figure")
    assert figures
    for figure in figures:
        charts = figure.query_selector_all("svg.chart")
        assert charts
        assert all(chart.get_attribute("role") == "img" for chart in charts)
        assert all(len(chart.get_attribute("aria-label")) > 30 for chart in charts)
        assert len(figure.query_selector_all("details table tbody tr")) > 0


def test_axe_finds_no_violation(opened):
    results = Axe().run(opened.page).response["violations"]
    assert [(found["id"], [node["html"][:120] for node in found["nodes"]][:3]) for found in results] == []
