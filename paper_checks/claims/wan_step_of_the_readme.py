"""P1-19: the step of the authors' experiments against the one that their theorem asks for."""

from functools import cache
from math import log10

from compress.compressibility import width_for_error
from paper_checks.claim import Claim, Quantity, equals
from paper_checks.experiments.computations import computing
from paper_checks.summaries import computed

ALPHA, WIDTH, RATE = 1.75, 5_000, 0.01  # of the program's README
SQUARED_ERROR, KEEP = 0.01, 0.1


def _numbers(power: float = -ALPHA / 2 - 1) -> list[float]:
    """The README's step over the theorem's; logs of widths at which a tenth is enough."""
    return [RATE / WIDTH**power, *_log_widths()]


@cache
def _log_widths() -> list[float]:
    return [log10(width_for_error(SQUARED_ERROR, KEEP, a)) for a in (1.5, ALPHA, 1.9)]


CLAIM = Claim(
    id="P1-19",
    title="The README's step is 86,000 times the theorem's",
    statement=(
        "With the values of the authors' README, width 5,000 and index 1.75, the theorem's "
        "condition eta <= n^(-a/2 - 1) allows steps of 1.2e-7. The README's step is 0.01, some "
        "86,000 times as long. And the width from which on the noise alone leaves an error of 0.1 "
        "with a tenth of the columns (of one number each: type I) is 10^6 at a = 1.5, 10^13 at "
        "1.75 and 10^34 at 1.9. "
        "The theorem is about other steps and widths than the experiments."
    ),
    source=(
        "Wan et al., arXiv 2306.08125 (step condition, and a width for each rate of compression: "
        "as summarised); README of its code (read); widths, compress.compressibility"
    ),
    quantities=(
        Quantity("step of the README over the theorem's", equals(86_000, 500), computed),
        Quantity("log10 of the width for error 0.1, a = 1.5", equals(6, 0.2), computed),
        Quantity("log10 of the width for error 0.1, a = 1.75", equals(13, 0.2), computed),
        Quantity("log10 of the width for error 0.1, a = 1.9", equals(34, 0.2), computed),
    ),
    experiment=computing(_numbers),
    control=computing(_numbers, power=-1 / 2),
    broken="a condition of n^(-1/2), which the README's step meets",
    unit="computations",
    smoke=1,
    full=1,
    kind="arithmetic",
    deciding="step of the README over the theorem's",
)
