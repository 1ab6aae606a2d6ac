"""What the tests of the battery's numbers share: laws, right draws, and outcomes by name."""

from importlib import import_module

import numpy as np

from stablenoise import Stable
from stablenoise.examine.statistics.blocks import Block

DOUBLE, SINGLE = np.dtype(np.float64), np.dtype(np.float32)
LAWS = [
    Stable(1.5),
    Stable(1.2, -0.5, 2.0, 3.0),
    Stable(2.0),
    Stable(1.0, 0.3),
    Stable(0.5, 1.0),
    Stable(0.05, 0.3),
    Stable(0.05, 1.0),
    Stable(0.8, -1.0),
    Stable(1.99, 1.0),
    Stable(1.5, 0.2, 1e-300),
    Stable(1.7, 0.0, 1e300, -1e300),
    Stable(0.3, 0.5, 1e300),  # a part of it is beyond the doubles
    Stable(1.5, 0.5, 1.0, 1e10),
    Stable(1.5, 0.0, 1.0, 1e14),  # one draw in 40 is the same number
    Stable(1.5, 0.0, 1.0, 1e17),  # nearly all are
]


def member(name):
    return import_module(f"stablenoise.examine.battery.numbers.{name}")


def asked(name, law, values, dtype=DOUBLE, block=1 << 16):
    """Outcomes by their names, from blocks of the finite values."""
    test = member(name).make(law)
    if test is None:
        return {}
    values = np.asarray(values, float)
    values = values[np.isfinite(values)]
    for start in range(0, len(values), block):
        test.add(Block(values[start : start + block], law, dtype))
    outcomes = test.outcomes()
    assert len({o.test for o in outcomes}) == len(outcomes)
    return {o.test: o for o in outcomes}


def drawn(law, n, seed, dtype=DOUBLE):
    with np.errstate(over="ignore"):
        return law.rvs(n, np.random.default_rng(seed), dtype=dtype)
