"""B-4-path-norm: an earlier limit, from the path norm."""

from paper_checks.claim import NotComputable

CLAIM = NotComputable(
    id="B-4-path-norm",
    title="A limit from the path norm of a network",
    statement=(
        "The risk of a relu network is bounded by its margins and by the sum over all paths of "
        "products of weights."
    ),
    source="Named as an earlier limit; its statement was not read",
    reason="the exact statement is not at hand, and constants from memory are not a paper's",
)
