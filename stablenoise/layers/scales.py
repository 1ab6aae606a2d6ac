"""What a network wants of inputs in [0, 1]: as they are, centred, or less and over numbers."""

from math import prod
from typing import Any

import numpy as np

from stablenoise.checks import check_ends, check_finite, check_positive, told

SCALES = ("unit", "centred")
Numbers = float | tuple[float, ...]  # one, or one for each channel
Scaling = str | tuple[Numbers, Numbers] | None  # a name, or what is subtracted and divided by


def checked_scale(scale: Any) -> Scaling:
    """Return a scale of inputs, numbers as floats, or raise ValueError unless it is one."""
    if scale is None or (isinstance(scale, str) and scale in SCALES):
        return scale
    if not isinstance(scale, tuple):
        raise ValueError(f"scale must be one of {', '.join(SCALES)}, got {told(scale)}")
    if len(scale) != 2:
        raise ValueError(f"scale must be what to subtract and to divide by, got {told(scale)}")
    subtract = _numbers("subtract of scale", scale[0], check_finite)
    divide = _numbers("divide of scale", scale[1], check_positive)
    lengths = {len(part) for part in (subtract, divide) if isinstance(part, tuple)}
    if len(lengths) > 1:
        raise ValueError(f"subtract and divide of scale must be of as many channels, got {scale}")
    return subtract, divide


def scaled(x: np.ndarray, scale: Scaling, overwrite: bool = False) -> np.ndarray:
    """Rows of pixels in [0, 1], channel by channel, as a network wants them.

    ``overwrite`` says that x, of floats, may be overwritten: then no memory is taken.  ValueError
    where what comes out is beyond the floats.
    """
    if scale is None or scale == "unit":
        return x
    with np.errstate(all="ignore"):
        found = _scaled(np.ascontiguousarray(x), scale, overwrite)
    check_ends(f"inputs must be finite as {in_words(scale)}", found)
    return found


def _scaled(x: np.ndarray, scale: str | tuple[Numbers, Numbers], overwrite: bool) -> np.ndarray:
    if isinstance(scale, str):
        out = x if overwrite else None
        return np.subtract(np.multiply(2, x, out=out), 1, out=out)
    channels, numbers = channels_of(scale) or 1, prod(x.shape[1:])
    images = x.reshape(len(x), channels, numbers // channels)
    subtract, divide = (np.reshape(np.asarray(part, x.dtype), (-1, 1)) for part in scale)
    out = images if overwrite else None
    return np.divide(np.subtract(images, subtract, out), divide, out).reshape(len(x), numbers)


def in_words(scale: Scaling) -> str:
    """What is made of an input x."""
    if isinstance(scale, tuple):
        subtract, divide = (str(part) for part in scale)
        return f"(x - {subtract}) / {divide}"
    return "2 (x - 1/2)" if scale == "centred" else "x"


def channels_of(scale: Scaling) -> int | None:
    """How many channels a scale has numbers for, or None for any."""
    parts = scale if isinstance(scale, tuple) else ()
    return next((len(part) for part in parts if isinstance(part, tuple)), None)


def _numbers(name: str, said: Any, check: Any) -> Numbers:
    if isinstance(said, tuple | list) and said:
        return tuple(check(f"each of {name}", number) for number in said)
    return check(name, said)
