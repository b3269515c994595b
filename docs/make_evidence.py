"""
Write docs/evidence.md from the functions that the tests use: python docs/make_evidence.py.

The published data stand beside the checkout (../shared/data). Text outside the two markers is kept.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.cases import frepple_cases as peer  # noqa: E402
from tests.cases import frepple_causes as causes  # noqa: E402  the tests are beside docs, not installed
from tests.cases import planning_cases as planning  # noqa: E402
from tests.cases import test_frepple_cases as peer_tests  # noqa: E402
from tests.cases.test_planning_cases import WITH_OPTIMUM, optimum, releases  # noqa: E402
from tests.reference.planned import planned, values  # noqa: E402
from tests.solve.test_solvers import from_mps  # noqa: E402

from coprod.solve.conflict import irreducible  # noqa: E402

PAGE = ROOT / "docs" / "evidence.md"
DATA = ROOT.parent / "shared" / "data" / "cases"
CAUSES = re.compile(r"(?<=<!-- causes -->\n)(.*?)(?=<!-- end of causes -->)", re.DOTALL)
MADE = re.compile(r"(?<=<!-- made -->\n)(.*?)(?=<!-- end -->)", re.DOTALL)


def rows(*cells: tuple[str, ...]) -> str:
    """A table: the first row is its head."""
    head, *body = [f"| {' | '.join(row)} |" for row in cells]
    return "\n".join([head, "|" + " --- |" * len(cells[0]), *body]) + "\n"


def planning_rows(cases: dict) -> list[tuple[str, ...]]:
    """What each planning case that a study can say comes to."""
    found = [("case", "kind", "published", "found", "tolerance", "within")]
    for name in WITH_OPTIMUM:
        case = cases[name]
        stages, (value, tolerance) = values(planned(planning.TRANSLATORS[name](case))), optimum(case)
        met = all(v == pytest.approx(0.0, abs=1e-7) for stage, v in stages.items() if stage != "cost")
        within = met and abs(stages["cost"] - value) <= tolerance
        figures = (f"{value:.10g}", f"{stages['cost']:.9g}", f"{tolerance:.2g}")
        found.append((name, case["kind"], *figures, "yes" if within else "**no**"))
    case = cases["mrp_speaker_kit"]
    for on_hand, table in ((True, "net_releases"), (False, "gross_releases")):
        ours = releases(planned(planning.speaker_kit(case, on_hand=on_hand)).starts)
        theirs = {(item, week): q for item, week, q in case["answer"]["plan"][table]["rows"]}
        within = "yes" if ours == pytest.approx(theirs, abs=1e-6) else "**no**"
        kind = f"{case['kind']}: {table.replace('_', ' ')}"
        found.append((case["id"], kind, f"{len(theirs)} releases", f"{len(ours)} releases", "1e-06", within))
    return found


def peer_rows(cases: dict) -> list[tuple[str, ...]]:
    """What each case of the peer's suite comes to, all its orders and days."""
    found = [("case", "compared", "groups of orders", "order days", "largest difference, units", "result")]
    for name, variant in [*peer_tests.RUNS, *((name, None) for name in peer.BOUND)]:
        compared, _ = peer_tests.compared(cases[name], variant)
        early = max(ours - theirs for _, _, theirs, ours in compared)
        late = max(theirs - ours for _, _, theirs, ours in compared)
        size = (str(len({row[0] for row in compared})), str(len(compared)))
        gap = f"{max(early, late):.3g}" if max(early, late) > 1e-6 else "0"
        result = "exact" if gap == "0" else "never later" if late <= 1e-6 else "never earlier"
        if early > 1e-6 and (late > 1e-6 or name in peer.EXACT):
            result = "**differs**"
        text = peer.EXACT.get(name) or f"bound: {peer.BOUND[name]}"
        title = f"{name}, variant {variant}" if variant else name
        found.append((title, text, *size, gap, result))
    return found


