"""MP-3: the statement on the distance of offline from online SGD."""

from paper_checks.claim import NotComputable

CLAIM = NotComputable(
    id="MP-3",
    title="Multi-pass SGD: distance from online SGD",
    statement=(
        "The stationary law of SGD on n given rows is within a bound, in a Wasserstein metric and "
        "for every n, of that of SGD on new rows; the bound falls with the distance of the rows "
        "from their law."
    ),
    source="Pavasovic, Durmus & Simsekli, arXiv 2310.18455 (abstract)",
    reason="the constants of the bounds were not read; what follows without them is MP-1 and MP-2",
)
