"""Coresets of kernels: a convolution is a dense layer whose neurons share their weights.

The oracle is that dense layer, a row for each unit and place, written down by hand from the meaning
of stride and padding; seeds are fixed, and false-alarm rates are those over seeds.
"""

from dataclasses import replace
from itertools import product
from math import factorial, prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compress.coresets import (
    Budget,
    Guarantee,
    ReluNetwork,
    bounds,
    cancellations,
    corenet,
    corenet_plus,
    corenet_plus_plus,
    diagnostics,
    sensitivities,
    sparsify,
)
from compress.coresets.multinomials import SAMPLED
from stablenoise.layers import (
    Architecture,
    BatchNorm,
    Conv,
    Dense,
    Flatten,
    Linear,
    MaxPool,
    MeanPool,
    Relu,
    Scale,
    Sigmoid,
    Tanh,
    images,
    passes,
)

IMAGE = 2, 6, 5
CASES = [  # layer, height and width of its kernels
    (Conv(), (3, 2)),
    (Conv(stride=2), (2, 2)),
    (Conv(padding=1), (3, 3)),
    (Conv(stride=2, padding=2), (3, 3)),
    (Conv(padding="same"), (2, 4)),
    (Conv(stride=3, padding="same"), (4, 3)),
    (Conv(padding=(2, 0)), (3, 2)),
    (Conv(stride=2, padding=(0, 1)), (2, 3)),
]


