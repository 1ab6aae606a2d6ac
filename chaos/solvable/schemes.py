r"""The two ways of following a linear equation: the flow itself, and Euler's chain.

Let dX = -lambda X dt + dL.  Noise that came in a time u ago is multiplied by :math:`e^{-\lambda u}`
in the flow, and by (1 - lambda eta)^j in the chain, j being the number of whole steps since.  These
factors are the *kernel* of a scheme.  A sum of independent stable noises that are multiplied by a
linear *form* of such kernels has scale^alpha equal to the integral of \|form\|^alpha over u: the
*power* of the form.
"""

from dataclasses import dataclass
from math import exp, inf
from typing import Any, Protocol

import numpy as np
from scipy.optimize import brentq

from stablenoise.checks import (
    check_finite,
    check_integer,
    check_kind,
    check_number,
    check_positive,
)
from stablenoise.values import keep_floats

from .ages import age_nodes, at_age, decays
from .forms import Form, check_form, within_floats


class Scheme(Protocol):
    """What ``Flow`` and ``Euler`` have in common.

    Examples
    --------
    >>> schemes: list[Scheme] = [Flow(1.0), Euler(0.25, 4)]
    >>> [round(scheme.decay(2.0), 4) for scheme in schemes]
    [0.1353, 0.0625]

    """

    def kernel(self, rate: float) -> np.ndarray:
        """Factors by which noise of the past is multiplied, by its age.

        Parameters
        ----------
        rate : float
            Finite, in inverse time.

        Returns
        -------
        ndarray, shape (ages,)

        """
        ...

    def decay(self, rate: float) -> float:
        """Factor by which the start is multiplied.

        Parameters
        ----------
        rate : float
            Finite, in inverse time.

        Returns
        -------
        float

        """
        ...

    def power(self, form: Form, alpha: float) -> float:
        """Integral of abs(form)^alpha over the age of the noise.

        Parameters
        ----------
        form : callable
            kernel -> a linear combination of its values at some rates.
        alpha : float
            In (0, 2].

        Returns
        -------
        float

        """
        ...


