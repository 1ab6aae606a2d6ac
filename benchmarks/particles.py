"""A linear mean field of particles: nanoseconds a particle, coordinate and step, in one thread.

python benchmarks/particles.py [THOUSANDS]     # of coordinates of all particles, 1,000 by default

The peers are loops of the same Euler scheme, in the same run and in turn: NumPy by its own
transform of Chambers, Mallows & Stuck, and torch, JAX (compiled) and diffrax (Euler with a path of
stable increments) where they are installed.  Processor time, medians; a first round compiles.
"""

import os
import sys
from functools import partial
from importlib.util import find_spec
from itertools import islice
from statistics import median
from time import process_time

if __name__ == "__main__":
    for name in ("NUMBA", "OPENBLAS", "OMP", "MKL"):
        os.environ[f"{name}_NUM_THREADS"] = "1"
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    os.environ["JAX_ENABLE_X64"] = "1"

import numpy as np  # noqa: E402 - after the settings above

from chaos.coupling import step_sizes  # noqa: E402
from chaos.particles import attraction, trajectory  # noqa: E402
from stablenoise import NoiseField  # noqa: E402
from stablenoise.noises import common, independent, isotropic  # noqa: E402

ALPHA, ETA, RATE = 1.5, 0.01, 1.0
SCALE = ETA ** (1 / ALPHA)
STEPS, ROUNDS = 10, 5


def ours(n, d, dtype, noise=independent):
    field = NoiseField(ALPHA, seed=1, noise=noise)
    states = trajectory(np.zeros((n, d), dtype), attraction(RATE, d), field, ETA)
    next(states)
    return lambda: [None for _ in islice(states, STEPS)]


def levels(n, d, dtype):
    """Three step sizes on one noise; the time is of a finest step."""
    field, theta = NoiseField(ALPHA, seed=1), np.zeros((n, d), dtype)
    states = step_sizes(theta, attraction(RATE, d), field, ETA, levels=3)
    return lambda: [None for _ in islice(states, STEPS)]


def numpy_loop(n, d, dtype):
    rng, x = np.random.default_rng(1), np.zeros((n, d), dtype)

    def run():
        nonlocal x
        for _ in range(STEPS):
            v = dtype(np.pi) * (rng.random((n, d), dtype) - dtype(0.5))
            w = np.maximum(rng.standard_exponential((n, d), dtype), dtype(1e-7))  # 0 gives NaN
            x = x - ETA * RATE * (x - x.mean(axis=0)) + dtype(SCALE) * transformed(np, v, w)

    return run


def transformed(xp, v, w):
    """Standard symmetric stable variates from angles and exponentials, in array code."""
    tilt = (xp.cos((1 - ALPHA) * v) / w) ** ((1 - ALPHA) / ALPHA)
    return xp.sin(ALPHA * v) / xp.cos(v) ** (1 / ALPHA) * tilt


def torch_loop(n, d, dtype):
    import torch

    torch.set_num_threads(1)
    kind, source = getattr(torch, dtype.__name__), torch.Generator().manual_seed(1)
    x = torch.zeros((n, d), dtype=kind)

    def run():
        nonlocal x
        for _ in range(STEPS):
            v = torch.pi * (torch.rand((n, d), dtype=kind, generator=source) - 0.5)
            w = torch.empty((n, d), dtype=kind).exponential_(generator=source)
            x = x - ETA * RATE * (x - x.mean(dim=0)) + SCALE * transformed(torch, v, w)

    return run


def variates(key, n, d, dtype):
    import jax
    import jax.numpy as jnp

    angle, size = jax.random.split(key)
    v = jnp.pi * (jax.random.uniform(angle, (n, d), dtype) - 0.5)
    return transformed(jnp, v, jax.random.exponential(size, (n, d), dtype))


def jax_loop(n, d, dtype):
    import jax

    def step(x, key):
        drift = ETA * RATE * (x - x.mean(axis=0))
        return x - drift + SCALE * variates(key, n, d, dtype), None

    keys = jax.random.split(jax.random.key(1), STEPS)
    run = jax.jit(lambda x: jax.lax.scan(step, x, keys)[0])
    start = jax.numpy.zeros((n, d), dtype)
    return lambda: run(start).block_until_ready()


def diffrax_loop(n, d, dtype):
    import diffrax
    import jax
    import lineax

    class Noise(diffrax.AbstractPath):
        t0: float = 0.0
        t1: float = ETA * STEPS

        def evaluate(self, t0, t1=None, left=True, use_jump=False):
            key = jax.random.fold_in(jax.random.key(1), jax.numpy.round(t0 / ETA).astype(int))
            return SCALE * variates(key, n, d, dtype)

    drift = diffrax.ODETerm(lambda t, x, args: -RATE * (x - x.mean(axis=0)))
    unit = lineax.DiagonalLinearOperator(jax.numpy.ones((n, d), dtype))
    terms = diffrax.MultiTerm(drift, diffrax.ControlTerm(lambda t, x, args: unit, Noise()))

    @jax.jit
    def run(x):
        end = ETA * STEPS
        return diffrax.diffeqsolve(terms, diffrax.Euler(), 0.0, end, ETA, x, max_steps=2 * STEPS).ys

    start = jax.numpy.zeros((n, d), dtype)
    return lambda: run(start).block_until_ready()


PEERS = {"NumPy": numpy_loop}
PEERS |= {"torch": torch_loop} if find_spec("torch") else {}
PEERS |= {"JAX": jax_loop} if find_spec("jax") else {}
PEERS |= {"diffrax": diffrax_loop} if find_spec("diffrax") else {}


def nanoseconds(runs, size):
    """Medians for several runs, in turn."""
    spent = {name: [] for name in runs}
    for _ in range(ROUNDS + 1):
        for name, run in runs.items():
            start = process_time()
            run()
            spent[name].append(1e9 * (process_time() - start) / STEPS / size)
    return {name: median(times[1:]) for name, times in spent.items()}


def main():
    size = 1000 * (int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
    for d in (1, 10):
        for dtype in (np.float32, np.float64):
            runs = {"this": ours(size // d, d, dtype)}
            runs |= {name: make(size // d, d, dtype) for name, make in PEERS.items()}
            found = nanoseconds(runs, size)
            rest = ", ".join(f"{k} {v:.1f} ({v / found['this']:.1f} x)" for k, v in found.items())
            print(f"d = {d}, {size // d:,} particles, {dtype.__name__}: {rest}", flush=True)
    kinds = {k.__name__.split(".")[-1]: k for k in (common, independent, isotropic)}
    for dtype in (np.float32, np.float64):
        runs = {k: ours(size // 10, 10, dtype, noise) for k, noise in kinds.items()}
        runs |= {"three step sizes": levels(size // 10, 10, dtype)}
        times = ", ".join(f"{k} {v:.1f}" for k, v in nanoseconds(runs, size).items())
        print(f"d = 10, {dtype.__name__}: {times}")
    small = partial(trajectory, np.zeros((size // 8, 8, 1)), attraction(RATE))
    states = small(NoiseField(ALPHA, seed=1), ETA)
    found = nanoseconds({"": lambda: [None for _ in islice(states, STEPS)]}, size)
    print(f"{size // 8:,} systems of 8 particles, float64: {found['']:.1f}")


if __name__ == "__main__":
    main()
