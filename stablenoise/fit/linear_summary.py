"""Tables of a linear regression with stable errors, with two usual ones beside it."""

from __future__ import annotations

import warnings
from typing import Any, NamedTuple

import numpy as np

from ..checks import check_share
from .summaries import ends_of, page, plain_table

__all__: list[str] = []

STEPS = 300  # of least absolute deviations
HEAD = "coef", "std err", "t", "P>|t|"


class Column(NamedTuple):
    """Coefficients by one method, and their standard errors."""

    params: np.ndarray
    bse: np.ndarray


def summary(fit: Any, level: float) -> Any:
    """The fit as a ``Summary`` of statsmodels: what it is, coefficients, errors, other methods."""
    check_share("level", level)
    tables = [_top(fit), _coefficients(fit, level), _law(fit, level), _beside(fit)]
    return page(tables, _remarks(fit))


def _top(fit: Any) -> Any:
    pairs = [
        *(("No. Observations:", fit.nobs), ("Df Residuals:", fit.df_resid)),
        *(("Log-Likelihood:", f"{fit.llf:.6g}"), ("AIC:", f"{fit.aic:.6g}")),
        *(("BIC:", f"{fit.bic:.6g}"), ("Converged:", fit.converged)),
    ]
    rows = [[str(text) for pair in pairs[i : i + 2] for text in pair] for i in (0, 2, 4)]
    return plain_table(rows, title="Linear regression with stable errors, maximum likelihood")


def _coefficients(fit: Any, level: float) -> Any:
    columns = [np.asarray(x) for x in (fit.params, fit.bse, fit.tvalues, fit.pvalues)]
    low, high = np.asarray(fit.conf_int(level)).T
    rows = [
        [f"{b:.6g}", f"{error:.4g}", f"{t:.3f}", f"{p:.3f}", f"{one:.6g}", f"{other:.6g}"]
        for b, error, t, p, one, other in zip(*columns, low, high, strict=True)
    ]
    return plain_table(rows, headers=[*HEAD, *ends_of(level)], stubs=list(fit.names))


def _law(fit: Any, level: float) -> Any:
    from scipy.special import ndtri

    quantile, rows = float(ndtri(0.5 * (1 + float(level)))), []
    for name, error in fit.errors_bse.items():
        value = getattr(fit.errors, name)
        ends = _cut(name, value - quantile * error, value + quantile * error)
        known = [f"{error:.4g}", *(f"{end:.6g}" for end in ends)]
        held = ["held" if error == 0 else "at bound", "", ""]
        rows.append([f"{value:.6g}", *(known if error > 0 else held)])
    return plain_table(
        rows, headers=["errors", "std err", *ends_of(level)], stubs=list(fit.errors_bse)
    )


def _cut(name: str, low: float, high: float) -> tuple[float, float]:
    """An interval within the range of the parameter."""
    least, most = {"alpha": (0.0, 2.0), "beta": (-1.0, 1.0), "scale": (0.0, np.inf)}[name]
    return max(low, least), min(high, most)


def _beside(fit: Any) -> Any:
    methods = Column(np.asarray(fit.params), np.asarray(fit.bse)), *others(fit)
    rows = [
        [text for method in methods for text in (f"{method.params[i]:.6g}", f"{method.bse[i]:.4g}")]
        for i in range(len(fit.names))
    ]
    heads = ["stable", "std err", "OLS", "std err", "LAD", "std err"]
    return plain_table(rows, headers=heads, stubs=list(fit.names))


def others(fit: Any) -> tuple[Column, Column]:
    """Least squares and least absolute deviations, by statsmodels.

    In units and with orthogonal columns that make its thresholds, which have units, harmless.
    """
    from statsmodels.regression.linear_model import OLS
    from statsmodels.regression.quantile_regression import QuantReg

    target, design = fit.given
    centre, unit = np.asarray(fit.params), float(fit.errors.scale)
    lengths = np.abs(design).max(axis=0)
    rows, root = np.linalg.qr(design / lengths)
    rows, root = rows * np.sqrt(len(rows)), root / np.sqrt(len(rows))
    back = np.linalg.inv(root) / lengths[:, None] * unit
    rest = (target - design @ centre) / unit
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it stops after so many steps, near enough for a table
        fits = OLS(rest, rows).fit(), QuantReg(rest, rows).fit(max_iter=STEPS)
    columns = (Column(centre + back @ f.params, _errors(back, f.cov_params())) for f in fits)
    squares, absolute = columns
    return squares, absolute


def _errors(back: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    return np.sqrt(np.einsum("ij,jk,ik->i", back, covariance, back))


def _remarks(fit: Any) -> list[str]:
    """What a reader must know of this fit."""
    lines = ["Errors are independent of law Stable(alpha, beta, scale, 0), in the S0 form."]
    if fit.errors.alpha < 2:
        lines.append("Standard errors of OLS suppose a finite variance, which these have not.")
    for name in fit.at_bound:
        value = getattr(fit.errors, name)
        lines.append(f"{name} is at the bound {value:g}: the other figures hold if it lies there.")
    if not fit.converged:
        lines.append("The likelihood was not brought to its maximum.")
    return lines
