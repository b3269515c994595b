"""HiGHS behind the solver interface."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from scipy.sparse import csc_array, diags_array

from coprod.errors import SolverError
from coprod.solve.basis import BASIC, FREE, LOWER, UPPER, Statuses
from coprod.solve.scaling import scales
from coprod.solve.solution import Solution, Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from coprod.solve.interface import Method
    from coprod.solve.problem import LinearProblem

__all__ = ["HighsSolver"]

#: Below this many nonzeros dual simplex is the quicker choice; above, interior point with crossover: simplex
#: times scatter (17 s against 3 s at 50 processes by 120 months, 50,000 nonzeros; minutes to never at 200).
SIMPLEX_NONZEROS = 20_000

#: Relative gap at which interior point hands over to crossover, which is exact either way: at 200 processes
#: the very same vertex in the same time. With HiGHS's own 1e-8 it may never get there where the best is next
#: to nothing (50 processes without their first year's orders: 2,665 iterations and no end); so there is a
#: limit as well. Mostly it takes 30 to 120.
IPM_GAP, IPM_ITERATIONS = 1e-5, 500

#: Nonzeros from which on interior point solves the first relaxation of a mixed-integer problem: 73 s by
#: simplex, 6 by interior point, at 50 processes by 120 months, 100,000 nonzeros; 8, 5 and 18 s in all by
#: simplex, 17, 7 and 23 by interior point at 10 processes, 25,000 nonzeros.
MIP_SIMPLEX_NONZEROS = 50_000

#: What is accepted as feasible when HiGHS itself is unsure of a point ("Unknown" on good interior points).
TRUSTED_VIOLATION = 1e-6

#: How far rows recomputed from the columns may be off what HiGHS says of them, as a share of the row's size.
#: After hundreds of warm solves its factors have drifted: rows of an "optimal" point were off by 1.6e-6 units
#: (3e-3 in the worst case on record) while it reported an infeasibility of 2e-9.
DRIFT = 1e-9

#: A mixed-integer search is at its end where no more than this is left open: a gap relative to an objective
#: of 1e-12, which is nothing, would say otherwise.
CLOSED = 1e-9


#: A rule of presolve, as its bit in ``presolve_rule_off``, that models with whole numbers do without: after
#: it HiGHS 1.14 reads memory it has freed (valgrind). Generated study 2943 ended in a crash, in "infeasible"
#: or in the right answer, as memory happened to be; 7466 in a wrong "optimal".
PARALLEL_ROWS = 1 << 13


class HighsSolver:
    """One live HiGHS model; see `coprod.solve.interface.Solver` for the methods."""

    name = "HiGHS"
    supports_duals = True
    supports_warm_start = True

    #: Threads that HiGHS has made in this process, which all its models share; None before the first solve.
    _made: ClassVar[int | None] = None

    def __init__(self, *, threads: int = 1) -> None:
        import highspy

        self._api = highspy
        self._highs = highspy.Highs()
        self.version = str(self._highs.version())
        self._problem: LinearProblem | None = None
        self._relaxed = False
        self._handed = False
        self._start: Any = None
        self._option("output_flag", False)
        self._option("threads", threads)
        self._threads = threads
        self._option("primal_feasibility_tolerance", 1e-8)
        self._option("dual_feasibility_tolerance", 1e-8)
        self._option("mip_feasibility_tolerance", 1e-8)
        self._option("ipm_optimality_tolerance", IPM_GAP)
        self._option("ipm_iteration_limit", IPM_ITERATIONS)

    def _option(self, name: str, value: Any) -> None:
        status = self._highs.setOptionValue(name, value)
        assert status == self._api.HighsStatus.kOk, (name, value)

    def load(self, problem: LinearProblem) -> None:
        """
        Take a problem; what was loaded before is forgotten.

        Raises
        ------
        SolverError
            If HiGHS cannot take it.
        """
        self._row_factor, self._column_factor = scales(problem)
        self._matrix = csc_array(
            diags_array(self._row_factor) @ problem.matrix @ diags_array(self._column_factor)
        )
        self._size = abs(self._matrix)
        lp = self._api.HighsLp()
        lp.num_col_, lp.num_row_ = problem.n_columns, problem.n_rows
        lp.col_cost_ = problem.cost * self._column_factor
        #: The bounds that hold now, as HiGHS has them.
        self._lower, self._upper = problem.lower / self._column_factor, problem.upper / self._column_factor
        lp.col_lower_, lp.col_upper_ = self._lower, self._upper
        lp.row_lower_, lp.row_upper_ = (
            problem.row_lower * self._row_factor,
            problem.row_upper * self._row_factor,
        )
        lp.offset_ = problem.offset
        lp.a_matrix_.format_ = self._api.MatrixFormat.kColwise
        lp.a_matrix_.start_ = self._matrix.indptr.astype(np.int32)
        lp.a_matrix_.index_ = self._matrix.indices.astype(np.int32)
        lp.a_matrix_.value_ = self._matrix.data
        if problem.integer.any():
            kinds = self._api.HighsVarType
            lp.integrality_ = [kinds.kInteger if flag else kinds.kContinuous for flag in problem.integer]
        if self._highs.passModel(lp) == self._api.HighsStatus.kError:
            msg = "HiGHS refused the model: a coefficient or bound is not a number it can take"
            raise SolverError(msg)
        self._problem = problem
        self._relaxed, self._start = False, None

    def set_costs(self, cost: NDArray[np.float64], offset: float = 0.0) -> None:
        """Replace the objective."""
        n = cost.size
        self._highs.changeColsCost(n, np.arange(n, dtype=np.int32), cost * self._column_factor)
        self._highs.changeObjectiveOffset(offset)

    def set_column_bounds(
        self, columns: NDArray[np.int64], lower: NDArray[np.float64], upper: NDArray[np.float64]
    ) -> None:
        """Replace the bounds of some columns."""
        if columns.size:
            self._lower[columns] = lower / self._column_factor[columns]
            self._upper[columns] = upper / self._column_factor[columns]
            numbers = columns.astype(np.int32)
            self._highs.changeColsBounds(columns.size, numbers, self._lower[columns], self._upper[columns])

    def set_row_bounds(
        self, rows: NDArray[np.int64], lower: NDArray[np.float64], upper: NDArray[np.float64]
    ) -> None:
        """Replace the bounds of some rows."""
        if rows.size:
            self._highs.changeRowsBounds(
                rows.size,
                rows.astype(np.int32),
                lower * self._row_factor[rows],
                upper * self._row_factor[rows],
            )

    def relax_integers(self, relaxed: bool) -> None:
        """Treat integer columns as continuous, or as integers again."""
        assert self._problem is not None
        columns = np.flatnonzero(self._problem.integer).astype(np.int32)
        if columns.size and relaxed != self._relaxed:
            kind = self._api.HighsVarType.kContinuous if relaxed else self._api.HighsVarType.kInteger
            self._highs.changeColsIntegrality(columns.size, columns, [kind] * columns.size)
        self._relaxed = relaxed

    def start_from(self, primal: NDArray[np.float64]) -> None:
        """Offer a feasible point to the next mixed-integer solve."""
        self._start = self._api.HighsSolution()
        self._start.col_value = list(primal / self._column_factor)

    def basis(self) -> object | None:
        """Return the basis of the last vertex; None if there is none."""
        basis = self._highs.getBasis()
        return basis if basis.valid else None

    def start_from_basis(self, basis: object | None) -> None:
        """Let the next simplex solve begin at a basis; see `coprod.solve.interface.Solver`."""
        # Without this HiGHS goes on with edge weights of where it was: 46 pivots took 0.9 s in place of 0.05.
        self._highs.clearSolver()
        if basis is not None:
            self._highs.setBasis(basis)
            self._handed = True

    def statuses(self, basis: object) -> Statuses:
        """Return what a basis says of each column and row."""
        given: Any = basis
        kinds = self._api.HighsBasisStatus
        known = np.full(len(kinds.__members__), FREE, dtype=np.int8)
        for kind, standing in ((kinds.kLower, LOWER), (kinds.kBasic, BASIC), (kinds.kUpper, UPPER)):
            known[int(kind)] = standing
        columns, rows = (
            known[np.fromiter(map(int, own), dtype=np.int8, count=len(own))]
            for own in (given.col_status, given.row_status)
        )
        return Statuses(columns, rows)

    def basis_of(self, statuses: Statuses) -> object:
        """Return the basis that statuses describe; one that is singular is mended where a solve begins."""
        kinds = self._api.HighsBasisStatus
        known = {LOWER: kinds.kLower, BASIC: kinds.kBasic, UPPER: kinds.kUpper, FREE: kinds.kZero}
        basis = self._api.HighsBasis()
        basis.col_status = [known[status] for status in statuses.columns.tolist()]
        basis.row_status = [known[status] for status in statuses.rows.tolist()]
        basis.valid = basis.alien = True
        return basis

    def solve(
        self,
        method: Method = "choose",
        *,
        gap: float = 0.0,
        time_limit: float | None = None,
        cancelled: Callable[[], bool] | None = None,
        nodes: int | None = None,
        pivots: int | None = None,
    ) -> Solution:
        """Solve the model as it stands; see `coprod.solve.interface.Solver.solve`."""
        assert self._problem is not None
        integers = bool(self._problem.integer.any()) and not self._relaxed
        if method == "choose" and not integers:
            method = "dual" if self._problem.matrix.nnz < SIMPLEX_NONZEROS else "ipm"
        self._option("solver", "ipm" if method == "ipm" and not integers else "choose")
        large = self._problem.matrix.nnz >= MIP_SIMPLEX_NONZEROS
        self._option("mip_lp_solver", "ipm" if large else "choose")
        # What crossover leaves is feasible and a pivot from the best: primal simplex takes it, dual begins
        # anew (500 processes, every rate up by a tenth: one pivot, and 58,000 without an end).
        self._option("simplex_strategy", 4 if method in ("primal", "ipm") else 1)
        # Presolve throws the basis away; the warm methods live on it.
        warm = method in ("dual", "primal") and self._highs.getBasis().valid
        self._option("presolve", "off" if warm and not integers else "choose")
        self._option("presolve_rule_off", PARALLEL_ROWS if integers else 0)
        # Exact weights of a basis that was handed over cost more (2.4 s at 500 processes by 120 months) than
        # the few pivots from it (0.1 s with Devex, which needs none).
        self._option("simplex_dual_edge_weight_strategy", 1 if self._handed else -1)
        # Nor does a handful of pivots need costs perturbed, which has to be taken back: 215 pivots for 2,080.
        self._option("dual_simplex_cost_perturbation_multiplier", 0.0 if self._handed else 1.0)
        self._handed = False
        self._option("mip_rel_gap", gap)
        self._option("mip_abs_gap", CLOSED)
        self._option("mip_max_nodes", 2**31 - 1 if nodes is None else nodes)
        self._option("simplex_iteration_limit", 2**31 - 1 if pivots is None else pivots)
        # HiGHS counts an LP's limit over all runs, and a mixed-integer model's from the start of this one.
        before = 0.0 if integers else self._highs.getRunTime()
        self._option("time_limit", float("inf") if time_limit is None else before + time_limit)
        if integers and self._start is not None:
            # Handed over at the very end: HiGHS forgets a start when a cost or bound changes.
            self._highs.setSolution(self._start)
            self._start = None
        self._claim_threads()
        interrupts = self._watch(cancelled)
        begin = time.perf_counter()
        try:
            self._highs.run()
        finally:
            for event, function in interrupts:
                event -= function
        return self._read(integers, time.perf_counter() - begin)

    def _claim_threads(self) -> None:
        """Let HiGHS make its threads anew where their number changes: it refuses to solve otherwise."""
        if HighsSolver._made not in (None, self._threads):
            self._highs.resetGlobalScheduler(True)
        HighsSolver._made = self._threads

    def _watch(self, cancelled: Callable[[], bool] | None) -> list[tuple[Any, Any]]:
        """Let every kind of solve ask whether it should stop, ten times a second at most."""
        if cancelled is None:
            return []
        last = time.monotonic()

        def ask(event: Any) -> None:
            nonlocal last
            now = time.monotonic()
            if now - last > 0.1:
                last = now
                if cancelled():
                    event.interrupt()

        events = [self._highs.cbSimplexInterrupt, self._highs.cbIpmInterrupt, self._highs.cbMipInterrupt]
        for event in events:
            event += ask
        return [(event, ask) for event in events]

    def _drifted(self, x: NDArray[np.float64], rows: NDArray[np.float64]) -> bool:
        """Whether the rows do not follow from the columns."""
        return bool((np.abs(self._matrix @ x - rows) > DRIFT * (1.0 + self._size @ np.abs(x))).any())

    def _refactor(self) -> None:
        """Solve again from the same basis with factors made anew: mostly without a pivot."""
        basis = self._highs.getBasis()
        self._highs.clearSolver()
        if basis.valid:
            self._highs.setBasis(basis)
            self._option("presolve", "off")
            self._option("solver", "choose")
        self._highs.run()

    def _point(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """
        Return a point of HiGHS's in the problem's own units, within the columns' bounds.

        A column may lie beyond its bound by the tolerance, which a factor of its unit makes larger: a
        stock of -1.7e-6 was called negative by the checker. Put back, the rows take up the difference.
        """
        return np.asarray(np.clip(x, self._lower, self._upper) * self._column_factor)

    def _read(self, integers: bool, seconds: float) -> Solution:
        assert self._problem is not None
        if not self._problem.n_columns:  # HiGHS calls such a model empty, and hands nothing back
            nothing, rows = np.zeros(0), np.zeros(self._problem.n_rows)
            offset = float(self._highs.getObjectiveOffset()[1])
            return Solution("optimal", nothing, nothing, rows, offset, offset, 0.0, 0, seconds)
        statuses = self._api.HighsModelStatus
        outcome = self._highs.getModelStatus()
        info = self._highs.getInfo()
        known: dict[object, Status] = {
            statuses.kOptimal: "optimal",
            statuses.kInfeasible: "infeasible",
            statuses.kUnboundedOrInfeasible: "infeasible",
            statuses.kUnbounded: "unbounded",
            statuses.kTimeLimit: "time limit",
            statuses.kInterrupt: "cancelled",
        }
        status = known.get(outcome, "failed")
        counts = (info.simplex_iteration_count, info.ipm_iteration_count, info.crossover_iteration_count)
        iterations = sum(max(0, count) for count in counts)
        if outcome == statuses.kUnboundedOrInfeasible or (integers and outcome == statuses.kInfeasible):
            # Presolve of a mixed-integer model has called feasible models infeasible at tight tolerances.
            self._option("presolve", "off")
            self._highs.run()
            outcome = self._highs.getModelStatus()
            info = self._highs.getInfo()
            status = known.get(outcome, "failed")
        solution = self._highs.getSolution()
        x = np.array(solution.col_value)
        if status == "optimal" and not integers and self._drifted(x, np.array(solution.row_value)):
            self._refactor()
            info = self._highs.getInfo()
            status = known.get(self._highs.getModelStatus(), "failed")
            solution = self._highs.getSolution()
            x = np.array(solution.col_value)
            if self._drifted(x, np.array(solution.row_value)):
                status = "failed"
        # An LP stopped early hands back a point that breaks its balances by far; only a MIP keeps an
        # incumbent.
        usable = status == "optimal" or (integers and info.primal_solution_status == 2)
        primal = self._point(x) if usable and solution.value_valid else None
        if status == "failed" and outcome == statuses.kUnknown and solution.value_valid:
            point = self._point(x)
            if self._problem.violation(point) <= TRUSTED_VIOLATION and not integers:
                primal, status = point, "optimal"
        if primal is None:
            return Solution(status, None, None, None, None, None, None, iterations, seconds)
        objective = float(info.objective_function_value)
        bound = float(info.mip_dual_bound) if integers else objective
        apart = objective - bound
        gap = apart / abs(objective) if integers and apart > CLOSED and objective else 0.0
        with_duals = not integers and solution.dual_valid
        return Solution(
            status,
            primal,
            np.array(solution.col_dual) / self._column_factor if with_duals else None,
            np.array(solution.row_dual) * self._row_factor if with_duals else None,
            objective,
            bound,
            gap,
            iterations,
            seconds,
        )
