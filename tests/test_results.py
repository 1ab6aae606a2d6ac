"""A result prints as one line and gives its numbers as a dict that JSON can hold."""

import json
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import NamedTuple

import numpy as np
import pytest

from stablenoise import Estimate, Stable
from stablenoise.multivariate import DiscreteSpectral, Elliptical, Independent, Isotropic
from stablenoise.results import Result, as_plain, brief


class Pair(NamedTuple):
    low: float
    high: float


class Kind(Enum):
    FIRST = 1


class Word(StrEnum):
    FIRST = "first"


@dataclass(frozen=True, slots=True, repr=False)
class Inner(Result):
    weights: tuple
    seed: int = 3


@dataclass(frozen=True, slots=True, repr=False)
class Outer(Result):
    inner: Inner
    payload: bytes
    named: dict


LARGE = np.zeros((200, 300))


def test_repr_is_one_short_line():
    result = Outer(Inner((LARGE, LARGE.T)), bytes(1000), {f"layer {i}": LARGE for i in range(50)})
    assert repr(result) == (
        "Outer(inner=Inner(weights=(<float64 of shape (200, 300)>, <float64 of shape (300, 200)>), "
        "seed=3), payload=<1,000 bytes>, named=<dict of 50>)"
    )


def test_to_dict_is_what_json_holds():
    result = Outer(Inner((np.arange(2.0),), np.int64(4)), b"\x0f", {1: Pair(0.5, 1.5)})
    assert result.to_dict() == {
        "inner": {"weights": [[0.0, 1.0]], "seed": 4},
        "payload": "0f",
        "named": {"1": {"low": 0.5, "high": 1.5}},
    }
    assert json.loads(json.dumps(result.to_dict(), allow_nan=False)) == result.to_dict()


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (1 + 2j, [1.0, 2.0]),
        (np.array([[1j, 2.0]]), [[[0.0, 1.0], [2.0, 0.0]]]),
        (Kind.FIRST, "FIRST"),
        (Word.FIRST, "first"),
        (json, "json"),
        (json.dumps, "dumps"),
        (None, None),
        ([True], [True]),
    ],
)
def test_what_is_no_number_is_named(value, plain):
    seen = as_plain(value)
    assert seen == plain and type(seen) is type(plain)


def test_short_values_are_shown_as_they_are():
    assert brief((1, 2)) == "(1, 2)"
    assert brief((1,)) == "(1,)"
    assert brief([np.float64(0.5)]) == "[0.5]"
    assert brief(b"ab") == "b'ab'"
    assert brief("x" * 200) == repr("x" * 200)


LAWS = {
    "Stable(alpha=1.5, beta=0.0, scale=1.0, loc=0.0)": Stable(1.5),
    "Stable(alpha=[1.2, 1.8], beta=0.0, scale=1.0, loc=0.0)": Stable([1.2, 1.8]),
    "Isotropic(alpha=1.5, dim=3, scale=1.0, loc=0.0)": Isotropic(1.5, 3),
    "Elliptical(alpha=1.5, shape_matrix=[[2.0, 1.0], [1.0, 2.0]], loc=0.0)": Elliptical(
        1.5, [[2.0, 1.0], [1.0, 2.0]]
    ),
    "Independent(alpha=1.5, dim=2, scale=[1.0, 3.0], loc=0.0, beta=0.0)": (
        Independent(1.5, 2, [1.0, 3.0])
    ),
    "DiscreteSpectral(alpha=1.5, directions=[[1.0, 0.0]], weights=[2.0], loc=0.0)": (
        DiscreteSpectral(1.5, [[1.0, 0.0]], [2.0])
    ),
    "Estimate(value=1.5, stderr=0.1, n=400, dof=9.0, inverse=False)": Estimate(1.5, 0.1, 400, 9),
}


@pytest.mark.parametrize("text", LAWS)
def test_a_law_is_shown_on_one_line_that_can_be_pasted(text):
    pasted = eval(text)
    assert repr(pasted) == text or "loc=[" in repr(pasted)
    assert LAWS[text] is None or pasted == LAWS[text]


@pytest.mark.parametrize(
    "value", [np.inf, -np.inf, np.nan, np.float32("inf"), np.longdouble("inf")]
)
def test_what_json_does_not_have_is_none(value):
    assert as_plain(value) is None
    assert as_plain(np.array([[1.0, value]])) == [[1.0, None]]
    assert as_plain(np.array([value + 1j])) in ([[None, 1.0]], [[None, None]])
    text = json.dumps(Estimate(1.5, 0.1, 3).to_dict(), allow_nan=False)
    assert json.loads(text)["dof"] is None
