"""DC-1: with a bounded drift chaos has one rate for every kind and index of noise."""

import numpy as np
from scipy.stats import chi2

from chaos.solvable import BoundedDrift, Euler
from paper_checks.claim import Claim, Quantity, equals
from paper_checks.experiments.particle_systems import slopes
from paper_checks.replicates import by_seed
from paper_checks.summaries import median
from stablenoise.field import NoiseField
from stablenoise.noises import common, independent, isotropic

SYSTEMS, SIZES, EULER = 32, (16, 128), Euler(1 / 3, 3)
ALONG = np.array([1.0, -0.5])  # particles are seen, and moved, along it
INDICES = (0.8, 1.6)
# The median is judged, and that of a mean of squares of normal values is below 1.
MEDIAN = chi2.median(SYSTEMS) / SYSTEMS


def scale(noise: object, alpha: float) -> float:
    """Scale of the noise of a kind along ALONG."""
    sizes = abs(ALONG)
    if noise is common:
        return float(abs(ALONG.sum()))
    power = alpha if noise is independent else 2.0
    return float((sizes**power).sum() ** (1 / power))


KINDS = {"I": common, "II": independent, "III": isotropic}


def _gaps(seed: int, bounded: bool = True) -> list[float]:
    """Mean D^2 over V / n in the larger systems, and the slope of log abs(D), noise by noise."""
    row = []
    for alpha in INDICES:
        for noise in KINDS.values():
            system = BoundedDrift(alpha, sigma=scale(noise, alpha))
            limit = system.limit(EULER) if bounded else 0.0
            gaps = _moved(NoiseField(alpha, seed, noise), bounded) - limit
            square = (gaps[-1] ** 2).mean() * SIZES[-1] / system.variance(EULER)
            row += [float(square), float(slopes(SIZES, np.log(abs(gaps)).mean(axis=1)))]
    return row


def _moved(field: NoiseField, bounded: bool) -> np.ndarray:
    """What the means of the cosines moved the particles by, shape (sizes, systems).

    dX = mean(cos(ALONG . X)) ALONG / |ALONG|^2 dt + dL, so that along ALONG it is a system of
    one dimension.  The small systems are the first particles of the large ones.
    """
    n = max(SIZES)
    drift, noise = np.zeros((len(SIZES), SYSTEMS)), np.zeros((SYSTEMS, n))
    for step in range(EULER.steps):
        seen = [noise[:, :k] + drift[i][:, None] for i, k in enumerate(SIZES)]
        means = [(np.cos(x) if bounded else -x).mean(axis=1) for x in seen]
        drift += EULER.eta * np.array(means)
        kick = field.at(range(SYSTEMS * n), step, 2) @ ALONG
        noise += EULER.eta ** (1 / field.alpha) * kick.reshape(SYSTEMS, n)
    return drift


CLAIM = Claim(
    id="DC-1",
    title="Bounded drift: one chaos rate for every kind of noise",
    statement=(
        "Particles in the plane that move by the mean of a bounded function differ from their "
        "McKean-Vlasov copies by D with n E D^2 -> V: at the rate n^-1/2 for noise of type I, II "
        "and III, of index 0.8 as of 1.6. The noise sets the constant V, which is known, and not "
        "the rate."
    ),
    source=(
        "Song, Hao & Ye, arXiv 2504.00585 (abstract: all rates of convergence are independent of "
        "the type of noise); smooth interaction and V derived, chaos.solvable.BoundedDrift"
    ),
    quantities=tuple(
        quantity
        for a in INDICES
        for kind in KINDS
        for quantity in (
            Quantity(
                f"n mean D^2 over V, type {kind}, a = {a}, n = 128", equals(MEDIAN, 0.15), median
            ),
            Quantity(f"slope of log D in log n, type {kind}, a = {a}", equals(-0.5, 0.08), median),
        )
    ),
    experiment=by_seed(_gaps),
    control=by_seed(_gaps, bounded=False),
    broken="the drift is not bounded: minus the mean of ALONG . X, in place of its cosine",
    unit="blocks of 32 systems of each size",
    smoke=320,
    full=448,
    chunk=16,
    deciding="slope of log D in log n, type III, a = 0.8",
)
