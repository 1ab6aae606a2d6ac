r"""Certificates: a limit of the risk of a compressed network, with every charge itemised.

``occam`` is for a deterministic network that was decoded from so many bits, ``pac_bayes`` for a
divergence from a prior.  Both return a ``RiskCertificate``.  Charges are added in nats; each is
there because something was chosen after the sample was seen, or because the bound may fail.  What
a certificate cannot see is in its ``assumptions``.  All limits are rounded upwards, printed ones
as well.
"""

from __future__ import annotations

from collections.abc import ItemsView, Iterable, Mapping, Sequence
from dataclasses import replace
from math import ceil, fsum, inf, log, log2
from typing import Any

from stablenoise.checks import (
    check_choice,
    check_integer,
    check_kind,
    check_number,
    check_share,
    told,
)
from stablenoise.moved import renamed

from . import inequalities
from .charges import MAX_COUNT, Charge, MonteCarlo
from .limits import printed_risk
from .risks import INDEPENDENCE, PRIOR_CHOICES, RiskCertificate, rate_upper

__all__ = [
    "MEAN_RISK_FORMS",
    "PRIOR_CHOICES",
    "INDEPENDENCE",
    "Charge",
    "MonteCarlo",
    "RiskCertificate",
    "elias_gamma_bits",
    "occam",
    "pac_bayes",
    "printed_risk",
]

ROUNDING = 4 * inequalities.EPS  # of a charge in nats: its logarithm, log 2, and their product
__getattr__ = renamed(
    __name__,
    {
        "AVERAGED": "MEAN_RISK_FORMS",
        "FIXED": "PRIOR_CHOICES",
        "INDEPENDENT": "INDEPENDENCE",
        "ROUNDED": "ROUNDING",
    },
)
MEAN_RISK_FORMS = (
    "maurer",
    "catoni",
    "mcallester",
    "quadratic",
)  # hold for posteriors
Amounts = float | Mapping[str, float] | Sequence[tuple[str, float]]


def occam(
    errors: int,
    n: int,
    bits: Amounts,
    delta: float,
    *,
    options: Amounts = 0.0,
    prefix: str | int | None = "elias",
    form: str = "binomial_tail",
) -> RiskCertificate:
    r"""Certificate of one deterministic network that was decoded from so many bits.

    Its prior mass is :math:`2^{-bits}`.

    Parameters
    ----------
    errors : int
        Training errors of the *decoded* network, in [0, n].
    n : int
        Training examples, independent.
    bits : float, mapping of str to float, or sequence of pairs
        Length of its code; or its parts by name, at least one, of which some may be gains.
    delta : float
        Probability with which the certificate may fail, in (0, 1).
    options : float, mapping of str to float, or sequence of pairs
        Bits of every choice that was made after seeing the sample and is not in the code: log2 of
        the number of values it could have had.
    prefix : {"elias", None} or int
        How the length of the code is paid for: "elias", an Elias gamma code of it; a number M,
        uniformly, for codes of 1 to M bits, M stated before the sample; None, nothing, for prefix
        codes: none begins another, so that each tells where it ends.
    form : {"binomial_tail", "chernoff", "hoeffding"}
        The inequality, chosen before the sample; the first is the tightest.

    Returns
    -------
    RiskCertificate

    Raises
    ------
    ValueError
        If an argument is out of range.

    References
    ----------
    Zhou et al. (2019), arXiv 1804.05862, theorem 4.1 and remark 4.2, for the prior; Langford
    (2005), J. Mach. Learn. Res. 6, 273-306, for the inequalities.

    Examples
    --------
    ImageNet in 350 KiB, with 35 % training errors: "< 96.5 %".

    >>> n = 1_281_167
    >>> print(f"{occam(round(0.35 * n), n, 350 * 8192, 0.05, form='chernoff').value:.4f}")
    0.9654

    """
    n = check_integer("n", n, 1, MAX_COUNT)
    errors = check_integer("errors", errors, 0, n + 1)
    check_choice("form", form, ("binomial_tail", "chernoff", "hoeffding"))
    code = _not_empty("bits", named_amounts("bits", "code", bits), bits)
    charges = _of_bits(code)
    if prefix is not None:
        length = _total(max(0.0, amount) for _, amount in code)  # gains do not shorten a code
        charges += (Charge("length prefix", _prefix_bits(length, prefix) * log(2)),)
    charges += _of_bits(named_amounts("options", "options", options))
    return _certify(form, errors, n, charges, delta)


