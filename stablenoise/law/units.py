"""From the units of x to those of a law of scale 1 and loc 0, and back, as far as doubles go.

x - loc and scale times a quantile may exceed the largest double where the answer does not: then
they are made of halves, which is exact.  Where x / scale itself does, its logarithm serves.
"""

import math
from typing import Any

import numpy as np

from ..kernels.arrays import Array, Real, array_module

LOG_2 = math.log(2.0)


def standardised(x: Array, scale: Any, loc: Any) -> tuple[Array, Array]:
    """(x - loc) / scale, and where that is beyond the doubles though x is not."""
    xp = array_module(x)
    with np.errstate(all="ignore"):
        unit = (x - loc) / scale
        if not xp.isinf(unit).any():
            return unit, np.False_
        unit = xp.where(xp.isinf(x - loc), (0.5 * x - 0.5 * loc) / scale * 2.0, unit)
        return unit, xp.isinf(unit) & xp.isfinite(x)


def log_size(x: Any, scale: Any, loc: Any) -> Real:
    """Logarithm of abs(x - loc) / scale."""
    with np.errstate(all="ignore"):
        return np.log(abs(0.5 * x - 0.5 * loc)) + LOG_2 - np.log(scale)


def restored(unit: Any, scale: Any, loc: Any) -> np.ndarray:
    """``loc + scale * unit``; infinite only where that is beyond the doubles, or unit infinite."""
    with np.errstate(all="ignore"):
        x = loc + scale * unit
        return np.where(np.isinf(x), 2.0 * (0.5 * loc + 0.5 * scale * unit), x)


def restored_log(log_unit: Any, sign: Any, scale: Any, loc: Any) -> np.ndarray:
    """The same for a unit whose size is given by its logarithm."""
    with np.errstate(all="ignore"):
        half = sign * np.exp(log_unit + np.log(scale) - LOG_2)
        return 2.0 * (0.5 * loc + half)
