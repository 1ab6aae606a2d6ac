"""P1-25: the constants of the theorems."""

from paper_checks.claim import NotComputable

CLAIM = NotComputable(
    id="P1-25",
    title="Constants of the theorems on chaos and Euler's scheme",
    statement=(
        "For a bounded activation the distance from the McKean-Vlasov copies is at most C "
        "n^(-1/2), and Euler's error at most C (n eta)^(1/a), with constants that do not depend "
        "on n."
    ),
    source="Wan et al., arXiv 2306.08125 (rates as summarised; the second as recalled)",
    reason=(
        "constants and assumptions were not read; rates, with exact constants of solvable cases, "
        "are P1-3 to P1-7, P1-14 and P1-20"
    ),
)
