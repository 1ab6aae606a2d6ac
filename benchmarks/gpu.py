"""On a device: what each kernel reaches of the bandwidth of a copy, and the largest system.

python benchmarks/gpu.py [--bytes N] [--seconds S] [--only PART ...]     # needs cupy and a device

Arrays take a quarter of the memory that is free, or of ``--bytes``, at most 1 GiB; the largest
particle system takes nearly all of it.  After ``--seconds``, 540 by default, parts that are left
are named and passed over.  A part that fails says why, and the others go on.

Bytes are those that must move: a fill writes each variate once; a fused add reads and writes it; a
density reads and writes; a step of particles reads and writes them and reads them again for their
mean; a chain reads and writes its state once in 100 steps; a step of a network reads and writes
its weights, and reads them twice for its products.  What is made of them, words and variates, stays
in registers.  Times are medians of events on the device; a first call, which compiles, is told as
``first``.  A share far below 1 means that arithmetic, not memory, is what is waited for.
"""

import argparse
import traceback
from itertools import islice, product
from statistics import median
from time import perf_counter

import cupy
import numpy as np

from chaos import Network, sgd
from chaos.interactions import attraction
from chaos.kesten import FiniteLeastSquares, GaussianLeastSquares
from chaos.kesten import trajectory as chains
from chaos.particles import trajectory
from stablenoise import NoiseField, Stable
from stablenoise.layers import passes
from stablenoise.layers.kinds import Dense, Relu
from stablenoise.noises import common, independent, isotropic

ALPHA, ETA, REPEATS, DIM = 1.5, 0.01, 9, 1000
BATCHES = 100, 5000
LARGEST_ARRAY = 1 << 30  # bytes: beyond it, bandwidth does not grow
CHAIN_STEPS = 100
FORMATS = np.float32, np.float64
FIELD = NoiseField(ALPHA, 1)
HEADER = "part           what                            first s      time s   bytes/s  of a copy"


def timed(work):
    """Seconds of the first call, and the median of some more, by events on the device."""
    start = perf_counter()
    work()
    cupy.cuda.get_current_stream().synchronize()
    first, times = perf_counter() - start, []
    for _ in range(REPEATS):
        begin, end = cupy.cuda.Event(), cupy.cuda.Event()
        begin.record()
        work()
        end.record()
        end.synchronize()
        times.append(cupy.cuda.get_elapsed_time(begin, end) / 1e3)
        if sum(times) > 2.0:
            break
    return first, median(times)


class Report:
    """Rows on the terminal, the bandwidth of a copy in each format, and the memory given."""

    def __init__(self):
        self.copied, self.memory = {}, 0

    def row(self, part, what, real, size, work, count="", unit=1.0):
        """Time ``work``, which moves so many bytes; ``unit`` of a second for each thing counted."""
        first, seconds = timed(work)
        rate = size / max(seconds, 1e-12)
        self.copied.setdefault(real, rate)
        share = f"{rate / self.copied[real]:10.3f}"
        each = f"  {1e9 * seconds / unit:.4g} ns {count}" if count else ""
        label = f"{real.__name__} {what}"
        print(f"{part:14s} {label:30s} {first:8.2f} {seconds:11.3g} {rate:9.3g} {share}{each}")


