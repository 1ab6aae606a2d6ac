"""Certificates of networks from the bits they take, and the smallest that a search reaches."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product
from math import fsum, log2

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import check_all, check_integer, check_share, real_values, told

from .certificate import INDEPENDENT, RiskCertificate, occam
from .code_length import CodeLength, code_length
from .coresets.sampling import subset
from .methods import after_convolutions, entries_share
from .model import Arrays, Model, Said, checked_network, recognised
from .pruning import dead_unit, magnitude
from .quantise import quantise
from .sample import Sample, check_labels, checked_arrays, checked_sample

KEEPS = (1.0, 0.8, 0.6, 0.45, 0.3, 0.2)  # of the nonzero weights of every array, to begin with
LEVELS = (4, 8, 16)
KEEP_FACTORS, LEVEL_FACTORS = (0.87, 1.15), (0.75, 1.33)  # by which those of one array change then
SEEN = 1000  # examples over which the inputs of weights are averaged
ALONE = 100  # examples that a prediction of one's own is asked of once more, in another order
CLOSE = 1e-3  # relative difference that sums in another order explain, in single precision
ADDED_UP = 1e-9  # relative difference that sums of floats explain
MOST_OPTIONS = 2**1000
FIXED = (
    "fixed before the sample was seen: names, shapes and types of arrays, codecs, architecture or "
    "`predict`, scaling of inputs, delta"
)
Predict = Callable[[Arrays, np.ndarray], np.ndarray]
Options = int | Mapping[str, int]


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
        Names of modules of ``compress.codecs``.
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
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=(2000, 10))
    >>> found = prune_quantise_encode({"w": np.eye(10)}, (x, x.argmax(axis=1)))
    >>> found.certificate.errors, found.certificate.value < 0.1
    (0, True)

    """
    _check_sequences(codecs=codecs, keeps=keeps, levels=levels)
    terms = _Terms(delta, tuple(codecs), options)
    check_all([0 < keep <= 1 for keep in keeps], "keeps must lie in (0, 1]", keeps)
    check_integer("examples", examples, 1, 2**53)
    check_integer("rounds", rounds, 0, 100)
    given = checked_arrays(data)
    some = subset(len(given[0]), examples, seed)
    x, labels = given[0][some], given[1][some]
    task = _task(weights, x, terms.codecs, predict, architecture)
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


