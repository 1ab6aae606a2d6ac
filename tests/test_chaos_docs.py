"""Every public callable of chaos says what it takes, gives and refuses, and shows it."""

import inspect
import re
from importlib import import_module

import pytest
from chaos_callables import INTERNAL, callables, is_protocol, is_result, modules, parameters

CALLABLES = dict(callables())
each_callable = pytest.mark.parametrize("name", CALLABLES)


def sections(function):
    """Titles of the sections of a docstring."""
    return re.findall(r"^(\w+)\n-+$", inspect.getdoc(function) or "", re.M)


@each_callable
def test_what_is_taken_and_given_is_said(name):
    function = CALLABLES[name]
    said, is_class = sections(function), inspect.isclass(function)
    taken = [] if is_protocol(function) and is_class else parameters(function)
    assert ("Parameters" in said) == bool(taken)
    if not is_class:
        given = inspect.signature(function).return_annotation
        assert given is not inspect.Signature.empty
        assert "-> Any:" not in inspect.getsource(function)
        assert bool({"Returns", "Yields"} & set(said)) == (given is not None)


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
    """All that takes an argument looks at it."""
    function = CALLABLES[name]
    if parameters(function) and not is_result(function) and not is_protocol(function):
        assert "Raises" in sections(function)


@each_callable
def test_an_example_shows_it(name):
    """Run with the other doctests."""
    function = CALLABLES[name]
    if inspect.isclass(function) or not is_protocol(function):
        assert "Examples" in sections(function)
        assert ">>> " in inspect.getdoc(function)


def test_modules_are_public_or_internal():
    """Public ones say their names."""
    assert len(CALLABLES) > 80
    for name in modules():
        assert import_module(name).__all__
    for name in INTERNAL:
        assert not hasattr(import_module(name), "__all__")
