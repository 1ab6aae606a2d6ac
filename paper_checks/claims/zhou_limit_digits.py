"""B-4-digits: a limit of the risk from a compressed size says something, on the digits."""

import numpy as np

from compress.certificates.certificate import occam
from compress.coding.length import code_length
from paper_checks.claim import Claim, Quantity, below
from paper_checks.experiments.softmax_limits import DELTA, OPTIONS, compressed, digits
from paper_checks.replicates import by_rng
from paper_checks.summaries import median, worst
from stablenoise.data.datasets import DIGITS_TRAIN

# A limit that says something: guessing errs in 0.9.
MAX_LIMIT = 0.6


def _limits(rng: np.random.Generator, random: bool = False) -> list[float]:
    """Limit, test error above it, errors and bits, of one split of the digits.

    Errors are those of the weights as they were decoded.
    """
    problem, n = digits(), DIGITS_TRAIN
    shuffled = problem.part(rng.permutation(len(problem.x)))
    if random:
        shuffled = shuffled._replace(labels=rng.permutation(problem.labels))
    sample, others = shuffled.part(np.s_[:n]), shuffled.part(np.s_[n:])
    code = code_length(compressed(sample))
    errors, fresh = (part.errors(code.decoded) for part in (sample, others))
    limit = occam(errors, n, code.charged, DELTA, options=OPTIONS, prefix=None).value
    test_error = fresh / len(others.x)
    return [limit, test_error - limit, errors / n, test_error, code.charged]


CLAIM = Claim(
    id="B-4-digits",
    title="Digits: 1/5 of the weights has a limit of risk below 60%",
    statement=(
        "A limit of the risk from a compressed size says something: softmax regression on the "
        "digits, a fifth of its weights kept and rounded to 4 levels, errs in less than 60% of all "
        "cases at confidence 95%, by a code that was decoded, its errors on 1,437 digits and "
        "nothing else; guessing errs in 90%. Its test error is below the limit."
    ),
    source="Zhou et al., arXiv 1804.05862, theorem 4.1 and table 1 (read); on other data here",
    quantities=(
        Quantity("limit of the risk", below(MAX_LIMIT), worst),
        Quantity("test error less the limit", below(0), worst),
        Quantity("training error", None, median),
        Quantity("test error", None, median),
        Quantity("bits of the code", None, median),
    ),
    experiment=by_rng(_limits),
    control=by_rng(_limits, random=True),
    broken="labels are random: the network compresses as well and has learned nothing",
    unit="splits of the digits",
    smoke=24,
    full=96,
    chunk=4,
)
