"""The decorators of compiled code, the exact fused multiply-add, and the bits of a float.

Numba's own ``cache=True`` looks at one file only: a kernel whose callee was edited in another
file is served stale.  Here the cache is keyed by a fingerprint of everything the machine code is
made from: the bytecode of the function and of all that it calls, the values of the globals that
it freezes, and its options.  So an edit anywhere recompiles what depends on it and nothing else.
Where no folder can be written, code is compiled in memory.
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from enum import EnumType
from functools import cached_property, partial
from types import CodeType, FunctionType, ModuleType
from typing import Any

import llvmlite.ir as ir
import numpy as np
from numba import types
from numba.core import caching
from numba.core.cgutils import get_or_insert_function
from numba.core.registry import CPUDispatcher
from numba.extending import intrinsic

from .dispatchers import Kernel


def jit(function: Callable | None = None, **options: Any) -> Any:
    """Compile ``function`` with IEEE semantics (division by zero gives inf) and keep the result.

    Parameters
    ----------
    function : callable, optional
        Without it, a decorator with these options is returned.
    **options
        Passed to ``numba.njit``; never ``fastmath``, which would let the compiler choose bits.
        And two of ours.  ``alone`` is for a loop that LLVM shall optimise before its callers take
        it over.  ``interpretable`` says that the text means the same in Python, to the bit, so
        that small work need not be compiled (``dispatchers``); by default that of this package.

    Returns
    -------
    CPUDispatcher
        Compiled on first call, once for each signature, machine and fingerprint.

    Raises
    ------
    ValueError
        If ``fastmath`` or ``cache`` is asked for.

    Examples
    --------
    >>> @jit
    ... def ratio(a, b):
    ...     return a / b
    >>> ratio(1.0, 0.0)
    inf

    """
    if options.keys() & {"fastmath", "cache"}:
        raise ValueError(f"fastmath and cache are not for the caller, got {sorted(options)}")
    if function is None:
        return lambda decorated: jit(decorated, **options)
    alone = options.pop("alone", False)
    interpretable = options.pop("interpretable", function.__module__.startswith("stablenoise."))
    options |= {"nopython": True, "boundscheck": None, "error_model": "numpy"}
    dispatcher = Kernel(function, options, interpretable, alone)
    dispatcher._cache = _Cache(dispatcher)  # type: ignore[attr-defined]
    return dispatcher


scalar = partial(jit, forceinline=True)
"""A function of a few numbers: LLVM inlines it always, so that the loop around it is vectorised."""


@intrinsic
def bits(_, x):
    """Bits of a float64 as an int64, or of a float32 as an int32."""
    integer = types.int64 if x == types.float64 else types.int32

    def emit(context, builder, signature, args):
        return builder.bitcast(args[0], context.get_value_type(integer))

    return integer(x), emit


@intrinsic
def from_bits(_, i):
    """Return the float64 of an int64's bits, or the float32 of an int32's."""
    real = types.float64 if i == types.int64 else types.float32

    def emit(context, builder, signature, args):
        return builder.bitcast(args[0], context.get_value_type(real))

    return real(i), emit


@intrinsic
def fma(_, a, b, c):
    """Return a * b + c rounded once: float64 or float32, as IEEE 754 defines it."""
    signature = a(a, a, a)

    def emit(context, builder, signature, args):
        number = args[0].type
        name = "llvm.fma.f64" if isinstance(number, ir.DoubleType) else "llvm.fma.f32"
        callee = get_or_insert_function(builder.module, ir.FunctionType(number, [number] * 3), name)
        return builder.call(callee, args)

    return signature, emit


def fingerprint(dispatcher: CPUDispatcher) -> str:
    """Hash of all that the machine code of ``dispatcher`` is made from, but for types and machine.

    A value that has no stable spelling (an open file, say) changes it from run to run: such a
    function is compiled each time, never served stale.
    """
    digest = hashlib.sha256()
    for part in _parts(dispatcher, []):
        digest.update(part.encode() + b"\0")
    return digest.hexdigest()[:32]


def _parts(value: Any, seen: list[int]) -> Iterator[str]:
    """Spell out ``value`` as a compiler freezes it, following calls."""
    if id(value) in seen:
        yield f"part {seen.index(id(value))} again"
    elif isinstance(value, CPUDispatcher):
        seen.append(id(value))
        yield f"{sorted(value.targetoptions.items())} {getattr(value, 'alone', False)}"
        yield from _parts(value.py_func, seen)
    elif isinstance(value, FunctionType):
        seen.append(id(value))
        yield value.__module__  # which the machine code imports when it is loaded
        yield from _parts(value.__defaults__, seen)
        yield from _code_parts(value.__code__, _scope(value), seen)
    elif isinstance(value, np.ndarray):
        yield f"{value.dtype} {value.shape} {hashlib.sha256(value.tobytes()).hexdigest()}"
    elif isinstance(value, tuple):
        for item in value:
            yield from _parts(item, seen)
    elif hasattr(value, "_defn"):  # an intrinsic: code that emits code
        yield from _parts(value._defn, seen)
    elif isinstance(value, ModuleType):
        yield value.__name__
    elif hasattr(value, "__qualname__"):
        yield f"{value.__module__}.{value.__qualname__} {getattr(value, '_fields', '')}"
    else:
        yield f"{type(value)} {value!r}"


def _scope(function: FunctionType) -> dict[str, Any]:
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    return function.__globals__ | {name: cell.cell_contents for name, cell in cells}


def _code_parts(code: CodeType, scope: dict[str, Any], seen: list[int]) -> Iterator[str]:
    """Spell out bytecode, constants and the meaning of names, attributes of modules included."""
    yield f"{code.co_code.hex()} {code.co_varnames} {code.co_names} {code.co_freevars}"
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _code_parts(constant, scope, seen)
        else:
            yield repr(constant)
    known = [scope[name] for name in code.co_names + code.co_freevars if name in scope]
    for value in known:
        yield from _parts(value, seen)
        if isinstance(value, ModuleType | EnumType):
            for name in code.co_names:
                yield from _parts(getattr(value, name, None), seen)


class _Cache(caching.NullCache):
    """Cache of one dispatcher, opened at its first compilation: only then are all globals there."""

    def __init__(self, dispatcher: CPUDispatcher) -> None:
        self._dispatcher = dispatcher

    @cached_property
    def _store(self) -> caching._Cache:
        try:
            return _Store(self._dispatcher)
        except RuntimeError:  # Numba found no folder that can be written
            return caching.NullCache()

    @property
    def cache_path(self) -> str | None:
        return self._store.cache_path

    def has(self, types: tuple, target: Any) -> bool:
        """Whether machine code for these types is there."""
        store = self._store
        return isinstance(store, _Store) and store.has(types, target)

    def load_overload(self, signature: Any, target: Any) -> Any:
        return self._store.load_overload(signature, target)

    def save_overload(self, signature: Any, result: Any) -> None:
        with suppress(OSError):  # a full disk costs a compilation next time, not this run
            self._store.save_overload(signature, result)


class _Files:
    """Numba's index and data, in files of its own for each key.

    Numba numbers the data files of a function as it finds them, so that two processes that fill
    an empty cache at once may give one number to two signatures, and one is served the other's.
    """

    def __init__(self, folder: str, name: str, stamp: str) -> None:
        self._folder, self._name, self._stamp = folder, name, stamp

    def _of(self, key: tuple) -> caching.IndexDataCacheFile:
        digest = hashlib.sha256(repr(key).encode()).hexdigest()[:16]
        return caching.IndexDataCacheFile(self._folder, f"{self._name}-{digest}", self._stamp)

    def has(self, key: tuple) -> bool:
        return os.path.exists(self._of(key)._index_path)

    def load(self, key: tuple) -> Any:
        """What was saved, or None: also if its bytes are damaged, which are taken away."""
        files = self._of(key)
        try:
            return files.load(key)
        except OSError:
            raise
        except Exception:  # unpickling damaged bytes may raise anything
            with suppress(OSError):  # another process was first, or the folder may not be written
                os.remove(files._index_path)
            return None

    def save(self, key: tuple, data: Any) -> None:
        self._of(key).save(key, data)


class _Store(caching.FunctionCache):
    """Numba's file cache, under a name that carries the fingerprint."""

    def __init__(self, dispatcher: CPUDispatcher) -> None:
        super().__init__(dispatcher.py_func)
        stamp = fingerprint(dispatcher)
        line = self._impl.locator.get_disambiguator()  # a line inserted above changes nothing
        name = self._impl.filename_base.replace(f"-{line}.", f"-{stamp}.")
        self._cache_file = _Files(self._cache_path, name, stamp)

    def has(self, types: tuple, target: Any) -> bool:
        return self._cache_file.has(self._index_key(types, target.codegen()))

    def _index_key(self, signature: Any, codegen: Any) -> tuple:
        return signature, tuple(_fields(signature)), codegen.magic_tuple()


def _fields(kind: Any) -> Iterator[tuple[str, ...]]:
    """Fields of named tuples among types: code that reads one by name has its order."""
    yield getattr(kind, "fields", ())
    items = kind if isinstance(kind, tuple) else getattr(kind, "types", ())
    for item in items:
        yield from _fields(item)
