"""B-19: a code that was decoded takes hardly more than the entropy of its words."""

import numpy as np
from scipy.stats import entropy

from compress.coding.length import code_length
from compress.coding.quantisation import quantise
from compress.pruning import magnitude
from paper_checks.claim import Claim, Quantity, below
from paper_checks.replicates import by_number
from paper_checks.summaries import median, worst
from stablenoise.field import NoiseField

CASES = ((1.2, 0.01), (1.2, 0.2), (1.5, 0.05), (1.8, 0.2), (2.0, 0.05))  # index, share kept
SHAPE, LEVELS, MAX_WEIGHT = (150, 100), 15, 6e4  # as codewords are of float16
MORE = 100  # bytes: codebook, counts that are learned on the way, and the end of the stream


def _excesses(seed: int, replicate: int, codec: str = "adaptive") -> list[float]:
    """Bytes above the entropy of each case, at most, and those above it over it, at 20%."""
    sizes = [_sizes(_matrix(seed, replicate, *case), codec) for case in CASES]
    excess = [coded - bare for coded, bare in sizes]
    return [max(excess), sizes[3][0] / sizes[3][1] - 1]


def _matrix(seed: int, replicate: int, alpha: float, keep: float) -> np.ndarray:
    """Stable weights, the largest kept and rounded to 15 levels."""
    w = NoiseField(alpha, seed).at(range(SHAPE[0]), step=replicate, dim=SHAPE[1])
    return quantise(magnitude.prune(w / abs(w).max() * MAX_WEIGHT, keep), LEVELS).weights


def _sizes(matrix: np.ndarray, codec: str) -> tuple[int, float]:
    """Bytes that were decoded, and those of the entropy of the words, zero for one."""
    _, counts = np.unique(matrix, return_counts=True)
    return code_length(matrix, codec).bytes, matrix.size * float(entropy(counts, base=2)) / 8


CLAIM = Claim(
    id="B-19",
    title="Decoded codes are within 100 bytes of the entropy",
    aliases=("B19",),
    statement=(
        "Stable weights of index 1.2 to 2, 1% to 20% of them kept and rounded to 15 levels, take "
        "at most 100 bytes more than the entropy of their words, codebook included, in a code "
        "from which they came back; of index 1.8 at 20%, 2% more at most."
    ),
    source="The size of Zhou et al., arXiv 1804.05862, that enters their bound; derived",
    quantities=(
        # What is decoded is compared with what was encoded, always: code_length raises otherwise.
        Quantity("bytes above the entropy, at most", below(MORE), worst),
        Quantity("excess over the entropy, index 1.8 at 20%", below(0.02), median),
    ),
    experiment=by_number(_excesses),
    control=by_number(_excesses, codec="zlib"),
    broken="the codec is zlib, which knows no words",
    unit="matrices of 150 x 100 of each case",
    smoke=20,
    full=30,
    chunk=5,
)
