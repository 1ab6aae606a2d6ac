"""Training from its settings to a trained network: steps, evaluations, checkpoints, progress."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from time import perf_counter

import numpy as np

from stablenoise.checks import check_callable, check_kind
from stablenoise.data.datasets import Dataset
from stablenoise.fit.progress import teller

from . import schedules
from .descent import DivergedError, Problem, State, problem, states
from .folder import Folder
from .interrupts import deferred
from .scoring import evaluation
from .settings import Settings
from .trained import COLUMNS, Moment, Trained

Tell = Callable[[Moment], object]
ACCURACY, TEST_ACCURACY, SECONDS = (
    COLUMNS.index(name) for name in ("train_accuracy", "test_accuracy", "seconds")
)


def steps(settings: Settings, data: Dataset, start: State | None = None) -> Iterator[State]:
    """Yield the state after each step of training, forever: no evaluations, no checkpoints.

    Parameters
    ----------
    settings : Settings
    data : Dataset
    start : State, optional
        One that was yielded, to go on from; by default the initial weights.

    Yields
    ------
    State
        A tuple of step (steps taken), weights (which has ``weights`` and ``biases``, a tuple of
        arrays or None each, a place for each layer), velocity (the same, or None) and loss.
        The arrays are changed in place by the next step: copy what is to be kept.

    Raises
    ------
    ValueError
        If settings and data do not go together; while it runs, if the weights or the outputs are
        not finite, with the step.

    Examples
    --------
    >>> from itertools import islice
    >>> from stablenoise.data import load_digits
    >>> settings = Settings(widths=(64, 50, 10), eta=0.1)
    >>> *_, state = islice(steps(settings, load_digits()), 100)
    >>> state.step, state.weights.weights[0].shape, state.loss < 1
    (100, (50, 64), True)

    """
    check_kind("settings", settings, Settings)
    given = problem(settings, data)
    if start is None:
        start = given.start()
    check_kind("start", start, State)
    return states(given, start)


def train(
    settings: Settings,
    data: Dataset,
    out: str | os.PathLike | None = None,
    *,
    progress: bool | Tell | None = None,
) -> Trained:
    """Train a network by SGD with heavy-tailed noise; a run that was stopped goes on.

    Parameters
    ----------
    settings : Settings
    data : Dataset
        As ``stablenoise.data`` loads it; of any type of real numbers, which is cast row by row.
    out : str or path, optional
        Folder of the run: ``weights.npz`` and ``architecture.toml``, which ``compress`` reads,
        ``settings.json``, ``history.csv``, and ``checkpoint/``, from which a second call goes on.
        Settings may then differ in steps, stop_accuracy, evaluate_every, evaluate_rows,
        checkpoint_every and memory alone.
    progress : bool or callable, optional
        True for a bar on standard error; a function is told a ``Moment`` after each step.

    Returns
    -------
    Trained

    Raises
    ------
    ValueError
        If settings and data do not go together, if ``out`` holds a run of other settings or of
        other data, or if weights or outputs are not finite: the step is told, and the last
        checkpoint, which is good.
    OSError
        If a file cannot be written; what was there before is whole.
    KeyboardInterrupt
        After Ctrl-C, once the step is done and, with ``out``, a checkpoint is written.  A second
        Ctrl-C does not wait, and leaves the checkpoint before.

    Notes
    -----
    The iterate after k steps, noise included, is what is evaluated, compared with
    ``stop_accuracy``, and saved: the last one evaluated is the one that comes back.  (The code of
    Wan et al. evaluates each iterate before its noise.)  Evaluations take no part of the
    randomness: minibatches are a function of (seed, step), noise of (seed, layer, particle, step,
    coordinate).

    A run that is resumed has the same noise to the bit.  With one thread of BLAS, the same
    library and machine and the same ``memory`` all of it is equal to the bit; otherwise sums of
    products differ in their last bits.

    Weights are changed in place by matrix products, so that no array of gradients exists.  A batch
    whose activations exceed ``memory`` goes through by blocks of units of the first hidden layer,
    if it is the one that is too wide, or in chunks of rows, whose gradients wait in one array of
    the size of the weights.  Momentum takes an array of velocities, clipping one of gradients: the
    norm of all of it is known before any of it is used.

    References
    ----------
    Wan et al., arXiv 2306.08125.

    Examples
    --------
    >>> from stablenoise.data import load_digits
    >>> settings = Settings(widths=(64, 50, 10), eta=0.1, sigma=0.001, stop_accuracy=0.9)
    >>> trained = train(settings, load_digits())
    >>> trained.reason, trained.train_accuracy >= 0.9
    ('accuracy', True)

    """
    check_kind("settings", settings, Settings)
    tell = _teller(progress, settings.steps)
    given = problem(settings, data)
    folder = None if out is None else Folder.of(out, given)
    state, history = (folder and folder.load()) or (given.start(), [])
    if not _reason(given, state, history):
        state = _advanced(given, state, history, folder, tell)
    if folder:
        folder.finish(state.weights)
    columns = dict(zip(COLUMNS, np.array(history).T, strict=True))
    columns["step"] = columns["step"].astype(int)
    shares = history[-1][ACCURACY], history[-1][TEST_ACCURACY]
    reason = _reason(given, state, history)
    named, architecture = state.weights.named(), given.net.architecture
    return Trained(settings, architecture, named, state.step, reason, *shares, columns)


def _advanced(
    given: Problem, state: State, history: list, folder: Folder | None, tell: Tell
) -> State:
    """The last state; ``history`` grows on the way."""
    settings, begun, first = given.settings, perf_counter(), state.step
    spent = history[-1][SECONDS] if history else 0.0
    saved = state.step if history else None
    path = states(given, state)
    with deferred(folder is not None) as pressed:
        while not _reason(given, state, history):
            try:
                state = next(path)
                if _is_due(settings.evaluate_every, state, settings):
                    history.append(_scored(given, state, spent + perf_counter() - begun))
            except DivergedError as error:
                raise DivergedError(f"{error}{_last(folder, saved)}") from None
            ended = bool(_reason(given, state, history))
            if folder and (ended or _is_due(settings.checkpoint_every, state, settings)):
                folder.save(state, history)
                saved = state.step
            try:
                tell(_moment(settings, state, history, perf_counter() - begun, first, ended))
                if pressed():
                    raise KeyboardInterrupt
            except KeyboardInterrupt:
                if folder and saved != state.step:
                    folder.save(state, history)
                raise
    return state


def _reason(given: Problem, state: State, history: list) -> str:
    """Why training has ended, or nothing."""
    if not history or history[-1][0] != state.step:
        return ""
    wanted = given.settings.stop_accuracy
    if wanted is not None and history[-1][ACCURACY] >= wanted:
        return "accuracy"
    return "steps" if state.step >= given.settings.steps else ""


def _is_due(every: int, state: State, settings: Settings) -> bool:
    return state.step % every == 0 or state.step >= settings.steps


def _scored(given: Problem, state: State, seconds: float) -> tuple[float, ...]:
    """A row of the history."""
    train, test = evaluation(given, state)
    eta = schedules.step_size(given.settings, state.step - 1)
    return (float(state.step), eta, state.loss, *train, *test, seconds)


def _last(folder: Folder | None, saved: int | None) -> str:
    if folder is None:
        return ""
    if saved is None:
        return f"; {folder.path} has no checkpoint yet"
    return f"; the last good checkpoint is of step {saved}, in {folder.path}"


def _moment(
    settings: Settings, state: State, history: list, seconds: float, first: int, ended: bool
) -> Moment:
    scores = (history[-1][ACCURACY], history[-1][TEST_ACCURACY]) if history else (np.nan, np.nan)
    rate = (state.step - first) / max(seconds, 1e-9)
    steps = state.step if ended else settings.steps
    left = (steps - state.step) / rate
    return Moment(state.step, steps, state.loss, scores[0], scores[1], rate, left)


def _teller(progress: bool | Tell | None, steps: int) -> Tell:
    """What is told each moment: a function of the caller's, a bar, or nothing."""
    if progress is None or progress is False:
        return lambda moment: None
    if progress is not True:
        check_callable("progress", progress, "a moment")
        return progress
    bar = teller(True, "trained", "steps")
    return lambda moment: bar(moment.step, moment.steps, moment.note())
