"""Least squares with new Gaussian rows at each step, solved by quadrature."""

from dataclasses import dataclass, replace
from functools import lru_cache
from math import ceil, exp, inf, log2, sqrt
from types import ModuleType

from scipy.optimize import brentq

from stablenoise.checks import check_integer, check_not_negative, check_number, check_positive
from stablenoise.values import keep_floats

from .gaussian_rows import Recursion, advanced
from .index import MAX_INDEX, check_second_moment, positive_root
from .quadrature import GrowthNodes, chi_moment, growth_nodes

MAX_SIZE = 10_000  # of batch and dimension, for the quadrature
MIN_STEP = 1e-70  # of eta variance / batch, and 1 over its maximum: fourth powers are floats
LOW_ORDER = 4.0  # moments up to it, and the growth, share their nodes


@dataclass(frozen=True, slots=True)
class GaussianLeastSquares:
    r"""SGD on least squares with new Gaussian rows at each step, and its exact properties.

    Parameters
    ----------
    eta : float
        Step size, positive.
    batch : int
        Rows of a step, b in [1, 10,000].
    dim : int
        Dimension d, in [1, 10,000].
    variance : float
        Variance s^2 of each entry of a row, positive: rows are N(0, s^2 I).
    noise : float
        Standard deviation of the residuals, not negative: they are Gaussian and independent of the
        rows.  It sets the unit of the stationary law; rho, h and alpha do not depend on it.

    Raises
    ------
    ValueError
        If a parameter is out of range.

    Examples
    --------
    >>> sgd = GaussianLeastSquares(eta=0.75, batch=1, dim=1)
    >>> print(f"{sgd.growth():.5f} {sgd.tail_index():.5f} {sgd.critical_step():.5f}")
    -0.47505 1.69777 0.66667

    """

    eta: float
    batch: int
    dim: int
    variance: float = 1.0
    noise: float = 1.0

    def __post_init__(self) -> None:
        check_positive("eta", self.eta)
        for name in ("batch", "dim"):
            object.__setattr__(
                self, name, check_integer(name, getattr(self, name), 1, MAX_SIZE + 1)
            )
        check_positive("variance", self.variance)
        check_not_negative("noise", self.noise)
        keep_floats(self, "eta", "variance", "noise")
        product = self.eta * self.variance / self.batch
        if not MIN_STEP < product < 1 / MIN_STEP:
            rule = f"eta variance / batch must lie in ({MIN_STEP:g}, {1 / MIN_STEP:g})"
            raise ValueError(f"{rule}, got {product:g}")

    def growth(self) -> float:
        """Mean logarithmic growth of a step, rho = E log(R) / 2.

        Returns
        -------
        float
            In nats a step, negative if there is a stationary law; absolute error about 1e-12.

        Examples
        --------
        >>> print(f"{GaussianLeastSquares(0.75, batch=1, dim=1).growth():.6f}")
        -0.475049

        """
        return self._nodes(LOW_ORDER).growth()

    def moment(self, order: float) -> float:
        r"""Mean power of the growth of a step, h(s) = E R^(s/2).

        Two chains x and x' that see the same rows have
        E\|x_k - x'_k\|^s = h(s)^k \|x_0 - x'_0\|^s, exactly.

        Parameters
        ----------
        order : float
            s, in (0, 3072].

        Returns
        -------
        float
            By quadrature; its logarithm is within about 1e-12 for s up to 10.  inf beyond the
            floats.

        Raises
        ------
        ValueError
            If order is out of range.

        Examples
        --------
        >>> print(f"{GaussianLeastSquares(0.75, 1, 1).moment(2.0):.6f}")  # 1 - 2 eta + 3 eta^2
        1.187500

        """
        order = check_number("order", order)
        if not 0 < order <= MAX_INDEX:
            raise ValueError(f"order must lie in (0, {MAX_INDEX:g}], got {order}")
        log_moment = self._nodes(order).log_moment(order)
        return exp(log_moment) if log_moment < 709 else inf

    def closed_moment(self, order: int) -> float:
        """h(2) or h(4) as a polynomial of the step size.

        Parameters
        ----------
        order : {2, 4}

        Returns
        -------
        float

        Raises
        ------
        ValueError
            If order is neither 2 nor 4.

        Notes
        -----
        DERIVED, from E X^k and E Y^k of the chi-squared laws.

        Examples
        --------
        >>> GaussianLeastSquares(0.75, batch=1, dim=1).closed_moment(2)
        1.1875

        """
        check_number("order", order)
        if order not in (2, 4):
            raise ValueError(f"order must be 2 or 4, got {order}")
        b, d, c = self.batch, self.dim, self.eta * self.variance / self.batch
        x2 = b * (b + 2)
        if order == 2:
            return 1 - 2 * c * b + c**2 * b * (d + b + 1)
        x3, y2 = x2 * (b + 4), d * d - 1  # E X^3, E Y^2
        x4 = x3 * (b + 6)
        square = 4 * x2 + 2 * (x2 + b * (d - 1))
        cube = 4 * (x3 + x2 * (d - 1))
        return (
            1 - 4 * c * b + c**2 * square - c**3 * cube + c**4 * (x4 + 2 * x3 * (d - 1) + x2 * y2)
        )

    def tail_index(self) -> float:
        """Index alpha of the tails of the stationary law: h(alpha) = 1.

        Returns
        -------
        float
            Above 2 below the critical step, 2 at it, less above; relative error about 1e-12.

        Raises
        ------
        ValueError
            If there is no stationary law (rho >= 0), or alpha exceeds 3072.

        Examples
        --------
        >>> sgd = GaussianLeastSquares(eta=0.75, batch=1, dim=1)
        >>> alpha = sgd.tail_index()
        >>> print(f"{alpha:.5f} {sgd.moment(alpha):.9f}")
        1.69777 1.000000000

        """
        nodes = lru_cache(maxsize=1)(self._nodes)

        def log_moment(s: float) -> float:
            # Nodes up to the next power of two: the steps of a search share them.
            return nodes(max(LOW_ORDER, 2.0 ** ceil(log2(s)))).log_moment(s)

        return positive_root(log_moment, nodes(LOW_ORDER).growth(), self.eta)

    def critical_step(self) -> float:
        """Step size from which on the stationary law has no variance: 2 b / (s^2 (d + b + 1)).

        Returns
        -------
        float
            The step size at which h(2) = 1, so that alpha = 2; it does not depend on eta.

        Notes
        -----
        As in arXiv 2006.04740 for Gaussian rows (as summarised; DERIVED).

        Examples
        --------
        >>> GaussianLeastSquares(0.1, batch=2, dim=5).critical_step()
        0.5

        """
        return 2 * self.batch / (self.variance * (self.dim + self.batch + 1))

    def largest_step(self) -> float:
        """Step size from which on there is no stationary law: the first with rho = 0.

        Returns
        -------
        float
            Above the critical step; between the two 0 < alpha < 2.  They are close if dim is large
            against batch: 0.12 % of the step apart at batch 1 and dim 100.

        Examples
        --------
        >>> sgd = GaussianLeastSquares(0.1, batch=1, dim=1)
        >>> print(f"{sgd.critical_step():.4f} {sgd.largest_step():.4f}")
        0.6667 2.4212

        """

        def growth(eta: float) -> float:
            return replace(self, eta=eta).growth()

        # There h(2) = 1 = h(0), and log h is convex: its slope at 0, rho, is still negative.
        low = high = self.critical_step()
        while growth(high) < 0:
            low, high = high, 2 * high
        return float(brentq(growth, low, high, xtol=1e-13 * high, rtol=1e-13))

    def second_moment(self) -> float:
        r"""Stationary E\|x\|^2 = eta s_e^2 d / (2 b - eta s^2 (d + b + 1)), s_e the noise.

        Returns
        -------
        float
            In the squared unit of x.

        Raises
        ------
        ValueError
            If eta is at or above the critical step: then it is infinite, or there is no such law.

        Examples
        --------
        >>> print(f"{GaussianLeastSquares(0.5, batch=2, dim=1).second_moment():.6f}")
        0.250000

        """
        check_second_moment(self.eta, self.critical_step())
        slack = 2 * self.batch - self.eta * self.variance * (self.dim + self.batch + 1)
        return self.eta * self.noise**2 * self.dim / slack

    def moment_bound(self, order: float) -> float:
        r"""Upper bound of the stationary E\|x\|^p for p below the tail index.

        .. math:: \frac{E\|q\|^p}{1 - h(p)} \; (p \le 1), \qquad
                  \frac{E\|q\|^p}{(1 - h(p)^{1/p})^p} \; (p \ge 1)

        Parameters
        ----------
        order : float
            p, in (0, alpha).

        Returns
        -------
        float
            In the unit of x to the power p.

        Raises
        ------
        ValueError
            If order is not below the tail index: then the moment is infinite.

        Notes
        -----
        DERIVED, by the triangle inequality of the distance E\|.\|^p or its root.  Given the
        residuals, q is Gaussian: \|q\| = eta s s_e chi_b chi_d / b.

        Examples
        --------
        >>> sgd = GaussianLeastSquares(0.5, batch=2, dim=1)
        >>> sgd.second_moment() < sgd.moment_bound(2.0) < 2.0
        True

        """
        h = self.moment(order)
        if h >= 1 or self.growth() >= 0:
            raise ValueError(f"order must be below the tail index, got {order} with h = {h:.6g}")
        unit = self.eta * sqrt(self.variance) * self.noise / self.batch
        kick = unit**order * chi_moment(self.batch, order) * chi_moment(self.dim, order)
        return kick / (1 - h ** (1 / max(order, 1.0))) ** max(order, 1.0)

    def without_residuals(self) -> "GaussianLeastSquares":
        """SGD with q = 0, whose states are products of the matrices alone.

        Returns
        -------
        GaussianLeastSquares

        Examples
        --------
        >>> GaussianLeastSquares(0.5, batch=2, dim=3).without_residuals().noise
        0.0

        """
        return replace(self, noise=0.0)

    def _nodes(self, max_order: float) -> GrowthNodes:
        """Nodes of the law of R for moments up to an order."""
        return growth_nodes(self.eta * self.variance / self.batch, self.batch, self.dim, max_order)

    def _recursion(self, xp: ModuleType) -> Recursion:
        """Numbers of the recursion, as ``_advance`` takes them."""
        c, ratio = self.eta * self.variance / self.batch, self.noise / sqrt(self.variance)
        return Recursion(self.batch, c, ratio)

    _advance = staticmethod(advanced)
