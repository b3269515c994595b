from __future__ import annotations

import re

import coprod.study.document as document
from coprod.study.cells import CellError, parse
from coprod.study.codes import codes
from coprod.study.names import aliases, column_named, table_named
from coprod.study.schema import schema, tables


def sources(repository_root):
    return [path for path in (repository_root / "src").rglob("*.py") if path.name != "codes.py"]


def test_every_code_in_the_source_is_listed_and_every_code_listed_is_in_the_source(repository_root):
    used = set()
    for path in sources(repository_root):
        # A docstring that speaks of a code has it without quotes, or in double backquotes.
        used |= set(re.findall(r'(?<!`)"(CP\d{3})"', path.read_text(encoding="utf-8")))
    assert used == set(codes())


def test_every_code_has_a_severity_a_title_and_a_cure():
    for code in codes().values():
        assert re.fullmatch(r"CP[1-4]\d\d", code.code), code
        assert code.severity in {"error", "warning", "notice"}, code
        assert code.title, code
        assert not code.title.endswith("."), code
        assert code.cure.endswith("."), code


def test_the_pages_in_the_documentation_are_those_rendered_from_the_data(repository_root):
    cure = "run: python docs/make_tables.py"
    docs = repository_root / "docs"
    assert (docs / "tables.md").read_text(encoding="utf-8") == document.tables_page(), cure
    assert (docs / "problems.md").read_text(encoding="utf-8") == document.problems_page(), cure


def test_the_page_of_tables_names_every_column_alias_and_term():
    page = document.tables_page()
    for table in schema().values():
        for column in table.columns.values():
            assert f"| `{column.name}` | {column.unit} |" in page
    for term in document.terms():
        assert term.term in page
        assert term.abbreviation in page
    assert len({term.term for term in document.terms()}) == len(document.terms())


def test_the_glossary_has_the_terms_that_offices_disagree_on():
    abbreviations = {term.abbreviation for term in document.terms()}
    assert {"ALT", "PLT", "MSR", "1-8-5", "NRE", "TTR", "TTS", "JCL"} <= abbreviations


def test_the_schema_is_sound():
    types = {"key", "text", "number", "integer", "boolean", "date", "choice", "list"}
    for table in schema().values():
        assert set(table.key) <= set(table.columns)
        for column in table.columns.values():
            assert column.type in types, column
            assert (column.type == "choice") == bool(column.choices), column
            assert (column.type == "date") == (column.dated in {"first", "last"}), column
            assert column.description.endswith("."), column
            assert set(column.references) <= set(tables()), column
            assert not (column.required and column.default), column
            if column.default:
                parse(column, column.default)
            if column.group:
                assert column.name in {f"{column.group}_{unit}" for unit in ("days", "weeks", "months")}
    for table in tables().values():
        assert any(column.required for column in table.columns.values()), (
            "a row of defaults would be a blank line"
        )
        assert "active" in table.columns


def test_aliases_lead_to_names_of_the_schema_and_hide_none():
    for table, names in aliases().items():
        known = schema()[table].columns if table else tables()
        for alias, name in names.items():
            assert name in known
            assert alias not in known
    assert table_named("licenses") == "licences"
    assert column_named("lanes", "license") == "licence"


def test_a_cell_error_is_a_value_error_with_a_listed_code():
    error = CellError("CP103", "needs a number")
    assert isinstance(error, ValueError)
    assert error.code in codes()
