"""Draws of ``Stable.rvs``: their laws, where they come from, and what may not be asked for."""

import re
from math import pi, sqrt

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from stablenoise import Stable, sampling
from stablenoise.kernels import addresses, cms

N = 100_000
REALS = [np.float64, np.float32]
each_real = pytest.mark.parametrize("real", REALS)
compiled = settings(deadline=None)  # the first example compiles
alphas = st.one_of(st.floats(0.2, 2.0), st.sampled_from([0.75, 1.0, 1.25, 2.0]))
betas = st.one_of(st.floats(-1.0, 1.0), st.sampled_from([-1.0, 0.0, 1.0]))

# Laws.  The seeds are fixed: a sound sampler fails such a test once in the number of seeds said.

CLOSED = {
    "Cauchy": (Stable(1.0, 0.0, 2.0, 0.5), stats.cauchy(0.5, 2.0)),
    "Gauss": (Stable(2.0, 0.0, 2.0, 0.5), stats.norm(0.5, 2.0 * sqrt(2))),
    "Levy": (Stable.from_s1(0.5, 1.0, 2.0, 0.5), stats.levy(0.5, 2.0)),
    "Levy, reflected": (Stable.from_s1(0.5, -1.0, 2.0, 0.5), stats.levy_l(0.5, 2.0)),
}


@each_real
@pytest.mark.parametrize("law, exact", CLOSED.values(), ids=CLOSED)
def test_a_law_in_closed_form_has_its_distribution_function(law, exact, real):
    """Kolmogorov-Smirnov, false alarm 1e-6 a case."""
    assert stats.kstest(law.rvs(N, 1, real).astype(float), exact.cdf).pvalue > 1e-6


# alpha, beta, x and distribution function in S0, each computed by two methods with 25 digits:
# Nolan's integral, and the inversion of the characteristic function on a rotated ray.
KNOWN = [
    (0.3, 0.5, -1000.0, 0.0255715663539896),
    (0.6, -0.9, -127.7531, 0.0399845516411754),
    (0.7, 1.0, -1.0, 0.0396014055488619),
    (0.9, 1.0, -0.1, 0.3283628924620566),
    (0.99, 0.5, -3.0, 0.0495938278336409),
    (0.999, 1.0, -0.1, 0.3385006771877868),
    (1.0, 1.0, -0.1, 0.3386047147644277),
    (1.0, 0.5, -3.0, 0.0489874455780867),
    (1.001, 0.5, -1.0, 0.1655235206714354),
    (1.1, 0.5, -3.0, 0.0432679966408176),
    (1.25, 1.0, 0.0, 0.3929651814303214),
    (1.6, 0.95, 2.3483, 0.8723204226818661),
    (1.99, 1.0, -0.1, 0.4698912791348624),
]


@each_real
@pytest.mark.parametrize("alpha, beta, x, below", KNOWN)
def test_the_share_of_draws_below_a_point_is_the_known_one(alpha, beta, x, below, real):
    """A binomial share of a million draws: |z| < 5.5, false alarm 4e-8 a case."""
    n = 1_000_000
    share = np.mean(Stable(alpha, beta).rvs(n, 3, real) <= x)
    assert abs(share - below) < 5.5 * sqrt(below * (1 - below) / n)


@each_real
@pytest.mark.parametrize("beta", [-1.0, 0.5])
@pytest.mark.parametrize("alpha", [0.4, 0.76, 0.95, 1 - 1e-9, 1.0, 1.05, 1.5, 1.95])
def test_a_skewed_sample_has_the_characteristic_function_of_its_law(alpha, beta, real):
    """Nolan (2020), section 1.3: |z| < 5.5 at 3 frequencies, false alarm 2.3e-7 a case."""
    law = Stable(alpha, beta, scale=1.5, loc=-0.2)
    x = law.rvs(N, 2, real).astype(float)
    for t in (0.2, 0.7, 1.5):
        size = 1.5 * t
        shift = beta * np.tan(pi * alpha / 2) * (size ** (1 - alpha) - 1)
        if abs(alpha - 1) < 1e-6:
            shift = beta * 2 / pi * np.log(size)
        exact = np.exp(-(size**alpha) * (1 + 1j * shift) - 0.2j * t)
        assert law.cf(t) == pytest.approx(exact, abs=1e-6 if alpha == 1 - 1e-9 else 1e-13)
        for seen, expected in ((np.cos(t * x), exact.real), (np.sin(t * x), exact.imag)):
            assert abs(seen.mean() - expected) < 5.5 * seen.std() / sqrt(N)


