"""Loss and accuracy of weights on rows, in chunks: nothing but the weights and rows has a part."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ..losses import mean_loss, share_correct
from . import budget, passing
from .arrays import Arrays
from .blueprints import Blueprint
from .descent import Problem, State, diverged, minibatch_rows
from .rows import Rows


class Scores(NamedTuple):
    """Mean loss, and share of rows whose largest output is that of their label."""

    loss: float
    accuracy: float


def evaluation(given: Problem, state: State, pressed: Callable[[], bool]) -> tuple[Scores, Scores]:
    """Scores on the training set, or its first rows, and on the test set.

    Ctrl-C ends it between two chunks: at a width of millions it may take minutes.
    """
    given.room.clear()
    train = given.train.first(given.settings.evaluate_rows)
    return scores(given, state, train, pressed), scores(given, state, given.test, pressed)


def scores(
    given: Problem, state: State, rows: Rows, pressed: Callable[[], bool] = lambda: False
) -> Scores:
    """Scores on some rows; NaN of none."""
    most, room = budget.evaluation(given.net, given.settings), passing.Workspace()
    loss = correct = 0.0
    if not len(rows):
        return Scores(float("nan"), float("nan"))
    for low in range(0, len(rows), most):
        if pressed():
            raise KeyboardInterrupt
        x, y = rows.taken(slice(low, low + most))
        outputs = _outputs(given.net, state.weights, x, state.step, room)
        loss += mean_loss(given.settings.loss, outputs, y) * len(y)
        correct += share_correct(outputs, y) * len(y)
    return Scores(loss / len(rows), round(correct) / len(rows))


def check_outputs(given: Problem, state: State) -> None:
    """Raise DivergedError if the outputs for the next minibatch are not finite."""
    given.room.clear()
    most, room = budget.evaluation(given.net, given.settings), passing.Workspace()
    chosen = minibatch_rows(given, state.step)
    if chosen is None:
        chosen = np.arange(len(given.train))
    for low in range(0, len(chosen), most):
        x, _ = given.train.taken(chosen[low : low + most])
        _outputs(given.net, state.weights, x, state.step, room)


def _outputs(
    net: Blueprint, weights: Arrays, x: np.ndarray, step: int, room: passing.Workspace
) -> np.ndarray:
    with np.errstate(over="ignore", invalid="ignore"):
        outputs, _ = passing.forward(net.parts, weights, x, room, keep=False)
    if not np.isfinite(outputs).all():
        raise diverged("outputs", float(outputs[~np.isfinite(outputs)][0]), step)
    return outputs
