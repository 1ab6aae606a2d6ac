r"""Certificates: a limit of the risk of a compressed network, with every charge itemised.

``occam`` is for a deterministic network that was decoded from so many bits, ``pac_bayes`` for a
divergence from a prior.  Both return a ``RiskCertificate``.  Charges are added in nats; each is
there because something was chosen after the sample was seen, or because the bound may fail.  What
a certificate cannot see it states: ``assumptions``.  All limits are rounded upwards, printed ones
as well.
"""

from collections.abc import ItemsView, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, fsum, inf, log, log2, nextafter
from typing import Any

import numpy as np

from stablenoise.checks import check_integer, check_number, check_share, told

from ..table import aligned
from . import inequalities

COUNTS = 2**53  # integers below are floats
ROUNDED = 4 * inequalities.EPS  # of a charge in nats: its logarithm, log 2, and their product
DIGITS = 4  # of a risk as it is printed
INDEPENDENT = "examples drawn independently, from the law that the risk is of"
FIXED = "fixed before the sample was seen: all that no charge pays for, delta and the inequality"
AVERAGED = ("maurer", "catoni", "mcallester", "quadratic")  # hold for the mean risk of a posterior
Amounts = float | Mapping[str, float] | Sequence[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Charge:
    """What one choice, or the chance of failure, costs.

    Parameters
    ----------
    name : str
    nats : float
        Negative for a gain, as of symmetry.

    Examples
    --------
    >>> Charge("code", 8 * log(2)).bits
    8.0

    """

    name: str
    nats: float

    @property
    def bits(self) -> float:
        return self.nats / log(2)


@dataclass(frozen=True, slots=True)
class MonteCarlo:
    """How the training error of a randomised network was estimated.

    Parameters
    ----------
    draws : int
        Independent draws of the network, each evaluated on all n examples or on one of its own.
    delta : float
        The part of the certificate's delta that is the chance that the estimate is too low.

    Examples
    --------
    >>> MonteCarlo(draws=1000, delta=0.01).draws
    1000

    """

    draws: int
    delta: float

    def __post_init__(self) -> None:
        check_integer("draws", self.draws, 1, COUNTS)
        check_share("delta of the Monte Carlo estimate", self.delta)


@dataclass(frozen=True, slots=True)
class RiskCertificate:
    """A limit of the risk that fails with probability delta at most, and what it is made of.

    ``occam`` and ``pac_bayes`` make it.

    Parameters
    ----------
    value : float
        The limit, in [0, 1].
    form : str
        The inequality used: the name of a function of ``inequalities``.
    errors : float
        Training errors among n, as given.
    n : int
        Training examples.
    train_error : float
        Error rate put into the inequality: errors / n, rounded up, or its upper limit by Monte
        Carlo.
    delta : float
        Probability with which the limit may fail, all in all.
    charges : tuple of Charge
        What was added up.
    kind : {"deterministic", "stochastic"}
        Whether the risk is that of one network, or the mean risk over a posterior.
    assumptions : tuple of str
        What must hold for the limit to hold, and cannot be seen from the numbers.

    Examples
    --------
    >>> found = occam(errors=470, n=60_000, bits={"weights": 34_376}, delta=0.05)
    >>> print(found.table())
    risk at most 0.3551, at confidence 1 - 0.05 (binomial_tail)
                        bits      nats    risk
    training error                      0.0078
    weights         34376.00  23827.63  0.3469
    length prefix      31.00     21.49  0.0003
    delta               4.32      3.00  0.0000
    total           34411.32  23852.11  0.3551
    assumed: examples drawn independently, from the law that the risk is of
    assumed: fixed before the sample was seen: all that no charge pays for, delta and the inequality
    """

    value: float
    form: str
    errors: float
    n: int
    train_error: float
    delta: float
    charges: tuple[Charge, ...]
    kind: str = "deterministic"
    assumptions: tuple[str, ...] = (INDEPENDENT, FIXED)

    def __str__(self) -> str:
        return self.table()

    @property
    def vacuous(self) -> bool:
        """Whether the limit says nothing."""
        return self.value >= 1

    @property
    def bits(self) -> float:
        """All charges together."""
        return self.nats / log(2)

    @property
    def nats(self) -> float:
        """All charges together."""
        return fsum(charge.nats for charge in self.charges)

    def rises(self) -> list[tuple[str, float]]:
        """What makes up the limit: the training error, and what each charge adds to it.

        Returns
        -------
        list of (str, float)
            The numbers add up to the value.  The limit depends on the charges through the sum of
            their nats alone, so each has its share of the rise by nats, in whatever order.

        """
        observed = _rate(self.errors, self.n)
        found = [("training error", observed)]
        if self.train_error > observed:
            found.append(("Monte Carlo", self.train_error - observed))
        each = (self.value - self.train_error) / self.nats
        return found + [(charge.name, charge.nats * each) for charge in self.charges]

    def table(self) -> str:
        """The limit in one line, what makes it up in aligned columns, and what is assumed.

        Returns
        -------
        str
            For each charge but those of 0 its bits, its nats, and what it adds to the limit, which
            itself is rounded upwards.

        """
        limit = f"risk at most {printed_risk(self.value)}"
        limit = "vacuous, no limit below 1" if self.vacuous else limit
        rises = self.rises()
        first = len(rises) - len(self.charges)
        rows = [("", "bits", "nats", "risk")]
        rows += [(name, "", "", f"{rise:.4f}") for name, rise in rises[:first]]
        parts = zip(self.charges, rises[first:], strict=True)
        rows += [_row(name, charge.nats, rise) for charge, (name, rise) in parts if charge.nats]
        rows.append((*_row("total", self.nats, self.value)[:-1], printed_risk(self.value)))
        head = f"{limit}, at confidence 1 - {self.delta} ({self.form})"
        return "\n".join([head, aligned(rows), *(f"assumed: {each}" for each in self.assumptions)])

    def to_dict(self) -> dict[str, Any]:
        """All of it as numbers and words that JSON holds.

        Returns
        -------
        dict
            ``value``, ``form``, ``kind``, ``errors``, ``n``, ``train_error``, ``delta``, ``bits``,
            ``charges``, a list of dicts of ``name``, ``bits`` and ``nats``, and ``assumptions``, a
            list of sentences.

        """
        names = "value", "form", "kind", "errors", "n", "train_error", "delta", "bits"
        charges = [{"name": c.name, "bits": c.bits, "nats": c.nats} for c in self.charges]
        told = {name: getattr(self, name) for name in names}
        return told | {"charges": charges, "assumptions": list(self.assumptions)}

    def plot(self, ax: Any = None) -> Any:
        """What makes up the limit, as bars, each from where the one before ends.

        Parameters
        ----------
        ax : Axes, optional
            Of matplotlib; by default those of a new figure.

        Returns
        -------
        Axes

        """
        if ax is None:
            from matplotlib.figure import Figure

            ax = Figure(layout="constrained").subplots()
        names, rises = zip(*self.rises(), strict=True)
        starts = np.cumsum([0.0, *rises[:-1]])
        ax.barh(range(len(names)), rises, left=starts, tick_label=names)
        ax.axvline(self.value, color="black", linestyle=":")
        ax.invert_yaxis()
        ax.set_xlabel("risk (the limit is vacuous)" if self.vacuous else "risk")
        return ax


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
        Length of its code; or its parts by name, of which some may be gains.
    delta : float
        Probability with which the certificate may fail, in (0, 1).
    options : float, mapping of str to float, or sequence of pairs
        Bits of every choice that was made after seeing the sample and is not in the code: log2 of
        the number of values it could have had.
    prefix : {"elias", None} or int
        How the length of the code is paid for: "elias", an Elias gamma code of it; a number M,
        uniformly, for codes of 1 to M bits, M stated before the sample; None, nothing, for codes of
        which none begins another, as only those tell where they end.
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
    n = check_integer("n", n, 1, COUNTS)
    errors = _check_count("errors", errors, 0, n + 1)
    _check_one_of("form", form, ("binomial_tail", "chernoff", "hoeffding"))
    code = _named("bits", "code", bits)
    charges = _of_bits(code)
    if prefix is not None:
        length = fsum(max(0.0, amount) for _, amount in code)  # gains do not shorten a code
        charges += (Charge("length prefix", _prefix_bits(length, prefix) * log(2)),)
    charges += _of_bits(_named("options", "options", options))
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
        Divergence KL(rho || pi) in nats; or its parts by name, of which some may be gains.
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
    >>> found = pac_bayes(1_200, 60_000, 5_000, 0.035, kind="stochastic", monte_carlo=drawn)
    >>> round(found.train_error, 6), round(found.value, 6)
    (0.024901, 0.144179)

    """
    n = check_integer("n", n, 1, COUNTS)
    check_number("errors", errors)
    if not 0 <= errors <= n:
        raise ValueError(f"errors must lie in [0, n] = [0, {n}], got {errors}")
    _check_one_of("kind", kind, ("deterministic", "stochastic"))
    if not isinstance(monte_carlo, MonteCarlo | None):
        raise ValueError(f"monte_carlo must be a MonteCarlo, got {told(monte_carlo)}")
    if monte_carlo is not None and kind == "deterministic":
        raise ValueError("monte_carlo must be None for a deterministic network, got an estimate")
    errors = errors if isinstance(errors, int) else float(errors)  # a half would divide as one
    forms = ("chernoff",) * (kind == "deterministic") + AVERAGED
    form = form or forms[0]
    _check_one_of(f"form of a {kind} network", form, forms)
    charges = tuple(Charge(*pair) for pair in _named("kl", "divergence", kl))
    return replace(_certify(form, errors, n, charges, delta, monte_carlo), kind=kind)


def printed_risk(value: float) -> str:
    """A limit of a risk in four digits, rounded upwards.

    Examples
    --------
    >>> printed_risk(0.05341), printed_risk(0.25)
    ('0.0535', '0.2500')

    """
    return f"{ceil(Fraction(value) * 10**DIGITS) / 10**DIGITS:.{DIGITS}f}"


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
    check_share("delta", delta)
    delta = float(delta)
    own, train_error = _estimated(_rate(errors, n), delta, monte_carlo)
    complexity = max(0.0, fsum(charge.nats for charge in charges))
    given = errors if form == "binomial_tail" else train_error
    value = float(getattr(inequalities, form)(given, n, complexity, own))
    charges += (Charge("delta", -log(own)), *_unions(form, train_error, n, complexity, own))
    return RiskCertificate(value, form, errors, n, train_error, delta, charges)


def _rate(errors: float, n: int) -> float:
    """Return errors / n, rounded up, as every limit rises with it."""
    rate = float(errors / n)
    return nextafter(rate, 1.0) if Fraction(rate) < Fraction(float(errors)) / n else rate


def _row(name: str, nats: float, rise: float) -> tuple[str, str, str, str]:
    """Line of a table; z as no number is to be printed as -0."""
    return name, f"{nats / log(2):z.2f}", f"{nats:z.2f}", f"{rise:z.4f}"


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
    if form in AVERAGED and form != "catoni":
        return (Charge("log(2 sqrt n)", log(4 * n) / 2),)
    if form != "catoni":
        return ()
    _, at = inequalities.catoni_lambda(q, n, complexity, delta)
    alpha, union = inequalities.ALPHA, float(inequalities.catoni_union(log(at)))
    return (Charge("union over lambda", (alpha - 1) * (complexity - log(delta)) + alpha * union),)


def _named(argument: str, name: str, amounts: Any) -> list[tuple[str, float]]:
    """Amounts with their names, two of one name being two; together not negative."""
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
    if not 0 <= fsum(number for _, number in numbers) < inf:
        raise ValueError(f"{argument} must be finite and not negative, got {told(amounts)}")
    return numbers


def _of_bits(named: list[tuple[str, float]]) -> tuple[Charge, ...]:
    """Charges in nats, each rounded upwards: gains would else save more than they do."""
    nats = [(name, bits * log(2)) for name, bits in named]
    return tuple(Charge(name, n + ROUNDED * abs(n)) for name, n in nats)


def _prefix_bits(length: float, prefix: str | int) -> float:
    if not isinstance(prefix, str):
        longest = _check_count("prefix", prefix, 1, 1 << 1024)
        if length > longest:
            raise ValueError(f"bits must be at most the {longest} stated, got {length}")
        return log2(longest)
    _check_one_of("prefix", prefix, ("elias",))
    if length < 1:
        raise ValueError(f"bits must be at least 1 if their number is coded, got {length}")
    return elias_gamma_bits(ceil(length))


def _check_count(name: str, value: int, low: int, high: int) -> int:
    if isinstance(value, bool):
        raise ValueError(f"{name} must be an integer, got {value}")
    return check_integer(name, value, low, high)


def _check_one_of(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(allowed)}, got {told(value)}")
