"""Each bad sampler of vectors has the fault that its name says, and what it does not change."""

from functools import partial
from math import sqrt

import numpy as np
import pytest
from zoo_facts import could_be, two_sided

from stablenoise import Stable
from stablenoise.examine import zoo
from stablenoise.examine.zoo import Fault
from stablenoise.multivariate import DiscreteSpectral, Elliptical, Independent, Isotropic

N = 1 << 14
PLANE = Isotropic(1.5, dim=2)
VECTORS = [fault for fault in zoo.faults() if not isinstance(fault.law, Stable)]


def dim_of(law) -> int:
    return law.rvs((0,), rng=0).shape[1]


def drawn(fault: Fault, n: int = N, seed: int = 1) -> np.ndarray:
    return fault.draw((n, dim_of(fault.law)), np.random.default_rng(seed))


def own(fault: Fault, n: int = N) -> np.ndarray:
    return fault.law.rvs(n, rng=np.random.default_rng(1))


def lengths(x: np.ndarray) -> np.ndarray:
    return np.sqrt((x**2).sum(axis=1))


def cf_gap(x: np.ndarray, law) -> float:
    """The largest gap of the empirical cf at a few frequencies, in standard errors."""
    u = np.random.default_rng(3).standard_normal((12, x.shape[1]))
    waves = np.exp(1j * x @ u.T)
    gaps = waves.mean(axis=0) - law.cf(u)
    return float(np.abs(gaps).max() * sqrt(len(x)))


def same_bits(law, fault: Fault) -> bool:
    same = np.array_equal(drawn(fault), law.rvs(N, rng=np.random.default_rng(1)))
    return same and law != fault.law


def of(law, fault: Fault) -> bool:
    """A gap above 6 (two parts of variance at most 1) has a probability below 1e-6."""
    x = drawn(fault)
    return cf_gap(x, law) < 6 and cf_gap(x, fault.law) > 8


def same_law_of_length(fault: Fault, shown: bool) -> bool:
    """Lengths are those of the law, bit by bit or nearly, and what is shown."""
    return bool(shown and np.allclose(lengths(drawn(fault)), lengths(own(fault)), rtol=1e-12))


def cube(fault: Fault) -> bool:
    """Coordinates in units of the largest are those of a point on a face: two uniforms."""
    x = np.sort(np.abs(drawn(fault)), axis=1)
    smaller = could_be(x[:, 0] / x[:, 2], lambda share: 1 - (1 - share) ** 2)
    return same_law_of_length(fault, smaller)


def products_of_signs(fault: Fault) -> bool:
    """Always positive of three coordinates, by a coin of any two."""
    s = np.sign(drawn(fault))
    pairs = [int((s[:, i] * s[:, j] > 0).sum()) for i, j in ((0, 1), (0, 2), (1, 2))]
    fair = all(two_sided(count, N, 0.5) > 1e-6 for count in pairs)
    return bool(np.all(s.prod(axis=1) > 0)) and fair


def one_sign(fault: Fault) -> bool:
    x = drawn(fault)
    alike = np.all(np.sign(x[:, 0]) == np.sign(x[:, 1]))
    return bool(alike) and all(could_be(column, Stable(1.5).cdf) for column in x.T)


def radius_twice(fault: Fault) -> bool:
    """Sizes of neighbours that share a radius are correlated, of those that do not are not."""
    x = drawn(fault)
    large = np.log(lengths(x))
    pairs = np.corrcoef(large[::2], large[1::2])[0, 1]
    others = np.corrcoef(large[1:-1:2], large[2::2])[0, 1]
    return bool(pairs > 0.15 and abs(others) < 6 / sqrt(N / 2)) and cf_gap(x, PLANE) < 9


def thousand(fault: Fault) -> bool:
    x = drawn(fault, 3000)
    unit = x / lengths(x)[:, None]
    return np.allclose(unit[1000:], unit[:-1000], rtol=1e-12)


