"""Four pictures of a diagnosis: the tail, Hill's index, the order, and the values themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..tails import hill
from .order import autocorrelations, lags_of, ranks, sizes_of
from .pictures import DATA, DOTS, LAW, LINE, OTHER, four_axes, stretched
from .tail_reading import paths, quantile_grid

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from .diagnosis import Diagnosis

MOST_K = 20_000
PATHS = 400  # samples of the law, of which Hill's plot has the band
KS = 150
SHOWN = 4000  # values in time
WIDEST = 8.0  # standard deviations of an autocorrelation that are shown at least


def draw_diagnosis(diagnosis: Diagnosis, axes: Any) -> np.ndarray:
    """The four pictures, on new axes or on those that were given."""
    verdict = "may be stable" if diagnosis.is_stable else "is not stable"
    panels = four_axes(axes, f"{diagnosis.fit.name} {verdict}")
    tail, index, order, values = panels.ravel()
    fit = diagnosis.fit
    theta = fit.problem.top.theta
    z = (fit.unit.standardised(fit.sample.values) - theta[3]) / theta[2]
    sizes = np.sort(np.abs(z))[::-1]
    draw_tail(tail, diagnosis, sizes)
    draw_hill(index, diagnosis, sizes)
    draw_order(order, diagnosis)
    draw_values(values, z)
    return panels


def draw_tail(ax: Axes, diagnosis: Diagnosis, sizes: np.ndarray) -> None:
    """Shares of values beyond a distance, of the law, and the power that Hill reads."""
    n, k = sizes.size, diagnosis.k
    alpha, beta = map(float, diagnosis.fit.problem.top.theta[:2])
    rank = np.unique(np.geomspace(1, n, LINE).astype(int))
    ax.plot(sizes[rank - 1], (rank - 0.5) / n, color=DATA, label="values", **DOTS)
    depths, logs = quantile_grid(alpha, beta)
    shown = depths < np.log(4 * n)
    ax.plot(np.exp(logs[shown]), np.exp(-depths[shown]), color=LAW, label="law of the fit")
    if diagnosis.tail_index is not None:
        reach = np.geomspace(1.0, max(2.0, sizes[0] / sizes[k]), LINE)
        power = (k + 0.5) / n * reach**-diagnosis.tail_index.value
        ax.plot(sizes[k] * reach, power, color=OTHER, linestyle="--", label="Hill's index")
    nearest = min(0.05, sizes[k]) if sizes[k] > 0 else 0.05
    farthest = max(10.0, 2 * sizes[0])
    ax.set(xscale="log", yscale="log", xlim=(nearest, farthest), ylim=(0.15 / n, 1.5))
    ax.set(xlabel="distance from the location, in scales", ylabel="share beyond", title="Tail")
    ax.legend(frameon=False)


def draw_hill(ax: Axes, diagnosis: Diagnosis, sizes: np.ndarray) -> None:
    """Hill's index over k, with the band of samples of the law."""
    ks = np.unique(np.geomspace(2, min(sizes.size - 1, MOST_K), KS).astype(int))
    alpha, beta = map(float, diagnosis.fit.problem.top.theta[:2])
    drawn = paths(alpha, beta, sizes.size, ks, PATHS, diagnosis.seed)
    tail = (1 - diagnosis.level) / 2
    low, middle, high = np.quantile(drawn, [tail, 0.5, 1 - tail], axis=0)
    ax.fill_between(ks, low, high, color=LAW, alpha=0.15, linewidth=0)
    ax.plot(ks, middle, color=LAW, label="law of the fit")
    known = ks[ks < np.count_nonzero(sizes)]
    if known.size and sizes[0] > sizes[known[0]]:
        path = hill.path(sizes, known)
        ax.plot(path.ks, path.values, color=DATA, label="values")
    ax.axvline(diagnosis.k, color=OTHER, linestyle="--", label=f"k = {diagnosis.k:,}")
    ax.axhline(diagnosis.stable_index, color=LAW, linewidth=0.8, linestyle=":")
    ax.set(xscale="log", ylim=(0, 3 * float(np.max(middle))))
    ax.set(xlabel="k", ylabel="tail index", title="Hill's index")
    ax.legend(frameon=False)


def draw_order(ax: Axes, diagnosis: Diagnosis) -> None:
    """Autocorrelations of ranks, and of ranks of distances from the median."""
    values = diagnosis.fit.sample.values
    lags = np.arange(1, lags_of(values.size) + 1)
    shown = (values, DATA, -0.2, "values"), (sizes_of(values), OTHER, 0.2, "sizes")
    for x, colour, shift, name in shown:
        ax.bar(lags + shift, autocorrelations(ranks(x), lags.size), 0.38, color=colour, label=name)
    deviation = values.size**-0.5
    ax.axhspan(-1.96 * deviation, 1.96 * deviation, color=LAW, alpha=0.15, linewidth=0)
    low, high = ax.get_ylim()
    reach = WIDEST * deviation
    ax.set(ylim=(min(low, -reach), max(high, reach)), xticks=lags)
    ax.set(xlabel="lag", ylabel="autocorrelation of ranks", title="Order")
    ax.legend(frameon=False)


def draw_values(ax: Axes, z: np.ndarray) -> None:
    """Values in the order in which they came: of many, some and the farthest."""
    farthest = np.argpartition(abs(z), max(0, z.size - SHOWN // 8))[-SHOWN // 8 :]
    at = np.unique(np.concatenate([np.linspace(0, z.size - 1, SHOWN).astype(int), farthest]))
    ax.plot(at, z[at], color=DATA, **{**DOTS, "markersize": 2.0})
    stretched(ax.yaxis, z, 1.0)
    ax.set(xlabel="place in the sample", ylabel="value less location, in scales", title="Values")
