"""Training, polishing and search of ternary-1: slopes, the same bytes everywhere, lower limits."""

import os
import re
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from compress.certificates import ternary
from compress.certificates.inequalities import chernoff
from compress.certificates.ternary import (
    Configuration,
    Description,
    Domain,
    Layer,
    Polishing,
    Training,
    networks,
)
from compress.certificates.ternary.borders import all_scores, margins, wrong
from compress.certificates.ternary.learners import Learner, views
from compress.certificates.ternary.passes import softmax_slopes
from compress.certificates.ternary.polishing import exact_limit
from compress.certificates.ternary.prices import charged, counted
from compress.certificates.ternary.products import LANES
from compress.certificates.ternary.training import learnable

DOMAIN = Domain(12, 12, 4)
LAYERS = Layer(3, 4, stride=2, same=True), Layer(6, 3, pool=True, centred=True)
CHOSEN = Configuration(DOMAIN, LAYERS, reach=1, lift=True)
KINDS = {
    "plain": Configuration(DOMAIN, (Layer(5, 3, same=True, pool=True), Layer(9, 3, stride=2))),
    "lifted": CHOSEN,
    "depthwise": Configuration(
        DOMAIN, (Layer(3, 3), Layer(7, 3, same=True, depthwise=True)), mirror=True
    ),
    "even strides": Configuration(DOMAIN, (Layer(2, 1), Layer(3, 4, stride=2, centred=True))),
    "normalised": Configuration(DOMAIN, (Layer(2, 3, pool=True),), moments=(10, 14)),
    "series": Configuration(
        Domain(1, 30, 3), (Layer(4, 5, stride=2, same=True, pool=True), Layer(3, 3)), reach=2
    ),
    "colours": Configuration(Domain(9, 7, 3, 3), (Layer(10, 3, same=True),), lift=True),
    "linear": Configuration(Domain(5, 5, 3), reach=1, mirror=True),
}


