"""A multi-layer perceptron whose weights are a tuple of arrays, in array code."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import sqrt

from stablenoise.arrays import Array, array_module
from stablenoise.checks import check_integer
from stablenoise.field import WORDS, Lane, NoiseField

Weights = tuple[Array, ...]
LAYER = 256  # distance of two layers in the lanes of a field
OPTIONS = {
    "activation": ("relu", "tanh", "linear"),
    "scaling": ("mean_field", "standard"),
    "loss": ("cross_entropy", "squared"),
}


@dataclass(frozen=True, slots=True)
class Network:
    r"""The rule by which weights become outputs; the weights themselves are the caller's.

    ``weights[l]`` has shape (neurons, inputs): a neuron, or particle, is a row.  With mean-field
    scaling a layer fed by n neurons takes their average,
    :math:`f(x) = n^{-1} \sum_i a_i h(\theta_i \cdot x)`, with standard scaling their sum.

    Parameters
    ----------
    activation : {"relu", "tanh", "linear"}
        Of every layer but the last, which is linear; with "linear" much has a closed form
        (``chaos.solvable``).
    scaling : {"mean_field", "standard"}
    loss : {"cross_entropy", "squared"}
        Softmax cross-entropy of integer labels in nats, or half the squared error; both are
        means over the batch.
    bias : bool
        With it, a layer has one more input, a neuron that is always 1: with mean-field scaling
        it is averaged like the others, so that in later layers it counts as 1 / n.

    Raises
    ------
    ValueError
        If an option is not one of those listed.

    References
    ----------
    Mean-field scaling and step: Wan et al., arXiv 2306.08125 (as summarised; its code has
    standard scaling).

    Examples
    --------
    >>> import numpy as np
    >>> network = Network()
    >>> weights = network.initial((64, 100, 10), seed=1)
    >>> [w.shape for w in weights]
    [(100, 64), (10, 100)]
    >>> network.forward(weights, np.ones((5, 64))).shape
    (5, 10)

    """

    activation: str = "relu"
    scaling: str = "mean_field"
    loss: str = "cross_entropy"
    bias: bool = False

    def __post_init__(self) -> None:
        for name, allowed in OPTIONS.items():
            if getattr(self, name) not in allowed:
                found = getattr(self, name)
                raise ValueError(f"{name} must be one of {', '.join(allowed)}, got {found!r}")

    def initial(self, widths: tuple[int, ...], seed: int) -> Weights:
        """Gaussian weights on the host; those of a narrow network begin those of a wider one.

        Parameters
        ----------
        widths : tuple of int
            (inputs, hidden, ..., outputs), at least two, each at least 1.
        seed : int
            In [0, 2^64).

        Returns
        -------
        tuple of ndarray, float64
            Entries have variance gain / inputs in the first layer, with gain 2 for relu and 1
            for tanh; in later layers the same, or 1 with mean-field scaling.

        Raises
        ------
        ValueError
            If widths or seed is out of range.

        """
        if len(widths) < 2:
            raise ValueError(f"widths must be at least two positive integers, got {widths}")
        widths = tuple(check_integer("each of widths", n, 1, WORDS - 1) for n in widths)
        gain = 2.0 if self.activation == "relu" else 1.0
        normal = NoiseField(2.0, seed, lane=Lane.INITIAL)  # of variance 2
        weights = []
        for layer, (inputs, outputs) in enumerate(zip(widths[:-1], widths[1:], strict=True)):
            average = layer > 0 and self.scaling == "mean_field"
            scale = sqrt((1.0 if average else gain / inputs) / 2)
            field = replace(normal, lane=Lane.INITIAL + LAYER * layer)
            weights.append(scale * field.at(range(outputs), 0, inputs + self.bias))
        return tuple(weights)

    def forward(self, weights: Weights, x: Array) -> Array:
        """Outputs of the network.

        Parameters
        ----------
        weights : tuple of ndarray
            As ``initial`` gives them, where the work is to be done.
        x : ndarray, shape (batch, inputs)
            Where the weights live.

        Returns
        -------
        ndarray, shape (batch, outputs)
            In nats, as logits, for cross-entropy; in the unit of the targets otherwise.

        """
        *_, (inputs, _) = self._layers(weights, x)
        return inputs @ weights[-1].T

    def value(self, weights: Weights, x: Array, y: Array) -> float:
        """Mean loss over the batch.

        Parameters
        ----------
        weights : tuple of ndarray
        x : ndarray, shape (batch, inputs)
        y : ndarray, shape (batch,) of int, or (batch, outputs) of float
            Labels in [0, outputs); real targets are for the squared loss only, and those of a
            single output may be flat.

        Returns
        -------
        float
            In nats, or in the squared unit of the targets.

        Raises
        ------
        ValueError
            If y is of neither kind.

        """
        xp = array_module(x)
        outputs = self.forward(weights, x)
        if self.loss == "squared":
            return float(((outputs - _targets(outputs, y)) ** 2).sum() / (2 * len(x)))
        _check_labels(outputs, y)
        top = outputs.max(axis=1)
        excess = xp.log(xp.exp(outputs - top[:, None]).sum(axis=1))
        return float((top + excess - outputs[xp.arange(len(x)), y]).mean())

    def gradient(
        self, weights: Weights, x: Array, y: Array, seen: Callable[[Array], Array] | None = None
    ) -> Weights:
        """Gradient of ``value`` with respect to each array of weights, by back-propagation.

        Parameters
        ----------
        weights, x, y
            As for ``value``.
        seen : callable, optional
            Outputs of the network -> the outputs at which the loss has its slope, both of shape
            (batch, outputs): those of another network, say (``chaos.mean_field``).

        Returns
        -------
        tuple of ndarray
            Of the shapes of the weights; memory for the activations of the batch in all layers.

        Raises
        ------
        ValueError
            If y is of neither kind.

        """
        layers = list(self._layers(weights, x))
        outputs = layers[-1][0] @ weights[-1].T
        signal = self._residual(seen(outputs) if seen else outputs, y)
        gradients = []
        for (inputs, fan), w in zip(reversed(layers), reversed(weights), strict=True):
            gradients.append(signal.T @ inputs)
            if len(gradients) < len(weights):
                neurons = w.shape[1] - self.bias
                signal = (signal @ w)[:, :neurons] / fan * self._slope(inputs[:, :neurons] * fan)
        return tuple(reversed(gradients))

    def step_factors(self, weights: Weights) -> tuple[int, ...]:
        """Factor by which the step of each array is multiplied.

        In the mean-field limit the gradient of a weight falls like 1 over the widths on its two
        hidden sides; the factor, n for a network of one hidden layer, undoes that.

        Returns
        -------
        tuple of int
            One for each array; 1 with standard scaling.

        """
        if self.scaling == "standard":
            return (1,) * len(weights)
        fed_by = [1] + [len(w) for w in weights[:-1]]
        feeds = [len(w) for w in weights[:-1]] + [1]
        return tuple(a * b for a, b in zip(fed_by, feeds, strict=True))

    def accuracy(self, weights: Weights, x: Array, y: Array) -> float:
        """Share of rows whose largest output is that of their label.

        Parameters
        ----------
        weights : tuple of ndarray
        x : ndarray, shape (batch, inputs)
        y : ndarray of int, shape (batch,)

        Returns
        -------
        float
            In [0, 1].

        Raises
        ------
        ValueError
            If y holds no labels.

        """
        _check_labels(x, y)
        return float((self.forward(weights, x).argmax(axis=1) == y).mean())

    def _layers(self, weights: Weights, x: Array) -> Iterator[tuple[Array, int]]:
        """Yield the inputs of each layer as its weights meet them, and the count averaged over."""
        xp = array_module(x)
        fan, signal = 1, x
        for layer, w in enumerate(weights):
            if layer:
                signal = self._activate(signal)
                fan = signal.shape[1] if self.scaling == "mean_field" else 1
            if self.bias:
                signal = xp.concatenate([signal, xp.ones_like(signal[:, :1])], axis=1)
            inputs = signal / fan if fan > 1 else signal
            yield inputs, fan
            if layer + 1 < len(weights):
                signal = inputs @ w.T

    def _activate(self, signal: Array) -> Array:
        xp = array_module(signal)
        if self.activation == "linear":
            return signal
        return xp.maximum(signal, 0) if self.activation == "relu" else xp.tanh(signal)

    def _slope(self, activated: Array) -> Array:
        """Derivative of the activation, from its value."""
        if self.activation == "linear":
            return 1.0
        return activated > 0 if self.activation == "relu" else 1 - activated**2

    def _residual(self, outputs: Array, y: Array) -> Array:
        """Derivative of the mean loss with respect to the outputs."""
        xp = array_module(outputs)
        if self.loss == "squared":
            return (outputs - _targets(outputs, y)) / len(outputs)
        _check_labels(outputs, y)
        share = xp.exp(outputs - outputs.max(axis=1)[:, None])
        share /= share.sum(axis=1)[:, None]
        share[xp.arange(len(outputs)), y] -= 1
        return share / len(outputs)


def _targets(outputs: Array, y: Array) -> Array:
    """Real targets in the shape of the outputs; labels become unit vectors."""
    if y.dtype.kind == "f" and y.size == outputs.size:
        return y.reshape(outputs.shape)
    _check_labels(outputs, y)
    return array_module(outputs).eye(outputs.shape[1], dtype=outputs.dtype)[y]


def _check_labels(rows: Array, y: Array) -> None:
    if y.shape != (len(rows),) or y.dtype.kind not in "iu":
        found = f"{y.dtype} of shape {y.shape}"
        raise ValueError(f"y must hold {len(rows)} integer labels, one a row, got {found}")
