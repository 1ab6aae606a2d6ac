"""Scores of a description: sums, maxima and comparisons of whole numbers, the same everywhere.

Arrays of images are (channels, rows, columns, n) here: innermost loops run over images.  Sums have
32 bits as long as the bounds of ``grammar`` say that they fit, then 64.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod

import numpy as np

from stablenoise.checks import as_array, check_kind, check_unmasked, told
from stablenoise.kernels.compiler import jit
from stablenoise.kernels.threads import in_threads

from .descriptions import Description
from .grammar import Configuration, Domain, Layer
from .ink import normalised

BLOCK = 256  # images at a time
BLOCK_PIXELS = 2**22  # of what a layer sees of them, at most
Pair = tuple[int, int]
Integers = type[np.int32] | type[np.int64]


def scores(description: Description, images: np.ndarray) -> np.ndarray:
    """Scores of images, exactly.

    Parameters
    ----------
    description : Description
    images : ndarray of uint8, shape (n, rows, columns) or (n, channels, rows, columns)
        Of the size that the description's domain says; without channels if there is one.

    Returns
    -------
    ndarray of int64, shape (n, classes)
        By whole numbers, in as many threads as Numba has: the same on every machine.

    Raises
    ------
    ValueError
        If an argument is something else.

    Examples
    --------
    >>> from compress.certificates.ternary import Configuration, Domain
    >>> sums = Description(Configuration(Domain(2, 2, 2)), [np.stack([np.eye(2)[None]] * 2)])
    >>> scores(sums, np.array([[[1, 20], [30, 4]]], np.uint8))
    array([[5, 5]])

    """
    check_kind("description", description, Description)
    images = checked_images(description.configuration.domain, images)
    out = np.empty((len(images), description.configuration.domain.classes), np.int64)
    block = _block(description.configuration)

    def work(low: int, high: int) -> None:
        for start in range(low, high, block):
            stop = min(start + block, high)
            out[start:stop] = block_scores(description, images[start:stop])

    in_threads(work, len(images), per_thread=2 * block)
    return out


def predictions(description: Description, images: np.ndarray) -> np.ndarray:
    """Class of each image: the first of the largest scores.

    Parameters
    ----------
    description, images
        As for ``scores``.

    Returns
    -------
    ndarray of int64, shape (n,)

    Raises
    ------
    ValueError
        As ``scores``.

    Examples
    --------
    >>> from compress.certificates.ternary import Configuration, Domain
    >>> weights = np.array([-1, 0, 1]).reshape(3, 1, 1, 1)
    >>> sign = Description(Configuration(Domain(1, 1, 3)), [weights])
    >>> predictions(sign, np.array([[[7]], [[0]]], np.uint8))
    array([2, 0])

    """
    return scores(description, images).argmax(1)


def checked_images(domain: Domain, images: np.ndarray) -> np.ndarray:
    """Images of shape (n, channels, rows, columns), or ValueError unless they are the domain's."""
    check_unmasked("images", images)
    seen = as_array("images", images)
    plain = domain.channels == 1 and getattr(seen, "shape", ())[1:] == domain.shape[1:]
    if not isinstance(seen, np.ndarray) or not (plain or seen.shape[1:] == domain.shape):
        shape = ", ".join(map(str, domain.shape))
        raise ValueError(f"images must be an array of shape (n, {shape}), got {told(images)}")
    if seen.dtype != np.uint8:
        raise ValueError(f"images must be uint8, grey levels of 0 to 255, got {seen.dtype}")
    seen = np.asarray(seen)  # a masked array without masked values is one of a kind of its own
    return seen[:, None] if plain and seen.ndim == 3 else seen


