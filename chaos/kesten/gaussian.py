"""Least squares with new Gaussian rows at each step: all is quadrature."""

from dataclasses import dataclass, replace
from functools import lru_cache, partial
from math import ceil, exp, inf, lgamma, log, log2, sqrt

import numpy as np
from numpy import float64, uint32, uint64
from scipy.optimize import brentq

from stablenoise.checks import check_integer, check_number, check_positive
from stablenoise.kernels import cms
from stablenoise.kernels.compiler import jit
from stablenoise.kernels.random_words import double
from stablenoise.kernels.threads import in_threads
from stablenoise.values import keep_floats

from .addresses import BUFFER, TILE, first_address, later, tiles
from .index import LARGEST, check_second_moment, log_mean, positive_root

words = double.words
fill_normal, normal_constants = cms.normal.fill[float64], cms.normal.constants[float64](2.0, 0.0)

MOST = 10_000  # rows of a batch, and dimensions, of the quadrature
SMALLEST_STEP = 1e-70  # and 1 over the largest: its fourth power is in the floats
NODES, WEIGHTS = np.polynomial.legendre.leggauss(16)
ROUNDINGS = 2.0**-40  # 4096 of them: the least node is within 1/188 of a panel of its edge


@dataclass(frozen=True, slots=True)
class GaussianLeastSquares:
    r"""SGD on least squares with new Gaussian rows at each step, and what is known of it.

    Parameters
    ----------
    eta : float
        Step size, positive.
    batch : int
        Rows of a step, b in [1, 10,000].
    dim : int
        Dimension d, in [1, 10,000].
    variance : float
        Of each entry of a row, s^2, positive: rows are N(0, s^2 I).
    noise : float
        Standard deviation of the residuals, which are Gaussian and independent of the rows; not
        negative.  It sets the unit of the stationary law and has no part in rho, h and alpha.

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
            object.__setattr__(self, name, check_integer(name, getattr(self, name), 1, MOST + 1))
        check_positive("variance", self.variance)
        check_number("noise", self.noise)
        if not 0 <= self.noise < inf:
            raise ValueError(f"noise must be finite and not negative, got {self.noise}")
        keep_floats(self, "eta", "variance", "noise")
        product = self.eta * self.variance / self.batch
        if not SMALLEST_STEP < product < 1 / SMALLEST_STEP:
            rule = f"eta variance / batch must lie in ({SMALLEST_STEP:g}, {1 / SMALLEST_STEP:g})"
            raise ValueError(f"{rule}, got {product:g}")

    def growth(self) -> float:
        """Mean logarithmic growth of a step, rho = E log(R) / 2.

        Returns
        -------
        float
            In nats a step, negative if there is a stationary law; absolute error about 1e-12.

        """
        return _nodes(self, 4.0).growth()

    def moment(self, order: float) -> float:
        r"""Mean power of the growth of a step, h(s) = E R^(s/2).

        Also E\|x_k - x'_k\|^s = h(s)^k \|x_0 - x'_0\|^s, exactly, for two chains of the same rows.

        Parameters
        ----------
        order : float
            s, in (0, 3072].

        Returns
        -------
        float
            By quadrature, to about 1e-12 of its logarithm for s up to 10; inf beyond the floats.

        Raises
        ------
        ValueError
            If order is out of range.

        Examples
        --------
        >>> print(f"{GaussianLeastSquares(0.75, 1, 1).moment(2.0):.6f}")  # 1 - 2 eta + 3 eta^2
        1.187500

        """
        check_number("order", order)
        if not 0 < order <= LARGEST:
            raise ValueError(f"order must lie in (0, {LARGEST:g}], got {order}")
        found = _nodes(self, order).log_moment(order)
        return exp(found) if found < 709 else inf

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
            If order is another.

        Notes
        -----
        DERIVED, from E X^k and E Y^k of the chi-squared laws.

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

        """
        nodes = lru_cache(maxsize=1)(partial(_nodes, self))

        def log_moment(s: float) -> float:
            return nodes(max(4.0, 2.0 ** ceil(log2(s)))).log_moment(s)

        return positive_root(log_moment, nodes(4.0).growth(), self.eta)

    def critical_step(self) -> float:
        """Step size from which on the stationary law has no variance: 2 b / (s^2 (d + b + 1)).

        Returns
        -------
        float
            Where h(2) = 1, so that alpha = 2; it does not depend on eta.

        Notes
        -----
        As in arXiv 2006.04740 for Gaussian rows (as summarised; DERIVED).

        """
        return 2 * self.batch / (self.variance * (self.dim + self.batch + 1))

    def largest_step(self) -> float:
        """Step size from which on there is no stationary law: the first with rho = 0.

        Returns
        -------
        float
            Above the critical step: between the two 0 < alpha < 2.  The window is narrow where
            dim is large against batch: 0.12 % of the step at batch 1 and dim 100.

        """

        def growth(eta: float) -> float:
            return replace(self, eta=eta).growth()

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
            If eta is at or above the critical step, where it is infinite or there is no such law.

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

        """
        h = self.moment(order)
        if h >= 1 or self.growth() >= 0:
            raise ValueError(f"order must be below the tail index, got {order} with h = {h:.6g}")
        unit = self.eta * sqrt(self.variance) * self.noise / self.batch
        kick = unit**order * _chi_moment(self.batch, order) * _chi_moment(self.dim, order)
        return kick / (1 - h ** (1 / max(order, 1.0))) ** max(order, 1.0)

    def without_residuals(self) -> "GaussianLeastSquares":
        """The same with q = 0: the products of matrices alone."""
        return replace(self, noise=0.0)

    def _advance(self, x: np.ndarray, first: int, place: tuple) -> np.ndarray:
        """States ``steps`` steps on; place is (seed, start, steps)."""
        seed, start, steps = place
        out, width = np.ascontiguousarray(x), self.batch * (self.dim + 1)
        tile = max(16, min(TILE, BUFFER // width))
        c, ratio = self.eta * self.variance / self.batch, self.noise / sqrt(self.variance)
        shape = out, self.batch, tile, c, ratio
        when = first_address(seed, start), uint64(first), steps
        in_threads(lambda low, high: _gaussian_steps(*shape, *when, low, high), tiles(x, tile), 1)
        return out


@dataclass(frozen=True, slots=True)
class _Nodes:
    """log R and the logarithms of its weights."""

    log_r: np.ndarray
    log_weight: np.ndarray

    def log_moment(self, s: float) -> float:
        return log_mean(0.5 * s * self.log_r + self.log_weight, 1)

    def growth(self) -> float:
        return 0.5 * float(np.sum(self.log_r * np.exp(self.log_weight)))


def _nodes(sgd: GaussianLeastSquares, most: float) -> _Nodes:
    """Quadrature over t = sqrt(X) and v = sqrt(Y) for moments up to ``most``.

    log R has a pole at v = 0, t = 1/sqrt(c), and for large c v one next to t = 0: panels shrink
    by 4 towards all three.  R^(s/2) times the density is largest below sqrt(2 s + b), sqrt(s + d)
    and falls from there like a Gaussian of variance at most 1: exp(-50) is left out.
    """
    c, b, d = sgd.eta * sgd.variance / sgd.batch, sgd.batch, sgd.dim
    pole, last = 1 / sqrt(c), sqrt(2 * most + b) + 10
    graded = 4.0 ** -np.arange(21.0)
    sides = [graded, -graded, graded[:13] - pole, [-pole, 0.0, last - pole]]
    steps = np.arange(ceil(-pole), last - pole)
    gap, weight = _panels(np.concatenate([*sides, steps]), -pole, last - pole)
    t = gap + pole
    log_t = weight + _log_chi(t, b)
    v, log_v = np.zeros(1), np.zeros(1)
    if d > 1:
        end = sqrt(most + d) + 10
        v, weight = _panels(np.concatenate([graded, np.arange(0.0, end), [end]]), 0.0, end)
        log_v = weight + _log_chi(v, d - 1)
    r = (c * gap * (t + pole))[:, None] ** 2 + (c * np.multiply.outer(t, v)) ** 2
    log_weight = np.add.outer(log_t - log_mean(log_t, 1), log_v - log_mean(log_v, 1))
    return _Nodes(np.log(r), log_weight)


def _panels(edges: np.ndarray, low: float, high: float) -> tuple[np.ndarray, np.ndarray]:
    """Nodes of Gauss and Legendre between the edges within [low, high], and log weights.

    Edges that differ by some roundings are one: nodes between them could be told from neither.
    """
    cuts = np.unique(edges[(edges >= low) & (edges <= high)])
    cuts = cuts[np.diff(cuts, prepend=-np.inf) > ROUNDINGS * np.abs(cuts)]
    half, middle = np.diff(cuts)[:, None] / 2, (cuts[1:] + cuts[:-1])[:, None] / 2
    return (middle + half * NODES).ravel(), np.log(half * WEIGHTS).ravel()


def _log_chi(t: np.ndarray, degrees: int) -> np.ndarray:
    """Log density of the chi law over that at its mode m.

    log(t / m) is log1p(t / m - 1) but near 0: degrees times its error stays small.
    """
    m = sqrt(max(degrees - 1, 1))
    log_ratio = np.log1p(np.maximum(t - m, -m / 2) / m) + np.log(np.minimum(2 * t / m, 1.0))
    return (degrees - 1) * log_ratio - (t - m) * (t + m) / 2


def _chi_moment(degrees: int, order: float) -> float:
    """Mean of a power of the chi law."""
    return exp(order / 2 * log(2) + lgamma((degrees + order) / 2) - lgamma(degrees / 2))


@jit(nogil=True)
def _gaussian_steps(out, batch, tile, c, ratio, address, first, steps, low, high):
    """Move tiles low to high of the chains; within a tile they lie side by side."""
    n, dim = out.shape
    width = batch * (dim + 1)
    flat = np.empty((width + 1) * tile)
    one, other, parts = np.empty(tile, uint64), np.empty(tile, uint64), np.empty((3, tile))
    who, block = np.empty(tile, uint32), np.empty(tile, uint32)
    for t in range(low, high):
        rows = out[t * tile : (t + 1) * tile]
        m = len(rows)
        z = flat[: (width + 1) * m].reshape(width + 1, m)
        for i in range(m):
            who[i] = uint32(first + uint64(t * tile + i))
        x, pull, push = rows.T.copy(), np.empty((dim, m)), np.empty(m)
        for step in range(steps):
            for j in range((width + 1) // 2):
                block[:m] = uint32(j)
                words(one[:m], other[:m], who[:m], block[:m], later(address, step))
                found = flat[2 * j * m : 2 * (j + 1) * m]
                fill_normal(normal_constants, one[:m], other[:m], parts[:, :m], found)
            _move(x, z, pull, push, batch, c, ratio)
        rows[:] = x.T


@jit
def _move(x, z, pull, push, batch, c, ratio):
    """Take c sum z_i (z_i . x - ratio e_i) from x, for chains side by side."""
    dim, m = x.shape
    pull[:] = 0.0
    for i in range(batch):
        base = i * (dim + 1)
        noise = z[base + dim]
        for k in range(m):
            push[k] = -ratio * noise[k]
        for j in range(dim):
            entry, place = z[base + j], x[j]
            for k in range(m):
                push[k] += entry[k] * place[k]
        for j in range(dim):
            entry, place = z[base + j], pull[j]
            for k in range(m):
                place[k] += entry[k] * push[k]
    for j in range(dim):
        place, step = x[j], pull[j]
        for k in range(m):
            place[k] -= c * step[k]
