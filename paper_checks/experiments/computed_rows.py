"""Experiments that compute: every row is one and the same, as nothing is drawn."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from paper_checks.replicates import Rows


def by_computing(row: Callable[..., Sequence[float]], /, **options: Any) -> Rows:
    """Experiment whose rows are all ``row(**options)``, computed once a task.

    Parameters
    ----------
    row : callable
        (options) -> one number for each quantity.
    **options
        Handed on to ``row``: a control breaks a hypothesis by one.

    Returns
    -------
    callable
        (replicates, seed) -> array of shape (len(replicates), quantities).

    """

    def rows(replicates: range, seed: int) -> np.ndarray:
        return np.array([row(**options)] * len(replicates))

    return rows
