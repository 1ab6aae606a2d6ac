"""Arguments at the ends of the floats: the right value or one line, and never a warning.

Warnings are errors in these tests, as in all of this project.
"""

from collections import UserList, deque

import numpy as np
import pytest

from chaos import checkpoint, coupling, particles
from chaos.dependence import codifference, hsic
from chaos.distances import ecf, mmd, sliced_ecf
from chaos.interactions import Interaction, attraction
from chaos.kesten import FiniteLeastSquares
from chaos.network import Network
from chaos.sgd import minibatch_drift, trajectory
from chaos.solvable import (
    BoundedDrift,
    Euler,
    Flow,
    LinearMeanField,
    OrnsteinUhlenbeck,
    SineNetwork,
)
from chaos.streaming import summary
from stablenoise import Estimate, NoiseField, Stable, StablePath, checks, law
from stablenoise.multivariate import DiscreteSpectral, Independent, Isotropic
from stablenoise.random_variable import StableVariable

X = np.random.default_rng(1).normal(size=50)
FIELD = NoiseField(1.5, 1)
TABLE = np.ones((40, 2))
SQUARED = Network(loss="squared")
WEIGHTS = SQUARED.initial((3, 4, 2), seed=1)
INPUTS, TARGETS = np.ones((5, 3)), np.ones((5, 2))


# Values.


def test_units_of_numpy_give_what_numbers_give():
    small, pairs = np.float64(1e-300), X.reshape(-1, 2)
    for unit in (small, np.float32(0.5), np.float16(0.5)):
        assert ecf(X, X + 1, unit) == ecf(X, X + 1, float(unit))
        assert ecf(X, Stable(1.5), unit) == ecf(X, Stable(1.5), float(unit))
        assert mmd(X, X + 1, unit) == mmd(X, X + 1, float(unit))
        assert sliced_ecf(pairs, pairs + 1, unit) == sliced_ecf(pairs, pairs + 1, float(unit))
    assert codifference(X / 10, X, np.float16(0.5)) == codifference(X / 10, X, 0.5)


def test_information_of_a_wide_law_is_that_of_the_standard_one_over_its_scales():
    standard = Stable(1.5, 0.5).fisher_information()
    for scale in (1e150, 1e200, 1e-100):
        units = np.array([1.0, 1.0, scale, scale])
        expected = standard / units / units[:, None]
        np.testing.assert_allclose(
            Stable(1.5, 0.5, scale).fisher_information(), expected, rtol=1e-14
        )
    assert Stable(1.5, 0.5, 1e-200).fisher_information()[3, 3] == np.inf


def test_the_mean_of_numbers_at_the_ends_of_the_floats():
    """Standard deviation sqrt(2) 1.7e308 is no float, over sqrt(2) it is."""
    found = Estimate.mean([1.7e308, -1.7e308])
    assert found.value == 0.0 and found.stderr == pytest.approx(1.7e308, rel=1e-15)


def test_the_mean_of_particles_whose_sum_is_no_float():
    theta = np.zeros((4097, 1))
    theta[[0, 4096]] = 1.5e308
    state = next(particles.trajectory(theta, attraction(1.0), FIELD, 0.1))
    assert state.mean[0] == pytest.approx(3.0 * (1e308 / 4097), rel=1e-14)


def test_a_process_whose_past_is_forgotten_has_its_stationary_law():
    """Scale (alpha rate)^(-1/alpha); the constant no longer changes with time."""
    process = OrnsteinUhlenbeck(1.5, 1.0)
    for time in (1e3, 1e20, 1e308):
        assert process.law(Flow(time)).scale == pytest.approx(1.5 ** (-1 / 1.5), rel=1e-12)
        assert process.error_constant(time) == pytest.approx(process.error_constant(100.0))
    assert OrnsteinUhlenbeck(1.5, 1e308).law(Flow(1e308)).loc == 0


def test_characteristic_functions_far_out_are_zero():
    system = LinearMeanField(1.5, 1.0, 0.5, start=1.0)
    assert system.pair_cf([1e308, 1e308], 10, Flow(1.0)) == 0
    assert system.pair_cf([[1e308, -1e308], [0.0, 0.0]], 10, Flow(1.0)).tolist() == [0, 1]
    u, apart = np.array([3e-101, -2e-101]), LinearMeanField(1.5, 1.0, 0.5, 1e101, 1.0)
    unit = LinearMeanField(1.5, 1.0, 0.5, 1.0).pair_cf([3.0, -2.0], 10, Flow(1.0))
    assert apart.pair_cf(u, 10, Flow(1.0)) == pytest.approx(unit, rel=1e-12)
    assert Isotropic(1.5, 1, 1e300).cf([1e10]) == 0


