"""Ternary weights by Adam over latent real ones, straight through the rounding, alike everywhere.

Every sum has one order, every function is IEEE's or the house's own (``elementary``), and random
numbers are made of whole ones: the same settings give the same bytes on every processor.  Nothing
of it is told to a decoder, so that no bound charges for it.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import (
    check_callable,
    check_integer,
    check_kind,
    check_not_negative,
    check_path,
    check_positive,
    check_truth,
    told,
)
from stablenoise.data import files
from stablenoise.kernels import elementary

from ..sample import checked_sample
from .descriptions import Description, shaped
from .grammar import BRIGHTEST, GREY, Configuration
from .ink import normalised
from .learners import Learner, View, views
from .networks import checked_images
from .passes import softmax_slopes, spread
from .products import LANES

LARGEST = np.float32(1.49)  # of a latent weight: it is near where its rounding changes
WIDEST = np.float32(1.2)  # of a latent weight at first
SPREAD = 1.0  # of the scores at first, by their temperature
DECAYS = np.float32(0.9), np.float32(0.999)  # of Adam's means
TINY, ZERO = np.float32(1e-8), np.float32(0)
INITIAL, ORDER, VIEWS = 1, 2, 3  # what random words are for


@dataclass(frozen=True, slots=True)
class Training:
    """How weights are found; a decoder need not know, so that no bound charges for it.

    Parameters
    ----------
    epochs : int
        Passes over the examples, at least 1.
    rate : float
        Of Adam, positive; it falls to 0 as a squared cosine.
    pull : float
        Of latent weights to zero, at least 0, in units of the mean cross-entropy; it shortens the
        code, and grows over the first half.
    seed : int
        In [0, 2^32).
    size : int
        Examples of a batch, a positive multiple of 32.
    views : int
        Over how many shifts and mirror images scores are sums in a step, drawn anew for each from
        those of the configuration, without repetition; with 1 images are seen as they are.
    robust : bool
        Whether examples weigh less the less likely their label is, by the square root of its
        chance: where many stay wrong, others then count.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> Training(epochs=60, seed=3)
    Training(epochs=60, rate=0.02, pull=0.0001, seed=3, size=128, views=1, robust=False)

    """

    epochs: int = 30
    rate: float = 0.02
    pull: float = 1e-4
    seed: int = 0
    size: int = 128
    views: int = 1
    robust: bool = False

    def __post_init__(self) -> None:
        check_integer("epochs", self.epochs, 1, 2**20)
        check_integer("seed", self.seed, 0, 2**32)
        check_integer("size", self.size, LANES, 2**20)
        check_integer("views", self.views, 1, 2**10)
        check_truth("robust", self.robust)
        check_positive("rate", self.rate)
        check_not_negative("pull", self.pull)
        if self.size % LANES:
            raise ValueError(f"size must be a multiple of {LANES}, got {self.size}")


@dataclass(slots=True)
class State:
    """Where a training is: latent weights and log inverse temperature last, and Adam's means."""

    latent: np.ndarray
    mean: np.ndarray
    square: np.ndarray
    left: np.ndarray  # shares of Adam's two means that are still those of their beginning

    def step(self, slope: np.ndarray, rate: float) -> None:
        """Move against a slope: Kingma & Ba (2015), arXiv 1412.6980, algorithm 1."""
        first, second = DECAYS
        self.left *= DECAYS
        self.mean += (1 - first) * (slope - self.mean)
        self.square += (1 - second) * (slope * slope - self.square)
        bias = np.sqrt(1 - self.left[1]) / (1 - self.left[0])
        self.latent -= np.float32(rate * bias) * self.mean / (np.sqrt(self.square) + TINY)
        np.clip(self.latent[:-1], -LARGEST, LARGEST, out=self.latent[:-1])


