"""CC-3: the error limits of conditional chaos, by time."""

from paper_checks.claim import NotComputable

CLAIM = NotComputable(
    id="CC-3",
    title="Conditional chaos: rates at finite times",
    statement=(
        "Particles with collateral jumps are within explicit limits, at each finite time, of the "
        "limit driven by a stable noise that all share, below and above index 1."
    ),
    source="Loecherbach, Loukianova & Marini, arXiv 2405.20831 (abstract)",
    reason="the rates were not read; the limit itself is checked by CC-1 and CC-2",
)