def test_noise_beyond_the_floats_leaves_no_mode():
    assert SineNetwork(1.5, 0.5, 1e300).limit(Euler(1.0, 3)) == 0
    turned, start = (SineNetwork(1.5, 0.5, 1.0, s).limit(Euler(0.1, 3)) for s in (1e308, 0.0))
    angle = np.arctan2(np.sin(1e308), np.cos(1e308))
    assert turned == pytest.approx(SineNetwork(1.5, 0.5, 1.0, angle).limit(Euler(0.1, 3)), rel=1e-9)
    assert turned != start


def test_losses_of_large_weights():
    x, w = np.ones((1, 1)), (np.full((1, 1), 1e200), np.full((1, 1), 1.0))
    assert Network("linear", loss="squared").value(w, x, np.zeros((1, 1))) == np.inf
    drift = minibatch_drift(Network("linear", loss="squared"), x, np.zeros((1, 1)))
    assert drift(w, 0)[0].tolist() == [[1e200]] and drift(w, 0)[1].tolist() == [[np.inf]]


def test_moments_of_large_order_take_no_memory():
    """(1 + Y)^p of a Levy variate Y: the Laplace transform by mpmath, 40 digits."""
    assert law.moment(-1e20, 0.5, 1.0, 1.0, 2.0) == 0
    assert law.moment(-1e20, 0.5, 1.0, 1.0, 1.5) == np.inf
    assert law.moment(-1e5, 0.5, 1.0, 1.0, 2.0) == pytest.approx(
        7.69802018834108e-195, rel=1e-7, abs=0
    )
    assert law.moment(-10001.0, 0.5, 1.0, 1.0, 2.0) == pytest.approx(
        4.87109410046763e-62, rel=1e-7, abs=0
    )
    assert law.moment(1e300, 2.0, 0.0, 1.0, 1.0) == np.inf
    assert law.moment(1e13, 2.0, 0.0, 1e-9, 1e-9) == 0


@pytest.mark.parametrize("kind", ["raw", "central", "standardized"])
def test_gaussian_moments_beyond_the_floats_are_infinite(kind):
    variable = StableVariable()
    assert variable.moment(1000, kind, alpha=2.0, beta=0.0) == np.inf
    assert variable.moment(1001, kind, alpha=2.0, beta=0.0) == 0
    found = variable.moment(6, kind, alpha=2.0, beta=0.0)
    assert found == (15 if kind == "standardized" else 120)
    assert StableVariable().moment(270, "raw", alpha=2.0, beta=0.0) == np.inf


def test_keys_of_numpy_are_numbers(tmp_path):
    checkpoint.save(tmp_path, 1, {}, seed=np.int64(3), eta=np.float64(0.5), on=np.bool_(True))
    assert checkpoint.load(tmp_path, seed=3, eta=0.5, on=True) == (1, {})


def test_a_step_of_another_type_is_a_number():
    assert FiniteLeastSquares([[300.0], [200.0]], [1.0, 1.0], np.float16(1.0), 1).eta == 1.0
    paths = [
        particles.trajectory(np.ones((5, 1)), attraction(1.0), FIELD, eta)
        for eta in (0.5, np.float16(0.5), np.array(0.5))
    ]
    for path in paths:
        next(path)
    first, *others = [next(path).theta.copy() for path in paths]
    for other in others:
        np.testing.assert_array_equal(other, first)


# Lines.

