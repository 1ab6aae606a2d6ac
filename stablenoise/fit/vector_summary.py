"""Tables of fits of vectors."""

from __future__ import annotations

from typing import Any

import numpy as np

from .summaries import ends_of, page, plain_table

__all__: list[str] = []

MOST_ATOMS = 40  # that are shown, the heaviest


def of_elliptical(fit: Any, level: float) -> Any:
    """An elliptical law: what it is, and each number with its interval."""
    intervals = fit.conf_int(level)
    pairs = list(zip(*np.triu_indices(len(fit.names)), strict=True))
    rows, stubs = [], ["alpha"]
    for name, places in (("alpha", [()]), ("shape_matrix", pairs), ("loc", _singles(fit))):
        low, high = intervals[name]
        for place in places:
            value, error = _at(getattr(fit, name), place), _at(fit.bse[name], place)
            known = [f"{error:.4g}", f"{_at(low, place):.6g}", f"{_at(high, place):.6g}"]
            rows.append([f"{value:.6g}", *(known if error > 0 else [_why(error), "", ""])])
    stubs += [f"shape[{fit.names[i]}, {fit.names[j]}]" for i, j in pairs]
    stubs += [f"loc[{name}]" for name in fit.names]
    title = "Elliptical stable law, maximum likelihood"
    top = [
        ["No. Observations:", str(fit.nobs), "Log-Likelihood:", f"{fit.llf:.6g}"],
        ["AIC:", f"{fit.aic:.6g}", "BIC:", f"{fit.bic:.6g}"],
    ]
    remarks = ["cf exp(-(u' shape u)^(alpha / 2) + i u' loc)."]
    if not fit.converged:
        remarks.append("The likelihood was not brought to its maximum.")
    heads = ["value", "std err", *ends_of(level)]
    body = plain_table(rows, headers=heads, stubs=stubs)
    return page([plain_table(top, title=title), body], remarks + _bounds(fit))


def of_spectral(fit: Any, level: float) -> Any:
    """A spectral measure: what it is, alpha, and its atoms, the heaviest first."""
    low, high = fit.conf_int(level)["alpha"]
    error = fit.bse["alpha"]
    known = [f"{error:.4g}", f"{low:.6g}", f"{high:.6g}"]
    alpha = [f"{fit.alpha:.6g}", *(known if error > 0 else [_why(error), "", ""])]
    places = [[f"{value:.6g}", "", "", ""] for value in fit.loc]
    heads = ["value", "std err", *ends_of(level)]
    stubs = ["alpha", *(f"loc[{name}]" for name in fit.names)]
    numbers = plain_table([alpha, *places], headers=heads, stubs=stubs)
    order = [j for j in np.argsort(-fit.masses, kind="stable") if fit.masses[j] > 0][:MOST_ATOMS]
    atoms = [[f"{s:.4f}" for s in fit.directions[j]] + [f"{fit.masses[j]:.6g}"] for j in order]
    title = "Stable law with a discrete spectral measure"
    top = plain_table([["No. Observations:", str(fit.nobs)]], title=title)
    remarks = ["The form is S1; masses are in units of the data to the power alpha."]
    if len(order) < len(fit.params.weights):
        remarks.append(f"{len(fit.params.weights) - len(order)} lighter atoms are not shown.")
    table = plain_table(atoms, headers=[*fit.names, "mass"])
    return page([top, numbers, table], remarks + _bounds(fit))


def _singles(fit: Any) -> list[tuple[int]]:
    return [(i,) for i in range(len(fit.names))]


def _at(values: Any, place: tuple) -> float:
    return float(np.asarray(values)[place])


def _why(error: float) -> str:
    """Why there is no standard error."""
    return "held" if error == 0 else "at bound"


def _bounds(fit: Any) -> list[str]:
    alpha = f"alpha is at the bound {fit.alpha:g}: the other figures hold if it lies there."
    return [alpha] if fit.at_bound else []
