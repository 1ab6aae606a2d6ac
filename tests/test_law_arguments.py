"""Every public function and method of the laws refuses what is no number in one clear line.

Out of its range a parameter gives NaN in ``law``, where ``Stable`` raises: two faces, one engine.
Text, None and objects are refused by both.
"""

import inspect
import re

import numpy as np
import pytest
from test_docstrings import FUNCTIONS, METHODS

from stablenoise import Estimate, Stable
from stablenoise.multivariate import DiscreteSpectral, Elliptical, Independent, Isotropic
from stablenoise.random_variable import StableVariable

GOOD = {
    "x": 0.5,
    "t": 0.5,
    "q": 0.5,
    "p": 0.5,
    "r": 0.5,
    "u": [0.5, 0.5],
    "level": 0.5,
    "alpha": 1.5,
    "beta": 0.25,
    "scale": 2.0,
    "loc": 0.5,
    "replicates": [1.0, 2.0],
    "order": 2,
    "kind": "raw",
    "shape": (2,),
    "dim": 2,
    "shape_matrix": np.eye(2),
    "directions": np.eye(2),
    "weights": [1.0, 2.0],
    "value": 1.5,
    "stderr": 0.125,
    "rng": 1,
    "n": 5,
    "dof": 9.0,
    "inverse": False,
}
OWNERS = {
    "Stable": Stable(1.5, 0.25),
    "Isotropic": Isotropic(1.5, 2),
    "Elliptical": Elliptical(1.5, np.eye(2)),
    "Independent": Independent(1.5, 2),
    "DiscreteSpectral": DiscreteSpectral(1.5, np.eye(2), [1.0, 2.0]),
    "Estimate": Estimate(1.5, 0.1, 5),
    "StableVariable": StableVariable(),
}
OTHERS = {"size", "rng", "dtype", "out", "shape"}  # of draws: asked in test_checks and test_stable
ONE_LINE = re.compile(r"[a-z][\w ,]* must [^\n]{1,220}, got [^\n]{1,120}(?<!\.)")
NO_NUMBERS = {
    "text": "a",
    "none": None,
    "object": object(),
    "list of text": ["a", "b"],
    "ragged": [[1.0], [1.0, 2.0]],
    "complex": 1j,
    "dict": {"a": 1.0},
    "masked": np.ma.array([1.0, 2.0], mask=[True, False]),
}


def calls():
    """Each public callable with each of its arguments in turn, the others being good."""
    callables = FUNCTIONS | {
        name: getattr(OWNERS[name.partition(".")[0]], name.partition(".")[2])
        for name in METHODS
        if callable(METHODS[name])
    }
    callables |= {name: type(owner) for name, owner in OWNERS.items()}
    for name, function in callables.items():
        names = [*inspect.signature(function).parameters]
        if name.startswith("StableVariable."):
            takes_points = not name.endswith(("median", "mode", "entropy", "moment", "sample"))
            names = ["x"] * takes_points + [n for n in names if n != "points"]
        if name.endswith((".pdf", ".logpdf")) and name.split(".")[0] in ("Isotropic", "Elliptical"):
            yield name, "x", function, {"x": [0.5, 0.5]}
            continue
        for argument in names:
            if argument not in OTHERS:
                yield name, argument, function, {n: GOOD[n] for n in names if n in GOOD}


CALLS = {f"{name} {argument}": (argument, f, good) for name, argument, f, good in calls()}
each_call = pytest.mark.parametrize("call", CALLS)


def asked(call, **changed):
    argument, function, good = CALLS[call]
    arguments = good | changed
    if call.startswith("StableVariable.") and "x" in arguments:
        return function(arguments.pop("x"), **arguments)
    return function(**arguments)


@each_call
@pytest.mark.parametrize("kind", NO_NUMBERS)
def test_what_is_no_number_is_refused_in_one_line(call, kind):
    argument = CALLS[call][0]
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - its line is looked at below
        asked(call, **{argument: NO_NUMBERS[kind]})
    assert ONE_LINE.fullmatch(str(refused.value)), str(refused.value)


@each_call
def test_what_is_good_is_taken(call):
    asked(call)


def test_all_are_asked():
    assert len(CALLS) > 150
    assert {call.partition(".")[0] for call in CALLS} >= {"law", "table", *OWNERS} - {"Estimate"}


NUMBERS = [
    call
    for call, (argument, _, _) in CALLS.items()
    if call.startswith("table.")
    and argument != "x"
    or "fisher_information" in call
    or call in ("Estimate.conf_int level", "StableVariable.moment order", "Isotropic dim")
    or call in ("Isotropic alpha", "Isotropic scale", "Elliptical alpha", "DiscreteSpectral alpha")
    or call in (f"Estimate {n}" for n in ("value", "stderr", "n", "dof", "inverse"))
]


@pytest.mark.parametrize("call", NUMBERS)
def test_an_array_or_a_list_is_no_number(call):
    for several in ([1.5, 1.5], np.array([1.5, 1.5])):
        with pytest.raises(ValueError) as refused:  # noqa: PT011
            asked(call, **{CALLS[call][0]: several})
        assert ONE_LINE.fullmatch(str(refused.value)), str(refused.value)


OUT_OF_RANGE = {
    "alpha": [0.0, -1.0, 2.5, np.nan],
    "beta": [-1.5, 1.5],
    "scale": [0.0, -1.0, np.inf],
}


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if "fisher" not in name])
def test_a_parameter_out_of_range_is_nan_in_law_and_refused_by_the_class(name):
    for argument, values in OUT_OF_RANGE.items():
        call = f"{name} {argument}"
        for value in values if call in CALLS else []:
            assert np.isnan(asked(call, **{argument: value})).all(), (argument, value)
            with pytest.raises(ValueError, match=f"^{argument} must .*, got "):
                Stable(**{"alpha": 1.5} | {argument: value})


@each_call
def test_numbers_of_all_kinds_are_taken_and_lists_are_arrays(call):
    """A list, a tuple, and arrays of other types: where an array is, it may be a list."""
    argument, _, good = CALLS[call]
    if isinstance(good[argument], str | bool | int):
        return
    value = np.asarray(good[argument])
    kinds = [value.tolist(), value.astype(np.float32), value.astype(np.longdouble)]
    exact = asked(call)
    for kind in kinds:
        seen = asked(call, **{argument: kind})
        if isinstance(exact, float | np.ndarray | np.generic | tuple):
            np.testing.assert_array_equal(seen, exact)
        else:
            assert seen == exact
