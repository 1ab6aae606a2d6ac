"""Frozen dataclasses that hold arrays: read-only however they are copied, and compared by content.

One rule: values are equal if they are of one class and their parameters are equal one by one, and
equal values have one hash.  Arrays are equal if they have the same shape, the same type and equal
elements: so a number and an array of it are two parameters, as they give draws of two shapes.
-0.0 is 0.0; NaN, which the laws refuse, is equal to itself, so that a value equals its copies.
"""

from collections.abc import Hashable
from dataclasses import fields
from typing import Any, TypeVar

import numpy as np

Class = TypeVar("Class", bound=type)


def by_content(cls: Class) -> Class:
    """Give a frozen dataclass with arrays equality, a hash and copies that stay read-only.

    Fields with ``compare=False``, which are made of the others, do not take part.  The class makes
    its arrays ``read_only`` itself; here they become so again after a pickle or a deep copy.

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
    """Make checked numbers of a frozen dataclass floats: an array of one has no hash."""
    for name in names:
        object.__setattr__(self, name, float(getattr(self, name)))


def read_only(value: Any) -> Any:
    """The same object, its array made read-only, or those that a tuple, list or dict holds."""
    if isinstance(value, np.ndarray):
        value.flags.writeable = False
    elif isinstance(value, tuple | list):
        for element in value:
            read_only(element)
    elif isinstance(value, dict):
        read_only(list(value.values()))
    return value


def content(value: Any) -> Hashable:
    """What stands for a parameter in a comparison, and has a hash."""
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
    """Set the fields that a copy or a pickle has kept, in order if the class has slots."""
    names = [field.name for field in fields(self)]
    kept = state if isinstance(state, dict) else dict(zip(names, state, strict=True))
    for name, value in kept.items():
        object.__setattr__(self, name, read_only(value))
