"""One batch forward and backward through the layers; gradients are added where they are wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from stablenoise.layers import passes
from stablenoise.layers.kinds import Dense, Layer

from .arrays import Arrays

Parts = Sequence[tuple[Layer, int | None]]  # layers, and their numbers among those with weights
LEAST_BYTES = 1 << 22  # of an array that is worth keeping: smaller ones the allocator keeps itself
Signal = Callable[[np.ndarray], np.ndarray]  # outputs to the derivative of the loss


class Workspace:
    """Arrays that one step after another writes over.

    The system takes a large array back as soon as it is freed, and hands out the next one page by
    page, each of them cleared: at a batch of thousands that costs more than noise and activations.
    """

    def __init__(self) -> None:
        self._arrays: dict[str, np.ndarray] = {}

    def array(self, name: str, shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray | None:
        """An array of any content, in which another one of this name was; None if it is small."""
        size = int(np.prod(shape))
        if size * dtype.itemsize < LEAST_BYTES:
            return None
        if name not in self._arrays or self._arrays[name].size < size:
            self._arrays.pop(name, None)
            self._arrays[name] = np.empty(size, dtype)
        return self._arrays[name][:size].reshape(shape)

    def clear(self) -> None:
        """Let go of all arrays."""
        self._arrays.clear()


class Sink(NamedTuple):
    """Where gradients go: ``total * kept + factor * gradient`` takes the place of ``total``."""

    totals: Arrays
    factors: Sequence[float]  # of each layer with weights
    kept: float = 1.0  # what remains of a total, before the gradient is added
    trained: Sequence[int] = ()


def forward(
    parts: Parts, arrays: Arrays, x: np.ndarray, room: Workspace, keep: bool = True
) -> tuple[Any, list]:
    """Outputs, and what each layer keeps for its gradients."""
    kept, overwrite = [], False
    for place, (layer, number) in enumerate(parts):
        weights, bias = arrays.of(number)
        out = None
        if isinstance(layer, Dense) and weights is not None:
            out = room.array(f"outputs {place}", (len(x), len(weights)), x.dtype)
        x, mine = passes.forward(layer, x, weights, bias, overwrite, out)
        # The rows of the caller are never written into, outputs that nobody keeps are.
        overwrite = passes.frees_outputs(layer)
        if keep:
            kept.append(mine)
    return x, kept


def add_gradients(
    parts: Parts, arrays: Arrays, kept: list, dy: Any, sink: Sink, room: Workspace,
    whole: bool = False,
) -> Any:  # fmt: skip
    """Add the gradients of all layers to the totals, which may be the weights themselves.

    Signals go back by the weights as they were: a layer passes them on before it is changed.  What
    the first layer is fed has no gradient but of a ``whole`` way back, which returns it.
    """
    lowest = 0 if whole else min((i for i, (_, number) in enumerate(parts) if number is not None))
    signal, turns = dy, 0
    for place in reversed(range(lowest, len(parts))):
        layer, number = parts[place]
        weights, _ = arrays.of(number)
        mine, before = kept.pop(), None
        if whole or place > lowest:
            out = None
            if isinstance(layer, Dense):
                # The signal that is read lies in the other of the two arrays.
                turns += 1
                out = room.array(f"signal {turns % 2}", mine.shape, signal.dtype)
            before = passes.backward(layer, signal, mine, weights, out)
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


def at_once(
    parts: Parts, arrays: Arrays, x: np.ndarray, signal: Signal, sink: Sink, room: Workspace
) -> None:
    """All rows through all layers."""
    outputs, kept = forward(parts, arrays, x, room)
    add_gradients(parts, arrays, kept, signal(outputs), sink, room)


def by_units(
    parts: Parts, arrays: Arrays, x: np.ndarray, signal: Signal, sink: Sink, room: Workspace,
    units: int,
) -> None:  # fmt: skip
    """All rows through some units of the first layer at a time, which go forward twice.

    The activations of a wide hidden layer never exist together, and no gradient has to wait for
    others: a block of units is done with once it has been changed.
    """
    second = [i for i, (_, number) in enumerate(parts) if number is not None][1]
    head, rest, others = parts[: second + 1], parts[second + 1 :], Workspace()
    blocks = [slice(low, low + units) for low in range(0, len(arrays.weights[0]), units)]
    outputs = sum(forward(head, arrays.part(b), x, room, keep=False)[0].copy() for b in blocks)
    if (bias := arrays.biases[1]) is not None:
        outputs += bias
    result, kept = forward(rest, arrays, outputs, others)
    back = add_gradients(rest, arrays, kept, signal(result), sink, others, whole=True)
    for block in blocks:
        part = arrays.part(block)
        _, kept = forward(head, part, x, room)
        mine = sink._replace(totals=sink.totals.part(block))
        add_gradients(head, part, kept, back, mine, room)
    if (total := sink.totals.biases[1]) is not None and 1 in sink.trained:
        total *= sink.kept
        total += sink.factors[1] * back.sum(axis=0)
