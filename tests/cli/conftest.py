"""What the tests of the command line share."""

from __future__ import annotations

import pytest

from coprod.cli.main import main


@pytest.fixture(scope="session")
def hello(repository_root):
    """
    The five-line example, whose answer can be worked out by hand.

    100 pumps are missing at 10 a month. Motors for 15 are there and the next come after four months, so 10
    are started in January 2027, 5 in February, then 10 a month from May; the last 5 of them in January 2028,
    a month before they stand in the store: full on 2028-02-29. At the due date, the end of 2027, 20 + 15 and
    those of May to November (70) are there: 15 are short, and 5 a month later: 20 unit-months.
    """
    return str(repository_root / "examples" / "hello")


@pytest.fixture(scope="session")
def hello_run(hello, tmp_path_factory):
    """A finished run of it."""
    folder = tmp_path_factory.mktemp("cli") / "hello-run"
    assert main(["run", hello, "--out", str(folder), "--quiet"]) == 0
    return folder


@pytest.fixture
def call(capsys):
    """Run a command line: its exit code, what it printed, and what it said on standard error."""

    def called(*arguments):
        code = main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return called
