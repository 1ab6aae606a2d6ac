"""Values that come in parts: merged in any order they are the whole, and little is lost."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stablenoise import Stable, fit
from stablenoise.fit import Accumulator
from stablenoise.fit.parameters import NAMES

X = Stable(1.6, 0.4, 2.0, 30.0).rvs(30_000, rng=1)


@settings(deadline=None, max_examples=20)
@given(st.lists(st.integers(0, 30_000), max_size=5), st.randoms(use_true_random=False))
def test_parts_in_any_order_are_the_whole_to_the_bit(cuts, random):
    edges = [0, *sorted(cuts), X.size]
    parts = [X[a:b] for a, b in zip(edges[:-1], edges[1:], strict=True) if a < b]
    random.shuffle(parts)
    merged = Accumulator()
    for part in parts:
        merged.merge(Accumulator().update(part))
    assert merged == Accumulator().update(X) and merged.nobs == X.size
    values, weights = merged._histogram.points()
    there = Accumulator().update(X)._histogram.points()
    assert np.array_equal(values, there[0]) and np.array_equal(weights, there[1])


def test_merged_fits_are_equal_to_the_bit():
    whole = Accumulator().update(X).fit()
    merged = Accumulator().update(X[20_000:]).merge(Accumulator().update(X[:20_000])).fit()
    assert merged.params == whole.params and merged.llf == whole.llf
    assert merged.bse == whole.bse and merged.nobs == whole.nobs == X.size


@pytest.mark.parametrize(
    ("alpha", "beta", "loc"), [(1.6, 0.4, 0.0), (1.2, 0.0, 100.0), (0.7, 0.5, 1.0), (1.9, 0, -9.0)]
)
@pytest.mark.parametrize("unit", [1.0, 1e-200, 1e200])
def test_the_fit_is_that_of_all_values(alpha, beta, loc, unit):
    """To a hundredth of a standard error: a bin is 1/4096 of its distance from the centre wide."""
    x = unit * Stable(alpha, beta, 1.0, loc).rvs(20_000, rng=2)
    counted, plain = Accumulator().update(x).fit(), fit.stable(x)
    for name in NAMES:
        off = getattr(counted, name) - getattr(plain, name)
        assert abs(off) < 0.01 * plain.bse[name]
        assert counted.bse[name] == pytest.approx(plain.bse[name], rel=1e-3)


def test_data_far_from_the_centre_are_told_before_any_is_counted():
    far = X + 1e5
    accumulator = Accumulator()
    with pytest.raises(ValueError, match="centre must be within 512 half .* got 0.0"):
        accumulator.update(far)
    assert accumulator.nobs == 0
    counted, plain = Accumulator(centre=1e5).update(far).fit(), fit.stable(far)
    assert counted.alpha == pytest.approx(plain.alpha, abs=0.01 * plain.bse["alpha"])


def test_a_bad_chunk_leaves_nothing_behind():
    accumulator = Accumulator().update(X[:100])
    chunk = X[:1000].copy()
    chunk[777] = np.nan
    with pytest.raises(ValueError, match="chunk must be finite, got nan in row 777"):
        accumulator.update(chunk)
    assert accumulator == Accumulator().update(X[:100])


def test_accumulators_of_other_centres_do_not_merge():
    with pytest.raises(ValueError, match="other must have the centre 0.0, got 1.0"):
        Accumulator().merge(Accumulator(centre=1.0))
    with pytest.raises(ValueError, match="other must be an Accumulator"):
        Accumulator().merge(X)


def test_too_few_and_equal_values_have_no_fit():
    with pytest.raises(ValueError, match="values must be 10 or more for a fit, got 3"):
        Accumulator().update([1.0, 2.0, 3.0]).fit()
    with pytest.raises(ValueError, match="must have values that differ"):
        Accumulator().update(np.ones(20)).fit()


def test_options_go_to_the_fit():
    accumulator = Accumulator().update(X)
    assert accumulator.fit(beta=0.0).held == ("beta",)
    assert accumulator.fit("mcculloch").method == "mcculloch"
    assert accumulator.fit("ecf").alpha == pytest.approx(fit.stable(X, "ecf").alpha, abs=1e-3)


def test_an_accumulator_goes_to_another_process():
    accumulator = Accumulator(centre=1.0).update(X)
    again = pickle.loads(pickle.dumps(accumulator))
    assert again == accumulator and again.update(X).nobs == 2 * X.size == 2 * accumulator.nobs
    assert accumulator != Accumulator(centre=1.0) and accumulator != Accumulator(centre=2.0)
    assert repr(accumulator) == "Accumulator(centre=1.0) of 30,000 values"


def test_chunks_of_any_shape_and_type_are_counted():
    by_rows = Accumulator().update(X.reshape(300, 100)).update(np.arange(5))
    assert by_rows == Accumulator().update(np.append(X, np.arange(5.0)))
    assert Accumulator().update(2.5) == Accumulator().update([2.5])


def test_values_beyond_the_doubles_about_the_centre_are_told():
    with pytest.raises(ValueError, match="chunk must be within the doubles about the centre"):
        Accumulator(-1e308).update([1e308, 1.5e308])
    with pytest.raises(ValueError, match="chunk must be finite, got inf in row 0"):
        Accumulator().update(np.array([1, 2], np.longdouble) * np.longdouble("1e400"))
