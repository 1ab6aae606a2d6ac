"""What a fit of an elliptical stable law gives back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.special import ndtri

from ..checks import check_share
from ..multivariate import Elliptical
from ..results import Result, as_plain
from ..values import read_only

if TYPE_CHECKING:
    from statsmodels.iolib.summary import Summary

__all__ = ["EllipticalFit"]


class Spread(NamedTuple):
    """Variances at scale 1: of alpha, of alpha and size, of a tilt, of what tilts share, of loc."""

    alpha: float
    cross: float
    tilt: float
    common: float
    loc: float


@dataclass(frozen=True, eq=False, repr=False)
class EllipticalFit(Result):
    """An elliptical stable law, fitted by maximum likelihood.

    Parameters
    ----------
    params : Elliptical
        The law.
    names : tuple of str
        Of the coordinates.
    alpha : float
        Its index.
    shape_matrix : ndarray, shape (d, d)
        Its shape matrix, in squared units of X.
    loc : ndarray, shape (d,)
        Its location.
    bse : dict
        Standard errors of alpha (0 if it was held, NaN at a bound), shape_matrix and loc.
    at_bound : tuple of str
        ("alpha",) if it came out at the end of its range, else empty: what is said of the others
        holds if it lies there.
    llf : float
        Log likelihood at the estimates.
    aic, bic : float
        -2 llf plus 2, or log nobs, for each number that was free.
    nobs : int
        Rows.
    converged : bool
        Whether the last step was a rounding.
    covariance : ndarray
        What ``cov_params`` gives.

    Examples
    --------
    >>> from stablenoise.fit.vectors import elliptical
    >>> fit = elliptical([[0.0, 1.0], [2.0, 0.0], [1.0, 2.0], [3.0, 4.0]], alpha=2)
    >>> print(fit.loc.round(2))
    [1.5  1.75]

    """

    params: Elliptical
    names: tuple[str, ...]
    alpha: float
    shape_matrix: np.ndarray
    loc: np.ndarray
    bse: dict[str, Any]
    at_bound: tuple[str, ...]
    llf: float
    aic: float
    bic: float
    nobs: int
    converged: bool
    covariance: np.ndarray = field(repr=False)

    def cov_params(self) -> np.ndarray:
        """Covariance of alpha, of the shape matrix row by row on and right of its diagonal, of loc.

        Returns
        -------
        ndarray, shape (1 + d (d + 3) / 2, 1 + d (d + 3) / 2)
            Rows of what was held are 0; NaN for alpha at a bound.  In units in which products of
            elements of the shape matrix are in the range of floats.

        Examples
        --------
        >>> from stablenoise.fit.vectors import elliptical
        >>> fit = elliptical([[0.0, 1.0], [2.0, 0.0], [1.0, 2.0], [3.0, 4.0]], alpha=2)
        >>> fit.cov_params().shape
        (6, 6)

        """
        return self.covariance

    def conf_int(self, level: float = 0.95) -> dict[str, tuple[Any, Any]]:
        """Confidence intervals, normal, within the ranges of parameters.

        Parameters
        ----------
        level : float
            Probability of covering, in (0, 1).

        Returns
        -------
        dict
            Of alpha, shape_matrix and loc, the lower and the upper ends, each of the shape of its
            parameter; each interval covers alone.

        Raises
        ------
        ValueError
            If level is out of range.

        Examples
        --------
        >>> from stablenoise.fit.vectors import elliptical
        >>> fit = elliptical([[0.0, 1.0], [2.0, 0.0], [1.0, 2.0], [3.0, 4.0]], alpha=2)
        >>> low, high = fit.conf_int()["loc"]
        >>> print((high - low).round(2))
        [2.19 2.9 ]

        """
        check_share("level", level)
        width = float(ndtri(0.5 * (1 + float(level))))
        ends = {}
        for name, error in self.bse.items():
            value = getattr(self, name)
            ends[name] = value - width * error, value + width * error
        low, high = ends["alpha"]
        return ends | {"alpha": (max(low, 0.0), min(high, 2.0))}

    def summary(self, level: float = 0.95) -> Summary:
        """Tables of the fit.

        Parameters
        ----------
        level : float
            Of the intervals, in (0, 1).

        Returns
        -------
        statsmodels.iolib.summary.Summary
            ``as_text()`` and ``as_html()``; a notebook shows it.

        Raises
        ------
        ValueError
            If level is out of range.

        Examples
        --------
        >>> from stablenoise.fit.vectors import elliptical
        >>> fit = elliptical([[0.0, 1.0], [2.0, 0.0], [1.0, 2.0], [3.0, 4.0]], alpha=2)
        >>> "shape[x1, x2]" in fit.summary().as_text()
        True

        """
        from .vector_summary import of_elliptical  # statsmodels is slow to import

        return of_elliptical(self, level)

    def to_dict(self) -> dict[str, Any]:
        """Fields by name, as JSON has them.

        Returns
        -------
        dict
            As of every result, with ``conf_int`` at the level 0.95.

        Examples
        --------
        >>> from stablenoise.fit.vectors import elliptical
        >>> fit = elliptical([[0.0, 1.0], [2.0, 0.0], [1.0, 2.0], [3.0, 4.0]], alpha=2)
        >>> [round(x, 2) for x in fit.to_dict()["loc"]]
        [1.5, 1.75]

        """
        shown = "names alpha shape_matrix loc bse at_bound llf aic bic nobs converged".split()
        plain = {name: as_plain(getattr(self, name)) for name in shown}
        return plain | {"conf_int": as_plain(self.conf_int())}

    def _summary(self) -> str:
        return f"{self.params}, nobs={self.nobs}, llf={self.llf:.6g}"


def made(
    law: Elliptical,
    spread: Spread,
    llf: float,
    rows: int,
    *,
    names: tuple[str, ...],
    held: bool,
    converged: bool,
) -> EllipticalFit:
    """A fit from its law and its variances at scale 1."""
    shape, loc = law.shape_matrix, np.asarray(law.loc)
    d = len(shape)
    sizes, upper, of_shape = np.sqrt(np.diag(shape)), np.triu_indices(d), np.zeros((d, d))
    covariance = _covariance(shape / sizes / sizes[:, None], spread, held)
    units = np.concatenate([[1.0], sizes[upper[0]] * sizes[upper[1]], sizes])
    errors = units * np.sqrt(np.diag(covariance))
    with np.errstate(over="ignore", under="ignore"):
        covariance = units[:, None] * covariance * units
    of_shape[upper] = errors[1 : 1 + len(upper[0])]
    of_shape.T[upper] = of_shape[upper]
    bse = {"alpha": float(errors[0]), "shape_matrix": of_shape, "loc": errors[-d:]}
    free = (not held) + len(upper[0]) + d
    at_bound = () if held or not np.isnan(errors[0]) else ("alpha",)
    return EllipticalFit(
        law, names, float(law.alpha), shape, loc, read_only(bse), at_bound, llf,
        2 * free - 2 * llf, free * float(np.log(rows)) - 2 * llf, rows, converged,
        read_only(covariance),
    )  # fmt: skip


def _covariance(shape: np.ndarray, spread: Spread, held: bool) -> np.ndarray:
    """Of V at scale 1 it is tilt (I + K) + common vec I vec I', K the transposition."""
    d = len(shape)
    i, j = np.triu_indices(d)
    pairs = np.outer(shape[i, j], shape[i, j])
    crossed = shape[np.ix_(i, i)] * shape[np.ix_(j, j)] + shape[np.ix_(i, j)] * shape[np.ix_(j, i)]
    inner = slice(1, 1 + i.size)
    whole = np.zeros((1 + i.size + d, 1 + i.size + d))
    whole[0, 0] = 0.0 if held else spread.alpha
    whole[0, inner] = whole[inner, 0] = spread.cross * shape[i, j]
    whole[inner, inner] = spread.tilt * crossed + spread.common * pairs
    whole[1 + i.size :, 1 + i.size :] = spread.loc * shape
    return whole
