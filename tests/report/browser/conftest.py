"""A browser, and reports opened in it: at each width, light and dark, on paper, and without scripts."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from tests.report.made_study import made_study

from coprod.report import write_report
from coprod.run import run_study
from coprod.study import read

if TYPE_CHECKING:
    from pathlib import Path

#: Width, height and theme of each screen a report is opened at; a phone's and a laptop's in the dark too.
SCREENS = [
    (320, 640, "light"),
    (390, 844, "light"),
    (390, 844, "dark"),
    (900, 1100, "light"),
    (1280, 720, "light"),
    (1280, 720, "dark"),
]
REPORTS = ["hello", "one", "made", pytest.param("air-defence", marks=pytest.mark.slow)]
#: The fullest report is opened on every screen, the others where their own widths and words could matter.
LOOKS = [("made", screen) for screen in SCREENS]
LOOKS += [("hello", SCREENS[0]), ("hello", SCREENS[3]), ("one", SCREENS[2]), ("one", SCREENS[4])]
LOOKS += [("japanese", SCREENS[0]), ("japanese", SCREENS[4])]
SLOW_LOOKS = [("air-defence", SCREENS[0]), ("air-defence", SCREENS[2]), ("air-defence", SCREENS[4])]
SLOW_LOOKS += [("explained", SCREENS[0]), ("explained", SCREENS[4])]
PAPERS = {"A4": (688, 998), "Letter": (710, 932)}
PRINTS = [("made", "A4"), ("made", "Letter"), ("hello", "A4"), ("one", "Letter"), ("japanese", "A4")]


def _params(looks, slow):
    """Return a fixture's parameters: each is one page, opened once for all tests of a file."""
    marked = [*((look, ()) for look in looks), *((look, pytest.mark.slow) for look in slow)]
    return [pytest.param(look, marks=marks, id=_named(*look)) for look, marks in marked]


def _named(name, how):
    return f"{name}-{how}" if isinstance(how, str) else f"{name}-{how[0]}-{how[2]}"


#: Nothing but the page is asked for: the browser itself shall not call home, nor need a display or a GPU.
_QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def browser():
    """Chromium of the system; a machine without it skips these tests, .ci/run installs it."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("no Chromium: install the package chromium, or set CHROMIUM to its path")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=_QUIET)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def report(tmp_path_factory, repository_root):
    """Give the report of a study, made once: its path by the study's name."""
    folder = tmp_path_factory.mktemp("reports")
    studies = {
        "hello": lambda: read(repository_root / "examples" / "hello")[0],
        "one": lambda: made_study(items=1, options=1, settings={"marking": ""}),
        "made": lambda: made_study(settings={"annex": "usc10-222d"}),
        "japanese": lambda: made_study(settings={"language": "ja", "annex": "usc10-222d"}),
        "explained": lambda: read(repository_root / "examples" / "hello")[0],
        "air-defence": lambda: read(repository_root / "examples" / "us-japan-air-defence")[0],
    }
    made: dict[str, Path] = {}

    def of(name: str) -> Path:
        if name not in made:
            run = run_study(studies[name](), folder / name, explained=name == "explained")
            made[name] = write_report(run.path)
        return made[name]

    return of


@dataclass
class Opened:
    """A page, and what it said and asked for while it was opened."""

    page: object
    width: int
    height: int
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def opener(browser):
    """Open a file: its page with a list of every error and request."""

    def opened(path: Path, width: int, height: int, **more) -> Opened:
        context = browser.new_context(viewport={"width": width, "height": height}, **more)
        found = Opened(context.new_page(), width, height)
        found.page.on("pageerror", lambda error: found.said.append(str(error)))
        found.page.on("console", lambda line: found.said.append(f"{line.type}: {line.text}"))
        found.page.on("request", lambda request: found.asked.append(request.url))
        found.page.goto(path.as_uri())
        found.page.evaluate("document.fonts.ready.then(() => true)")
        return found

    return opened


@pytest.fixture(scope="module", params=REPORTS)
def name(request):
    """The study whose report is looked at."""
    return request.param


@pytest.fixture(scope="module", params=_params(LOOKS, SLOW_LOOKS))
def opened(request, report, opener):
    """A study's report on a screen."""
    name, (width, height, theme) = request.param
    found = opener(report(name), width, height, color_scheme=theme)
    yield found
    found.page.context.close()


@pytest.fixture(scope="module", params=_params(PRINTS, [("air-defence", "A4")]))
def printed(request, report, opener):
    """A study's report as it lies on paper: the page's inside in CSS pixels (96 an inch)."""
    name, paper = request.param
    width, height = PAPERS[paper]
    found = opener(report(name), width, height)
    found.page.emulate_media(media="print")
    found.paper = paper
    yield found
    found.page.context.close()
