"""
Bytes and seconds of the report, after the plan: python benchmarks/report.py [folder for the runs].

Each report is built in a process of its own, three times with the two threads charts are drawn in and three
times with one, so that the gain is seen; CPU seconds stand beside the clock's, for the machine may be shared.
Before a time is printed the report must hold every figure of the run's content, wide and narrow. A folder
given keeps the runs; one that holds them already is not planned again.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
EXAMPLES = ("hello", "us-japan-air-defence", "brazil-vaccine")
#: Options of the made study, one and two end items.
MADE = ((1, 1), (3, 2), (6, 2))
RUNS = 3


def studies():
    """Yield each study's name and tables."""
    from tests.report.charts.crowded_study import crowded_study
    from tests.report.made_study import made_study

    from coprod.study import read

    for name in EXAMPLES:
        yield name, lambda name=name: read(ROOT / "examples" / name)[0]
    for options, items in MADE:
        yield (
            f"made-{options}-options-{items}-items",
            lambda o=options, i=items: made_study(options=o, items=i),
        )
    yield "crowded-60-sites", crowded_study


def build_once(folder: Path, threads: int) -> None:
    """Build in this process and print what it took as JSON."""
    import resource
    import time
    from concurrent.futures import ThreadPoolExecutor

    from coprod.report import page as module
    from coprod.report.content import content
    from coprod.report.material import Material

    pool = ThreadPoolExecutor
    module.ThreadPoolExecutor = lambda **_: pool(max_workers=threads)
    begin, used = time.perf_counter(), time.process_time()
    text = module.page(Material(folder))
    seconds, cpu = time.perf_counter() - begin, time.process_time() - used
    figures = content(Material(folder)).figures
    forms = [
        drawing
        for figure in figures
        for drawing in (*figure.drawings, *(panel.drawing for panel in figure.panels))
    ]
    charts = sum(1 + (drawing.wide is not None) for drawing in forms)
    assert text.count('<svg class="chart"') == charts, (text.count('<svg class="chart"'), charts)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        json.dumps(
            {"seconds": seconds, "cpu": cpu, "bytes": len(text.encode()), "charts": charts, "peak_mb": peak}
        )
    )


def main(room: Path) -> None:
    from coprod.run import run_study

    print("| study | charts drawn | report, MB | seconds | CPU seconds | seconds, one thread | peak, MB |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name, tables in studies():
        folder = room / name
        if not folder.exists():
            run_study(tables(), folder)
        runs = {}
        for threads in (2, 1):
            call = [sys.executable, __file__, "--build", str(folder), str(threads)]
            runs[threads] = [
                json.loads(subprocess.run(call, capture_output=True, text=True, check=True).stdout)
                for _ in range(RUNS)
            ]
        two, one = (sorted(run["seconds"] for run in runs[threads]) for threads in (2, 1))
        first = runs[2][0]
        assert len({run["bytes"] for both in runs.values() for run in both}) == 1, "not the same every time"
        cpu, peak = min(run["cpu"] for run in runs[2]), max(run["peak_mb"] for run in runs[2])
        print(
            f"| {name} | {first['charts']} | {first['bytes'] / 1e6:.2f} | {two[0]:.2f} to {two[-1]:.2f} | "
            f"{cpu:.2f} | {one[0]:.2f} to {one[-1]:.2f} | {peak:.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--build"]:
        build_once(Path(sys.argv[2]), int(sys.argv[3]))
    elif len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as made:
            main(Path(made))
