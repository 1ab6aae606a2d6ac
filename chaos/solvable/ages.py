"""Nodes of integrals over the age of noise in a flow, and its kernel there."""

from collections.abc import Callable
from functools import lru_cache
from math import inf

import numpy as np

from stablenoise.checks import check_finite

from .forms import Form, within_floats

HALVINGS = 54  # panels next to a kink are halved until they are below the precision of time
MAX_SPAN = 2.0**45  # rate times time: beyond, even the panels next to 0 are longer than the decay
ABSCISSAE, WEIGHTS = np.polynomial.legendre.leggauss(16)  # 1e-24 where a pole is a panel away


@lru_cache(maxsize=32)
def age_nodes(time: float, *kinks: float) -> tuple[np.ndarray, np.ndarray]:
    """Abscissae and weights on [0, time]; panels are halved towards both ends and the kinks."""
    sizes = time * 0.5 ** np.arange(HALVINGS)
    with np.errstate(over="ignore"):
        edges = [part for at in (0.0, time, *kinks) for part in ([at], at - sizes, at + sizes)]
        ends = np.concatenate(edges)
        ends = np.unique(ends[(ends >= 0) & (ends <= time)])
        half, middle = np.diff(ends) / 2, (ends[1:] + ends[:-1]) / 2
    # The sum of two ends near the largest double overflows; half their distance does not.
    middle = np.where(np.isinf(middle), ends[:-1] + half, middle)
    nodes = middle[:, None] + half[:, None] * ABSCISSAE
    return nodes.ravel(), (half[:, None] * WEIGHTS).ravel()


def decays(rate: float, ages: np.ndarray) -> np.ndarray:
    """Return exp(-rate u) at some ages, or raise ValueError where it would lose its meaning."""
    rate = check_finite("rate", rate)
    span = float(rate) * float(ages[-1])
    if -span > 700:
        within_floats(inf)
    if span > MAX_SPAN and ages.size > 1:
        raise ValueError(f"rate times time must be at most {MAX_SPAN:g}, got {span:g}")
    return np.exp(-rate * ages)


def at_age(form: Form) -> Callable[[float], float]:
    """Form of the flow as a function of the age."""
    return lambda u: float(form(lambda rate: np.exp(-rate * np.array([u])))[0])
