"""
coprod: can this product be made jointly, by when, what holds it back, what does it cost, and who pays?

>>> import coprod  # doctest: +SKIP
>>> study = coprod.read("examples/us-japan-air-defence")  # doctest: +SKIP
>>> study.plan(option="japan-licensed").backfills  # doctest: +SKIP
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from coprod.api import Plan, Study, open_run, read, read_p21

__all__ = ["Plan", "Study", "__version__", "open_run", "read", "read_p21"]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """
    Load the public names when they are first asked for: `import coprod` alone loads nothing heavy.

    Raises
    ------
    AttributeError
        If there is no such name.
    """
    if name in __all__:
        return getattr(import_module("coprod.api"), name)
    msg = f"module 'coprod' has no attribute {name!r}"
    raise AttributeError(msg)


def __dir__() -> list[str]:
    return sorted(__all__)
