"""On a device: variates or points a second, and bytes a second as a share of what a copy reaches.

python benchmarks/gpu.py [MILLIONS]     # 256 by default; needs cupy and a device

A fused add reads and writes each parameter once: 8 bytes in float32, 16 in float64.  Densities and
distribution functions, in float64, are made by panels of one law.
"""

import sys
from statistics import median

import cupy
import numpy as np
from cupyx.profiler import benchmark

from stablenoise import NoiseField, Stable
from stablenoise.noises import common, independent, isotropic

ALPHA, DIM = 1.5, 1000


def seconds(function, *arguments):
    """Median time on the device of 20 runs, after a warm-up."""
    return median(benchmark(function, arguments, n_repeat=20, n_warmup=3).gpu_times[0].tolist())


def main():
    n = int(float(sys.argv[1]) * 1e6) if len(sys.argv) > 1 else 256_000_000
    name = cupy.cuda.runtime.getDeviceProperties(0)["name"].decode()
    print(f"{name}, cupy {cupy.__version__}, alpha {ALPHA}, {n // DIM} x {DIM}")
    print("format   noise                  variates/s    bytes/s   of a copy")
    for real in (np.float32, np.float64):
        theta = cupy.zeros((n // DIM, DIM), real)
        copy = 2 * theta.nbytes / seconds(cupy.copyto, cupy.empty_like(theta), theta)
        print(f"{real.__name__}  copy                             - {copy:10.3g} {1:11.2f}")
        for noise in (common, independent, isotropic):
            field = NoiseField(ALPHA, 1, noise)
            tasks = {
                "written": (1, field.fill, theta, 0),
                "added": (2, field.add_to, theta, 0, 0.1),
            }
            for what, (passes, *task) in tasks.items():
                time = seconds(*task)
                rate, bandwidth = theta.size / time, passes * theta.nbytes / time
                label = f"{noise.__name__.split('.')[-1]}, {what}"
                print(
                    f"{real.__name__}  {label:21s} {rate:11.3g} {bandwidth:10.3g}"
                    f" {bandwidth / copy:11.2f}"
                )
    law, x = Stable(ALPHA, 0.5), cupy.random.default_rng(1).standard_cauchy(n // 8)
    for function in (law.pdf, law.cdf):
        print(f"float64  {function.__name__:21s} {x.size / seconds(function, x):11.3g}")


if __name__ == "__main__":
    main()
