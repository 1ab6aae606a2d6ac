"""When a kernel is interpreted and when it is compiled, and that its callees are compiled once.

**Small work is interpreted.**  From an empty cache a density takes seconds to compile and
milliseconds to interpret.  A call for which there is no machine code, here or on disk, runs the
kernel's twin (``twins``), which has the same bits.  The time is added up.  When it reaches what a
compilation costs, or when the work that is left would exceed it, the kernel is compiled: whoever
computes much pays at most about twice what the better of the two would have cost.

**Callees are parts.**  Numba makes three things of each function that a kernel calls: code that the
kernel takes over, a wrapper for Python, and machine code of its own.  The density calls some 60
functions, of which Python calls one.  Here a callee is typed and becomes LLVM's text, and that is
all: the kernel is compiled in half the time, to the same code.

The environment variable ``STABLENOISE_INTERPRET`` is ``small`` by default; with ``never`` all is
compiled at once, with ``always`` nothing is, but what has no twin; with ``kept`` machine code that
is on disk is used, and what is not is interpreted.
"""

# mypy: disable-error-code="attr-defined,misc,assignment,override"
# Numba's types know its dispatchers in part only.

import math
import os
import sys
import weakref
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from time import thread_time
from typing import Any, NamedTuple

import numpy as np
from numba.core import compiler, typing
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler_lock import global_compiler_lock
from numba.core.registry import CPUDispatcher

INTERPRET = os.environ.get("STABLENOISE_INTERPRET", "small")
QUIET = bool(os.environ.get("STABLENOISE_QUIET"))
SECONDS_PER_NODE = 6e-4  # that it takes to compile a node of the syntax tree: measured, about
LONG = 3.0  # seconds of compilation of which the user is told
FIRST_PIECE = 8  # of the parts of a loop
PIECE_SECONDS = 0.05  # that a piece of interpreted work shall take


_told: list[str] = []  # why a process took long


class NoTwinError(Exception):
    """A text that cannot be interpreted."""


class _Part(NamedTuple):
    """A function compiled for some types: what lowering looks it up by, and the result."""

    key: object
    result: Any


class _Text(JITCodeLibrary):
    """LLVM's text of a callee, simplified function by function, never made into machine code."""

    alone = False

    def _optimize_final_module(self) -> None:
        """Leave it to the kernel, whose module holds all of its callees; but for loops ``alone``.

        Where its caller is long, LLVM may no longer see that a loop can be vectorised.
        """
        if self.alone:
            super()._optimize_final_module()

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True


