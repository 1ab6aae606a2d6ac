"""Python threads around kernels that release the lock; their number is Numba's."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numba as nb


def in_threads(work: Callable[[int, int], None], parts: int, enough: int) -> None:
    """Call ``work(low, high)`` on consecutive pieces of range(parts).

    There are as many pieces as threads are worth having: each has ``enough`` parts.
    """
    threads = min(nb.get_num_threads(), parts // enough)
    if threads < 2:
        return work(0, parts)
    edges = [parts * t // threads for t in range(threads + 1)]
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, edges[:-1], edges[1:]))  # the list raises what a thread raised
