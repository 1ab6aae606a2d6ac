"""B-20: at a fixed share and number of levels, heavier tails take fewer bits."""

from itertools import pairwise

import numpy as np

from compress.coding.length import code_length
from compress.coding.quantisation import quantise
from compress.pruning import magnitude
from paper_checks.claim import Claim, Quantity, above
from paper_checks.replicates import by_number
from paper_checks.summaries import median
from stablenoise.field import NoiseField

INDICES, SHAPE, KEEP, LEVELS = (1.2, 1.5, 1.8, 2.0), (200, 100), 0.2, 15
MAX_WEIGHT = 6e4  # as codewords are of float16
# Of a logarithm: 0.06 to 0.13 are seen, and 0 of equal laws.
GROWTH = 0.02


def _growth(seed: int, replicate: int, ranks: bool = False) -> list[float]:
    """Log ratios of the bits of each index to those of the one before, of one matrix each."""
    fields = [NoiseField(alpha, seed) for alpha in INDICES]
    matrices = [field.at(range(SHAPE[0]), step=replicate, dim=SHAPE[1]) for field in fields]
    bits, size = [_bits(_ranked(w) if ranks else w) for w in matrices], SHAPE[0] * SHAPE[1]
    return [*(np.log(b / a) for a, b in pairwise(bits)), *(b / size for b in bits)]


def _bits(matrix: np.ndarray) -> int:
    """Bits of a prefix code of what is left, of its codebook and of where it lies."""
    scaled = matrix / abs(matrix).max() * MAX_WEIGHT
    left = quantise(magnitude.prune(scaled, KEEP), LEVELS).weights
    return code_length(left).charged


def _ranked(matrix: np.ndarray) -> np.ndarray:
    """Matrix of the same signs and the same order of sizes, which are uniform."""
    order = abs(matrix).ravel().argsort().argsort().reshape(matrix.shape)
    return np.sign(matrix) * (1 + order) / matrix.size


CLAIM = Claim(
    id="B-20",
    title="Heavier tails take fewer bits",
    statement=(
        "Of symmetric stable matrices, the largest fifth kept and rounded to 15 levels by Lloyd's "
        "algorithm, those of the smaller index take fewer bits, in a code that was decoded: "
        "1.2 < 1.5 < 1.8 < 2. The codewords of heavier tails are used less evenly."
    ),
    source=(
        "The size of Zhou et al., arXiv 1804.05862, that enters their bound, for weights as in "
        "Barsbey et al., arXiv 2106.03795; measured here"
    ),
    quantities=(
        *(
            Quantity(f"log of the bits, index {b} over {a}", above(GROWTH), median)
            for a, b in pairwise(INDICES)
        ),
        *(Quantity(f"bits an entry, index {a}", None, median) for a in INDICES),
    ),
    experiment=by_number(_growth),
    control=by_number(_growth, ranks=True),
    broken="the sizes are replaced by their ranks, so that all have one law",
    unit="matrices of 200 x 100 of each index",
    smoke=128,
    full=512,
    chunk=4,
)
