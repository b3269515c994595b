"""
Seconds and memory of reading a study with a million demands: python benchmarks/read_million_rows.py.

Each size is read in a process of its own, so that its peak of memory is its own. The answer (number of rows
and sum of quantities) is asserted before a time is printed.
"""

from __future__ import annotations

import csv
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SIZES = (10_000, 100_000, 1_000_000)
SEED = 7


def write_study(folder: Path, rows: int) -> int:
    """Write a study with `rows` orders for 200 items at 20 sites; return the sum of their quantities."""
    draw = random.Random(SEED)
    folder.mkdir()
    (folder / "study.yaml").write_text("title: Many orders\nstudy_date: 2026-01-01\n")
    for table, column, count in (("items", "item", 200), ("sites", "site", 20)):
        lines = [column, *(f"{column}-{n}" for n in range(count))]
        (folder / f"{table}.csv").write_text("\n".join(lines) + "\n")
    total = 0
    with (folder / "demands.csv").open("w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["demand", "customer", "item", "site", "quantity", "due", "priority"])
        for n in range(rows):
            quantity = draw.randint(1, 5000)
            total += quantity
            due = f"{draw.randint(2026, 2035)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
            names = f"customer {n % 40}", f"item-{draw.randrange(200)}", f"site-{draw.randrange(20)}"
            out.writerow([f"order-{n}", *names, quantity, due, 1 + n % 3])
    return total


def read_once(folder: Path, rows: int, total: int) -> None:
    """Read in this process and print what it took as JSON."""
    from coprod.study import read

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    tables, problems = read(folder)
    seconds = time.perf_counter() - start
    assert not problems, problems[:3]
    assert len(tables["demands"]) == rows
    assert tables["demands"]["quantity"].sum() == total
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"seconds": seconds, "peak_mb": peak / 1024, "before_mb": before / 1024}))


def main() -> None:
    print("| rows of demands | file, MB | seconds | peak memory, MB | of it before reading, MB |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    for rows in SIZES:
        with tempfile.TemporaryDirectory() as room:
            folder = Path(room) / "study"
            total = write_study(folder, rows)
            call = [sys.executable, __file__, str(folder), str(rows), str(total)]
            runs = [
                json.loads(subprocess.run(call, capture_output=True, text=True, check=True).stdout)
                for _ in range(3)
            ]
            size = (folder / "demands.csv").stat().st_size / 1e6
        seconds = sorted(run["seconds"] for run in runs)
        peak, before = max(run["peak_mb"] for run in runs), runs[0]["before_mb"]
        print(
            f"| {rows:,} | {size:.1f} | {seconds[0]:.2f} to {seconds[-1]:.2f} | {peak:.0f} | {before:.0f} |"
        )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        read_once(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
    else:
        main()
