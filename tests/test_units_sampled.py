"""Hidden units sampled whole: shares, moments over all draws, the bound, and what is taken out.

Seeds are fixed; where a statistic is compared, its false-alarm rate is that over seeds.
"""

from dataclasses import replace
from itertools import product
from math import factorial, prod

import numpy as np
import pytest
from test_coresets_of_convolutions import lenet, lenet_points

from compress.comparison import methods
from compress.coresets import (
    Budget,
    Guarantee,
    ReluNetwork,
    UnitCoreset,
    bounds,
    corenet,
    corenet_units,
)
from compress.coresets import shares as shares_of_units
from compress.coresets.feeding import Fed, by_unit
from compress.coresets.multinomials import EMPTY, SAMPLED, SUPPORT, WHOLE
from compress.coresets.shares import unit_shares
from compress.coresets.unit_sampling import _factors
from compress.networks.model import recognised
from stablenoise.layers import Dense, Tanh, load_architecture


def by_the_definition(weights, inputs):
    """Largest share of a unit in a side, a neuron and a row at a time."""
    found = np.zeros(weights.shape[1])
    for w, a, sign in product(weights, inputs, (1, -1)):
        flow = np.maximum(sign * w * a, 0).sum(axis=1)
        if flow.sum() > 0:
            found = np.maximum(found, flow / flow.sum())
    return found


def mlp(seed=1, widths=(9, 7, 6, 4), between=None, embed=False):
    rng = np.random.default_rng(seed)
    pairs = list(zip(widths[:-1], widths[1:], strict=True))
    weights = [rng.normal(size=(n, m)) for m, n in pairs]
    return ReluNetwork(weights, [rng.normal(size=n) / 4 for _, n in pairs], embed, between)


def fed(n, dim, seed=2):
    return np.maximum(np.random.default_rng(seed).normal(size=(n, dim)), 0)


@pytest.mark.parametrize("most", [1, 50, shares_of_units.PRODUCTS])
@pytest.mark.parametrize("signed", [False, True])
def test_shares_are_the_definition_in_blocks_of_any_size(signed, most, monkeypatch):
    monkeypatch.setattr(shares_of_units, "PRODUCTS", most)
    rng = np.random.default_rng(3)
    weights, inputs = rng.normal(size=(5, 4, 3)), rng.normal(size=(8, 4, 3))
    inputs = inputs if signed else np.maximum(inputs, 0)
    inputs[2] = 0
    found = unit_shares(weights * 1e200, inputs * 1e-200)
    np.testing.assert_allclose(found, by_the_definition(weights, inputs), rtol=1e-12)
    assert found.max() <= 1


@pytest.mark.parametrize("order", ["channels_first", "channels_last"])
def test_a_unit_of_a_convolution_is_all_that_it_feeds_at_every_place(order):
    network, seen = lenet(order=order), lenet_points(20)
    coreset = corenet_units(network, seen, Budget(0.9), seed=1)
    rows = network.inputs(seen)
    for layer, plan in enumerate(coreset.plans):
        parts = (
            by_unit(x, network.stages, layer, len(network.weights[layer]))
            for x in (network.matrices[layer + 1], rows[layer + 1])
        )
        np.testing.assert_allclose(
            plan.layer.sensitivities[0], by_the_definition(*parts), rtol=1e-12
        )


@pytest.mark.parametrize(("least", "negative"), [(0.0, False), (0.5, False), (-1e-300, True)])
def test_inputs_are_negative_where_one_is(least, negative):
    inputs = np.array([[2.0, least], [0.5, 0.0]])
    assert Fed(Dense(), inputs, np.ones((1, 2)), False).negative is negative


def test_mean_and_variance_over_all_draws_are_exact():
    """Three draws among three units: all 27 sequences, at fresh points of a signed layer."""
    rng = np.random.default_rng(4)
    network = ReluNetwork(
        [rng.normal(size=(3, 4)), rng.normal(size=(2, 3))], between=((Tanh(),), ())
    )
    shares = corenet_units(network, fed(10, 4), Budget(1.0), seed=1).plans[0].layer.sensitivities[0]
    q, m = shares / shares.sum(), 3
    fresh = network.inputs(fed(5, 4, 6))[1]
    parts = network.weights[1][:, None] * fresh  # what each unit gives: (neurons, points, units)
    tables = np.array([t for t in product(range(m + 1), repeat=3) if sum(t) == m])
    ways = np.array([factorial(m) / prod(map(factorial, t)) for t in tables.tolist()])
    chances = ways * np.prod(q**tables, axis=1)
    sums = np.einsum("npu,tu->tnp", parts, tables / (m * q))
    mean = np.einsum("t,tnp->np", chances, sums)
    spread = np.einsum("t,tnp->np", chances, (sums - mean) ** 2)
    exact = parts.sum(axis=2)
    np.testing.assert_allclose(mean, exact, rtol=1e-12)
    formula = ((parts**2 / q).sum(axis=2) - exact**2) / m
    np.testing.assert_allclose(spread, formula, rtol=1e-10)


