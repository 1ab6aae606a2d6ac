"""Training at full size against loops written out for it: steps, noise, memory.

python benchmarks/training.py [WHAT ...]   # steps, large, memory, conv, wide; all but wide if none

``steps``   784-5000-10, batch 100, type II: a step of ``chaos.training.steps`` against a plain
            NumPy loop with the noise of ``NoiseField.add_to``, with that of Chambers, Mallows and
            Stuck's formula in NumPy (double precision, and single, which has infinite draws), with
            that of SciPy, and against torch with SciPy's, where torch is installed
``large``   the same network at batch 5,000: a step against its bare products of matrices, and the
            share of the noise
``memory``  most memory of a run at batch 5,000 beyond what there was before it, with ``memory``
            large and small, in weights, the stated budget taken off
``wide``    some steps at width 10^6 on MNIST: seconds, and the most memory of the process
``conv``    LeNet-5 and a small VGG on MNIST: a step against its bare products of matrices

One thread; processor time, medians of rounds in turn; float32.
"""

import os
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import islice
from math import pi, prod
from statistics import median
from time import process_time

if __name__ == "__main__":
    for name in ("NUMBA", "OPENBLAS", "OMP", "MKL"):
        os.environ[f"{name}_NUM_THREADS"] = "1"

import numpy as np  # noqa: E402 - after the settings above
from scipy.linalg.blas import sgemm  # noqa: E402

from chaos.sgd import minibatch  # noqa: E402
from chaos.training import Settings, steps, train  # noqa: E402
from chaos.training.blueprints import Blueprint  # noqa: E402
from chaos.training.descent import problem  # noqa: E402
from stablenoise import NoiseField  # noqa: E402
from stablenoise.data import load_mnist  # noqa: E402
from stablenoise.data.datasets import Dataset, source_files  # noqa: E402

ALPHA, ETA, SIGMA, SEED = 1.75, 0.01, 0.003, 1
INPUTS, WIDTH, CLASSES, ROWS = 784, 5_000, 10, 10_000
SCALE = SIGMA * ETA ** (1 / ALPHA)
ROUNDS = 9
WIDE_BATCH, WIDE_STEPS, WIDE_MEMORY = 100, 3, 2**30
Step = Callable[[], object]


def data() -> Dataset:
    """Rows of the size of MNIST's, fewer of them."""
    rng = np.random.default_rng(SEED)
    x = rng.normal(size=(ROWS, INPUTS)).astype(np.float32)
    y = rng.integers(0, CLASSES, ROWS)
    return Dataset("normal rows", x, y, x[:100], y[:100])


def settings(**other) -> Settings:
    usual = {"widths": (INPUTS, WIDTH, CLASSES), "alpha": ALPHA, "eta": ETA, "sigma": SIGMA}
    return Settings(**(usual | {"seed": SEED} | other))


def plain(rows: Dataset, batch: int, add_noise: Callable, **other) -> Iterator[None]:
    """The loop that one would write in NumPy; gradients are arrays, as a matter of course."""
    start = next(steps(settings(batch=batch, noise="none", **other), rows)).weights.weights
    hidden, output = (w.copy() for w in start)
    for step in range(2**32):
        chosen = minibatch(SEED, step, len(rows.x_train), batch)
        x, y = rows.x_train[chosen], rows.y_train[chosen]
        neurons = x @ hidden.T
        np.maximum(neurons, 0, out=neurons)
        logits = neurons @ output.T
        signal = np.exp(logits - logits.max(axis=1, keepdims=True))
        signal /= signal.sum(axis=1, keepdims=True)
        signal[np.arange(batch), y] -= 1
        signal /= batch
        back = signal @ output
        back *= neurons > 0
        output -= ETA * (signal.T @ neurons)
        hidden -= ETA * (back.T @ x)
        add_noise(hidden, step)
        yield


def by_field(hidden: np.ndarray, step: int) -> None:
    NoiseField(ALPHA, SEED).add_to(hidden, step, SCALE)


