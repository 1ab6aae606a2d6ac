r"""Divergence of a quantised network with Gaussian noise from a prior made of its own code.

Weights are codewords: weight i is ``codebook[codes[i]]``.  The posterior adds noise of scale sigma
to each, the prior is a mixture of Gaussians of scale tau about the codewords.  **The roles are not
exchangeable**: sigma is the noise with which the training error is measured; tau only shapes the
prior, and may be chosen for the smallest divergence if its choice is paid for.  A divergence
minimised over sigma is one of a network other than that whose error was measured.
"""

from dataclasses import dataclass
from math import ceil, e, factorial, fsum, log, log2, pi, prod, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln

from stablenoise.checks import check_all, check_positive, real_array, real_values

BLOCK = 1 << 18  # exponentials at a time
REACH = 12.0  # of the quadrature, in sigma: leaves out 4e-33
NEGLIGIBLE = 45.0  # nats below the largest term: leaves out 3e-20 of it
Z, WEIGHTS = np.polynomial.legendre.leggauss(16)
HALVINGS = 5  # of the panels, at most
TOLERANCE = 1e-11  # nats, or relative where the divergence is large
MOST_TERMS = 2e9  # exponentials in one call: a minute or two
ROUNDED = 8 * float(np.finfo(float).eps)  # of a log of a factorial, or of a product, against mpmath
EXACT = 10_000  # units whose orders are counted as a whole number: some milliseconds
FURTHEST = 1e100  # ratio of two scales: its square is far from overflow


