r"""Divergence of a quantised network with Gaussian noise from a prior made of its own code.

Weights are codewords: weight i is ``codebook[codes[i]]``.  The posterior adds noise of scale sigma
to each, the prior is a mixture of Gaussians of scale tau about the codewords.  **The roles are not
exchangeable**: sigma is the noise with which the training error is measured; tau only shapes the
prior, and may be chosen for the smallest divergence if its choice is paid for.  A divergence
minimised over sigma is one of a network other than that whose error was measured.
"""

from dataclasses import dataclass
from math import ceil, e, log, log2, pi, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln, logsumexp

from stablenoise.checks import check_all, check_number, real_array

BLOCK = 1 << 20  # exponentials at a time
REACH = 12.0  # of the quadrature, in sigma: leaves out 4e-33
COARSEST, FINEST = 64, 4096  # panels
TOLERANCE = 1e-11  # nats


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
        _check_scale("posterior", self.posterior)
        _check_scale("prior", self.prior)


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
        If an argument is out of range.

    Notes
    -----
    By the trapezoidal rule over 12 sigma to either side, which converges exponentially; panels are
    halved until nothing changes by more than 1e-11 or there are 4096.

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
        If an argument is out of range.

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
    return float(bits * np.log(2) + counts @ word_divergences(words, noise))


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
        If an argument is out of range.

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
    composition = gammaln(k + r) - gammaln(r) - gammaln(k + 1)
    return float(composition + counts @ word_divergences(words, noise, counts / k))


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
        If an argument is not positive and finite.

    References
    ----------
    Derived, from theorem 4.3 of Zhou et al. (2019), arXiv 1804.05862.

    Examples
    --------
    >>> [round(noise_gain(spacing, 1.0), 4) for spacing in (1, 2, 3, 4)]
    [2.0471, 1.0472, 0.4802, 0.1744]

    """
    noise = Noise(posterior, posterior if prior is None else prior)
    _check_scale("spacing", spacing)
    if noise.prior >= 2 * spacing:  # ripples of the mixture are below exp(-8 pi^2)
        return log2(sqrt(2 * pi * e) * posterior / spacing)
    words = ceil(REACH * (1 + noise.posterior / spacing + noise.prior / spacing))
    grid = spacing * np.arange(-words, words + 1)
    return -float(_divergences(np.zeros(1), grid, noise, np.ones(grid.size))[0]) / log(2)


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
        Bits, at least 0.

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
    return float(gammaln(units.shape[0] + 1) - gammaln(counts + 1).sum()) / log(2)


def _divergences(
    means: np.ndarray, codebook: np.ndarray, noise: Noise, masses: np.ndarray
) -> np.ndarray:
    """Divergence of N(mean, sigma^2) from the mixture, for each mean."""
    used = masses > 0
    words, offsets = codebook[used], np.log(masses[used])
    panels, coarse, fine = COARSEST, np.full(means.shape, np.inf), np.zeros(means.shape)
    while panels <= FINEST and (abs(fine - coarse) > TOLERANCE).any():
        coarse, fine = fine, _mean_log(means, words, noise, offsets, panels)
        panels *= 2
    return log(noise.prior / noise.posterior) - 0.5 - fine


def _mean_log(
    means: np.ndarray, words: np.ndarray, noise: Noise, offsets: np.ndarray, panels: int
) -> np.ndarray:
    """Mean over N(mean, sigma^2) of the log of sum_j p_j exp(-(x - c_j)^2 / (2 tau^2))."""
    z = np.linspace(-REACH, REACH, panels + 1)
    density = np.exp(-z * z / 2)
    x = (means[:, None] + noise.posterior * z).reshape(-1, 1)
    found, rows = np.empty(x.size), max(1, BLOCK // words.size)
    for i in range(0, x.size, rows):
        exponents = offsets - ((x[i : i + rows] - words) / noise.prior) ** 2 / 2
        found[i : i + rows] = logsumexp(exponents, axis=1)
    return found.reshape(means.size, z.size) @ (density / density.sum())


def _codebook(codebook: ArrayLike) -> np.ndarray:
    words = real_array("codebook", codebook)
    if words.ndim != 1 or not words.size:
        raise ValueError(f"codebook must be a non-empty 1-d array, got shape {words.shape}")
    check_all(np.isfinite(words), "codebook must be finite", words)
    return words


def _counts(codes: ArrayLike, r: int) -> np.ndarray:
    """How often each codeword occurs."""
    q = np.asarray(codes)
    if q.ndim != 1 or (q.size and q.dtype.kind not in "iu"):
        raise ValueError(f"codes must be a 1-d array of integers, got {q.dtype} of {q.shape}")
    check_all((q >= 0) & (q < r), f"codes must lie in [0, {r})", q)
    return np.bincount(q.astype(np.int64), minlength=r)


def _units(name: str, values: ArrayLike, ndim: int, units: int) -> np.ndarray:
    x = real_array(name, values)
    if x.ndim != ndim or x.shape[-1] != units:
        raise ValueError(f"{name} must have {units} units in axis {ndim - 1}, got shape {x.shape}")
    return x


def _check_scale(name: str, value: float) -> None:
    check_number(name, value)
    if not 0 < value < np.inf:
        raise ValueError(f"{name} must be positive and finite, got {value}")
