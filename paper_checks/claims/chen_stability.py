"""ST-1: stability of non-convex training under heavy-tailed noise."""

from paper_checks.claim import NotComputable

CLAIM = NotComputable(
    id="ST-1",
    title="Heavy-tailed noise: stability of non-convex training",
    statement=(
        "Clipped and normalised SGD, with batches or momentum, have limits of their "
        "generalisation error by stability if noise has a bounded p-th moment, 1 < p <= 2."
    ),
    source="Chen, Wei, Yuan & Luo, arXiv 2601.19730 (abstract)",
    reason="upper limits whose constants were not read",
)
