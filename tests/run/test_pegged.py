"""A plan whose tables will not peg is not lost with them."""

from coprod.errors import ResultError
from coprod.run import order, plan_options
from coprod.study import read


def test_a_plan_that_will_not_peg_is_kept_with_a_note(repository_root, monkeypatch):
    def refused(*_):
        message = "pump/plant: found 3 more used than there"
        raise ResultError(message)

    monkeypatch.setattr(order, "pegging", refused)
    tables, _ = read(repository_root / "examples" / "hello")
    (run, *_) = plan_options(tables, ["base"])
    assert run.checked.passed
    assert run.results()["pegs"].empty
    assert run.pegging.notes == (
        "which supply serves which need was not worked out: pump/plant: found 3 more used than there",
    )
