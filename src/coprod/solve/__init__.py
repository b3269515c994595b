"""Arrays in, arrays out: linear and mixed-integer problems, and the solvers that take them."""

from coprod.solve.choice import SOLVERS, solver
from coprod.solve.interface import Method, Solver
from coprod.solve.problem import LinearProblem
from coprod.solve.solution import Solution, Status
from coprod.solve.stoppable import solve_or_stop

__all__ = ["SOLVERS", "LinearProblem", "Method", "Solution", "Solver", "Status", "solve_or_stop", "solver"]
