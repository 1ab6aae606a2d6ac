"""What a network loses at its outputs as fewer of its weights are kept, by every method."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import frexp, sqrt

import numpy as np

from stablenoise.checks import check_callable, check_kind, check_share, one_line, real_array, told
from stablenoise.moved import renamed_keywords
from stablenoise.results import Result

from ..networks.facts import nonzeros
from .methods import Method, Task, available

SUMMARY = 90  # characters of what an outcome prints of itself


@renamed_keywords(kept="stored", error="change")
@dataclass(frozen=True, slots=True, repr=False)
class Outcome(Result):
    """What one method leaves of a network at one share.

    Parameters
    ----------
    method : str
        Its name.
    keep : float
        Share asked for, of the nonzero weights of every layer, or of its neurons or filters.
    stored : float
        Numbers that store the weights over all nonzero weights.
    change : float
        Sum of ``|f' - f|`` over outputs and examples, over that of ``|f|``.
    accuracy : float
        Share of right labels.
    note : str
        Why there is no outcome, where there is none: the numbers are NaN then.  Or that what is
        kept is not what was asked for.

    Examples
    --------
    >>> Outcome("magnitude", 0.1, 0.1, 0.25, 0.9)
    Outcome(magnitude at 0.1, stored=0.1, change=0.25, accuracy=0.9)
    >>> Outcome("corenet", 0.1, note="keep must leave an edge to each side")
    Outcome(corenet at 0.1, none: keep must leave an edge to each side)

    """

    method: str
    keep: float
    stored: float = np.nan
    change: float = np.nan
    accuracy: float = np.nan
    note: str = ""

    def _summary(self) -> str:
        at = f"{one_line(self.method, 24)} at {self.keep:g}"
        if np.isnan(self.change):
            return one_line(f"{at}, none: {self.note}", SUMMARY)
        numbers = f"stored={self.stored:.4g}, change={self.change:.4g}"
        note = f", {self.note}" if self.note else ""
        return one_line(f"{at}, {numbers}, accuracy={self.accuracy:.4g}{note}", SUMMARY)


def outcomes(
    task: Task, keeps: Sequence[float], methods: dict[str, Method] | None = None
) -> Iterator[Outcome]:
    """Yield what each method leaves at each share: all shares of one method, then the next.

    Parameters
    ----------
    task : Task
        The network and its data.
    keeps : sequence of float
        Shares of the nonzero weights of every layer, in (0, 1]; each is taken once, the smallest
        first.
    methods : dict, optional
        By name; by default all of ``available(task.model)``.

    Yields
    ------
    Outcome

    Raises
    ------
    ValueError
        If a share is out of range, or another argument is of the wrong kind.

    Examples
    --------
    >>> from compress.networks import recognised
    >>> model = recognised({"w": np.array([[1.0, 2.0], [3.0, 4.0]])}, inputs=2)
    >>> task = Task(model, np.eye(2), 2 * np.eye(2), 3 * np.eye(2), np.array([1, 1]))
    >>> next(outcomes(task, [0.5]))
    Outcome(magnitude at 0.5, stored=0.5, change=0.3, accuracy=1)

    """
    check_kind("task", task, Task)
    if methods is not None:
        check_kind("methods", methods, dict)
        for name, method in methods.items():
            check_callable(f"methods[{name!r}]", method)
    if not np.iterable(keeps):
        raise ValueError(f"keeps must be a sequence of shares, got {told(keeps)}")
    shares = list(keeps)
    for keep in shares:
        check_share("keep", keep, "(]")
    exact = task.model.logits(task.model.arrays, task.x)
    chosen = available(task.model) if methods is None else methods
    for name, method in chosen.items():
        yield from (_outcome(task, exact, name, method, keep) for keep in sorted(set(shares)))


def accuracy(logits: np.ndarray, labels: np.ndarray) -> float:
    """Share of examples whose largest output is that of their label.

    Parameters
    ----------
    logits : array_like, shape (n, outputs)
        Outputs, one row for each example.
    labels : array_like, shape (n,)
        In [0, outputs).

    Returns
    -------
    float
        In [0, 1]; of equal outputs the first counts.

    Raises
    ------
    ValueError
        If logits are no matrix with a row for each label, or there are none, or some are not
        finite, so that the largest is not known.

    Examples
    --------
    >>> accuracy([[0.0, 1.0], [2.0, 1.0]], [1, 1])
    0.5

    """
    scores, right = real_array("logits", logits), real_array("labels", labels)
    if scores.ndim != 2 or right.shape != scores.shape[:1] or not scores.size:
        rule = "logits must have a row for each label"
        raise ValueError(f"{rule}, got shapes {scores.shape} and {right.shape}")
    if wrong := rows_beyond(scores):
        rule = "logits, the outputs of a network, must be finite"
        raise ValueError(f"{rule}, got {wrong:,} of {len(scores):,} rows with inf or NaN")
    return float((scores.argmax(axis=1) == right).mean())


def rows_beyond(logits: np.ndarray) -> int:
    """Number of rows with an output that is not finite."""
    return int(np.count_nonzero(~np.isfinite(logits).all(axis=1)))


def relative_change(exact: np.ndarray, logits: np.ndarray) -> float:
    """Change of the outputs: sum of ``|f' - f|`` over outputs and examples, over that of ``|f|``.

    Parameters
    ----------
    exact : array_like, any shape
        f, in any unit.
    logits : array_like, of the same shape
        f', in the same unit.

    Returns
    -------
    float
        0 if nothing changes; inf if f is 0 everywhere and f' is not.

    Raises
    ------
    ValueError
        If the shapes differ, or an argument is no array of real numbers.

    Examples
    --------
    >>> relative_change([[1.0, -3.0]], [[2.0, -3.0]])
    0.25

    """
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
    if wrong := rows_beyond(logits):
        return Outcome(name, keep, note=f"outputs of {wrong:,} examples are inf or NaN")
    whole = nonzeros(task.model.arrays)
    share = stored / whole if whole else np.nan
    change, right = relative_change(exact, logits), accuracy(logits, task.labels)
    return Outcome(name, keep, share, change, right, _missed(keep, share, whole))


def _missed(keep: float, stored: float, whole: int) -> str:
    """What to say where a share is missed by more than a rounded rank or the chance of draws.

    Counts of draws have at most the binomial's standard deviation: 4 of them, 6e-5 of false alarms.
    """
    room = 0.05 * keep + 4 * sqrt(keep * (1 - keep) / max(whole, 1))
    return "" if abs(stored - keep) <= room else f"keeps {stored:.3g} of the nonzero weights"
