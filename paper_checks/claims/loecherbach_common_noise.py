"""CC-1: under noise that all particles share, chaos is conditional: copies must share it too.

Noise of type I is another thing: one number for all coordinates of a particle, and other particles
have others (DC-1).
"""

import numpy as np

from chaos.rates import log_scale
from chaos.solvable import Euler, LinearMeanField
from paper_checks.claim import Claim, Quantity, equals
from paper_checks.experiments.particle_systems import slopes
from paper_checks.replicates import by_seed
from paper_checks.summaries import median
from stablenoise.field import NoiseField

ALPHA, SIZES, SYSTEMS, EULER = 1.5, (8, 128), 64, Euler(1 / 4, 4)
SYSTEM = LinearMeanField(ALPHA, rate=1.0, pull=0.5)
COMMON = 2.0  # scale of the shared noise, in units of a particle's own


def _logs(seed: int, conditional: bool = True) -> list[float]:
    """Logs of scales of the difference over the exact ones; slopes for both kinds of copies."""
    own, shared = _noises(seed)
    exact = [np.log(SYSTEM.difference_scale(n, EULER)) for n in SIZES]
    given, blind = (
        np.array([log_scale(_gap(own[:, :, :n], shared, told), ALPHA).value for n in SIZES])
        for told in (conditional, False)
    )
    return [*(given - exact), float(slopes(SIZES, given)), float(slopes(SIZES, blind))]


def _noises(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Noise of each particle, shape (steps, systems, n), and of all of a system."""
    fields, n = [NoiseField(ALPHA, seed + lane) for lane in (0, 1)], max(SIZES)
    own = [fields[0].at(range(SYSTEMS * n), step, 1) for step in range(EULER.steps)]
    shared = [fields[1].at(range(SYSTEMS), step, 1) for step in range(EULER.steps)]
    return np.reshape(own, (-1, SYSTEMS, n)), COMMON * np.reshape(shared, (-1, SYSTEMS))


def _gap(own: np.ndarray, shared: np.ndarray, conditional: bool) -> np.ndarray:
    """First particle of each system minus its copy, by Euler's scheme.

    The copy sees the mean of the limit, given the shared noise or not: then it is 0.
    """
    x, copy = np.zeros(own.shape[1:]), np.zeros(SYSTEMS)
    mean = np.zeros(SYSTEMS)
    scale = EULER.eta ** (1 / ALPHA)
    for private, common in zip(own, shared, strict=True):
        pulled = SYSTEM.pull * x.mean(axis=1)
        seen = SYSTEM.pull * (mean if conditional else 0.0)
        x = x + EULER.eta * (pulled[:, None] - SYSTEM.rate * x) + scale * private
        x += scale * common[:, None]
        copy = copy + EULER.eta * (seen - SYSTEM.rate * copy) + scale * (private[:, 0] + common)
        mean = mean + EULER.eta * (SYSTEM.pull - SYSTEM.rate) * mean + scale * common
    return x[:, 0] - copy


CLAIM = Claim(
    id="CC-1",
    title="Common stable noise: chaos holds given that noise",
    statement=(
        "Particles with a stable noise of their own and one that all share are, as n grows, "
        "independent given the shared one: their distance from copies that see the mean of the "
        "limit given the shared noise is the same as without that noise, exactly of scale "
        "n^-(1 - 1/a). From copies that see the mean without knowing it the distance does not "
        "fall with n at all."
    ),
    source=(
        "Loecherbach, Loukianova & Marini, arXiv 2405.20831 (abstract: conditional propagation of "
        "chaos, given the common stable noise); the linear case derived, "
        "chaos.solvable.LinearMeanField"
    ),
    quantities=(
        *(
            Quantity(f"log of scale over exact, n = {n}, given the noise", equals(0, 0.1), median)
            for n in SIZES
        ),
        Quantity("slope in log n, given the noise", equals(1 / ALPHA - 1, 0.05), median),
        Quantity("slope in log n, not given it", equals(0, 0.05), median),
    ),
    experiment=by_seed(_logs),
    control=by_seed(_logs, conditional=False),
    broken="copies do not know the noise that all share",
    unit="blocks of 64 systems of each size",
    smoke=384,
    full=768,
    chunk=32,
    deciding="slope in log n, given the noise",
)
