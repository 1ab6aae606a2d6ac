"""Linear systems, through the code that trains networks and moves particles, to rounding.

A particle minus its McKean-Vlasov copy is a known linear function of the noise they share.  Each
law is asked of the code as it is, and of one that is broken in one place, which it must refuse.
"""

from dataclasses import replace
from itertools import islice
from math import gamma, pi, sin

import numpy as np
import pytest

from chaos import particles
from chaos.mean_field import record, replay
from chaos.network import Network
from chaos.particles import attraction
from chaos.rates import log_scale
from chaos.sgd import minibatch_drift, trajectory
from chaos.solvable import Euler, LinearMeanField, LinearNetwork
from paper_checks.experiments.particle_systems import layer, linear_gaps, slopes
from stablenoise import NoiseField
from stablenoise.noises import common, independent, isotropic

NOISES = common, independent, isotropic
ALPHA, SIGMA, EULER = 1.5, 0.7, Euler(0.3, 12)
TAIL = 2 * gamma(ALPHA) * sin(pi * ALPHA / 2) / pi  # P(|S| > x) ~ TAIL x^-ALPHA
ROUNDING = 1e-12  # of the largest weight: some 12 steps of 1e-16 each, of sums of such
NETWORK = Network("linear", loss="squared")
X = np.array([[1.0, 0.2, 0.0], [0.3, 1.0, 0.7], [0.5, 0.1, 1.2], [0.9, 0.9, 0.1]])
Y = np.array([1.0, -0.5, 0.3, 2.0])


def final(path):
    return next(islice(path, EULER.steps - 1, None))


def noise_means(field, n, dim):
    return np.array([field.at(range(n), k, dim).mean(axis=0) for k in range(EULER.steps)])


# ----------------------------------------------------------------------------- linear network


def train(width, field, sigma=SIGMA, **options):
    """Hidden weights of a linear network that starts at 0, and what it saw of its outputs."""
    drift = minibatch_drift(NETWORK, X, Y, train_output=False, **options)
    weights = np.zeros((width, 3)), np.ones((1, width))
    return final(trajectory(weights, drift, field, EULER.eta, sigma))[0]


def limit_path(oracle):
    """Outputs of the infinite network before each step."""
    means = [oracle.limit_mean(np.zeros(3), Euler(EULER.eta, k)) for k in range(1, EULER.steps)]
    return (np.array([np.zeros(3), *means]) @ X.T)[:, :, None]


def gap_to_copies(noise, n, **options):
    """A network minus its copies, what it should be, and the largest weight."""
    oracle, field = LinearNetwork(ALPHA, noise, X, Y, SIGMA), NoiseField(ALPHA, 21, noise)
    theta = train(n, field, **options)
    copies = train(n, field, seen=replay(limit_path(oracle)), **options)
    return theta - copies, oracle.difference(noise_means(field, n, 3), EULER.eta), abs(theta).max()


@pytest.mark.parametrize("noise", NOISES)
@pytest.mark.parametrize("n", [2, 50])
def test_every_neuron_differs_from_its_copy_by_the_identity(noise, n):
    gaps, expected, largest = gap_to_copies(noise, n)
    np.testing.assert_allclose(gaps, np.tile(expected, (n, 1)), rtol=0, atol=ROUNDING * largest)
    assert abs(expected).max() > 1e-3 * largest  # there is something to be right about


@pytest.mark.parametrize("noise", NOISES)
def test_the_output_is_the_limit_plus_the_mean_error(noise):
    n, field = 50, NoiseField(ALPHA, 21, noise)
    oracle, theta = LinearNetwork(ALPHA, noise, X, Y, SIGMA), train(n, field)
    mean = oracle.limit_mean(np.zeros(3), EULER)
    mean = mean + oracle.mean_error(noise_means(field, n, 3), EULER.eta)
    found = NETWORK.forward((theta, np.ones((1, n))), X)[:, 0]
    np.testing.assert_allclose(found, X @ mean, rtol=0, atol=ROUNDING * abs(theta).max())


@pytest.mark.parametrize("noise", NOISES)
def test_the_types_of_noise_have_scales_of_their_own(noise):
    """4,000 networks of 4 neurons: mean log distance along an axis within 4 standard errors."""
    oracle, direction = LinearNetwork(ALPHA, noise, X, Y), np.array([1.0, 0.0, 0.0])
    field = NoiseField(ALPHA, 3, noise)
    means = np.array(
        [field.at(range(16_000), k, 3).reshape(4_000, 4, 3).mean(axis=1) for k in range(12)]
    )
    gaps = np.array([oracle.difference(means[:, r], EULER.eta)[0] for r in range(4_000)])
    for other in NOISES:
        exact = replace(oracle, noise=other).difference_scale(direction, 4, EULER)
        found = log_scale(gaps, ALPHA)
        agrees = abs(found.value - np.log(exact)) < 4 * found.stderr
        assert agrees == (other is noise)


def test_noise_by_the_square_root_of_the_step_is_seen():
    gaps, expected, largest = gap_to_copies(
        isotropic, 8, sigma=SIGMA * EULER.eta ** (1 / 2 - 1 / ALPHA)
    )
    assert abs(gaps - expected).max() > 1e-3 * largest


