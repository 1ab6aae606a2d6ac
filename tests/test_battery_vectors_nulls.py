"""What the battery of vectors rests on: projections, standard forms, and probabilities far out.

A right assertion of randomness fails by chance with a probability of 1e-6 at most; seeds are fixed.
"""

import numpy as np
import pytest
from scipy import special, stats

from stablenoise import Stable
from stablenoise.examine.statistics import standard_vectors
from stablenoise.examine.statistics.bounded_sums import (
    WAVES,
    binomial,
    cosine_sums,
    length_of_steps,
    sums_of_scores,
)
from stablenoise.examine.statistics.pairings import disjoint_pairs
from stablenoise.examine.statistics.projections import directions, projected
from stablenoise.multivariate import DiscreteSpectral, Elliptical, Independent, Isotropic

FALSE_ALARM = 1e-6
ATOMS = [[1.0, 0.0, 1.0], [0.0, 1.0, 2.0], [1.0, 1.0, -1.0], [-1.0, -1.0, 1.0]]
SIGMA = np.diag([1.0, 2.0, 3.0]) + 0.5
SPECTRAL = DiscreteSpectral(1.5, ATOMS, [1.0, 2.0, 0.5, 0.5])
FOUR = [Isotropic(1.5, 5), Independent(1.5, 5), Elliptical(1.5, SIGMA, 2.0), SPECTRAL]


def name_of(law):
    return f"{type(law).__name__}-{np.mean(law.alpha):g}"


def laws_of(alpha):
    rng = np.random.default_rng(3)
    return [
        Isotropic(alpha, 3, 2.0, [1.0, 2.0, 3.0]),
        Elliptical(alpha, SIGMA, 1.0),
        Independent(alpha, 3, [1.0, 2.0, 0.5], [0.3, 1.0, 2.0], [0.5, -0.7, 1.0]),
        DiscreteSpectral(alpha, rng.standard_normal((5, 3)), rng.uniform(0.5, 2.0, 5), 0.5),
        DiscreteSpectral(alpha, np.eye(3), [1.0, 2.0, 3.0]),
    ]


@pytest.mark.parametrize("alpha", [0.1, 0.5, 0.9, 0.9999, 1.0, 1.0001, 1.3, 1.9, 2.0])
def test_a_projection_has_the_characteristic_function_of_the_vector(alpha):
    for law in laws_of(alpha):
        assert len(directions(law)) >= 5
        for _, v in directions(law):
            along = projected(law, v)
            t = np.array([-2.0, 0.1, 0.5, 1.0, 3.0]) / along.scale
            # A location is 4 roundings off, and turns the function.
            off = 1e-13 + 4 * np.finfo(float).eps * abs(along.loc / along.scale)
            np.testing.assert_allclose(along.cf(t), law.cf(t[:, None] * v), rtol=0, atol=3 * off)


@pytest.mark.parametrize("unit", [1e-300, 1e300])
def test_a_projection_may_have_any_unit(unit):
    assert projected(Isotropic(1.5, 4, unit, unit), np.full(4, 0.5)) == Stable(
        1.5, 0, unit, 2 * unit
    )
    assert projected(Independent(1.5, 2, unit), np.array([1.0, 0.0])).scale == unit
    law = projected(Elliptical(1.5, np.diag([1e300, 1e-300])), np.array([0.0, 1.0]))
    assert law.scale == pytest.approx(1e-150, rel=1e-15)


@pytest.mark.parametrize(
    ("law", "v"),
    [
        (Independent([1.2, 1.5], 2), [1.0, 1.0]),
        (Elliptical(1.5, np.diag([1.0, 0.0])), [0.0, 1.0]),
        (DiscreteSpectral(1.5, [[1.0, 0.0]], [1.0]), [0.0, 1.0]),
    ],
)
def test_a_direction_without_a_stable_law_is_refused(law, v):
    with pytest.raises(ValueError, match=r"must"):
        projected(law, np.array(v))
    assert all(not np.array_equal(v, direction) for _, direction in directions(law))


@pytest.mark.parametrize("law", [*laws_of(1.4), *laws_of(1.0), *FOUR], ids=name_of)
def test_the_standard_form_has_the_laws_of_the_coordinates(law):
    form = standard_vectors.standard(law)
    dim = len(form.live)
    t = np.array([-1.0, 0.3, 2.0])
    along = form.cf(t[:, None, None] * np.eye(dim))
    np.testing.assert_allclose(along, form.coordinates.cf(t[:, None]) + np.zeros(dim), atol=1e-13)
    shifted = law.cf(t[:, None] / form.units[0] * np.eye(dim)[0])
    turned = shifted * np.exp(-1j * t * form.centre[0] / form.units[0])
    np.testing.assert_allclose(along[:, 0], turned, atol=1e-12)


