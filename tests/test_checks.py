"""What is asked of arguments at the border of the package, and that every public door asks it."""

import re
from collections import OrderedDict
from datetime import date
from decimal import Decimal
from fractions import Fraction
from importlib import import_module

import numpy as np
import pytest
from members import members

from stablenoise import Estimate, NoiseField, Stable, checks, tails
from stablenoise.multivariate import DiscreteSpectral, Elliptical, Independent, Isotropic
from stablenoise.noises import common, independent, isotropic
from stablenoise.tails import block, hill, pickands

MASKED = np.ma.array([1.5, 0.5], mask=[False, True])
ONE_LINE = r"[^\n]{1,120}"

# The checks themselves.

SHARES = {
    "()": ([0.5, 5e-324, np.nextafter(1, 0), np.float32(0.5), np.array(0.25)], [0, 1, -0.0]),
    "(]": ([0.5, 1, 1.0, np.int8(1)], [0, 0.0]),
    "[)": ([0.5, 0, -0.0], [1]),
    "[]": ([0, 1, 0.5], []),
}
NO_SHARES = [-5e-324, np.nextafter(1, 2), np.inf, -np.inf, np.nan, 2, -1]
NO_NUMBERS = {
    "text": "0.5",
    "bytes": b"1",
    "truth": True,
    "truth of NumPy": np.True_,
    "none": None,
    "complex": 0.5j,
    "list": [0.5],
    "ragged": [[0.5], [0.5, 0.5]],
    "array": np.array([0.5]),
    "dict": {"a": 0.5},
    "date": np.datetime64("2020-01-01"),
    "day": date(2020, 1, 1),
    "duration": np.timedelta64(1, "s"),
    "fraction": Fraction(1, 2),
    "decimal": Decimal("0.5"),
    "huge": 10**400,
}


@pytest.mark.parametrize("ends", SHARES)
def test_a_share_lies_between_its_ends(ends):
    inside, outside = SHARES[ends]
    for value in inside:
        checks.check_share("p", value, ends)
    for value in [*outside, *NO_SHARES]:
        line = f"^p must lie in {re.escape(ends[0])}0, 1{re.escape(ends[1])}, got {value}$"
        with pytest.raises(ValueError, match=line):
            checks.check_share("p", value, ends)


def test_the_ends_of_a_share_are_open_unless_said():
    for value in (0, 1):
        with pytest.raises(ValueError, match=rf"^p must lie in \(0, 1\), got {value}$"):
            checks.check_share("p", value)


@pytest.mark.parametrize("check", [checks.check_number, checks.check_share, checks.check_positive])
@pytest.mark.parametrize("value", NO_NUMBERS.values(), ids=NO_NUMBERS)
def test_what_is_no_number_is_named_in_one_line(check, value):
    with pytest.raises(ValueError, match=f"^p must be a real number, got {ONE_LINE}$"):
        check("p", value)


@pytest.mark.parametrize(
    "check",
    [
        checks.check_number,
        checks.check_share,
        checks.check_positive,
        lambda name, value: checks.check_integer(name, value, 0, 5),
        checks.real_values,
        checks.real_array,
        checks.check_unmasked,
    ],
)
@pytest.mark.parametrize("value", [np.ma.masked, np.ma.array(1, mask=True)])
def test_a_masked_number_is_none(check, value):
    with pytest.raises(ValueError, match="^p must have no masked values, got 1$"):
        check("p", value)


def test_numbers_of_any_type_are_numbers_and_only_positive_ones_positive():
    for value in (1, 0.5, np.float16(2), np.int8(3), np.array(0.1), 5e-324, 1.7e308, 2**63):
        checks.check_number("p", value)
        checks.check_positive("p", value)
    for value in (0, -1.0, np.inf, np.nan):
        checks.check_number("p", value)
        with pytest.raises(ValueError, match=f"^p must be positive and finite, got {value}$"):
            checks.check_positive("p", value)


def test_an_integer_lies_in_a_half_open_range_and_comes_back_as_one_of_python():
    for value in (2, np.uint8(2), np.int64(2), np.array(2)):
        found = checks.check_integer("k", value, 2, 3)
        assert found == 2 and type(found) is int
    for value in (1, 3, True, False, np.True_, 2.0, "2", None, [2], np.array([2]), {}, 1 << 70):
        with pytest.raises(
            ValueError, match=rf"^k must be an integer in \[2, 3\), got {ONE_LINE}$"
        ):
            checks.check_integer("k", value, 2, 3)


