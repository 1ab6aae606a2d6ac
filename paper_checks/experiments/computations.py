"""Experiments without randomness: what is computed is the same row for every replicate."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from paper_checks.replicates import Rows


def computing(row: Callable[..., Sequence[float]], /, **options: Any) -> Rows:
    """Experiment of a claim that follows by computing alone.

    Parameters
    ----------
    row : callable
        options -> one number for each quantity.
    **options
        Handed on to ``row``: a control breaks a hypothesis by one.

    Returns
    -------
    callable
        (replicates, seed) -> array of shape (len(replicates), quantities).

    Examples
    --------
    >>> computing(lambda number: [number, 2 * number], number=3)(range(2), 1).tolist()
    [[3.0, 6.0], [3.0, 6.0]]

    """

    def rows(replicates: range, seed: int) -> np.ndarray:
        return np.array([row(**options)] * len(replicates), dtype=float)

    return rows
