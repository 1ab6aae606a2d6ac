"""B-4-spectral-margin: an earlier limit, from spectral norms and margins."""

from paper_checks.claim import NotComputable

CLAIM = NotComputable(
    id="B-4-spectral-margin",
    title="A limit from spectral norms and margins",
    statement=(
        "The risk of a network is bounded by its margins and by the product of the spectral norms"
        " of its layers."
    ),
    source="Named as an earlier limit; its statement was not read",
    reason="the exact statement is not at hand, and constants from memory are not a paper's",
)
