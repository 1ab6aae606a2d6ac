"""On a device, or on the stand-in for it: the same bits of noise, and the same array code."""

from contextlib import nullcontext
from itertools import islice

import numpy as np
import pytest
from array_libraries import is_stand_in
from hypothesis import given, settings
from hypothesis import strategies as st
from members import each_member

from chaos.network import Network
from chaos.sgd import minibatch_drift, trajectory
from compress import pruning as methods
from compress.compressibility import norms
from compress.pruning import filter as filters
from compress.pruning import singular_value
from stablenoise import NoiseField, Stable, noises
from stablenoise.kernels import addresses

pytestmark = pytest.mark.gpu
each_noise = each_member(noises)
each_format = pytest.mark.parametrize("real", [np.float64, np.float32])
each_method = each_member(methods)
ROWS = np.arange(1_000, dtype=np.uint32)[::-1].copy()
alphas, scales = st.floats(0.2, 2.0), st.floats(0.01, 100.0)
seeds, steps = st.integers(0, 2**64 - 1), st.integers(0, 2**32 - 1)
dims = st.sampled_from([1, 2, 3, 4, 5, 7, 64])
addressed = settings(deadline=None, max_examples=30)


def same_bits(on_device, on_host):
    there = on_device.get()
    assert there.dtype == on_host.dtype and not np.isnan(on_host).any()
    np.testing.assert_array_equal(there.view(np.uint8), on_host.view(np.uint8))


@each_noise
@each_format
@addressed
@given(alphas, seeds, steps, dims)
def test_noise_has_the_bits_of_the_host(cupy, member, real, alpha, seed, step, dim):
    field = NoiseField(alpha, seed, member)
    same_bits(field.at(cupy.asarray(ROWS), step, dim, real), field.at(ROWS, step, dim, real))


@each_noise
@each_format
@addressed
@given(alphas, seeds, steps, dims)
def test_filling_gives_the_bits_of_the_host(cupy, member, real, alpha, seed, step, dim):
    field = NoiseField(alpha, seed, member)
    ours, theirs = np.empty((1_000, dim), real), cupy.empty((1_000, dim), real)
    field.fill(ours, step)
    field.fill(theirs, step)
    same_bits(theirs, ours)


@each_noise
@each_format
@addressed
@given(alphas, seeds, steps, dims, scales)
def test_adding_gives_the_bits_of_the_host(cupy, member, real, alpha, seed, step, dim, scale):
    field = NoiseField(alpha, seed, member)
    ours = np.random.default_rng(seed).normal(size=(1_000, dim)).astype(real)
    theirs = cupy.asarray(ours)
    field.add_to(ours, step, scale, ROWS)
    field.add_to(theirs, step, scale, cupy.asarray(ROWS))
    same_bits(theirs, ours)


@each_format
@addressed
@given(alphas, st.floats(-1.0, 1.0), seeds)
def test_draws_have_the_bits_of_the_host(cupy, real, alpha, beta, seed):
    for law in (Stable(alpha, beta, 2.0, 0.5), Stable(1.0, beta), Stable(1.1, beta)):
        theirs = cupy.empty((7, 300), real)
        law.rvs(out=theirs, rng=seed)
        same_bits(theirs, law.rvs((7, 300), seed, real))


@each_noise
@each_format
def test_more_addresses_than_threads_have_the_bits_of_the_host(member, real, cupy, monkeypatch):
    """2^25 and some, where a thread has to stride if a block yields one variate.

    The stand-in takes seconds for as many: there the grid is small instead.
    """
    field, shape = NoiseField(1.5, 7, member), (2**13 + 1, 2**12 + 3)
    if is_stand_in(cupy):
        monkeypatch.setattr(addresses, "GRID", 3)
        shape = 2**7 + 1, 2**6 + 3
    ours, theirs = np.ones(shape, real), cupy.ones(shape, real)
    field.add_to(ours, 1, 0.3)
    field.add_to(theirs, 1, 0.3)
    same_bits(theirs, ours)


