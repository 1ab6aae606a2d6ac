"""Worst relative error of a stable variate, given its two uniforms, with mpmath as the oracle.

python benchmarks/accuracy.py [POINTS]     # 1000 a row by default; needs mpmath

Half of the uniforms lie within 2^-32 of an end.  The peer is the textbook form in float64, in S0 by
subtraction.  A variate in S0 and a skewed one have a zero, next to which no relative error is
bounded: there the error is measured against max(|x|, 1/20).
"""

import sys

import mpmath
import numpy as np
from mpmath import mpf

from stablenoise import sampling
from stablenoise.kernels import cms
from stablenoise.kernels.elementary import double

ALPHAS = (0.1, 0.2, 0.5, 0.75, 0.9, 0.99, 0.999, 1.0, 1.001, 1.01, 1.1, 1.5, 1.9, 2.0)
LAWS = {"symmetric": 0.0, "skewed": 0.5, "one-sided": 1.0}


def textbook(lib, alpha, beta, v, w):
    """Chambers, Mallows & Stuck (1976) in Nolan's S0; ``lib`` is mpmath or numpy."""
    if alpha == 1:
        b = lib.pi / 2 + beta * v
        return 2 / lib.pi * (b * lib.tan(v) - beta * lib.log(lib.pi / 2 * w * lib.cos(v) / b))
    t = beta * lib.tan(lib.pi * alpha / 2)
    turned = alpha * v + (lib.atan(t) if lib is mpmath else np.arctan(t))
    size = (1 + t * t) ** (1 / (2 * alpha)) * lib.sin(turned) / lib.cos(v) ** (1 / alpha)
    return size * (lib.cos(v - turned) / w) ** ((1 - alpha) / alpha) - t


def points(n):
    """Sign, distance from the end of the angle in units of pi, and uniform of the exponential."""
    rng = np.random.default_rng(1)
    cells = rng.integers(0, 2**52, (2, n)) >> (rng.random((2, n)) < 0.5) * 32
    e, u = (cells + 0.5) * [[2.0**-53], [2.0**-52]]
    mirrored = rng.random((2, n)) < 0.5
    e, u = np.where(mirrored[0], 0.5 - e, e), np.where(mirrored[1], 1 - u, u)
    return zip(rng.choice([-1.0, 1.0], n).tolist(), e.tolist(), u.tolist(), strict=True)


def ours(alpha, beta, s, e, u):
    """Our variate, and whether it is in S0; else it is in S1, less its scale."""
    name = "stable"
    if sampling.is_near_one(alpha, beta):
        name = "at_one" if alpha == 1 else "near_one"
    constants = getattr(cms.double, f"{name}_constants")(alpha, beta)
    w = double.minus_log(u, 1 - u)
    return getattr(cms.double, name)(constants, s, e, 0.5 - e, w), name != "stable"


def row(alpha, beta, n):
    """Worst relative error of our variate and of the textbook's."""
    worst = [0.0, 0.0]
    a, b = mpf(alpha), mpf(beta)
    t = b * mpmath.tan(mpmath.pi * a / 2) if alpha != 1 else mpf(0)
    for s, e, u in points(n):
        v, w = s * mpmath.pi * (mpf("0.5") - mpf(e)), -mpmath.log(mpf(u))
        exact = textbook(mpmath, a, b, v, w)
        x, in_s0 = ours(alpha, beta, s, e, u)
        standard = exact if in_s0 else (exact + t) / (1 + t * t) ** (1 / (2 * a))
        with np.errstate(all="ignore"):
            peer = float(textbook(np, alpha, beta, float(v), float(-np.log(u))))
        for i, (seen, true) in enumerate(((x, standard), (peer, exact))):
            floor = mpf("0.05") if i or 0 < beta < 1 or in_s0 else mpf(0)
            error = abs(mpf(seen) - true) / max(abs(true), floor) if np.isfinite(seen) else mpf(0)
            worst[i] = max(worst[i], float(error))
    return worst


def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    print("law        alpha       ours   textbook")
    with mpmath.workdps(60):
        for law, beta in LAWS.items():
            for alpha in ALPHAS:
                if law != "one-sided" or alpha < 1:
                    found = "".join(f"{error:11.1e}" for error in row(alpha, beta, n))
                    print(f"{law:10s} {alpha:5.3f}{found}")


if __name__ == "__main__":
    main()
