"""CN-23-fashion: on Fashion-MNIST CoreNet++ loses less accuracy than the largest weights."""

from paper_checks.experiments.coreset_headline import largest_claim

CLAIM = largest_claim(
    "CN-23-fashion",
    "fashion",
    (0.15, 0.4),
    ("corenet_plus_plus", "magnitude"),
    dark=True,
    title="Fashion-MNIST, 15%: CoreNet++ beats the largest weights",
    statement=(
        "Of networks trained on Fashion-MNIST (784-100-100-10), at 15% of the edges and equal "
        "shares of each layer, CoreNet++ loses less accuracy than the largest weights as they are, "
        "other than on MNIST: there is no one answer."
    ),
    source=(
        "Baykal et al., arXiv 1804.05345, beside a baseline that its experiments do not have (as "
        "recalled); measured here"
    ),
)
