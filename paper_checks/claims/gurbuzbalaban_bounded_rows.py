"""P3-9: data with no tail at all give SGD a power tail, of infinite variance at large steps."""

from math import log

import numpy as np
from scipy.integrate import quad
from scipy.optimize import brentq

from paper_checks.claim import Claim, Quantity, equals
from paper_checks.replicates import by_rng
from paper_checks.summaries import median
from stablenoise.tails import hill

STEPS, WIDTH = (1.2, 1.6), 3**0.5  # rows are uniform on [-WIDTH, WIDTH], with variance 1
CHAINS, WAIT, SNAPSHOTS, SHARE = 1_000, 80, 4, 0.02


def index(eta: float) -> float:
    """Index at which the mean of abs(1 - eta a^2)^s over uniform rows a is 1."""
    zero = eta**-0.5

    def log_moment(s: float) -> float:
        moment = quad(lambda a: abs(1 - eta * a * a) ** s, 0, WIDTH, points=[zero])[0]
        return log(moment / WIDTH)

    return float(brentq(log_moment, 0.05, 20.0))


def _ratios(rng: np.random.Generator, of_two_values: bool = False) -> list[float]:
    """Hill's estimates from chains over the exact index."""
    return [hill_index(rng, eta, of_two_values) / INDICES[eta] for eta in STEPS]


def hill_index(rng: np.random.Generator, eta: float, of_two_values: bool) -> float:
    """Estimate from the largest 2% of states of chains, at times far apart."""
    x, kept = np.zeros(CHAINS), []
    for step in range(1, WAIT * SNAPSHOTS + 1):
        a = rng.uniform(-WIDTH, WIDTH, CHAINS)
        if of_two_values:
            a = np.sign(a)
        x = x - eta * a * (a * x - rng.uniform(-1, 1, CHAINS))
        if step % WAIT == 0:
            kept.append(x)
    states = abs(np.concatenate(kept))
    return hill.estimate(states, round(SHARE * states.size)).value


INDICES = {eta: index(eta) for eta in STEPS}

CLAIM = Claim(
    id="P3-9",
    title="Bounded data give infinite variance too",
    statement=(
        "Where rows and residuals are uniform on an interval, and so have no tail at all, SGD on "
        "least squares has a stationary law with a power tail: in one dimension, rows of variance "
        "1, its index is {:.3f} at step 1.2 and {:.3f} at step 1.6, below 2. Not the data are "
        "heavy-tailed, but the product of the steps."
    ).format(*(INDICES[eta] for eta in STEPS)),
    source=(
        "Gurbuzbalaban, Simsekli & Zhu, arXiv 2006.04740 (abstract: infinite variance with data "
        "that have finite moments of all orders); index derived, by quadrature"
    ),
    quantities=tuple(
        Quantity(f"Hill's estimate over the index, step {eta}", equals(1, 0.15), median)
        for eta in STEPS
    ),
    experiment=by_rng(_ratios),
    control=by_rng(_ratios, of_two_values=True),
    broken="rows of 1 and -1, of the same variance: every step has one factor",
    unit="samples of 1,000 chains, 4 times each",
    smoke=96,
    full=128,
    chunk=8,
    deciding="Hill's estimate over the index, step 1.6",
)
