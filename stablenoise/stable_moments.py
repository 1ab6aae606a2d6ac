"""Moments, mode, entropy, scores and information as methods of ``Stable``."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from . import law
from .checks import check_number
from .kernels.arrays import Real


class Moments:
    """What ``Stable`` inherits: ``law`` with its own parameters.

    Examples
    --------
    >>> from stablenoise import Stable
    >>> isinstance(Stable(1.5), Moments)
    True

    """

    __slots__ = ()
    alpha: Any
    beta: Any
    scale: Any
    loc: Any

    def mean(self) -> Real:
        """Mean: loc - beta scale tan(pi alpha / 2) for alpha > 1.

        Returns
        -------
        float or ndarray
            In the units of scale and loc.  For alpha <= 1 it is infinite if beta is 1 or -1, where
            one tail is light, and NaN otherwise.

        See Also
        --------
        law.mean

        Examples
        --------
        >>> from stablenoise import Stable
        >>> print(f"{Stable(1.5, beta=0.5).mean():.12f}")
        0.500000000000

        """
        return law.mean(self.alpha, self.beta, self.scale, self.loc)

    def var(self) -> Real:
        """Variance: 2 scale^2 at alpha = 2, infinite for 1 < alpha < 2.

        Returns
        -------
        float or ndarray
            In squared units of scale; NaN for alpha <= 1, where there is no finite mean.

        See Also
        --------
        law.var

        Examples
        --------
        >>> from stablenoise import Stable
        >>> float(Stable(2.0, scale=3.0).var())
        18.0

        """
        return law.var(self.alpha, self.beta, self.scale, self.loc)

    def skewness(self) -> Real:
        """Standardised third moment: 0 at alpha = 2, else NaN.

        Returns
        -------
        float or ndarray

        See Also
        --------
        law.skewness

        Examples
        --------
        >>> from stablenoise import Stable
        >>> float(Stable(2.0).skewness())
        0.0

        """
        return law.skewness(self.alpha, self.beta, self.scale, self.loc)

    def kurtosis(self) -> Real:
        """Standardised fourth moment minus 3: 0 at alpha = 2, else NaN.

        Returns
        -------
        float or ndarray

        See Also
        --------
        law.kurtosis

        Examples
        --------
        >>> from stablenoise import Stable
        >>> float(Stable(2.0).kurtosis())
        0.0

        """
        return law.kurtosis(self.alpha, self.beta, self.scale, self.loc)

    def mode(self) -> Real:
        """Mode: where the density is largest, at one point for every stable law.

        Returns
        -------
        float or ndarray
            In the units of scale and loc, within about 1e-8 scale.

        See Also
        --------
        law.mode

        Examples
        --------
        >>> from stablenoise import Stable
        >>> print(f"{Stable(1.0, beta=1.0).mode():.6f}")
        -0.429315

        """
        return law.mode(self.alpha, self.beta, self.scale, self.loc)

    def entropy(self) -> Real:
        """Differential entropy -E log f(X), in nats.

        Returns
        -------
        float or ndarray
            Relative to the unit of the variate.

        See Also
        --------
        law.entropy : within 1e-10 for alpha from 0.02, NaN below.

        Examples
        --------
        >>> from stablenoise import Stable
        >>> print(f"{Stable(1.0).entropy():.9f}")  # log(4 pi)
        2.531024247

        """
        return law.entropy(self.alpha, self.beta, self.scale, self.loc)

    def moment(self, p: ArrayLike) -> Real:
        """Absolute moment E abs(X)^p: infinite from alpha on, if that is below 2.

        Parameters
        ----------
        p : float or array_like
            Order, above -1 but for laws on one side of 0; broadcasts with the parameters.

        Returns
        -------
        float or ndarray
            In units of scale to the power p.

        Raises
        ------
        ValueError
            If p is not of real numbers, or does not broadcast with the parameters.

        See Also
        --------
        law.moment : its formulas, and how accurate it is.

        Examples
        --------
        >>> from stablenoise import Stable
        >>> print(f"{Stable(1.5).moment(1.0):.9f}")  # 2 Gamma(1/3) / pi
        1.705465240

        """
        return law.moment(p, self.alpha, self.beta, self.scale, self.loc)

    def score(self, x: ArrayLike) -> np.ndarray:
        """Derivatives of the log density in alpha, beta, scale and loc.

        Parameters
        ----------
        x : float or array_like
            Points, in the units of scale and loc; broadcasts with the parameters.

        Returns
        -------
        ndarray, shape (..., 4)
            In inverse units of the parameters; NaN outside the support.

        Raises
        ------
        ValueError
            If x is not of real numbers, or does not broadcast with the parameters.

        See Also
        --------
        law.score : how accurate it is, and how long it takes.
        law.table.score : 500 times as fast for many points of one law.

        Examples
        --------
        >>> from stablenoise import Stable
        >>> print(Stable(1.0).score(1.0)[2:].round(9))
        [0. 1.]

        """
        return law.score(x, self.alpha, self.beta, self.scale, self.loc)

    def fisher_information(self) -> np.ndarray:
        """Fisher information of one draw about (alpha, beta, scale, loc).

        Returns
        -------
        ndarray, shape (4, 4)
            Symmetric and positive definite, in inverse units of the parameters.

        Raises
        ------
        ValueError
            If a parameter is an array, alpha is not in [0.15, 2) or beta is not in (-1, 1).

        See Also
        --------
        law.fisher_information

        Examples
        --------
        >>> from stablenoise import Stable
        >>> print(Stable(1.0, scale=2.0).fisher_information()[2:, 2:].round(6))
        [[0.125 0.   ]
         [0.    0.125]]

        """
        check_number("scale", self.scale)
        units = np.array([1.0, 1.0, self.scale, self.scale])
        with np.errstate(over="ignore", under="ignore"):
            return law.fisher_information(self.alpha, self.beta) / units[:, None] / units
