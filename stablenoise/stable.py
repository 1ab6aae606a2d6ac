"""The four parameters of a stable law, the two ways of writing them, and draws from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from . import law, sampling
from .checks import (
    check_all,
    check_alpha,
    check_fits,
    check_real_type,
    check_target,
    check_unmasked,
    copied,
    plain,
    told,
)
from .kernels.arrays import Array, Complex, Real
from .law.characteristic import s0_minus_s1
from .results import pasted
from .sampling import Rng, Size
from .stable_moments import Moments
from .stable_probabilities import Probabilities
from .values import by_content, read_only

if TYPE_CHECKING:
    from .fit import StableFit


@by_content
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Stable(Probabilities, Moments):
    r"""A univariate stable law in Nolan's S0 form, which is continuous in all four parameters.

    Parameters
    ----------
    alpha : float or array_like
        Stability index, in (0, 2].
    beta : float or array_like
        Skewness, in [-1, 1].
    scale : float or array_like
        Positive and finite, in the units of the variate; at alpha = 2 the variance is
        2 scale^2.
    loc : float or array_like
        Location, finite, in the units of the variate.  Arrays broadcast: one law an element.

    Raises
    ------
    ValueError
        If a parameter is out of its range, or the shapes do not broadcast.

    Notes
    -----
    For scale 1 and loc 0 the characteristic function is

    .. math:: \exp\bigl(-|t|^\alpha [1 + i\beta \operatorname{sign}(t)
              \tan\tfrac{\pi\alpha}{2} (|t|^{1-\alpha} - 1)]\bigr),

    with its limit at alpha = 1.

    A law is a value: its arrays are read-only, and two laws are equal if all four parameters are,
    in shape and in content.

    References
    ----------
    Nolan (2020), Univariate Stable Distributions, section 1.3.

    Examples
    --------
    >>> Stable([1.2, 1.8]) == Stable(np.array([1.2, 1.8]))
    True
    >>> Stable(1.5, beta=0.5)
    Stable(alpha=1.5, beta=0.5, scale=1.0, loc=0.0)
    >>> Stable([1.2, 1.8]).rvs((3, 2), rng=1).shape
    (3, 2)

    """

    alpha: Any
    beta: Any = 0.0
    scale: Any = 1.0
    loc: Any = 0.0

    if TYPE_CHECKING:  # what is taken; what is kept is a number or an array, as no type can tell

        def __init__(
            self,
            alpha: ArrayLike,
            beta: ArrayLike = 0.0,
            scale: ArrayLike = 1.0,
            loc: ArrayLike = 0.0,
        ) -> None: ...

    def __post_init__(self) -> None:
        for name in ("alpha", "beta", "scale", "loc"):
            object.__setattr__(self, name, _real(name, getattr(self, name)))
        check_alpha(self.alpha)
        check_all(abs(self.beta) <= 1, "beta must lie in [-1, 1]", self.beta)
        good = (self.scale > 0) & np.isfinite(self.scale)
        check_all(good, "scale must be positive and finite", self.scale)
        check_all(np.isfinite(self.loc), "loc must be finite", self.loc)
        shapes = [np.shape(x) for x in (self.alpha, self.beta, self.scale, self.loc)]
        try:
            np.broadcast_shapes(*shapes)
        except ValueError:
            raise ValueError(f"parameters must have shapes that fit, got {shapes}") from None

    @classmethod
    def from_s1(
        cls,
        alpha: ArrayLike,
        beta: ArrayLike = 0.0,
        scale: ArrayLike = 1.0,
        loc: ArrayLike = 0.0,
    ) -> Stable:
        """Law whose parameters are given in the S1 form, SciPy's default.

        Parameters
        ----------
        alpha, beta, scale, loc : float or array_like
            As for the class, but loc is that of S1: the mean if alpha > 1.

        Returns
        -------
        Stable

        Raises
        ------
        ValueError
            As the class does; also if alpha is so near 1 that the location in S0 is not finite.

        References
        ----------
        Samorodnitsky & Taqqu (1994), definition 1.1.6; Nolan (2020), section 1.3.

        Examples
        --------
        >>> float(Stable.from_s1(1.5, beta=0.5, loc=2.0).mean())
        2.0

        """
        own = cls(alpha, beta, scale, loc)
        with np.errstate(over="ignore", invalid="ignore"):
            shifted = own.loc + s0_minus_s1(own.alpha, own.beta, own.scale)
        return cls(own.alpha, own.beta, own.scale, shifted)

    def __repr__(self) -> str:
        return pasted(self)

    def to_s1(self) -> tuple[Real, Real, Real, Real]:
        """Parameters in the S1 form.

        Returns
        -------
        tuple of float or ndarray
            (alpha, beta, scale, loc); loc is the mean if alpha > 1.

        Raises
        ------
        ValueError
            If alpha is so near 1 that the location in S1 is not finite.

        Examples
        --------
        >>> Stable(1.5, beta=0.5).to_s1()
        (1.5, 0.5, 1.0, 0.5000000000000001)

        """
        with np.errstate(over="ignore", invalid="ignore"):
            loc = plain(self.loc - s0_minus_s1(self.alpha, self.beta, self.scale))
        if not np.isfinite(loc).all():
            alpha = told(self.alpha)
            raise ValueError(f"loc must be finite in S1, got {told(loc)} at alpha = {alpha}")
        return self.alpha, self.beta, self.scale, loc

    def cf(self, t: ArrayLike) -> Complex:
        r"""Characteristic function E exp(itX), the formula of the class.

        Parameters
        ----------
        t : float or array_like
            Frequencies, in inverse units of loc and scale; broadcasts with the parameters.

        Returns
        -------
        complex or ndarray of complex
            At most 1 in absolute value.

        Raises
        ------
        ValueError
            If t is not of real numbers, or does not broadcast with the parameters.

        Examples
        --------
        >>> complex(Stable(2.0).cf(1.0))
        (0.36787944117144233+0j)

        """
        return law.cf(t, self.alpha, self.beta, self.scale, self.loc)

    def rvs(
        self,
        size: Size = None,
        rng: Rng = None,
        dtype: DTypeLike = np.float64,
        *,
        out: Array | None = None,
    ) -> np.ndarray:
        r"""Independent draws from the law.

        Parameters
        ----------
        size : int or tuple of int, optional
            Shape of the sample, which the parameters' shape must broadcast to; by default it is
            that shape.
        rng : int, SeedSequence, Generator or None
            What ``numpy.random.default_rng`` takes (SPEC 7); a generator is advanced by 64 bits,
            whatever the size.
        dtype : data type
            float64 or float32.  The two are different samples, though not independent ones:
            float32 is not float64 rounded.
        out : ndarray, optional
            C-contiguous float64 or float32, to be filled instead of a new array; size and dtype
            are then its own.  A CuPy array is filled on its device, with the same bits if the
            parameters are numbers.

        Returns
        -------
        float or ndarray
            In the units of loc and scale; inf where a variate exceeds the range of the type.

        Raises
        ------
        ValueError
            If an argument is out of range, or ``out`` of another kind.

        Notes
        -----
        Chambers, Mallows & Stuck (1976) without cancellation: relative accuracy does not suffer at
        the ends of the uniforms or for alpha near 1, and variates are continuous in alpha there.
        No memory is used beyond the result but 64 kB a thread; with arrays for alpha or beta, 17
        bytes a variate.  The tails are not cut short: a float64 variate has 104 random bits, a
        float32 one 63.

        Examples
        --------
        >>> x = Stable(1.5, beta=0.5).rvs(1000, rng=1)
        >>> bool((x == Stable(1.5, beta=0.5).rvs(1000, rng=1)).all())
        True

        """
        made = out is None
        if out is None:
            out = np.empty(sampling.full_shape(size, self.shape), check_real_type(dtype))
        check_target("out", out)
        sampling.full_shape(out.shape, self.shape)
        check_fits("scale", self.scale, out.dtype)
        check_fits("loc", self.loc, out.dtype)
        scale, loc = sampling.kernel_scale_and_loc(self.alpha, self.beta, self.scale, self.loc)
        check_fits("scale, in the S1 form,", scale, out.dtype)
        check_fits("loc, in the S1 form,", loc, out.dtype)
        sampling.draw(out, self.alpha, self.beta, rng, scale, loc)
        return plain(out) if made else out

    @classmethod
    def fit(cls, x: ArrayLike, method: str = "mle", **options: Any) -> StableFit:
        """Law fitted to a sample: ``fit.stable``.

        Parameters
        ----------
        x : array_like, shape (n,)
            Independent draws.
        method : str
            As ``fit.stable`` has them; maximum likelihood by default.
        **options
            What ``fit.stable`` takes by name: parameters that are held, weights.

        Returns
        -------
        StableFit
            Its ``params`` is a ``Stable``.

        Raises
        ------
        ValueError
            As ``fit.stable`` does.

        Examples
        --------
        >>> print(f"{Stable.fit(Stable(1.5).rvs(20_000, rng=1), beta=0.0).alpha:.1f}")
        1.5

        """
        from .fit import stable

        return stable(x, method, **options)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape that the parameters broadcast to.

        Returns
        -------
        tuple of int
            () if all are numbers.

        Examples
        --------
        >>> Stable([1.2, 1.8], scale=[[1.0], [2.0], [3.0]]).shape
        (3, 2)

        """
        parameters = self.alpha, self.beta, self.scale, self.loc
        return np.broadcast_shapes(*map(np.shape, parameters))


def _real(name: str, parameter: ArrayLike) -> Real:
    """``parameter`` as a float or a read-only array of floats."""
    check_unmasked(name, parameter)
    own = copied(parameter)
    if own.dtype.kind not in "iuf":
        seen = told(parameter)
        raise ValueError(f"{name} must be a real number or an array of them, got {seen}")
    with np.errstate(over="ignore"):  # of a wider type: inf, which is refused
        return plain(read_only(own.astype(float)))
