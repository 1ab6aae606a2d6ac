"""P2-7: correlations over the paper's 215 networks."""

from paper_checks.claim import NotComputable

CLAIM = NotComputable(
    id="P2-7",
    title="Heavier tails go with less pruning error and a smaller gap",
    statement=(
        "Over 215 networks of CIFAR-10 and MNIST, those with smaller tail indices can be pruned "
        "more at equal error, and have smaller generalisation gaps."
    ),
    source="Barsbey et al., arXiv 2106.03795 (abstract; design read in its code)",
    reason=(
        "the networks and the correlations are not published, and 215 runs to zero training loss "
        "take GPUs for weeks; P2-5 is a small one"
    ),
)
