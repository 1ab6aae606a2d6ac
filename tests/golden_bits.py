"""Bits of noise, laws and codes as one machine has them, so that another can be compared.

Noise, draws, paths and laws are made by ``stablenoise.checkup.golden``, as some of these rows ship
with the package for ``stablenoise doctor``.  ``data/golden_bits.csv`` and those were written by
``python tests/golden_bits.py --write``; without that word
the script prints how far this machine is from it.  A row is a name, the ulps that another machine
may be away, and values as their bits in hexadecimal: 16 digits a float64 or int64, 8 a float32.

0 ulps: made of Philox's words and of IEEE operations alone, and so equal everywhere.  The others
ask the machine's math library, NumPy or BLAS for a function or a sum whose last digit is not agreed
on: ``benchmarks/math_libraries.py`` moves each result of the math library by an ulp at random, and
four times what comes of that is allowed.
"""

import csv
import sys
from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import islice
from pathlib import Path

import numpy as np

from chaos import Network, attraction, particles, sgd
from chaos.kesten import FiniteLeastSquares, GaussianLeastSquares
from chaos.kesten import trajectory as chains_of
from chaos.sgd import minibatch
from compress import encode
from compress.coding.quantisation import quantise
from compress.coresets import (
    Budget,
    ReluNetwork,
    baselines,
    corenet,
    corenet_plus,
    corenet_plus_plus,
    sparsify,
)
from compress.pruning import random
from paper_checks.claims import wan_linear_chaos, wan_type_three_sampler
from stablenoise import NoiseField, law
from stablenoise.checkup.golden import (
    EXACT,
    INTEGRAL,
    ROUNDED,
    Row,
    bits,
    distance,
    draws,
    laws,
    noise,
    paths,
    soon_made,
)
from stablenoise.data.rows import subset
from stablenoise.multivariate import DiscreteSpectral, Elliptical, Independent, Isotropic

FILE = Path(__file__).parent / "data" / "golden_bits.csv"
SHIPPED = Path(__file__).parents[1] / "stablenoise" / "checkup" / "golden_bits.csv"
POLYNOMIALS = 20_000  # more may differ where a panel is halved on one machine only: 4e-12
CANCELLED = 20_000  # draws and means that are small differences


def rows() -> Iterator[Row]:
    """Minibatches, subsets and coresets: what is chosen by random words."""
    yield "minibatch", EXACT, minibatch(seed=7, step=3, n=1000, size=12)
    yield "subset", EXACT, subset(size=40, count=12, seed=7)
    weights = np.arange(-8.0, 8.0).reshape(2, 8)
    drawn = sparsify(weights, abs(weights), draws=[[5, 6], [7, 8]], seed=7, layer=1)
    yield "coreset counts", EXACT, drawn.counts.toarray()
    yield "coreset weights", EXACT, drawn.weights.toarray()
    for layer, values in enumerate(Network().initial((3, 2, 2), seed=7)):
        yield f"initial weights {layer}", EXACT, values


def codes() -> Iterator[Row]:
    """A codebook of weights whose sums are exact, and the bytes of its code."""
    weights = np.arange(-30.0, 30.0).reshape(6, 10) % 7 / 8
    small = quantise({"w": weights}, levels=3)
    yield "codebook", EXACT, np.asarray(small.codebook["w"], dtype=float)
    yield "codes", EXACT, small.codes["w"].astype(np.int64)
    file = encode({"w": small.weights["w"], "b": np.float32([0.5, 0.0, -0.5, 0.5])})
    yield "code", EXACT, np.frombuffer(file, np.uint8)
    # Larger ones, by which all contexts of the coder learn: many zeros, in columns that differ.
    random = minibatch(seed=7, step=4, n=64, size=6000).reshape(60, 100)
    sparse = np.where(random < np.arange(100) % 50, random % 8 / 4 - 1, 0.0)
    for kind in (np.float64, np.float32):
        file = encode({"w": sparse.astype(kind), "filters": sparse[:54].reshape(10, 20, 3, 9)})
        yield f"code, sha256 {kind.__name__}", EXACT, np.frombuffer(sha256(file).digest(), np.uint8)


def many_points() -> Iterator[Row]:
    """What goes through polynomials, which 1,500 points of one law are worth; quantiles."""
    x, some = np.linspace(-6.0, 7.0, 1600), slice(None, None, 400)
    p, few = np.linspace(0.01, 0.99, 1600), np.array([1e-9, 0.1, 0.5, 0.999])
    for alpha, beta in ((1.5, 0.5), (0.7, -0.3)):
        name = f"polynomials alpha={alpha} beta={beta}"
        yield f"pdf {name}", POLYNOMIALS, law.pdf(x, alpha, beta)[some]
        yield f"sf {name}", POLYNOMIALS, law.sf(x, alpha, beta)[some]
        yield f"isf {name}", POLYNOMIALS, law.isf(p, alpha, beta)[some]
        yield f"ppf alpha={alpha} beta={beta}", INTEGRAL, law.ppf(few, alpha, beta)


