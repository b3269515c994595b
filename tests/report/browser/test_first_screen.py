"""The first screen of a laptop holds the answer, the decision, figure 1 and the key numbers."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("part", [".said h1", ".decide", ".figures figure:first-child svg.chart", ".keys"])
def test_the_first_screen_shows(name, report, opener, part):
    opened = opener(report(name), 1280, 720)
    box = next(found for found in opened.page.locator(part).all() if found.is_visible()).bounding_box()
    opened.page.context.close()
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 720