def _check_sequences(**given: Sequence) -> None:
    for name, values in given.items():
        if isinstance(values, str) or not len(values):
            raise ValueError(f"{name} must be a sequence of one or more, got {values!r}")


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
    >>> x = np.random.default_rng(1).normal(size=(2000, 10))
    >>> found = certify({"w": np.eye(10)}, (x, x.argmax(axis=1)))
    >>> found.certificate.errors, found.certificate.value < 0.1
    (0, True)

    """
    _check_sequences(codecs=codecs)
    terms = _Terms(delta, tuple(codecs), options)
    x, labels = checked_arrays(data)
    task = _task(weights, x, terms.codecs, predict, architecture)
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


def _encoded(
    task: "_Task", settings: Settings, sample: Sample, terms: _Terms, tried: int
) -> Encoded:
    code, errors, taken_out = task.tried(settings, sample.x, sample.labels)
    task.check_alone(code.decoded, sample.x)
    certificate = terms.certified(code, errors, len(sample.x))
    stated = replace(certificate, assumptions=(sample.assumption, FIXED))
    arrays = task.as_given(code.decoded)
    return Encoded(code.payload, arrays, code, stated, settings, tried, taken_out)


@dataclass(frozen=True, slots=True, eq=False)
class _Task:
    """A network, how it predicts, and the codecs: what a setting is tried on."""

    weights: Arrays
    predict: Predict
    codecs: tuple[str, ...]
    squares: Arrays
    model: Model | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Of the arrays, in the order in which they were given."""
        return tuple(self.weights) if self.model is None else self.model.names

    @property
    def classes(self) -> int | None:
        """Number of outputs, if a model says it."""
        return None if self.model is None else self.model.outputs

    def tried(
        self, settings: Settings, x: np.ndarray, labels: np.ndarray
    ) -> tuple[CodeLength, int, dict[str, tuple[int, ...]]]:
        """Shortest code in this setting, the errors of what it decodes to, units taken out."""
        arrays = {
            k: _quantised(w, settings.get(k), self.squares.get(k, 1.0))
            for k, w in self.weights.items()
        }
        taken_out = {}
        if self.model is not None:
            arrays = _alive(replace(self.model, arrays=arrays))
            taken_out = _taken_out(self.model.arrays, arrays)
        code = min((code_length(arrays, codec) for codec in self.codecs), key=_charged)
        return code, _errors(self.predict(code.decoded, x), labels), taken_out

    def check_alone(self, arrays: Arrays, x: np.ndarray) -> None:
        """Raise ValueError if a prediction of one's own depends on the company of a row."""
        if self.model is not None or len(x) < 2:
            return
        first = x[:ALONE]
        whole = np.asarray(self.predict(arrays, x))[: len(first)]
        again = np.asarray(self.predict(arrays, first[::-1]))[::-1]
        slack = CLOSE * np.abs(whole[np.isfinite(whole)]).max(initial=0.0)
        same = whole.shape == again.shape and np.allclose(whole, again, CLOSE, slack, True)
        if not same:
            rule = "predict must treat each row of x by itself, the same way every time"
            raise ValueError(f"{rule}, got other outputs for rows in another order")

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
    weights: Arrays | Model,
    x: np.ndarray,
    codecs: tuple[str, ...],
    predict: Predict | None,
    architecture: Said,
) -> _Task:
    if predict is not None:
        if architecture is not None or isinstance(weights, Model):
            raise ValueError(f"architecture must be None with predict, got {told(architecture)}")
        return _Task(checked_network(weights), predict, codecs, {})
    model = _model(weights, x.shape[1], architecture)
    check_all(np.isfinite(x), "inputs must be finite", x)
    squares = model.mean_squares(x[:SEEN])
    return _Task(_alive(model), model.logits, codecs, squares, model)


def _model(weights: Arrays | Model, inputs: int, architecture: Said) -> Model:
    if not isinstance(weights, Model):
        return recognised(weights, inputs, architecture)
    if weights.inputs != inputs:
        raise ValueError(f"data must have the {weights.inputs} inputs of the model, got {inputs}")
    return weights


def _alive(model: Model) -> Arrays:
    """Arrays without what does nothing, biases as they are."""
    if not model.architecture.rectified:  # without relu a unit of no inputs is its bias
        return model.arrays
    return model.arrays | dead_unit.prune(after_convolutions(model), fold=False)


def _taken_out(before: Arrays, after: Arrays) -> dict[str, tuple[int, ...]]:
    """Units that had weights of their own, in or out, and have lost them all; by layer."""
    dead: dict[str, tuple[int, ...]] = {}
    for name, following in pairwise(name for name, a in before.items() if a.ndim > 1):
        if before[following].ndim == 2 and before[name].ndim == 2:
            had, has = (_joined(arrays, name, following) for arrays in (before, after))
            units = np.flatnonzero(had & ~has)
            dead |= {name: tuple(units.tolist())} if units.size else {}
    return dead


def _joined(arrays: Arrays, name: str, following: str) -> np.ndarray:
    """Which units of a layer have a weight in or out."""
    return np.logical_or(arrays[name].any(axis=1), arrays[following].any(axis=0))


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


def _errors(outputs: ArrayLike, labels: np.ndarray) -> int:
    """Labels that are not those of the largest output; a row with a NaN is an error."""
    scores = real_values("outputs of predict", outputs)
    if scores.ndim != 2 or len(scores) != len(labels) or not scores.shape[1]:
        rule = f"predict must give outputs of shape ({len(labels)}, classes)"
        raise ValueError(f"{rule}, got {scores.shape}")
    check_labels(labels, scores.shape[1])
    wrong = (scores.argmax(axis=1) != labels) | np.isnan(scores).any(axis=1)
    return int(np.count_nonzero(wrong))


def _charged(code: CodeLength) -> int:
    return code.charged