def pac_bayes(
    errors: float,
    n: int,
    kl: Amounts,
    delta: float,
    *,
    kind: str = "deterministic",
    form: str | None = None,
    monte_carlo: MonteCarlo | None = None,
) -> RiskCertificate:
    r"""Certificate from the divergence of a posterior from a prior chosen before the sample.

    Parameters
    ----------
    errors : float
        Training errors among n, in [0, n]; of a randomised network their mean, or its estimate.
    n : int
        Training examples, independent.
    kl : float, mapping of str to float, or sequence of pairs
        Divergence KL(rho || pi) in nats; or its parts by name, at least one, of which some may be
        gains.
    delta : float
        Probability with which the certificate may fail, in (0, 1), Monte Carlo included.
    kind : {"deterministic", "stochastic"}
        Whether the risk is that of one network, the posterior being a point mass, or the mean risk
        of a network drawn anew from the posterior for each example.
    form : {"chernoff", "maurer", "catoni", "mcallester", "quadratic"}, optional
        The inequality, chosen before the sample.  By default "chernoff" for a deterministic
        network, which needs no union over lambda and is not valid for others, and "maurer".
    monte_carlo : MonteCarlo, optional
        If ``errors`` is an estimate from draws of a stochastic network: the inequality is then
        given the upper limit of the mean, by kl and log(2 / delta') over the draws.

    Returns
    -------
    RiskCertificate

    Raises
    ------
    ValueError
        If an argument is out of range.

    References
    ----------
    github.com/mperezortiz/PBB, ``pbb/bounds.py``, for the estimate by Monte Carlo.

    Examples
    --------
    >>> drawn = MonteCarlo(draws=10_000, delta=0.01)
    >>> certificate = pac_bayes(1_200, 60_000, 5_000, 0.035, kind="stochastic", monte_carlo=drawn)
    >>> round(certificate.train_error, 6), round(certificate.value, 6)
    (0.024901, 0.144179)

    """
    n = check_integer("n", n, 1, MAX_COUNT)
    check_number("errors", errors)
    if not 0 <= errors <= n:
        raise ValueError(f"errors must lie in [0, n] = [0, {n}], got {errors}")
    check_choice("kind", kind, ("deterministic", "stochastic"))
    if monte_carlo is not None:
        check_kind("monte_carlo", monte_carlo, MonteCarlo)
    if monte_carlo is not None and kind == "deterministic":
        raise ValueError("monte_carlo must be None for a deterministic network, got an estimate")
    # A number in half precision would be divided in half precision.
    errors = errors if isinstance(errors, int) else float(errors)
    forms = ("chernoff",) * (kind == "deterministic") + MEAN_RISK_FORMS
    form = forms[0] if form is None else form
    check_choice(f"form of a {kind} network", form, forms)
    terms = _not_empty("kl", named_amounts("kl", "divergence", kl), kl)
    charges = tuple(Charge(*pair) for pair in terms)
    return replace(_certify(form, errors, n, charges, delta, monte_carlo), kind=kind)


def elias_gamma_bits(length: int) -> int:
    """Bits of the Elias gamma code of a positive integer: 2 floor(log2 length) + 1.

    Parameters
    ----------
    length : int
        Positive.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If length is not a positive integer.

    Notes
    -----
    2 to the power of minus these sums to 1 over all positive integers.

    Examples
    --------
    >>> [elias_gamma_bits(length) for length in (1, 2, 3, 4, 34_376)]
    [1, 3, 3, 5, 31]

    """
    return 2 * check_integer("length", length, 1, 1 << 1024).bit_length() - 1