def test_noise_keyed_by_a_flat_index_is_seen(monkeypatch):
    """A stream of draws is the noise of no particle: at another width all of it is another."""
    field = NoiseField(ALPHA, 21, independent)
    path = limit_path(LinearNetwork(ALPHA, independent, X, Y, SIGMA))
    add_to = NoiseField.add_to

    def flat(self, theta, step, scale):
        add_to(self, theta, 0, scale, range(step * len(theta), (step + 1) * len(theta)))

    def spread():
        """Of the distances of four neurons of a network of 8 from copies of a width of 4."""
        gaps = train(8, field)[:4] - train(4, field, seen=replay(path))
        return np.ptp(gaps, axis=0).max() / abs(train(8, field)).max()

    assert spread() < ROUNDING
    monkeypatch.setattr(NoiseField, "add_to", flat)
    assert spread() > 0.01


@pytest.mark.parametrize("n", [9, 66])
def test_minibatches_are_common_noise(n):
    """On rows of the step alone copies follow a wider network; on rows of the width they do not.

    The network has no noise, so that a neuron is its copy but for the outputs it sees.
    """
    field, shape = NoiseField(ALPHA, 21), (EULER.steps, 2, 1)
    outputs = np.zeros(shape)
    train(1_003, field, sigma=0.0, batch=2, seed=5, seen=record(outputs))
    own = train(n, field, sigma=0.0, batch=2, seed=5)
    same = train(n, field, sigma=0.0, batch=2, seed=5, seen=replay(outputs))
    keyed = train(n, field, sigma=0.0, batch=2, seed=5 + n, seen=replay(outputs))
    np.testing.assert_allclose(same, own, rtol=0, atol=ROUNDING * abs(own).max())
    assert abs(keyed - own).max() > 0.01


def test_minibatches_keyed_by_the_width_leave_an_error_that_does_not_fall():
    """Networks of two widths on one noise come together like their noise, not so on other rows."""
    field, sigma = NoiseField(2.0, 21), 0.1  # Gaussian: a distance of the order n^-1/2

    def apart(n, seed):
        small = train(n, field, sigma=sigma, batch=2, seed=seed)
        return abs(small - train(15 * n, field, sigma=sigma, batch=2, seed=5)[:n]).max()

    assert apart(4_097, 5) < apart(17, 5) / 4
    assert apart(4_097, 6) > 10 * apart(4_097, 5)


# ------------------------------------------------------------------------- linear mean field


@pytest.mark.parametrize("alpha", [1.2, 1.5, 1.9])
def test_particles_differ_from_their_copies_by_the_identity(alpha):
    n, field = 300, NoiseField(alpha, 4)
    system, start = LinearMeanField(alpha, 1.0, 1.0, SIGMA), np.zeros((n, 1))
    pull, seen = attraction(1.0), np.zeros((EULER.steps, 1))

    def run(**means):
        states = particles.trajectory(start, pull, field, EULER.eta, SIGMA, **means)
        return next(islice(states, EULER.steps, None)).theta

    x, y = run(), run(means=seen)
    expected = system.difference(noise_means(field, n, 1), EULER.eta)
    bound = ROUNDING * (abs(x).max() + abs(y).max())
    np.testing.assert_allclose(x - y, np.tile(expected, (n, 1)), rtol=0, atol=bound)
    assert abs(expected).max() > 1e3 * bound


def test_the_gaps_of_the_claims_are_the_identity():
    """Every system of a block, and all sizes on one noise."""
    sizes, key = (4, 32), 9
    gaps = linear_gaps(ALPHA, sizes, key, EULER)
    field, system = NoiseField(ALPHA, key), LinearMeanField(ALPHA, 1.0, 1.0)
    for n, found in zip(sizes, gaps, strict=True):
        rows = (np.arange(found.size)[:, None] * 32 + np.arange(n)).ravel()
        noises = np.array([field.at(rows, k, 1).reshape(-1, n) for k in range(EULER.steps)])
        expected = system.difference(noises.mean(axis=2), EULER.eta)
        np.testing.assert_allclose(found, expected, rtol=0, atol=ROUNDING * abs(noises).max())


def test_pareto_innovations_are_not_the_stable_law():
    """Mean log distance of 16,000 pairs: equal tails do not make equal scales."""
    system, rng = LinearMeanField(ALPHA, 1.0, 1.0), np.random.default_rng(6)
    exact, shape = np.log(system.difference_scale(2, EULER)), (EULER.steps, 16_000, 2)
    stable = np.array([NoiseField(ALPHA, 6).at(range(32_000), k, 1) for k in range(EULER.steps)])
    pareto = rng.choice([-1.0, 1.0], shape) * (TAIL / rng.uniform(size=shape)) ** (1 / ALPHA)
    for noise, right in ((stable.reshape(shape), True), (pareto, False)):
        found = log_scale(system.difference(noise.mean(axis=2), EULER.eta), ALPHA)
        assert (abs(found.value - exact) < 4 * found.stderr) == right


# -------------------------------------------------------------- what the claims are made of


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_the_layer_of_the_claims_is_the_network(activation):
    field, start = NoiseField(ALPHA, 3), np.random.default_rng(1).normal(size=(40, 3))
    drift = minibatch_drift(Network(activation, loss="squared"), X, Y, train_output=False)
    path = trajectory((start, np.ones((1, 40))), drift, field, EULER.eta, SIGMA)
    expected = final(path)[0]
    states = particles.trajectory(start, layer(activation, X, Y), field, EULER.eta, SIGMA)
    found = next(islice(states, EULER.steps, None)).theta
    np.testing.assert_allclose(found, expected, rtol=0, atol=ROUNDING * abs(expected).max())


def test_slopes_are_those_of_polyfit():
    logs = np.random.default_rng(1).normal(size=(4, 3))
    expected = [np.polyfit(np.log([2, 8, 50]), row, 1)[0] for row in logs]
    np.testing.assert_allclose(slopes((2, 8, 50), logs), expected, rtol=1e-10)
