"""SM-3: the limits of the generalisation error of SGD with momentum."""

from paper_checks.claim import NotComputable

CLAIM = NotComputable(
    id="SM-3",
    title="Momentum: a worse limit of the generalisation error",
    statement=(
        "For quadratic losses SGD with momentum has a worse generalisation limit than SGD if the "
        "noise is heavy-tailed."
    ),
    source="Dang et al., arXiv 2502.00885 (abstract)",
    reason=(
        "the two limits were not read, and neither can be seen in an experiment; exact laws are "
        "in SM-1"
    ),
)