def table() -> Iterator[Row]:
    """Log density and score by the shipped table."""
    x = np.array([-3.0, 0.3, 50.0])
    yield "table logpdf", INTEGRAL, law.table.logpdf(x, 1.7, 0.3)
    yield "table score", INTEGRAL, law.table.score(x, 1.7, 0.3)


def vectors() -> Iterator[Row]:
    """Draws of vectors; those that a matrix makes are sums of one term and zeros."""
    laws = {
        "independent": (Independent(1.5, 2), EXACT),
        "independent beta=0.5": (Independent(1.5, 2, beta=0.5), CANCELLED),
        "isotropic": (Isotropic(1.5, 2), EXACT),
        "elliptical": (Elliptical(1.5, np.diag([4.0, 0.25])), ROUNDED),
        "spectral": (DiscreteSpectral(1.5, np.eye(2), [1.0, 0.5]), ROUNDED),
    }
    for name, (vector, ulps) in laws.items():
        yield f"vectors {name}", ulps, vector.rvs(3, rng=np.random.Generator(np.random.PCG64(3)))


def steps() -> Iterator[Row]:
    """Third states of particles, weights and chains; eta to the power 1 / alpha is eta."""
    field, start = NoiseField(1.0, seed=7), np.arange(-2.0, 2.0).reshape(4, 1)
    for dtype in (np.float64, np.float32):
        path = particles.trajectory(start.astype(dtype), attraction(0.5), field, eta=0.25)
        yield f"particles {dtype.__name__}", EXACT, next(islice(path, 3, None)).theta
    two = start, np.ones((1, 4))
    moved = next(islice(sgd.trajectory(two, lambda w, k: (w[0] / 2, w[1]), field, 0.25), 2, None))
    yield "descent", EXACT, np.concatenate([layer.ravel() for layer in moved])
    chains = {
        "gaussian": (GaussianLeastSquares(0.5, batch=2, dim=2), EXACT),
        "given": (FiniteLeastSquares(start[:, :1], [1.0, 0.0, 2.0, 1.0], 0.25, 2), ROUNDED),
        "with replacement": (FiniteLeastSquares(np.eye(2), [0.0, 0.0], 0.25, 3, True), EXACT),
    }
    for name, (system, ulps) in chains.items():
        path = chains_of(system, np.ones((3, system.dim)), seed=7, every=3, first=1)
        yield f"chains {name}", ulps, next(path)


def small_networks() -> Iterator[Row]:
    """What is pruned or drawn of networks whose sums are exact."""
    weights = np.arange(-30.0, 30.0).reshape(6, 10) % 7 + 1
    pruned = random.prune([weights, weights], keep=0.3, seed=7)
    yield "random pruning, sha256", EXACT, digest(pruned)
    kept = [baselines.poisson(weights, weights % 4, 0.4, 7, layer).toarray() for layer in (0, 2)]
    yield "poisson, sha256", EXACT, digest(kept)
    signs = weights * np.where(np.arange(60).reshape(6, 10) % 3, 1.0, -1.0)
    signs[5] = -weights[5]  # a neuron that is silent at the points
    network, points = ReluNetwork([signs, weights[:, :6]]), np.arange(120.0).reshape(12, 10) % 11
    every = {"points": points[:8], "rule": Budget(0.5), "seed": 7}
    held_out = {corenet_plus_plus: {"held_out": points[8:] + 0.5}}
    for method in (corenet, corenet_plus, corenet_plus_plus):
        drawn = method(network, **every, **held_out.get(method, {}))
        values = digest([matrix.toarray() for matrix in drawn.weights])
        yield f"{method.__name__}, sha256", EXACT, values


def claims() -> Iterator[Row]:
    """Rows of two claims of the ledger, by number and seed."""
    for claim in (wan_type_three_sampler.CLAIM, wan_linear_chaos.CLAIM):
        yield f"claim {claim.id}", CANCELLED, claim.experiment(range(5, 7), 7)


MADE_OF_NOISE = vectors, steps, small_networks, claims
GROUPS = noise, draws, paths, rows, codes, laws, many_points, table, *MADE_OF_NOISE


def digest(arrays: list[np.ndarray]) -> np.ndarray:
    """Bytes that another bit of any of the arrays would make others."""
    return np.frombuffer(sha256(" ".join(map(bits, arrays)).encode()).digest(), np.uint8)


def golden() -> dict[str, tuple[int, str]]:
    """Ulps and bits of the file by name."""
    with open(FILE, newline="", encoding="ascii") as file:
        return {name: (int(ulps), text) for name, ulps, text in csv.reader(file)}


def write(path: Path, rows: Iterable[Row]) -> None:
    """Write rows with their bits."""
    with open(path, "w", newline="", encoding="ascii") as file:
        csv.writer(file, lineterminator="\n").writerows([n, u, bits(v)] for n, u, v in rows)


def main() -> None:
    made = [row for group in GROUPS for row in group()]
    if sys.argv[1:] == ["--write"]:
        write(FILE, made)
        write(SHIPPED, soon_made())
    known = golden()
    for name, ulps, values in made:
        print(f"{distance(known[name][1], values):10.4g} of {ulps:8d} ulps  {name}")


if __name__ == "__main__":
    main()
