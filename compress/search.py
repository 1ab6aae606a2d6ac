"""Certificates of networks from the bits they take, and the smallest that a search reaches."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import log2

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import check_all, check_integer, check_share

from .certificate import RiskCertificate, occam
from .code_length import CodeLength, code_length, encode_payload
from .coresets.sampling import subset
from .methods import after_convolutions, entries_share
from .model import Arrays, Model, checked_network, recognised
from .pruning import dead_unit, magnitude
from .quantise import quantise

KEEPS = (1.0, 0.8, 0.6, 0.45, 0.3, 0.2)  # of the nonzero weights of every array, to begin with
LEVELS = (4, 8, 16)
KEEP_FACTORS, LEVEL_FACTORS = (0.87, 1.15), (0.75, 1.33)  # by which those of one array change then
SEEN = 1000  # examples over which the inputs of weights are averaged
Predict = Callable[[Arrays, np.ndarray], np.ndarray]


@dataclass(frozen=True, slots=True)
class Setting:
    """How one array is pruned and quantised.

    Parameters
    ----------
    keep : float
        Share of the nonzero entries, in (0, 1].
    levels : int
        Values beside zero, at least 1.

    """

    keep: float
    levels: int


Settings = dict[str, Setting]


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

    """

    payload: bytes
    arrays: Arrays
    code: CodeLength
    certificate: RiskCertificate
    settings: dict[str, Setting]
    tried: int