def _block(chosen: Configuration) -> int:
    """Images at a time, so that what a layer sees of them stays in the cache, or in memory."""
    return max(1, min(BLOCK, BLOCK_PIXELS // max(map(prod, chosen.seen))))


def block_scores(description: Description, images: np.ndarray) -> np.ndarray:
    """Scores of some images, of shape (n, channels, rows, columns)."""
    chosen = description.configuration
    bounds = description.largest_sums()
    x = np.zeros((), np.int64)
    for view in views(chosen, images):
        x = x + features(description, lifted(view) if chosen.lift else view, bounds)
    return convolved(x, description.weights[-1], (1, 1), (0, 0), np.int64)[:, 0, 0].T


def features(description: Description, x: np.ndarray, bounds: Sequence[int]) -> np.ndarray:
    """What the last layer is given of one view, int64 of shape (channels, rows, columns, n)."""
    chosen = description.configuration
    for layer, weights, bound in zip(chosen.layers, description.weights, bounds, strict=False):
        kind = np.int32 if bound < 2**31 else np.int64
        x = applied(layer, weights, x, chosen.is_series, kind)
    return x.astype(np.int64)


def applied(
    layer: Layer, weights: np.ndarray, x: np.ndarray, series: bool, kind: Integers
) -> np.ndarray:
    """Convolution, maximum, centring, relu."""
    down = (1, 0) if series else (layer.stride, layer.pad)
    x = convolved(x, weights, (down[0], layer.stride), (down[1], layer.pad), kind)
    if layer.pool:
        x = pooled(x, 1 if series else 2)
    if layer.centred:
        x = kind(x[0, ..., 0].size) * x - x.sum((1, 2), kind, keepdims=True)
    return np.maximum(x, 0, out=x)


def pooled(x: np.ndarray, down: int) -> np.ndarray:
    """Maximum of each ``down`` x 2 places; an odd last row or column is dropped."""
    units, rows, columns, n = x.shape
    x = x[:, : rows // down * down, : columns // 2 * 2]
    return x.reshape(units, rows // down, down, columns // 2, 2, n).max((2, 4))


def views(chosen: Configuration, images: np.ndarray) -> Iterator[np.ndarray]:
    """Images, normalised if they are to be, and all that scores are sums over."""
    if chosen.moments is not None:
        images = normalised(images[:, 0], chosen.moments)[:, None]
    x = np.ascontiguousarray(images.transpose(1, 2, 3, 0), np.int32)  # below 2^20
    across = range(-chosen.reach, chosen.reach + 1)
    for seen in [x, x[:, :, ::-1]] if chosen.mirror else [x]:
        for down in (0,) if chosen.is_series else across:
            for right in across:
                yield shifted(seen, down, right)


def shifted(x: np.ndarray, down: int, right: int) -> np.ndarray:
    """Images moved by whole pixels, out of sight perhaps; what comes in is zero."""
    out = np.zeros_like(x, order="C")
    rows, columns = x.shape[1:3]
    down, right = np.clip((down, right), (-rows, -columns), (rows, columns)).tolist()
    to = slice(max(down, 0), rows + min(down, 0)), slice(max(right, 0), columns + min(right, 0))
    seen = slice(max(-down, 0), rows - max(down, 0)), slice(max(-right, 0), columns - max(right, 0))
    out[:, *to] = x[:, *seen]
    return out


def lifted(x: np.ndarray) -> np.ndarray:
    """Each channel's four oriented differences: to the right up and down, to below up and down."""
    after = shifted(x, 0, -1) - x, shifted(x, -1, 0) - x
    each = np.stack([after[0], -after[0], after[1], -after[1]], 1)
    return np.maximum(each, 0).reshape(-1, *x.shape[1:])


def convolved(
    x: np.ndarray, weights: np.ndarray, strides: Pair, pads: Pair, kind: Integers
) -> np.ndarray:
    """Sums of patches with weights -1, 0 and 1, of this kind of integers."""
    sizes = zip(x.shape[1:3], weights.shape[2:], strides, pads, strict=True)
    places = [(size + 2 * pad - side) // stride + 1 for size, side, stride, pad in sizes]
    out = np.zeros((len(weights), *places, x.shape[3]), kind)
    add_patches(x, weights, strides, pads, out)
    return out


@jit(nogil=True)
def add_patches(x, weights, strides, pads, out):
    """Add to ``out``; with fewer inputs than x has channels unit u sees channel u of them, anew."""
    units, inputs, height, width = weights.shape
    for u, r, q in np.ndindex(out.shape[:3]):
        to = out[u, r, q]  # stays in the cache while all patches are added to it
        for c, i, j in np.ndindex(inputs, height, width):
            weight = weights[u, c, i, j]
            y, z = r * strides[0] + i - pads[0], q * strides[1] + j - pads[1]
            if weight != 0 and 0 <= y < x.shape[1] and 0 <= z < x.shape[2]:
                seen = x[c if inputs == x.shape[0] else u % x.shape[0], y, z]
                if weight > 0:
                    for e in range(len(to)):
                        to[e] += seen[e]
                else:
                    for e in range(len(to)):
                        to[e] -= seen[e]
