"""``RawKernel``: the text goes to the host's compiler, and every thread of the grid runs."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import host_compiler, memory
from .arrays import hidden, ndarray

CompileException = host_compiler.CompileError
OPTIONS = {"--std=c++17", "-std=c++17", "--fmad=false", "--fmad=true"}


class RawKernel:
    """A kernel of a CUDA text; compiled when it is first called, as CuPy does."""

    def __init__(
        self, code: str, name: str, options: tuple = (), backend: str = "nvrtc", **how: Any
    ) -> None:
        if not isinstance(options, tuple) or not all(isinstance(o, str) for o in options):
            raise TypeError(f"options must be a tuple of strings, got {options!r}")
        if unknown := set(options) - OPTIONS:
            raise NotImplementedError(f"the stand-in knows {sorted(OPTIONS)}, got {unknown}")
        if how:
            raise NotImplementedError(f"the stand-in knows no {sorted(how)}")
        self.code, self.name, self.options, self.backend = code, name, options, backend
        self._kernel: host_compiler.HostKernel | None = None

    def compile(self, log_stream: Any = None) -> None:
        """Compile now."""
        if self._kernel is None:
            contracted = "--fmad=false" not in self.options
            self._kernel = host_compiler.HostKernel(self.code, self.name, contracted)

    def __call__(
        self, grid: tuple, block: tuple, args: Any, *, shared_mem: int = 0,
        enable_cooperative_groups: bool = False, stream: Any = None,
    ) -> None:  # fmt: skip
        self.compile()
        assert self._kernel is not None
        if shared_mem or enable_cooperative_groups:
            raise NotImplementedError("the stand-in's threads run one after another")
        _check_launch(grid, block)
        host = [_argument(a) for a in args]
        self._kernel.run(grid, block, host)
        for a in args:
            if isinstance(a, ndarray):
                memory.check_ends(hidden(a))


def _check_launch(grid: Any, block: Any) -> None:
    """Refuse what the driver refuses: CUDA's limits, the same for all devices in use."""
    if not isinstance(grid, tuple) or not isinstance(block, tuple):
        raise TypeError(f"grid and block must be tuples, got {type(grid)} and {type(block)}")
    g, b = (*grid, 1, 1)[:3], (*block, 1, 1)[:3]
    threads = b[0] * b[1] * b[2]
    if not (g[0] < 2**31 and max(g[1:]) < 2**16 and threads <= 1024 and b[2] <= 64):
        raise RuntimeError(f"CUDA_ERROR_INVALID_VALUE: invalid argument, got {grid} and {block}")


def _argument(a: Any) -> Any:
    if isinstance(a, ndarray):
        return hidden(a)
    if isinstance(a, np.ndarray) and a.dtype.names is None:
        # CuPy takes one number of NumPy by value, and refuses larger arrays.
        if a.size != 1:
            raise TypeError(f"Unsupported type {type(a)}")
        return a.reshape(())[()]
    return a
