"""A bounded interaction: chaos at the rate n^(-1/2) for every alpha, with its constant."""

from dataclasses import dataclass
from math import log

import numpy as np
from scipy.special import exprel

from stablenoise.checks import check_positive
from stablenoise.values import keep_floats

from ..checks import check_index
from .forms import within_floats
from .schemes import Euler, Flow, check_scheme

NODES = 128  # in each direction of a double integral
BLOCK_PAIRS = 1 << 20  # of steps whose covariances are made at a time


@dataclass(frozen=True, slots=True)
class BoundedDrift:
    r"""Particles dX_i = mean(cos(u X)) dt + sigma dL_i from 0, and their limit A(t) + sigma L.

    Parameters
    ----------
    alpha : float
        Stability index, in (0, 2]: no moment is needed.
    frequency : float
        u, positive, in inverse units of X.
    sigma : float
        Positive, in units of X per time^(1/alpha).

    Raises
    ------
    ValueError
        If a parameter is out of range.

    Notes
    -----
    All DERIVED.  With c = (sigma u)^alpha the limit has :math:`A' = e^{-ct} \cos(uA)`, so that
    :math:`A = \operatorname{gd}(uR)/u`, R = (1 - e^{-ct}) / c, gd(x) = 2 atan tanh(x/2).  X_i minus
    its limit on the same noise is the same D_n for every particle, and :math:`\sqrt n D_n` tends to
    a Gaussian of variance

    .. math:: V = \int\!\!\int_0^t G(s) G(r) C(s, r)\, ds\, dr, \qquad
              G(s) = \cos(uA_t) / \cos(uA_s),

    C being the covariance of cos(uX_s) and cos(uX_r) in the limit.  As the drift is bounded, the
    rate n^(-1/2) does not depend on alpha.

    Examples
    --------
    >>> system = BoundedDrift(1.3)
    >>> print(f"{system.limit(Flow(1.0)):.6f} {system.variance(Flow(1.0)):.5f}")
    0.593795 0.12747
    >>> print(f"{system.limit(Euler(0.01, 100)):.6f}")
    0.596876

    """

    alpha: float
    frequency: float = 1.0
    sigma: float = 1.0

    def __post_init__(self) -> None:
        check_index(self.alpha, 0)
        check_positive("frequency", self.frequency)
        check_positive("sigma", self.sigma)
        keep_floats(self, "alpha", "frequency", "sigma")
        if self.alpha * (log(self.sigma) + log(self.frequency)) > 700:
            rate = f"{self.sigma:g} times {self.frequency:g}"
            raise ValueError(f"(sigma frequency)^alpha must be finite, got {rate}")

    def limit(self, scheme: Flow | Euler) -> float:
        """Drift A of the limit up to the end of a scheme.

        Parameters
        ----------
        scheme : Flow or Euler

        Returns
        -------
        float
            In the units of X.

        Raises
        ------
        ValueError
            If scheme is neither, or the limit is beyond the floats.

        Examples
        --------
        >>> system = BoundedDrift(1.3)
        >>> print(f"{system.limit(Flow(1.0)):.6f} {system.limit(Euler(0.01, 100)):.6f}")
        0.593795 0.596876

        """
        check_scheme(scheme)
        if isinstance(scheme, Euler):
            return within_floats(self._path(scheme)[-1])
        with np.errstate(over="ignore"):
            return float(self._drift(np.array(scheme.time)))

    def variance(self, scheme: Flow | Euler) -> float:
        """Limit V of n times the variance of a particle minus its limit.

        Parameters
        ----------
        scheme : Flow or Euler
            For Euler's scheme all pairs of steps are summed, a million at a time.

        Returns
        -------
        float
            In squared units of X; for the flow within about 1e-10 if c t is at most 50.

        Raises
        ------
        ValueError
            If scheme is neither, or the variance is beyond the floats.

        Examples
        --------
        >>> system = BoundedDrift(1.3)
        >>> print(f"{system.variance(Flow(1.0)):.5f} {system.variance(Euler(0.01, 100)):.5f}")
        0.12747 0.12618

        """
        check_scheme(scheme)
        with np.errstate(over="ignore", invalid="ignore"):
            if isinstance(scheme, Euler):
                return within_floats(self._chain(scheme))
            return within_floats(self._flow(scheme.time))

    def _flow(self, time: float) -> float:
        """Double integral as twice that over s = r v < r: where s = r, C has a kink."""
        x, w = np.polynomial.legendre.leggauss(NODES)
        v, w = (x + 1) / 2, w / 2
        r = time * v[:, None]
        s = r * v
        drift_s, drift_r = self._drift(s), self._drift(r)
        end = np.cos(self.frequency * self._drift(np.array(time)))
        gains = end**2 / np.cos(self.frequency * drift_s) / np.cos(self.frequency * drift_r)
        values = gains * self._covariance(s, r, drift_s, drift_r) * r
        return float(2 * time * w @ values @ w)

    def _chain(self, euler: Euler) -> float:
        """Sum over all pairs of steps."""
        times = euler.eta * np.arange(euler.steps)
        path = self._path(euler)[:-1]
        turn = self.frequency * np.exp(-self._rate * times) * np.sin(self.frequency * path)
        # What an error has become at the end: a product of the linearised steps after it.
        gains = np.append(np.cumprod((1 - euler.eta * turn)[:0:-1])[::-1], 1.0)
        rows, total = max(1, BLOCK_PAIRS // euler.steps), 0.0
        for low in range(0, euler.steps, rows):
            part = slice(low, low + rows)
            s, drift = times[part, None], path[part, None]
            total += gains[part] @ self._covariance(s, times, drift, path) @ gains
        return float(euler.eta * total * euler.eta)

    def _covariance(
        self, s: np.ndarray, r: np.ndarray, drift_s: np.ndarray, drift_r: np.ndarray
    ) -> np.ndarray:
        """Covariance of cos(uX) at the times s and r, given the drift of the limit at both."""
        c, x, y, gap = self._rate, self.frequency * drift_s, self.frequency * drift_r, abs(s - r)
        # cos a cos b = (cos(a - b) + cos(a + b)) / 2, and both means are values of stable cfs.
        less = np.exp(-c * gap) * np.cos(x - y)
        more = np.exp(-c * (gap + 2**self.alpha * np.minimum(s, r))) * np.cos(x + y)
        return (less + more) / 2 - np.exp(-c * (s + r)) * np.cos(x) * np.cos(y)

    def _drift(self, time: np.ndarray) -> np.ndarray:
        """Return A at some times, in the flow."""
        # R = (1 - e^-ct) / c, without cancellation where c t is small.
        r = time * exprel(-self._rate * time)
        return 2 * np.arctan(np.tanh(self.frequency * r / 2)) / self.frequency

    def _path(self, euler: Euler) -> np.ndarray:
        """Return A in Euler's chain, before each step and at the end."""
        path = np.zeros(euler.steps + 1)
        for k in range(euler.steps):
            mean = np.exp(-self._rate * k * euler.eta) * np.cos(self.frequency * path[k])
            path[k + 1] = path[k] + euler.eta * mean
        return path

    @property
    def _rate(self) -> float:
        return (self.sigma * self.frequency) ** self.alpha