def test_directions_of_large_dimensions_are_few_and_of_length_one():
    for law in Isotropic(1.2, 1000), Independent(np.linspace(0.5, 2, 50), 50), SPECTRAL:
        found = directions(law)
        assert 3 <= len(found) <= 8
        np.testing.assert_allclose([np.linalg.norm(v) for _, v in found], 1.0, rtol=1e-14)


def test_what_cancels_is_no_direction():
    law = DiscreteSpectral(0.5, [[1.0, -1.0]], [1.0])
    assert "the diagonal" not in dict(directions(law))
    law = Elliptical(1.5, np.array([[1.0, -1.0], [-1.0, 1.0]]))
    assert "the diagonal" not in dict(directions(law))


@pytest.mark.parametrize(("share", "n"), [(0.5, 1024), (1 / 64, 4096), (0.01, 1 << 20)])
@pytest.mark.parametrize("deviations", [-8.0, -3.0, 0.5, 4.0, 7.0, 9.0])
def test_saddlepoints_of_counts_are_the_binomial_ones(share, n, deviations):
    hits = int(round(n * share + deviations * np.sqrt(n * share * (1 - share))))
    if hits < 0:
        return
    seen = sums_of_scores(
        np.array([hits / n]), n, np.array([0.0, 1.0]), np.array([1 - share, share])
    )
    side = stats.binom.cdf if deviations < 0 else lambda k, *law: stats.binom.sf(k - 1, *law)
    inner = side(hits, n, share)
    outer = side(hits + (-1 if deviations < 0 else 1), n, share)
    assert 2 * outer <= seen[0] <= 2 * inner * 1.001


def test_saddlepoints_of_cosines_are_those_of_coins():
    """An angle that is 0 or pi has the cosine of a coin."""
    orders = np.arange(WAVES + 3)
    for share in 0.5, 0.9:
        moments = share + (1 - share) * (-1.0) ** orders
        n = 4096
        hits = np.array([int(n * share) - 150, int(n * share), int(n * share) + 120])
        seen = cosine_sums(2 * hits / n - 1, n, np.broadcast_to(moments, (3, len(moments))))
        scores = sums_of_scores(hits / n, n, np.array([0.0, 1.0]), np.array([1 - share, share]))
        np.testing.assert_allclose(seen, scores, rtol=1e-6)


def test_cosines_of_stable_draws_have_uniform_p_values():
    orders = np.arange(WAVES + 3)
    moments = np.exp(-(np.abs(0.8 * orders) ** 0.7)) * np.cos(0.3 * orders)
    means = np.cos(0.8 * Stable(0.7).rvs((600, 256), rng=5) - 0.3).mean(axis=1)
    p_values = cosine_sums(means, 256, np.broadcast_to(moments, (600, len(moments))))
    assert stats.kstest(p_values, "uniform").pvalue > FALSE_ALARM


@pytest.mark.parametrize("n", [50, 400])
@pytest.mark.parametrize("power", [0.5, 3.0, 8.0])
def test_the_length_of_a_walk_has_the_law_of_kluyver(n, power):
    """Kluyver's integral (1906): 1 - r int J1(rt) J0(t)^n dt; the formula is good to z^2 / n."""
    r = np.sqrt(n * power)
    t = np.linspace(0.0, 2.4, 200_001)[1:]
    integrand = special.j1(r * t) * special.j0(t) ** n
    exact = 1 - r * np.sum((integrand[1:] + integrand[:-1]) / 2) * (t[1] - t[0])
    assert length_of_steps(r, n) == pytest.approx(exact, rel=0.02 + power**3 / n**2)


def test_the_walk_never_ends_further_than_its_steps():
    assert length_of_steps(np.array([100.0]), 100)[0] < 1e-60
    assert length_of_steps(np.array([0.0]), 100)[0] == 1.0


def test_binomial_counts_are_two_sided():
    np.testing.assert_allclose(binomial(np.array([0, 10]), 10, 0.5), 2 * 0.5**10)
    assert binomial(np.array([5]), 10, 0.5)[0] == 1.0


@pytest.mark.parametrize("dim", [2, 3, 4, 7, 100])
def test_pairs_of_each_half_are_disjoint_and_leave_no_coordinate_out_twice(dim):
    pairs = disjoint_pairs(dim)
    halves = pairs[: dim // 2], pairs[dim // 2 :]
    for half in halves:
        assert len(np.unique(half)) == half.size
    assert len(np.unique(pairs)) == dim
