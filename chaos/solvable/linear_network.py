"""A linear network of one hidden layer with squared loss, under noise of any type."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import check_integer, check_kind, check_positive, told
from stablenoise.results import pasted
from stablenoise.values import by_content, keep_floats, read_only

from ..checks import check_index, finite_array
from .forms import within_floats
from .linear_mean_field import NEEDS_MEAN
from .schemes import Euler


@by_content
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LinearNetwork:
    r"""Heavy-tailed SGD on f(x) = mean(theta_i) . x with all the data, and its limit.

    The loss, half the mean squared distance, has the gradient H mean(theta) - g for every particle,
    with H = x'x / rows and g = x'y / rows, so that

    .. math:: \theta_{i,k+1} = \theta_{i,k} - \eta (H \bar\theta_k - g)
              + \sigma \eta^{1/\alpha} S_{i,k}.

    Parameters
    ----------
    alpha : float
        Stability index, in (1, 2].
    noise : module
        Of ``stablenoise.noises``, or one with its ``characteristic_function``.
    x : array_like, shape (rows, d)
        Inputs; kept as a read-only copy, as the targets are.
    y : array_like, shape (rows,)
        Targets.
    sigma : float
        Positive, in units of theta per time^(1/alpha).

    Raises
    ------
    ValueError
        If a parameter is out of range, not finite, or of another shape.

    Notes
    -----
    All DERIVED, for Euler's chain.  The difference of a particle and its limit, on the same noise,
    is the same for all particles.  With :math:`\bar S_l` the mean of the noise over the particles,

    .. math:: \theta_{i,K} - \theta^\infty_{i,K} = \sigma \eta^{1/\alpha}
              \sum_{l < K} [(1 - \eta H)^{K-1-l} - 1] \bar S_l, \qquad
              \bar\theta_K - m_K = \sigma \eta^{1/\alpha}
              \sum_{l < K} (1 - \eta H)^{K-1-l} \bar S_l,

    m_K being the mean in the limit.  The types of noise differ in the scale that they have along a
    direction.  This is a network with mean-field scaling, one output and output weights of 1; with
    relu it is the same as long as all theta_i . x are positive.

    Examples
    --------
    >>> from stablenoise.noises import common, independent, isotropic
    >>> x, y = np.array([[1.0, 0.0], [1.0, 2.0]]), np.array([1.0, -1.0])
    >>> for noise in (common, independent, isotropic):
    ...     network = LinearNetwork(1.5, noise, x, y)
    ...     print(f"{network.difference_scale([1.0, 0.0], n=8, euler=Euler(0.1, 20)):.4f}")
    0.5480
    0.4481
    0.4100

    """

    alpha: float
    noise: ModuleType
    x: np.ndarray
    y: np.ndarray
    sigma: float = 1.0

    def __post_init__(self) -> None:
        check_index(self.alpha, 1, NEEDS_MEAN)
        if not callable(getattr(self.noise, "characteristic_function", None)):
            raise ValueError(
                f"noise must be a module of stablenoise.noises, got {told(self.noise)}"
            )
        check_positive("sigma", self.sigma)
        keep_floats(self, "alpha", "sigma")
        x, y = finite_array("x", self.x).copy(), finite_array("y", self.y).copy()
        if x.ndim != 2 or not x.size or y.shape != x.shape[:1]:
            raise ValueError(f"x and y must be (rows, d) and (rows,), got {x.shape} and {y.shape}")
        with np.errstate(over="ignore", invalid="ignore"):
            squares = (x**2).sum() + (x.T @ y).sum()
        if not np.isfinite(squares):
            raise ValueError(f"x'x and x'y must be finite, got x and y up to {abs(x).max():g}")
        object.__setattr__(self, "x", read_only(x))
        object.__setattr__(self, "y", read_only(y))

    def __reduce__(self) -> tuple[Callable, tuple]:  # modules travel by name
        return _rebuild, (self.alpha, self.noise.__name__, self.x, self.y, self.sigma)

    def __repr__(self) -> str:
        return pasted(self)

    def difference(self, noise_means: ArrayLike, eta: float) -> np.ndarray:
        """Difference of a particle and its limit, for given noise.

        Parameters
        ----------
        noise_means : array_like, shape (steps, d)
            Mean over the particles of the standard noise of each step.
        eta : float
            Step size, positive, in units of time.

        Returns
        -------
        ndarray, shape (d,)
            The same for every particle.

        Raises
        ------
        ValueError
            If an argument is not finite or of another shape, or the step is unstable.

        Examples
        --------
        >>> from stablenoise.noises import isotropic
        >>> network = LinearNetwork(1.5, isotropic, np.eye(2), [0.0, 0.0])
        >>> network.difference([[1.0, 0.0], [0.0, 0.0]], eta=1.0)  # H = 1/2
        array([-0.5,  0. ])

        """
        return self._driven(noise_means, eta, subtracted=1.0)

    def mean_error(self, noise_means: ArrayLike, eta: float) -> np.ndarray:
        """Mean of the particles minus that of the limit, for given noise.

        Parameters
        ----------
        noise_means, eta
            As for ``difference``.

        Returns
        -------
        ndarray, shape (d,)
            Its product with an input is how far the output of the network is from its limit.

        Raises
        ------
        ValueError
            As for ``difference``.

        Examples
        --------
        >>> from stablenoise.noises import isotropic
        >>> network = LinearNetwork(1.5, isotropic, np.eye(2), [0.0, 0.0])
        >>> network.mean_error([[1.0, 0.0], [0.0, 0.0]], eta=1.0)  # H = 1/2
        array([0.5, 0. ])

        """
        return self._driven(noise_means, eta, subtracted=0.0)

    def limit_mean(self, start: ArrayLike, euler: Euler) -> np.ndarray:
        """Mean of the limit at the end of a scheme.

        Parameters
        ----------
        start : array_like, shape (d,)
            Mean of the particles' starts.
        euler : Euler

        Returns
        -------
        ndarray, shape (d,)

        Raises
        ------
        ValueError
            If start is not finite or of another shape, or the step is unstable.

        Examples
        --------
        >>> from stablenoise.noises import isotropic
        >>> network = LinearNetwork(1.5, isotropic, np.eye(2), [0.0, 2.0])
        >>> network.limit_mean([1.0, 0.0], Euler(eta=1.0, steps=1))  # halfway to the targets
        array([0.5, 1. ])

        """
        check_kind("euler", euler, Euler)
        axes, values = self._spectrum()
        start = self._vector("start", start) @ axes
        decays = np.array([euler.decay(value) for value in values])
        # A sum rather than (1 - decay) / value: an eigenvalue of H may be 0.
        moved = euler.eta * self._powers(values, euler).sum(axis=0)
        return axes @ (decays * start + moved * (self.x.T @ self.y / len(self.x) @ axes))

    def difference_scale(self, direction: ArrayLike, n: int, euler: Euler) -> float:
        """Scale of direction . ``difference``, which is symmetric stable about 0.

        Parameters
        ----------
        direction : array_like, shape (d,)
        n : int
            Number of particles, at least 1.
        euler : Euler

        Returns
        -------
        float
            In the units of theta, proportional to n^(1/alpha - 1).

        Raises
        ------
        ValueError
            If an argument is out of range or of another shape, or the step is unstable.

        Examples
        --------
        >>> from stablenoise.noises import isotropic
        >>> network = LinearNetwork(1.5, isotropic, np.eye(2), [0.0, 0.0])
        >>> print(f"{network.difference_scale([1.0, 0.0], n=1, euler=Euler(1.0, 2)):.6f}")
        0.500000

        """
        return self._scale(direction, n, euler, subtracted=1.0)

    def mean_error_scale(self, direction: ArrayLike, n: int, euler: Euler) -> float:
        """Scale of direction . ``mean_error``, which is symmetric stable about 0.

        For an input as the direction it is the scale of the output's distance from its limit.

        Parameters
        ----------
        direction, n, euler
            As for ``difference_scale``.

        Returns
        -------
        float
            In the units of theta, proportional to n^(1/alpha - 1).

        Raises
        ------
        ValueError
            As for ``difference_scale``.

        Examples
        --------
        >>> from stablenoise.noises import isotropic
        >>> network = LinearNetwork(1.5, isotropic, np.eye(2), [0.0, 0.0])
        >>> print(f"{network.mean_error_scale([1.0, 0.0], n=1, euler=Euler(1.0, 1)):.6f}")
        1.000000

        """
        return self._scale(direction, n, euler, subtracted=0.0)

    def _driven(self, noise_means: ArrayLike, eta: float, subtracted: float) -> np.ndarray:
        """Sum of [(1 - eta H)^(K - 1 - l) - subtracted] noise_means[l] over the K steps l."""
        noises = finite_array("noise_means", noise_means)
        columns = self.x.shape[1]
        if noises.ndim != 2 or noises.shape[1] != columns:
            raise ValueError(f"noise_means must have {columns} columns, got shape {noises.shape}")
        axes, values = self._spectrum()
        # Along the eigenvectors of H the system is so many chains of one dimension.
        kernels = self._powers(values, Euler(eta, len(noises))) - subtracted
        driven = (kernels * (noises[::-1] @ axes)).sum(axis=0)
        return self.sigma * eta ** (1 / self.alpha) * (axes @ driven)

    def _scale(self, direction: ArrayLike, n: int, euler: Euler, subtracted: float) -> float:
        """Scale of direction . ``_driven``."""
        check_kind("euler", euler, Euler)
        n = check_integer("n", n, 1, 2**63)
        axes, values = self._spectrum()
        parts = self._vector("direction", direction) @ axes
        rows = ((self._powers(values, euler) - subtracted) * parts) @ axes.T
        power = euler.eta * n ** (1 - self.alpha) * float(self._power(rows).sum())
        return within_floats(self.sigma * power ** (1 / self.alpha))

    def _power(self, rows: np.ndarray) -> np.ndarray:
        """Return -log of the noise's cf at each row, by rows of size 1: far out the cf is 0."""
        sizes = abs(rows).sum(axis=1)
        units = rows / np.where(sizes > 0, sizes, 1.0)[:, None]
        return -np.log(self.noise.characteristic_function(units, self.alpha)) * sizes**self.alpha

    def _spectrum(self) -> tuple[np.ndarray, np.ndarray]:
        """Eigenvectors of H, in columns, and its eigenvalues."""
        values, axes = np.linalg.eigh(self.x.T @ self.x / len(self.x))
        return axes, values

    def _powers(self, values: np.ndarray, euler: Euler) -> np.ndarray:
        """Return (1 - eta value)^j in shape (steps, d)."""
        return np.stack([euler.kernel(value) for value in values], axis=1)

    def _vector(self, name: str, vector: ArrayLike) -> np.ndarray:
        checked = finite_array(name, vector)
        if checked.shape != self.x.shape[1:]:
            raise ValueError(f"{name} must have shape {self.x.shape[1:]}, got {checked.shape}")
        return checked


def _rebuild(alpha: float, noise: str, x: np.ndarray, y: np.ndarray, sigma: float) -> LinearNetwork:
    return LinearNetwork(alpha, import_module(noise), x, y, sigma)
