"""Q3-1: a limit of the loss of accuracy by pruning."""

from paper_checks.claim import NotComputable

CLAIM = NotComputable(
    id="Q3-1",
    title="Soft sparsity limits the loss by pruning",
    statement=(
        "A network whose neurons have small l_q norms of their weights, q below 1, can be pruned "
        "with a loss of accuracy that is limited by these norms; pruning each neuron by its own "
        "norm does better than standard methods."
    ),
    source="Yang et al., arXiv 2206.05604 (abstract)",
    reason=(
        "the limit and the algorithms were not read; bounds of an error by l_q norms are claims "
        "B-24 and B-26"
    ),
)
