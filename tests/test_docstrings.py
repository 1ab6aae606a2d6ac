"""What is public among the laws says what it takes, what it gives, and shows it."""

import doctest
import inspect
import re

import pytest

from stablenoise import Estimate, Stable, law
from stablenoise.law import table
from stablenoise.multivariate import DiscreteSpectral, Elliptical, Independent, Isotropic
from stablenoise.random_variable import StableVariable

CLASSES = [Stable, Isotropic, Elliptical, Independent, DiscreteSpectral, Estimate, StableVariable]
FUNCTIONS = {
    **{f"law.{name}": getattr(law, name) for name in law.__all__ if name != "table"},
    "table.logpdf": table.logpdf,
    "table.score": table.score,
}
METHODS = {
    f"{cls.__name__}.{name}": member
    for cls in CLASSES
    for name, member in inspect.getmembers(cls)
    if not name.startswith("_") and (callable(member) or isinstance(member, property))
}
PUBLIC = FUNCTIONS | METHODS


def parameters_of(member):
    """Names of the arguments; of methods but for the first."""
    function = member.fget if isinstance(member, property) else member
    names = list(inspect.signature(function).parameters)
    return [name for name in names if name not in ("self", "points")]


def parameters_told(text):
    """Names in the section of parameters."""
    section = re.search(r"^Parameters\n-+\n(.*?)(?:\n\n|\Z)", text, re.DOTALL | re.MULTILINE)
    heads = re.findall(r"^(\w.*?) :", section[1], re.MULTILINE) if section else []
    return [name for head in heads for name in head.split(", ")]


def faults_of(member):
    """What is missing of a docstring."""
    text = inspect.getdoc(member) or ""
    sections = re.findall(r"^([A-Z][\w ]+)\n-+$", text, re.MULTILINE)
    takes = bool(parameters_of(member))
    wanted = ["Parameters"] * takes + ["Returns"] + ["Raises"] * takes + ["Examples"]
    faults = [section for section in wanted if section not in sections]
    untold = set(parameters_of(member)) - set(parameters_told(text))
    faults += [f"parameter {name}" for name in sorted(untold)]
    examples = doctest.DocTestParser().get_examples(text)
    return faults if any(example.want for example in examples) else [*faults, "a result"]


@pytest.mark.parametrize("name", PUBLIC)
def test_it_says_what_it_takes_what_it_gives_and_shows_it(name):
    assert faults_of(PUBLIC[name]) == []


def test_what_is_missing_is_seen():
    def bare(x):
        """Nothing."""

    assert faults_of(bare) == [
        *("Parameters", "Returns", "Raises", "Examples"),
        *("parameter x", "a result"),
    ]
    assert len(FUNCTIONS) > 20 and len(METHODS) > 50


@pytest.mark.parametrize("name", PUBLIC)
def test_its_signature_fits_two_lines_of_help(name):
    """Types by their names: ``ArrayLike`` spelled out takes five lines for each argument."""
    member = PUBLIC[name]
    function = member.fget if isinstance(member, property) else member
    assert len(str(inspect.signature(function))) < 200


LAWS = {
    "Stable(alpha=1.5, beta=0.0, scale=1.0, loc=0.0)": Stable(1.5),
    "Stable(alpha=[1.2, 1.8], beta=0.0, scale=1.0, loc=0.0)": Stable([1.2, 1.8]),
    "Isotropic(alpha=1.5, dim=3, scale=1.0, loc=0.0)": Isotropic(1.5, 3),
    "Elliptical(alpha=1.5, shape_matrix=[[2.0, 1.0], [1.0, 2.0]], loc=0.0)": Elliptical(
        1.5, [[2.0, 1.0], [1.0, 2.0]]
    ),
    "Independent(alpha=1.5, dim=2, scale=[1.0, 3.0], loc=0.0, beta=0.0)": None,
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
