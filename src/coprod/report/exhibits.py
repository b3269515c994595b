"""Charts as files for slides and letters: each drawing with its title, key and marking, as SVG and PNG."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from coprod.report.charts.metrics import text_width
from coprod.report.charts.render import draw_for_page, picture
from coprod.report.content import content
from coprod.report.material import Material
from coprod.report.palette import LIGHT
from coprod.report.parts import plain
from coprod.study.place import written_aside

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from coprod.report.parts import Drawing, Figure

__all__ = ["FOLDER", "exhibit", "write_exhibits"]

FOLDER = "charts"
#: The font the renderer knows, and what another program is asked for: the alias exists nowhere else.
_ALIAS, _FAMILY = "Report Sans", "Source Sans 3, Source Sans Pro, Segoe UI, Noto Sans JP, Arial, sans-serif"
_MARGIN, _TITLE, _SMALL = 16.0, 18.0, 13.0
#: Letters between which a line may break: kana, kanji and full-width signs.
_ANYWHERE = r"\u3000-\u9fff\uff00-\uffef"
#: Pixels of a PNG per pixel of the page: sharp on a slide.
_SCALE = 2.0


def write_exhibits(
    run_folder: Path | str, *, language: str | None = None, option: str | None = None
) -> list[Path]:
    """
    Write every chart of the report as ``charts/NN-name.svg`` and ``.png``; NN is the figure's number.

    What was in the folder ``charts`` before is replaced.

    Parameters
    ----------
    run_folder, language, option
        As in `coprod.report.write_report`.

    Returns
    -------
    list of Path
        The files, in the order of the page.

    Raises
    ------
    RunFolderError
        If the folder is no run, or has no such option.
    """
    material = Material(Path(run_folder), language=language, option=option)
    marking = str(material.study.settings["marking"])
    source = f"{material.study.settings['title']}, {material.formats.day(material.today)}"
    foot = ". ".join(text for text in (source, marking) if text)
    target = Path(run_folder) / FOLDER
    names: list[str] = []
    with written_aside(target) as aside:
        aside.mkdir()
        for figure in content(material).figures:
            for heading, drawing in _drawings(figure):
                svg = exhibit(figure, drawing, heading, foot)
                name = f"{figure.number:02d}-{drawing.name}"
                (aside / f"{name}.svg").write_text(svg.replace(_ALIAS, _FAMILY), encoding="utf-8")
                (aside / f"{name}.png").write_bytes(picture(svg, _SCALE))
                names += [f"{name}.svg", f"{name}.png"]
    return [target / name for name in names]


def _drawings(figure: Figure) -> Iterator[tuple[str, Drawing]]:
    yield from (("", drawing) for drawing in figure.drawings)
    yield from ((plain(panel.title), panel.drawing) for panel in figure.panels)


def exhibit(figure: Figure, drawing: Drawing, heading: str, foot: str) -> str:
    """
    Return one drawing as an SVG that stands alone: plain colours, title above, key, and source below.

    Parameters
    ----------
    figure
        Gives title, subtitle and key.
    drawing
        Drawn wide where it has a wide form.
    heading
        Of a panel among others, in place of the title; "" where the figure is one drawing.
    foot
        Source and marking.
    """
    spec = drawing.wide if drawing.wide is not None else drawing.narrow
    pad = spec["padding"]
    width = spec["width"] + pad["left"] + pad["right"]
    height = spec["height"] + pad["top"] + pad["bottom"]
    rows: list[str] = []
    y = _MARGIN
    title = heading or _plain(figure.title)
    for text, size, weight, token in (
        (title, _TITLE, 600, "ink"),
        (_plain(figure.subtitle), _SMALL, 400, "ink2"),
    ):
        for line in _lines(text, width, size, weight):
            y += size * 1.3
            rows.append(_text(line, _MARGIN, y - size * 0.3, size, weight, token))
    y, keys = _key(figure.key, y, width)
    rows += keys
    top = y + 8
    rows.append(f'<g transform="translate({_MARGIN:g},{top:.1f})">{_body(draw_for_page(spec))}</g>')
    y = top + height + 4
    for line in _lines(foot, width, _SMALL - 1, 400):
        y += _SMALL * 1.3
        rows.append(_text(line, _MARGIN, y - 4, _SMALL - 1, 400, "ink2"))
    whole = (width + 2 * _MARGIN, y + _MARGIN)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{whole[0]:.0f}" height="{whole[1]:.0f}" '
        f'viewBox="0 0 {whole[0]:.0f} {whole[1]:.0f}" font-family="{_ALIAS}">'
    )
    ground = f'<rect width="100%" height="100%" fill="{LIGHT["paper"]}"/>'
    about = f"<title>{escape(title)}</title><desc>{escape(drawing.alt)}</desc>"
    return f"{head}{about}{ground}{''.join(rows)}</svg>\n"


def _plain(text: str) -> str:
    return Markup(plain(text)).unescape()


def _body(svg: str) -> str:
    """Return a drawing without its outer element; halos go behind their letters without a style sheet."""
    inner = svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")]
    return re.sub(r"<text (?=[^>]*\bstroke=)", '<text paint-order="stroke" stroke-linejoin="round" ', inner)


def _key(key: Sequence[tuple[str, str]], y: float, width: float) -> tuple[float, list[str]]:
    """Return where the key ends, and its rows of colours with their names."""
    rows: list[str] = []
    x = _MARGIN
    if key:
        y += 24
    for token, name in key:
        wide = 19 + text_width(name, _SMALL) + 18
        if x > _MARGIN and x + wide > _MARGIN + width:
            x, y = _MARGIN, y + 20
        edge = f'stroke="{LIGHT["line"]}"'
        rows.append(
            f'<rect x="{x:.1f}" y="{y - 11:.1f}" width="13" height="13" fill="{LIGHT[token]}" {edge}/>'
        )
        rows.append(_text(name, x + 19, y, _SMALL, 400, "ink"))
        x += wide
    return y, rows


def _text(text: str, x: float, y: float, size: float, weight: int, token: str) -> str:
    look = f'font-size="{size:g}" font-weight="{weight}" fill="{LIGHT[token]}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {look}>{escape(text)}</text>'


def _lines(text: str, width: float, size: float, weight: int) -> list[str]:
    """Return a text in lines that fit; a text without spaces may break at any letter."""
    lines: list[str] = []
    pieces = re.findall(rf"[^ {_ANYWHERE}]+ *| +|[{_ANYWHERE}]", text)  # a no-break space is no space here
    for piece in pieces:
        if lines and text_width((lines[-1] + piece).rstrip(), size, weight) <= width:
            lines[-1] += piece
        else:
            lines.append(piece)
    return [line.strip() for line in lines if line.strip()]