@dataclass(frozen=True, slots=True)
class Euler:
    r"""Euler's chain with a fixed step size.

    Parameters
    ----------
    eta : float
        Step size, positive and finite, in units of time.
    steps : int
        Number of steps, at least 1; arrays of so many floats are made.

    Raises
    ------
    ValueError
        If one is out of range.  From its methods, if the step is unstable: \|1 - rate eta\| > 1
        with a rate above 0.

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
        """Factors (1 - rate eta)^j of noise that came in j whole steps ago.

        Parameters
        ----------
        rate : float
            Finite, in inverse time.

        Returns
        -------
        ndarray, shape (steps,)
            For j = 0, ..., steps - 1: that of the newest noise first.

        Raises
        ------
        ValueError
            If rate is not a finite number, or the step is unstable.

        Examples
        --------
        >>> Euler(0.25, 3).kernel(2.0)
        array([1.  , 0.5 , 0.25])

        """
        with np.errstate(over="ignore"):
            return self._factor(rate) ** np.arange(self.steps)

    def decay(self, rate: float) -> float:
        """Return (1 - rate eta)^steps, the factor of the start.

        Parameters
        ----------
        rate : float
            Finite, in inverse time.

        Returns
        -------
        float

        Raises
        ------
        ValueError
            If rate is not a finite number, the step is unstable, or the factor is not finite.

        Examples
        --------
        >>> Euler(0.25, 3).decay(2.0)
        0.125

        """
        try:
            return self._factor(rate) ** self.steps
        except OverflowError:
            return within_floats(inf)

    def power(self, form: Form, alpha: float) -> float:
        """Return eta times the sum over j of abs(form)^alpha.

        Parameters
        ----------
        form : callable
            kernel -> a linear combination of its values at some rates.
        alpha : float
            In (0, 2].

        Returns
        -------
        float

        Raises
        ------
        ValueError
            If an argument is of another kind, a step is unstable, or the sum is not finite.

        Examples
        --------
        >>> Euler(0.25, 2).power(lambda kernel: kernel(2.0) - kernel(0.0), 2.0)
        0.0625

        """
        check_form(form, alpha)
        with np.errstate(over="ignore", invalid="ignore"):
            return within_floats(self.eta * (abs(form(self.kernel)) ** alpha).sum())

    def _factor(self, rate: float) -> float:
        rate = check_finite("rate", rate)
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
        Positive and finite, in the unit of time of the system.

    Raises
    ------
    ValueError
        If time is out of range.

    Notes
    -----
    Integrals are by Gauss's rule on panels that are halved towards 0, towards the time and towards
    each change of sign.  They are within about 1e-13 if the flow grows or decays by up to e^40.

    Examples
    --------
    >>> Flow(2.0)
    Flow(time=2.0)
    >>> print(f"{Flow(2.0).power(lambda kernel: kernel(1.0), 1.5):.6f}")  # (1 - e^-3) / 1.5
    0.633475

    """

    time: float

    def __post_init__(self) -> None:
        check_positive("time", self.time)
        keep_floats(self, "time")

    def kernel(self, rate: float) -> np.ndarray:
        """Factors exp(-rate u) of noise of the age u, at the nodes of an integral over u.

        Parameters
        ----------
        rate : float
            Finite, in inverse time.

        Returns
        -------
        ndarray, shape (nodes,)
            At the abscissae of ``rule()``.

        Raises
        ------
        ValueError
            If rate is not a finite number, or a factor is not finite.

        Examples
        --------
        >>> nodes, weights = Flow(2.0).rule()
        >>> bool(np.allclose(Flow(2.0).kernel(1.5), np.exp(-1.5 * nodes), rtol=1e-14))
        True

        """
        return decays(rate, age_nodes(self.time)[0])

    def decay(self, rate: float) -> float:
        """Return exp(-rate time), the factor of the start.

        Parameters
        ----------
        rate : float
            Finite, in inverse time.

        Returns
        -------
        float

        Raises
        ------
        ValueError
            If rate is not a finite number, or the factor is not finite.

        Examples
        --------
        >>> print(f"{Flow(2.0).decay(0.5):.6f}")
        0.367879

        """
        rate = check_finite("rate", rate)
        return exp(-rate * self.time) if -rate * self.time < 709 else within_floats(inf)

    def rule(self, *kinks: float) -> tuple[np.ndarray, np.ndarray]:
        """Nodes of integrals over u in [0, time].

        Parameters
        ----------
        *kinks : float
            Where the integrand has no derivative, or changes sign.

        Returns
        -------
        tuple of ndarray
            (abscissae, weights).

        Raises
        ------
        ValueError
            If a kink is not a number.

        Examples
        --------
        >>> nodes, weights = Flow(2.0).rule(1.0)
        >>> print(f"{weights @ abs(nodes - 1.0):.6f}")
        1.000000

        """
        for kink in kinks:
            check_number("each of kinks", kink)
        return age_nodes(self.time, *map(float, kinks))

    def power(self, form: Form, alpha: float) -> float:
        """Integral of abs(form)^alpha over u in [0, time].

        Parameters
        ----------
        form : callable
            kernel -> a linear combination of its values at some rates.
        alpha : float
            In (0, 2].

        Returns
        -------
        float

        Raises
        ------
        ValueError
            If an argument is of another kind, or the integral is not finite.

        Examples
        --------
        >>> print(f"{Flow(2.0).power(lambda kernel: kernel(1.0), 1.5):.6f}")  # (1 - e^-3) / 1.5
        0.633475

        """
        check_form(form, alpha)
        nodes, weights = age_nodes(self.time)
        values = form(lambda rate: decays(rate, nodes))
        changes = np.flatnonzero(values[:-1] * values[1:] < 0)
        # Where the form changes its sign, its absolute value has a kink: panels must end there.
        if changes.size:
            roots = [brentq(at_age(form), nodes[i], nodes[i + 1], xtol=1e-300) for i in changes]
            nodes, weights = age_nodes(self.time, *roots)
            values = form(lambda rate: decays(rate, nodes))
        with np.errstate(over="ignore"):
            return within_floats(weights @ abs(values) ** alpha)


def check_scheme(scheme: Any) -> None:
    """Raise ValueError unless it is one of the two schemes."""
    check_kind("scheme", scheme, Flow, Euler)