def test_factors_are_unbiased_and_spread_as_the_multinomial_law_has_it():
    """Over 2,000 seeds: means of 7 units within 4.5 standard errors, 5e-5; variances within 25%."""
    network, seen = mlp(widths=(9, 7, 4)), fed(15, 9)
    coreset = corenet_units(network, seen, Budget(0.5), seed=0)
    (plan,) = coreset.plans
    assert plan.fates[0, 0] == SAMPLED and plan.draws[0, 0] > 2
    shares = plan.layer.sensitivities[0]
    found = np.array([_factors(plan, (seed, 0, 0)) for seed in range(2_000)])
    np.testing.assert_array_equal(found[0], coreset.factors[0])
    alive = shares > 0
    assert not found[:, ~alive].any() and alive.sum() > 4
    found, q = found[:, alive], (shares / shares.sum())[alive]
    variance = (1 / q - 1) / plan.draws[0, 0]
    assert abs((found.mean(axis=0) - 1) / np.sqrt(variance / 2_000)).max() < 4.5
    np.testing.assert_allclose(found.var(axis=0), variance, rtol=0.25)
    kept = np.count_nonzero(found, axis=1)
    assert abs(kept.mean() - plan.expected) < 4.5 * kept.std() / np.sqrt(2_000)
    assert plan.expected <= 0.5 * 7 * (1 + 1e-9)


def test_draws_of_the_bound_serve_all_neurons_and_sides_at_once():
    """At the draws of Bernstein's inequality with a union over both sides of all neurons.

    At each point of S, of 2,000 coresets at most a share delta has some side off by epsilon.
    """
    network, seen = mlp(widths=(9, 12, 5)), fed(15, 9)
    shares = corenet_units(network, seen, Budget(1.0), seed=1).plans[0].layer.sensitivities[0]
    epsilon, delta, neurons = 0.5, 0.1, 5
    draws = bounds.tight_sample_size(shares.sum(), epsilon, delta / (2 * neurons))
    rng = np.random.default_rng(7)
    q = shares / shares.sum()
    counts = rng.multinomial(int(draws), q, size=2_000)
    factors = np.divide(counts, draws * q, out=np.zeros(counts.shape), where=q > 0)
    inputs = network.inputs(seen)[1]
    failed = np.zeros((2_000, len(seen)), bool)
    for side in (1, -1):
        parts = np.maximum(side * network.weights[1], 0)[:, None] * inputs
        exact = parts.sum(axis=2)
        found = np.einsum("npu,tu->tnp", parts, factors)
        failed |= (abs(found - exact) > epsilon * exact).any(axis=1)
    assert failed.mean(axis=0).max() <= delta


@pytest.mark.parametrize("order", ["channels_first", "channels_last"])
@pytest.mark.parametrize("embed", [False, True])
def test_units_that_are_gone_are_gone_and_the_rest_computes_the_same(order, embed):
    network, x = lenet(order=order, embed=embed), lenet_points(40)
    coreset = corenet_units(network, x, Budget(0.6, "layer"), seed=2)
    small = coreset.compact()
    sizes = [len(w) for w in small.weights]
    assert sizes == [*(np.count_nonzero(f) for f in coreset.factors), 3]
    assert sum(sizes) < sum(len(w) for w in network.weights) and coreset.keep < 1
    np.testing.assert_allclose(small(x), coreset(x), rtol=1e-12, atol=1e-14)
    for w, b, factors in zip(coreset.dense(), coreset.biases, coreset.factors, strict=False):
        assert not w[factors == 0].any() and not b[factors == 0].any()


@pytest.mark.parametrize("order", ["channels_first", "channels_last"])
def test_what_a_unit_feeds_is_multiplied_by_its_factor(order):
    """Entry by entry: a column of a matrix is of a neuron, or of a pixel of a filter's image."""
    network = lenet(order=order)
    coreset = corenet_units(network, lenet_points(40), Budget(0.6, "layer"), seed=2)
    first, second, third = coreset.factors
    assert all((f == 0).any() and (f > 1).any() for f in coreset.factors)
    pixels, expected = 4, [w.copy() for w in network.weights]
    assert network.weights[2].shape == (12, len(second) * pixels)
    for unit, channel, i, j in np.ndindex(*expected[1].shape):
        expected[1][unit, channel, i, j] *= first[channel]
    for neuron, column in np.ndindex(*expected[2].shape):
        where = column // pixels if order == "channels_first" else column % len(second)
        expected[2][neuron, column] *= second[where]
    for neuron, column in np.ndindex(*expected[3].shape):
        expected[3][neuron, column] *= third[column]
    for weights, factors in zip(expected[:3], coreset.factors, strict=True):
        weights[factors == 0] = 0
    for found, right in zip(coreset.dense(), expected, strict=True):
        np.testing.assert_array_equal(found, right)


