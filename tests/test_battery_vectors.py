"""The battery of vectors: right samplers pass, wrong ones are caught as soon as they can be.

A right sampler's assertion fails by chance with a probability of 1e-6 at most; seeds are fixed.
"""

from importlib import import_module
from pkgutil import iter_modules

import numpy as np
import pytest
from scipy import stats

from stablenoise.examine.battery import vectors
from stablenoise.examine.statistics import standard_vectors
from stablenoise.examine.statistics.blocks import VectorBlock
from stablenoise.multivariate import DiscreteSpectral, Elliptical, Independent, Isotropic

FALSE_ALARM = 1e-6
MEMBERS = {
    info.name: import_module(f"{vectors.__name__}.{info.name}")
    for info in iter_modules(vectors.__path__)
}
ATOMS = [[1.0, 0.0, 1.0], [0.0, 1.0, 2.0], [1.0, 1.0, -1.0], [-1.0, -1.0, 1.0]]
SIGMA = np.diag([1.0, 2.0, 3.0]) + 0.5
ISOTROPIC = Isotropic(1.5, 5)
INDEPENDENT = Independent(1.5, 5)
ELLIPTICAL = Elliptical(1.5, SIGMA, 2.0)
SPECTRAL = DiscreteSpectral(1.5, ATOMS, [1.0, 2.0, 0.5, 0.5])
FOUR = [ISOTROPIC, INDEPENDENT, ELLIPTICAL, SPECTRAL]


def name_of(law):
    return f"{type(law).__name__}-{np.mean(law.alpha):g}"


def vectors_of(law, size, seed, dtype=np.float64):
    return law.rvs(size, rng=seed, dtype=dtype)


def members_for(law):
    made = {name: member.make(law) for name, member in MEMBERS.items()}
    return {name: test for name, test in made.items() if test is not None}


def outcomes_of(values, law, blocks=1):
    """Outcomes of all files, by file."""
    tests = members_for(law)
    for part in np.array_split(values, blocks):
        block = VectorBlock(part.astype(float), law, values.dtype)
        for test in tests.values():
            if len(block):
                test.add(block)
    return {name: test.outcomes() for name, test in tests.items() if len(block)}


def least(values, law, blocks=1):
    """The gravest outcome, and its p-value times the number of outcomes."""
    said = [o for part in outcomes_of(values, law, blocks).values() for o in part]
    if not said:
        return 1.0, None
    worst = min(said, key=lambda outcome: outcome.p_value)
    return worst.p_value * len(said), worst


# Right samplers


@pytest.mark.parametrize("law", FOUR, ids=name_of)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_right_sampler_passes(law, dtype):
    for seed in range(2):
        p_value, worst = least(vectors_of(law, 4096, [seed, 7], dtype), law, blocks=3)
        assert p_value > FALSE_ALARM, worst


ODD_LAWS = [
    Isotropic(1.5, 1),
    Isotropic(0.1, 3, 3.0),
    Isotropic(0.02, 2),
    Isotropic(2.0, 4, 1e-300, 1e-300),
    Isotropic(1.5, 2, 1e290, 1e295),
    Isotropic(1.2, 300),
    Elliptical(1.5, np.diag([1e300, 1e-300, 1.0])),
    Elliptical(1.5, [[1.0, 1.0], [1.0, 1.0]], 3.0),
    Elliptical(0.5, [[1.0, 0.999999], [0.999999, 1.0]]),
    Elliptical(1.5, np.diag([1.0, 0.0])),
    Independent(1.5, 1),
    Independent([0.1, 2.0, 1.0], 3, [1e-300, 1e300, 1.0], beta=[1.0, 0.0, 1.0]),
    Independent(0.1, 2, beta=1.0),
    Independent(1.0, 4, beta=-0.5),
    DiscreteSpectral(1.0, [[1.0]], [2.0]),
    DiscreteSpectral(0.5, [[1.0, 1.0]], [2.0]),
    DiscreteSpectral(1.9999, np.eye(3)[:2], [1e-3, 1e5]),
    DiscreteSpectral(0.999, [[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0]], [1.0, 1.0, 1.0], 5.0),
    DiscreteSpectral(0.1, [[1.0, 0.2], [-0.5, 1.0], [0.0, 1.0]], [1.0, 1.0, 1.0], 5.0),
    DiscreteSpectral(2.0, [[1.0, 0.2], [-0.5, 1.0], [0.0, 1.0]], [1.0, 1.0, 1.0], 5.0),
]


