"""CN-9: of unbiased samples of a neuron's edges, that by sensitivity deviates least."""

from math import log

import numpy as np
from scipy.optimize import brentq

from compress.coresets import sensitivities
from paper_checks.claim import Claim, Quantity, above
from paper_checks.replicates import by_rng
from paper_checks.summaries import median, proportion

EDGES, POINTS, BUDGET = 100, 60, 30
BASELINES = ("uniform", "l1", "l2", "(l1 + l2) / 2")


def _ratios(rng: np.random.Generator, spread: float = 1.0) -> list[float]:
    """Deviations of the baselines over CoreNet's for a random positive neuron, and if all exceed 1.

    ``spread`` is that of the logarithms of the inputs' scales.
    """
    w, scales = rng.lognormal(size=EDGES), rng.lognormal(0, spread, EDGES)
    seen, fresh = (np.maximum(rng.normal(size=(POINTS, EDGES)), 0) * scales for _ in range(2))
    s = sensitivities(w[None], seen)[0]
    masses = s, np.ones(EDGES), w, w**2, w / w.sum() + w**2 / (w**2).sum()
    own, *others = (_deviation(w, fresh, mass / mass.sum()) for mass in masses)
    ratios = [other / own for other in others]
    return [*ratios, float(min(ratios) > 1)]


def _deviation(w: np.ndarray, points: np.ndarray, q: np.ndarray) -> float:
    """Relative standard deviation of the sum of w a over draws with BUDGET different edges.

    Its square over m draws is the sum of w^2 a^2 / q over z^2, less 1, over m; the points' root
    mean square.  The number of draws need not be whole.
    """
    z = points @ w
    excess = (points**2 @ (w**2 / q) / z**2 - 1).mean()
    logs = np.log1p(-q)
    # At equal numbers of draws samples differ in how many edges they keep: those are made equal.
    different = brentq(lambda x: -np.expm1(np.exp(x) * logs).sum() - BUDGET, 0, log(1e12))
    return float(np.sqrt(excess / np.exp(different)))


CLAIM = Claim(
    id="CN-9",
    title="Inputs of unequal scale: sensitivity errs least, exactly",
    statement=(
        "Where inputs differ in scale (log-normal), at an equal expected number of edges (30 of "
        "100 of a neuron of positive weights) an unbiased sample by sensitivity has a smaller "
        "standard deviation at fresh points than samples that are uniform, by |w|, by w^2, or by "
        "the mean of the two; exactly, from the formula of the variance. Of inputs of equal scale "
        "data tell nothing, and |w| does better: the control."
    ),
    source="Baykal et al., arXiv 1804.05345 (that CoreNet beats these baselines, as summarised)",
    quantities=(
        *(Quantity(f"deviation, {name} over CoreNet", above(1), median) for name in BASELINES),
        Quantity("share of neurons in which CoreNet's is smallest", above(0.9), proportion),
    ),
    experiment=by_rng(_ratios),
    control=by_rng(_ratios, spread=0.0),
    broken="all inputs have the same scale",
    unit="random neurons",
    smoke=512,
    full=4_096,
    chunk=64,
)
