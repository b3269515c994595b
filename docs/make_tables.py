"""Render tables.md, problems.md and results.md from the data they describe: python docs/make_tables.py."""

from __future__ import annotations

from pathlib import Path

from coprod.results.schema import result_schema
from coprod.study.document import problems_page, tables_page

#: Tables that a run has once; all others it has for every option.
OF_THE_RUN = (
    "comparison",
    "fiscal_years",
    "verdict",
    "problems",
    "causes",
    "challenges",
    "worth",
    "feasibility",
    "conflicts",
    "cures",
    "frontier",
    "alternatives",
    "leeway",
    "work_share_range",
    "work_share_curve",
)

#: What one row of each result table is.
ONE_ROW = {
    "starts": "Units started of a process in a period; rows of 0 are left out.",
    "shipments": "Units sent over a lane in a period; rows of 0 are left out.",
    "stock": "The stock of an item at a site at the end of a period; every node has every period.",
    "deliveries": "What of an order falls due, is delivered and is behind in a period.",
    "demand_summary": "An order over the whole horizon.",
    "shortfalls": "What a stock objective misses at the end of a period.",
    "backfills": "A stock objective and its dates.",
    "loads": "A line in a period: use, capacity, and whether it is open.",
    "builds": "An investment begun in a period.",
    "spending": "What a payer commits in one of its fiscal years, by kind of spending.",
    "budget_use": "A row of the study's budgets and what is spent of it.",
    "licence_use": "A licence's cap, over its life or in a licence year, and what is used of it.",
    "work_shares": "A party's part of the value added.",
    "costs": "A kind of cost over the whole horizon.",
    "stages": "A goal, in the order they were pursued.",
    "breaches": "A limit that had to be broken, and by how much; none where a plan can keep to all.",
    "relaxations": "A limit that would have to be wider; minimal-relaxation plans only.",
    "pegs": "What of a lot of supply serves a need, first in, first out; over the needs it adds up.",
    "late_units": "Late units of an order or stock objective, of one due period and one delivery period.",
    "unit_chain": "A step of one unit's way through time: the last unit of the headline item that is late.",
    "lead_times": "The lead time of a needed item, from empty stock and from today's.",
    "chains": "A step of a critical chain, from the need backwards.",
    "latest_orders": "A long-lead process and the date by which it must be ordered.",
    "comparison": "An option and one of the headline objectives.",
    "fiscal_years": "End items completed at a site in a fiscal year, by option.",
    "verdict": "The answer for one headline objective, for the option under discussion.",
    "problems": "A problem that the study's check found.",
    "causes": "A limit, or a minimal set of limits, whose lifting takes lateness away, in ranked order.",
    "challenges": "A limit and what lifting it alone would gain.",
    "worth": "A limit, and what one more unit of it is worth.",
    "feasibility": "An activity at a site of the partner, and when it could begin to deliver.",
    "conflicts": "A limit or due date of a set that cannot all be kept (`coprod cures`).",
    "cures": "One change of a cure: with all changes of its number, every due date is kept; likewise.",
    "frontier": "A date for a headline objective and the cheapest plan for it (`coprod frontier`).",
    "alternatives": "A plan that costs hardly more than the cheapest (within 2 %).",
    "leeway": "A decision, and how far it can move in plans that cost hardly more (within 2 %).",
    "work_share_range": "A party of the partner (any, if none is named), and the shares it can have.",
    "work_share_curve": "A share of a party, and the cheapest plan with it (`coprod workshare`).",
    "checks": "A check of the independent checker.",
}

_INTRODUCTION = """\
# Results

Every table that a plan and a run have, rendered from `src/coprod/results/columns.csv`, which also checks
each table when it is made. A figure that is blank is not known or does not apply. A date is the first or the
last day of a period, as its unit says. Python and the terminal show the unit in the column's name
(`quantity [units]`); the files of a [run folder](run-folder.md) have plain names, and the unit in their
metadata.
"""


def results_page() -> str:
    """The page of all result tables, as Markdown."""
    parts = [_INTRODUCTION]
    for heading, whole in (("Tables of each option", False), ("Tables of the whole run", True)):
        parts += [f"## {heading}", ""]
        for table, columns in result_schema().items():
            if (table in OF_THE_RUN) != whole:
                continue
            parts += [f"### `{table}`", "", ONE_ROW[table], "", "| column | type | unit | meaning |"]
            parts += ["| --- | --- | --- | --- |"]
            parts += [f"| `{c.name}` | {c.type} | {c.unit} | {c.description} |" for c in columns.values()]
            parts += [""]
    return "\n".join(parts)


#: Every rendered page, by its file's name.
PAGES = {"tables.md": tables_page, "problems.md": problems_page, "results.md": results_page}

if __name__ == "__main__":
    folder = Path(__file__).parent
    for name, page in PAGES.items():
        (folder / name).write_text(page(), encoding="utf-8")
        print(f"wrote {name}")