@each_noise
@each_format
def test_adding_is_timed(cupy, member, real, capsys):
    """Bytes of theta a second, printed: no bound, since devices differ."""
    side = 2**6 if is_stand_in(cupy) else 2**13
    field, theta = NoiseField(1.5, 1, member), cupy.zeros((side, side), real)
    field.add_to(theta, 0, 0.1)
    start, end = cupy.cuda.Event(), cupy.cuda.Event()
    start.record()
    for step in range(10):
        field.add_to(theta, step, 0.1)
    end.record()
    end.synchronize()
    seconds = cupy.cuda.get_elapsed_time(start, end) / 1e3
    with capsys.disabled() if not is_stand_in(cupy) else nullcontext():
        name = f"{member.__name__.split('.')[-1]} {real.__name__}"
        print(f"\n{name}: {10 * theta.nbytes / seconds / 1e9:.1f} GB/s")
    assert seconds > 0


@pytest.mark.parametrize("loss", ["cross_entropy", "squared"])
def test_a_network_has_the_numbers_of_the_host(cupy, loss):
    """To 1e-12: sums of at most 64 terms of order 1, in another order."""
    network = Network("tanh", loss=loss)
    weights = network.initial((20, 64, 5), seed=1)
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(30, 20)), rng.integers(0, 5, 30)
    there = tuple(map(cupy.asarray, weights)), cupy.asarray(x), cupy.asarray(y)
    assert network.value(*there) == pytest.approx(network.value(weights, x, y), rel=1e-12)
    for a, b in zip(network.gradient(*there), network.gradient(weights, x, y), strict=True):
        np.testing.assert_allclose(a.get(), b, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("activation", ["relu", "tanh", "linear"])
def test_a_run_of_sgd_has_the_numbers_of_the_host(cupy, activation):
    """To 1e-12 after 5 steps: the noise is the same to the bit, products are of 8 terms."""
    network, random = Network(activation), np.random.default_rng(1)
    x, y = random.normal(size=(40, 6)), random.integers(0, 3, 40)
    weights, field = network.initial((6, 8, 3), seed=1), NoiseField(1.5, seed=7)

    def end(to):
        drift = minibatch_drift(network, to(x), to(y), batch=8, seed=1)
        states = trajectory(tuple(map(to, weights)), drift, field, 0.1, 0.01)
        return list(islice(states, 6))[-1]

    for ours, theirs in zip(end(np.asarray), end(cupy.asarray), strict=True):
        assert isinstance(theirs, cupy.ndarray)
        np.testing.assert_allclose(theirs.get(), ours, rtol=0, atol=1e-12)


def test_errors_of_the_best_terms_are_those_of_the_host(cupy):
    x = np.random.default_rng(1).standard_cauchy(10_000)
    for p in (1.0, 2.0):
        theirs = norms.relative_errors(cupy.asarray(x), p)
        np.testing.assert_allclose(cupy.asnumpy(theirs), norms.relative_errors(x, p), rtol=1e-10)
    assert norms.pq_index(cupy.asarray(x)) == pytest.approx(norms.pq_index(x), rel=1e-12)


@each_method
def test_pruning_stays_where_the_weights_are(cupy, member):
    """Singular values are the device's own; all else is a selection."""
    weights = np.random.default_rng(1).normal(size=(30, 40))
    weights = weights[:, :, None, None] if member is filters else weights
    pruned = member.prune(cupy.asarray(weights), 0.3)
    least = 1e-12 if member is singular_value else 0
    np.testing.assert_allclose(pruned.get(), member.prune(weights, 0.3), rtol=0, atol=least)
    keep = member.keep_for_error(cupy.asarray(weights), 0.1)
    assert keep == member.keep_for_error(weights, 0.1)
    error = norms.relative_error(cupy.asarray(weights), 0.3)
    assert error == pytest.approx(norms.relative_error(weights, 0.3), rel=1e-12)


@pytest.mark.parametrize("alpha, beta", [(1.5, 0.5), (0.7, 0.3), (1.0, 1.0), (2.0, 0.0)])
def test_the_law_on_a_device_is_that_of_the_host(cupy, alpha, beta):
    """To the exponential function of the device: 4 units in the last place of the logarithm."""
    x = np.append(Stable(alpha, beta).rvs(10_000, rng=1), [np.inf, -np.inf, np.nan, 1e200])
    for name in ("pdf", "cdf", "sf", "logpdf", "logcdf", "logsf"):
        ours = getattr(Stable(alpha, beta, 2.0, 1.0), name)(x)
        theirs = getattr(Stable(alpha, beta, 2.0, 1.0), name)(cupy.asarray(x))
        np.testing.assert_allclose(theirs.get(), ours, rtol=1e-12)
