"""A linear network of one hidden layer with squared loss, under noise of any type."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import check_integer, check_positive, told
from stablenoise.values import by_content, keep_floats, read_only

from ..checks import check_index, finite_array
from .linear_mean_field import MEAN
from .schemes import Euler, check_euler, within_floats


@by_content
@dataclass(frozen=True, slots=True, eq=False)
class LinearNetwork:
    r"""Heavy-tailed SGD on f(x) = mean(theta_i) . x with all the data, and its limit.

    Half the mean squared error has the gradient H mean(theta) - g for every particle,
    H = x'x / rows, g = x'y / rows, so that

    .. math:: \theta_{i,k+1} = \theta_{i,k} - \eta (H \bar\theta_k - g)
              + \sigma \eta^{1/\alpha} S_{i,k}.

    Parameters
    ----------
    alpha : float
        Stability index, in (1, 2].
    noise : module
        Of ``stablenoise.noises``, or one with its ``characteristic_function``.
    x : array_like, shape (rows, d)
    y : array_like, shape (rows,)
    sigma : float
        Positive, in units of theta per time^(1/alpha).

    Raises
    ------
    ValueError
        If a parameter is out of range, not finite, or of another shape.

    Notes
    -----
    All DERIVED, for Euler's chain.  A particle minus its limit, on the same noise, is the same for
    all of them; with :math:`\bar S_l` the mean of the noise over the particles,

    .. math:: \theta_{i,K} - \theta^\infty_{i,K} = \sigma \eta^{1/\alpha}
              \sum_{l < K} [(1 - \eta H)^{K-1-l} - 1] \bar S_l, \qquad
              \bar\theta_K - m_K = \sigma \eta^{1/\alpha}
              \sum_{l < K} (1 - \eta H)^{K-1-l} \bar S_l,

    m_K being the mean in the limit.  The types of noise differ in what they make of a direction.
    Of a network of one output whose weights are 1 this is mean-field scaling, relu where all
    theta_i . x are positive.

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
        check_index(self.alpha, 1, MEAN)
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

    def difference(self, noise_means: ArrayLike, eta: float) -> np.ndarray:
        """A particle minus its limit, on the noise given.

        Parameters
        ----------
        noise_means : array_like, shape (steps, d)
            Mean over the particles of the standard noise of each step.
        eta : float
            Step, positive, in units of time.

        Returns
        -------
        ndarray, shape (d,)
            The same for every particle.

        Raises
        ------
        ValueError
            If an argument is not finite or of another shape, or the step unstable.

        """
        return self._driven(noise_means, eta, 1.0)

    def mean_error(self, noise_means: ArrayLike, eta: float) -> np.ndarray:
        """The mean of the particles minus that of the limit, on the noise given.

        Parameters
        ----------
        noise_means, eta
            As for ``difference``.

        Returns
        -------
        ndarray, shape (d,)
            Its product with an input is the error of the network's output.

        """
        return self._driven(noise_means, eta, 0.0)

    def limit_mean(self, start: ArrayLike, euler: Euler) -> np.ndarray:
        """Mean of the limit after so many steps.

        Parameters
        ----------
        start : array_like, shape (d,)
            Mean of the particles' starts.
        euler : Euler

        Returns
        -------
        ndarray, shape (d,)

        """
        check_euler(euler)
        axes, values = self._spectrum()
        start = self._vector("start", start) @ axes
        kept = np.array([euler.decay(value) for value in values])
        moved = euler.eta * self._powers(values, euler).sum(axis=0)
        return axes @ (kept * start + moved * (self.x.T @ self.y / len(self.x) @ axes))

    def difference_scale(self, direction: ArrayLike, n: int, euler: Euler) -> float:
        """Scale of direction . difference, which is symmetric stable about 0.

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
            If an argument is out of range or of another shape, or the step unstable.

        """
        return self._scale(direction, n, euler, 1.0)

    def mean_error_scale(self, direction: ArrayLike, n: int, euler: Euler) -> float:
        """Scale of direction . mean_error: of an input, that of the error of the output.

        Parameters
        ----------
        direction, n, euler
            As for ``difference_scale``.

        Returns
        -------
        float

        """
        return self._scale(direction, n, euler, 0.0)

    def _driven(self, noise_means: ArrayLike, eta: float, less: float) -> np.ndarray:
        noises = finite_array("noise_means", noise_means)
        columns = self.x.shape[1]
        if noises.ndim != 2 or noises.shape[1] != columns:
            raise ValueError(f"noise_means must have {columns} columns, got shape {noises.shape}")
        axes, values = self._spectrum()
        kernels = self._powers(values, Euler(eta, len(noises))) - less
        seen = (kernels * (noises[::-1] @ axes)).sum(axis=0)
        return self.sigma * eta ** (1 / self.alpha) * (axes @ seen)

    def _scale(self, direction: ArrayLike, n: int, euler: Euler, less: float) -> float:
        check_euler(euler)
        n = check_integer("n", n, 1, 2**63)
        axes, values = self._spectrum()
        parts = self._vector("direction", direction) @ axes
        rows = ((self._powers(values, euler) - less) * parts) @ axes.T
        power = euler.eta * n ** (1 - self.alpha) * float(self._power(rows).sum())
        return within_floats(self.sigma * power ** (1 / self.alpha))

    def _power(self, rows: np.ndarray) -> np.ndarray:
        """-log of the noise's cf, which is homogeneous: for long rows it would underflow."""
        sizes = abs(rows).sum(axis=1)
        units = rows / np.where(sizes > 0, sizes, 1.0)[:, None]
        return -np.log(self.noise.characteristic_function(units, self.alpha)) * sizes**self.alpha

    def _spectrum(self) -> tuple[np.ndarray, np.ndarray]:
        """Eigenvectors of H, in columns, and its eigenvalues."""
        values, axes = np.linalg.eigh(self.x.T @ self.x / len(self.x))
        return axes, values

    def _powers(self, values: np.ndarray, euler: Euler) -> np.ndarray:
        """(1 - eta value)^j, shape (steps, d)."""
        return np.stack([euler.kernel(value) for value in values], axis=1)

    def _vector(self, name: str, vector: ArrayLike) -> np.ndarray:
        found = finite_array(name, vector)
        if found.shape != self.x.shape[1:]:
            raise ValueError(f"{name} must have shape {self.x.shape[1:]}, got {found.shape}")
        return found


def _rebuild(alpha: float, noise: str, x: np.ndarray, y: np.ndarray, sigma: float) -> LinearNetwork:
    return LinearNetwork(alpha, import_module(noise), x, y, sigma)
