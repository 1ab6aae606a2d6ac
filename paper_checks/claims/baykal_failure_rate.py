"""CN-5: at the theorem's sample size a neuron of positive weights fails no more than promised."""

from paper_checks.claim import Claim, Quantity, below
from paper_checks.experiments.sampled_neurons import DELTA, EDGES, failures
from paper_checks.replicates import by_number
from paper_checks.summaries import bounded, median, worst

CLAIM = Claim(
    id="CN-5",
    title="The promised draws miss by 30% in 10% of cases at most",
    statement=(
        "With 8 S log(8 / delta) / epsilon^2 draws (K = eta = 1) the sum of a neuron of 500 "
        "positive weights is missed by more than epsilon = 0.3 with probability at most delta = "
        "0.1, at every point of S and at fresh ones."
    ),
    source="Baykal et al., arXiv 1804.05345 (sample size of a neuron as recalled; re-derived)",
    quantities=(
        # The theorem speaks of every neuron and every point of S, so that the largest row counts.
        Quantity("largest share that misses at a point of S", below(DELTA), worst),
        Quantity("share that misses at fresh points", below(DELTA), bounded(0, 1)),
        Quantity("draws of the theorem over those needed, by the normal law", None, median),
    ),
    experiment=by_number(failures, tight=False),
    control=by_number(failures, tight=False, silent=EDGES // 2),
    broken="half of the inputs are silent in S and not at fresh points",
    unit="random neurons, of 100 coresets each",
    smoke=192,
    full=192,
    chunk=16,
)
