"""B-3: which limit of the risk is the smaller, whatever the numbers."""

import numpy as np

from compress.certificates.inequalities import chernoff, maurer, mcallester, quadratic
from paper_checks.claim import Claim, Quantity, below
from paper_checks.experiments.computed_rows import by_computing
from paper_checks.summaries import computed

ROUNDING = 1e-13  # relative: limits are rounded upwards by as much at most
RATES, SIZES = np.array([0, 1e-3, 0.02, 0.1, 0.3, 0.6, 0.9]), np.array([8, 100, 1e4, 1e6])
NATS, DELTAS = np.array([0, 1, 20, 1e3, 1e5]), np.array([1e-6, 0.05, 0.5])


def excesses(share: float = 1.0) -> list[float]:
    """What each limit exceeds the next by, over it, at most; ``share`` of the nats relaxed."""
    q, n, nats, delta = (grid.ravel() for grid in np.meshgrid(RATES, SIZES, NATS, DELTAS))
    first, second = chernoff(q, n, nats, delta), maurer(q, n, nats, delta)
    relaxed = quadratic(q, n, share * nats, delta), mcallester(q, n, share * nats, delta)
    pairs = (first, second), (second, relaxed[0]), (second, relaxed[1])
    return [float(np.max(low / high - 1)) for low, high in pairs]


CLAIM = Claim(
    id="B-3",
    title="Occam by kl, then Maurer, then the relaxations",
    aliases=("B03",),
    statement=(
        "Of limits of the risk from the same numbers the one by kl for a single network is never "
        "above Maurer's, and Maurer's never above its relaxations by Pinsker's inequality "
        "(McAllester) and by square roots: on a grid of error rates, sizes, nats and deltas."
    ),
    source="Derived; Maurer (2004) and the relaxations as in github.com/mperezortiz/PBB (read)",
    quantities=(
        Quantity("kl of a single network over Maurer, less 1, at most", below(ROUNDING), computed),
        Quantity("Maurer over the square roots, less 1, at most", below(ROUNDING), computed),
        Quantity("Maurer over McAllester, less 1, at most", below(ROUNDING), computed),
    ),
    experiment=by_computing(excesses),
    control=by_computing(excesses, share=0.5),
    broken="the relaxations are given half of the divergence, as where a factor 2 is lost",
    unit="computations",
    smoke=1,
    full=1,
    kind="identity",
)
