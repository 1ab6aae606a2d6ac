"""A multi-layer perceptron in array code; its weights are a tuple of arrays."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import sqrt

import numpy as np

from stablenoise.checks import check_callable, check_choice, check_integer, check_truth, told
from stablenoise.field import LAYER, WORDS, Lane, NoiseField
from stablenoise.kernels.arrays import Array, array_module
from stablenoise.layers import activations
from stablenoise.layers.kinds import ACTIVATIONS, Activation

from .checks import check_matrices, is_plain_array, told_array
from .losses import loss_gradient, mean_loss, share_correct

__all__ = ["LAYER", "Network", "Weights"]

Weights = tuple[Array, ...]
OPTIONS = {
    "activation": ("relu", "tanh", "linear"),
    "scaling": ("mean_field", "standard"),
    "loss": ("cross_entropy", "squared"),
}


@dataclass(frozen=True, slots=True)
class Network:
    r"""A multi-layer perceptron: how weights and inputs become outputs, losses and gradients.

    It holds no weights: they are a tuple of arrays that its methods take.  ``weights[l]`` has shape
    (neurons, inputs): a neuron, or particle, is a row.  With mean-field scaling a layer fed by n
    neurons takes their average, :math:`f(x) = n^{-1} \sum_i a_i h(\theta_i \cdot x)`; with
    standard scaling it takes their sum.

    Parameters
    ----------
    activation : {"relu", "tanh", "linear"}
        Activation of every layer but the last, which is linear.  Linear networks are solved in
        ``chaos.solvable``.
    scaling : {"mean_field", "standard"}
    loss : {"cross_entropy", "squared"}
        Softmax cross-entropy of integer labels in nats, or half the squared distance from
        targets; both are means over the batch.
    bias : bool
        If true, each layer has one more input, which is always 1.  Mean-field scaling divides it
        by n like the others.

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
            check_choice(name, getattr(self, name), allowed)
        check_truth("bias", self.bias)

    def initial(self, widths: tuple[int, ...], seed: int) -> Weights:
        """Gaussian weights to begin with, as NumPy arrays.

        The weights of a narrow network are the first rows of those of a wider one.

        Parameters
        ----------
        widths : tuple of int
            (inputs, hidden, ..., outputs), at least two, each at least 1.
        seed : int
            In [0, 2^64).

        Returns
        -------
        tuple of ndarray, float64
            Entries have variance gain / inputs, where the gain is 2 for relu and 1 for other
            activations; with mean-field scaling 1 in all layers but the first.

        Raises
        ------
        ValueError
            If widths or seed is out of range.

        Examples
        --------
        >>> narrow, wide = (Network().initial((3, n, 2), seed=1) for n in (4, 9))
        >>> [w.shape for w in narrow], bool((wide[0][:4] == narrow[0]).all())
        ([(4, 3), (2, 4)], True)

        """
        if not isinstance(widths, tuple | list) or len(widths) < 2:
            raise ValueError(f"widths must be at least two positive integers, got {told(widths)}")
        widths = tuple(check_integer("each of widths", n, 1, WORDS - 1) for n in widths)
        gain = 2.0 if self.activation == "relu" else 1.0
        # Stable noise of index 2 has variance 2, which the scales below halve.
        normal = NoiseField(2.0, seed, lane=Lane.INITIAL)
        weights = []
        for layer, (inputs, outputs) in enumerate(zip(widths[:-1], widths[1:], strict=True)):
            average = layer > 0 and self.scaling == "mean_field"
            scale = sqrt((1.0 if average else gain / inputs) / 2)
            noise = normal.layer(layer).at(range(outputs), 0, inputs + self.bias)
            weights.append(scale * noise)
        return tuple(weights)

    @np.errstate(over="ignore", invalid="ignore")
    def forward(self, weights: Weights, x: Array) -> Array:
        """Outputs of the network.

        Parameters
        ----------
        weights : tuple of ndarray
            Shaped as ``initial`` gives them; NumPy arrays, or CuPy arrays to work on a GPU.
        x : ndarray, shape (batch, inputs)
            From the same library.

        Returns
        -------
        ndarray, shape (batch, outputs)
            Logits in nats for cross-entropy; in the unit of the targets otherwise.

        Raises
        ------
        ValueError
            If weights or x are not matrices, or their widths do not fit each other.

        Examples
        --------
        >>> weights = np.array([[1.0, -1.0], [2.0, 2.0]]), np.array([[1.0, 3.0]])
        >>> Network().forward(weights, np.array([[1.0, 2.0]]))  # (0 + 3 x 6) / 2
        array([[9.]])

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
            Labels in [0, outputs), for either loss; or real targets, for the squared loss only,
            which may be flat if there is one output.

        Returns
        -------
        float
            In nats, or in the squared unit of the targets; inf beyond the floats.

        Raises
        ------
        ValueError
            As for ``forward``; if an output is not finite; if y is neither labels nor targets, or
            a label has no output.

        Examples
        --------
        >>> weights = np.eye(2), np.eye(2)
        >>> network = Network(activation="linear", scaling="standard", loss="squared")
        >>> network.value(weights, np.array([[1.0, 2.0]]), np.array([[1.0, 5.0]]))
        4.5

        """
        return mean_loss(self.loss, self.forward(weights, x), y)

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
            Takes the outputs of the network, shape (batch, outputs), and gives the outputs at
            which the derivative of the loss is taken: those of another network, say
            (``chaos.record``, ``chaos.replay``).

        Returns
        -------
        tuple of ndarray
            Of the shapes of the weights.  Memory: the activations of the batch in all hidden
            layers, and those of one layer once more.

        Raises
        ------
        ValueError
            As for ``value``, or if ``seen`` gives another shape.

        Examples
        --------
        >>> weights = np.eye(2), np.eye(2)
        >>> network = Network(activation="linear", scaling="standard", loss="squared")
        >>> network.gradient(weights, np.array([[1.0, 2.0]]), np.array([[1.0, 5.0]]))[1]
        array([[ 0.,  0.],
               [-3., -6.]])

        """
        self._check(weights, x)
        if seen is not None:
            check_callable("seen", seen, "outputs")
        *layers, outputs = self._signals(weights, x)
        signal = loss_gradient(self.loss, _seen(seen, outputs), y)
        gradients = []
        for layer in reversed(range(len(weights))):
            # Before the product: (batch, outputs) is as a rule a smaller array than the gradient.
            self._average(signal, weights, layer)
            # Taken off the list, so that a layer's activations are freed once they have been used.
            inputs = layers.pop()
            gradients.append(self._product(signal, inputs))
            if layer:
                # Without the column of the bias: no layer lies behind its input, a constant.
                signal = signal @ weights[layer][:, : inputs.shape[1]]
                activations.backward(self._activation, signal, inputs)
        return tuple(reversed(gradients))

    def step_factors(self, weights: Weights) -> tuple[int, ...]:
        """Factors by which ``chaos.sgd`` multiplies the gradient of each array of weights.

        With mean-field scaling the gradient of a weight falls like 1 over the width of its layer
        and of the hidden layer before it.  The factor is the product of these widths (n if there
        is one hidden layer) and undoes that.

        Parameters
        ----------
        weights : tuple of ndarray

        Returns
        -------
        tuple of int
            One for each array; all 1 with standard scaling.

        Raises
        ------
        ValueError
            If weights are not matrices.

        Examples
        --------
        >>> network = Network()
        >>> network.step_factors(network.initial((64, 100, 50, 10), seed=1))
        (100, 5000, 50)

        """
        check_matrices(weights)
        if self.scaling == "standard":
            return (1,) * len(weights)
        fed_by = [1] + [len(w) for w in weights[:-1]]
        feeds = [len(w) for w in weights[:-1]] + [1]
        return tuple(a * b for a, b in zip(fed_by, feeds, strict=True))

    @np.errstate(over="ignore", invalid="ignore")
    def accuracy(self, weights: Weights, x: Array, y: Array) -> float:
        """Share of inputs whose largest output is that of their label.

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
            As for ``forward``; if an output is not finite; if y is not labels, or a label has no
            output.

        Examples
        --------
        >>> weights = np.eye(2), np.eye(2)
        >>> Network().accuracy(weights, np.array([[1.0, 2.0], [3.0, 0.0]]), np.array([1, 1]))
        0.5

        """
        return share_correct(self.forward(weights, x), y)

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
        """Yield the inputs of each layer, and the outputs at last."""
        signal = x
        for layer, w in enumerate(weights):
            yield signal
            neurons = signal.shape[1]
            signal = signal @ w[:, :neurons].T
            # Integers times integers are integers, which could not be averaged in place.
            if signal.dtype.kind != "f":
                signal = signal.astype(float)
            if self.bias:
                signal += w[:, neurons]
            self._average(signal, weights, layer)
            if layer + 1 < len(weights):
                signal, _ = activations.forward(self._activation, signal, overwrite=True)
        yield signal

    @property
    def _activation(self) -> Activation:
        return ACTIVATIONS[self.activation]()

    def _average(self, signal: Array, weights: Weights, layer: int) -> None:
        """With mean-field scaling, divide by the number of neurons that feed the layer."""
        if layer and self.scaling == "mean_field":
            signal /= len(weights[layer - 1])

    def _product(self, signal: Array, inputs: Array) -> Array:
        """Gradient of a layer; that of the bias is the column of an input that is always 1."""
        if not self.bias:
            return signal.T @ inputs
        neurons = inputs.shape[1]
        kind = array_module(signal).result_type(signal, inputs)
        gradient = array_module(signal).empty((signal.shape[1], neurons + 1), kind)
        gradient[:, :neurons] = signal.T @ inputs
        gradient[:, neurons] = signal.sum(axis=0)
        return gradient


def _seen(seen: Callable[[Array], Array] | None, outputs: Array) -> Array:
    """Outputs at which the derivative of the loss is taken."""
    if seen is None:
        return outputs
    other = seen(outputs)
    if not is_plain_array(other) or other.shape != outputs.shape:
        raise ValueError(
            f"seen must give outputs of shape {outputs.shape}, got {told_array(other)}"
        )
    return other