@compiled
@given(alphas, betas, st.floats(0.01, 100.0), st.floats(-10.0, 10.0), st.floats(-5.0, 5.0))
def test_the_characteristic_function_is_one_at_zero_and_hermitian(alpha, beta, scale, loc, t):
    law = Stable(alpha, beta, scale, loc)
    assert law.cf(0.0) == 1
    assert law.cf(-t) == np.conj(law.cf(t))
    assert abs(law.cf(t)) == pytest.approx(np.exp(-(abs(scale * t) ** alpha)), rel=1e-12)


@compiled
@given(betas, st.integers(0, 2**63), st.sampled_from([-1, 1]))
def test_a_sample_passes_through_alpha_one(beta, seed, side):
    """|dx / dalpha| is below 1000 max(|x|, 1)^1.5 but where a uniform is within 1e-4 of an end."""
    at_one = Stable(1.0, beta).rvs(50, seed)
    beside = Stable(1.0 + side * 1e-10, beta).rvs(50, seed)
    near_end = abs(at_one) > 1e3
    assert np.all((abs(beside - at_one) < 1e-7 * np.maximum(abs(at_one), 1) ** 1.5) | near_end)


@compiled
@given(st.floats(0.2, 0.999), st.integers(0, 2**63), st.sampled_from(REALS))
def test_a_one_sided_law_stays_on_its_side(alpha, seed, real):
    """In the S1 form with location 0 no draw is negative, by not even a rounding."""
    if 1 - alpha < 0.25:
        alpha = 0.75
    assert np.all(Stable.from_s1(alpha, 1.0, 3.0).rvs(200, seed, real) > 0)
    assert np.all(Stable.from_s1(alpha, -1.0, 3.0).rvs(200, seed, real) < 0)


@compiled
@given(alphas, betas, st.integers(0, 2**63), st.sampled_from(REALS))
def test_a_reflected_law_has_as_many_draws_on_either_side(alpha, beta, seed, real):
    """A sample of the reflected law is not the reflected sample, but has its law: two-sample KS.

    False alarm 1e-9 an example.
    """
    x = Stable(alpha, beta).rvs(2_000, seed, real)
    y = -Stable(alpha, -beta).rvs(2_000, seed + 1, real)
    assert stats.ks_2samp(x, y).pvalue > 1e-9


@each_real
def test_below_the_smallest_index_variates_are_infinite_or_zero_and_never_nan(real):
    for alpha, share in ((0.05, 0.0), (1e-3, 0.3), (1e-300, 1.0)):
        x = Stable(alpha).rvs(10_000, 3, real)
        assert not np.isnan(x).any()
        assert np.isin(abs(x), [0, np.inf]).mean() >= share
        # |X|^alpha tends to 1 / W; the sd of the mean is 0.005, and at 0.05 the limit is 0.006 off
        assert abs(np.mean(x > 1) - (1 - np.exp(-1)) / 2) < 0.035


# Where draws come from.


def test_a_seed_a_sequence_and_a_generator_are_taken():
    law = Stable(1.5, 0.5)
    x = law.rvs(5, 7)
    for rng in (np.random.default_rng(7), np.random.SeedSequence(7), np.random.PCG64(7)):
        np.testing.assert_array_equal(law.rvs(5, rng), x)
    assert np.all(law.rvs(5, 8) != x)
    assert np.all(law.rvs(5) != law.rvs(5))


def test_a_generator_is_advanced_by_64_bits_whatever_the_size():
    one, other, by_hand = (np.random.default_rng(1) for _ in range(3))
    Stable(1.5).rvs(3, one)
    Stable([1.5, 1.2], 0.3).rvs((1000, 2), other)
    by_hand.integers(2**32, size=2, dtype=np.uint32)
    assert one.bit_generator.state == other.bit_generator.state == by_hand.bit_generator.state
    assert np.all(Stable(1.5).rvs(3, one) != Stable(1.5).rvs(3, 1))


@each_real
@pytest.mark.parametrize("alpha, beta", [(1.5, 0.0), (0.6, 0.5), (1.1, 0.5), (1.0, -0.3)])
def test_a_small_sample_is_the_beginning_of_a_large_one(alpha, beta, real):
    x = Stable(alpha, beta).rvs(5_000, 1, real)
    for n in (0, 1, 2, 3, 511, 513, 1023, 1025, 4_999):
        np.testing.assert_array_equal(Stable(alpha, beta).rvs(n, 1, real), x[:n])