def by_formula(kind: type) -> Callable:
    """Chambers, Mallows and Stuck (1976) with NumPy's generator, with few arrays."""
    rng = np.random.default_rng(SEED)

    def add(hidden: np.ndarray, step: int) -> None:
        angle = rng.random(hidden.shape, dtype=kind)
        angle -= kind(0.5)
        angle *= kind(pi)
        noise = np.cos((1 - ALPHA) * angle)
        with np.errstate(all="ignore"):  # in single precision exponentials of 0 are drawn
            noise /= rng.standard_exponential(hidden.shape, dtype=kind)
            noise **= (1 - ALPHA) / ALPHA
        noise *= np.sin(ALPHA * angle)
        with np.errstate(all="ignore"):
            noise *= np.cos(angle) ** (-1 / ALPHA)
        noise *= SCALE
        hidden += noise

    return add


def by_scipy(hidden: np.ndarray, step: int) -> None:
    from scipy.stats import levy_stable

    noise = levy_stable.rvs(ALPHA, 0.0, size=hidden.shape, random_state=step)
    hidden += (SCALE * noise).astype(np.float32)


def torch_step(rows: Dataset, batch: int) -> Step | None:
    """The step of a loop in torch with SciPy's noise; None where torch is not installed."""
    try:
        import torch
    except ImportError:
        return None
    from scipy.stats import levy_stable

    torch.set_num_threads(1)
    net = torch.nn.Sequential(
        torch.nn.Linear(INPUTS, WIDTH, bias=False),
        torch.nn.ReLU(),
        torch.nn.Linear(WIDTH, CLASSES, bias=False),
    )
    descent = torch.optim.SGD(net.parameters(), lr=ETA)
    x, y = torch.from_numpy(rows.x_train), torch.from_numpy(rows.y_train)
    count = iter(range(2**32))

    def step() -> None:
        chosen = torch.from_numpy(minibatch(SEED, next(count), len(x), batch))
        descent.zero_grad()
        torch.nn.functional.cross_entropy(net(x[chosen]), y[chosen]).backward()
        descent.step()
        noise = levy_stable.rvs(ALPHA, 0.0, size=(WIDTH, INPUTS))
        with torch.no_grad():
            net[0].weight.add_(torch.from_numpy(SCALE * noise).float())

    return step


def products(batch: int) -> Step:
    """The five products of matrices of a step, with arrays for all results."""
    rng = np.random.default_rng(SEED)
    x, hidden, output = (
        rng.normal(size=s).astype("f4")
        for s in ((batch, INPUTS), (WIDTH, INPUTS), (CLASSES, WIDTH))
    )
    neurons, back = np.empty((2, batch, WIDTH), "f4")
    logits = np.empty((batch, CLASSES), "f4")

    def step() -> None:
        np.matmul(x, hidden.T, out=neurons)
        np.matmul(neurons, output.T, out=logits)
        np.matmul(logits, output, out=back)
        sgemm(1e-9, neurons.T, logits.T, 1.0, output.T, trans_b=1, overwrite_c=1)
        sgemm(1e-9, x.T, back.T, 1.0, hidden.T, trans_b=1, overwrite_c=1)

    return step


def noise_alone() -> Step:
    hidden, count = np.zeros((WIDTH, INPUTS), "f4"), iter(range(2**32))
    return lambda: by_field(hidden, next(count))


def stepping(path: Iterator) -> Step:
    return lambda: next(path)


def seconds(works: dict[str, Step | None], rounds: int = ROUNDS) -> dict[str, float]:
    """Medians of a step of each, in turn; a first one compiles."""
    spent: dict[str, list[float]] = {name: [] for name, work in works.items() if work}
    for _ in range(rounds + 1):
        for name in spent:
            start = process_time()
            works[name]()  # type: ignore[misc]
            spent[name].append(process_time() - start)
    return {name: median(times[1:]) for name, times in spent.items()}


