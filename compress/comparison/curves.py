"""What a network loses at its outputs as fewer of its weights are kept, by every method."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from io import BytesIO, StringIO
from math import frexp, sqrt

import numpy as np

from stablenoise.checks import check_share, real_array

from ..table import aligned
from .methods import Method, Task, available, nonzeros

LEGEND = (
    "error, accuracy: at the test data, error is the sum of |f' - f| over that of |f|;\n"
    "kept: how many numbers store the weights, over all that were not zero"
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one method leaves of a network at one share.

    Parameters
    ----------
    method : str
    keep : float
        Share asked for, of the nonzero weights of every layer, or of its neurons or filters.
    kept : float
        Numbers that store the weights over all nonzero weights.
    error : float
        Sum of |f' - f| over outputs and examples, over that of |f|.
    accuracy : float
        Share of right labels.
    note : str
        Why there is no outcome, where there is none: the numbers are NaN then.  Or that what is
        kept is not what was asked for.

    """

    method: str
    keep: float
    kept: float = np.nan
    error: float = np.nan
    accuracy: float = np.nan
    note: str = ""


def outcomes(
    task: Task, keeps: Sequence[float], methods: dict[str, Method] | None = None
) -> Iterator[Outcome]:
    """Yield what each method leaves at each share: all shares of one method, then the next.

    Parameters
    ----------
    task : Task
    keeps : sequence of float
        Shares of the nonzero weights of every layer, in (0, 1]; each is taken once, the smallest
        first.
    methods : dict, optional
        By name; by default all of ``methods.available``.

    Yields
    ------
    Outcome

    Raises
    ------
    ValueError
        If a share is out of range.

    """
    for keep in keeps:
        check_share("keep", keep, "(]")
    exact = task.model.logits(task.model.arrays, task.x)
    chosen = available(task.model) if methods is None else methods
    for name, method in chosen.items():
        yield from (_outcome(task, exact, name, method, keep) for keep in sorted(set(keeps)))


def accuracy(logits: np.ndarray, labels: np.ndarray) -> float:
    """Share of examples whose largest output is that of their label."""
    scores, right = real_array("logits", logits), real_array("labels", labels)
    if scores.ndim != 2 or right.shape != scores.shape[:1] or not scores.size:
        rule = "logits must have a row for each label"
        raise ValueError(f"{rule}, got shapes {scores.shape} and {right.shape}")
    return float((scores.argmax(axis=1) == right).mean())


def relative_change(exact: np.ndarray, logits: np.ndarray) -> float:
    """Sum of |f' - f| over outputs and examples, over that of |f|; 0 if nothing changes."""
    before, after = real_array("exact", exact), real_array("logits", logits)
    if before.shape != after.shape:
        raise ValueError(f"logits must have shape {before.shape}, got {after.shape}")
    unit = frexp(max(float(abs(z).max(initial=0.0)) for z in (before, after)))[1]
    before, after = np.ldexp(before, -unit), np.ldexp(after, -unit)  # so that no sum overflows
    change, whole = (float(abs(z).sum()) for z in (after - before, before))
    return change / whole if whole else float(np.inf if change else 0.0)


def _outcome(task: Task, exact: np.ndarray, name: str, method: Method, keep: float) -> Outcome:
    try:
        arrays, stored = method(task, keep)
    except ValueError as refused:  # such as a share of less than one edge a neuron
        return Outcome(name, keep, note=str(refused))
    logits = task.model.logits(arrays, task.x)
    whole = nonzeros(task.model.arrays)
    kept = stored / whole if whole else np.nan
    error = relative_change(exact, logits)
    return Outcome(
        name, keep, kept, error, accuracy(logits, task.labels), _missed(keep, kept, whole)
    )


