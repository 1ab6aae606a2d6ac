"""CN-6: the draws that Bernstein's inequality asks for are enough where inputs are exact."""

from paper_checks.claim import Claim, Quantity, below
from paper_checks.experiments.sampled_neurons import DELTA, EDGES, failures
from paper_checks.replicates import by_number
from paper_checks.summaries import bounded, median, worst

CLAIM = Claim(
    id="CN-6",
    title="Bernstein's draws, a fifth of the theorem's, are enough",
    statement=(
        "Where inputs are exact, as in the first layer, (2 + 2 epsilon / 3) S log(2 / delta) / "
        "epsilon^2 draws (K = 1), a fifth of the theorem's, miss the sum of a neuron of 500 "
        "positive weights by more than epsilon = 0.3 with probability at most delta = 0.1 too."
    ),
    source=(
        "Bernstein's inequality in the proof of the sample size of Baykal et al., arXiv "
        "1804.05345; derived, theory corenet.md section 1.6"
    ),
    quantities=(
        Quantity("largest share that misses at a point of S", below(DELTA), worst),
        Quantity("share that misses at fresh points", below(DELTA), bounded(0, 1)),
        Quantity("draws of Bernstein over those needed, by the normal law", None, median),
    ),
    experiment=by_number(failures, tight=True),
    control=by_number(failures, tight=True, silent=EDGES // 2),
    broken="half of the inputs are silent in S and not at fresh points",
    unit="random neurons, of 100 coresets each",
    smoke=192,
    full=192,
    chunk=16,
)
