"""Doors of the laws: what is no number is told in one line, by functions and by classes.

Out of its range a parameter gives NaN in ``law``, where ``Stable`` raises: two faces, one engine.
Text, None and objects are refused by both.
"""

import inspect

import numpy as np
import pytest
from doors import Door, asked_of, takes_anything
from public_callables import AREAS, callables

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
    "points": 0.5,
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
    "Moments": Stable(1.5, 0.25),
    "Probabilities": Stable(1.5, 0.25),
    "Isotropic": Isotropic(1.5, 2),
    "Elliptical": Elliptical(1.5, np.eye(2)),
    "Independent": Independent(1.5, 2),
    "DiscreteSpectral": DiscreteSpectral(1.5, np.eye(2), [1.0, 2.0]),
    "Estimate": Estimate(1.5, 0.1, 5),
    "StableVariable": StableVariable(),
}
OF_VECTORS = "Isotropic.pdf", "Isotropic.logpdf", "Elliptical.pdf", "Elliptical.logpdf"
WITHOUT_POINTS = "median", "mode", "entropy"  # SciPy gives them none


def bound(name):
    """A public callable of the laws, of an owner where it is a method."""
    function = callables()[name]
    owner, dot, method = function.__qualname__.partition(".")
    return getattr(OWNERS[owner], method) if dot else function


def good(name, function):
    """Arguments by their names: a law's parameters are the same everywhere."""
    given = {n: GOOD[n] for n in inspect.signature(function).parameters if n in GOOD}
    if name.endswith(".Stable.fit"):
        given["x"] = np.arange(12.0) ** 2
    if name.endswith(OF_VECTORS):
        given["x"] = [0.5, 0.5]
    if name.endswith(WITHOUT_POINTS):
        given.pop("points", None)
    return given


TAKES = {
    **dict.fromkeys(("x", "t", "q", "p", "r", "points", "level"), "reals"),
    **dict.fromkeys(("alpha", "beta", "scale", "loc"), "reals"),
    "replicates": "arrays",
    "u": "pairs eye cube",
    "order": "zero",
    "dtype": "none",
    "shape_matrix": "eye",
    "directions": "eye",
    "weights": "pairs",
    "size": "none zero empty tuple",
    "shape": "none zero empty tuple",
    "out": "none array array_to_2 three equals eye matrix cube",
    "rng": "none truth zero large huge empty tuple",  # as NumPy's generators take seeds
}
NUMBERS = dict.fromkeys(("alpha", "beta", "scale", "loc"), "zero negative nan infinity")
OF_ONE_LAW = {
    "alpha": "pairs three empty matrix cube",
    "beta": "shares zero negative empty nested eye matrix cube",
    "loc": "arrays zero negative empty",
    "scale": "vectors empty matrix cube",
}
VECTORS = {"x": "pairs eye cube"}
EXCEPTIONS = {  # by the end of a name: one number, a vector, or a parameter out of range refused
    ".estimate.Estimate": {
        "dof": "infinity",
        "inverse": "truth",
        "interval": "none function class",
        "value": "zero negative",
        "stderr": "zero",
    },
    ".Estimate.conf_int": {"level": ""},
    ".fisher_information": {"alpha": "", "beta": "zero"},
    "table.logpdf": NUMBERS,
    "table.score": NUMBERS,
    ".Stable": OF_ONE_LAW,
    ".Stable.from_s1": OF_ONE_LAW,
    ".Isotropic": {"alpha": "", "scale": "", "loc": "pairs zero negative"},
    ".Elliptical": {"alpha": "", "loc": "pairs zero negative"},
    ".Independent": {
        "alpha": "pairs",
        "beta": "zero negative array list falling",
        "loc": "pairs zero negative",
        "scale": "pairs",
    },
    ".DiscreteSpectral": {"alpha": "", "loc": "pairs zero negative"},
    ".StableVariable.sample": {
        "alpha": "pairs truth nan",
        "beta": "truth zero negative nan array list falling",
    },
    **dict.fromkeys(OF_VECTORS, VECTORS),
    ".Stable.fit": {"x": ""},
}
TELLS = {  # what an argument does not agree with, and SciPy's names
    ".Independent": dict.fromkeys(("alpha", "beta", "scale"), "parameters"),
    ".DiscreteSpectral": {"directions": "weights"},
    ".StableVariable.sample": dict.fromkeys(("alpha", "beta", "shape"), "size|array"),
    ".rvs": {"size": "array"},
    "df": {"points": "x|q"},
}


def door(name):
    function = bound(name)
    names = Door(function, good(name, function)).parameters()
    takes = {n: TAKES[n] for n in names if n in TAKES}
    tells = {}
    for end in EXCEPTIONS:
        takes |= EXCEPTIONS[end] if name.endswith(end) else {}
    for end in TELLS:
        tells |= TELLS[end] if name.endswith(end) else {}
    return Door(function, good(name, function), takes, {n: tells[n] for n in tells if n in names})


MADE_BY_USERS = ["stablenoise.estimate.Estimate"]  # a result, and still
NAMES = [n for n in callables() if n.startswith(AREAS["laws"]) and takes_anything(n)]
NAMES += MADE_BY_USERS
DOORS = [door(name) for name in NAMES]
(
    test_all_public_callables_have_doors,
    test_a_right_call_is_taken,
    test_odd_arguments_are_taken_or_told,
) = asked_of(DOORS, "laws")
BY_NAME = {door.name: door for door in DOORS}
FUNCTIONS = [name for name in NAMES if name.startswith("stablenoise.law.")]
OUT_OF_RANGE = {
    "alpha": [0.0, -1.0, 2.5, np.nan],
    "beta": [-1.5, 1.5],
    "scale": [0.0, -1.0, np.inf],
}


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if "fisher" not in name])
def test_a_parameter_out_of_range_is_nan_in_law_and_refused_by_the_class(name):
    law = BY_NAME[name]
    for argument in OUT_OF_RANGE.keys() & set(law.parameters()):
        for value in OUT_OF_RANGE[argument]:
            assert np.isnan(law.call(**{**law.right, argument: value})).all(), (argument, value)
            with pytest.raises(ValueError, match=f"^{argument} must .*, got "):
                Stable(**{"alpha": 1.5} | {argument: value})


REAL = [
    (name, argument)
    for name, law in BY_NAME.items()
    for argument, value in law.right.items()
    if not isinstance(value, str | bool | int) and argument != "shape"
]


@pytest.mark.parametrize(("name", "argument"), REAL, ids=map(" ".join, REAL))
def test_numbers_of_all_kinds_are_taken_and_lists_are_arrays(name, argument):
    """A list, a tuple, and arrays of other types: where an array is, it may be a list."""
    law, exact = BY_NAME[name], called(BY_NAME[name], {})
    value = np.asarray(law.right[argument])
    for kind in value.tolist(), value.astype(np.float32), value.astype(np.longdouble):
        seen = called(law, {argument: kind})
        if isinstance(exact, float | np.ndarray | np.generic | tuple):
            np.testing.assert_array_equal(seen, exact)
        else:
            assert getattr(seen, "params", seen) == getattr(exact, "params", exact)


def called(law, changed):
    """What comes back for what is right, but for what is changed."""
    given = {**law.right, **changed}
    points = [given.pop("points")] if "points" in given else []
    return law.call(*points, **given)


def test_the_laws_are_asked():
    assert len(DOORS) > 65 and sum(len(door.parameters()) for door in DOORS) > 190
