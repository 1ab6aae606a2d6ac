"""One batch forward and backward through the layers; gradients are added where they are wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from stablenoise.layers import passes
from stablenoise.layers.kinds import Layer

from .arrays import Arrays

Parts = Sequence[tuple[Layer, int | None]]  # layers, and their numbers among those with weights
Signal = Callable[[np.ndarray], np.ndarray]  # outputs to the derivative of the loss


class Sink(NamedTuple):
    """Where gradients go: ``total * kept + factor * gradient`` takes the place of ``total``."""

    totals: Arrays
    factors: Sequence[float]  # of each layer with weights
    kept: float = 1.0  # what remains of a total, before the gradient is added
    trained: Sequence[int] = ()


def forward(parts: Parts, arrays: Arrays, x: np.ndarray, keep: bool = True) -> tuple[Any, list]:
    """Outputs, and what each layer keeps for its gradients."""
    kept, overwrite = [], False
    for layer, number in parts:
        weights, bias = arrays.of(number)
        x, mine = passes.forward(layer, x, weights, bias, overwrite=overwrite)
        # The rows of the caller are never written into, outputs that nobody keeps are.
        overwrite = passes.frees_outputs(layer)
        if keep:
            kept.append(mine)
    return x, kept


def add_gradients(
    parts: Parts, arrays: Arrays, kept: list, dy: Any, sink: Sink, whole: bool = False
) -> Any:
    """Add the gradients of all layers to the totals, which may be the weights themselves.

    Signals go back by the weights as they were: a layer passes them on before it is changed.  What
    the first layer is fed has no gradient but of a ``whole`` way back, which returns it.
    """
    lowest = 0 if whole else min((i for i, (_, number) in enumerate(parts) if number is not None))
    signal = dy
    for place in reversed(range(lowest, len(parts))):
        layer, number = parts[place]
        weights, _ = arrays.of(number)
        mine, before = kept.pop(), None
        if whole or place > lowest:
            before = passes.backward(layer, signal, mine, weights)
        if number is not None and number in sink.trained:
            _add(layer, signal, mine, number, sink)
        signal = before
    return signal


def _add(layer: Layer, dy: Any, kept: Any, number: int, sink: Sink) -> None:
    weights, bias = sink.totals.of(number)
    for total in (weights, bias):
        if total is not None and sink.kept != 1:
            total *= sink.kept
    passes.add_gradient(layer, dy, kept, weights, bias, sink.factors[number])


def at_once(parts: Parts, arrays: Arrays, x: np.ndarray, signal: Signal, sink: Sink) -> None:
    """All rows through all layers."""
    outputs, kept = forward(parts, arrays, x)
    add_gradients(parts, arrays, kept, signal(outputs), sink)


def by_units(
    parts: Parts, arrays: Arrays, x: np.ndarray, signal: Signal, sink: Sink, units: int
) -> None:
    """All rows through some units of the first layer at a time, which go forward twice.

    The activations of a wide hidden layer never exist together, and no gradient has to wait for
    others: a block of units is done with once it has been changed.
    """
    second = [i for i, (_, number) in enumerate(parts) if number is not None][1]
    head, rest = parts[: second + 1], parts[second + 1 :]
    slices = [slice(low, low + units) for low in range(0, len(arrays.weights[0]), units)]
    outputs = sum(forward(head, arrays.part(block), x, keep=False)[0] for block in slices)
    if (bias := arrays.biases[1]) is not None:
        outputs += bias
    result, kept = forward(rest, arrays, outputs)
    back = add_gradients(rest, arrays, kept, signal(result), sink, whole=True)
    for block in slices:
        mine, part = sink._replace(totals=sink.totals.part(block)), arrays.part(block)
        _, kept = forward(head, part, x)
        add_gradients(head, part, kept, back, mine)
    if (total := sink.totals.biases[1]) is not None and 1 in sink.trained:
        total *= sink.kept
        total += sink.factors[1] * back.sum(axis=0)
