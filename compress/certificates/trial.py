"""A network, how it predicts, and the codecs: what a setting of its arrays is tried on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import (
    check_all,
    check_integer,
    check_share,
    one_line,
    real_values,
    said_by,
    told,
)

from ..coding.codebook import MAX_LEVELS
from ..coding.grouping import Grouping, check_groups
from ..coding.length import CodeLength, code_length
from ..coding.quantisation import check_levels, quantise
from ..networks.facts import after_convolutions, entries_share
from ..networks.model import Arrays, Model, Said, checked_network, recognised
from ..pruning import dead_unit, magnitude
from .sample import check_labels

AVERAGED_EXAMPLES = 1000  # examples over which the inputs of weights are averaged
REPEATED_ROWS = 100  # of which a prediction of one's own is asked again, in another order
TOLERANCE = 1e-3  # relative difference that sums in another order explain, in single precision
OF_ARRAYS = "arrays and inputs"  # that a prediction of one's own is made of
Predict = Callable[[Arrays, np.ndarray], np.ndarray]


@dataclass(frozen=True, slots=True)
class Setting:
    """How one array is pruned and quantised.

    Parameters
    ----------
    keep : float
        Share of the nonzero entries, in (0, 1].
    levels : int
        Values beside zero, in [1, 4096]; 2 of ``ternary``.
    method : str
        As for ``compress.quantise``.
    groups : {None, "channel"} or int
        As for ``compress.quantise``: what has a codebook of its own.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> Setting(keep=0.3, levels=8)
    Setting(keep=0.3, levels=8, method='kmeans', groups=None)

    """

    keep: float
    levels: int
    method: str = "kmeans"
    groups: Grouping = None

    def __post_init__(self) -> None:
        check_share("keep", self.keep, "(]")
        check_integer("levels", self.levels, 1, MAX_LEVELS + 1)
        check_levels(self.levels, self.method)
        check_groups(self.groups)


Settings = dict[str, Setting]


class Coded(NamedTuple):
    """A code, and by array of weights the units that were taken out before."""

    code: CodeLength
    taken_out: dict[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Trial:
    """A network, how it predicts, and the codecs: what a setting is tried on.

    Parameters
    ----------
    weights : dict of ndarray
    predict : callable
    codecs : tuple of str
    squares : dict of ndarray
        Mean square of what each weight is multiplied with; without one all weights count alike.
    model : Model, optional

    """

    weights: Arrays
    predict: Predict
    codecs: tuple[str, ...]
    squares: Arrays
    model: Model | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the arrays, in the order in which they were given."""
        return tuple(self.weights) if self.model is None else self.model.names

    @property
    def classes(self) -> int | None:
        """Number of outputs, if a model says it."""
        return None if self.model is None else self.model.outputs

    def seeing(self, x: np.ndarray) -> Trial:
        """The same, with the mean square of what each weight is multiplied with on some inputs."""
        if self.model is None:
            return self
        return replace(self, squares=self.model.mean_squares(x[:AVERAGED_EXAMPLES]))

    def coded(self, settings: Settings) -> Coded:
        """Shortest code in this setting."""
        arrays = {
            name: _quantised(w, settings.get(name), self.squares.get(name, 1.0))
            for name, w in self.weights.items()
        }
        taken_out = {}
        if self.model is not None:
            arrays = _alive(replace(self.model, arrays=arrays))
            taken_out = _taken_out(self.model.arrays, arrays)
        codes = (code_length(arrays, codec) for codec in self.codecs)
        return Coded(min(codes, key=attrgetter("charged")), taken_out)

    def outputs(self, arrays: Arrays, x: np.ndarray) -> ArrayLike:
        """What decoded arrays predict, or ValueError where a prediction of one's own fails."""
        if self.model is not None:
            return self.predict(arrays, x)
        return answer("predict", OF_ARRAYS, self.predict, arrays, x)

    def errors(self, arrays: Arrays, x: np.ndarray, labels: np.ndarray) -> int:
        """Labels that decoded arrays get wrong; a row with a NaN is an error."""
        return _errors(self.outputs(arrays, x), labels)

    def check_alone(self, arrays: Arrays, x: np.ndarray) -> None:
        """Raise ValueError if a prediction of one's own for a row depends on the other rows."""
        if self.model is not None or len(x) < 2:
            return
        check_alone(lambda rows: self.predict(arrays, rows), x)

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
    if predict is not None and not callable(predict):
        raise ValueError(f"predict must be a function of {OF_ARRAYS}, got {told(predict)}")
    if predict is not None:
        if architecture is not None or isinstance(weights, Model):
            raise ValueError(f"architecture must be None with predict, got {told(architecture)}")
        return Trial(checked_network(weights), predict, codecs, {})
    model = _model(weights, x.shape[1], architecture)
    return trial_of_model(model, x, codecs)


