"""A multi-layer perceptron whose weights are a tuple of arrays, in array code."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np

from stablenoise.checks import check_integer, told
from stablenoise.field import WORDS, Lane, NoiseField
from stablenoise.kernels.arrays import Array, array_module

from .checks import check_matrices, is_plain_array, told_array

Weights = tuple[Array, ...]
LAYER = 256  # distance of two layers in the lanes of a field
BLOCK = 1 << 17  # numbers of a signal that get their slope at a time
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
            option = getattr(self, name)
            if not isinstance(option, str) or option not in allowed:
                raise ValueError(f"{name} must be one of {', '.join(allowed)}, got {told(option)}")
        if not isinstance(self.bias, bool):
            raise ValueError(f"bias must be True or False, got {told(self.bias)}")

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
        if not isinstance(widths, tuple | list) or len(widths) < 2:
            raise ValueError(f"widths must be at least two positive integers, got {told(widths)}")
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

    @np.errstate(over="ignore", invalid="ignore")
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

        Raises
        ------
        ValueError
            If weights or x are no matrices, or their widths do not fit each other.

        """
        self._check(weights, x)
        *_, outputs = self._signals(weights, x)
        return outputs

    @np.errstate(over="ignore", invalid="ignore")
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
            In nats, or in the squared unit of the targets; inf beyond the floats.

        Raises
        ------
        ValueError
            As for ``forward``, if an output is beyond the floats, or if y is of neither kind or
            has a label beyond the outputs.

        """
        xp = array_module(x)
        outputs = _finite(self.forward(weights, x))
        if self.loss == "squared":
            return float(((outputs - _targets(outputs, y)) ** 2).sum() / (2 * len(x)))
        _check_labels(outputs, y)
        top = outputs.max(axis=1)
        excess = xp.log(xp.exp(outputs - top[:, None]).sum(axis=1))
        return float((top + excess - outputs[xp.arange(len(x)), y]).mean())

    @np.errstate(over="ignore", invalid="ignore")
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
            Of the shapes of the weights; memory for the activations of the batch in all hidden
            layers, and for one of them once more.

        Raises
        ------
        ValueError
            As for ``value``, or if ``seen`` gives another shape.

        """
        self._check(weights, x)
        if not (seen is None or callable(seen)):
            raise ValueError(f"seen must be a function of outputs, got {told(seen)}")
        *layers, outputs = self._signals(weights, x)
        signal = self._residual(_seen(seen, outputs), y)
        gradients = []
        for layer in reversed(range(len(weights))):
            self._average(signal, weights, layer)  # of (batch, outputs): the smaller array
            inputs = layers.pop()
            gradients.append(self._product(signal, inputs))
            if layer:
                signal = signal @ weights[layer][:, : inputs.shape[1]]
                self._multiply_by_slope(signal, inputs)
        return tuple(reversed(gradients))

    def step_factors(self, weights: Weights) -> tuple[int, ...]:
        """Factor by which the step of each array is multiplied.

        In the mean-field limit the gradient of a weight falls like 1 over the widths on its two
        hidden sides; the factor, n for a network of one hidden layer, undoes that.

        Returns
        -------
        tuple of int
            One for each array; 1 with standard scaling.

        Raises
        ------
        ValueError
            If weights are no matrices.

        """
        check_matrices(weights)
        if self.scaling == "standard":
            return (1,) * len(weights)
        fed_by = [1] + [len(w) for w in weights[:-1]]
        feeds = [len(w) for w in weights[:-1]] + [1]
        return tuple(a * b for a, b in zip(fed_by, feeds, strict=True))

    @np.errstate(over="ignore", invalid="ignore")
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
            As for ``forward``, if an output is beyond the floats, or if y holds no labels, or one
            beyond the outputs.

        """
        outputs = _finite(self.forward(weights, x))
        _check_labels(outputs, y)
        return float((outputs.argmax(axis=1) == y).mean())

    def _check(self, weights: Weights, x: Array) -> None:
        """Raise ValueError unless each layer takes what the one before gives."""
        check_matrices(weights)
        if not is_plain_array(x) or x.ndim != 2 or not len(x) or x.dtype.kind not in "biuf":
            raise ValueError(
                f"x must be an array of numbers, shape (batch, inputs), got {told_array(x)}"
            )
        fed = x.shape[1]
        for layer, w in enumerate(weights):
            if w.shape[1] != fed + self.bias:
                rule = f"weights[{layer}] must have {fed + self.bias} columns"
                raise ValueError(f"{rule}, one for each input, got shape {w.shape}")
            fed = len(w)

    def _signals(self, weights: Weights, x: Array) -> Iterator[Array]:
        """Yield what each layer is fed with, and the outputs."""
        signal = x
        for layer, w in enumerate(weights):
            yield signal
            neurons = signal.shape[1]
            signal = signal @ w[:, :neurons].T
            if signal.dtype.kind != "f":
                signal = signal.astype(float)
            if self.bias:
                signal += w[:, neurons]
            self._average(signal, weights, layer)
            if layer + 1 < len(weights):
                self._activate(signal)
        yield signal

    def _average(self, signal: Array, weights: Weights, layer: int) -> None:
        """Divide by how many neurons the layer averages over."""
        if layer and self.scaling == "mean_field":
            signal /= len(weights[layer - 1])

    def _product(self, signal: Array, inputs: Array) -> Array:
        """Gradient of a layer; the bias is the column of an input that is always 1."""
        if not self.bias:
            return signal.T @ inputs
        neurons = inputs.shape[1]
        kind = array_module(signal).result_type(signal, inputs)
        gradient = array_module(signal).empty((signal.shape[1], neurons + 1), kind)
        gradient[:, :neurons] = signal.T @ inputs
        gradient[:, neurons] = signal.sum(axis=0)
        return gradient

    def _activate(self, signal: Array) -> None:
        xp = array_module(signal)
        if self.activation == "relu":
            xp.maximum(signal, 0, out=signal)
        if self.activation == "tanh":
            xp.tanh(signal, out=signal)

    def _multiply_by_slope(self, signal: Array, activated: Array) -> None:
        """Times the derivative of the activation, from its value, by blocks that fit the cache."""
        if self.activation == "linear":
            return
        rows = max(1, BLOCK // signal.shape[1])
        for low in range(0, len(signal), rows):
            part, value = signal[low : low + rows], activated[low : low + rows]
            part *= value > 0 if self.activation == "relu" else 1 - value**2

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


def _finite(outputs: Array) -> Array:
    """Outputs, or ValueError if one is beyond the floats."""
    good = array_module(outputs).isfinite(outputs)
    if not good.all():
        raise ValueError(f"outputs must be finite, got {float(outputs[~good][0])}")
    return outputs


def _seen(seen: Callable[[Array], Array] | None, outputs: Array) -> Array:
    """Outputs at which the loss has its slope."""
    if seen is None:
        return outputs
    other = seen(outputs)
    if not is_plain_array(other) or other.shape != outputs.shape:
        raise ValueError(
            f"seen must give outputs of shape {outputs.shape}, got {told_array(other)}"
        )
    return other


def _targets(outputs: Array, y: Array) -> Array:
    """Real targets in the shape of the outputs; labels become unit vectors."""
    if is_plain_array(y) and y.dtype.kind == "f" and y.size == outputs.size:
        return y.reshape(outputs.shape)
    _check_labels(outputs, y)
    return array_module(outputs).eye(outputs.shape[1], dtype=outputs.dtype)[y]


def _check_labels(outputs: Array, y: Array) -> None:
    rows, classes = outputs.shape
    if not is_plain_array(y) or y.shape != (rows,) or y.dtype.kind not in "iu":
        raise ValueError(f"y must hold {rows} integer labels, one a row, got {told_array(y)}")
    for label in (int(y.min()), int(y.max())):
        if not 0 <= label < classes:
            raise ValueError(f"labels must lie in [0, {classes}), got {label}")
