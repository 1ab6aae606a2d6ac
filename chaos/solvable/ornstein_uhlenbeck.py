"""The stable Ornstein-Uhlenbeck process, and what Euler's chain makes of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import exprel, roots_jacobi

from stablenoise import Stable
from stablenoise.checks import check_finite, check_integer, check_kind, check_positive
from stablenoise.values import keep_floats

from ..checks import check_index, finite_array
from .ages import ABSCISSAE, WEIGHTS
from .forms import all_within_floats, driven, within_floats
from .schemes import Euler, Flow, Scheme, check_scheme

MAX_SPAN = 2.0**40  # of rate times age


@dataclass(frozen=True, slots=True)
class OrnsteinUhlenbeck:
    r"""Process dX = -rate X dt + sigma dL with symmetric stable L, from a fixed start.

    Parameters
    ----------
    alpha : float
        Stability index, in (0, 2].
    rate : float
        Finite, in inverse time; below 0 the process runs away.
    sigma : float
        Positive, in units of X per time^(1/alpha).
    start : float
        Finite, in the units of X.

    Raises
    ------
    ValueError
        If a parameter is out of range.

    Notes
    -----
    All DERIVED.  Let c_j = (1 - rate eta)^j.  The error of the chain, driven by the same L, is
    symmetric stable about the difference that the schemes make of the start, with

    .. math:: scale^\alpha = \sigma^\alpha \sum_{j < K}
              \int_{j\eta}^{(j+1)\eta} |e^{-rate\,u} - c_j|^\alpha du

    at time K eta.  At grid times it is of order eta for every alpha; between them it is of order
    (time since the last one)^(1/alpha).

    Examples
    --------
    >>> process = OrnsteinUhlenbeck(1.5, rate=1.3, sigma=0.7)
    >>> print(f"{process.law(Flow(2.0)).scale:.6f} {process.law(Euler(0.1, 20)).scale:.6f}")
    0.442406 0.454000
    >>> print(f"{process.euler_error_scale(Euler(0.1, 20)):.6f}")
    0.024458

    """

    alpha: float
    rate: float
    sigma: float = 1.0
    start: float = 0.0

    def __post_init__(self) -> None:
        check_index(self.alpha, 0)
        check_finite("rate", self.rate)
        check_positive("sigma", self.sigma)
        check_finite("start", self.start)
        keep_floats(self, "alpha", "rate", "sigma", "start")

    def law(self, scheme: Scheme) -> Stable:
        """Law of X at the end of a scheme.

        Parameters
        ----------
        scheme : Flow or Euler

        Returns
        -------
        Stable

        Raises
        ------
        ValueError
            If scheme is neither, the step is unstable, or the law is beyond the floats.

        Examples
        --------
        >>> process = OrnsteinUhlenbeck(1.5, rate=1.0, start=2.0)
        >>> law = process.law(Flow(1.0))
        >>> print(f"{law.loc:.6f} {law.scale:.6f}")  # 2 / e, ((1 - e^-1.5) / 1.5)^(2/3)
        0.735759 0.644918

        """
        check_scheme(scheme)
        cut = self._cut(scheme) if isinstance(scheme, Flow) else scheme
        power = cut.power(lambda kernel: kernel(self.rate), self.alpha)
        loc = self.start * scheme.decay(self.rate)
        return Stable(self.alpha, scale=self._scale(power), loc=loc)

    def euler_error_scale(self, euler: Euler, after: float = 0.0) -> float:
        """Scale of the difference of the process and the chain, driven by the same L.

        Parameters
        ----------
        euler : Euler
        after : float
            Time since the last step, in [0, eta): the process is taken at ``steps * eta + after``,
            the chain after ``steps`` steps.

        Returns
        -------
        float
            In the units of X; within about 1e-12.

        Raises
        ------
        ValueError
            If the step is unstable, or after is out of range.

        Examples
        --------
        >>> process = OrnsteinUhlenbeck(1.5, rate=1.0)
        >>> scales = [process.euler_error_scale(Euler(1 / k, k)) for k in (10, 1000)]
        >>> print(*(f"{scale:.6f}" for scale in scales))
        0.027273 0.000264

        """
        check_kind("euler", euler, Euler)
        after = check_finite("after", after)
        if not 0 <= after < euler.eta:
            raise ValueError(f"after must lie in [0, eta) = [0, {euler.eta}), got {after}")
        chain = euler.kernel(self.rate)
        low = after + euler.eta * np.arange(euler.steps)
        with np.errstate(over="ignore", invalid="ignore"):
            power = float(self._gaps(low, euler.eta, chain).sum())
        # Noise since the last step is in the process alone.
        return self._scale(power + after * float(exprel(-self.alpha * self.rate * after)))

    def error_constant(self, time: float) -> float:
        r"""Limit of ``euler_error_scale`` at a grid time over eta, as eta falls to 0.

        .. math:: \sigma\, rate \Bigl(\int_0^{time} e^{-\alpha\, rate\, u}\,
                  E|rate\, u / 2 - V|^\alpha du\Bigr)^{1/\alpha}, \qquad V \sim U(0, 1)

        Parameters
        ----------
        time : float
            Positive and finite.

        Returns
        -------
        float
            In the units of X per time; within about 1e-12 for rate times time up to 40.

        Raises
        ------
        ValueError
            If time is out of range, or the limit is beyond the floats.

        Examples
        --------
        >>> process = OrnsteinUhlenbeck(1.5, rate=1.0)
        >>> scale = process.euler_error_scale(Euler(0.001, 1000))
        >>> print(f"{process.error_constant(1.0):.4f} {scale / 0.001:.4f}")
        0.2637 0.2638

        """
        flow = self._cut(Flow(time))
        if not self.rate:
            return 0.0
        # The integrand has a kink where y = rate u / 2 = 1.
        nodes, weights = flow.rule(2 / self.rate)
        y, order = self.rate * nodes / 2, self.alpha + 1
        with np.errstate(over="ignore", invalid="ignore"):
            inner = (y * abs(y) ** self.alpha + (1 - y) * abs(1 - y) ** self.alpha) / order
            power = float(weights @ (np.exp(-self.alpha * self.rate * nodes) * inner))
        return within_floats(abs(self.rate) * self._scale(power))

    def refinement_scale(self, coarse: Euler, parts: int) -> float:
        """Scale of the difference of two chains, one of which splits each step of the other.

        Parameters
        ----------
        coarse : Euler
        parts : int
            Steps of the finer chain in one of the coarse, at least 1.

        Returns
        -------
        float
            In the units of X; 0 for 1 part.

        Raises
        ------
        ValueError
            If parts is out of range, or a step is unstable.

        Examples
        --------
        >>> process = OrnsteinUhlenbeck(1.5, rate=1.0)
        >>> print(*(f"{process.refinement_scale(Euler(0.1, 10), parts):.6f}" for parts in (1, 2)))
        0.000000 0.018956

        """
        fine, kernel = self._refined(coarse, parts)
        return self._scale(fine.power(lambda _: kernel, self.alpha))

    def refinement(self, noise: ArrayLike, coarse: Euler, parts: int) -> np.ndarray:
        """Difference of two chains, one of which splits each step of the other, for given noise.

        Parameters
        ----------
        noise : array_like, shape (steps * parts, ...)
            Noise of each step of the finer chain, of scale 1; the coarse chain sees sums of
            ``parts`` of them.
        coarse, parts
            As for ``refinement_scale``.

        Returns
        -------
        ndarray, shape (...)
            In the units of X.

        Raises
        ------
        ValueError
            If there are more or fewer noises than steps, or one is not finite.

        Examples
        --------
        >>> process = OrnsteinUhlenbeck(1.0, rate=1.0)
        >>> process.refinement([1.0, 0.0], Euler(0.5, 1), parts=2)  # 1/4 (1 - 3/4)
        np.float64(0.0625)

        """
        fine, kernel = self._refined(coarse, parts)
        noises = finite_array("noise", noise)
        if noises.shape[:1] != kernel.shape:
            raise ValueError(f"noise must have {kernel.size} rows, got shape {noises.shape}")
        start = self.start * (coarse.decay(self.rate) - fine.decay(self.rate))
        with np.errstate(over="ignore", invalid="ignore"):
            moved = self.sigma * fine.eta ** (1 / self.alpha) * driven(kernel, noises)
            return all_within_floats(start + moved)

    def _cut(self, flow: Flow) -> Flow:
        """Flow of a shorter time, if noise of longer ago is multiplied by e^-(2^40) or less."""
        return Flow(MAX_SPAN / self.rate) if self.rate * flow.time > MAX_SPAN else flow

    def _refined(self, coarse: Euler, parts: int) -> tuple[Euler, np.ndarray]:
        """Chain with split steps, and the coarse kernel minus its own."""
        check_kind("coarse", coarse, Euler)
        parts = check_integer("parts", parts, 1, 2**32)
        fine = Euler(coarse.eta / parts, coarse.steps * parts)
        return fine, np.repeat(coarse.kernel(self.rate), parts) - fine.kernel(self.rate)

    def _scale(self, power: float) -> float:
        with np.errstate(over="ignore"):
            return within_floats(self.sigma * np.float64(power) ** (1 / self.alpha))

    def _gaps(self, low: np.ndarray, eta: float, chain: np.ndarray) -> np.ndarray:
        """Integrals of abs(e^(-rate u) - chain)^alpha over [low, low + eta]."""
        nodes = low[:, None] + eta * (ABSCISSAE + 1) / 2
        smooth = abs(np.exp(-self.rate * nodes) - chain[:, None]) ** self.alpha @ WEIGHTS * eta / 2
        with np.errstate(all="ignore"):  # no crossing where chain <= 0
            crossing = -np.log(chain) / self.rate
            # Where the difference crosses 0, its power is not smooth: integrals are then taken
            # from the crossing, by a rule that has the power as its weight.
            near = abs(crossing - low - eta / 2) < 2 * eta
            ends = [self._from_crossing(x - crossing, chain) for x in (low + eta, low)]
        return np.where(near, ends[0] - ends[1], smooth)

    def _from_crossing(self, d: np.ndarray, chain: np.ndarray) -> np.ndarray:
        """Integral of abs(e^(-rate u) - chain)^alpha from where it is 0 to d beyond.

        The integrand is chain rate exprel(-rate d v) d v, to the power alpha, v in [0, 1].
        """
        v, weights = roots_jacobi(20, 0.0, self.alpha)
        weights = weights / 2 ** (self.alpha + 1)
        rest = exprel(-self.rate * d[:, None] * (v + 1) / 2) ** self.alpha @ weights
        return d * abs(self.rate * chain * d) ** self.alpha * rest
