"""B-12: theorem 4.3 where the answer is known: words that coincide, and words far apart."""

from math import log

import numpy as np

from compress.certificates.posterior import Noise, word_divergences
from paper_checks.claim import Claim, Quantity, below, equals
from paper_checks.experiments.computed_rows import by_computing
from paper_checks.summaries import computed

WORDS, APART = 8, 1e3
NOISE = Noise(0.1, 0.2)


def nats(normalised: bool = False) -> list[float]:
    """Divergence of a word among so many alike, alone, and their distances from closed forms."""
    masses = np.full(WORDS, 1 / WORDS) if normalised else None
    alike = float(word_divergences(np.ones(WORDS), Noise(0.1, 0.1), masses)[0])
    alone = word_divergences(APART * np.arange(WORDS), NOISE, masses)
    ratio = NOISE.posterior / NOISE.prior
    closed = -log(ratio) + (ratio**2 - 1) / 2
    return [alike, float(alone[0]), abs(alike + log(WORDS)), float(abs(alone - closed).max())]


CLAIM = Claim(
    id="B-12",
    title="Theorem 4.3 at its two ends is in closed form",
    aliases=("B12",),
    statement=(
        "The divergence of a codeword with noise from the sum of theorem 4.3, which is not "
        "normalised, is -log r for r words that coincide, -2.0794 for 8, and that of two normal "
        "laws for words far apart, 0.3181 for noise 0.1 and mixture 0.2: to 1e-10."
    ),
    source="Derived from theorem 4.3 of Zhou et al., arXiv 1804.05862 (read)",
    quantities=(
        Quantity("nats, 8 words that coincide", equals(-2.0794, 5e-5), computed),
        Quantity("nats, words far apart", equals(0.3181, 5e-5), computed),
        Quantity("distance from -log 8", below(1e-10), computed),
        Quantity("distance from two normal laws, at most", below(1e-10), computed),
    ),
    experiment=by_computing(nats),
    control=by_computing(nats, normalised=True),
    broken="the mixture is normalised",
    unit="computations",
    smoke=1,
    full=1,
    kind="identity",
)
