"""
Run the `console` blocks of the page on budget books, and draw its chart: python docs/make_books.py.

The published books stand beside the checkout and not in it, so that docs/make_outputs.py cannot run these
blocks. A line that begins with ``$ coprod`` is run; what follows up to the next such line is what it prints.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import sys
import tempfile
from pathlib import Path

from coprod.cli.main import main as coprod

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "budget-books.md"
BOOKS = ROOT.parent / "shared" / "data" / "us-budget" / "xml"
#: The pictures of the page, and the files of its own commands that they are.
PICTURES = {"surge.svg": "missiles/surge.svg", "restated.svg": "missiles/restated.svg"}
COLUMNS = "160"

CONSOLE = re.compile(r"(?<=^```console\n)(.*?)(?=^```$)", re.MULTILINE | re.DOTALL)


def arguments(line: str) -> list[str]:
    """The arguments of a line, `*` in names of files as a shell replaces it."""
    given = shlex.split(line)[1:]
    return [str(found) for word in given for found in (sorted(Path().glob(word)) if "*" in word else [word])]


def said(line: str) -> str:
    """What a line prints, both ways, without spaces at the ends of lines."""
    text = io.StringIO()
    with contextlib.redirect_stdout(text), contextlib.redirect_stderr(text):
        coprod(arguments(line))
    return "".join(f"{own.rstrip()}\n" for own in text.getvalue().splitlines())


def with_outputs(page: str) -> tuple[str, dict[str, bytes]]:
    """The page with what its commands print now, and its pictures as they are drawn now."""
    here, columns = Path.cwd(), os.environ.get("COLUMNS")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.environ["COLUMNS"] = COLUMNS
        try:
            Path("books").symlink_to(BOOKS)

            def block(match: re.Match[str]) -> str:
                lines = [line for line in match[0].splitlines() if line.startswith("$ coprod ")]
                return "".join(f"{line}\n{said(line[2:])}" for line in lines)

            written = CONSOLE.sub(block, page)
            pictures = {name: Path(file).read_bytes() for name, file in PICTURES.items()}
        finally:
            os.chdir(here)
            if columns is None:
                del os.environ["COLUMNS"]
            else:
                os.environ["COLUMNS"] = columns
    return written, pictures


def main() -> int:
    """Write the page and its pictures."""
    page, pictures = with_outputs(PAGE.read_text(encoding="utf-8"))
    PAGE.write_text(page, encoding="utf-8")
    for name, content in pictures.items():
        (PAGE.parent / name).write_bytes(content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
