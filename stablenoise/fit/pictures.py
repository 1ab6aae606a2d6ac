"""Four pictures of a fit, drawn by Matplotlib: density, both tails, quantiles, probabilities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.special import betaincinv

from .. import law
from ..checks import told
from .both_tails import log_tails

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from .results import StableFit

DATA, OTHER, LAW = "#2f6f9f", "#c8642b", "#222222"  # colours
SHOWN = 400  # points: at equal steps of the logit of their probability
LINE = 300  # points of a curve
BAND = 0.95  # of pointwise bands
OUTSIDE = 0.005, 0.01, 0.025, 0.05, 0.1, 0.2  # probabilities left out of the density on either side
TICKS = 3  # on either side of 0
LINEAR = 3.0  # scales about 0 that a stretched axis has linear
NEAREST = 0.05  # distance from the location, in scales, from which on tails are drawn
WIDE = 12.0  # interquartile ranges that the density may show
MOST_BINS = 80
LARGEST_EXPONENT = 100  # of a scale in which pictures are drawn; beyond, in units of the scale
DOTS: dict[str, Any] = {
    "linestyle": "none",
    "marker": "o",
    "markersize": 3.2,
    "markeredgewidth": 0,
    "alpha": 0.8,
}


class Drawn(NamedTuple):
    """What the pictures show: a law at scale 1 and the values in its unit, in increasing order.

    ``share`` is the probability below the middle of each value's step; ``to_axis`` turns values to
    those of the axis, x = loc + scale z.
    """

    alpha: float
    beta: float
    z: np.ndarray
    weights: np.ndarray
    share: np.ndarray
    nobs: float
    scale: float
    loc: float
    name: str

    def to_axis(self, z: np.ndarray) -> np.ndarray:
        with np.errstate(over="ignore"):
            return self.loc + self.scale * z

    def chosen(self) -> np.ndarray:
        """Places of the values that are shown: all of few, and of many those far out."""
        reach = np.log(2 * self.nobs + 1)
        wanted = 1 / (1 + np.exp(-np.linspace(-reach, reach, SHOWN)))
        places = np.searchsorted(self.share, wanted)
        ends = np.array([0, self.z.size - 1])
        return np.unique(np.concatenate([np.minimum(places, self.z.size - 1), ends]))


def draw_fit(fit: StableFit, axes: Any) -> np.ndarray:
    """The four pictures, on new axes or on those that were given."""
    drawn = drawn_of(fit)
    title = f"Stable law fitted to {fit.name}: alpha = {fit.alpha:.4g}, beta = {fit.beta:.3g}"
    panels = four_axes(axes, title)
    density, tails, quantiles, probabilities = panels.ravel()
    draw_density(density, drawn)
    draw_tails(tails, drawn)
    draw_quantiles(quantiles, drawn)
    draw_probabilities(probabilities, drawn)
    return panels


def four_axes(axes: Any, title: str) -> np.ndarray:
    """Those that were given, or those of a new figure of this title."""
    if axes is None:
        from matplotlib.figure import Figure

        figure = Figure(figsize=(10, 7.5), layout="constrained")
        figure.suptitle(title)
        return figure.subplots(2, 2)
    from matplotlib.axes import Axes

    given = np.asarray(axes, dtype=object)
    if given.size != 4 or not all(isinstance(ax, Axes) for ax in given.ravel()):
        raise ValueError(f"axes must be four Axes of Matplotlib, got {told(axes)}")
    return given


def drawn_of(fit: StableFit) -> Drawn:
    """The sorted values in the unit of the law."""
    alpha, beta, scale, loc = map(float, fit.problem.top.theta)
    z = (fit.unit.standardised(fit.sample.values) - loc) / scale
    order = np.argsort(z, kind="stable")
    weights = np.ones(z.size) if fit.sample.weights is None else fit.sample.weights[order]
    share = (np.cumsum(weights) - weights / 2) / fit.nobs
    plain = abs(np.log10(fit.scale)) < LARGEST_EXPONENT
    place = (fit.scale, fit.loc, fit.name) if plain else (1.0, 0.0, f"({fit.name} - loc) / scale")
    return Drawn(alpha, beta, z[order], weights, share, fit.nobs, *place)


def draw_density(ax: Axes, drawn: Drawn) -> None:
    """Histogram of the values in the middle, and the density, on a logarithmic scale."""
    low, high = middle_of(drawn)
    inside = (drawn.z >= low) & (drawn.z <= high)
    number = drawn.weights[inside].sum()
    bins = int(np.clip(2 * number ** (1 / 3), 5, MOST_BINS))
    counts, edges = np.histogram(drawn.z[inside], bins, (low, high), weights=drawn.weights[inside])
    heights = counts / (drawn.nobs * np.diff(edges) * drawn.scale)
    z = np.linspace(low, high, LINE)
    curve = law.pdf(z, drawn.alpha, drawn.beta) / drawn.scale
    ax.stairs(heights, drawn.to_axis(edges), fill=True, color=DATA, alpha=0.45, label="values")
    ax.plot(drawn.to_axis(z), curve, color=LAW, label="law")
    seen = np.concatenate([heights[heights > 0], curve[curve > 0]])
    least = max(0.3 / (drawn.nobs * (edges[1] - edges[0]) * drawn.scale), seen.min() / 3)
    ax.set(yscale="log", ylim=(min(least, seen.max() / 10), 3 * seen.max()))
    ax.set(xlabel=drawn.name, ylabel="density", title="Density")
    ax.legend(frameon=False)


def middle_of(drawn: Drawn) -> tuple[float, float]:
    """Ends of a range of z that holds most values and is not mostly empty."""
    quartiles = np.interp([0.25, 0.75], drawn.share, drawn.z)
    spread = max(quartiles[1] - quartiles[0], 1.0)
    for outside in OUTSIDE:
        low, high = np.interp([outside, 1 - outside], drawn.share, drawn.z)
        if high - low <= WIDE * spread:
            break
    margin = 0.1 * max(high - low, 1.0)
    return float(low - margin), float(high + margin)


def draw_tails(ax: Axes, drawn: Drawn) -> None:
    """How many values are farther from the location than t, to the right and to the left."""
    at = drawn.chosen()
    z, share = drawn.z[at], drawn.share[at]
    sides = (z > NEAREST, z, 1 - share, DATA, "right"), (z < -NEAREST, -z, share, OTHER, "left")
    for here, size, beyond, colour, side in sides:
        ax.plot(drawn.scale * size[here], beyond[here], color=colour, label=side, **DOTS)
    t = np.geomspace(NEAREST, max(10.0, 2 * np.abs(drawn.z[[0, -1]]).max()), LINE)
    lower, upper = log_tails(np.concatenate([-t, t]), drawn.alpha, drawn.beta)
    ax.plot(drawn.scale * t, np.exp(upper[LINE:]), color=DATA, linewidth=1.4)
    ax.plot(drawn.scale * t, np.exp(lower[:LINE]), color=OTHER, linewidth=1.4, linestyle="--")
    ax.set(xscale="log", yscale="log", ylim=(0.15 / drawn.nobs, 1.3))
    ax.set(xlabel=f"t: distance of {drawn.name} from the location", ylabel="share beyond t")
    ax.set_title("Tails")
    ax.legend(frameon=False)


def draw_quantiles(ax: Axes, drawn: Drawn) -> None:
    """Values over the quantiles of the law, both less the location, with bands."""
    at = drawn.chosen()
    share = drawn.share[at]
    low, high = band(share, drawn.nobs)
    x, lowest, highest = (drawn.scale * quantiles_of(drawn, p) for p in (share, low, high))
    ax.fill_between(x, lowest, highest, color=LAW, alpha=0.15, linewidth=0)
    ax.plot(x, x, color=LAW, linewidth=1.0)
    ax.plot(x, drawn.scale * drawn.z[at], color=DATA, **DOTS)
    for axis, shown in ((ax.xaxis, x), (ax.yaxis, drawn.scale * drawn.z[at])):
        stretched(axis, shown / drawn.scale, drawn.scale)
    ax.set(xlabel="quantile of the law, less its location", ylabel=f"{drawn.name}, less it")
    ax.set_title("Quantiles")


def stretched(axis: Any, z: np.ndarray, scale: float) -> None:
    """Make an axis that shows far values linear about 0 only, with ticks at powers of ten."""
    far = float(abs(z).max())
    if far <= WIDE:
        return
    axis._set_axes_scale("asinh", linear_width=LINEAR * scale)
    powers = np.arange(np.ceil(np.log10(2 * LINEAR * scale)), np.log10(far * scale) + 0.3)
    tens = 10.0 ** powers[:: max(1, -(-powers.size // TICKS))]
    low, high = scale * float(z.min()), scale * float(z.max())
    ticks = np.concatenate([-tens[::-1], [0.0], tens])
    axis.set_ticks(ticks[(ticks >= low) & (ticks <= high)])
    axis.set_ticks([], minor=True)
    axis.set_major_formatter(lambda x, place: f"{x:g}")


def quantiles_of(drawn: Drawn, p: np.ndarray) -> np.ndarray:
    """Quantiles of the law at scale 1, by the nearer tail."""
    low = p < 0.5
    out = np.empty(p.size)
    out[low] = law.ppf(p[low], drawn.alpha, drawn.beta)
    out[~low] = law.isf(1 - p[~low], drawn.alpha, drawn.beta)
    return out


def draw_probabilities(ax: Axes, drawn: Drawn) -> None:
    """By how much the shares of the values exceed the probabilities of the law, over these."""
    at = np.unique(np.linspace(0, drawn.z.size - 1, SHOWN).astype(int))
    share = drawn.share[at]
    low, high = band(share, drawn.nobs)
    below = np.exp(log_tails(drawn.z[at], drawn.alpha, drawn.beta)[0])
    ax.fill_between(share, low - share, high - share, color=LAW, alpha=0.15, linewidth=0)
    ax.axhline(0.0, color=LAW, linewidth=1.0)
    ax.plot(below, share - below, color=DATA, **DOTS)
    ax.set(xlim=(0, 1), xlabel="probability of the law", ylabel="share of the values less it")
    ax.set_title("Probabilities, less the diagonal")


def band(share: np.ndarray, nobs: float) -> tuple[np.ndarray, np.ndarray]:
    """Pointwise limits of the law's probability below a value with so many values below it."""
    below = np.clip(share * nobs + 0.5, 0.5, nobs + 0.5)
    tail = (1 - BAND) / 2
    above = nobs + 1 - below
    return betaincinv(below, above, tail), betaincinv(below, above, 1 - tail)
