"""Values that stand for cells: of a histogram, or rounded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .samples import Sample

FEWEST_DIFFERENT = 0.5  # of the values, for each to stand for itself alone


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Different values in increasing order, their weights, and the borders halfway between."""

    sample: Sample
    borders: np.ndarray

    def counted(self, values: np.ndarray) -> Sample:
        """Values moved to those of their cells, and how many there are in each that has any."""
        places = np.searchsorted(self.borders, values)
        counts = np.bincount(places, minlength=self.sample.values.size)
        used = counts > 0
        return Sample(self.sample.values[used], counts[used].astype(float), self.sample.name)

    def below(self, sample: Sample) -> np.ndarray:
        """Shares of a sample of these values that are below each border."""
        weights = np.ones(sample.values.size) if sample.weights is None else sample.weights
        reached = np.concatenate([[0.0], np.cumsum(weights)])
        return reached[np.searchsorted(sample.values, self.borders)] / reached[-1]


def cells_of(sample: Sample) -> Cells | None:
    """The cells of a sample with weights, or of which many values are equal; None of others."""
    values, place, counts = np.unique(sample.values, return_inverse=True, return_counts=True)
    if sample.weights is None and values.size > FEWEST_DIFFERENT * sample.values.size:
        return None
    weights = counts.astype(float)
    if sample.weights is not None:
        weights = np.bincount(place, sample.weights)
    borders = values[:-1] / 2 + values[1:] / 2
    return Cells(Sample(values, weights, sample.name), borders)
