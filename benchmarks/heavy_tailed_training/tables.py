"""The page: a table for each data set, and the slopes of the error in the width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from scipy import stats

from paper_checks.experiments.particle_systems import slopes

from . import cells, width
from .cells import INDICES, NOISES, SQUARED_ERROR
from .problems import PROBLEMS

Rows = Sequence[dict[str, str]]
FROM = 1_000  # width of the second slope
INTRODUCTION = f"""\
The experiment of arXiv 2306.08125 on real data
===============================================

Networks of one hidden layer of {cells.WIDTH} relu neurons, in float32, {cells.STEPS} steps of
batch {cells.BATCH} and size {cells.ETA}; as in the authors' code there is no factor 1/n, and the
output layer is trained without noise. The scale of the noise is 0.03 on ECG5000 and 0.01 on
images. Of MNIST and Fashion-MNIST the first 10,000 images are trained on, of CIFAR-10 the 4,000 of
the subset. **All sizes are ours, and no number here is the paper's.**

Beside each trained network stand two nulls of the same seed: the same noise on the same initial
weights without any gradient, and a network trained with Gaussian noise of that kind, whose columns
have the same median norm. Figures are medians over seeds; "seeds" counts those for which all is
there. "Pruned" is the share of columns that go at squared error {SQUARED_ERROR}, "loss" what that
takes from the test accuracy.

Made by ``python -m benchmarks.heavy_tailed_training draw`` of ``cells.csv`` and ``width.csv``.
"""


def page(rows: Rows, widths: Rows) -> str:
    """The whole page, as reStructuredText."""
    parts = [INTRODUCTION]
    for name in PROBLEMS:
        here = [row for row in rows if row["data"] == name]
        if here:
            parts.append(_titled(PROBLEMS[name].title, name, "\n".join(_table(here))))
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


def _networks(rows: Rows) -> set[str]:
    return {row["network"] for row in rows}


def median(rows: Rows, column: str) -> str:
    """Median of a column, or a dash."""
    return f"{np.median([float(row[column]) for row in rows]):.3f}" if rows else "--"


def _loss(rows: Rows) -> str:
    lost = [float(row["test_accuracy"]) - float(row["pruned_accuracy"]) for row in rows]
    return f"{np.median(lost):.3f}" if lost else "--"


def _widths(rows: Rows) -> Iterator[str]:
    yield (
        f"Digits, mean-field scaling, isotropic noise, time {width.TIME:g}: slopes of the log "
        "squared error in the log\nof the width, mean over seeds with Student's interval at level "
        "0.95; from 100 on, and from\n1,000 on. Of trained networks, of the noise alone, and the "
        "first minus the second, paired.\n"
    )
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
        f"{' and '.join(map(str, run)) or 'none'} (crosses in the figure).\n"
        "Elsewhere it was not; step size, and steps that it would take:\n\n- " + "\n- ".join(wanted)
    )
