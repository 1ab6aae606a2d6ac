"""Least squares on given rows: second moments are exact, and in one dimension everything is."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from itertools import combinations
from math import comb, inf
from types import ModuleType
from typing import Any

import numpy as np
from scipy.sparse.linalg import LinearOperator, cg, eigsh

from stablenoise.checks import check_integer, check_positive, check_truth, real_array
from stablenoise.field import WORDS
from stablenoise.results import pasted
from stablenoise.values import by_content, keep_floats, read_only

from .given_rows import Recursion, advanced
from .index import check_second_moment, log_mean, positive_root

MAX_BATCHES = 10**6  # that are counted one by one


@by_content
@dataclass(frozen=True, eq=False, repr=False)
class FiniteLeastSquares:
    """SGD on least squares whose batches are drawn from given rows, and its exact properties.

    x is the distance from the least-squares solution of all rows.

    Parameters
    ----------
    rows : array_like, shape (n, d)
        Finite, of full column rank.  Rows and targets are kept as read-only copies.
    targets : array_like, shape (n,)
        Finite.
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
    matrices with O(n d^2) operations a product.  ``growth``, ``moment`` and ``tail_index`` are
    exact in one dimension, where all batches are counted, at most 10^6 of them.  In more
    dimensions use ``estimate_growth``, ``estimate_moment`` and ``estimate_tail_index``.

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
    solution: np.ndarray = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        rows, targets = real_array("rows", self.rows), real_array("targets", self.targets)
        if rows.ndim != 2 or not rows.size or targets.shape != rows.shape[:1]:
            shapes = f"{rows.shape} and {targets.shape}"
            raise ValueError(f"rows and targets must have shapes (n, d) and (n,), got {shapes}")
        if not (np.isfinite(rows).all() and np.isfinite(targets).all()):
            raise ValueError("rows and targets must be finite, got values that are not")
        check_positive("eta", self.eta)
        keep_floats(self, "eta")
        _check_range(rows, targets, self.eta)
        solution, _, rank, _ = np.linalg.lstsq(rows, targets)
        if rank < rows.shape[1]:
            raise ValueError(f"rows must have full column rank {rows.shape[1]}, got {rank}")
        check_truth("replacement", self.replacement)
        high = WORDS if self.replacement else len(rows) + 1
        object.__setattr__(self, "batch", check_integer("batch", self.batch, 1, high))
        for name, array in (("rows", rows), ("targets", targets), ("solution", solution)):
            object.__setattr__(self, name, read_only(np.array(array, order="C")))

    def __getstate__(self) -> dict[str, Any]:  # without what is made when it is asked for
        return {part.name: getattr(self, part.name) for part in fields(self)}

    def __repr__(self) -> str:
        return pasted(self)

    @property
    def dim(self) -> int:
        """Dimension d of the rows and of x.

        Returns
        -------
        int

        Examples
        --------
        >>> FiniteLeastSquares([[1.0, 0.0], [1.0, 2.0]], [1.0, 1.0], eta=0.1, batch=1).dim
        2

        """
        return self.rows.shape[1]

    def growth(self) -> float:
        """Mean logarithmic growth of a step, exactly, in one dimension.

        Returns
        -------
        float
            In nats a step; -inf if some batch maps all to 0.

        Raises
        ------
        ValueError
            If d > 1, or there are more than 10^6 batches.

        Examples
        --------
        >>> sgd = FiniteLeastSquares([[1.0], [2.0]], [1.0, 1.0], eta=0.7, batch=1)
        >>> print(f"{sgd.growth():.6f}")  # log(0.3 x 1.8) / 2
        -0.308093

        """
        factors = self._factors()
        return float(np.mean(np.log(factors))) if factors.all() else -inf

    def moment(self, order: float) -> float:
        """Growth of moments of the order s, h(s), exactly: for s = 2, or in one dimension.

        h(2) is the spectral radius of S -> E[M S M].

        Parameters
        ----------
        order : float
            s, positive.

        Returns
        -------
        float
            inf beyond the floats.

        Raises
        ------
        ValueError
            If order is out of range; if it is not 2, and d > 1 or there are more than 10^6 batches.

        Examples
        --------
        >>> sgd = FiniteLeastSquares([[1.0], [2.0]], [1.0, 1.0], eta=0.7, batch=1)
        >>> print(f"{sgd.moment(1.0):.4f} {sgd.moment(2.0):.4f}")  # means of 0.3, 1.8; of squares
        1.0500 1.6650

        """
        order = check_positive("order", order)
        if order == 2:
            identity, eta = np.ones((self.dim, self.dim)), self.eta
            linear, quadratic = self._operators
            return _largest(
                lambda s: identity * s - eta * linear * s + eta**2 * quadratic(s), self.dim
            )
        with np.errstate(over="ignore"):
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

        Examples
        --------
        >>> sgd = FiniteLeastSquares([[1.0], [2.0]], [1.0, 1.0], eta=0.7, batch=1)
        >>> print(f"{sgd.tail_index():.4f} {sgd.moment(sgd.tail_index()):.6f}")
        0.8359 1.000000

        """
        factors, growth = self._factors(), self.growth()
        if factors.max() <= 1 and growth < 0:
            return inf
        # Factors of 0 add nothing to a moment, but they count in its mean.  With one the growth is
        # -inf, and any number below 0 serves the search instead.
        logs = np.log(factors[factors > 0])
        return positive_root(
            lambda s: log_mean(s * logs, factors.size), max(growth, -1e3), self.eta
        )

    def critical_step(self) -> float:
        """Step size at which h(2) = 1, exactly: from there on the law has no variance.

        Returns
        -------
        float
            1 over the largest eigenvalue of L^-1 Q, where E[M S M] = S - eta L(S) + eta^2 Q(S).

        Examples
        --------
        >>> sgd = FiniteLeastSquares([[1.0], [2.0]], [1.0, 1.0], eta=0.1, batch=1)
        >>> print(f"{sgd.critical_step():.6f}")  # 2 (1 + 4) / (1 + 16)
        0.588235

        """
        linear, quadratic = self._operators
        # L^-1/2 Q L^-1/2 has the eigenvalues of L^-1 Q, and is self-adjoint as the solver needs.
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
        The residuals of the solution are orthogonal to the rows, so E q = 0 and E x = 0: there is
        no mixed term of x and q, although M and q depend on each other.

        Examples
        --------
        >>> sgd = FiniteLeastSquares([[1.0], [1.0]], [1.0, -1.0], eta=0.5, batch=1)
        >>> print(f"{sgd.second_moment():.6f}")  # x' = x / 2 +- 1/2
        0.333333

        """
        check_second_moment(self.eta, self.critical_step())
        linear, quadratic = self._operators
        d, (turned, _) = self.dim, self._turned
        kick = turned.T * self._residuals**2 @ turned / len(turned)
        # Without replacement the variance of a mean is smaller by (n - b) / (n - 1).
        factor = 1.0 if self.replacement else (len(turned) - self.batch) / max(len(turned) - 1, 1)

        def slack(flat: np.ndarray) -> np.ndarray:
            s = flat.reshape(d, d)
            return (linear * s - self.eta * quadratic(s)).ravel()

        # Below the critical step L - eta Q is positive, and self-adjoint, as the solver needs.
        operator = LinearOperator((d * d, d * d), matvec=slack, dtype=float)
        target = self.eta * factor / self.batch * kick
        moments, _ = cg(operator, target.ravel(), rtol=1e-12, maxiter=100 * d * d)
        return float(np.trace(moments.reshape(d, d)))

    def without_residuals(self) -> "FiniteLeastSquares":
        """SGD with q = 0, whose states are products of the matrices alone.

        Returns
        -------
        FiniteLeastSquares

        Examples
        --------
        >>> sgd = FiniteLeastSquares([[1.0], [2.0]], [1.0, 1.0], eta=0.7, batch=1)
        >>> sgd.without_residuals().targets
        array([0., 0.])

        """
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

        With replacement, two rows of a batch are independent.  Without, the mean over pairs of
        different rows is that over all pairs, less that over pairs of a row with itself.
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
        if (count := n**b if self.replacement else comb(n, b)) > MAX_BATCHES:
            raise ValueError(f"batches must be at most 10^6 to be counted, got {count:.3g}")
        squares = self.rows[:, 0] ** 2
        if self.replacement:
            sums = squares
            for _ in range(b - 1):
                sums = np.add.outer(sums, squares).ravel()
        else:
            sums = np.array([sum(some) for some in combinations(squares, b)])
        return np.abs(1 - self.eta / b * sums)

    def _recursion(self, xp: ModuleType) -> Recursion:
        """Rows and numbers of the recursion, as ``_advance`` takes them, for chains of ``xp``."""
        data = xp.asarray(self.rows), xp.asarray(self._residuals)
        return Recursion(*data, self.batch, self.replacement, self.eta / self.batch)

    _advance = staticmethod(advanced)


