"""Errors of stable fits against the bound of Cramer and Rao; how often intervals hold the truth.

python -m benchmarks.estimation_quality run FOLDER [BATCHES]    # of 200 replicates, 10 by default
python -m benchmarks.estimation_quality table FOLDER [CSV]
python -m benchmarks.estimation_quality agree                   # of the two ways to ask a profile

Every law of ``ALPHAS`` and ``BETAS``, at scale 1 and location 0, samples of 1,000 and of 10,000;
the seed of a replicate is its cell and its number.  A batch of a cell is one file, written whole,
so that a run that was ended goes on; of two processes the second asks for BATCHES below 0 and
begins at the other end.  Intervals are those that ``conf_int()`` gives by default; whether a
profile's holds a value takes one search rather than one for each of its ends.
"""

import csv
import os
import sys
from io import BytesIO, StringIO
from itertools import product
from pathlib import Path

os.environ["NUMBA_NUM_THREADS"] = "1"
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np  # noqa: E402 - after the number of threads

from stablenoise import Stable, fit, law  # noqa: E402
from stablenoise.data.files import write  # noqa: E402
from stablenoise.fit import intervals  # noqa: E402
from stablenoise.fit.parameters import NAMES  # noqa: E402

ALPHAS = 0.6, 0.9, 1.0, 1.2, 1.5, 1.75, 1.9, 1.98
BETAS = 0.0, 0.5, 0.9
SIZES = 1_000, 10_000
BATCH, BATCHES = 200, 10
LEVEL = 0.95
RANGES = np.array([1.9, 2.0, np.inf, np.inf])  # of the parameters
SHARE_OF_RANGE = 0.1  # that a bound must be below, for the ratio to be asked
MLE_RATIO, ECF_RATIO, ECF_ALPHA = 1.05, 1.10, 1.2
HELD = 0.9245, 0.972  # of a cell, and of the mean of all
MEAN_HELD = 0.945, 0.955
METHODS = "mle", "ecf"
PROFILE, AT_BOUND, CONVERGED = 12, 13, 14  # columns after both estimates and what is held


def cells():
    return list(product(ALPHAS, BETAS, SIZES))


def drawn(alpha, beta, n, number):
    """The sample of a replicate."""
    seed = [15, round(100 * alpha), round(100 * beta), n, number]
    return Stable(alpha, beta).rvs(n, rng=seed)


def is_profile(result):
    """Whether ``conf_int()`` asks the profile."""
    return result._default_interval() == "profile"


def held(result, truth):
    """Which intervals hold the truth."""
    if not is_profile(result):
        ends = result.conf_int(LEVEL).values()
        return [low <= value <= high for (low, high), value in zip(ends, truth, strict=True)]
    inside = result.unit.inward(truth)
    return [
        intervals.refusal(result.problem, which, inside[which], LEVEL)[0] <= 0
        for which in range(len(NAMES))
    ]


def replicate(alpha, beta, n, number):
    """A row: estimates by both methods, what the intervals of the first hold, three signs."""
    x = drawn(alpha, beta, n, number)
    result, other = fit.stable(x), fit.stable(x, method="ecf")
    estimates = [getattr(r, name) for r in (result, other) for name in NAMES]
    signs = is_profile(result), bool(result.at_bound), result.converged
    return [*estimates, *held(result, np.array([alpha, beta, 1.0, 0.0])), *signs]


def path_of(folder, cell, batch):
    return Path(folder) / f"{'_'.join(map(str, cell))}_{batch}.npy"


def run(folder, batches=BATCHES):
    """Every batch of every cell that has no file yet."""
    work = list(product(range(abs(batches)), cells()))
    for batch, cell in work if batches > 0 else work[::-1]:
        path = path_of(folder, cell, batch)
        if path.exists():
            continue
        first, content = BATCH * batch, BytesIO()
        rows = [replicate(*cell, number) for number in range(first, first + BATCH)]
        np.save(content, np.array(rows, dtype=float))
        write(path, content.getvalue())
        print(path.name, flush=True)


def bound(alpha, beta, n):
    """Deviations of Cramer and Rao."""
    return np.sqrt(np.diag(np.linalg.inv(law.fisher_information(alpha, beta))) / n)


