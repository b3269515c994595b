"""The report for everybody: keys work, nothing needs scripts, and the checks themselves find faults."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from tests.report.browser import looks


def test_axe_finds_a_picture_without_words(report, opener):
    opened = opener(report("one"), 1280, 720)
    opened.page.evaluate("document.body.append(Object.assign(document.createElement('img'), {id: 'bad'}))")
    found = Axe().run(opened.page, context="#bad").response["violations"]
    opened.page.context.close()
    assert "image-alt" in {violation["id"] for violation in found}


def test_a_report_reads_the_same_without_scripts(name, report, opener):
    with_scripts = opener(report(name), 1280, 720)
    without = opener(report(name), 1280, 720, java_script_enabled=False)
    # innerText leaves out what is not shown; what the script adds (buttons, the crosshair) is a help only.
    words = [
        "\n".join(line for line in opened.page.inner_text("main").splitlines() if line != "Save as CSV")
        for opened in (with_scripts, without)
    ]
    assert words[0] == words[1]
    assert len(words[0]) > 500
    assert (
        without.page.locator("svg.chart:visible").count()
        == with_scripts.page.locator("svg.chart:visible").count()
    )
    for opened in (with_scripts, without):
        opened.page.context.close()


def test_arrow_keys_read_the_values_of_a_time_chart(name, report, opener):
    opened = opener(report(name), 1280, 720)
    plot = opened.page.locator(".plot[data-series]").first
    plot.focus()
    plot.press("End")
    last = opened.page.locator("#live").inner_text()
    plot.press("ArrowLeft")
    before = opened.page.locator("#live").inner_text()
    table = opened.page.locator("figure details table").first.locator("tbody tr")
    assert last != before
    assert table.nth(-1).locator("th").evaluate("e => e.textContent") in last
    assert table.nth(-2).locator("th").evaluate("e => e.textContent") in before
    opened.page.context.close()


def test_the_checks_see_labels_that_meet_and_labels_outside(report, opener):
    opened = opener(report("one"), 1280, 720)
    assert opened.page.evaluate(looks.MEETING) == []
    opened.page.evaluate(
        """() => {
          const text = document.querySelector("svg.chart text");
          text.parentNode.append(text.cloneNode(true));
          const far = text.parentNode.appendChild(text.cloneNode(true));
          far.setAttribute("x", 5000);
        }"""
    )
    assert len(opened.page.evaluate(looks.MEETING)) == 1
    assert len(opened.page.evaluate(looks.CLIPPED)) == 1
    opened.page.context.close()
