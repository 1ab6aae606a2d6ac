"""A cell: one network, trained here and compressed by every method at every share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from paper_checks.experiments.compressed_networks import Case, Course, Outcome, compressed, trained
from stablenoise.data.cifar import load_cifar10
from stablenoise.data.datasets import Dataset, load_fashion_mnist, load_mnist

KEEPS = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7)
SEEDS = (1, 2, 3)
TESTED = 5_000  # test images, the first ones, where there are more
THREE_EPOCHS, TWENTY_EPOCHS = 2_800, 1_250  # minibatches of 64: of 60,000 images, and of 4,000


@dataclass(frozen=True, slots=True)
class Problem:
    """A data set, how long networks are trained on it, and the share of the paper's headline."""

    title: str
    load: Callable[[], Dataset]
    steps: int
    headline: float


PROBLEMS = {
    "mnist": Problem("MNIST", partial(load_mnist, standardise=False), THREE_EPOCHS, 0.15),
    "fashion_mnist": Problem(
        "Fashion-MNIST", partial(load_fashion_mnist, standardise=False), THREE_EPOCHS, 0.15
    ),
    "cifar10": Problem(
        "CIFAR-10, 4,000 images",
        partial(load_cifar10, standardise=False, part="subset"),
        TWENTY_EPOCHS,
        0.5,
    ),
}
SHAPES = {"300-100": (300, 100), "500-500-500": (500, 500, 500)}


class Cell(NamedTuple):
    """Data set, hidden widths and seed: of the training, and of what is drawn after it."""

    data: str
    shape: str
    seed: int


def all_cells(data: str) -> Iterator[Cell]:
    """Cells of a data set, seed by seed."""
    yield from (Cell(data, shape, seed) for seed in SEEDS for shape in SHAPES)


def case_of(cell: Cell) -> Case:
    """Train the network of a cell."""
    problem = PROBLEMS[cell.data]
    course = Course(SHAPES[cell.shape], problem.steps)
    return trained(problem.load, course, cell.seed, TESTED)


def rows(cell: Cell) -> Iterator[tuple[str, float, Outcome]]:
    """Method, share asked for and outcome; first of the whole network."""
    case = case_of(cell)
    yield "whole", 1.0, Outcome(1.0, 0.0, case.accuracy)
    for keep in KEEPS:
        for method, outcome in compressed(case, keep, cell.seed).items():
            yield method, keep, outcome
