"""What a linear regression with stable errors gives back, named as statsmodels names it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtr, stdtrit

from ..checks import check_share
from ..results import Result, as_plain
from ..stable import Stable
from ..values import read_only
from .matrices import Table, as_series, as_table, finite_matrix, has_labels

if TYPE_CHECKING:
    from statsmodels.iolib.summary import Summary

__all__ = ["LinearFit"]

LAW = "alpha", "beta", "scale"


@dataclass(frozen=True, eq=False, repr=False)
class LinearFit(Result):
    """A linear regression with stable errors, fitted by maximum likelihood.

    Parameters
    ----------
    names : tuple of str
        Of the coefficients.
    params : ndarray or Series, shape (p,)
        Coefficients, in units of y over those of their columns.
    bse : ndarray or Series, shape (p,)
        Their standard errors.
    tvalues : ndarray or Series, shape (p,)
        params / bse.
    pvalues : ndarray or Series, shape (p,)
        Two-sided, by Student's law with df_resid degrees of freedom.
    errors : Stable
        Law of the errors, in units of y.
    errors_bse : dict
        Standard errors of its alpha, beta and scale; 0 for what was held, NaN at a bound.
    at_bound : tuple of str
        Which of alpha and beta came out at the end of its range: what is said of the others holds
        if it lies there.
    llf : float
        Log likelihood at the estimates.
    aic, bic : float
        -2 llf plus 2, or log nobs, for each parameter that was free, those of the errors too.
    nobs : int
        Rows.
    df_resid : int
        Rows less coefficients.
    converged : bool
        Whether the last step was a rounding.
    fittedvalues, resid : ndarray or Series, shape (n,)
        X params, and y less that.
    covariance : ndarray, shape (p, p)
        What ``cov_params`` gives, as an array.
    labels : Index or None
        Of pandas, the names of the coefficients.
    given : tuple of ndarray
        y and X, as arrays.

    Notes
    -----
    ``names`` to ``converged`` stand in ``to_dict``, with intervals at the level 0.95.

    Examples
    --------
    >>> from stablenoise.fit.regression import linear
    >>> fit = linear([0.0, 2.0, 4.0, 5.0], [[1.0], [2.0], [3.0], [5.0]], alpha=2)
    >>> print(fit.params.round(2), fit.bse.round(2))
    [1.05] [0.13]

    """

    names: tuple[str, ...]
    params: Any
    bse: Any
    tvalues: Any
    pvalues: Any
    errors: Stable
    errors_bse: dict[str, float]
    at_bound: tuple[str, ...]
    llf: float
    aic: float
    bic: float
    nobs: int
    df_resid: int
    converged: bool
    fittedvalues: Any = field(repr=False)
    resid: Any = field(repr=False)
    covariance: np.ndarray = field(repr=False)
    labels: Any = field(repr=False)  # of coefficients, where they are of pandas
    given: tuple[np.ndarray, np.ndarray] = field(repr=False)

    def cov_params(self) -> Table:
        """Covariance of the coefficients.

        Returns
        -------
        ndarray or DataFrame, shape (p, p)
            Its diagonal has the squares of bse, if these are in the range of floats.

        Examples
        --------
        >>> from stablenoise.fit.regression import linear
        >>> fit = linear([0.0, 2.0, 4.0, 5.0], [[1.0], [2.0], [3.0], [5.0]], alpha=2)
        >>> print(fit.cov_params().round(4))
        [[0.0162]]

        """
        return as_table(self.covariance, self.labels, self.labels)

    def conf_int(self, level: float = 0.95) -> Table:
        """Confidence intervals of the coefficients.

        Parameters
        ----------
        level : float
            Probability of covering, in (0, 1).

        Returns
        -------
        ndarray or DataFrame, shape (p, 2)
            Lower and upper ends, by Student's law with df_resid degrees of freedom.

        Raises
        ------
        ValueError
            If level is out of range.

        Examples
        --------
        >>> from stablenoise.fit.regression import linear
        >>> fit = linear([0.0, 2.0, 4.0, 5.0], [[1.0], [2.0], [3.0], [5.0]], alpha=2)
        >>> print(fit.conf_int().round(3))
        [[0.646 1.457]]

        """
        check_share("level", level)
        centre, error = np.asarray(self.params), np.asarray(self.bse)
        half = stdtrit(self.df_resid, 0.5 * (1 + float(level))) * error
        return as_table(np.column_stack([centre - half, centre + half]), self.labels, (0, 1))

    def predict(self, X: ArrayLike) -> Table:
        """Values that the coefficients give for other rows.

        Parameters
        ----------
        X : array_like, shape (m, p)
            As in the fit: of a table the columns of these names, in any order.

        Returns
        -------
        ndarray or Series, shape (m,)
            In the units of y: what an error of 0 leaves.

        Raises
        ------
        ValueError
            If X is not finite, or has other columns.

        Examples
        --------
        >>> from stablenoise.fit.regression import linear
        >>> fit = linear([0.0, 2.0, 4.0, 5.0], [[1.0], [2.0], [3.0], [5.0]], alpha=2)
        >>> print(fit.predict([[10.0]]).round(2))
        [10.51]

        """
        rows: Any = X
        if self.labels is not None and has_labels(X):
            names = list(rows.columns) if hasattr(rows, "columns") else []
            if set(names) != set(self.labels):
                raise ValueError(f"X must have the columns {list(self.labels)}, got {names}")
            rows = rows[list(self.labels)]
        values = finite_matrix("X", rows)
        p = len(self.names)
        if values.shape[1] != p:
            raise ValueError(f"X must have {p} columns, got {values.shape[1]}")
        index = rows.index if has_labels(rows) else None
        return as_series(values @ np.asarray(self.params), index)

    def summary(self, level: float = 0.95) -> Summary:
        """Tables of the fit, with least squares and least absolute deviations beside it.

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

        Notes
        -----
        Standard errors of the other two are those that statsmodels' ``OLS`` and ``QuantReg`` give:
        with errors of alpha below 2 those of the former mean nothing, as the variance is infinite.

        Examples
        --------
        >>> from stablenoise.fit.regression import linear
        >>> fit = linear([0.0, 2.0, 4.0, 5.0], [[1.0], [2.0], [3.0], [5.0]], alpha=2)
        >>> "OLS" in fit.summary().as_text()
        True

        """
        from .linear_summary import summary  # statsmodels is slow to import

        return summary(self, level)

    def to_dict(self) -> dict[str, Any]:
        """Fields by name, as JSON has them: coefficients by their names.

        Returns
        -------
        dict
            As of every result, with ``conf_int`` at the level 0.95, and without rows.

        Examples
        --------
        >>> from stablenoise.fit.regression import linear
        >>> fit = linear([0.0, 2.0, 4.0, 5.0], [[1.0], [2.0], [3.0], [5.0]], alpha=2)
        >>> fit.to_dict()["df_resid"]
        3

        """
        plain = {name: as_plain(getattr(self, name)) for name in FIELDS}
        columns = {name: np.asarray(getattr(self, name)) for name in COLUMNS}
        columns["conf_int"] = np.asarray(self.conf_int())
        named = {
            name: dict(zip(self.names, as_plain(column), strict=True))
            for name, column in columns.items()
        }
        return plain | named | {"cov_params": as_plain(self.covariance)}

    def _summary(self) -> str:
        shown = dict(zip(self.names, np.asarray(self.params).tolist(), strict=True))
        inside = ", ".join(f"{name}={value:.6g}" for name, value in list(shown.items())[:6])
        more = ", ..." if len(shown) > 6 else ""
        return f"{inside}{more}, errors={self.errors}, nobs={self.nobs}, llf={self.llf:.6g}"


COLUMNS = "params", "bse", "tvalues", "pvalues"
FIELDS = (
    *("names", "errors", "errors_bse", "at_bound", "llf", "aic", "bic", "nobs", "df_resid"),
    "converged",
)


def made(
    params: np.ndarray,
    covariance: np.ndarray,
    units: np.ndarray,
    errors: Stable,
    errors_bse: np.ndarray,
    *,
    free: int,
    at_bound: tuple[str, ...],
    llf: float,
    converged: bool,
    names: tuple[str, ...],
    given: tuple[Any, Any, np.ndarray, np.ndarray],
) -> LinearFit:
    """A fit from its numbers, labelled as what was given: y, X, and these as arrays.

    ``covariance`` is in ``units`` of the coefficients, whose squares may be no floats.
    """
    y, X, target, design = given
    n, p = design.shape
    labels = X.columns if has_labels(X) else None
    index = next((table.index for table in (X, y) if has_labels(table)), None)
    bse = units * np.sqrt(np.diag(covariance))
    with np.errstate(over="ignore", under="ignore"):
        covariance = units[:, None] * covariance * units
    tvalues, fitted, count = params / bse, design @ params, free + p
    pvalues = 2 * stdtr(n - p, -np.abs(tvalues))
    return LinearFit(
        names=names,
        params=as_series(read_only(params), labels),
        bse=as_series(read_only(bse), labels),
        tvalues=as_series(read_only(tvalues), labels),
        pvalues=as_series(read_only(pvalues), labels),
        errors=errors,
        errors_bse=dict(zip(LAW, errors_bse.tolist(), strict=True)),
        at_bound=at_bound,
        llf=llf,
        aic=2 * count - 2 * llf,
        bic=count * float(np.log(n)) - 2 * llf,
        nobs=n,
        df_resid=n - p,
        converged=converged,
        fittedvalues=as_series(read_only(fitted), index),
        resid=as_series(read_only(target - fitted), index),
        covariance=read_only(covariance),
        labels=labels,
        given=(target, design),
    )
