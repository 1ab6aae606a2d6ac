"""The loop over addresses (particle, step, coordinate), on CPU and GPU."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import numba as nb
import numpy as np
from numpy import uint32

from .arrays import Array, array_module, compile_cuda
from .jit import jit

ENOUGH = 1 << 16  # variates a thread must have, about 3 ms, to be worth its start

CUDA = r"""
extern "C" __global__ void fill(double *out, double alpha, unsigned k0, unsigned k1,
                                const unsigned *particles, unsigned step, unsigned lane,
                                long long n, long long dim)
{
    long long q = (long long)blockIdx.x * blockDim.x + threadIdx.x;
    if (q >= n * dim) return;
    unsigned particle = particles[q / dim], coordinate = (unsigned)(q % dim);
    double common = shared(alpha, k0, k1, particle, step, lane);
    out[q] = variate(common, alpha, k0, k1, particle, step, coordinate, lane);
}
"""


def over_addresses(shared: Callable, variate: Callable, cuda: str) -> Callable[..., None]:
    """Loop ``fill(out, alpha, k0, k1, particles, step, lane)``, run where its output lives.

    Parameters
    ----------
    shared : compiled function
        ``shared(alpha, k0, k1, particle, step, lane)``, one double: what the coordinates of a
        particle have in common.
    variate : compiled function
        ``variate(common, alpha, k0, k1, particle, step, coordinate, lane)``, one double.
    cuda : str
        The text of their twins.

    """

    @jit(nogil=True)
    def loop(out, alpha, k0, k1, particles, step, lane):
        n, dim = out.shape
        for i in range(n):
            common = shared(alpha, k0, k1, particles[i], step, lane)
            for j in range(dim):
                out[i, j] = variate(common, alpha, k0, k1, particles[i], step, uint32(j), lane)

    @cache
    def on_gpu() -> Any:
        return compile_cuda(cuda + CUDA, "fill")

    def fill(out: Array, alpha: float, k0: Any, k1: Any, particles: Array, *place: Any) -> None:
        def rows(low: int, high: int) -> None:
            loop(out[low:high], alpha, k0, k1, particles[low:high], *place)

        if array_module(out) is np:
            _in_threads(rows, len(out), out.size)
        else:
            arguments = (out, alpha, k0, k1, particles, *place, *out.shape)
            on_gpu()((out.size // 256 + 1,), (256,), arguments)

    return fill


def _in_threads(work: Callable[[int, int], None], n: int, size: int) -> None:
    """Call ``work`` on consecutive parts of range(n), as many as threads are worth having."""
    threads = min(nb.get_num_threads(), size // ENOUGH)
    if threads < 2:
        return work(0, n)
    edges = [n * t // threads for t in range(threads + 1)]
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, edges[:-1], edges[1:]))  # the list raises what a thread raised
