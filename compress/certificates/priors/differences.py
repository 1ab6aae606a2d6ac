"""A network relative to a prior network: differences pruned, quantised, coded, added."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import numpy as np

from stablenoise.checks import check_all

from ...coding.length import CodeLength, code_length
from ...coding.quantisation import quantise
from ...networks.facts import entries_share
from ...networks.model import Arrays, Model, Said
from ...pruning import magnitude
from ..trial import Predict, Settings, Trial, trial_of

LARGEST = 65_504.0  # of float16, of which the codebooks are


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Differences:
    """What a network has beside a prior network, and how both predict.

    ``changes`` are what its arrays are more than those of the prior, in float64; ``squares`` the
    mean square of what each weight is multiplied with (without one all weights count alike).
    """

    trial: Trial
    prior: Arrays
    changes: Arrays
    squares: Arrays

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the arrays, in the order of the code."""
        return tuple(self.prior)

    def coded(self, settings: Settings) -> CodeLength:
        """Shortest code of the differences; an array without a setting has none."""
        few = {name: self._few(name, settings) for name in self.names}
        codes = (code_length(few, codec) for codec in self.trial.codecs)
        return min(codes, key=attrgetter("charged"))

    def _few(self, name: str, settings: Settings) -> np.ndarray:
        """Differences of an array that are left, of few values, in the type of the prior."""
        kind, changes = self.prior[name].dtype, self.changes[name]
        if name not in settings or not changes.any():
            return np.zeros(changes.shape, kind)
        setting = settings[name]
        # Sizes are what the differences add to the sums of units, in mean square.
        sizes = np.abs(changes) * np.sqrt(self.squares.get(name, 1.0))
        kept = magnitude.prune(sizes, entries_share(changes, setting.keep))
        return quantise(np.where(kept > 0, changes, 0.0), setting.levels).weights.astype(kind)

    def decoded(self, code: CodeLength) -> Arrays:
        """Prior plus decoded differences, in floats of the prior's type."""
        few: Any = code.decoded
        return {name: a + few[name] for name, a in self.prior.items()}


def differences_of(
    weights: Arrays | Model,
    prior: Arrays | Model,
    x: np.ndarray,
    codecs: tuple[str, ...],
    predict: Predict | None = None,
    architecture: Said = None,
) -> Differences:
    """Differences of two networks of one making, or ValueError if they are not."""
    check_alike(weights, prior)
    trial, other = (trial_of(each, x, codecs, predict, architecture) for each in (prior, weights))
    if trial.model and other.model and trial.model.units_last != other.model.units_last:
        raise ValueError("prior must have the layout of weights, got units on the other side")
    old, new = network_arrays(trial), network_arrays(other)
    changes = {name: new[name].astype(float) - a.astype(float) for name, a in old.items()}
    for name, change in changes.items():
        rule = f"differences of weights[{name!r}] from prior must be at most {LARGEST:,.0f}"
        check_all(np.abs(change) <= LARGEST, rule, change)
    return Differences(trial, old, changes, trial.seeing(x).squares)


def network_arrays(trial: Trial) -> Arrays:
    """All arrays of a network, those of units that do nothing too, as floats."""
    arrays = trial.weights if trial.model is None else trial.model.arrays
    return {name: a if a.dtype.kind == "f" else a.astype(float) for name, a in arrays.items()}


def check_alike(weights: Arrays | Model, prior: Arrays | Model) -> None:
    """Raise ValueError unless the prior has arrays of the names and shapes of the weights."""
    ours, others = _shapes(weights), _shapes(prior)
    if ours is None or others is None or ours == others:
        return
    missing = [name for name in ours if name not in others]
    if missing or len(others) > len(ours):
        seen = ", ".join(map(str, others))
        raise ValueError(f"prior must have the arrays {', '.join(map(str, ours))}, got {seen}")
    name = next(name for name, shape in ours.items() if others[name] != shape)
    rule = f"prior[{name!r}] must have the shape of weights[{name!r}], {ours[name]}"
    raise ValueError(f"{rule}, got {others[name]}")


def _shapes(network: Any) -> dict[str, tuple[int, ...]] | None:
    """Shapes by name; None for what is no network, which is told elsewhere."""
    arrays = network.arrays if isinstance(network, Model) else network
    if not isinstance(arrays, dict):
        return None
    return {name: np.shape(a) for name, a in arrays.items()}