@each_real
def test_any_number_of_threads_gives_the_same_bits(monkeypatch, real):
    law = Stable(1.1, 0.5)
    x = law.rvs(20_001, 1, real)
    monkeypatch.setattr(addresses, "TILES_PER_THREAD", 1)
    for threads in (1, 2, 3):
        monkeypatch.setattr(numba, "get_num_threads", lambda threads=threads: threads)
        np.testing.assert_array_equal(law.rvs(20_001, 1, real), x)


@each_real
def test_a_second_row_of_addresses_is_not_the_first(monkeypatch, real):
    monkeypatch.setattr(sampling, "ROW", 1024)
    x = Stable(1.5).rvs(3_000, 1, real)
    np.testing.assert_array_equal(x[:1024], Stable(1.5).rvs(1024, 1, real))
    assert len(np.unique(abs(x))) > 2_990


KERNELS = [
    (1.5, 0.0, cms.stable),
    (1.1, 0.0, cms.stable),
    (1.0, 0.0, cms.stable),
    (0.75, 0.5, cms.stable),
    (1.25, -1.0, cms.stable),
    (0.751, 0.5, cms.near_one),
    (1 - 1e-9, 0.5, cms.near_one),
    (1.249, 0.5, cms.near_one),
    (1.0, 0.5, cms.at_one),
]


@each_real
@pytest.mark.parametrize("alpha, beta, law", KERNELS)
def test_the_key_is_the_next_64_bits_low_word_first_at_particle_and_step_zero(
    alpha, beta, law, real
):
    """A saved seed means this: so a change of kernel, key or address is a change of samples."""
    expected, seed = np.empty((1, 1100), real), 1
    bits = int(np.random.default_rng(seed).integers(2**64, dtype=np.uint64))
    high, low = divmod(bits, 2**32)
    assert high != low and max(high, low) >= 2**31
    fill = addresses.over_addresses(cms.one, law)
    address = addresses.Address(*map(np.uint32, (low, high, 0, 0)))
    fill(expected, alpha, beta, address, np.zeros(1, np.uint32))
    scale, loc = sampling.kernel_scale_and_loc(alpha, beta, 1.0, 0.0)
    seen, x = Stable(alpha, beta).rvs(1100, seed, real), expected[0]
    # the kernel's fma rounds once, these two operations twice
    assert np.all(abs(seen - (scale * x + loc)) <= 8 * np.finfo(real).eps * (abs(x) + 4))
    if (scale, loc) == (1.0, 0.0):
        np.testing.assert_array_equal(seen, x)


@each_real
def test_a_second_row_of_parameters_is_not_the_first(monkeypatch, real):
    """To 8 units in the last place, as below."""
    monkeypatch.setattr(sampling, "ROW", 1024)
    monkeypatch.setitem(sampling._EACH, real, sampling._each(real))
    x = Stable(np.full(3_000, 1.5)).rvs(rng=1, dtype=real)
    alone = Stable(1.5).rvs(3_000, 1, real)
    assert np.all(abs(x - alone) <= 8 * np.finfo(real).eps * abs(alone))


def test_an_array_for_one_parameter_gives_the_draws_of_each():
    """To 8 units in the last place, as below."""
    values, alphas = np.array([0.3, -0.4, 1.0]), np.array([0.5, 1.1, 1.7])
    cases = [(1.5, values), (1.1, values), (alphas, 0.3), (alphas[:, None], values)]
    for alpha, beta in cases:
        x = Stable(alpha, beta).rvs((2, 3, 3), 1)
        for place in np.ndindex(3, 3):
            a, b = (float(np.broadcast_to(p, (3, 3))[place]) for p in (alpha, beta))
            alone = Stable(a, b).rvs((2, 3, 3), 1)[:, *place]
            tolerance = 8 * np.finfo(float).eps * np.maximum(abs(alone), 4)
            assert np.all(abs(x[:, *place] - alone) <= tolerance)


@each_real
@pytest.mark.parametrize("n", [1, 7, 1024])
def test_arrays_of_parameters_give_the_draws_of_each(n, real):
    """To 8 units in the last place of the larger of variate, scale and location."""
    alpha = np.array([0.5, 0.75, 0.8, 1.0, 1.0, 1 + 1e-12, 1.2, 1.3, 2.0])
    beta = np.array([0.3, 1.0, 0.2, 0.0, 0.5, 0.5, -1.0, -0.4, 0.7])
    x = Stable(alpha, beta, 2.0, 0.3).rvs((n, 9), 1, real)
    assert x.dtype == real
    for j, (a, b) in enumerate(zip(alpha, beta, strict=True)):
        alone = Stable(a, b, 2.0, 0.3).rvs((n, 9), 1, real)[:, j]
        tolerance = 8 * np.finfo(real).eps * np.maximum(abs(alone), 4)
        assert np.all(abs(x[:, j] - alone) <= tolerance)


