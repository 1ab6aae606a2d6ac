r"""Certificates of networks that a few examples of the sample determine: sample compression."""

from __future__ import annotations

from dataclasses import replace
from math import fsum, log

import numpy as np
from scipy.special import digamma, gammaln

from stablenoise.checks import check_choice, check_integer, check_truth

from . import inequalities
from .certificate import Amounts, named_amounts, occam
from .charges import MAX_COUNT
from .inequalities.binomials import log_choices
from .risks import INDEPENDENCE, RiskCertificate

__all__ = ["preferent_compression", "sample_compression"]

EULER = float(np.euler_gamma)
DETERMINED = "a network of the {m:,} chosen examples{order} alone, by a learner fixed before"
PRIOR = "fixed before the sample was seen: n, delta, the learner, and all that no charge pays for"
MADE = "a network of the {m:,} chosen examples alone, by a rule fixed before the sample was seen"
PREFERRED = "any part of the sample with these and the {errors:,} wrong ones leads to the same ones"
Sizes = str | int | None


def sample_compression(
    n: int,
    m: int,
    errors: int,
    delta: float,
    *,
    sizes: Sizes = "harmonic",
    ordered: bool = False,
    message: Amounts = 0.0,
    options: Amounts = 0.0,
) -> RiskCertificate:
    r"""Certificate of a network that a learner makes of m of the n examples, however chosen.

    .. math:: \max\Bigl\{p : P(\mathrm{Bin}(n - m, p) \le errors) \ge
              \delta \, \pi(m) / \binom{n}{m}\Bigr\}

    For each subset of m examples the network is there before the others are seen, so that its
    errors on them are binomial; the subset is charged the log of their number, and m its prior.

    Parameters
    ----------
    n : int
        Examples, independent.
    m : int
        Examples that the network is made of, in [0, n).
    errors : int
        Its errors among the n - m others, in [0, n - m].
    delta : float
        Probability with which the certificate may fail, in (0, 1).
    sizes : {"harmonic", None} or int
        How m is paid for: "harmonic", by the prior 1 / ((m + 1) H), H the sum of 1 / k for k from 1
        to n, which sums to 1 over m from 0 to n - 1; a number M, uniformly, if m was one of M sizes
        that were stated before the sample; None, nothing, if m itself was.
    ordered : bool
        Whether the learner needs more than the subset in the order of the sample: the order in
        which it was chosen is then charged, log(m!).
    message : float, mapping of str to float, or sequence of pairs
        Bits that the learner takes besides the examples, of a prefix code.
    options : float, mapping of str to float, or sequence of pairs
        Bits of all else that was chosen after the sample was seen: log2 of so many learners, say.

    Returns
    -------
    RiskCertificate
        Of form "binomial_tail" on n - m examples.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    The learner must see nothing else of the sample: no mean that standardises inputs, no stopping
    by errors on the others, no seed that was tried.  A certificate whose m examples were chosen by
    a rule with a preference (``preferent_compression``) is smaller.

    References
    ----------
    The union over subsets is derived here; that to compress is to learn is due to Littlestone &
    Warmuth (1986), as told in Bazinet, Zantedeschi & Germain, arXiv 2409.17932v3, section 1 (read).

    Examples
    --------
    >>> certificate = sample_compression(n=60_000, m=100, errors=300, delta=0.05)
    >>> certificate
    RiskCertificate(risk at most 0.0254, at confidence 1 - 0.05, 300 errors of 59,900, 1,077 bits)
    >>> [(charge.name, round(charge.bits, 2)) for charge in certificate.charges[:2]]
    [('which examples', 1062.38), ('their number', 10.19)]

    """
    n = check_integer("n", n, 1, MAX_COUNT)
    m = check_integer("m", m, 0, n)
    errors = check_integer("errors", errors, 0, n - m + 1)
    check_truth("ordered", ordered)
    extra = named_amounts("message", "message", message)
    extra += named_amounts("options", "options", options)
    nats = {"which examples": _log_subsets(m, n), "their number": _log_size(sizes, m, n)}
    if ordered:
        nats["their order"] = _upwards(float(gammaln(m + 1)))
    choice = [(name, amount / log(2)) for name, amount in nats.items()]
    certificate = occam(errors, n - m, choice, delta, options=extra, prefix=None)
    order = " and their order" if ordered else ""
    assumed = INDEPENDENCE, DETERMINED.format(m=m, order=order), PRIOR
    return replace(certificate, assumptions=assumed, observed="error on the others")


