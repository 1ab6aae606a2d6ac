"""A bounded interaction: chaos at the rate n^(-1/2) for every alpha, with its constant."""

from dataclasses import dataclass
from math import log

import numpy as np
from scipy.special import exprel

from stablenoise.checks import check_positive
from stablenoise.values import keep_floats

from ..checks import check_index
from .schemes import Euler, Flow, check_scheme, within_floats

ORDER = 128  # nodes a direction of a double integral
BLOCK = 1 << 20  # covariances at a time


@dataclass(frozen=True, slots=True)
class BoundedDrift:
    r"""dX_i = mean(cos(u X)) dt + sigma dL_i from 0, and its limit A(t) + sigma L.

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

    C being the covariance of cos(uX_s) and cos(uX_r) in the limit: the drift is bounded, so that
    alpha does not enter the rate.

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
        """A, the limit's place at the end of a scheme.

        Parameters
        ----------
        scheme : Flow or Euler

        Returns
        -------
        float
            In the units of X.

        """
        check_scheme(scheme)
        if isinstance(scheme, Euler):
            return within_floats(self._places(scheme)[-1])
        with np.errstate(over="ignore"):
            return float(self._place(np.array(scheme.time)))

    def variance(self, scheme: Flow | Euler) -> float:
        """V, the limit of n times the variance of a particle minus its limit.

        Parameters
        ----------
        scheme : Flow or Euler
            Of Euler's scheme all pairs of steps are summed, some million at a time.

        Returns
        -------
        float
            In squared units of X; of the flow, within about 1e-10 for c t up to 50.

        """
        check_scheme(scheme)
        with np.errstate(over="ignore", invalid="ignore"):
            if isinstance(scheme, Euler):
                return within_floats(self._chain(scheme))
            return within_floats(self._flow(scheme.time))

    def _flow(self, time: float) -> float:
        """Twice the integral over s < r, by s = r v, as C has a kink where s = r."""
        x, w = np.polynomial.legendre.leggauss(ORDER)
        v, w = (x + 1) / 2, w / 2
        r = time * v[:, None]
        s = r * v
        place_s, place_r = self._place(s), self._place(r)
        end = np.cos(self.frequency * self._place(np.array(time)))
        gains = end**2 / np.cos(self.frequency * place_s) / np.cos(self.frequency * place_r)
        values = gains * self._covariance(s, r, place_s, place_r) * r
        return float(2 * time * w @ values @ w)

    def _chain(self, euler: Euler) -> float:
        times = euler.eta * np.arange(euler.steps)
        places = self._places(euler)[:-1]
        turn = self.frequency * np.exp(-self._rate * times) * np.sin(self.frequency * places)
        gains = np.append(np.cumprod((1 - euler.eta * turn)[:0:-1])[::-1], 1.0)
        rows, total = max(1, BLOCK // euler.steps), 0.0
        for low in range(0, euler.steps, rows):
            part = slice(low, low + rows)
            s, place = times[part, None], places[part, None]
            total += gains[part] @ self._covariance(s, times, place, places) @ gains
        return float(euler.eta * total * euler.eta)

    def _covariance(
        self, s: np.ndarray, r: np.ndarray, place_s: np.ndarray, place_r: np.ndarray
    ) -> np.ndarray:
        c, x, y, gap = self._rate, self.frequency * place_s, self.frequency * place_r, abs(s - r)
        less = np.exp(-c * gap) * np.cos(x - y)
        more = np.exp(-c * (gap + 2**self.alpha * np.minimum(s, r))) * np.cos(x + y)
        return (less + more) / 2 - np.exp(-c * (s + r)) * np.cos(x) * np.cos(y)

    def _place(self, time: np.ndarray) -> np.ndarray:
        r = time * exprel(-self._rate * time)
        return 2 * np.arctan(np.tanh(self.frequency * r / 2)) / self.frequency

    def _places(self, euler: Euler) -> np.ndarray:
        """Places of Euler's chain before each step and at the end."""
        places = np.zeros(euler.steps + 1)
        for k in range(euler.steps):
            mean = np.exp(-self._rate * k * euler.eta) * np.cos(self.frequency * places[k])
            places[k + 1] = places[k] + euler.eta * mean
        return places

    @property
    def _rate(self) -> float:
        return (self.sigma * self.frequency) ** self.alpha
