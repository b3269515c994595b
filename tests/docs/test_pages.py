"""The documentation says what is so: its blocks print what stands below them, its links lead somewhere."""

import re
import shlex

import pytest

from coprod.cli.main import COMMANDS
from coprod.results.schema import result_schema
from docs import make_outputs, make_tables

PAGES = [*make_outputs.PAGES, "CONTRIBUTING.md", "CHANGELOG.md", "examples/README.md"]
RUN = [name for name in make_outputs.PAGES if "```" in (make_outputs.ROOT / name).read_text(encoding="utf-8")]
LINK = re.compile(r"\]\((?!https?://)(?P<path>[^)#\s]*)(?:#(?P<anchor>[^)\s]*))?\)")


def read(name):
    return (make_outputs.ROOT / name).read_text(encoding="utf-8")


def anchors(page):
    """What a link can point to within a page, as GitHub names its headings."""
    heads = re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```$", "", page, flags=re.M | re.S), re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("name", RUN)
def test_every_block_runs_and_prints_what_stands_below_it(name):
    page = read(name)
    assert make_outputs.with_outputs(page) == page, (
        f"run: python docs/make_outputs.py {name}, and read the change"
    )


def test_most_of_what_runs_has_its_output_below():
    # Blocks are found by their fences: were that to break, the test above would compare nothing.
    found = [make_outputs.blocks(read(name)) for name in RUN]
    running = [b for page in found for b in page if b.language == "python" or make_outputs.commands(b)]
    assert len(running) > 15
    assert any(b.language == "python" for b in make_outputs.blocks(read("README.md")))


@pytest.mark.parametrize("name", PAGES)
def test_commands_named_in_a_page_exist(name):
    text = re.sub(r"^```.*?^```$", "", read(name), flags=re.M | re.S)
    for code in re.findall(r"`coprod ([^`]+)`", text.replace("\n", " ")):
        first = shlex.split(code)[0]
        assert first in COMMANDS or first.startswith(("-", "…", "...")), code


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_to_a_file_and_to_a_heading_in_it(name):
    page, folder = read(name), (make_outputs.ROOT / name).parent
    for link in LINK.finditer(page):
        target = folder / link["path"] if link["path"] else make_outputs.ROOT / name
        assert target.exists(), link[0]
        if link["anchor"]:
            assert link["anchor"] in anchors(target.read_text(encoding="utf-8")), link[0]


def test_the_index_leads_to_every_page():
    linked = {link["path"] for link in LINK.finditer(read("docs/index.md"))}
    assert {path.name for path in (make_outputs.ROOT / "docs").glob("*.md")} - {"index.md"} <= linked


@pytest.mark.parametrize("name", make_tables.PAGES)
def test_a_page_rendered_from_data_is_up_to_date(name):
    assert make_tables.PAGES[name]() == read(f"docs/{name}"), "run: python docs/make_tables.py"


def test_the_page_of_results_says_of_every_table_what_a_row_is():
    assert set(make_tables.ONE_ROW) == set(result_schema())


def test_every_example_is_described():
    folders = [path.name for path in (make_outputs.ROOT / "examples").iterdir() if path.is_dir()]
    assert folders
    for folder in folders:
        assert f"\n## {folder}\n" in read("examples/README.md")