@pytest.mark.parametrize(
    "high, spelled",
    [(2**32, "2^32"), (2**32 - 1, "2^32 - 1"), (2**64, "2^64"), (2**64 - 1, "2^64 - 1"), (9, "9")]
    + [(2**1000, "2^1000"), (2**70 - 1, "2^70 - 1"), (2**70 + 1, str(2**70 + 1))],
)
def test_ends_of_ranges_are_spelled_as_powers(high, spelled):
    with pytest.raises(ValueError, match=rf"^k must be an integer in \[0, {re.escape(spelled)}\),"):
        checks.check_integer("k", -1, 0, high)


NO_ARRAYS = {
    "text": ["1", "2"],
    "bytes": b"12",
    "dates": np.array(["2020-01-01"], dtype="datetime64[D]"),
    "durations": np.array([1], dtype="timedelta64[s]"),
    "complex": [1j],
    "dict": {"a": 1.0},
    "ordered dict": OrderedDict(a=1.0),
    "set": {1.0, 2.0},
    "generator": (x for x in (1.0, 2.0)),
    "ragged": [[1.0], [1.0, 2.0]],
    "objects": np.array([1.0, None]),
    "numbers as objects": np.array([1.0, 2.0], dtype=object),
    "none": None,
    "records": np.array([(1, 2.0)], dtype=[("a", int), ("b", float)]),
    "huge": [10**400],
}


@pytest.mark.parametrize("check", [checks.real_values, checks.real_array])
@pytest.mark.parametrize("value", NO_ARRAYS.values(), ids=NO_ARRAYS)
def test_what_is_no_array_of_numbers_is_named_in_one_line(check, value):
    line = f"^x must be a real number or an array of them, got {ONE_LINE}$"
    with pytest.raises(ValueError, match=line):
        check("x", value)


def test_arrays_of_numbers_keep_their_type_or_become_floats():
    for dtype in (np.float32, np.int8, np.uint64, bool, ">f8"):
        array = np.ones(2, dtype)
        assert checks.real_values("x", array) is array
        assert checks.real_array("x", array).dtype == np.float64
    assert checks.real_array("x", np.ma.array([1.0, 2.0])).tolist() == [1.0, 2.0]
    assert checks.real_array("x", [np.longdouble("1e400")]).tolist() == [np.inf]


def test_finite_floats_keep_single_precision_and_refuse_the_rest():
    single = np.ones((2, 3), np.float32)
    assert checks.finite_floats("x", single) is single
    assert checks.finite_floats("x", single.T).flags.c_contiguous
    for values in ([1, 2], np.ones(2, np.float16), np.ones(2, bool), np.ones(2, np.longdouble)):
        assert checks.finite_floats("x", values).dtype == np.float64
    assert checks.finite_floats("x", 1).shape == ()
    for values, wrong in (([1.0, np.nan, np.inf], 2), ([np.longdouble("1e400")], 1)):
        with pytest.raises(ValueError, match=f"^x must be finite, got {wrong} that are not$"):
            checks.finite_floats("x", values)
    with pytest.raises(ValueError, match="^x must be a real number or an array of them, got 'a'$"):
        checks.finite_floats("x", "a")


def test_what_cannot_be_called_is_named():
    checks.check_callable("f", len)
    with pytest.raises(ValueError, match="^f must be callable, got 'a'$"):
        checks.check_callable("f", "a")


@pytest.mark.parametrize(
    "values, count",
    [
        (np.ma.array([1.0, 2.0, 3.0], mask=[1, 0, 1]), 2),
        ([np.ma.masked, 1.0], 1),
        ([[1.0, 2.0], MASKED], 1),
        ((MASKED, [MASKED]), 2),
        (np.ma.masked_all((2, 3)), 6),
    ],
)
def test_masked_values_are_counted_wherever_they_are(values, count):
    for check in (checks.check_unmasked, checks.real_values, checks.real_array):
        with pytest.raises(ValueError, match=f"^x must have no masked values, got {count}$"):
            check("x", values)


