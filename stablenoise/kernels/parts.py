"""Functions that Numba compiles as parts of others, without what only Python needs of them.

Numba makes three things of each function that a kernel calls: code that the kernel takes over, a
wrapper for Python, and machine code of its own.  The density calls some 90 functions, of which
Python calls one.  Here a callee is typed and becomes LLVM's text, and that is all: the kernel is
compiled twice as fast, to the same code.
"""

import weakref
from typing import Any, NamedTuple

from numba.core import compiler, typing
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler_lock import global_compiler_lock
from numba.core.registry import CPUDispatcher


class _Part(NamedTuple):
    """A function compiled for one list of types: the name that lowering knows it by, and itself."""

    key: object
    result: Any


class _Text(JITCodeLibrary):
    """LLVM's text of a callee, simplified function by function, never made into machine code."""

    def _optimize_final_module(self) -> None:
        """Leave it to the kernel, whose module holds all of its callees."""

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True


class Kernel(CPUDispatcher):
    """A dispatcher that is compiled in full when Python calls it, and as a part for its callers."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._parts: dict[tuple, _Part] = {}
        weakref.finalize(self, _forget, self.targetctx, self._parts).atexit = False

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
        result = compiler.compile_extra(
            self.typingctx, self.targetctx, self.py_func, types, None, flags, self.locals, library
        )
        part = _Part(object(), result)
        self.targetctx.insert_user_function(part.key, result.fndesc, [library])
        return part


def _forget(context: Any, parts: dict[tuple, _Part]) -> None:
    """Let the compiler's tables lose the parts of a dispatcher that is gone."""
    for part in parts.values():
        context.remove_user_function(part.key)
