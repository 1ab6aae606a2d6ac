"""HS-1: the paper's own bounds of the tail index."""

from paper_checks.claim import NotComputable

CLAIM = NotComputable(
    id="HS-1",
    title="Homogenised SGD: explicit bounds of the tail index",
    statement=(
        "Homogenised SGD on regularised least squares has a stationary law with power tails, "
        "whose index lies between explicit bounds that are mostly close to the index seen in SGD."
    ),
    source="Jiao & Keller-Ressel, arXiv 2402.01382 (abstract)",
    reason=(
        "the formulas of the bounds were not read; bounds of our own are HS-2, a diffusion's "
        "index HS-3"
    ),
)
