"""A Gaussian network trained by a bound on its risk, from a prior network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import log
from typing import NamedTuple

import numpy as np
from numpy.random import Generator, Philox

from stablenoise.checks import check_choice, check_integer, check_positive, check_share, told
from stablenoise.fit.progress import Progress

from ...networks.model import Arrays
from .gaussians import GaussianNetwork, Layer, moments
from .objectives import FLAT_BELOW, OBJECTIVES, bound, bounded_loss

FORGET, FORGET_SQUARES, TINY = 0.9, 0.999, 1e-8  # of Adam, as its paper has them
SMALLEST = 1e-15  # of a spread, whose squares are far from the ends of float32
MAX_SPREADS = 2**20
SPREADS = tuple(2.0**-k for k in range(1, 9))
Gradients = dict[tuple[str, str], np.ndarray]  # by "mean" or "log" (of a spread), and array


@dataclass(frozen=True, slots=True)
class Training:
    """How a Gaussian network is trained by a bound.

    Parameters
    ----------
    objective : {"quadratic", "mcallester", "lambda"}
        See ``compress.certificates.priors.objectives``.
    epochs : int
        Ways through the examples that the bound counts; 0 leaves means and spreads as they start.
    batch : int
        Examples of a step; the last ones of an epoch that make no batch are left out.
    rate : float
        Step size of Adam at the beginning; it falls in a straight line to 0.
    start : float
        Standard deviation of all weights at the beginning, positive.
    least : float
        Probability below which the loss is flat, in (0, 1): the larger, the nearer the loss is to
        the errors that are certified, and the fewer examples have a slope.
    penalty : float
        What the divergence is multiplied with while training, positive: the loss is below the
        error rate, so that less than 1 may lead to a smaller certificate.
    spreads : tuple of float
        Standard deviations of the prior, positive: the least divergence of them counts, and log2
        of their number is charged.  **They must have been fixed before the data were seen.**
    moving : tuple of str, optional
        Arrays that are random and trained; the others stay those of the prior.  By default all.
        **Fixed before the rest was seen**, or one of several that are charged as ``options``.
    seed : int
        In [0, 2^64): of the order of examples and of all noise.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    The limit by the divergence holds at once for all Gaussian networks about the prior whose
    ``moving`` arrays are the same, whichever settings they come from: it is charged the number of
    ``spreads``, and by ``options`` that of the sets of ``moving`` arrays that were compared.  An
    estimate of errors by draws is of one network alone: say by ``runs`` how many settings and seeds
    were compared.

    Examples
    --------
    >>> Training(epochs=5).objective
    'quadratic'

    """

    objective: str = "quadratic"
    epochs: int = 20
    batch: int = 250
    rate: float = 1e-3
    start: float = 2.0**-6
    least: float = 1e-5
    penalty: float = 1.0
    spreads: tuple[float, ...] = SPREADS
    moving: tuple[str, ...] | None = None
    seed: int = 1

    def __post_init__(self) -> None:
        check_choice("objective", self.objective, OBJECTIVES)
        check_integer("epochs", self.epochs, 0, 2**32)
        check_integer("batch", self.batch, 1, 2**32)
        check_positive("rate", self.rate)
        if not SMALLEST <= check_positive("start", self.start) <= 1 / SMALLEST:
            raise ValueError(
                f"start must lie in [{SMALLEST:g}, {1 / SMALLEST:g}], got {self.start}"
            )
        check_share("least", self.least)
        check_positive("penalty", self.penalty)
        check_integer("seed", self.seed, 0, 2**64)
        if not isinstance(self.spreads, tuple) or not 0 < len(self.spreads) < MAX_SPREADS:
            raise ValueError(f"spreads must be a tuple of one or more, got {told(self.spreads)}")
        for spread in self.spreads:
            if not SMALLEST <= check_positive("spreads", spread) <= 1 / SMALLEST:
                rule = f"spreads must lie in [{SMALLEST:g}, {1 / SMALLEST:g}]"
                raise ValueError(f"{rule}, got {spread}")
        named = self.moving is None or (isinstance(self.moving, tuple) and self.moving)
        if not named or not all(isinstance(name, str) for name in self.moving or ()):
            raise ValueError(f"moving must be None or a tuple of names, got {told(self.moving)}")


class Task(NamedTuple):
    """What a Gaussian network is trained for: a prior network, and examples of the bound."""

    layers: tuple[Layer, ...]
    prior: Arrays
    x: np.ndarray
    labels: np.ndarray
    delta: float


def trained(task: Task, training: Training, tell: Progress) -> GaussianNetwork:
    """Gaussian network after all epochs: a function of task and training, on one machine."""
    state = _State(task, training)
    total = training.epochs * state.batches
    for step, rows in enumerate(state.batched_rows(), 1):
        value = state.step(rows, 1 - (step - 1) / total)
        tell(step, total, f"objective {value:.4f}")
    return state.network()


def best_spread(network: GaussianNetwork, prior: Arrays, spreads: tuple[float, ...]) -> float:
    """The spread of the prior of the least divergence."""
    return min(spreads, key=lambda spread: network.divergence(prior, spread))


class _State:
    """Means and logs of spreads, the squares of Adam, and the noise."""

    def __init__(self, task: Task, training: Training) -> None:
        self.task, self.training = task, training
        moving = set(training.moving or task.prior)
        self.means = {name: a.copy() for name, a in task.prior.items()}
        self.logs = {
            name: np.full_like(a, log(training.start))
            for name, a in task.prior.items()
            if name in moving
        }
        self.rng = Generator(Philox(key=training.seed))
        self.adam = _Adam()
        self.batch = min(training.batch, len(task.x))
        self.batches = len(task.x) // self.batch
        kind = task.prior[task.layers[0].weights].dtype
        self.x = task.x.astype(kind, copy=False)

    def network(self) -> GaussianNetwork:
        spreads = {name: np.exp(a) for name, a in self.logs.items()}
        return GaussianNetwork(self.task.layers, self.means, spreads)

    def batched_rows(self) -> Iterator[np.ndarray]:
        for _ in range(self.training.epochs):
            order = self.rng.permutation(len(self.x))
            for start in range(0, self.batches * self.batch, self.batch):
                yield order[start : start + self.batch]

    def step(self, rows: np.ndarray, share_left: float) -> float:
        """Move by the gradient of the objective on some rows; its value before."""
        how, network, batch = self.training, self.network(), (self.x[rows], self.task.labels[rows])
        variances = {name: spread**2 for name, spread in network.spreads.items()}
        loss, gradients = loss_gradients(network, variances, batch, self.rng, how.least)
        divergence, pulls = self._divergence(variances)
        nats = how.penalty * divergence
        slopes = bound(how.objective, min(1.0, loss), nats, len(self.x), self.task.delta)
        pull = how.penalty * slopes.by_divergence
        total = {key: slopes.by_loss * g + pull * pulls[key] for key, g in gradients.items()}
        self._move(total, how.rate * share_left)
        return slopes.value

    def _move(self, gradients: Gradients, rate: float) -> None:
        self.adam.count += 1
        moved = {"mean": self.means, "log": self.logs}
        for key, gradient in gradients.items():
            array = moved[key[0]][key[1]]
            self.adam.move(key, array, gradient.astype(array.dtype, copy=False), rate)

    def _divergence(self, variances: Arrays) -> tuple[float, Gradients]:
        """Least divergence over the spreads of the prior, and its derivatives."""
        moved = {name: self.means[name] - self.task.prior[name] for name in self.logs}
        squares = sum(
            float((variances[name] + moved[name] ** 2).sum(dtype=float)) for name in moved
        )
        logs = sum(float(a.sum(dtype=float)) for a in self.logs.values())
        count = sum(a.size for a in self.logs.values())

        def at(spread: float) -> float:
            return count * log(spread) - logs + squares / spread**2 / 2 - count / 2

        spread = min(self.training.spreads, key=at)
        pulls = {("mean", name): a / spread**2 for name, a in moved.items()}
        pulls |= {("log", name): variances[name] / spread**2 - 1 for name in moved}
        return max(0.0, at(spread)), pulls


def loss_gradients(
    network: GaussianNetwork,
    variances: Arrays,
    batch: tuple[np.ndarray, np.ndarray],
    rng: Generator,
    least: float = FLAT_BELOW,
) -> tuple[float, Gradients]:
    """Mean bounded loss of networks drawn anew for each row, and its derivatives.

    By means and by logs of spreads, with the noise of the sums held fixed: the gradients of the
    mean over the noise, without bias.
    """
    passed = _forward(network, variances, batch[0], rng)
    loss, slope = bounded_loss(passed.fed[-1], batch[1], least)
    gradients: Gradients = {}
    for depth in reversed(range(len(network.layers))):
        layer, inputs, sigma = network.layers[depth], passed.fed[depth], passed.deviations[depth]
        # Where nothing is random there is no noise, and no slope by it.
        by_variance = slope * passed.noises[depth] / np.where(sigma > 0, 2 * sigma, np.inf)
        gradients |= _of_layer(layer, inputs, slope, by_variance, variances)
        slope = _backward(layer, inputs, slope, by_variance, (network.means, variances))
        slope = slope * (inputs > 0) if depth else slope
    return loss, gradients


class _Passed(NamedTuple):
    """What each layer was fed, with the outputs at last; noise and deviations of its sums."""

    fed: list[np.ndarray]
    noises: list[np.ndarray]
    deviations: list[np.ndarray]


def _forward(network: GaussianNetwork, variances: Arrays, x: np.ndarray, rng: Generator) -> _Passed:
    """Outputs of networks drawn anew for each row, and what their gradients need."""
    passed = _Passed([x], [], [])
    for depth, layer in enumerate(network.layers, 1):
        mean, variance = moments(layer, passed.fed[-1], network.means, variances)
        passed.noises.append(rng.standard_normal(mean.shape, mean.dtype.type))
        passed.deviations.append(np.sqrt(variance))
        sums = mean + passed.deviations[-1] * passed.noises[-1]
        passed.fed.append(sums if depth == len(network.layers) else np.maximum(sums, 0))
    return passed


def _of_layer(
    layer: Layer, fed: np.ndarray, slope: np.ndarray, by_variance: np.ndarray, variances: Arrays
) -> Gradients:
    """Derivatives by means and logs of spreads of the arrays of a layer that are random."""
    gradients: Gradients = {}
    if (name := layer.weights) in variances:
        gradients["mean", name] = slope.T @ fed
        gradients["log", name] = (by_variance.T @ (fed * fed)) * (2 * variances[name])
    if (bias := layer.bias) is not None and bias in variances:
        gradients["mean", bias] = slope.sum(axis=0)
        gradients["log", bias] = by_variance.sum(axis=0) * (2 * variances[bias])
    return gradients


def _backward(
    layer: Layer,
    fed: np.ndarray,
    slope: np.ndarray,
    by_variance: np.ndarray,
    arrays: tuple[Arrays, Arrays],
) -> np.ndarray:
    """Derivatives by what a layer is fed."""
    means, variances = arrays
    back = slope @ means[layer.weights]
    if layer.weights in variances:
        back = back + 2 * fed * (by_variance @ variances[layer.weights])
    return back


class _Adam:
    """Step sizes by running means of gradients and of their squares.

    Kingma & Ba (2015), arXiv 1412.6980, algorithm 1.
    """

    def __init__(self) -> None:
        self.count = 0
        self._means: dict[tuple[str, str], np.ndarray] = {}
        self._squares: dict[tuple[str, str], np.ndarray] = {}

    def move(
        self, key: tuple[str, str], array: np.ndarray, gradient: np.ndarray, rate: float
    ) -> None:
        mean = self._means.setdefault(key, np.zeros_like(array))
        square = self._squares.setdefault(key, np.zeros_like(array))
        mean += (1 - FORGET) * (gradient - mean)
        square += (1 - FORGET_SQUARES) * (gradient**2 - square)
        seen, seen_squares = 1 - FORGET**self.count, 1 - FORGET_SQUARES**self.count
        array -= rate / seen * mean / (np.sqrt(square / seen_squares) + TINY)
