"""P3-4: how the tail index of SGD on least squares depends on step, curvature, batch, dimension."""

from dataclasses import replace
from math import log

import numpy as np

from chaos.kesten import GaussianLeastSquares
from paper_checks.claim import Claim, Quantity, below
from paper_checks.experiments.stationary_chains import tail_index
from paper_checks.replicates import by_number, replicate_rng
from paper_checks.summaries import median

FACTOR, STEPS = 1.15, 120  # of a larger step; steps to the stationary law


def _changes(seed: int, replicate: int, scaled: bool = False) -> list[float]:
    """Logarithms of ratios of the index that should be negative, at one random law."""
    sgd = _law(replicate_rng(seed, replicate))
    eta, b = sgd.eta, sgd.batch
    step = eta * (b + 1) / b if scaled else eta
    farther, wider = replace(sgd, eta=FACTOR * eta), replace(sgd, dim=sgd.dim + 1)
    laws = sgd, farther, wider, replace(sgd, eta=step, batch=b + 1)
    # The same chains for all four laws: what they have in common leaves the ratios.
    own, *others, of_larger = (log(tail_index(law, seed, replicate, STEPS)) for law in laws)
    return [*(other - own for other in others), own - of_larger]


def _law(rng: np.random.Generator) -> GaussianLeastSquares:
    """A law that is stationary, with an index of at least 1, after any one of the changes."""
    b, d, s2 = int(rng.integers(1, 4)), int(rng.integers(1, 4)), rng.uniform(0.5, 2)
    wider = GaussianLeastSquares(1.0, b, d + 1, s2)
    return replace(wider, eta=float(rng.uniform(0.8, 1.1)) * wider.critical_step(), dim=d)


CLAIM = Claim(
    id="P3-4",
    title="Index falls with step and dimension, rises with batch",
    statement=(
        "For Gaussian rows and where it is at least 1 the tail index, as chains of SGD show it, "
        "falls with the product of the step and the variance of the rows, of which alone it is a "
        "function, and with the dimension, and rises with the batch."
    ),
    source=(
        "Gurbuzbalaban, Simsekli & Zhu, arXiv 2006.04740 (dependence on step, batch, dimension "
        "and curvature: abstract; directions as recalled)"
    ),
    quantities=tuple(
        Quantity(f"log of the ratio of Hill's estimates, {change}", below(0), median)
        for change in (
            "step, or variance, 15% larger over as it was",
            "one dimension more over as it was",
            "as it was over batch of one row more",
        )
    ),
    experiment=by_number(_changes),
    control=by_number(_changes, scaled=True),
    broken="a step that grows in proportion to the batch",
    unit="random laws, of 1,000 chains 9 times each",
    smoke=96,
    full=768,
    chunk=8,
)
