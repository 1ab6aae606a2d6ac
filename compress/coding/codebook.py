"""Arrays of few values as a codebook and codes, and codebooks as bits.

A codebook holds the values that are not zero, in ascending order; code 0 is zero, code i the i-th
value.  It is sent in the shortest of four forms that gives the values exactly: a list in float16 or
in the array's own type, or a grid, one step and its multiples, in either of the two.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

import numpy as np

from stablenoise.results import Result

from .bits import Reader, Writer

MAX_LEVELS = 4096  # largest codebook; an array of more values is not quantised
DIVISORS = np.arange(1, 33)  # the smallest value of a grid is so many steps
REMEDY = "quantise it first (compress.quantise, certify --search) or take codec lzma (--codec lzma)"
HALF = np.dtype(np.float16)


@dataclass(frozen=True, slots=True)
class Layout:
    """What is known of an array before its bits are read.

    Parameters
    ----------
    name : str
    shape : tuple of int
    dtype : dtype

    """

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype

    @property
    def size(self) -> int:
        """Number of elements.

        Returns
        -------
        int

        """
        return prod(self.shape)


@dataclass(frozen=True, slots=True, repr=False)
class Part(Result):
    """Bits of one array; what models spend on its symbols is a fraction of the common stream.

    Parameters
    ----------
    name : str
    header, codebook, support, symbols : float
        Options and counts; the values; which elements are not zero; which values those have.

    Examples
    --------
    >>> Part("w", header=2.0, codebook=21.0, support=37.5)
    Part(w: 60.5 bits)

    """

    name: str
    header: float = 0.0
    codebook: float = 0.0
    support: float = 0.0
    symbols: float = 0.0

    @property
    def total(self) -> float:
        """Sum of the four, in bits.

        Returns
        -------
        float

        """
        return self.header + self.codebook + self.support + self.symbols

    def _summary(self) -> str:
        return f"{self.name}: {self.total:,.1f} bits"


def split(name: str, array: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Codebook and codes of an array, in C order, or ValueError unless it has few values."""
    if array.size >= 2**31:
        raise ValueError(f"{name} must have fewer than 2^31 elements, got {array.size}")
    flat = array.ravel()
    nonzero = np.flatnonzero(flat)
    values = flat[nonzero]
    book = _distinct(name, values)
    codes = np.zeros(flat.size, np.int32)
    codes[nonzero] = np.searchsorted(book, values) + 1
    return book, codes


def joined(book: np.ndarray, codes: np.ndarray, layout: Layout) -> np.ndarray:
    """Array of these codes."""
    values = np.concatenate([np.zeros(1, layout.dtype), book])
    return values[codes].reshape(layout.shape)


def write(book: np.ndarray, dtype: np.dtype, bits: Writer) -> None:
    """Append the number of values, the form and the values."""
    bits.put_gamma(book.size + 1)
    if book.size:
        sent = _forms(book, dtype)
        # Of equally short forms the first: two encoders must choose alike.
        form = min(sent, key=lambda f: (sent[f].length, f))
        bits.put(form, 2)
        bits.append(sent[form])


def read(layout: Layout, bits: Reader) -> np.ndarray:
    """Codebook of an array of this layout, or ValueError unless it can be one."""
    size = bits.take_gamma() - 1
    # Before anything of this size is read: the bytes may come from anybody.
    if size > min(MAX_LEVELS, layout.size):
        rule = f"{layout.name} must have at most {min(MAX_LEVELS, layout.size)} values"
        raise ValueError(f"{rule} in its codebook, got {size}")
    if not size:
        return np.zeros(0, layout.dtype)
    form = bits.take(2)
    kind = layout.dtype if form % 2 else HALF
    if form % 2 and (kind == HALF or (form >= 2 and kind.kind != "f")):
        raise ValueError(f"{layout.name} must have values of a form that there is, got {form}")
    with np.errstate(all="ignore"):
        sent = (_read_grid if form >= 2 else _read_list)(size, kind, bits)
        values, same = in_type(sent, layout.dtype)
    if not (same.all() and values.all() and (values[1:] > values[:-1]).all()):
        raise ValueError(f"{layout.name} must have finite, ascending values, got others")
    return values


def in_type(sent: np.ndarray, dtype: np.dtype) -> tuple[np.ndarray, np.ndarray]:
    """Numbers in the type of an array, and which of them it has: finite ones, exactly."""
    with np.errstate(all="ignore"):
        values = sent.astype(dtype)
        return values, np.isfinite(sent) & (values.astype(sent.dtype) == sent)