def stripes(n, seed=0, domain=DOMAIN):
    """Images with a bright stripe in one of ``classes`` directions, under noise."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, domain.classes, n)
    i, j = np.indices((domain.rows, domain.columns))
    angle = np.pi * labels / domain.classes
    offset = rng.uniform(-2, 2, n)
    centre = (domain.rows - 1) / 2, (domain.columns - 1) / 2
    across = np.cos(angle)[:, None, None] * (i - centre[0])
    across = across + np.sin(angle)[:, None, None] * (j - centre[1])
    bright = 200 * (np.abs(across - offset[:, None, None]) < 1.2) + rng.integers(
        0, 50, (n, *i.shape)
    )
    return bright.astype(np.uint8), labels


def some_images(chosen, n=LANES, seed=1):
    shape = n, *chosen.domain.shape
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


def some_weights(chosen, seed=2):
    rng = np.random.default_rng(seed)
    return Description(chosen, [rng.integers(-1, 2, shape) for shape in chosen.shapes])


def flat(description):
    return np.concatenate([w.ravel() for w in description.weights])


@pytest.mark.parametrize("chosen", KINDS.values(), ids=KINDS)
def test_scores_of_a_learner_are_those_of_whole_numbers(chosen):
    description, images = some_weights(chosen), some_images(chosen)
    learner = Learner(chosen, 1, chosen.views)
    learner.see(learnable(chosen, images), np.arange(LANES), views(chosen))
    scores = learner.forward(flat(description).astype(np.float32))[0, :, 0, 0].T
    exact = networks.scores(description, images).astype(float)
    for layer, seen in zip(chosen.layers, chosen.seen[1:], strict=True):
        if layer.centred:  # whole numbers are kept by a factor of the places
            exact /= np.prod(seen[1:])
    exact /= 2.0 ** (20 if chosen.moments else 8)
    # a chain of a few hundred float32 operations, each of relative error 2^-24
    np.testing.assert_allclose(scores, exact, rtol=0, atol=3e-5 * np.abs(exact).max())


def loss(learner, weights, labels, sharp):
    scores = sharp * learner.forward(weights).astype(float)[0, :, 0, 0]
    high = scores.max(0)
    total = np.log(np.exp(scores - high).sum(0)) + high
    return np.mean(total - scores[labels, np.arange(LANES)])


@pytest.mark.parametrize("chosen", KINDS.values(), ids=KINDS)
def test_slopes_are_those_of_the_loss(chosen):
    # Central differences of float32 values, which are off by some 1e-7 / step.
    rng = np.random.default_rng(3)
    labels = rng.integers(0, chosen.domain.classes, LANES)
    learner = Learner(chosen, 1, min(2, chosen.views))
    learner.see(learnable(chosen, some_images(chosen)), np.arange(LANES), views(chosen)[:2])
    weights = rng.standard_normal(learner.size).astype(np.float32) * learner.gains
    sharp = np.float32(1 / learner.forward(weights).std())
    slope = np.empty_like(learner.raw[-1])
    softmax_slopes(learner.forward(weights), labels, sharp, slope, False)
    slopes = learner.backward(weights, slope)
    for part in learner.parts:
        direction = np.zeros_like(weights)
        direction[part] = np.sign(slopes[part])
        step = np.float32(2e-4 * np.abs(weights[part]).mean())
        up, down = (loss(learner, weights + s * direction, labels, sharp) for s in (step, -step))
        expected = float(slopes[part].astype(float) @ direction[part])
        assert (up - down) / (2 * step) == pytest.approx(expected, rel=0.03, abs=3e-7 / float(step))


def test_slope_in_the_temperature_is_that_of_the_loss():
    rng = np.random.default_rng(4)
    labels = rng.integers(0, 4, LANES)
    learner = Learner(CHOSEN, 1)
    learner.see(learnable(CHOSEN, some_images(CHOSEN)), np.arange(LANES), views(CHOSEN)[:1])
    weights = rng.standard_normal(learner.size).astype(np.float32) * learner.gains
    sharp = np.float32(1 / learner.forward(weights).std())
    warmth, errors = softmax_slopes(
        learner.forward(weights), labels, sharp, np.empty_like(learner.raw[-1]), False
    )
    up, down = (loss(learner, weights, labels, sharp * np.exp(s)) for s in (1e-3, -1e-3))
    assert warmth == pytest.approx((up - down) / 2e-3, rel=1e-3)
    assert errors == np.count_nonzero(learner.raw[-1][0, :, 0, 0].argmax(0) != labels)


def test_robust_slopes_are_those_of_the_robust_loss():
    rng = np.random.default_rng(7)
    labels = rng.integers(0, 4, LANES)
    scores = rng.standard_normal((1, 4, 1, 1, LANES)).astype(np.float32)
    slope = np.empty_like(scores)
    softmax_slopes(scores, labels, np.float32(1), slope, True)

    def robust(values):
        exps = np.exp(values[0, :, 0, 0].astype(float))
        return np.mean(2 * (1 - np.sqrt(exps[labels, np.arange(LANES)] / exps.sum(0))))

    for k in range(4):
        step = np.zeros(scores.shape)
        step[0, k] = 1e-4
        ups = (robust(scores + step) - robust(scores - step)) / 2e-4
        assert ups == pytest.approx(float(slope[0, k].sum()), rel=1e-3, abs=1e-6)


def test_training_and_polishing_learn():
    images, labels = stripes(2000)
    settings = Training(epochs=3, views=4)
    description = ternary.trained(CHOSEN, images, labels, settings)
    assert np.mean(ternary.predictions(description, images) != labels) < 0.1  # guessing: 0.75
    polishing = Polishing(rounds=1, near=256)  # of 2 and 4,096, which take 10 times as long
    found = ternary.polished(description, images, labels, polishing=polishing)
    before, after = (
        ternary.certified(d, (images, labels)).certificate for d in (description, found)
    )
    assert after.value < before.value


HEX = "from test_ternary_training import *; print(trained_hex())"


def trained_hex():
    """A short training and polishing, whose bytes are in the tests."""
    images, labels = stripes(512)
    description = ternary.trained(CHOSEN, images, labels, Training(2, seed=5, size=64, views=2))
    polishing = Polishing(rounds=1, near=256)
    return ternary.polished(description, images, labels, polishing=polishing).to_bytes().hex()


def test_the_bytes_are_the_same_on_every_processor():
    # Written down on an AMD EPYC (Zen 4); another processor must come to them too.
    assert trained_hex() == GOLDEN


@pytest.mark.slow
@pytest.mark.parametrize("kernels, threads", [("Haswell", "1"), ("Prescott", "2")])
def test_neither_kernels_of_blas_nor_threads_matter(kernels, threads):
    more = {"OPENBLAS_CORETYPE": kernels, "OPENBLAS_NUM_THREADS": threads}
    more |= {"NUMBA_NUM_THREADS": threads, "PYTHONPATH": os.pathsep.join(sys.path)}
    run = [sys.executable, "-c", HEX]
    out = subprocess.run(run, env=os.environ | more, capture_output=True, text=True, check=True)
    assert out.stdout.strip() == GOLDEN


def test_a_training_that_was_interrupted_goes_on(tmp_path):
    images, labels = stripes(256)
    settings = Training(3, size=64, views=2)

    def stop(epoch, errors):
        if epoch == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ternary.trained(CHOSEN, images, labels, settings, folder=tmp_path, report=stop)
    epochs = []
    found = ternary.trained(
        CHOSEN, images, labels, settings, folder=tmp_path, report=lambda k, _: epochs.append(k)
    )
    assert epochs == [3]
    assert found == ternary.trained(CHOSEN, images, labels, settings)


def test_what_is_kept_belongs_to_its_data_and_its_settings(tmp_path):
    """Other images, labels or settings in the same folder are trained as if it were empty."""
    images, labels = stripes(64)
    cases = [
        (CHOSEN, images, labels, Training(1)),
        (CHOSEN, images[::-1], labels, Training(1)),
        (CHOSEN, images, labels[::-1].copy(), Training(1)),
        (CHOSEN, images, labels, Training(1, seed=1)),
        (replace(CHOSEN, lift=False), images, labels, Training(1)),
    ]
    kept = [ternary.trained(*case, folder=tmp_path) for case in cases]
    assert kept == [ternary.trained(*case) for case in cases]
    assert len(list(tmp_path.iterdir())) == len(cases) and kept[0] != kept[3]
    for chosen, x, y, training in cases:
        given = {"trainings": [training], "folder": tmp_path}
        alone = ternary.searched([chosen], x, y, trainings=[training])
        assert ternary.searched([chosen], x, y, **given).description == alone.description
    assert len(list(tmp_path.glob("description-*"))) == len(cases)


def test_with_one_view_images_are_seen_as_they_are():
    """So that a reach makes no difference to what is learned, which is something."""
    images, labels = stripes(512)
    near, far = replace(CHOSEN, reach=0), replace(CHOSEN, reach=2, mirror=True)
    found = [ternary.trained(c, images, labels, Training(25, size=64)) for c in (near, far)]
    for one, other in zip(*(each.weights for each in found), strict=True):
        np.testing.assert_array_equal(one, other)
    assert np.mean(ternary.predictions(found[0], images) != labels) < 0.5  # guessing: 0.75


def test_a_pull_leaves_fewer_weights_of_every_layer():
    images, labels = stripes(512)
    counts = []
    for pull in (0.0, 0.05):
        found = ternary.trained(CHOSEN, images, labels, Training(4, pull=pull, size=64))
        counts.append([np.count_nonzero(w) / w.size for w in found.weights])
    assert all(few < 0.9 * many for many, few in zip(*counts, strict=True)), counts


def test_a_file_that_is_no_state_is_refused(tmp_path):
    images, labels = stripes(64)
    ternary.trained(CHOSEN, images, labels, Training(1), folder=tmp_path)
    (path,) = tmp_path.iterdir()
    path.write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(ValueError, match="folder must hold states of trainings"):
        ternary.trained(CHOSEN, images, labels, Training(1), folder=tmp_path)


@pytest.mark.parametrize("tables", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_polishing_never_raises_the_limit(seed, tables):
    chosen = Configuration(DOMAIN, LAYERS, lift=True, tables=tables)
    images, labels = stripes(300, seed)
    given = some_weights(chosen, seed)
    for hidden in (False, True):
        settings = Polishing(rounds=1, near=64, hidden=hidden, pairs=hidden, seed=seed)
        found = ternary.polished(given, images, labels, polishing=settings)
        limits = [ternary.certified(d, (images, labels)).certificate.value for d in (given, found)]
        assert limits[1] < limits[0]


@pytest.mark.parametrize("hidden", [False, True])
@pytest.mark.parametrize("tables", [False, True])
def test_what_polishing_reports_is_what_the_description_has(tables, hidden):
    """Its errors by whole numbers, its bits by its code, its limit by its certificate."""
    chosen = Configuration(DOMAIN, (Layer(2, 4, stride=2),), tables=tables)
    images, labels = stripes(200, 1)
    given, lines = some_weights(chosen, 1), []
    settings = Polishing(rounds=1, near=64, hidden=hidden, pairs=False)
    found = ternary.polished(given, images, labels, polishing=settings, report=lines.append)
    assert found != given and len(lines) == 1 + hidden
    certificate = ternary.certified(found, (images, labels)).certificate
    said = re.fullmatch(r"layer (\d): (\d+) errors, (\d+) bits, limit (0\.\d+)", lines[-1])
    layer, errors, bits = map(int, said.groups()[:3])
    assert (layer, errors, bits) == (1 - hidden, certificate.errors, found.weight_bits)
    # Chernoff's, which is above that of the exact tail.
    assert certificate.value < float(said[4]) < certificate.value + 0.03
    assert exact_limit(found, images, labels, 0.05) == pytest.approx(certificate.value, rel=1e-12)


@pytest.mark.parametrize("tables", [False, True])
def test_prices_are_those_of_the_code(tables):
    chosen = Configuration(DOMAIN, LAYERS, tables=tables)
    for seed in range(20):
        description = some_weights(chosen, seed)
        given = charged(300, description.header_bits, chosen.weights, 0.05)
        parts = description.weights if tables else [flat(description)]
        counts = [counted(part) for part in parts]
        assert given.bits(counts) == description.weight_bits
        nats = description.bits * np.log(2)
        limit = given.limit(100, counts)
        assert limit == pytest.approx(float(chernoff(1 / 3, 300, nats, 0.05)), rel=1e-9)
        assert given.lowers(100, counts, limit + 1e-9)
        assert not given.lowers(100, counts, limit - 1e-9)
        assert not given.lowers(101, counts, limit + 1e-9)


def test_margins_tell_errors_and_ties_go_to_the_first():
    rng = np.random.default_rng(6)
    last = rng.integers(-1, 2, (4, 5)).astype(np.float32)
    seen = rng.integers(0, 3, (5, 500)).astype(np.float32)  # small, so that scores are often equal
    labels = rng.integers(0, 4, 500)
    expected = (last @ seen).argmax(0) != labels
    np.testing.assert_array_equal(all_scores(last, seen), last @ seen)
    assert wrong(last, seen, labels) == np.count_nonzero(expected)
    np.testing.assert_array_equal(margins(last, seen, labels) <= 0, expected)


def test_a_search_keeps_the_lowest_limit_and_goes_on_where_it_stopped(tmp_path):
    images, labels = stripes(256)
    chosen = [CHOSEN, Configuration(DOMAIN, (Layer(1, 1, stride=2),))]
    lines = []
    given = {"trainings": [Training(1, size=64)], "folder": tmp_path}
    found = ternary.searched(chosen, images, labels, **given, report=lines.append)
    assert len(lines) == 2
    each = [ternary.searched([c], images, labels, **given) for c in chosen]
    assert found.certificate.value == min(e.certificate.value for e in each)
    assert ternary.certified(found.description, (images, labels)).certificate == found.certificate


@pytest.mark.parametrize("content", [b"", b"\0\xff" * 9, "another"])
def test_a_file_that_is_not_what_was_searched_for_is_told_by_its_path(content, tmp_path):
    images, labels = stripes(64)
    chosen, given = Configuration(DOMAIN), {"trainings": [Training(1)], "folder": tmp_path}
    ternary.searched([chosen], images, labels, **given)
    (path,) = tmp_path.glob("description-*.bin")
    other = Configuration(DOMAIN, tables=True)
    whole = Description(other, [np.zeros(s) for s in other.shapes]).to_bytes()
    path.write_bytes(whole if content == "another" else content)
    line = rf"^{re.escape(str(path))} must hold .*, or be removed, got[^\n]*$"
    with pytest.raises(ValueError, match=line):
        ternary.searched([chosen], images, labels, **given)


def test_a_search_certifies_no_copies_as_examples():
    """Of 40 coins each three times; refused before anything is trained, as the folder shows."""
    rng = np.random.default_rng(1)
    images, labels = rng.integers(0, 256, (40, 3, 3), np.uint8), rng.integers(0, 2, 40)
    images, labels = images.repeat(3, axis=0), labels.repeat(3)
    linear, said = [Configuration(Domain(3, 3, 2))], []
    given = {"trainings": [Training(1)], "report": said.append}
    with pytest.raises(ValueError, match="examples must not repeat.* got 40 distinct among 120"):
        ternary.searched(linear, images, labels, **given)
    assert not said
    with pytest.raises(ValueError, match="repeats must be None or .drawn., got 'a'"):
        ternary.searched(linear, images, labels, repeats="a", **given)
    found = ternary.searched(linear, images, labels, repeats="drawn", **given)
    assert found.certificate.n == 120
    expected = ternary.certified(found.description, (images, labels), repeats="drawn")
    assert found.certificate == expected.certificate


BAD = {
    "epochs must be an integer": lambda: Training(0.5),
    "rate must be positive and finite, got 0": lambda: Training(rate=0),
    "pull must be finite and not negative, got -1": lambda: Training(pull=-1),
    "size must be a multiple of 32, got 33": lambda: Training(size=33),
    "near must be a multiple of 32, got 33": lambda: Polishing(near=33),
    "images must be at least 32, got 8": lambda: ternary.trained(CHOSEN, *stripes(8)),
    "configurations must be at least one": lambda: ternary.searched([], *stripes(32)),
}


@pytest.mark.parametrize("message", BAD)
def test_what_cannot_be_is_refused(message):
    with pytest.raises(ValueError, match=message):
        BAD[message]()


GOLDEN = (
    "2989e0a8b874fd261a9005a3486bf3c2fe126c6c02bd65c3bbf6100a1966eb0fefc0ce4edce82bd6"
    "58066b1c8cf3ffefe5de8e8e802f2052fbc259ed810bdc0872a2d71c6a58a284094a3de87304973c"
    "6ef9c1dbaacf1f448f0cf4c0"
)
