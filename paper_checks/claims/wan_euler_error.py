"""P1-7: the error of Euler's scheme: of order 1 at its own times, 1/a between them."""

from functools import cache
from itertools import islice
from math import gamma, log, pi, sin

import numpy as np

from chaos.coupling import step_sizes
from chaos.rates import log_scale
from chaos.solvable import OrnsteinUhlenbeck
from paper_checks.claim import Claim, Quantity, equals
from paper_checks.experiments.particle_systems import slopes
from paper_checks.replicates import by_seed
from paper_checks.summaries import bounded, median
from stablenoise.field import NoiseField

INDICES, RATE = (1.3, 1.75), 0.1
STEPS, PARTS = 256, np.array([8, 16, 32])  # of the finest chain in time 1, and in a coarse step
SYSTEMS, PARTICLES = 4, 500  # of a replicate; particles of a system do not interact


def _errors(seed: int, excess: float = 0.0) -> list[float]:
    return [part for a in INDICES for part in _of_index(a, a + excess, seed)]


def _of_index(alpha: float, index: float, seed: int) -> list[float]:
    """Orders and constant at time 1 and half a step later, and how often a maximum is large."""
    field, start = NoiseField(index, seed), np.zeros((SYSTEMS * PARTICLES, 1))
    runs = step_sizes(start, lambda x, _: RATE * x, field, 1 / STEPS, levels=6)
    states = islice(runs, STEPS - 1, None)
    fine, _, _, *coarse = (x[:, 0].copy() for x in next(states).thetas)
    later = np.array([state.thetas[0][:, 0].copy() for state in islice(states, PARTS[-1] // 2)])
    on = [log_scale(x - fine, alpha).value for x in coarse]
    off = [later[m // 2 - 1] - x for m, x in zip(PARTS, coarse, strict=True)]
    # The mean of a maximum of stable increments converges far too slowly to be judged: what counts
    # is how often the maximum exceeds its median.
    worst = abs(off[0]).reshape(SYSTEMS, PARTICLES).max(axis=1)
    return [
        slopes(PARTS - 1, np.array(on)),  # the errors of both chains are proportional to eta
        on[1] - _limit(alpha),
        slopes(PARTS, np.array([log_scale(x, alpha).value for x in off])),
        (worst > _median_of_worst(alpha, PARTS[0] / STEPS / 2)).mean(),
    ]


@cache
def _limit(alpha: float) -> float:
    """Log of the scale at time 1 with 16 parts, by the constant of order 1."""
    constant = OrnsteinUhlenbeck(alpha, RATE).error_constant(1.0)
    return log(constant * (PARTS[1] - 1) / STEPS)


def _median_of_worst(alpha: float, time: float) -> float:
    """Median of the largest of n increments in a time, by Frechet's law: tails are c time x^-a."""
    c = 2 * gamma(alpha) * sin(pi * alpha / 2) / pi
    return (c * PARTICLES * time / log(2)) ** (1 / alpha)


CLAIM = Claim(
    id="P1-7",
    title="Euler's scheme: error eta on its grid, s^(1/a) off it",
    statement=(
        "Euler's scheme with stable noise has at its own times an error of order eta, for every "
        "index, with a known constant; a time s after one, its constant path is off by the order "
        "s^(1/a), and of n particles the worst by (c n s / log 2)^(1/a) in the median, c being the "
        "constant of the tails."
    ),
    source=(
        "Wan et al., arXiv 2306.08125 (strong error estimates, as summarised); orders and constant "
        "derived, chaos.solvable.OrnsteinUhlenbeck"
    ),
    quantities=tuple(
        quantity
        for a in INDICES
        for quantity in (
            Quantity(f"order in eta at grid times, a = {a}", equals(1, 0.03), median),
            Quantity(
                f"log of the scale there over C eta, eta = 1/16, a = {a}", equals(0, 0.05), median
            ),
            Quantity(f"order in the time since the last one, a = {a}", equals(1 / a, 0.05), median),
            Quantity(
                f"systems whose worst exceeds that median, a = {a}",
                equals(0.5, 0.15),
                bounded(0, 1),
            ),
        )
    ),
    experiment=by_seed(_errors),
    control=by_seed(_errors, excess=0.25),
    broken="noise of index a + 0.25",
    unit="blocks of 4 systems of 500 stable Ornstein-Uhlenbeck processes",
    smoke=512,
    full=2_048,
    chunk=8,
)
