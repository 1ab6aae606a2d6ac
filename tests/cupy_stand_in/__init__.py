"""A stand-in for CuPy: arrays on "the device" that are the host's, and kernels that it runs.

It is put where ``import cupy`` finds it by ``tests/array_libraries.py``.  What it refuses, and
where it differs from CuPy 14, is written in ``DIFFERENCES.md`` beside this file; tested by
``tests/test_cupy_stand_in.py``.
"""

import numpy as _numpy

from . import cuda, functions, linalg, random
from .arrays import ndarray
from .cuda import get_default_memory_pool
from .kernels import RawKernel

__all__ = ["RawKernel", "cuda", "get_default_memory_pool", "linalg", "ndarray"]
__all__ += ["random"]
__version__ = "14.2.0+stand.in"
OF_NUMPY = """bool_ complex64 complex128 complexfloating dtype e euler_gamma exceptions finfo
    float16 float32 float64 floating generic iinfo inexact inf int8 int16 int32 int64 integer intp
    nan newaxis number pi signedinteger uint8 uint16 uint32 uint64 unsignedinteger""".split()
globals().update({name: getattr(_numpy, name) for name in OF_NUMPY})
globals().update({name: getattr(functions, name) for name in functions.names()})