def certified(
    code: CodeLength, errors: int, n: int, delta: float, codecs: int = 1
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

    Returns
    -------
    RiskCertificate

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> code = code_length({"w": np.zeros((100, 100))})
    >>> [charge.name for charge in certified(code, errors=30, n=1000, delta=0.05).charges][:2]
    ["arrays['w']", 'bytes and words']

    """
    bits = {part.name: part.total for part in code.parts}
    bits |= {"bytes and words": code.common, "length": float(code.charged - code.bits)}
    options = {"codec": log2(check_integer("codecs", codecs, 1, 2**20))}
    return occam(errors, n, bits, delta, options=options, prefix=None)


def prune_quantise_encode(
    weights: Arrays,
    data: tuple[ArrayLike, ArrayLike],
    delta: float = 0.05,
    *,
    predict: Predict | None = None,
    codecs: Sequence[str] = ("adaptive",),
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
    part of the payload is charged: the choice among several codecs.  Architecture, delta and the
    list of codecs must have been fixed before the data were seen.

    Parameters
    ----------
    weights : dict of ndarray
        Floats, by name; a network that ``model.recognised`` knows, or one for ``predict``.
    data : tuple of x, shape (n, inputs), and labels, shape (n,)
        The training examples.  What made these inputs of the raw ones must have been fixed before
        the data were seen: means and spreads of the sample would have to be charged.
    delta : float
        Probability with which the certificate may fail, in (0, 1).
    predict : callable, optional
        (arrays, x) -> outputs, shape (n, classes).  Without it the arrays are recognised, and units
        that do nothing are taken out of the layers after the convolutions.
    codecs : sequence of str
        Names of modules of ``compress.codecs``.
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
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=(2000, 10))
    >>> found = prune_quantise_encode({"w": np.eye(10)}, (x, x.argmax(axis=1)))
    >>> found.certificate.errors, found.certificate.value < 0.1
    (0, True)

    """
    check_share("delta", delta)
    x, labels = _checked(data)
    _check_sequences(codecs=codecs, keeps=keeps, levels=levels)
    check_all([0 < keep <= 1 for keep in keeps], "keeps must lie in (0, 1]", keeps)
    some = subset(len(x), check_integer("examples", examples, 1, 2**53), seed)
    task = _task(weights, x[some], tuple(codecs), predict)

    def value(settings: Settings) -> float:
        code, errors = task.tried(settings, x[some], labels[some])
        return certified(code, errors * len(x) // len(some), len(x), delta, len(codecs)).value

    found = _Search(value, {})
    best = min(
        (dict.fromkeys(weights, Setting(*pair)) for pair in product(keeps, levels)), key=found
    )
    for _ in range(check_integer("rounds", rounds, 0, 100)):
        for name in weights:
            best = min([best, *_changed(best, name)], key=found)
    reached = _encoded(task, best, x, labels, delta, len(found.known))
    try:
        as_it_is = _encoded(task, {}, x, labels, delta, len(found.known))
    except ValueError:  # more values than the codec takes
        return reached
    return min(reached, as_it_is, key=lambda encoded: encoded.certificate.value)


def _check_sequences(**given: Sequence) -> None:
    for name, values in given.items():
        if isinstance(values, str) or not len(values):
            raise ValueError(f"{name} must be a sequence of one or more, got {values!r}")


def certify(
    weights: Arrays,
    data: tuple[ArrayLike, ArrayLike],
    delta: float = 0.05,
    *,
    predict: Predict | None = None,
    codecs: Sequence[str] = ("adaptive",),
) -> Encoded:
    """Certificate of a network as it is, but for units that do nothing, from the bits it takes.

    Parameters
    ----------
    weights, data, delta, predict, codecs
        As for ``prune_quantise_encode``.

    Returns
    -------
    Encoded

    Raises
    ------
    ValueError
        As ``prune_quantise_encode``, and if an array has more values than the codec takes.

    Examples
    --------
    >>> x = np.random.default_rng(1).normal(size=(2000, 10))
    >>> found = certify({"w": np.eye(10)}, (x, x.argmax(axis=1)))
    >>> found.certificate.errors, found.certificate.value < 0.1
    (0, True)

    """
    _check_sequences(codecs=codecs)
    check_share("delta", delta)
    x, labels = _checked(data)
    return _encoded(_task(weights, x, tuple(codecs), predict), {}, x, labels, delta, 1)


def _encoded(
    task: "_Task", settings: Settings, x: np.ndarray, labels: np.ndarray, delta: float, tried: int
) -> Encoded:
    code, errors = task.tried(settings, x, labels)
    payload = encode_payload(code.decoded, code.codec)
    certificate = certified(code, errors, len(x), delta, len(task.codecs))
    return Encoded(payload, task.as_given(code.decoded), code, certificate, settings, tried)


@dataclass(frozen=True, slots=True, eq=False)
class _Task:
    """A network, how it predicts, and the codecs: what a setting is tried on."""

    weights: Arrays
    predict: Predict
    codecs: tuple[str, ...]
    squares: Arrays
    model: Model | None = None

    def tried(
        self, settings: Settings, x: np.ndarray, labels: np.ndarray
    ) -> tuple[CodeLength, int]:
        """Shortest code of the network in this setting, and the errors of what it decodes to."""
        arrays = {
            k: _quantised(w, settings.get(k), self.squares.get(k, 1.0))
            for k, w in self.weights.items()
        }
        if self.model is not None:
            arrays = _alive(replace(self.model, arrays=arrays))
        code = min((code_length(arrays, codec) for codec in self.codecs), key=_charged)
        return code, _errors(self.predict(code.decoded, x), labels)

    def as_given(self, arrays: Arrays) -> Arrays:
        """Decoded arrays in the order and layout of those that were given."""
        return arrays if self.model is None else self.model.as_in_file(arrays)


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


def _task(
    weights: Arrays, x: np.ndarray, codecs: tuple[str, ...], predict: Predict | None
) -> _Task:
    if predict is not None:
        checked_network(weights)
        return _Task(weights, predict, codecs, {})
    model = recognised(weights, x.shape[1])
    squares = model.mean_squares(x[:SEEN])
    return _Task(_alive(model), model.logits, codecs, squares, model)


def _alive(model: Model) -> Arrays:
    """Arrays without what does nothing, biases as they are."""
    return model.arrays | dead_unit.prune(after_convolutions(model), fold=False)


def _quantised(
    array: np.ndarray, setting: Setting | None, squares: np.ndarray | float
) -> np.ndarray:
    """An array pruned by the mean square of what it adds to sums, and quantised."""
    if setting is None:
        return array
    sizes = np.abs(array.astype(float)) * np.sqrt(squares)
    sizes = magnitude.prune(sizes, entries_share(array, setting.keep))
    return quantise(np.where(sizes > 0, array, 0), setting.levels).weights


def _changed(settings: Settings, name: str) -> Iterator[Settings]:
    """Settings in which one array has a smaller or larger share, or fewer or more levels."""
    now = settings[name]
    for factor in KEEP_FACTORS:
        yield settings | {name: Setting(min(1.0, now.keep * factor), now.levels)}
    for factor in LEVEL_FACTORS:
        yield settings | {name: Setting(now.keep, max(1, round(now.levels * factor)))}


def _errors(outputs: np.ndarray, labels: np.ndarray) -> int:
    """Labels that are not those of the largest output."""
    if outputs.ndim != 2 or len(outputs) != len(labels):
        rule = f"predict must give outputs of shape ({len(labels)}, classes)"
        raise ValueError(f"{rule}, got {outputs.shape}")
    for label in labels.min(), labels.max():
        if not 0 <= label < outputs.shape[1]:
            raise ValueError(f"labels must lie in [0, {outputs.shape[1]}), got {label}")
    return int(np.count_nonzero(outputs.argmax(axis=1) != labels))


def _charged(code: CodeLength) -> int:
    return code.charged


def _checked(data: tuple[ArrayLike, ArrayLike]) -> tuple[np.ndarray, np.ndarray]:
    x, labels = (np.asarray(part) for part in data)
    real = x.dtype.kind in "biuf"
    if (
        not real
        or x.ndim != 2
        or not len(x)
        or labels.shape != x.shape[:1]
        or labels.dtype.kind not in "iu"
    ):
        rule = "data must be inputs of shape (n, inputs) with n integer labels"
        raise ValueError(f"{rule}, got {x.shape} with {labels.shape} of {labels.dtype}")
    return x, labels
