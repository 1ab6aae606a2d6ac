r"""The table of log f for alpha in [1, 1.96] and \|beta\| to 0.9: ``table.npz``.

A band is an expansion of log f: a is linear in log(2 - alpha), b in sqrt(1 - beta), and
u = asinh(x).  ``make_table`` writes the file.
"""

from __future__ import annotations

import hashlib
import math
from bisect import bisect
from dataclasses import fields
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from .expansions import Band, banded, contraction, scaled
from .one_pass import Law, Place
from .polynomials import Panels

FILE = Path(__file__).with_name("table.npz")
SHA256 = "9dd1443c41a17df5a49f894d1d4d0432bb90613a96ee6993b8ca75da28ad34fd"
ALPHAS = (1.0, 1.1, 1.3, 1.6, 1.8, 1.9, 1.96)  # edges of the bands
BETAS = (0.0, 0.5, 0.9)  # those of abs(beta)
LAST_EDGE = 40.0  # u of the last edges
IN_FILE = tuple(field.name for field in fields(Band))[:-1]


def covers(alpha: float, beta: float) -> bool:
    """Whether the law lies in one of the bands."""
    return ALPHAS[0] <= alpha <= ALPHAS[-1] and abs(beta) <= BETAS[-1]


def law_at(alpha: float, beta: float) -> Law:
    """What the kernels read of one law, beta >= 0."""
    return kernel_law(panels(alpha, beta))


def kernel_law(found: Panels) -> Law:
    """The same of its panels."""
    powers = np.ascontiguousarray(found.powers.transpose(1, 2, 0))
    return Law(Place(), found.edges, found.cells, found.middle, found.stretch, powers)


def panels(alpha: float, beta: float) -> Panels:
    """Panels of one law, beta >= 0: log f and its derivatives in alpha, beta and u."""
    i, j = _band(ALPHAS, alpha), _band(BETAS, beta)
    return contracted(bands()[i, j], alpha, beta, ALPHAS[i : i + 2], BETAS[j : j + 2])


@cache
def bands() -> dict[tuple[int, int], Band]:
    """The table, read at the first call; ValueError if it is not the file of ``SHA256``."""
    return read(checked(FILE, SHA256))


def checked(path: Path, sha256: str) -> bytes:
    """Content of a file that must be this one."""
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if digest != sha256:
        raise ValueError(f"{path} must have the sha256 {sha256}, got {digest}")
    return content


def read(content: bytes) -> dict[tuple[int, int], Band]:
    """Bands by their numbers among those of alpha and of beta."""
    with np.load(BytesIO(content), allow_pickle=False) as file:
        return {
            (i, j): banded(*(file[f"{name}_{i}_{j}"] for name in IN_FILE))
            for i in range(len(ALPHAS) - 1)
            for j in range(len(BETAS) - 1)
        }


def of_alpha(alpha: Any) -> Any:
    """The variable that a is linear in: near alpha = 2 the tails are proportional to 2 - alpha."""
    return np.log(2 - alpha)


def of_beta(beta: Any) -> Any:
    """The variable that b is linear in: beta, log(1 - beta) and artanh(beta) need more terms."""
    return np.sqrt(1 - beta)


def contracted(
    band: Band, alpha: float, beta: float, alphas: tuple[float, ...], betas: tuple[float, ...]
) -> Panels:
    """Panels of one law of a band, which lies between these values."""
    a, a_slope = scaled(of_alpha(alpha), of_alpha(alphas[0]), of_alpha(alphas[1]))
    b, b_slope = scaled(of_beta(beta), of_beta(betas[0]), of_beta(betas[1]))
    slopes = -a_slope / (2 - alpha), -0.5 * b_slope / math.sqrt(1 - beta)
    powers = contraction(band, a, b, *slopes)
    return Panels(
        alpha, beta, (0.0, 0.0), band.edges, band.cells, band.middle, band.stretch, powers
    )


def _band(edges: tuple[float, ...], value: float) -> int:
    """Number of the band that a value lies in; the last edge is in the last."""
    return min(bisect(edges, value), len(edges) - 1) - 1
