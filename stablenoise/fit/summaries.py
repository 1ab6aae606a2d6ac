"""The table that a fit prints, as statsmodels makes those of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .parameters import NAMES

if TYPE_CHECKING:
    from statsmodels.iolib.summary import Summary

    from .results import StableFit

METHOD_NAMES = {"mle": "maximum likelihood"}


def summary_of(fit: StableFit, level: float) -> Summary:
    """Facts, then a row for each parameter, then what must be told."""
    from statsmodels.iolib.summary import Summary
    from statsmodels.iolib.table import SimpleTable

    made = Summary()
    facts = [
        ["Method:", METHOD_NAMES.get(fit.method, fit.method), "Log likelihood:", f"{fit.llf:.3f}"],
        ["Observations:", f"{fit.nobs:g}", "AIC:", f"{fit.aic:.3f}"],
        ["Free parameters:", str(len(NAMES) - len(fit.held)), "BIC:", f"{fit.bic:.3f}"],
    ]
    made.tables.append(SimpleTable(facts, title=f"Stable law fitted to {fit.name}"))
    ends = fit.conf_int(level)
    tail = (1 - level) / 2
    headers = ["estimate", "std err", f"[{tail:.3g}", f"{1 - tail:.4g}]"]
    rows = [_row(fit, name, ends[name]) for name in NAMES]
    made.tables.append(SimpleTable(rows, headers=headers, stubs=list(NAMES)))
    made.add_extra_txt(_notes(fit))
    return made


def _row(fit: StableFit, name: str, ends: tuple[float, float]) -> list[str]:
    value = f"{getattr(fit, name):.6g}"
    if name in fit.held:
        return [value, "held", "", ""]
    error = "at bound" if name in fit.at_bound else f"{fit.bse[name]:.3g}"
    return [value, error, f"{ends[0]:.6g}", f"{ends[1]:.6g}"]


def _notes(fit: StableFit) -> list[str]:
    notes = ["loc and beta are those of the S0 form."]
    if fit.at_bound:
        notes.append(f"At an end of the range: {', '.join(fit.at_bound)}; no standard error there.")
    if not fit.converged:
        notes.append("The search did not end at a maximum: do not use these estimates.")
    return notes
