"""P2-6: of heavy-tailed weights magnitude and node pruning vanish, each at a rate of its own."""

from math import log

import numpy as np

from compress.pruning import column, magnitude
from paper_checks.claim import Claim, Quantity, Rule
from paper_checks.replicates import by_seed
from paper_checks.summaries import median
from stablenoise.field import NoiseField

INDICES, KEEP, SIDES = (1.2, 1.5), 0.1, (20, 120)
METHODS = {"magnitude": (magnitude, 2), "node": (column, 1)}  # powers of n: terms, columns


def order(alpha: float, powers: int) -> float:
    """Of the squared error in n: that of n^powers independent terms or columns."""
    return powers * (1 - 2 / alpha)


def _orders(seed: int, gaussian: bool = False) -> list[float]:
    """Orders in n of the squared relative errors of n x n weights, and what they differ by."""
    row, fields = [], [NoiseField(2.0 if gaussian else a, seed) for a in INDICES]
    for magnitudes, nodes in map(_of_index, fields):
        row += [magnitudes, nodes, magnitudes - nodes]
    return row


def _of_index(field: NoiseField) -> list[float]:
    matrices = [field.at(range(n), step, dim=n) for step, n in enumerate(SIDES)]
    row = []
    for method, _ in METHODS.values():
        few, many = (_squared_error(a, method.prune(a, KEEP)) for a in matrices)
        row.append(log(many / few) / log(SIDES[1] / SIDES[0]))
    return row


def _squared_error(matrix: np.ndarray, pruned: np.ndarray) -> float:
    return float(np.sum((matrix - pruned) ** 2) / np.sum(matrix**2))


def _about(value: float, share: float = 0.4) -> Rule:
    """Within a share of the order, as the orders of the two kinds are a factor 2 apart."""
    return Rule((1 + share) * value, (1 - share) * value)


CLAIM = Claim(
    id="P2-6",
    title="Magnitude and node pruning vanish, each at its rate",
    statement=(
        "Of n x n independent stable weights the largest tenth leaves a squared error of the order "
        "n^(2 (1 - 2/a)), as there are n^2 of them, and the longest tenth of the columns (nodes) "
        "one of the order n^(1 - 2/a), as there are n: both vanish, as that of singular values "
        "does (P2-2), and magnitude at twice the rate."
    ),
    source=(
        "Barsbey et al., arXiv 2106.03795 (abstract: errors of magnitude, singular-value and node "
        "pruning become arbitrarily small as the network grows); orders derived"
    ),
    quantities=tuple(
        Quantity(f"order in n of the squared error, {name}, a = {a}", rule, median)
        for a in INDICES
        for name, rule in (
            *((name, _about(order(a, powers))) for name, (_, powers) in METHODS.items()),
            # One matrix has both errors, so that the difference of their orders varies little.
            ("magnitude less node", _about(order(a, 1), 0.25)),
        )
    ),
    experiment=by_seed(_orders),
    control=by_seed(_orders, gaussian=True),
    broken="Gaussian weights, of which a tenth never is enough",
    unit="pairs of matrices, 20 x 20 and 120 x 120",
    smoke=768,
    full=1_024,
    chunk=32,
    deciding="order in n of the squared error, node, a = 1.5",
)
