"""Bits saved because networks are the same in any order of their hidden units."""

from __future__ import annotations

from math import factorial, log, log2, prod

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln

from stablenoise.checks import check_all, real_array

from .mixtures import ROUNDING, sum_upwards

EXACT_UNITS = 10_000  # whose orders are counted as a whole number: some milliseconds


def permutation_bits(
    incoming: ArrayLike, bias: ArrayLike | None = None, outgoing: ArrayLike | None = None
) -> float:
    r"""Bits saved because the hidden units of a layer may stand in any order.

    .. math:: \log_2 \frac{n!}{m_1! \, m_2! \cdots}

    with m the sizes of the groups of identical units: exchanging those gives the same network, not
    another one.  It is log2(n!) only if all units differ.

    Parameters
    ----------
    incoming : array_like, shape (units, inputs)
        A row for each unit.
    bias : array_like, shape (units,), optional
    outgoing : array_like, shape (outputs, units), optional
        A column for each unit.

    Returns
    -------
    float
        Bits, at least 0, to an ulp; of over 10,000 units rounded downwards.

    Raises
    ------
    ValueError
        If the arrays do not fit or are not finite.

    Notes
    -----
    The gain may be taken off the bits of a code if the network with its units in any other order
    would have a code no longer.  Gains of layers that are not adjacent add up; those of adjacent
    ones may count orders twice: exchanging units that differ in their outgoing weights alone,
    together with the units these weights lead to, may give the same network.

    Examples
    --------
    >>> bits = permutation_bits([[1.0, 2.0], [0.0, 0.0], [0.0, 0.0], [0.0, 0.0]])
    >>> round(bits, 12)  # 4 orders, not 4! = 24
    2.0

    """
    rows = real_array("incoming", incoming)
    if rows.ndim != 2:
        raise ValueError(f"incoming must be a matrix, got shape {rows.shape}")
    parts = [rows]
    if bias is not None:
        parts.append(_units("bias", bias, 1, rows.shape[0])[:, None])
    if outgoing is not None:
        parts.append(_units("outgoing", outgoing, 2, rows.shape[0]).T)
    units = np.hstack(parts)
    check_all(np.isfinite(units), "weights must be finite", units)
    counts = np.unique(units, axis=0, return_counts=True)[1]
    if units.shape[0] <= EXACT_UNITS:
        return log2(factorial(units.shape[0]) // prod(map(factorial, counts.tolist())))
    terms = [*gammaln(counts + 1), -gammaln(units.shape[0] + 1)]  # as a charge: a gain is below 0
    return max(0.0, -sum_upwards(terms) / log(2) * (1 - ROUNDING))


def _units(name: str, values: ArrayLike, ndim: int, units: int) -> np.ndarray:
    """An array that has a row or a column for each unit."""
    x = real_array(name, values)
    if x.ndim != ndim or x.shape[-1] != units:
        raise ValueError(f"{name} must have {units} units in axis {ndim - 1}, got shape {x.shape}")
    return x
