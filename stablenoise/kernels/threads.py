"""Python threads around kernels that release the lock; their number is Numba's."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numba as nb


def in_threads(work: Callable[[int, int], None], parts: int, per_thread: int) -> None:
    """Call ``work(low, high)`` on consecutive pieces of range(parts), a piece in each thread.

    Parameters
    ----------
    work : callable
        Called once for each piece, in a thread of its own if there are several: a kernel that
        releases the lock.
    parts : int
        Number of parts of the work.
    per_thread : int
        Fewest parts that are worth a thread, at least 1: there are as many pieces as Numba has
        threads, or fewer, so that each has as many parts.

    Notes
    -----
    Nothing is checked.  What ``work`` raises in one of the threads is raised here.

    Examples
    --------
    >>> import numpy as np
    >>> out = np.zeros(10)
    >>> in_threads(lambda low, high: out[low:high].fill(1.0), 10, per_thread=2)
    >>> float(out.sum())
    10.0

    """
    threads = min(nb.get_num_threads(), parts // per_thread)
    if threads < 2:
        return work(0, parts)
    edges = [parts * t // threads for t in range(threads + 1)]
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, edges[:-1], edges[1:]))  # the list raises what a thread raised
