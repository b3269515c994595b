"""
Run the blocks of the documentation's pages and put below each what it prints: python docs/make_outputs.py.

In a page a fence says what its block is: ``sh`` holds lines of ``coprod ...``, run one after the other;
``python`` is code, and the blocks of a page share their names; a language and a file name (``csv
my-study/items.csv``) is the content of that file; ``text`` right below one that runs is what it prints. All
else is only read. Each page is run in a folder of its own that holds the examples and nothing else.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from coprod.cli.main import main as coprod

ROOT = Path(__file__).resolve().parents[1]

#: Pages whose blocks are run.
PAGES = ("README.md", *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md"))))

#: Width of the terminal that pages are printed for: tables follow it, and the pages must not.
COLUMNS = "160"

FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block: language, file it is the content of ("" if none), body, and where the body stands."""

    language: str
    file: str
    body: str
    begin: int
    end: int


def blocks(page: str) -> list[Block]:
    """The fenced blocks of a page, in order."""
    found = []
    for match in FENCE.finditer(page):
        language, _, file = match["info"].strip().partition(" ")
        found.append(Block(language, file, match["body"], *match.span("body")))
    return found


def commands(block: Block) -> list[str]:
    """The coprod lines of a shell block; other commands are the reader's system's, and only shown."""
    if block.language != "sh":
        return []
    return [line for line in block.body.splitlines() if line.startswith("coprod ")]


def printed(block: Block, names: dict[str, object]) -> str | None:
    """What a block prints when it is run in the current folder; None if it is none that runs."""
    lines = commands(block)
    if not (lines or block.language == "python"):
        return None
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        for line in lines:
            coprod(shlex.split(line, comments=True)[1:])
        if block.language == "python":
            exec(compile(block.body, "<documentation>", "exec"), names)  # noqa: S102 - the page's own code
    return "".join(f"{line.rstrip()}\n" for line in said.getvalue().splitlines())


def outputs(page: str) -> list[tuple[Block, str, Block | None]]:
    """
    Run a page in an empty folder.

    Returns
    -------
    list of (block, what it printed, the ``text`` block right below it or None)
    """
    own, found, names = blocks(page), [], {}
    before, width = Path.cwd(), os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = COLUMNS
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            shutil.copytree(ROOT / "examples", "examples")
            for number, block in enumerate(own):
                if block.file:
                    Path(block.file).write_text(block.body, encoding="utf-8")
                said = printed(block, names)
                if said is not None:
                    after = own[number + 1] if number + 1 < len(own) else None
                    between = page[block.end : after.begin] if after else ""
                    found.append((block, said, after if between.split() == ["```", "```text"] else None))
        finally:
            os.chdir(before)
            os.environ.pop("COLUMNS")
            if width is not None:
                os.environ["COLUMNS"] = width
    return found


def with_outputs(page: str) -> str:
    """The page with every ``text`` block right below one that runs replaced by what that prints."""
    for _, said, below in reversed(outputs(page)):
        if below is not None:
            page = page[: below.begin] + said + page[below.end :]
    return page


if __name__ == "__main__":
    for name in sys.argv[1:] or PAGES:
        text = (ROOT / name).read_text(encoding="utf-8")
        (ROOT / name).write_text(with_outputs(text), encoding="utf-8")
        print(f"ran {name}")