def time_steps() -> None:
    rows, batch = data(), 100
    works = {
        "chaos": stepping(steps(settings(batch=batch), rows)),
        "loop with add_to": stepping(plain(rows, batch, by_field)),
        "loop with the formula": stepping(plain(rows, batch, by_formula(np.float64))),
        "in single precision": stepping(plain(rows, batch, by_formula(np.float32))),
        "loop with SciPy": stepping(plain(rows, batch, by_scipy)),
        "torch with SciPy": torch_step(rows, batch),
    }
    told(f"batch {batch}, type II", seconds(works))
    both = {name: works[name] for name in ("chaos", "loop with add_to")}
    told(f"batch {batch}, type II, these two alone", seconds(both, 10 * ROUNDS))


def time_large() -> None:
    rows, batch = data(), 5_000
    works = {
        "chaos": stepping(steps(settings(batch=batch), rows)),
        "bare products": products(batch),
        "noise": noise_alone(),
    }
    told(f"batch {batch:,}, type II", seconds(works, 5))


def told(what: str, times: dict[str, float]) -> None:
    ours = times["chaos"]
    each = (f"{name} {1e3 * t:.1f} ms ({t / ours:.3f})" for name, t in times.items())
    print(f"{what}: {'; '.join(each)}", flush=True)


def measure_memory() -> None:
    rows = data()
    weights = 4 * WIDTH * (INPUTS + CLASSES)
    for memory in (2**30, 2**25):
        chosen = settings(batch=5_000, steps=2, evaluate_every=1, memory=memory)
        train(chosen, rows)  # compiles
        tracemalloc.start()
        train(chosen, rows)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        beyond = f"{(most - memory) / weights:.2f} beyond the budget"
        print(
            f"memory {memory:,}: most {most:,} B, {most / weights:.2f} weights, {beyond}",
            flush=True,
        )


def train_wide() -> None:
    from resource import RUSAGE_SELF, getrusage

    rows = mnist()
    chosen = settings(
        widths=(INPUTS, 10**6, CLASSES), batch=WIDE_BATCH, memory=WIDE_MEMORY, eta=1e-4
    )
    start = process_time()
    for state in islice(steps(chosen, rows), WIDE_STEPS):
        most, spent = getrusage(RUSAGE_SELF).ru_maxrss / 2**20, process_time() - start
        told = f"loss {state.loss:.3f}, {spent:.1f} s, most {most:.2f} GiB so far"
        print(f"width 10^6, step {state.step}: {told}", flush=True)
        start = process_time()


def time_conv() -> None:
    rows, batch = mnist(), 100
    for name in ("lenet5", "vgg-small"):
        chosen = Settings(architecture=name, bias=True, batch=batch, alpha=ALPHA, eta=ETA)
        works = {
            "chaos": stepping(steps(chosen, rows)),
            "bare products": products_of(problem(chosen, rows).net, batch),
        }
        told(f"{name}, batch {batch}, type II over filters", seconds(works))


def products_of(net: Blueprint, batch: int) -> Step:
    """The products of matrices of each layer: forward, back but for the first, and gradients."""
    rng, parts = np.random.default_rng(SEED), []
    for number, place in enumerate(i for i, n in enumerate(net.numbers) if n is not None):
        units, inputs = net.weights[number][0], prod(net.weights[number][1:])
        count = batch * prod(net.shapes[place + 1][1:])
        sizes = (count, inputs), (units, inputs), (count, units)
        parts.append([rng.normal(size=size).astype("f4") for size in sizes])

    def step() -> None:
        for number, (x, w, y) in enumerate(parts):
            x @ w.T
            y.T @ x
            if number:
                y @ w

    return step


def mnist() -> Dataset:
    """MNIST, or rows of its size where its files are not there."""
    return load_mnist() if source_files("mnist") else data()


WORKS = {"steps": time_steps, "large": time_large, "memory": measure_memory, "conv": time_conv}
WORKS |= {"wide": train_wide}


def main() -> None:
    for name in sys.argv[1:] or ("steps", "large", "memory", "conv"):
        WORKS[name]()


if __name__ == "__main__":
    main()
