"""Activations of a network's hidden layers, applied in place: "relu", "tanh" or "linear"."""

from stablenoise.kernels.arrays import Array, array_module

# Slopes are made for this many values at a time, so that they are used while in the cache.
BLOCK_VALUES = 1 << 17


def activate(activation: str, signal: Array) -> None:
    """Replace the input of each neuron by its activation."""
    xp = array_module(signal)
    if activation == "relu":
        xp.maximum(signal, 0, out=signal)
    if activation == "tanh":
        xp.tanh(signal, out=signal)


def multiply_by_slope(activation: str, signal: Array, activated: Array) -> None:
    """Multiply a signal by the derivative of the activation, which is a function of its value."""
    if activation == "linear":
        return
    rows = max(1, BLOCK_VALUES // signal.shape[1])
    for low in range(0, len(signal), rows):
        block, value = signal[low : low + rows], activated[low : low + rows]
        block *= value > 0 if activation == "relu" else 1 - value**2
