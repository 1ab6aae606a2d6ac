"""Particles drawn to their mean by a linear force: each is stable, alone and in pairs."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import cast

import numpy as np
from numpy.typing import ArrayLike

from stablenoise import Stable
from stablenoise.checks import check_finite, check_integer, check_positive, told
from stablenoise.values import keep_floats

from ..checks import check_index, finite_array
from .forms import Form, Kernel, all_within_floats, driven, within_floats
from .schemes import Euler, Scheme, check_scheme

NEEDS_MEAN = ", for the limit is driven by a mean"  # why alpha must exceed 1


@dataclass(frozen=True, slots=True)
class LinearMeanField:
    r"""Particles dX_i = (-rate X_i + pull mean(X)) dt + sigma dL_i from one start, and their limit.

    The limit, dY_i = (-rate Y_i + pull E Y) dt + sigma dL_i, is driven by the same noise.

    Parameters
    ----------
    alpha : float
        Stability index, in (1, 2].
    rate, pull : float
        Finite, in inverse time.  If they are equal, particles are drawn to their mean alone.
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
    All DERIVED; the model is that of Cavallazzi, arXiv 2301.08594.  X_i - Y_i is the same for every
    particle, for it solves D' = -rate D + pull (mean(X) - E Y):

    .. math:: D_t = \sigma \int_0^t (e^{-(rate - pull)u} - e^{-rate\,u})\, d\bar L_{t-u}, \qquad
              \bar L = n^{-(1 - 1/\alpha)} L \text{ in law}.

    Two rates should not be mixed.  D falls like n^-(1 - 1/alpha); the laws of one or two particles,
    and what is made of them, converge like its alpha-th power, n^-(alpha - 1).

    Examples
    --------
    >>> from chaos.solvable import Flow
    >>> system = LinearMeanField(1.75, rate=1.0, pull=1.0)
    >>> print(f"{system.difference_scale(1, Flow(1.0)):.6f}")
    0.401223
    >>> law, limit = (system.law(n, Flow(1.0)).scale for n in (16, inf))
    >>> print(f"{law:.4f} {limit:.4f}")
    0.6895 0.6513

    """

    alpha: float
    rate: float
    pull: float
    sigma: float = 1.0
    start: float = 0.0

    def __post_init__(self) -> None:
        check_index(self.alpha, 1, NEEDS_MEAN)
        check_finite("rate", self.rate)
        check_finite("pull", self.pull)
        check_positive("sigma", self.sigma)
        check_finite("start", self.start)
        keep_floats(self, "alpha", "rate", "pull", "sigma", "start")

    def difference_scale(self, n: int, scheme: Scheme) -> float:
        """Scale of the difference of a particle and its limit, which is symmetric stable about 0.

        Parameters
        ----------
        n : int
            Number of particles, at least 1.
        scheme : Flow or Euler

        Returns
        -------
        float
            In the units of X, exactly proportional to n^(1/alpha - 1).

        Raises
        ------
        ValueError
            If n is out of range, scheme is neither, or the step is unstable.

        Examples
        --------
        >>> from chaos.solvable import Euler
        >>> system = LinearMeanField(1.5, rate=1.0, pull=1.0)
        >>> scales = [system.difference_scale(n, Euler(0.1, 10)) for n in (1, 8)]
        >>> print(f"{scales[1] / scales[0]:.6f}")  # 8^(1/1.5 - 1)
        0.500000

        """
        check_scheme(scheme)
        n = check_integer("n", n, 1, 2**63)
        return self._scale(n ** (1 - self.alpha) * scheme.power(self._shared, self.alpha))

    def difference(
        self, noise_means: ArrayLike, eta: float, start_gap: ArrayLike = 0.0
    ) -> np.ndarray:
        """Difference of a particle and its limit in Euler's scheme, for given noise.

        Parameters
        ----------
        noise_means : array_like, shape (steps, ...)
            Mean over the particles of the standard noise of each step.
        eta : float
            Step size, positive, in units of time.
        start_gap : float or array_like, shape (...)
            Mean of the particles' starts minus its expectation, if the starts are random.

        Returns
        -------
        ndarray, shape (...)
            In the units of X, the same for every particle.

        Raises
        ------
        ValueError
            If an argument is not finite, or the step is unstable.

        Examples
        --------
        >>> LinearMeanField(1.5, rate=1.0, pull=1.0).difference([1.0, 0.0], eta=1.0)
        np.float64(1.0)

        """
        noises = finite_array("noise_means", noise_means)
        if not noises.ndim:
            raise ValueError(f"noise_means must have a row for each step, got {told(noise_means)}")
        euler = Euler(eta, len(noises))
        left = euler.decay(self.rate - self.pull) - euler.decay(self.rate)
        start = left * finite_array("start_gap", start_gap)
        factor = self.sigma * eta ** (1 / self.alpha)
        with np.errstate(over="ignore", invalid="ignore"):
            return all_within_floats(start + factor * driven(self._shared(euler.kernel), noises))

    def law(self, n: float, scheme: Scheme) -> Stable:
        """Law of one of n particles, or of the limit.

        Parameters
        ----------
        n : int or inf
            Number of particles, at least 1; inf for the limit.
        scheme : Flow or Euler

        Returns
        -------
        Stable

        Raises
        ------
        ValueError
            If n is out of range, scheme is neither, or the step is unstable.

        Examples
        --------
        >>> from chaos.solvable import Flow
        >>> system = LinearMeanField(1.75, rate=1.0, pull=1.0)
        >>> print(*(f"{system.law(n, Flow(1.0)).scale:.4f}" for n in (16, 256, inf)))
        0.6895 0.6550 0.6513

        """
        check_scheme(scheme)
        if not (isinstance(n, float) and n == inf):
            check_integer("n", cast(int, n), 1, 2**63)
        power = scheme.power(self._own(n), self.alpha)
        if n < inf:
            others = scheme.power(self._shared, self.alpha)
            # Each of the n - 1 others reaches a particle by the mean alone, with 1/n of its noise.
            power += (n - 1) * n**-self.alpha * others
        loc = self.start * scheme.decay(self.rate - self.pull)
        return Stable(self.alpha, scale=self._scale(power), loc=loc)

    def pair_cf(self, u: ArrayLike, n: int, scheme: Scheme) -> np.ndarray:
        """Characteristic function of two of n particles.

        Parameters
        ----------
        u : array_like, shape (..., 2)
            Frequencies, in inverse units of X.
        n : int
            Number of particles, at least 2.
        scheme : Flow or Euler

        Returns
        -------
        ndarray of complex, shape (...)

        Raises
        ------
        ValueError
            If u is not finite or of another shape, n is out of range, scheme is neither, or the
            step is unstable.

        Examples
        --------
        >>> from chaos.solvable import Flow
        >>> system = LinearMeanField(1.75, rate=1.0, pull=1.0)
        >>> pair, one = system.pair_cf([1.0, 0.0], 16, Flow(1.0)), system.law(16, Flow(1.0))
        >>> bool(np.isclose(pair, one.cf(1.0)))
        True

        """
        check_scheme(scheme)
        n = check_integer("n", n, 2, 2**63)
        pairs = finite_array("u", u)
        if pairs.shape[-1:] != (2,):
            raise ValueError(f"u must have pairs in its last axis, got shape {pairs.shape}")
        sizes = abs(pairs).max(axis=-1)
        # Pairs of extreme sizes are divided by them: a power is homogeneous of degree alpha.
        units = np.where((sizes > 1e100) | ((sizes > 0) & (sizes < 1e-100)), sizes, 1.0)
        unit_pairs = (pairs / units[..., None]).reshape(-1, 2)
        flat = [self._pair_power(a, b, n, scheme) for a, b in unit_pairs]
        loc = self.start * scheme.decay(self.rate - self.pull)
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            powers = (self.sigma * units) ** self.alpha * np.reshape(flat, pairs.shape[:-1])
            values = np.exp(1j * loc * pairs.sum(axis=-1) - powers)
        # Where the modulus is 0 the phase may be beyond the floats, and the product NaN.
        return np.where(np.exp(-powers) == 0, 0.0, values)[()]

    def pair_codifference(self, n: int, scheme: Scheme, u: float = 1.0) -> float:
        r"""Codifference of two of n particles.

        .. math:: \log E e^{iu(X_1 - X_2)} - \log E e^{iuX_1} - \log E e^{-iuX_2}

        Parameters
        ----------
        n : int
            Number of particles, at least 2.
        scheme : Flow or Euler
        u : float
            Frequency, in inverse units of X.

        Returns
        -------
        float
            Dimensionless; 0 for independent particles, falling like n^-(alpha - 1).

        Raises
        ------
        ValueError
            If u is not finite, n is out of range, scheme is neither, or the step is unstable.

        References
        ----------
        Samorodnitsky & Taqqu (1994), section 2.10.

        Examples
        --------
        >>> from chaos.solvable import Flow
        >>> system = LinearMeanField(1.5, rate=1.0, pull=1.0)
        >>> print(*(f"{system.pair_codifference(n, Flow(1.0)):.4f}" for n in (10, 1000)))
        0.2219 0.0163

        """
        check_scheme(scheme)
        n = check_integer("n", n, 2, 2**63)
        u = check_finite("u", u)
        alone = self._pair_power(1.0, 0.0, n, scheme)
        # In the difference of two particles the mean cancels: what is left is their own noise.
        apart = 2 * scheme.power(lambda kernel: kernel(self.rate), self.alpha)
        with np.errstate(over="ignore", invalid="ignore"):
            return within_floats(
                np.float64(abs(u * self.sigma)) ** self.alpha * (2 * alone - apart)
            )

    def _pair_power(self, a: float, b: float, n: int, scheme: Scheme) -> float:
        """Power of a X_1 + b X_2 for sigma = 1."""

        def first(kernel: Kernel) -> np.ndarray:
            return a * kernel(self.rate) + (a + b) / n * self._shared(kernel)

        def second(kernel: Kernel) -> np.ndarray:
            return b * kernel(self.rate) + (a + b) / n * self._shared(kernel)

        two = scheme.power(first, self.alpha) + scheme.power(second, self.alpha)
        others = scheme.power(self._shared, self.alpha)
        return two + (n - 2) * (abs(a + b) / n) ** self.alpha * others

    def _shared(self, kernel: Kernel) -> np.ndarray:
        """Factors of the mean of the noise."""
        return kernel(self.rate - self.pull) - kernel(self.rate)

    def _own(self, n: float) -> Form:
        """Factors of a particle's own noise, which is also part of the mean."""
        return lambda kernel: kernel(self.rate) + self._shared(kernel) / n

    def _scale(self, power: float) -> float:
        return within_floats(self.sigma * power ** (1 / self.alpha))