REFUSED = {
    "to_s1": (lambda: Stable(1.5, 0.5, 1e308, 1.7e308).to_s1(), "loc must be finite in S1"),
    "rvs": (lambda: Stable(1.5, 0.5, 1e308, 1.7e308).rvs(3), "loc, in the S1 form, must be"),
    "from_s1": (lambda: Stable.from_s1(1.0, 1.0, 1e308), "loc must be finite, got inf"),
    "from_s1, -": (
        lambda: Stable.from_s1(1.5, 0.5, 1e308, -1.7e308),
        "loc must be finite, got -inf",
    ),
    "discrete": (
        lambda: DiscreteSpectral(1.0, [[1.0], [-1.0]], [1e307, 1e307]),
        "weights must be such that locations of factors are finite in S0",
    ),
    "masked": (lambda: Isotropic(1.5, 2, 1.0, [1.0, np.ma.masked]), "loc must have no masked"),
    "masked scale": (lambda: Independent(1.5, 2, [1.0, np.ma.masked]), "scale must have no masked"),
    "deque": (lambda: ecf(deque([1.0, np.ma.masked]), X), "x must have no masked values, got 1"),
    "UserList": (lambda: ecf(UserList([np.ma.masked]), X), "x must have no masked values, got 1"),
    "ecf": (lambda: ecf(X * 1e300, X, np.float64(1e-10)), "x must be finite in units of 1e-10"),
    "mmd": (lambda: mmd(X * 1e300, X, np.float64(1e-10)), "x must be finite in units of 1e-10"),
    "hsic": (
        lambda: hsic(X * 1e300, X, (np.float64(1e-10), 1.0)),
        "distances of x must be finite in units, got 1e-10",
    ),
    "codifference": (lambda: codifference(X, X, np.float64(1e308)), r"u \(x - y\) must be finite"),
    "ecf, class": (lambda: ecf(X, Stable), "a law must have a cf of one variable, got <class"),
    "coupling": (
        lambda: next(
            coupling.step_sizes(np.ones((5, 1), np.float32), attraction(1.0), FIELD, 1.0, 1e39)
        ),
        r"sigma eta\^\(1/alpha\) must be finite in float32, got 1e\+39",
    ),
    "flow, growing": (lambda: OrnsteinUhlenbeck(1.5, -1.0).law(Flow(1e308)), "what a scheme makes"),
    "constant": (lambda: OrnsteinUhlenbeck(1.5, -1e3).error_constant(1e3), "what a scheme makes"),
    "flow, long": (
        lambda: LinearMeanField(1.5, 1e308, -1e308).law(5, Flow(1.0)),
        "rate times time must be at most 3.5",
    ),
    "sine": (
        lambda: SineNetwork(1.5, 0.5, 1e300).limit(Flow(1.0)),
        r"time \(\(sigma modes\)\^alpha \+ modes \(1 \+ \|target\|\)\) must be below 1e",
    ),
    "sine, target": (lambda: SineNetwork(1.5, 1e308).limit(Euler(1.0, 3)), "modes times a turn"),
    "bounded": (lambda: BoundedDrift(1.5).variance(Euler(1e200, 5)), "what a scheme makes of"),
    "bounded, flow": (lambda: BoundedDrift(1.5).variance(Flow(1e308)), "what a scheme makes of"),
    "outputs": (
        lambda: Network(loss="squared").value(tuple(1e200 * w for w in WEIGHTS), INPUTS, TARGETS),
        "outputs must be finite, got -?inf",
    ),
    "accuracy": (
        lambda: Network().accuracy(tuple(1e200 * w for w in WEIGHTS), INPUTS, np.zeros(5, int)),
        "outputs must be finite, got -?inf",
    ),
    "seen": (
        lambda: SQUARED.gradient(WEIGHTS, INPUTS, TARGETS, seen=5),
        "seen must be a function of outputs, got 5",
    ),
    "step_factors": (lambda: SQUARED.step_factors(5), "weights must be a tuple of matrices, got 5"),
    "targets": (
        lambda: minibatch_drift(SQUARED, INPUTS, np.array(1.5)),
        r"y must be of shape \(n,\) or \(n, outputs\), got array",
    ),
    "train_output": (
        lambda: minibatch_drift(SQUARED, INPUTS, TARGETS, train_output="3"),
        "train_output must be True or False, got '3'",
    ),
    "inverse": (lambda: Estimate(1.0, 1.0, 3, inverse="no"), "inverse must be True or False, got"),
    "folder": (lambda: checkpoint.save(5, 1, {}), "folder must be a path, got 5"),
    "folder, load": (lambda: checkpoint.load(None), "folder must be a path, got None"),
    "noise": (lambda: NoiseField(1.5, 7, np.zeros(2)), "noise must be a module of stablenoise"),
    "path's noise": (
        lambda: StablePath(1.5, 7, noise=TABLE),
        "noise must be common, independent or isotropic, got float64 of shape",
    ),
    "dtype": (
        lambda: Stable(1.5).rvs(3, dtype=TABLE),
        r"dtype must be float64 or float32, got float64 of shape \(40, 2\)",
    ),
    "drift": (
        lambda: trajectory(WEIGHTS, TABLE, FIELD, 0.1),
        "drift must be a function of weights and step, got float64 of shape",
    ),
    "Interaction": (
        lambda: Interaction(TABLE, attraction(1.0).feature),
        "drift must be compiled by jit, got float64 of shape",
    ),
    "tail_index": (lambda: summary().tail_index(5), "a tail index needs at least 2 values, got 0"),
    "key": (lambda: checkpoint.load(".", seed=np.zeros(2)), "run must be of finite numbers"),
}


@pytest.mark.parametrize("call, line", REFUSED.values(), ids=REFUSED)
def test_what_is_refused_is_told_in_one_line(call, line):
    with pytest.raises(ValueError, match=f"^{line}") as told:
        call()
    assert "\n" not in str(told.value)


def test_a_wider_number_beyond_the_floats_is_not_finite():
    wide, thin = np.longdouble("1e4000"), np.longdouble("1e-4000")
    with pytest.raises(ValueError, match="^value must be finite, got "):
        Estimate(wide, 0.1, 3)
    with pytest.raises(ValueError, match="^stderr must be finite and not negative, got "):
        Estimate(1.0, wide, 3)
    for check in (checks.check_finite, checks.check_positive, checks.check_not_negative):
        with pytest.raises(ValueError, match="^p must be "):
            check("p", wide)
    with pytest.raises(ValueError, match="^p must be positive and finite, got "):
        checks.check_positive("p", thin)
