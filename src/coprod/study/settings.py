"""The study's settings: ``study.yaml`` to named texts and back, and named texts to typed values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from coprod.errors import Cell
from coprod.study.cells import CellError, check_range, needs, parse
from coprod.study.limits import MAX_SETTINGS_BYTES
from coprod.study.names import column_named
from coprod.study.problems import Problems, RefusedError, refuse, shown
from coprod.study.raw import RawSetting
from coprod.study.schema import schema
from coprod.study.tables import default_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from coprod.study.raw import RawStudy

__all__ = ["SETTINGS_FILE", "read_settings", "settings_text", "settings_values"]

SETTINGS_FILE = "study.yaml"

_RESOLVER: Any = yaml.resolver.Resolver()


def read_settings(path: Path, problems: Problems) -> list[RawSetting] | None:
    """
    Read the settings of a YAML file as texts; nothing in the file is ever constructed or expanded.

    The file is walked event by event: a mapping of names to single values or flat lists. So ``no`` stays a
    word, ``2027-03`` a month, and aliases, tags and nesting cannot do harm.

    Parameters
    ----------
    path
        The file.
    problems
        Where problems are noted.

    Returns
    -------
    list of RawSetting or None
        None if the file cannot be understood.
    """
    try:
        return _read_settings(path)
    except RefusedError as error:
        problems.add_refused(SETTINGS_FILE, error, "study")
        return None


def _read_settings(path: Path) -> list[RawSetting]:
    size = path.stat().st_size
    if size > MAX_SETTINGS_BYTES:
        refuse("CP125", f"{size:,} bytes", f"needs at most {MAX_SETTINGS_BYTES:,} bytes of settings")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        refuse(
            "CP121",
            f"a byte that is not UTF-8 (0x{error.object[error.start]:02X})",
            "needs text in UTF-8",
            line,
        )
    try:
        return list(_settings(yaml.parse(text, Loader=yaml.SafeLoader)))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        found = getattr(error, "problem", None) or str(error).splitlines()[0]
        needed = "needs one 'setting: value' per line; a value with a colon or a # goes into quotes"
        refuse("CP131", shown(found, 100), needed, int(mark.line) + 1 if mark else None)


def _settings(events: Iterator[yaml.Event]) -> Iterator[RawSetting]:
    """Yield the settings of a stream of YAML events."""
    assert isinstance(next(events), yaml.StreamStartEvent)
    if isinstance(next(events), yaml.StreamEndEvent):
        return
    top = next(events)
    if isinstance(top, yaml.ScalarEvent) and not top.value:
        return
    if not isinstance(top, yaml.MappingStartEvent):
        refuse("CP131", "no settings", "needs one 'setting: value' per line", _line(top), None)
    for event in events:
        if isinstance(event, yaml.MappingEndEvent):
            break
        name = _scalar(event, None)
        value = next(events)
        if isinstance(value, yaml.SequenceStartEvent):
            parts = []
            for part in events:
                if isinstance(part, yaml.SequenceEndEvent):
                    break
                entry = _scalar(part, name)
                if ";" in entry:
                    needed = "needs list entries without a semicolon, which separates them in a workbook"
                    refuse("CP119", shown(entry), needed, _line(part), name)
                parts.append(entry)
            yield RawSetting(name, ";".join(parts), _line(event))
        else:
            yield RawSetting(name, _scalar(value, name), _line(event))
    next(events)  # the end of the document
    rest = next(events)
    if not isinstance(rest, yaml.StreamEndEvent):
        refuse("CP131", "a second document", "needs one document; remove the line ---", _line(rest))


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _scalar(event: yaml.Event, name: str | None) -> str:
    """Return the text of an event that must be a single value; a plain null is blank."""
    if not isinstance(event, yaml.ScalarEvent):
        kind = "an alias" if isinstance(event, yaml.AliasEvent) else "a nested value"
        refuse("CP134", kind, "needs a single value, or a list of single values", _line(event), name)
    text: str = event.value
    return "" if event.style is None and text in {"null", "Null", "NULL", "~"} else text


def settings_values(raw: RawStudy, problems: Problems) -> dict[str, Any]:
    """
    Return the value of every setting: what the files give, defaults for the rest and for what is wrong.

    Settings that could not be understood at all are not called missing as well.

    Parameters
    ----------
    raw
        The study as its files hold it.
    problems
        Where problems are noted.
    """
    columns = schema()["study"].columns
    values = {name: default_value(column) for name, column in columns.items()}
    if raw.settings is None:
        return values
    given: set[str] = set()
    blank: dict[str, int | None] = {name: None for name, column in columns.items() if column.required}
    for setting in raw.settings:
        name = setting.name.strip()
        known = column_named("study", name)
        if known is None:
            hint = problems.suggest(name, columns)
            cell = Cell(raw.settings_file, setting.row, name[:40] or None)
            problems.add("CP133", cell, f"setting {shown(name)}", f"there is no such setting.{hint}", "study")
            continue
        cell = Cell(raw.settings_file, setting.row, known)
        if known in given:
            problems.add("CP132", cell, "the setting a second time", "needs each setting once", "study")
            continue
        given.add(known)
        column = columns[known]
        text = setting.text.strip().replace("\r\n", "\n").replace("\r", "\n")
        if not text:
            if column.required:
                blank[known] = setting.row
            continue
        blank.pop(known, None)
        if column.type != "list" and text != setting.text.rstrip("\n"):
            found = f"{shown(setting.text)} with spaces around it"
            problems.add("CP117", cell, found, "it was read without them", "study")
        try:
            value = parse(column, text)
            if column.type in {"number", "integer"}:
                check_range(column, value)
        except CellError as error:
            problems.add(error.code, cell, shown(text), str(error), "study")
        else:
            values[known] = value
    for name, row in blank.items():
        problems.add("CP108", Cell(raw.settings_file, row, name), "nothing", needs(columns[name]), "study")
    return values


def settings_text(texts: Mapping[str, str]) -> str:
    """
    Return the content of ``study.yaml``.

    Parameters
    ----------
    texts
        Text of each setting by name, as in a cell.
    """
    columns = schema()["study"].columns
    pairs = []
    for name, text in texts.items():
        column = columns[name]
        value: yaml.Node
        if column.type == "list":
            value = yaml.SequenceNode("tag:yaml.org,2002:seq", [_text_node(part) for part in text.split(";")])
        elif column.type in {"text", "key"}:
            value = _text_node(text)
        else:  # numbers, dates and words of the schema, as a person would write them
            tag = _RESOLVER.resolve(yaml.ScalarNode, text, (True, False))
            value = yaml.ScalarNode(tag, text)
        pairs.append((_text_node(name), value))
    node = yaml.MappingNode("tag:yaml.org,2002:map", pairs, flow_style=False)
    return yaml.serialize(node, Dumper=yaml.SafeDumper, allow_unicode=True, width=2**20)


def _text_node(text: str) -> yaml.ScalarNode:
    # Within double quotes every break and every rare character is escaped, so none is folded away.
    plain = text.isprintable() and text == text.strip()
    return yaml.ScalarNode("tag:yaml.org,2002:str", text, style=None if plain else '"')
