"""Checks of arguments at the public border: what does not hold is told in one clear line.

The line is "subject must rule, got what was seen", without a full stop.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import inf, prod
from operator import index
from os import PathLike
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from .kernels.arrays import Array, array_module, on_host

NO_LISTS = str, bytes, bytearray, memoryview, range  # sequences without masked values


def check_all(good: Any, rule: str, values: Any) -> None:
    """Raise ValueError with the rule and the first of the values that are not good."""
    truths = good if hasattr(good, "all") else np.asarray(good)  # quicker than np.all for a number
    if not truths.all():
        seen = np.asarray(on_host(values))[~np.asarray(on_host(truths))].flat[0]
        raise ValueError(f"{rule}, got {seen}")


def check_alpha(alpha: Any) -> None:
    """Raise ValueError unless ``alpha`` is a stability index, or an array of them."""
    indices = real_values("alpha", alpha)
    check_all((indices > 0) & (indices <= 2), "alpha must lie in (0, 2]", indices)


def check_integer(name: str, value: int, low: int, high: int) -> int:
    """Return ``value`` as a Python int, or raise ValueError unless it is one in [low, high)."""
    check_unmasked(name, value)
    try:
        integer = low - 1 if isinstance(value, bool) else index(value)
    except TypeError:
        integer = low - 1
    if not low <= integer < high:
        rule = f"{name} must be an integer in [{low}, {_spelled(high)})"
        raise ValueError(f"{rule}, got {told(value)}")
    return integer


def check_real_type(dtype: DTypeLike) -> np.dtype:
    """Return ``dtype``, or raise ValueError unless noise can be made in it."""
    try:
        kind = np.dtype(dtype)
    except (TypeError, ValueError, DeprecationWarning):  # the last of old spellings of other types
        raise ValueError(f"dtype must be float64 or float32, got {told(dtype)}") from None
    if kind not in (np.float64, np.float32):
        raise ValueError(f"dtype must be float64 or float32, got {kind}")
    return kind


def check_number(name: str, value: float) -> float:
    """Return ``value`` as a Python float, or raise ValueError unless it is one real number.

    Formulas take the float: an integer of 8 bits would overflow in them.
    """
    check_unmasked(name, value)
    seen = copied(value)
    if seen.ndim or seen.dtype.kind not in "iuf":
        raise ValueError(f"{name} must be a real number, got {told(value)}")
    with np.errstate(over="ignore"):  # of a wider type: inf
        return float(value)


def check_finite(name: str, value: float) -> float:
    """Return ``value`` as a float, or raise ValueError unless it is a finite number."""
    number = check_number(name, value)
    if not -inf < number < inf:
        raise ValueError(f"{name} must be finite, got {value}")
    return number


def check_not_negative(name: str, value: float) -> float:
    """Return ``value`` as a float, or raise ValueError unless it is finite and at least 0."""
    number = check_number(name, value)
    if not 0 <= number < inf:
        raise ValueError(f"{name} must be finite and not negative, got {value}")
    return number


def check_truth(name: str, value: bool) -> None:
    """Raise ValueError unless ``value`` is True or False."""
    if not isinstance(value, bool):
        raise ValueError(f"{name} must be True or False, got {told(value)}")


def check_positive(name: str, value: float) -> float:
    """Return ``value`` as a float, or raise ValueError unless it is a positive finite number."""
    number = check_number(name, value)
    if not 0 < number < inf:
        raise ValueError(f"{name} must be positive and finite, got {value}")
    return number


def check_share(name: str, value: float, ends: str = "()") -> float:
    """Return ``value`` as a float, or raise ValueError unless it is a number between 0 and 1.

    ``ends`` say which of the two are allowed, as in "(0, 1]".
    """
    number = check_number(name, value)
    low, high = ends[0], ends[1]
    if not (0 < number < 1 or (number == 0 and low == "[") or (number == 1 and high == "]")):
        raise ValueError(f"{name} must lie in {low}0, 1{high}, got {value}")
    return number


def check_callable(name: str, value: Any, of: str = "") -> None:
    """Raise ValueError unless ``value`` can be called; ``of`` says with what."""
    if not callable(value):
        rule = f"a function of {of}" if of else "callable"
        raise ValueError(f"{name} must be {rule}, got {told(value)}")


def check_kind(name: str, value: Any, *kinds: type) -> None:
    """Raise ValueError unless ``value`` is an instance of one of the classes."""
    if not isinstance(value, kinds):
        wanted = (f"{'an' if k.__name__[0] in 'AEIO' else 'a'} {k.__name__}" for k in kinds)
        fields = [n for n in _fields(value) if isinstance(getattr(value, n, None), kinds)]
        inside = f", whose {fields[0]} is one" if fields else ""
        raise ValueError(f"{name} must be {' or '.join(wanted)}, got {told(value)}{inside}")


def _fields(value: Any) -> tuple[str, ...]:
    """Names of what a dataclass holds, none for anything else."""
    return tuple(getattr(type(value), "__dataclass_fields__", ()))


def check_choice(name: str, value: Any, choices: Collection[str]) -> str:
    """Return ``value``, or raise ValueError unless it is one of some words."""
    if not (isinstance(value, str) and value in choices):
        raise ValueError(f"{name} must be one of {', '.join(choices)}, got {told(value)}")
    return value


def check_path(name: str, value: Any) -> None:
    """Raise ValueError unless ``value`` names a file: a number would be one that is open."""
    if not isinstance(value, str | PathLike) or value == "":  # which would be the current folder
        raise ValueError(f"{name} must be a string or a path, got {told(value)}")


def check_unmasked(name: str, values: Any) -> None:
    """Raise ValueError if a value is masked: as a plain array it would count like the others."""
    masked = _masked(values)
    if masked:
        raise ValueError(f"{name} must have no masked values, got {masked}")


def _masked(values: Any) -> int:
    """How many values of a masked array, or of sequences of them, are masked."""
    if isinstance(values, np.ma.MaskedArray):
        return int(np.ma.getmaskarray(values).sum())
    walked = isinstance(values, Sequence) and not isinstance(values, NO_LISTS)
    return sum(map(_masked, values)) if walked else 0


def as_array(name: str, value: Any) -> Any:
    """``value``, or the array that an object of another library says it is, by ``__array__``.

    Arrays of NumPy and CuPy, numbers and containers come back as they are.
    """
    ours = isinstance(value, array_module(value).ndarray | np.generic | type)
    if ours or not hasattr(value, "__array__"):
        return value
    kind = type(value).__name__
    if getattr(value, "requires_grad", False) is True:
        raise ValueError(f"{name} must be detached, got a {kind} that requires_grad: use .detach()")
    try:
        return np.asarray(value)
    except Exception as error:  # of that library: a device, a type that NumPy has not
        why = one_line(said_by(error), 100).rstrip(".")
        raise ValueError(f"{name} must give an array of NumPy, got a {kind}: {why}") from None


def real_values(name: str, values: ArrayLike) -> Array:
    """Return ``values`` as an array of their own type, or raise ValueError unless they are real."""
    check_unmasked(name, values)
    values = as_array(name, values)
    try:
        array = array_module(values).asarray(values)
    except ValueError:  # rows of several lengths
        array = np.asarray(None)
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{name} must be a real number or an array of them, got {told(values)}")
    return array


def on_one_device(names: str, *arrays: Array) -> ModuleType:
    """Return the module of some arrays, or raise ValueError unless it is the same for all."""
    modules = {array_module(array) for array in arrays}
    if len(modules) > 1:
        seen = " and ".join(array_module(array).ndarray.__module__ for array in arrays)
        raise ValueError(f"{names} must be on one device, got arrays of {seen}")
    return modules.pop()


def finite_floats(name: str, values: ArrayLike) -> Array:
    """``values`` as a finite contiguous array, float32 if it was that, else float64."""
    array = real_values(name, values)
    xp = array_module(array)
    kind = np.float32 if array.dtype.name == "float32" else np.float64
    with np.errstate(over="ignore"):  # of a wider type: told below
        array = xp.ascontiguousarray(array, dtype=kind) if array.ndim else array.astype(kind)
    if not xp.isfinite(array).all():
        wrong = array.size - int(xp.count_nonzero(xp.isfinite(array)))
        raise ValueError(f"{name} must be finite, got {wrong} that are not")
    return array


def real_array(name: str, values: ArrayLike) -> np.ndarray:
    """Return ``values`` as an array of floats, or raise ValueError unless they are real numbers."""
    array = real_values(name, values)
    with np.errstate(over="ignore"):  # of a wider type: inf
        return array.astype(float, copy=False)


def told(value: Any) -> str:
    """A value as an error names it, on one short line."""
    if isinstance(value, np.ndarray | array_module(value).ndarray) and value.ndim:
        return f"{value.dtype} of shape {value.shape}"
    parts = value.values() if isinstance(value, dict) else value
    if isinstance(value, tuple | list | dict) and any(_is_array(part) for part in parts):
        return f"a {type(value).__name__} of {len(value)} with arrays"
    if hasattr(value, "iloc"):  # a table or a column of pandas
        kinds = value.dtype if len(value.shape) == 1 else ", ".join(map(str, set(value.dtypes)))
        return one_line(f"a {type(value).__name__} of {kinds} of shape {value.shape}", 80)
    try:
        return one_line(repr(value), 80)
    except Exception:  # of a class of one's own, or an integer of more digits than Python writes
        return type(value).__name__


def _is_array(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.ndim > 0


def said_by(error: object) -> str:
    """What an error or a warning says; nothing if it raises another one when it is asked."""
    try:
        return str(error)
    except Exception:
        return ""


def one_line(text: str, size: int) -> str:
    """A text on one line of so many characters at most, with dots for what is left out."""
    line = " ".join(text.split())
    return line if len(line) <= size else f"{line[: size - 4]} ..."


def copied(values: ArrayLike) -> np.ndarray:
    """Copy of ``values`` as an array; of rows of several lengths, one of objects."""
    try:
        return np.array(values)
    except ValueError:
        return np.array(None)


def plain(x: Any) -> Any:
    """A number rather than an array without dimensions."""
    return float(x) if np.ndim(x) == 0 else x


def check_ends(rule: str, *arrays: np.ndarray) -> None:
    """Raise ValueError unless arrays are finite; their ends tell it, without memory for masks."""
    ends = [end for array in arrays if array.size for end in (array.min(), array.max())]
    if not np.isfinite(ends).all():
        raise ValueError(f"{rule}, got some that are not")


def check_fits(name: str, values: Any, dtype: np.dtype) -> None:
    """Raise ValueError unless all of ``values`` are finite in this type."""
    with np.errstate(over="ignore"):
        good = np.isfinite(np.asarray(values, dtype=dtype))
    if not good.all():  # so that a call of few numbers need not spell a type
        check_all(good, f"{name} must be finite in {dtype}", values)


def check_shape(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return ``shape``, or raise ValueError if an index of 64 bits could not count its bytes."""
    if prod(max(n, 1) for n in shape) >= 2**60:
        raise ValueError(f"an array must have fewer than 2^60 elements, got shape {told(shape)}")
    return shape


