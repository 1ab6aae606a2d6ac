"""Losses of a network's outputs: their means over a batch, and their derivatives.

``loss`` is "cross_entropy", of integer labels, or "squared", half the squared distance.
"""

from stablenoise.kernels.arrays import Array, array_module

from .checks import is_plain_array, told_array


def mean_loss(loss: str, outputs: Array, y: Array) -> float:
    """Mean loss over the batch, or ValueError if an output is not finite."""
    xp = array_module(outputs)
    _check_outputs(outputs)
    if loss == "squared":
        return float(((outputs - _targets(outputs, y)) ** 2).sum() / (2 * len(outputs)))
    check_labels(outputs, y)
    top = outputs.max(axis=1)  # exponentials of what is below it cannot overflow
    excess = xp.log(xp.exp(outputs - top[:, None]).sum(axis=1))
    return float((top + excess - outputs[xp.arange(len(outputs)), y]).mean())


def loss_gradient(loss: str, outputs: Array, y: Array) -> Array:
    """Derivative of the mean loss with respect to the outputs."""
    xp = array_module(outputs)
    if loss == "squared":
        return (outputs - _targets(outputs, y)) / len(outputs)
    check_labels(outputs, y)
    share = xp.exp(outputs - outputs.max(axis=1)[:, None])
    share /= share.sum(axis=1)[:, None]
    # The derivative of cross-entropy is the softmax less the unit vector of the label.
    share[xp.arange(len(outputs)), y] -= 1
    return share / len(outputs)


def share_correct(outputs: Array, y: Array) -> float:
    """Share of rows whose largest output is that of their label."""
    _check_outputs(outputs)
    check_labels(outputs, y)
    return float((outputs.argmax(axis=1) == y).mean())


def check_labels(outputs: Array, y: Array) -> None:
    """Raise ValueError unless ``y`` has one label for each row, and an output for each label."""
    rows, classes = outputs.shape
    if not is_plain_array(y) or y.shape != (rows,) or y.dtype.kind not in "iu":
        raise ValueError(f"y must hold {rows} integer labels, one a row, got {told_array(y)}")
    for label in (int(y.min()), int(y.max())):
        if not 0 <= label < classes:
            raise ValueError(f"labels must lie in [0, {classes}), got {label}")


def _check_outputs(outputs: Array) -> None:
    """Raise ValueError, which says the first, if an output is not finite."""
    finite = array_module(outputs).isfinite(outputs)
    if not finite.all():
        raise ValueError(f"outputs must be finite, got {float(outputs[~finite][0])}")


def _targets(outputs: Array, y: Array) -> Array:
    """Real targets in the shape of the outputs; labels become unit vectors."""
    if is_plain_array(y) and y.dtype.kind == "f" and y.size == outputs.size:
        return y.reshape(outputs.shape)
    check_labels(outputs, y)
    return array_module(outputs).eye(outputs.shape[1], dtype=outputs.dtype)[y]
