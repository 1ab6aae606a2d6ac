"""The page: a table for each data set, and the slopes of the error in the width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from scipy import stats

from paper_checks.experiments.errors_by_width import BATCH, SIGMA, STEPS
from paper_checks.experiments.particle_systems import slopes

from . import cells, width
from .cells import INDICES, NOISES, SQUARED_ERROR
from .problems import PROBLEMS

Rows = Sequence[dict[str, str]]
FROM = 1_000  # width of the second slope
INTRODUCTION = f"""\
The experiment of arXiv 2306.08125 on real data
===============================================

The paper is about SGD to whose weights noise with heavy tails is added at each step, of stability
index alpha below 2. It proves of networks of one hidden layer that they then become compressible:
whatever share of their columns (incoming weights of a neuron) is kept, the longest, the relative
error of the weights is small with high probability, if the network is wide enough and its steps are
small enough. It reports that networks trained so can be pruned further than others, and that their
test accuracy is robust to it.

**All sizes here are ours, and no number here is the paper's.** What is seen is told below each
table, of the numbers in it. In short: at a given error more columns go the smaller the index, as
the paper says, but of types II and III no other share than of the noise alone, of which no network
is made. The noise costs test accuracy before anything is pruned: hardly any on ECG5000, more on
images. And pruning at a given error takes more columns of a network than of its Gaussian control,
but mostly more of its test accuracy too.

Networks have one hidden layer of {cells.WIDTH} relu neurons without biases, in float32, and are
trained on the cross-entropy by {cells.STEPS} steps of size eta = {cells.ETA} with batches of
{cells.BATCH}; as in the authors' code there is no factor 1/n, and the output layer is trained
without noise. A step adds sigma eta^(1/alpha) times stable noise of unit scale: sigma is in units
of a weight per time^(1/alpha), where a step takes the time eta. It is 0.03 on ECG5000 and 0.01 on
images. The noise of a neuron's weights is of one of three types:

- I, ``common``: one variate for all weights of a neuron;
- II, ``independent``: a variate for each weight;
- III, ``isotropic``: a vector for each neuron, of equal law in all directions.

