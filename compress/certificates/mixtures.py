"""Divergence of a Gaussian from a mixture of Gaussians, by quadrature; rounded upwards."""

from dataclasses import dataclass
from math import ceil, fsum, log, sqrt

import numpy as np

from stablenoise.checks import check_positive

BLOCK = 1 << 18  # exponentials at a time
REACH = 12.0  # of the quadrature, in sigma: leaves out 4e-33
DROPPED_NATS = 45.0  # nats below the largest term: leaves out 3e-20 of it
Z, WEIGHTS = np.polynomial.legendre.leggauss(16)
HALVINGS = 5  # of the panels, at most
TOLERANCE = 1e-11  # nats, or relative where the divergence is large
MAX_TERMS = 2e9  # exponentials in one call: a minute or two
ROUNDING = 8 * float(np.finfo(float).eps)  # of log n!, or of a product, against mpmath
MAX_RATIO = 1e100  # of two scales: its square is far from overflow


@dataclass(frozen=True, slots=True)
class Noise:
    """Scales of the noise on the weights and of the mixture that is the prior, in their unit.

    Parameters
    ----------
    posterior : float
        sigma, positive.
    prior : float
        tau, positive.

    Raises
    ------
    ValueError
        If one is not positive and finite.

    Examples
    --------
    >>> Noise(posterior=0.05, prior=0.06).prior
    0.06

    """

    posterior: float
    prior: float

    def __post_init__(self) -> None:
        check_positive("posterior", self.posterior)
        check_positive("prior", self.prior)


def divergences(
    means: np.ndarray, codebook: np.ndarray, noise: Noise, masses: np.ndarray
) -> np.ndarray:
    """Divergence of N(mean, sigma^2) from the mixture, for each mean; rounded upwards."""
    check_ratio(noise.posterior, noise.prior)
    words, where = np.unique(codebook[masses > 0], return_inverse=True)
    offsets = np.log(np.bincount(where, masses[masses > 0]))
    breaks = _breaks(words, offsets, noise)
    reach = REACH * noise.posterior
    first, last = (np.searchsorted(breaks, means + side) for side in (-reach, reach))
    _check_work(last - first, words, np.ptp(offsets), noise)
    logs = np.empty(means.size)
    for i, mean in enumerate(means):
        inner = (breaks[first[i] : last[i]] - mean) / noise.posterior
        with np.errstate(over="ignore"):  # such words are out of reach
            apart = (words - mean) / noise.prior
        logs[i] = _mean_log(inner, apart, offsets, noise.posterior / noise.prior)
    return log(noise.prior / noise.posterior) - 0.5 - logs


def _mean_log(inner: np.ndarray, words: np.ndarray, offsets: np.ndarray, ratio: float) -> float:
    """Mean over N(0, ratio^2) of the log of the mixture in units of tau; rounded downwards.

    ``inner`` holds edges of panels in units of sigma.
    """
    edges = np.unique(np.concatenate([np.linspace(-REACH, REACH, 9), inner.clip(-REACH, REACH)]))
    fine = np.nan
    for _ in range(HALVINGS + 1):
        middle, half = (edges[1:] + edges[:-1]) / 2, np.diff(edges) / 2
        z = (middle[:, None] + half[:, None] * Z).ravel()
        weights = (half[:, None] * WEIGHTS).ravel() * np.exp(-z * z / 2)
        # Rules over -REACH to REACH, divided by their own sum of weights: the density of the normal
        # law needs no constant, and what is cut off is made up for.
        coarse, fine = fine, float(weights @ _logs(z * ratio, words, offsets) / weights.sum())
        if abs(fine - coarse) <= TOLERANCE * (1 + abs(fine)):
            return fine - abs(fine - coarse)  # the last change bounds what is still wrong
        edges = np.sort(np.concatenate([edges, middle]))
    raise ValueError(f"divergence must settle to 1e-11, got {coarse} and then {fine}")


