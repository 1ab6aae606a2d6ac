"""P4-5: rules of thumb by second and fourth moments."""

from paper_checks.claim import NotComputable

CLAIM = NotComputable(
    id="P4-5",
    title="Second and fourth moments as rules of thumb",
    statement=(
        "Whether sparse methods or least squares do better on vectors with i.i.d. terms can be "
        "told from their second and fourth moments."
    ),
    source="Gribonval, Cevher & Davies (2012) (abstract)",
    reason="the rules themselves were not read",
)