@pytest.mark.parametrize("least, ndim", [(3, 1), (3, 2)])
def test_a_sample_is_finite_and_long_enough(least, ndim):
    x = np.ones((3, 2))[:, :ndim].squeeze() if ndim == 1 else np.ones((3, 2))
    assert checks.finite_sample(x, ndim, least).shape == x.shape
    with pytest.raises(ValueError, match="^sample must have at least 4 values, got 3$"):
        checks.finite_sample(x, ndim, 4)
    for bad in (5.0, np.empty(0), np.ones((2, 2, 2))):
        with pytest.raises(
            ValueError, match=f"^sample must be a non-empty {ndim}-d array, got sha"
        ):
            checks.finite_sample(bad, ndim)


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ([1.0, 2.0, np.nan], "nan in row 2"),
        ([1.0, -np.inf, np.nan, np.nan], "-inf in row 1 and 2 more"),
        ([[1.0, 2.0], [3.0, np.inf], [np.nan, 4.0]], "inf in row 1 and 1 more"),
    ],
)
def test_a_value_that_is_not_finite_is_named_with_its_row(values, line):
    with pytest.raises(ValueError, match=f"^sample must be finite, got {line}$"):
        checks.finite_sample(values, np.ndim(values))


def test_a_value_is_told_on_one_short_line():
    assert checks.told(1.5) == "1.5" and checks.told("a") == "'a'"
    assert checks.told(np.ones((2, 3), np.float32)) == "float32 of shape (2, 3)"
    both = np.ones((2, 3)), np.ones(2)
    assert checks.told(both) == "a tuple of 2 with arrays"
    assert checks.told(dict(enumerate(both))) == "a dict of 2 with arrays"
    assert checks.told([np.float64(2.0)]) == "[np.float64(2.0)]"
    assert checks.told("x" * 78) == repr("x" * 78)
    assert checks.told("x" * 79) == "'" + "x" * 75 + " ..."
    assert "\n" not in checks.told([np.ones((9, 9))] * 9)


class Mute:
    """What cannot show itself."""

    def __repr__(self):
        raise RuntimeError("no words")

    __str__ = __repr__


def test_a_value_that_cannot_be_shown_is_told_by_its_type():
    """Also an integer of more digits than Python writes."""
    assert checks.told(Mute()) == "Mute" and checks.told([Mute()]) == "list"
    assert checks.told(10**5000) == "int"
    with pytest.raises(ValueError, match=r"^k must be an integer in \[0, 9\), got int$"):
        checks.check_integer("k", 10**5000, 0, 9)


# The doors: each takes an argument that must be real numbers, without masks, by name.