def _logs(x: np.ndarray, words: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """Log of sum_j p_j exp(-(x - c_j)^2 / 2), of the words within reach of each x."""
    # Words further away than the nearest by more than the slack add less than 3e-20: only those
    # within reach are summed, in blocks of rows so that memory is bounded.
    right = np.searchsorted(words, x).clip(1, max(1, words.size - 1))
    nearest = np.minimum(abs(x - words[right - 1]), abs(x - words[right % words.size]))
    reach = np.hypot(nearest, _slack(words.size, np.ptp(offsets)))
    first, last = np.searchsorted(words, x - reach), np.searchsorted(words, x + reach, "right")
    logs, rows = np.empty(x.size), max(1, BLOCK // int((last - first).max()))
    for i in range(0, x.size, rows):
        part = slice(i, i + rows)
        j = first[part, None] + np.arange((last - first)[part].max())
        inside, j = j < last[part, None], j.clip(max=words.size - 1)
        away = np.where(inside, x[part, None] - words[j], 0.0)
        exponents = np.where(inside, offsets[j] - away**2 / 2, -np.inf)
        top = exponents.max(axis=1)  # taken out of the sum, which would else be below the floats
        logs[part] = top + np.log(np.exp(exponents - top[:, None]).sum(axis=1))
    return logs


def _slack(words: int, spread: float) -> float:
    """Root, in tau, of the most by which a squared distance that matters exceeds the least."""
    return sqrt(2 * (spread + DROPPED_NATS + log(words)))


def _breaks(words: np.ndarray, offsets: np.ndarray, noise: Noise) -> np.ndarray:
    """Edges of panels: where the largest term of the mixture changes, and ever closer to there.

    Between words D apart it changes over tau^2 / D, which for D > tau is less than tau.
    """
    tau, (edges, gaps) = noise.prior, _changes(words.tolist(), offsets.tolist(), noise.prior)
    # Changes nearer to each other than tau blur into one: one edge for each tau is enough there.
    smooth = np.flatnonzero(gaps <= tau)
    thinned = smooth[np.unique(np.floor(edges[smooth] / tau), return_index=True)[1]]
    kept = np.sort(np.concatenate([thinned, np.flatnonzero(gaps > tau)]))
    edges, gaps = edges[kept], gaps[kept]
    if not edges.size:
        return edges
    # Finer panels, those of tau < 1e-4 D, would add less than the tolerance.
    widths = np.maximum(tau * (tau / np.maximum(gaps, tau)), gaps * 4.0**-14) / 2
    levels = max(0, ceil(log(2 * REACH * noise.posterior / widths.min(), 4)))
    steps = widths[:, None] * 4.0 ** np.arange(levels)
    apart = np.concatenate([[np.inf], np.diff(edges), [np.inf]])[:, None]
    left, right = (edges[:, None] - steps)[steps < apart[:-1]], edges[:, None] + steps
    return np.sort(np.concatenate([edges, left, right[steps < apart[1:]]]))


def _changes(words: list[float], offsets: list[float], tau: float) -> tuple[np.ndarray, np.ndarray]:
    """Where the largest term of the mixture changes, and how far apart the two words are."""

    def crossing(i: int, j: int) -> float:
        gap = words[j] - words[i]
        return words[i] + gap / 2 + tau * ((offsets[i] - offsets[j]) * (tau / gap))

    # Terms are parabolas of one width, which order as lines do: the largest of them is the upper
    # hull of lines, taken from left to right.
    hull, edges = [0], [-np.inf]
    for j in range(1, len(words)):
        while (edge := crossing(hull[-1], j)) <= edges[-1] and len(hull) > 1:
            hull.pop()
            edges.pop()
        hull.append(j)
        edges.append(edge)
    return np.array(edges[1:]), np.diff(np.array(words)[hull])


def _check_work(inner: np.ndarray, words: np.ndarray, spread: float, noise: Noise) -> None:
    """Refuse what would take longer than minutes, from the number of panels about each mean."""
    reach = _slack(words.size, spread) * noise.prior
    near = np.searchsorted(words, words + reach) - np.searchsorted(words, words - reach)
    terms = float((inner + 8).sum()) * 3 * Z.size * near.max()
    if terms > MAX_TERMS:
        raise ValueError(f"divergences must take at most 2e9 exponentials, got {terms:.1e}")


def check_ratio(*scales: float) -> None:
    """Raise ValueError unless squares of ratios of the scales stay far from overflow."""
    if not min(scales) >= max(scales) / MAX_RATIO:
        raise ValueError(f"scales must lie within a factor of 1e100, got {scales}")


def sum_upwards(nats: list[float]) -> float:
    """Sum of numbers, each right to some ulps, rounded upwards."""
    return float(fsum([*nats, ROUNDING * fsum(map(abs, nats))]))
