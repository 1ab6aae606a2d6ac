"""CN-17: the bound of the generalisation error exceeds every error rate there is."""

from functools import cache
from math import log10

import numpy as np

from compress.coresets import Guarantee, ReluNetwork, bounds
from paper_checks.claim import Claim, Quantity, below
from paper_checks.experiments.trained_coresets import digits
from paper_checks.replicates import by_number, by_seed, replicate_rng
from paper_checks.summaries import worst
from stablenoise.data.datasets import load_digits

RULE = Guarantee(0.5, 0.1)
EDGES, MANY, MARGIN = 50, 10**9, 1.0
ORDERS = 3.0  # decimal orders of magnitude by which the bound exceeds 1


def _trained(seed: int) -> list[float]:
    """Logarithms of 1 over the bound, for one trained network."""
    return _row(digits(seed).network, _images(), len(_images()))


@cache
def _images() -> np.ndarray:
    """Training images, of which S takes as many as the theorem needs."""
    return load_digits(standardise=False).x_train


def _one_positive_neuron(seed: int, replicate: int) -> list[float]:
    rng = replicate_rng(seed, replicate)
    network = ReluNetwork([rng.lognormal(0, 0.1, size=(1, EDGES)) / EDGES])
    points = rng.uniform(0, 1, size=(RULE.constants(network).points, EDGES))
    return _row(network, points, MANY)


def _row(network: ReluNetwork, points: np.ndarray, examples: int) -> list[float]:
    """With the theorem's growth of errors, and without its kappa; the margin is 1."""
    plans, certificate = RULE.plans(network, RULE.chosen(network, points, 1))
    totals = [plan.layer.sides.totals.sum(axis=1) for plan in plans]
    largest = float(np.linalg.norm(network(points), axis=1).max())
    growth = certificate.growth
    bare = [g - certificate.constants.kappa for g in growth]
    rest = totals, largest, MARGIN, examples
    limits = [bounds.generalization_bound(certificate.constants, g, *rest) for g in (growth, bare)]
    return [-log10(limit.value) for limit in limits]


CLAIM = Claim(
    id="CN-17",
    title="The generalisation bound exceeds 1 by far",
    statement=(
        "The leading term of the bound on the error of the compressed network, at margin 1, "
        "exceeds an error rate of 1 by more than 10^3 for networks trained on digits "
        "(64-96-48-10), with kappa and without: it says nothing of them."
    ),
    source=(
        "Bound of Baykal et al., arXiv 1804.05345, by Arora et al. (2018) (as recalled, up to "
        "logarithms); theory corenet.md sections 1.6 and 5"
    ),
    quantities=(
        Quantity("log10 of 1 over the bound", below(-ORDERS), worst),
        Quantity("the same without kappa", below(-ORDERS), worst),
    ),
    experiment=by_seed(_trained),
    control=by_number(_one_positive_neuron),
    broken="one neuron of 50 positive weights and 10^9 examples: no signs, no layers",
    unit="trained networks",
    # Orders of magnitude do not hang on the draw of a network: more rows would say nothing new.
    smoke=20,
    full=20,
    chunk=2,
    kind="arithmetic",
)
