"""What an install promises: packages that get along, a light start, a complete wheel, no addresses."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

# `coprod --help` must start at once; numpy alone costs most of the time we allow for it.
HEAVY = {
    "altair",
    "duckdb",
    "gurobipy",
    "highspy",
    "jinja2",
    "numpy",
    "openpyxl",
    "ortools",
    "pandas",
    "pyarrow",
    "python_calamine",
    "ray",
    "scipy",
    "vl_convert",
    "xlsxwriter",
    "yaml",
}

# Put together from pieces, so that this file passes its own test.
REGISTRY_HOSTS = [
    "pypi" + ".org",
    "python" + "hosted.org",
    "npm" + "js.org",
    "npm" + "js.com",
    "yarn" + "pkg.com",
    "crates" + ".io",
    "ana" + "conda.org",
]
MACHINE_PATH = re.compile(
    r"(?:^|[^A-Za-z0-9_.])/(?:" + "|".join(["work", "farm", "root", "home", "Users"]) + r")/"
)


def run(
    *command: str | Path, cwd: Path, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """The finished process; a failing command fails the test with all that it printed."""
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


def loaded_by(code: str, cwd: Path) -> tuple[str, set[str]]:
    """What ``code`` prints in a fresh process, and the top-level modules it leaves loaded."""
    report = (
        "import atexit, json, sys\n"
        "def tell():\n"
        "    names = sorted({name.partition('.')[0] for name in sys.modules})\n"
        "    sys.stderr.write('\\nMODULES ' + json.dumps(names))\n"
        "atexit.register(tell)\n"
    )
    done = run(sys.executable, "-W", "error", "-c", report + code, cwd=cwd)
    noise, _, names = done.stderr.rpartition("\nMODULES ")
    assert not noise, f"printed to stderr:\n{noise}"
    return done.stdout, set(json.loads(names))


@pytest.mark.parametrize("order", [("highspy", "ortools"), ("ortools", "highspy")], ids="-then-".join)
def test_highspy_and_ortools_work_in_one_process(order, tmp_path):
    imports = {"highspy": "import highspy", "ortools": "from ortools.sat.python import cp_model"}
    solve_both = """
highs = highspy.Highs()
highs.silent()
x = highs.addVariable(lb=1.0, obj=2.0)
highs.run()
assert highs.getObjectiveValue() == 2.0, highs.getObjectiveValue()

model = cp_model.CpModel()
y = model.new_int_var(3, 9, "y")
model.minimize(y)
solver = cp_model.CpSolver()
solver.parameters.num_workers = 1
assert solver.solve(model) == cp_model.OPTIMAL
assert solver.objective_value == 3.0, solver.objective_value
"""
    run(sys.executable, "-c", "\n".join(imports[name] for name in order) + solve_both, cwd=tmp_path)


def test_importing_coprod_prints_nothing_and_loads_nothing_heavy(tmp_path):
    printed, loaded = loaded_by("import coprod", tmp_path)
    assert printed == ""
    assert loaded & HEAVY == set()


@pytest.mark.parametrize("arguments", [["--help"], ["--version"]], ids=lambda arguments: arguments[0])
def test_a_command_that_only_informs_loads_nothing_heavy(arguments, tmp_path):
    argv = ["coprod", *arguments]
    code = f"import runpy\nsys.argv = {argv!r}\nrunpy.run_module('coprod', run_name='__main__')"
    printed, loaded = loaded_by(code, tmp_path)
    assert "coprod" in printed
    assert loaded & HEAVY == set()


def tracked_texts(root: Path) -> dict[str, str]:
    """Every tracked text file of the checkout by its name."""
    names = run("git", "ls-files", "-z", cwd=root).stdout.split("\0")
    contents = {name: (root / name).read_bytes() for name in names if name and (root / name).is_file()}
    return {
        name: content.decode("utf-8", errors="replace")
        for name, content in contents.items()
        if b"\0" not in content[:8000]
    }


def test_no_tracked_file_names_a_package_registry(repository_root):
    found = [
        f"{name}: {host}"
        for name, text in tracked_texts(repository_root).items()
        for host in REGISTRY_HOSTS
        if host in text
    ]
    assert found == []


def test_no_tracked_file_names_a_path_of_one_machine(repository_root):
    found = [
        f"{name}, line {number}: {line.strip()[:100]}"
        for name, text in tracked_texts(repository_root).items()
        for number, line in enumerate(text.splitlines(), start=1)
        if MACHINE_PATH.search(line)
    ]
    assert found == []


def test_the_lock_files_pin_every_package_and_name_no_address(repository_root):
    for lock in ("requirements.lock", "requirements-dev.lock"):
        lines = (repository_root / lock).read_text().splitlines()
        packages = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
        assert [line for line in packages if not re.fullmatch(r"[a-z0-9.-]+==[A-Za-z0-9.]+", line)] == []
        assert "://" not in "\n".join(lines)


def test_the_runtime_lock_is_part_of_the_development_lock(repository_root):
    runtime, development = (
        {line for line in (repository_root / lock).read_text().splitlines() if "==" in line}
        for lock in ("requirements.lock", "requirements-dev.lock")
    )
    assert runtime - development == set()


@pytest.mark.slow
def test_the_wheel_works_in_an_empty_environment_outside_the_checkout(repository_root, tmp_path):
    dist = tmp_path / "dist"
    run(
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        dist,
        repository_root,
        cwd=tmp_path,
    )
    (wheel,) = dist.glob("*.whl")

    tracked = run("git", "ls-files", "-z", "src/coprod", "examples", cwd=repository_root).stdout.split("\0")
    expected = {
        re.sub("^src/coprod/", "coprod/", re.sub("^examples/", "coprod/examples/", name)) for name in tracked
    }
    expected.discard("")
    with zipfile.ZipFile(wheel) as archive:
        assert expected - set(archive.namelist()) == set(), "tracked files that do not travel in the wheel"

    run(sys.executable, "-m", "venv", tmp_path / "venv", cwd=tmp_path)
    scripts = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin")
    lock = repository_root / "requirements.lock"
    run(scripts / "python", "-m", "pip", "install", "-q", "-c", lock, wheel, cwd=tmp_path)

    clean = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    where = run(
        scripts / "python", "-c", "import coprod; print(coprod.__file__)", cwd=tmp_path, env=clean
    ).stdout
    assert Path(where.strip()).is_relative_to(tmp_path)

    run(scripts / "coprod", "new", "hello-study", "--example", "hello", cwd=tmp_path, env=clean)
    assert (tmp_path / "hello-study" / "study.yaml").is_file()
    run(scripts / "coprod", "run", "hello-study", cwd=tmp_path, env=clean)
