"""Certificates of a network that is coded relative to a prior network, which saw a share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.data.rows import subset
from stablenoise.text_table import counted

from ...coding.codebook import MAX_LEVELS
from ...coding.length import CodeLength, encode
from ...networks.model import Arrays, Model, Said
from ..certifiers import Search, check_sequences
from ..risks import RiskCertificate
from ..sample import checked_arrays
from ..terms import Options, Terms
from ..trial import Predict, Setting, Settings
from .differences import Differences, differences_of
from .parts import FromPrior, Parts, count_errors, parts_of
from .splits import Split

KEEPS = (1.0, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001)  # of the differences of an array
LEVELS = (2, 4, 8)
KEEP_FACTORS, LEVEL_FACTORS = (0.6, 1.6), (0.5, 2.0)  # by which those of one array change then


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class CodedFromPrior(FromPrior):
    """A network coded relative to a prior network, and what that certifies beside its null.

    Parameters
    ----------
    arrays : dict of ndarray
        Prior plus decoded differences, in floats of the prior's type, and in the order and layout
        of the arrays that were given.
    changes : dict of ndarray
        The decoded differences alone, in the same order and layout.
    code : CodeLength
        Of the differences; its ``payload`` with the prior network gives the arrays.
    certificate : RiskCertificate
        For these arrays, by their errors on the rows of the bound, with the hold-out limit of the
        prior network on the same rows as its ``null``.
    settings : dict of Setting
        Of the arrays that differ from the prior's.
    tried : int
        Settings that were tried.
    split : Split

    """

    arrays: Arrays
    changes: Arrays
    code: CodeLength
    certificate: RiskCertificate
    settings: dict[str, Setting]
    tried: int
    split: Split

    @property
    def differences(self) -> int:
        """Weights and biases that are not those of the prior network.

        Returns
        -------
        int

        """
        return sum(int(np.count_nonzero(a)) for a in self.changes.values())

    @property
    def _size(self) -> str:
        return f"{counted(self.differences, 'difference')} in {counted(self.code.bytes, 'byte')}"

    def _summary(self) -> str:
        return f"{self._size}, {self.certificate.statement}"

    def table(self) -> str:
        """What differs from the prior network, then the table of the certificate and its null.

        Returns
        -------
        str

        """
        size = self._size
        if not self.differences:
            size += ", which is the prior network itself: its null is below any such limit"
        return f"relative to the prior network: {size}\n{self.certificate.table()}"

    def to_file(self) -> bytes:
        """File of the differences, as ``compress.encode`` makes it.

        Returns
        -------
        bytes
            Decoded and added to the prior network, in floats of its type, they are ``arrays``.

        """
        return encode(self.changes, self.code.codec)


def from_prior(
    weights: Arrays | Model,
    prior: Arrays | Model,
    data: tuple[ArrayLike, ArrayLike],
    split: Split,
    delta: float = 0.05,
    *,
    predict: Predict | None = None,
    architecture: Said = None,
    codecs: Sequence[str] = ("adaptive",),
    options: Options = 1,
    repeats: str | None = None,
    priors: int = 1,
    null_errors: int | None = None,
    keeps: Sequence[float] = KEEPS,
    levels: Sequence[int] = LEVELS,
    rounds: int = 3,
    examples: int = 10_000,
    seed: int = 1,
) -> CodedFromPrior:
    """Certificate of a network coded relative to a prior network, beside the prior's own limit.

    What is coded is how the network differs from the prior: in each array the differences that
    change sums of units most are kept, quantised by k-means and coded, zeros cheaply.  Decoded, and
    added to the prior in floats of the prior's type, they are the network that is certified, by its
    errors on the rows of the bound alone.  The search takes the best of a grid of shares and levels
    for all arrays, for the last two, and for each alone; then, ``rounds`` times, it changes those
    of one array, or leaves its differences out.  The prior network itself, which takes a
    byte, is among what it tries.

    **The null.**  The prior network alone has a hold-out limit on the same rows, for which nothing
    but delta is charged.  A certificate that is not below it says nothing: then only the null is
    printed, here and by whatever prints the result.

    Parameters
    ----------
    weights : dict of ndarray, or Model
        The network to be coded, which may have seen all examples.
    prior : dict of ndarray, or Model
        The prior network, of the same names and shapes, **trained on the rows ``split.prior``
        alone**: the limit is false if it saw any other row, be it for a decision when to stop.
    data : tuple of x, shape (n, inputs), and labels, shape (n,)
        All training examples, scaled by nothing that the rows of the bound had a part in.
    split : Split
        Which rows the prior saw, which are counted, and how many shares were stated.
    delta : float
        Probability with which the certificate may fail, in (0, 1); the null has one of its own.
    predict, architecture, codecs, repeats
        As for ``certify``.
    options : int or mapping of str to int
        What else was tried for the coded network and is not in its code, as for ``certify``.  The
        null is not charged it: other priors, and other shares, are no options.
    priors : int
        How many prior networks, or ways to train one, were compared on the rows of the bound: the
        certificate and its null are both charged log2 of it.
    null_errors : int, optional
        Errors on the rows of the bound of **the best network that was trained on the share**, whose
        hold-out limit is then the null; by default those of the prior.  A prior that was made for
        few bits, or hardly trained, has a null that is too easy to beat.
    keeps, levels : sequence
        Shares of the differences of an array, and numbers of their values, of the grid.
    rounds, examples, seed
        As for ``prune_quantise_encode``.

    Returns
    -------
    CodedFromPrior

    Raises
    ------
    ValueError
        If an argument is out of range, or the two are no networks of one making, or outputs are no
        numbers.

    Notes
    -----
    No union over what the search tried is charged, and none is missing: a payload with the prior is
    its network, whichever way that was found.  Given the rows that the prior saw, the prior is
    fixed, and the others are independent examples.

    References
    ----------
    Ambroladze, Parrado-Hernandez & Shawe-Taylor (2006), Adv. Neural Inf. Process. Syst. 19, for
    priors from a part of the sample.

    Examples
    --------
    >>> from compress.certificates.priors import share_of
    >>> rng = np.random.default_rng(1)
    >>> x, labels = rng.normal(size=(4000, 20)), rng.integers(0, 2, 4000)
    >>> x[np.arange(4000), labels] += 2
    >>> split = share_of(4000, 0.002)
    >>> share, of_share = x[split.prior], labels[split.prior]
    >>> prior = {"w": np.array([share[of_share == label].mean(axis=0) for label in (0, 1)])}
    >>> from_prior({"w": 2 * np.eye(2, 20)}, prior, (x, labels), split)
    CodedFromPrior(24 differences in 14 bytes, risk at most 0.1658 (hold-out limit 0.1948))

    """
    check_sequences(codecs=codecs, keeps=keeps, levels=levels)
    search = Search(tuple(keeps), tuple(levels), rounds, examples, seed)
    terms = Terms(delta, tuple(codecs), options)
    x, labels = checked_arrays(data)
    differences = differences_of(weights, prior, x, terms.codecs, predict, architecture)
    parts = parts_of((x, labels), split, repeats, differences.trial.classes, (priors, null_errors))
    return _Coder(differences, parts, terms).searched(search)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Coder:
    """Two networks, the examples and the terms: certificates of what differs."""

    differences: Differences
    parts: Parts
    terms: Terms

    def searched(self, search: Search) -> CodedFromPrior:
        null = self.parts.null(self.differences.trial, self.terms.delta)
        limits = _Limits(self, search)
        best = min([{}, *_grid(self.differences.names, search)], key=limits)
        for _ in range(search.rounds):
            for name in list(best):
                # The best so far comes first: at equal limits nothing changes.
                best = min([best, *_changed(best, name)], key=limits)
        return self._result(best, null, len(limits.values))

    def _result(self, settings: Settings, null: RiskCertificate, tried: int) -> CodedFromPrior:
        code = self.differences.coded(settings)
        decoded = self.differences.decoded(code)
        rest, trial = self.parts.rest, self.differences.trial
        errors = count_errors("the coded network", trial, decoded, rest)
        trial.check_alone(decoded, rest.x)
        limit = self.parts.beside(self.certified(code, errors), null)
        changes: Any = code.decoded
        given, few = trial.as_given(decoded), trial.as_given(changes)
        return CodedFromPrior(given, few, code, limit, settings, tried, self.parts.split)

    def certified(self, code: CodeLength, errors: int) -> RiskCertificate:
        """Certificate by so many errors on the rest, without its null: a step of the search."""
        given = self.terms.options
        named = dict(given) if isinstance(given, Mapping) else {"options": given}
        for name, count in self.parts.choices:
            named[name] = named.get(name, 1) * count
        charged = replace(self.terms, options=named)
        return charged.certified(code, errors, self.parts.n)


class _Limits:
    """Limits of settings by the errors on some examples, as if they were as many on all."""

    def __init__(self, coder: _Coder, search: Search) -> None:
        rest, self._coder = coder.parts.rest, coder
        some = subset(len(rest.x), search.examples, search.seed)
        self._x, self._labels = rest.x[some], rest.labels[some]
        self.values: dict[tuple, float] = {}

    def __call__(self, settings: Settings) -> float:
        key = tuple(settings.items())
        if key not in self.values:
            self.values[key] = self._limit(settings)
        return self.values[key]

    def _limit(self, settings: Settings) -> float:
        coder, differences = self._coder, self._coder.differences
        code = differences.coded(settings)
        errors = differences.trial.errors(differences.decoded(code), self._x, self._labels)
        return coder.certified(code, errors * coder.parts.n // len(self._labels)).value


def _grid(names: Sequence[str], search: Search) -> Iterator[Settings]:
    """Settings of all arrays, of the last ones, and of each array alone."""
    groups = {tuple(names), tuple(names[-2:]), *((name,) for name in names)}
    for group in sorted(groups, key=lambda group: (-len(group), group)):
        for pair in product(search.keeps, search.levels):
            yield dict.fromkeys(group, Setting(*pair))


def _changed(settings: Settings, name: str) -> Iterator[Settings]:
    """Settings in which one array has fewer or more differences or values, or none."""
    now = settings[name]
    yield {other: setting for other, setting in settings.items() if other != name}
    for factor in KEEP_FACTORS:
        yield settings | {name: Setting(min(1.0, now.keep * factor), now.levels)}
    for factor in LEVEL_FACTORS:
        levels = min(MAX_LEVELS, max(1, round(now.levels * factor)))
        yield settings | {name: Setting(now.keep, levels)}
