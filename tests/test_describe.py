"""What a file of weights holds, and the architectures that fit it."""

from dataclasses import replace

import numpy as np
import pytest
from test_recognised import in_names, layers, of_torch

from compress.__main__ import main
from compress.networks import archive
from compress.networks.descriptions import Proposal, describe
from compress.networks.measuring import Score, scored
from compress.networks.model import recognised
from compress.networks.second_looks import above_guessing, doubts
from compress.networks.structures import fitting
from stablenoise.layers.architecture import of_dense_layers, parsed
from stablenoise.layers.kinds import (
    BatchNorm,
    Conv,
    Dense,
    Flatten,
    Gelu,
    Linear,
    MaxPool,
    MeanPool,
    Relu,
    Sigmoid,
    Tanh,
)
from stablenoise.layers.scales import scaled
from stablenoise.layers.stack import Architecture

SIX = [(16, 1), (16, 16), (32, 16), (32, 32), (64, 32), (64, 64)]


def arrays_of(shapes, seed=1):
    rng = np.random.default_rng(seed)
    return {name: rng.normal(size=shape) for name, shape in shapes.items()}


def one_convolution():
    """A book's network: 5 x 5 x 30, a pool, 100, 10; kernels units first, matrices last."""
    shapes = {"W1": (30, 1, 5, 5), "b1": 30, "W2": (4320, 100), "b2": 100, "W3": (100, 10)}
    return arrays_of(shapes | {"b3": 10})


def six_convolutions():
    """The same book's deep network: its fourth convolution is padded by 2."""
    shapes = {f"W{i}": (*pair, 3, 3) for i, pair in enumerate(SIX, 1)}
    shapes |= {f"b{i}": units for i, (units, _) in enumerate(SIX, 1)}
    return arrays_of(shapes | {"W7": (1024, 50), "b7": 50, "W8": (50, 10), "b8": 10})


def kinds(proposal):
    """Layers without the names of their arrays."""
    return [
        type(layer)(layer.stride, layer.padding)
        if isinstance(layer, Conv)
        else Dense()
        if isinstance(layer, Dense)
        else layer
        for layer in proposal.architecture.layers
    ]


def test_one_convolution_is_proposed_with_its_pool():
    described = describe(one_convolution())
    tail = [Flatten(), Dense(), Relu(), Dense()]
    assert kinds(described.proposals[0]) == [Conv(), Relu(), MaxPool(2), *tail]
    assert kinds(described.proposals[1]) == [Conv(2), Relu(), *tail]
    assert described.fitting == len(described.proposals) == 2
    assert described.proposals[0].architecture.image == (1, 28, 28)
    assert described.notes == ("image of 1 x 28 x 28 taken for granted",)


def test_six_convolutions_are_proposed_with_their_odd_padding():
    described = describe(six_convolutions())
    one, two = [Conv(1, 1), Relu()], [Conv(1, 2), Relu()]
    pools = [*one, *one, MaxPool(2), *one, *two, MaxPool(2), *one, *one, MaxPool(2)]
    assert kinds(described.proposals[0]) == [*pools, Flatten(), Dense(), Relu(), Dense()]
    assert len(described.proposals) == 60 < described.fitting
    lines = [proposal.line for proposal in described.proposals]
    assert len(set(lines)) == 60 and "padding 1 1 1 1 2 1, pool 2 after 2" in "\n".join(lines)


@pytest.mark.parametrize("arrays", [one_convolution(), six_convolutions()])
def test_all_proposals_read_at_once_and_fit_the_arrays(arrays):
    described = describe(arrays)
    for number in range(len(described.proposals)):
        plan = parsed(described.toml(number).encode())
        assert plan.layers == described.proposals[number].architecture.layers
        model = recognised(arrays, 784, plan)
        assert model.outputs == 10 and model.units_last and model.kernels_last is False


def test_a_lenet_is_proposed_as_it_is():
    shapes = {"conv1": (20, 1, 5, 5), "conv2": (50, 20, 5, 5), "fc1": (500, 800), "fc2": (10, 500)}
    described = describe(arrays_of({f"{name}.weight": s for name, s in shapes.items()}))
    two = [Conv(), Relu(), MaxPool(2)]
    assert kinds(described.proposals[0]) == [*two, *two, Flatten(), Dense(), Relu(), Dense()]


