"""What a fit of a spectral measure gives back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtri

from ..checks import check_share
from ..multivariate import DiscreteSpectral
from ..results import Result, as_plain

if TYPE_CHECKING:
    from statsmodels.iolib.summary import Summary

__all__ = ["SpectralFit"]


@dataclass(frozen=True, eq=False, repr=False)
class SpectralFit(Result):
    """A stable law with a spectral measure of finitely many atoms, fitted to vectors.

    Parameters
    ----------
    params : DiscreteSpectral
        The law, with the directions whose mass is not 0.
    names : tuple of str
        Of the coordinates.
    alpha : float
        Its index.
    directions : ndarray, shape (m, d)
        All that were asked about, of length 1.
    masses : ndarray, shape (m,)
        Of these, in units of X to the power alpha.
    loc : ndarray, shape (d,)
        Location, in the S1 form.
    bse : dict
        Standard error of alpha; 0 if it was held, NaN at a bound.
    at_bound : tuple of str
        ("alpha",) if it came out at the end of [0.1, 1.99], else empty.
    nobs : int
        Rows.

    Examples
    --------
    >>> from stablenoise.fit.spectral_measure import spectral
    >>> fit = spectral(DiscreteSpectral(1.5, [[1.0, 0.0]], [1.0]).rvs(100, rng=1), alpha=1.5)
    >>> fit.masses.shape
    (24,)

    """

    params: DiscreteSpectral
    names: tuple[str, ...]
    alpha: float
    directions: np.ndarray
    masses: np.ndarray
    loc: np.ndarray
    bse: dict[str, float]
    at_bound: tuple[str, ...]
    nobs: int

    def conf_int(self, level: float = 0.95) -> dict[str, tuple[float, float]]:
        """Confidence interval of alpha, normal, within its range.

        Parameters
        ----------
        level : float
            Probability of covering, in (0, 1).

        Returns
        -------
        dict
            (low, high) of alpha.

        Raises
        ------
        ValueError
            If level is out of range.

        Examples
        --------
        >>> from stablenoise.fit.spectral_measure import spectral
        >>> fit = spectral(DiscreteSpectral(1.5, [[1.0, 0.0]], [1.0]).rvs(100, rng=1), alpha=1.5)
        >>> fit.conf_int()
        {'alpha': (1.5, 1.5)}

        """
        check_share("level", level)
        half = float(ndtri(0.5 * (1 + float(level)))) * self.bse["alpha"]
        return {"alpha": (max(self.alpha - half, 0.0), min(self.alpha + half, 2.0))}

    def summary(self, level: float = 0.95) -> Summary:
        """Tables of the fit.

        Parameters
        ----------
        level : float
            Of the interval of alpha, in (0, 1).

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
        >>> from stablenoise.fit.spectral_measure import spectral
        >>> fit = spectral(DiscreteSpectral(1.5, [[1.0, 0.0]], [1.0]).rvs(100, rng=1), alpha=1.5)
        >>> "mass" in fit.summary().as_text()
        True

        """
        from .vector_summary import of_spectral  # statsmodels is slow to import

        return of_spectral(self, level)

    def to_dict(self) -> dict[str, Any]:
        """Fields by name, as JSON has them.

        Returns
        -------
        dict
            As of every result, with ``conf_int`` at the level 0.95.

        Examples
        --------
        >>> from stablenoise.fit.spectral_measure import spectral
        >>> fit = spectral(DiscreteSpectral(1.5, [[1.0, 0.0]], [1.0]).rvs(100, rng=1), alpha=1.5)
        >>> fit.to_dict()["alpha"]
        1.5

        """
        shown = "names", "alpha", "directions", "masses", "loc", "bse", "at_bound", "nobs"
        plain = {name: as_plain(getattr(self, name)) for name in shown}
        return plain | {"conf_int": as_plain(self.conf_int())}

    def _summary(self) -> str:
        heavy = len(self.params.weights)
        return f"alpha={self.alpha:.6g}, {heavy} of {len(self.masses)} atoms, nobs={self.nobs}"
