"""Are the bounds bounds?  Coarse enclosures must hold what fine ones say, and ray and series agree.

python -m benchmarks.reference.check [ROWS]     # 400 by default; it needs python-flint

At a low precision the bound of the trapezoid rule, of what it leaves out and of the joint is nearly
all of a ball's radius: a bound that is too small would be seen.
"""

import sys

import numpy as np
from flint import ctx

from . import enclosures, ray, series
from .paths import plan
from .regions import point

SEED = 17  # not that of the table
COARSE = (15.0, 25.0, 40.0)  # nats
FINE = 30  # digits


def coarse(alpha, beta, x, nats):
    """sf, pdf and its derivatives with errors of about exp(-nats), all from bounds."""
    ctx.prec = 120
    p = enclosures.parameters(alpha, beta, x)
    way = plan(alpha, beta, x, float(p.y), nats)
    ctx.prec = enclosures.bits(nats + 60, way.peak, alpha)
    return ray.integrals(enclosures.parameters(alpha, beta, x), way, nats)[:5]


def shares(alpha, beta, x):
    """How much of each radius the distance from the fine value is, at most 1."""
    exact = enclosures.by_ray(alpha, beta, x, FINE, False, 90.0)[:5]
    found = [coarse(alpha, beta, x, nats) for nats in COARSE]
    far = enclosures.by_series(alpha, beta, x, enclosures.GOAL, False)
    if far is not None:
        assert all(a.overlaps(b) for a, b in zip(far[:5], exact, strict=True)), (alpha, beta, x)
    pairs = [pair for balls in found for pair in zip(balls, exact, strict=True)]
    return [float(abs(a.mid() - b.mid()) / (a.rad() + b.rad())) for a, b in pairs if a.rad() > 0]


def main(rows):
    """Print how many balls there were, and how far from the edge the worst is."""
    found, refused, tried_series = [], 0, 0
    for index in range(rows):
        region, *law = point(SEED, index)
        *law, _ = enclosures.folded(*law)
        if "light" in region:  # not to be seen at a low precision
            continue
        try:
            found += shares(*law)
        except ray.Refused:
            refused += 1
            continue
        ctx.prec = 120
        y = float(enclosures.parameters(*law).y)
        tried_series += series.serves(*law[:2], y)
    print(f"{len(found)} balls, {refused} points refused; {tried_series} by the series too")
    print(
        f"distance over radius: median {np.median(found):.3g}, worst {max(found):.3g} (1 allowed)"
    )
    assert max(found) <= 1


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
