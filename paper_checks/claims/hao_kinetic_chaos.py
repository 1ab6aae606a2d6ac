"""KP-1: chaos of kinetic systems with singular kernels."""

from paper_checks.claim import NotComputable

CLAIM = NotComputable(
    id="KP-1",
    title="Kinetic systems: chaos with singular kernels",
    statement=(
        "Moderately interacting kinetic particles with stable noise and a drift that may be a "
        "distribution converge to their McKean-Vlasov limit, weakly and by paths, at explicit "
        "rates."
    ),
    source="Hao, Jabir, Menozzi, Roeckner & Zhang, arXiv 2405.09195 (abstract)",
    reason="the rates and the spaces they hold in were not read",
)
