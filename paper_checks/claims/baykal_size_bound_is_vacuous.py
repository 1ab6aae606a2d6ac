"""CN-13: the size that the theorem promises exceeds the number of edges there are."""

from functools import cache
from math import log10

import numpy as np

from compress.coresets import Guarantee, ReluNetwork, bounds, corenet
from compress.coresets.rules import Certificate
from paper_checks.claim import Claim, Quantity, below
from paper_checks.experiments.trained_coresets import digits
from paper_checks.replicates import by_number, by_seed, replicate_rng, replicate_seed
from paper_checks.summaries import worst
from stablenoise.data.datasets import load_digits

RULE = Guarantee(0.5, 0.1)
EDGES = 50_000  # of the neuron of the control
ORDERS = 12.0, 12.0, 3.0  # decimal orders of magnitude by which bounds exceed the edges


def _trained(seed: int) -> list[float]:
    """Logarithms of edges over the bound, for one trained network."""
    return _row(digits(seed).network, _images(), seed)


@cache
def _images() -> np.ndarray:
    """Training images, of which S takes as many as the theorem needs."""
    return load_digits(standardise=False).x_train


def _one_positive_neuron(seed: int, replicate: int) -> list[float]:
    rng = replicate_rng(seed, replicate)
    network = ReluNetwork([rng.lognormal(0, 0.1, size=(1, EDGES))])
    points = rng.uniform(1, 2, size=(RULE.constants(network).points, EDGES))
    return _row(network, points, replicate_seed(seed, replicate))


def _row(network: ReluNetwork, points: np.ndarray, seed: int) -> list[float]:
    """Logarithms with the theorem's growth of errors, without its kappa, and if none grew."""
    coreset = corenet(network, points, RULE, seed)
    certificate = coreset.certificate
    assert isinstance(certificate, Certificate) and not certificate.void
    totals = [plan.layer.sides.totals.sum(axis=1) for plan in coreset.plans]
    edges = sum(plan.layer.size for plan in coreset.plans)
    constants, growth = certificate.constants, certificate.growth
    bare = [g - constants.kappa for g in growth]
    growths = growth, bare, [1.0] * len(bare)
    return [-log10(bounds.size_bound(constants, g, totals, edges).ratio) for g in growths]


CLAIM = Claim(
    id="CN-13",
    title="The promised size exceeds the network 10^12 times",
    statement=(
        "For epsilon = 0.5 and delta = 0.1 the size that the theorem promises for a network "
        "trained on digits (64-96-48-10) is more than 10^12 times its number of edges, even "
        "without kappa, and more than 10^3 times even if cancellations cost nothing: the coreset "
        "that it guarantees is the network."
    ),
    source="Bound of Baykal et al., arXiv 1804.05345 (as recalled; constants re-derived)",
    quantities=(
        Quantity("log10 of edges over the bound", below(-ORDERS[0]), worst),
        Quantity("the same without kappa", below(-ORDERS[1]), worst),
        Quantity("the same without cancellations", below(-ORDERS[2]), worst),
    ),
    experiment=by_seed(_trained),
    control=by_number(_one_positive_neuron),
    broken="one neuron of 50,000 positive weights: no signs, no layers",
    unit="trained networks",
    # Orders of magnitude do not hang on the draw of a network: more rows would say nothing new.
    smoke=20,
    full=20,
    chunk=2,
    kind="arithmetic",
)