@pytest.mark.parametrize("law", ODD_LAWS, ids=name_of)
@pytest.mark.filterwarnings("error")
def test_a_right_sampler_of_an_odd_law_passes_without_a_warning(law):
    with np.errstate(all="ignore"):
        x = vectors_of(law, 4096, 11)
    x = x[np.isfinite(x).all(axis=1)]
    p_value, worst = least(x, law)
    assert p_value > FALSE_ALARM, worst


@pytest.mark.parametrize(
    ("law", "dtype", "is_fine"),
    [
        (ISOTROPIC, np.float32, True),
        (Isotropic(0.1, 2), np.float64, True),
        (Isotropic(0.1, 2), np.float32, False),  # of 1e4 draws one is beyond the type
        (Isotropic(1.5, 2, 1.0, 1e20), np.float64, False),
        (Isotropic(1.5, 2, 1.0, 1e4), np.float32, False),
        (Isotropic(1.5, 2, 1.0, 1e4), np.float64, True),
        (Isotropic(1.5, 2, 1e-300), np.float32, False),
        (Independent([1.5, 0.1], 2), np.float32, False),
        (Elliptical(1.5, np.diag([1.0, 0.0])), np.float32, True),
    ],
)
def test_vectors_are_not_asked_where_their_type_cannot_hold_the_law(law, dtype, is_fine):
    assert standard_vectors.is_fine(law, np.dtype(dtype)) is is_fine
    assert len(VectorBlock(np.zeros((5, 2)), law, np.dtype(dtype))) == (5 if is_fine else 0)


@pytest.mark.parametrize("law", FOUR, ids=name_of)
def test_how_much_is_asked_depends_on_the_law_alone(law):
    asked = [
        [(name, o.test) for name, part in outcomes_of(x, law).items() for o in part]
        for x in (vectors_of(law, 2048, 1), np.ones((2048, len(law.rvs(rng=1)))))
    ]
    assert [name for name, _ in asked[0]] == [name for name, _ in asked[1]]
    assert len(set(asked[0])) == len(asked[0])


@pytest.mark.parametrize("law", FOUR, ids=name_of)
def test_blocks_may_be_of_any_size(law):
    x = vectors_of(law, 3000, 2)
    for whole, parts in zip(*(outcomes_of(x, law, n).values() for n in (1, 7)), strict=True):
        for one, other in zip(whole, parts, strict=True):
            assert one.test == other.test
            assert one.p_value == pytest.approx(other.p_value, rel=1e-6, abs=1e-300)
            assert one.size == other.size <= 3000


@pytest.mark.slow
@pytest.mark.parametrize("law", FOUR, ids=name_of)
def test_p_values_are_not_too_small(law):
    """Of 400 right samples a share p at most has a p-value below p, for every outcome."""
    seen: dict[str, list[float]] = {}
    for seed in range(400):
        for part in outcomes_of(vectors_of(law, 4096, [seed, 3]), law).values():
            for outcome in part:
                seen.setdefault(outcome.test, []).append(outcome.p_value)
    for test, p_values in seen.items():
        for share in 0.3, 0.05, 0.01:
            hits = np.count_nonzero(np.array(p_values) < share)
            # Saddlepoints of counts stand between the two sides of a step.
            assert stats.binom.sf(hits - 1, 400, 1.1 * share) > FALSE_ALARM, (test, share, hits)


