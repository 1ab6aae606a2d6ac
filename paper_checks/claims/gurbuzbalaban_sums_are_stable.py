"""P3-10: the limit theorem for sums of iterates."""

from paper_checks.claim import NotComputable

CLAIM = NotComputable(
    id="P3-10",
    title="Sums of iterates have a stable limit",
    statement=(
        "Centred sums of the iterates of SGD on least squares, over k^(1/alpha), tend to a stable "
        "law of the tail index alpha if it is below 2."
    ),
    source="Gurbuzbalaban, Simsekli & Zhu, arXiv 2006.04740 (as recalled)",
    reason=(
        "recalled, not read; and sums of chains near it are far from their limit at any length "
        "that can be run here"
    ),
)
