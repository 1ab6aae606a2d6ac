"""P1-8: the rate and the constant at which the error of column pruning falls with the width."""

from functools import cache

from compress.compressibility.limits import rate_constant
from compress.compressibility.norms import relative_error
from paper_checks.claim import Claim, Quantity, equals
from paper_checks.replicates import by_number
from paper_checks.summaries import clipped
from stablenoise import Stable
from stablenoise.field import NoiseField

INDICES, SIZES, KEEP = (1.2, 1.5, 1.75), (1_000, 10_000), 0.1
# Times the mean: clipping there takes 0.001 of it at a = 1.2, 1e-7 at 1.5.
CLIP = 6.0


def _ratios(seed: int, replicate: int, excess: float = 0.0) -> list[float]:
    """Squared error over B n^(1 - 2/a): one vector of each index, and its beginning."""
    row = []
    for a in INDICES:
        x = NoiseField(a + excess, seed).at(range(1), step=replicate, dim=SIZES[-1])[0]
        squares = [relative_error(x[:n], KEEP) ** 2 for n in SIZES]
        row += [e * n ** (2 / a - 1) / _constant(a) for e, n in zip(squares, SIZES, strict=True)]
    return row


@cache
def _constant(alpha: float) -> float:
    return rate_constant(Stable(alpha), KEEP)


CLAIM = Claim(
    id="P1-8",
    title="Pruning error of stable terms: B n^(1 - 2/a)",
    statement=(
        "The best tenth of n i.i.d. symmetric stable terms leaves a mean squared relative error of "
        "B n^(1 - 2/a), B a known constant: 2.122, 1.023, 0.716 at a = 1.2, 1.5, 1.75. That wide "
        "networks can be pruned at any error is so at this rate: for error 0.1 at a = 1.75 from "
        "a width of 1e13 on."
    ),
    source=(
        "Wan et al., arXiv 2306.08125 (that the error vanishes with the width, as summarised); "
        "rate and constant derived, compress.compressibility.limits.rate_constant"
    ),
    quantities=tuple(
        Quantity(
            f"mean squared error over B n^(1 - 2/a), a = {a}, n = {n:,}",
            # The formula is a limit: at n = 1,000 and a = 1.5 the mean is some 2% above it.
            equals(1, 0.1),
            clipped(0, CLIP),
        )
        for a in INDICES
        for n in SIZES
    ),
    experiment=by_number(_ratios),
    control=by_number(_ratios, excess=0.1),
    broken="terms of index a + 0.1",
    unit="vectors of 10,000 terms",
    smoke=12_288,
    full=49_152,
    chunk=128,
)
