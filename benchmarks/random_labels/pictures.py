"""The figure of bits against the share of random labels, and the page with its tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from benchmarks.heavy_tailed_training.figures import save
from stablenoise.text_table import aligned

Rows = Sequence[dict[str, str]]
LINES = {
    "bits": ("bits of the decoded code", "C0", "o-"),
    "least_bits": ("lower bound, n kl(a || b) / log 2", "C3", "s--"),
    "theorem_6_1_bits": ("lower bound, theorem 6.1 of Zhou et al.", "C1", "^:"),
}

PAGE = """\
Bits against random labels
==========================

Networks of 196, 100 and 10 units without biases learn {images} images of MNIST, averaged to 14 x 14
pixels, of whose labels a share is drawn anew.  They are pruned and trained again in turn and
rounded to few values, as far as the decoded network still has 95% of the training labels right.
Zhou et al. (arXiv 1804.05862, section 6) say that what overfits cannot be compressed: bits must
exceed n kl(a || b) / log 2, a and b the errors on the sample and on fresh examples (of labels as
random), as must the weaker bound of their theorem 6.1.

.. image:: bits.svg
   :alt: Bits of the code and two lower bounds against the share of random labels

Medians of {seeds} seeds:

::

{shares}

Earlier limits of the same networks
-----------------------------------

Limits of the risk at confidence 95%, by Occam's bound in the form of kl, each with the training
error of the network that it describes; a guess errs in 90%.  *Parameters*: 32 bits for each weight
of the trained network.  *Thin*: the first layer as two factors of the smallest rank with 95% of the
labels right, each number in 16 bits, as theorem 2.1 of Arora et al. (2018) counts them.  *Ours*:
the decoded code.

::

{limits}

Limits from path norms, and from spectral norms and margins, are left out, as their statement is not
at hand; so is theorem 4.1 of Arora et al., which has no constants.  They stay in the ledger as not
computable: B-4-path-norm, B-4-spectral-margin and B-4-arora.

Rows: ``benchmarks/random_labels/shares.csv`` and ``sizes.csv``, by ``python -m
benchmarks.random_labels train`` and ``sizes``; this page by ``draw``.
"""


def by_share(rows: Rows, path: Path) -> None:
    """Medians over seeds, and each seed."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, 4.2), layout="constrained")
    axes = figure.subplots()
    x = shares(rows)
    for name, (label, colour, style) in LINES.items():
        axes.plot(x, medians(rows, name), style, color=colour, label=label)
        each = [float(row["share"]) for row in rows], [float(row[name]) for row in rows]
        axes.plot(*each, ".", color=colour, alpha=0.5, ms=4)
    axes.set(yscale="log", xlabel="share of random labels", ylabel="bits", xticks=x)
    axes.set_title(f"{int(rows[0]['images']):,} images of MNIST, 95% of the labels right")
    axes.legend(fontsize=8)
    save(figure, path)


def shares(rows: Rows) -> list[float]:
    """Shares of random labels, in order."""
    return sorted({float(row["share"]) for row in rows})


def medians(rows: Rows, name: str) -> list[float]:
    """Medians over seeds of a column, at each share."""
    here = [[float(r[name]) for r in rows if float(r["share"]) == s] for s in shares(rows)]
    return [float(np.median(values)) for values in here]


def page(rows: Rows, sizes: Rows) -> str:
    """The page in reStructuredText."""
    return PAGE.format(
        images=f"{int(rows[0]['images']):,}",
        seeds=len({row["seed"] for row in rows}),
        shares=_indented(_table_of_shares(rows)),
        limits=_indented(_table_of_limits(rows, sizes)),
    )


def _table_of_shares(rows: Rows) -> str:
    columns: dict[str, tuple[str, Callable[[float], str]]] = {
        "bits": ("bits", "{:,.0f}".format),
        "least_bits": ("by kl", "{:,.0f}".format),
        "theorem_6_1_bits": ("theorem 6.1", "{:,.0f}".format),
        "weights": ("weights kept", "{:,.0f}".format),
        "train_error": ("training error", "{:.3f}".format),
        "fresh_error": ("error elsewhere", "{:.3f}".format),
    }
    told = [[form(v) for v in medians(rows, name)] for name, (_, form) in columns.items()]
    heads = ("random", *(head for head, _ in columns.values()))
    body = zip([f"{s:g}" for s in shares(rows)], *told, strict=True)
    return aligned([heads, *body])


def _table_of_limits(rows: Rows, sizes: Rows) -> str:
    first = [row for row in rows if row["seed"] == "1" and float(row["share"]) > 0]
    heads = "images", "random", "parameters", "thin", "ours", "error elsewhere"
    body = [
        (
            f"{int(row['images']):,}",
            f"{float(row['share']):g}",
            *(f"{float(row[f'limit_{name}']):.4f}" for name in ("parameters", "thin", "ours")),
            f"{float(row['fresh_error']):.3f}",
        )
        for row in (*sizes, *first)
    ]
    return aligned([heads, *body])


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.splitlines())