def preferent_compression(
    n: int, m: int, errors: int, delta: float, *, options: Amounts = 0.0
) -> RiskCertificate:
    r"""Certificate of a network made of m of the n examples, chosen by a rule with a preference.

    The m chosen examples and the wrong ones among the others count as errors, k of n, and no choice
    of examples is charged: ``inequalities.campi_garatti`` has the limit and its proof.

    A rule has a preference if any part of the sample that holds these k examples makes it choose
    the same m, and the same network of them.  ``pick_to_learn`` has: each of its steps picks the
    worst of the examples that are left, and the worst of many is the worst of any part that holds
    it.  Subsets that were compared by their certificates, shuffled, or found by looking at
    the errors on the others, have none: ``sample_compression`` is for them.

    Parameters
    ----------
    n : int
        Examples, independent.
    m : int
        Examples that the network is made of, in [0, n].
    errors : int
        Its errors among the n - m others, in [0, n - m].
    delta : float
        Probability with which the certificate may fail, in (0, 1).
    options : float, mapping of str to float, or sequence of pairs
        Bits of all that was chosen after the sample was seen: log2 of the number of steps among
        which the best was taken, say, or of so many learners.

    Returns
    -------
    RiskCertificate
        Of form "campi_garatti"; its ``errors`` are m + errors.

    Raises
    ------
    ValueError
        If an argument is out of range.

    References
    ----------
    Derived here.  That wrong examples count as chosen, where the network is not consistent, is what
    ``compute_all_p2l_bounds`` of github.com/GRAAL-Research/Bound-to-Disagree does (read).

    Examples
    --------
    >>> print(preferent_compression(n=60_000, m=100, errors=300, delta=0.05))
    risk at most 0.0078, at confidence 1 - 0.05 (campi_garatti)
                     bits  nats    risk
    chosen or wrong              0.0067
    delta            4.32  3.00  0.0011
    total            4.32  3.00  0.0078
    assumed: examples drawn independently, from the law that the risk is of
    assumed: a network of the 100 chosen examples alone, by a rule fixed before the sample was seen
    assumed: any part of the sample with these and the 300 wrong ones leads to the same ones

    """
    n = check_integer("n", n, 1, MAX_COUNT)
    m = check_integer("m", m, 0, n + 1)
    errors = check_integer("errors", errors, 0, n - m + 1)
    extra = [("all choices", 0.0), *named_amounts("options", "options", options)]
    # Its charges and its delta are wanted, not its limit: the quickest form gives them.
    certificate = occam(m + errors, n, extra, delta, prefix=None, form="hoeffding")
    charges = tuple(charge for charge in certificate.charges if charge.nats)
    complexity = max(0.0, fsum(charge.nats for charge in charges[:-1]))
    value = float(inequalities.campi_garatti(m + errors, n, complexity, certificate.delta))
    assumed = INDEPENDENCE, MADE.format(m=m), PREFERRED.format(errors=errors)
    return replace(
        certificate,
        value=value,
        form="campi_garatti",
        charges=charges,
        assumptions=assumed,
        observed="chosen or wrong",
    )


def _log_subsets(m: int, n: int) -> float:
    """Log of the number of subsets of m of n examples, rounded up."""
    return _upwards(float(log_choices(np.array(float(m)), np.array(float(n)))))


def _log_size(sizes: Sizes, m: int, n: int) -> float:
    """What is charged for m, in nats, rounded up."""
    if sizes is None:
        return 0.0
    if isinstance(sizes, str):
        check_choice("sizes", sizes, ("harmonic",))
        return _upwards(log(m + 1) + log(float(digamma(n + 1)) + EULER))
    return _upwards(log(check_integer("sizes", sizes, 1, MAX_COUNT)))


def _upwards(nats: float) -> float:
    """A sum of logarithms that is right to a few ulps and 1e-13."""
    return nats * (1 + 16 * inequalities.EPS) + 1e-13 if nats else 0.0