def _certify(
    form: str,
    errors: float,
    n: int,
    charges: tuple[Charge, ...],
    delta: float,
    monte_carlo: MonteCarlo | None = None,
) -> RiskCertificate:
    """Certificate by one inequality, whose own unions become charges as well."""
    check_share("delta", delta)
    delta = float(delta)
    # Monte Carlo takes its part of delta first; the inequality has what is left.
    own, train_error = _estimated(rate_upper(errors, n), delta, monte_carlo)
    # Gains may exceed what is charged, but no prior mass is above 1.
    complexity = max(0.0, _total(charge.nats for charge in charges))
    if not complexity / log(2) < inf:
        raise ValueError(f"charges must be finite in bits, got {complexity:.3g} nats")
    # The exact tail takes a count of errors, the other forms a rate.
    given = errors if form == "binomial_tail" else train_error
    value = float(getattr(inequalities, form)(given, n, complexity, own))
    charges += (Charge("delta", -log(own)), *_unions(form, train_error, n, complexity, own))
    return RiskCertificate(value, form, errors, n, train_error, delta, charges)


def _estimated(
    observed: float, delta: float, monte_carlo: MonteCarlo | None
) -> tuple[float, float]:
    """Delta that is left, and the error rate that holds with the rest of it."""
    if monte_carlo is None:
        return delta, observed
    if not monte_carlo.delta < delta:
        raise ValueError(f"delta of monte_carlo must be below {delta}, got {monte_carlo.delta}")
    spent = float(monte_carlo.delta)
    c = log(2 / spent) / monte_carlo.draws
    return delta - spent, float(inequalities.kl_upper(observed, c))


def _unions(form: str, q: float, n: int, complexity: float, delta: float) -> tuple[Charge, ...]:
    """What the form itself charges."""
    if form in MEAN_RISK_FORMS and form != "catoni":
        return (Charge("log(2 sqrt n)", log(4 * n) / 2),)
    if form != "catoni":
        return ()
    _, at = inequalities.catoni_lambda(q, n, complexity, delta)
    alpha, union = inequalities.ALPHA, float(inequalities.catoni_union(log(at)))
    # Catoni's bound multiplies all in its bracket by alpha: what this adds to charges that are
    # listed already is told as a part of the union.
    return (Charge("union over lambda", (alpha - 1) * (complexity - log(delta)) + alpha * union),)


def named_amounts(argument: str, name: str, amounts: Any) -> list[tuple[str, float]]:
    """Amounts with their names, in sum not negative; a name may occur twice, and both count."""
    pairs = amounts.items() if isinstance(amounts, Mapping) else amounts
    named = list(pairs) if isinstance(pairs, Sequence | ItemsView) else [(name, pairs)]
    if isinstance(amounts, str) or not all(isinstance(p, tuple) and len(p) == 2 for p in named):
        rule = "must be a number, or numbers by name"
        raise ValueError(f"{argument} {rule}, got {told(amounts)}")
    for each, amount in named:
        if not isinstance(each, str):
            raise ValueError(f"names of {argument} must be strings, got {told(each)}")
        check_number(argument, amount)
    numbers = [(each, float(amount)) for each, amount in named]
    if not 0 <= _total(number for _, number in numbers) < inf:
        raise ValueError(f"{argument} must be finite and not negative, got {told(amounts)}")
    return numbers


def _not_empty(
    argument: str, named: list[tuple[str, float]], amounts: Any
) -> list[tuple[str, float]]:
    """The named amounts, or ValueError if there are none: what is certified would cost nothing."""
    if not named:
        raise ValueError(f"{argument} must have a part, got {told(amounts)}")
    return named


def _total(amounts: Iterable[float]) -> float:
    """Sum of amounts, inf where it is beyond the floats."""
    try:
        return fsum(amounts)
    except (OverflowError, ValueError):  # the second of inf - inf
        return inf


def _of_bits(named: list[tuple[str, float]]) -> tuple[Charge, ...]:
    """Charges in nats, each rounded upwards: gains would else save more than they do."""
    nats = [(name, bits * log(2)) for name, bits in named]
    return tuple(Charge(name, n + ROUNDING * abs(n)) for name, n in nats)


def _prefix_bits(length: float, prefix: str | int) -> float:
    """What is charged for the length of a code."""
    if not isinstance(prefix, str):
        longest = check_integer("prefix", prefix, 1, 1 << 1024)
        if length > longest:
            raise ValueError(f"bits must be at most the {longest} stated, got {length}")
        return log2(longest)
    check_choice("prefix", prefix, ("elias",))
    if length == inf:
        raise ValueError("bits must be finite without their gains, got a sum beyond the floats")
    if length < 1:
        raise ValueError(f"bits must be at least 1 if their number is coded, got {length}")
    return elias_gamma_bits(ceil(length))
