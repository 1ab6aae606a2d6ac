"""What a diagnosis says: one sentence, and a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from statsmodels.iolib.summary import Summary

    from .diagnosis import Diagnosis

COMMON = 0.01  # share of one value from which on it is told
TIED = 0.1  # share of values equal to another from which on it is told
TESTS = {
    "tail": "tail beside that of the law",
    "j": "characteristic function (J)",
    "ranks": "ranks follow ranks",
    "sizes": "sizes follow sizes",
    "trend": "values change with time",
    "drift": "sizes change with time",
}
FOUND = {
    "ranks": "values depend on those before them",
    "sizes": "large values come in clusters",
    "trend": "values move with time",
    "drift": "their spread changes with time",
}


def sentence_of(diagnosis: Diagnosis) -> str:
    """The law, then the order, then values that are equal; what is well is not told of the last."""
    parts = [_of_law(diagnosis), *_of_order(diagnosis), *_of_ties(diagnosis)]
    return "; ".join(parts) + "."


def _of_law(diagnosis: Diagnosis) -> str:
    if diagnosis.is_stable:
        tail = f": {_reading(diagnosis)}" if diagnosis.tail_index else ""
        return f"{_fitted(diagnosis)} is not refused{tail}"
    reasons = {
        "tail": _reading(diagnosis),
        "j": f"the J test refuses every stable law (p = {pvalue_text(diagnosis.pvalues['j'])})",
    }
    told = [text for name, text in reasons.items() if name in diagnosis.refused]
    return f"Not stable: a fit has index {_index(diagnosis)}, but {', and '.join(told)}"


def _fitted(diagnosis: Diagnosis) -> str:
    """The law; Gauss by name."""
    if diagnosis.stable_index == 2:
        return f"A Gaussian law ({_between(diagnosis.stable_interval)} in the stable index)"
    return f"A stable law of index {_index(diagnosis)}"


def _index(diagnosis: Diagnosis) -> str:
    low, high = diagnosis.stable_interval
    return f"{diagnosis.stable_index:.4g} ({low:.4g} to {high:.4g})"


def _reading(diagnosis: Diagnosis) -> str:
    """What Hill reads, beside what it would; the law of the fit is meant by "that law"."""
    if diagnosis.tail_index is None:
        return ""
    seen = f"{diagnosis.tail_index.value:.3g} ({_between(diagnosis.tail_interval)})"
    largest = f"Hill's index of the {diagnosis.k:,} largest is {seen}"
    return f"{largest} where that law shows {_between(diagnosis.expected)}"


def _of_order(diagnosis: Diagnosis) -> list[str]:
    if diagnosis.counts.is_sorted:
        return ["the values are sorted, so that nothing is known of their dependence"]
    reasons = [text for name, text in FOUND.items() if name in diagnosis.refused]
    if not reasons:
        return []
    return [f"not independent: {', '.join(reasons)}, and errors and p-values are too small"]


def _of_ties(diagnosis: Diagnosis) -> list[str]:
    counts, n = diagnosis.counts, diagnosis.nobs
    told = []
    if counts.times > max(COMMON * n, 1):
        told.append(f"{counts.times:,} of {n:,} values are {counts.commonest:g}")
    elif counts.tied > TIED * n:
        told.append(f"{counts.tied:,} of {n:,} values are equal to another")
    return told


def diagnosis_summary(diagnosis: Diagnosis) -> Summary:
    """Indices, then tests, then counts, and the sentence below."""
    from statsmodels.iolib.summary import Summary
    from statsmodels.iolib.table import SimpleTable

    made = Summary()
    made.tables.append(
        SimpleTable(
            _indices(diagnosis),
            headers=["index", *_tails(diagnosis.level)],
            stubs=[
                "stable, by likelihood",
                f"tail, by Hill, k = {diagnosis.k:,}",
                "... of this law",
            ],
            title=f"Is {diagnosis.fit.name} stable?",
        )
    )
    rows = [
        [pvalue_text(p), "refused" if name in diagnosis.refused else ""]
        for name, p in diagnosis.pvalues.items()
    ]
    stubs = [TESTS[name] for name in diagnosis.pvalues]
    made.tables.append(SimpleTable(rows, headers=["p-value", ""], stubs=stubs))
    made.tables.append(SimpleTable(_counts(diagnosis)))
    made.add_extra_txt([diagnosis.sentence])
    return made


def _indices(diagnosis: Diagnosis) -> list[list[str]]:
    tail = diagnosis.tail_index
    return [
        [f"{diagnosis.stable_index:.4g}", *_ends(diagnosis.stable_interval)],
        [f"{tail.value:.4g}" if tail else "", *_ends(diagnosis.tail_interval)],
        ["", *_ends(diagnosis.expected)],
    ]


def _counts(diagnosis: Diagnosis) -> list[list[str]]:
    counts = diagnosis.counts
    return [
        ["Values:", f"{diagnosis.nobs:,}", "Zeros:", f"{counts.zeros:,}"],
        ["Equal to another:", f"{counts.tied:,}", "Sorted:", "yes" if counts.is_sorted else "no"],
    ]


def _tails(level: float) -> list[str]:
    tail = (1 - level) / 2
    return [f"[{tail:.3g}", f"{1 - tail:.4g}]"]


def _ends(interval: tuple[float, float]) -> list[str]:
    return [f"{end:.4g}" for end in interval]


def _between(interval: tuple[float, float]) -> str:
    return f"{interval[0]:.3g} to {interval[1]:.3g}"


def pvalue_text(p: float) -> str:
    """A p-value in two digits, small ones by their power of ten."""
    if p >= 1e-300:
        return f"{p:.2g}" if p >= 1e-4 else f"{p:.0e}"
    return "0"
