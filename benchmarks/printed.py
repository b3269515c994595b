"""How benchmarks print: the day and the machine, and tables in Markdown."""

from __future__ import annotations

import platform
from datetime import UTC, datetime
from importlib.metadata import version


def heading(*packages):
    """Return the day, the versions of Python and of some packages, and the machine."""
    versions = [f"{name} {version(name)}" for name in packages]
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    return ", ".join([today, f"Python {platform.python_version()}", *versions, platform.machine()])


def table(head, rows):
    """Print a table: figures to three digits, everything else as it is."""
    print("| " + " | ".join(head) + " |")
    print("| " + " | ".join(["---", *["---:"] * (len(head) - 1)]) + " |")
    for row in rows:
        print("| " + " | ".join(f"{v:.3g}" if isinstance(v, float) else f"{v}" for v in row) + " |")
    print(flush=True)
