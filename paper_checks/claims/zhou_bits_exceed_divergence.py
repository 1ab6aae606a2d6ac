"""B-16: what overfits takes bits, by enumeration of all samples."""

from itertools import product

import numpy as np
from scipy.stats import entropy

from compress.certificates.information import jensen_shannon_bits, min_bits
from paper_checks.claim import Claim, Quantity, below
from paper_checks.replicates import by_rng
from paper_checks.summaries import worst

KINDS, CLASSIFIERS, EXAMPLES = 5, 5, 4  # of one problem at most, each from 2 on


def _ratios(rng: np.random.Generator, copies: bool = False) -> list[float]:
    """Bits that must be over bits that there are, for one random problem."""
    kinds, classifiers = rng.integers(2, KINDS + 1), rng.integers(2, CLASSIFIERS + 1)
    losses = rng.integers(0, 2, size=(classifiers, kinds))
    chances = rng.dirichlet(np.full(kinds, rng.choice([0.5, 1.0, 5.0])))
    return ratios(losses, chances, int(rng.integers(2, EXAMPLES + 1)), copies)


def ratios(losses: np.ndarray, chances: np.ndarray, n: int, copies: bool = False) -> list[float]:
    """Bounds by kl, by Pinsker and by theorem 6.1, each over the entropy of the classifier.

    ``losses`` has a row for each classifier and a column for each kind of example; learned is the
    first of those with the fewest errors.  ``copies``: a sample is one example n times.
    """
    kinds = range(chances.size)
    samples = [(z,) * n for z in kinds] if copies else list(product(kinds, repeat=n))
    weights = np.array([chances[s[0]] if copies else chances[list(s)].prod() for s in samples])
    errors = np.array([losses[:, list(s)].mean(axis=1) for s in samples])
    learned = errors.argmin(axis=1)
    # Probabilities of all samples add up to 1 but for rounding.
    seen = min(1.0, float(weights @ errors.min(axis=1)))
    fresh = min(1.0, float(weights @ (losses @ chances)[learned]))
    bits = entropy(np.bincount(learned, weights), base=2)
    if fresh <= seen or bits <= 0:
        return [0.0] * 3
    pinsker = 2 * n * (fresh - seen) ** 2 / np.log(2)
    bounds = min_bits(seen, fresh, n), pinsker, jensen_shannon_bits(seen, fresh, n)
    return [float(bound / bits) for bound in bounds]


CLAIM = Claim(
    id="B-16",
    title="A classifier takes n kl(a || b) / log 2 bits at least",
    statement=(
        "A classifier learned from n independent examples has an entropy of at least "
        "n kl(a || b) / log 2 bits, and takes as many in any prefix code, a and b its mean errors "
        "on the sample and on fresh examples: exactly, for random finite problems in which every "
        "sample is enumerated. So do the weaker bounds hold, the paper's theorem 6.1 for one."
    ),
    source=(
        "Zhou et al., arXiv 1804.05862, theorem 6.1 (read), that compressibility is limited by "
        "overfitting; with kl derived, compress.certificates.information"
    ),
    quantities=(
        # Both sides are exact: one problem in which a bound exceeds the entropy would refute it.
        Quantity("n kl(a || b) over the entropy", below(1), worst),
        Quantity("2 n (b - a)^2 over the entropy", below(1), worst),
        Quantity("theorem 6.1 over the entropy", below(1), worst),
    ),
    experiment=by_rng(_ratios),
    control=by_rng(_ratios, copies=True),
    broken="a sample is one example, n times over",
    unit="random problems",
    smoke=512,
    full=2_048,
    chunk=64,
)
