"""How arrays lie in a file: units first or last, of matrices and of kernels each for itself."""

from typing import NamedTuple

import numpy as np


class Layout(NamedTuple):
    """How arrays lie in a file.

    Units come first, (units, inputs) and (units, channels, height, width), or last, (inputs, units)
    and (height, width, channels, units).
    """

    matrices_last: bool
    kernels_last: bool

    def turned(self, array: np.ndarray) -> np.ndarray:
        """An array of a file with its units first."""
        if array.ndim == 2 and self.matrices_last:
            return array.T
        return array.transpose(3, 2, 0, 1) if array.ndim == 4 and self.kernels_last else array

    def in_file(self, array: np.ndarray) -> np.ndarray:
        """An array with its units first as it lies in a file."""
        if array.ndim == 2 and self.matrices_last:
            return array.T
        return array.transpose(2, 3, 1, 0) if array.ndim == 4 and self.kernels_last else array


LAYOUTS = (Layout(False, False), Layout(True, True), Layout(True, False), Layout(False, True))