def brute(kernels, side, fed):
    """All paddings, strides and pools that fit, one by one."""
    if not kernels:
        return [()] if fed == side[0] * side[1] else []
    (_, _, high, wide), rest = kernels[0], kernels[1:]
    found = []
    for padding in sorted({0, high // 2, high - 1} if high % 2 else {0, high - 1}):
        for stride in (1, 2):
            sums = [
                (n + 2 * padding - k) // stride + 1 for n, k in zip(side, (high, wide), strict=True)
            ]
            if min(sums) < 1:
                continue
            pools = [(1, 1, False), (2, 2, False), (3, 2, False), (3, 3, False)]
            pools += [(sums[0], sums[0], True)] if not rest and sums[0] == sums[1] > 3 else []
            for size, step, whole in pools:
                after = [(n - size) // step + 1 for n in sums]
                if min(after) > 0:
                    every = brute(rest, after, fed)
                    found += [((padding, stride, size, step, whole), *more) for more in every]
    return found


@pytest.mark.parametrize(
    ("kernels", "side", "fed"),
    [
        ([(4, 1, 3, 3)], (9, 9), 16),
        ([(4, 1, 3, 3), (4, 4, 3, 3)], (8, 8), 4),
        ([(4, 1, 5, 5), (6, 4, 2, 2)], (12, 10), 6),
        ([(4, 1, 3, 3), (2, 4, 1, 1)], (6, 6), 9),
    ],
)
def test_structures_are_all_that_fit(kernels, side, fed):
    found, count = fitting(kernels, side, fed * kernels[-1][0])
    expected = brute(kernels, side, fed)
    assert count == len(expected) > 0
    assert len(found) == min(60, count)
    assert {tuple(map(tuple, s.steps)) for s in found} <= set(expected)
    assert [s.cost for s in found] == sorted(s.cost for s in found)


def prices(steps, kernels, image):
    """What is unusual of a structure, by hand: least of no padding and of half the kernel."""
    every = []
    for usual in "none", "half":
        total, side = 0.0, image
        for i, (padding, stride, size, step, whole) in enumerate(steps):
            units, _, high, wide = kernels[i]
            names = {"none": 0, "full": high - 1} | ({"half": high // 2} if high % 2 else {})
            kinds = {name for name, n in names.items() if n == padding}
            total += 0.0 if usual in kinds else 1.5 if kinds == {"full"} else 1.0
            total += 2.0 * (stride > 1)
            sums = [
                (n + 2 * padding - k) // stride + 1 for n, k in zip(side, (high, wide), strict=True)
            ]
            if whole:
                total, side = total + 0.5, [1, 1]
                continue
            changes = i + 1 == len(kernels) or kernels[i + 1][0] != units
            total += 1.0 * ((size > 1) != changes) + 2.0 * (size > 2)
            side = [(n - size) // step + 1 for n in sums]
            total += 0.1 * ([(n - 1) * step + size for n in side] != sums)
        every.append(total)
    return min(every)


@pytest.mark.parametrize(
    ("kernels", "side", "fed"),
    [
        ([(4, 1, 3, 3)], (9, 9), 16),
        ([(4, 1, 3, 3), (4, 4, 3, 3)], (8, 8), 4),
        ([(4, 1, 5, 5), (6, 4, 2, 2)], (12, 12), 9),
        ([(4, 1, 3, 3), (2, 4, 1, 1)], (6, 6), 9),
        ([(4, 1, 3, 3), (4, 4, 1, 1), (6, 4, 3, 3)], (8, 8), 16),
        ([(4, 1, 3, 3), (4, 4, 3, 3)], (9, 9), 1),
    ],
)
def test_a_structure_costs_what_is_unusual_of_it(kernels, side, fed):
    found, _ = fitting(kernels, side, fed * kernels[-1][0])
    for structure in found:
        expected = prices(structure.steps, kernels, list(side))
        assert structure.cost == pytest.approx(expected, abs=1e-9), structure.line


def test_kernels_of_one_pixel_among_others_need_no_unusual_padding():
    kernels = [(4, 1, 3, 3), (4, 4, 1, 1), (4, 4, 3, 3)]
    likeliest = fitting(kernels, (8, 8), 4 * 16)[0][0]
    assert [step.padding for step in likeliest.steps] == [1, 0, 1] and likeliest.cost == 0


def test_arrays_are_told_by_name_shape_and_part():
    arrays = one_convolution() | {"t.num_batches_tracked": np.array(3)}
    words = {held.name: held.seems for held in describe(arrays).arrays}
    assert words["W1"] == "kernels of 30 units, 1 channel, 5 x 5"
    assert words["W2"] == "matrix of 100 units, 4,320 inputs"
    assert words["b2"] == "biases of W2"
    assert words["t.num_batches_tracked"] == "counter of batches, ignored"


def test_batch_norms_are_proposed_where_they_are():
    arrays = in_names(layers((6, 5, 3)), "fc{}.weight", "fc{}.bias")
    arrays |= dict.fromkeys(of_torch("bn1"), np.ones(5))
    described = describe(arrays)
    norm = BatchNorm(*of_torch("bn1"))
    assert described.proposals[0].architecture.layers[1] == norm
    assert {h.name: h.seems for h in described.arrays}["bn1.bias"] == "shift of batch norm bn 1"
    recognised(arrays, 6, parsed(described.toml().encode()))


def test_layouts_of_keras_are_proposed():
    arrays = arrays_of(
        {
            "conv2d/kernel:0": (3, 3, 1, 8),
            "conv2d/bias:0": 8,
            "dense/kernel:0": (13 * 13 * 8, 10),
            "dense/bias:0": 10,
        }
    )
    plan = describe(arrays).proposals[0].architecture
    assert plan.layout == "units_last" and Flatten("channels_last") in plan.layers
    assert recognised(arrays, 784, plan).kernels_last is None


def test_a_network_that_ends_in_kernels_ends_in_the_mean_of_all_pixels():
    described = describe(arrays_of({"a.weight": (8, 3, 3, 3), "b.weight": (10, 8, 1, 1)}))
    layers_ = described.proposals[0].architecture.layers
    assert isinstance(layers_[-2], MeanPool) and layers_[-1] == Flatten()
    assert parsed(described.toml().encode()).image == (3, 32, 32)


def test_an_order_that_is_in_doubt_is_told():
    given = [w for w, _ in layers((6, 6, 6, 3))]
    names = "out.weight", "left.weight", "right.weight"
    described = describe(dict(zip(names, given[::-1], strict=True)))
    assert len(described.proposals) == described.fitting == 2
    assert "which of 2 orders is right" in described.notes[0]
    assert "order right.weight, left.weight, out.weight" in described.proposals[1].line
    assert all(f"# {note}" in described.toml() for note in described.notes)


def square(seed=1):
    """Arrays of square matrices with units last, and examples that they get right."""
    rng = np.random.default_rng(seed)
    arrays = {f"{kind}{k}": rng.normal(size=(10, 10)[: 2 - (kind == "b")])
              for k in (1, 2) for kind in "Wb"}  # fmt: skip
    x = rng.random((400, 10))
    hidden = np.maximum(x @ arrays["W1"] + arrays["b1"], 0)
    return arrays, x, (hidden @ arrays["W2"] + arrays["b2"]).argmax(axis=1)


def test_square_matrices_are_proposed_in_both_layouts_and_examples_tell_which():
    arrays, x, labels = square()
    both = [p.architecture.layout for p in describe(arrays).proposals]
    assert both == ["units_first", "units_last"]
    described = describe(arrays, x, labels)
    best = described.proposals[0]
    assert best.accuracy == 1 and best.architecture.layout == "units_last"
    assert best.line.endswith("units last") and described.tried > 2
    assert "matrices are square" in described.notes[0]
    turned = {name: a.T.copy() for name, a in arrays.items()}
    assert describe(turned, x, labels).proposals[0].architecture.layout == "units_first"
    arrays["W2"] = arrays["W2"][:, :4]
    arrays["b2"] = arrays["b2"][:4]
    assert not describe(arrays).notes


def test_what_should_be_looked_at_twice_is_told():
    arrays, x, labels = square()
    model = recognised(arrays, 10)
    assert [*doubts(model, x, "unit")] == [
        "matrices are square: both layouts fit, and units first are taken; "
        'layout = "units_last" in an architecture says it'
    ]
    said = replace(of_dense_layers(2), layout="units_first")
    assert not [*doubts(recognised(arrays, 10, said), x, "unit")]
    narrow = recognised({"w": np.ones((3, 10))}, 10)
    pixels = np.array([[0.0] * 9 + [255.0]])
    line = "inputs go from 0 to 255, not from 0 to 1 as those of images"
    assert [*doubts(narrow, pixels, "unit")] == [line]
    assert [*doubts(narrow, 2 * pixels - 1, "centred")] == [line]
    assert not [*doubts(narrow, x, "unit"), *doubts(narrow, 2 * x - 1, "centred")]
    assert not [*doubts(narrow, pixels, "standardised"), *doubts(narrow, pixels, (0.5, 0.1))]


def test_arrays_of_a_batch_norm_that_an_architecture_forgets_are_told():
    arrays = {"fc.weight": np.ones((4, 3)), "bn1.num_batches_tracked": np.array(7)}
    arrays |= {f"bn1.{part}": np.ones(4) for part in ("weight", "bias")}
    arrays |= {"bn1.running_mean": np.zeros(4), "bn1.running_var": np.ones(4)}
    norm = BatchNorm("bn1.weight", "bn1.bias", "bn1.running_mean", "bn1.running_var")
    for said, lost in ((norm, []), (replace(norm, shift=None), ["bn1.bias"])):
        plan = Architecture((Dense("fc.weight", False), said))
        told = [*doubts(recognised(arrays, 3, plan), np.zeros((1, 3)), "unit")]
        assert len(told) == len(lost) and all(name in told[0] for name in lost)


@pytest.mark.parametrize(("errors", "count"), [(0, 0), (5, 0), (6, 1), (8, 1)])
def test_more_errors_than_by_the_most_frequent_label_are_told(errors, count):
    labels = np.array([0, 1, 1, 1, 2, 2, 0, 4])
    told = [*above_guessing(errors, labels)]
    assert len(told) == count and all("labels, the layout or the scale" in line for line in told)


def test_certify_tells_them(tmp_path, capsys):
    arrays, x, labels = square()
    archive.save(tmp_path / "w.npz", arrays)
    np.savez(tmp_path / "d.npz", x_train=x[:300] * 9, y_train=labels[:300], x_test=x[300:],
             y_test=labels[300:])  # fmt: skip
    given = ["certify", tmp_path / "w.npz", "--data", tmp_path / "d.npz", "--codec", "lzma"]
    assert main(list(map(str, given))) == 0
    told = capsys.readouterr().out
    assert "matrices are square" in told and "inputs go from 0." in told
    assert "more errors than by the most frequent label alone" in told


def test_the_order_of_the_file_is_proposed_where_it_fits_and_others_are_told():
    given = [w for w, _ in layers((6, 6, 6, 3))]
    described = describe(dict(zip(("in", "left", "out"), given, strict=True)))
    assert len(described.proposals) == 1
    assert described.notes == ("this fits as well: order left, in, out",)


@pytest.mark.parametrize(
    "arrays",
    [
        {"w": np.ones((4, 3)), "v": np.ones((5, 6))},
        {"w": np.ones((4, 3, 2))},
        {"b": np.ones(4)},
        {"k": np.ones((4, 1, 3, 3)), "w": np.ones((2, 5))},
    ],
)
def test_arrays_that_fit_nothing_have_no_proposal(arrays):
    described = describe(arrays)
    assert described.proposals == () and "no dense or convolutional" in described.notes[0]
    assert "seems to be" in described.table()
    with pytest.raises(ValueError, match="number must be an integer"):
        described.toml(1)


IMAGES = np.random.default_rng(3).uniform(size=(400, 64))


def labelled(arrays, plan):
    """The labels that a network gives, so that it alone is right on all examples."""
    model = recognised(arrays, 64, plan)
    return model.logits(model.arrays, IMAGES).argmax(axis=1)


def small(flat=72):
    arrays = arrays_of({"W1": (8, 1, 3, 3), "b1": 8, "W2": (flat, 20), "b2": 20, "W3": (20, 4)})
    return {name: a / np.sqrt(max(1, np.prod(a.shape[1:]))) * 3 for name, a in arrays.items()}


def plan_of(*between, order="channels_first", pool=MaxPool, scale=None):
    first, hidden = between
    layers_ = (Conv(weights="W1", bias="b1"), first, pool(2), Flatten(order))
    layers_ += (Dense("W2", "b2"), hidden, Dense("W3", False))
    return Architecture(layers_, (1, 8, 8), scale)


@pytest.mark.parametrize(
    ("between", "said"),
    [
        ((Relu(), Relu()), {}),
        ((Tanh(), Sigmoid()), {}),
        ((Relu(), Tanh()), {"order": "channels_last"}),
        ((Sigmoid(), Relu()), {"pool": MeanPool}),
        ((Relu(), Sigmoid()), {"scale": "centred"}),
        ((Relu(), Linear()), {}),
        ((Relu(), Gelu()), {}),
    ],
)
def test_examples_tell_what_the_arrays_do_not(between, said):
    """Labels are those of the network itself, so that the right proposal is right on all."""
    arrays, plan = small(), plan_of(*between, **said)
    x, labels = IMAGES, labelled(arrays, plan_of(*between, **said))
    if said.get("scale") == "centred":
        model = recognised(arrays, 64, plan)
        labels = model.logits(model.arrays, 2 * x - 1).argmax(axis=1)
    described = describe(arrays, x, labels, examples=400)
    best = described.proposals[0]
    assert best.accuracy > 0.99
    assert described.tried >= len(described.proposals) > 10
    found = recognised(arrays, 64, parsed(described.toml().encode()))
    inputs = scaled(x, best.architecture.scale)
    assert (found.logits(found.arrays, inputs).argmax(axis=1) == labels).mean() > 0.99
    assert f"--options {described.tried}" in described.toml()


def test_the_structure_that_examples_prefer_comes_first():
    """Stride 2 and no pool, which is the less usual of the two that fit."""
    arrays = small()
    layers_ = (Conv(2, weights="W1", bias="b1"), Relu(), Flatten(), Dense("W2", "b2"), Relu())
    plan = Architecture((*layers_, Dense("W3", False)), (1, 8, 8))
    first = describe(arrays, IMAGES, labelled(arrays, plan)).proposals[0]
    assert kinds(first)[0] == Conv(2) and first.accuracy == 1.0
    assert kinds(describe(arrays, image=(1, 8, 8)).proposals[0])[0] == Conv()


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        ({"x": IMAGES}, "x and labels must be given together, got no labels"),
        ({"labels": np.zeros(3, int)}, "x and labels must be given together, got no x"),
        ({"x": IMAGES, "labels": np.zeros(3, int)}, "x must have shape"),
        ({"x": IMAGES, "labels": np.zeros(400)}, "x must have shape .* integer labels"),
        ({"x": IMAGES, "labels": np.full(400, -1)}, "labels not negative"),
        ({"image": (1, 28)}, "image must be channels, height and width"),
        ({"image": (1, 28, 0)}, "each number of image must be an integer"),
        ({"examples": 0}, "examples must be an integer"),
        ({"seed": -1}, "seed must be an integer"),
    ],
)
def test_what_cannot_be_measured_is_refused_in_one_line(changed, line):
    with pytest.raises(ValueError, match=line) as told:
        describe(small(), **changed)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("scale", ["centred", (0.0, 1 / 255), (0.1307, 0.3081)])
def test_scales_of_inputs_are_told_by_examples(scale):
    """Biases make a network see how its inputs were scaled."""
    arrays = drawn_dense(scale)
    plan = Architecture((Dense("W1", "b1"), Relu(), Dense("W2", "b2")), scale=scale)
    model = recognised(arrays, 64, plan)
    labels = model.logits(model.arrays, scaled(IMAGES, scale)).argmax(axis=1)
    assert len(set(labels)) > 3
    first = describe(arrays, IMAGES, labels, examples=400).proposals[0]
    assert first.architecture.scale == scale and first.accuracy == 1.0


def drawn_dense(scale):
    """Of sums that biases change, in the unit of the inputs."""
    rng, size = np.random.default_rng(4), abs(scaled(IMAGES, scale)).mean()
    arrays = {"W1": rng.normal(size=(30, 64)), "W2": rng.normal(size=(6, 30))}
    return arrays | {"b1": rng.normal(size=30) * size * 6, "b2": rng.normal(size=6) * size * 6}


@pytest.mark.parametrize(
    ("gained", "lost", "clear"), [(4, 0, False), (5, 0, True), (9, 2, True), (8, 2, False)]
)
def test_more_labels_are_clearly_more_beyond_two_deviations_of_a_coin(gained, lost, clear):
    """Gained - lost > 2 sqrt(gained + lost): 6 > 6.3 is false, and 7 > 6.6 true."""
    which = np.zeros((2, 30), bool)
    which[0, :gained], which[1, gained : gained + lost] = True, True
    one, other = (Score(w, np.zeros(30)) for w in which)
    assert one.clearly_above(other) == one.better_than(other) == clear
    assert not other.clearly_above(one)


@pytest.mark.parametrize(("mean", "clear"), [(0.19, False), (0.21, True), (-0.21, False)])
def test_losses_are_clearly_less_beyond_two_standard_errors(mean, clear):
    """Differences of spread 1 in 100 examples: an error of 0.1."""
    right, spread = np.ones(100, bool), np.tile([-1.0, 1.0], 50)
    one, other = Score(right, np.zeros(100)), Score(right, mean + spread)
    assert one.better_than(other) == clear
    assert not Score(np.zeros(100, bool), np.zeros(100)).better_than(other)


def drawn(model):
    """Labels with the chances that the softmax of the outputs says."""
    logits = model.logits(model.arrays, IMAGES)
    return (logits + np.random.default_rng(6).gumbel(size=logits.shape)).argmax(axis=1)


def test_losses_do_not_depend_on_the_unit_of_the_outputs():
    """Dropout scaled at inference, and how long was trained, change it alone."""
    arrays = arrays_of({"W1": (20, 64), "W2": (4, 20)})
    plan = Architecture((Dense("W1", False), Relu(), Dense("W2", False)))
    arrays["W2"] /= 20
    labels = drawn(recognised(arrays, 64, plan))
    one = scored(arrays, plan, IMAGES, labels)
    other = scored(arrays | {"W2": arrays["W2"] * np.exp(0.5)}, plan, IMAGES, labels)
    np.testing.assert_allclose(other.losses, one.losses, rtol=1e-9)
    assert not one.better_than(other) and not other.better_than(one)


def test_a_structure_that_is_good_with_other_pools_alone_is_found():
    """With maxima it is worse than one without pools."""
    arrays, plan = small(), plan_of(Relu(), Relu(), pool=MeanPool)
    labels = drawn(recognised(arrays, 64, plan))
    described = describe(arrays, IMAGES, labels, examples=400)
    assert kinds(described.proposals[0]) == kinds(Proposal(plan, ""))


def test_losses_tell_what_labels_do_not():
    """A gelu for a relu: neither has clearly more labels right, but its losses are clearly less."""
    arrays, plan = small(), plan_of(Relu(), Gelu())
    labels = drawn(recognised(arrays, 64, plan))
    described = describe(arrays, IMAGES, labels, examples=400)
    assert kinds(described.proposals[0]) == kinds(Proposal(plan, ""))
    one, other = (scored(arrays, plan_of(Relu(), a), IMAGES, labels) for a in (Gelu(), Relu()))
    assert one.better_than(other) and not one.clearly_above(other)


def test_where_a_batch_norm_stands_is_marked():
    arrays = in_names(layers((6, 5, 3)), "fc{}.weight", "fc{}.bias")
    arrays |= dict.fromkeys(of_torch("bn1"), np.ones(5))
    assert "before or after the activation: not in the arrays" in describe(arrays).toml()


def test_a_batch_norm_of_the_inputs_of_a_dense_layer_is_proposed_before_it():
    arrays = arrays_of({"0.weight": (8, 1, 3, 3), "5.weight": (3, 1352)})
    arrays |= dict.fromkeys(of_torch("4"), np.ones(1352))
    plan = describe(arrays).proposals[0].architecture
    assert plan.layers[-2:] == (BatchNorm(*of_torch("4")), Dense("5.weight", False))
    assert recognised(arrays, 784, plan).folded == ("4.running_mean",)


def test_a_batch_norm_that_has_no_place_is_told_beside_the_arrays():
    arrays = in_names(layers((6, 5, 3)), "fc{}.weight", "fc{}.bias")
    described = describe(arrays | dict.fromkeys(of_torch("bn"), np.ones(9)))
    assert described.proposals == ()
    assert described.notes[0].startswith("batch norm bn must follow on one layer of 9 units")
    assert described.arrays[0].seems == "matrix of 5 units, 6 inputs"


def test_labels_beyond_the_outputs_are_refused_in_one_line():
    with pytest.raises(ValueError, match=r"labels must be below 4, .* got 7") as told:
        describe(small(), IMAGES, np.full(400, 7))
    assert "\n" not in str(told.value)


def test_the_command_prints_and_writes_a_proposal(tmp_path, capsys):
    archive.save(tmp_path / "w.npz", one_convolution())
    out = tmp_path / "plan.toml"
    assert main(["describe", str(tmp_path / "w.npz"), "--out", str(out)]) == 0
    text = capsys.readouterr().out
    assert "kernels of 30 units" in text and out.read_text() in text
    proposed = describe(one_convolution()).proposals[0].architecture
    assert parsed(out.read_bytes()).layers == proposed.layers


def test_the_command_measures_on_data(tmp_path, capsys):
    from test_model import own_data

    own_data(tmp_path / "d.npz")
    archive.save(tmp_path / "w.npz", {"w": np.ones((3, 4)), "v": np.eye(2, 3)})
    given = ["describe", str(tmp_path / "w.npz"), "--data", str(tmp_path / "d.npz")]
    assert main([*given, "--examples", "15"]) == 0
    assert "of 15 examples right" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--image", "1,28"], "must be channels, height and width"),
        (["--image", "a,b,c"], "must be channels, height and width"),
    ],
)
def test_arguments_that_are_no_image_are_told(tmp_path, capsys, arguments, line):
    with pytest.raises(SystemExit):
        main(["describe", str(tmp_path / "w.npz"), *arguments])
    assert line in capsys.readouterr().err


def test_a_file_without_a_network_is_described_and_refused(tmp_path, capsys):
    archive.save(tmp_path / "w.npz", {"w": np.ones((4, 3, 2))})
    assert main(["describe", str(tmp_path / "w.npz"), "--out", str(tmp_path / "o.toml")]) == 1
    seen = capsys.readouterr()
    assert "not known" in seen.out and "must hold a network, got: no dense" in seen.err
    assert not (tmp_path / "o.toml").exists()


@pytest.mark.parametrize(
    ("switches", "hint"),
    [
        (
            (),
            "; --image C,H,W says what an input is that is no square of side 28, 32, 64, 96, 128,",
        ),
        (("--data", "DATA"), "; --image C,H,W says what an input is that is no square\n"),
    ],
)
def test_an_image_that_could_not_be_guessed_is_asked_for(tmp_path, capsys, switches, hint):
    """Of 8 x 8 pixels, as the digits have; with it the network is proposed."""
    rng = np.random.default_rng(1)
    arrays = {"k.weight": rng.normal(size=(4, 1, 3, 3)), "k.bias": rng.normal(size=4)}
    archive.save(tmp_path / "k.npz", arrays | {"w": rng.normal(size=(10, 4 * 9))})
    x, y = rng.uniform(size=(30, 48)), np.arange(30) % 10
    parts = {"x_train": x[:20], "y_train": y[:20], "x_test": x[20:], "y_test": y[20:]}
    archive.save(tmp_path / "d.npz", parts)
    given = [str(tmp_path / "d.npz") if word == "DATA" else word for word in switches]
    assert main(["describe", str(tmp_path / "k.npz"), *given]) == 1
    told = capsys.readouterr()
    assert hint in told.err and told.err.count("\n") == 1
    assert main(["describe", str(tmp_path / "k.npz"), "--image", "1,8,8"]) == 0
    assert "image = [1, 8, 8]" in capsys.readouterr().out


def test_biases_of_another_number_than_the_units_are_not_known():
    """Their name gives them to w, and so nothing fits."""
    shapes = {"k": (4, 1, 3, 3), "b": (4,), "w": (10, 36)}
    described = describe(arrays_of(shapes), image=(1, 8, 8))
    assert [held.seems for held in described.arrays] == 3 * ["not known"]
    fitting = describe(arrays_of({"w": (10, 36), "b": (10,), "v": (3, 7)}))  # v does not
    assert [held.seems for held in fitting.arrays] == ["not known", "biases of w", "not known"]


@pytest.mark.parametrize(
    ("shapes", "switches"),
    [
        ({"w": (5, 5), "v": (10, 7)}, ()),
        ({"k": (4, 1, 3, 3), "w": (10, 37)}, ("--image", "1,8,8")),
    ],
)
def test_no_image_is_asked_for_where_none_helps_or_one_is_given(tmp_path, capsys, shapes, switches):
    archive.save(tmp_path / "w.npz", arrays_of(shapes))
    assert main(["describe", str(tmp_path / "w.npz"), *switches]) == 1
    assert capsys.readouterr().err.endswith("fits these arrays\n")
