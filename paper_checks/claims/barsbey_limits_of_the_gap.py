"""P2-8: the generalisation limits of compressible networks."""

from paper_checks.claim import NotComputable

CLAIM = NotComputable(
    id="P2-8",
    title="Generalisation limits for compressible networks",
    statement=(
        "Networks that are compressible in l_p, as those with heavy tails are, have limits of "
        "their generalisation error in terms of the compressed size."
    ),
    source="Barsbey et al., arXiv 2106.03795 (abstract)",
    reason="the limits and their constants were not read; ours are those of claims B",
)