def along_axis(fault: Fault) -> bool:
    x = drawn(fault)
    far = lengths(own(fault)) > 20
    same = np.array_equal(x[~far], own(fault)[~far])
    return same_law_of_length(fault, same and bool(far.any()) and not x[far, 1].any())


def clipped(fault: Fault) -> bool:
    n = 1 << 18
    x, right = drawn(fault, n), own(fault, n)
    far = lengths(right) > 1000
    unit = x / lengths(x)[:, None], right / lengths(right)[:, None]
    cut = np.allclose(lengths(x), np.minimum(lengths(right), 1000), rtol=1e-12)
    return bool(far.any()) and cut and np.allclose(*unit, rtol=1e-12)


def rows_as_columns(fault: Fault) -> bool:
    x, right = drawn(fault), own(fault)
    return np.array_equal(x[: N // 2, 0], right[::1].ravel()[: N // 2]) and np.array_equal(
        np.sort(x.ravel()), np.sort(right.ravel())
    )


def changed(change, fault: Fault) -> bool:
    return np.array_equal(drawn(fault), change(own(fault))) and not np.array_equal(
        drawn(fault), own(fault)
    )


TRANSPOSED = np.array([[1.64, 0.48], [0.48, 0.36]])  # R'R for RR' = [[1, 0.8], [0.8, 1]]
SHAPE = np.array([[2.0, 0.9], [0.9, 0.5]])
CORNERS = [[1, 0], [0, 1], [0.6, 0.8]]
FACTS = {
    "radius without its factor 2": partial(of, Isotropic(1.5, 2, sqrt(0.5))),
    "radius of index alpha": partial(of, Isotropic(1.6, 2)),
    "no radius": partial(of, Isotropic(2.0, 2)),
    "independent for isotropic": partial(same_bits, Independent(1.5, 2)),
    "isotropic for independent": partial(same_bits, PLANE),
    "a correlation of 0.01": partial(same_bits, Elliptical(1.5, [[1, 0.01], [0.01, 1]])),
    "weights of a spectral measure swapped": partial(
        same_bits, DiscreteSpectral(1.5, CORNERS, [0.5, 1, 0.25])
    ),
    "vectors of alpha larger by 0.01": partial(same_bits, Isotropic(1.51, 2)),
    "vectors of a scale larger by 1%": partial(same_bits, Isotropic(1.5, 2, 1.01)),
    "directions of a cube": cube,
    "last coordinate is the first": lambda fault: np.array_equal(
        drawn(fault), own(fault)[:, [0, 1, 0]]
    ),
    "all coordinates positive": partial(changed, np.abs),
    "last sign is the product of the others": products_of_signs,
    "signs of coordinates are one": one_sign,
    "two vectors have one radius": radius_twice,
    "a thousand directions": thousand,
    "long vectors along an axis": along_axis,
    "one coordinate larger by 1%": partial(changed, lambda x: x * [1.01, 1]),
    "rows read as columns": rows_as_columns,
    "lengths clipped at 1000": clipped,
    "vectors of float32": partial(changed, lambda x: x.astype(np.float32).astype(float)),
    "a root transposed": partial(of, Elliptical(1.5, TRANSPOSED)),
    "Sigma for its root": partial(of, Elliptical(1.5, SHAPE @ SHAPE)),
}


@pytest.mark.parametrize("fault", VECTORS, ids=lambda fault: fault.name)
def test_a_bad_sampler_of_vectors_has_its_fault(fault):
    assert FACTS[fault.name](fault)


def test_each_fact_is_of_a_sampler_of_vectors():
    assert FACTS.keys() == {fault.name for fault in VECTORS}


@pytest.mark.parametrize("dim", [2, 3])
def test_isotropic_vectors_by_definition_are_isotropic(dim):
    x = zoo.vectors.isotropic((N, dim), np.random.default_rng(1), 1.3)
    assert cf_gap(x, Isotropic(1.3, dim)) < 6