def test_keeping_all_is_the_network_whatever_is_silent():
    network, x = lenet(), lenet_points(20)
    coreset = corenet_units(network, x, Budget(1.0), seed=1)
    assert all((p.fates[:, 0] == WHOLE).all() for p in coreset.plans) and coreset.keep == 1
    for a, b in zip(coreset.dense(), network.weights, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("shares", ["network", "layer"])
def test_a_budget_is_of_hidden_units(shares):
    network, x = mlp(widths=(9, 60, 40, 4)), fed(60, 9)
    coreset = corenet_units(network, x, Budget(0.4, shares), seed=1)
    expected, units = [p.expected for p in coreset.plans], [60, 40]
    groups = [(sum(expected), 100)] if shares == "network" else zip(expected, units, strict=True)
    for some, all_ in groups:
        assert 0.8 * 0.4 * all_ < some <= 0.4 * all_ * (1 + 1e-9)
    assert abs(sum(np.count_nonzero(f) for f in coreset.factors) - sum(expected)) < 4 * 5


def test_the_guarantee_is_that_of_the_theorem_with_draws_of_units():
    """By numbers: draws of a layer's units are for all neurons of the next, with their places."""
    network = lenet()
    rule = Guarantee(0.5, 0.1)
    constants = rule.constants(network)
    coreset = corenet_units(network, lenet_points(constants.points + 5), rule, seed=1)
    certificate = coreset.certificate
    assert not certificate.void and certificate.points == constants.points
    edges = corenet(network, lenet_points(constants.points + 5), rule, seed=1).certificate
    assert certificate.growth == edges.growth and min(certificate.growth) > constants.kappa + 1
    for plan, epsilon in zip(coreset.plans, certificate.epsilons[1:], strict=True):
        total = plan.layer.sensitivities.sum()
        draws = bounds.sample_size(total, epsilon, 0.1, constants.neurons, constants.k)
        np.testing.assert_allclose(plan.draws[0], [draws, 0], rtol=1e-12)
        assert plan.fates.tolist() == [[WHOLE, EMPTY]]
    assert certificate.size.vacuous and certificate.size.trivial == 4 + 5 + 12
    assert "times the hidden units" in repr(certificate)
    assert coreset.messages[0].startswith("the theorem's size is vacuous")
    assert SUPPORT not in {int(f) for p in coreset.plans for f in p.fates.ravel()}
    assert coreset.messages[1:] == ("no unit is taken out but those that feed nothing at S",)
    some = corenet_units(network, lenet_points(40), Budget(0.6, "network"), seed=1)
    assert {int(p.fates[0, 0]) for p in some.plans} == {SAMPLED, WHOLE}
    assert len(replace(some, certificate=certificate).messages) == 1  # some are


def test_a_guarantee_of_few_points_is_void():
    with pytest.warns(UserWarning, match="the guarantee for delta = 0.1 is void") as told:
        coreset = corenet_units(mlp(), fed(5, 9), Guarantee(0.5, 0.1), seed=1)
    assert "void" in coreset.messages[-1] and [each.filename for each in told] == [__file__]


def test_what_cannot_be_is_refused_in_one_line():
    with pytest.raises(ValueError, match="network must have hidden units, got ReluNetwork"):
        corenet_units(ReluNetwork([np.ones((2, 3))]), np.ones((4, 3)), Budget(0.5), seed=1)
    with pytest.raises(ValueError, match="keep must leave a unit to each hidden layer, 2 units"):
        corenet_units(mlp(), fed(9, 9), Budget(0.05), seed=1)
    with pytest.raises(ValueError, match="as the theorem of CoreNet is of relu.* got tanh"):
        corenet_units(mlp(between=((Tanh(),), (Tanh(),), ())), fed(9, 9), Guarantee(0.5, 0.1), 1)


def test_the_seed_says_what_is_drawn():
    network, x = lenet(), lenet_points(30)
    one, again, other = (corenet_units(network, x, Budget(0.5), seed).factors for seed in (1, 1, 2))
    assert all((a == b).all() for a, b in zip(one, again, strict=True))
    assert any((a != b).any() for a, b in zip(one, other, strict=True))


def test_it_is_a_method_of_networks_in_files():
    """Arrays under the names of the network, which computes what the coreset does."""
    rng = np.random.default_rng(8)
    shapes = {"k1": (6, 1, 5, 5), "k2": (16, 6, 5, 5), "w1": (40, 256), "w2": (10, 40)}
    arrays = {n: rng.normal(size=s) / np.sqrt(prod(s[1:])) for n, s in shapes.items()}
    model = recognised(arrays, 784, load_architecture("lenet5"))
    points, held_out, x = np.split(rng.uniform(size=(90, 784)), 3)
    task = methods.Task(model, points, held_out, x, np.zeros(30, int))
    pruned, stored = methods.available(model)["corenet_units"](task, 0.5)
    assert stored == methods.nonzeros(pruned) and stored < methods.nonzeros(arrays)
    coreset = methods.CORESETS["corenet_units"](task, Budget(0.5, "layer"))
    assert isinstance(coreset, UnitCoreset)
    np.testing.assert_allclose(model.logits(pruned, x), coreset(x), rtol=1e-9, atol=1e-12)
    one = recognised({"w": np.ones((3, 4))}, 4)
    assert "corenet_units" not in methods.available(one)