class Kernel(CPUDispatcher):
    """A dispatcher whose small work is interpreted, and which is a part of the kernels it is in.

    ``interpretable`` tells whether its text is known to mean the same in Python.  One that is
    ``alone``, most often a loop over arrays, is optimised before its callers take it over, and
    compiled by itself, too, if an interpreted caller calls it for long.
    """

    def __init__(
        self, function: Callable, options: dict[str, Any], interpretable: bool, alone: bool
    ) -> None:
        super().__init__(function, targetoptions=options)
        self.interpretable, self.alone = interpretable, alone
        self.spent = 0.0  # seconds of interpretation
        self._absent: set[tuple] = set()  # types for which there is no machine code on disk
        self._parts: dict[tuple, _Part] = {}
        weakref.finalize(self, _forget, self.targetctx, self._parts).atexit = False

    # Interpreted or compiled.

    @cached_property
    def price(self) -> float:
        """Seconds that a compilation takes, about."""
        from .twins import size

        return SECONDS_PER_NODE * size(self)

    @property
    def is_worth_compiling(self) -> bool:
        """Whether interpretation has cost as much as a compilation would."""
        return INTERPRET not in ("always", "kept") and self.spent >= self.price

    def _compile_for_args(self, *args: Any, **kws: Any) -> Any:
        """What runs a call for whose types there is no machine code here: Numba asks for it."""
        with suppress(NoTwinError):
            if self._is_to_be_interpreted(args):
                return self._interpreted
        self._tell(args)
        return super()._compile_for_args(*args, **kws)

    def _tell(self, args: tuple) -> None:
        """Say once in a process, on stderr, why it takes long."""
        types = tuple(map(self.typeof_pyval, args))
        if QUIET or _told or self._cache.has(types, self.targetctx):
            return
        with suppress(NoTwinError):  # how long it takes is then not known
            if self.price > LONG:
                _told.append(self.__name__)
                where = self._cache.cache_path or "memory: no folder can be written"
                text = "compiling code once, some seconds; python -m stablenoise.warm makes all"
                print(f"stablenoise: {text}; kept in {where}", file=sys.stderr)

    def _is_to_be_interpreted(self, args: tuple) -> bool:
        if not self.interpretable or INTERPRET == "never":
            return False
        if INTERPRET == "always":
            return True
        types = tuple(map(self.typeof_pyval, args))
        if types not in self._absent and self._cache.has(types, self.targetctx):
            return False
        self._absent.add(types)
        return not self.is_worth_compiling

    @cached_property
    def _interpreted(self) -> Callable:
        """The twin, as Python calls it."""
        from .twins import twin

        made = twin(self)
        in_pieces = self.py_func.__code__.co_varnames[: self.py_func.__code__.co_argcount]
        call = self._in_pieces if in_pieces[-2:] == ("low", "high") else self.counted(made)

        def interpreted(*args: Any) -> Any:
            with np.errstate(all="ignore"):
                return _as_python(call(*map(_widened, args)))

        return interpreted

    def counted(self, made: Callable) -> Callable:
        """The twin, until compiled code is worth it; the time that it takes is added up."""

        def call(*args: Any) -> Any:
            if self.is_worth_compiling:
                return self(*args)
            start = thread_time()
            try:
                return made(*args)
            finally:
                self.spent += thread_time() - start

        return call

    def _in_pieces(self, *args: Any) -> Any:
        """A loop from ``low`` to ``high``, piece by piece until compiled code is worth it."""
        from .twins import twin

        *fixed, low, high = args
        piece, results = FIRST_PIECE, []
        call = self.counted(twin(self))
        while low < high:
            end = high if self.is_worth_compiling else min(high, low + piece)
            start = thread_time()
            results.append(call(*fixed, low, end))
            took = thread_time() - start
            if took * (high - end) > self.price * (end - low):  # what is left is worth it
                self.spent = math.inf
            piece *= 2 if took < PIECE_SECONDS else 1
            low = end
        return None if None in results else sum(results)

    # Parts of other kernels.

    def get_call_template(self, args: Any, kws: Any) -> tuple:
        """As Numba asks for it: the signature of a call, which is then sure to be compiled."""
        signature, args = self._compiler.fold_argument_types(args, kws)
        called = self._part(tuple(args)).result.signature
        name = self.py_func.__name__
        template = typing.make_concrete_template(f"CallTemplate({name})", name, [called])
        return template, signature, args, {}

    def get_overload(self, signature: Any) -> object:
        """What lowering looks a callee up by."""
        return self._part(tuple(getattr(signature, "args", signature))).key

    def _part(self, types: tuple) -> _Part:
        with global_compiler_lock:
            if types not in self._parts:
                self._parts[types] = self._compile_part(types)
            return self._parts[types]

    def _compile_part(self, types: tuple) -> _Part:
        flags = compiler.Flags()
        self.targetdescr.options.parse_as_flags(flags, self.targetoptions)
        flags.no_cpython_wrapper = flags.no_cfunc_wrapper = flags.no_compile = True
        library = _Text(self.targetctx.codegen(), self.py_func.__qualname__)
        library.alone = self.alone
        result = compiler.compile_extra(
            self.typingctx, self.targetctx, self.py_func, types, None, flags, self.locals, library
        )
        part = _Part(object(), result)
        self.targetctx.insert_user_function(part.key, result.fndesc, [library])
        return part


def _widened(x: Any) -> Any:
    """Arrays of small integers, which Numba computes with as with int64, and NumPy does not."""
    small = isinstance(x, np.ndarray) and x.dtype.kind in "iu" and x.dtype.itemsize < 4
    return x.astype(np.int64) if small else x


def _as_python(x: Any) -> Any:
    """Numbers as compiled code hands them out: those of Python."""
    if isinstance(x, tuple):
        items = map(_as_python, x)
        return type(x)(*items) if hasattr(x, "_fields") else tuple(items)
    return x.item() if isinstance(x, np.generic) else x


def _forget(context: Any, parts: dict[tuple, _Part]) -> None:
    """Let the compiler's tables lose the parts of a dispatcher that is gone."""
    for part in parts.values():
        context.remove_user_function(part.key)
