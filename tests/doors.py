"""What is asked of every door, a public callable with arguments: it takes them or says why not.

A table of doors stands in each ``test_doors_*.py``: a call that is right, and which odd values are
right all the same, parameter by parameter.  All other odd values are refused in one line that names
the parameter, what it must be and what it got.
"""

import inspect
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from types import GeneratorType, MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pytest
from public_callables import (
    AREAS,
    NOTHING_REFUSED,
    callables,
    is_protocol,
    is_result,
    name_of,
    parameters,
)


def odd_values():
    """Values that few parameters take, by their kinds; new ones each time, as some are written."""
    return {
        "text": "a",
        "bytes": b"ab",
        "texts": ["a", "b"],
        "text_array": np.array(["a", "b"]),
        "none": None,
        "nones": [None, None],
        "truth": True,
        "complex": 1j,
        "zero": 0,
        "negative": -1,
        "large": 2**70,
        "huge": 10**400,
        "nan": np.nan,
        "infinity": np.inf,
        "number_array": np.array(0.5),
        "array": np.array([0.1, 0.2]),
        "array_to_2": np.array([0.1, 2.0]),
        "three": np.array([0.5, 0.25, 0.125]),
        "equals": np.array([1.5, 1.5]),
        "list": [0.1, 0.2],
        "list_to_2": [0.1, 2.0],
        "falling": [0.5, 0.25],
        "empty": [],
        "tuple": (1, 2, 3),
        "nested": [[0.0], [1.0]],
        "ragged": [[0.1], [0.1, 0.2]],
        "eye": np.eye(2),
        "matrix": np.full((3, 7), 0.5),
        "cube": np.full((2, 2, 2), 0.5),
        "masked": np.ma.array([0.1, 0.2], mask=[False, True]),
        "dates": np.array(["2020-01-01"], dtype="datetime64[D]"),
        "dict": {"a": 0.5},
        "dict_of_1": {"a": 1},
        "object": object(),
        "function": len,
        "class": dict,
        "generator": (x for x in ()),
    }


GROUPS = {  # words for several kinds; what is an array may hold truths
    "anything": " ".join(odd_values()),
    "reals": (
        "truth zero negative nan infinity array array_to_2 three equals list list_to_2 falling"
        " empty tuple nested eye matrix cube"
    ),
    "arrays": "array array_to_2 three equals list list_to_2 falling tuple nested eye matrix cube",
    "vectors": "array array_to_2 three equals list list_to_2 falling tuple",
    "pairs": "array array_to_2 equals list list_to_2 falling",
    "shares": "array three list falling",
}
CALLED = {"function", "class"}  # in place of a function they are called, and fail in their own way
EITHER = {"number_array"}  # an array without axes is a number where its type is not asked
LINE = re.compile(r"[^\n]{1,220} must [^\n]{1,220}, got:? [^\n]{0,160}([^.\n]|\.\.\.)")


class Made:
    """What is made once, when a door first needs it: each process of a run reads all files."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self.get = cache(make)


class Door(NamedTuple):
    """A public callable, a call of it that is right, and what else is, by parameter.

    ``takes`` names kinds of odd values, or ``GROUPS`` of them; ``callback`` stands for a function
    that is called.  ``tells`` are other subjects than the parameter, a pattern of those by which a
    refusal may begin.  ``of`` is whose method it is, where that is ``Made``, as arguments may be.
    """

    call: Callable
    right: Mapping[str, Any]
    takes: Mapping[str, str] = MappingProxyType({})
    tells: Mapping[str, str] = MappingProxyType({})
    of: Made | None = None

    @property
    def name(self) -> str:
        return name_of(self.call)

    def parameters(self) -> list[str]:
        """Names of what is replaced in turn: all but further points and keywords of before."""
        given = self._given()
        further = inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD
        return [p.name for p in given if p.name in self.right or p.kind not in further]

    def _given(self) -> list[inspect.Parameter]:
        given = list(inspect.signature(self.call).parameters.values())
        return given if self.of is None else given[1:]

    def _by_place(self) -> list[str]:
        places = inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.VAR_POSITIONAL
        return [p.name for p in self._given() if p.kind in places]

    def answer(self, changed: Mapping[str, Any]) -> str:
        """Take the right arguments but for one: empty, or how it is refused."""
        arguments = {name: made(value) for name, value in {**self.right, **changed}.items()}
        owner = [] if self.of is None else [made(self.of)]
        by_place = owner + [arguments.pop(name) for name in self._by_place() if name in arguments]
        try:
            result = self.call(*by_place, **arguments)
            if isinstance(result, GeneratorType):  # which may never end
                list(islice(result, 3))
        except FileNotFoundError:
            return ""  # a path is taken as one
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        return ""


def made(value: Any) -> Any:
    """The value, made if it is not yet."""
    return value.get() if isinstance(value, Made) else value


def faults(door: Door, parameter: str) -> Iterator[str]:
    """Odd values that are taken and should not be, refused and should not be, or told unclearly."""
    words = door.takes.get(parameter, "").split()
    taken = {kind for word in words for kind in GROUPS.get(word, word).split()}
    subject = "|".join([parameter, *door.tells.get(parameter, "").split("|")]).rstrip("|")
    for kind, value in odd_values().items():
        if "callback" in words and kind in CALLED:
            continue
        answer = door.answer({parameter: value})
        if kind not in EITHER and (answer == "") != (kind in taken):
            yield f"{kind}: {answer or 'taken'}"
        elif answer and not is_clear(answer, subject):
            yield f"{kind} is told unclearly: {answer}"


def is_clear(answer: str, subject: str) -> bool:
    """Whether it is a ValueError of one line: subject must rule, got value."""
    kind, _, line = answer.partition(": ")
    told = LINE.fullmatch(line) and re.search(rf"\b(?:{subject})\b", line)
    return kind == "ValueError" and bool(told)


def asked_of(doors: Sequence[Door], area: str, no_door: Collection[str] = ()) -> tuple:
    """Three tests: each public callable has a door; what is right is taken; what is odd is told."""
    by_name = {door.name: door for door in doors}
    cases = [(name, parameter) for name in by_name for parameter in by_name[name].parameters()]

    def test_all_public_callables_have_doors():
        assert len(by_name) == len(doors)
        asked = {name for name in callables() if name.startswith(AREAS[area])}
        takers = {name for name in asked if takes_anything(name)}
        assert takers - by_name.keys() == set(no_door)
        assert by_name.keys() - asked == set()

    @pytest.mark.parametrize("name", by_name)
    def test_a_right_call_is_taken(name, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        assert by_name[name].answer({}) == ""
        said = by_name[name].takes.keys() | by_name[name].tells.keys()
        assert said - set(by_name[name].parameters()) == set()

    @pytest.mark.parametrize(("name", "parameter"), cases, ids=map(" ".join, cases))
    @pytest.mark.filterwarnings("error::RuntimeWarning")
    def test_odd_arguments_are_taken_or_told(name, parameter, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        assert list(faults(by_name[name], parameter)) == []

    return (
        test_all_public_callables_have_doors,
        test_a_right_call_is_taken,
        test_odd_arguments_are_taken_or_told,
    )


def takes_anything(name: str) -> bool:
    """Whether users give arguments to a public callable, by its name."""
    function = callables()[name]
    is_called = not is_result(function) and not is_protocol(function)
    return bool(parameters(function)) and is_called and name not in NOTHING_REFUSED
