r"""Bounds as objectives: what training makes small, with slopes by the loss and the divergence.

With r the mean bounded loss of n examples, C = divergence + log(2 sqrt(n) / delta), each is an
upper limit of the loss on new examples at confidence 1 - delta.  A network that is trained by one
of them is certified by Maurer's form anew.
"""

from __future__ import annotations

from collections.abc import Callable
from math import log, sqrt
from typing import NamedTuple

import numpy as np

from stablenoise.checks import (
    check_choice,
    check_integer,
    check_not_negative,
    check_share,
)

from ..charges import MAX_COUNT

__all__ = ["OBJECTIVES", "bound"]

FLAT_BELOW = 1e-5  # probability below which the bounded loss is flat


class Slopes(NamedTuple):
    """A limit, and its derivatives by the mean loss and by the divergence."""

    value: float
    by_loss: float
    by_divergence: float


def bound(name: str, loss: float, divergence: float, n: int, delta: float) -> Slopes:
    r"""Limit of a mean loss by a PAC-Bayes inequality, and its slopes.

    .. math::

        \text{quadratic:} & \quad (\sqrt{r + c} + \sqrt{c})^2, \quad c = C / 2n \\
        \text{mcallester:} & \quad r + \sqrt{c} \\
        \text{lambda:} & \quad \min_\lambda \frac{r}{1 - \lambda / 2}
                         + \frac{C}{n \lambda (1 - \lambda / 2)}

    Parameters
    ----------
    name : {"quadratic", "mcallester", "lambda"}
        ``fquad``, ``fclassic`` and ``flamb`` of Perez-Ortiz et al.; the second's square root is
        infinitely steep at C = 0, which the logarithm in C keeps away.
    loss : float
        r, in [0, 1].
    divergence : float
        In nats, not negative.
    n : int
        Examples.
    delta : float
        In (0, 1).

    Returns
    -------
    Slopes

    Raises
    ------
    ValueError
        If an argument is out of range.

    References
    ----------
    Perez-Ortiz, Rivasplata, Shawe-Taylor & Szepesvari (2021), J. Mach. Learn. Res. 22, as their
    code ``mperezortiz/PBB``, ``pbb/bounds.py``, has them.

    Examples
    --------
    >>> round(bound("quadratic", 0.02, 100.0, 50_000, 0.05).value, 6)
    0.031776

    """
    of = _BOUNDS[check_choice("name", name, tuple(_BOUNDS))]
    loss = check_share("loss", loss, "[]")
    divergence = check_not_negative("divergence", divergence)
    n = check_integer("n", n, 1, MAX_COUNT)
    return of(loss, (divergence + log(2 * sqrt(n) / check_share("delta", delta))) / n, n)


def _quadratic(loss: float, rate: float, n: int) -> Slopes:
    c = rate / 2
    inner, outer = sqrt(loss + c), sqrt(c)
    total = inner + outer
    return Slopes(total**2, total / inner, total * (1 / inner + 1 / outer) / (2 * n))


def _mcallester(loss: float, rate: float, n: int) -> Slopes:
    spread = sqrt(rate / 2)
    return Slopes(loss + spread, 1.0, 1 / (4 * n * spread))


def _lambda(loss: float, rate: float, n: int) -> Slopes:
    # The best lambda, at most 1; at it the slopes are those at a fixed one.
    best = 2 / (sqrt(2 * loss / rate + 1) + 1)
    by_loss = 1 / (1 - best / 2)
    by_rate = by_loss / best
    return Slopes(loss * by_loss + rate * by_rate, by_loss, by_rate / n)


_BOUNDS: dict[str, Callable[[float, float, int], Slopes]] = {
    "quadratic": _quadratic,
    "mcallester": _mcallester,
    "lambda": _lambda,
}
OBJECTIVES = tuple(_BOUNDS)


def bounded_loss(
    outputs: np.ndarray, labels: np.ndarray, least: float = FLAT_BELOW
) -> tuple[float, np.ndarray]:
    r"""Mean cross-entropy cut off at a probability and divided by its log; its gradient.

    .. math:: \min(-\log p_y, \log 10^5) / \log 10^5 \quad \text{for a probability of } 10^{-5}

    The derivatives by the outputs, shape (n, classes), are 0 where the loss is cut off.

    Examples
    --------
    >>> loss, gradient = bounded_loss(np.array([[0.0, 0.0], [50.0, 0.0]]), np.array([0, 1]))
    >>> round(loss, 6), gradient[1].tolist()
    (0.530103, [0.0, -0.0])

    """
    rows = np.arange(len(labels))
    powers = np.exp(outputs - outputs.max(axis=1, keepdims=True))
    shares = powers / powers.sum(axis=1, keepdims=True)
    right = shares[rows, labels]
    within = right > least
    top, n = -log(least), len(labels)
    loss = float(-np.log(np.maximum(right, least)).mean(dtype=float)) / top
    shares[rows, labels] -= 1
    return loss, shares * (within / (top * n)).astype(shares.dtype)[:, None]
