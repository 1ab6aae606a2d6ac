"""Images centred, sheared and scaled by the moments of their own ink: no label, no other image.

Moments are how handwriting has been normalised since before learning: Casey (1970), Moment
normalization of handprinted characters, IBM J. Res. Dev. 14, 548-557.
"""

import numpy as np

from stablenoise.kernels.compiler import jit

PIXEL = 0.1  # about the variance of one pixel, 1/12: no stroke is narrower


@jit
def normalised(images, spread, shape):
    """Images, float32, moved until the ink of each is central, upright and of one size.

    The standard deviation of the ink's rows becomes ``spread`` pixels; that of its columns is
    brought there by the power ``shape`` of its ratio to the rows', so that a one stays narrower
    than a zero.  Between pixels values are linear, outside they are zero.
    """
    out = np.zeros_like(images)
    for n, image in enumerate(images):
        row, column, rows, both, columns = moments(image)
        slant = both / rows if rows else 0.0
        tall, wide = np.sqrt(rows + PIXEL), np.sqrt(max(columns - both * slant, 0.0) + PIXEL)
        down, across = tall / spread, tall ** (1 - shape) * wide**shape / spread
        for i, j in np.ndindex(image.shape):
            y, x = i - (image.shape[0] - 1) / 2, j - (image.shape[1] - 1) / 2
            out[n, i, j] = between(image, row + y * down, column + x * across + slant * y * down)
    return out


@jit
def moments(image):
    """Centre of the ink (row, column) and its variances (rows, both, columns), in pixels."""
    mass = row = column = 0.0
    for i, j in np.ndindex(image.shape):
        mass += image[i, j]
        row += i * image[i, j]
        column += j * image[i, j]
    if mass == 0:
        return 0.0, 0.0, 0.0, 0.0, 0.0
    row, column = row / mass, column / mass
    rows = both = columns = 0.0
    for i, j in np.ndindex(image.shape):
        rows += (i - row) ** 2 * image[i, j] / mass
        both += (i - row) * (j - column) * image[i, j] / mass
        columns += (j - column) ** 2 * image[i, j] / mass
    return row, column, rows, both, columns


@jit
def between(image, y, x):
    """Linear interpolation of the image at (y, x), zero outside."""
    a, b, value = int(np.floor(y)), int(np.floor(x)), 0.0
    for p in range(max(a, 0), min(a + 2, image.shape[0])):
        for q in range(max(b, 0), min(b + 2, image.shape[1])):
            value += image[p, q] * (1 - abs(y - p)) * (1 - abs(x - q))
    return value
