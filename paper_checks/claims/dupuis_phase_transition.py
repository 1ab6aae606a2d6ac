"""FP-1: when heavy tails help, and when they harm."""

from paper_checks.claim import NotComputable

CLAIM = NotComputable(
    id="FP-1",
    title="Heavy tails help or harm: a phase transition",
    statement=(
        "By high-probability limits of the generalisation error of heavy-tailed SDEs, heavier "
        "tails are beneficial or harmful by the structure of the problem, with a transition "
        "between the two."
    ),
    source="Dupuis & Simsekli, arXiv 2402.07723 (abstract)",
    reason="the limits and the place of the transition were not read",
)
