"""What a dense layer makes of rows, and gradients through it."""

from stablenoise.kernels.arrays import Array, array_module

from . import few_weights
from .few_weights import FewWeights
from .products import add_product
from .weighted_kinds import Dense


def forward(
    layer: Dense,
    x: Array,
    weights: Array | FewWeights,
    bias: Array | None,
    out: Array | None = None,
) -> tuple[Array, Array]:
    """Outputs (n, units) of rows (n, inputs), and the rows themselves, which a gradient needs."""
    if isinstance(weights, FewWeights):
        return few_weights.multiplied(x, weights, bias), x
    y = x @ weights.T if out is None else array_module(x).matmul(x, weights.T, out=out)
    if bias is not None:
        # Integers times integers are integers, to which halves could not be added in place.
        y = y + bias if y.dtype.kind != "f" else _added(y, bias)
    return y, x


def backward(
    layer: Dense, dy: Array, kept: Array, weights: Array, out: Array | None = None
) -> Array:
    """Gradient with respect to the rows."""
    return dy @ weights if out is None else array_module(dy).matmul(dy, weights, out=out)


def add_gradient(
    layer: Dense, dy: Array, kept: Array, weights: Array, bias: Array | None, factor: float
) -> None:
    """Add factor times the gradients to weights and biases, in place."""
    add_product(weights, dy, kept, factor)
    if bias is not None:
        bias += factor * dy.sum(axis=0)


def _added(y: Array, bias: Array) -> Array:
    y += bias
    return y