# Wrong samplers: draws of a law, made wrong, and how many of them show it


def scaled_by(factor, column=slice(None)):
    def made(x, rng):
        x = x.copy()
        x[:, column] *= factor
        return x

    return made


def correlated(x, rng, share=0.03):
    x = x.copy()
    x[:, 1] = share * x[:, 0] + np.sqrt(1 - share**2) * x[:, 1]
    return x


def copied(x, rng):
    return np.column_stack([x[:, :-1], x[:, 1]])


def from_a_cube(x, rng):
    u = rng.uniform(-1, 1, x.shape)
    return u * (np.linalg.norm(x, axis=1) / np.linalg.norm(u, axis=1))[:, None]


def by_size(x, rng):
    return np.take_along_axis(x, np.argsort(np.abs(x), axis=1), axis=1)


def windows(x, rng):
    stream = x[:, 0]
    return np.lib.stride_tricks.sliding_window_view(stream, x.shape[1]).copy()


def on_axes_far_out(x, rng):
    radius = np.linalg.norm(x, axis=1)
    axis = rng.integers(x.shape[1], size=len(x))
    signed = np.eye(x.shape[1])[axis] * (radius * rng.choice([-1, 1], len(x)))[:, None]
    return np.where((radius > 30)[:, None], signed, x)


def of(law):
    return lambda x, rng: law.rvs(len(x), rng)


