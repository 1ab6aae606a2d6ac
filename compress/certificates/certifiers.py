"""A network and its data, and the smallest certificate that a search among its settings reaches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import inf
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import check_integer, check_kind, check_share, told
from stablenoise.data.rows import subset
from stablenoise.results import Result
from stablenoise.text_table import counted

from ..coding.codebook import MAX_LEVELS
from ..coding.grouping import Grouping, check_groups
from ..coding.length import CodeLength, encode
from ..coding.quantisation import check_levels
from ..networks.model import Arrays, Model, Said
from .risks import RiskCertificate
from .sample import Sample, checked_arrays, checked_sample
from .terms import PRIOR_CHOICES, Terms
from .trial import Coded, Predict, Setting, Settings, Trial, trial_of, trial_of_model

KEEPS = (1.0, 0.8, 0.6, 0.45, 0.3, 0.2)  # of the nonzero weights of every array, to begin with
LEVELS = (4, 8, 16)
ALPHABETS = ("kmeans",)
ONE_BOOK = {"adaptive", "counts"}  # codecs with one codebook for an array
KEEP_FACTORS, LEVEL_FACTORS = (0.87, 1.15), (0.75, 1.33)  # by which those of one array change then


Alphabet = str | tuple[str, Grouping]  # a method of quantising, and what has its own codebook


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Encoded(Result):
    """A network in few bits, and what that certifies.

    Parameters
    ----------
    payload : bytes
    arrays : dict of ndarray
        As decoded from the payload, in the order and layout of those that were given.
    code : CodeLength
    certificate : RiskCertificate
        For the decoded arrays, with errors counted on all examples.
    settings : dict of Setting
        The setting of each array; empty if the network was taken as it is.
    tried : int
        Settings of the network that were tried.
    taken_out : dict of tuple of int
        For each array of weights, its hidden units that do nothing although they had weights:
        they are zeros in ``arrays``.

    """

    payload: bytes
    arrays: Arrays
    code: CodeLength
    certificate: RiskCertificate
    settings: dict[str, Setting]
    tried: int
    taken_out: dict[str, tuple[int, ...]]

    def _summary(self) -> str:
        certificate = self.certificate
        errors = f"{counted(certificate.errors, 'error')} of {certificate.n:,}"
        return f"{counted(len(self.payload), 'byte')}, {certificate.statement}, {errors}"

    def to_file(self) -> bytes:
        """File of ``arrays``, as ``compress.encode`` makes it.

        The payload is taken as it is, unless the arrays were given in another order or layout than
        that in which they were encoded.

        Returns
        -------
        bytes

        Examples
        --------
        >>> from compress import certify
        >>> x = np.random.default_rng(1).normal(size=(2000, 10))
        >>> encoded = certify({"w": np.eye(10)}, (x, x.argmax(axis=1)))
        >>> encoded.to_file() == encode(encoded.arrays)
        True

        """
        decoded = self.code.decoded
        same = list(decoded) == list(self.arrays)
        if same and all(np.array_equal(decoded[name], a) for name, a in self.arrays.items()):
            return self.code.to_file()
        return encode(self.arrays, self.code.codec)


@dataclass(frozen=True, slots=True)
class Search:
    """How a search goes, see ``prune_quantise_encode``.

    Parameters
    ----------
    keeps, levels : tuple
        Shares and numbers of levels of the grid.
    rounds : int
        In [0, 100).
    examples : int
        How many examples errors are counted on, at least 1.
    seed : int
        Seed of the choice of examples.
    alphabets : tuple of str, or of tuple of str and groups
        Methods of ``compress.quantise``, each with its groups unless these are None.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> Search(rounds=1).levels
    (4, 8, 16)

    """

    keeps: tuple[float, ...] = KEEPS
    levels: tuple[int, ...] = LEVELS
    rounds: int = 3
    examples: int = 10_000
    seed: int = 1
    alphabets: tuple[Alphabet, ...] = ALPHABETS

    def __post_init__(self) -> None:
        check_sequences(keeps=self.keeps, levels=self.levels, alphabets=self.alphabets)
        for alphabet in self.alphabets:
            check_levels(MAX_LEVELS if pair(alphabet)[0] != "ternary" else 2, pair(alphabet)[0])
            check_groups(pair(alphabet)[1])
        for keep in self.keeps:
            check_share("keeps", keep, "(]")
        for level in self.levels:
            check_integer("levels", level, 1, MAX_LEVELS + 1)
        check_integer("examples", self.examples, 1, 2**53)
        check_integer("rounds", self.rounds, 0, 100)
        check_integer("seed", self.seed, 0, 2**64)

    def grid(self) -> Iterator[Setting]:
        """Yield the settings with which all arrays begin.

        Yields
        ------
        Setting

        Examples
        --------
        >>> list(Search(keeps=(0.5,), levels=(4,), alphabets=("ternary",)).grid())
        [Setting(keep=0.5, levels=2, method='ternary', groups=None)]

        """
        for alphabet in self.alphabets:
            for keep, levels in product(self.keeps, self.levels):
                yield setting_of(keep, levels, alphabet)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Certifier(Result):
    """A network and its data, each checked once, and the terms of its certificate.

    Parameters
    ----------
    trial : Trial
    sample : Sample
    terms : Terms

    Examples
    --------
    >>> from compress.certificates.terms import Terms
    >>> x = np.random.default_rng(1).normal(size=(2000, 10))
    >>> certifier = certifier_of({"w": np.eye(10)}, (x, x.argmax(axis=1)), Terms(delta=0.05))
    >>> certifier
    Certifier(1 array, 2,000 examples, delta 0.05)
    >>> certifier.as_it_is()
    Encoded(10 bytes, risk at most 0.0289, 0 errors of 2,000)
    >>> certifier.searched(Search(keeps=(1.0,), levels=(4,), rounds=0)).tried
    1

    """

    trial: Trial
    sample: Sample
    terms: Terms

    def _summary(self) -> str:
        arrays = counted(len(self.trial.names), "array")
        return f"{arrays}, {counted(len(self.sample.x), 'example')}, delta {self.terms.delta}"

    def as_it_is(self) -> Encoded:
        """The network with the weights it has, see ``certify``.

        Returns
        -------
        Encoded

        Raises
        ------
        ValueError
            As ``certify``.

        """
        return self._encoded({}, self.trial.coded({}), 1)

    def searched(self, search: Search) -> Encoded:
        """The network of the smallest limit that a search reaches.

        Parameters
        ----------
        search : Search

        Returns
        -------
        Encoded

        Raises
        ------
        ValueError
            As ``prune_quantise_encode``.

        Examples
        --------
        >>> from compress.certificates.terms import Terms
        >>> x = np.random.default_rng(1).normal(size=(2000, 10))
        >>> certifier = certifier_of({"w": np.eye(10)}, (x, x.argmax(axis=1)), Terms(delta=0.05))
        >>> certifier.searched(Search(keeps=(1.0,), levels=(4,), rounds=0)).settings
        {'w': Setting(keep=1.0, levels=4, method='kmeans', groups=None)}

        """
        check_kind("search", search, Search)
        self._check_codecs(search)
        tries, names = self._tries(search), self.trial.names
        grid = (dict.fromkeys(names, setting) for setting in search.grid())
        best = min(grid, key=tries)
        for _ in range(search.rounds):
            for name in names:
                # The best so far comes first: at equal limits nothing changes.
                best = min([best, *_changed(best, name, search)], key=tries)
        # The code of the smallest is at hand: nothing is encoded again for the certificate.
        reached = self._encoded(best, tries.code, len(tries.values))
        # All settings quantise: the weights as they are were not tried, and may be the best.
        try:
            whole = self.trial.coded({})
        except ValueError:  # more values than the codec takes
            return reached
        as_it_is = self._encoded({}, whole, len(tries.values))
        return min(reached, as_it_is, key=lambda encoded: encoded.certificate.value)

    def _check_codecs(self, search: Search) -> None:
        """Raise ValueError if a codec would have one codebook for values of many."""
        divided = any(pair(alphabet)[1] is not None for alphabet in search.alphabets)
        if divided and set(self.terms.codecs) & ONE_BOOK:
            rule = "codecs must be of grouped, lzma and zlib for alphabets of groups"
            raise ValueError(f"{rule}, got {', '.join(self.terms.codecs)}")

    def _tries(self, search: Search) -> _Tries:
        """Limits by the errors on some examples, as if they were as many on all."""
        n = len(self.sample.x)
        some = subset(n, search.examples, search.seed)
        x, labels = self.sample.x[some], self.sample.labels[some]
        trial = self.trial.seeing(x)

        def value(settings: Settings) -> tuple[float, Coded]:
            coded = trial.coded(settings)
            errors = trial.errors(coded.code.decoded, x, labels)
            return self.terms.certified(coded.code, errors * n // len(some), n).value, coded

        return _Tries(value)

    def _encoded(self, settings: Settings, coded: Coded, tried: int) -> Encoded:
        """The certificate by the errors on all examples."""
        sample, code = self.sample, coded.code
        errors = self.trial.errors(code.decoded, sample.x, sample.labels)
        self.trial.check_alone(code.decoded, sample.x)
        certificate = self.terms.certified(code, errors, len(sample.x))
        stated = replace(certificate, assumptions=(sample.assumption, PRIOR_CHOICES))
        arrays = self.trial.as_given(code.decoded)
        return Encoded(code.payload, arrays, code, stated, settings, tried, coded.taken_out)


def certifier_of(
    weights: Arrays | Model,
    data: tuple[ArrayLike, ArrayLike],
    terms: Terms,
    predict: Predict | None = None,
    architecture: Said = None,
    repeats: str | None = None,
) -> Certifier:
    """Certifier from arguments of a user, all of which are checked."""
    x, labels = checked_arrays(data)
    trial = trial_of(weights, x, terms.codecs, predict, architecture)
    return Certifier(trial, checked_sample(x, labels, repeats, trial.classes), terms)


def certifier_of_model(
    model: Model, data: tuple[np.ndarray, np.ndarray], terms: Terms, repeats: str | None = None
) -> Certifier:
    """Certifier of a model that was just recognised, and so is not checked again."""
    x, labels = checked_arrays(data)
    trial = trial_of_model(model, x, terms.codecs)
    return Certifier(trial, checked_sample(x, labels, repeats, trial.classes), terms)


class _Tries:
    """Limits of settings, each computed once, and the code of the first of the smallest."""

    def __init__(self, value: Callable[[Settings], tuple[float, Coded]]) -> None:
        self._value = value
        self._least = inf
        self.values: dict[tuple, float] = {}
        self.code: Coded

    def __call__(self, settings: Settings) -> float:
        key = tuple(settings.items())
        if key not in self.values:
            self.values[key], coded = self._value(settings)
            if self.values[key] < self._least:
                self._least, self.code = self.values[key], coded
        return self.values[key]


def check_sequences(**given: Any) -> None:
    """Raise ValueError unless each is a sequence, and not empty."""
    for name, values in given.items():
        listed = isinstance(values, Sequence) and not isinstance(values, str | bytes)
        row = isinstance(values, np.ndarray) and values.ndim == 1
        if not (listed or row) or not len(values):
            raise ValueError(f"{name} must be a sequence of one or more, got {told(values)}")


def pair(alphabet: Any) -> tuple[Any, Any]:
    """Method and groups of an alphabet, or ValueError if it is none."""
    if isinstance(alphabet, str):
        if ":" in alphabet:
            rule = 'alphabets with groups must be pairs, as ("ternary", "channel")'
            raise ValueError(f"{rule}, got {told(alphabet)}")
        return alphabet, None
    if not isinstance(alphabet, tuple | list) or len(alphabet) != 2:
        rule = "alphabets must be methods, or pairs of a method and groups"
        raise ValueError(f"{rule}, got {told(alphabet)}")
    return alphabet[0], alphabet[1]


def setting_of(keep: float, levels: int, alphabet: Alphabet) -> Setting:
    """Setting with as many levels as its method may have."""
    method, groups = pair(alphabet)
    possible = {"ternary": 2, "uniform": max(2, levels)}.get(method, levels)
    return Setting(keep, possible, method, groups)


def _changed(settings: Settings, name: str, search: Search) -> Iterator[Settings]:
    """Settings in which one array has another share, number of levels or alphabet."""
    now = settings[name]
    own: Alphabet = (now.method, now.groups)
    more = max(now.levels, min(search.levels))  # than the two of ternary
    changed = [(min(1.0, now.keep * factor), now.levels, own) for factor in KEEP_FACTORS]
    changed += [(now.keep, max(1, round(now.levels * f)), own) for f in LEVEL_FACTORS]
    changed += [(now.keep, more, other) for other in search.alphabets if pair(other) != own]
    for keep, levels, alphabet in changed:
        yield settings | {name: setting_of(keep, levels, alphabet)}
