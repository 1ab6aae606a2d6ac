"""A step of SGD with heavy-tailed noise on a wide network."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks import sgd, training
from benchmarks.figures.kinds import Figure, Work
from chaos.network import Network
from chaos.training import steps

BATCH = 100


def euler(width: int) -> Iterator[Work]:
    x, y = sgd.data()
    weights = Network().initial((sgd.INPUTS, width, sgd.CLASSES), sgd.SEED)
    for make in sgd.ours, sgd.plain:
        path = make(x, y, weights, BATCH)
        yield Work(lambda path=path: next(path))


def training_step(width: int) -> Iterator[Work]:
    rows = training.data()
    widths = training.INPUTS, width, training.CLASSES
    yield Work(training.stepping(steps(training.settings(batch=BATCH, widths=widths), rows)))
    loop = training.plain(rows, BATCH, training.by_scipy, widths=widths)
    yield Work(training.stepping(loop))


FIGURES = (
    Figure("sgd", "a step of SGD on 784-5000-10, batch 100, float64", "",
           "NumPy, a loop with our noise", euler, 5_000, 4),
    Figure("training", "a step of training on 784-5000-10, batch 100, float32", "",
           "NumPy, a loop with SciPy's noise", training_step, 5_000, 4, rounds=5),
)  # fmt: skip
