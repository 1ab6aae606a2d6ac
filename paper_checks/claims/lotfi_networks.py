"""B-6-networks: what was measured on networks of which the limits were published."""

from paper_checks.claim import NotComputable

CLAIM = NotComputable(
    id="B-6-networks",
    title="Lotfi's networks err and compress as their tables say",
    statement=(
        "Networks in a random affine subspace, rounded and coded, take the bits and have the "
        "training errors of the published tables."
    ),
    source="Lotfi et al. (2022), tables of github.com/activatedgeek/tight-pac-bayes (read)",
    reason=(
        "the tables are published, the networks are not; what follows from the tables is computed"
        " as B-6"
    ),
)
