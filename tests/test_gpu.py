"""On a device: the same bits of noise, and the same array code; skipped where there is none."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from members import each_member

from chaos.network import Network
from compress import norms, pruning
from stablenoise import NoiseField, noises

cupy = pytest.importorskip("cupy", reason="needs cupy and a device")
pytestmark = pytest.mark.gpu
each_noise = each_member(noises)
each_method = each_member(pruning)


@each_noise
@settings(deadline=None, max_examples=30)
@given(st.floats(0.2, 2.0), st.integers(0, 2**64 - 1), st.integers(0, 2**32 - 1))
def test_noise_has_the_bits_of_the_host(member, alpha, seed, step):
    field = NoiseField(alpha, seed, member)
    rows = np.arange(1_000, dtype=np.uint32)
    on_device = field.at(cupy.asarray(rows), step, 7)
    np.testing.assert_array_equal(on_device.get(), field.at(rows, step, 7))


@pytest.mark.parametrize("loss", ["cross_entropy", "squared"])
def test_a_network_has_the_numbers_of_the_host(loss):
    """To 1e-12: sums of at most 64 terms of order 1, in another order."""
    network = Network("tanh", loss=loss)
    weights = network.initial((20, 64, 5), seed=1)
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(30, 20)), rng.integers(0, 5, 30)
    there = tuple(map(cupy.asarray, weights)), cupy.asarray(x), cupy.asarray(y)
    assert network.value(*there) == pytest.approx(network.value(weights, x, y), rel=1e-12)
    for a, b in zip(network.gradient(*there), network.gradient(weights, x, y), strict=True):
        np.testing.assert_allclose(a.get(), b, rtol=1e-12, atol=1e-15)


@each_method
def test_pruning_stays_where_the_weights_are(member):
    weights = np.random.default_rng(1).normal(size=(30, 40))
    pruned = member.prune(cupy.asarray(weights), 0.3)
    np.testing.assert_array_equal(pruned.get(), member.prune(weights, 0.3))
    keep = member.keep_for_error(cupy.asarray(weights), 0.1)
    assert keep == member.keep_for_error(weights, 0.1)
    error = norms.relative_error(cupy.asarray(weights), 0.3)
    assert error == pytest.approx(norms.relative_error(weights, 0.3), rel=1e-12)