def made() -> str:
    """The made part of the page."""
    text = (DATA / "planning" / "cases.json").read_text(encoding="utf-8")
    books = {case["id"]: case for case in json.loads(text)}
    text = (DATA / "frepple" / "cases.json").read_text(encoding="utf-8")
    suite = {case["test"]: case for case in json.loads(text)["cases"]}
    not_said = [("case", "what a study cannot say"), *planning.NOT_EXPRESSED.items()]
    parts = [
        "## Published planning models\n",
        "The least cost of the plan against the published optimum (a maximised profit is a negative cost).\n",
        rows(*planning_rows(books)),
        "Not written as studies:\n",
        rows(*not_said),
        "## A peer's test suite (frePPLe)\n",
        "Cumulative deliveries, order by order on every day from the due date on; exact is within 1e-6.\n",
        rows(*peer_rows(suite)),
        "Not compared, or only in part:\n",
        rows(
            ("case", "what a study cannot say"),
            *peer.NOT_EXPRESSED.items(),
            *((f"{name}: {o}", why) for name, left in peer.LEFT_OUT.items() for o, why in left.items()),
        ),
    ]
    return "\n".join(parts) + "\n"


def cause_rows() -> list[tuple[str, ...]]:
    """Each late order of the peer's suite: its causes, and coprod's set."""
    found = [
        ("case", "order", "its causes", "coprod's set, but for the due date", "compared", "limits that gain")
    ]
    for late in causes.late_of_suite():
        sides = (
            "; ".join(f"{kind} of {name}" for kind, name in sorted(side))
            for side in (late.theirs, late.ours, late.gaining)
        )
        its, own, gaining = sides
        found.append((late.case, late.order, its, own, late.compared, gaining))
    return found


def relaxation_rows(suite: dict) -> list[tuple[str, ...]]:
    """Each relaxation of the peer's suite: what it delivers, and what coprod does."""
    found = [("case", "change", "order", "delivered", "coprod delivers")]
    for case in suite.values():
        for relaxation, named, made_by in causes.relaxations(case):
            told = [
                "; ".join(f"{units:g} by {when}" for when, units in side.items()) for side in (named, made_by)
            ]
            same = named == pytest.approx(made_by)
            found.append(
                (
                    case["test"],
                    relaxation["change"],
                    relaxation["demand"],
                    told[0],
                    told[1] if same else "**no**",
                )
            )
        for change, why in causes.not_compared(case):
            found.append((case["test"], change, "", "", f"not compared: {why}"))
    return found


def conflict_rows() -> list[tuple[str, ...]]:
    """Each published infeasible model: what it is found to be, and the size of the set."""
    answers = json.loads((DATA / "infeasible" / "answers.json").read_text(encoding="utf-8"))
    found = [("model", "status", "found", "members of the published set", "of coprod's", "none to spare")]
    for answer in answers:
        ours = irreducible(from_mps(DATA / "infeasible" / answer["model"]))
        size = str(answer["one_irreducible_set"]["size"]) if answer.get("one_irreducible_set") else "–"
        status = ours.status if ours.status == answer["status"] else f"**{ours.status}**"
        own = (str(ours.size), "yes" if ours.irreducible else "**no**") if ours.size else ("–", "–")
        found.append((answer["model"].removesuffix(".mps"), answer["status"], status, size, *own))
    return found


def made_of_causes() -> str:
    """The second made part of the page."""
    text = (DATA / "frepple" / "cases.json").read_text(encoding="utf-8")
    suite = {case["test"]: case for case in json.loads(text)["cases"]}
    parts = [
        "## Why an order is late: the peer's causes, and its relaxations\n",
        "Each late order is asked about alone. A cause of the suite is a place its search ran into. A set of "
        "coprod's is proved: it cannot be kept, and without any one of its members it can. Beside it, the "
        "limits that gain something when they are lifted (`coprod explain`).\n",
        rows(*cause_rows()),
        "Not compared: "
        + "; ".join(f"{kind} ({why})" for kind, why in causes.IGNORED.items())
        + "; "
        + "; ".join(f"{order} of {case} ({why})" for (case, order), why in causes.UNCOMPARED.items())
        + "; and the orders and cases above that a study cannot say.\n",
        "What the suite changes to have an order in time, changed in the study as well:\n",
        rows(*relaxation_rows(suite)),
        "## Published infeasible models\n",
        "A set of rows and bounds is proved in rational arithmetic, or by a second solver, in "
        "`tests/solve/test_conflict.py`.\n",
        rows(*conflict_rows()),
    ]
    return "\n".join(parts) + "\n"


def main() -> None:
    """Write the page anew."""
    page = PAGE.read_text(encoding="utf-8")
    page = CAUSES.sub(lambda _: made_of_causes(), page)
    PAGE.write_text(MADE.sub(lambda _: made(), page), encoding="utf-8")


if __name__ == "__main__":
    main()