def check_target(name: str, array: Array, contiguous: bool = True) -> None:
    """Raise ValueError unless noise can be written into ``array``."""
    if not isinstance(array, array_module(array).ndarray) or isinstance(
        array, np.ma.MaskedArray | np.matrix
    ):
        raise ValueError(f"{name} must be an array of NumPy or CuPy, got {type(array).__name__}")
    if array.dtype not in (np.float64, np.float32):
        raise ValueError(f"{name} must be float64 or float32, got {array.dtype}")
    if contiguous and not array.flags.c_contiguous:
        raise ValueError(f"{name} must be C-contiguous, got strides {array.strides}")
    if not getattr(array.flags, "writeable", True):  # an array of CuPy always is
        raise ValueError(f"{name} must be writeable, got a read-only array")


def finite_sample(
    sample: ArrayLike, ndim: int = 1, least: int = 1, name: str = "sample"
) -> np.ndarray:
    """Return ``sample`` as floats, or raise ValueError unless real, finite and long enough."""
    x = real_array(name, sample)
    if x.ndim != ndim or not x.size:
        raise ValueError(f"{name} must be a non-empty {ndim}-d array, got shape {x.shape}")
    check_rows(f"{name} must be finite", x, np.isfinite(x))
    if len(x) < least:
        raise ValueError(f"{name} must have at least {least} values, got {len(x)}")
    return x


