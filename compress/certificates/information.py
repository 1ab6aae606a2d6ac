"""How many bits a network must take, in any code, if it errs less on its sample than elsewhere."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import plain
from stablenoise.kernels.arrays import Real

from .inequalities import KL_ERROR, check_rates, check_sizes, kl


def min_bits(train_error: ArrayLike, test_error: ArrayLike, n: ArrayLike) -> Real:
    r"""Bits that a description of the learned classifier takes at least, on average.

    .. math:: n\, kl(a \| b) / \log 2 \le I(S; h) / \log 2 \le E |h|

    Parameters
    ----------
    train_error : array_like
        a, the mean error rate on the n examples learned from, in [0, 1]; or a mean loss in [0, 1].
    test_error : array_like
        b, the mean error rate on fresh examples, in [0, 1].
    n : array_like
        Independent examples, positive integers.

    Returns
    -------
    float or ndarray
        Bits, at least 0 and rounded downwards; inf where b is 0 or 1 and a is not.  Means are over
        samples: one run estimates them.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Derived: for a loss in [0, 1] and c = 1 - e^-g, the mean of exp(n (-log(1 - c L(h)) - g a(h)))
    over samples is at most 1 for h independent of the sample; the variational formula of the
    divergence, convexity in L and the supremum over g give the first inequality.  The second is
    that of source coding, for codes of which no word begins another.  It is an equality for
    labels that are coin flips and learned by heart.

    Examples
    --------
    >>> print(f"{min_bits(0.0, 0.5, 60_000):.4f}")  # random labels learned by heart: a bit each
    60000.0000
    >>> round(min_bits(0.00783, 0.0231, 60_000))
    599

    """
    divergence = kl(check_rates("train_error", train_error), check_rates("test_error", test_error))
    return plain(check_sizes(n) * divergence / np.log(2) * (1 - KL_ERROR))


def jensen_shannon_bits(train_error: ArrayLike, test_error: ArrayLike, n: ArrayLike) -> Real:
    r"""The weaker bound of Zhou et al., n times the Jensen-Shannon divergence, in bits.

    .. math:: n\, g / \log 2, \qquad g = h((a + b) / 2) - (h(a) + h(b)) / 2

    with h the entropy of a Bernoulli variable.

    Parameters
    ----------
    train_error, test_error, n : array_like
        As in ``min_bits``.

    Returns
    -------
    float or ndarray
        Bits, at least 0 and at most ``min_bits``.

    Raises
    ------
    ValueError
        If an argument is out of range.

    References
    ----------
    Zhou et al. (2019), arXiv 1804.05862, theorem 6.1; that its g is the divergence is derived.

    Examples
    --------
    >>> round(jensen_shannon_bits(0.0, 0.5, 60_000))
    18677

    """
    a, b = check_rates("train_error", train_error), check_rates("test_error", test_error)
    middle = (a + b) / 2
    divergence = kl(a, middle) + kl(b, middle)
    return plain(check_sizes(n) * divergence / np.log(4) * (1 - KL_ERROR))
