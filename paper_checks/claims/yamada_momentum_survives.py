"""YM-1: convergence of plain SGD with momentum under heavy-tailed noise."""

from paper_checks.claim import NotComputable

CLAIM = NotComputable(
    id="YM-1",
    title="SGD with momentum survives heavy tails",
    statement=(
        "Plain SGD with momentum converges under heavy-tailed noise for strongly convex, convex "
        "and other objectives, at rates below the optimal ones of clipped SGD."
    ),
    source="Yamada, Sato & Iiduka, Proceedings of Machine Learning Research 337 (2026) (abstract)",
    reason="upper limits whose rates and constants were not read",
)
