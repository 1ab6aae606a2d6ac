"""Density, distribution function, tails and quantiles as methods of ``Stable``."""

from __future__ import annotations

from typing import Any

from numpy.typing import ArrayLike

from . import law
from .kernels.arrays import Real


class Probabilities:
    """What ``Stable`` inherits: ``law`` with its own parameters, which broadcast with the points.

    Examples
    --------
    >>> from stablenoise import Stable
    >>> isinstance(Stable(1.5), Probabilities)
    True

    """

    __slots__ = ()
    alpha: Any
    beta: Any
    scale: Any
    loc: Any

    def pdf(self, x: ArrayLike) -> Real:
        """Density.

        Parameters
        ----------
        x : float or array_like
            Points, in the units of scale and loc; broadcasts with the parameters.

        Returns
        -------
        float or ndarray
            In inverse units of x; NaN where x is NaN.

        Raises
        ------
        ValueError
            If x is not of real numbers, or does not broadcast with the parameters.

        See Also
        --------
        law.pdf : the same for arrays of parameters, and how accurate it is.

        Examples
        --------
        >>> from stablenoise import Stable
        >>> print(f"{Stable(1.5, beta=0.5).pdf(0.0):.12f}")
        0.284283800989

        """
        return law.pdf(x, self.alpha, self.beta, self.scale, self.loc)

    def logpdf(self, x: ArrayLike) -> Real:
        """Logarithm of the density, also where that is too small for a float.

        Parameters
        ----------
        x : float or array_like
            Points, in the units of scale and loc; broadcasts with the parameters.

        Returns
        -------
        float or ndarray
            Of the density in inverse units of x; -inf outside the support.

        Raises
        ------
        ValueError
            If x is not of real numbers, or does not broadcast with the parameters.

        See Also
        --------
        law.logpdf

        Examples
        --------
        >>> from stablenoise import Stable
        >>> print(f"{Stable(1.5).logpdf(1e200):.9f}")
        -1152.499167103

        """
        return law.logpdf(x, self.alpha, self.beta, self.scale, self.loc)

    def cdf(self, x: ArrayLike) -> Real:
        """Distribution function P(X <= x), accurate in the lower tail too.

        Parameters
        ----------
        x : float or array_like
            Points, in the units of scale and loc; broadcasts with the parameters.

        Returns
        -------
        float or ndarray
            In [0, 1].

        Raises
        ------
        ValueError
            If x is not of real numbers, or does not broadcast with the parameters.

        See Also
        --------
        law.cdf

        Examples
        --------
        >>> from stablenoise import Stable
        >>> float(Stable(1.5, loc=2.0).cdf(2.0))
        0.5

        """
        return law.cdf(x, self.alpha, self.beta, self.scale, self.loc)

    def sf(self, x: ArrayLike) -> Real:
        """P(X > x), accurate in the upper tail (not computed as 1 - cdf).

        Parameters
        ----------
        x : float or array_like
            Points, in the units of scale and loc; broadcasts with the parameters.

        Returns
        -------
        float or ndarray
            In [0, 1].

        Raises
        ------
        ValueError
            If x is not of real numbers, or does not broadcast with the parameters.

        See Also
        --------
        law.sf

        Examples
        --------
        >>> from stablenoise import Stable
        >>> print(f"{Stable(1.5).sf(1000.0):.9e}")
        6.308149629e-06

        """
        return law.sf(x, self.alpha, self.beta, self.scale, self.loc)

    def logcdf(self, x: ArrayLike) -> Real:
        """Logarithm of P(X <= x), accurate in both tails.

        Parameters
        ----------
        x : float or array_like
            Points, in the units of scale and loc; broadcasts with the parameters.

        Returns
        -------
        float or ndarray
            At most 0.

        Raises
        ------
        ValueError
            If x is not of real numbers, or does not broadcast with the parameters.

        See Also
        --------
        law.logcdf

        Examples
        --------
        >>> from stablenoise import Stable
        >>> print(f"{Stable(1.5).logcdf(-1e200):.9f}")
        -692.387613612

        """
        return law.logcdf(x, self.alpha, self.beta, self.scale, self.loc)

    def logsf(self, x: ArrayLike) -> Real:
        """Logarithm of P(X > x), accurate in both tails.

        Parameters
        ----------
        x : float or array_like
            Points, in the units of scale and loc; broadcasts with the parameters.

        Returns
        -------
        float or ndarray
            At most 0.

        Raises
        ------
        ValueError
            If x is not of real numbers, or does not broadcast with the parameters.

        See Also
        --------
        law.logsf

        Examples
        --------
        >>> from stablenoise import Stable
        >>> print(f"{Stable(1.5).logsf(1e200):.9f}")
        -692.387613612

        """
        return law.logsf(x, self.alpha, self.beta, self.scale, self.loc)

    def ppf(self, q: ArrayLike) -> Real:
        """Quantile: the x for which P(X <= x) = q.

        Parameters
        ----------
        q : float or array_like
            Probabilities, in [0, 1]; broadcasts with the parameters.

        Returns
        -------
        float or ndarray
            In the units of scale and loc; at 0 and 1 the ends of the support; NaN for other q.

        Raises
        ------
        ValueError
            If q is not of real numbers, or does not broadcast with the parameters.

        See Also
        --------
        isf : from the probability above, where that is the small one.
        law.ppf

        Examples
        --------
        >>> from stablenoise import Stable
        >>> print(f"{Stable(1.5).ppf(1e-9):.3f}")
        -341392.033

        """
        return law.ppf(q, self.alpha, self.beta, self.scale, self.loc)

    def isf(self, q: ArrayLike) -> Real:
        """Upper quantile: the x for which P(X > x) = q.

        Parameters
        ----------
        q : float or array_like
            Probabilities, in [0, 1]; broadcasts with the parameters.

        Returns
        -------
        float or ndarray
            In the units of scale and loc; at 0 and 1 the ends of the support; NaN for other q.

        Raises
        ------
        ValueError
            If q is not of real numbers, or does not broadcast with the parameters.

        See Also
        --------
        law.isf

        Examples
        --------
        >>> from stablenoise import Stable
        >>> print(f"{Stable(1.5).isf(1e-9):.3f}")
        341392.033

        """
        return law.isf(q, self.alpha, self.beta, self.scale, self.loc)

    def interval(self, level: ArrayLike) -> tuple[Real, Real]:
        """Interval that holds a draw with probability ``level``, as much beyond it on either side.

        Parameters
        ----------
        level : float or array_like
            Probability, in [0, 1]; broadcasts with the parameters.

        Returns
        -------
        tuple of float or ndarray
            (low, high), in the units of scale and loc.

        Raises
        ------
        ValueError
            If level is not of real numbers, or does not broadcast with the parameters.

        See Also
        --------
        law.interval

        Examples
        --------
        >>> from stablenoise import Stable
        >>> low, high = Stable(1.0, scale=2.0).interval(0.5)
        >>> print(f"{low:.6f} {high:.6f}")
        -2.000000 2.000000

        """
        return law.interval(level, self.alpha, self.beta, self.scale, self.loc)

    def median(self) -> Real:
        """Median.

        Returns
        -------
        float or ndarray
            In the units of scale and loc.

        See Also
        --------
        law.median

        Examples
        --------
        >>> from stablenoise import Stable
        >>> float(Stable(1.5, loc=3.0).median())
        3.0

        """
        return law.median(self.alpha, self.beta, self.scale, self.loc)
