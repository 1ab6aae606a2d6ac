"""Compile all kernels of this package, in parallel, and keep them: ``python -m stablenoise.warm``.

Nobody must do so: small work is interpreted until a compilation is worth it.  It serves before
many short processes, each of which would interpret or compile again, and for an image of a machine
whose packages cannot be written later.
"""

import os
import sys
import time
from collections.abc import Sequence

from .executors import workers

PIECES = {  # statements by which kernels are compiled; the longest first
    "paths": "for beta in 0.0, 0.5: StablePath(1.5, 1, beta).increments(1, [0], 1)\n"
    "StablePath(1.0, 1, 0.5).increments(1, [0], 1)\n"
    "StablePath(1.1, 1, 0.5).increments(1, [0], 1)\n"
    "StablePath(1.5, 1, noise=isotropic).increments(1, [0], 2)\n"
    "StablePath(2.0, 1).increments(1, [0], 2)",
    "isotropic vectors": "law = Isotropic(1.5, 3)\nlaw.pdf(np.ones(3))\nlaw.rvs(2, 1)",
    "scores": "law.score(0.3, 1.5)\nlaw.table.score(0.3, 1.5)\n"
    "law.table.log_and_score_sums(np.ones(1), 1.5, 0.3)\nlaw.table.logpdf(np.ones(9), 0.7)",
    "quantiles": "law.ppf(0.3, 1.5)\nlaw.ppf(np.linspace(0, 1, 2000), 1.5)\nlaw.ppf(1e-300, 0.1)",
    "densities": "law.pdf(0.3, 1.5)\nlaw.pdf(1e308, 1.5, scale=1e-10)\nlaw.mode(1.5, 0.5)\n"
    "for alpha in 0.5, 1.5: law.pdf(np.linspace(-9, 9, 2000), alpha)\nlaw.entropy(1.5)",
    "fits": "x = Stable(1.5).rvs(100, 1)\nfor m in 'mle', 'ecf', 'kogon': fit.stable(x, m)\n"
    "fit.stable(np.tile(x, 50))\nfit.stable(np.tile(x, 50), weights=np.ones(5000))",
    "noise, float64": "for noise in noises: NoiseField(1.5, 1, noise).at([0, 1], 0, 2)",
    "noise, float32": "for noise in noises: NoiseField(1.5, 1, noise).at([0, 1], 0, 2, np.float32)",
    "draws, float64": "for alpha in draws: Stable(alpha, 0.5).rvs((2, 3), 1)",
    "draws, float32": "for alpha in draws: Stable(alpha, 0.5).rvs((2, 3), 1, np.float32)",
}
PROGRAM = """
import numpy as np
from stablenoise import NoiseField, Stable, StablePath, fit, law
from stablenoise.law import table
from stablenoise.multivariate import Isotropic
from stablenoise.noises import common, independent, isotropic
noises, draws = (common, independent, isotropic), (1.5, 1.0, 1.1, np.array([1.5, 1.1, 1.0]))
"""


def compile_piece(name: str) -> float:
    """Compile one piece, or load it; the seconds that it took."""
    start = time.perf_counter()
    exec(PROGRAM + PIECES[name], {})
    return time.perf_counter() - start


def main(arguments: Sequence[str] = ()) -> int:
    """Compile all pieces, with a line for each; 0.

    Parameters
    ----------
    arguments : sequence of str
        The number of processes; by default that of processors.

    Returns
    -------
    int
        The status of the process.

    Raises
    ------
    ValueError
        If the number is none, or not positive.

    """
    jobs = int(arguments[0]) if arguments else os.cpu_count() or 1
    start = time.perf_counter()
    os.environ |= {"STABLENOISE_INTERPRET": "never", "STABLENOISE_QUIET": "1"}
    with workers("local", jobs) as pool:
        for name in PIECES:
            pool.submit(name, compile_piece, name)
        for name, outcome in pool.finished():
            if outcome.error is not None:
                raise outcome.error
            print(f"{name:20}{outcome.value:8.1f} s", flush=True)
    print(f"{'all':20}{time.perf_counter() - start:8.1f} s with {jobs} processes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
