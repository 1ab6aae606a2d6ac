"""Batch norms folded into the layers before them: a trained one is a product and a sum."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from stablenoise.layers.kinds import BatchNorm, Conv, Dense, Layer, Linear
from stablenoise.layers.stack import Architecture

from .containers import Arrays
from .names import part_of, place_of
from .pairing import Norm

EPSILON, EPSILON_OF_KERAS = 1e-5, 1e-3  # of their classes of batch norm, unless told otherwise


class Fold(NamedTuple):
    """A batch norm, the place among the layers with weights of the one before it, its epsilon."""

    norm: Norm
    layer: int
    epsilon: float


def said_folds(layers: Sequence[Layer]) -> list[Fold]:
    """Batch norms of an architecture, or ValueError unless each follows on a layer with weights."""
    folds, layer, foldable = [], -1, False
    for number, kind in enumerate(layers, 1):
        if isinstance(kind, Conv | Dense):
            layer, foldable = layer + 1, True
        elif isinstance(kind, BatchNorm):
            if not foldable:
                rule = "batchnorm must follow on a conv or dense layer, into which it is folded"
                raise ValueError(f"{rule}, got layer {number} elsewhere")
            norm = Norm("", kind.mean, kind.variance, kind.scale, kind.shift)
            folds.append(Fold(norm, layer, kind.epsilon))
        else:
            foldable = foldable and isinstance(kind, Linear)
    return folds


def without_norms(plan: Architecture, layers: Sequence[Layer]) -> Architecture:
    """An architecture of other layers, less the batch norms."""
    kept = tuple(layer for layer in layers if not isinstance(layer, BatchNorm))
    return replace(plan, layers=kept)


def owned_folds(norms: Sequence[Norm], order: Sequence[str], arrays: Arrays) -> list[Fold]:
    """Layers of batch norms that no architecture names, or ValueError where it is in doubt."""
    folds: list[Fold] = []
    for norm in norms:
        size = arrays[norm.mean].size
        fitting = [i for i, name in enumerate(order) if len(arrays[name]) == size]
        chosen = _owner(norm, order, fitting)
        if chosen is None or chosen in [fold.layer for fold in folds]:
            rule = f"batch norm {norm.stem or norm.mean} must follow on one layer of {size} units"
            raise ValueError(f"{rule}, got {len(fitting)} (name it in the architecture)")
        folds.append(Fold(norm, chosen, EPSILON_OF_KERAS if norm.of_keras else EPSILON))
    return folds


def _owner(norm: Norm, order: Sequence[str], fitting: list[int]) -> int | None:
    """The only layer that fits, that of the same numbers, or the last of smaller ones."""
    if len(fitting) == 1:
        return fitting[0]
    prefix, numbers = place_of(norm.stem)
    places = {i: place_of(part_of(order[i]).stem) for i in fitting}
    same = [i for i, place in places.items() if place.numbers == numbers]
    if len(same) == 1:
        return same[0]
    before = [i for i, p in places.items() if p.prefix == prefix and p.numbers < numbers]
    return max(before, key=lambda i: places[i].numbers, default=None)


def folded(
    weights: np.ndarray, bias: np.ndarray | None, fold: Fold, arrays: Arrays
) -> tuple[np.ndarray, np.ndarray]:
    """Weights and biases of a layer, units first, with a batch norm folded in.

    Computed in float64, and rounded once.
    """
    norm, units = fold.norm, len(weights)
    for name in norm.names:
        if arrays[name].size != units:
            rule = f"{name} must have {units} numbers, one for each unit"
            raise ValueError(f"{rule}, got shape {arrays[name].shape}")
    variance = arrays[norm.variance].astype(float).ravel()
    if not (variance + fold.epsilon > 0).all():
        rule = f"{norm.variance} must be above -epsilon = {-fold.epsilon}"
        raise ValueError(f"{rule}, got {variance.min()}")
    gain = 1 / np.sqrt(variance + fold.epsilon)
    if norm.scale is not None:
        gain = gain * arrays[norm.scale].astype(float).ravel()
    centre = arrays[norm.mean].astype(float).ravel()
    start = 0.0 if bias is None else bias.astype(float)
    shift = 0.0 if norm.shift is None else arrays[norm.shift].astype(float).ravel()
    kind = np.result_type(np.float32, weights.dtype)
    columns = gain.reshape(-1, *[1] * (weights.ndim - 1))
    return (weights * columns).astype(kind), ((start - centre) * gain + shift).astype(kind)
