"""Golden bits: noise, draws, paths and laws, and how far this machine is from those published.

``golden_bits.csv`` has a row for each: its name, the ulps that a machine may be away, and values as
their bits in hexadecimal, 16 digits a float64, 8 a float32.  The rows are some of those that the
tests compare (``tests/data/golden_bits.csv``, written by ``python tests/golden_bits.py --write``),
and the functions here make both.

0 ulps: made of Philox's words and of IEEE operations alone, and so equal everywhere.  The others
ask the machine's math library for a function whose last digit is not agreed on: arctangent, power,
sine, tangent.
"""

import csv
from collections.abc import Iterator, Sequence
from importlib.resources import files
from itertools import product

import numpy as np

from .. import law
from ..field import NoiseField
from ..noises import common, independent, isotropic
from ..path import StablePath
from ..stable import Stable

EXACT = 0
ROUNDED = 40  # powers of time; the angle of a skewed law
NEAR_END = 1000  # one-sided draws, next to the end that is taken off them
INTEGRAL = 400  # a law
AT_END = 40_000  # scores at alpha = 2 or |beta| = 1, extrapolated: weights add up to 63
ABOUT_ONE = 4_000_000  # scores, which are interpolated in alpha there: 9e-10
KINDS = {"common": common, "independent": independent, "isotropic": isotropic}
Row = tuple[str, int, np.ndarray]


def noise() -> Iterator[Row]:
    """Symmetric noise of each kind and format, at both ends of the particles and of the seeds."""
    for kind, alpha, seed in product(KINDS, (0.5, 1.0, 1.5, 2.0), (7, 2**64 - 1)):
        field = NoiseField(alpha, seed, KINDS[kind])
        for dtype in ("float64", "float32"):
            values = field.at([0, 1, 2**32 - 1], step=2**32 - 1, dim=3, dtype=dtype)
            yield f"noise {kind} alpha={alpha} seed={seed} {dtype}", EXACT, values


def draws() -> Iterator[Row]:
    """Draws, symmetric and skewed, by each of the three formulas; parameters that vary."""
    laws = [(1.5, 0.0, EXACT), (0.7, 0.0, EXACT), (2.0, 0.0, EXACT)]
    laws += [(0.5, 1.0, NEAR_END), (1.5, 0.5, ROUNDED), (1.9, -1.0, ROUNDED)]
    laws += [(1.1, 0.5, ROUNDED), (1.0, -0.7, ROUNDED)]
    for (alpha, beta, ulps), dtype in product(laws, ("float64", "float32")):
        generator = np.random.Generator(np.random.PCG64(1))
        values = Stable(alpha, beta).rvs(6, rng=generator, dtype=dtype)
        yield f"draws alpha={alpha} beta={beta} {dtype}", ulps, values
    generator = np.random.Generator(np.random.PCG64(2))
    yield "draws alpha=[0.6, 1.3, 2.0]", EXACT, Stable([0.6, 1.3, 2.0]).rvs((2, 3), rng=generator)


SYMMETRIC = tuple((kind, alpha, 0.0) for kind in KINDS for alpha in (1.0, 1.5, 2.0))
SKEWED = tuple((kind, alpha, 0.5) for kind in ("common", "independent") for alpha in (1.0, 1.5))
SOON_MADE = tuple(law for law in SYMMETRIC if law[1] == 2 or law[:2] == ("independent", 1.0))


def paths(laws: Sequence[tuple[str, float, float]] = SYMMETRIC + SKEWED) -> Iterator[Row]:
    """Increments of paths: over the whole time, whose power is 1, and over a part of it."""
    for kind, alpha, beta in laws:
        path = StablePath(alpha, seed=7, beta=beta, noise=KINDS[kind])
        times = kind == "isotropic" and alpha < 2  # made by a skewed path, whose end is taken off
        ulps = ROUNDED if beta or times else EXACT
        name = f"path {kind} alpha={alpha} beta={beta}"
        yield f"{name} whole", ulps, path(0.0, 1.0, particles=[0, 5], dim=2)
        yield f"{name} part", ROUNDED, path(0.25, 0.375, particles=[0, 5], dim=2)


# Where each method of ``law.direct`` serves: alpha, beta, x.
POINTS = {
    "gauss": (2.0, 0.0, 0.7),
    "cauchy": (1.0, 0.0, -3.0),
    "levy": (0.5, 1.0, 2.0),
    "angle": (1.5, 0.5, 0.3),
    "angle, small alpha": (0.7, -0.3, -2.0),
    "angle, light tail": (1.5, 1.0, -5.0),
    "angle about 1": (1.01, 0.5, 0.3),
    "angle at 1": (1.0, 0.5, -2.0),
    "ray": (1.0001, 0.3, 30.0),
    "series": (1.5, 0.5, 1e6),
}


def laws() -> Iterator[Row]:
    """Densities, both tails, their logarithms and scores by each method."""
    for method, (alpha, beta, x) in POINTS.items():
        for function in (law.pdf, law.cdf, law.sf, law.logpdf):
            yield f"{function.__name__} {method}", INTEGRAL, function(x, alpha, beta)
        at_end = AT_END if alpha == 2 or abs(beta) == 1 else INTEGRAL
        ulps = ABOUT_ONE if abs(alpha - 1) < 0.02 else at_end
        yield f"score {method}", ulps, law.score(x, alpha, beta)


def soon_made() -> Iterator[Row]:
    """Rows that take a second or two also where nothing is compiled: those of the file."""
    yield from noise()
    yield from draws()
    yield from paths(SOON_MADE)
    yield from laws()


def bits(values: np.ndarray) -> str:
    """Values as big-endian hexadecimal digits, separated by spaces; bytes without."""
    values = np.atleast_1d(values)
    if values.dtype == np.uint8:
        return values.tobytes().hex()
    size = values.dtype.itemsize
    whole = values.astype(values.dtype.newbyteorder(">")).tobytes().hex()
    return " ".join(whole[i : i + 2 * size] for i in range(0, len(whole), 2 * size))


def distance(text: str, values: np.ndarray) -> float:
    """How many ulps the farthest value is from that of the file: 1 at least if a bit differs."""
    if bits(values) == text:
        return 0.0
    values = np.atleast_1d(values).ravel()
    if values.dtype.kind != "f":
        return np.inf
    kind = values.dtype.newbyteorder(">")
    expected = np.frombuffer(bytes.fromhex(text), kind).astype(values.dtype)
    if expected.shape != values.shape:
        return np.inf
    with np.errstate(invalid="ignore", over="ignore"):  # of what is not finite, and next to 0
        off = abs(values - expected) / np.spacing(abs(expected))
    return float(np.maximum(1.0, np.where(values == expected, 0.0, off)).max())


def published() -> dict[str, tuple[int, str]]:
    """Ulps and bits of the file by name."""
    text = files(__package__).joinpath("golden_bits.csv").read_text(encoding="ascii")
    return {name: (int(ulps), values) for name, ulps, values in csv.reader(text.splitlines())}
