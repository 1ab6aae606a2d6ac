"""B-15: the g of theorem 6.1 is the divergence of Jensen and Shannon."""

import numpy as np
from scipy.special import entr

from compress.certificates.information import jensen_shannon_bits
from paper_checks.claim import Claim, Quantity, below
from paper_checks.experiments.computed_rows import by_computing
from paper_checks.summaries import computed

RATES = np.linspace(0.01, 0.99, 50)


def distances(middle: float = 0.5) -> list[float]:
    """Largest distance of g from the divergence, in nats; ``middle`` is the share of b in l."""
    a, b = (grid.ravel() for grid in np.meshgrid(RATES, RATES))
    found = gap(a, b, middle)
    engine = np.asarray(jensen_shannon_bits(a, b, 1)) * np.log(2)
    closed = _entropy((a + b) / 2) - (_entropy(a) + _entropy(b)) / 2
    return [float(abs(found - engine).max()), float(abs(found - closed).max())]


def gap(a: np.ndarray, b: np.ndarray, middle: float = 0.5) -> np.ndarray:
    """The g of theorem C.1: log 2 less the entropies of which sample an error, or none, is from."""
    p, q = 1 / (1 + b / a), 1 / (1 + (1 - b) / (1 - a))
    share = (1 - middle) * a + middle * b
    return _entropy(0.5) - share * _entropy(p) - (1 - share) * _entropy(q)


def _entropy(p: np.ndarray | float) -> np.ndarray:
    return entr(p) + entr(1 - np.asarray(p))


CLAIM = Claim(
    id="B-15",
    title="g of theorem 6.1 is Jensen-Shannon's divergence",
    aliases=("B15",),
    statement=(
        "The g of the paper's lower bound of the entropy, written with the chances that an error "
        "is one of the sample, is the Jensen-Shannon divergence of Bernoulli laws with the errors"
        " on the sample and elsewhere: on a grid of 2,500 pairs, to 1e-12."
    ),
    source="Derived; Zhou et al., arXiv 1804.05862, theorem C.1 (read)",
    quantities=(
        Quantity("distance of g from what is computed here, at most", below(1e-12), computed),
        Quantity("distance of g from three entropies, at most", below(1e-12), computed),
    ),
    experiment=by_computing(distances),
    control=by_computing(distances, middle=0.0),
    broken="errors are weighed by those of the sample alone",
    unit="computations",
    smoke=1,
    full=1,
    kind="identity",
)
