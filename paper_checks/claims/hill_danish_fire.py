"""E-6: estimates of the tail index of the Danish fire losses, and that their variance is infinite.

No published value has been read: the estimates of reference were computed by other code, from the
data set ``danish`` of R's package evir, whose sum and largest value are those of the file.
"""

import numpy as np
from scipy.stats import genpareto

from paper_checks.claim import Claim, Quantity, above, below, equals
from paper_checks.experiments.real_samples import danish_losses, danish_path, missing
from paper_checks.summaries import computed
from stablenoise.tails import de_vries, hill, moment, pareto, pickands, qq, rank

SIZE, TOTAL, LARGEST = 2_167, 7_335.486380366354, 263.25036603
HILL = {  # 1 / estimate, by the number of exceedances
    50: 0.5360508319,
    100: 0.6246392512,
    109: 0.6312180586,
    200: 0.7342060288,
    500: 0.7038363137,
    1_000: 0.7173999465,
}
OTHERS = {  # estimator and exceedances: 1 / estimate
    (moment, 100): 0.5379240333,
    (moment, 500): 0.6654946719,
    (de_vries, 100): 0.5784790979,
    (qq, 100): 0.6183191382,
    (rank, 100): 1 / 1.6882332116,
    (pickands, 500): 0.6645385918,
}
LAST_DIGIT = 2e-10
PEAKS, TAIL = 109, 500  # exceedances of the generalised Pareto law, and of the interval


def _of_losses(replicates: range, seed: int) -> np.ndarray:
    return np.array([row(danish_losses())] * len(replicates))


def _of_roots(replicates: range, seed: int) -> np.ndarray:
    return np.array([row(np.sqrt(danish_losses()))] * len(replicates))


def row(losses: np.ndarray) -> list[float]:
    """Estimates less those of reference, a fit less SciPy's, and the ends of an interval."""
    gaps = [1 / hill.estimate(losses, k).value - gamma for k, gamma in HILL.items()]
    gaps += [1 / of.estimate(losses, k).value - gamma for (of, k), gamma in OTHERS.items()]
    largest = float(np.max(np.abs(gaps)))
    low, high = hill.estimate(losses, TAIL).conf_int()
    facts = [losses.size, losses.sum() / TOTAL - 1, losses.max() - LARGEST]
    return [*map(float, facts), largest, _against_scipy(losses), low, high]


def _against_scipy(losses: np.ndarray) -> float:
    """Shape of the generalised Pareto law by the profile less that of SciPy's maximum."""
    ordered = np.sort(losses)
    excesses = ordered[-PEAKS:] - ordered[-PEAKS - 1]
    shape = genpareto.fit(excesses, 0.5, floc=0, scale=excesses.mean())[0]
    return 1 / pareto.estimate(losses, PEAKS).value - float(shape)


CLAIM = Claim(
    id="E-6",
    title="Danish fire losses: tail index 1.3 to 1.55",
    deciding="lower end of Hill's interval",
    statement=(
        "The 2,167 Danish fire losses have a power tail of finite mean and infinite variance: "
        "Hill's interval at 95% from the 500 largest is [1.299, 1.548]. Estimates by Hill at six "
        "numbers of exceedances, by moments, de Vries, quantiles, ranks and Pickands are those of "
        "other code, and the generalised Pareto law of 109 exceedances is SciPy's."
    ),
    source=(
        "Data of R's package evir (its number, sum and maximum), as fitdistrplus dates it; "
        "estimates of reference measured from it by other code, no published one was read"
    ),
    quantities=(
        Quantity("number of losses", equals(SIZE, 0.5), computed),
        Quantity("sum over that of evir, less 1", equals(0, 1e-12), computed),
        Quantity("largest loss less that of evir", equals(0, 5e-9), computed),
        Quantity(
            "largest gap of 12 estimates of 1 / a from those of other code",
            below(LAST_DIGIT),
            computed,
        ),
        Quantity("shape of the generalised Pareto law less SciPy's", equals(0, 1e-4), computed),
        Quantity("lower end of Hill's interval", above(1), computed),
        Quantity("upper end of Hill's interval", below(2), computed),
    ),
    experiment=_of_losses,
    control=_of_roots,
    broken="roots of the losses, of which the index is twice as large",
    unit="computations",
    smoke=1,
    full=1,
    needs=lambda: missing(danish_path()),
    data=lambda: [danish_path()],
    kind="arithmetic",
)
