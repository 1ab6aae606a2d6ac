"""CN-8: relative errors of the sides and of the inputs grow by the cancellation, and no more."""

import numpy as np

from compress.coresets import cancellations, sensitivities, sparsify
from paper_checks.claim import Claim, Quantity, below
from paper_checks.replicates import by_number, replicate_rng, replicate_seed
from paper_checks.summaries import median, worst

EDGES, POINTS, DRAWS = 60, 20, 40
ROUNDING = 1e-9


def _excess(seed: int, replicate: int, signed: bool = True) -> list[float]:
    """Largest error of a neuron of both signs over its limit, less 1: drawn, and the worst.

    The limit is (g + e + g e) Delta |z|: inputs are within g, sides within e of their sums.
    """
    rng = replicate_rng(seed, replicate)
    w, x = rng.normal(size=(1, EDGES)), np.maximum(rng.normal(size=(POINTS, EDGES)), 0)
    g = rng.uniform(0, 0.5)
    delta = cancellations(w, x)[:, 0] if signed else 1.0
    drawn = sparsify(w, sensitivities(w, x), DRAWS, replicate_seed(seed, replicate)).weights
    off = rng.uniform(-g, g, size=x.shape)
    found = _over(w[0], x, x * (1 + off), drawn.toarray()[0], g, delta)
    # The worst: one side and what feeds it as large as may be, the other as small.
    up, e = w[0] > 0, rng.uniform(0, 0.5)
    pushed = np.where(up, w[0] * (1 + e), w[0] * (1 - e))
    extreme = _over(w[0], x, x * np.where(up, 1 + g, 1 - g), pushed, g, delta)
    return [found - 1, extreme - 1, found]


def _over(
    w: np.ndarray,
    x: np.ndarray,
    fed: np.ndarray,
    other: np.ndarray,
    g: float,
    delta: np.ndarray | float,
) -> float:
    """Largest error over the points, over its limit; e is what the sides are seen to miss by."""
    sides = [np.where(w > 0, w, 0), np.where(w < 0, w, 0)]
    others = [np.where(w > 0, other, 0), np.where(w < 0, other, 0)]
    pairs = zip(sides, others, strict=True)
    e = np.max([abs(fed @ b / (fed @ a) - 1) for a, b in pairs], axis=0)
    z = x @ w
    return float((abs(fed @ other - z) / ((g + e + g * e) * delta * abs(z))).max())


CLAIM = Claim(
    id="CN-8",
    title="Errors grow by the cancellation of a neuron, no more",
    statement=(
        "If inputs are within a factor 1 +- g and the sums of both sides of a neuron within 1 +- e "
        "of what they are fed, its sum is within (g + e + g e) Delta of itself, Delta being its "
        "cancellation: with sides that CoreNet drew, and with the largest errors that may be."
    ),
    source=(
        "Step of the proof of Baykal et al., arXiv 1804.05345 (as recalled); derived, theory "
        "corenet.md section 1.6"
    ),
    quantities=(
        Quantity("largest error over its limit, less 1, sides drawn", below(ROUNDING), worst),
        Quantity("the same, sides and inputs at their limits", below(ROUNDING), worst),
        Quantity("largest error over its limit, sides drawn", None, median),
    ),
    experiment=by_number(_excess),
    control=by_number(_excess, signed=False),
    broken="Delta is 1: what the sides lose by cancelling is left out",
    unit="random neurons of both signs",
    smoke=500,
    full=1_000,
    chunk=100,
)
