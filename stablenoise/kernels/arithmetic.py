"""The operations that compiled code and Python do not have in common, for Python to have both.

Python raises where IEEE has an infinity or a NaN, its integers are as wide as they need to be, and
its ``math`` is not in all functions that of compiled code.  NumPy's ``sum`` is of pairs, and its
logarithm not that of the C library.  Each function here gives what compiled code gives, to the bit.

A twin (``twins``) has one of three modes.  In ``PLAIN`` numbers are those of Python, which are
doubles.  ``TYPED`` serves where there are float32: numbers are NumPy's, each of its own type.  In
``ARRAY`` numbers may be arrays, and a choice of one of two is made for each element.
"""

import math
import struct
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from . import operations
from .dispatchers import NoTwinError

PLAIN, TYPED, ARRAY = "plain", "typed", "array"
INTEGERS = np.int64, np.uint64, np.int32, np.uint32
EXACT = "sqrt", "copysign"  # rounded as IEEE has it in every format, NumPy's too
_real, _signed, _unsigned = struct.Struct("<d"), struct.Struct("<q"), struct.Struct("<Q")


# For the numbers of Python.


def quotient(a: Any, b: Any) -> Any:
    """Quotient, infinite or NaN where b is 0."""
    try:
        return a / b
    except ZeroDivisionError:
        size = math.nan if a == 0 or a != a else math.inf
        return math.copysign(size, a) * math.copysign(1.0, b)


def bits(x: float) -> int:
    """Bits of a double as a signed integer."""
    return _signed.unpack(_real.pack(x))[0]


def from_bits(i: int) -> float:
    """The double of the last 64 bits."""
    return _real.unpack(_unsigned.pack(i & (2**64 - 1)))[0]


def fma(a: Any, b: Any, c: Any) -> Any:
    """Return a b + c rounded once: a double, or a float32 if a is one."""
    if type(a) is np.float32:
        return np.float32(operations.fma("single")(a, b, c))
    return _fma_of_doubles(a, b, c)


def floor(x: float) -> float:
    """The largest whole number that is not above x, which is finite and not -0."""
    return float(math.floor(x))


_fma_of_doubles = operations.fma("double")


# For NumPy's numbers and arrays.


def sum_in_order(x: np.ndarray) -> Any:
    """Sum from the first to the last."""
    return np.add.accumulate(x)[-1]


def product_of_matrices(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Product by SciPy's BLAS, which Numba calls too, in the order in which it does."""
    from scipy.linalg.blas import dgemm

    right, turned = (b.T, False) if b.flags.c_contiguous else (b, True)
    left, also = (a.T, False) if a.flags.c_contiguous else (a, True)
    return dgemm(1.0, right, left, trans_a=turned, trans_b=also).T


def quotient_of_all(a: Any, b: Any) -> Any:
    """As ``quotient``."""
    is_numpy = isinstance(a, np.ndarray | np.generic) or isinstance(b, np.ndarray | np.generic)
    return a / b if is_numpy else quotient(a, b)


def bits_of_all(x: Any) -> Any:
    """Bits of float64 as int64, of float32 as int32."""
    return x.view(np.int64 if x.dtype == np.float64 else np.int32)


def from_bits_of_all(i: Any) -> Any:
    """The float64 of 64 bits, the float32 of 32."""
    return i.view(np.float64 if i.dtype.itemsize == 8 else np.float32)


def fma_of_all(a: Any, b: Any, c: Any) -> Any:
    """As ``fma``, in the format of what is no literal."""
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray) or isinstance(c, np.ndarray):
        return operations.fma_of_arrays(a, b, c)
    return fma(a, b, c)


def choice(condition: Any, first: Any, second: Any) -> Any:
    """The first where ``condition``, else the second; of tuples, item by item."""
    if not isinstance(condition, np.ndarray):
        return first if condition else second
    if isinstance(first, tuple):
        return tuple(choice(condition, *pair) for pair in zip(first, second, strict=True))
    return np.where(condition, first, second)


def smaller(a: Any, b: Any) -> Any:
    """The second where it is below the first: NaN is handled as ``min`` does."""
    return choice(b < a, b, a)


def larger(a: Any, b: Any) -> Any:
    """The second where it is above the first, as ``max``."""
    return choice(b > a, b, a)


def _for_each(function: Callable) -> Callable:
    """A function of numbers for arrays too."""

    def of_all(*arguments: Any) -> Any:
        if not any(isinstance(x, np.ndarray) for x in arguments):
            return function(*arguments)
        columns = [x.tolist() for x in np.broadcast_arrays(*arguments)]
        return np.array([function(*row) for row in zip(*columns, strict=True)])

    return of_all


# What the words of a text mean.

OPERATORS: dict[str, tuple[Callable, Callable]] = {
    "quotient": (quotient, quotient_of_all),
    "sum_in_order": (sum_in_order, sum_in_order),
    "product_of_matrices": (product_of_matrices, product_of_matrices),
    "choice": (choice, choice),
    "bits": (bits, bits_of_all),
    "from_bits": (from_bits, from_bits_of_all),
    "fma": (fma, fma_of_all),
}
OF_ALL = (min, smaller), (max, larger), (abs, np.abs)


def operator(name: str, mode: str) -> Callable:
    """The function for an operator, or an intrinsic, of compiled code."""
    return OPERATORS[name][mode != PLAIN]


@cache
def function_of_math(name: str, mode: str) -> Callable:
    """What compiled code has for ``math.name``."""
    if name in ("isnan", "isinf"):
        return getattr(np if mode == ARRAY else math, name)
    if name == "floor":
        return np.floor if mode == ARRAY else math.floor
    if mode != PLAIN and name in EXACT:
        return getattr(np, name)
    if name not in operations.CALLED:
        raise NoTwinError(f"math.{name}")
    function = operations.of_numbers(name)
    return _for_each(function) if mode == ARRAY else function


@cache
def conversion(kind: Any, mode: str) -> Any:
    """A type of NumPy as a function; an integer that does not fit loses its first bits."""
    if mode == PLAIN and kind is np.float64:
        return float
    wrap = _wrapped(kind) if kind in INTEGERS else kind
    if mode == PLAIN:
        return wrap

    def converted(x: Any) -> Any:
        return x.astype(kind) if isinstance(x, np.ndarray) else kind(wrap(x))

    converted.dtype = np.dtype(kind)  # type: ignore[attr-defined]  # as np.empty asks for it
    return converted


def _wrapped(kind: type) -> Callable:
    width = 8 * np.dtype(kind).itemsize
    low = 0 if issubclass(kind, np.unsignedinteger) else -(1 << (width - 1))

    def converted(x: Any) -> int:
        return ((int(x) - low) & ((1 << width) - 1)) + low

    converted.dtype = np.dtype(kind)  # type: ignore[attr-defined]
    return converted


def constant(value: Any, mode: str) -> Any:
    """A value that is frozen in the text: a number, or a function of NumPy or Python."""
    if isinstance(value, np.generic):
        return value.item() if mode == PLAIN and not isinstance(value, np.float32) else value
    if value is np.floor:
        return floor if mode == PLAIN else value
    if mode == ARRAY:
        return next((other for known, other in OF_ALL if value is known), value)
    return value
