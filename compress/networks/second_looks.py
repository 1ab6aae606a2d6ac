"""What a user should look at twice: another layout that fits, inputs beyond [0, 1], many errors."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from stablenoise.layers.scales import Scaling

from .model import Model
from .names import COUNTER, part_of

ENDS = {"unit": (0.0, 1.0), "centred": (-1.0, 1.0)}  # of images, scaled
OTHERWISE = "labels, the layout or the scale of inputs may be others"


def doubts(model: Model, x: np.ndarray, scale: Scaling) -> Iterator[str]:
    """Lines on a network and its scaled inputs, before anything is computed."""
    if square(model) and model.architecture.layout is None and not model.units_last:
        said = 'layout = "units_last" in an architecture says it'
        yield f"matrices are square: both layouts fit, and units first are taken; {said}"
    if lost := beside_norms(model):
        said = "scale or shift of a batchnorm in the architecture name them"
        yield f"left out, though their batch norm is folded: {', '.join(lost)}; {said}"
    ends = ENDS.get(scale) if isinstance(scale, str) else None
    if ends and x.size and not (ends[0] <= x.min() and x.max() <= ends[1]):
        low, high = ((end - ends[0]) / (ends[1] - ends[0]) for end in (x.min(), x.max()))
        yield f"inputs go from {low:.4g} to {high:.4g}, not from 0 to 1 as those of images"


def beside_norms(model: Model) -> list[str]:
    """Arrays left out of which the name is that of a folded batch norm, but for its counter."""
    stems = {part_of(name).stem for name in model.folded}
    parts = {name: part_of(name) for name in model.left_out}
    return [name for name, part in parts.items() if part.stem in stems and part.part != COUNTER]


def square(model: Model) -> bool:
    """Whether there are matrices, and all have as many units as inputs."""
    matrices = [w.shape for w in model.weights.values() if w.ndim == 2]
    return bool(matrices) and all(units == inputs for units, inputs in matrices)


def above_guessing(errors: float, labels: np.ndarray) -> Iterator[str]:
    """A line where there are more errors than by the most frequent label."""
    guessing = len(labels) - int(np.unique(labels, return_counts=True)[1].max())
    if errors > guessing:
        rule = f"more errors than by the most frequent label alone, {errors:,.0f} for {guessing:,}"
        yield f"{rule}: {OTHERWISE}"
