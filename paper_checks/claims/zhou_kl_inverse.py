"""B-1: the inverse of the divergence of Bernoulli laws, on which all limits of the risk rest."""

from collections.abc import Callable

import numpy as np

from compress.certificates.inequalities import kl_upper
from paper_checks.claim import Claim, Quantity, below
from paper_checks.experiments.computed_rows import by_computing
from paper_checks.summaries import computed

POINTS = (  # q, nats, and the inverse, by bisection with 40 digits (derived)
    (0.1, 0.05, 0.2200786011),
    (0.01, 0.01, 0.0311258814),
    (0.015, 0.5896, 0.4865885081),
    (0.35, 1.5512, 0.9653883899),
    (0.5, 0.1, 0.7128786315),
)
RATES, NATS = np.linspace(0, 0.9, 31), np.geomspace(1e-4, 0.5, 40)
WIDTH = 1e-5  # where the control stops to halve
Inverse = Callable[[np.ndarray, np.ndarray], np.ndarray]


def differences(inverse: Inverse) -> list[float]:
    """How far the inverse is from what is known of it, at most; the last is its largest fall."""
    rate, nats, known = np.array(POINTS).T
    q, c = (grid.ravel() for grid in np.meshgrid(RATES, NATS, indexing="ij"))
    p = inverse(q, c)
    rises = np.diff(p.reshape(RATES.size, NATS.size), axis=1)
    return [
        float(abs(inverse(rate, nats) - known).max()),
        float(abs(inverse(np.zeros_like(NATS), NATS) + np.expm1(-NATS)).max()),
        float(abs(_divergence(q, p) - c).max()),
        float((q - p).max()),
        float(-rises.min()),
    ]


def _divergence(q: np.ndarray, p: np.ndarray) -> np.ndarray:
    """kl(q || p), as it is written."""
    with np.errstate(divide="ignore", invalid="ignore"):
        first = np.where(q > 0, q * np.log(q / p), 0.0)
    return first + (1 - q) * np.log((1 - q) / (1 - p))


def halved(q: np.ndarray, c: np.ndarray) -> np.ndarray:
    """The middle at which halving stops, as a library of others returns it; it may be too small."""
    low, high = q + 0.0, np.ones_like(q)
    while (high - low).max() > WIDTH:
        middle = (low + high) / 2
        within = _divergence(q, np.minimum(middle, 1 - 1e-15)) <= c
        low, high = np.where(within, middle, low), np.where(within, high, middle)
    return (low + high) / 2


CLAIM = Claim(
    id="B-1",
    title="The inverse of kl is right to 1e-10",
    aliases=("B01",),
    statement=(
        "The largest p with kl(q || p) <= c is 1 - exp(-c) at q = 0, gives back c where it is put"
        " into kl, is never below q, and grows with c; at five points it is what 40 digits give."
    ),
    source=("Derived; the limits of Zhou et al., arXiv 1804.05862, theorem 4.1, are such inverses"),
    quantities=(
        Quantity("distance from five known inverses, at most", below(1e-10), computed),
        Quantity("distance from 1 - exp(-c) at q = 0, at most", below(1e-10), computed),
        Quantity("distance of kl(q || p) from c, at most", below(1e-10), computed),
        Quantity("q less the inverse, at most", below(1e-300), computed),
        Quantity("fall as c grows, at most", below(1e-300), computed),
    ),
    experiment=by_computing(differences, inverse=kl_upper),
    control=by_computing(differences, inverse=halved),
    broken=(
        "the middle is returned at which halving stops, 1e-5 wide, as in github.com/mperezortiz/PBB"
    ),
    unit="computations",
    smoke=1,
    full=1,
    kind="identity",
)
