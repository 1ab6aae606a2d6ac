r"""Divergence of a quantised network with Gaussian noise from a prior made of its own code.

Weights are codewords: weight i is ``codebook[codes[i]]``.  The posterior adds noise of scale sigma
to each, the prior is a mixture of Gaussians of scale tau about the codewords.  **The roles are not
exchangeable**: sigma is the noise with which the training error is measured; tau only shapes the
prior, and may be chosen for the smallest divergence if its choice is paid for.  A divergence
minimised over sigma is one of a network other than that whose error was measured.
"""

from __future__ import annotations

from math import ceil, e, log, log2, pi, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln

from stablenoise.checks import check_all, check_kind, check_positive, real_array, real_values

from .mixtures import REACH, Noise, check_ratio, divergences, sum_upwards
from .symmetries import permutation_bits

__all__ = [
    "Noise",
    "noise_gain",
    "permutation_bits",
    "uniform_divergence",
    "weighted_divergence",
    "word_divergences",
]


def word_divergences(
    codebook: ArrayLike, noise: Noise, masses: ArrayLike | None = None
) -> np.ndarray:
    r"""Divergence of each codeword with noise from a mixture about all of them.

    .. math:: KL\Bigl(N(c_i, \sigma^2) \,\Bigl\|\, \sum_j p_j N(c_j, \tau^2)\Bigr)

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
    check_kind("noise", noise, Noise)
    p = np.ones(words.size) if masses is None else real_array("masses", masses)
    if p.shape != words.shape:
        raise ValueError(f"masses must have the shape of codebook, {words.shape}, got {p.shape}")
    check_all((p >= 0) & (p < np.inf), "masses must be finite and not negative", p)
    check_all(p.any(), "masses must not all be zero", p)
    return divergences(words, words, noise, p)


def uniform_divergence(codes: ArrayLike, codebook: ArrayLike, noise: Noise) -> float:
    r"""Divergence of theorem 4.3 of Zhou et al., without the bits of locations and codebook.

    .. math:: k \lceil \log_2 r \rceil \log 2
              + \sum_{i \le k} KL\Bigl(N(c_{q_i}, \sigma^2)
              \,\Bigl\|\, \sum_{j \le r} N(c_j, \tau^2)\Bigr)

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
        Nats.  To be added are the bits of where the weights are, of the codebook, of the total
        length, and of tau if it was chosen for this sum: see ``compress.pac_bayes``.

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
    words = _codebook(codebook)
    counts = _counts(codes, words.size)
    bits = counts.sum() * ceil(log2(words.size))
    return sum_upwards([bits * np.log(2), *(counts * word_divergences(words, noise))])


def weighted_divergence(codes: ArrayLike, codebook: ArrayLike, noise: Noise) -> float:
    r"""Divergence from the mixture weighted by how often each codeword occurs.

    .. math:: \log \binom{k + r - 1}{r - 1} + \sum_{i \le k} KL\Bigl(N(c_{q_i}, \sigma^2)
              \,\Bigl\|\, \sum_{j \le r} \frac{k_j}{k} N(c_j, \tau^2)\Bigr)

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
        Nats; the first term pays for the counts k_j.  To be added are the same bits as to
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
    words = _codebook(codebook)
    counts = _counts(codes, words.size)
    check_kind("noise", noise, Noise)
    k, r = counts.sum(), words.size
    if not k:
        return 0.0
    composition = gammaln(k + r), -gammaln(r), -gammaln(k + 1)
    return sum_upwards([*composition, *(counts * word_divergences(words, noise, counts / k))])


def noise_gain(spacing: float, posterior: float, prior: float | None = None) -> float:
    r"""Bits that noise saves for each weight, the codebook being an endless grid.

    .. math:: -KL\Bigl(N(0, \sigma^2) \,\Bigl\|\, \sum_j N(j D, \tau^2)\Bigr) / \log 2
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
    Within 1e-11 of 1 bit or of the gain, and rounded downwards.  For sigma > 2 D the mean over one
    cell is taken: the mean over the noise differs from it by ripples below exp(-8 pi^2).

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
    check_ratio(spacing, noise.posterior, noise.prior)
    if noise.prior >= 2 * spacing:  # ripples of the mixture are below exp(-8 pi^2)
        return log2(sqrt(2 * pi * e) * posterior / spacing)
    scaled = Noise(min(posterior / spacing, 2.0), noise.prior / spacing)
    words = ceil(REACH * (1 + scaled.posterior + scaled.prior))
    grid = np.arange(-words, words + 1.0)
    divergence = float(divergences(np.zeros(1), grid, scaled, np.ones(grid.size))[0])
    return log2(posterior / spacing / scaled.posterior) - divergence / log(2)


def _codebook(codebook: ArrayLike) -> np.ndarray:
    """Codewords as floats, or ValueError unless they are finite and in one row."""
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
