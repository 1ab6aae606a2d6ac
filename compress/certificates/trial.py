"""A network, how it predicts, and the codecs: what a setting of its arrays is tried on."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import check_all, real_values, told

from ..coding.length import CodeLength, code_length
from ..coding.quantisation import quantise
from ..networks.model import (
    Arrays,
    Model,
    Said,
    after_convolutions,
    checked_network,
    entries_share,
    recognised,
)
from ..pruning import dead_unit, magnitude
from .sample import check_labels

SEEN = 1000  # examples over which the inputs of weights are averaged
ALONE = 100  # examples that a prediction of one's own is asked of once more, in another order
CLOSE = 1e-3  # relative difference that sums in another order explain, in single precision
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
class Trial:
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


def trial_of(
    weights: Arrays | Model,
    x: np.ndarray,
    codecs: tuple[str, ...],
    predict: Predict | None,
    architecture: Said,
) -> Trial:
    """A network by its arrays and a prediction of one's own, or by its architecture."""
    if predict is not None:
        if architecture is not None or isinstance(weights, Model):
            raise ValueError(f"architecture must be None with predict, got {told(architecture)}")
        return Trial(checked_network(weights), predict, codecs, {})
    model = _model(weights, x.shape[1], architecture)
    check_all(np.isfinite(x), "inputs must be finite", x)
    squares = model.mean_squares(x[:SEEN])
    return Trial(_alive(model), model.logits, codecs, squares, model)


def _model(weights: Arrays | Model, inputs: int, architecture: Said) -> Model:
    """The network of these arrays, also of those of a model, whose own outputs are not asked."""
    if not isinstance(weights, Model):
        return recognised(weights, inputs, architecture)
    if type(weights) is not Model:
        raise ValueError(f"weights must be a Model and no subclass, got {type(weights).__name__}")
    if architecture is not None:
        raise ValueError(f"architecture must be None with a Model, got {told(architecture)}")
    if weights.inputs != inputs:
        raise ValueError(f"data must have the {weights.inputs} inputs of the model, got {inputs}")
    if set(weights.names) != set(weights.arrays):
        raise ValueError(f"names of a Model must be those of its arrays, got {told(weights.names)}")
    again = recognised(weights.as_in_file(weights.arrays), inputs, weights.architecture)
    if again.units_last != weights.units_last or list(again.arrays) != list(weights.arrays):
        raise ValueError("weights must be a Model as recognised makes it, got another layout")
    return again


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
    with np.errstate(over="ignore", invalid="ignore"):  # of sums that are beyond the floats
        sizes = np.nan_to_num(np.abs(array.astype(float)) * np.sqrt(squares))
    sizes = magnitude.prune(sizes, entries_share(array, setting.keep))
    return quantise(np.where(sizes > 0, array, 0), setting.levels).weights


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
