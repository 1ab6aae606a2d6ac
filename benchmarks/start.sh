#!/usr/bin/env bash
# Seconds from the start of Python to a first use of every kernel of noise and of Stable.rvs, in
# both formats: with an empty compile cache, then a full one.
set -euo pipefail
export NUMBA_CACHE_DIR
NUMBA_CACHE_DIR=$(mktemp -d)
trap 'rm -rf "$NUMBA_CACHE_DIR"' EXIT
program='
import time; start = time.perf_counter()
import numpy as np
from stablenoise import NoiseField, Stable
from stablenoise.noises import common, independent, isotropic
for real in (np.float64, np.float32):
    for noise in (common, independent, isotropic): NoiseField(1.5, 1, noise).at(range(3), 0, 2, real)
    for law in (Stable(1.5), Stable(1.5, 0.5), Stable(1.0, 0.5), Stable(1.1, 0.5), Stable([1.5, 1.1])):
        law.rvs(2, 1, real)
print(f"{time.perf_counter() - start:.2f}")'
echo "first start: $(python -c "$program")"
for _ in 1 2 3; do echo "later start: $(python -c "$program")"; done