def copy(report, size):
    for real in FORMATS:
        x = cupy.zeros(size // real().itemsize, real)
        y = cupy.empty_like(x)
        report.row("copy", "", real, 2 * x.nbytes, lambda x=x, y=y: cupy.copyto(y, x))


def noise(report, size):
    """Written (fill), and added in one pass (add)."""
    for real in FORMATS:
        theta = cupy.zeros((max(1, size // real().itemsize // DIM), DIM), real)
        for kind in (common, independent, isotropic):
            field, name = NoiseField(ALPHA, 1, kind), kind.__name__.rpartition(".")[2]
            how = real, theta.nbytes, lambda f=field, t=theta: f.fill(t, 0)
            report.row("fill", name, *how, "a variate", theta.size)
            how = real, 2 * theta.nbytes, lambda f=field, t=theta: f.add_to(t, 0, 0.1)
            report.row("fused add", name, *how, "a variate", theta.size)


def law(report, size):
    x = cupy.asarray(np.random.default_rng(1).standard_cauchy(max(2000, min(size // 8, 1 << 22))))
    x = cupy.tile(x, max(1, size // 16 // x.size))
    for name in ("pdf", "cdf"):
        function = getattr(Stable(ALPHA, 0.5), name)
        report.row(name, "", np.float64, 2 * x.nbytes, lambda f=function: f(x), "a point", x.size)


def particles(report, size):
    for real in FORMATS:
        for dim in (1, 10):
            n = max(2, size // real().itemsize // dim)
            states = trajectory(
                cupy.zeros((n, dim), real), attraction(1.0, dim), FIELD, ETA, overwrite=True
            )
            next(states)
            what = f"{n:,} of dim {dim}"
            how = real, 3 * n * dim * real().itemsize, lambda s=states: next(s)
            report.row("particle step", what, *how, "a coordinate", n * dim)


def kesten(report, size):
    """Chains in 4 dimensions, batch 8, moved by 100 steps."""
    n, dim, batch = max(2, min(size // 64, 1 << 20)), 4, 8
    random, x = np.random.default_rng(1), cupy.ones((n, dim))
    rows, targets = random.standard_normal((1000, dim)), random.standard_normal(1000)
    kinds = {
        "new rows": GaussianLeastSquares(0.1, batch, dim),
        "given rows": FiniteLeastSquares(rows, targets, 0.1, batch, replacement=True),
    }
    for name, descent in kinds.items():
        states = chains(descent, x, 1, every=CHAIN_STEPS)
        how = np.float64, 2 * x.nbytes, lambda s=states: next(s)
        words = n * CHAIN_STEPS * batch * (dim + 1 if name == "new rows" else 1)
        report.row("chains", f"{n:,}, {name}", *how, "a draw", words)


def network(report, size):
    """784 inputs and 10 classes, with 5,000 neurons and with as many as fill the array or 100,000.

    By ``sgd``, which has an array of gradients, in place, and its two large products alone, which
    bound both from below.
    """
    random = np.random.default_rng(1)
    x, y = random.normal(size=(max(BATCHES), 784)), random.integers(0, 10, max(BATCHES))
    y, most = cupy.asarray(y), min(size // 8 // 794, 100_000)
    for real in FORMATS:
        rows = cupy.asarray(x.astype(real))
        for width, batch in product({min(5000, most), most}, BATCHES):
            if 6 * batch * width * real().itemsize > report.memory:  # signals, slopes and copies
                print(f"network step   batch {batch} of {width:,} neurons: does not fit")
                continue
            weights = cupy.ones((width, 784), real) / 1000, cupy.ones((10, width), real) / width
            steps = {
                "network step": by_sgd(weights, rows, y, batch),
                "  in place": in_place(weights, rows[:batch], y[:batch]),
                "  products": products(weights[0], rows[:batch]),
            }
            for name, step in steps.items():
                how = real, 4 * sum(w.nbytes for w in weights), step, "a 1,000 operations"
                report.row(
                    name, f"{width:,}, batch {batch:,}", *how, batch * width * 784 * 4 / 1000
                )


def by_sgd(weights, rows, y, batch):
    drift = sgd.minibatch_drift(Network(scaling="standard"), rows, y, batch=batch, seed=3)
    states = sgd.trajectory(weights, drift, FIELD, 1e-6, 1e-6)
    next(states)
    return lambda: next(states)


def in_place(weights, x, y):
    """One step of relu and cross entropy: products are added to the weights, and then the noise."""
    (first, second), dense, relu, labels = weights, Dense(), Relu(), cupy.arange(len(y))

    def step():
        signal, kept = passes.forward(dense, x, first)
        signal, kept_relu = passes.forward(relu, signal, overwrite=True)
        outputs, kept_second = passes.forward(dense, signal, second)
        slope = cupy.exp(outputs - outputs.max(axis=1, keepdims=True))
        slope /= slope.sum(axis=1, keepdims=True)
        slope[labels, y] -= 1
        back = passes.backward(dense, slope, kept_second, second)
        passes.add_gradient(dense, slope, kept_second, second, None, -1e-6 / len(y))
        back = passes.backward(relu, back, kept_relu)
        passes.add_gradient(dense, back, kept, first, None, -1e-6 / len(y))
        FIELD.add_to(first, 0, 1e-6)

    return step


def products(w, x):
    signal, gradient = cupy.ones((len(x), len(w)), w.dtype), cupy.empty_like(w)

    def both():
        cupy.matmul(x, w.T, out=signal)
        cupy.matmul(signal.T, x, out=gradient)

    return both


def largest(report, size):
    """One step of the largest system in 10 dimensions, float32: all of the memory, moved in place.

    Bytes a particle are 40, and 80 / 4,096 for the sums of its features.  What remains free is for
    the kernels and the check that theta is finite.
    """
    dim, each = 10, 40 + 80 / 4096
    spare = min(1 << 29, size // 8)
    n = min(int((size - spare) / each), 2**32)
    before = cupy.get_default_memory_pool().used_bytes()
    states = trajectory(cupy.zeros((n, dim), np.float32), attraction(1.0, dim), FIELD, ETA,
                        overwrite=True)  # fmt: skip
    next(states)
    used = cupy.get_default_memory_pool().used_bytes() - before
    how = np.float32, 3 * n * dim * 4, lambda: next(states)
    report.row("largest", f"{n:,} of dim {dim}", *how, "a coordinate", n * dim)
    state = next(islice(states, 1))
    seen = bool(cupy.isfinite(state.theta[-1]).all())
    print(f"largest        {used / n:.3f} bytes a particle, {used / size:.1%} of the memory given; "
          f"the last particle is finite: {seen}")  # fmt: skip


PARTS = {
    "copy": copy, "noise": noise, "law": law, "particles": particles, "kesten": kesten,
    "network": network, "largest": largest,
}  # fmt: skip


def memory_given(asked):
    """Bytes that may be used: those that are free, or fewer if asked."""
    cupy.get_default_memory_pool().free_all_blocks()
    free, _ = cupy.cuda.runtime.memGetInfo()
    return min(free, int(asked)) if asked else free


def run(report, name, size):
    """One part; what it says if it fails.  Whatever it held is given back."""
    try:
        PARTS[name](report, size)
        return True
    except Exception:  # of any kind: the driver's, the compiler's; the other parts go on
        print(f"{name}: {traceback.format_exc(limit=-3)}")
        return False
    finally:
        cupy.get_default_memory_pool().free_all_blocks()


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--bytes", type=float, help="of memory that may be used; all that is free")
    parser.add_argument("--seconds", type=float, default=540.0, help="after which no part begins")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    asked = parser.parse_args(arguments)
    began, report, failed = perf_counter(), Report(), []
    device = cupy.cuda.runtime.getDeviceProperties(0)["name"].decode()
    print(f"{device}, cupy {cupy.__version__}, alpha {ALPHA}\n{HEADER}", flush=True)
    for name in dict.fromkeys(["copy", *asked.only]):
        if perf_counter() - began > asked.seconds:
            print(f"{name}: passed over, {asked.seconds:g} s are over")
            continue
        given = report.memory = memory_given(asked.bytes)
        size = given if name == "largest" else min(given // 4, LARGEST_ARRAY)
        failed += [] if run(report, name, size) else [name]
    end = f"failed: {', '.join(failed)}" if failed else "no part failed"
    print(f"{perf_counter() - began:.0f} s; {end}")
    return len(failed)


if __name__ == "__main__":
    raise SystemExit(main())
