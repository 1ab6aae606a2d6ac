"""Training from its settings to a trained network: steps, evaluations, checkpoints, progress."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Any

import numpy as np

from stablenoise.checks import check_callable, check_kind
from stablenoise.data.datasets import Dataset
from stablenoise.fit.progress import teller

from . import schedules, starts
from .descent import DivergedError, Problem, State, problem, states
from .folder import Folder
from .interrupts import deferred
from .scoring import check_outputs, evaluation
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
        One that was yielded, to go on from, or of arrays of the same shapes and type, contiguous
        and writeable, each of memory of its own; by default the initial weights.

    Yields
    ------
    State
        A tuple of step (steps taken), weights (which has ``weights`` and ``biases``, a tuple of
        arrays or None each, a place for each layer), velocity (the same, or None) and loss.
        The arrays are changed in place by the next step: copy what is to be kept.

    Raises
    ------
    ValueError
        If settings, data and ``start`` do not go together; while it runs, if the weights or the
        outputs are not finite, with the step.

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
    else:
        starts.check(given, start)
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
        checkpoint_every and memory alone.  A schedule that is a function must be given again: one
        of the same name, and of the same step sizes where they were evaluated.
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
    products differ in their last bits.  Then weights agree to 1e-12 of the largest in float64, and
    to 1e-5 in float32, after tens of steps; training may later amplify that, as any rounding.

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
    tell = _teller(progress)
    given = problem(settings, data)
    folder = None if out is None else Folder.of(out, given)
    state, history = (folder and folder.load()) or (given.start(), [])
    run = _Run(given, folder, tell, history, state.step)
    state = run.to_the_end(state)
    if folder:
        folder.finish(state.weights)
    columns = dict(zip(COLUMNS, np.array(history).T, strict=True))
    columns["step"] = columns["step"].astype(int)
    shares = history[-1][ACCURACY], history[-1][TEST_ACCURACY]
    named, architecture = state.weights.named(), given.net.architecture
    return Trained(settings, architecture, named, state.step, run.reason(state), *shares, columns)


class _Run:
    """A run on its way: what it has seen and saved so far."""

    def __init__(
        self, given: Problem, folder: Folder | None, tell: Tell, history: list, first: int
    ) -> None:
        self._given, self._folder, self._tell, self._history = given, folder, tell, history
        self._first, self._begun = first, perf_counter()
        self._spent = history[-1][SECONDS] if history else 0.0
        self._saved = first if first else None  # a run that goes on begins at its checkpoint

    def to_the_end(self, state: State) -> State:
        """The last state, which is evaluated and saved."""
        path, is_whole = states(self._given, state), True
        with deferred(self._folder is not None) as pressed:
            try:
                self._evaluate(state, pressed)  # if Ctrl-C came before it was done
                while not self.reason(state):
                    is_whole = False
                    state = self._checked(lambda: next(path))
                    is_whole = True
                    self._look(state, pressed)
            except KeyboardInterrupt:
                if is_whole and self._saved != state.step:
                    self._save(state)
                raise
        return state

    def reason(self, state: State) -> str:
        """Why training has ended, or nothing."""
        if not self._history or self._history[-1][0] != state.step:
            return ""
        wanted = self._given.settings.stop_accuracy
        if wanted is not None and self._history[-1][ACCURACY] >= wanted:
            return "accuracy"
        return "steps" if state.step >= self._given.settings.steps else ""

    def _look(self, state: State, pressed: Callable[[], bool]) -> None:
        """Evaluate, save and tell, as far as it is time to."""
        self._evaluate(state, pressed)
        ended = bool(self.reason(state))
        if ended or self._is_due(self._given.settings.checkpoint_every, state):
            self._save(state)
        self._tell(self._moment(state, ended))
        if pressed() and not ended:
            raise KeyboardInterrupt

    def _evaluate(self, state: State, pressed: Callable[[], bool]) -> None:
        settings = self._given.settings
        done = self._history and self._history[-1][0] == state.step
        if done or not state.step or not self._is_due(settings.evaluate_every, state):
            return
        train, test = self._checked(lambda: evaluation(self._given, state, pressed))
        eta = schedules.step_size(settings, state.step - 1)
        seconds = self._spent + perf_counter() - self._begun
        self._history.append((float(state.step), eta, state.loss, *train, *test, seconds))

    def _is_due(self, every: int, state: State) -> bool:
        return state.step % every == 0 or state.step >= self._given.settings.steps

    def _save(self, state: State) -> None:
        """Write a checkpoint, if its outputs are finite: else the one before stays."""
        if self._folder:
            self._checked(lambda: check_outputs(self._given, state))
            self._folder.save(state, self._history)
            self._saved = state.step

    def _checked(self, part: Callable[[], Any]) -> Any:
        """What a part of the run gives; a divergence says where the last good checkpoint is."""
        try:
            return part()
        except DivergedError as error:
            raise DivergedError(f"{error}{self._last()}") from None

    def _last(self) -> str:
        """Where the last good checkpoint is, as the end of an error."""
        if self._folder is None:
            return ""
        if self._saved is None:
            return f"; {self._folder.path} has no checkpoint yet"
        return f"; the last good checkpoint is of step {self._saved}, in {self._folder.path}"

    def _moment(self, state: State, ended: bool) -> Moment:
        seen = self._history[-1] if self._history else [np.nan] * len(COLUMNS)
        rate = (state.step - self._first) / max(perf_counter() - self._begun, 1e-9)
        steps = state.step if ended else self._given.settings.steps
        left = (steps - state.step) / rate
        return Moment(
            state.step, steps, state.loss, seen[ACCURACY], seen[TEST_ACCURACY], rate, left
        )


def _teller(progress: bool | Tell | None) -> Tell:
    """What is told each moment: a function of the caller's, a bar, or nothing."""
    if progress is None or progress is False:
        return lambda moment: None
    if progress is not True:
        check_callable("progress", progress, "a moment")
        return progress
    bar = teller(True, "trained", "steps")
    return lambda moment: bar(moment.step, moment.steps, moment.note())