FIELD, ELLIPTICAL = NoiseField(1.5, 1), Elliptical(1.5, np.eye(2))
LAW, FLAT = Stable(1.5), Isotropic(1.5, 2)
SPECTRAL, SEVERAL = DiscreteSpectral(1.5, np.eye(2), 1.0), Independent(1.5, 2)
DOORS = {
    "Stable alpha": ("alpha", Stable),
    "Stable beta": ("beta", lambda x: Stable(1.5, x)),
    "Stable scale": ("scale", lambda x: Stable(1.5, 0.0, x)),
    "Stable loc": ("loc", lambda x: Stable(1.5, 0.0, 1.0, x)),
    "from_s1": ("loc", lambda x: Stable.from_s1(1.5, 0.0, 1.0, x)),
    "field alpha": ("alpha", lambda x: NoiseField(x, 1)),
    "add_to scale": ("scale", lambda x: FIELD.add_to(np.zeros((2, 1)), 0, x)),
    "Isotropic alpha": ("alpha", lambda x: Isotropic(x, 2)),
    "Isotropic scale": ("scale", lambda x: Isotropic(1.5, 2, x)),
    "Isotropic loc": ("loc", lambda x: Isotropic(1.5, 2, 1.0, x)),
    "Isotropic cf": ("u", FLAT.cf),
    "Isotropic pdf": ("x", FLAT.pdf),
    "Isotropic logpdf": ("x", FLAT.logpdf),
    "radius_pdf": ("r", FLAT.radius_pdf),
    "radius_cdf": ("r", FLAT.radius_cdf),
    "radius_sf": ("r", FLAT.radius_sf),
    "Elliptical alpha": ("alpha", lambda x: Elliptical(x, np.eye(2))),
    "shape_matrix": ("shape_matrix", lambda x: Elliptical(1.5, [x, x])),
    "Elliptical loc": ("loc", lambda x: Elliptical(1.5, np.eye(2), x)),
    "Elliptical cf": ("u", ELLIPTICAL.cf),
    "Elliptical pdf": ("x", ELLIPTICAL.pdf),
    "Independent alpha": ("alpha", lambda x: Independent(x, 2)),
    "Independent scale": ("scale", lambda x: Independent(1.5, 2, x)),
    "Independent loc": ("loc", lambda x: Independent(1.5, 2, 1.0, x)),
    "Independent beta": ("beta", lambda x: Independent(1.5, 2, 1.0, 0.0, x)),
    "Independent cf": ("u", SEVERAL.cf),
    "DiscreteSpectral alpha": ("alpha", lambda x: DiscreteSpectral(x, np.eye(2), 1.0)),
    "directions": ("directions", lambda x: DiscreteSpectral(1.5, [x, x], 1.0)),
    "weights": ("weights", lambda x: DiscreteSpectral(1.5, np.eye(2), x)),
    "DiscreteSpectral loc": ("loc", lambda x: DiscreteSpectral(1.5, np.eye(2), 1.0, x)),
    "DiscreteSpectral cf": ("u", SPECTRAL.cf),
    "Estimate value": ("value", lambda x: Estimate(x, 1.0, 2)),
    "Estimate stderr": ("stderr", lambda x: Estimate(1.0, x, 2)),
    "Estimate n": ("n", lambda x: Estimate(1.0, 1.0, x)),
    "Estimate dof": ("dof", lambda x: Estimate(1.0, 1.0, 2, x)),
    "Estimate.mean": ("replicates", Estimate.mean),
    "conf_int": ("level", Estimate(1.0, 1.0, 2).conf_int),
    **{
        name: ("sample", import_module(f"stablenoise.tails.{name}").estimate)
        for name in members(tails, "estimate")
    },
    "hill k": ("k", lambda x: hill.estimate([1.0, 2.0, 3.0], x)),
    "pickands k": ("k", lambda x: pickands.estimate([1.0, 2.0, 3.0, 9.0], x)),
    "block size": ("block", lambda x: block.estimate([1.0] * 9, x)),
    "particles": ("particles", lambda x: FIELD.at(x, 0, 1)),
    "particles to fill": ("particles", lambda x: FIELD.fill(np.zeros((2, 1)), 0, x)),
    "particles to add to": ("particles", lambda x: FIELD.add_to(np.zeros((2, 1)), 0, 1.0, x)),
    "step": ("step", lambda x: FIELD.at([0], x, 1)),
    "dim": ("dim", lambda x: FIELD.at([0], 0, x)),
    "seed": ("seed", lambda x: NoiseField(1.5, x)),
    "lane": ("lane", lambda x: NoiseField(1.5, 1, lane=x)),
    "Isotropic dim": ("dim", lambda x: Isotropic(1.5, x)),
    "Independent dim": ("dim", lambda x: Independent(1.5, x)),
    "size": ("size", LAW.rvs),
    "Isotropic size": ("size", FLAT.rvs),
    "Elliptical size": ("size", ELLIPTICAL.rvs),
    "Independent size": ("size", SEVERAL.rvs),
    "DiscreteSpectral size": ("size", SPECTRAL.rvs),
}
each_door = pytest.mark.parametrize("name, door", DOORS.values(), ids=DOORS)


@each_door
def test_every_door_refuses_masked_values(name, door):
    with pytest.raises(ValueError, match=f"^{name} must have no masked values, got [1-9]$"):
        door(MASKED)


@each_door
@pytest.mark.parametrize("kind", ["text", "dates", "complex", "dict", "ragged", "objects"])
def test_every_door_refuses_what_is_no_number_in_one_line(name, door, kind):
    with pytest.raises(ValueError, match=f"^{name} must [^\n]{{1,220}}, got {ONE_LINE}$"):
        door(NO_ARRAYS[kind])


