"""A result table: a frame checked against the result schema when it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from coprod.errors import ResultError
from coprod.results.schema import result_schema

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["make_table", "with_units"]

_DTYPES = {"text": "object", "number": "float64", "integer": "int64", "boolean": "bool"}


def make_table(
    name: str, columns: Mapping[str, Sequence[Any] | np.ndarray[Any, Any] | pd.Series[Any]]
) -> pd.DataFrame:
    """
    Make result table `name` from its columns.

    Parameters
    ----------
    name
        A table of ``results/columns.csv``.
    columns
        Values by column; exactly the columns of the schema, all of one length. Blank dates are None or NaT,
        blank numbers NaN, blank texts ``""``.

    Returns
    -------
    DataFrame
        Columns in schema order, typed: object (text), float64, int64, bool, datetime64[s].

    Raises
    ------
    ResultError
        If a column is missing, unknown, of another length or cannot be read as its type.
    """
    schema = result_schema()[name]
    if set(columns) != set(schema):
        missing, unknown = sorted(set(schema) - set(columns)), sorted(set(columns) - set(schema))
        msg = f"result table {name}: missing columns {missing}, unknown columns {unknown}"
        raise ResultError(msg)
    series: dict[str, pd.Series[Any]] = {}
    for column in schema.values():
        values = columns[column.name]
        try:
            if column.type == "date":
                stamps = pd.to_datetime(pd.Series(list(values), dtype=object))
                series[column.name] = stamps.astype("datetime64[s]")
            else:
                array = np.asarray(values, dtype=np.dtype(_DTYPES[column.type]))
                # The type is said once more, for pandas would make its own kind of text of an object.
                series[column.name] = pd.Series(array, dtype=array.dtype)
        except (TypeError, ValueError) as error:
            msg = f"result table {name}, column {column.name}: {error}"
            raise ResultError(msg) from error
    lengths = {key: len(value) for key, value in series.items()}
    if len(set(lengths.values())) > 1:
        msg = f"result table {name}: columns of different lengths {lengths}"
        raise ResultError(msg)
    return pd.DataFrame(series)


def with_units(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with units in its column names, as users and files show it."""
    return frame.rename(columns={column.name: column.header for column in result_schema()[name].values()})
