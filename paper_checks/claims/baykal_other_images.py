"""CN-18: on images of another law than those of S a coreset is worse."""

from math import log

import numpy as np

from compress.coresets import diagnostics
from paper_checks.claim import Claim, Quantity, above
from paper_checks.experiments.trained_coresets import digits
from paper_checks.replicates import by_seed
from paper_checks.summaries import median

KEEP = 0.4


def _changes(seed: int, inverted: bool = True) -> list[float]:
    """Of the error, of K and of what edges without sensitivity carry, from one half to the other.

    The halves are of the test images; the second is inverted.
    """
    problem = digits(seed)
    coreset = problem.coreset(KEEP, seed)
    here, there = problem.test[::2], problem.test[1::2]
    there = 1 - there if inverted else there
    errors = [diagnostics.output_change(coreset, x) for x in (here, there)]
    covers = [diagnostics.coverage(coreset, x)[0] for x in (here, there)]
    k = [float(np.median(c.growth[c.growth > 0])) for c in covers]
    lost = [float(c.zero_mass.mean()) for c in covers]
    return [log(errors[1] / errors[0]), log(k[1] / k[0]), lost[1] - lost[0], *errors, *k, *lost]


CLAIM = Claim(
    id="CN-18",
    title="On images of another law a coreset is worse",
    statement=(
        "A guarantee is for points of the law of S. On inverted test images a coreset of a "
        "network trained on digits (64-96-48-10, 40% of the edges) has a larger relative error of "
        "its outputs, shares of edges exceed their sensitivities three times as far, and more than "
        "5% of what flows into a neuron comes by edges that S has never seen carry anything."
    ),
    source=(
        "Assumption of Baykal et al., arXiv 1804.05345 (points of one law, as recalled); theory "
        "corenet.md sections 4.13 and 5"
    ),
    quantities=(
        Quantity("log of the error, inverted over test images", above(0.1), median),
        Quantity("log of the median of K, first layer", above(log(3)), median),
        Quantity("mass on edges of sensitivity 0, more on inverted", above(0.05), median),
        *(
            Quantity(f"{what}, {which}", None, median)
            for what in ("relative error", "median of K", "mass on edges of sensitivity 0")
            for which in ("test images", "inverted")
        ),
    ),
    experiment=by_seed(_changes),
    control=by_seed(_changes, inverted=False),
    broken="the second half is not inverted",
    unit="trained networks",
    smoke=40,
    full=80,
    chunk=4,
)
