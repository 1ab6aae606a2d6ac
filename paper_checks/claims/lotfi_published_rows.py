"""B-6: limits that were published for compressed networks, computed anew from their sizes.

Read: ``results.df`` of github.com/activatedgeek/tight-pac-bayes; 12,000 images of rotated MNIST are
what its rows give back.  The networks themselves are not run.
"""

from math import log
from typing import NamedTuple

import numpy as np

from compress.certificates.inequalities import catoni, chernoff
from paper_checks.claim import Claim, Quantity, Rule, above, below
from paper_checks.experiments.computed_rows import by_computing
from paper_checks.summaries import computed

DELTA = 0.05


class Published(NamedTuple):
    """Examples, bits of the code and of what was tuned, training error, and the printed limit."""

    n: int
    bits: float
    tuned: float
    error_rate: float
    limit: float


ROWS = (
    Published(60_000, 4575.303935741937, 4, 0.10048329830169678, 0.22544992156427546),
    Published(60_000, 8665.153297217588, 4, 0.020516633987426758, 0.15248934277029913),
    Published(60_000, 7172.606244145871, 4, 0.05895000696182251, 0.20288623561969335),
    Published(50_000, 8490.094247824229, -2, 0.13624000549316406, 0.35123643392583276),
    Published(73_257, 11357.935975138324, -2, 0.10022252798080444, 0.29125777725188756),
    Published(60_000, 4616.329813853351, -2, 0.04228329658508301, 0.14160186104573594),
    Published(12_000, 3800.7660501368805, -2, 0.3205000162124634, 0.6482233151629745),
    Published(50_000, 8265.016507054192, -2, 0.3245199918746948, 0.5626988916380958),
    Published(50_000, 17520.188815266163, -2, 0.26736003160476685, 0.6113871372746675),
)
FAILED = (  # printed as 1
    Published(60_000, 1812.6130992439719, 4, 0.78043332695961, 1.0),
    Published(60_000, 1623.2913168648174, 4, 0.7599499970674515, 1.0),
    Published(60_000, 5572.8755041446475, 4, 0.7242000102996826, 1.0),
    Published(73_257, 986.8347441589536, -2, 0.7391102612018585, 1.0),
    Published(60_000, 445.4829339728023, -2, 0.723066657781601, 1.0),
    Published(60_000, 16901.084857771002, 4, 0.6883333325386047, 1.0),
)


def differences(tuned: bool = True) -> list[float]:
    """Distance from the printed limits, what those that failed should be, what kl would save."""
    (found, inverse), (failed, _) = _limits(ROWS, tuned), _limits(FAILED, tuned)
    printed = np.array([row.limit for row in ROWS])
    gaps = float(abs(found - printed).max()), float(failed.min()), float(failed.max())
    return [*gaps, float((inverse - found).max()), float((found - inverse).mean())]


def _limits(rows: tuple[Published, ...], tuned: bool) -> tuple[np.ndarray, np.ndarray]:
    """By Catoni's bound with its union, as published, and by the inverse of kl."""
    n, bits, more, rate, _ = np.array(rows).T
    nats = (bits + (more if tuned else 0)) * log(2)
    return np.asarray(catoni(rate, n, nats, DELTA)), np.asarray(chernoff(rate, n, nats, DELTA))


CLAIM = Claim(
    id="B-6",
    title="Lotfi's limits follow; those of 100% do not",
    aliases=("B06",),
    statement=(
        "Limits published for networks compressed to some thousand bits follow from their bits and "
        "training errors by Catoni's bound, to 1e-9: the best row of each of nine tables. Rows "
        "printed as 100% are failures of an optimiser: of six, the bound itself gives 77% to 91%. "
        "The inverse of kl, which needs no union, would be smaller in every row."
    ),
    source=(
        "Against rows of the tables of Lotfi et al. (2022), github.com/activatedgeek/"
        "tight-pac-bayes (read); computed here"
    ),
    quantities=(
        Quantity("distance from the printed limit, at most", below(1e-9), computed),
        Quantity("least limit of the rows printed as 1", Rule(0.76, 0.78), computed),
        Quantity("largest limit of the rows printed as 1", Rule(0.90, 0.92), computed),
        Quantity("inverse of kl less the printed limit, at most", below(0), computed),
        Quantity("saved by the inverse of kl, mean", above(0.0003), computed),
    ),
    experiment=by_computing(differences),
    control=by_computing(differences, tuned=False),
    broken="the bits of what was tuned are not charged",
    unit="computations",
    smoke=1,
    full=1,
    kind="arithmetic",
    against="the rows of 100% in the tables of results",
)
