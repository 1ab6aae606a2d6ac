"""B-11: the divergence from a mixture over all networks of a code is a sum over their weights."""

from itertools import product
from math import log

import numpy as np
from scipy.special import logsumexp

from compress.certificates.posterior import Noise, word_divergences
from paper_checks.claim import Claim, Quantity, equals
from paper_checks.replicates import by_rng
from paper_checks.summaries import nominal

WEIGHTS, WORDS, DRAWS = 2, 3, 400
NOISE, BOOK, CODES = Noise(0.15, 0.25), np.array([-0.5, 0.1, 0.4]), np.array([2, 0])


def _difference(rng: np.random.Generator, noise: Noise = NOISE) -> list[float]:
    """Mean log ratio over draws of the noise, less the formula; and the mean itself.

    ``noise`` is that of the formula: with other scales it is not the divergence.
    """
    drawn = BOOK[CODES] + NOISE.posterior * rng.normal(size=(DRAWS, WEIGHTS))
    log_ratio = log_density(drawn, BOOK[CODES][None], NOISE.posterior) - log_density(
        drawn, np.array(list(product(BOOK, repeat=WEIGHTS))), NOISE.prior
    )
    found = float(log_ratio.mean())
    return [found - formula(noise), found]


def log_density(x: np.ndarray, centres: np.ndarray, scale: float) -> np.ndarray:
    """Of the uniform mixture of normal laws about the centres, at each row."""
    squares = ((x[:, None] - centres) ** 2).sum(axis=2)
    peak = -WEIGHTS * log(scale * np.sqrt(2 * np.pi)) - log(len(centres))
    return logsumexp(-squares / (2 * scale**2), axis=1) + peak


def formula(noise: Noise) -> float:
    """Theorem 4.3, with log2 of the words not rounded up."""
    return WEIGHTS * log(WORDS) + float(word_divergences(BOOK, noise)[CODES].sum())


CLAIM = Claim(
    id="B-11",
    title="Theorem 4.3's sum is the divergence",
    aliases=("B11",),
    statement=(
        "The divergence of a quantised network with noise from the mixture over all networks with "
        "the same codebook is the sum of theorem 4.3 over its weights, by sampling: two weights, "
        "three codewords, so that the mixture has all nine networks written out."
    ),
    source="Zhou et al., arXiv 1804.05862, theorem 4.3 (read)",
    quantities=(
        Quantity("nats sampled less those of the sum", equals(0, 0.02), nominal),
        Quantity("nats sampled", None, nominal),
    ),
    experiment=by_rng(_difference),
    control=by_rng(_difference, noise=Noise(NOISE.prior, NOISE.posterior)),
    broken="the scales of noise and mixture are exchanged in the sum",
    unit="means of 400 draws",
    smoke=512,
    full=1_024,
    chunk=64,
)
