"""Coresets of one 2048 x 2048 layer at 512 points: seconds in one thread, and those of peers.

python benchmarks/coresets.py [WIDTH]     # 2048 by default

Sensitivities: the kernel against the same two products and maximum in NumPy, row by row, against
the shares by their definition, an array for each neuron and side, and against a tracker that goes
through neurons and sides in a loop for each point, timed at a few points and multiplied.
Sampling: 300 draws a side, against NumPy's Generator.multinomial in a loop over rows and sides.
Medians of CPU time; a first round compiles.
"""

import os
import sys
from statistics import median
from time import process_time

if __name__ == "__main__":
    for name in ("NUMBA", "OPENBLAS", "OMP", "MKL"):
        os.environ[f"{name}_NUM_THREADS"] = "1"

import numpy as np  # noqa: E402 - after the settings above

from compress.coresets import sensitivities, sparsify  # noqa: E402
from compress.coresets.plan import measured, within  # noqa: E402

ROUNDS = 5
POINTS = 512
TRACKED = 2  # points at which the tracker is timed
DRAWS = 300


def factored(weights, inputs):
    """|w| max_x a_j(x) r(x) in NumPy: two products, then a maximum for each neuron."""
    up, down = np.maximum(weights, 0), np.maximum(-weights, 0)
    with np.errstate(divide="ignore"):
        r_up, r_down = 1 / (inputs @ up.T), 1 / (inputs @ down.T)
    shares = np.empty_like(weights)
    for i, row in enumerate(weights):
        above = (inputs * r_up[:, i, None]).max(axis=0)
        below = (inputs * r_down[:, i, None]).max(axis=0)
        shares[i] = abs(row) * np.where(row > 0, above, below)
    return shares


def broadcast(weights, inputs):
    """Shares of a neuron's side at all points as one array, and their maximum."""
    shares = np.zeros_like(weights)
    for i, row in enumerate(weights):
        for side in (np.maximum(row, 0), np.maximum(-row, 0)):
            flow = inputs * side
            total = flow.sum(axis=1, keepdims=True)
            share = np.divide(flow, total, out=np.zeros_like(flow), where=total > 0)
            np.maximum(shares[i], share.max(axis=0), out=shares[i])
    return shares


def tracker(weights, inputs):
    """Running maximum over batches of one point, with a loop over neurons and sides in each."""
    shares = np.zeros_like(weights)
    up, down = np.maximum(weights, 0), np.maximum(-weights, 0)
    for x in inputs:
        for i in range(len(weights)):
            for side in (up[i], down[i]):
                flow = side * x
                total = flow.sum()
                if total > 0:
                    np.maximum(shares[i], flow / total, out=shares[i])
    return shares


def multinomial_rows(weights, mass, draws, rng):
    """Sparse copy by NumPy: one call for each neuron and side, over edges that have mass."""
    sparse = np.zeros_like(weights)
    for i, row in enumerate(weights):
        for side in (row > 0, row < 0):
            chosen = np.flatnonzero(side & (mass[i] > 0))
            p = mass[i, chosen].astype(float)
            p /= p.sum()
            sparse[i, chosen] = rng.multinomial(draws, p) * row[chosen] / (draws * p)
    return sparse


def seconds(task, rounds=ROUNDS):
    """Median CPU time, after one round that compiles."""
    spent = []
    for _ in range(rounds + 1):
        start = process_time()
        task()
        spent.append(process_time() - start)
    return median(spent[1:])


def report(name, own, peers):
    print(f"{name}: {own:.3f} s")
    for peer, time in peers.items():
        print(f"    {peer}: {time:.3f} s, {time / own:.1f} times as long")


def main():
    width = int(sys.argv[1]) if len(sys.argv) > 1 else 2048
    rng = np.random.default_rng(1)
    for kind in (np.float32, np.float64):
        w = rng.standard_normal((width, width)).astype(kind)
        a = np.maximum(rng.standard_normal((POINTS, width)), 0).astype(kind)
        s, other = sensitivities(w, a), factored(w, a)
        assert np.allclose(s, other, rtol=1e-4), abs(s - other).max()
        peers = {"NumPy, factored": seconds(lambda w=w, a=a: factored(w, a), 3)}
        peers["NumPy, by the definition"] = seconds(lambda w=w, a=a: broadcast(w, a), 1)
        tracked = seconds(lambda w=w, a=a: tracker(w, a[:TRACKED]), 1) * POINTS / TRACKED
        peers[f"tracker, {TRACKED} points times {POINTS // TRACKED}"] = tracked
        report(
            f"sensitivities, {kind.__name__}", seconds(lambda w=w, a=a: sensitivities(w, a)), peers
        )
        peers = {
            "Generator.multinomial": seconds(lambda w=w, s=s: multinomial_rows(w, s, DRAWS, rng))
        }
        own = seconds(lambda w=w, s=s: sparsify(w, s, DRAWS, seed=1))
        report(f"sampling 2 x {DRAWS} draws a neuron, {kind.__name__}", own, peers)
        layer = measured(w, a)
        report(
            "draws for a budget of 0.2",
            seconds(lambda la=layer: within([la], 0.2 * la.size), 1),
            {},
        )


if __name__ == "__main__":
    main()
