"""Outcomes of methods at several shares, as tables, as a file of numbers and as curves."""

import csv
from collections.abc import Sequence
from dataclasses import astuple, fields
from io import BytesIO, StringIO

import numpy as np

from stablenoise.checks import check_choice, check_kind, check_share, told
from stablenoise.moved import renamed_keywords
from stablenoise.text_table import aligned

from .losses import Outcome, accuracy, outcomes, relative_change

__all__ = [
    "LEGEND",
    "Outcome",
    "accuracy",
    "notes",
    "outcomes",
    "relative_change",
    "table",
    "to_csv",
    "to_svg",
]

QUANTITIES = "change", "accuracy", "stored"
LEGEND = (
    "change, accuracy: at the test data, change is the sum of |f' - f| over that of |f|;\n"
    "stored: how many numbers store the weights, over all that were not zero"
)


@renamed_keywords(found="outcomes")
def table(outcomes: Sequence[Outcome], quantity: str) -> str:
    r"""One line for each method and one column for each share.

    Parameters
    ----------
    outcomes : sequence of Outcome
    quantity : {"change", "accuracy", "stored"}

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If an argument is none of these.

    Examples
    --------
    >>> print(table([Outcome("magnitude", 0.1, 0.1, 0.25, 0.9)], "change"))
    change \ keep    0.1
    magnitude      0.250

    """
    _check_outcomes(outcomes)
    check_choice("quantity", quantity, QUANTITIES)
    keeps = dict.fromkeys(o.keep for o in outcomes)
    values = {(o.method, o.keep): getattr(o, quantity) for o in outcomes}
    rows = [[f"{quantity} \\ keep", *(f"{keep:g}" for keep in keeps)]]
    for method in dict.fromkeys(o.method for o in outcomes):
        rows.append([method, *(f"{values.get((method, keep), np.nan):.3f}" for keep in keeps)])
    return aligned(rows)


@renamed_keywords(found="outcomes")
def notes(outcomes: Sequence[Outcome]) -> list[str]:
    """A line for each method that keeps another share than was asked, or has no outcome.

    Parameters
    ----------
    outcomes : sequence of Outcome

    Returns
    -------
    list of str

    Raises
    ------
    ValueError
        If outcomes is no list of them.

    Examples
    --------
    >>> notes([Outcome("sap", k, k / 2, 0.5, 0.5, note="keeps less") for k in (0.2, 0.4)])
    ['sap: another share kept than asked at 0.2, 0.4']

    """
    _check_outcomes(outcomes)
    lines = []
    for method in dict.fromkeys(o.method for o in outcomes if o.note):
        noted = [o for o in outcomes if o.method == method and o.note]
        none = [o for o in noted if np.isnan(o.change)]
        other = [o for o in noted if not np.isnan(o.change)]
        parts = [f"another share kept than asked at {_keeps(other)}"] if other else []
        parts += [f"no outcome at {_keeps(none)}: {none[0].note}"] if none else []
        lines.append(f"{method}: {'; '.join(parts)}")
    return lines


def _keeps(outcomes: Sequence[Outcome]) -> str:
    return ", ".join(f"{o.keep:g}" for o in outcomes)


def _check_outcomes(outcomes: Sequence[Outcome]) -> None:
    if not isinstance(outcomes, list | tuple):
        raise ValueError(f"outcomes must be a list of them, got {told(outcomes)}")
    for outcome in outcomes:
        check_kind("an outcome", outcome, Outcome)


@renamed_keywords(found="outcomes")
def to_csv(outcomes: Sequence[Outcome]) -> str:
    r"""All outcomes, a line each, under the names of their fields.

    Parameters
    ----------
    outcomes : sequence of Outcome

    Returns
    -------
    str
        Comma-separated values; NaN where there is no outcome.

    Raises
    ------
    ValueError
        If outcomes is no list of them.

    Examples
    --------
    >>> print(to_csv([Outcome("magnitude", 0.1, 0.1, 0.25, 0.9)]), end="")
    method,keep,stored,change,accuracy,note
    magnitude,0.1,0.1,0.25,0.9,

    """
    _check_outcomes(outcomes)
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(field.name for field in fields(Outcome))
    writer.writerows(astuple(o) for o in outcomes)
    return text.getvalue()


@renamed_keywords(found="outcomes")
def to_svg(outcomes: Sequence[Outcome], accuracy: float) -> bytes:
    """Curves of change and accuracy against the share stored, one for each method.

    Parameters
    ----------
    outcomes : sequence of Outcome
    accuracy : float
        Accuracy of the whole network, in [0, 1], drawn as a line.

    Returns
    -------
    bytes
        An SVG file, the same for the same outcomes.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    ValueError
        If outcomes is no list of them, or accuracy is out of range.

    Examples
    --------
    >>> picture = to_svg([Outcome("magnitude", 0.1, 0.1, 0.25, 0.9)], accuracy=0.95)
    >>> picture.count(b"magnitude") > 0
    True

    """
    _check_outcomes(outcomes)
    check_share("accuracy", accuracy, "[]")
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 4.5), layout="constrained")
    axes = figure.subplots(1, 2)
    for number, method in enumerate(dict.fromkeys(o.method for o in outcomes)):
        line = [o for o in outcomes if o.method == method and not np.isnan(o.stored)]
        line.sort(key=lambda o: o.stored)
        style = {"marker": "o^sD"[number % 4], "color": f"C{number % 10}", "markersize": 4}
        for ax, quantity in zip(axes, ("change", "accuracy"), strict=True):
            y = [getattr(o, quantity) for o in line]
            ax.plot([o.stored for o in line], y, label=method, alpha=0.8, **style)
    axes[0].set(ylabel="relative change of the outputs", yscale="log")
    axes[1].set(ylabel="accuracy")
    axes[1].axhline(accuracy, color="0.5", linewidth=1, linestyle="--")
    for ax in axes:
        ax.set(xlabel="numbers stored, over all nonzero weights", xlim=(0, None))
    lines, names = axes[0].get_legend_handles_labels()
    figure.legend(lines, names, loc="outside right center", fontsize="small")
    content = BytesIO()
    with rc_context({"svg.hashsalt": "compress"}):  # no random names, so that runs compare
        figure.savefig(content, format="svg", metadata={"Date": None})
    return content.getvalue()
