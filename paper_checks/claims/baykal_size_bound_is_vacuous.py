"""CN-13: the size that the theorem promises exceeds the number of edges there are."""

from math import log10

import numpy as np

from compress.coresets import Guarantee, ReluNetwork, bounds, corenet
from compress.coresets.rules import Certificate
from paper_checks.claim import Claim, Quantity, below
from paper_checks.experiments.trained_coresets import digits, key
from paper_checks.summaries import worst
from stablenoise.data.datasets import load_digits

RULE = Guarantee(0.5, 0.1)
WIDE = 50_000
LEAST = 12.0, 12.0, 3.0  # decimal orders of magnitude by which bounds exceed the edges


def _trained(replicates: range, seed: int) -> np.ndarray:
    """Logarithms of edges over the bound, for one trained network a replicate."""
    images = load_digits(standardise=False).x_train  # S takes as many as the theorem needs
    networks = ((digits(k).network, k) for k in (key(seed, r) for r in replicates))
    return np.array([_row(network, images, k) for network, k in networks])


def _one_positive_neuron(replicates: range, seed: int) -> np.ndarray:
    rows = []
    for r in replicates:
        rng = np.random.default_rng([seed, r])
        network = ReluNetwork([rng.lognormal(0, 0.1, size=(1, WIDE))])
        points = rng.uniform(1, 2, size=(RULE.constants(network).points, WIDE))
        rows.append(_row(network, points, key(seed, r)))
    return np.array(rows)


def _row(network: ReluNetwork, points: np.ndarray, key: int) -> list[float]:
    """With the theorem's growth of errors, without its kappa, and if none grew."""
    coreset = corenet(network, points, RULE, key)
    found = coreset.certificate
    assert isinstance(found, Certificate) and not found.void
    totals = [plan.layer.sides.totals.sum(axis=1) for plan in coreset.plans]
    edges = sum(plan.layer.size for plan in coreset.plans)
    bare = [g - found.constants.kappa for g in found.growth]
    growths = found.growth, bare, [1.0] * len(bare)
    return [-log10(bounds.size_bound(found.constants, g, totals, edges).ratio) for g in growths]


CLAIM = Claim(
    id="CN-13",
    statement=(
        "For epsilon = 0.5 and delta = 0.1 the size that the theorem promises for a network "
        "trained on digits (64-96-48-10) is more than 10^12 times its number of edges, even "
        "without kappa, and more than 10^3 times even if cancellations cost nothing: the coreset "
        "that it guarantees is the network."
    ),
    source="Bound of Baykal et al., arXiv 1804.05345 (as recalled; constants re-derived)",
    quantities=(
        Quantity("log10 of edges over the bound", below(-LEAST[0]), worst),
        Quantity("the same without kappa", below(-LEAST[1]), worst),
        Quantity("the same without cancellations", below(-LEAST[2]), worst),
    ),
    experiment=_trained,
    control=_one_positive_neuron,
    broken="one neuron of 50,000 positive weights: no signs, no layers",
    unit="trained networks",
    smoke=20,
    full=20,
    chunk=2,
    kind="arithmetic",
    against="the theorem's size as a size of a compressed network",
)
