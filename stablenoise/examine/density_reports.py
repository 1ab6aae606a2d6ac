"""What is found of somebody's density, distribution function or quantiles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..results import Result
from ..values import by_content
from . import pages
from .findings import Finding, with_faults
from .functions.answers import RegionErrors

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["DensityReport"]

HEADINGS = "error beyond rounding of", "points", "worst", "at", "median"
LEAST = 1e-17  # of the errors that a picture shows


@by_content
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class DensityReport(Result):
    """What was found of functions of a law.

    Parameters
    ----------
    law : str
        The law whose functions they should be.
    functions : tuple of str
        Which were examined, of "pdf", "cdf", "sf" and "ppf".
    grade : str
        "pass", "suspicious" or "fail": the gravest of those of the findings.
    findings : tuple of Finding
        What was asked, and the answers; ``statistic`` is the relative error that was found.
    diagnosis : str or None
        What the functions are instead, where that is known.
    regions : tuple of RegionErrors
        A row for each function and region: how many points, the worst relative error, where it
        is, and the median; what rounding alone can do is taken off.
    tolerance : float
        Relative error in the bulk from which on a function is wrong.
    ended : str
        "" if all was asked; else "time", "stuck" or "interrupted".
    names : tuple of str
        For each point, which function it is of.
    x, tail, error : ndarray
        For each point: where the function was asked (for a quantile, the law's own), the
        probability of the smaller tail, negative below the median, and the relative error beyond
        rounding.

    Examples
    --------
    >>> from stablenoise import Stable, examine
    >>> report = examine.density(Stable(1.5, 0.5), cdf=Stable.from_s1(1.5, 0.5).cdf)
    >>> report
    DensityReport(fail: cdf: bulk, cdf: left tail, ...; cdf of Stable(alpha=1.5, beta=0.5, ...)
    >>> report.diagnosis
    'S1 for S0: the location that was asked for is taken as that of S1'

    """

    law: str
    functions: tuple[str, ...]
    grade: str
    findings: tuple[Finding, ...]
    diagnosis: str | None
    regions: tuple[RegionErrors, ...]
    tolerance: float
    ended: str
    names: tuple[str, ...]
    x: np.ndarray
    tail: np.ndarray
    error: np.ndarray

    def _summary(self) -> str:
        told = with_faults(self.grade, self.findings, most=2)
        return f"{told}; {', '.join(self.functions)} of {self.law}"

    def _title(self) -> str:
        return f"{self.grade}: {', '.join(self.functions)} of {self.law}"

    def _lines(self) -> list[str]:
        """All but the findings."""
        told = [f"a relative error of {self.tolerance:g} in the bulk is a fault"]
        if self.diagnosis:
            told.insert(0, f"diagnosis: {self.diagnosis}")
        if self.ended:
            told.append(ENDS[self.ended])
        rows = [
            [f"{r.function}, {r.region}", f"{r.points}", _short(r.worst), f"{r.where:.6g}",
             _short(r.median)]
            for r in self.regions
        ]  # fmt: skip
        return [*told, *(["", *pages.columns(HEADINGS, rows)] if rows else [])]

    def summary(self) -> str:
        """The report as text.

        Returns
        -------
        str
            Lines: the grade, the diagnosis if there is one, errors by region, findings.

        Examples
        --------
        >>> from stablenoise import Stable, examine
        >>> report = examine.density(Stable(2.0, scale=3.0), pdf=Stable(2.0, scale=3.0).pdf)
        >>> print(report.summary().splitlines()[0])
        pass: pdf of Stable(alpha=2.0, beta=0.0, scale=3.0, loc=0.0)

        """
        return pages.text(self._title(), self._lines(), self.findings)

    def to_html(self) -> str:
        """The report as one page of HTML, with its picture.

        Returns
        -------
        str
            A page that needs nothing else.

        Examples
        --------
        >>> from stablenoise import Stable, examine
        >>> page = examine.density(Stable(1.5), pdf=Stable(1.5).pdf).to_html()
        >>> page.startswith("<!DOCTYPE html>"), "<svg" in page
        (True, True)

        """
        svg = pages.picture(self.plot) if len(self.names) else None
        return pages.html(self._title(), self._lines(), self.findings, svg)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Relative errors by the probability of the smaller tail: the median is in the middle.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            By default those of a new figure.

        Returns
        -------
        matplotlib Axes

        Raises
        ------
        ValueError
            If ax is no axes.

        Examples
        --------
        >>> from matplotlib.figure import Figure
        >>> from stablenoise import Stable, examine
        >>> report = examine.density(Stable(1.5), pdf=Stable(1.5).pdf)
        >>> report.plot(Figure().subplots()).get_ylabel()
        'relative error'

        """
        ax = pages.axes_of(ax)
        names = np.array(self.names)
        # Decades from the median: 0 there, -2 at the quantile of 1e-2 / 2
        decades = np.sign(self.tail) * -np.log10(2 * np.minimum(np.abs(self.tail), 0.5))
        for name in self.functions:
            some = np.flatnonzero(names == name)
            some = some[np.argsort(decades[some])]
            error = np.clip(np.nan_to_num(self.error[some], posinf=1e3), LEAST, 1e3)
            ax.plot(decades[some], error, ".", label=name)
        ax.axhline(self.tolerance, color="black", lw=0.8, label="tolerance")
        ax.set_yscale("log")
        ax.set_xscale("symlog", linthresh=2.0)
        ax.set(xlabel="decades of probability, left and right of the median")
        ax.set(ylabel="relative error", title=self.law)
        ax.legend()
        return ax


def _short(error: float) -> str:
    return f"{error:.1e}" if error else "0"


ENDS = {
    "time": "the time was over before all points were asked",
    "stuck": "a call did not come back within the time allowed",
    "interrupted": "it was interrupted before all points were asked",
}
