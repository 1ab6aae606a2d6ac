r"""The two ways of following a linear equation: the flow itself, and Euler's chain.

Noise that came in a time u ago counts for :math:`e^{-\lambda u}` in the flow of
dX = -lambda X dt + dL, and for (1 - lambda eta)^j, j whole steps ago, in the chain.  A sum
of independent stable noises has as scale^alpha an integral over u of \|form\|^alpha, the form being
linear in such kernels: ``power``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import exp, inf, isfinite
from typing import Any, Protocol

import numpy as np
from scipy.optimize import brentq

from stablenoise.checks import check_all, check_finite, check_integer, check_positive, told
from stablenoise.values import keep_floats

Kernel = Callable[[float], np.ndarray]
Form = Callable[[Kernel], np.ndarray]
HALVINGS = 54  # panels next to a kink are halved until they are below the precision of time
LONGEST = 2.0**45  # rate times time: beyond, even the panels next to 0 are longer than the decay
ABSCISSAE, WEIGHTS = np.polynomial.legendre.leggauss(16)  # 1e-24 where a pole is a panel away


class Scheme(Protocol):
    """What ``Flow`` and ``Euler`` have in common."""

    def kernel(self, rate: float) -> np.ndarray:
        """What noise of the past counts for, by its age."""
        ...

    def decay(self, rate: float) -> float:
        """What the start counts for."""
        ...

    def power(self, form: Form, alpha: float) -> float:
        """Integral over the age of abs(form)^alpha."""
        ...


@dataclass(frozen=True, slots=True)
class Euler:
    r"""Euler's chain with a fixed step.

    Parameters
    ----------
    eta : float
        Step, positive and finite, in units of time.
    steps : int
        Number of steps, at least 1; arrays of so many floats are made.

    Raises
    ------
    ValueError
        If one is out of range; later, if a rate has \|1 - rate eta\| > 1 where the flow decays.

    Examples
    --------
    >>> Euler(0.25, 3).kernel(2.0)
    array([1.  , 0.5 , 0.25])

    """

    eta: float
    steps: int

    def __post_init__(self) -> None:
        check_positive("eta", self.eta)
        keep_floats(self, "eta")
        object.__setattr__(self, "steps", check_integer("steps", self.steps, 1, 2**32))

    def kernel(self, rate: float) -> np.ndarray:
        """(1 - rate eta)^j for j = 0, ..., steps - 1, newest noise first."""
        with np.errstate(over="ignore"):
            return self._factor(rate) ** np.arange(self.steps)

    def decay(self, rate: float) -> float:
        """(1 - rate eta)^steps."""
        try:
            return self._factor(rate) ** self.steps
        except OverflowError:
            return within_floats(inf)

    def power(self, form: Form, alpha: float) -> float:
        """Eta times the sum over j of abs(form)^alpha."""
        with np.errstate(over="ignore", invalid="ignore"):
            return within_floats(self.eta * (abs(form(self.kernel)) ** alpha).sum())

    def _factor(self, rate: float) -> float:
        check_finite("rate", rate)
        if rate * self.eta > 2:
            bound = f"2 / {rate:g} = {2 / rate:g}"
            raise ValueError(f"eta must be at most {bound} for a stable step, got {self.eta:g}")
        return 1 - rate * self.eta


@dataclass(frozen=True, slots=True)
class Flow:
    """The differential equation itself, up to a time.

    Parameters
    ----------
    time : float
        Positive and finite.

    Raises
    ------
    ValueError
        If time is out of range.

    Notes
    -----
    Integrals are by Gauss's rule on panels halved towards 0, the time and each change of sign:
    within about 1e-13 where the flow grows or decays by up to e^40.

    """

    time: float

    def __post_init__(self) -> None:
        check_positive("time", self.time)
        keep_floats(self, "time")

    def kernel(self, rate: float) -> np.ndarray:
        """exp(-rate u) at the nodes of an integral over u."""
        return _decays(rate, _nodes(self.time)[0])

    def decay(self, rate: float) -> float:
        """exp(-rate time)."""
        check_finite("rate", rate)
        return exp(-rate * self.time) if -rate * self.time < 709 else within_floats(inf)

    def rule(self, *kinks: float) -> tuple[np.ndarray, np.ndarray]:
        """Abscissae and weights of integrals over u in [0, time]."""
        return _nodes(self.time, *kinks)

    def power(self, form: Form, alpha: float) -> float:
        """Integral over u in [0, time] of abs(form)^alpha."""
        nodes, weights = _nodes(self.time)
        values = form(lambda rate: _decays(rate, nodes))
        changes = np.flatnonzero(values[:-1] * values[1:] < 0)
        if changes.size:
            roots = [brentq(_at(form), nodes[i], nodes[i + 1], xtol=1e-300) for i in changes]
            nodes, weights = _nodes(self.time, *roots)
            values = form(lambda rate: _decays(rate, nodes))
        with np.errstate(over="ignore"):
            return within_floats(weights @ abs(values) ** alpha)


def check_scheme(scheme: Any) -> None:
    """Raise ValueError unless it is one of the two schemes."""
    if not isinstance(scheme, Flow | Euler):
        raise ValueError(f"scheme must be a Flow or an Euler, got {told(scheme)}")


def check_euler(euler: Any) -> None:
    """Raise ValueError unless it is Euler's scheme."""
    if not isinstance(euler, Euler):
        raise ValueError(f"the scheme must be an Euler, got {told(euler)}")


def within_floats(value: float) -> float:
    """A number as float, or ValueError if a process that runs away has left them."""
    if not isfinite(value):
        raise ValueError(f"what a scheme makes of noise must be finite, got {float(value)}")
    return float(value)


def all_within_floats(values: np.ndarray) -> np.ndarray:
    """The same for arrays."""
    check_all(np.isfinite(values), "what a scheme makes of noise must be finite", values)
    return values


def _decays(rate: float, ages: np.ndarray) -> np.ndarray:
    check_finite("rate", rate)
    span = float(rate) * float(ages[-1])
    if -span > 700:
        within_floats(inf)
    if span > LONGEST and ages.size > 1:
        raise ValueError(f"rate times time must be at most {LONGEST:g}, got {span:g}")
    return np.exp(-rate * ages)


def driven(kernel: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """Sum over the steps l < K of kernel[K - 1 - l] noise[l]."""
    return np.tensordot(kernel, noise[::-1], axes=1)


def _at(form: Form) -> Callable[[float], float]:
    return lambda u: float(form(lambda rate: np.exp(-rate * np.array([u])))[0])


@lru_cache(maxsize=32)
def _nodes(time: float, *kinks: float) -> tuple[np.ndarray, np.ndarray]:
    """Abscissae and weights on [0, time], panels halved towards both ends and the kinks."""
    sizes = time * 0.5 ** np.arange(HALVINGS)
    with np.errstate(over="ignore"):
        edges = [part for at in (0.0, time, *kinks) for part in ([at], at - sizes, at + sizes)]
        ends = np.concatenate(edges)
        ends = np.unique(ends[(ends >= 0) & (ends <= time)])
        half, middle = np.diff(ends) / 2, (ends[1:] + ends[:-1]) / 2
    middle = np.where(np.isinf(middle), ends[:-1] + half, middle)
    nodes = middle[:, None] + half[:, None] * ABSCISSAE
    return nodes.ravel(), (half[:, None] * WEIGHTS).ravel()
