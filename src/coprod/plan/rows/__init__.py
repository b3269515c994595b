"""The plan's rows, family by family, in the order they stand in the model."""

from collections.abc import Callable

from coprod.network.network import Network
from coprod.plan.rows.balance import balance, stock_limits
from coprod.plan.rows.block import RowBlock
from coprod.plan.rows.budget import budget
from coprod.plan.rows.capacity import capacity, closing, keeping, line_is_open, sustaining
from coprod.plan.rows.gates import builds, excludes, gates, line_cost, requires
from coprod.plan.rows.licences import caps, licence_in_use, work_share
from coprod.plan.rows.needs import deliveries, shortfall
from coprod.plan.variables import Columns

__all__ = ["FAMILIES", "UNCONSTRAINED", "RowBlock"]

Family = Callable[[Network, Columns], RowBlock]

#: What an unconstrained plan keeps: material, and the needs it is planned for.
UNCONSTRAINED: tuple[Family, ...] = (balance, stock_limits, deliveries, shortfall)

FAMILIES: tuple[Family, ...] = (
    balance,
    stock_limits,
    deliveries,
    shortfall,
    capacity,
    line_is_open,
    sustaining,
    closing,
    keeping,
    builds,
    gates,
    requires,
    excludes,
    line_cost,
    caps,
    licence_in_use,
    work_share,
    budget,
)
