"""The report on paper, A4 and Letter: whole figures, readable sizes, and the first page says it all."""

from __future__ import annotations

import re

from tests.report.browser import looks


def test_what_only_a_screen_needs_is_gone(printed):
    for part in ("nav", "details", "button", ".marking"):
        assert not [found for found in printed.page.query_selector_all(part) if found.is_visible()]


def test_labels_neither_meet_nor_leave_their_chart(printed):
    assert printed.page.evaluate(looks.MEETING) == []
    assert printed.page.evaluate(looks.CLIPPED) == []


def test_nothing_is_wider_than_the_paper(printed):
    assert printed.page.evaluate(looks.OUTSIDE) == []


def test_chart_text_is_7_5_points_or_more(printed):
    chart, other = printed.page.evaluate(looks.SMALLEST)
    assert chart >= 10.0 - 1e-6  # pixels: 7.5 points
    assert other >= 11.0


def test_the_first_page_holds_the_options_table(printed):
    tables = printed.page.locator("table#options")
    if tables.count():
        box = tables.first.bounding_box()
        assert box["y"] + box["height"] <= printed.height


def test_the_report_prints_on_pages_of_its_paper(printed):
    pdf = printed.page.pdf(format=printed.paper, prefer_css_page_size=False)
    pages = re.findall(rb"/Type /Page\b", pdf)
    assert 2 <= len(pages) <= 40
    assert len(pdf) < 4e6
