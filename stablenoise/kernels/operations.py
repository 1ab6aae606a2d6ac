"""What compiled code calls, for Python too: the fused multiply-add and the math library.

The functions of Python's ``math`` are not those of compiled code: they raise where IEEE has an
infinity, and some (``lgamma``, ``hypot``) have digits of their own.  These here are LLVM's own,
compiled in some 30 ms, without Numba.
"""

import ctypes
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

import llvmlite.binding as llvm
import llvmlite.ir as ir
import numpy as np
from numba import _helperlib
from numba.core import cgutils

DOUBLE, SINGLE, INTEGER = ir.DoubleType(), ir.FloatType(), ir.IntType(64)
CALLED = {  # what Numba has compiled code call for a function of ``math``
    **{name: f"llvm.{name}.f64" for name in ("exp", "log", "sin", "cos")},
    **{name: name for name in ("log1p", "expm1", "erf", "erfc", "tan", "sinh", "cosh", "asinh")},
    "sqrt": "llvm.sqrt.f64",
    "lgamma": "lgamma",
    "gamma": "numba_gamma",
    "atan2": "atan2",
    "copysign": "llvm.copysign.f64",
    "hypot": "_hypot" if sys.platform == "win32" else "hypot",
}
TWO = "atan2", "copysign", "hypot"  # are functions of two numbers


def _emit(module: ir.Module, name: str, called: str, signature: ir.FunctionType) -> None:
    """Write a function that is another one."""
    callee = cgutils.get_or_insert_function(module, signature, called)
    function = ir.Function(module, signature, f"python_{name}")
    builder = ir.IRBuilder(function.append_basic_block())
    builder.ret(builder.call(callee, function.args))


def _emit_loop(module: ir.Module, name: str, called: str, real: ir.Type) -> None:
    """Write a loop of fma: of the three arrays, each number or the first again and again."""
    pointer = ir.PointerType(real)
    signature = ir.FunctionType(ir.VoidType(), [INTEGER, pointer, *[pointer, INTEGER] * 3])
    function = ir.Function(module, signature, f"python_{name}")
    callee = cgutils.get_or_insert_function(module, ir.FunctionType(real, [real] * 3), called)
    builder = ir.IRBuilder(function.append_basic_block())
    n, out, *rest = function.args
    with cgutils.for_range(builder, n) as loop:
        values = [
            builder.load(builder.gep(array, [builder.mul(loop.index, stride)]))
            for array, stride in zip(rest[::2], rest[1::2], strict=True)
        ]
        builder.store(builder.call(callee, values), builder.gep(out, [loop.index]))
    builder.ret_void()


def _text() -> str:
    module = ir.Module("operations")
    for name, called in CALLED.items():
        reals = [DOUBLE] * (2 if name in TWO else 1)
        _emit(module, name, called, ir.FunctionType(DOUBLE, reals))
    for real, name in ((DOUBLE, "f64"), (SINGLE, "f32")):
        called = f"llvm.fma.{name}"
        _emit(module, f"fma_{name}", called, ir.FunctionType(real, [real] * 3))
        _emit_loop(module, f"fmas_{name}", called, real)
    return str(module)


@cache
def _engine() -> Any:
    """The compiled functions."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    helpers: dict[str, int] = vars(_helperlib)["c_helpers"]
    llvm.add_symbol("numba_gamma", helpers["gamma"])
    features = llvm.get_host_cpu_features().flatten()
    target = llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=features, opt=1, jit=True
    )
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(_text()), target)
    engine.finalize_object()
    return engine


@cache
def _function(name: str, result: Any, *arguments: Any) -> Callable:
    """One of them, as Python calls it."""
    address = _engine().get_function_address(f"python_{name}")
    return ctypes.CFUNCTYPE(result, *arguments)(address)


def of_numbers(name: str) -> Callable:
    """A function of ``math`` as compiled code has it, of numbers."""
    reals = [ctypes.c_double] * (2 if name in TWO else 1)
    return _function(name, ctypes.c_double, *reals)


def fma(name: str) -> Callable:
    """Return a b + c rounded once, of numbers: ``double`` or ``single``."""
    if name == "double":
        return _function("fma_f64", ctypes.c_double, *[ctypes.c_double] * 3)
    return _function("fma_f32", ctypes.c_float, *[ctypes.c_float] * 3)


@cache
def _loop_of_fma(kind: type) -> Callable:
    name = "fmas_f64" if kind is np.float64 else "fmas_f32"
    array = [ctypes.c_void_p, ctypes.c_int64]
    return _function(name, None, ctypes.c_int64, ctypes.c_void_p, *array * 3)


def fma_of_arrays(a: Any, b: Any, c: Any) -> np.ndarray:
    """Return a b + c of numbers and arrays of one type and shape, at least one of them an array."""
    known = next(x for x in (a, b, c) if isinstance(x, np.ndarray))
    out, kind = np.empty(known.shape, known.dtype), known.dtype
    first, second, third = _numbers(a, kind), _numbers(b, kind), _numbers(c, kind)
    steps = bool(first.ndim), bool(second.ndim), bool(third.ndim)
    _loop_of_fma(kind.type)(
        out.size, _address(out), _address(first), steps[0], _address(second), steps[1],
        _address(third), steps[2],
    )  # fmt: skip
    return out


def _numbers(x: Any, kind: np.dtype) -> np.ndarray:
    """What the loop reads: numbers side by side, or one, of no dimension."""
    return np.ascontiguousarray(x) if isinstance(x, np.ndarray) else np.array(x, kind)


def _address(x: np.ndarray) -> int:
    return x.__array_interface__["data"][0]
