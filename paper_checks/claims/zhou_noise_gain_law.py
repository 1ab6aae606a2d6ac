"""B-13: noise saves bits only where the codebook is finer than the noise."""

from math import e, log2, pi, sqrt

import numpy as np

from compress.certificates.posterior import noise_gain
from paper_checks.claim import Claim, Quantity, below, equals
from paper_checks.experiments.computed_rows import by_computing
from paper_checks.summaries import computed

FINE = np.linspace(0.1, 2, 20)  # distances of codewords, in units of the noise
KNOWN = {1: 2.0471, 2: 1.0472, 3: 0.4802, 4: 0.1744}  # by quadrature (measured)
FAR = 8


def gains(prior: float = 1.0) -> list[float]:
    """Bits a weight less the law, at most; at known distances; and far apart."""
    fine = [noise_gain(d, 1.0, prior) - log2(sqrt(2 * pi * e) / d) for d in FINE]
    known = [noise_gain(d, 1.0, prior) for d in KNOWN]
    return [float(np.abs(fine).max()), *known, noise_gain(FAR, 1.0, prior)]


CLAIM = Claim(
    id="B-13",
    title="Noise pays only if codewords are closer than it",
    aliases=("B13",),
    statement=(
        "On an endless grid of codewords D apart, noise of scale s saves log2(sqrt(2 pi e) s / D) "
        "bits a weight for D up to 2 s, to 0.001: 2.047 at D = s and 1.047 at 2 s. At 4 s it "
        "saves 0.174, at 8 s less than 0.001: no more than a coarser codebook would have saved."
    ),
    source="Derived from theorem 4.3 of Zhou et al., arXiv 1804.05862 (read)",
    quantities=(
        Quantity("distance from the law for D up to 2 s, at most", below(1e-3), computed),
        *(
            Quantity(f"bits saved a weight, D = {d} s", equals(bits, 5e-5), computed)
            for d, bits in KNOWN.items()
        ),
        Quantity(f"bits saved a weight, D = {FAR} s", below(1e-3), computed),
    ),
    experiment=by_computing(gains),
    control=by_computing(gains, prior=1.5),
    broken="the mixture is half as wide again as the noise",
    unit="computations",
    smoke=1,
    full=1,
    kind="arithmetic",
)
