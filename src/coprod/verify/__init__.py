"""
The independent checker: every balance, limit and sum of a plan, from the study and the published tables
alone.

It shares nothing with the engines (an import contract sees to that): periods and lags, funding and money are
written a second time. It proves that a plan is feasible and that its goals are worth what it says; that the
plan is the best is the solver's gap, and the second models' in the tests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod.verify.balance import check_balance, check_form, check_stock_limits
from coprod.verify.capacity import check_capacity, check_lanes, check_sustaining
from coprod.verify.case import Case
from coprod.verify.gates import check_builds, check_licences, check_starts, check_work_shares
from coprod.verify.money import check_budgets, check_costs, check_spending
from coprod.verify.needs import check_backfills, check_deliveries, check_need_goals
from coprod.verify.result import Ledger, VerifyResult

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from coprod.study.tables import Tables

__all__ = ["CHECKS", "VerifyResult", "verify"]

CHECKS = (
    check_form,
    check_balance,
    check_stock_limits,
    check_starts,
    check_capacity,
    check_lanes,
    check_sustaining,
    check_builds,
    check_licences,
    check_work_shares,
    check_deliveries,
    check_backfills,
    check_need_goals,
    check_costs,
    check_spending,
    check_budgets,
)


def verify(tables: Tables, published: Mapping[str, pd.DataFrame]) -> VerifyResult:
    """
    Check a constrained plan.

    Parameters
    ----------
    tables
        The study, with the plan's option applied.
    published
        The plan's result tables by name, plain column names.

    Returns
    -------
    VerifyResult
        One row per check; ``passed`` if all did.
    """
    case, ledger = Case(tables, published), Ledger()
    if not case.T:
        return ledger.result()
    for check in CHECKS:
        check(case, ledger)
    return ledger.result()