def _missed(keep: float, kept: float, whole: int) -> str:
    """What to say where a share is missed by more than a rounded rank or the chance of draws.

    Counts of draws have at most the binomial's standard deviation: 4 of them, 6e-5 of false alarms.
    """
    room = 0.05 * keep + 4 * sqrt(keep * (1 - keep) / max(whole, 1))
    return "" if abs(kept - keep) <= room else f"keeps {kept:.3g} of the nonzero weights"


def table(found: Sequence[Outcome], quantity: str) -> str:
    r"""One line for each method and one column for each share.

    Parameters
    ----------
    found : sequence of Outcome
    quantity : {"kept", "error", "accuracy"}

    Returns
    -------
    str

    Examples
    --------
    >>> print(table([Outcome("magnitude", 0.1, 0.1, 0.25, 0.9)], "error"))
    error \ keep    0.1
    magnitude     0.250

    """
    keeps = dict.fromkeys(o.keep for o in found)
    values = {(o.method, o.keep): getattr(o, quantity) for o in found}
    rows = [[f"{quantity} \\ keep", *(f"{keep:g}" for keep in keeps)]]
    for method in dict.fromkeys(o.method for o in found):
        rows.append([method, *(f"{values.get((method, keep), np.nan):.3f}" for keep in keeps)])
    return aligned(rows)


def notes(found: Sequence[Outcome]) -> list[str]:
    """A line for each method that keeps another share than was asked, or has no outcome.

    Examples
    --------
    >>> notes([Outcome("sap", k, k / 2, 0.5, 0.5, note="keeps less") for k in (0.2, 0.4)])
    ['sap: another share kept than asked at 0.2, 0.4']

    """
    lines = []
    for method in dict.fromkeys(o.method for o in found if o.note):
        told_of = [o for o in found if o.method == method and o.note]
        none = [o for o in told_of if np.isnan(o.error)]
        other = [o for o in told_of if not np.isnan(o.error)]
        parts = [f"another share kept than asked at {_keeps(other)}"] if other else []
        parts += [f"no outcome at {_keeps(none)}: {none[0].note}"] if none else []
        lines.append(f"{method}: {'; '.join(parts)}")
    return lines


def _keeps(found: Sequence[Outcome]) -> str:
    return ", ".join(f"{o.keep:g}" for o in found)


def to_csv(found: Sequence[Outcome]) -> str:
    """All outcomes, a line each, under the names of their fields."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(field.name for field in fields(Outcome))
    writer.writerows(astuple(o) for o in found)
    return text.getvalue()


def to_svg(found: Sequence[Outcome], accuracy: float) -> bytes:
    """Curves of error and accuracy against the share kept, one for each method.

    Parameters
    ----------
    found : sequence of Outcome
    accuracy : float
        Of the whole network, drawn as a line.

    Returns
    -------
    bytes

    Raises
    ------
    ImportError
        If matplotlib is not installed.

    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 4.5), layout="constrained")
    axes = figure.subplots(1, 2)
    for place, method in enumerate(dict.fromkeys(o.method for o in found)):
        line = [o for o in found if o.method == method and not np.isnan(o.kept)]
        line.sort(key=lambda o: o.kept)
        style = {"marker": "o^sD"[place % 4], "color": f"C{place % 10}", "markersize": 4}
        for ax, quantity in zip(axes, ("error", "accuracy"), strict=True):
            y = [getattr(o, quantity) for o in line]
            ax.plot([o.kept for o in line], y, label=method, alpha=0.8, **style)
    axes[0].set(ylabel="relative error of the outputs", yscale="log")
    axes[1].set(ylabel="accuracy")
    axes[1].axhline(accuracy, color="0.5", linewidth=1, linestyle="--")
    for ax in axes:
        ax.set(xlabel="share of the weights kept", xlim=(0, None))
    lines, names = axes[0].get_legend_handles_labels()
    figure.legend(lines, names, loc="outside right center", fontsize="small")
    content = BytesIO()
    with rc_context({"svg.hashsalt": "compress"}):  # no random names, so that runs compare
        figure.savefig(content, format="svg", metadata={"Date": None})
    return content.getvalue()