def summary(cell, rows):
    """A row of the table, by name."""
    alpha, beta, n = cell
    least, truth = bound(*cell), np.array([alpha, beta, 1.0, 0.0])
    out = {"alpha": alpha, "beta": beta, "n": n, "replicates": len(rows)}
    for i, method in enumerate(METHODS):
        errors = rows[:, 4 * i : 4 * i + 4] - truth
        ratios = np.sqrt((errors**2).mean(axis=0)) / least
        biases = errors.mean(axis=0) / least
        out |= {f"{method} {name}": ratio for name, ratio in zip(NAMES, ratios, strict=True)}
        out |= {f"{method} {name} bias": b for name, b in zip(NAMES, biases, strict=True)}
    out |= {f"held {name}": rows[:, 8 + i].mean() for i, name in enumerate(NAMES)}
    signs = zip(("profile", "at_bound", "converged"), (PROFILE, AT_BOUND, CONVERGED), strict=True)
    return out | {name: rows[:, column].mean() for name, column in signs}


def missed(row):
    """The targets that a row of the table misses."""
    least = bound(row["alpha"], row["beta"], row["n"])
    asked = least < SHARE_OF_RANGE * RANGES
    symmetric = row["beta"] == 0 and row["alpha"] >= ECF_ALPHA
    for name, ask in zip(NAMES, asked, strict=True):
        if row["n"] == SIZES[-1] and ask and row[f"mle {name}"] > MLE_RATIO:
            yield f"mle {name} {row[f'mle {name}']:.3f}"
        if row["n"] == SIZES[-1] and ask and symmetric and row[f"ecf {name}"] > ECF_RATIO:
            yield f"ecf {name} {row[f'ecf {name}']:.3f}"
        if not HELD[0] <= row[f"held {name}"] <= HELD[1]:
            yield f"held {name} {row[f'held {name}']:.4f}"


def collected(folder):
    """The table: a dict for each cell that has files."""
    table = []
    for cell in cells():
        paths = sorted(Path(folder).glob(f"{'_'.join(map(str, cell))}_*.npy"))
        if paths:
            table.append(summary(cell, np.concatenate([np.load(path) for path in paths])))
    return table


def as_csv(table):
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table[0])
    writer.writerows([f"{value:.6g}" for value in row.values()] for row in table)
    return text.getvalue()


def show(folder, path=None):
    """Print the table with what is missed, and write it as csv."""
    table = collected(folder)
    if path:
        write(path, as_csv(table))
    print("| alpha | beta | n | rows | RMSE of the MLE | of the ECF | held | missed |")
    print("|---" * 8 + "|")
    for row in table:
        parts = (
            " ".join(f"{row[f'{kind} {name}']:{form}}" for name in NAMES)
            for kind, form in (("mle", ".3f"), ("ecf", ".3f"), ("held", ".4f"))
        )
        told = " | ".join((*parts, "; ".join(missed(row))))
        print(f"| {row['alpha']} | {row['beta']} | {row['n']} | {row['replicates']} | {told} |")
    shares = np.array([[row[f"held {name}"] for name in NAMES] for row in table])
    print(f"\nmean held {shares.mean():.5f}, least {shares.min():.4f}, most {shares.max():.4f}")


def agree(number=3):
    """Whether both ways to ask a profile agree, where all intervals are profiles."""
    for alpha, beta, n in cells():
        truth = np.array([alpha, beta, 1.0, 0.0])
        for i in range(number):
            result = fit.stable(drawn(alpha, beta, n, 10**6 + i))
            ends = result.conf_int(LEVEL, "profile").values()
            inside = result.unit.inward(truth)
            for which, (low, high) in enumerate(ends):
                excess = intervals.refusal(result.problem, which, inside[which], LEVEL)[0]
                if (excess <= 0) != (low <= truth[which] <= high):
                    print(alpha, beta, n, i, NAMES[which], (low, high), excess, flush=True)


if __name__ == "__main__":
    task, *rest = sys.argv[1:]
    if task == "run":
        run(rest[0], *map(int, rest[1:]))
    elif task == "table":
        show(*rest)
    else:
        agree()