def sides_of(layer, size, image=IMAGE):
    """Zeros above and on the left, and the rows and columns of places, by the documentation."""
    if layer.padding == "same":
        counts = [-(-n // layer.stride) for n in image[1:]]
        wanted = [max((c - 1) * layer.stride + k - n, 0)
                  for c, k, n in zip(counts, size, image[1:], strict=True)]  # fmt: skip
        return [w // 2 for w in wanted], counts
    pads = layer.padding if isinstance(layer.padding, tuple) else [layer.padding] * 2
    return pads, [(n + 2 * p - k) // layer.stride + 1
                  for n, p, k in zip(image[1:], pads, size, strict=True)]  # fmt: skip


def entries(layer, size, image=IMAGE):
    """Number of the pixel that each entry of a kernel meets at each place, -1 for padding."""
    channels, height, width = image
    (top, left), (rows, columns) = sides_of(layer, size, image)
    found = np.full((rows, columns, channels, *size), -1)
    for r, q, c, i, j in np.ndindex(*found.shape):
        y, x = r * layer.stride + i - top, q * layer.stride + j - left
        if 0 <= y < height and 0 <= x < width:
            found[r, q, c, i, j] = (c * height + y) * width + x
    return found.reshape(rows * columns, -1)


def unrolled(kernels, layer, image=IMAGE):
    """The dense layer of a convolution: (units x places, pixels), unit by unit."""
    met = entries(layer, kernels.shape[2:], image)
    dense = np.zeros((len(kernels), len(met), prod(image)))
    for unit, place, entry in np.ndindex(len(kernels), *met.shape):
        if met[place, entry] >= 0:
            dense[unit, place, met[place, entry]] = kernels[unit].ravel()[entry]
    return dense.reshape(-1, prod(image))


def kernels_of(layer, size, seed=1, units=3, kind=float):
    return np.random.default_rng(seed).normal(size=(units, IMAGE[0], *size)).astype(kind)


def one_layer(layer, kernels, bias=None, embed=False, image=IMAGE):
    """A network of one convolution, whose outputs are all its sums."""
    plan = Architecture((layer, Flatten()), image=image)
    return ReluNetwork([kernels], None if bias is None else [bias], embed, architecture=plan)


def points(n, seed=2, image=IMAGE, signed=False):
    x = np.random.default_rng(seed).normal(size=(n, prod(image)))
    return x if signed else np.maximum(x, 0)


def lenet(seed=3, order="channels_first", embed=False, kind=float):
    """Two convolutions with a stride and padding, a pool each, and two matrices."""
    rng = np.random.default_rng(seed)
    layers = (
        *(Conv(padding=1), Relu(), MaxPool(), Conv(stride=2, padding="same"), Relu()),
        *(Flatten(order), Dense(), Relu(), Dense()),
    )
    shapes = [(4, 2, 3, 3), (5, 4, 3, 3), (12, 20), (3, 12)]
    weights = [(rng.normal(size=s) / np.sqrt(prod(s[1:]))).astype(kind) for s in shapes]
    biases = [rng.normal(size=len(w)) / 4 for w in weights]
    return ReluNetwork(weights, biases, embed, architecture=Architecture(layers, (2, 8, 8)))


def lenet_points(n, seed=4):
    return points(n, seed, (2, 8, 8))


# The dense layer of a convolution


@pytest.mark.parametrize(("layer", "size"), CASES)
def test_patches_times_kernels_are_the_sums_of_the_dense_layer(layer, size):
    """Row by row of the places of a point; and so are the outputs, unit by unit."""
    kernels, x = kernels_of(layer, size), points(4, signed=True)
    network = one_layer(layer, kernels)
    dense = x @ unrolled(kernels, layer).T
    np.testing.assert_allclose(network(x), dense, atol=1e-12)
    (rows,) = network.inputs(x)
    met = entries(layer, size)
    padded = np.column_stack([x, np.zeros(len(x))])
    np.testing.assert_array_equal(rows, padded[:, met].reshape(len(rows), -1))
    sums = (rows @ network.matrices[0].T).reshape(4, -1, 3).transpose(0, 2, 1).reshape(4, -1)
    np.testing.assert_allclose(sums, dense, atol=1e-12)


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize(("layer", "size"), CASES)
def test_a_sensitivity_is_the_largest_of_the_dense_layers_over_the_places(layer, size, signed):
    kernels, x = kernels_of(layer, size), points(7, signed=signed)
    (plan,) = corenet(one_layer(layer, kernels), x, Budget(0.9), seed=1).plans
    dense = sensitivities(unrolled(kernels, layer), x).reshape(3, -1, prod(IMAGE))
    met = entries(layer, size)
    shares = np.where(met >= 0, np.take_along_axis(dense, np.maximum(met, 0)[None], 2), 0)
    np.testing.assert_allclose(plan.layer.sensitivities, shares.max(axis=1), rtol=1e-12)


@pytest.mark.parametrize("size", [1, 200, 1 << 12])
def test_blocks_have_no_seams(monkeypatch, size):
    """Rows come in the same order, and sensitivities and errors are those of all at once."""
    network, x = lenet(), lenet_points(9)
    whole = corenet(network, x, Budget(0.5), seed=1)
    errors, rows = diagnostics.errors(whole, x), network.inputs(x)
    growth = [c.growth for c in diagnostics.coverage(whole, x)]
    certificate = Guarantee(0.5, 0.9).plans(network, x)[1]
    monkeypatch.setitem(images.BLOCK_BYTES, "numpy", size)
    for part, all_ in zip(network.inputs(x), rows, strict=True):
        np.testing.assert_allclose(part, all_, rtol=1e-12, atol=1e-14)
    again = corenet(network, x, Budget(0.5), seed=1)
    for one, other in zip(again.plans, whole.plans, strict=True):
        np.testing.assert_allclose(one.layer.sensitivities, other.layer.sensitivities, rtol=1e-12)
    for one, other in zip(diagnostics.errors(again, x), errors, strict=True):
        np.testing.assert_allclose(list(one.to_dict().values()), list(other.to_dict().values()))
    for one, other in zip(diagnostics.coverage(again, x), growth, strict=True):
        np.testing.assert_allclose(one.growth, other, rtol=1e-12)
    found = Guarantee(0.5, 0.9).plans(network, x)[1]
    np.testing.assert_allclose(found.growth, certificate.growth, rtol=1e-9)


def test_layers_before_the_first_weights_are_passed_first():
    """A relu at the beginning: what is negative is not there."""
    kernels, x = kernels_of(Conv(), (3, 2)), points(9, signed=True)
    layers = Conv(), Relu(), Flatten(), Dense()
    matrix = np.random.default_rng(2).normal(size=(2, 3 * 4 * 4))
    plain, rectified = (
        ReluNetwork([kernels, matrix], architecture=Architecture((*first, *layers), image=IMAGE))
        for first in ((), (Relu(),))
    )
    np.testing.assert_array_equal(rectified(x), plain(np.maximum(x, 0)))
    coresets = (
        corenet(rectified, x, Budget(0.5), 1),
        corenet(plain, np.maximum(x, 0), Budget(0.5), 1),
    )
    for one, other in zip(*(each.dense() for each in coresets), strict=True):
        np.testing.assert_array_equal(one, other)


def test_patches_are_not_there_at_once(monkeypatch):
    """200 points of 24 x 24 places of 25 entries would be 23 MB; a block is at most 1 MB."""
    kernels = np.random.default_rng(1).normal(size=(6, 1, 5, 5))
    network = one_layer(Conv(), kernels, image=(1, 28, 28))
    (fed,) = network.fed(points(200, image=(1, 28, 28)))
    sizes = [rows.nbytes for _, rows in fed.blocks()]
    assert sum(sizes) == 200 * 24 * 24 * 25 * 8 and max(sizes) <= images.BLOCK_BYTES["numpy"]


@pytest.mark.parametrize("order", ["channels_first", "channels_last"])
def test_a_whole_coreset_is_the_network_of_its_weights(order):
    """Whatever the flattening: its outputs are the network's with the sparse weights."""
    network, x = lenet(order=order), lenet_points(30)
    coreset = corenet(network, x, Budget(0.5), seed=1)
    assert [w.shape for w in coreset.dense()] == [w.shape for w in network.weights]
    same = replace(network, weights=coreset.dense(), biases=coreset.biases)
    np.testing.assert_allclose(coreset(x), same(x), rtol=1e-9, atol=1e-12)
    all_ = corenet(network, x, Budget(1.0), seed=1)
    np.testing.assert_allclose(all_(x), network(x), rtol=1e-12)
    assert coreset.edges == sum(np.count_nonzero(w) for w in coreset.dense())


@pytest.mark.parametrize("shares", ["network", "layer"])
@pytest.mark.parametrize("keep", [0.3, 0.6])
def test_a_budget_counts_an_entry_of_a_kernel_once(keep, shares):
    coreset = corenet(lenet(), lenet_points(60), Budget(keep, shares), seed=1)
    edges = [np.count_nonzero(w) for w in lenet().weights]
    assert [p.layer.size for p in coreset.plans] == edges
    expected = [p.expected for p in coreset.plans]
    for some, all_ in (
        [(sum(expected), sum(edges))] if shares == "network" else zip(expected, edges, strict=True)
    ):
        assert 0.85 * keep * all_ < some <= keep * all_ * (1 + 1e-9)


def test_single_precision_goes_through():
    network = lenet(kind=np.float32)
    coreset = corenet(network, lenet_points(20).astype(np.float32), Budget(0.6), seed=1)
    assert {w.dtype for w in coreset.dense()} == {np.dtype(np.float32)}
    assert all(fed.rows().dtype == np.float32 for fed in network.fed(lenet_points(3)))


# Moments of the sums at every place


def tiny(bias=None, embed=False):
    """One unit, two channels of 2 x 2, kernels of 1 x 2: four edges, two a side, two places."""
    kernels = np.array([[[[1.5, -0.5]], [[2.0, -3.0]]]])
    return one_layer(Conv(), kernels, bias, embed, image=(2, 2, 2))


def every_outcome(plan, side):
    """Counts of a side's draws, and the chance of each table, by the multinomial law."""
    w = plan.layer.weights[0]
    s = plan.layer.sensitivities[0] * (w < 0 if side else w > 0)
    q, m = s / s.sum(), int(plan.draws[0, side])
    tables = [t for t in product(range(m + 1), repeat=len(q)) if sum(t) == m]
    tables = np.array([t for t in tables if not np.any(np.asarray(t)[q == 0])])
    ways = [factorial(m) / prod(map(factorial, t)) for t in tables.tolist()]
    return tables, ways * np.prod(np.where(q > 0, q, 1) ** tables, axis=1), q, m


def test_mean_and_variance_over_all_outcomes_are_exact_at_every_place():
    network, seen = tiny(), points(3, 5, (2, 2, 2)) + 0.1
    coreset = corenet(network, seen, Budget(0.5), seed=1)
    (plan,) = coreset.plans
    assert (plan.fates == SAMPLED).all()
    fresh = points(5, 6, (2, 2, 2))
    (rows,) = network.inputs(fresh)
    mean, spread = np.zeros(len(rows)), np.zeros(len(rows))
    for side in range(2):
        tables, chances, q, m = every_outcome(plan, side)
        assert chances.sum() == pytest.approx(1, abs=1e-14)
        drawn = np.where(q > 0, tables * plan.layer.weights[0] / (m * np.where(q > 0, q, 1)), 0)
        sums = drawn @ rows.T
        mean += chances @ sums
        spread += chances @ sums**2 - (chances @ sums) ** 2
    np.testing.assert_allclose(mean, rows @ network.matrices[0][0], rtol=1e-13)
    variances = diagnostics.variances(coreset, fresh)[0]
    assert variances.shape == (len(fresh) * 2, 1)
    np.testing.assert_allclose(variances[:, 0], spread, rtol=1e-12)


@pytest.mark.parametrize("embed", [False, True])
def test_sums_of_a_sampled_kernel_are_unbiased_and_have_their_variance(embed):
    """3,000 units with one kernel are 3,000 draws of it.

    At each of 12 places and 5 points the mean is within 5 standard errors, 3e-5 by normal tails,
    and the variance within 15%, 5 of its own standard errors.
    """
    layer, rng = Conv(padding=1), np.random.default_rng(7)
    kernel, image = rng.normal(size=(1, 2, 3, 3)), (2, 3, 4)
    kernels, bias = np.tile(kernel, (3_000, 1, 1, 1)), np.full(3_000, 0.7)
    network = one_layer(layer, kernels, bias, embed, image)
    seen, fresh = points(20, 8, image), points(5, 9, image)
    # One budget for all: each unit has the draws of each other, as their sides are alike.
    coreset = corenet(network, seen, Budget(0.45), seed=10)
    sampled = (coreset.plans[0].fates == SAMPLED).all()
    assert sampled and len(np.unique(coreset.plans[0].draws, axis=0)) == 1
    covered = coreset.plans[0].layer.sensitivities[0] > 0
    assert covered.all()
    sums = coreset(fresh).reshape(5, 3_000, 12)
    exact = network(fresh).reshape(5, 3_000, 12)[:, 0]
    variance = diagnostics.variances(coreset, fresh)[0].reshape(5, 12, 3_000)[..., 0]
    z = (sums.mean(axis=1) - exact) / np.sqrt(variance / 3_000)
    assert abs(z).max() < 5
    np.testing.assert_allclose(sums.var(axis=1), variance, rtol=0.15)


def test_expected_errors_are_the_mean_of_those_observed():
    """Over 100 coresets, by layer: the mean square is within 4 standard errors, 6e-5 each."""
    network, seen, fresh = lenet(), lenet_points(25), lenet_points(15, 11)
    found = [
        diagnostics.errors(corenet(network, seen, Budget(0.5, "layer"), seed), fresh)
        for seed in range(100)
    ]
    for layer in zip(*found, strict=True):
        squares = np.array([e.observed**2 for e in layer])
        assert len({round(e.predicted, 12) for e in layer}) == 1
        error = squares.std() / np.sqrt(len(squares))
        assert abs(squares.mean() - layer[0].predicted ** 2) < 4 * error


def test_an_error_is_the_root_mean_square_over_points_places_and_units():
    network, seen, fresh = lenet(), lenet_points(25), lenet_points(15, 11)
    coreset = corenet(network, seen, Budget(0.4), seed=1)
    rows = network.inputs(fresh)
    exact = zip(rows, coreset.weights, network.matrices, strict=True)
    errors = diagnostics.errors(coreset, fresh)
    for (a, kept, w), error in zip(exact, errors, strict=True):
        off = a @ (kept.toarray() - w).T
        assert error.observed == pytest.approx(np.sqrt((off**2).mean()), rel=1e-12)
        flow = abs(a) @ abs(w).T
        shares = np.divide(abs(off), flow, out=np.zeros_like(off), where=flow > 0)
        assert error.relative == pytest.approx(shares.mean(), rel=1e-12)


def test_on_s_no_share_exceeds_its_sensitivity_at_any_place():
    network, seen = lenet(), lenet_points(25)
    coreset = corenet(network, seen, Budget(0.5), seed=1)
    for layer in diagnostics.coverage(coreset, seen):
        assert layer.growth.max() <= 1 + 1e-12 and not layer.zero_mass.any()
    fresh = diagnostics.coverage(coreset, lenet_points(25, 12))
    assert fresh[0].growth.shape == (25 * 64, 4, 2) and fresh[0].growth.max() > 1


# CoreNet+ and CoreNet++


@pytest.mark.parametrize("order", ["channels_first", "channels_last"])
@pytest.mark.parametrize("silent", [(0, 2), (1, 3)])
def test_a_unit_that_fires_nowhere_is_dropped_with_all_that_it_feeds(order, silent):
    """Also through flattening of either order: outputs stay, and only its edges go."""
    layer, unit = silent
    network, x = lenet(order=order), lenet_points(30)
    biases = [b.copy() for b in network.biases]
    biases[layer][unit] = -1e3
    network = replace(network, biases=biases)
    coreset = corenet_plus(network, x, Budget(1.0), seed=1)
    assert [s.sum() for s in coreset.silent][layer] >= 1 and coreset.silent[layer][unit]
    assert not coreset.dense()[layer][unit].any()
    after = coreset.dense()[layer + 1]
    if after.ndim == 4:
        assert not after[:, unit].any()
    else:
        pixels = after.reshape(12, 5, 4) if order == "channels_first" else after.reshape(12, 4, 5)
        axis = 1 if order == "channels_first" else 2
        assert not pixels.take(unit, axis).any()
        assert pixels.any()
    np.testing.assert_allclose(coreset(x), network(x), rtol=1e-9)
    if layer == 1:
        kept = np.count_nonzero(after)
        gone = int(coreset.silent[1].sum()) * 4 * 12
        fed = 12 - int(coreset.silent[2].sum())
        assert kept == fed * 20 - gone * fed // 12


def test_the_best_of_several_is_better_and_within_the_budget():
    """Over the points that chose, each kernel's mean error over all places is the least."""
    network, seen, held_out = lenet(), lenet_points(40), lenet_points(40, 13)
    one = corenet_plus(network, seen, Budget(0.5), 1)
    best = corenet_plus_plus(network, seen, Budget(0.5), 1, held_out, trials=12)
    assert not best.unbiased and best.edges <= sum(p.expected for p in best.plans) + 1
    pairs = zip(*(diagnostics.errors(c, held_out) for c in (one, best)), strict=True)
    assert np.mean([b.relative / a.relative for a, b in pairs if a.relative]) < 0.9


# The theorem


def test_the_theorem_is_that_of_the_dense_network():
    """Eta counts every place of every unit; draws are those of each unit once."""
    network = lenet()
    # 4 units at 8 x 8, 5 at 2 x 2 of 4 x 4, 12 and 3; kernels of 18 and of 36 entries
    assert network.sizes == ((256, 18), (20, 36), (12, 20), (3, 12))
    constants = Guarantee(0.5, 0.1).constants(network)
    assert constants == bounds.Constants(0.5, 0.1, matrices=4, neurons=291, widest=256)
    seen = lenet_points(constants.points)
    plans, certificate = Guarantee(0.5, 0.1).plans(network, seen)
    assert not certificate.void
    (rows, *_), w = network.inputs(seen), network.matrices[0]
    factors = cancellations(w, rows, network.biases[0]).reshape(len(seen), 64, 4)
    worst = factors.mean(axis=0).max() + constants.kappa
    assert certificate.growth[0] == pytest.approx(worst, rel=1e-12)
    draws = bounds.sample_size(
        plans[0].layer.sides.totals, certificate.epsilons[0], 0.1, 291, constants.k
    )
    np.testing.assert_array_equal(plans[0].draws, draws)
    assert draws.shape == (4, 2) and certificate.size.vacuous


def test_inputs_of_both_signs_double_eta_in_their_layer_alone():
    """Those of hidden layers without relu too, whatever the sample shows."""
    plan = Architecture((Conv(), MaxPool(), Conv(), Relu(), Flatten(), Dense()), (1, 8, 8))
    rng = np.random.default_rng(1)
    weights = [abs(rng.normal(size=s)) for s in ((2, 1, 3, 3), (3, 2, 2, 2), (2, 12))]
    network, rule = ReluNetwork(weights, architecture=plan), Guarantee(0.5, 0.1)
    assert network.signed == (False, True, False)
    plans, certificate = rule.plans(network, points(300, image=(1, 8, 8)))
    constants = certificate.constants
    for signs, part, epsilon in zip((1, 2, 1), plans, certificate.epsilons, strict=True):
        theorem = epsilon, 0.1, constants.neurons, constants.k, signs
        draws = bounds.sample_size(part.layer.sides.totals, *theorem)
        np.testing.assert_array_equal(part.draws, draws)


@pytest.mark.parametrize(
    ("after", "seen"),
    [
        ((Relu(), MaxPool()), ()),
        ((MaxPool(),), ()),
        ((MaxPool(), Relu()), ()),
        ((Relu(), MeanPool()), ()),
        ((Scale(0.5), Linear(), MaxPool(3, 1)), ()),
        ((MeanPool(), Relu()), ("meanpool before relu",)),
        ((MeanPool(),), ("meanpool before relu",)),
        ((Sigmoid(),), ("sigmoid",)),
        ((Tanh(), MeanPool()), ("meanpool before relu", "tanh")),
    ],
)
def test_a_guarantee_is_of_layers_that_keep_relative_errors(after, seen):
    plan = Architecture((Conv(padding=1), *after, Flatten()), (1, 8, 8))
    kernels = np.random.default_rng(1).normal(size=(2, 1, 3, 3))
    network = ReluNetwork([kernels], architecture=plan)
    assert network.unsuited == seen
    if seen:
        with pytest.raises(ValueError, match=f"theorem of CoreNet.*got {', '.join(seen)}$"):
            Guarantee(0.5, 0.1).constants(network)
    else:
        assert Guarantee(0.5, 0.1).constants(network)


@given(st.integers(0, 2**32 - 1), st.floats(0.0, 0.99))
def test_relu_pools_and_scales_keep_relative_errors(seed, g):
    """What is within a factor 1 +- g of each number stays so, for maxima of both signs too."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(3, 2, 4, 4)) * 10.0 ** rng.integers(-3, 4)
    off = x * (1 + g * rng.uniform(-1, 1, size=x.shape))
    chains = (Relu(),), (MaxPool(),), (MaxPool(3, 1), Scale(0.3)), (Relu(), MeanPool())
    for layers in chains:
        exact, near = x, off
        for layer in layers:
            exact, near = (passes.forward(layer, a)[0] for a in (exact, near))
        assert (abs(near - exact) <= (g + 1e-14) * abs(exact)).all(), layers  # roundings


def test_a_mean_of_both_signs_does_not_keep_them():
    x = np.array([[[[1.0, -1.0], [1.0, -0.9]]]])
    near = x * np.array([[1.1, 0.9], [1.1, 0.9]])
    exact, found = (passes.forward(MeanPool(), a)[0].item() for a in (x, near))
    assert abs(found - exact) > 1.0 * abs(exact)


def test_draws_of_the_bound_serve_all_places_at_once():
    """At the draws of Bernstein's inequality with a union over 12 places.

    Of 3,000 sampled kernels at most a share delta is off by epsilon at some place of a point of S.
    """
    layer, image, epsilon, delta = Conv(padding=1), (2, 3, 4), 0.4, 0.1
    kernel = abs(np.random.default_rng(14).normal(size=(1, 2, 3, 3)))
    network, seen = one_layer(layer, kernel, image=image), points(20, 15, image)
    mass = corenet(network, seen, Budget(1.0), seed=1).plans[0].layer.sensitivities
    draws = bounds.tight_sample_size(mass.sum(), epsilon, delta / 12)
    drawn = sparsify(np.tile(kernel.reshape(1, -1), (3_000, 1)), np.tile(mass, (3_000, 1)),
                     [draws, 0], seed=16).weights.toarray()  # fmt: skip
    (rows,) = network.inputs(seen)
    exact = rows @ kernel.ravel()
    off = abs(drawn @ rows.T - exact) > epsilon * exact
    failed = off.reshape(3_000, len(seen), 12).any(axis=2).mean(axis=0)
    assert failed.max() <= delta


# What does not fit is told


def test_what_an_architecture_must_say_is_told():
    kernels = np.ones((2, 1, 3, 3))
    plan = Architecture((Conv(), Relu(), Flatten(), Dense()), (1, 5, 5))
    norm = Architecture((Conv(), BatchNorm(mean="m", variance="v"), Flatten()), (1, 5, 5))
    for arguments, line in (
        ({"weights": [kernels]}, r"non-empty 2-d array, got .*; kernels need an architecture$"),
        ({"weights": [kernels], "architecture": replace(plan, image=None)}, "must say image"),
        ({"weights": [kernels], "architecture": norm}, "batch norms of arch.* folded"),
        ({"weights": [kernels], "architecture": plan}, "weights must be 2 arrays, one for each"),
        ({"weights": [kernels, np.ones((3, 17))], "architecture": plan}, r"\(units, 18\), got"),
        ({"weights": [np.ones((2, 2, 3, 3)), np.ones((3, 18))], "architecture": plan},
         r"kernels of shape \(units, 1, height, width\)"),
        ({"weights": [np.ones((2, 1, 6, 6)), np.ones((3, 18))], "architecture": plan},
         "conv must be of squares within its image, got 6 x 6 in 5 x 5"),
        ({"weights": [kernels, np.ones((3, 18))], "architecture": "lenet5"},
         "architecture must be an Architecture, got 'lenet5'"),
        ({"weights": [kernels, np.ones((3, 18))], "architecture": plan, "between": ((), ())},
         "between must not be said beside an architecture"),
        ({"weights": [kernels, np.ones((3, 18))], "architecture": plan, "biases": [np.ones(3)] * 2},
         r"biases\[0\] must have 2 entries"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=line):
            ReluNetwork(**arguments)


def test_points_of_another_size_are_told():
    with pytest.raises(ValueError, match=r"shape \(n, 128\), of images 2 x 8 x 8, n >= 1, got"):
        lenet()(np.ones((3, 127)))
    with pytest.raises(ValueError, match="points must be finite"):
        corenet(lenet(), np.full((3, 128), np.nan), Budget(0.5), seed=1)


def test_sums_that_overflow_are_told():
    network = lenet()
    huge = replace(network, weights=[w * 1e200 for w in network.weights])
    with pytest.raises(ValueError, match=r"sums of weights\[1\] must be finite"):
        corenet(huge, lenet_points(3), Budget(0.5), seed=1)


def test_compact_is_of_matrices():
    coreset = corenet(lenet(), lenet_points(20), Budget(0.6), seed=1)
    with pytest.raises(ValueError, match="compact must be of a network with relu between"):
        coreset.compact()
