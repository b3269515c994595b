"""What the answer is about: headline stocks, and the parties of licences and of the partner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod.study.findings import plain

if TYPE_CHECKING:
    from coprod.study.findings import Findings

__all__ = ["check_answer"]


def check_answer(findings: Findings) -> None:
    """Headline pairs have an objective; parties have sites."""
    tables = findings.tables
    items, sites = tables.settings["headline_item"], tables.settings["headline_site"]
    if len(items) != len(sites):
        found = f"{len(sites)} site{'s' * (len(sites) != 1)}"
        needs = f"headline_item has {len(items)}; needs one site for each item"
        findings.add("CP210", "study", None, "headline_site", found, needs)
    else:
        objectives = findings.active("stock_objectives")
        known = set(zip(objectives["item"], objectives["site"], strict=True))
        for item, site in zip(items, sites, strict=True):
            if (item, site) not in known:
                needs = f"no stock objective for this item and site in {tables.cell('stock_objectives')}"
                findings.add("CP211", "study", None, "headline_item", f"'{item}' at '{site}'", needs)
    parties = dict.fromkeys(party for party in tables["sites"]["partner"] if party)
    for party in tables.settings["partner"]:
        if party not in parties:
            _no_site(findings, "study", None, "partner", party, list(parties))
    licences = findings.active("licences")
    for row, party, share in licences[["party", "minimum_work_share"]].itertuples():
        if share > 0 and not party:
            needs = f"the minimum work share is {plain(share)}; needs the party it is for"
            findings.add("CP319", "licences", row, "party", "nothing", needs)
        elif party and party not in parties:
            _no_site(findings, "licences", row, "party", party, list(parties))


def _no_site(
    findings: Findings, table: str, row: int | None, column: str, party: str, parties: list[str]
) -> None:
    hint = findings.suggest(party, parties)
    needs = f"no site in {findings.tables.cell('sites')} has this partner.{hint}"
    findings.add("CP209", table, row, column, f"'{party}'", needs)
