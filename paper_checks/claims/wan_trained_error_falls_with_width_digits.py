"""P1-8-digits: the error of trained networks falls with their width as that of the noise does."""

import numpy as np

from paper_checks.claim import Claim, Quantity, above, below, equals
from paper_checks.experiments.errors_by_width import accuracy, after, squared_error
from paper_checks.experiments.particle_systems import slopes
from paper_checks.replicates import by_seed
from paper_checks.summaries import median

INDEX, GAUSSIAN, WIDTHS, KEEP = 1.5, 2.0, (100, 1_600), 0.1
RATE = 1 - 2 / INDEX


def _slopes(seed: int, index: float = INDEX) -> list[float]:
    """Slopes in the width of the log squared error, and the accuracy of the wide network."""
    heavy, gaussian = ([after(a, n, seed) for n in WIDTHS] for a in (index, GAUSSIAN))
    alone = [after(index, n, seed, gradient=False) for n in WIDTHS]
    errors = [[squared_error(w, KEEP) for w in networks] for networks in (heavy, alone, gaussian)]
    trained, noise, flat = slopes(WIDTHS, np.log(errors))
    return [accuracy(heavy[1]) - 0.5, trained, trained - noise, flat, noise, errors[0][1]]


CLAIM = Claim(
    id="P1-8-digits",
    title="Trained networks: error falls with width as noise alone",
    deciding="slope of the log squared error, 1.5",
    statement=(
        "Of networks trained on the digits of scikit-learn with isotropic noise of index 1.5 the "
        "longest tenth of the columns leaves a squared error that falls with the width, from 100 "
        "to 1,600 neurons, as that of the same noise without any training: at a fifth of the rate "
        "n^(1 - 2/a) = n^-0.33 of independent columns at least; with Gaussian noise it does not "
        "fall."
    ),
    source=(
        "Wan et al., arXiv 2306.08125 (the error vanishes with the width, as summarised); the rate "
        "derived for independent columns"
    ),
    quantities=(
        Quantity("test accuracy of the wide network, above 0.5", above(0), median),
        # The slope of one seed is off by 0.4: a fifth of the rate can be told from none.
        Quantity("slope of the log squared error, 1.5", below(RATE / 5), median),
        Quantity("the same, trained minus noise alone", equals(0, 0.01), median),
        Quantity("slope of the log squared error, Gaussian", equals(0, 0.02), median),
        Quantity("slope of the log squared error, noise alone", None, median),
        Quantity("squared error of the wide network", None, median),
    ),
    experiment=by_seed(_slopes),
    control=by_seed(_slopes, index=1.99),
    broken="noise of index 1.99",
    unit="seeds",
    smoke=240,
    full=960,
    chunk=5,
)
