"""Pictures of what the commands have found."""

from __future__ import annotations

import inspect
from math import nan
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from ..estimate import Estimate

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WHOLE = 10.0, 8.0  # inches
HALF = 10.0, 4.5
POINTS, OUTER = 2000, 0.9  # of a tail that are drawn, of this share of the values
STEPS = 60  # numbers of exceedances at which an index is drawn
FEWEST, SHARE = 5, 0.25  # exceedances, from and up to which share of the values


def _figure(size: tuple[float, float]) -> Figure:
    # Here and not above: without a picture matplotlib is not needed.
    from matplotlib.figure import Figure

    return Figure(size, layout="constrained")


def panel() -> Figure:
    """A figure for one panel, which is empty."""
    return _figure(HALF)


def of_four(result: Any) -> Figure:
    """The four panels of a fit or a diagnosis."""
    figure = _figure(WHOLE)
    result.plot(figure.subplots(2, 2))
    return figure


def of_tail(
    sample: np.ndarray, member: ModuleType, result: Estimate, tail: str | None, level: float
) -> Figure:
    """Share of values beyond each size with the index as a slope; indices by their k, if any."""
    figure = _figure(HALF)
    has_k = "k" in inspect.signature(member.estimate).parameters
    axes = figure.subplots(1, 2 if has_k else 1, squeeze=False)[0]
    _survival(axes[0], _sizes(sample, tail), result)
    if has_k:
        _by_k(axes[1], sample, member, {} if tail is None else {"tail": tail}, level)
        axes[1].axhline(result.value, color="black", linewidth=0.8)
    return figure


def _sizes(sample: np.ndarray, tail: str | None) -> np.ndarray:
    """Sizes of the values on the side that is meant, the largest first."""
    side = {"right": sample, "left": -sample}.get(tail or "both", np.abs(sample))
    return np.sort(side[side > 0])[::-1]


def _survival(ax: Axes, sizes: np.ndarray, result: Estimate) -> None:
    ranks = np.unique(np.geomspace(1, max(OUTER * len(sizes), 1), POINTS).astype(int))
    share = ranks / len(sizes)
    ax.loglog(sizes[ranks - 1], share, ".", markersize=3, label="values")
    # Through the value beyond which a fraction lies that most estimators rest on.
    middle = max(min(result.n, len(sizes) // 2), 1)
    start = sizes[middle - 1]
    x = np.array([start, sizes[0]])
    line = middle / len(sizes) * (x / start) ** -result.value
    ax.loglog(x, line, label=f"index {result.value:.3g}")
    ax.set(xlabel="size", ylabel="share of values beyond it")
    ax.legend()


def _by_k(
    ax: Axes, sample: np.ndarray, member: ModuleType, side: dict[str, str], level: float
) -> None:
    most = max(int(SHARE * len(sample)), FEWEST + 1)
    ks = np.unique(np.geomspace(FEWEST, most, STEPS).astype(int))
    rows = np.array([_at(k, sample, member, side, level) for k in ks.tolist()])
    (line,) = ax.semilogx(ks, rows[:, 0])
    ax.fill_between(ks, rows[:, 1], rows[:, 2], alpha=0.2, color=line.get_color())
    ax.set(xlabel="largest values, k", ylabel=f"tail index, {level:g} interval")


def _at(
    k: int, sample: np.ndarray, member: ModuleType, side: dict[str, str], level: float
) -> tuple[float, float, float]:
    """An index with its ends, NaN where the estimator refuses this k."""
    try:
        seen = member.estimate(sample, k, **side)
    except ValueError:
        return nan, nan, nan
    low, high = seen.conf_int(level)
    return seen.value, low, high if np.isfinite(high) else nan