Inputs are standardised. Of MNIST and Fashion-MNIST the first 10,000 images are
trained on, of CIFAR-10 the 4,000 of a subset of it, in 16 x 16 pixels. ECG5000 has five classes:
that normal beats (the archive's class 1) have label 0 and all others label 1 is our reading, as the
paper's own rule was not published.

Beside each trained network stand two nulls of the same seed: the same noise on the same initial
weights without any gradient, and a network trained with Gaussian noise of that type, of such a
sigma that its columns have the same median norm. Tables and curves are medians over seeds; "seeds"
counts those of which all networks are there, and others are left out. "Pruned" is the share of
columns that go at squared error {SQUARED_ERROR}, "loss" what that takes from the test accuracy.
In the figures, above: solid lines are trained networks, dotted ones their Gaussian controls.

Made by ``python -m benchmarks.heavy_tailed_training draw`` of ``cells.csv`` and ``width.csv``.
"""


WIDTHS = f"""\
Networks of one hidden layer of relu neurons on the digits of scikit-learn (64 inputs,
standardised), with mean-field scaling: outputs are means over neurons, and the output layer stays
as it is at first. Noise is isotropic (type III) with sigma = {SIGMA:g}; {STEPS} steps of size eta =
{width.TIME / STEPS:g} take the time {width.TIME:g}, with batches of {BATCH} and the cross-entropy.
The error is that of keeping the longest 10% or 50% of the columns: squared, relative, of their
weights.

In the figure errors are means over seeds: o of trained networks, x of the noise alone on their
initial weights, + of networks trained with the paper's step size. Lines are the theory of the noise
alone: B n^(1 - 2/alpha) below index 2, and the limit of Gaussian columns at index 2, which does not
fall. In the table are slopes of the log squared error in the log of the width n: means over seeds,
with half of Student's interval at level 0.95; of all widths (from 100 on), and from {FROM:,} on. Of
trained networks, of the noise alone, and the first minus the second, paired by seed. So the error
falls with the width as the paper says, and as it does of the noise alone.
"""


def page(rows: Rows, widths: Rows) -> str:
    """The whole page, as reStructuredText."""
    parts = [INTRODUCTION]
    for name in PROBLEMS:
        here = [row for row in rows if row["data"] == name]
        if here:
            text = "\n".join([*_table(here), "", *_seen(here)])
            parts.append(_titled(PROBLEMS[name].title, name, text))
    parts.append(_titled("The error against the width", "width", "\n".join(_widths(widths))))
    return "\n".join(parts)


def _titled(title: str, figure: str, text: str) -> str:
    return f"{title}\n{'-' * len(title)}\n\n.. image:: {figure}.svg\n\n{text}\n"


def _table(rows: Rows) -> Iterator[str]:
    form = "{:<6} {:<6} {:>5}  {:>8} {:>11} {:>8}  {:>8} {:>8}  {:>8} {:>8}"
    rule = form.format(*("=" * n for n in (6, 6, 5, 8, 11, 8, 8, 8, 8, 8)))
    names = "type index seeds pruned noise-alone Gaussian accuracy Gaussian loss Gaussian"
    yield from (rule, form.format(*names.split()), rule)
    for noise, alpha in (("none", 0.0), *((n, a) for n in NOISES for a in INDICES)):
        of_cell = [r for r in rows if r["noise"] == noise and r["alpha"] == str(alpha)]
        if of_cell:
            yield form.format(*_cells(of_cell, noise, alpha)).rstrip()
    yield rule


def _cells(rows: Rows, noise: str, alpha: float) -> list[str]:
    of = {which: [r for r in rows if r["network"] == which] for which in _networks(rows)}
    shown = [noise, f"{alpha}" if alpha else "--", str(len(of["trained"]))]
    shown += [median(of.get(n, []), "share") for n in ("trained", "noise alone", "gaussian")]
    shown += [median(of.get(n, []), "test_accuracy") for n in ("trained", "gaussian")]
    return [*shown, *(_loss(of.get(n, [])) for n in ("trained", "gaussian"))]


def _seen(rows: Rows) -> Iterator[str]:
    """What the numbers of a table say: the least and the most over all types and indices."""
    of = {key: values for key, values in _by_cell(rows) if "trained" in values}
    quiet = of.pop(("none", "0.0"), None)
    heavy = [values for (_, alpha), values in of.items() if alpha != str(cells.GAUSSIAN)]
    each = [values for (noise, _), values in of.items() if noise != "I"]
    if quiet and of:
        lost = [quiet["trained"].accuracy - v["trained"].accuracy for v in of.values()]
        yield f"- With noise the test accuracy is lower by {_range(lost)} before any pruning."
    if each:
        apart = [abs(v["trained"].share - v["noise alone"].share) for v in each]
        yield f"- Of types II and III the share is that of the noise alone within {max(apart):.3f}."
    if heavy:
        more = [v["trained"].share - v["gaussian"].share for v in heavy]
        cost = [v["trained"].loss - v["gaussian"].loss for v in heavy]
        yield f"- At an index below 2 pruning takes {_range(more)} more of the columns than of the"
        yield f"  Gaussian control, and {_range(cost)} more test accuracy."


class Medians(NamedTuple):
    """Over seeds, of a network of a cell."""

    share: float
    accuracy: float
    loss: float


def _by_cell(rows: Rows) -> Iterator[tuple[tuple[str, str], dict[str, Medians]]]:
    for key in dict.fromkeys((row["noise"], row["alpha"]) for row in rows):
        here = [row for row in rows if (row["noise"], row["alpha"]) == key]
        yield key, {name: _medians(here, name) for name in sorted(_networks(here))}


def _medians(rows: Rows, network: str) -> Medians:
    here = [row for row in rows if row["network"] == network]
    names = "share", "test_accuracy", "pruned_accuracy"
    share, accuracy, pruned = (np.array([float(row[n]) for row in here]) for n in names)
    return Medians(*(float(np.median(v)) for v in (share, accuracy, accuracy - pruned)))


def _range(values: Sequence[float]) -> str:
    return f"{min(values):.3f} to {max(values):.3f}"


def _networks(rows: Rows) -> set[str]:
    return {row["network"] for row in rows}


def median(rows: Rows, column: str) -> str:
    """Median of a column, or a dash."""
    return f"{np.median([float(row[column]) for row in rows]):.3f}" if rows else "--"


def _loss(rows: Rows) -> str:
    lost = [float(row["test_accuracy"]) - float(row["pruned_accuracy"]) for row in rows]
    return f"{np.median(lost):.3f}" if lost else "--"


def _widths(rows: Rows) -> Iterator[str]:
    yield WIDTHS
    form = "{:<6} {:<5} {:<12} {:>8} {:>15} {:>15} {:>6}"
    rule = form.format(*("=" * n for n in (6, 5, 12, 8, 15, 15, 6)))
    yield from (rule, form.format(*"index kept of theory from-100 from-1,000 seeds".split()))
    yield rule
    for alpha in width.INDICES:
        for keep in width.KEEPS:
            for name in "trained", "noise", "difference":
                yield form.format(*_slopes(rows, alpha, keep, name)).rstrip()
    yield from (rule, "", _condition(rows))


def _slopes(rows: Rows, alpha: float, keep: float, name: str) -> list[str]:
    sizes, trained = matrix(rows, alpha, f"trained_{keep}")
    _, noise = matrix(rows, alpha, f"noise_{keep}")
    logs = {"trained": np.log(trained), "noise": np.log(noise)}
    logs["difference"] = logs["trained"] - logs["noise"]
    theory = f"{1 - 2 / alpha:.3f}" if name != "difference" else "0.000"
    parts = slice(None), sizes >= FROM
    shown = [slope(sizes[part], logs[name][:, part]) for part in parts]
    return [str(alpha), str(keep), name, theory, *shown, str(len(trained))]


def slope(sizes: np.ndarray, logs: np.ndarray) -> str:
    """Mean over seeds of the slope in the log of the size, with half of its interval."""
    each = slopes(sizes, logs)
    margin = stats.t.ppf(0.975, len(each) - 1) * stats.sem(each)
    return f"{each.mean():.3f} ± {margin:.3f}"


def matrix(rows: Rows, alpha: float, column: str) -> tuple[np.ndarray, np.ndarray]:
    """Sizes, and errors of the seeds that have all sizes: shape (seeds, sizes)."""
    here = {
        (row["seed"], int(row["width"])): float(row[column])
        for row in rows
        if row["alpha"] == str(alpha) and row["step_size"] == "fixed"
    }
    sizes = sorted({size for _, size in here})
    seeds = sorted({seed for seed, _ in here})
    whole = [[here[s, n] for n in sizes] for s in seeds if all((s, n) in here for n in sizes)]
    return np.array(sizes), np.array(whole)


def _condition(rows: Rows) -> str:
    """Where the paper's step size was run, and what it would take elsewhere."""
    wanted = [
        f"n = {n:,}, index {a}: {n ** (-a / 2 - 1):.1e}, {width.steps_of_condition(a, n):.1e} steps"
        for n in (1_000, 10_000, 100_000)
        for a in (1.5, 1.75)
    ]
    run = sorted({int(row["width"]) for row in rows if row["step_size"] == "paper"})
    return (
        "The paper's condition eta <= n^(-alpha/2 - 1) was run at n = "
        f"{' and '.join(map(str, run)) or 'none'} (+ in the figure).\n"
        "Elsewhere it was not; step size, and steps that it would take:\n\n- " + "\n- ".join(wanted)
    )
