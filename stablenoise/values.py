"""Frozen dataclasses that hold arrays: compared by content, and read-only, copies included.

Two values are equal if they have the same class and all their parameters are equal, and equal
values have the same hash.  Arrays are equal if their shapes, types and elements are: a number is
not equal to an array of it, because the two give draws of different shapes.  -0.0 equals 0.0.  NaN,
which the laws refuse, equals itself, so that every value equals its copies.
"""

from collections.abc import Hashable
from dataclasses import MISSING, fields
from typing import Any, TypeVar

import numpy as np

Class = TypeVar("Class", bound=type)


def by_content(cls: Class) -> Class:
    """Give a frozen dataclass with arrays equality, a hash and copies that stay read-only.

    Parameters
    ----------
    cls : class
        A frozen dataclass made with ``eq=False``, which makes its arrays ``read_only`` itself.
        Fields with ``compare=False`` are not compared: they are computed from the others.

    Returns
    -------
    class
        The same one; its arrays are read-only after a pickle or a deep copy too.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @by_content
    ... @dataclass(frozen=True, slots=True, eq=False)
    ... class Line:
    ...     points: np.ndarray
    >>> Line(np.array([0.0, 1.0])) == Line(np.array([-0.0, 1.0]))
    True

    """
    for name, method in (("__eq__", _equal), ("__hash__", _hash), ("__setstate__", _restore)):
        setattr(cls, name, method)
    return cls


def keep_floats(self: Any, *names: str) -> None:
    """Make fields of a frozen dataclass, checked to be numbers, floats: they then have a hash."""
    for name in names:
        object.__setattr__(self, name, float(getattr(self, name)))


def set_fields(self: Any, state: Any) -> None:
    """Set the fields from the state of a copy or a pickle: a dict, or values in field order.

    Fields at the end that an older version did not have get their defaults.  A dataclass with slots
    that has got such fields has this as its ``__setstate__``, or reading them would fail.
    """
    names = [field.name for field in fields(self)]
    given = state if isinstance(state, dict) else dict(zip(names[: len(state)], state, strict=True))
    for name, value in {**_defaults(self), **given}.items():
        object.__setattr__(self, name, value)


def _defaults(self: Any) -> dict[str, Any]:
    """Fields that have a default, with it."""
    plain = {f.name: f.default for f in fields(self) if f.default is not MISSING}
    made = [(f.name, f.default_factory) for f in fields(self)]
    return plain | {name: make() for name, make in made if make is not MISSING}


def read_only(value: Any) -> Any:
    """Make an array read-only, or all arrays in a tuple, list or dict; return the same object."""
    if isinstance(value, np.ndarray):
        value.flags.writeable = False
    elif isinstance(value, tuple | list):
        for element in value:
            read_only(element)
    elif isinstance(value, dict):
        read_only(list(value.values()))
    return value


def content(value: Any) -> Hashable:
    """A hashable object that is equal for equal parameters."""
    if isinstance(value, tuple | list):
        return tuple(map(content, value))
    if isinstance(value, dict):  # equal in any order, as dicts are
        return frozenset((key, content(element)) for key, element in value.items())
    if isinstance(value, float):
        return "nan" if value != value else value
    if not isinstance(value, np.ndarray):
        return value
    if value.dtype.hasobject:
        return value.shape, content(value.ravel().tolist())
    native = value.astype(value.dtype.newbyteorder("="), order="C")
    if native.dtype.kind in "fc":  # -0.0 becomes 0.0, and each NaN the same one
        native = np.where(native == native, native + 0.0, np.nan).astype(native.dtype)
    return native.shape, native.dtype.str, native.tobytes()


def _content(self: Any) -> tuple[Hashable, ...]:
    return tuple(content(getattr(self, field.name)) for field in fields(self) if field.compare)


def _equal(self: Any, other: object) -> bool:
    if type(other) is not type(self):
        return NotImplemented
    return _content(self) == _content(other)


def _hash(self: Any) -> int:
    return hash((type(self), _content(self)))


def _restore(self: Any, state: Any) -> None:
    """Set the fields, arrays read-only, from the state of a copy or a pickle."""
    set_fields(self, read_only(state))
