"""Where an array lives decides where the work is done; there is no device flag."""

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import wraps
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy

GRID = 1 << 16  # blocks of 256 CUDA threads; what is beyond them is reached by striding
Array = Any  # an ndarray of NumPy or of CuPy: the two share no base class
if TYPE_CHECKING:  # what comes back is an array to a type checker: no type tells the shapes
    Real = numpy.ndarray[Any, numpy.dtype[numpy.float64]]
    Complex = numpy.ndarray[Any, numpy.dtype[numpy.complex128]]
else:
    Real = float | numpy.ndarray  # a number for numbers, else an array
    Complex = complex | numpy.ndarray


def array_module(*arrays: Array) -> ModuleType:
    """Return numpy, or cupy if any of the arrays is on the GPU.

    Parameters
    ----------
    *arrays : Any
        Of what is no array of CuPy, numpy is said.

    Returns
    -------
    module

    Examples
    --------
    >>> array_module(numpy.zeros(3)).__name__
    'numpy'

    """
    cupy = sys.modules.get("cupy")  # no array can come from a library never imported
    if cupy and any(isinstance(a, cupy.ndarray) for a in arrays):
        return cupy
    return numpy


def on_host(array: Array) -> numpy.ndarray:
    """The array where NumPy has it: itself, or a copy of one on the GPU."""
    return array if array_module(array) is numpy else array.get()


def cupy_or_none() -> ModuleType | None:
    """CuPy where it can be imported."""
    try:
        import cupy
    except ImportError:
        return None
    return cupy


def where(array: Array) -> AbstractContextManager:
    """Context in which the device of an array is the one that works."""
    return nullcontext() if array_module(array) is numpy else array.device


def wait_for(array: Array) -> None:
    """Return when the device of an array has done all that it was told to do."""
    if array_module(array) is not numpy:
        array.device.synchronize()


def by_host(function: Callable) -> Callable:
    """Let a function of NumPy take arrays on a device: they travel, and what it gives goes back.

    It goes to where the first argument lives; other arrays may be on either side.
    """

    @wraps(function)
    def where_it_lives(first: Array, *others: Any) -> Any:
        xp = array_module(first)
        if xp is numpy:
            return function(first, *others)
        given = function(first.get(), *(on_host(x) for x in others))
        return tuple(map(xp.asarray, given)) if isinstance(given, tuple) else xp.asarray(given)

    return where_it_lives


def compile_cuda(text: str, name: str) -> Any:
    """CuPy kernel ``name`` of a CUDA text, with no contraction that the text does not write."""
    import cupy

    return cupy.RawKernel(text, name, options=("--std=c++17", "--fmad=false"))
