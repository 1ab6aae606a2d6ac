"""CN-23-mnist: on MNIST the largest weights lose less accuracy than CoreNet++."""

from paper_checks.experiments.coreset_headline import largest_claim

CLAIM = largest_claim(
    "CN-23-mnist",
    "mnist",
    (0.15, 0.4),
    ("magnitude", "corenet_plus_plus"),
    title="MNIST: the largest weights lose less than CoreNet++",
    statement=(
        "Of networks trained on MNIST (784-100-100-10), at 15% of the edges and equal shares of "
        "each layer, the largest weights as they are lose less accuracy than CoreNet++, without "
        "any data."
    ),
    source=(
        "A baseline that the experiments of Baykal et al., arXiv 1804.05345, do not have (as "
        "recalled); theory corenet.md section 2, measured here"
    ),
)
