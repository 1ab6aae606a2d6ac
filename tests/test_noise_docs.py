"""Noises, paths, tails, data sets and layers say what they take, give and refuse, and show it."""

import inspect
import re

import pytest
from noise_callables import callables, parameters

CALLABLES = dict(callables())
each_callable = pytest.mark.parametrize("name", CALLABLES)
NEVER = {  # what has nothing to refuse: what is asked of it is said to be checked before
    "data.datasets.Dataset",
    "kernels.addresses.address",
    "kernels.addresses.over_addresses",
    "kernels.arrays.array_module",
    "kernels.threads.in_threads",
}


def sections(function):
    """Titles of the sections of a docstring."""
    return re.findall(r"^(\w+)\n-+$", inspect.getdoc(function) or "", re.M)


@each_callable
def test_what_is_taken_and_given_is_said(name):
    function = CALLABLES[name]
    said = sections(function)
    assert ("Parameters" in said) == bool(parameters(function))
    if not inspect.isclass(function):
        given = inspect.signature(function).return_annotation
        assert given is not inspect.Signature.empty
        assert "-> Any:" not in inspect.getsource(function)
        assert ("Returns" in said) == (given not in (None, "None"))


@each_callable
def test_each_parameter_is_described(name):
    function = CALLABLES[name]
    text = inspect.getdoc(function)
    if "Parameters" in sections(function):
        text = text.partition("Parameters\n")[2].partition("\n\n")[0]
        heads = re.findall(r"^(\*{0,2}\w[^:\n]*)(?: :.*)?$", text, re.M)
        described = {name.strip(" *") for head in heads for name in head.split(",")}
        assert described == set(parameters(function))


@each_callable
def test_what_is_refused_is_said(name):
    function = CALLABLES[name]
    asks = bool(parameters(function)) and name not in NEVER
    assert ("Raises" in sections(function)) == asks


@each_callable
def test_an_example_shows_it(name):
    """Run with the other doctests."""
    function = CALLABLES[name]
    assert "Examples" in sections(function)
    assert ">>> " in inspect.getdoc(function)


@each_callable
def test_the_first_line_is_a_sentence(name):
    first = inspect.getdoc(CALLABLES[name]).splitlines()[0]
    assert first.endswith(".") and not first.startswith("Of ")


def test_the_walk_finds_them():
    some = {"field.NoiseField.at", "path.StablePath.__call__", "tails.hill.estimate"}
    assert len(CALLABLES) > 45 and some <= CALLABLES.keys()
