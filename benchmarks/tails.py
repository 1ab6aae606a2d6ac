"""Tail indices against peers: power laws of least distance, double bootstraps of Hill's k.

python -m benchmarks.tails [SIZE]      # of the power laws; 10,000 by default, 100,000 takes minutes

Processor time of one thread in one run, the best of three of ours, one of a peer's above a second.
Peers are asked where they are installed: powerlaw 2.0, powerlawrs 0.0.15, tailestim 0.7.  All
search every distinct value; "same" says whether the threshold is the same number.  Of powerlaw's
reference data the fits that Clauset, Shalizi and Newman (2009) print are made again.
"""

import sys
import warnings
from collections.abc import Callable
from importlib import import_module, util
from pathlib import Path
from time import process_time

import numpy as np

from stablenoise.tails import power_law
from stablenoise.tails.inner import resampling
from stablenoise.tails.selection import select_k

PEERS = "powerlaw", "powerlawrs", "tailestim"
PUBLISHED = {  # name: exponent of the density, threshold, whether discrete
    "blackouts": (2.3, 230_000, False),
    "cities": (2.37, 52_460, False),
    "flares": (1.79, 323, False),
    "fires": (2.2, 6_324, False),
    "terrorism": (2.4, 12, True),
    "words": (1.95, 7, True),
}
REPLICATES = 500


def processor() -> str:
    """Name of the processor, as Linux has it."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(": ")[2] for line in lines if "model name" in line), "unknown")


def timed(call: Callable, times: int = 3) -> tuple[float, object]:
    """Least processor time of some calls, one if it takes a second, and what came back."""
    seconds = []
    for _ in range(times):
        start = process_time()
        answer = call()
        seconds.append(process_time() - start)
        if seconds[0] > 1:
            break
    return min(seconds), answer


def samples(n: int) -> dict[str, np.ndarray]:
    """Laws with an index below 2, as powerlaw bounds it, and one above."""
    rng = np.random.default_rng(1)
    return {
        "Pareto 1.5": rng.pareto(1.5, n) + 1,
        "Student 1.5": np.abs(rng.standard_t(1.5, n)),
        "Student 3": np.abs(rng.standard_t(3, n)),
    }


def by_powerlaw(x: np.ndarray) -> tuple[float, float]:
    import powerlaw

    fit = powerlaw.Fit(x, verbose=False)
    return fit.xmin, fit.power_law.alpha


def by_powerlawrs(x: np.ndarray) -> tuple[float, float]:
    import powerlawrs

    fit = powerlawrs.fit(x.tolist()).ParetoFit
    return fit.x_min, fit.alpha + 1  # theirs is the tail index too


def power_laws(n: int, peers: list[str]) -> None:
    """Print seconds and ratios of the search for the threshold."""
    print(f"\nthreshold of least distance, n = {n:,}")
    calls = {"powerlaw": by_powerlaw, "powerlawrs": by_powerlawrs}
    for name, x in samples(n).items():
        power_law.fit(x[:100])  # compiled
        seconds, law = timed(lambda x=x: power_law.fit(x))
        print(
            f"{name}: {1e3 * seconds:.2f} ms, xmin {law.xmin:.6g}, exponent {law.pdf_exponent:.4f}"
        )
        for peer in [p for p in peers if p in calls]:
            took, (xmin, exponent) = timed(lambda x=x, peer=peer: calls[peer](x))
            same = "same" if xmin == law.xmin else f"xmin {xmin:.6g}"
            print(f"    {peer}: {took:.3g} s, {took / seconds:,.0f} times, {same}, {exponent:.4f}")


def published() -> None:
    """Print the fits that the paper prints."""
    folder = Path(import_module("powerlaw").__file__).parent / "reference_data"
    print("\nfits of Clauset, Shalizi and Newman: exponent of the density, threshold")
    for name, (exponent, xmin, discrete) in PUBLISHED.items():
        x = np.loadtxt(folder / f"{name}.txt")
        seconds, law = timed(lambda x=x, discrete=discrete: power_law.fit(x, discrete=discrete))
        print(
            f"{name}: {law.pdf_exponent:.4f}, {law.xmin:g}, {law.n_tail} of {law.n}, distance"
            f" {law.distance:.5f} in {1e3 * seconds:.2f} ms; printed {exponent}, {xmin}"
        )


def double_bootstraps(peers: list[str]) -> None:
    """Print seconds of 500 resamples of each of two sizes."""
    n = 10_000
    x = np.random.default_rng(1).pareto(1.5, n) + 1
    logs = np.sort(np.log(x))[::-1].copy()

    def as_long_as_theirs() -> None:
        for size in (int(0.5**0.5 * n), n // 2):
            resampling.squares(logs, size, REPLICATES, size - 1, np.uint64(1))

    as_long_as_theirs()
    ours, chosen = timed(lambda: select_k(x, "double_bootstrap", replicates=REPLICATES), 5)
    whole, _ = timed(as_long_as_theirs, 5)
    print(f"\ndouble bootstrap, n = {n:,}, {REPLICATES} resamples of each of two sizes")
    print(f"select_k: {1e3 * ours:.1f} ms, k = {chosen.k}, {chosen.estimate.value:.4f}")
    print(f"with tailestim's sizes and all k: {1e3 * whole:.1f} ms")
    if "tailestim" in peers:
        from tailestim import HillEstimator

        took, result = timed(lambda: _tailestim(HillEstimator(r_bootstrap=REPLICATES), x))
        told = f"{took:.3g} s, {took / ours:.0f} times, with its sizes {took / whole:.0f} times"
        print(f"    tailestim: {told}, 1 / alpha = {result.xi_star_:.4f}")


def _tailestim(estimator: object, x: np.ndarray) -> object:
    estimator.fit(x)
    return estimator.get_result()


def main(n: int) -> None:
    """Print all of it."""
    warnings.simplefilter("ignore")
    peers = [name for name in PEERS if util.find_spec(name)]
    missing = [name for name in PEERS if name not in peers]
    print(f"{processor()}; peers missing: {', '.join(missing) or 'none'}")
    double_bootstraps(peers)
    if "powerlaw" in peers:
        published()
    power_laws(n, peers)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