def test_parameters_broadcast_to_the_size():
    assert Stable(1.5).rvs((2, 3), 1).shape == (2, 3)
    assert Stable([1.5, 1.6]).rvs(rng=1).shape == (2,)
    assert Stable(1.5, scale=[[1.0], [2.0]]).rvs((4, 2, 3), 1).shape == (4, 2, 3)
    assert Stable(1.5).rvs((), 1).__class__ is Stable(1.5).rvs(rng=1).__class__ is float
    assert Stable(1.5).rvs(0, 1).shape == (0,)
    assert Stable(1.5).rvs([2, 3], 1).shape == (2, 3)
    assert Stable(1.5).rvs((np.int64(2), np.uint8(3)), 1).shape == (2, 3)
    assert Stable([1.5]).rvs(rng=1).shape == Stable([1.5]).rvs((1,), 1).shape == (1,)
    assert Stable([[1.5, 1.6]]).rvs((0, 1, 2), 1).shape == (0, 1, 2)
    x = Stable(1.5).rvs((4, 2), 1)
    scaled = Stable(1.5, 0.0, [2.0, 4.0], [0.0, 1.0]).rvs((4, 2), 1)
    np.testing.assert_array_equal(scaled, [2.0, 4.0] * x + [0.0, 1.0])


@each_real
def test_out_is_filled_where_it_is(real):
    out = np.empty((3, 500), real)
    assert Stable(1.5, 0.5).rvs(out=out, rng=1) is out
    np.testing.assert_array_equal(out, Stable(1.5, 0.5).rvs((3, 500), 1, real))


def test_scale_and_location_are_those_of_the_law():
    x, y = Stable(1.3, 0.4).rvs(1_000, 1), Stable(1.3, 0.4, 3.0, -2.0).rvs(1_000, 1)
    np.testing.assert_allclose(y, 3.0 * x - 2.0, rtol=1e-13, atol=1e-14)


def test_a_size_may_be_any_integer_and_a_law_alone_gives_a_number():
    law = Stable(1.5)
    assert law.rvs(np.int64(3), 1).shape == law.rvs(np.array(3), 1).shape == (3,)
    assert isinstance(law.rvs((), 1), float) and isinstance(law.rvs(rng=1), float)


def test_a_scale_that_fits_only_in_s0_is_named():
    with pytest.raises(ValueError, match="^scale, in the S1 form, must be finite in float32, got "):
        Stable(1.5, 0.9, 3e38).rvs(3, 1, np.float32)


def test_parameters_are_kept_from_change():
    alpha = np.array([1.5, 1.6])
    law = Stable(alpha)
    alpha[0] = 5.0
    assert law.alpha[0] == 1.5
    with pytest.raises(ValueError, match="read-only"):
        law.alpha[0] = 5.0


# Bad input.

BAD = {
    "half precision": (dict(dtype=np.float16), "dtype must be float64 or float32, got float16"),
    "no type": (dict(dtype="nonsense"), "dtype must be float64 or float32, got 'nonsense'"),
    "integers": (dict(dtype=int), "dtype must be float64 or float32, got int64"),
    "negative": (dict(size=-1), "size must be an integer or a tuple of them, not negative, got -1"),
    "fraction": (dict(size=2.5), "size must be an integer or a tuple of them, not negative, got"),
    "nested": (dict(size=((1,), 2)), "size must be an integer or a tuple of them, not negative, "),
    "huge": (dict(size=2**60), "an array must have fewer than 2^60 elements, got shape (11529"),
    "huge, tuple": (dict(size=(2**40, 2**40)), "an array must have fewer than 2^60 elements, got"),
    "out, half": (dict(out=np.empty(3, np.float16)), "out must be float64 or float32, got float16"),
    "out, order": (dict(out=np.empty((3, 6))[:, ::2]), "out must be C-contiguous, got strides "),
    "out, list": (dict(out=[1.0]), "out must be an array of NumPy or CuPy, got list"),
    "out, read-only": (dict(out=np.broadcast_to(1.0, 1)), "out must be writeable, got a read-only"),
}


