"""
Draws specifications, and dresses the drawings for the page.

On the page colours are CSS variables, so that the reader's dark setting reaches the charts, fonts and size
come from the style sheet, and coordinates have one decimal (a third of the bytes).

Texts are written here and not by the renderer: it takes 25 ms to measure each (vl-convert 1.9), 0.5 s a
chart, and ours have their place already. A test holds both ways of drawing against each other.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from coprod.report.palette import LIGHT

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["draw", "draw_for_page", "dress", "picture", "warm_up"]

_LONG = re.compile(r"-?\d+\.\d{2,}")
_DROP = re.compile(
    r' font-family="[^"]*"| xmlns(:xlink)?="[^"]*"| version="1\.1"| class="[^"]*"| aria-hidden="true"'
    r'| pointer-events="none"| role="graphics-symbol"| aria-roledescription="[^"]*"'
)
_BACKGROUND = re.compile(r'<path d="M0,0h[\d.]+v[\d.]+h-[\d.]+Z"\s*/?>(</path>)?')


@cache
def _register_fonts() -> None:
    """Let the renderer measure text in the font the page embeds; in another one labels would collide."""
    import vl_convert

    vl_convert.register_font_directory(str(Path(str(files("coprod.report").joinpath("fonts")))))


def draw(spec: Mapping[str, Any]) -> str:
    """Return a specification drawn as SVG, with plain colours, as an export takes it."""
    import vl_convert

    _register_fonts()
    return str(vl_convert.vegalite_to_svg(dict(spec)))


def picture(svg: str, scale: float) -> bytes:
    """Return an SVG as PNG, `scale` pixels to each of its own."""
    import vl_convert

    _register_fonts()
    return bytes(vl_convert.svg_to_png(svg, scale=scale))


def warm_up() -> None:
    """Start the renderer, which takes two seconds, so that the page's texts can be made meanwhile."""
    draw({"data": {"values": [{}]}, "mark": "point"})


def draw_for_page(spec: Mapping[str, Any]) -> str:
    """Return a specification of a `Frame` drawn as SVG, its texts written at the places it gives them."""
    texts = [layer for layer in spec["layer"] if layer["mark"]["type"] == "text"]
    rest = [layer for layer in spec["layer"] if layer["mark"]["type"] != "text"]
    svg = draw({**spec, "layer": rest})
    end = svg.rindex("</svg>")
    left, top = spec["padding"]["left"], spec["padding"]["top"]
    written = "".join(_written(spec, layer) for layer in texts)
    return f'{svg[:end]}<g transform="translate({left},{top})">{written}</g></svg>'


def _written(spec: Mapping[str, Any], layer: Mapping[str, Any]) -> str:
    """Return a text layer as SVG: linear scales, middle baseline at 0.3 of the size, as Vega puts it."""
    mark, row = layer["mark"], layer["data"]["values"][0]
    (x0, x1), (y0, y1) = (spec["layer"][0]["encoding"][name]["scale"]["domain"] for name in ("x", "y"))
    x = (row["x"] - x0) / (x1 - x0) * spec["width"]
    y = (y1 - row["y"]) / (y1 - y0) * spec["height"] + 0.3 * mark["fontSize"]
    anchor = {"left": "start", "center": "middle", "right": "end"}[mark["align"]]
    look = f'font-size="{mark["fontSize"]}" fill="{mark["color"]}"'
    if mark["fontWeight"] != 400:
        look += f' font-weight="{mark["fontWeight"]}"'
    if "stroke" in mark:
        look += f' stroke="{mark["stroke"]}" stroke-width="{mark["strokeWidth"]}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {look}>{escape(row["t"])}</text>'


def dress(svg: str, alt: str, box: tuple[float, float, float, float] | None = None) -> Markup:
    """
    Return a drawing made fit for the page.

    Parameters
    ----------
    svg
        As drawn.
    alt
        What it shows, in words.
    box
        Left, right, top and bottom of the plot, for the crosshair.

    Raises
    ------
    ValueError
        If a colour is no token of the palette.
    """
    svg = _BACKGROUND.sub("", _DROP.sub("", svg)).replace(" aria-label=", " data-tip=")
    svg = re.sub(r">[^<]+<|[^<>]+", lambda m: m[0] if m[0].startswith(">") else _short(m[0]), svg)
    while "<g></g>" in svg:
        svg = svg.replace("<g></g>", "")
    svg = re.sub(r'(<svg[^>]*?) width="[\d.]+" height="[\d.]+"', r"\1", svg, count=1)
    left = re.findall(r'="#[0-9a-fA-F]{3,8}"', svg)
    if left:
        msg = f"colours that are no tokens: {sorted(set(left))}"
        raise ValueError(msg)
    plot = f' data-plot="{",".join(f"{edge:.1f}" for edge in box)}"' if box else ""
    head = f'<svg class="chart" role="img" aria-label="{escape(alt)}"{plot} '
    return Markup(svg.replace("<svg ", head, 1))  # Vega escapes the texts it draws


def _short(markup: str) -> str:
    """Shorten the numbers and replace the colours of a piece of markup; texts between tags stay."""
    markup = _LONG.sub(
        lambda m: (
            f"{float(m[0]):.1f}".removesuffix(".0").replace("-0", "0", 1)
            if abs(float(m[0])) < 0.05
            else f"{float(m[0]):.1f}".removesuffix(".0")
        ),
        markup,
    )
    for token, code in LIGHT.items():
        markup = re.sub(f'"{code}"', f'"var(--{token})"', markup, flags=re.IGNORECASE)
    return markup
