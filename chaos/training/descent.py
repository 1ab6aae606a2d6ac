"""One step after another: minibatch, gradient in place, noise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import Any, NamedTuple

import numpy as np

from stablenoise.data.datasets import Dataset
from stablenoise.field import NoiseField

from ..losses import loss_gradient, mean_loss
from ..sgd import minibatch
from . import arrays, budget, passing, schedules
from .arrays import Arrays
from .blueprints import Blueprint, blueprint, initial
from .rows import Rows, both_parts, check_data
from .settings import NOISES, Settings


class State(NamedTuple):
    """Weights after so many steps; the arrays are those that the next step changes.

    ``loss`` is that of the last minibatch, before its step.  ``velocity`` is None without momentum.
    """

    step: int
    weights: Arrays
    velocity: Arrays | None = None
    loss: float = float("nan")


@dataclass(frozen=True, slots=True)
class Problem:
    """A network and its data: all that does not change while it is trained."""

    settings: Settings
    net: Blueprint
    train: Rows
    test: Rows
    room: passing.Workspace

    @property
    def buffered(self) -> bool:
        """Whether there is an array of gradients or velocities beside the weights anyway."""
        return bool(self.settings.momentum) or self.settings.clip is not None

    def start(self) -> State:
        """Initial weights, and velocities of 0."""
        weights = initial(self.net, self.settings.seed, self.settings.dtype)
        return State(0, weights, weights.zeros() if self.settings.momentum else None)


def problem(settings: Settings, data: Dataset) -> Problem:
    """Network for data, or ValueError if settings and data do not go together."""
    check_data(data)
    net = blueprint(settings, data.x_train.shape[1], data.classes)
    outputs = net.shapes[-1][0]
    train, test = both_parts(data, net.shapes[0], outputs, settings.dtype)
    if settings.batch is not None and settings.batch > len(train):
        rule = f"batch must be at most {len(train)}, the rows to train on"
        raise ValueError(f"{rule}, got {settings.batch}")
    made = Problem(settings, net, train, test, passing.Workspace())
    budget.training(net, settings, settings.batch or len(train), made.buffered)
    budget.evaluation(net, settings)
    return made


def states(given: Problem, state: State) -> Iterator[State]:
    """Yield the state after each further step, forever; weights change in place."""
    settings, net = given.settings, given.net
    batch = settings.batch or len(given.train)
    shares = budget.training(net, settings, batch, given.buffered)
    gradients = _buffer(given, state, shares)
    while True:
        step, eta = state.step, schedules.step_size(settings, state.step)
        with np.errstate(over="ignore", invalid="ignore"):  # what is not finite is told below
            loss = _Descent(given, state, shares, gradients, step).descend(eta)
            add_noise(net, settings, state.weights, step, eta)
        _check_finite(state.weights, step)
        state = state._replace(step=step + 1, loss=loss)
        yield state


def _buffer(given: Problem, state: State, shares: budget.Budget) -> Arrays | None:
    """An array of gradients, where they have to wait for those of other rows or for their norm."""
    waits = shares.rows < (given.settings.batch or len(given.train))
    if given.settings.clip is not None or (waits and state.velocity is None):
        return state.weights.zeros()
    return None


class _Descent(NamedTuple):
    """What one step needs."""

    given: Problem
    state: State
    shares: budget.Budget
    gradients: Arrays | None
    step: int

    def descend(self, eta: float) -> float:
        """Change the weights by one step; return the loss of its minibatch."""
        settings = self.given.settings
        totals = self.gradients or self.state.velocity
        if totals is None:
            return self._add(self.state.weights, -eta, 1 - eta * settings.weight_decay)
        arrays.scale(totals, settings.momentum if totals is self.state.velocity else 0.0)
        loss = self._add(totals, 1.0)
        self._clip(totals)
        if settings.weight_decay:
            self._each_trained(totals, self.state.weights, settings.weight_decay)
        velocity = self.state.velocity
        if velocity is not None and totals is not velocity:
            arrays.scale(velocity, settings.momentum)
            arrays.add(velocity, totals, 1.0)
        self._each_trained(self.state.weights, velocity or totals, -eta)
        return loss

    def _each_trained(self, totals: Arrays, others: Arrays, factor: float) -> None:
        count = len(self.given.net.trained)
        arrays.add(totals.lowest(count), others.lowest(count), factor)

    def _clip(self, gradients: Arrays) -> None:
        clip = self.given.settings.clip
        if clip is not None and (size := arrays.norm(gradients)) > clip:
            arrays.scale(gradients, clip / size)

    def _add(self, totals: Arrays, factor: float, kept: float = 1.0) -> float:
        """Add the gradient of the minibatch; return its loss."""
        net = self.given.net
        losses: list[float] = []
        chosen = minibatch_rows(self.given, self.step)
        count = len(self.given.train) if chosen is None else len(chosen)
        for low in range(0, count, self.shares.rows):
            piece = slice(low, min(low + self.shares.rows, count))
            x, y = self.given.train.taken(piece if chosen is None else chosen[piece])
            share = len(y) / count
            factors = [factor * share * f for f in net.factors]
            sink = passing.Sink(totals, factors, kept, net.trained)
            signal = self._signal(y, share, losses)
            way = net.parts, self.state.weights, x, signal, sink, self.given.room
            if self.shares.units is None:
                passing.at_once(*way)
            else:
                passing.by_units(*way, self.shares.units)
        return sum(losses)

    def _signal(self, y: np.ndarray, share: float, losses: list[float]) -> passing.Signal:
        loss = self.given.settings.loss

        def signal(outputs: np.ndarray) -> np.ndarray:
            if not np.isfinite(outputs).all():
                seen = float(outputs[~np.isfinite(outputs)][0])
                raise diverged("outputs", seen, self.step)
            losses.append(share * mean_loss(loss, outputs, y))
            return loss_gradient(loss, outputs, y)

        return signal


def minibatch_rows(given: Problem, step: int) -> np.ndarray | None:
    """Rows of the minibatch of a step; None for all, in their order."""
    settings = given.settings
    if settings.batch is None:
        return None
    return minibatch(settings.seed, step, len(given.train), settings.batch)


def add_noise(net: Blueprint, settings: Settings, weights: Arrays, step: int, eta: float) -> None:
    """Add sigma eta^(1/alpha) times the noise of a step, of each layer that gets some, in place."""
    scale = settings.sigma * eta ** (1 / settings.alpha)
    if not scale or not net.noisy:
        return
    fields = _fields(settings.alpha, settings.seed, settings.noise, net.noisy)
    for number, field in zip(net.noisy, fields, strict=True):
        w = weights.weights[number]
        axes = 2 if settings.noise_unit == "kernel" and w.ndim == 4 else 1
        particles = w.reshape(prod(w.shape[:axes]), -1)
        field.add_to(particles, step, scale)


@lru_cache(maxsize=1)
def _fields(alpha: float, seed: int, noise: str, layers: tuple[int, ...]) -> list[NoiseField]:
    """Fields of layers, which a step need not make anew."""
    field = NoiseField(alpha, seed, NOISES[noise])
    return [field.layer(layer) for layer in layers]


def _check_finite(weights: Arrays, step: int) -> None:
    with np.errstate(over="ignore", invalid="ignore"):
        wrong: Any = arrays.not_finite(weights)
    if wrong:
        raise diverged(wrong[0], wrong[1], step)


class DivergedError(ValueError):
    """Weights or outputs have become infinite, or no numbers."""


def diverged(name: str, seen: float, step: int) -> DivergedError:
    """Error for a number that is not finite, with the step that met it."""
    why = "eta or sigma is too large"
    return DivergedError(f"{name} must stay finite, got {seen} at step {step}: {why}")
