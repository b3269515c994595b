"""The compiled study: arrays an engine can work on, each with its shape, type and unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    import numpy as np
    from numpy.typing import NDArray

    from coprod.network.periods import Periods

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

__all__ = [
    "CATEGORIES",
    "Activities",
    "Arcs",
    "CapRows",
    "Demands",
    "Expansions",
    "FiscalBudgets",
    "Gates",
    "Investments",
    "Network",
    "Nodes",
    "Objectives",
    "ResourceGates",
    "Resources",
    "Spending",
    "SunkBuilds",
    "WorkShares",
]


@dataclass(frozen=True, slots=True)
class Nodes:
    """
    Items at sites; N of them, in order of first appearance in the study.

    Attributes
    ----------
    item, site
        Names, length N.
    opening : (N,) units
        Opening stock.
    receipts : (N, T) units
        Pipeline receipts by period.
    minimum, maximum : (N, T) units
        Stock floor (0 where none) and ceiling (inf where none).
    holding_cost : (N, T) base currency per unit in stock at a period's end, undiscounted
    unit_value : (N,) base currency per unit; 0 where not given
    """

    item: tuple[str, ...]
    site: tuple[str, ...]
    opening: Floats
    receipts: Floats
    minimum: Floats
    maximum: Floats
    holding_cost: Floats
    unit_value: Floats


@dataclass(frozen=True, slots=True)
class Activities:
    """
    What the plan decides, period by period: P processes, then F lanes, then E investments; A = P + F + E.

    Attributes
    ----------
    key : length A
        Key of the row: process, item/from/to, or investment.
    n_processes, n_lanes, n_investments
    node : (A,) int
        Node that receives the output; -1 for investments.
    lag : (A,) periods
        From start (shipment, build) to output (arrival, completion).
    admin_lag : (A,) periods
        From order to start; 0 for lanes and investments.
    lead_days, admin_days : (A,) days
        The exact durations behind the two lags.
    allowed : (A, T) bool
        Whether it may start in the period: dates, ALT, licences, inactive rows, sunk gates, end of horizon.
        (Open gates of builds are `Gates`.)
    opens : (A,) int
        First period in which everything but the ALT would allow a start; T if never.
    unit_cost : (A, T) base currency per unit started in t, undiscounted, price year
    licence : (A,) int
        Index into `Network.licences`; -1 if none.
    party : length A
        Party of the site (of the sending site for lanes); "" for investments.
    limit : (A, T) units
        Hard limit on what may be shipped in a period: a lane's capacity_per_month times months; inf where
        there is none and for processes and investments.
    upper : (A, T) units
        An upper bound on what an optimal plan can need to start in a period: for big-M rows. Finite.
    """

    key: tuple[str, ...]
    n_processes: int
    n_lanes: int
    n_investments: int
    node: Ints
    lag: Ints
    admin_lag: Ints
    lead_days: Floats
    admin_days: Floats
    allowed: Bools
    opens: Ints
    unit_cost: Floats
    licence: Ints
    party: tuple[str, ...]
    limit: Floats
    upper: Floats

    @property
    def processes(self) -> slice:
        """Columns of the processes."""
        return slice(0, self.n_processes)

    @property
    def lanes(self) -> slice:
        """Columns of the lanes."""
        return slice(self.n_processes, self.n_processes + self.n_lanes)

    @property
    def investments(self) -> slice:
        """Columns of the investments."""
        return slice(self.n_processes + self.n_lanes, self.n_processes + self.n_lanes + self.n_investments)


@dataclass(frozen=True, slots=True)
class Arcs:
    """
    Sparse coefficients over time: what activity `column` does to `row`, `lag` periods after it starts.

    Attributes
    ----------
    row : (K,) int
        Node (material) or resource (loads).
    column : (K,) int
        Activity.
    coefficient : (K, T) per unit started, by period of the start
        Material: positive adds to the stock, negative takes from it. Loads: use, >= 0.
    lag : (K,) periods
    lag_days : (K,) days
        The exact time behind `lag`.
    """

    row: Ints
    column: Ints
    coefficient: Floats
    lag: Ints
    lag_days: Floats


@dataclass(frozen=True, slots=True)
class Resources:
    """
    Capacities; R of them.

    Attributes
    ----------
    name, site : length R
    capacity : (R, T) resource units per period, without builds of the plan; inf where unlimited
        Sunk builds are included.
    sustaining : (R, T) resource units per period
        Minimum sustaining rate times months; 0 where none.
    window : (R, 2) int
        First and last period of the sustaining row; first > last where it never holds.
    sunk_ramp : (R, T) bool
        Periods in which a sunk build ramps (the sustaining row does not hold).
    sunk_reopen : (R, T) bool
        Periods in which a sunk build on the line completes (a closed line may open again).
    fixed_cost : (R, T) base currency per period while open, undiscounted
        0 while a sunk build or an inactive investment keeps the line's gate shut.
    economic_rate : (R,) per month; NaN where not given
    """

    name: tuple[str, ...]
    site: tuple[str, ...]
    capacity: Floats
    sustaining: Floats
    window: Ints
    sunk_ramp: Bools
    sunk_reopen: Bools
    fixed_cost: Floats
    economic_rate: Floats


@dataclass(frozen=True, slots=True)
class Expansions:
    """
    What a build of the plan adds to a resource; K pairs.

    Attributes
    ----------
    resource : (K,) int
    investment : (K,) int
        Index 0 … E-1 (column of the activity minus P + F).
    adds : (K,) resource units per period at the end of the ramp
    ramp : (K,) periods, >= 1
    """

    resource: Ints
    investment: Ints
    adds: Floats
    ramp: Ints


@dataclass(frozen=True, slots=True)
class Investments:
    """
    Build options of the plan; E of them (sunk builds are already in capacities and `allowed`).

    Attributes
    ----------
    name : length E
    max_builds : (E,) int
    fixed_start : (E,) int
        Period of the one build that `start` fixes; -1 if free.
    requires, excludes : (K, 2) int
        Pairs (e, f): e needs f complete before it starts; e and f cannot both be built.
    """

    name: tuple[str, ...]
    max_builds: Ints
    fixed_start: Ints
    requires: Ints
    excludes: Ints


@dataclass(frozen=True, slots=True)
class SunkBuilds:
    """
    Builds that `start` puts before the study, for the record: their effects are in capacities and `allowed`
    already.

    Attributes
    ----------
    name : length K
    start, complete, full_rate : (K,) int
        Periods, counted backwards where before the study; `full_rate` is the last period of the ramp.
    """

    name: tuple[str, ...]
    start: Ints
    complete: Ints
    full_rate: Ints


@dataclass(frozen=True, slots=True)
class Gates:
    """
    Pairs (activity, investment index): the activity cannot start before the build is complete. (K,)
    int each.
    """

    column: Ints
    investment: Ints


@dataclass(frozen=True, slots=True)
class ResourceGates:
    """
    Pairs (resource, investment index): the line has no fixed cost before the build is complete. (K,)
    int each.
    """

    resource: Ints
    investment: Ints


@dataclass(frozen=True, slots=True)
class Demands:
    """
    Orders; D of them.

    Attributes
    ----------
    name, customer : length D
    node : (D,) int
    due : (D, T) units
        Falling due in each period.
    priority : (D,) int; weight : (D,)
    """

    name: tuple[str, ...]
    customer: tuple[str, ...]
    node: Ints
    due: Floats
    priority: Ints
    weight: Floats


@dataclass(frozen=True, slots=True)
class Objectives:
    """
    Stock objectives; G of them.

    Attributes
    ----------
    name : length G
    node : (G,) int
    level : (G,) units
    by_period : (G,) int
        First period whose shortfall counts; 0 where `by` is blank.
    by_date : length G
        ISO date or "" where blank.
    priority : (G,) int; weight : (G,)
    """

    name: tuple[str, ...]
    node: Ints
    level: Floats
    by_period: Ints
    by_date: tuple[str, ...]
    priority: Ints
    weight: Floats


@dataclass(frozen=True, slots=True)
class CapRows:
    """
    Licence caps as rows over starts: ``sum(coefficient * x[column, period]) <= upper[row]``.

    Attributes
    ----------
    name : length M
        Such as ``licence-x`` (life) or ``licence-x/2`` (second licence year).
    licence : (M,) int
    upper : (M,) good units
        Cap less what was already used.
    row, column, period : (K,) int; coefficient : (K,) good units per unit started
    """

    name: tuple[str, ...]
    licence: Ints
    upper: Floats
    row: Ints
    column: Ints
    period: Ints
    coefficient: Floats


@dataclass(frozen=True, slots=True)
class WorkShares:
    """
    Minimum work shares; W of them.

    Attributes
    ----------
    licence : (W,) int; party : length W; share : (W,) fraction
    licensed : (W, P) bool
        Processes under the licence: the row binds if any of them starts.
    in_scope, of_party : (W, P) bool
        Processes that count, and those of the party among them.
    """

    licence: Ints
    party: tuple[str, ...]
    share: Floats
    licensed: Bools
    in_scope: Bools
    of_party: Bools


@dataclass(frozen=True, slots=True)
class Spending:
    """
    Who pays what: S entries, one per payer of an activity, of a node's stock or of a resource's fixed cost.

    Attributes
    ----------
    kind : (S,) int
        0 activity, 1 holding (index is a node), 2 fixed cost (index is a resource).
    index : (S,) int
        Column of the activity, node or resource.
    payer : (S,) int
    category : (S,) int
        Index into `CATEGORIES`.
    amount : (S, T) then-year money of the payer's currency, per unit started (in stock, open) in t
    base_amount : (S, T) base currency at price-year prices, likewise, undiscounted
    year : (S, T) int
        Fiscal year of the commitment of what starts in t (the order date decides).
    """

    kind: Ints
    index: Ints
    payer: Ints
    category: Ints
    amount: Floats
    base_amount: Floats
    year: Ints


CATEGORIES = ("production", "transport", "holding", "fixed", "investment")


@dataclass(frozen=True, slots=True)
class FiscalBudgets:
    """
    Ceilings; B rows. A payer with no row is unlimited; the compiler has added rows of 0 where the
    conventions say so.

    Attributes
    ----------
    payer : (B,) int
    year : (B,) int
    category : (B,) int
        -1: all categories together.
    amount : (B,) then-year money of the payer's currency
    carry_to : (B,) int
        Row that what is left goes to; -1 if none.
    """

    payer: Ints
    year: Ints
    category: Ints
    amount: Floats
    carry_to: Ints


@dataclass(frozen=True, slots=True)
class Network:
    """
    A study (with an option applied) compiled for the engines. See each block for shapes and units.

    Attributes
    ----------
    study_date
        Today, for the study.
    periods
        The calendar; T = periods.n.
    discount : (T,) factor from the middle of each period to study_date
    material
        Outputs (first the outputs of every process and lane, then what lanes take at the sending site, then
        inputs).
    loads
        Use of resources by processes and investments.
    licences, payers
        Names.
    payer_currency
        Currency of each payer.
    partner_parties
        Parties that count as the partner's in the answer.
    """

    title: str
    option: str
    study_date: date
    periods: Periods
    discount: Floats
    nodes: Nodes
    activities: Activities
    material: Arcs
    loads: Arcs
    resources: Resources
    expansions: Expansions
    investments: Investments
    sunk: SunkBuilds
    gates: Gates
    resource_gates: ResourceGates
    demands: Demands
    objectives: Objectives
    licences: tuple[str, ...]
    caps: CapRows
    work_shares: WorkShares
    payers: tuple[str, ...]
    payer_currency: tuple[str, ...]
    spending: Spending
    budgets: FiscalBudgets
    base_currency: str
    partner_parties: tuple[str, ...]
    warnings: tuple[str, ...]
