"""What is asked of the layers of a network: arrays that are finite and fit each other."""

from collections.abc import Sequence
from itertools import chain, pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import check_kind, finite_floats, told
from stablenoise.layers.kinds import Activation, BatchNorm, Layer, Scale
from stablenoise.layers.stack import Architecture


def check_plan(plan: Architecture, between: object) -> None:
    """Raise ValueError unless an architecture says all that is needed, and between nothing."""
    check_kind("architecture", plan, Architecture)
    if between is not None:
        raise ValueError(f"between must not be said beside an architecture, got {told(between)}")
    if plan.of_images and plan.image is None:
        raise ValueError("architecture must say image, the shape of a point, got none")
    if any(isinstance(layer, BatchNorm) for layer in plan.layers):
        raise ValueError("batch norms of architecture must be folded first, got a batchnorm")


def check_chain(weights: tuple[np.ndarray, ...]) -> None:
    for layer, (before, after) in enumerate(pairwise(weights), 1):
        if after.shape[1] != len(before):
            rule = f"weights[{layer}] must have {len(before)} columns"
            raise ValueError(f"{rule}, as weights[{layer - 1}] has rows, got {after.shape[1]}")


def check_like(weights: Any, biases: Any, own: Sequence[np.ndarray]) -> None:
    """Raise ValueError unless weights have the shapes of the network's own, and biases fit."""
    for name, given in ("weights", weights), ("biases", biases):
        if given is None and name == "biases":
            continue
        if not isinstance(given, list | tuple):
            raise ValueError(f"{name} must be a sequence of arrays, got {told(given)}")
        shapes = [getattr(a, "shape", None) for a in given]
        wanted = [w.shape if name == "weights" else w.shape[:1] for w in own]
        if shapes != wanted:
            raise ValueError(f"{name} must have the shapes {told(wanted)}, got {told(shapes)}")


def pointwise(between: Any, matrices: int) -> tuple[tuple[Layer, ...], ...]:
    """Layers after each matrix, or ValueError unless they are activations and scales."""
    listed = isinstance(between, list | tuple) and len(between) == matrices
    if not listed or not all(isinstance(layers, list | tuple) for layers in between):
        rule = f"between must be a tuple of layers for each of {matrices} matrices"
        raise ValueError(f"{rule}, got {told(between)}")
    for layer in chain.from_iterable(between):
        if not isinstance(layer, Activation | Scale):
            raise ValueError(f"between must be activations and scales, got {told(layer)}")
    return tuple(map(tuple, between))


def nonzero_arrays(weights: Sequence[ArrayLike], ndims: tuple[int, ...]) -> tuple[np.ndarray, ...]:
    """Weights as finite arrays of these numbers of dimensions, none of them all zero."""
    checked = finite_arrays("weights", weights, ndims)
    for layer, matrix in enumerate(checked):
        if not matrix.any():
            raise ValueError(f"weights[{layer}] must have a nonzero entry, got zeros only")
    return checked


def finite_arrays(
    name: str, arrays: Sequence[ArrayLike], ndims: tuple[int, ...]
) -> tuple[np.ndarray, ...]:
    if not (np.iterable(arrays) and hasattr(arrays, "__len__")):
        raise ValueError(f"{name} must be a sequence of arrays, got {told(arrays)}")
    if not len(arrays):
        raise ValueError(f"{name} must hold at least one array, got none")
    checked = tuple(finite_floats(f"{name}[{layer}]", x) for layer, x in enumerate(arrays))
    for layer, x in enumerate(checked):
        if x.ndim not in ndims or not x.size:
            wanted = " or ".join(f"{ndim}-d" for ndim in ndims)
            rule = f"{name}[{layer}] must be a non-empty {wanted} array"
            kernels = "; kernels need an architecture" if x.ndim == 4 else ""
            raise ValueError(f"{rule}, got shape {x.shape}{kernels}")
    return checked


def fitting_biases(
    biases: Sequence[ArrayLike], weights: tuple[np.ndarray, ...]
) -> tuple[np.ndarray, ...]:
    checked = finite_arrays("biases", biases, (1,))
    if len(checked) != len(weights):
        raise ValueError(f"biases must be as many as weights, {len(weights)}, got {len(checked)}")
    for layer, (b, w) in enumerate(zip(checked, weights, strict=True)):
        if len(b) != len(w):
            rule = f"biases[{layer}] must have {len(w)} entries"
            raise ValueError(f"{rule}, as weights[{layer}] has rows, got {len(b)}")
    return checked
