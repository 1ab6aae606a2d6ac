"""P1-23: error 0.1 is not one error: two programs prune the same columns by two rules."""

from scipy.optimize import brentq

from compress.compressibility.limits import GAUSSIAN, limit_error
from compress.compressibility.norms import keep_for_error
from paper_checks.claim import Claim, Quantity, equals
from paper_checks.replicates import by_seed
from paper_checks.summaries import median
from stablenoise.field import NoiseField

INDEX, COLUMNS, ERROR = 1.75, 4_000, 0.1
OF_SQUARES, OF_NORMS = ERROR, ERROR**2  # squared errors: of P1's program, of P2's


def pruned_share(squared_error: float) -> float:
    """Share of many Gaussian numbers that can be pruned at a squared error."""
    gap = brentq(lambda keep: limit_error(GAUSSIAN, keep) ** 2 - squared_error, 1e-9, 1 - 1e-9)
    return 1 - float(gap)


def _shares(seed: int, one_rule: bool = False) -> list[float]:
    """Shares that are pruned by each rule, of Gaussian noise and of heavy-tailed noise."""
    row = []
    for alpha in (2.0, INDEX):
        norms = NoiseField(alpha, seed).at(range(COLUMNS), step=0, dim=1)[:, 0]
        row += [
            1 - keep_for_error(norms**2, error)
            for error in (OF_SQUARES, OF_SQUARES if one_rule else OF_NORMS)
        ]
    return row


CLAIM = Claim(
    id="P1-23",
    title="Error 0.1 by two programs: 56% and 27% of numbers",
    statement=(
        "The program of the paper prunes until the squared relative error is 0.1, which is an "
        "error of 0.316, and that of Barsbey et al. until the error itself is 0.1. Of the same "
        "columns, whose norms are sizes of Gaussian numbers (type I, or one row), the first "
        "prunes 55.5% and the second 26.5%: shares of the two papers cannot be compared. Of "
        "columns of many Gaussian numbers both prune fewer (P1-9). What they are of norms of "
        "index 1.75 is reported."
    ),
    source=(
        "Codes of arXiv 2306.08125 (exp_utils.py, line 410) and arXiv 2106.03795, read; shares "
        "of Gaussian terms from the limit of P4-1"
    ),
    quantities=(
        Quantity(
            "share pruned at squared error 0.1, Gaussian",
            equals(pruned_share(OF_SQUARES), 0.01),
            median,
        ),
        Quantity(
            "share pruned at error 0.1, Gaussian", equals(pruned_share(OF_NORMS), 0.01), median
        ),
        Quantity("share pruned at squared error 0.1, a = 1.75", None, median),
        Quantity("share pruned at error 0.1, a = 1.75", None, median),
    ),
    experiment=by_seed(_shares),
    control=by_seed(_shares, one_rule=True),
    broken="both programs go by squares",
    unit="vectors of 4,000 columns",
    smoke=64,
    full=128,
    chunk=8,
    deciding="share pruned at error 0.1, Gaussian",
)