SIZES = {
    "an array": np.array([2, 3]),
    "a list": [2, 3],
    "a tuple": (2, 3),
    "integers of NumPy": (np.int32(2), np.uint8(3)),
    "a range": range(2, 4),
}


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_a_size_is_what_numpy_takes(size):
    np.testing.assert_array_equal(LAW.rvs(size, 1), LAW.rvs((2, 3), 1))
    np.testing.assert_array_equal(FLAT.rvs(size, 1), FLAT.rvs((2, 3), 1))
    assert LAW.rvs(np.array(4), 1).shape == LAW.rvs(np.int64(4), 1).shape == (4,)
    assert LAW.rvs(np.array([], dtype=int), 1) == LAW.rvs((), 1)


@pytest.mark.parametrize(
    "size",
    [True, False, np.True_, [True, 2], np.array([True]), 2.0, (2, 3.0), [[2, 3]], "23", {2: 3}, {2}]
    + [-1, (2, -1), np.array([2, -3]), np.array([[2]])],
)
def test_what_is_no_size_is_named(size):
    line = "^size must be an integer or a tuple of them, not negative, got "
    with pytest.raises(ValueError, match=line + ONE_LINE + "$"):
        LAW.rvs(size, 1)


@pytest.mark.parametrize("rng", ["abc", -1, 1.5, [1.5], {"a": 1}, object()])
def test_what_makes_no_generator_is_named(rng):
    line = "^rng must be what numpy.random.default_rng takes, got "
    for law in (LAW, FLAT, ELLIPTICAL, SEVERAL, SPECTRAL):
        with pytest.raises(ValueError, match=line + ONE_LINE + "$"):
            law.rvs(3, rng)


def test_the_doors_are_all_that_the_package_has():
    """Estimators by their folder; what is added there belongs in the table above."""
    assert set(members(tails, "estimate")) <= set(DOORS)
    for noise in (common, independent, isotropic):
        assert NoiseField(1.5, 1, noise).at(np.ma.array([0, 1]), 0, 2).shape == (2, 2)


NO_INDICES = {
    k: v for k, v in NO_NUMBERS.items() if k not in ("truth", "truth of NumPy", "list", "array")
}


@pytest.mark.parametrize("value", NO_INDICES.values(), ids=NO_INDICES)
def test_an_index_that_is_no_number_is_told_in_one_line_of_ours(value):
    """NumPy's are a TypeError for text, and words about shapes for rows of several lengths."""
    rule = "alpha must be a real number or an array of them"
    with pytest.raises(ValueError, match=f"^{rule}, got {ONE_LINE}$"):
        checks.check_alpha(value)


@pytest.mark.parametrize("dtype", [np.zeros((3, 3)), MASKED, [[1.0] * 9] * 9])
def test_a_type_that_is_none_is_told_in_one_line(dtype):
    with pytest.raises(ValueError, match=f"^dtype must be float64 or float32, got {ONE_LINE}$"):
        checks.check_real_type(dtype)


@pytest.mark.parametrize("check", [checks.check_finite, checks.check_not_negative])
@pytest.mark.parametrize("value", NO_NUMBERS.values(), ids=NO_NUMBERS)
def test_what_is_no_finite_number_is_named_in_one_line(check, value):
    with pytest.raises(ValueError, match=f"^p must be a real number, got {ONE_LINE}$"):
        check("p", value)


def test_numbers_may_be_asked_to_be_finite_and_not_negative():
    for value in (0, -0.0, 5e-324, 1.7e308, np.array(2)):
        checks.check_finite("p", value)
        checks.check_not_negative("p", value)
    checks.check_finite("p", -1.0)
    for value in (np.inf, -np.inf, np.nan):
        with pytest.raises(ValueError, match=f"^p must be finite, got {value}$"):
            checks.check_finite("p", value)
    for value in (-5e-324, -1, np.inf, np.nan):
        with pytest.raises(ValueError, match=f"^p must be finite and not negative, got {value}$"):
            checks.check_not_negative("p", value)


@pytest.mark.parametrize("value", [0, 1, None, "True", np.True_, [True]], ids=repr)
def test_a_truth_is_one_of_python(value):
    checks.check_truth("p", True)
    checks.check_truth("p", False)
    with pytest.raises(ValueError, match=f"^p must be True or False, got {ONE_LINE}$"):
        checks.check_truth("p", value)
