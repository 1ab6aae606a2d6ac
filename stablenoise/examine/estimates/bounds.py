"""How precise an unbiased estimator can be: the bound of Cramer and Rao for a stable law."""

from __future__ import annotations

from collections.abc import Collection
from math import sqrt
from typing import Any

import numpy as np

from ... import law as stable_law
from ...stable import Stable

__all__ = ["NAMES", "cramer_rao"]

NAMES = "alpha", "beta", "scale", "loc"


def cramer_rao(
    law: Any, parameter: str, n: int, known: Collection[str]
) -> tuple[float | None, str]:
    """Least standard deviation from n draws, in the parameter's unit; else None and the reason."""
    if not isinstance(law, Stable) or parameter not in NAMES:
        return None, "the bound is known for parameters of stable laws alone"
    if law.alpha == 2:
        return None, "the information about alpha is infinite at alpha = 2"
    if abs(law.beta) == 1:
        return None, f"the information about beta is infinite at beta = {law.beta:g}"
    try:
        information = stable_law.fisher_information(law.alpha, law.beta)
    except ValueError as error:  # an index that is too small for it
        return None, str(error)
    free = [i for i, name in enumerate(NAMES) if name not in known]
    # With a unit diagonal first: next to the ends it spans more digits than a float has.
    roots = np.sqrt(np.diag(information)[free])
    inverse = np.linalg.inv(information[np.ix_(free, free)] / np.outer(roots, roots))
    place = free.index(NAMES.index(parameter))
    unit = law.scale if parameter in ("scale", "loc") else 1.0
    return unit * sqrt(inverse[place, place] / n) / float(roots[place]), ""
