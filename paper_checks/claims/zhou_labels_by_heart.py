"""B-17: labels that are random take log2 k bits each, if they are learned by heart."""

from math import log2

import numpy as np

from compress.certificates.information import jensen_shannon_bits, min_bits
from compress.coding.length import code_length
from paper_checks.claim import Claim, Quantity, below, equals
from paper_checks.replicates import by_rng
from paper_checks.summaries import computed, median, worst

CLASSES, EXAMPLES = (2, 10), 2_000


def _row(rng: np.random.Generator, random: float = 1.0) -> list[float]:
    """Both bounds over the entropy, entropy over the bits of a code, error on other labels."""
    coded = [_entropy_over_bits(_labels(rng, k, random), k) for k in CLASSES]
    pair = [_labels(rng, CLASSES[-1], random) for _ in range(2)]
    return [*bounds(), *coded, float((pair[0] != pair[1]).mean())]


def bounds() -> list[float]:
    """Bounds of a table of labels over its entropy: error 0 on them, and 1 - 1 / k elsewhere."""
    by_kl = [min_bits(0.0, 1 - 1 / k, EXAMPLES) / (EXAMPLES * log2(k)) for k in CLASSES]
    weaker = jensen_shannon_bits(0.0, 0.5, EXAMPLES) / EXAMPLES
    return [*map(float, by_kl), float(weaker)]


def _labels(rng: np.random.Generator, k: int, random: float) -> np.ndarray:
    """Labels of which this share is drawn; the others are 1."""
    drawn = rng.uniform(size=EXAMPLES) < random
    return np.where(drawn, rng.integers(k, size=EXAMPLES), 1)


def _entropy_over_bits(labels: np.ndarray, k: int) -> float:
    """Entropy of so many labels drawn among k, over the bits from which these came back."""
    return EXAMPLES * log2(k) / code_length(labels.astype(float)).charged


CLAIM = Claim(
    id="B-17",
    title="Random labels learned by heart take log2 k bits each",
    aliases=("B17",),
    statement=(
        "A table of n labels drawn among k has the entropy n log2 k, and n kl(0 || 1 - 1/k) / log "
        "2 is exactly as much, for k = 2 and 10, where theorem 6.1 has 31% of it for k = 2. In a "
        "code from which they came back 2,000 labels take more, every time."
    ),
    source=(
        "Zhou et al., arXiv 1804.05862, section 6 (read); with kl derived, "
        "compress.certificates.information"
    ),
    quantities=(
        *(
            Quantity(f"bound by kl over n log2 k, k = {k}", equals(1, 1e-9), computed)
            for k in CLASSES
        ),
        Quantity("theorem 6.1 over n log2 k, k = 2", equals(0.3113, 5e-5), computed),
        *(Quantity(f"n log2 k over the bits of a code, k = {k}", below(1), worst) for k in CLASSES),
        Quantity("error on other labels, k = 10", equals(0.9, 0.01), median),
    ),
    experiment=by_rng(_row),
    control=by_rng(_row, random=0.05),
    broken="19 of 20 labels are 1, and need not be learned by heart",
    unit="tables of 2,000 labels",
    smoke=64,
    full=128,
    chunk=16,
)