@pytest.mark.parametrize("arguments, line", BAD.values(), ids=BAD)
def test_a_bad_request_is_named(arguments, line):
    with pytest.raises(ValueError, match=f"^{re.escape(line)}"):
        Stable(1.5).rvs(**{"rng": 1} | arguments)


@pytest.mark.parametrize("size", [0, 3, (2, 3), (), (2, 1), (4, 2, 0)])
@pytest.mark.parametrize("shape", [(2,), (4, 1, 2)])
def test_a_size_that_the_parameters_do_not_fit_is_named(size, shape):
    law = Stable(np.full(shape, 1.5))
    with pytest.raises(ValueError, match="^size must end in the parameters' shape "):
        law.rvs(size, 1)


@pytest.mark.parametrize(
    "arguments, line",
    [
        ((["a"],), "alpha must be a real number or an array of them, got "),
        ((1.5 + 0j,), "alpha must be a real number or an array of them, got "),
        ((True,), "alpha must be a real number or an array of them, got True"),
        ((None,), "alpha must be a real number or an array of them, got None"),
        (([1.5, 2.5, 3.5],), "alpha must lie in (0, 2], got 2.5"),
        (([1.5, 1.2], [0.1, np.nan]), "beta must lie in [-1, 1], got nan"),
        (([1.5, 1.2], [0.1, 0.2, 0.3]), "parameters must have shapes that fit, got [(2,), (3,), "),
    ],
)
def test_a_bad_array_of_parameters_is_named(arguments, line):
    with pytest.raises(ValueError, match=f"^{re.escape(line)}"):
        Stable(*arguments)


def test_an_out_that_the_parameters_do_not_fit_is_named():
    with pytest.raises(ValueError, match="^size must end in the parameters' shape .*, got .3,.$"):
        Stable([1.5, 1.2]).rvs(rng=1, out=np.empty(3))
    with pytest.raises(ValueError, match="^size must end in the parameters' shape .*, got ..$"):
        Stable([1.5, 1.2]).rvs(rng=1, out=np.empty(()))


@pytest.mark.parametrize(
    "law, line",
    [
        (Stable(1.5, scale=1e300), "scale must be finite in float32, got 1e+300"),
        (Stable(1.5, scale=[1.0, 1e300]), "scale must be finite in float32, got 1e+300"),
        (Stable(1.5, loc=-1e300), "loc must be finite in float32, got -1e+300"),
        (Stable(1.5, loc=[0.0, 1e300]), "loc must be finite in float32, got 1e+300"),
    ],
)
def test_a_law_beyond_the_range_of_single_precision_is_named(law, line):
    """Also where an array is filled, and in that type alone."""
    assert np.isfinite(law.rvs((5, 2), 1)).all()
    for how in ({"size": (5, 2), "dtype": np.float32}, {"out": np.empty((5, 2), np.float32)}):
        with pytest.raises(ValueError, match=f"^{re.escape(line)}$"):
            law.rvs(rng=1, **how)


@pytest.mark.parametrize("real, top", [(np.float64, 1e308), (np.float32, 3.4e38)])
@pytest.mark.parametrize("alpha", [1.5, 1.0, 2.0])
def test_a_location_brings_draws_back_from_beyond_the_floats(alpha, real, top):
    """By arrays as by numbers, whose loop multiplies and adds in one rounding."""
    expected = Stable(alpha, 0.0, top, -top).rvs(200, 1, real)
    beyond = ~np.isfinite(Stable(alpha, 0.0, [top]).rvs(200, 1, real))
    back = beyond & np.isfinite(expected)
    assert back.sum() > 5
    for law in (Stable(alpha, 0.0, [top], -top), Stable([alpha], [0.0], top, [-top])):
        found = law.rvs(200, 1, real)
        np.testing.assert_allclose(found, expected, rtol=0, atol=4 * np.finfo(real).eps * top)
    first = Stable(1.5, 0.0, [1e308], -1e308).rvs(1, rng=2)
    assert first == pytest.approx(1.16307939e308, rel=1e-8)


@pytest.mark.parametrize(
    "rng", [np.array([[1, 2]]).view(np.matrix), np.ma.array([1, 2]), "seed", b"seed"]
)
def test_a_matrix_or_a_string_is_no_generator(rng):
    """Of a matrix NumPy makes a seed sequence without end, and the process dies."""
    with pytest.raises(ValueError, match="^rng must be what numpy.random.default_rng takes, got "):
        Stable(1.5).rvs(3, rng=rng)
