"""The four parameters of a stable law, and the two ways of writing them."""

from dataclasses import dataclass
from math import isfinite, log, pi, tan

from .checks import check_alpha


@dataclass(frozen=True, slots=True)
class Stable:
    r"""A univariate stable law in Nolan's S0 form, which is continuous in all four parameters.

    Parameters
    ----------
    alpha : float
        Stability index, in (0, 2].
    beta : float
        Skewness, in [-1, 1].
    scale : float
        Positive and finite, in the units of the variate; at alpha = 2 the variance is
        2 scale^2.
    loc : float
        Location, finite, in the units of the variate.

    Raises
    ------
    ValueError
        If a parameter is out of its range.

    Notes
    -----
    For scale 1 and loc 0 the characteristic function is

    .. math:: \exp\bigl(-|t|^\alpha [1 + i\beta \operatorname{sign}(t)
              \tan\tfrac{\pi\alpha}{2} (|t|^{1-\alpha} - 1)]\bigr),

    with its limit at alpha = 1.

    References
    ----------
    Nolan (2020), Univariate Stable Distributions, section 1.3.

    Examples
    --------
    >>> Stable(1.5, beta=0.5).to_s1()
    (1.5, 0.5, 1.0, 0.5000000000000001)

    """

    alpha: float
    beta: float = 0.0
    scale: float = 1.0
    loc: float = 0.0

    def __post_init__(self) -> None:
        check_alpha(self.alpha)
        if not -1 <= self.beta <= 1:
            raise ValueError(f"beta must lie in [-1, 1], got {self.beta}")
        if not (0 < self.scale and isfinite(self.scale)):
            raise ValueError(f"scale must be positive and finite, got {self.scale}")
        if not isfinite(self.loc):
            raise ValueError(f"loc must be finite, got {self.loc}")

    @classmethod
    def from_s1(
        cls, alpha: float, beta: float = 0.0, scale: float = 1.0, loc: float = 0.0
    ) -> "Stable":
        """Law whose parameters are given in the S1 form, SciPy's default.

        Parameters
        ----------
        alpha, beta, scale, loc : float
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

        """
        law = cls(alpha, beta, scale, loc)
        return cls(alpha, beta, scale, loc + law._s0_minus_s1())

    def to_s1(self) -> tuple[float, float, float, float]:
        """Parameters in the S1 form.

        Returns
        -------
        tuple of float
            (alpha, beta, scale, loc); loc is the mean if alpha > 1.

        Raises
        ------
        ValueError
            If alpha is so near 1 that the location in S1 is not finite.

        """
        loc = self.loc - self._s0_minus_s1()
        if not isfinite(loc):
            raise ValueError(f"loc must be finite in S1, got {loc} at alpha = {self.alpha}")
        return self.alpha, self.beta, self.scale, loc

    def _s0_minus_s1(self) -> float:
        """Location in S0 minus location in S1: Nolan (2020), section 1.3."""
        if self.alpha == 1:
            return self.beta * self.scale * log(self.scale) * 2 / pi
        return self.beta * self.scale / tan(pi * (1 - self.alpha) / 2)
