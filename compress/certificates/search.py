"""Certificates of networks from the bits they take, and the smallest that a search reaches."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import fsum, log2
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import check_integer, check_share, told
from stablenoise.data.rows import subset

from ..coding.length import CodeLength
from ..networks.model import Arrays, Model, Said
from .certificate import INDEPENDENT, RiskCertificate, occam
from .sample import Sample, checked_arrays, checked_sample
from .trial import Predict, Setting, Settings, Trial, trial_of

KEEPS = (1.0, 0.8, 0.6, 0.45, 0.3, 0.2)  # of the nonzero weights of every array, to begin with
LEVELS = (4, 8, 16)
KEEP_FACTORS, LEVEL_FACTORS = (0.87, 1.15), (0.75, 1.33)  # by which those of one array change then
ADDED_UP = 1e-9  # relative difference that sums of floats explain
MOST_OPTIONS = 2**1000
FIXED = (
    "fixed before the sample was seen: names, shapes and types of arrays, codecs, architecture or "
    "`predict`, scaling of inputs, delta"
)
Options = int | Mapping[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """A network in few bits, and what that certifies.

    Parameters
    ----------
    payload : bytes
    arrays : dict of ndarray
        As decoded from the payload.
    code : CodeLength
    certificate : RiskCertificate
        For the decoded arrays, with errors counted on all examples.
    settings : dict of Setting
        Of each array; none if it was taken as it is.
    tried : int
        Settings of the network that were tried.
    taken_out : dict of tuple of int
        By array of weights, the hidden units that it had weights of or led to and that do nothing:
        they are zeros in ``arrays``.

    """

    payload: bytes
    arrays: Arrays
    code: CodeLength
    certificate: RiskCertificate
    settings: dict[str, Setting]
    tried: int
    taken_out: dict[str, tuple[int, ...]]


def certified(
    code: CodeLength,
    errors: int,
    n: int,
    delta: float,
    codecs: int = 1,
    *,
    options: Options = 1,
) -> RiskCertificate:
    """Certificate of a network that was decoded, each array an item.

    Parameters
    ----------
    code : CodeLength
    errors : int
        Training errors of ``code.decoded``, among n.
    n : int
    delta : float
        In (0, 1).
    codecs : int
        Among how many the codec was chosen by its length.
    options : int or mapping of str to int
        As for ``certify``.

    Returns
    -------
    RiskCertificate

    Raises
    ------
    ValueError
        If an argument is out of range.
    RuntimeError
        If the items do not add up to the bits of the code: a defect here.

    Examples
    --------
    >>> import numpy as np
    >>> from compress.coding.length import code_length
    >>> code = code_length({"w": np.zeros((100, 100))})
    >>> [charge.name for charge in certified(code, errors=30, n=1000, delta=0.05).charges][:2]
    ["arrays['w']", 'bytes and words']

    """
    bits = [(part.name, part.total) for part in code.parts]
    bits += [("bytes and words", code.common), ("length", float(code.charged - code.bits))]
    choices = [("codec", log2(check_integer("codecs", codecs, 1, MOST_OPTIONS)))]
    choices += _choices(options)
    certificate = occam(errors, n, bits, delta, options=choices, prefix=None)
    items = fsum(charge.bits for charge in certificate.charges[: len(bits)])
    if abs(items - code.charged) > ADDED_UP * code.charged:
        raise RuntimeError(f"items must add up to {code.charged} bits, got {items}")
    return replace(certificate, assumptions=(INDEPENDENT, FIXED))


def _choices(options: Options) -> list[tuple[str, float]]:
    """Bits of choices among so many options each."""
    named = options if isinstance(options, Mapping) else {"options": options}
    counts = [(name, check_integer("options", n, 1, MOST_OPTIONS)) for name, n in named.items()]
    return [(name, log2(n)) for name, n in counts]


def prune_quantise_encode(
    weights: Arrays | Model,
    data: tuple[ArrayLike, ArrayLike],
    delta: float = 0.05,
    *,
    predict: Predict | None = None,
    architecture: Said = None,
    codecs: Sequence[str] = ("adaptive",),
    options: Options = 1,
    repeats: str | None = None,
    keeps: Sequence[float] = KEEPS,
    levels: Sequence[int] = LEVELS,
    rounds: int = 3,
    examples: int = 10_000,
    seed: int = 1,
) -> Encoded:
    """Prune, quantise and encode a network for the smallest certificate of its risk.

    Of each array those weights are kept whose loss would change the sums of units most, by the
    mean of w^2 a^2 over examples, a being what the weight is multiplied with (by w^2 with a
    ``predict`` of one's own); they are then quantised by k-means.  First all arrays get the same
    share and number of levels, by a grid.  Then, ``rounds`` times, each array's share or levels
    are changed by a factor wherever that helps.  The search counts errors on some examples; the
    certificate counts them on all, with the decoded arrays.  It is never worse than ``certify``,
    where that takes the weights as they are.

    No union over the settings is charged, and none is missing: a payload describes its network
    alone, whichever way that was found, and the bound holds for all payloads at once.  What is no
    part of the payload is charged: the choice among several codecs, and the ``options``.
    Architecture, delta and the list of codecs must have been fixed before the data were seen.

    Parameters
    ----------
    weights : dict of ndarray, or Model
        Floats, by name, which is a string; a network that ``model.recognised`` knows, or one for
        ``predict``.
    data : tuple of x, shape (n, inputs), and labels, shape (n,)
        The training examples.  What made these inputs of the raw ones must have been fixed before
        the data were seen: means and spreads of the sample would have to be charged.
    delta : float
        Probability with which the certificate may fail, in (0, 1).
    predict : callable, optional
        (arrays, x) -> outputs, shape (n, classes).  **It must be fixed before the data were seen**:
        no bit of it is charged, and what it knows of them, be it by a label that it closes over, a
        constant tuned on them or a mean of this x, makes the limit false.  It treats each row by
        itself; 100 rows are asked of it again to see whether it does.  A row with a NaN is an
        error.
    architecture : str, path or Architecture, optional
        Without ``predict`` this says what is done with the arrays, see ``model.recognised``, and
        units that do nothing are taken out of the dense layers.
    codecs : sequence of str
        Names of modules of ``compress.coding.codecs``.
    options : int or mapping of str to int
        How many other things were tried on the data and are not in the payload: twenty widths are
        20, or {"width": 20}.  Each is charged its log2.  Where one trial led to the next, count all
        that there could have been.
    repeats : {None, "drawn"}
        Whether inputs that occur more than once were so drawn, see ``sample.checked_sample``.
    keeps, levels : sequence
        Of the grid.
    rounds : int
        At least 0.
    examples : int
        At least 1.
    seed : int
        Of the choice of examples.

    Returns
    -------
    Encoded

    Raises
    ------
    ValueError
        If an argument is out of range, or the arrays are no such network.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=(2000, 10))
    >>> found = prune_quantise_encode({"w": np.eye(10)}, (x, x.argmax(axis=1)))
    >>> found.certificate.errors, found.certificate.value < 0.1
    (0, True)

    """
    _check_sequences(codecs=codecs, keeps=keeps, levels=levels)
    terms = _Terms(delta, tuple(codecs), options)
    for keep in keeps:
        check_share("keeps", keep, "(]")
    check_integer("examples", examples, 1, 2**53)
    check_integer("rounds", rounds, 0, 100)
    given = checked_arrays(data)
    some = subset(len(given[0]), examples, seed)
    x, labels = given[0][some], given[1][some]
    task = trial_of(weights, x, terms.codecs, predict, architecture)
    sample = checked_sample(*given, repeats, task.classes)
    n = len(sample.x)

    def value(settings: Settings) -> float:
        code, errors, _ = task.tried(settings, x, labels)
        return terms.certified(code, errors * n // len(some), n).value

    search = _Search(value, {})
    grid = product(keeps, levels)
    best = min((dict.fromkeys(task.names, Setting(*pair)) for pair in grid), key=search)
    for _ in range(rounds):
        for name in task.names:
            best = min([best, *_changed(best, name)], key=search)
    reached = _encoded(task, best, sample, terms, len(search.known))
    try:
        as_it_is = _encoded(task, {}, sample, terms, len(search.known))
    except ValueError:  # more values than the codec takes
        return reached
    return min(reached, as_it_is, key=lambda encoded: encoded.certificate.value)


def _check_sequences(**given: Any) -> None:
    for name, values in given.items():
        listed = isinstance(values, Sequence) and not isinstance(values, str | bytes)
        row = isinstance(values, np.ndarray) and values.ndim == 1
        if not (listed or row) or not len(values):
            raise ValueError(f"{name} must be a sequence of one or more, got {told(values)}")


def certify(
    weights: Arrays | Model,
    data: tuple[ArrayLike, ArrayLike],
    delta: float = 0.05,
    *,
    predict: Predict | None = None,
    architecture: Said = None,
    codecs: Sequence[str] = ("adaptive",),
    options: Options = 1,
    repeats: str | None = None,
) -> Encoded:
    """Certificate of a network as it is, but for units that do nothing, from the bits it takes.

    Parameters
    ----------
    weights, data, delta, predict, architecture, codecs, options, repeats
        As for ``prune_quantise_encode``: ``predict`` must be fixed before the data were seen.

    Returns
    -------
    Encoded

    Raises
    ------
    ValueError
        As ``prune_quantise_encode``, and if an array has more values than the codec takes.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.random.default_rng(1).normal(size=(2000, 10))
    >>> found = certify({"w": np.eye(10)}, (x, x.argmax(axis=1)))
    >>> found.certificate.errors, found.certificate.value < 0.1
    (0, True)

    """
    _check_sequences(codecs=codecs)
    terms = _Terms(delta, tuple(codecs), options)
    x, labels = checked_arrays(data)
    task = trial_of(weights, x, terms.codecs, predict, architecture)
    sample = checked_sample(x, labels, repeats, task.classes)
    return _encoded(task, {}, sample, terms, 1)


@dataclass(frozen=True, slots=True)
class _Terms:
    """What is charged beside the payload, and the chance to fail."""

    delta: float
    codecs: tuple[str, ...]
    options: Options

    def __post_init__(self) -> None:
        check_share("delta", self.delta)
        _choices(self.options)

    def certified(self, code: CodeLength, errors: int, n: int) -> RiskCertificate:
        return certified(code, errors, n, self.delta, len(self.codecs), options=self.options)


def _encoded(task: Trial, settings: Settings, sample: Sample, terms: _Terms, tried: int) -> Encoded:
    code, errors, taken_out = task.tried(settings, sample.x, sample.labels)
    task.check_alone(code.decoded, sample.x)
    certificate = terms.certified(code, errors, len(sample.x))
    stated = replace(certificate, assumptions=(sample.assumption, FIXED))
    arrays = task.as_given(code.decoded)
    return Encoded(code.payload, arrays, code, stated, settings, tried, taken_out)


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """Values of settings, each computed once."""

    value: Callable[[Settings], float]
    known: dict[tuple, float]

    def __call__(self, settings: Settings) -> float:
        key = tuple(settings.items())
        if key not in self.known:
            self.known[key] = self.value(settings)
        return self.known[key]


def _changed(settings: Settings, name: str) -> Iterator[Settings]:
    """Settings in which one array has a smaller or larger share, or fewer or more levels."""
    now = settings[name]
    for factor in KEEP_FACTORS:
        yield settings | {name: Setting(min(1.0, now.keep * factor), now.levels)}
    for factor in LEVEL_FACTORS:
        yield settings | {name: Setting(now.keep, max(1, round(now.levels * factor)))}
