"""What fits print, as statsmodels prints its own: the page of a stable fit, and parts of all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .parameters import NAMES

if TYPE_CHECKING:
    from statsmodels.iolib.summary import Summary

    from .results import StableFit

METHOD_NAMES = {"mle": "maximum likelihood"}


def summary_of(fit: StableFit, level: float) -> Summary:
    """Facts, then a row for each parameter, then what must be told."""
    from statsmodels.iolib.table import SimpleTable

    facts = [
        ["Method:", METHOD_NAMES.get(fit.method, fit.method), "Log likelihood:", f"{fit.llf:.3f}"],
        ["Observations:", f"{fit.nobs:g}", "AIC:", f"{fit.aic:.3f}"],
        ["Free parameters:", str(len(NAMES) - len(fit.held)), "BIC:", f"{fit.bic:.3f}"],
    ]
    ends = fit.conf_int(level)
    rows = [_row(fit, name, ends[name]) for name in NAMES]
    headers = ["estimate", "std err", *ends_of(level)]
    top = SimpleTable(facts, title=f"Stable law fitted to {fit.name}")
    return page([top, SimpleTable(rows, headers=headers, stubs=list(NAMES))], _notes(fit))


def page(tables: list[Any], remarks: list[str]) -> Summary:
    """Tables one below the other, and remarks."""
    from statsmodels.iolib.summary import Summary

    made = Summary()
    made.tables.extend(tables)
    made.add_extra_txt(remarks)
    return made


def plain_table(rows: list[list[str]], **shown: Any) -> Any:
    """A table in the format of coefficients."""
    from statsmodels.iolib.summary import fmt_params
    from statsmodels.iolib.table import SimpleTable

    return SimpleTable(rows, txt_fmt=fmt_params, **shown)


def ends_of(level: float) -> list[str]:
    """Headings of the two ends of intervals."""
    tail = (1 - float(level)) / 2
    return [f"[{tail:.4g}", f"{1 - tail:.4g}]"]


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