def of_bits(patterns: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """Numbers of these bits, or ValueError where a truth value is neither 0 nor 1.

    NumPy takes all bytes but 0 for true, so that many payloads would stand for one array.
    """
    if dtype.kind == "b" and (patterns > 1).any():
        raise ValueError(f"truth values must be 0 or 1, got {patterns.max()}")
    return patterns.view(dtype)


def multiples(step: np.ndarray, factors: np.ndarray) -> np.ndarray:
    """Multiples of a step in its type; those in float16 are rounded from float32."""
    if step.dtype == HALF:
        return (step.astype(np.float32) * factors.astype(np.float32)).astype(HALF)
    return step * factors.astype(step.dtype)


def _distinct(name: str, values: np.ndarray) -> np.ndarray:
    """Values in order; blocks keep a large array from being sorted as a whole."""
    book = values[:0]
    for start in range(0, values.size, 1 << 16):
        book = np.union1d(book, values[start : start + (1 << 16)])
        if book.size > MAX_LEVELS:
            rule = f"{name} must have at most {MAX_LEVELS} values"
            raise ValueError(f"{rule} for this codec, got more: {REMEDY}")
    return book


def _forms(book: np.ndarray, dtype: np.dtype) -> dict[int, Writer]:
    """Bits of each form that gives the codebook exactly, by its number."""
    forms = {}
    for wide, kind in enumerate((HALF, dtype)):
        with np.errstate(all="ignore"):
            values = book.astype(kind)
            same = np.isfinite(values) & (values.astype(dtype) == book)
        if same.all():
            forms[wide] = _written(_write_list, values)
            step = _step(values) if kind.kind == "f" else None
            if step is not None:
                forms[2 + wide] = _written(_write_grid, values, step)
    return forms


def _written(write: Callable, *parts: np.ndarray) -> Writer:
    bits = Writer()
    write(*parts, bits)
    return bits


def _width(dtype: np.dtype) -> int:
    return 8 * dtype.itemsize


def _pattern(dtype: np.dtype) -> np.dtype:
    """Unsigned integers as wide as the type."""
    return np.dtype(f"u{dtype.itemsize}")


def _write_list(values: np.ndarray, bits: Writer) -> None:
    bits.put_all(values.view(_pattern(values.dtype)), _width(values.dtype))


def _read_list(size: int, kind: np.dtype, bits: Reader) -> np.ndarray:
    return of_bits(np.array(bits.take_all(size, _width(kind)), _pattern(kind)), kind)


def _step(values: np.ndarray) -> np.ndarray | None:
    """Largest step of which all values are multiples as ``multiples`` makes them."""
    # The smallest value is a few steps; its quotient is rounded, so its two neighbours are tried.
    smallest = np.abs(values).min()
    for divisor in _possible_divisors(values, smallest):
        near = smallest / values.dtype.type(divisor)
        for step in (near, np.nextafter(near, smallest), np.nextafter(near, near - near)):
            if step > 0 and _is_grid(values, np.array([step], values.dtype)):
                return np.array([step], values.dtype)
    return None


def _possible_divisors(values: np.ndarray, smallest: np.floating) -> np.ndarray:
    """Those with which all values are near multiples of the step: others are no grid for sure."""
    kind = np.finfo(values.dtype)
    steps = float(smallest) / DIVISORS
    # Where one is rounded to zero, the least number there is was a step of a smaller divisor.
    steps = steps[steps > 0]
    with np.errstate(over="ignore", invalid="ignore"):  # an infinite quotient is no factor
        near = values.astype(float) / steps[:, None]
        away = abs(near - np.rint(near))
    # A step and a value are rounded, by half a unit each, and the step may be a neighbour.
    slack = 4 * np.maximum(float(kind.eps), float(kind.smallest_subnormal) / steps)[:, None]
    return DIVISORS[: len(steps)][(away <= slack * abs(near)).all(axis=1)]


def _factors(values: np.ndarray, step: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):
        near = np.rint(values.astype(float) / float(step[0]))
    # Up to 2^24 integers are exact in float32, in which multiples of float16 are made.
    return near.clip(-(2.0**24), 2.0**24).astype(int)


def _is_grid(values: np.ndarray, step: np.ndarray) -> bool:
    factors = _factors(values, step)
    with np.errstate(over="ignore"):
        return bool((multiples(step, factors) == values).all() and (np.diff(factors) > 0).all())


def _write_grid(values: np.ndarray, step: np.ndarray, bits: Writer) -> None:
    """Step, sign and size of the first factor, gaps to the following."""
    _write_list(step, bits)
    factors = _factors(values, step)
    bits.put(int(factors[0] < 0), 1)
    bits.put_gamma(abs(int(factors[0])))
    for gap in np.diff(factors):
        bits.put_gamma(int(gap))


def _read_grid(size: int, kind: np.dtype, bits: Reader) -> np.ndarray:
    step = _read_list(1, kind, bits)
    negative = bits.take(1)
    factors = [(-1) ** negative * bits.take_gamma()]
    for _ in range(size - 1):
        factors.append(factors[-1] + bits.take_gamma())
    if max(map(abs, factors)) > 2**24:
        raise ValueError(f"multiples of a grid must be at most 2^24, got {max(map(abs, factors))}")
    return multiples(step, np.array(factors))