def check_rows(rule: str, values: np.ndarray, good: np.ndarray) -> None:
    """Raise ValueError with the rule, the first value that is not good, its row, and how many more.

    Rows are counted from 0, as NumPy and pandas do.
    """
    if not good.all():
        first, more = int(np.argmin(good)), good.size - int(np.count_nonzero(good)) - 1
        row = first // (values.size // len(values))
        further = f" and {more} more" if more else ""
        raise ValueError(f"{rule}, got {values.ravel()[first]} in row {row}{further}")


def log_sizes(sizes: np.ndarray) -> np.ndarray:
    """Return log |x|, or raise ValueError if a value is zero."""
    if not sizes.all():
        raise ValueError(f"sample must have no zeros, got {sizes.size - np.count_nonzero(sizes)}")
    return np.log(np.abs(sizes))


def frequencies(u: ArrayLike) -> np.ndarray:
    """Return ``u`` as an array of its own type, or raise ValueError unless of real vectors."""
    array = real_values("u", u)
    if not array.ndim:
        raise ValueError(f"u must be an array of shape (..., dim), got {told(u)}")
    return array


def _spelled(bound: int) -> str:
    """A bound as text: 2^32, powers from 2^64 on, and one less, as powers; others in digits."""
    for less, text in (0, ""), (1, " - 1"):
        power = (bound + less).bit_length() - 1
        if (power == 32 or power >= 64) and bound + less == 2**power:
            return f"2^{power}{text}"
    return str(bound)