@dataclass(frozen=True, slots=True)
class Noise:
    """Scales of the noise on the weights, and of the mixture that is the prior; in their unit.

    Parameters
    ----------
    posterior : float
        sigma, positive.
    prior : float
        tau, positive.

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


def word_divergences(
    codebook: ArrayLike, noise: Noise, masses: ArrayLike | None = None
) -> np.ndarray:
    r"""Divergence of each codeword with noise from a mixture about all of them.

    .. math:: KL\Big(N(c_i, \sigma^2) \,\Big\|\, \sum_j p_j N(c_j, \tau^2)\Big)

    Parameters
    ----------
    codebook : array_like, shape (r,)
        Finite; in the unit of the noise.
    noise : Noise
    masses : array_like, shape (r,), optional
        p, not negative, not all 0; by default ones, with which the mixture is *not* normalised.

    Returns
    -------
    ndarray, shape (r,)
        Nats; at least -log(sum of p).

    Raises
    ------
    ValueError
        If an argument is out of range, sigma is over 1e100 tau, more than 2e9 exponentials would be
        needed, or the rules do not agree.

    Notes
    -----
    By Gauss-Legendre rules over 12 sigma to either side, on panels with edges where the largest
    term of the mixture changes, finer towards these; they are halved until nothing changes by more
    than 1e-11 (1 + the mean of the log of the mixture), and the last change is added to the
    divergence.  A codeword adds to the mixture where its term is within 45 nats of the largest.

    Examples
    --------
    >>> word_divergences([0.0, 100.0], Noise(0.1, 0.2)).round(6).tolist()  # far apart
    [0.318147, 0.318147]
    >>> word_divergences([1.0] * 8, Noise(0.1, 0.1)).round(6).tolist()[0]  # -log 8
    -2.079442

    """
    words = _codebook(codebook)
    p = np.ones(words.size) if masses is None else real_array("masses", masses)
    if p.shape != words.shape:
        raise ValueError(f"masses must have the shape of codebook, {words.shape}, got {p.shape}")
    check_all((p >= 0) & (p < np.inf), "masses must be finite and not negative", p)
    check_all(p.any(), "masses must not all be zero", p)
    return _divergences(words, words, noise, p)


def uniform_divergence(codes: ArrayLike, codebook: ArrayLike, noise: Noise) -> float:
    r"""Divergence of theorem 4.3 of Zhou et al., without the bits of locations and codebook.

    .. math:: k \lceil \log_2 r \rceil \log 2
              + \sum_{i \le k} KL\Big(N(c_{q_i}, \sigma^2)
              \,\Big\|\, \sum_{j \le r} N(c_j, \tau^2)\Big)

    Parameters
    ----------
    codes : array_like of int, shape (k,)
        q, in [0, r).
    codebook : array_like, shape (r,)
        c, finite.
    noise : Noise

    Returns
    -------
    float
        Nats.  To it belong the bits of where the weights are, of the codebook, of the total length,
        and of tau if it was chosen for this sum: see ``certificate.pac_bayes``.

    Raises
    ------
    ValueError
        If an argument is out of range, sigma is over 1e100 tau, more than 2e9 exponentials would be
        needed, or the rules do not agree.

    References
    ----------
    Zhou et al. (2019), arXiv 1804.05862, theorem 4.3.

    Examples
    --------
    >>> book = [-0.2, -0.1, 0.1, 0.2]
    >>> round(uniform_divergence([0, 1, 1, 2, 3, 2, 1], book, Noise(0.05, 0.05)), 2)
    6.91

    """
    words, counts = _codebook(codebook), _counts(codes, np.size(codebook))
    bits = counts.sum() * ceil(log2(words.size))
    return _sum_up([bits * np.log(2), *(counts * word_divergences(words, noise))])


def weighted_divergence(codes: ArrayLike, codebook: ArrayLike, noise: Noise) -> float:
    r"""Divergence from the mixture weighted by how often each codeword occurs.

    .. math:: \log \binom{k + r - 1}{r - 1} + \sum_{i \le k} KL\Big(N(c_{q_i}, \sigma^2)
              \,\Big\|\, \sum_{j \le r} \frac{k_j}{k} N(c_j, \tau^2)\Big)

    Parameters
    ----------
    codes : array_like of int, shape (k,)
        q, in [0, r).
    codebook : array_like, shape (r,)
        c, finite.
    noise : Noise

    Returns
    -------
    float
        Nats; the first term pays for the counts k_j.  To it belong the same bits as to
        ``uniform_divergence``.  With sigma = tau never more than entropy coding of q takes.

    Raises
    ------
    ValueError
        If an argument is out of range, sigma is over 1e100 tau, more than 2e9 exponentials would be
        needed, or the rules do not agree.

    References
    ----------
    Derived, as theorem 4.3 of Zhou et al. (2019), arXiv 1804.05862, is.

    Examples
    --------
    >>> book = [-0.2, -0.1, 0.1, 0.2]
    >>> round(weighted_divergence([1] * 97 + [0, 2, 3], book, Noise(0.05, 0.05)), 2)
    23.58

    """
    words, counts = _codebook(codebook), _counts(codes, np.size(codebook))
    k, r = counts.sum(), words.size
    if not k:
        return 0.0
    composition = gammaln(k + r), -gammaln(r), -gammaln(k + 1)
    return _sum_up([*composition, *(counts * word_divergences(words, noise, counts / k))])


def noise_gain(spacing: float, posterior: float, prior: float | None = None) -> float:
    r"""Bits that noise saves for each weight, the codebook being an endless grid.

    .. math:: -KL\Big(N(0, \sigma^2) \,\Big\|\, \sum_j N(j D, \tau^2)\Big) / \log 2
              \approx \log_2(\sqrt{2 \pi e}\, \sigma / D) \quad \text{for } D \le 2 \sigma

    Parameters
    ----------
    spacing : float
        D, positive.
    posterior, prior : float
        sigma and tau, positive; tau = sigma by default.

    Returns
    -------
    float
        0.17 at D = 4 sigma and 3e-4 at 8 sigma: noise pays if the codebook is finer than some 4
        sigma, that is, if it was finer than the training error needed.  Negative for a tau that
        does not suit.

    Raises
    ------
    ValueError
        If an argument is not positive and finite, or two differ by a factor over 1e100.

    Notes
    -----
    To 1e-11 of 1 bit or of the gain, rounded downwards; of sigma > 2 D the mean over one cell is
    taken, from which the mean over the noise differs by ripples below exp(-8 pi^2).

    References
    ----------
    Derived, from theorem 4.3 of Zhou et al. (2019), arXiv 1804.05862.

    Examples
    --------
    >>> [round(noise_gain(spacing, 1.0), 4) for spacing in (1, 2, 3, 4)]
    [2.0471, 1.0472, 0.4802, 0.1744]

    """
    noise = Noise(posterior, posterior if prior is None else prior)
    check_positive("spacing", spacing)
    _check_ratio(spacing, noise.posterior, noise.prior)
    if noise.prior >= 2 * spacing:  # ripples of the mixture are below exp(-8 pi^2)
        return log2(sqrt(2 * pi * e) * posterior / spacing)
    scaled = Noise(min(posterior / spacing, 2.0), noise.prior / spacing)
    words = ceil(REACH * (1 + scaled.posterior + scaled.prior))
    grid = np.arange(-words, words + 1.0)
    divergence = float(_divergences(np.zeros(1), grid, scaled, np.ones(grid.size))[0])
    return log2(posterior / spacing / scaled.posterior) - divergence / log(2)


def permutation_bits(
    incoming: ArrayLike, bias: ArrayLike | None = None, outgoing: ArrayLike | None = None
) -> float:
    r"""Bits saved because the hidden units of a layer may stand in any order.

    .. math:: \log_2 \frac{n!}{m_1! \, m_2! \cdots}

    with m the sizes of the groups of identical units: exchanging those gives the same network, not
    another one.  It is log2(n!) only if all units differ.

    Parameters
    ----------
    incoming : array_like, shape (units, inputs)
        A row for each unit.
    bias : array_like, shape (units,), optional
    outgoing : array_like, shape (outputs, units), optional
        A column for each unit.

    Returns
    -------
    float
        Bits, at least 0, to an ulp; of over 10,000 units rounded downwards.

    Raises
    ------
    ValueError
        If the arrays do not fit or are not finite.

    Notes
    -----
    The gain may be taken off the bits of a code if the network with its units in any other order
    would have a code no longer.  Gains of layers that are not adjacent add up; those of adjacent
    ones may count orders twice: exchanging units that differ in their outgoing weights alone,
    together with the units these weights lead to, may give the same network.

    Examples
    --------
    >>> found = permutation_bits([[1.0, 2.0], [0.0, 0.0], [0.0, 0.0], [0.0, 0.0]])
    >>> round(found, 12)  # 4 orders, not 4! = 24
    2.0

    """
    rows = real_array("incoming", incoming)
    if rows.ndim != 2:
        raise ValueError(f"incoming must be a matrix, got shape {rows.shape}")
    parts = [rows]
    if bias is not None:
        parts.append(_units("bias", bias, 1, rows.shape[0])[:, None])
    if outgoing is not None:
        parts.append(_units("outgoing", outgoing, 2, rows.shape[0]).T)
    units = np.hstack(parts)
    check_all(np.isfinite(units), "weights must be finite", units)
    counts = np.unique(units, axis=0, return_counts=True)[1]
    if units.shape[0] <= EXACT:
        return log2(factorial(units.shape[0]) // prod(map(factorial, counts.tolist())))
    terms = [*gammaln(counts + 1), -gammaln(units.shape[0] + 1)]  # as a charge: a gain is below 0
    return max(0.0, -_sum_up(terms) / log(2) * (1 - ROUNDED))


def _sum_up(nats: list[float]) -> float:
    """Sum of numbers, each right to some ulps, rounded upwards."""
    return float(fsum([*nats, ROUNDED * fsum(map(abs, nats))]))


def _divergences(
    means: np.ndarray, codebook: np.ndarray, noise: Noise, masses: np.ndarray
) -> np.ndarray:
    """Divergence of N(mean, sigma^2) from the mixture, for each mean; rounded upwards."""
    _check_ratio(noise.posterior, noise.prior)
    words, where = np.unique(codebook[masses > 0], return_inverse=True)
    offsets = np.log(np.bincount(where, masses[masses > 0]))
    breaks = _breaks(words, offsets, noise)
    reach = REACH * noise.posterior
    first, last = (np.searchsorted(breaks, means + side) for side in (-reach, reach))
    _check_work(last - first, words, np.ptp(offsets), noise)
    found = np.empty(means.size)
    for i, mean in enumerate(means):
        inner = (breaks[first[i] : last[i]] - mean) / noise.posterior
        with np.errstate(over="ignore"):  # such words are out of reach
            apart = (words - mean) / noise.prior
        found[i] = _mean_log(inner, apart, offsets, noise.posterior / noise.prior)
    return log(noise.prior / noise.posterior) - 0.5 - found


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
        coarse, fine = fine, float(weights @ _logs(z * ratio, words, offsets) / weights.sum())
        if abs(fine - coarse) <= TOLERANCE * (1 + abs(fine)):
            return fine - abs(fine - coarse)
        edges = np.sort(np.concatenate([edges, middle]))
    raise ValueError(f"divergence must settle to 1e-11, got {coarse} and then {fine}")


def _logs(x: np.ndarray, words: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """Log of sum_j p_j exp(-(x - c_j)^2 / 2), of the words within reach of each x."""
    right = np.searchsorted(words, x).clip(1, max(1, words.size - 1))
    nearest = np.minimum(abs(x - words[right - 1]), abs(x - words[right % words.size]))
    reach = np.hypot(nearest, _slack(words.size, np.ptp(offsets)))
    first, last = np.searchsorted(words, x - reach), np.searchsorted(words, x + reach, "right")
    found, rows = np.empty(x.size), max(1, BLOCK // int((last - first).max()))
    for i in range(0, x.size, rows):
        part = slice(i, i + rows)
        j = first[part, None] + np.arange((last - first)[part].max())
        inside, j = j < last[part, None], j.clip(max=words.size - 1)
        away = np.where(inside, x[part, None] - words[j], 0.0)
        exponents = np.where(inside, offsets[j] - away**2 / 2, -np.inf)
        top = exponents.max(axis=1)
        found[part] = top + np.log(np.exp(exponents - top[:, None]).sum(axis=1))
    return found


def _slack(words: int, spread: float) -> float:
    """Root of how much further than the nearest, squared, a word that matters can be, in tau."""
    return sqrt(2 * (spread + NEGLIGIBLE + log(words)))


def _breaks(words: np.ndarray, offsets: np.ndarray, noise: Noise) -> np.ndarray:
    """Edges of panels: where the largest term of the mixture changes, and nearer and nearer these.

    Between words D apart it changes over tau^2 / D, which for D > tau is less than tau.
    """
    tau, (edges, gaps) = noise.prior, _changes(words.tolist(), offsets.tolist(), noise.prior)
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
    """Where the largest term of the mixture changes, and the distance of the words it is of."""

    def crossing(i: int, j: int) -> float:
        gap = words[j] - words[i]
        return words[i] + gap / 2 + tau * ((offsets[i] - offsets[j]) * (tau / gap))

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
    if terms > MOST_TERMS:
        raise ValueError(f"divergences must take at most 2e9 exponentials, got {terms:.1e}")


def _check_ratio(*scales: float) -> None:
    if not min(scales) >= max(scales) / FURTHEST:
        raise ValueError(f"scales must lie within a factor of 1e100, got {scales}")


def _codebook(codebook: ArrayLike) -> np.ndarray:
    words = real_array("codebook", codebook)
    if words.ndim != 1 or not words.size:
        raise ValueError(f"codebook must be a non-empty 1-d array, got shape {words.shape}")
    check_all(np.isfinite(words), "codebook must be finite", words)
    return words


def _counts(codes: ArrayLike, r: int) -> np.ndarray:
    """How often each codeword occurs."""
    q = real_values("codes", codes)
    if q.ndim != 1 or (q.size and q.dtype.kind not in "iu"):
        raise ValueError(f"codes must be a 1-d array of integers, got {q.dtype} of {q.shape}")
    check_all((q >= 0) & (q < r), f"codes must lie in [0, {r})", q)
    return np.bincount(q.astype(np.int64), minlength=r)


def _units(name: str, values: ArrayLike, ndim: int, units: int) -> np.ndarray:
    x = real_array(name, values)
    if x.ndim != ndim or x.shape[-1] != units:
        raise ValueError(f"{name} must have {units} units in axis {ndim - 1}, got shape {x.shape}")
    return x
