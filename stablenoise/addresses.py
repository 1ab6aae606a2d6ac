"""The loop over addresses (particle, step, coordinate), on CPU and GPU."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numba as nb
import numpy as np
from numpy import uint32

from .arrays import Array, array_module, compile_cuda
from .jit import jit

CUDA = r"""
extern "C" __global__ void fill(double *out, double alpha, unsigned k0, unsigned k1,
                                const unsigned *particles, unsigned step, unsigned lane,
                                long long n, long long dim)
{
    long long q = (long long)blockIdx.x * blockDim.x + threadIdx.x;
    if (q < n * dim)
        out[q] = variate(alpha, k0, k1, particles[q / dim], step, (unsigned)(q % dim), lane);
}
"""


def over_addresses(variate: Callable, cuda: str) -> Callable[..., None]:
    """Loop ``fill(out, alpha, k0, k1, particles, step, lane)``, run where its output lives.

    Parameters
    ----------
    variate : compiled function
        ``variate(alpha, k0, k1, particle, step, coordinate, lane)``, one double.
    cuda : str
        The text of its twin.

    """

    @jit(parallel=True)
    def on_cpu(out, alpha, k0, k1, particles, step, lane):
        n, dim = out.shape
        for i in nb.prange(n):
            for j in range(dim):
                out[i, j] = variate(alpha, k0, k1, particles[i], step, uint32(j), lane)

    @cache
    def on_gpu() -> Any:
        return compile_cuda(cuda + CUDA, "fill")

    def fill(out: Array, *address: Any) -> None:
        if array_module(out) is np:
            on_cpu(out, *address)
        else:
            on_gpu()((out.size // 256 + 1,), (256,), (out, *address, *out.shape))

    return fill
