"""Least squares on given rows: exact second moments, and all in one dimension."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from itertools import combinations
from math import comb, inf
from typing import Any

import numpy as np
from numpy import uint32, uint64
from scipy.sparse.linalg import LinearOperator, cg, eigsh

from stablenoise.checks import check_integer, check_positive, real_array, told
from stablenoise.field import WORDS
from stablenoise.kernels.compiler import jit
from stablenoise.kernels.random_words import double
from stablenoise.kernels.threads import in_threads
from stablenoise.values import by_content, keep_floats, read_only

from .addresses import BUFFER, TILE, first_address, later, tiles
from .index import check_second_moment, log_mean, positive_root

uniform, words = double.uniform, double.words

BATCHES = 10**6  # batches that are counted one by one


@by_content
@dataclass(frozen=True, eq=False)
class FiniteLeastSquares:
    """SGD on least squares whose batches are drawn from given rows, and what is known of it.

    x is the distance from the least-squares solution of all rows.

    Parameters
    ----------
    rows : array_like, shape (n, d)
        Finite, of full column rank; kept as a read-only copy, as the targets are.
    targets : array_like, shape (n,)
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
        if not isinstance(self.replacement, bool):
            raise ValueError(f"replacement must be True or False, got {told(self.replacement)}")
        most = WORDS if self.replacement else len(rows) + 1
        object.__setattr__(self, "batch", check_integer("batch", self.batch, 1, most))
        for name, array in (("rows", rows), ("targets", targets), ("solution", solution)):
            object.__setattr__(self, name, read_only(np.array(array, order="C")))

    def __getstate__(self) -> dict[str, Any]:  # without what is made when it is asked for
        return {part.name: getattr(self, part.name) for part in fields(self)}

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
            inf beyond the floats.

        Raises
        ------
        ValueError
            If order is out of range, or h(order) is not exact here.

        """
        check_positive("order", order)
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

        """
        factors, growth = self._factors(), self.growth()
        if factors.max() <= 1 and growth < 0:
            return inf
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
        check_second_moment(self.eta, self.critical_step())
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
        when = first_address(seed, start), uint64(first), steps
        shape = *data, tile, self.eta / self.batch
        in_threads(
            lambda low, high: _finite_steps(out, *shape, *when, low, high), tiles(x, tile), 1
        )
        return out


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
    found = eigsh(wrapped, k=1, which="LA", v0=np.eye(dim).ravel(), return_eigenvectors=False)
    return float(found[0])


@jit(nogil=True)
def _finite_steps(
    out, rows, residuals, batch, replacement, tile, c, address, first, steps, low, high
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
            _choose(chosen[:m], who[:m], len(rows), replacement, later(address, step))
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
def _choose(chosen, who, n, replacement, address):
    """Rows of the batches of some chains; row i of a batch is made of block i.

    Integer parts of a uniform of 52 bits: no row is favoured by more than n / 2^52.  Without
    replacement by Floyd (Bentley & Floyd, 1987, CACM 30, 754-757).
    """
    m, batch = chosen.shape
    one, other, block = np.empty(m, uint64), np.empty(m, uint64), np.empty(m, uint32)
    for i in range(batch):
        block[:] = uint32(i)
        words(one, other, who, block, address)
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
