r"""Random recursions of SGD on least squares: when they are stationary, and with which tails.

Plain SGD on least squares, without any noise added, is :math:`x_k = M_k x_{k-1} + q_k` in the
distance x from the solution, with

.. math:: M = I - \frac{\eta}{b} \sum_{i \le b} a_i a_i^T,
          \qquad q = \frac{\eta}{b} \sum_{i \le b} e_i a_i,

over the b rows a and residuals e of a batch.  With

.. math:: \rho = \lim_k \tfrac1k \log \|M_k \cdots M_1\|,
          \qquad h(s) = \lim_k (E \|M_k \cdots M_1\|^s)^{1/k}

there is a stationary law if rho < 0, and it has tails of the index alpha > 0 with h(alpha) = 1
(Kesten, 1973, Acta Math. 131, 207-248; for SGD Gurbuzbalaban, Simsekli & Zhu, arXiv 2006.04740):
heavy tails from light-tailed data.

``GaussianLeastSquares`` draws new Gaussian rows at each step.  They have no preferred direction, so
that \|M_k .. M_1 u\| is a product of k independent copies of \|M u\| = sqrt(R),

.. math:: R = (1 - cX)^2 + c^2 X Y, \qquad c = \eta s^2 / b, \; X \sim \chi^2_b, \;
          Y \sim \chi^2_{d-1},

and all is quadrature: h(s) = E R^(s/2), rho = E log(R) / 2 (DERIVED; s^2 the variance of an entry).
``FiniteLeastSquares`` draws its batches from given rows: second moments are exact there, and in one
dimension everything is; what is not is estimated by simulation, with a standard error.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache, partial
from itertools import combinations
from math import ceil, comb, exp, inf, lgamma, log, log2, sqrt

import numpy as np
from numpy import float64, uint32, uint64
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.sparse.linalg import LinearOperator, cg, eigsh

from stablenoise import cms
from stablenoise.checks import check_all, check_integer, check_number, real_array
from stablenoise.estimate import Estimate
from stablenoise.field import WORDS, Lane
from stablenoise.jit import jit
from stablenoise.philox import double
from stablenoise.threads import in_threads

from .network import LAYER

uniform, words = double.uniform, double.words
fill_normal, normal_constants = cms.normal.fill[float64], cms.normal.constants[float64](2.0, 0.0)

ROWS = Lane.MINIBATCH + LAYER  # lane of what the batches of chains are made of
LANE = uint64(ROWS)
LARGEST = 3072.0  # of a tail index; nodes of its quadrature take 100 MB, of one below 10, 20 MB
MOST = 10_000  # rows of a batch, and dimensions, of the quadrature
BATCHES = 10**6  # batches that are counted one by one
NODES, WEIGHTS = np.polynomial.legendre.leggauss(16)
GROUPS = 20  # of clones, for a standard error
TILE, BUFFER = 256, 65_536  # chains of a tile, and variates of a step that a tile holds


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
        _check_positive("eta", self.eta)
        check_integer("batch", self.batch, 1, MOST + 1)
        check_integer("dim", self.dim, 1, MOST + 1)
        _check_positive("variance", self.variance)
        check_number("noise", self.noise)
        if not 0 <= self.noise < inf:
            raise ValueError(f"noise must be finite and not negative, got {self.noise}")

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

        return _index(log_moment, nodes(4.0).growth(), self.eta)

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
        _check_second(self.eta, self.critical_step())
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
        when = *_key(seed), uint64(first), uint64(start), steps
        in_threads(lambda low, high: _gaussian_steps(*shape, *when, low, high), _tiles(x, tile), 1)
        return out


@dataclass(frozen=True)
class FiniteLeastSquares:
    """SGD on least squares whose batches are drawn from given rows, and what is known of it.

    x is the distance from the least-squares solution of all rows.

    Parameters
    ----------
    rows : ndarray, shape (n, d)
        Finite, of full column rank.
    targets : ndarray, shape (n,)
    eta : float
        Step size, positive.
    batch : int
        Rows of a step, at least 1.
    replacement : bool
        Whether a row may be drawn twice in a step; if not, batch is at most n.

    Attributes
    ----------
    solution : ndarray, shape (d,)
        The least-squares solution of all rows.

    Raises
    ------
    ValueError
        If a parameter is out of range.

    Notes
    -----
    ``critical_step`` and ``second_moment`` are exact for every d, by linear algebra on d x d
    matrices in O(n d^2) a product; ``growth``, ``moment`` and ``tail_index`` are exact in one
    dimension, where all batches are counted (at most 10^6).  For the rest see
    ``estimate_growth``, ``estimate_moment`` and ``estimate_tail_index``.

    Examples
    --------
    >>> sgd = FiniteLeastSquares([[1.0], [2.0]], [1.0, 1.0], eta=0.7, batch=1)
    >>> print(f"{sgd.growth():.4f} {sgd.tail_index():.4f}")  # factors 0.3 and -1.8
    -0.3081 0.8359

    """

    rows: np.ndarray
    targets: np.ndarray
    eta: float
    batch: int
    replacement: bool = False
    solution: np.ndarray = field(init=False, repr=False)

    def __post_init__(self) -> None:
        rows, targets = real_array("rows", self.rows), real_array("targets", self.targets)
        if rows.ndim != 2 or not rows.size or targets.shape != rows.shape[:1]:
            shapes = f"{rows.shape} and {targets.shape}"
            raise ValueError(f"rows and targets must have shapes (n, d) and (n,), got {shapes}")
        if not (np.isfinite(rows).all() and np.isfinite(targets).all()):
            raise ValueError("rows and targets must be finite, got values that are not")
        solution, _, rank, _ = np.linalg.lstsq(rows, targets)
        if rank < rows.shape[1]:
            raise ValueError(f"rows must have full column rank {rows.shape[1]}, got {rank}")
        _check_positive("eta", self.eta)
        check_integer("batch", self.batch, 1, WORDS if self.replacement else len(rows) + 1)
        object.__setattr__(self, "rows", np.ascontiguousarray(rows))
        object.__setattr__(self, "targets", targets)
        object.__setattr__(self, "solution", solution)

    @property
    def dim(self) -> int:
        """Dimension d."""
        return self.rows.shape[1]

    def growth(self) -> float:
        """Mean logarithmic growth of a step, exactly, in one dimension.

        Returns
        -------
        float
            -inf if some batch maps all to 0.

        Raises
        ------
        ValueError
            If d > 1, or there are more than 10^6 batches.

        """
        factors = self._factors()
        return float(np.mean(np.log(factors))) if factors.all() else -inf

    def moment(self, order: float) -> float:
        """h(s): for s = 2 the spectral radius of S -> E[M S M]; else exactly, in one dimension.

        Parameters
        ----------
        order : float
            s, positive.

        Returns
        -------
        float

        Raises
        ------
        ValueError
            If order is out of range, or h(order) is not exact here.

        """
        _check_positive("order", order)
        if order == 2:
            identity, eta = np.ones((self.dim, self.dim)), self.eta
            linear, quadratic = self._operators
            return _largest(
                lambda s: identity * s - eta * linear * s + eta**2 * quadratic(s), self.dim
            )
        return float(np.mean(self._factors() ** order))

    def tail_index(self) -> float:
        """Index alpha > 0 with h(alpha) = 1, exactly, in one dimension.

        Returns
        -------
        float
            inf if no batch expands: then the stationary law is bounded.

        Raises
        ------
        ValueError
            If there is no stationary law (rho >= 0), alpha exceeds 3072, d > 1, or there are
            more than 10^6 batches.

        """
        factors, growth = self._factors(), self.growth()
        if factors.max() <= 1 and growth < 0:
            return inf
        logs = np.log(factors[factors > 0])
        return _index(lambda s: _log_mean(s * logs, factors.size), max(growth, -1e3), self.eta)

    def critical_step(self) -> float:
        """Step size at which h(2) = 1, exactly: from there on the law has no variance.

        Returns
        -------
        float
            1 over the largest eigenvalue of L^-1 Q, where E[M S M] = S - eta L(S) + eta^2 Q(S).

        """
        linear, quadratic = self._operators
        return 1 / _largest(lambda s: quadratic(s / np.sqrt(linear)) / np.sqrt(linear), self.dim)

    def second_moment(self) -> float:
        r"""Stationary E\|x\|^2, exactly: the trace of S with S = E[M S M] + E[q q^T].

        Returns
        -------
        float
            In the squared unit of x; relative error about 1e-9.

        Raises
        ------
        ValueError
            If eta is at or above the critical step.

        Notes
        -----
        The residuals of the solution are orthogonal to the rows, so E q = 0 and E x = 0: x and q
        add no mixed term, although M and q depend on each other.

        """
        _check_second(self.eta, self.critical_step())
        linear, quadratic = self._operators
        d, (turned, _) = self.dim, self._turned
        kick = turned.T * self._residuals**2 @ turned / len(turned)
        factor = 1.0 if self.replacement else (len(turned) - self.batch) / max(len(turned) - 1, 1)

        def slack(flat: np.ndarray) -> np.ndarray:
            s = flat.reshape(d, d)
            return (linear * s - self.eta * quadratic(s)).ravel()

        operator = LinearOperator((d * d, d * d), matvec=slack, dtype=float)
        target = self.eta * factor / self.batch * kick
        found, _ = cg(operator, target.ravel(), rtol=1e-12, maxiter=100 * d * d)
        return float(np.trace(found.reshape(d, d)))

    def without_residuals(self) -> "FiniteLeastSquares":
        """The same with q = 0: the products of matrices alone."""
        return replace(self, targets=np.zeros(len(self.rows)))

    @cached_property
    def _residuals(self) -> np.ndarray:
        return self.targets - self.rows @ self.solution

    @cached_property
    def _turned(self) -> tuple[np.ndarray, np.ndarray]:
        """Rows in the basis where their mean square is diagonal, and its diagonal."""
        _, values, basis = np.linalg.svd(self.rows, full_matrices=False)
        return self.rows @ basis.T, values**2 / len(self.rows)

    @cached_property
    def _operators(self) -> tuple[np.ndarray, Callable[[np.ndarray], np.ndarray]]:
        """L as factors of entries, and Q as a function: E[M S M] = S - eta L(S) + eta^2 Q(S).

        Two different rows of a batch are independent with replacement; without, the mean over
        pairs of different rows is that over all pairs less those of one row.
        """
        (rows, values), n, b = self._turned, len(self.rows), self.batch
        same, other = 1 / b, (b - 1) / b
        if not self.replacement and n > 1:
            same, other = same - other / (n - 1), other * n / (n - 1)

        def quadratic(s: np.ndarray) -> np.ndarray:
            sizes = np.einsum("ij,ij->i", rows @ s, rows)
            return same * (rows.T * sizes @ rows) / n + other * np.outer(values, values) * s

        return np.add.outer(values, values), quadratic

    def _factors(self) -> np.ndarray:
        """|M| of every batch, each as likely as the others, in one dimension."""
        n, b = len(self.rows), self.batch
        if self.dim > 1:
            raise ValueError(f"dim must be 1 for an exact answer, got {self.dim}")
        if (count := n**b if self.replacement else comb(n, b)) > BATCHES:
            raise ValueError(f"batches must be at most 10^6 to be counted, got {count:.3g}")
        squares = self.rows[:, 0] ** 2
        if self.replacement:
            sums = squares
            for _ in range(b - 1):
                sums = np.add.outer(sums, squares).ravel()
        else:
            sums = np.array([sum(some) for some in combinations(squares, b)])
        return np.abs(1 - self.eta / b * sums)

    def _advance(self, x: np.ndarray, first: int, place: tuple) -> np.ndarray:
        """States ``steps`` steps on; place is (seed, start, steps)."""
        seed, start, steps = place
        out, tile = np.ascontiguousarray(x), max(16, min(TILE, BUFFER // self.batch))
        data = self.rows, self._residuals, self.batch, self.replacement
        when = *_key(seed), uint64(first), uint64(start), steps
        shape = *data, tile, self.eta / self.batch
        in_threads(
            lambda low, high: _finite_steps(out, *shape, *when, low, high), _tiles(x, tile), 1
        )
        return out


LeastSquares = GaussianLeastSquares | FiniteLeastSquares


def trajectory(
    sgd: LeastSquares,
    states: ArrayLike,
    seed: int,
    *,
    every: int = 1,
    start: int = 0,
    first: int = 0,
) -> Iterator[np.ndarray]:
    """Yield the states of many chains after each ``every`` steps.

    What a chain sees at a step is a function of (seed, chain, step) alone, whatever the number of
    chains, of threads, or how a run is cut.  Chains of the same seed and number but other states
    see the same rows: they are coupled.

    Parameters
    ----------
    sgd : GaussianLeastSquares or FiniteLeastSquares
    states : array_like, shape (chains, dim)
        At step ``start``: distances from the solution.
    seed : int
        In [0, 2^64).
    every : int
        Steps from one state to the next, at least 1.
    start : int
        Steps done before: a run resumed at k with the states after k steps goes on as before.
    first : int
        Number of the chain in row 0.

    Yields
    ------
    ndarray, shape (chains, dim)
        New arrays, until step 2^32; inf or NaN where a recursion that grows has left the floats.
        Memory beyond them is one more copy and, in each thread, 0.5 MB, or 128 b (d + 1) bytes
        where that is more, b rather than b (d + 1) with given rows.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Gaussian rows: residual i of a step is coordinate (i + 1) (d + 1) - 1 of the noise of (chain,
    step), the row the d coordinates before it.

    Examples
    --------
    >>> from itertools import islice
    >>> sgd = GaussianLeastSquares(0.5, batch=2, dim=3)
    >>> path = trajectory(sgd, np.zeros((4, 3)), seed=1, every=10)
    >>> [x.shape for x in islice(path, 2)]
    [(4, 3), (4, 3)]

    """
    x = real_array("states", states)
    if x.ndim != 2 or x.shape[1] != sgd.dim:
        raise ValueError(f"states must have shape (chains, {sgd.dim}), got {x.shape}")
    check_all(np.isfinite(x), "states must be finite", x)
    seed = check_integer("seed", seed, 0, 2**64)
    every = check_integer("every", every, 1, WORDS)
    start = check_integer("start", start, 0, WORDS)
    first = check_integer("first", first, 0, WORDS - len(x) + 1)
    return _states(sgd, x, first, (seed, every, start))


def _states(
    sgd: LeastSquares, x: np.ndarray, first: int, times: tuple[int, int, int]
) -> Iterator[np.ndarray]:
    seed, every, start = times
    for step in range(start, WORDS - every + 1, every):
        x = sgd._advance(x.copy(), first, (seed, step, every))
        yield x.copy()


def estimate_growth(
    sgd: LeastSquares, seed: int, *, chains: int = 100, steps: int = 400
) -> Estimate:
    r"""Estimate rho by the growth of \|M_k .. M_1 u\|, renormalised every 4 steps.

    Parameters
    ----------
    sgd : GaussianLeastSquares or FiniteLeastSquares
    seed : int
        In [0, 2^64).
    chains : int
        Independent products, at least 2.
    steps : int
        Factors of each, at least 4; those of the direction u, (1, .., 1), are not discarded.

    Returns
    -------
    Estimate
        In nats a step, with the standard error over the chains.

    Raises
    ------
    ValueError
        If an argument is out of range.

    """
    return Estimate.mean(growths(sgd, seed, chains=chains, steps=steps))


def growths(
    sgd: LeastSquares, seed: int, *, chains: int, steps: int = 400, first: int = 0
) -> np.ndarray:
    r"""log(\|M_k .. M_1 u\|) / k of independent products: ``estimate_growth`` is their mean.

    Parameters
    ----------
    sgd, seed, chains, steps
        As in ``estimate_growth``.
    first : int
        Number of the first chain.

    Returns
    -------
    ndarray, shape (chains,)
        In nats a step.

    """
    chains = check_integer("chains", chains, 2, WORDS)
    steps = check_integer("steps", steps, 4, WORDS)
    x, total = _directions(chains, sgd.dim), np.zeros(chains)
    path = sgd.without_residuals()
    for start in range(0, steps, 4):
        now = min(4, steps - start)
        x = next(trajectory(path, x, seed, every=now, start=start, first=first))
        size = np.linalg.norm(x, axis=1)
        total += np.log(size)
        x /= size[:, None]
    return total / steps


def estimate_moment(
    sgd: LeastSquares, order: float, seed: int, *, clones: int = 1000, steps: int = 50
) -> Estimate:
    """Estimate h(s) from directions that are copied in proportion to their growth.

    Parameters
    ----------
    sgd : GaussianLeastSquares or FiniteLeastSquares
    order : float
        s, positive.
    seed : int
        In [0, 2^64).
    clones : int
        Directions of a group, at least 2; the bias is of the order of 1 / clones.
    steps : int
        Steps of a group, at least 5, of which the first fifth is not counted.

    Returns
    -------
    Estimate
        With the standard error over 20 groups.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    A power of a product of many matrices is a mean that few products carry; here each step is
    averaged by itself, over directions of the law that the power favours.

    """
    _check_positive("order", order)
    return Estimate.mean([exp(f(order)) for f in _groups(sgd, seed, clones, steps)])


def estimate_tail_index(
    sgd: LeastSquares, seed: int, *, clones: int = 1000, steps: int = 50
) -> Estimate:
    """Estimate the tail index: where ``estimate_moment`` is 1, group by group.

    Parameters
    ----------
    sgd, seed, clones, steps
        As in ``estimate_moment``.

    Returns
    -------
    Estimate
        With the standard error over 20 groups, and a bias of the order of 1 / clones.

    Raises
    ------
    ValueError
        If an argument is out of range, the recursion grows, or its index exceeds 3072.

    """
    growth = estimate_growth(sgd, seed).value
    return Estimate.mean(
        [_index(f, growth, sgd.eta, 1e-4) for f in _groups(sgd, seed, clones, steps)]
    )


def _groups(
    sgd: LeastSquares, seed: int, clones: int, steps: int
) -> list[Callable[[float], float]]:
    """Estimates of log h as functions of the order, each from its own chains."""
    clones = check_integer("clones", clones, 2, WORDS // GROUPS)
    steps = check_integer("steps", steps, 5, WORDS)
    path = sgd.without_residuals()
    return [partial(_cloned, path, (seed, g * clones, clones, steps)) for g in range(GROUPS)]


def _cloned(sgd: LeastSquares, group: tuple[int, int, int, int], order: float) -> float:
    """Log h(order) by one group of clones, resampled systematically."""
    seed, first, clones, steps = group
    rng, x = np.random.default_rng([seed, first]), _directions(clones, sgd.dim)
    means: list[float] = []
    for y in _renewed(sgd, seed, first, x):
        logs = order * np.log(np.linalg.norm(y, axis=1))
        weights = np.exp(logs - logs.max())
        means.append(float(logs.max()) + log(weights.mean()))
        places = (rng.random() + np.arange(clones)) / clones * weights.sum()
        pick = np.searchsorted(np.cumsum(weights), places).clip(0, clones - 1)
        x[:] = y[pick] / np.linalg.norm(y[pick], axis=1)[:, None]
        if len(means) == steps:
            break
    counted = np.array(means[steps // 5 :])
    return _log_mean(counted, counted.size)


def _renewed(sgd: LeastSquares, seed: int, first: int, x: np.ndarray) -> Iterator[np.ndarray]:
    """One step from what the caller has made of x, step after step."""
    step = 0
    while True:
        yield next(trajectory(sgd, x, seed, start=step, first=first))
        step += 1


def _directions(chains: int, dim: int) -> np.ndarray:
    return np.full((chains, dim), 1 / sqrt(dim))


@dataclass(frozen=True, slots=True)
class _Nodes:
    """log R and the logarithms of its weights."""

    log_r: np.ndarray
    log_weight: np.ndarray

    def log_moment(self, s: float) -> float:
        return _log_mean(0.5 * s * self.log_r + self.log_weight, 1)

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
    log_weight = np.add.outer(log_t - _log_mean(log_t, 1), log_v - _log_mean(log_v, 1))
    return _Nodes(np.log(r), log_weight)


def _panels(edges: np.ndarray, low: float, high: float) -> tuple[np.ndarray, np.ndarray]:
    """Nodes of Gauss and Legendre between the edges within [low, high], and log weights."""
    cuts = np.unique(edges[(edges >= low) & (edges <= high)])
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


def _log_mean(logs: np.ndarray, count: int) -> float:
    """Logarithm of the sum of exponentials over ``count``."""
    top = float(logs.max())
    return top + log(float(np.sum(np.exp(logs - top))) / count)


def _index(
    log_moment: Callable[[float], float], growth: float, eta: float, xtol: float = 1e-13
) -> float:
    """Positive root of log h.  log h(s) / s increases from rho on: log h is convex, 0 at 0."""
    if growth >= 0:
        raise ValueError(
            f"a stationary law needs negative growth, got rho = {growth:.4g} at eta = {eta}"
        )
    low, high = 0.0, 0.75  # not at 2: there the root may be
    while log_moment(high) <= 0:
        low, high = high, 2 * high
        if high > LARGEST:
            raise ValueError(f"the tail index must be at most {LARGEST:g}, got more at eta = {eta}")

    def ratio(s: float) -> float:
        return log_moment(s) / s if s else growth

    return float(brentq(ratio, low, high, xtol=xtol, rtol=1e-13))


def _largest(operator: Callable[[np.ndarray], np.ndarray], dim: int) -> float:
    """Largest eigenvalue of a self-adjoint map of dim x dim matrices that keeps them positive."""
    if dim == 1:
        return float(operator(np.ones((1, 1)))[0, 0])

    def flat(s: np.ndarray) -> np.ndarray:
        return operator(s.reshape(dim, dim)).ravel()

    wrapped = LinearOperator((dim * dim, dim * dim), matvec=flat, dtype=float)
    found = eigsh(wrapped, k=1, which="LA", v0=np.eye(dim).ravel(), return_eigenvectors=False)
    return float(found[0])


def _check_positive(name: str, value: float) -> None:
    check_number(name, value)
    if not 0 < value < inf:
        raise ValueError(f"{name} must be positive and finite, got {value}")


def _check_second(eta: float, critical: float) -> None:
    if eta >= critical:
        raise ValueError(
            f"a second moment needs eta below the critical step, {critical:.6g}, got {eta}"
        )


def _tiles(x: np.ndarray, tile: int) -> int:
    return -(-len(x) // tile)


def _key(seed: int) -> tuple[uint64, uint64]:
    return uint64(seed % WORDS), uint64(seed // WORDS)


@jit(nogil=True)
def _gaussian_steps(out, batch, tile, c, ratio, k0, k1, first, start, steps, low, high):
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
                words(one[:m], other[:m], who[:m], block[:m], k0, k1, start + uint64(step), LANE)
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


@jit(nogil=True)
def _finite_steps(
    out, rows, residuals, batch, replacement, tile, c, k0, k1, first, start, steps, low, high
):  # fmt: skip
    """Move tiles low to high of the chains."""
    who, chosen = np.empty(tile, uint32), np.empty((tile, batch), np.int64)
    pull = np.empty(out.shape[1])
    for t in range(low, high):
        some = out[t * tile : (t + 1) * tile]
        m = len(some)
        for k in range(m):
            who[k] = uint32(first + uint64(t * tile + k))
        for step in range(steps):
            _choose(chosen[:m], who[:m], len(rows), replacement, k0, k1, start + uint64(step))
            _descend(some, rows, residuals, chosen, pull, c)


@jit
def _descend(x, rows, residuals, chosen, pull, c):
    """Take c sum a_i (a_i . x - e_i) from each x; a slice for each would cost more than the sum."""
    m, dim = x.shape
    for k in range(m):
        pull[:] = 0.0
        for y in range(chosen.shape[1]):
            i = chosen[k, y]
            push = -residuals[i]
            for j in range(dim):
                push += rows[i, j] * x[k, j]
            for j in range(dim):
                pull[j] += rows[i, j] * push
        for j in range(dim):
            x[k, j] -= c * pull[j]


@jit
def _choose(chosen, who, n, replacement, k0, k1, step):
    """Rows of the batches of some chains; row i of a batch is made of block i.

    Integer parts of a uniform of 52 bits: no row is favoured by more than n / 2^52.  Without
    replacement by Floyd (Bentley & Floyd, 1987, CACM 30, 754-757).
    """
    m, batch = chosen.shape
    one, other, block = np.empty(m, uint64), np.empty(m, uint64), np.empty(m, uint32)
    for i in range(batch):
        block[:] = uint32(i)
        words(one, other, who, block, k0, k1, step, LANE)
        most = n if replacement else n - batch + i + 1
        for k in range(m):
            chosen[k, i] = int(uniform(one[k], other[k])[0] * most)
    if not replacement:
        for k in range(m):
            for i in range(1, batch):
                taken = False
                for earlier in range(i):
                    taken |= chosen[k, earlier] == chosen[k, i]
                chosen[k, i] = n - batch + i if taken else chosen[k, i]
