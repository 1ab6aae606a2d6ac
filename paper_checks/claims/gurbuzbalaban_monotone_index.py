"""P3-4: how the tail index of SGD on least squares depends on step, curvature, batch, dimension."""

from dataclasses import replace
from functools import partial

import numpy as np

from chaos.kesten import GaussianLeastSquares
from paper_checks.claim import Claim, Quantity, below, worst


def _changes(replicates: range, seed: int, scaled: bool = False) -> np.ndarray:
    """Relative changes of the index that should be negative, at a law at random."""
    rows = []
    for r in replicates:
        rng = np.random.default_rng([seed, r])
        b, d, s2 = int(rng.integers(1, 5)), int(rng.integers(1, 5)), rng.uniform(0.5, 2)
        wider = GaussianLeastSquares(1.0, b, d + 1, s2)
        eta = float(rng.uniform(0.4, 1.05)) * wider.critical_step()
        sgd, more = replace(wider, eta=eta, dim=d), eta * (b + 1) / b if scaled else eta
        index = sgd.tail_index()
        laws = [replace(sgd, eta=1.05 * eta), replace(sgd, variance=1.05 * s2)]
        laws.append(replace(sgd, dim=d + 1))
        changes = [law.tail_index() / index - 1 for law in laws]
        rows.append([*changes, 1 - replace(sgd, eta=more, batch=b + 1).tail_index() / index])
    return np.array(rows)


CLAIM = Claim(
    id="P3-4",
    statement=(
        "For Gaussian rows and where it is at least 1 the tail index falls with the step, the "
        "variance of the rows and the dimension, and rises with the batch."
    ),
    source=(
        "Gurbuzbalaban, Simsekli & Zhu, arXiv 2006.04740 (dependence on step, batch, dimension "
        "and curvature: abstract; directions as recalled)"
    ),
    quantities=tuple(
        Quantity(f"relative change of the index, {change}", below(0), worst)
        for change in (
            "step 5 % larger",
            "variance 5 % larger",
            "one dimension more",
            "batch of one row less, by its change with one more",
        )
    ),
    experiment=_changes,
    control=partial(_changes, scaled=True),
    broken="a step that grows in proportion to the batch",
    unit="laws",
    smoke=24,
    full=128,
    chunk=6,
)