FAULTS = {
    "a radius without its factor 2": (ISOTROPIC, scaled_by(2**-0.5), 1024, "radius"),
    "one percent too long": (ISOTROPIC, scaled_by(1.01), 1 << 18, "radius"),
    "a radius of another index": (ISOTROPIC, of(Isotropic(1.52, 5)), 1 << 17, "radius"),
    "clipped radius": (
        ISOTROPIC,
        lambda x, rng: x * np.minimum(1, 100 / np.linalg.norm(x, axis=1))[:, None],
        1 << 16,
        "radius",
    ),
    "directions from a cube": (ISOTROPIC, from_a_cube, 1024, "angles"),
    "independent for isotropic": (ISOTROPIC, of(INDEPENDENT), 2048, "angles"),
    "far vectors on axes": (ISOTROPIC, on_axes_far_out, 1 << 13, "angles"),
    "one side": (ISOTROPIC, lambda x, rng: np.abs(x), 1024, "signs"),
    "isotropic for independent": (INDEPENDENT, of(ISOTROPIC), 1024, "independence"),
    "all equal": (INDEPENDENT, lambda x, rng: np.repeat(x[:, :1], 5, axis=1), 1024, "independence"),
    "one coordinate of isotropic ones": (ISOTROPIC, scaled_by(1.03, 2), 1 << 17, "coordinates"),
    "one coordinate of independent ones": (INDEPENDENT, scaled_by(1.03, 2), 1 << 17, "coordinates"),
    "correlated": (INDEPENDENT, correlated, 1 << 16, "independence"),
    "correlated isotropic": (ISOTROPIC, correlated, 1 << 18, "angles"),
    "last coordinate copied": (ISOTROPIC, copied, 1024, "signs"),
    "sorted": (ISOTROPIC, lambda x, rng: np.sort(x, axis=1), 1024, "exchange"),
    "by size": (INDEPENDENT, by_size, 1024, "exchange"),
    "single precision": (
        ISOTROPIC,
        lambda x, rng: x.astype(np.float32).astype(float),
        1024,
        "digits",
    ),
    "windows of a stream": (INDEPENDENT, windows, 1024, "lags"),
    "each twice": (ISOTROPIC, lambda x, rng: np.repeat(x, 2, axis=0), 1024, "lags"),
    "a block twice": (ISOTROPIC, lambda x, rng: np.concatenate([x[::2], x[::2]]), 1024, "repeats"),
    "antithetic": (ISOTROPIC, lambda x, rng: np.concatenate([x[::2], -x[::2]]), 1024, "repeats"),
    "shape matrix without correlation": (
        ELLIPTICAL,
        of(Elliptical(1.5, np.diag(np.diag(SIGMA)), 2.0)),
        2048,
        "angles",
    ),
    "shape matrix for its root": (
        ELLIPTICAL,
        of(Elliptical(1.5, SIGMA @ SIGMA, 2.0)),
        1024,
        "radius",
    ),
    "another location": (ELLIPTICAL, of(Elliptical(1.5, SIGMA, 2.2)), 1 << 13, "coordinates"),
    "another weight": (
        SPECTRAL,
        of(DiscreteSpectral(1.5, ATOMS, [1.0, 2.1, 0.5, 0.5])),
        1 << 17,
        "characteristic_function",
    ),
    "opposite atoms of unequal weight": (
        SPECTRAL,
        of(DiscreteSpectral(1.5, ATOMS, [1.0, 2.0, 0.6, 0.4])),
        1 << 14,
        "signs",
    ),
    "off its plane": (
        Elliptical(1.5, np.diag([1.0, 1.0, 0.0])),
        lambda x, rng: x + [0.0, 0.0, 1e-5],
        1024,
        "flat",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_wrong_sampler_is_caught(fault):
    law, spoil, size, file = FAULTS[fault]
    rng = np.random.default_rng(17)
    wrong = spoil(law.rvs(size, rng), rng)[:size]
    said = outcomes_of(wrong, law, blocks=max(1, size >> 16))
    # At a level that 60 outcomes share, twelve looks after the first one.
    worst = min(outcome.p_value for outcome in said[file])
    assert worst < FALSE_ALARM / 60 / 150, (worst, {k: min(v)[:3] for k, v in said.items()})


def test_a_sentence_tells_the_factor_of_the_length():
    x = vectors_of(ISOTROPIC, 1 << 14, 5) / 2**0.5
    told = outcomes_of(x, ISOTROPIC)["radius"][0]
    assert told.statistic == pytest.approx(2**-0.5, rel=0.03)
    assert "times as long as those of the law" in told.sentence
    x = vectors_of(ISOTROPIC, 1 << 16, 5) * 1.02
    assert outcomes_of(x, ISOTROPIC)["radius"][0].statistic == pytest.approx(1.02, abs=0.004)


def test_a_sentence_names_the_coordinate():
    x = scaled_by(1.1, 2)(vectors_of(INDEPENDENT, 1 << 15, 5), None)
    told = outcomes_of(x, INDEPENDENT)["coordinates"][0]
    assert told.sentence.startswith("of 5 coordinates number 3 is furthest off")


MARKS = "theta", "to first order", "would have shown", "0.5 of", "longest 0", "units of the law"


@pytest.mark.parametrize("law", FOUR, ids=name_of)
def test_no_sentence_has_a_word_that_only_its_author_knows(law):
    for outcomes in outcomes_of(vectors_of(law, 1 << 12, 6), law).values():
        for outcome in outcomes:
            assert not any(mark in outcome.sentence for mark in MARKS), outcome.sentence
            assert "  " not in outcome.sentence and ",," not in outcome.sentence


def test_sentences_of_angles_and_lags_say_what_is_favoured_and_where():
    apart = outcomes_of(vectors_of(INDEPENDENT, 1 << 12, 7), ISOTROPIC)["angles"]
    told = {outcome.test: outcome.sentence for outcome in apart}
    assert "near the axes, or between them, are favoured" in told["angles: all pairs"]
    assert (
        "coordinates of the longest half of the vectors: the mean of"
        in told["angles: all pairs of the longest half"]
    )
    x = vectors_of(INDEPENDENT, 1 << 12, 8)
    x[2::4, 3] = x[::4, 3]
    sentence = outcomes_of(x, INDEPENDENT)["lags"][0].sentence
    assert sentence.startswith("coordinate 4 and itself, 2 vectors before, are on the same side of")
