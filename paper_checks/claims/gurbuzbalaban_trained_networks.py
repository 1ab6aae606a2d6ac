"""P3-11: the paper's experiments with networks."""

from paper_checks.claim import NotComputable

CLAIM = NotComputable(
    id="P3-11",
    title="Tail indices of trained networks fall with eta over b",
    statement=(
        "Tail indices of the weights of fully connected and convolutional networks fall as the "
        "step over the batch grows."
    ),
    source="Gurbuzbalaban, Simsekli & Zhu, arXiv 2006.04740 (abstract; design read in its code)",
    reason=(
        "outputs are not stored and the estimator reads bounded averages; the same question on "
        "ECG5000 is P2-5"
    ),
)
