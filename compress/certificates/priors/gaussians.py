"""Dense networks of Gaussian weights: divergence from a prior, and errors of fresh draws."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import fsum, inf, isfinite, log
from typing import NamedTuple

import numpy as np
from numpy.random import Generator, Philox

from stablenoise.checks import check_all, check_integer, check_positive, real_values, told
from stablenoise.layers.kinds import Dense, Relu
from stablenoise.results import Result
from stablenoise.text_table import counted

from ...networks.model import Arrays, Model
from ..sample import checked_arrays

EPS = float(np.finfo(float).eps)
ROWS = 1000  # of which activations are held together


class Layer(NamedTuple):
    """A dense layer: its array of weights, and its array of biases if it has one."""

    weights: str
    bias: str | None


class Moments(NamedTuple):
    """Of the sums of a layer, each Gaussian given its inputs: means and variances."""

    mean: np.ndarray
    variance: np.ndarray

    def drawn(self, rng: Generator) -> np.ndarray:
        """Sums, each drawn once."""
        return self.mean + np.sqrt(self.variance) * rng.standard_normal(self.mean.shape)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class GaussianNetwork(Result):
    """A dense network with relu whose weights are independent Gaussian variables.

    Parameters
    ----------
    layers : tuple of Layer
        Names of the arrays of each layer, in order.
    means, spreads : dict of ndarray
        Mean and standard deviation of each weight; an array without spreads is fixed.

    Examples
    --------
    >>> GaussianNetwork((Layer("w", None),), {"w": np.eye(2)}, {"w": np.full((2, 2), 0.1)})
    GaussianNetwork(1 layer, 4 Gaussian weights)

    """

    layers: tuple[Layer, ...]
    means: Arrays
    spreads: Arrays

    def __post_init__(self) -> None:
        if not isinstance(self.layers, tuple) or not self.layers:
            raise ValueError(f"layers must be a tuple of one or more, got {told(self.layers)}")
        for name in (name for layer in self.layers for name in layer if name is not None):
            if name not in self.means:
                raise ValueError(f"means must have the arrays of layers, got none for {name!r}")
            mean = real_values(f"means[{name!r}]", self.means[name])
            check_all(np.isfinite(mean), f"means[{name!r}] must be finite", mean)
        for name, spread in self.spreads.items():
            if name not in self.means or np.shape(spread) != np.shape(self.means[name]):
                seen = np.shape(spread)
                raise ValueError(f"spreads[{name!r}] must have the shape of its mean, got {seen}")
            good = (spread > 0) & (spread < np.inf)
            check_all(good, f"spreads[{name!r}] must be positive and finite", spread)

    def _summary(self) -> str:
        count = sum(a.size for a in self.spreads.values())
        return f"{counted(len(self.layers), 'layer')}, {counted(count, 'Gaussian weight')}"

    def divergence(self, prior: Arrays, spread: float) -> float:
        r"""Divergence from Gaussian weights about a prior network, all of one spread.

        .. math:: \sum_i \log(\tau / \sigma_i)
                  + \frac{\sigma_i^2 + (\mu_i - \nu_i)^2}{2 \tau^2} - \frac{1}{2}

        Parameters
        ----------
        prior : dict of ndarray
            nu, of the shapes of ``means``.
        spread : float
            tau, positive.

        Returns
        -------
        float
            Nats, rounded upwards; inf if a fixed array is not the prior's.

        Raises
        ------
        ValueError
            If an argument is out of range.

        Examples
        --------
        >>> one = GaussianNetwork((Layer("w", None),), {"w": np.eye(2)}, {"w": np.full((2, 2), .5)})
        >>> round(one.divergence({"w": np.zeros((2, 2))}, 0.5), 6)
        4.0

        """
        spread = check_positive("spread", spread)
        check_prior(self.means, prior)
        with np.errstate(over="ignore", invalid="ignore"):  # told by a sum that is not finite
            sums = list(self._sums(prior))
        weights = sum(part.size for part in sums)
        terms = [log(spread) * weights, -fsum(part.logs for part in sums), -weights / 2]
        terms.append(fsum(part.squares for part in sums) / spread / spread / 2)
        # Sums of NumPy by pairs, and logarithms, are right to some tens of ulps of their sizes.
        sizes = fsum(part.sizes for part in sums) + fsum(map(abs, terms))
        if not isfinite(sizes):  # too far for the floats: no limit follows
            return inf
        return max(0.0, fsum([*terms, 64 * EPS * sizes]))

    def _sums(self, prior: Arrays) -> Iterator[Sums]:
        """Of each array: what its divergence is made of, for any spread of the prior."""
        for name, mean in self.means.items():
            moved = (mean.astype(float) - prior[name]).ravel()
            if name in self.spreads:
                sigma = self.spreads[name].astype(float).ravel()
                logs, squares = np.log(sigma), sigma**2 + moved**2
                yield Sums(sigma.size, logs.sum(), squares.sum(), np.abs(logs).sum())
            elif moved.any():
                yield Sums(0, 0.0, np.inf, 0.0)

    def draw_errors(self, x: np.ndarray, labels: np.ndarray, draws: int, seed: int) -> int:
        """Errors of fresh networks: each example meets so many, each drawn for it alone.

        Parameters
        ----------
        x : ndarray, shape (n, inputs)
        labels : ndarray of int, shape (n,)
        draws : int
            Networks for each example, at least 1.
        seed : int
            In [0, 2^64).

        Returns
        -------
        int
            In [0, n draws]; a row with a NaN is an error.

        Raises
        ------
        ValueError
            If an argument is out of range.

        Notes
        -----
        Given what a layer is fed, its sums are independent Gaussian variables: they are drawn
        instead of the weights, which gives outputs of exactly the same law.

        References
        ----------
        Kingma, Salimans & Welling (2015), Adv. Neural Inf. Process. Syst. 28, for drawing sums.

        Examples
        --------
        >>> one = GaussianNetwork((Layer("w", None),), {"w": np.eye(2)}, {"w": np.full((2, 2), .1)})
        >>> one.draw_errors(np.eye(2), np.arange(2), draws=100, seed=1)
        0

        """
        draws, seed = check_integer("draws", draws, 1, 2**32), check_integer("seed", seed, 0, 2**64)
        x, labels = checked_arrays((x, labels))
        rng = Generator(Philox(key=seed | 1 << 64))  # no key of a training
        # In double precision: the law of the outputs is then that of the formula but for ties.
        means = {name: mean.astype(float) for name, mean in self.means.items()}
        variances = {name: spread.astype(float) ** 2 for name, spread in self.spreads.items()}
        chain = Chain(self.layers, means, variances)
        blocks = (slice(start, start + ROWS) for start in range(0, len(x), ROWS))
        return sum(chain.errors(x[rows], labels[rows], draws, rng) for rows in blocks)


class Chain(NamedTuple):
    """Layers with means and variances of their weights."""

    layers: tuple[Layer, ...]
    means: Arrays
    variances: Arrays

    def errors(self, x: np.ndarray, labels: np.ndarray, draws: int, rng: Generator) -> int:
        """Errors among so many outputs for each row, each of a network of its own."""
        first, *others = self.layers
        # Sums of the first layer have the same moments in every draw.
        start = moments(first, x.astype(float), self.means, self.variances)
        wrong = 0
        for _ in range(draws):
            outputs = start.drawn(rng)
            for layer in others:
                fed = np.maximum(outputs, 0)
                outputs = moments(layer, fed, self.means, self.variances).drawn(rng)
            missed = (outputs.argmax(axis=1) != labels) | np.isnan(outputs).any(axis=1)
            wrong += int(np.count_nonzero(missed))
        return wrong


class Sums(NamedTuple):
    """Of the weights of an array: how many, logs of spreads, squares, and sizes of the logs."""

    size: int
    logs: float
    squares: float
    sizes: float


def moments(layer: Layer, fed: np.ndarray, means: Arrays, variances: Arrays) -> Moments:
    """Means and variances of the sums of a layer, given what it is fed."""
    mean = fed @ means[layer.weights].T
    variance = np.zeros_like(mean)
    if layer.weights in variances:
        variance = (fed * fed) @ variances[layer.weights].T
    if layer.bias is not None:
        mean = mean + means[layer.bias]
        variance = variance + variances.get(layer.bias, 0)
    return Moments(mean, variance)


def dense_layers(model: Model) -> tuple[Layer, ...]:
    """Layers of a dense network with relu between them, or ValueError if it is another one."""
    kinds = [type(layer) for layer in model.architecture.layers]
    if kinds[::2] != [Dense] * len(kinds[::2]) or kinds[1::2] != [Relu] * (len(kinds) // 2):
        raise ValueError(f"prior must be of dense layers with relu between, got {model.line}")
    return tuple(_pairs(model.arrays))


def _pairs(arrays: Arrays) -> Iterator[Layer]:
    names = [*arrays, None]
    for name, following in zip(names[:-1], names[1:], strict=True):
        if name is not None and arrays[name].ndim == 2:
            has_bias = following is not None and arrays[following].ndim == 1
            yield Layer(name, following if has_bias else None)


def check_prior(means: Arrays, prior: Arrays) -> None:
    """Raise ValueError unless the prior has arrays of the names and shapes of the means."""
    if not isinstance(prior, dict) or set(prior) != set(means):
        raise ValueError(f"prior must be a dict of {', '.join(means)}, got {told(prior)}")
    for name, mean in means.items():
        if np.shape(prior[name]) != mean.shape:
            seen = np.shape(prior[name])
            raise ValueError(f"prior[{name!r}] must have shape {mean.shape}, got {seen}")