def trial_of_model(model: Model, x: np.ndarray, codecs: tuple[str, ...]) -> Trial:
    """A model as ``recognised`` made it."""
    check_all(np.isfinite(x), "inputs must be finite", x)
    return Trial(_alive(model), model.logits, codecs, {}, model)


def _model(weights: Arrays | Model, inputs: int, architecture: Said) -> Model:
    """The network of these arrays; a model is recognised anew, and its own outputs not asked."""
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
    # A unit between convolutions and matrices is a block of pixels: only pairs of matrices count.
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
    # Pruned by what a weight adds to sums; where it is zero, the weight itself goes.
    sizes = magnitude.prune(sizes, entries_share(array, setting.keep))
    way = setting.levels, setting.method, setting.groups
    return quantise(np.where(sizes > 0, array, 0), *way).weights


def check_alone(predict: Callable[[np.ndarray], np.ndarray], x: np.ndarray) -> None:
    """Raise ValueError if a prediction for a row depends on the other rows."""
    # What rows of the sample decide together is no classifier: nothing would be certified.
    # The first rows in reverse, without the others, must have the outputs they had among all.
    first = x[:REPEATED_ROWS]
    whole = np.asarray(predict(x))[: len(first)]
    again = np.asarray(predict(first[::-1]))[::-1]
    slack = TOLERANCE * np.abs(whole[np.isfinite(whole)]).max(initial=0.0)
    same = whole.shape == again.shape and np.allclose(whole, again, TOLERANCE, slack, True)
    if not same:
        rule = "predict must treat each row of x by itself, the same way every time"
        raise ValueError(f"{rule}, got other outputs for rows in another order")


def checked_outputs(outputs: ArrayLike, labels: np.ndarray) -> np.ndarray:
    """Outputs as an array, or ValueError unless there is a row of them for each label."""
    scores = real_values("outputs of predict", outputs)
    if scores.ndim != 2 or len(scores) != len(labels) or not scores.shape[1]:
        rule = f"predict must give outputs of shape ({len(labels)}, classes)"
        raise ValueError(f"{rule}, got {scores.shape}")
    if labels.max() >= scores.shape[1]:
        rule = "outputs of predict must have a column for each class, 0 to the largest label"
        raise ValueError(f"{rule}, got {scores.shape[1]} columns for label {labels.max()}")
    check_labels(labels, scores.shape[1])
    return scores


def answer(name: str, of: str, call: Callable[..., Any], *given: Any) -> Any:
    """What a user's function gives, or ValueError where it fails as one of other arguments does."""
    try:
        return call(*given)
    except (AttributeError, IndexError, KeyError, TypeError) as error:
        seen = one_line(f"{type(error).__name__}: {said_by(error)}", 100)
        raise ValueError(f"{name} must be a function of {of}, got {seen}") from error


def _errors(outputs: ArrayLike, labels: np.ndarray) -> int:
    """Labels that are not those of the largest output; a row with a NaN is an error."""
    scores = checked_outputs(outputs, labels)
    # ``argmax`` takes a NaN for the largest, which might be that of the label.
    wrong = (scores.argmax(axis=1) != labels) | np.isnan(scores).any(axis=1)
    return int(np.count_nonzero(wrong))
