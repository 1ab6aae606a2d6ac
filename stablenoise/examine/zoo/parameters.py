"""Draws that are stable, of other parameters than were asked for."""

from __future__ import annotations

from functools import partial
from math import sqrt
from typing import Any

import numpy as np

from ...stable import Stable
from .entry import Fault

__all__ = ["members", "of"]

SYMMETRIC, SKEWED = Stable(1.5), Stable(1.5, 0.5)
# The noise of a step of SGD, sigma = 0.003 and learning rate 0.01: sigma rate^(1/alpha).
SMALL = Stable(1.75, 0.0, 0.003 * 0.01 ** (1 / 1.75))


def of(size: Any, rng: np.random.Generator, law: Any) -> np.ndarray:
    """Draws of a law, whichever was asked for."""
    return law.rvs(size, rng=rng)


def _other(
    name: str, law: Stable, drawn: Stable, coarse: bool = True, told: str | None = None
) -> Fault:
    return Fault(name, law, partial(of, law=drawn), coarse, told)


def members() -> tuple[Fault, ...]:
    """The faults of this file."""
    return (
        _other("scale larger by 1%", SKEWED, Stable(1.5, 0.5, 1.01), False, "scale"),
        _other("scale smaller by 0.3%", SYMMETRIC, Stable(1.5, 0.0, 0.997), False, "scale"),
        _other("scale larger by 5%", Stable(0.8, 0.3), Stable(0.8, 0.3, 1.05), True, "scale"),
        _other("scale over the root of 2", SYMMETRIC, Stable(1.5, 0, sqrt(0.5)), told="scale"),
        _other("scale 1 for a noise of a small scale", SMALL, Stable(1.75), told="scale"),
        _other("scale to the power 1 / alpha", Stable(1.2, 0, 3), Stable(1.2, 0, 3 ** (1 / 1.2))),
        _other("variance 1 at alpha = 2", Stable(2.0), Stable(2.0, 0, sqrt(0.5)), told="scale"),
        _other("alpha larger by 0.005", SYMMETRIC, Stable(1.505), False, "alpha"),
        _other("alpha smaller by 0.02", SKEWED, Stable(1.48, 0.5), False, "alpha"),
        _other("alpha larger by 0.05", Stable(0.7), Stable(0.75), told="alpha"),
        _other("alpha within 0.005 of 1 is 1", Stable(1.004), Stable(1.0), False, "alpha"),
        _other("beta of the other sign", SKEWED, Stable(1.5, -0.5), told="beta"),
        _other("beta left out", SKEWED, Stable(1.5), told="beta"),
        _other("beta larger by 0.02", SKEWED, Stable(1.5, 0.52), False, "beta"),
        _other("loc larger by 0.01", SYMMETRIC, Stable(1.5, 0, 1, 0.01), False, "loc"),
        _other("loc left out", Stable(1.7, 0.2, 1, 3), Stable(1.7, 0.2), told="loc"),
        _other("loc times scale", Stable(1.3, 0.4, 2, 0.5), Stable(1.3, 0.4, 2, 1), told="loc"),
        _other("S1 for S0", SKEWED, Stable.from_s1(1.5, 0.5), told="S0"),
        _other("S0 for S1", Stable.from_s1(1.3, -0.6), Stable(1.3, -0.6), told="S1"),
        _other(
            "S1 for S0 with a scale at alpha = 1",
            Stable(1.0, 0.5, 2.0),
            Stable.from_s1(1.0, 0.5, 2.0),
            told="S0",
        ),
    )
