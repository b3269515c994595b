"""The page: one run folder in, one HTML file out that needs no network."""

from __future__ import annotations

import base64
import re
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2
from markupsafe import Markup

from coprod.report.chapters.answer import answers
from coprod.report.chapters.asked import asked
from coprod.report.chapters.decision import decision
from coprod.report.chapters.doubts import doubts
from coprod.report.chapters.keys import keys, partner_names
from coprod.report.charts.render import draw_for_page, dress, warm_up
from coprod.report.content import content
from coprod.report.formats import NB
from coprod.report.material import Material
from coprod.report.palette import DARK, LIGHT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from coprod.report.parts import Drawing, Figure

__all__ = ["page", "write_report"]

_FONTS = [("Report Sans", weight, f"source-sans-3-latin-{weight}-normal.woff2") for weight in (400, 600, 700)]
_FONTS += [("Report Serif", 600, "source-serif-4-latin-600-normal.woff2")]


def write_report(run_folder: Path | str, *, language: str | None = None, option: str | None = None) -> Path:
    """
    Write ``report.html`` into a run folder.

    Parameters
    ----------
    run_folder
        A run; only its tables, its study and its manifest are read.
    language
        ``en`` or ``ja``; the study's own by default.
    option
        The option the report is about; the study's option under discussion by default.

    Returns
    -------
    Path
        Of the report.

    Raises
    ------
    RunFolderError
        If the folder is no run, or has no such option.
    """
    folder = Path(run_folder)
    text = page(Material(folder, language=language, option=option))
    target, aside = folder / "report.html", folder / "report.html.partial"
    aside.write_text(text, encoding="utf-8")
    return aside.replace(target)


def page(material: Material) -> str:
    """Return the page of one run."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        pool.submit(warm_up)
        return _page(material, pool)


def _page(material: Material, pool: ThreadPoolExecutor) -> str:
    found = content(material)
    settings = material.study.settings
    marking = str(settings["marking"])
    context = {
        "language": material.text.language,
        "word": material.text.word,
        "title": material.text.word("page.title").format(title=settings["title"]),
        "kicker": _kicker(material),
        "marking": marking,
        "doubts": doubts(material),
        "answers": answers(material),
        "decision": decision(material),
        "keys": keys(material),
        "hero": found.hero,
        "glance": found.glance,
        "chapters": found.chapters,
        "bodies": found.bodies,
        "asked": asked(material, found.chapters),
        "colophon": _colophon(material),
        "drawn": _drawn(pool, list(_drawings(found.figures))),
        "light": Markup(_variables(LIGHT)),  # our own colours
        "dark": Markup(_variables(DARK)),
        "css": Markup(_own("style.css")),  # our own style sheet
        "css_marking": _css_text(marking),
        "css_footer": _css_text(f"{settings['title']}, {material.formats.day(material.today)}"),
        "js": Markup(_own("script.js")),  # our own script
        "fonts": _fonts(),
    }
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(str(files("coprod.report").joinpath("templates"))),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["breakable"] = _breakable
    return environment.get_template("report.html.j2").render(context)


def _drawings(figures: Sequence[Figure]) -> Iterable[Drawing]:
    for figure in figures:
        yield from figure.drawings
        yield from (panel.drawing for panel in figure.panels)


def _drawn(pool: ThreadPoolExecutor, drawings: Sequence[Drawing]) -> dict[str, list[tuple[str, Markup]]]:
    """Return every drawing's forms: w is shown on wide screens and paper, n on phones, b on both."""
    forms = [
        (drawing, kind, spec)
        for drawing in drawings
        for kind, spec in (("w", drawing.wide), ("n" if drawing.wide else "b", drawing.narrow))
        if spec is not None
    ]
    found: dict[str, list[tuple[str, Markup]]] = {}
    svgs = pool.map(draw_for_page, [spec for _, _, spec in forms])
    for (drawing, kind, spec), svg in zip(forms, svgs, strict=True):
        left, top = spec["padding"]["left"], spec["padding"]["top"]
        box = (left, left + spec["width"], top, top + spec["height"]) if drawing.series else None
        found.setdefault(drawing.name, []).append((kind, dress(svg, drawing.alt, box)))
    return found


def _kicker(material: Material) -> str:
    text, settings = material.text, material.study.settings
    parties = partner_names(material) if material.run.manifest.get("partner") else ""
    return text.say(
        "page.kicker",
        title=str(settings["title"]),
        parties=text.word("page.parties").format(names=parties) if parties else "",
        date=material.formats.day(material.today),
        currency=str(settings["base_currency"]),
        year=material.prices,
    )


def _colophon(material: Material) -> list[str]:
    """Return versions, solver, gap and input hash."""
    text, manifest = material.text, material.run.manifest
    environment = manifest.get("environment", {})
    packages = dict(environment.get("packages", {}))
    version = packages.pop("coprod", "")
    solver = material.discussed.about.get("solver", {})
    gap = material.discussed.about.get("gap")
    lines = [
        text.word("colophon.line").format(
            version=version,
            python=environment.get("python", ""),
            packages=", ".join(f"{name} {number}" for name, number in packages.items()),
        ),
        text.word("colophon.solver").format(
            solver=f"{solver.get('name', '')} {solver.get('version', '')}".strip(),
            letter=material.discussed.letter,
            status=material.discussed.status,
            gap="–" if gap is None or gap != gap else f"{gap:.2g}",
        ),
        text.word("colophon.hash").format(
            hash=manifest.get("input_hash", ""), started=manifest.get("started", "")
        ),
        text.word("colophon.fonts"),
    ]
    return [line.replace(" , ", " ") for line in lines]


def _variables(tokens: dict[str, str]) -> str:
    return ";".join(f"--{token}:{code}" for token, code in tokens.items())


def _breakable(text: str) -> str:
    """Return a text that may wrap between a number and its unit: narrow columns have no room for both."""
    return text.replace(NB, " ")


def _css_text(text: str) -> Markup:
    """Return a text as a CSS string that can end neither the string nor the style element."""
    safe = re.sub(r"[^\w ,.:;()/+-]", lambda m: f"\\{ord(m[0]):x} ", text)
    return Markup(f'"{safe}"')  # everything but plain letters and signs is a code


def _own(name: str) -> str:
    return files("coprod.report").joinpath(name).read_text(encoding="utf-8")


def _fonts() -> list[tuple[str, int, str]]:
    folder = files("coprod.report").joinpath("fonts")
    return [
        (name, weight, base64.b64encode(folder.joinpath(file).read_bytes()).decode("ascii"))
        for name, weight, file in _FONTS
    ]
