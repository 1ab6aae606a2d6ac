"""B-4-arora: an earlier limit, from how networks damp noise."""

from paper_checks.claim import NotComputable

CLAIM = NotComputable(
    id="B-4-arora",
    title="A limit from how networks damp noise",
    statement=(
        "Arora et al. (2018), theorem 4.1: the risk is at most the margin loss plus a term of "
        "order c d max |f| (sum of 1 / (mu_i mu_i->)^2)^(1/2) / (gamma m^(1/2))."
    ),
    source="Arora et al. (2018), theorem 4.1 and lemma 3 (statement read)",
    reason=(
        "the constants and logarithms of its order are not stated, so that no number follows; "
        "with q log2 r bits its theorem 2.1 is in B-4-count"
    ),
)
