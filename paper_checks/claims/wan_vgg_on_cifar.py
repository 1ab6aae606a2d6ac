"""P1-24: the paper's experiments with convolutional networks."""

from paper_checks.claim import NotComputable

CLAIM = NotComputable(
    id="P1-24",
    title="CIFAR-10 and CIFAR-100 with VGG-11, as in the paper",
    statement=(
        "VGG-11 networks trained with heavy-tailed noise on CIFAR-10 and CIFAR-100 keep their "
        "test performance when filters are pruned, better than without the noise."
    ),
    source="Wan et al., arXiv 2306.08125 (abstract, version 2: architectures outside the theory)",
    reason=(
        "most hyperparameters are in an appendix that was not read, and a run takes a GPU for "
        "hours; a network of two convolutions is P1-18-mnist"
    ),
)
