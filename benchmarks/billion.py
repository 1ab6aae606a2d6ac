"""A step of 10^9 parameters: what it takes here, measured on fewer, and the plan for devices.

python benchmarks/billion.py [MILLIONS]     # of parameters that are measured, 100 by default

Measured: processor time of a step, one thread, float32, and the memory of NumPy's arrays that it
takes beside the array of parameters.  Planned: bytes and seconds of a step of a network 784-n-10
with 784 n = 10^9, from the sizes of its arrays and the rates of one device in ``RATES``, which are
recalled, not measured.
"""

import os
import sys
import tracemalloc
from dataclasses import dataclass
from statistics import median
from time import process_time

for name in ("NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np  # noqa: E402 - after the settings above

from chaos.interactions import attraction  # noqa: E402
from chaos.particles import trajectory  # noqa: E402
from stablenoise import NoiseField  # noqa: E402
from stablenoise.noises import common, independent, isotropic  # noqa: E402

ALPHA, ETA, ROUNDS = 1.75, 0.01, 3
PARAMETERS, INPUTS, CLASSES = 10**9, 784, 10


@dataclass(frozen=True)
class Rates:
    """Of one device: bytes and operations a second, variates a second, seconds of a reduction."""

    copy: float
    products: float
    variates: float
    reduction: float


# An H200: 4.8 TB/s, 67 TFLOP/s in float32 (RECALLED); of variates a guess, a word of Philox and a
# variate being about 150 operations; a sum over devices in one house, 30 us (RECALLED).
RATES = Rates(4.8e12, 6.7e13, 6.7e13 / 150, 3e-5)


@dataclass(frozen=True)
class Plan:
    """Bytes and seconds of a step on each of some devices, which share the neurons."""

    devices: int
    batch: int
    chunk: int  # rows that go forward and back at a time
    real: int = 4

    @property
    def neurons(self) -> int:
        return -(-PARAMETERS // INPUTS // self.devices)

    def bytes(self) -> dict[str, float]:
        """Of the arrays of a step in place: no gradient, and no noise."""
        return {
            "weights in": self.neurons * INPUTS * self.real,
            "weights out": self.neurons * CLASSES * self.real,
            "activations and slopes": 2 * self.chunk * self.neurons * self.real,
            "data": 60_000 * INPUTS * self.real,
        }

    def seconds(self, rates: Rates) -> dict[str, float]:
        """Lower bounds; a chunk reads the weights three times and writes them once."""
        weights = self.neurons * (INPUTS + CLASSES)
        chunks = -(-self.batch // self.chunk)
        return {
            "products": 4 * self.batch * weights / rates.products,
            "weights moved": 4 * chunks * weights * self.real / rates.copy,
            "noise": self.neurons * INPUTS / rates.variates,
            "sums over devices": chunks * rates.reduction * (self.devices > 1),
        }


def measured(name, work, array):
    """Time a step of ``work``, and tell the memory it took beyond what was there."""
    tracemalloc.start()
    before, times = tracemalloc.get_traced_memory()[0], []
    work()
    more = (tracemalloc.get_traced_memory()[1] - before) / array.nbytes
    tracemalloc.stop()
    for _ in range(ROUNDS):
        start = process_time()
        work()
        times.append(process_time() - start)
    each = median(times) / array.size
    print(
        f"{name:28s} {1e9 * each:6.2f} ns a parameter, {each * PARAMETERS:6.1f} s for 10^9, "
        f"{more:.4f} of the array more",
        flush=True,
    )


def measure(parameters):
    measure_noise(np.ones((parameters // INPUTS, INPUTS), np.float32))
    x = np.ones((parameters // 10, 10), np.float32)
    states = trajectory(x, attraction(1.0, 10), NoiseField(ALPHA, 1), ETA, overwrite=True)
    next(states)
    measured("particles in 10 dimensions", lambda: next(states), x)


def measure_noise(theta):
    other = np.empty_like(theta)
    measured("copy", lambda: np.copyto(other, theta), theta)
    for kind in (common, independent, isotropic):
        field, name = NoiseField(ALPHA, 1, kind), kind.__name__.rpartition(".")[2]
        field.add_to(theta[:300], 0, 0.01)  # compiled before memory is looked at
        measured(f"fused add, {name}", lambda f=field: f.add_to(theta, 0, 0.01), theta)


def main():
    parameters = int(float(sys.argv[1]) * 1e6) if len(sys.argv) > 1 else 100_000_000
    print(f"measured on {parameters:,} parameters, float32, one thread")
    measure(parameters)
    print(f"planned for {INPUTS}-{PARAMETERS // INPUTS:,}-{CLASSES}, float32, of one device:")
    for devices in (1, 8, 64):
        for batch in (100, 5000):
            plan = Plan(devices, batch, min(batch, 500))
            held, spent = plan.bytes(), plan.seconds(RATES)
            parts = ", ".join(f"{k} {1e3 * v:.3g}" for k, v in spent.items() if v)
            print(
                f"{devices:3d} devices, batch {batch:5d}: {sum(held.values()) / 1e9:6.2f} GB "
                f"({', '.join(f'{k} {v / 1e9:.3g}' for k, v in held.items())}); ms: {parts}"
            )


if __name__ == "__main__":
    main()
