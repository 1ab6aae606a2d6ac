"""What every result of this project can do: print as one line, and give its numbers as a dict."""

from dataclasses import fields, is_dataclass
from enum import Enum, StrEnum
from math import isfinite
from types import ModuleType
from typing import Any

import numpy as np

WIDTH = 100
"""Characters of a line: a field that is longer is told by its type or its size."""


class Result:
    """Base of frozen dataclasses that computations return: ``@dataclass(frozen=True, repr=False)``.

    Notes
    -----
    A class whose fields do not fit a line says in ``_summary`` what it is.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True, slots=True, repr=False)
    ... class Slope(Result):
    ...     value: float
    ...     residuals: np.ndarray
    >>> slope = Slope(0.5, np.zeros(3))
    >>> slope
    Slope(value=0.5, residuals=<float64 of shape (3,)>)
    >>> slope.to_dict()
    {'value': 0.5, 'residuals': [0.0, 0.0, 0.0]}

    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._summary()})"

    def _summary(self) -> str:
        shown = [f for f in fields(self) if f.repr]  # type: ignore[arg-type]
        return ", ".join(f"{field.name}={brief(getattr(self, field.name))}" for field in shown)

    def to_dict(self) -> dict[str, Any]:
        """Fields by name, as JSON has them.

        Returns
        -------
        dict
            Numbers, strings, None, and lists and dicts of them: a number that is not finite, which
            JSON does not have, is None, an array is a list, a result is a dict, a complex number is
            [real, imaginary], a sparse matrix is a dict of its shape, indptr, indices and data,
            bytes are hexadecimal digits, a function is its name.

        Examples
        --------
        >>> from stablenoise import Estimate
        >>> Estimate(1.5, 0.1, n=400).to_dict()["stderr"]
        0.1

        """
        return {field.name: as_plain(getattr(self, field.name)) for field in fields(self)}  # type: ignore[arg-type]


def brief(value: Any) -> str:
    """``repr`` of a value if it is short, else what kind of value it is, and how large."""
    if is_array(value) and value.ndim:
        return f"<{value.dtype} of shape {value.shape}>"
    if isinstance(value, np.generic):
        return repr(value.item())
    if isinstance(value, bytes) and len(value) > 16:
        return f"<{len(value):,} bytes>"
    if isinstance(value, tuple | list | dict) and len(repr_of(value)) > WIDTH:
        return f"<{type(value).__name__} of {len(value)}>"
    return repr_of(value)


def is_array(value: Any) -> bool:
    """Whether it is an array of NumPy, or one of CuPy: it has what goes to the host by ``get``."""
    return isinstance(value, np.ndarray) or (hasattr(value, "get") and hasattr(value, "ndim"))


def pasted(value: Any) -> str:
    """``repr`` of a dataclass of parameters: it can be pasted where its arrays are short."""
    shown = [f"{f.name}={_argument(getattr(value, f.name))}" for f in fields(value) if f.repr]
    return f"{type(value).__name__}({', '.join(shown)})"


def _argument(value: Any) -> str:
    """Arrays as lists if they fit a line, modules and members of enums by their names."""
    if isinstance(value, ModuleType):
        return value.__name__.rpartition(".")[2]
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, np.ndarray) and len(repr(value.tolist())) <= WIDTH:
        return repr(value.tolist())
    return brief(value)


def repr_of(value: Any) -> str:
    """``repr`` of a value, of arrays in containers too, as ``brief`` has them."""
    if type(value) is dict:
        return "{" + ", ".join(f"{key!r}: {brief(item)}" for key, item in value.items()) + "}"
    if type(value) in (tuple, list):
        inside = ", ".join(map(brief, value)) + (
            "," if type(value) is tuple and len(value) == 1 else ""
        )
        return f"({inside})" if type(value) is tuple else f"[{inside}]"
    return repr(value)


def as_plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, Result):
        return value.to_dict()
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: as_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {str(key): as_plain(item) for key, item in value.items()}
    if hasattr(value, "_asdict"):
        return as_plain(value._asdict())
    if isinstance(value, tuple | list):
        return [as_plain(item) for item in value]
    return _plain_leaf(value)


def _plain_leaf(value: Any) -> Any:
    if hasattr(value, "indptr"):  # a sparse matrix by rows
        parts = {name: getattr(value, name) for name in ("shape", "indptr", "indices", "data")}
        return {name: as_plain(part) for name, part in parts.items()}
    if is_array(value) and not isinstance(value, np.ndarray):
        return as_plain(value.get())
    if np.iscomplexobj(value):
        return as_plain(np.stack([np.real(value), np.imag(value)], axis=-1).tolist())
    if isinstance(value, np.ndarray | np.generic):
        return as_plain(value.tolist() if value.dtype != np.longdouble else value.astype(float))
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, ModuleType) or callable(value):
        return value.__name__.rpartition(".")[2]
    return value
