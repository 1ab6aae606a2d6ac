"""DC-2: the rate for kernels that become narrow as particles become many."""

from paper_checks.claim import NotComputable

CLAIM = NotComputable(
    id="DC-2",
    title="Moderate interactions: chaos for the density",
    statement=(
        "Particles that see the smoothed density of all others, by a kernel of width N^-b, have "
        "densities that near the limit's at a rate of about N^-1/2, less what the kernel costs, "
        "for each kind of noise."
    ),
    source="Song, Hao & Ye, arXiv 2504.00585 (abstract; the rate as summarised)",
    reason=(
        "an upper limit without its constant, which no finite sample can contradict; its smooth "
        "case is DC-1"
    ),
)
