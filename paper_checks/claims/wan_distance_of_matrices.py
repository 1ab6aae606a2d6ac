"""P1-20: why chaos at n^-1/2 carries compressibility over: the matrices are relatively close."""

import numpy as np

from chaos.solvable import BoundedDrift, Euler
from paper_checks.claim import Claim, Quantity, equals
from paper_checks.experiments.particle_systems import slopes
from paper_checks.replicates import by_seed
from paper_checks.summaries import median
from stablenoise.field import NoiseField

INDICES, SIZES, SYSTEMS, EULER = (1.2, 1.5), (64, 1_024), 8, Euler(1 / 3, 3)


def _orders(seed: int, excess: float = 0.0) -> list[float]:
    """Slopes in n of logs of the distance of the matrices, and of that over the whole."""
    return [order for a in INDICES for order in _of_index(a, NoiseField(a + excess, seed))]


def _of_index(alpha: float, field: NoiseField) -> list[float]:
    limit = BoundedDrift(field.alpha).limit(EULER)
    logs = np.array([_logs(field, n, limit) for n in SIZES])
    return [float(slopes(SIZES, column)) for column in logs.T]


def _logs(field: NoiseField, n: int, limit: float) -> tuple[float, float]:
    """Mean logs of ||Theta_n - Theta_inf|| and of it over ||Theta_inf||, neurons in rows."""
    x, moved = np.zeros((SYSTEMS, n)), np.zeros(SYSTEMS)
    for step in range(EULER.steps):
        mean = np.cos(x).mean(axis=1)
        noise = field.at(range(SYSTEMS * n), step, 1).reshape(SYSTEMS, n)
        x = x + EULER.eta * mean[:, None] + EULER.eta ** (1 / field.alpha) * noise
        moved += EULER.eta * mean
    # Every neuron differs from its copy by the same: what the means moved it by, less the limit.
    gaps = moved - limit
    distance = np.log(abs(gaps) * n**0.5)
    whole = np.log(np.linalg.norm(x - gaps[:, None], axis=1))
    return float(distance.mean()), float((distance - whole).mean())


CLAIM = Claim(
    id="P1-20",
    title="Chaos at n^-1/2 carries compressibility over",
    statement=(
        "With a bounded drift the weights of n neurons differ from those of their McKean-Vlasov "
        "copies by a Frobenius norm that does not grow with n, while the copies' own grows like "
        "n^(1/a), as their columns are heavy-tailed. So the relative distance falls like n^(-1/a), "
        "and what can be pruned from the copies can be pruned from the network."
    ),
    source=(
        "Wan et al., arXiv 2306.08125 (compressibility by way of chaos, as summarised); orders "
        "derived"
    ),
    quantities=tuple(
        quantity
        for a in INDICES
        for quantity in (
            Quantity(f"order of the distance, a = {a}", equals(0, 0.12), median),
            Quantity(f"order of the relative distance, a = {a}", equals(-1 / a, 0.12), median),
        )
    ),
    experiment=by_seed(_orders),
    control=by_seed(_orders, excess=0.5),
    broken="noise of index a + 0.5",
    unit="blocks of 8 systems of each size",
    smoke=512,
    full=640,
    chunk=16,
    deciding="order of the relative distance, a = 1.2",
)