def trained(
    configuration: Configuration,
    images: np.ndarray,
    labels: ArrayLike,
    training: Training | None = None,
    *,
    folder: str | os.PathLike | None = None,
    report: Callable[[int, int], object] | None = None,
) -> Description:
    """Description of a network of this configuration, trained from nothing.

    Parameters
    ----------
    configuration : Configuration
    images : ndarray of uint8
        At least 32, as for ``scores``.  They are seen without shifts and mirror image.
    labels : array_like of int, shape (n,)
    training : Training, optional
        ``Training()`` by default.
    folder : path, optional
        Where the state is kept after every epoch, so that a training that was interrupted goes on;
        it may be shared, as files are named after what they belong to.
    report : callable, optional
        Told each epoch, from 1, and the errors in it, which are of weights that change.

    Returns
    -------
    Description
        The same bytes on every processor.

    Raises
    ------
    ValueError
        If an argument is out of range.

    References
    ----------
    Bengio, Leonard & Courville (2013), arXiv 1308.3432, for slopes that pass the rounding.

    Examples
    --------
    Which of two pixels is brighter:

    >>> from compress.certificates.ternary import Configuration, Domain
    >>> images = np.random.default_rng(1).integers(0, 256, (2000, 1, 2), np.uint8)
    >>> found = trained(Configuration(Domain(1, 2, 2)), images, images[:, 0].argmax(1))
    >>> w = found.weights[0].reshape(2, 2)
    >>> (w[0] - w[1]).tolist() in ([1, -1], [2, -2])
    True

    """
    training = Training() if training is None else training
    check_kind("training", training, Training)
    check_notes(folder, report)
    images, labels = checked_examples(configuration, images, labels)
    training = _within(training, configuration, len(labels))
    seen = learnable(configuration, images)
    learner = Learner(configuration, training.size // LANES, training.views)
    kept = _Kept(folder, configuration, training, (seen, labels))
    done, state = kept.read() or (0, begun(learner, training.seed))
    for epoch in range(done, training.epochs):
        wrong = one_epoch(learner, state, (seen, labels), training, epoch)
        kept.write(epoch + 1, state)
        if report is not None:
            report(epoch + 1, wrong)
    return described(configuration, state.latent[:-1])


def _within(training: Training, chosen: Configuration, n: int) -> Training:
    """Settings that ask for no more examples, and no more views, than there are."""
    size = min(training.size, n // LANES * LANES)
    return replace(training, size=size, views=min(training.views, chosen.views))


def check_notes(folder: str | os.PathLike | None, report: Callable | None) -> None:
    """Raise ValueError unless there is a folder or none, and somebody to be told or nobody."""
    if folder is not None:
        check_path("folder", folder)
    if report is not None:
        check_callable("report", report)


def checked_examples(
    configuration: Configuration,
    images: np.ndarray,
    labels: ArrayLike,
    repeats: str | None = "drawn",
) -> tuple[np.ndarray, np.ndarray]:
    """Images of shape (n, channels, rows, columns) and labels, at least 32.

    What is learned from may repeat; what is certified on may not, unless it was so drawn.
    """
    check_kind("configuration", configuration, Configuration)
    images = checked_images(configuration.domain, images)
    rows = images.reshape(len(images), -1)
    sample = checked_sample(rows, labels, repeats, configuration.domain.classes)
    if len(images) < LANES:
        raise ValueError(f"images must be at least {LANES}, got {len(images)}")
    return images, np.asarray(sample.labels, np.int64)


def upright(chosen: Configuration, images: np.ndarray) -> np.ndarray:
    """Images of shape (n, channels, rows, columns), int32, after normalising if they are to be."""
    if chosen.moments is None:
        return images.astype(np.int32)
    return normalised(images[:, 0], chosen.moments)[:, None].astype(np.int32)


def brightness(chosen: Configuration) -> np.float32:
    """Factor that brings the brightest pixel to about 1: a power of 2, which rounds nothing."""
    return np.float32(2.0 ** -(BRIGHTEST.bit_length() + (GREY if chosen.moments else 0)))


def learnable(chosen: Configuration, images: np.ndarray) -> np.ndarray:
    """Images before shifts and differences, float32, about 1 at most."""
    return upright(chosen, images).astype(np.float32) * brightness(chosen)


def random_words(seed: int, purpose: int, epoch: int, count: int) -> np.ndarray:
    """Random 64-bit words, the same in every version of NumPy: those of Philox by themselves."""
    key = np.array([seed, purpose << 32 | epoch], np.uint64)
    return np.random.Philox(key=key).random_raw(count)


def begun(learner: Learner, seed: int) -> State:
    """Latent weights, uniform, of which half or more round to -1 or 1; no temperature yet."""
    words = random_words(seed, INITIAL, 0, learner.size) >> np.uint64(40)
    uniform = words.astype(np.float32) * np.float32(2.0**-23) - np.float32(1)
    latent = np.append(uniform * WIDEST, np.float32(np.nan))
    return State(latent, np.zeros_like(latent), np.zeros_like(latent), np.ones(2, np.float32))


def used(latent: np.ndarray) -> np.ndarray:
    """Latent weights rounded to -1, 0 and 1."""
    return np.rint(np.clip(latent, np.float32(-1), np.float32(1)))


def one_epoch(
    learner: Learner,
    state: State,
    data: tuple[np.ndarray, np.ndarray],
    training: Training,
    epoch: int,
    aim: np.ndarray | np.float32 = ZERO,
) -> int:
    """Errors in an epoch, after which the state is another; latent weights are pulled to an aim."""
    images, labels = data
    wrong, gains = 0, learner.gains
    seen = _views(learner, training, epoch)
    for index, gone in _batches(len(labels), training, epoch):
        learner.see(images, index, next(seen))
        slope, errors = _slope(learner, state, gains, labels[index], training.robust)
        pull = np.float32(training.pull * min(1.0, 2 * gone))
        slope[:-1] += pull * np.sign(state.latent[:-1] - aim)
        sine = elementary.double.sinpi(gone / 2)
        state.step(slope, training.rate * (1 - sine * sine))
        wrong += errors
    return wrong


def _slope(
    learner: Learner, state: State, gains: np.ndarray, labels: np.ndarray, robust: bool
) -> tuple[np.ndarray, int]:
    """Slope in latent weights and temperature, which the rounding passes unchanged; and errors."""
    weights = gains * used(state.latent[:-1])
    scores = learner.forward(weights)
    if np.isnan(state.latent[-1]):
        width = max(spread(scores.astype(np.float64)), 1e-6)
        state.latent[-1] = np.float32(-elementary.double.log(width / SPREAD))
    sharp = np.float32(elementary.single.exp(state.latent[-1]))
    slope = np.empty_like(scores)
    warmth, wrong = softmax_slopes(scores, labels, sharp, slope, robust)
    return np.append(gains * learner.backward(weights, slope), np.float32(warmth)), wrong


def _batches(n: int, training: Training, epoch: int) -> Iterator[tuple[np.ndarray, float]]:
    """Index sets of minibatches, each with the share of the training that is over."""
    order = np.argsort(random_words(training.seed, ORDER, epoch, n), kind="stable")
    steps = n // training.size
    for k in range(steps):
        gone = (epoch * steps + k) / (training.epochs * steps)
        yield order[k * training.size : (k + 1) * training.size], gone


def _views(learner: Learner, training: Training, epoch: int) -> Iterator[list[View]]:
    """Views for each step of an epoch."""
    all_views, k = views(learner.chosen), 0
    while training.views > 1:
        words = random_words(training.seed, VIEWS + k, epoch, len(all_views))
        order = np.argsort(words, kind="stable")[: training.views]
        yield [all_views[place] for place in sorted(order.tolist())]
        k += 1
    while True:
        yield all_views[:1]


def described(configuration: Configuration, latent: np.ndarray) -> Description:
    """Description of the network whose weights these round to."""
    return Description(configuration, shaped(used(latent).astype(np.int8), configuration.shapes))


class _Kept:
    """The state of a training in a folder, in a file named after all that it follows from."""

    def __init__(
        self,
        folder: str | os.PathLike | None,
        configuration: Configuration,
        training: Training,
        data: tuple[np.ndarray, np.ndarray],
    ) -> None:
        self._path: Path | None = None
        if folder is not None:
            key = hashlib.sha256(f"{configuration} {training}".encode())
            for array in data:
                key.update(np.ascontiguousarray(array).tobytes())
            self._path = Path(folder) / f"training-{key.hexdigest()[:32]}.npz"

    def write(self, done: int, state: State) -> None:
        """Write the state after so many epochs."""
        if self._path is None:
            return
        content = io.BytesIO()
        np.savez(content, state.latent, state.mean, state.square, state.left, done=done)
        files.write(self._path, content.getvalue())

    def read(self) -> tuple[int, State] | None:
        """Epochs done, and the state after them; None if nothing is there."""
        if self._path is None or not self._path.exists():
            return None
        try:
            with self._path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
                return int(kept["done"]), State(*(kept[f"arr_{k}"] for k in range(4)))
        except Exception as error:
            raise ValueError(
                f"folder must hold states of trainings, got {told(self._path)}"
            ) from error