def _check_range(rows: np.ndarray, targets: np.ndarray, eta: float) -> None:
    """Raise ValueError unless squares of what is summed stay within the floats."""
    size, target = float(abs(rows).max()), float(abs(targets).max())
    if not (size < 1e70 and eta * size * size < 1e70 and target < 1e150):
        rule = "rows, eta rows^2 and targets must be below 1e70, 1e70 and 1e150"
        raise ValueError(f"{rule}, got {size:g}, {eta * size * size:g} and {target:g}")


def _largest(operator: Callable[[np.ndarray], np.ndarray], dim: int) -> float:
    """Largest eigenvalue of a self-adjoint map of dim x dim matrices that keeps them positive."""
    if dim == 1:
        return float(operator(np.ones((1, 1)))[0, 0])

    def flat(s: np.ndarray) -> np.ndarray:
        return operator(s.reshape(dim, dim)).ravel()

    wrapped = LinearOperator((dim * dim, dim * dim), matvec=flat, dtype=float)
    # A fixed start makes the result repeatable; the leading eigenvector is a positive matrix, to
    # which the identity is not orthogonal.
    start = np.eye(dim).ravel()
    (largest,) = eigsh(wrapped, k=1, which="LA", v0=start, return_eigenvectors=False)
    return float(largest)
