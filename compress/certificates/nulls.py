r"""The null of a certificate: the limit of a network that the examples counted never changed."""

from __future__ import annotations

from math import fsum, log

from stablenoise.checks import check_integer, check_share

from . import inequalities
from .charges import MAX_COUNT, Charge
from .risks import INDEPENDENCE, RiskCertificate, rate_upper

__all__ = ["holdout"]

FIXED_BEFORE = "the network, n and delta were fixed before these {n:,} examples were seen"
OBSERVED = "error on unseen rows"
CHOICE_OF_SHARE = "choice of the share"
CHOICE_OF_PRIOR = "choice of the prior"


def holdout(errors: int, n: int, delta: float) -> RiskCertificate:
    r"""Limit of the risk of a network on examples that it never saw: the null of all others.

    .. math:: \max\{p : P(\mathrm{Bin}(n, p) \le errors) \ge \delta\}

    Nothing but delta is charged: the network was there before the examples, so that its errors on
    them are binomial.  A certificate that lets a network, its prior or its options see examples,
    and whose limit is not below this one for the part that it did not see, says nothing.

    Parameters
    ----------
    errors : int
        Errors on the unseen examples, in [0, n].
    n : int
        Unseen examples, independent.
    delta : float
        Probability with which the limit may fail, in (0, 1).

    Returns
    -------
    RiskCertificate
        Of form "binomial_tail", rounded up.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    It is 1 if all are errors, and 1 - delta^(1/n) if none is, and rounded up: it is that of a delta
    smaller by 1e-10 of it and by what rounding may do, as is seen where delta is nearly 1.  **One**
    network may be asked: among several, take ``occam`` with log2 of their number as its bits.

    References
    ----------
    Clopper & Pearson (1934), Biometrika 26, 404-413, its upper limit alone.

    Examples
    --------
    >>> print(holdout(errors=231, n=10_000, delta=0.05))
    risk at most 0.0258, at confidence 1 - 0.05 (binomial_tail)
                          bits  nats    risk
    error on unseen rows              0.0231
    delta                 4.32  3.00  0.0026
    total                 4.32  3.00  0.0258
    assumed: examples drawn independently, from the law that the risk is of
    assumed: the network, n and delta were fixed before these 10,000 examples were seen

    """
    return _limit(errors, n, delta, ())


def chosen_null(errors: int, n: int, delta: float, shares: int, priors: int = 1) -> RiskCertificate:
    """The same for one of several shares, and of several networks: both choices are charged."""
    named = (CHOICE_OF_SHARE, shares), (CHOICE_OF_PRIOR, priors)
    choices = tuple(Charge(name, log(count)) for name, count in named if count > 1)
    return _limit(errors, n, delta, choices)


def _limit(errors: int, n: int, delta: float, choices: tuple[Charge, ...]) -> RiskCertificate:
    n = check_integer("n", n, 1, MAX_COUNT)
    errors = check_integer("errors", errors, 0, n + 1)
    delta = check_share("delta", delta)
    complexity = fsum(choice.nats for choice in choices)
    return RiskCertificate(
        value=float(inequalities.binomial_tail(errors, n, complexity, delta)),
        form="binomial_tail",
        errors=errors,
        n=n,
        train_error=rate_upper(errors, n),
        delta=delta,
        charges=(*choices, Charge("delta", -log(delta))),
        assumptions=(INDEPENDENCE, FIXED_BEFORE.format(n=n)),
        observed=OBSERVED,
    )
