"""P1-26: which network of a run is kept."""

from paper_checks.claim import NotComputable

CLAIM = NotComputable(
    id="P1-26",
    title="The network that is kept is chosen on a noisy path",
    statement=(
        "The authors' program evaluates after the step and before the noise, and keeps the first "
        "network whose training accuracy is above a threshold, so that what is pruned was chosen."
    ),
    source="Code of arXiv 2306.08125 (main.py, lines 134 to 161), read",
    reason="how much it matters to the paper's networks hangs on settings that were not read",
)
